//! Take a record out without resolving it (I13, of a task K8).

use super::access::enter;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{Step, StepKind};
use crate::domain::event::RowKind;
use crate::domain::incident::{CancelCode, MajorState, State, Visibility};
use crate::domain::install::target::Outcome;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Note, Reason};
use crate::domain::word::words;

words! {
    /// What becomes of an installation whose request ends.
    pub enum Left {
        /// It was taken off again.
        Removed = "removed",
        /// The requester keeps it as it is.
        Accepted = "accepted",
    }
}

/// Cancel with a code and a reason. Technicians only for duplicates, and for the tasks that they asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    pub code: CancelCode,
    pub reason: Reason,
    /// Of a request that is installed somewhere: what becomes of that.
    pub left: Option<Left>,
}

impl Cancel {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if ticket.is_task() {
            at.creator(ticket)?;
            return cancelled(Change::of(Act::Cancel, ticket).because(&self.reason), self.code, case, at);
        }
        if self.code == CancelCode::Duplicate {
            at.technician(ticket)?
        } else if ticket.is_request() && self.code == CancelCode::Withdrawn {
            at.owner(ticket)?
        } else {
            at.supervisor()?
        }
        if self.code == CancelCode::Reclassified {
            return Err(Code::LinkRequired
                .because(format!("nothing goes on in the place of {}", ticket.name()))
                .hint("`tierdesk reclassify NUMBER REASON` makes the record that does"));
        }
        if self.code == CancelCode::Duplicate && ticket.duplicate_of().is_none() {
            return Err(Code::LinkRequired
                .because(format!("{} is linked to nothing as a duplicate", ticket.name()))
                .hint("merge it into the other record instead"));
        }
        let change = Change::of(Act::Cancel, ticket).because(&self.reason);
        cancelled(self.leaving(change)?, self.code, case, at)
    }

    /// Refuses `reason_required` where something is installed and nobody says what becomes of it (R15).
    fn leaving(&self, change: Change) -> Result<Change, Refusal> {
        if !change.next.is_request() || !change.next.installed() {
            return Ok(change);
        }
        let installed = change.next.targets.iter().filter(|target| target.outcome == Outcome::Installed);
        let names: Vec<_> = installed.map(|target| target.name.as_str()).collect();
        let left = self.left.ok_or_else(|| {
            Code::ReasonRequired
                .because(format!("it is installed on {}", names.join(", ")))
                .hint("say what becomes of it: --left removed, or --left accepted")
        })?;
        let note = match left {
            Left::Removed => format!("taken off again: {}", names.join(", ")),
            Left::Accepted => format!("stays as the requester accepts it: {}", names.join(", ")),
        };
        Ok(change.note(Visibility::Internal, &Note::fitted(&note)?))
    }
}

/// Ends the record in that change; a waiting proposal is void (E7).
pub fn cancelled(mut change: Change, code: CancelCode, case: &Case, at: &Moment) -> Result<Change, Refusal> {
    case.ticket().may_become(State::Cancelled)?;
    if case.ticket().major_state == MajorState::Declared {
        return Err(Code::IllegalTransition
            .because(format!("{} is a declared major incident", case.name()))
            .hint("stand it down"));
    }
    if let Some(open) = case.is.open_escalation() {
        change.next.escalation = None;
        change.rows.push(RowKind::Escalation(Box::new(Step::new(open.id, StepKind::Void))));
    }
    enter(&mut change.next, State::Cancelled, at);
    change.next.cancel_code = Some(code);
    change.next.closed_at = Some(at.now);
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, reason};

    fn cancel(code: CancelCode) -> Cancel {
        Cancel { code, reason: reason("raised twice by mistake"), left: None }
    }

    #[test]
    fn i13_a_supervisor_takes_a_record_out() {
        let bench = Bench::new();
        let next = cancel(CancelCode::Withdrawn).decide(&bench.pending("ann"), &bench.at("dana")).unwrap().next;
        assert_eq!((next.state, next.closed_at), (State::Cancelled, Some(bench.now)));
    }

    #[test]
    fn e7_a_waiting_proposal_is_void_when_the_record_ends() {
        let bench = Bench::new();
        let change = cancel(CancelCode::RaisedInError).decide(&bench.proposed("ann", 2), &bench.at("dana")).unwrap();
        assert_eq!(change.next.escalation, None);
        assert!(matches!(&change.rows[..], [RowKind::Escalation(step)] if step.step == StepKind::Void));
    }

    #[test]
    fn i13_refusals() {
        let bench = Bench::new();
        for (who, case, verb, code) in [
            ("ann", bench.queued(), cancel(CancelCode::Withdrawn), Code::NotPermitted),
            ("ann", bench.queued(), cancel(CancelCode::Duplicate), Code::LinkRequired),
            ("dana", bench.queued(), cancel(CancelCode::Reclassified), Code::LinkRequired),
            ("dana", bench.in_state(State::Resolved, None), cancel(CancelCode::Withdrawn), Code::IllegalTransition),
            ("dana", bench.in_state(State::Cancelled, None), cancel(CancelCode::Withdrawn), Code::IllegalTransition),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{who} {verb:?}");
        }
    }
}
