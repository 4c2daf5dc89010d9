//! One's own changes, the latest first; Enter takes that one back.

use super::choosing::{Choosing, List, Then};
use super::history::undone;
use crate::app::receipt::done;
use crate::app::{Desk, Error};
use crate::domain::change::Act;
use crate::domain::event::{Event, Proof};
use crate::domain::id::CmdId;
use crate::domain::when;
use crate::ui::command::Command;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::Next;

/// How far back the list looks, in events of everyone.
const WITHIN: u32 = 2_000;
/// How many records a line names.
const NAMES: usize = 3;

/// Commands by identity.
pub struct Mine;

impl List for Mine {
    type Key = CmdId;

    fn chose(&mut self, cmd: CmdId) -> Then<CmdId> {
        Then::Next(Next::Do(Command::Undo(Some(cmd))))
    }
}

/// A command with the events it wrote.
struct Made {
    cmd: CmdId,
    events: Vec<Event>,
}

pub fn open(desk: &Desk) -> Result<Choosing<Mine>, Error> {
    let after = (desk.store().last_pos()? - i64::from(WITHIN)).max(0);
    let events = desk.store().events_after(after, WITHIN)?;
    let undone = undone(events.iter().map(|event| (event.cmd, event.body.as_ref())));
    let mut entries = Vec::new();
    for made in mine(events, desk) {
        let mark = if undone.contains(&made.cmd) { "undone" } else { "" };
        entries.push(Entry::new(made.cmd, label(&made, desk)?, mark));
    }
    let count = entries.len();
    let picker = Picker::new("Your changes", Digits::Point, entries).hints("Enter undo the selected   Esc close");
    Ok(Choosing::new(Mine, picker, count))
}

/// What the person of this desk wrote, the latest first.
fn mine(events: Vec<Event>, desk: &Desk) -> Vec<Made> {
    let by_me = |event: &Event| {
        event.actor == desk.person().login && !matches!(event.proof, Some(Proof::Timer | Proof::Import))
    };
    let mut all: Vec<Made> = Vec::new();
    for event in events.into_iter().rev().filter(by_me) {
        match all.last_mut().filter(|made| made.cmd == event.cmd) {
            Some(made) => made.events.push(event),
            None => all.push(Made { cmd: event.cmd, events: vec![event] }),
        }
    }
    all
}

/// `Tue 24 Nov 14:30  taken INC-12 INC-13`.
fn label(made: &Made, desk: &Desk) -> Result<String, Error> {
    let Some(last) = made.events.first() else { return Ok(String::new()) };
    let act = last.body.as_ref().map(|body| body.act.as_str()).unwrap_or_default();
    let what = Act::from_word(act).map_or_else(|| act.to_owned(), |act| done(act).to_owned());
    let mut names = Vec::new();
    for event in made.events.iter().rev().take(NAMES) {
        names.extend(desk.store().ticket_row(event.agg)?.map(|row| row.name));
    }
    let more = made.events.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let at = when::shown(last.at, desk.now(), desk.policy().zone);
    Ok(format!("{at}  {what} {}{more}", names.join(" ")))
}
