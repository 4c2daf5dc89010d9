//! Somebody of the customer's must agree before a request is done: asked (R2), agreed or refused (R3). A supervisor
//! records who has decided; that person has no account here.

use super::super::access::{enter, no_open_escalation};
use super::super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::incident::State;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Name, Reason};
use crate::domain::time::Instant;

/// Ask the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskApproval {
    pub approver: Name,
}

impl AskApproval {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.technician(ticket)?;
        ticket.may_become(State::Approval)?;
        no_open_escalation(case)?;
        let mut change = Change::of(Act::AskApproval, ticket);
        change.next.approver = Some(self.approver.clone());
        enter(&mut change.next, State::Approval, at);
        Ok(change)
    }
}

/// The customer agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approve {
    /// Absent: whoever was asked.
    pub by: Option<Name>,
    /// When it was decided; absent: now.
    pub on: Option<Instant>,
}

impl Approve {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.supervisor()?;
        if ticket.state != State::Approval {
            return Err(unasked(case));
        }
        let on = self.on.unwrap_or(at.now);
        if on > at.now || on < ticket.opened_at {
            return Err(Code::DateInvalid.because(format!("decided between {} and now, not at {on}", ticket.opened_at)));
        }
        let mut change = Change::of(Act::Approve, ticket);
        change.next.approved_by = Some(decider(self.by.as_ref(), case)?);
        change.next.approved_at = Some(on);
        enter(&mut change.next, State::Queued, at);
        Ok(change)
    }
}

/// The customer does not want it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Absent: whoever was asked.
    pub by: Option<Name>,
    pub reason: Reason,
}

impl Reject {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.supervisor()?;
        if ticket.state != State::Approval {
            return Err(unasked(case));
        }
        let mut change = Change::of(Act::Reject, ticket).because(&self.reason);
        change.next.rejected_by = Some(decider(self.by.as_ref(), case)?);
        change.next.closed_at = Some(at.now);
        enter(&mut change.next, State::Rejected, at);
        Ok(change)
    }
}

fn unasked(case: &Case) -> Refusal {
    Code::IllegalTransition
        .because(format!("{} is {}; nobody was asked for approval", case.name(), case.ticket().state))
        .hint("ask first: `tierdesk request ask NUMBER --of NAME`")
}

fn decider(by: Option<&Name>, case: &Case) -> Result<Name, Refusal> {
    let asked = by.or(case.ticket().approver.as_ref());
    asked.cloned().ok_or_else(|| Code::FieldMissing.because("who has decided is missing"))
}
