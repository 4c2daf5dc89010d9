//! One ticket as another system told it: the value that every format gives and that an export is made of.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::incident::{Category, Pending, ResolutionCode, Source, State, Subcategory, Visibility, WorkMode};
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::role::Tier;
use crate::domain::text::{Description, Label, Name, Note, Resolution, Tag, Title};
use crate::domain::time::Instant;

use super::rejection::Rejection;

/// An incident as it stood when it was logged, and everything that happened to it since.
///
/// The fields are the first values; `history` changes them one by one, and [`standing`](Self::standing) is where
/// that leads. Times hold `opened_at <= logged_at <=` every step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// The system it comes from; with `key` the same ticket whenever it is read again.
    pub source: Tag,
    /// Its number there.
    pub key: Label,
    pub title: Title,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<Requester>,
    /// How it reached that desk; absent where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Source>,
    /// Always reactive: what is read are incidents.
    #[serde(default = "reactive")]
    pub work_mode: WorkMode,
    pub category: Category,
    pub subcategory: Subcategory,
    /// Their words for it, where they were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_told: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// Only if the other system told one; else impact and urgency decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    #[serde(default = "first_tier")]
    pub tier: Tier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Name>,
    /// Services, programs and whatever else is affected, by their names there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub affected: BTreeSet<Label>,
    /// Machines, where they are told apart from the rest.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub machines: BTreeSet<Label>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Tag>,
    #[serde(with = "stamp")]
    pub opened_at: Instant,
    #[serde(with = "stamp")]
    pub logged_at: Instant,
    /// Whoever logged it, in their words; absent where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logged_by: Option<Name>,
    /// In time order; what the file told first comes first within a second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Step>,
    /// Where it begins in the decoded text, from 1; 0 for one that was not read.
    #[serde(skip)]
    pub line: u64,
    /// Fields of the file that could not be taken over, each with its reason.
    #[serde(skip)]
    pub left_out: Vec<Rejection>,
}

fn reactive() -> WorkMode {
    WorkMode::Reactive
}

fn first_tier() -> Tier {
    Tier::One
}

/// Who asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requester {
    pub name: Name,
    /// Short name people type after `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Label>,
}

/// One thing that happened, at its own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    #[serde(with = "stamp")]
    pub at: Instant,
    /// Whoever did it, in their words; absent where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Name>,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// A reason goes with `pending` only.
    State {
        state: State,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pending: Option<Pending>,
        /// When a wait is looked after again, where it is told.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "stamp::maybe")]
        until: Option<Instant>,
    },
    /// To a person, or back to the queue.
    Assign(Option<Name>),
    Tier(Tier),
    /// A group of people there; here only its tier counts.
    Team(Label),
    Note {
        visibility: Visibility,
        text: Note,
    },
    Impact(Impact),
    Urgency(Urgency),
    Priority(Priority),
    Category {
        category: Category,
        subcategory: Subcategory,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<Label>,
    },
    Resolution {
        code: ResolutionCode,
        note: Resolution,
    },
}

/// How a ticket stands at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub pending: Option<Pending>,
    pub tier: Tier,
    pub team: Option<Label>,
    pub assignee: Option<Name>,
    pub impact: Option<Impact>,
    pub urgency: Option<Urgency>,
    pub priority: Option<Priority>,
    pub category: Category,
    pub subcategory: Subcategory,
    pub category_told: Option<Label>,
    pub resolution: Option<(ResolutionCode, Resolution)>,
    /// When it last became resolved; gone again when it was reopened.
    pub resolved_at: Option<Instant>,
    pub closed_at: Option<Instant>,
}

impl Incoming {
    /// As it stood when it was logged: in its tier's queue, or with whoever had it already.
    pub fn first_standing(&self) -> Standing {
        Standing {
            state: if self.assignee.is_some() { State::Assigned } else { State::Queued },
            pending: None,
            tier: self.tier,
            team: self.team.clone(),
            assignee: self.assignee.clone(),
            impact: self.impact,
            urgency: self.urgency,
            priority: self.priority,
            category: self.category,
            subcategory: self.subcategory,
            category_told: self.category_told.clone(),
            resolution: None,
            resolved_at: None,
            closed_at: None,
        }
    }

    /// Puts the history in time order. An opening or logging time that is later than what happened gives way, and is
    /// written down.
    pub(super) fn put_in_order(&mut self, line: u64) {
        self.history.sort_by_key(|step| step.at);
        let first = self.history.first().map_or(self.logged_at, |step| step.at);
        let mut no_later = |field, told: &mut Instant, limit: Instant, than| {
            if *told > limit {
                let reason = format!("{told} is later than {than} at {limit}, which is taken instead");
                self.left_out.push(Rejection::new(line, field, reason));
                *told = limit;
            }
        };
        no_later("logged_at", &mut self.logged_at, first, "the first event");
        no_later("opened_at", &mut self.opened_at, self.logged_at, "logging");
    }

