//! Whole processes: a list on the command line, the console from its start to the first frame, and its end.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::figure::{self, Times};
use crate::tty::Tty;
use crate::{Size, floor, staff};

const RUNS: usize = 40;
/// A log of about this many MiB lies beside the store while the console is left.
const LOG_MIB: usize = 100;
/// Nothing more comes to the screen once this long nothing came.
const QUIET: Duration = Duration::from_millis(100);

pub fn measure(sizes: &[Size]) {
    let mut smallest = None;
    for size in sizes {
        figure::heading(size.tickets);
        lists(&size.path);
        let (spawn, start) = starts(&size.path);
        figure::ratio("start to first frame / spawn of true", start, spawn, 8.0);
        let smallest = *smallest.get_or_insert(start);
        figure::ratio("start to first frame / at the smallest size", start, smallest, 1.5);
        memory(&size.path);
        quits(&size.path);
    }
}

/// `tierdesk ls` against a bare program that prints the same rows; turn by turn.
fn lists(store: &Path) {
    let (mut ours, mut floor) = (Times::default(), Times::default());
    for _ in 0..RUNS {
        ours.push(run(Command::new(env!("CARGO_BIN_EXE_tierdesk"))
            .arg("--store")
            .arg(store)
            .args(["ls", "is:open", "tier:1"])));
        floor.push(run(&mut floor::again(&[OsStr::new("floor-list"), store.as_os_str()])));
    }
    figure::ratio("tierdesk ls of a tier, 200 rows", ours.median(), floor.median(), 3.0);
}

fn run(command: &mut Command) -> Duration {
    let began = Instant::now();
    let output = command.stdin(Stdio::null()).output().expect("the program runs");
    let took = began.elapsed();
    assert!(output.status.success() && output.stdout.len() > 1_000, "a page of rows");
    took
}

/// Medians of spawning `true` in a pty until it has ended, and of the console until its first whole frame.
fn starts(store: &Path) -> (Duration, Duration) {
    let (mut spawns, mut starts) = (Times::default(), Times::default());
    for _ in 0..RUNS {
        spawns.push(spawn());
        let mut tty = Tty::console(store);
        starts.push(tty.frame().at - tty.began);
    }
    (spawns.median(), starts.median())
}

fn spawn() -> Duration {
    let mut tty = Tty::start(OsStr::new("/bin/true"), &[], &[]);
    tty.ended() - tty.began
}

fn memory(store: &Path) {
    let mut tty = Tty::console(store);
    tty.settled(QUIET);
    figure::at_most("resident memory at the queue", tty.resident(), 16 << 10, "KiB");
    for _ in 0..30 {
        tty.press("\x06");
        tty.settled(Duration::from_millis(30));
    }
    figure::at_most("resident memory after thirty pages", tty.resident(), 16 << 10, "KiB");
}

/// The second `q` until the process has ended, with a long log beside the store.
fn quits(store: &Path) {
    let long = staff::lengthen(store, LOG_MIB);
    let (mut spawns, mut quits) = (Times::default(), Times::default());
    for _ in 0..RUNS / 2 {
        spawns.push(spawn());
        let mut tty = Tty::console(store);
        tty.frame();
        tty.press("q");
        tty.frame();
        let pressed = tty.press("q");
        quits.push(tty.ended() - pressed);
    }
    figure::ratio(&format!("quit, with a log of {} MiB", long >> 20), quits.median(), spawns.median(), 2.0);
    let db = Connection::open(store).expect("the store opens");
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
}
