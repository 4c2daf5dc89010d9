//! Service was not restored after all: reopen a resolved ticket (I11), or a closed one within its window (I12). A
//! fulfilled request is looked at again (R14). A task whose answer did not help is asked again (K9).

use super::access::{enter, own};
use super::task::parent_alive;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::incident::State;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Reason;

/// Back to work, to the last owner if that person may still own it, else into the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopen {
    pub reason: Reason,
}

impl Reopen {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if ticket.is_task() {
            return self.ask_again(case, at);
        }
        match ticket.state {
            State::Resolved | State::Fulfilled => at.desk_person()?,
            State::Closed if !ticket.is_request() => self.late(case, at)?,
            state => {
                let why = format!("{} is {state}; only what was resolved or fulfilled can be reopened", ticket.name());
                return Err(Code::IllegalTransition.because(why));
            }
        }
        let mut change = Change::of(Act::Reopen, ticket).because(&self.reason);
        let next = &mut change.next;
        next.reopen_count += 1;
        next.closed_at = None;
        next.resolved_at = None;
        next.resolved_by = None;
        next.resolution_code = None;
        next.resolution_note = None;
        next.confirmed_by_requester = false;
        // What was seen of a request before says nothing of what is wrong with it now.
        next.checks.clear();
        let last = ticket.assignee.clone().or_else(|| ticket.last_assignee.clone());
        let owner = last.and_then(|login| at.desk.user(&login));
        match owner.filter(|user| user.may_own(ticket.tier, ticket.discipline)) {
            Some(user) => {
                own(next, user.login, at);
                let working = if ticket.is_request() { State::Verifying } else { State::InProgress };
                enter(next, working, at);
            }
            // Of a request too: whoever takes it starts with what it needs.
            None => {
                next.assignee = None;
                enter(next, State::Queued, at);
            }
        }
        Ok(change)
    }

    /// K9: back into its queue for whoever asked, while its parent has not ended.
    fn ask_again(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let task = case.ticket();
        at.creator(task)?;
        task.may_become(State::Open)?;
        parent_alive(task, at)?;
        let mut change = Change::of(Act::Reopen, task).because(&self.reason);
        let next = &mut change.next;
        next.reopen_count += 1;
        next.assignee = None;
        next.closed_at = None;
        next.answer = None;
        next.decline_reason = None;
        enter(next, State::Open, at);
        Ok(change)
    }

    fn late(&self, case: &Case, at: &Moment) -> Result<(), Refusal> {
        at.supervisor()?;
        let ticket = case.ticket();
        let until = ticket.closed_at.unwrap_or(ticket.state_since) + at.policy.records.reopen_window;
        if at.now <= until {
            return Ok(());
        }
        Err(Code::WindowExpired
            .because(format!("{} could be reopened until {until}", ticket.name()))
            .hint("log a new incident as its recurrence"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, login, reason};
    use crate::domain::time::Secs;

    fn again() -> Reopen {
        Reopen { reason: reason("the error came back today") }
    }

    #[test]
    fn i11_a_reopened_ticket_goes_to_its_last_owner() {
        let bench = Bench::new();
        let next = again().decide(&bench.in_state(State::Resolved, Some("ann")), &bench.at("bob")).unwrap().next;
        assert_eq!((next.state, next.assignee, next.reopen_count), (State::InProgress, Some(login("ann")), 1));
        assert_eq!(next.resolved_at, None);
    }

    #[test]
    fn i11_without_a_valid_owner_it_waits_in_the_queue() {
        let bench = Bench::new();
        let next = again().decide(&bench.in_state(State::Resolved, Some("gone")), &bench.at("bob")).unwrap().next;
        assert_eq!((next.state, next.assignee), (State::Queued, None));
    }

    #[test]
    fn i12_a_late_reopen_takes_a_supervisor_and_a_window() {
        let bench = Bench::new();
        let closed = |days| {
            bench.with(bench.in_state(State::Closed, Some("ann")), |t| t.closed_at = Some(bench.now - Secs::days(days)))
        };
        assert_eq!(again().decide(&closed(7), &bench.at("dana")).unwrap().next.state, State::InProgress);
        assert_eq!(code_of(again().decide(&closed(8), &bench.at("dana"))), Code::WindowExpired);
        assert_eq!(code_of(again().decide(&closed(1), &bench.at("ann"))), Code::NotPermitted);
        assert_eq!(code_of(again().decide(&bench.working("ann"), &bench.at("dana"))), Code::IllegalTransition);
        let resolved = bench.in_state(State::Resolved, Some("ann"));
        assert_eq!(code_of(again().decide(&resolved, &bench.at("audrey"))), Code::NotPermitted);
    }
}