    /// As it stands after its whole history.
    pub fn standing(&self) -> Standing {
        let mut now = self.first_standing();
        for step in &self.history {
            now.apply(step);
        }
        now
    }
}

impl Standing {
    pub fn apply(&mut self, step: &Step) {
        match &step.what {
            What::State { state, pending, .. } => {
                if state.open() {
                    (self.resolved_at, self.closed_at, self.resolution) = (None, None, None);
                }
                match state {
                    State::Resolved => self.resolved_at = Some(step.at),
                    State::Closed => {
                        // Other desks close without resolving first; here a closed ticket was resolved.
                        self.resolved_at.get_or_insert(step.at);
                        self.closed_at = Some(step.at);
                    }
                    State::Cancelled => self.closed_at = Some(step.at),
                    _ => {}
                }
                (self.state, self.pending) = (*state, *pending);
            }
            What::Assign(to) => self.assignee.clone_from(to),
            What::Tier(tier) => self.tier = *tier,
            What::Team(team) => self.team = Some(team.clone()),
            What::Note { .. } => {}
            What::Impact(impact) => self.impact = Some(*impact),
            What::Urgency(urgency) => self.urgency = Some(*urgency),
            What::Priority(priority) => self.priority = Some(*priority),
            What::Category { category, subcategory, told } => {
                (self.category, self.subcategory) = (*category, *subcategory);
                self.category_told.clone_from(told);
            }
            What::Resolution { code, note } => self.resolution = Some((*code, note.clone())),
        }
    }

    /// The steps that lead from `earlier` to here. A field that is empty here was not told, so it did not change;
    /// only an assignee can go.
    pub(super) fn since(&self, earlier: &Self) -> Vec<What> {
        fn changed<T: PartialEq + Clone>(now: &Option<T>, then: &Option<T>, what: fn(T) -> What) -> Option<What> {
            now.clone().filter(|_| now != then).map(what)
        }
        let category = (self.category, self.subcategory, &self.category_told);
        let moved = (self.state, self.pending) != (earlier.state, earlier.pending);
        [
            changed(&self.team, &earlier.team, What::Team),
            (self.tier != earlier.tier).then_some(What::Tier(self.tier)),
            (self.assignee != earlier.assignee).then(|| What::Assign(self.assignee.clone())),
            (category != (earlier.category, earlier.subcategory, &earlier.category_told)).then(|| What::Category {
                category: self.category,
                subcategory: self.subcategory,
                told: self.category_told.clone(),
            }),
            changed(&self.impact, &earlier.impact, What::Impact),
            changed(&self.urgency, &earlier.urgency, What::Urgency),
            changed(&self.priority, &earlier.priority, What::Priority),
            changed(&self.resolution, &earlier.resolution, |(code, note)| What::Resolution { code, note }),
            moved.then_some(What::State { state: self.state, pending: self.pending, until: None }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Instants as RFC 3339 text, as every other JSON of this program has them.
mod stamp {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::domain::time::Instant;

    pub(super) fn serialize<S: Serializer>(at: &Instant, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Instant, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }

    /// The same where there may be none.
    pub(super) mod maybe {
        use super::{Deserialize, Deserializer, Instant, Serializer};

        pub fn serialize<S: Serializer>(at: &Option<Instant>, to: S) -> Result<S::Ok, S::Error> {
            match at {
                Some(at) => to.collect_str(at),
                None => to.serialize_none(),
            }
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Instant>, D::Error> {
            let told = Option::<String>::deserialize(from)?;
            told.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::unknown;
    use super::*;

    fn times(states: &[State]) -> (Option<Instant>, Option<Instant>) {
        let mut now = unknown();
        for (n, state) in states.iter().enumerate() {
            let what = What::State { state: *state, pending: None, until: None };
            now.apply(&Step { at: Instant(n as i64 + 1), actor: None, what });
        }
        (now.resolved_at, now.closed_at)
    }

    #[test]
    fn an_end_is_remembered_until_the_ticket_is_opened_again() {
        use State::{Cancelled, Closed, InProgress, Resolved};
        let at = |n| Some(Instant(n));
        assert_eq!(times(&[InProgress, Resolved, Closed]), (at(2), at(3)));
        assert_eq!(times(&[InProgress, Closed]), (at(2), at(2)));
        assert_eq!(times(&[Resolved, InProgress]), (None, None));
        assert_eq!(times(&[Resolved, InProgress, Resolved]), (at(3), None));
        assert_eq!(times(&[Cancelled]), (None, at(1)));
    }
}
