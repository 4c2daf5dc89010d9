//! The author's own steps forward: evaluate (C2), test (C4), ask for approval (C5), deployed (C9).

use super::{Case, Moment, enter, gate};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeRecord, Phase};
use crate::domain::refusal::{Code, Refusal};

/// Go on to the next phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance;

impl Advance {
    /// Refuses `gate_failed` with all that the next phase asks for and the change does not show.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        let is = case.change();
        at.author_of(is)?;
        let Some(into) = is.state.next() else {
            let refusal = Code::IllegalTransition.because(format!("{} is {}", is.name(), is.state.said()));
            return Err(match is.state {
                Phase::Approval => refusal.hint("a supervisor approves or returns it"),
                Phase::Verifying => refusal.hint("complete it, and say how it was seen that it works"),
                Phase::OnHold => refusal.hint("resume it first"),
                _ => refusal,
            });
        };
        is.may_become(into)?;
        gate::pass(is, into, at)?;
        let mut change = Change::of(Act::Advance, is);
        enter(&mut change.next, into, at);
        if into == Phase::Testing {
            // What is tried now is not what was tried before it was returned.
            change.next.testing_since = Some(at.now);
            change.next.soak_waived = None;
        }
        Ok(change)
    }
}
