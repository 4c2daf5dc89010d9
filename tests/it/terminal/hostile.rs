//! Text from outside that tries to talk to the terminal: nothing of it gets there but letters.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::floor::Floor;
use crate::pty::Tty;

/// Each tries another way out of the text.
const CORPUS: [&str; 12] = [
    "\x1b[2J\x1b[H\x1b[31mYou have been\x1b[0m cleared",
    "\x1b]52;c;cm0gLXJmIC8K\x07 clipboard",
    "\x1b]0;a title\x1b\\ title",
    "\x1bP+q544e\x1b\\ answerback",
    "\u{9b}31mC1 colour\u{9b}0m and \u{9d}0;title\u{9c}",
    "\u{202e}gnp.exe reversed\u{202c} \u{2066}isolated\u{2069}",
    "zero\u{200b}width\u{feff} joiner\u{200d}s \u{2060}",
    "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307} stacked",
    "back\x08\x08\x08space and\rreturn and\x0b\x0cfeeds",
    "nul\0 bell\x07 del\x7f",
    "wide 語語語 and \u{1f469}\u{200d}\u{1f4bb} emoji",
    "\x1b[6n\x1b[c\x1b[>q questions",
];

/// Sequences that the console may send, with digits and separators taken out.
const OURS: [&str; 22] = [
    "[H", "[J", "[K", "[m", "[?h", "[?l", "[A", "[B", "[C", "[D", "[G", "[d", "[?25h", "[?25l", "[?1049h", "[?1049l",
    "[?2004h", "[?2004l", "[?2026h", "[?2026l", "[?1000l", "[?1006l",
];

/// What in the bytes is neither a sequence of ours nor printable.
fn foreign(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).expect("whole characters");
    let mut found = Vec::new();
    let mut parts = text.split('\x1b');
    let mut plain = vec![parts.next().unwrap_or_default().to_owned()];
    for part in parts {
        let end = part.char_indices().skip(1).find(|(_, c)| ('@'..='~').contains(c));
        let Some((end, _)) = end.filter(|_| part.starts_with('[')) else {
            found.push(format!("ESC {part:?}"));
            continue;
        };
        let sequence = &part[..=end];
        let bare: String = sequence.chars().filter(|c| !c.is_ascii_digit() && *c != ';').collect();
        if !OURS.contains(&sequence) && !OURS.contains(&bare.as_str()) {
            found.push(format!("ESC {sequence:?}"));
        }
        plain.push(part[end + 1..].to_owned());
    }
    let bidi =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let bad = |c: char| (c.is_control() && c != '\r' && c != '\n') || bidi(c);
    found.extend(plain.iter().filter(|text| text.contains(bad)).map(|text| format!("{text:?}")));
    found
}

/// Runs a command of the program with a text on its standard input.
fn command(floor: &Floor, who: &str, args: &[&str], input: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tierdesk"))
        .args(["--store", floor.path().to_str().unwrap(), "--as", who])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{args:?}");
}

/// The corpus by every way that a text comes in: typed on a command line, read from standard input, imported.
fn fill(floor: &Floor) {
    let mut imported = String::new();
    for (n, text) in CORPUS.iter().enumerate() {
        // No argument can hold a NUL.
        let word = text.replace('\0', "");
        let long = format!("{text} {}", "long ".repeat(2_000));
        command(floor, "bob", &["new", "inc", &word, "-r", &word, "--machine", &word, "--description", "-"], &long);
        command(floor, "bob", &["note", &format!("INC-{}", 7 + n), "-"], text);
        let line = json!({
            "tierdesk": 1, "source": "elsewhere", "key": format!("T{n}"), "title": text, "description": long,
            "category": "fix", "subcategory": "performance", "tier": 1, "requester": { "name": text },
            "opened_at": "2026-01-02T03:04:05Z", "logged_at": "2026-01-02T03:05:05Z",
        });
        imported.push_str(&format!("{line}\n"));
    }
    command(floor, "dana", &["import", "tickets", "-"], &imported);
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let floor = Floor::now();
    fill(&floor);
    let floor = floor.escalated();
    let mut tty = Tty::console(&floor.path(), "ann", (80, 24));
    let last = 6 + 2 * CORPUS.len();
    for n in 7..=last {
        let name = format!("g t 'INC-{n}' enter");
        tty.keys(&name).sees("Timeline").keys("G").keys("g g H").sees("History of").keys("esc").misses("History of");
        tty.keys("esc").sees("[All");
    }
    // Pasted, it lies in the filter bar and in a note.
    for text in CORPUS {
        tty.send(b"\x1b[200~").send(text.as_bytes()).send(b"\x1b[201~").misses("[All").keys("esc").sees("[All");
        tty.keys("a").sees("Note on").send(b"\x1b[200~").send(text.as_bytes()).send(b"\x1b[201~");
        tty.keys("ctrl-x").misses("Note on");
    }
    tty.resize((140, 40)).sees("2 Escalations").keys("2").sees("nothing waits here").keys("1").sees("[All");
    assert_eq!(foreign(&tty.bytes_after(0)), Vec::<String>::new());
}

#[test]
fn the_check_sees_what_it_looks_for() {
    for text in ["\x1b]52;c;aGk=\x07", "\x1b[6n", "\u{9b}31m", "a\u{202e}b", "\x07", "\x1bP+q\x1b\\"] {
        assert!(!foreign(text.as_bytes()).is_empty(), "{text:?}");
    }
    assert!(foreign("\x1b[12;4H\x1b[7mINC-1\x1b[0m\x1b[?25h".as_bytes()).is_empty());
}
