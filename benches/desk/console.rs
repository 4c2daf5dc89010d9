//! The console at work: from a key to its frame, a filter while it is typed, what another process wrote, and silence.

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tierdesk::app::Desk;
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::note::AddNote;
use tierdesk::domain::filter::parse;
use tierdesk::domain::id::AggId;
use tierdesk::domain::incident::Visibility;
use tierdesk::domain::text::Note;

use crate::figure::{self, Times};
use crate::tty::Tty;
use crate::{Size, floor, staff};

/// One picture of a screen of 60 Hz.
const PICTURE: Duration = Duration::from_micros(16_700);
/// Nothing more comes to the screen once this long nothing came.
const QUIET: Duration = Duration::from_millis(120);
/// Time between two keys, so that none is answered together with the one before.
const PAUSE: Duration = Duration::from_millis(5);
const KEYS: usize = 300;
const COMMITS: usize = 120;
const IDLE: Duration = Duration::from_secs(5);
/// Typed letter by letter; seldom, often and unknown words.
const WORDS: [&str; 9] = ["printer", "outlook", "w13", "password", "w1999", "vpn", "printer w7", "zebra", "person 77"];

pub fn measure(sizes: &[Size]) {
    for size in sizes {
        figure::heading(size.tickets);
        moves(&size.path, "with preview", "");
        moves(&size.path, "without preview", "p");
        unchanged(&size.path);
        letters(&size.path);
        others(&size.path);
        silence(&size.path);
    }
}

fn console(store: &Path) -> Tty {
    let mut tty = Tty::console(store);
    tty.settled(QUIET).expect("a first frame");
    tty
}

/// Steps of the cursor against a bare program that sends as many bytes for a key.
fn moves(store: &Path, what: &str, before: &str) {
    let mut tty = console(store);
    if !before.is_empty() {
        tty.press(before);
        tty.settled(QUIET);
    }
    // The cursor is away from the edge, where nothing would change.
    tty.press("jj");
    tty.settled(QUIET);
    let keys = ["j", "j", "j", "k", "j", "j", "k", "k", "k", "k"];
    let (ours, bytes) = steps(&mut tty, &keys);
    let mut echo = floor::echoing(bytes);
    let (floor, _) = steps(&mut echo, &keys);
    figure::ratio(&format!("key to paint, {what}, p50"), ours.median(), floor.median(), 4.0);
    figure::within(&format!("key to paint, {what}, p99"), ours.p99(), PICTURE);
    if before == "p" {
        figure::at_most("a step of the cursor", bytes as u64, 120, "B");
    }
}

/// Times from a key to the end of its frame, and the bytes of the longest of the shorter half.
fn steps(tty: &mut Tty, keys: &[&str]) -> (Times, usize) {
    let (mut times, mut bytes) = (Times::default(), Vec::new());
    for key in keys.iter().cycle().take(KEYS) {
        std::thread::sleep(PAUSE);
        let pressed = tty.press(key);
        let frame = tty.frame();
        times.push(frame.at - pressed);
        bytes.push(frame.bytes);
    }
    bytes.sort_unstable();
    (times, bytes[bytes.len() / 2])
}

/// A key that changes nothing on the screen.
fn unchanged(store: &Path) {
    let mut tty = console(store);
    tty.press("k");
    tty.settled(QUIET);
    tty.press("k");
    figure::at_most("a frame in which nothing changed", tty.bytes_within(QUIET) as u64, 32, "B");
}

/// Letters of a filter, from each to the last frame that it causes.
fn letters(store: &Path) {
    let mut tty = console(store);
    let mut times = Times::default();
    for _ in 0..3 {
        for word in WORDS {
            tty.press("/");
            tty.settled(QUIET);
            for letter in word.chars() {
                let pressed = tty.press(&letter.to_string());
                let painted = tty.settled(QUIET).expect("a frame for a letter");
                times.push(painted.at - pressed);
            }
            tty.press("\x1b");
            tty.settled(QUIET);
        }
    }
    figure::within("a letter of a filter to its rows, p50", times.median(), Duration::from_millis(3));
    figure::within("a letter of a filter to its rows, p99", times.p99(), Duration::from_millis(15));
}

/// This process writes, the console paints: from the end of a commit to the end of the frame.
fn others(store: &Path) {
    let folder = TempDir::new_in(store.parent().expect("a folder")).expect("a folder");
    let store = staff::copy(store, folder.path());
    let mut desk = staff::desk(&store);
    let first = first_row(&desk);
    let mut tty = console(&store);
    let mut times = Times::default();
    for n in 0..COMMITS {
        // At another moment of the console's loop each time.
        std::thread::sleep(PAUSE + Duration::from_micros(137 * (n as u64 % 50)));
        desk.run(&note(&format!("written {n} in another window")), first).expect("a note");
        let written = Instant::now();
        let frame = tty.frame();
        times.push(frame.at.saturating_duration_since(written));
    }
    figure::within("a commit of another process to its frame, p50", times.median(), Duration::from_millis(25));
    figure::within("a commit of another process to its frame, p99", times.p99(), Duration::from_millis(25));
}

/// The ticket on which the cursor stands when the console opens.
fn first_row(desk: &Desk) -> AggId {
    let filter = parse("is:open tier:mine").expect("a filter");
    desk.page(&filter, 1, None).expect("a page").rows[0].agg
}

pub fn note(text: &str) -> Verb {
    Verb::Note(AddNote { text: Note::new(text).expect("a note"), vis: Visibility::Internal })
}

fn silence(store: &Path) {
    let mut tty = console(store);
    figure::at_most("sent in five idle seconds", tty.bytes_within(IDLE) as u64, 0, "B");
}
