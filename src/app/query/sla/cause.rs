//! Which event of a record carried a step of a clock, and what it says of who did it and why.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::change::Act;
use crate::domain::clock::Clock;
use crate::domain::clock::kept::Step;
use crate::domain::event::{Body, Event, Proof, RowKind};
use crate::domain::field::Wire;
use crate::domain::fold::plain;
use crate::domain::id::RowId;
use crate::domain::incident::Pending;
use crate::domain::priority::Priority;
use crate::domain::role::Tier;
use crate::domain::text::{Login, cut};
use crate::domain::time::Instant;

/// Characters of a note that are told.
const NOTE_MAX: usize = 120;
/// What a priority is computed from, and the override; told with a change of the priority.
const GROUNDS: [&str; 9] = [
    "impact",
    "urgency",
    "vip",
    "data_loss_risk",
    "suspected_compromise",
    "priority_override",
    "contract",
    "affected_users",
    "affected_endpoints",
];

/// Who was behind a step, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Absent for what happened by itself, such as the end of a wait.
    pub who: Option<Login>,
    pub act: Option<Act>,
    /// The wait that began.
    pub pending: Option<Pending>,
    pub until: Option<Instant>,
    /// What was written with it, or the reason that was given.
    pub note: Option<String>,
    /// The priority before and after, where it changed.
    pub priority: Option<(Priority, Priority)>,
    /// What the priority stands on, where that changed: field, before, after.
    pub grounds: Vec<(&'static str, String, String)>,
}

/// A step of a clock as the journal has it.
#[derive(Debug, Clone)]
pub struct Source {
    pub step: Step,
    pub at: Instant,
    pub cause: Cause,
    /// The tier that the record is in after it.
    pub tier: Tier,
    /// Who took it back, and when.
    pub undone: Option<(Login, Instant)>,
}

impl Source {
    pub fn is_of(&self, clock: &Clock) -> bool {
        (self.step.kind, self.step.nth) == (clock.kind, clock.nth)
    }

    pub const fn stands(&self) -> bool {
        self.undone.is_none()
    }
}

/// Every step of every clock that the events of a record carry, in their order.
pub fn sources(events: &[Event]) -> Vec<Source> {
    let void = voided(events);
    let mut tier = Tier::One;
    let mut sources = Vec::new();
    for event in events {
        let Some(body) = &event.body else { continue };
        // A move that was taken back leads nowhere, but the steps that went with it tell of where it led.
        let to = tier_of(body).unwrap_or(tier);
        for row in &body.rows {
            match &row.what {
                RowKind::Clock(step) => sources.push(Source {
                    step: (**step).clone(),
                    at: step.at.unwrap_or(event.at),
                    cause: cause(event, body),
                    tier: to,
                    undone: void.get(&row.id).cloned(),
                }),
                RowKind::Visit { tier: entered, .. } if !void.contains_key(&row.id) => tier = *entered,
                _ => {}
            }
        }
        if body.of.is_some() {
            tier = to;
        }
    }
    sources
}

fn tier_of(body: &Body) -> Option<Tier> {
    Tier::from_value(&body.set.get("tier")?.to)
}

/// Rows that were taken back and not brought back again, with who did it and when.
fn voided(events: &[Event]) -> BTreeMap<RowId, (Login, Instant)> {
    let mut void = BTreeMap::new();
    for event in events {
        let Some(body) = &event.body else { continue };
        void.extend(body.void.iter().map(|row| (*row, (event.actor.clone(), event.at))));
        body.restore.iter().for_each(|row| {
            void.remove(row);
        });
    }
    void
}

fn cause(event: &Event, body: &Body) -> Cause {
    let note = body.reason.clone().or_else(|| {
        body.rows.iter().find_map(|row| match &row.what {
            RowKind::Worklog(entry) => Some(entry.text.clone()),
            _ => None,
        })
    });
    let priority = body.set.get("priority");
    let priority = priority.and_then(|it| Some((Priority::from_value(&it.from)?, Priority::from_value(&it.to)?)));
    let priority = priority.filter(|(from, to)| from != to);
    let grounds = GROUNDS.iter().filter(|_| priority.is_some() || body.set.contains_key("contract"));
    let grounds = grounds.filter_map(|name| {
        let write = body.set.get(*name)?;
        Some((*name, said(&write.from), said(&write.to)))
    });
    Cause {
        who: (event.proof != Some(Proof::Timer)).then(|| event.actor.clone()),
        act: Act::from_word(&body.act),
        pending: body.set.get("pending_reason").and_then(|it| Pending::from_value(&it.to)),
        until: body.set.get("follow_up_at").and_then(|it| Instant::from_value(&it.to)),
        note: note.map(|text| cut(&text.replace('\n', " "), NOTE_MAX)),
        priority,
        grounds: if body.of.is_some() { Vec::new() } else { grounds.collect() },
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => plain(other).replace('_', " "),
    }
}
