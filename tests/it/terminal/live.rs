//! Others work on the same desk meanwhile: the cursor stays on its ticket, and new rows wait.

use tierdesk::app::run::Requester;
use tierdesk::app::{Desk, Receipt};
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::edit::Edit;
use tierdesk::domain::command::log::Log;
use tierdesk::domain::command::take::Take;
use tierdesk::domain::incident::Subcategory;
use tierdesk::domain::priority::{Impact, Urgency};
use tierdesk::domain::text::Title;

use crate::floor::{Floor, inc};
use crate::pty::Tty;

fn call(desk: &mut Desk, title: &str, weight: Impact) -> Receipt {
    let log = Log {
        impact: Some(weight),
        urgency: Urgency::High,
        subcategory: Subcategory::Error,
        ..Log::titled(Title::new(title).unwrap())
    };
    desk.log(&log, Some(&Requester::Named("k.osei".to_owned()))).unwrap()
}

#[test]
fn a_new_ticket_waits_while_the_cursor_is_moved_and_r_shows_it() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    tty.keys("j").sees(">  3");
    call(&mut floor.desk("bob"), "Floor 4 has no network", Impact::Medium);
    tty.sees("1 new ticket waiting, R to show").misses("Floor 4 has no network");
    tty.keys("R").sees("Floor 4 has no network").misses("waiting");
    tty.keys("y").sees("copied INC-2");
}

#[test]
fn a_new_ticket_comes_by_itself_while_nobody_moves() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    call(&mut floor.desk("bob"), "Floor 4 has no network", Impact::Medium);
    tty.sees("Floor 4 has no network").keys("y").sees("copied INC-1");
}

#[test]
fn a_verb_is_for_the_ticket_that_was_under_the_cursor_whatever_arrives() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    let mut bob = floor.desk("bob");
    // Before each key another ticket comes in above, one changes its rank, or one is taken away.
    tty.keys("j j").sees(">  3").keys("y").sees("copied INC-3");
    for n in 0..6 {
        call(&mut bob, &format!("Urgent call {n}"), if n % 2 == 0 { Impact::High } else { Impact::Low });
        let two = inc(&bob, 2);
        let heavier = Edit { urgency: Some(if n % 2 == 0 { Urgency::Low } else { Urgency::High }), ..Edit::default() };
        bob.run(&Verb::Edit(heavier), two).unwrap();
        if n == 3 {
            let one = inc(&bob, 1);
            bob.run(&Verb::Take(Take), one).unwrap();
        }
        match n % 3 {
            0 => tty.keys("R"),
            1 => tty.keys("p"),
            _ => tty.keys("/ esc"),
        };
        tty.keys("y");
        tty.sees("copied INC-3");
    }
    tty.keys("c").sees("taken INC-3");
    assert_eq!(floor.ticket(3).assignee.unwrap().as_str(), "ann");
    assert_eq!(floor.ticket(1).assignee.unwrap().as_str(), "bob");
    let owners = (7..=12).map(|n| floor.ticket(n).assignee);
    assert!(owners.into_iter().all(|owner| owner.is_none()), "no other ticket was touched");
}

#[test]
fn a_lost_claim_is_told_and_take_next_goes_on_to_the_next() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    let mut bob = floor.desk("bob");
    tty.keys("j k").sees(">  2^");
    let one = inc(&bob, 1);
    bob.run(&Verb::Take(Take), one).unwrap();
    tty.sees("bob").keys("c").sees("error: ").keys("t").sees("Timeline").sees("INC-2");
    assert_eq!(floor.ticket(2).assignee.unwrap().as_str(), "ann");
    assert_eq!(floor.ticket(1).assignee.unwrap().as_str(), "bob");
}
