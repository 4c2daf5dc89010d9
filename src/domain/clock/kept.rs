//! The clocks of a record as its journal tells them: one step is one row of an event. Due instants were computed by
//! whoever wrote the step and stand beside it, so that lists can be sorted without a calendar.

use serde::{Deserialize, Serialize};

use super::{Clock, ClockEvent, ClockKind, Status};
use crate::domain::clock::version::CalendarId;
use crate::domain::time::{Instant, Secs};
use crate::domain::word::words;

words! {
    /// What a step does to its clock.
    pub enum StepKind {
        Start = "start",
        Pause = "pause",
        Resume = "resume",
        Stop = "stop",
        /// Goes on with the elapsed time it had.
        Reopen = "reopen",
        Retarget = "retarget",
        Recalendar = "recalendar",
        Cancel = "cancel",
        /// The share of the target that counts as at risk is used up.
        Warn = "warn",
        /// The target is used up: remembered, whatever the target becomes.
        Breach = "breach",
        /// A supervisor took a remembered breach back: the priority had been wrong.
        Forgive = "forgive",
        /// Only what was computed beside the last step, which no longer held: two stores wrote without seeing each other.
        Stamp = "stamp",
        /// Time since an earlier instant is counted over another version of the calendar.
        Correct = "correct",
    }
}

/// One step of one clock, as a row of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    #[serde(rename = "target")]
    pub kind: ClockKind,
    /// First, second … clock of its kind on this record.
    pub nth: u32,
    pub ev: StepKind,
    /// When it takes effect, where that is not the time of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_s: Option<Secs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_pct: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    /// With a correction: the versions of the same calendar that no longer count from then on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead_of: Vec<CalendarId>,
    /// As the clock stands after this event: when it is at risk, when its target is used up, and the opening instant
    /// from which it is breached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Instant>,
}

impl Step {
    pub const fn of(kind: ClockKind, nth: u32, ev: StepKind) -> Self {
        Self {
            kind,
            nth,
            ev,
            at: None,
            target_s: None,
            warn_pct: None,
            calendar: None,
            instead_of: Vec::new(),
            warn: None,
            due: None,
            over: None,
        }
    }

    /// What a person should hear of it, if anything: `response target missed`.
    pub fn news(&self) -> Option<String> {
        let what = match self.ev {
            StepKind::Warn => "at risk",
            StepKind::Breach => "target missed",
            StepKind::Forgive => "breach taken back",
            StepKind::Correct => "counted over a corrected calendar",
            _ => return None,
        };
        Some(format!("{} {what}", self.kind.name()))
    }

    /// In a person's words: `resolution clock: retarget to 8h 00m`.
    pub fn sentence(&self) -> String {
        let target = self.target_s.map(|target| format!(" {}", target.hours_text())).unwrap_or_default();
        format!("{} clock: {}{target}", self.kind.name(), self.ev)
    }
}

/// A clock with the instants that were computed when its last step was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    #[serde(flatten)]
    pub clock: Clock,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Instant>,
}

impl Kept {
    pub fn running(&self) -> bool {
        self.clock.status() == Status::Running
    }

    /// Running or paused: its target can still be met or missed.
    pub fn live(&self) -> bool {
        matches!(self.clock.status(), Status::Running | Status::Paused)
    }

    /// The next instant at which this clock has something to say: at risk, then a second past its target.
    fn alarm(&self) -> Option<Instant> {
        if !self.running() {
            return None;
        }
        let warn = self.warn.filter(|_| self.clock.warned_at.is_none());
        let over = self.over.filter(|_| self.clock.breached_at.is_none()).map(|over| over + Secs(1));
        warn.into_iter().chain(over).min()
    }
}

/// The clocks of one record, in the order in which they were started.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Clocks(Vec<Kept>);

