//! Write what is planned, as long as nobody has been asked to approve it, and its time for as long as it waits.

use std::collections::BTreeSet;

use super::{Case, Moment, alive, fixes};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeKind, ChangeRecord, Phase, Risk, UrgencyClass};
use crate::domain::id::AggId;
use crate::domain::incident::WorkMode;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Role};
use crate::domain::text::{Description, Label, Plan, Reason, RollbackPlan, Tag, Title};
use crate::domain::time::Instant;

/// Change fields; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    pub title: Option<Title>,
    pub description: Option<Option<Description>>,
    pub kind: Option<ChangeKind>,
    pub urgency_class: Option<UrgencyClass>,
    pub discipline: Option<Discipline>,
    pub risk: Option<Risk>,
    pub plan: Option<Plan>,
    pub rollback_plan: Option<RollbackPlan>,
    pub planned_start: Option<Instant>,
    pub planned_end: Option<Instant>,
    pub fixes: Option<BTreeSet<AggId>>,
    pub software_items: Option<BTreeSet<Label>>,
    pub endpoints: Option<BTreeSet<Label>>,
    pub tags: Option<BTreeSet<Tag>>,
    /// A supervisor's word on what kind of work it is.
    pub work_mode: Option<(WorkMode, Reason)>,
}

impl Edit {
    /// Refuses `illegal_transition` for the plan of a change that waits for approval or was approved: it is what was
    /// agreed on. Of one that waits or is on hold, only its time can be set: a window passes while it is stopped.
    pub fn decide(&self, case: &Case<ChangeRecord>, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        let is = case.change();
        alive(is)?;
        let mut change = Change::of(Act::Edit, is);
        if let Some((mode, why)) = &self.work_mode {
            if !(at.is_supervisor() || at.by.active && at.by.is(Role::Admin)) {
                return Err(at.not_permitted("a supervisor or an administrator"));
            }
            change = change.because(why);
            (change.next.work_mode, change.next.work_mode_reason) = (*mode, Some(why.clone()));
        }
        if *self == (Self { work_mode: self.work_mode.clone(), ..Self::default() }) {
            return Ok(change);
        }
        at.author_of(is)?;
        let time = |asked: Option<Instant>, kept: Option<Instant>| asked.or(kept);
        let timed = Self { planned_start: None, planned_end: None, work_mode: None, ..self.clone() };
        let fixed = timed != Self::default() && !is.state.planning();
        if fixed || !(is.state.planning() || matches!(is.state, Phase::Approval | Phase::OnHold)) {
            let said = is.state.said();
            let refusal = Code::IllegalTransition.because(format!("{} is {said}; its plan is fixed", is.name()));
            return Err(if is.state == Phase::Approval { refusal.hint("have it returned first") } else { refusal });
        }
        let next = &mut change.next;
        set(&mut next.title, self.title.as_ref());
        set(&mut next.description, self.description.as_ref());
        set(&mut next.kind, self.kind.as_ref());
        set(&mut next.urgency_class, self.urgency_class.as_ref());
        set(&mut next.discipline, self.discipline.as_ref());
        next.risk = self.risk.or(next.risk);
        next.plan = self.plan.clone().or(next.plan.take());
        next.rollback_plan = self.rollback_plan.clone().or(next.rollback_plan.take());
        next.planned_start = time(self.planned_start, next.planned_start);
        next.planned_end = time(self.planned_end, next.planned_end);
        if let (Some(start), Some(end)) = (next.planned_start, next.planned_end)
            && end <= start
        {
            return Err(Code::DateInvalid.because(format!("{} would end before it begins", is.name())));
        }
        set(&mut next.fixes, self.fixes.as_ref());
        set(&mut next.software_items, self.software_items.as_ref());
        set(&mut next.endpoints, self.endpoints.as_ref());
        set(&mut next.tags, self.tags.as_ref());
        if self.fixes.is_some() || self.kind.is_some() {
            fixes(next.kind, &next.fixes, at)?;
        }
        Ok(change)
    }
}

fn set<T: Clone>(field: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        field.clone_from(value);
    }
}
