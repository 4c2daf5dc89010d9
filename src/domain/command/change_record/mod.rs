//! What people want of a change, one verb or two a file. As for tickets, every `decide` is pure: person first, then
//! the move, then the guards.

mod advance;
mod approve;
mod back;
mod edit;
mod end;
mod gate;
mod hold;
mod open;
mod trial;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use advance::Advance;
pub use approve::{Approve, Return};
pub use back::{Restored, RollBack};
pub use edit::Edit;
pub use end::{Cancel, Close, Complete, Review};
pub use gate::{Circumstances, unmet};
pub use hold::{Hold, Resume};
pub use open::Open;
pub use trial::{Try, WaiveSoak};

use super::undo::Undoes;
use super::{Case, Lookup, Moment, note};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeKind, ChangeRecord, Outcome, Phase};
use crate::domain::id::AggId;
use crate::domain::incident::{Visibility, WorkMode};
use crate::domain::priority::Priority;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Tier;
use crate::domain::text::Login;

/// Everything a person can want of one change.
#[derive(Debug, Clone)]
pub enum ChangeVerb {
    Edit(Box<Edit>),
    Try(Try),
    WaiveSoak(WaiveSoak),
    Advance(Advance),
    Approve(Approve),
    Return(Return),
    Hold(Hold),
    Resume(Resume),
    RollBack(RollBack),
    Restored(Restored),
    Complete(Complete),
    Review(Review),
    Close(Close),
    Cancel(Cancel),
    Note(note::AddNote),
}

impl ChangeVerb {
    /// What the verb changes on this change, or why not.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        let mut change = match self {
            Self::Edit(it) => it.decide(case, at),
            Self::Try(it) => it.decide(case, at),
            Self::WaiveSoak(it) => it.decide(case, at),
            Self::Advance(it) => it.decide(case, at),
            Self::Approve(it) => it.decide(case, at),
            Self::Return(it) => it.decide(case, at),
            Self::Hold(it) => it.decide(case, at),
            Self::Resume(it) => it.decide(case, at),
            Self::RollBack(it) => it.decide(case, at),
            Self::Restored(it) => it.decide(case, at),
            Self::Complete(it) => it.decide(case, at),
            Self::Review(it) => it.decide(case, at),
            Self::Close(it) => it.decide(case, at),
            Self::Cancel(it) => it.decide(case, at),
            Self::Note(it) => {
                at.desk_person()?;
                Ok(Change::of(Act::Note, case.change()).note(Visibility::Internal, &it.text))
            }
        }?;
        let next = &mut change.next;
        if next.work_mode_reason.is_none() && !case.change().state.terminal() {
            next.work_mode = mode_of(next, at.desk);
        }
        Ok(change)
    }
}

impl Case<ChangeRecord> {
    pub const fn change(&self) -> &ChangeRecord {
        &self.is.fields
    }
}

impl Undoes for ChangeRecord {
    fn name(&self) -> String {
        Self::name(self)
    }

    fn taken_out(case: &Case<Self>, at: &Moment) -> Option<Change<Self>> {
        if case.change().state == Phase::Cancelled {
            return None;
        }
        let mut change = Change::of(Act::Undo, case.change());
        enter(&mut change.next, Phase::Cancelled, at);
        change.next.result = Some(Outcome::Cancelled);
        change.next.closed_at = Some(at.now);
        Some(change)
    }
}

impl Moment<'_> {
    /// A technician of tier 2 or above, or a supervisor: who writes changes.
    fn change_author(&self) -> Result<(), Refusal> {
        if self.is_supervisor() || self.by.serves(Tier::Two) {
            return Ok(());
        }
        Err(self.not_permitted("a technician of tier 2 or above, or a supervisor"))
    }

    /// The change's author or a supervisor.
    fn author_of(&self, change: &ChangeRecord) -> Result<(), Refusal> {
        if self.is_supervisor() || self.is_author(change) {
            return Ok(());
        }
        let author = change.author.as_ref().map_or("nobody", Login::as_str);
        Err(self.not_permitted(&format!("its author ({author}) or a supervisor")))
    }

    fn is_author(&self, change: &ChangeRecord) -> bool {
        self.by.active && change.author.as_ref() == Some(&self.by.login)
    }
}

/// Fixing a problem while an incident of priority 1 or 2 waits for it is reactive work; every other change looks
/// ahead.
fn mode_of(change: &ChangeRecord, desk: &dyn Lookup) -> WorkMode {
    let presses = |problem: &_| {
        let incidents = desk.incidents_of(*problem);
        incidents.iter().any(|(_, it)| it.state.open() && it.priority <= Priority::P2)
    };
    if change.kind == ChangeKind::ProblemFix && change.fixes.iter().any(presses) {
        WorkMode::Reactive
    } else {
        WorkMode::Proactive
    }
}

/// Moves a change to a phase at this moment and clears what belongs to the one it leaves.
fn enter(next: &mut ChangeRecord, phase: Phase, at: &Moment) {
    if next.state != phase {
        next.state_since = at.now;
    }
    next.state = phase;
    if !matches!(phase, Phase::OnHold | Phase::RollingBack) {
        next.left = None;
        next.left_reason = None;
    }
}

/// Refuses `illegal_transition` on a change that has ended.
fn alive(change: &ChangeRecord) -> Result<(), Refusal> {
    if change.state.terminal() {
        return Err(Code::IllegalTransition.because(format!("{} is {}", change.name(), change.state.said())));
    }
    Ok(())
}

/// Refuses `link_invalid` for what is no problem or one that has ended, and `link_required` where the cause that it
/// removes is not named.
fn fixes(kind: ChangeKind, problems: &BTreeSet<AggId>, at: &Moment) -> Result<(), Refusal> {
    for problem in problems {
        let problem = at.desk.problem(*problem);
        let problem = problem.ok_or_else(|| Code::LinkInvalid.because("only problems are fixed by a change"))?;
        if problem.state.terminal() {
            return Err(Code::LinkInvalid.because(format!("{} is {}", problem.name(), problem.state)));
        }
    }
    if kind == ChangeKind::ProblemFix && problems.is_empty() {
        return Err(Code::LinkRequired
            .because("a change that fixes names at least one problem")
            .hint("name the problem, or make it a configuration or a deployment"));
    }
    Ok(())
}