impl Clocks {
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Kept> {
        self.0.iter()
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The newest clock of a kind.
    pub fn last(&self, kind: ClockKind) -> Option<&Kept> {
        self.0.iter().rev().find(|kept| kept.clock.kind == kind)
    }

    pub fn get(&self, kind: ClockKind, nth: u32) -> Option<&Kept> {
        self.0.iter().find(|kept| kept.clock.kind == kind && kept.clock.nth == nth)
    }

    /// The clocks that put the record in its place in the queue: promises to the customer that run.
    fn promises(&self) -> impl Iterator<Item = &Kept> {
        self.0.iter().filter(|kept| kept.clock.kind != ClockKind::Ola && kept.running())
    }

    /// The running promise that is due first.
    pub fn most_urgent(&self) -> Option<&Kept> {
        self.promises().filter(|kept| kept.due.is_some()).min_by_key(|kept| kept.due)
    }

    pub fn due_at(&self) -> Option<Instant> {
        self.promises().filter_map(|kept| kept.due).min()
    }

    pub fn risk_at(&self) -> Option<Instant> {
        self.promises().filter_map(|kept| kept.warn).min()
    }

    pub fn over_at(&self) -> Option<Instant> {
        self.promises().filter_map(|kept| kept.over).min()
    }

    /// The next instant at which time alone changes how a clock stands.
    pub fn alarm(&self) -> Option<Instant> {
        self.0.iter().filter_map(Kept::alarm).min()
    }

    /// Takes a step that was written at an instant. One that does not fit, because it crossed with another, changes
    /// nothing but what was computed with it.
    pub fn take(&mut self, step: &Step, at: Instant) {
        let known = self.0.iter_mut().find(|kept| kept.clock.kind == step.kind && kept.clock.nth == step.nth);
        match (known, step.ev) {
            (None, StepKind::Start) => self.0.extend(started(step, at)),
            (None, _) | (Some(_), StepKind::Start) => {}
            (Some(kept), _) => kept.take(step, at),
        }
    }
}

fn started(step: &Step, at: Instant) -> Option<Kept> {
    let clock = Clock {
        kind: step.kind,
        nth: step.nth,
        start: step.at.unwrap_or(at),
        target: step.target_s?,
        warn_pct: step.warn_pct?,
        calendar: step.calendar?,
        events: Vec::new(),
        warned_at: None,
        breached_at: None,
    };
    Some(Kept { clock, warn: step.warn, due: step.due, over: step.over })
}

impl Kept {
    fn take(&mut self, step: &Step, at: Instant) {
        (self.warn, self.due, self.over) = (step.warn, step.due, step.over);
        let at = step.at.unwrap_or(at);
        let event = match step.ev {
            StepKind::Start | StepKind::Stamp => return,
            StepKind::Warn => return self.clock.warned_at = self.clock.warned_at.or(Some(at)),
            StepKind::Breach => return self.clock.breached_at = self.clock.breached_at.or(Some(at)),
            StepKind::Forgive => {
                self.clock.breached_at = None;
                ClockEvent::Forgive
            }
            StepKind::Correct => return self.correct(step, at),
            StepKind::Pause => ClockEvent::Pause,
            StepKind::Resume => ClockEvent::Resume,
            StepKind::Stop => ClockEvent::Stop,
            StepKind::Reopen => ClockEvent::Reopen,
            StepKind::Cancel => ClockEvent::Cancel,
            StepKind::Retarget => match step.target_s {
                Some(target) => ClockEvent::Retarget { target, warn_pct: step.warn_pct },
                None => return,
            },
            StepKind::Recalendar => match step.calendar {
                Some(calendar) => ClockEvent::Recalendar { calendar },
                None => return,
            },
        };
        if event.after(self.clock.status()).is_some() {
            // A clock that was set back never un-happens an event.
            let last = self.clock.events.last().map_or(self.clock.start, |(last, _)| *last);
            self.clock.events.push((at.max(last), event));
        }
    }

    /// Counts the time since `at` over another version of the calendar, and takes the later changes to versions of
    /// the same calendar out. Whether it was ever breached is found anew.
    fn correct(&mut self, step: &Step, at: Instant) {
        let Some(calendar) = step.calendar else { return };
        let at = at.max(self.clock.start);
        self.clock.events.retain(|(when, event)| {
            *when < at || !matches!(event, ClockEvent::Recalendar { calendar } if step.instead_of.contains(calendar))
        });
        let place = self.clock.events.partition_point(|(when, _)| *when <= at);
        let event = ClockEvent::Recalendar { calendar };
        let before = self.clock.events[..place].iter();
        let status = before.fold(Status::Running, |status, (_, event)| event.after(status).unwrap_or(status));
        if event.after(status).is_some() {
            self.clock.events.insert(place, (at, event));
        }
        self.clock.breached_at = None;
    }
}
