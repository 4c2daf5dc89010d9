//! Handing over: to a tier, a discipline or a vendor, and a task's answer.

use super::*;

/// The answer to an item as text.
fn answer(escalate: &Escalate, item: Item) -> Option<String> {
    let answer = escalate.answers.iter().find(|it| it.0 == item)?.1.as_ref()?;
    Some(answer.finding.as_ref().map(ToString::to_string).unwrap_or_default())
}

fn escalated(verb: Verb) -> Escalate {
    match verb {
        Verb::Escalate(escalate) => escalate,
        other => panic!("{other:?}"),
    }
}

#[test]
fn escalating_is_reason_text_send() {
    let mut bench = Bench::new();
    let place = Place::Escalate(bench.about(&[1]));
    let (verb, _) = bench.done(&place, "2 'roll back the firmware' ctrl-s");
    let escalate = escalated(verb);
    assert_eq!((&escalate.to, escalate.why), (&Target::Tier(Tier::Two), Some(Why::Skill)));
    let symptom = "The VPN client says: session terminated. Only on WiFi.";
    assert_eq!(answer(&escalate, Item::H1).as_deref(), Some(symptom));
    assert_eq!(answer(&escalate, Item::H8).as_deref(), Some("nothing yet"));
    assert_eq!(answer(&escalate, Item::H10).as_deref(), Some("roll back the firmware"));
}

#[test]
fn another_target_is_three_keys_more() {
    let mut bench = Bench::new();
    let place = Place::Escalate(bench.about(&[1]));
    let (verb, _) = bench.done(&place, "shift-tab 3 tab 2 'please decide' ctrl-s");
    assert_eq!(escalated(verb).to, Target::Attention);
}

#[test]
fn the_signs_of_a_fault_choose_the_discipline_and_its_question() {
    let mut bench = Bench::new();
    let edit = Edit {
        symptom: Some(Some(Symptom::LicenseDenied)),
        signature: Some(Signature::new("lic01 unreachable").ok()),
        ..Edit::default()
    };
    let agg = bench.inc(1);
    bench.desk.run(&Verb::Edit(edit), agg).unwrap();
    let place = Place::Escalate(bench.about(&[1]));
    let (verb, receipt) = bench.done(&place, "1 ctrl-s");
    let escalate = escalated(verb);
    assert_eq!(escalate.to, Target::Across(Whom::Discipline(Discipline::Network)));
    let asked = answer(&escalate, Item::H10).unwrap();
    assert!(asked.starts_with("Is host:port of the license server open"), "{asked}");
    let record = bench.desk.record(agg).unwrap();
    assert_eq!(record.tasks[0].name(), "TSK-1", "{receipt}");
    let mut again = bench.open(&place);
    let shown = bench.drawn(&mut *again, 80, 24);
    assert!(shown.contains("Tier 2*") && shown.contains("Ask empty !"), "it was asked already: {shown}");
}

#[test]
fn tier_2_asks_a_vendor_by_name_and_version() {
    let mut bench = Bench::new();
    bench.be("dana");
    let place = Place::Escalate(bench.about(&[1]));
    let mut screen = bench.open(&place);
    assert!(matches!(bench.press(&mut *screen, "shift-tab 6 tab 4 'a fix, please' ctrl-s"), Next::Stay));
    let shown = bench.drawn(&mut *screen, 80, 24);
    assert!(shown.contains("the vendor is missing"), "{shown}");
    let next = bench.press(&mut *screen, "'Contoso' tab 'Client 5.1' ctrl-s");
    let Next::Do(Command::Verb(verb, _)) = next else { panic!("not sent: {next:?}") };
    let escalate = escalated(*verb);
    assert_eq!(escalate.to, Target::Across(Whom::Vendor(Label::new("Contoso").unwrap())));
    assert_eq!(answer(&escalate, Item::H13).as_deref(), Some("Client 5.1"));
}

#[test]
fn done_on_a_task_asks_for_its_answer() {
    let mut bench = Bench::new();
    bench.be("dana");
    let parent = bench.inc(1);
    let case = bench.desk.record(parent).unwrap().case;
    let ask = Ask::of(Question::new("Is the gateway up?").unwrap(), case.ticket());
    let task = bench.desk.run(&Verb::Ask(ask), parent).unwrap().records[0].1;
    bench.be("ann");
    let place = Place::Resolve(Subject::one(task));
    let mut screen = bench.open(&place);
    let shown = bench.drawn(&mut *screen, 80, 24);
    assert!(shown.contains("Answer TSK-1") && shown.contains("Is the gateway up?"), "{shown}");
    let (verb, _) = bench.done(&place, "'yes, since noon' ctrl-s");
    assert!(matches!(verb, Verb::Done(_)), "{verb:?}");
    assert_eq!(bench.desk.record(task).unwrap().case.ticket().state, State::Done);
    let refused = crate::ui::dialog::open(&Place::Escalate(Subject::one(task)), &bench.desk, &Keymap::default());
    assert_eq!(refused.err().map(|why| why.code()), Some("illegal_transition"));
}

#[test]
fn an_escalation_without_ask_stays_and_goes_to_the_gap() {
    let bench = Bench::new();
    let mut screen = bench.open(&Place::Escalate(bench.about(&[1])));
    assert!(matches!(bench.press(&mut *screen, "2 ctrl-s"), Next::Stay));
    let shown = bench.drawn(&mut *screen, 80, 24);
    assert!(shown.contains("error: the line Ask is empty") && shown.contains("Ask empty !"), "{shown}");
    assert!(matches!(bench.press(&mut *screen, "'more memory' ctrl-s"), Next::Do(_)));
}

#[test]
fn a_hand_off_that_would_be_refused_is_not_begun() {
    let mut bench = Bench::new();
    let refused = |bench: &Bench, numbers: &[u32]| {
        let place = Place::Escalate(bench.about(numbers));
        crate::ui::dialog::open(&place, &bench.desk, &Keymap::default()).err().map(|why| (why.code(), why.to_string()))
    };
    bench.be("bob");
    let (code, why) = refused(&bench, &[1]).unwrap();
    assert_eq!(code, "not_permitted");
    assert!(why.starts_with("ann has INC-1"), "{why}");
    assert!(refused(&bench, &[1, 2]).is_some());
    assert_eq!(refused(&bench, &[1, 3]), None, "INC-3 is free, INC-1 is skipped");
    bench.be("dana");
    assert_eq!(refused(&bench, &[1]), None, "a supervisor may");
}

#[test]
fn ticked_steps_go_along_and_one_note_serves_several_tickets() {
    let mut bench = Bench::new();
    let place = Place::Escalate(bench.about(&[1, 2]));
    let (verb, n) = bench.done(&place, "1 'take over' tab space right right space ctrl-s");
    let escalate = escalated(verb);
    assert_eq!(n, 2);
    assert_eq!(answer(&escalate, Item::H2).as_deref(), Some(""));
    assert_eq!(answer(&escalate, Item::H4).as_deref(), Some(""));
    assert_eq!(answer(&escalate, Item::H3), None);
    let mut screen = bench.open(&Place::Escalate(bench.about(&[1])));
    assert!(bench.drawn(&mut *screen, 80, 24).contains("[x] reproduced"), "ticks come from the record");
}
