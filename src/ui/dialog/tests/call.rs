//! A new ticket: one line, the other fields, a template.

use super::*;

#[test]
fn a_call_is_one_line() {
    let mut bench = Bench::new();
    let command = bench.command(&Place::New, "'Mouse is gone @p.khan %LAP-7 #desk !3' ctrl-s");
    let Command::Log(log, requester) = &command else { panic!("{command:?}") };
    assert_eq!(log.title.as_str(), "Mouse is gone");
    assert_eq!((log.impact, log.urgency), (Some(Impact::Medium), Urgency::Medium));
    assert_eq!(*requester, Some(Requester::Named("p.khan".into())));
    assert_eq!(log.then, Then::Queue);
    assert_eq!(command.carry_out(&mut bench.desk).unwrap().name(), "INC-4");
}

#[test]
fn a_call_without_a_requester_keeps_what_was_typed() {
    let bench = Bench::new();
    let mut screen = bench.open(&Place::New);
    assert!(matches!(bench.press(&mut *screen, "'Mouse is gone' ctrl-s"), Next::Stay));
    assert!(bench.drawn(&mut *screen, 80, 24).contains("error: the requester is missing"));
    let next = bench.press(&mut *screen, "' @p.khan' ctrl-s");
    assert!(matches!(next, Next::Do(Command::Log(..))), "{next:?}");
}

#[test]
fn the_other_fields_of_a_call_follow_with_tab() {
    let mut bench = Bench::new();
    let keys = "'Excel hangs @p.khan' tab tab 3 tab tab tab ctrl-s";
    let mut screen = bench.open(&Place::New);
    bench.press(&mut *screen, keys);
    assert!(
        bench.drawn(&mut *screen, 80, 24).contains("error: the resolution note has 0 characters"),
        "resolved needs a note"
    );
    bench.press(&mut *screen, "shift-tab shift-tab 'Restarted it together, works.'");
    let next = bench.press(&mut *screen, "tab tab 'perf' ctrl-s");
    let Next::Do(command) = next else { panic!("{}", bench.drawn(&mut *screen, 80, 24)) };
    let receipt = command.carry_out(&mut bench.desk).unwrap();
    let view = bench.desk.record(receipt.records[0].1).unwrap();
    assert_eq!(view.case.ticket().state, State::Resolved);
    assert_eq!(view.case.ticket().subcategory, Subcategory::Performance);
}

#[test]
fn a_new_ticket_begins_with_a_template_and_ones_own_words_count() {
    let bench = Bench::new();
    let command = bench.command(&Place::New, "'Payroll @k.osei' ctrl-t 'legacy' enter ctrl-s");
    let Command::Log(log, _) = command else { panic!("{command:?}") };
    assert_eq!((log.title.as_str(), log.subcategory), ("Payroll", Subcategory::CompatibilityConflict));
    assert_eq!(log.checklist.as_ref().map(Label::as_str), Some("compatibility conflict"));
    assert!(log.description.as_ref().unwrap().as_str().starts_with("Program, version and its maker:"));
    let mut screen = bench.open(&Place::New);
    bench.press(&mut *screen, "ctrl-t 1");
    let shown = bench.drawn(&mut *screen, 80, 40);
    assert!(shown.contains("Installation fails") && shown.contains("failed installation"), "{shown}");
}
