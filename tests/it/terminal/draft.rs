//! What is typed outlives the program.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::desk::login;
use crate::floor::Floor;
use crate::pty::{PATIENCE, Tty, patiently};

fn draft(floor: &Floor) -> String {
    floor.desk("ann").store().draft(&login("ann"), "note INC-1").unwrap().unwrap_or_default()
}

#[test]
fn a_killed_console_loses_at_most_a_second_of_typing() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    tty.keys("a").sees("Note on INC-1");
    // Typing never pauses: a draft that waits for a pause would never be kept.
    let begun = Instant::now();
    let mut typed: Vec<Instant> = Vec::new();
    while draft(&floor).is_empty() && begun.elapsed() < PATIENCE {
        tty.send(b"w");
        typed.push(Instant::now());
        std::thread::sleep(Duration::from_millis(40));
    }
    let kept = draft(&floor).matches('w').count();
    assert!(kept > 0, "nothing was kept in {:?}", begun.elapsed());
    let lost = typed.len() - kept;
    assert!(lost <= 25, "{lost} keys of the last second were lost, of {}", typed.len());
    println!("first kept after {:?}, {lost} of {} keys behind", begun.elapsed(), typed.len());

    tty.signal(Signal::KILL).ended();
    let mut again = Tty::console(&floor.path(), "ann", (80, 24));
    // The list marks the ticket, and the form has the text.
    again.sees("~").keys("a").sees("Note on INC-1").sees("www");
    again.keys("ctrl-s").sees("INC-1").misses("Note on");
    assert!(patiently(|| draft(&floor).is_empty()), "what is sent is no draft");
}

#[test]
fn a_closed_form_keeps_its_text_and_a_discarded_one_does_not() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    tty.keys("a 'tried three cables'").sees("three cables").keys("esc").misses("Note on");
    assert!(draft(&floor).contains("three cables"), "Esc stores it at once");
    tty.keys("a").sees("three cables").keys("ctrl-x").misses("Note on").keys("a").sees("Note on").misses("cables");
    assert_eq!(draft(&floor), "");
}
