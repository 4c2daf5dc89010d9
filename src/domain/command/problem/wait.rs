//! Leave a problem alone for a while (Q8) and go on with it (Q9).

use super::{Case, Moment, enter, review_by, wakes_at};
use crate::domain::change::{Act, Change};
use crate::domain::problem::{Problem, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Reason;
use crate::domain::time::{Instant, Secs};

/// The longest wait.
pub const WAIT_MAX: Secs = Secs::days(90);

/// Wait until an instant, with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub until: Instant,
    pub reason: Reason,
}

impl Hold {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        at.problem_owner(problem)?;
        problem.may_become(ProblemState::Pending)?;
        let latest = at.now + WAIT_MAX;
        if !(at.now < self.until && self.until <= latest) {
            let why = format!("follow up after now and by {latest} at the latest");
            return Err(Code::FollowupOutOfRange.because(why));
        }
        let mut change = Change::of(Act::Hold, problem).because(&self.reason);
        enter(&mut change.next, ProblemState::Pending, at);
        change.next.waits_in = Some(problem.state);
        change.next.wait_reason = Some(self.reason.clone());
        change.next.follow_up_at = Some(self.until);
        change.next.review_on = None;
        Ok(change)
    }
}

/// Go on where it was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume;

impl Resume {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.problem_owner(case.problem())?;
        resumed(case, at)
    }
}

/// The wait is over by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Woken;

impl Woken {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        if wakes_at(case.problem()).is_none_or(|due| due > at.now) {
            return Err(Code::IllegalTransition.because(format!("{} is not due yet", case.problem().name())));
        }
        let mut change = resumed(case, at)?;
        change.next.woke = true;
        Ok(change)
    }
}

fn resumed(case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
    let problem = case.problem();
    if problem.state != ProblemState::Pending {
        return Err(Code::IllegalTransition.because(format!("{} waits for nothing", problem.name())));
    }
    let back = problem.waits_in.unwrap_or_default();
    let mut change = Change::of(Act::Resume, problem);
    enter(&mut change.next, back, at);
    change.next.review_on = review_by(back, None, at)?;
    Ok(change)
}
