//! Plain mode on a real terminal: nothing moves, nothing is written by itself, whatever the terminal is.

use crate::floor::Floor;
use crate::pty::Tty;

fn dumb(floor: &Floor, who: &str, env: &[(&str, &str)], more: &[&str]) -> Tty {
    let path = floor.path();
    let mut args = vec!["--store", path.to_str().unwrap(), "--as", who];
    args.extend(more);
    let mut tty = Tty::start((80, 24), env!("CARGO_BIN_EXE_tierdesk"), &args, env);
    tty.reads("? help\r\n> ");
    tty
}

/// Everything that came, of which no byte may move a cursor.
fn lines(tty: &Tty) -> String {
    let bytes = tty.bytes_after(0);
    assert!(!bytes.contains(&0x1b), "an escape sequence in {:?}", String::from_utf8_lossy(&bytes));
    let text = String::from_utf8(bytes).unwrap();
    for line in text.lines() {
        assert!(line.trim_end().chars().count() <= 80, "{line}");
    }
    text
}

#[test]
fn a_dumb_terminal_gets_lines_and_works_a_ticket() {
    let floor = Floor::now();
    let mut tty = dumb(&floor, "ann", &[("TERM", "dumb")], &[]);
    tty.keys("'t' enter").reads("taken INC-1").keys("'r' enter").reads("a number puts it in");
    tty.keys("enter").reads("| ").keys("'I am on it.' enter '.' enter").reads("replied on INC-1");
    tty.keys("'w 1' enter").reads("put on hold INC-1").keys("'u' enter").reads("taken back on INC-1");
    tty.keys("'q' enter").reads("again lists it").keys("'q' enter");
    assert_eq!(tty.ended(), 0);
    tty.is_over();
    let text = lines(&tty);
    assert!(!text.contains("draft saved"), "{text}");
    assert_eq!(floor.ticket(1).assignee.unwrap().as_str(), "ann");
}

#[test]
fn whoever_asks_for_lines_gets_them_on_any_terminal() {
    let floor = Floor::now();
    for (env, more) in [(&[("TIERDESK_A11Y", "1")][..], &[][..]), (&[], &["--plain"]), (&[("TERM", "")], &[])] {
        let mut tty = dumb(&floor, "ann", env, more);
        tty.keys("'q' enter");
        assert_eq!(tty.ended(), 0);
        tty.is_over();
        lines(&tty);
    }
}

#[test]
fn nothing_is_written_by_itself() {
    let floor = Floor::now();
    let mut tty = dumb(&floor, "ann", &[("TERM", "dumb")], &[]);
    let heard = tty.heard();
    let mut other = dumb(&floor, "bob", &[("TERM", "dumb")], &[]);
    other.keys("'1 c' enter").reads("taken INC-1");
    assert_eq!(tty.heard(), heard, "what bob does is told when ann asks");
    tty.keys("'again' enter").reads("j.smith, bob");
}

#[test]
fn a_lost_connection_keeps_what_was_typed() {
    let floor = Floor::now();
    let mut tty = dumb(&floor, "ann", &[("TERM", "dumb")], &[]);
    tty.keys("'5 a' enter").reads("| ").keys("'half a thought' enter").reads("half a thought\r\n| ");
    drop(tty);
    let mut tty = dumb(&floor, "ann", &[("TERM", "dumb")], &[]);
    tty.keys("'5 a' enter").reads("this goes on with what you typed before").reads("half a thought");
}
