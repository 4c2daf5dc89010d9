//! The cause is gone (Q6), or there is nothing left to remove (Q7), and the answer which incidents end with it.

use chrono::NaiveDate;

use super::{Case, Moment, enter, within};
use crate::domain::change::{Act, Change};
use crate::domain::command::FixState;
use crate::domain::incident::State;
use crate::domain::problem::{ClosureCode, FixSource, Problem, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Resolution;
use crate::domain::time::Secs;

/// Longest observation of a fix.
const OBSERVATION_MAX: Secs = Secs::days(365);

/// The fix is in and was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    /// How it was seen that the fix holds.
    pub verification: Resolution,
    /// Absent: as long as the policy says.
    pub observe_until: Option<NaiveDate>,
}

impl Resolve {
    /// Refuses `link_required` until the change is completed with success, at least in part, or the vendor's task is
    /// done.
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        at.problem_owner(problem)?;
        if problem.state != ProblemState::FixInProgress {
            let state = problem.state.word().replace('_', " ");
            return Err(
                Code::IllegalTransition.because(format!("{} is {state}; no fix of it is in progress", problem.name()))
            );
        }
        let done = match (problem.fix_source, problem.fix_change) {
            (FixSource::Vendor, _) => {
                let tasks = at.desk.tasks(case.agg);
                tasks.iter().any(|task| task.vendor.is_some() && task.state == State::Done)
            }
            (_, Some(change)) => at.desk.fix(change) == Some(FixState::Completed),
            (_, None) => false,
        };
        if !done {
            let what = match problem.fix_source {
                FixSource::Vendor => "the vendor has not answered yet",
                FixSource::Internal | FixSource::None => "its change is not completed with success yet",
            };
            return Err(Code::LinkRequired.because(format!("{} is not fixed: {what}", problem.name())));
        }
        let mut change = Change::of(Act::Resolve, problem);
        change.next.verification = Some(self.verification.clone());
        resolved(&mut change.next, self.observe_until, at)?;
        Ok(change)
    }
}

/// Nothing is left to fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoFix {
    pub code: ClosureCode,
    pub note: Resolution,
}

impl NoFix {
    /// Refuses `recurrence_seen` for `no_recurrence` while a linked incident is younger than the policy's days, and a
    /// code that is no reason to resolve.
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.supervisor()?;
        let problem = case.problem();
        if !matches!(problem.state, ProblemState::Investigating | ProblemState::KnownError) {
            return Err(Code::IllegalTransition.because(format!(
                "{} is {}; only a problem without a fix under way ends like this",
                problem.name(),
                problem.state.word().replace('_', " ")
            )));
        }
        match self.code {
            ClosureCode::RemovedComponent => {}
            ClosureCode::RiskAccepted => {
                return Err(Code::IllegalTransition
                    .because("an accepted risk closes a known error, and does not resolve it")
                    .hint("close it with a date until which the risk is accepted"));
            }
            ClosureCode::NoRecurrence => {
                let since = at.now - at.policy.problem.no_recurrence;
                let lately = at.desk.incidents_of(case.agg);
                if let Some((_, last)) = lately.iter().rfind(|(_, it)| it.logged_at > since) {
                    let days = at.policy.problem.no_recurrence.0 / Secs::DAY.0;
                    return Err(
                        Code::RecurrenceSeen.because(format!("{} came within the last {days} days", last.name()))
                    );
                }
            }
        }
        let mut change = Change::of(Act::Resolve, problem);
        change.next.closure_code = Some(self.code);
        change.next.closure_note = Some(self.note.clone());
        resolved(&mut change.next, None, at)?;
        Ok(change)
    }
}

fn resolved(next: &mut Problem, observe_until: Option<NaiveDate>, at: &Moment) -> Result<(), Refusal> {
    let usual = within(None, at.policy.problem.observation, "the observation", at)?;
    let until = match observe_until {
        None => usual,
        Some(day) => within(Some(day), OBSERVATION_MAX, "the end of the observation", at)?,
    };
    enter(next, ProblemState::Resolved, at);
    next.resolved_at = Some(at.now);
    next.resolved_by = Some(at.by.login.clone());
    next.observe_until = Some(until);
    next.offer_answered_at = None;
    Ok(())
}

/// The offer to resolve linked incidents with it was answered, also by resolving none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerOffer;

impl AnswerOffer {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        at.problem_owner(problem)?;
        if problem.state != ProblemState::Resolved {
            return Err(Code::IllegalTransition.because(format!(
                "{} is {}; incidents end with a resolved one",
                problem.name(),
                problem.state
            )));
        }
        let mut change = Change::of(Act::ResolveLinked, problem);
        change.next.offer_answered_at = Some(at.now);
        Ok(change)
    }
}
