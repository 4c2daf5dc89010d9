//! The end of a problem: closed after its observation (Q10), closed as an accepted risk (Q11), taken out (Q13); and
//! taken up again (Q12).

use chrono::NaiveDate;

use super::{Case, Moment, enter, review_by, within};
use crate::domain::change::{Act, Change};
use crate::domain::id::AggId;
use crate::domain::problem::{ClosureCode, Problem, ProblemCancel, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Reason, Resolution};

/// Nothing came back: close it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    pub note: Resolution,
}

impl Close {
    /// Refuses `review_missing` before the observation is over, `recurrence_seen` when another incident of its kind
    /// came since, and `review_missing` while nobody has said which linked incidents end with it.
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.supervisor()?;
        let problem = case.problem();
        if problem.state != ProblemState::Resolved {
            return Err(Code::IllegalTransition
                .because(format!("{} is {}", problem.name(), problem.state.word().replace('_', " ")))
                .hint("only a resolved problem is closed; a known error can be closed as an accepted risk"));
        }
        if let Some(until) = problem.observe_until.filter(|until| at.today() < *until) {
            return Err(Code::ReviewMissing.because(format!("{} is observed until {until}", problem.name())));
        }
        let since = problem.resolved_at.unwrap_or(problem.state_since);
        let again = at.desk.recurred(case.agg, since);
        if again > 0 {
            return Err(Code::RecurrenceSeen
                .because(format!("{again} more of its kind came since {} was resolved", problem.name()))
                .hint("take it up again"));
        }
        let waiting = at.desk.incidents_of(case.agg).iter().filter(|(_, it)| it.state.open()).count();
        if problem.offer_answered_at.is_none() && waiting > 0 {
            return Err(Code::ReviewMissing
                .because(format!("nobody has said which of its {waiting} open incidents end with {}", problem.name()))
                .hint("resolve them with it, or none"));
        }
        let mut change = Change::of(Act::Close, problem);
        change.next.closure_note = Some(self.note.clone());
        enter(&mut change.next, ProblemState::Closed, at);
        change.next.closed_at = Some(at.now);
        Ok(change)
    }
}

/// The cause stays; until that day this is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptRisk {
    pub until: NaiveDate,
    pub reason: Reason,
}

impl AcceptRisk {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.supervisor()?;
        let problem = case.problem();
        if problem.state != ProblemState::KnownError {
            return Err(Code::IllegalTransition.because(format!(
                "{} is {}; only the risk of a known error is accepted",
                problem.name(),
                problem.state.word().replace('_', " ")
            )));
        }
        let until = within(Some(self.until), at.policy.problem.risk_accepted_max, "the end of the acceptance", at)?;
        let mut change = Change::of(Act::Close, problem).because(&self.reason);
        change.next.closure_code = Some(ClosureCode::RiskAccepted);
        change.next.risk_accepted_until = Some(until);
        enter(&mut change.next, ProblemState::Closed, at);
        change.next.closed_at = Some(at.now);
        Ok(change)
    }
}

/// Take it up again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopen {
    pub reason: Reason,
}

impl Reopen {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.supervisor()?;
        let problem = case.problem();
        if !matches!(problem.state, ProblemState::Resolved | ProblemState::Closed) {
            return Err(Code::IllegalTransition.because(format!("{} has not ended", problem.name())));
        }
        let mut change = Change::of(Act::Reopen, problem).because(&self.reason);
        let next = &mut change.next;
        next.reopen_count += 1;
        next.resolved_at = None;
        next.resolved_by = None;
        next.observe_until = None;
        next.verification = None;
        next.offer_answered_at = None;
        next.closure_code = None;
        next.closure_note = None;
        next.risk_accepted_until = None;
        next.closed_at = None;
        enter(next, ProblemState::Investigating, at);
        next.review_on = review_by(ProblemState::Investigating, None, at)?;
        Ok(change)
    }
}

/// Take it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancel {
    pub code: ProblemCancel,
    /// Of a duplicate: the problem that goes on.
    pub duplicate_of: Option<AggId>,
    pub reason: Reason,
}

impl Cancel {
    /// Refuses `link_required` for a duplicate of nothing, and `link_invalid` for one of itself, of no problem or of
    /// another duplicate.
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.supervisor()?;
        let problem = case.problem();
        problem.may_become(ProblemState::Cancelled)?;
        let mut change = Change::of(Act::Cancel, problem).because(&self.reason);
        if self.code == ProblemCancel::Duplicate {
            let of = self.duplicate_of.or(problem.duplicate_of);
            let of = of.ok_or_else(|| Code::LinkRequired.because("name the problem that goes on"))?;
            let wrong = |why: &str| Code::LinkInvalid.because(why.to_owned());
            let other = at.desk.problem(of).ok_or_else(|| wrong("that record is no problem"))?;
            if of == case.agg {
                return Err(wrong("a problem is no duplicate of itself"));
            }
            if other.duplicate_of.is_some() {
                return Err(wrong("that problem is itself a duplicate"));
            }
            if other.state.terminal() {
                return Err(wrong("that problem has ended and does not go on"));
            }
            change.next.duplicate_of = Some(of);
        }
        enter(&mut change.next, ProblemState::Cancelled, at);
        change.next.cancel_code = Some(self.code);
        change.next.closed_at = Some(at.now);
        Ok(change)
    }
}
