//! However the console ends or stops, the terminal is given back as it was found.

use rustix::process::Signal;

use crate::floor::Floor;
use crate::pty::{Tty, patiently};

const CURSOR_QUESTION: &[u8] = b"\x1b[6n";

fn console(floor: &Floor) -> Tty {
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    tty.sees("INC-1");
    assert!(tty.state(vt100::Screen::alternate_screen) && tty.state(vt100::Screen::bracketed_paste));
    tty
}

fn assert_given_back(tty: &Tty) {
    // A program is seen to stop before its last bytes are.
    assert!(patiently(|| !tty.state(vt100::Screen::alternate_screen)), "the shell's own screen is back");
    assert!(!tty.state(vt100::Screen::hide_cursor), "with its cursor");
    assert!(!tty.state(vt100::Screen::bracketed_paste), "and without paste marks");
}

#[test]
fn two_presses_of_q_leave_and_one_does_not() {
    let floor = Floor::now();
    let mut tty = console(&floor);
    tty.keys("q").sees("q again to quit").keys("j").sees(">  3").keys("q").sees("q again to quit").keys("q");
    assert_eq!(tty.ended(), 0);
    assert_given_back(tty.is_over());
}

#[test]
fn two_presses_of_ctrl_c_leave_and_the_first_closes_a_dialog() {
    let floor = Floor::now();
    let mut tty = console(&floor);
    tty.keys("a").sees("Note on INC-1").keys("ctrl-c").misses("Note on").keys("ctrl-c").sees("to quit").keys("ctrl-c");
    assert_eq!(tty.ended(), 0);
    assert_given_back(tty.is_over());
}

#[test]
fn sigterm_ends_it_and_keeps_what_is_typed() {
    let floor = Floor::now();
    let mut tty = console(&floor);
    tty.keys("a 'half a word'").sees("half a word").signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
    assert_given_back(tty.is_over());
    let kept = floor.desk("ann").store().draft(&crate::desk::login("ann"), "note INC-1").unwrap();
    assert!(kept.is_some_and(|text| text.contains("half a word")));
}

#[test]
fn a_hang_up_ends_it() {
    let floor = Floor::now();
    let mut tty = console(&floor);
    tty.keys("a 'half a word'").sees("half a word").hang_up();
    tty.ended();
    let kept = floor.desk("ann").store().draft(&crate::desk::login("ann"), "note INC-1").unwrap();
    assert!(kept.is_some_and(|text| text.contains("half a word")));
}

/// The console stops, the terminal is the shell's, and on return all of it is drawn again without a question.
fn stops_and_goes_on(stop: impl FnOnce(&mut Tty)) {
    let floor = Floor::now();
    let mut tty = console(&floor);
    tty.keys("j").sees(">  3");
    stop(&mut tty);
    tty.is_stopped();
    assert_given_back(&tty);
    let (heard, frames) = (tty.heard(), tty.frames());
    tty.signal(Signal::CONT).frame_after(frames).sees(">  3").sees("INC-6").sees("? help");
    let bytes = tty.bytes_after(heard);
    assert!(!bytes.windows(CURSOR_QUESTION.len()).any(|it| it == CURSOR_QUESTION), "it asks for no cursor report");
    assert!(tty.state(vt100::Screen::alternate_screen) && tty.state(vt100::Screen::bracketed_paste));
    tty.keys("y").sees("copied INC-2");
}

#[test]
fn ctrl_z_stops_it_and_everything_is_back_when_it_goes_on() {
    stops_and_goes_on(|tty| {
        tty.keys("ctrl-z");
    });
}

#[test]
fn a_stop_from_outside_is_the_same() {
    stops_and_goes_on(|tty| {
        tty.signal(Signal::TSTP);
    });
}

#[test]
fn a_hard_stop_repaints_too() {
    let floor = Floor::now();
    let mut tty = console(&floor);
    let frames = tty.signal(Signal::STOP).is_stopped().frames();
    tty.signal(Signal::CONT).frame_after(frames).sees("INC-6").keys("y").sees("copied INC-1");
}

#[test]
fn a_resize_keeps_the_cursor_the_marks_and_the_dialog() {
    let floor = Floor::now();
    let mut tty = console(&floor);
    tty.keys("space a 'kept'").sees("Note on INC-1").sees("kept").resize((140, 40)).sees("2 Escalations").sees("kept");
    tty.resize((30, 8)).misses("Escalations").sees("kept").resize((80, 24)).sees("2 Escal").sees("kept");
    tty.keys("esc").sees("* 2^ ").sees(">  3 ").sees("1 marked: INC-1");
}
