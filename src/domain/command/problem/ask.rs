//! Ask the vendor for a statement or a fix, by a task of the problem.

use super::{Case, Moment, alive};
use crate::domain::change::{Act, Begun, Change};
use crate::domain::incident::{Category, Source, State};
use crate::domain::problem::Problem;
use crate::domain::refusal::Refusal;
use crate::domain::role::Tier;
use crate::domain::text::{Label, Question, Title};
use crate::domain::ticket::Ticket;

/// A question to the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskVendor {
    pub question: Question,
    pub vendor: Label,
    pub vendor_ref: Option<Label>,
}

impl AskVendor {
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        at.problem_owner(problem)?;
        alive(problem)?;
        let first = self.question.as_str().lines().next().unwrap_or_default();
        let task = Ticket {
            title: Title::fitted(first).unwrap_or_default(),
            state: State::Open,
            state_since: at.now,
            tier: Tier::Two,
            discipline: problem.discipline,
            source: Source::Problem,
            opened_at: at.now,
            logged_at: at.now,
            logged_by: Some(at.by.login.clone()),
            parent: Some(case.agg),
            question: Some(self.question.clone()),
            vendor: Some(self.vendor.clone()),
            vendor_ref: self.vendor_ref.clone(),
            priority: problem.priority,
            impact: problem.impact,
            urgency: problem.urgency,
            category: Category::Fix,
            subcategory: problem.subcategory,
            work_mode: problem.work_mode,
            ..Ticket::default()
        };
        Ok(Change { begins: Some(Begun::task(task)), ..Change::of(Act::Ask, problem) })
    }
}
