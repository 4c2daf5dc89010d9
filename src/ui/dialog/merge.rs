//! Merge duplicates: the marked ones into this, or suggestions for it. Tab swaps which one goes on.

use std::collections::BTreeSet;

use super::choosing::{Choosing, List, Then};
use crate::app::{Desk, Error};
use crate::domain::filter::parse;
use crate::domain::id::AggId;
use crate::domain::refusal::Code;
use crate::store::queue::TicketRow;
use crate::ui::command::Command;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::Next;

/// How many tickets are looked at for each thing that a duplicate would share.
const LOOKED_AT: u32 = 200;
/// How many suggestions are shown.
const SUGGESTED: usize = 9;
/// What the same requester counts, in percent of shared words.
const SAME_REQUESTER: usize = 30;

pub struct Merging {
    survivor: TicketRow,
    /// The marked duplicates, or the suggestions.
    others: Vec<TicketRow>,
    /// All of the others are meant, not the selected one.
    all: bool,
    /// The selected suggestion goes on, and this one ends.
    swapped: bool,
}

pub fn open(duplicates: &[AggId], survivor: AggId, desk: &Desk) -> Result<Choosing<Merging>, Error> {
    let row = |agg| -> Result<TicketRow, Error> {
        Ok(desk.store().ticket_row(agg)?.ok_or_else(|| Code::NotFound.because("the record does not exist"))?)
    };
    let survivor = row(survivor)?;
    let all = !duplicates.is_empty();
    let others = if all {
        let marked = duplicates.iter().filter(|agg| **agg != survivor.agg);
        marked.map(|agg| row(*agg)).collect::<Result<_, _>>()?
    } else {
        suggest(&survivor, candidates(&survivor, desk)?)
    };
    let it = Merging { survivor, others, all, swapped: false };
    let (picker, count) = (it.picker(), it.others.len());
    Ok(Choosing::new(it, picker, count))
}

/// The candidates that look like a ticket, the likeliest first.
pub fn suggest(of: &TicketRow, candidates: Vec<TicketRow>) -> Vec<TicketRow> {
    let words = words_of(&of.title);
    let mut scored: Vec<(usize, TicketRow)> = candidates
        .into_iter()
        .filter(|it| it.agg != of.agg && it.state.open() && it.kind == of.kind)
        .map(|it| (likeness(&words, of, &it), it))
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| other.opened_at.cmp(&one.opened_at)));
    scored.truncate(SUGGESTED);
    scored.into_iter().map(|(_, it)| it).collect()
}

/// Percent of the words of both titles that they share, and something for the same requester.
fn likeness(words: &BTreeSet<String>, of: &TicketRow, it: &TicketRow) -> usize {
    let other = words_of(&it.title);
    let (shared, all) = (words.intersection(&other).count(), words.union(&other).count());
    let same = of.requester.is_some() && of.requester == it.requester;
    (shared * 100).checked_div(all).unwrap_or(0) + if same { SAME_REQUESTER } else { 0 }
}

/// Words that say something: three letters or more, in lower case.
fn words_of(title: &str) -> BTreeSet<String> {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3);
    words.map(str::to_lowercase).collect()
}

/// Open tickets of the tier that share a word with this one, and those of the same requester.
fn candidates(of: &TicketRow, desk: &Desk) -> Result<Vec<TicketRow>, Error> {
    let words: Vec<_> = words_of(&of.title).into_iter().map(|word| format!("\"{word}\"")).collect();
    let requester = of.requester.iter().map(|name| format!("req:\"{}\"", name.replace('"', "")));
    let asked = Some(words.join(" | ")).filter(|words| !words.is_empty()).into_iter().chain(requester);
    let mut rows: Vec<TicketRow> = Vec::new();
    for like in asked {
        // A title that is no filter has no likeness to look for.
        let Ok(filter) = parse(&format!("is:open tier:{} ({like})", of.tier)) else { continue };
        let found = desk.page(&filter, LOOKED_AT, None)?.rows;
        rows.extend(found.into_iter().filter(|row| rows.iter().all(|it| it.agg != row.agg)).collect::<Vec<_>>());
    }
    Ok(rows)
}

