//! Waive what a rule asks for: its owner a suggestion, a supervisor a demand or a proposal by the system.

use super::access::open;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::event::RowKind;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Reason;
use crate::domain::trigger::kept::{Step, What};
use crate::domain::trigger::{Trigger, Waiver};

/// Waive a rule that fired in the present stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waive {
    pub trigger: Trigger,
    pub reason: Reason,
}

impl Waive {
    /// Refuses `illegal_transition` for a rule that has not fired here, and `not_permitted` for what nobody may waive.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        let visit = case.is.visits;
        let fired = case.is.latches.of(visit).filter(|latched| latched.trigger == self.trigger).last();
        let fired = fired.ok_or_else(|| {
            Code::IllegalTransition.because(format!(
                "{} has not fired on {} in its present stay in tier {}",
                self.trigger,
                ticket.name(),
                ticket.tier
            ))
        })?;
        match fired.waiver() {
            Some(Waiver::Owner) => at.owner(ticket)?,
            Some(Waiver::Supervisor) => at.supervisor()?,
            None => {
                return Err(Code::NotPermitted.because(format!(
                    "{} {} cannot be waived: it has acted already",
                    self.trigger,
                    self.trigger.rule().name
                )));
            }
        }
        open(case)?;
        let step = Step { trigger: self.trigger, visit, what: What::Waive { reason: self.reason.clone() } };
        Ok(Change::of(Act::Waive, ticket).because(&self.reason).row(RowKind::Trigger(Box::new(step))))
    }
}
