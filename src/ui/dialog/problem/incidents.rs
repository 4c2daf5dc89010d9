//! Incidents that may belong to a problem: the likeliest first; Enter links one.

use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::link::AddLink;
use crate::domain::id::AggId;
use crate::domain::ticket::{Link, LinkKind};
use crate::ui::command::Command;
use crate::ui::dialog::choosing::{Choosing, List, Then};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::Next;

/// An incident, or all that are suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    One(AggId),
    All,
}

pub struct Linking {
    about: About,
    suggested: Vec<AggId>,
}

pub fn open(about: About, desk: &Desk) -> Result<Choosing<Linking>, Error> {
    let found = desk.incidents_for(about.agg(), about.problem().title.as_str())?;
    let suggested: Vec<_> = found.iter().map(|row| row.agg).collect();
    let mut entries: Vec<_> = found
        .iter()
        .map(|row| {
            let who = row.requester.as_deref().unwrap_or("-");
            Entry::new(Meant::One(row.agg), format!("{} {}", row.name, row.title), format!("{who}  {}", row.priority))
        })
        .collect();
    if entries.len() > 1 {
        entries.push(Entry::new(Meant::All, format!("all {} of them", entries.len()), "linked"));
    }
    let count = entries.len();
    let title = if count == 0 {
        format!("No free incident is like {}; b on a ticket binds it", about.problem().name())
    } else {
        about.titled("Link to")
    };
    let picker = Picker::new(title, Digits::Point, entries).hints("Enter link   letters narrow   Esc close");
    Ok(Choosing::new(Linking { about, suggested }, picker, count))
}

impl List for Linking {
    type Key = Meant;

    fn chose(&mut self, meant: Meant) -> Then<Meant> {
        let incidents = match meant {
            Meant::One(agg) => vec![agg],
            Meant::All => self.suggested.clone(),
        };
        let link = Link { kind: LinkKind::SymptomOf, to: self.about.agg() };
        Then::Next(Next::Do(Command::on(&incidents, Verb::Link(AddLink { link }))))
    }
}
