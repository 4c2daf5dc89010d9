//! Take responsibility for a free ticket (I2, of a task K2), and start work on it (I5, K4). Of a request both are one
//! step (R4).

use super::access::{enter, may_own, own};
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::incident::State;
use crate::domain::refusal::{Code, Refusal};

/// Claim a free ticket for oneself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take;

impl Take {
    /// Refuses `taken_already`, naming who has it.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if let Some(owner) = &ticket.assignee {
            let ago = (at.now - ticket.state_since).brief();
            return Err(Code::TakenAlready.because(if at.is_assignee(ticket) {
                format!("{} is yours already", ticket.name())
            } else {
                format!("{} was taken by {owner} {ago} ago", ticket.name())
            }));
        }
        ticket.may_become(State::owned(ticket.kind()))?;
        may_own(at.by, ticket, ticket.tier)?;
        let mut change = Change::of(Act::Take, ticket);
        own(&mut change.next, at.by.login.clone(), at);
        change.next.acknowledged_at.get_or_insert(at.now);
        Ok(change)
    }
}

/// Begin work on one's own ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start;

impl Start {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if ticket.is_request() && ticket.assignee.is_none() {
            return Take.decide(case, at);
        }
        at.owner(ticket)?;
        let owned = State::owned(ticket.kind());
        if ticket.is_request() || ticket.state != owned {
            return Err(Code::IllegalTransition.because(format!(
                "{} is {}; it can be started {}",
                ticket.name(),
                ticket.state,
                if ticket.is_request() { "from the queue".to_owned() } else { format!("once it is {owned}") }
            )));
        }
        let mut change = Change::of(Act::Start, ticket);
        change.next.acknowledged_at.get_or_insert(at.now);
        enter(&mut change.next, State::InProgress, at);
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of};

    #[test]
    fn i2_taking_a_free_ticket_makes_it_yours_and_acknowledges_it() {
        let bench = Bench::new();
        let change = Take.decide(&bench.queued(), &bench.at("ann")).unwrap();
        assert_eq!(change.next.state, State::Assigned);
        assert_eq!(change.next.assignee.as_ref().unwrap().as_str(), "ann");
        assert_eq!(change.next.acknowledged_at, Some(bench.now));
    }

    #[test]
    fn i2_refusals() {
        let bench = Bench::new();
        for (who, case, code) in [
            ("ann", bench.assigned_to("bob"), Code::TakenAlready),
            ("ann", bench.assigned_to("ann"), Code::TakenAlready),
            ("ann", bench.in_state(State::Resolved, None), Code::IllegalTransition),
            ("dana", bench.queued(), Code::AssigneeInvalid),
            ("gone", bench.queued(), Code::AssigneeInvalid),
            ("nina", bench.queued(), Code::AssigneeInvalid),
            ("ann", bench.in_tier(2), Code::AssigneeInvalid),
        ] {
            assert_eq!(code_of(Take.decide(&case, &bench.at(who))), code, "{who}");
        }
    }

    #[test]
    fn i5_only_the_owner_or_a_supervisor_starts() {
        let bench = Bench::new();
        let mine = bench.assigned_to("ann");
        assert_eq!(Start.decide(&mine, &bench.at("ann")).unwrap().next.state, State::InProgress);
        assert!(Start.decide(&mine, &bench.at("dana")).is_ok());
        assert_eq!(code_of(Start.decide(&mine, &bench.at("bob"))), Code::NotPermitted);
        assert_eq!(code_of(Start.decide(&bench.working("ann"), &bench.at("ann"))), Code::IllegalTransition);
    }
}
