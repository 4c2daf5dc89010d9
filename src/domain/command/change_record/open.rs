//! Write a change (C1).

use std::collections::BTreeSet;

use super::{Moment, fixes, mode_of};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::{ChangeKind, ChangeRecord, Phase, UrgencyClass};
use crate::domain::id::{AggId, StoreId};
use crate::domain::number::Number;
use crate::domain::problem::Problem;
use crate::domain::refusal::Refusal;
use crate::domain::role::Discipline;
use crate::domain::text::{Description, Label, Tag, Title};

/// What is known when a change is begun; everything else is written into the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    pub title: Title,
    pub description: Option<Description>,
    pub kind: ChangeKind,
    pub urgency_class: UrgencyClass,
    /// Absent: that of the first problem.
    pub discipline: Option<Discipline>,
    /// The problems whose cause it removes.
    pub fixes: BTreeSet<AggId>,
    /// What it touches. Absent: what its problems are about.
    pub software_items: Option<BTreeSet<Label>>,
    pub endpoints: Option<BTreeSet<Label>>,
    pub tags: BTreeSet<Tag>,
}

impl Open {
    /// The change that removes the cause of that problem.
    pub fn fixing(agg: AggId, problem: &Problem) -> Self {
        let title = Title::fitted(&format!("Fix: {}", problem.title)).unwrap_or_default();
        Self { kind: ChangeKind::ProblemFix, fixes: [agg].into(), ..Self::titled(title) }
    }

    /// A routine configuration, of which nothing but the title is known.
    pub fn titled(title: Title) -> Self {
        Self {
            title,
            description: None,
            kind: ChangeKind::Configuration,
            urgency_class: UrgencyClass::Routine,
            discipline: None,
            fixes: BTreeSet::new(),
            software_items: None,
            endpoints: None,
            tags: BTreeSet::new(),
        }
    }

    /// The new record. `number` and `home` are the store's to give. Refuses `link_required` for a fix of nothing, and
    /// `link_invalid` for one of what is no problem or has ended.
    pub fn decide(&self, number: Number, home: StoreId, at: &Moment) -> Result<Change<ChangeRecord>, Refusal> {
        at.change_author()?;
        fixes(self.kind, &self.fixes, at)?;
        let problems: Vec<_> = self.fixes.iter().filter_map(|problem| at.desk.problem(*problem)).collect();
        let of_problems = |read: fn(&Problem) -> &BTreeSet<Label>| {
            problems.iter().flat_map(|problem| read(problem).iter().cloned()).collect::<BTreeSet<_>>()
        };
        let mut next = ChangeRecord {
            number: Some(number),
            home: Some(home),
            title: self.title.clone(),
            description: self.description.clone(),
            state: Phase::Draft,
            state_since: at.now,
            kind: self.kind,
            urgency_class: self.urgency_class,
            discipline: self.discipline.or(problems.first().map(|it| it.discipline)).unwrap_or_default(),
            logged_at: at.now,
            logged_by: Some(at.by.login.clone()),
            author: Some(at.by.login.clone()),
            fixes: self.fixes.clone(),
            software_items: self.software_items.clone().unwrap_or_else(|| of_problems(|it| &it.software_items)),
            endpoints: self.endpoints.clone().unwrap_or_else(|| of_problems(|it| &it.endpoints)),
            tags: self.tags.clone(),
            ..ChangeRecord::default()
        };
        next.work_mode = mode_of(&next, at.desk);
        Ok(Change { next, ..Change::of(Act::Log, &ChangeRecord::default()) })
    }
}