impl Merging {
    fn picker(&self) -> Picker<AggId> {
        let entry = |row: &TicketRow| {
            let who = row.requester.as_deref().unwrap_or("-");
            Entry::new(row.agg, format!("{} {}", row.name, row.title), format!("{who}  {}", row.priority))
        };
        let name = &self.survivor.name;
        let (title, hints) = match (self.all, self.swapped) {
            (true, _) => (format!("Merge these into {name}"), "Enter merge   Tab the selected one goes on   Esc close"),
            (false, false) if self.others.is_empty() => (format!("Nothing looks like {name}"), "Esc close"),
            (false, false) => {
                (format!("Merge into {name}"), "Enter merge the selected   Tab other way round   Esc close")
            }
            (false, true) => {
                (format!("Merge {name} into"), "Enter into the selected   Tab other way round   Esc close")
            }
        };
        Picker::new(title, Digits::Point, self.others.iter().map(entry).collect()).hints(hints)
    }
}

impl List for Merging {
    type Key = AggId;

    fn chose(&mut self, selected: AggId) -> Then<AggId> {
        let (duplicates, survivor) = match (self.all, self.swapped) {
            (true, _) => (self.others.iter().map(|row| row.agg).collect(), self.survivor.agg),
            (false, false) => (vec![selected], self.survivor.agg),
            (false, true) => (vec![self.survivor.agg], selected),
        };
        Then::Next(Next::Do(Command::Merge { duplicates, survivor }))
    }

    fn other(&mut self, selected: Option<AggId>) -> Then<AggId> {
        if self.all {
            let at = selected.and_then(|agg| self.others.iter().position(|row| row.agg == agg));
            if let Some(at) = at {
                std::mem::swap(&mut self.survivor, &mut self.others[at]);
            }
        } else {
            self.swapped = !self.swapped;
        }
        Then::List(Box::new(self.picker()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::standing::Standing;
    use crate::domain::incident::{Category, State, Subcategory};
    use crate::domain::number::Kind;
    use crate::domain::priority::Priority;
    use crate::domain::role::Tier;
    use crate::domain::time::Instant;

    fn row(n: u8, title: &str, requester: &str, state: State) -> TicketRow {
        TicketRow {
            agg: AggId::derived(&[&[n]]),
            rid: n.into(),
            name: format!("INC-{n}"),
            kind: Kind::Incident,
            title: title.to_owned(),
            state,
            tier: Tier::One,
            priority: Priority::P3,
            assignee: None,
            requester: Some(requester.to_owned()),
            vip: false,
            category: Category::Fix,
            subcategory: Subcategory::Unknown,
            pending_reason: None,
            opened_at: Instant(n.into()),
            updated_at: Instant(0),
            clock: Standing::default(),
            escalated: false,
            returns: 0,
            reopened: 0,
            woke: false,
            acknowledged: false,
            major: false,
        }
    }

    #[test]
    fn open_tickets_with_like_titles_or_the_same_requester_are_suggested() {
        let of = row(1, "VPN drops every 20 minutes", "j.smith", State::Queued);
        let candidates = vec![
            of.clone(),
            row(2, "Printer prints blank pages", "a.weber", State::Queued),
            row(3, "vpn drops, floor 3", "k.osei", State::Queued),
            row(4, "VPN drops every minute", "k.osei", State::Assigned),
            row(5, "VPN drops every 20 minutes", "k.osei", State::Resolved),
            row(6, "Mouse is gone", "j.smith", State::Queued),
        ];
        let names: Vec<_> = suggest(&of, candidates).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["INC-4", "INC-3", "INC-6"]);
    }
}
