//! What restores service while the cause is still there.

use chrono::NaiveDate;

use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::problem::Problem;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Tier;
use crate::domain::text::{Login, Workaround};

/// Who tried a workaround, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedOn {
    pub by: Login,
    pub on: NaiveDate,
}

/// Tell the desk a workaround, in any state before the end; `None`: there is none. Another text is another revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publish {
    pub text: Option<Workaround>,
    pub min_tier: Tier,
    pub tested: Option<TestedOn>,
}

impl Publish {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.investigator()?;
        let problem = case.problem();
        if !problem.state.open() {
            return Err(Code::IllegalTransition.because(format!("{} is {}", problem.name(), problem.state)));
        }
        let mut change = Change::of(Act::Workaround, problem);
        put(&mut change.next, self, at)?;
        Ok(change)
    }
}

/// Writes it into a change of the problem. Refuses `date_invalid` for a test on a day to come.
pub(super) fn put(next: &mut Problem, publish: &Publish, at: &Moment) -> Result<(), Refusal> {
    if let Some(tested) = publish.tested.as_ref().filter(|tested| tested.on > at.today()) {
        return Err(Code::DateInvalid.because(format!("{} is not over yet", tested.on)));
    }
    if publish.text.is_some() && next.workaround != publish.text {
        next.workaround_revision += 1;
        next.workaround_at = Some(at.now);
    }
    next.workaround.clone_from(&publish.text);
    next.no_workaround = publish.text.is_none();
    next.workaround_min_tier = publish.min_tier;
    next.workaround_tested_by = publish.tested.as_ref().map(|tested| tested.by.clone());
    next.workaround_tested_on = publish.tested.as_ref().map(|tested| tested.on);
    Ok(())
}
