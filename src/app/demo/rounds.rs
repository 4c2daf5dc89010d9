//! What supervisors do about the rules: they look at what a rule moved at once or asked attention for, mostly within
//! the hour, and waive a demand that a story does not meet.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::content::Words;
use super::dice::Dice;
use super::hours::Hours;
use crate::domain::command::inbox::Review;
use crate::domain::command::waive::Waive;
use crate::domain::command::{Case, Verb};
use crate::domain::escalation::Escalation;
use crate::domain::id::RowId;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Login, Note, Reason};
use crate::domain::time::Instant;
use crate::domain::trigger::Trigger;

/// Who looks where nobody in particular was asked.
const ON_DUTY: &str = "sup.dana";

/// Open minutes until a supervisor looks.
const WITHIN: (i64, i64) = (5, 55);

/// What waits for a supervisor.
#[derive(Debug)]
pub struct Rounds {
    dice: Dice,
    hours: Hours,
    /// By record, in the order of their birth.
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    noticed: HashSet<RowId>,
    /// Records that nobody looks at yet.
    left: HashSet<usize>,
    reviewed: usize,
}

impl Rounds {
    pub fn new(seed: u64, hours: Hours) -> Self {
        let (due, noticed, left) = (BinaryHeap::new(), HashSet::new(), HashSet::new());
        Self { dice: Dice::new(seed), hours, due, noticed, left, reviewed: 0 }
    }

    /// Lets nobody look at a record.
    pub fn leave(&mut self, nth: usize) {
        self.left.insert(nth);
    }

    /// Notes what the rules left on a record since.
    pub fn notice(&mut self, nth: usize, case: &Case, now: Instant) {
        for _ in case.is.escalations.iter().filter(|one| by_rule(one) && self.noticed.insert(one.id)) {
            let minutes = self.dice.between(WITHIN.0, WITHIN.1);
            if !self.left.contains(&nth) {
                self.due.push(Reverse((self.hours.after(now, minutes * 60), nth)));
            }
        }
    }

    /// When the next look is due.
    pub fn next(&self) -> Option<Instant> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    pub fn pop(&mut self) -> Option<(Instant, usize)> {
        self.due.pop().map(|Reverse(due)| due)
    }

    /// Who comments what waits on a record, and the comment.
    pub fn review(&mut self, case: &Case, words: &Words) -> Result<Option<(Login, Verb)>, Refusal> {
        let waiting = case.is.escalations.iter().rev().find(|one| by_rule(one) && one.reviewed_at.is_none());
        let Some(waiting) = waiting else { return Ok(None) };
        let trigger = waiting.proposal.triggers.first().and_then(|id| Trigger::from_word(id));
        self.reviewed += 1;
        let note = Note::new(words.review(trigger, self.reviewed))?;
        Ok(Some((self.supervisor(case), Verb::Review(Review { note }))))
    }

    /// Waives every demand of the present stay that nobody met.
    pub fn waive(&self, case: &Case, words: &Words) -> Result<Vec<Verb>, Refusal> {
        let open = case.is.latches.of(case.is.visits).filter(|latched| latched.unanswered());
        let waive = |trigger| Ok(Verb::Waive(Waive { trigger, reason: Reason::new(words.waive(trigger))? }));
        open.map(|latched| waive(latched.trigger)).collect()
    }

    /// Whose attention was asked.
    pub fn supervisor(&self, case: &Case) -> Login {
        case.ticket().attention_of.clone().unwrap_or_else(|| Login::new(ON_DUTY).expect("a login"))
    }
}

/// Something that a supervisor is to look at and no person asked for.
fn by_rule(one: &Escalation) -> bool {
    one.proposal.post_review && one.proposed_by == Login::system()
}
