//! A ticket goes from tier 1 to tier 2 and back, by keys alone.

use tierdesk::app::run::Requester;
use tierdesk::domain::escalation::{EscalationKind, EscalationState};
use tierdesk::domain::handover::HandoverState;
use tierdesk::domain::incident::ResolutionCode;
use tierdesk::domain::role::Tier;

use crate::floor::{Floor, alike, inc};
use crate::pty::Tty;

const SIZE: (u16, u16) = (80, 24);

#[test]
fn two_people_at_two_terminals_hand_a_ticket_over_and_back() {
    let floor = Floor::now();
    let mut ann = Tty::console(&floor.path(), "ann", SIZE);
    let mut carla = Tty::console(&floor.path(), "carla", SIZE);
    carla.keys("2").sees("nothing waits here");

    ann.keys("c").sees("taken INC-1").keys("e").sees("Escalate INC-1");
    ann.keys("2 'roll back the firmware of the access points' ctrl-s").sees("asked");
    // Carla presses no key: it comes to her.
    carla.sees("[Inbox 1]").sees("INC-1").sees("T1 ann").sees("skill");
    carla.sees("roll back the firmware");

    // What she sends back is not enough to go on with; ann sees that without a key.
    carla.keys("x 1 'which access points?' ctrl-s").sees("nothing waits here");
    ann.misses("asked").keys("enter").sees("which access points?");
    ann.keys("e 2 ctrl-e ', those of floor 3' ctrl-s").sees("escalated INC-1");
    carla.sees("[Inbox 1]").keys("c").sees("accepted INC-1");
    ann.sees("tier 2").sees("carla");
    assert_eq!(floor.ticket(1).tier, Tier::Two);

    // Carla is done and gives it back to where it came from.
    carla.keys("g t 'INC-1' enter").sees("Timeline").keys("f s").sees("hand back");
    carla.keys("'hand back' enter 4 'done on our side, please tell the requester' ctrl-s").sees("handed back INC-1");
    ann.sees("tier 1").sees("please tell the requester");

    let desk = floor.desk("dana");
    let view = desk.record(inc(&desk, 1)).unwrap();
    // Rules may have asked a supervisor meanwhile.
    let moves = view.case.is.escalations.iter().filter(|it| it.proposal.kind == EscalationKind::Functional);
    let states: Vec<_> = moves.map(|it| it.state).collect();
    assert_eq!(states, [EscalationState::Returned, EscalationState::HandedBack]);
    assert_eq!(view.case.ticket().tier, Tier::One);
    assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
}

#[test]
fn one_person_plays_both_sides_by_acting_as_the_other() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", SIZE);
    tty.keys("c").sees("taken INC-1").keys("e 2 'roll back the firmware' ctrl-s").sees("escalated INC-1");
    tty.keys(": 'act as carla' enter").sees("you are carla now").keys("2").sees("[Inbox 1]");
    tty.keys("c").sees("accepted INC-1").sees("nothing waits here");
    tty.keys(": 'act as ann' enter").sees("you are ann now").keys("g t '1' enter").sees("tier 2").sees("carla");
    let ticket = floor.ticket(1);
    assert_eq!((ticket.tier, ticket.assignee.map(|it| it.to_string())), (Tier::Two, Some("carla".to_owned())));
}

#[test]
fn a_problem_from_five_incidents_alike_to_the_end_of_all_of_them() {
    let floor = Floor::now().alike();
    let mut dana = Tty::console(&floor.path(), "dana", SIZE);
    dana.keys("3").sees("5 alike").sees("new problem?").keys("P").sees("[new] > investigating");
    dana.keys("c").sees("[investigating]").keys(">").sees("Known error: PRB-1");
    dana.keys("'The token cache was not moved by the update' tab 3 'Clear the token cache and sign in once' ctrl-s");
    dana.sees("[known error]").sees("rev 1");

    // A sixth call: its technician binds it, and has the workaround in its worklog.
    let six = Some(Requester::Named("v.nagy".to_owned()));
    floor.desk("bob").log(&alike(6), six.as_ref()).unwrap();
    let mut ann = Tty::console(&floor.path(), "ann", SIZE);
    ann.keys("g t '12' enter").sees("Outlook asks").keys("b enter").sees("applied the workaround on INC-12");
    ann.sees("PRB-1 known error, workaround applied").sees("Clear the token cache");
    dana.sees("6 open").sees("used 1 times");

    // The vendor is asked, answers, and the fix is verified.
    dana.keys("e").sees("Ask the vendor").keys("'Mailworks' tab '4471-22' tab 'When is there a fix?' ctrl-s");
    dana.sees("logged TSK-1").keys(">").sees("Fix of PRB-1").keys("ctrl-s").sees("[fix]");
    dana.keys("> 'Six people worked a day without being asked again' ctrl-s").sees("the vendor has not answered yet");
    dana.keys("esc g t 'TSK-1' enter").sees("When is there a fix?");
    dana.keys("d 'Build 4471 has it, it is installed now' ctrl-s").sees("answered TSK-1").keys("3 enter").sees("[fix]");
    dana.keys(">").sees("Resolve PRB-1").keys("ctrl-s").sees("Which incidents end with PRB-1?").sees("6 are open");

    // All of them end with it, and each is told.
    dana.keys("space down space down space down space down space down space ctrl-s");
    dana.sees("Ended with PRB-1").sees("INC-12  resolved").keys("esc").sees("[resolved]").sees("0 open, 6 ended");
    for n in 7..=12 {
        assert_eq!(floor.ticket(n).resolution_code, Some(ResolutionCode::ResolvedWithProblem), "INC-{n}");
    }
}

#[test]
fn who_leaves_signs_the_hand_over_and_who_comes_is_told_and_takes_it_over() {
    let floor = Floor::now();
    let mut bob = Tty::console(&floor.path(), "bob", SIZE);
    let mut ann = Tty::console(&floor.path(), "ann", SIZE);
    ann.keys("g h").sees("Hand over tier 1").keys("'The VPN vendor calls back' ctrl-s").sees("signed hand-over 1");
    bob.sees("hand-over of ann waits, g h").keys("g h").sees("Hand-over 1 of ann").keys("1").sees("took over");
    let case = floor.desk("bob").handover(1).unwrap();
    let it = &case.is.fields;
    assert_eq!(it.state, HandoverState::TakenOver);
    assert_ne!(it.text, it.proposed);
}
