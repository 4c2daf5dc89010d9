//! The cause is found (Q3): the problem becomes a known error.

use super::workaround::{Publish, put};
use super::{Case, Moment, enter, review_by};
use crate::domain::change::{Act, Change};
use crate::domain::problem::{CauseClass, Problem, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Finding, Label, RootCause};

/// What a vendor says, with the number under which it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub text: Finding,
    pub reference: Label,
}

/// Declare a known error. What is absent must stand in the record already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownError {
    pub root_cause: Option<RootCause>,
    pub class: Option<CauseClass>,
    pub vendor: Option<Statement>,
    pub workaround: Option<Publish>,
}

impl KnownError {
    /// Refuses `field_missing` without a root cause and its class, or a vendor's statement with its reference, and
    /// without a workaround or the word that there is none.
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let problem = case.problem();
        at.problem_owner(problem)?;
        if problem.state != ProblemState::Investigating {
            problem.may_become(ProblemState::KnownError)?;
            return Err(Code::IllegalTransition
                .because(format!("{} is {}", problem.name(), problem.state.word().replace('_', " ")))
                .hint("only a problem under investigation becomes a known error"));
        }
        let mut change = Change::of(Act::KnownError, problem);
        let next = &mut change.next;
        if self.root_cause.is_some() {
            next.root_cause.clone_from(&self.root_cause);
        }
        next.cause_class = self.class.or(next.cause_class);
        if let Some(vendor) = &self.vendor {
            next.vendor_statement = Some(vendor.text.clone());
            next.vendor_ref = Some(vendor.reference.clone());
        }
        if let Some(workaround) = &self.workaround {
            put(next, workaround, at)?;
        }
        let found = next.root_cause.is_some() && next.cause_class.is_some();
        let stated = next.vendor_statement.is_some() && next.vendor_ref.is_some();
        if !(found || stated) {
            return Err(Code::FieldMissing
                .because(format!("{} has no root cause with its class yet", problem.name()))
                .hint("say both, or what the vendor states and under which number"));
        }
        if next.workaround.is_none() && !next.no_workaround {
            return Err(Code::FieldMissing
                .because(format!("{} has no workaround yet", problem.name()))
                .hint("publish one, or say that there is none"));
        }
        enter(next, ProblemState::KnownError, at);
        next.review_on = review_by(ProblemState::KnownError, None, at)?;
        Ok(change)
    }
}
