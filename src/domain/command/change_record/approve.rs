//! A supervisor's word: go (C6), or back to its author (C7).

use super::{Case, Moment, enter, gate};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeRecord, POST_REVIEW, Phase, UrgencyClass};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Reason;

/// It may be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approve;

impl Approve {
    /// Refuses `segregation_of_duties` to its author, unless it is an emergency, which somebody else then looks at
    /// within five days; and `gate_failed` without a time.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        at.supervisor()?;
        let is = case.change();
        waits(is)?;
        let alone = at.is_author(is);
        if alone && is.urgency_class != UrgencyClass::Emergency {
            return Err(Code::SegregationOfDuties
                .because(format!("{} wrote {} and cannot approve it", at.by.login, is.name()))
                .hint("another supervisor approves it"));
        }
        gate::pass(is, Phase::Deploying, at)?;
        let mut change = Change::of(Act::Approve, is);
        change.next.approver = Some(at.by.login.clone());
        change.next.approved_at = Some(at.now);
        change.next.post_review_due = alone.then_some(at.now + POST_REVIEW);
        enter(&mut change.next, Phase::Deploying, at);
        Ok(change)
    }
}

/// It is not ready; its author looks at it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    pub reason: Reason,
}

impl Return {
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        at.supervisor()?;
        let is = case.change();
        waits(is)?;
        let mut change = Change::of(Act::Return, is).because(&self.reason);
        change.next.return_count += 1;
        enter(&mut change.next, Phase::Evaluation, at);
        Ok(change)
    }
}

fn waits(change: &ChangeRecord) -> Result<(), Refusal> {
    if change.state == Phase::Approval {
        return Ok(());
    }
    let why = format!("{} is {} and waits for no approval", change.name(), change.state.said());
    Err(Code::IllegalTransition.because(why))
}
