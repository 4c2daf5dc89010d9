//! The problem that tickets are symptoms of: the likeliest first; Enter binds. The workaround of a known error is
//! copied into the ticket.

use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::apply::ApplyWorkaround;
use crate::domain::command::link::AddLink;
use crate::domain::id::AggId;
use crate::domain::ticket::{Link, LinkKind};
use crate::ui::command::Command;
use crate::ui::dialog::choosing::{Choosing, List, Then};
use crate::ui::dialog::subject::About;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::problems::lines::named;
use crate::ui::screen::{Next, Place, Subject};

pub struct Binding {
    records: Vec<AggId>,
    /// The problem that the one ticket belongs to already: choosing it opens it.
    bound: Option<AggId>,
    /// Problems whose workaround goes along.
    offering: Vec<AggId>,
}

pub fn open(subject: &Subject, desk: &Desk) -> Result<Choosing<Binding>, Error> {
    let about = About::read(subject, desk)?;
    let bound = about.ticket().problem().filter(|_| about.is_one());
    let mut rows = desk.problems_for(about.ticket())?;
    rows.sort_by_key(|row| Some(row.agg) != bound);
    let mut offering = Vec::new();
    for row in rows.iter().filter(|row| row.offers) {
        let offers = desk.store().problem(row.agg)?.is_some_and(|case| case.problem().offers_workaround());
        offering.extend(offers.then_some(row.agg));
    }
    let entry = |row: &crate::store::problem_list::ProblemRow| {
        let detail = match (Some(row.agg) == bound, offering.contains(&row.agg)) {
            (true, _) => "bound to it: Enter opens it".to_owned(),
            (false, true) => format!("{}, workaround, {} linked", named(row.state), row.linked),
            (false, false) => format!("{}, {} linked", named(row.state), row.linked),
        };
        Entry::new(row.agg, format!("{} {}", row.name, row.title), detail)
    };
    let entries: Vec<_> = rows.iter().map(entry).collect();
    let count = entries.len();
    let title = if count == 0 { "No problem is under way; P opens one".to_owned() } else { about.titled("Problem of") };
    let picker = Picker::new(title, Digits::Point, entries).hints("Enter bind   letters narrow   Esc close");
    Ok(Choosing::new(Binding { records: about.records, bound, offering }, picker, count))
}

impl List for Binding {
    type Key = AggId;

    fn chose(&mut self, problem: AggId) -> Then<AggId> {
        if self.bound == Some(problem) {
            return Then::Next(Next::Instead(Place::Record(problem, Vec::new())));
        }
        let verb = if self.offering.contains(&problem) {
            Verb::ApplyWorkaround(ApplyWorkaround { problem })
        } else {
            Verb::Link(AddLink { link: Link { kind: LinkKind::SymptomOf, to: problem } })
        };
        Then::Next(Next::Do(Command::on(&self.records, verb)))
    }
}
