//! What a hand-off should have; a help for whoever decides, never a bar.

use serde_json::Value;

use crate::domain::escalation::Item;
use crate::domain::field::Wire;
use crate::domain::incident::Subcategory;
use crate::domain::ticket::{Answer, Answered};
use crate::store::inbox::EscalationRow;

/// Words that a hand-off needs, without its ask, to tell the receiver anything.
const NOTE_WORDS: usize = 10;

/// How complete a hand-off is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Words of the hand-off without its ask.
    pub words: usize,
    pub category: bool,
    pub machine: bool,
    pub ask: bool,
}

impl Check {
    /// Of how many things.
    pub const OF: usize = 4;

    pub const fn note(&self) -> bool {
        self.words >= NOTE_WORDS
    }

    /// Each thing with its name.
    pub const fn things(&self) -> [(&'static str, bool); Self::OF] {
        [("note", self.note()), ("category", self.category), ("asset", self.machine), ("ask", self.ask)]
    }

    /// How many of them are there.
    pub fn met(&self) -> usize {
        self.things().into_iter().filter(|(_, met)| *met).count()
    }

    pub(super) fn of(row: &EscalationRow) -> Self {
        let mut words = 0;
        let mut ask = false;
        for (item, text) in &row.escalation.proposal.snapshot {
            let Some(answer) = Answer::from_value(&Value::from(text.as_str())) else { continue };
            let Some(finding) = answer.finding else { continue };
            if *item == Item::H10 {
                ask = answer.answered == Answered::Done;
            } else {
                words += finding.as_str().split_whitespace().count();
            }
        }
        let category = row.ticket.subcategory != Subcategory::Unknown;
        Self { words, category, machine: row.machine.is_some(), ask }
    }
}
