//! Try a change before anybody depends on it, and let a supervisor shorten what follows.

use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeRecord, Phase, Trial, Verdict};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Finding, Label, Reason};

/// Most tries that are kept of one change.
pub const TRIALS_MAX: usize = 100;

/// How it went on one machine outside production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    pub on: Label,
    pub verdict: Verdict,
    /// A failure like this one must not reach anybody.
    pub critical: bool,
    pub evidence: Finding,
}

impl Try {
    /// Whoever could write a change may try it. Refuses `illegal_transition` outside the phase of testing.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        at.change_author()?;
        let is = case.change();
        testing(is)?;
        if is.trials.len() >= TRIALS_MAX {
            return Err(Code::IllegalTransition.because(format!("{} was tried {TRIALS_MAX} times", is.name())));
        }
        let mut change = Change::of(Act::Test, is);
        change.next.trials.insert(Trial {
            at: at.now,
            on: self.on.clone(),
            by: at.by.login.clone(),
            verdict: self.verdict,
            critical: self.critical,
            evidence: self.evidence.clone(),
        });
        Ok(change)
    }
}

/// Nothing is waited for after the last try. A supervisor's, and never the author's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiveSoak {
    pub reason: Reason,
}

impl WaiveSoak {
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        at.supervisor()?;
        let is = case.change();
        testing(is)?;
        if at.is_author(is) {
            let why = format!("{} wrote {} and waives nothing of it", at.by.login, is.name());
            return Err(Code::SegregationOfDuties.because(why).hint("another supervisor may"));
        }
        let mut change = Change::of(Act::Waive, is).because(&self.reason);
        change.next.soak_waived = Some(self.reason.clone());
        Ok(change)
    }
}

fn testing(change: &ChangeRecord) -> Result<(), Refusal> {
    if change.state == Phase::Testing {
        return Ok(());
    }
    Err(Code::IllegalTransition.because(format!("{} is {}, not testing", change.name(), change.state.said())))
}
