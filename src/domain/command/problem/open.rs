//! Log a problem (Q1).

use super::Moment;
use super::review_by;
use crate::domain::change::{Act, Change};
use crate::domain::id::{AggId, StoreId};
use crate::domain::incident::{Subcategory, Symptom, WorkMode};
use crate::domain::number::{Kind, Number};
use crate::domain::priority::{Impact, Urgency};
use crate::domain::problem::{Detection, DetectionSource, Problem, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Description, Label, Tag, Title};
use crate::domain::ticket::Ticket;

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
    /// A suspicion that somebody names.
    pub fn titled(title: Title) -> Self {
        Self {
            title,
            description: None,
            detection: Detection::Reactive,
            source: DetectionSource::Manual,
            discipline: Discipline::Software,
            subcategory: Subcategory::Unknown,
            impact: Impact::Low,
            urgency: Urgency::Medium,
            software_items: Vec::new(),
            endpoints: Vec::new(),
            tags: Vec::new(),
            incidents: Vec::new(),
        }
    }

    /// A suspicion from incidents, with what the first of them says and the highest impact and urgency among them.
    /// `None` when there is none.
    pub fn from_incidents(incidents: &[(AggId, Ticket)], source: DetectionSource) -> Option<Self> {
        let (_, first) = incidents.first()?;
        let tickets = || incidents.iter().map(|(_, ticket)| ticket);
        Some(Self {
            description: first.description.clone(),
            source,
            discipline: first.discipline,
            subcategory: tickets()
                .map(|it| it.subcategory)
                .find(|sub| *sub != Subcategory::Unknown)
                .or_else(|| tickets().find_map(|it| it.symptom).and_then(Symptom::usual_kind))
                .unwrap_or(Subcategory::Unknown),
            impact: tickets().map(|it| it.impact).min().unwrap_or_default(),
            urgency: tickets().map(|it| it.urgency).min().unwrap_or_default(),
            software_items: first.software_items.iter().cloned().collect(),
            incidents: incidents.iter().map(|(agg, _)| *agg).collect(),
            ..Self::titled(first.title.clone())
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
