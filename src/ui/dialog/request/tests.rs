//! Requests by keys alone, from the call to fulfilled.

use super::super::bench::Bench;
use crate::domain::command::Verb;
use crate::domain::command::cancel::Left;
use crate::domain::command::request::Step;
use crate::domain::id::AggId;
use crate::domain::incident::{CancelCode, State, Subcategory};
use crate::domain::install::check::CheckKind;
use crate::domain::install::endpoint::Endpoint;
use crate::domain::install::gate::Told;
use crate::domain::install::method::{Detail, Method};
use crate::domain::install::target::Outcome;
use crate::domain::text::Label;
use crate::domain::ticket::Ticket;
use crate::ui::screen::{Place, Screen, Subject};

/// A request of that kind for LAP-7, by the digit of the choice; Ann has it.
fn asked(bench: &mut Bench, digit: usize) -> AggId {
    let keys = format!("'Grid 4 for p.khan @p.khan %LAP-7' shift-tab shift-tab {digit} ctrl-s");
    let receipt = bench.command(&Place::New, &keys).carry_out(&mut bench.desk).unwrap();
    assert_eq!(receipt.name(), "REQ-1");
    receipt.records[0].1
}

fn ticket(bench: &Bench, agg: AggId) -> Ticket {
    bench.desk.record(agg).unwrap().case.ticket().clone()
}

/// Presses keys in the status list of the request; the step that was carried out.
fn status(bench: &mut Bench, agg: AggId, keys: &str) -> Step {
    step(bench, &Place::Status(Subject::one(agg)), keys)
}

/// The same after `d`.
fn done(bench: &mut Bench, agg: AggId, keys: &str) -> Step {
    step(bench, &Place::Resolve(Subject::one(agg)), keys)
}

fn step(bench: &mut Bench, place: &Place, keys: &str) -> Step {
    match bench.done(place, keys).0 {
        Verb::Request(step) => step,
        other => panic!("{keys}: {other:?}"),
    }
}

fn seen(bench: &mut Bench, host: &str, ram: i64, disk: i64) {
    let now = bench.desk.now();
    let mut it = Endpoint::seen(Label::new(host).unwrap(), now);
    (it.ram_mib, it.disk_free_mib) = (Some(ram), Some(disk));
    bench.be("dana");
    bench.desk.set_asset(&it).unwrap();
    bench.be("ann");
}

#[test]
fn a_request_is_led_from_the_call_to_fulfilled_by_keys() {
    let mut bench = Bench::new();
    seen(&mut bench, "LAP-7", 16_384, 200_000);
    // The templates stand in the order of their names: configuration, data migration, licence, new install.
    let agg = asked(&mut bench, 6);
    let is = ticket(&bench, agg);
    assert_eq!((is.subcategory, is.state), (Subcategory::NewInstall, State::Queued));
    assert_eq!(is.targets.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["LAP-7"]);

    status(&mut bench, agg, "'ask' enter 'R. Stone' ctrl-s");
    bench.be("dana");
    done(&mut bench, agg, "enter ctrl-s");
    assert_eq!(ticket(&bench, agg).approved_by.unwrap().as_str(), "R. Stone");
    bench.be("ann");
    let (verb, _) = bench.done(&Place::Resolve(Subject::one(agg)), "enter");
    assert!(matches!(verb, Verb::Take(_)), "{verb:?}");
    status(&mut bench, agg, "'how it is done' enter 1 'KB-12' ctrl-s");
    done(&mut bench, agg, "enter");
    assert_eq!(ticket(&bench, agg).state, State::Deploying);
    done(&mut bench, agg, "1 ctrl-s");
    done(&mut bench, agg, "enter");
    assert_eq!(ticket(&bench, agg).state, State::Verifying);
    for kind in [CheckKind::Version, CheckKind::Starts, CheckKind::Configuration, CheckKind::Baseline] {
        let Step::Check(look) = done(&mut bench, agg, "1 'seen on site' ctrl-s") else { panic!("{kind}") };
        assert_eq!(look.kind, kind, "the first that is missing");
    }
    done(&mut bench, agg, "'Grid 4 is installed and starts.' ctrl-s");
    assert_eq!(ticket(&bench, agg).state, State::Fulfilled);
    let (verb, _) = bench.done(&Place::Resolve(Subject::one(agg)), "enter");
    assert!(matches!(verb, Verb::Close(_)), "{verb:?}");
}

