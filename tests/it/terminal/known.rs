//! A caller whose fault the desk knows already: seen while the call is typed, resolved in four key presses after it.

use tierdesk::app::Desk;
use tierdesk::domain::command::problem::{KnownError, Own, ProblemVerb, Publish};
use tierdesk::domain::id::AggId;
use tierdesk::domain::incident::{ResolutionCode, State};
use tierdesk::domain::problem::{CauseClass, DetectionSource};
use tierdesk::domain::role::Tier;
use tierdesk::domain::text::{RootCause, Workaround};

use crate::floor::{Floor, inc};
use crate::pty::{Tty, patiently, presses};

/// INC-1 and INC-3 have a cause that carla found.
fn known(desk: &mut Desk) -> AggId {
    let incidents = [1, 3].map(|n| inc(desk, n));
    let open = desk.suspected(&incidents, DetectionSource::Cluster).unwrap().unwrap();
    let problem = desk.open_problem(&open).unwrap().records[0].1;
    let publish = Publish {
        text: Some(Workaround::new("forget the WiFi, then join it again").unwrap()),
        min_tier: Tier::One,
        tested: None,
    };
    let known = KnownError {
        root_cause: Some(RootCause::new("the access points run an old firmware").unwrap()),
        class: Some(CauseClass::TechnologyNetwork),
        vendor: None,
        workaround: Some(publish),
    };
    desk.run_problem(&ProblemVerb::Own(Own), problem).unwrap();
    desk.run_problem(&ProblemVerb::KnownError(known), problem).unwrap();
    problem
}

#[test]
fn the_next_caller_is_helped_by_a_known_error_within_four_key_presses() {
    let floor = Floor::now();
    let problem = known(&mut floor.desk("carla"));
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    tty.sees("INC-1").keys("n 'WiFi drops my VPN @k.osei'").sees("likely PRB-1").sees("forget the WiFi");
    let keys = ["ctrl-b", "ctrl-s", "d", "enter"];
    for (key, shown) in keys.iter().zip(["its known error is PRB-1", "logged INC-7", "workaround of PRB-1", "resolved"])
    {
        tty.keys(key).sees(shown);
    }
    assert_eq!(presses(&keys.join(" ")), 4);
    assert!(patiently(|| floor.ticket(7).state == State::Resolved));
    let seventh = floor.ticket(7);
    assert_eq!(seventh.resolution_code, Some(ResolutionCode::FixedByWorkaround));
    assert_eq!((seventh.problem(), seventh.workaround_used), (Some(problem), Some(problem)));
}

#[test]
fn a_number_that_tells_no_workaround_is_named_and_what_was_typed_stays() {
    let floor = Floor::now();
    known(&mut floor.desk("carla"));
    let mut tty = Tty::console(&floor.path(), "ann", (80, 30));
    tty.sees("INC-1").keys("n 'WiFi drops my VPN @k.osei' shift-tab shift-tab shift-tab 'PRB-9' ctrl-s");
    tty.sees("PRB-9 tells no workaround").sees("WiFi drops my VPN");
}

#[test]
fn the_next_verb_is_for_the_new_ticket_also_where_its_queue_is_not_shown() {
    let floor = Floor::now();
    known(&mut floor.desk("carla"));
    let mut tty = Tty::console(&floor.path(), "carla", (80, 24));
    tty.sees("tier:mine").keys("n 'WiFi drops my VPN @k.osei'").sees("likely PRB-1");
    tty.keys("ctrl-b ctrl-s").sees("logged INC-7").sees("Timeline").keys("d").sees("Resolve INC-7").keys("enter");
    assert!(patiently(|| floor.ticket(7).state == State::Resolved));
}
