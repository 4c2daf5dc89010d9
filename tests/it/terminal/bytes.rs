//! How many bytes the console sends: a lost line and a slow one are paid for by the byte.

use std::thread;
use std::time::Duration;

use tierdesk::app::wall_clock;

use crate::floor::Floor;
use crate::pty::{Cells, Tty};

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// Bytes that one step of the cursor may cost.
const MOVE_MAX: usize = 120;
/// How long nothing must come while nobody does anything.
const IDLE: Duration = Duration::from_secs(4);

fn count(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).filter(|window| *window == what).count()
}

/// Waits until no minute begins for a while: it would draw the time.
fn within_a_minute() {
    let since = wall_clock() % 60_000;
    if since > 50_000 {
        thread::sleep(Duration::from_millis(60_100 - since as u64));
    }
}

fn moves(size: Cells) -> Vec<usize> {
    let floor = Floor::now();
    within_a_minute();
    let mut tty = Tty::console(&floor.path(), "ann", size);
    tty.sees("It began this").keys("p").misses("It began this");
    // Everything above is drawn when this number is copied.
    tty.keys("y").sees("copied INC-1").keys("j").sees(">  3");
    let mut costs = Vec::new();
    for key in ["j", "j", "k", "down", "up", "j", "j"] {
        let (heard, frames) = (tty.heard(), tty.frames());
        tty.keys(key).frame_after(frames);
        let bytes = tty.bytes_after(heard);
        assert_eq!(count(&bytes, END), 1, "one frame for {key}");
        costs.push(bytes.len());
    }
    costs
}

#[test]
fn a_step_of_the_cursor_is_cheap_at_any_size() {
    for size in [(80, 24), (140, 40)] {
        let costs = moves(size);
        println!("{size:?}: {costs:?} bytes");
        assert!(costs.iter().all(|cost| *cost <= MOVE_MAX), "{size:?}: {costs:?}");
    }
}

#[test]
fn the_first_frame_is_one_synchronized_update() {
    let floor = Floor::now();
    let tty = Tty::console(&floor.path(), "ann", (80, 24));
    let bytes = tty.bytes_after(0);
    assert_eq!((count(&bytes, BEGIN), count(&bytes, END)), (1, 1));
    let begin = bytes.windows(BEGIN.len()).position(|window| window == BEGIN).unwrap();
    let before = String::from_utf8_lossy(&bytes[..begin]).into_owned();
    let printed: String = before
        .split('\x1b')
        .map(|part| part.trim_start_matches(|c: char| c != 'h' && c != 'l' && c != 'J'))
        .map(|part| part.get(1..).unwrap_or_default())
        .collect();
    assert_eq!(printed, "", "nothing is drawn before it");
    assert!(bytes.ends_with(END));
    assert!(tty.screen().contains("INC-1"));
}

#[test]
fn nothing_is_sent_while_nothing_happens() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    tty.keys("j").sees(">  3");
    within_a_minute();
    let heard = tty.heard();
    thread::sleep(IDLE);
    // Another key is answered: it was not asleep, it had nothing to say.
    let sent = String::from_utf8_lossy(&tty.bytes_after(heard)).into_owned();
    assert_eq!(sent, "");
    tty.keys("k").sees(">  2^");
}
