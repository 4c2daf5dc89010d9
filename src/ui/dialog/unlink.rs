//! Take a ticket out of what it is linked to.

use super::choosing::{Choosing, List, Then};
use super::resolve::spoken;
use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::link::Unlink;
use crate::domain::id::AggId;
use crate::domain::ticket::Link;
use crate::ui::command::Command;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Subject};

/// A link and the record that has it: the other one, when that links to this.
pub struct Links {
    links: Vec<(AggId, Link)>,
}

impl List for Links {
    type Key = usize;

    fn chose(&mut self, n: usize) -> Then<usize> {
        let (owner, link) = self.links[n];
        Then::Next(Next::Do(Command::on(&[owner], Verb::Unlink(Unlink { link }))))
    }
}

pub fn open(subject: &Subject, desk: &Desk) -> Result<Choosing<Links>, Error> {
    let about = About::read(subject, desk)?;
    let this = about.first.case.agg;
    let mut links = Vec::new();
    let mut entries = Vec::new();
    for (n, link) in about.first.links.iter().enumerate() {
        let (owner, to) = if link.outward { (this, link.agg) } else { (link.agg, this) };
        links.push((owner, Link { kind: link.kind, to }));
        let kind = spoken(link.kind.word());
        let told = if link.outward { kind } else { format!("it is {kind} this") };
        entries.push(Entry::new(n, format!("{} {}", link.name, link.title), told));
    }
    let title = if links.is_empty() {
        format!("{} is linked to nothing", about.ticket().name())
    } else {
        format!("Take {} out of", about.ticket().name())
    };
    let picker = Picker::new(title, Digits::Point, entries).hints("Enter take out   Esc close");
    let count = links.len();
    Ok(Choosing::new(Links { links }, picker, count))
}
