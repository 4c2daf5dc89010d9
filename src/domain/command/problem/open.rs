//! Log a problem (Q1).

use super::Moment;
use super::review_by;
use crate::domain::change::{Act, Change};
use crate::domain::id::{AggId, StoreId};
use crate::domain::incident::{Subcategory, WorkMode};
use crate::domain::number::{Kind, Number};
use crate::domain::priority::{Impact, Urgency};
use crate::domain::problem::{Detection, DetectionSource, Problem, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Description, Label, Tag, Title};

/// What is known when a problem is suspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    pub title: Title,
    pub description: Option<Description>,
    pub detection: Detection,
    pub source: DetectionSource,
    pub discipline: Discipline,
    pub subcategory: Subcategory,
    pub impact: Impact,
    pub urgency: Urgency,
    pub software_items: Vec<Label>,
    pub endpoints: Vec<Label>,
    pub tags: Vec<Tag>,
    /// The incidents that it is taken to be the cause of; they are linked by the same command.
    pub incidents: Vec<AggId>,
}

impl Open {
    /// A suspicion from incidents, with what the first of them says. `None` when there is none of them.
    pub fn from_incidents(incidents: &[AggId], source: DetectionSource, at: &dyn super::super::Lookup) -> Option<Self> {
        let tickets: Vec<_> = incidents.iter().filter_map(|agg| at.ticket(*agg)).collect();
        let first = tickets.first()?;
        Some(Self {
            title: first.title.clone(),
            description: first.description.clone(),
            detection: Detection::Reactive,
            source,
            discipline: first.discipline,
            subcategory: first.subcategory,
            impact: tickets.iter().map(|it| it.impact).min().unwrap_or_default(),
            urgency: tickets.iter().map(|it| it.urgency).min().unwrap_or_default(),
            software_items: first.software_items.iter().cloned().collect(),
            endpoints: Vec::new(),
            tags: Vec::new(),
            incidents: incidents.to_vec(),
        })
    }

    /// The new record. `number` and `home` are the store's to give. Refuses `link_required` for a problem that
    /// incidents led to and that names none.
    pub fn decide(&self, number: Number, home: StoreId, at: &Moment) -> Result<Change<Problem>, Refusal> {
        at.investigator()?;
        let from_incident = self.incidents.iter().filter_map(|agg| at.desk.ticket(*agg));
        let found = from_incident.filter(|ticket| ticket.kind() == Kind::Incident).count();
        if self.detection == Detection::Reactive && found == 0 {
            return Err(Code::LinkRequired
                .because("a reactive problem names at least one incident")
                .hint("name the incident, or log it as proactive"));
        }
        let mut next = Problem {
            number: Some(number),
            home: Some(home),
            title: self.title.clone(),
            description: self.description.clone(),
            state: ProblemState::New,
            state_since: at.now,
            discipline: self.discipline,
            subcategory: self.subcategory,
            impact: self.impact,
            urgency: self.urgency,
            detection: self.detection,
            detection_source: self.source,
            work_mode: mode_of(self.detection),
            logged_at: at.now,
            logged_by: Some(at.by.login.clone()),
            review_on: review_by(ProblemState::New, None, at)?,
            workaround_min_tier: Tier::One,
            tags: self.tags.iter().cloned().collect(),
            endpoints: self.endpoints.iter().cloned().collect(),
            software_items: self.software_items.iter().cloned().collect(),
            ..Problem::default()
        };
        next.priority = next.computed_priority(at.policy);
        Ok(Change { next, ..Change::of(Act::Log, &Problem::default()) })
    }
}

/// What incidents led to is reactive work; looking ahead is proactive.
pub const fn mode_of(detection: Detection) -> WorkMode {
    match detection {
        Detection::Reactive => WorkMode::Reactive,
        Detection::Proactive => WorkMode::Proactive,
    }
}