#[test]
fn a_request_without_a_template_is_written_down_in_the_console() {
    let mut bench = Bench::new();
    let agg = asked(&mut bench, 2);
    bench.done(&Place::Status(Subject::one(agg)), "1");
    status(&mut bench, agg, "'what it needs' enter 'ram 8192' enter 'licence Grid' ctrl-s");
    status(&mut bench, agg, "'add' enter 'LAP-8, LAP-9' ctrl-s");
    let plan = "'how it is' enter 2 3 tab 'grid.msi' tab '/qn' tab '0' tab 'grid 4' ctrl-s";
    status(&mut bench, agg, plan);
    let is = ticket(&bench, agg);
    let needs: Vec<_> = is.requirements.iter().map(ToString::to_string).collect();
    assert_eq!(needs, ["ram 8192", "licence Grid"]);
    let plan = is.plan.unwrap();
    assert_eq!((plan.method, plan.details[&Detail::Channel].as_str()), (Method::ScriptedSilent, "script"));
    status(&mut bench, agg, "'what it needs' enter ctrl-u backspace ctrl-s");
    assert_eq!(ticket(&bench, agg).requirements.len(), 1, "a line taken out is a requirement less");
    assert_eq!(is.targets.len(), 3);
}

#[test]
fn what_does_not_hold_is_told_let_through_left_out_and_tried_again() {
    let mut bench = Bench::new();
    seen(&mut bench, "LAP-7", 2_048, 200_000);
    seen(&mut bench, "LAP-8", 16_384, 200_000);
    let agg = asked(&mut bench, 6);
    bench.done(&Place::Status(Subject::one(agg)), "1");
    status(&mut bench, agg, "'add' enter 'LAP-8, LAP-9' ctrl-s");
    status(&mut bench, agg, "'what it needs' enter down down down end enter 'licence Grid' ctrl-s");
    status(&mut bench, agg, "'how it is' enter 1 'KB-12' ctrl-s");
    let Step::Tell(tell) = status(&mut bench, agg, "'found out' enter 3 tab '2' ctrl-s") else { panic!("no answer") };
    assert_eq!(tell.told, Told::Seats(2));
    let Step::DropTarget(left) = status(&mut bench, agg, "'leave' enter 3 'it is lent out' ctrl-s") else { panic!() };
    assert_eq!(left.name.as_str(), "LAP-9");
    bench.be("dana");
    let waive = status(&mut bench, agg, "'let' enter 1 'only the viewer is used' ctrl-s");
    assert!(matches!(&waive, Step::WaiveRequirement(it) if it.target == Label::new("LAP-7").ok()), "{waive:?}");
    bench.be("ann");
    status(&mut bench, agg, "'time' enter 'tomorrow 9' ctrl-s");
    assert_eq!(ticket(&bench, agg).state, State::Scheduled);
    done(&mut bench, agg, "enter");
    done(&mut bench, agg, "2 ctrl-s");
    let Step::Target(target) = done(&mut bench, agg, "1 ctrl-s") else { panic!("no result") };
    assert_eq!((target.name.as_str(), target.outcome), ("LAP-8", Some(Outcome::Installed)));
    done(&mut bench, agg, "enter");
    status(&mut bench, agg, "'try' enter 'the disk was full' ctrl-s");
    assert_eq!(ticket(&bench, agg).state, State::Deploying);
    bench.be("dana");
    let (verb, _) = bench.done(&Place::Status(Subject::one(agg)), "'cancel' enter 3 1 'not wanted any more' ctrl-s");
    let Verb::Cancel(cancel) = verb else { panic!("{verb:?}") };
    assert_eq!((cancel.code, cancel.left), (CancelCode::Withdrawn, Some(Left::Removed)));
}

#[test]
fn the_record_shows_needs_targets_and_checks() {
    let mut bench = Bench::new();
    seen(&mut bench, "LAP-7", 2_048, 200_000);
    let agg = asked(&mut bench, 6);
    let mut record = crate::ui::record::Record::new(agg, vec![]);
    record.load(&bench.desk).unwrap();
    for (width, height) in [(80, 24), (140, 40)] {
        let shown = bench.drawn(&mut record, width, height);
        insta::assert_snapshot!(format!("record_{width}x{height}"), shown);
        for told in ["fail ram 4096 on LAP-7 (2048 of 4096 MiB)", "LAP-7 pending", "version present as ordered"] {
            assert!(shown.contains(told), "{told}\n{shown}");
        }
    }
}
