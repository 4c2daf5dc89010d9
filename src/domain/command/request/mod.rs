//! What is done with a request between the wish and its end: approved (`approval`), looked at for what it needs
//! (`requirements`), dated and carried out (`carry`), target by target (`targets`), looked at afterwards (`checks`) and
//! fulfilled (`fulfil`). Taking, holding, reopening and cancelling it are the verbs of every ticket.

pub mod approval;
pub mod carry;
pub mod checks;
pub mod fulfil;
pub mod requirements;
pub mod targets;

use super::{Case, Moment};
use crate::domain::change::Change;
use crate::domain::install::endpoint::Endpoint;
use crate::domain::install::gate::{Facts, Judged, judged};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::User;
use crate::domain::text::{Label, Login};
use crate::domain::ticket::Ticket;

/// One step of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    AskApproval(approval::AskApproval),
    Approve(approval::Approve),
    Reject(approval::Reject),
    Require(requirements::Require),
    Tell(requirements::Tell),
    WaiveRequirement(requirements::WaiveRequirement),
    Plan(carry::SetPlan),
    Schedule(carry::Schedule),
    Deploy(carry::Deploy),
    Verify(carry::Verify),
    Target(targets::TellTarget),
    AddTargets(targets::AddTargets),
    DropTarget(targets::DropTarget),
    Check(checks::Look),
    Fulfil(fulfil::Fulfil),
    Retry(fulfil::Retry),
}

impl Step {
    /// Refuses `illegal_transition` on any other kind of record.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        if !case.ticket().is_request() {
            return Err(Code::IllegalTransition.because(format!("{} is no request", case.name())));
        }
        match self {
            Self::AskApproval(it) => it.decide(case, at),
            Self::Approve(it) => it.decide(case, at),
            Self::Reject(it) => it.decide(case, at),
            Self::Require(it) => it.decide(case, at),
            Self::Tell(it) => it.decide(case, at),
            Self::WaiveRequirement(it) => it.decide(case, at),
            Self::Plan(it) => it.decide(case, at),
            Self::Schedule(it) => it.decide(case, at),
            Self::Deploy(it) => it.decide(case, at),
            Self::Verify(it) => it.decide(case, at),
            Self::Target(it) => it.decide(case, at),
            Self::AddTargets(it) => it.decide(case, at),
            Self::DropTarget(it) => it.decide(case, at),
            Self::Check(it) => it.decide(case, at),
            Self::Fulfil(it) => it.decide(case, at),
            Self::Retry(it) => it.decide(case, at),
        }
    }

    /// Does it end the work, so that what rules demand must be answered first?
    pub const fn ends(&self) -> bool {
        matches!(self, Self::Fulfil(_))
    }
}

/// The facts of the desk, at one moment.
impl Facts for Moment<'_> {
    fn endpoint(&self, host: &Label) -> Option<Endpoint> {
        self.desk.endpoint(host)
    }
    fn person(&self, login: &Login) -> Option<User> {
        self.desk.user(login)
    }
}

/// How the requirements of a request stand now.
fn requirements_of(ticket: &Ticket, at: &Moment) -> Vec<Judged> {
    judged(ticket, at, at.policy, at.now)
}

/// Refuses `illegal_transition` before a request is approved and after it has ended.
fn in_hand(ticket: &Ticket) -> Result<(), Refusal> {
    if ticket.state.open() {
        return Ok(());
    }
    Err(Code::IllegalTransition.because(format!("{} is {}", ticket.name(), ticket.state)))
}

#[cfg(test)]
mod tests;
