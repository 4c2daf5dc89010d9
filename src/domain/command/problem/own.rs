//! Who looks for the cause (Q2): taking or assigning a new problem begins its investigation.

use chrono::NaiveDate;

use super::{Case, Moment, alive, enter, review_by};
use crate::domain::change::{Act, Change};
use crate::domain::problem::{Problem, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Tier, User};
use crate::domain::text::Login;

/// Take a problem for oneself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own;

impl Own {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.investigator()?;
        let problem = case.problem();
        if let Some(owner) = problem.owner.as_ref().filter(|owner| **owner != at.by.login) {
            return Err(Code::TakenAlready
                .because(format!("{} is owned by {owner}", problem.name()))
                .hint("a supervisor can assign it"));
        }
        owned(Act::Take, at.by, None, problem, at)
    }
}

/// Give a problem to someone; a supervisor's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assign {
    pub to: Login,
    /// Absent: the last day that the state allows.
    pub review_on: Option<NaiveDate>,
}

impl Assign {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.supervisor()?;
        let user = at.desk.user(&self.to);
        let user = user.ok_or_else(|| Code::AssigneeInvalid.because(format!("there is no user `{}`", self.to)))?;
        if !(user.active && user.serves(Tier::Two)) {
            let why = format!("{} is no active technician of tier 2 or above", user.login);
            return Err(Code::AssigneeInvalid.because(why));
        }
        owned(Act::Assign, &user, self.review_on, case.problem(), at)
    }
}

fn owned(
    act: Act,
    owner: &User,
    review_on: Option<NaiveDate>,
    problem: &Problem,
    at: &Moment,
) -> Result<Change<Problem>, Refusal> {
    alive(problem)?;
    let mut change = Change::of(act, problem);
    change.next.owner = Some(owner.login.clone());
    if problem.state == ProblemState::New {
        enter(&mut change.next, ProblemState::Investigating, at);
        change.next.review_on = review_by(ProblemState::Investigating, review_on, at)?;
    } else if review_on.is_some() {
        change.next.review_on = review_by(problem.state, review_on, at)?;
    }
    Ok(change)
}
