//! Stop a change where it is (C12), and go on with it.

use super::{Case, Moment, enter, gate};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeRecord, Phase};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Reason;

/// Stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub reason: Reason,
}

impl Hold {
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        let is = case.change();
        at.author_of(is)?;
        is.may_become(Phase::OnHold)?;
        let mut change = Change::of(Act::Hold, is).because(&self.reason);
        enter(&mut change.next, Phase::OnHold, at);
        change.next.hold_count += 1;
        change.next.left = Some(is.state);
        change.next.left_reason = Some(self.reason.clone());
        Ok(change)
    }
}

/// Go on in the phase that it was stopped in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume;

impl Resume {
    /// Refuses `gate_failed` when what let it into that phase does not hold any more.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        let is = case.change();
        at.author_of(is)?;
        let left = is.left.filter(|_| is.state == Phase::OnHold);
        let into = left.ok_or_else(|| Code::IllegalTransition.because(format!("{} is not on hold", is.name())))?;
        is.may_become(into)?;
        gate::pass(is, into, at)?;
        let mut change = Change::of(Act::Resume, is);
        enter(&mut change.next, into, at);
        Ok(change)
    }
}
