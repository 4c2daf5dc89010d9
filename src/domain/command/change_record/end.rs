//! The end of a change: proved (C10), looked at by somebody else, closed with what it taught (C11, C15), or taken out
//! (C16).

use super::{Case, Moment, enter, gate};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeRecord, Outcome, Phase};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Reason, Resolution};

/// It is in and works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complete {
    /// How it was seen that it works.
    pub verification: Resolution,
    /// Only in part.
    pub partly: bool,
}

impl Complete {
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        let is = case.change();
        at.author_of(is)?;
        if is.state != Phase::Verifying {
            let refusal = Code::IllegalTransition.because(format!("{} is {}", is.name(), is.state.said()));
            return Err(match is.state {
                Phase::Deploying => refusal.hint("say first that it is deployed"),
                _ => refusal.hint("only what is being verified is completed"),
            });
        }
        let mut change = Change::of(Act::Complete, is);
        change.next.verification = Some(self.verification.clone());
        change.next.result = Some(if self.partly { Outcome::Partial } else { Outcome::Successful });
        gate::pass(&change.next, Phase::Completed, at)?;
        change.next.completed_at = Some(at.now);
        enter(&mut change.next, Phase::Completed, at);
        Ok(change)
    }
}

/// A supervisor has looked at what its author approved alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub note: Resolution,
}

impl Review {
    /// Refuses `segregation_of_duties` to its author, and `illegal_transition` where nothing is to be looked at.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        at.supervisor()?;
        let is = case.change();
        if is.state.terminal() || !is.approved_alone() || is.post_review_by.is_some() {
            return Err(Code::IllegalTransition.because(format!("{} waits for no second look", is.name())));
        }
        if at.is_author(is) {
            let why = format!("{} wrote and approved {}; somebody else looks at it", at.by.login, is.name());
            return Err(Code::SegregationOfDuties.because(why));
        }
        let mut change = Change::of(Act::Review, is);
        change.next.post_review_by = Some(at.by.login.clone());
        change.next.post_review_note = Some(self.note.clone());
        Ok(change)
    }
}

/// Nothing is left to be done or said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// What it taught; needed unless it ended well in all of its parts.
    pub pir: Option<Resolution>,
}

impl Close {
    /// Refuses `gate_failed` while its review is not written, or the second look at an emergency is still to come.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        at.supervisor()?;
        let is = case.change();
        is.may_become(Phase::Closed)?;
        let mut change = Change::of(Act::Close, is);
        change.next.pir_note = self.pir.clone().or(change.next.pir_note.take());
        gate::pass(&change.next, Phase::Closed, at)?;
        change.next.closed_at = Some(at.now);
        enter(&mut change.next, Phase::Closed, at);
        Ok(change)
    }
}

/// Take it out before anything of it is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    pub reason: Reason,
}

impl Cancel {
    /// Refuses `illegal_transition` for a change that was stopped while deployed: it goes on or is rolled back.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        let is = case.change();
        at.author_of(is)?;
        let held = is.left.filter(|_| is.state == Phase::OnHold).unwrap_or(is.state);
        if held.deployed() {
            return Err(Code::IllegalTransition
                .because(format!("{} is deployed, in part at least", is.name()))
                .hint("roll it back, or go on with it"));
        }
        is.may_become(Phase::Cancelled)?;
        let mut change = Change::of(Act::Cancel, is).because(&self.reason);
        change.next.result = Some(Outcome::Cancelled);
        change.next.closed_at = Some(at.now);
        enter(&mut change.next, Phase::Cancelled, at);
        Ok(change)
    }
}
