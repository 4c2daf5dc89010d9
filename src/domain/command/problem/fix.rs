//! Removing the cause, by a change of our own or by the vendor (Q4), and giving that up (Q5).

use super::{Case, Moment, enter, review_by};
use crate::domain::change::{Act, Change};
use crate::domain::command::FixState;
use crate::domain::id::AggId;
use crate::domain::problem::{FixSource, Problem, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Reason;

/// Who removes the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixBy {
    /// A change of ours.
    Change(AggId),
    /// The vendor, whom a task asks for it.
    Vendor,
}

/// The fix begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    pub by: FixBy,
}

impl Fix {
    /// Refuses `link_required` without a change under way that names the problem, or an open task for the vendor.
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        at.problem_owner(problem)?;
        if problem.state != ProblemState::KnownError {
            let state = problem.state.word().replace('_', " ");
            return Err(
                Code::IllegalTransition.because(format!("{} is {state}; only a known error is fixed", problem.name()))
            );
        }
        let mut change = Change::of(Act::Fix, problem);
        match self.by {
            FixBy::Change(to) => {
                let fix = at.desk.change(to);
                let fix = fix.ok_or_else(|| Code::LinkRequired.because("that record is no change"))?;
                if fix.fix_state() != FixState::UnderWay {
                    return Err(Code::LinkRequired.because(format!("{} has ended already", fix.name())));
                }
                if !fix.fixes.contains(&case.agg) {
                    return Err(Code::LinkRequired
                        .because(format!("{} does not say that it fixes {}", fix.name(), problem.name()))
                        .hint("name the problem in the change first"));
                }
                change.next.fix_source = FixSource::Internal;
                change.next.fix_change = Some(to);
            }
            FixBy::Vendor => {
                let asked = at.desk.tasks(case.agg);
                if !asked.iter().any(|task| task.vendor.is_some() && task.state.open()) {
                    return Err(Code::LinkRequired
                        .because(format!("no open task asks the vendor of {}", problem.name()))
                        .hint("ask the vendor first"));
                }
                change.next.fix_source = FixSource::Vendor;
                change.next.fix_change = None;
            }
        }
        enter(&mut change.next, ProblemState::FixInProgress, at);
        change.next.review_on = review_by(ProblemState::FixInProgress, None, at)?;
        Ok(change)
    }
}

/// The fix came to nothing; the problem is a known error again, at once or when its wait is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveUpFix {
    pub reason: Reason,
}

impl GiveUpFix {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        if !at.rule {
            at.problem_owner(problem)?;
        }
        let waits = problem.state == ProblemState::Pending;
        let fixing = if waits { problem.waits_in } else { Some(problem.state) };
        if fixing != Some(ProblemState::FixInProgress) {
            return Err(Code::IllegalTransition.because(format!("no fix of {} is in progress", problem.name())));
        }
        let mut change = Change::of(Act::GiveUpFix, problem).because(&self.reason);
        change.next.fix_source = FixSource::None;
        change.next.fix_change = None;
        if waits {
            change.next.waits_in = Some(ProblemState::KnownError);
            return Ok(change);
        }
        enter(&mut change.next, ProblemState::KnownError, at);
        change.next.review_on = review_by(ProblemState::KnownError, None, at)?;
        Ok(change)
    }
}
