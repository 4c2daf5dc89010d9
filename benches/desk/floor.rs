//! What this program becomes when it is started again: the floors that are whole programs, and the writers.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;

use crate::tty::{BEGIN, END, Tty};
use crate::write;

/// Plays the part that the arguments name, if they name one.
pub fn role(args: &[String]) -> Option<()> {
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["floor-list", store] => list(Path::new(store)),
        ["floor-echo", bytes] => echo(bytes.parse().expect("a number")),
        ["writer", store, n, until] => write::work(Path::new(store), n, until),
        _ => return None,
    }
    Some(())
}

/// This program again, in another part.
pub fn again(args: &[&OsStr]) -> Command {
    let mut command = Command::new(itself());
    command.args(args);
    command
}

/// A bare program in a pty that answers every key with a frame of so many bytes.
pub fn echoing(bytes: usize) -> Tty {
    let bytes = bytes.to_string();
    let mut tty = Tty::start(itself().as_os_str(), &[OsStr::new("floor-echo"), OsStr::new(&bytes)], &[]);
    tty.frame();
    tty
}

fn itself() -> PathBuf {
    std::env::current_exe().expect("this program has a place")
}

/// Prints the open tickets of tier 1 as `tierdesk ls` does, with nothing in between.
fn list(store: &Path) {
    let db = Connection::open(store).expect("the store opens");
    let mut page = db
        .prepare(
            "SELECT n, priority, state, coalesce(assignee, '-'), opened_at, title
             FROM ticket INDEXED BY ticket_queue WHERE shelf > 0 AND shelf = 1
             ORDER BY due_at, priority, opened_at, rid LIMIT 200",
        )
        .expect("a statement");
    let mut rows = page.query([]).expect("a query");
    let mut out = std::io::stdout().lock();
    while let Some(row) = rows.next().expect("a row") {
        let (n, priority, opened): (i64, i64, i64) =
            (row.get(0).expect("n"), row.get(1).expect("priority"), row.get(4).expect("opened"));
        let text = |column| row.get_ref(column).and_then(|it| Ok(it.as_str()?)).expect("a text");
        let (state, owner, title) = (text(2), text(3), text(5));
        let line = format!("INC-{n:<7} P{priority} {state:<12} {owner:<9} {opened} {title:.40}\n");
        out.write_all(line.as_bytes()).expect("a reader");
    }
}

/// Reads keys and writes frames until nobody is there.
fn echo(bytes: usize) {
    crossterm::terminal::enable_raw_mode().expect("a terminal");
    let text = "x".repeat(bytes.saturating_sub(BEGIN.len() + END.len() + 3));
    let frame = [BEGIN, b"\x1b[H", text.as_bytes(), END].concat();
    let (mut keys, mut out) = (std::io::stdin().lock(), std::io::stdout().lock());
    loop {
        out.write_all(&frame).and_then(|()| out.flush()).expect("a terminal");
        if !matches!(keys.read(&mut [0; 64]), Ok(1..)) {
            return;
        }
    }
}
