//! Which problem an incident may be a symptom of, and which incidents a problem may cause.

use std::collections::BTreeSet;

use crate::app::{Desk, Error};
use crate::domain::filter::parse;
use crate::domain::id::AggId;
use crate::domain::number::Kind;
use crate::domain::ticket::Ticket;
use crate::store::problem_list::ProblemRow;
use crate::store::queue::TicketRow;

/// How many incidents are suggested.
const SUGGESTED: usize = 20;
/// What the same program, symptom and signature count, in percent of shared words.
const SAME_KIND: usize = 100;
/// What a workaround that can be applied counts.
const OFFERS: usize = 5;

impl Desk {
    /// Problems under way, then those under observation.
    pub fn problem_rows(&self) -> Result<Vec<ProblemRow>, Error> {
        Ok(self.store().problem_rows(self.now())?)
    }

    /// All problems that a ticket could be bound to, the likeliest first.
    pub fn problems_for(&self, ticket: &Ticket) -> Result<Vec<ProblemRow>, Error> {
        let alike = self.store().problems_alike(ticket)?;
        let words = words_of(ticket.title.as_str());
        let score = |row: &ProblemRow| {
            let kind = if alike.contains(&row.agg) { SAME_KIND } else { 0 };
            let told = shared(&words, &row.title);
            kind + told + if row.offers && kind + told > 0 { OFFERS } else { 0 }
        };
        let mut rows = self.problem_rows()?;
        rows.sort_by_cached_key(|row| std::cmp::Reverse(score(row)));
        Ok(rows)
    }

    /// Open incidents that could be symptoms of a problem: those of the kind that it has already, then those whose title
    /// shares words with its own.
    pub fn incidents_for(&self, problem: AggId, title: &str) -> Result<Vec<TicketRow>, Error> {
        let mut found = Vec::new();
        for agg in self.store().could_belong(problem)? {
            found.extend(self.store().ticket_row(agg)?);
        }
        let words = words_of(title);
        let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
        // A title that is no filter has no likeness to look for.
        if let Ok(filter) = parse(&format!("is:open type:incident ({})", quoted.join(" | "))) {
            let mut told = self.page(&filter, SUGGESTED as u32 * 4, None)?.rows;
            told.retain(|row| row.kind == Kind::Incident && found.iter().all(|it: &TicketRow| it.agg != row.agg));
            told.sort_by_cached_key(|row| std::cmp::Reverse(shared(&words, &row.title)));
            for row in told {
                if found.len() >= SUGGESTED {
                    break;
                }
                let free = self.store().case(row.agg)?.is_some_and(|case| case.ticket().problem().is_none());
                found.extend(free.then_some(row));
            }
        }
        Ok(found)
    }
}

/// Percent of all words of both that they share.
fn shared(words: &BTreeSet<String>, title: &str) -> usize {
    let other = words_of(title);
    (words.intersection(&other).count() * 100).checked_div(words.union(&other).count()).unwrap_or(0)
}

/// Words that say something: three letters or more, in lower case.
fn words_of(title: &str) -> BTreeSet<String> {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3);
    words.map(str::to_lowercase).collect()
}
