//! Close a resolved ticket that its requester has confirmed (I10); otherwise a timer does.

use super::access::enter;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::incident::{MajorState, State};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::ticket::Ticket;

/// Close now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// The requester has confirmed that service is restored.
    pub confirmed: bool,
}

impl Close {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        ticket.may_become(State::Closed)?;
        reviewed(ticket)?;
        let confirmed = self.confirmed || ticket.confirmed_by_requester;
        if !confirmed {
            let due = ticket.resolved_at.map(|at_| at_ + at.policy.records.autoclose);
            let when = due.map(|due| format!("; it closes by itself at {due}")).unwrap_or_default();
            return Err(Code::IllegalTransition
                .because(format!("the requester of {} has not confirmed{when}", ticket.name()))
                .hint("close with the requester's confirmation"));
        }
        let mut change = Change::of(Act::Close, ticket);
        change.next.confirmed_by_requester = true;
        enter(&mut change.next, State::Closed, at);
        change.next.closed_at = Some(at.now);
        Ok(change)
    }
}

/// Refuses `review_missing` for a major incident that nobody has looked back on.
fn reviewed(ticket: &Ticket) -> Result<(), Refusal> {
    let hint = match ticket.major_state {
        MajorState::Declared => "stand it down, then review it",
        MajorState::StoodDown => "a supervisor reviews it",
        MajorState::None | MajorState::Candidate | MajorState::Reviewed => return Ok(()),
    };
    Err(Code::ReviewMissing.because(format!("{} is a major incident without a review", ticket.name())).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of};

    #[test]
    fn i10_closing_early_needs_the_requesters_word() {
        let bench = Bench::new();
        let resolved = bench.in_state(State::Resolved, Some("ann"));
        let close = |confirmed| Close { confirmed };
        assert_eq!(close(true).decide(&resolved, &bench.at("ann")).unwrap().next.closed_at, Some(bench.now));
        assert_eq!(code_of(close(false).decide(&resolved, &bench.at("ann"))), Code::IllegalTransition);
        assert_eq!(code_of(close(true).decide(&resolved, &bench.at("bob"))), Code::NotPermitted);
        assert_eq!(code_of(close(true).decide(&bench.working("ann"), &bench.at("ann"))), Code::IllegalTransition);
    }
}
