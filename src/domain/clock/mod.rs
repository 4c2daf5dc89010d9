//! Service-level clocks: how much working time a promise has used up.
//!
//! A clock is where it started, what was promised and what happened to it; nothing else is stored as true. How much
//! has elapsed, when it is due and whether it was kept are computed from these for any `now`. Read `timetable`
//! (working time), `version` (calendars with an identity), `read` (the clock as a pure function), `kept` (its steps in the
//! journal), `course` (what a change of a record does to its clocks), `explain` (its working, for a person), `whatif`
//! (what would become of it) and `standing` (what a list keeps of it).

pub mod course;
pub mod explain;
pub mod kept;
pub mod read;
pub mod standing;
pub mod timetable;
pub mod version;
pub mod whatif;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::timetable::Timetable;
use self::version::CalendarId;
use crate::domain::time::{Instant, Secs};
use crate::domain::word::words;

words! {
    /// What was promised.
    pub enum ClockKind {
        /// A first answer to the requester.
        Response = "response",
        /// The work done.
        Resolution = "resolution",
        /// Word to the requester, again and again.
        Update = "update",
        /// One tier's share of the work.
        Ola = "ola",
    }

    pub enum Status {
        Running = "running",
        Paused = "paused",
        /// What was promised is done.
        Stopped = "stopped",
        /// Left out of every figure.
        Cancelled = "cancelled",
    }

    /// How near the target a clock is.
    pub enum Band {
        Ok = "ok",
        Warn = "warn",
        /// More time has elapsed than was promised; exactly the promised time is kept.
        Breached = "breached",
    }
}

impl ClockKind {
    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Resolution => "resolution",
            Self::Update => "update",
            Self::Ola => "tier",
        }
    }
}

/// What can happen to a clock after its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockEvent {
    /// From this second on nothing counts.
    Pause,
    /// From this second on time counts again.
    Resume,
    Stop,
    /// Goes on after a stop, with the time it had.
    Reopen,
    Cancel,
    /// Another target; start and elapsed time stay. Without a share the share in force stays.
    Retarget {
        target: Secs,
        warn_pct: Option<i64>,
    },
    /// Time before stays counted with the old calendar, time from here on is counted with the new one.
    Recalendar {
        calendar: CalendarId,
    },
    /// A target that was missed before this instant does not count as missed: the priority had been wrong.
    Forgive,
}

/// One promise and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub kind: ClockKind,
    /// 1, 2 … within the kind.
    pub nth: u32,
    pub start: Instant,
    /// Promised at the start.
    pub target: Secs,
    /// Share of the target from which on it warns, at the start.
    pub warn_pct: i64,
    /// The calendar it started under.
    pub calendar: CalendarId,
    /// In the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<(Instant, ClockEvent)>,
    /// Remembered when a timer said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned_at: Option<Instant>,
    /// Remembered when a timer said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached_at: Option<Instant>,
}

/// Where clocks find the calendars they name.
pub trait Timetables {
    fn timetable(&self, id: CalendarId) -> Option<Arc<Timetable>>;
}

impl Timetables for BTreeMap<CalendarId, Arc<Timetable>> {
    fn timetable(&self, id: CalendarId) -> Option<Arc<Timetable>> {
        self.get(&id).cloned()
    }
}

/// A clock that says something impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    #[error("event_before_start: {kind} at {at} lies before the start at {start}")]
    EventBeforeStart { kind: &'static str, at: Instant, start: Instant },
    #[error("event_out_of_order: {kind} at {at} follows an event at {last}")]
    EventOutOfOrder { kind: &'static str, at: Instant, last: Instant },
    #[error("illegal_event: {kind} at {at} while the clock is {status}")]
    IllegalEvent { kind: &'static str, at: Instant, status: Status },
    #[error("unknown_calendar: no calendar has the identity {0}")]
    UnknownCalendar(CalendarId),
}

impl ClockError {
    /// The word by which scripts know it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EventBeforeStart { .. } => "event_before_start",
            Self::EventOutOfOrder { .. } => "event_out_of_order",
            Self::IllegalEvent { .. } => "illegal_event",
            Self::UnknownCalendar(_) => "unknown_calendar",
        }
    }
}

impl ClockEvent {
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Stop => "stop",
            Self::Reopen => "reopen",
            Self::Cancel => "cancel",
            Self::Retarget { .. } => "retarget",
            Self::Recalendar { .. } => "recalendar",
            Self::Forgive => "forgive",
        }
    }

    /// The status after it; `None` where it may not happen.
    pub fn after(&self, status: Status) -> Option<Status> {
        match (self, status) {
            (Self::Pause, Status::Running) => Some(Status::Paused),
            (Self::Resume, Status::Paused) | (Self::Reopen, Status::Stopped) => Some(Status::Running),
            (Self::Stop, Status::Running | Status::Paused) => Some(Status::Stopped),
            (Self::Cancel, Status::Running | Status::Paused) => Some(Status::Cancelled),
            (Self::Retarget { .. } | Self::Recalendar { .. }, Status::Running | Status::Paused) => Some(status),
            (Self::Forgive, Status::Running | Status::Paused | Status::Stopped) => Some(status),
            _ => None,
        }
    }
}

impl Clock {
    /// The status after all its events; one that may not happen changes nothing.
    pub fn status(&self) -> Status {
        self.events.iter().fold(Status::Running, |status, (_, event)| event.after(status).unwrap_or(status))
    }

    /// Target, warn share and calendar after all events.
    pub fn in_force(&self) -> (Secs, i64, CalendarId) {
        let start = (self.target, self.warn_pct, self.calendar);
        self.events.iter().fold(start, |(target, warn_pct, calendar), (_, event)| match event {
            ClockEvent::Retarget { target, warn_pct: changed } => (*target, changed.unwrap_or(warn_pct), calendar),
            ClockEvent::Recalendar { calendar } => (target, warn_pct, *calendar),
            _ => (target, warn_pct, calendar),
        })
    }

    /// Are its events possible? The first that is not decides, and of its faults the first in the order of the codes.
    pub fn check(&self) -> Result<(), ClockError> {
        let (mut status, mut last) = (Status::Running, self.start);
        for (at, event) in &self.events {
            let (kind, at) = (event.word(), *at);
            if at < self.start {
                return Err(ClockError::EventBeforeStart { kind, at, start: self.start });
            }
            if at < last {
                return Err(ClockError::EventOutOfOrder { kind, at, last });
            }
            status = event.after(status).ok_or(ClockError::IllegalEvent { kind, at, status })?;
            last = at;
        }
        Ok(())
    }
}
