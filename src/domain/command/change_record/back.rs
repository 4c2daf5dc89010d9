//! The way back: begun (C13), gone to its end, or gone far enough to go on (C14).

use super::{Case, Moment, enter};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeRecord, Outcome, Phase, UrgencyClass};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Reason, Resolution};

/// Take back what was deployed. A supervisor's decision; in an emergency its author's too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollBack {
    pub reason: Reason,
}

impl RollBack {
    /// Refuses `illegal_transition` where nothing of it is deployed.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        let is = case.change();
        if is.urgency_class == UrgencyClass::Emergency {
            at.author_of(is)?
        } else {
            at.supervisor()?
        }
        is.may_become(Phase::RollingBack)?;
        let from = if is.state == Phase::OnHold { is.left.unwrap_or_default() } else { is.state };
        if !from.deployed() {
            return Err(Code::IllegalTransition
                .because(format!("nothing of {} is deployed", is.name()))
                .hint("cancel it instead"));
        }
        let mut change = Change::of(Act::RollBack, is).because(&self.reason);
        enter(&mut change.next, Phase::RollingBack, at);
        change.next.left = Some(from);
        change.next.left_reason = Some(self.reason.clone());
        Ok(change)
    }
}

/// What was to be taken back is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// How it was seen that everything is as it was.
    pub note: Resolution,
    /// Only a part was taken back; the change goes on in the phase that it left.
    pub go_on: bool,
}

impl Restored {
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        at.supervisor()?;
        let is = case.change();
        if is.state != Phase::RollingBack {
            return Err(Code::IllegalTransition.because(format!("{} is not rolling back", is.name())));
        }
        let mut change = Change::of(Act::Restored, is);
        if self.go_on {
            enter(&mut change.next, is.left.unwrap_or(Phase::Deploying), at);
        } else {
            change.next.result = Some(Outcome::RolledBack);
            enter(&mut change.next, Phase::RolledBack, at);
        }
        change.next.verification = Some(self.note.clone());
        Ok(change)
    }
}
