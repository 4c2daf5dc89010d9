//! Looking for the cause: the record's fields, the five whys, the root cause and its class.

use chrono::NaiveDate;

use super::{Case, Moment, alive, review_by};
use crate::domain::change::{Act, Change};
use crate::domain::incident::{Subcategory, WorkMode};
use crate::domain::priority::{Impact, Urgency};
use crate::domain::problem::{CONTRIBUTING_MAX, CauseClass, Problem, ProblemState, WHYS, Why};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Discipline;
use crate::domain::text::{Description, Label, Reason, RootCause, Tag, Title};

/// Change fields; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    pub title: Option<Title>,
    pub description: Option<Option<Description>>,
    pub impact: Option<Impact>,
    pub urgency: Option<Urgency>,
    pub discipline: Option<Discipline>,
    pub subcategory: Option<Subcategory>,
    pub review_on: Option<NaiveDate>,
    pub software_items: Option<Vec<Label>>,
    pub endpoints: Option<Vec<Label>>,
    pub tags: Option<Vec<Tag>>,
    /// A supervisor's word on what kind of work it is.
    pub work_mode: Option<(WorkMode, Reason)>,
}

impl Edit {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.investigator()?;
        let problem = case.problem();
        alive(problem)?;
        let mut change = Change::of(Act::Edit, problem);
        let next = &mut change.next;
        set(&mut next.title, self.title.as_ref());
        set(&mut next.description, self.description.as_ref());
        set(&mut next.impact, self.impact.as_ref());
        set(&mut next.urgency, self.urgency.as_ref());
        set(&mut next.discipline, self.discipline.as_ref());
        set(&mut next.subcategory, self.subcategory.as_ref());
        if let Some(day) = self.review_on {
            next.review_on = review_by(problem.state, Some(day), at)?;
        }
        if let Some(items) = &self.software_items {
            next.software_items = items.iter().cloned().collect();
        }
        if let Some(endpoints) = &self.endpoints {
            next.endpoints = endpoints.iter().cloned().collect();
        }
        if let Some(tags) = &self.tags {
            next.tags = tags.iter().cloned().collect();
        }
        if let Some((mode, reason)) = &self.work_mode {
            at.supervisor()?;
            next.work_mode = *mode;
            next.work_mode_reason = Some(reason.clone());
        }
        Ok(change)
    }
}

fn set<T: Clone>(field: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        field.clone_from(value);
    }
}

/// Write or take away one of the five whys. The answer marked as root becomes the root cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetWhy {
    /// 1 to 7.
    pub n: usize,
    pub why: Option<Why>,
}

impl SetWhy {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        alive(problem)?;
        at.problem_owner(problem)?;
        if !(1..=WHYS).contains(&self.n) {
            return Err(Code::FieldMissing.because(format!("why {} is none of 1 to {WHYS}", self.n)));
        }
        if self.why.is_some() && self.n > 1 && problem.whys()[self.n - 2].is_none() {
            return Err(Code::FieldMissing.because(format!("answer why {} first", self.n - 1)));
        }
        if self.why.is_none() && self.n < WHYS && problem.whys()[self.n].is_some() {
            return Err(Code::FieldMissing.because(format!("take why {} away first", self.n + 1)));
        }
        let mut change = Change::of(Act::Analyse, problem);
        let root = self.why.as_ref().filter(|why| why.root);
        if let Some(root) = root {
            change.next.root_cause = Some(RootCause::new(root.answer.as_str())?);
        }
        for (n, place) in change.next.whys_mut().into_iter().enumerate() {
            if n + 1 == self.n {
                place.clone_from(&self.why);
            } else if root.is_some()
                && let Some(other) = place
            {
                other.root = false;
            }
        }
        Ok(change)
    }
}

/// Say what the cause is, and where it lies: one main class and up to three that contribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explain {
    pub root_cause: Option<RootCause>,
    pub class: CauseClass,
    pub contributing: Vec<CauseClass>,
}

impl Explain {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        alive(problem)?;
        at.problem_owner(problem)?;
        if problem.state == ProblemState::New {
            return Err(Code::IllegalTransition
                .because(format!("nobody investigates {} yet", problem.name()))
                .hint("take it first"));
        }
        let contributing = self.contributing.iter().copied().filter(|class| *class != self.class);
        let contributing: std::collections::BTreeSet<_> = contributing.collect();
        if contributing.len() > CONTRIBUTING_MAX {
            return Err(Code::TextInvalid.because(format!("name at most {CONTRIBUTING_MAX} contributing classes")));
        }
        let mut change = Change::of(Act::Analyse, problem);
        if self.root_cause.is_some() {
            change.next.root_cause.clone_from(&self.root_cause);
        }
        change.next.cause_class = Some(self.class);
        change.next.contributing = contributing;
        Ok(change)
    }
}
