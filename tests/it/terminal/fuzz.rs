//! Bytes that a person did not mean as keys: pastes in the list, and escape sequences that a line cuts in two.

use std::thread;
use std::time::{Duration, Instant};

use crate::floor::{Floor, inc};
use crate::pty::Tty;

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
}

/// What a clipboard may hold: verbs, Enter, escapes, marks of other languages.
const PIECES: [&str; 16] =
    ["c", "t", "d\r", "e2", "\r", "\n", "A1", "fp1", "\x1b", "\x1b[A", "u", "* ", "m\r", "q", "ß語", "\x07"];

#[test]
fn a_paste_into_the_list_changes_nothing() {
    let floor = Floor::now();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    let events = floor.events();
    for round in 0..40 {
        let pasted: String = (0..dice.below(12) + 1).map(|_| PIECES[dice.below(PIECES.len())]).collect();
        tty.send(b"\x1b[200~").send(pasted.as_bytes()).send(b"\x1b[201~");
        // It lies in the filter bar, where the tabs were.
        tty.misses("[All 6]").keys("esc").sees("[All 6]");
        assert_eq!(floor.events(), events, "round {round}: {pasted:?}");
    }
    tty.keys("c").sees("taken INC-1");
    assert!(floor.events() > events, "a key still is one");
}

/// Over a remote line a lone Esc waits this long for its rest, and a sequence that is more than that four times as long.
const GUARD: Duration = Duration::from_millis(120);
/// Gaps that a slow line makes, in milliseconds.
const GAPS: [u64; 6] = [0, 15, 30, 60, 120, 200];
const SEQUENCES: [&[u8]; 6] = [b"\x1b[A", b"\x1b[B", b"\x1bOC", b"\x1b[1;5D", b"\x1b[F", b"\x1b[Z"];

/// Sends a sequence in two; was the gap as short as the guard asks for?
fn cut(tty: &mut Tty, sequence: &[u8], at: usize, gap: u64) -> bool {
    let begun = Instant::now();
    tty.send(&sequence[..at]);
    thread::sleep(Duration::from_millis(gap));
    tty.send(&sequence[at..]);
    begun.elapsed() < if at == 1 { GUARD } else { 4 * GUARD }
}

/// Cuts every sequence everywhere; none where this machine was too busy to keep the gaps.
fn cuts(tty: &mut Tty) -> Option<()> {
    for sequence in SEQUENCES {
        for at in 1..sequence.len() {
            for gap in GAPS.iter().filter(|gap| at > 1 || **gap < 100) {
                if !cut(tty, sequence, at, *gap) {
                    return None;
                }
            }
        }
    }
    Some(())
}

#[test]
fn an_arrow_cut_anywhere_neither_writes_nor_closes_a_dialog() {
    let remote = [("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.8 22")];
    for _ in 0..5 {
        let floor = Floor::now();
        let path = floor.path();
        let args = ["--store", path.to_str().unwrap(), "--as", "ann"];
        let mut tty = Tty::start((80, 24), env!("CARGO_BIN_EXE_tierdesk"), &args, &remote);
        tty.sees("? help").keys("a").sees("Note on INC-1").keys("'kept'").sees("kept");
        let events = floor.events();
        if cuts(&mut tty).is_none() {
            continue;
        }
        // The dialog is still there and takes text; what is sent is what was typed, and no piece of an arrow.
        tty.keys("tab shift-tab 'x'").sees("Esc keep draft");
        assert_eq!(floor.events(), events);
        tty.keys("ctrl-s").misses("Esc keep draft");
        let desk = floor.desk("dana");
        let sent = desk.record(inc(&desk, 1)).unwrap().worklog.last().unwrap().text.to_string();
        let mut letters: Vec<char> = sent.chars().filter(|c| !c.is_whitespace()).collect();
        letters.sort_unstable();
        assert_eq!(letters, ['e', 'k', 'p', 't', 'x'], "{sent:?}");
        return;
    }
    panic!("this machine is too busy to send anything in time");
}

#[test]
fn an_arrow_cut_in_the_list_only_moves() {
    let floor = Floor::now();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    let events = floor.events();
    for cut in 1..3 {
        for gap in [0, 10, 25] {
            for arrow in [b"\x1b[B", b"\x1b[A", b"\x1b[C", b"\x1b[D"] {
                tty.send(&arrow[..cut]);
                thread::sleep(Duration::from_millis(gap));
                tty.send(&arrow[cut..]);
            }
        }
    }
    tty.keys("g g y").sees("copied INC-1");
    assert_eq!(floor.events(), events);
}
