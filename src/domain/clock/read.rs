//! The clock as a pure function of its events, the calendars they name and `now`. Reading it late gives what
//! reading it at every second would have given.

use std::sync::Arc;

use super::timetable::Timetable;
use super::version::CalendarId;
use super::{Band, Clock, ClockError, ClockEvent, Status, Timetables};
use crate::domain::time::{Instant, Secs};

/// Where a clock stands at some instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub status: Status,
    /// In force, as are the next two.
    pub target: Secs,
    pub warn_pct: i64,
    pub calendar: CalendarId,
    pub elapsed: Secs,
    /// Negative by as much as it is breached.
    pub remaining: Secs,
    /// When elapsed attains the target in force, past or to come. `None` for a clock that is not running and had not
    /// attained it, and if it would be more than ten years away.
    pub due_at: Option<Instant>,
    /// The same for the share of the target from which on it warns.
    pub warn_at: Option<Instant>,
    /// From when on elapsed exceeds the target in force: `due_at`, or when the desk next opens.
    pub over_at: Option<Instant>,
    pub band: Band,
    /// Elapsed has exceeded the target that was in force then; a later target does not take it back.
    pub ever_breached: bool,
    /// From when on; the retarget that made it so, if one did.
    pub ever_breached_at: Option<Instant>,
}

/// Time that counted: `[from, to)` by one calendar.
struct Segment {
    table: Arc<Timetable>,
    from: Instant,
    elapsed: Secs,
}

/// A clock part of the way through its events.
pub(super) struct Run {
    status: Status,
    pub target: Secs,
    pub warn_pct: i64,
    pub calendar: CalendarId,
    pub table: Arc<Timetable>,
    done: Vec<Segment>,
    /// Elapsed in `done`.
    before: Secs,
    /// Since when it has been running, while it is.
    since: Instant,
    ever_breached_at: Option<Instant>,
}

impl Clock {
    /// Where the clock stands. A `now` before its last event is taken as that event's instant: a clock set back never
    /// un-happens anything.
    pub fn read(&self, now: Instant, tables: &dyn Timetables) -> Result<Reading, ClockError> {
        self.check()?;
        let mut run = Run::start(self, tables)?;
        for (at, event) in &self.events {
            run.notice_breach(*at);
            run.take(*at, event, tables)?;
        }
        let last = self.events.last().map_or(self.start, |(at, _)| *at);
        Ok(run.reading(self.start, now.max(last)))
    }
}

fn table_of(id: CalendarId, tables: &dyn Timetables) -> Result<Arc<Timetable>, ClockError> {
    tables.timetable(id).ok_or(ClockError::UnknownCalendar(id))
}

impl Run {
    pub(super) fn start(clock: &Clock, tables: &dyn Timetables) -> Result<Self, ClockError> {
        Ok(Self {
            status: Status::Running,
            target: clock.target,
            warn_pct: clock.warn_pct,
            calendar: clock.calendar,
            table: table_of(clock.calendar, tables)?,
            done: Vec::new(),
            before: Secs(0),
            since: clock.start,
            ever_breached_at: None,
        })
    }

    pub(super) fn is_running(&self) -> bool {
        self.status == Status::Running
    }

    pub(super) fn elapsed(&self, at: Instant) -> Secs {
        match self.status {
            Status::Running => Secs(self.before.0 + self.table.elapsed(self.since, at).0),
            _ => self.before,
        }
    }

    /// Had the target in force been exceeded by `at`?
    pub(super) fn notice_breach(&mut self, at: Instant) {
        if self.ever_breached_at.is_none() && self.elapsed(at) > self.target {
            self.ever_breached_at = Some(self.over(Timetable::add_unbounded).unwrap_or(at));
        }
    }

    /// One event of a checked clock.
    pub(super) fn take(&mut self, at: Instant, event: &ClockEvent, tables: &dyn Timetables) -> Result<(), ClockError> {
        match event {
            ClockEvent::Retarget { target, warn_pct } => {
                self.target = *target;
                self.warn_pct = warn_pct.unwrap_or(self.warn_pct);
                if self.ever_breached_at.is_none() && self.elapsed(at) > self.target {
                    self.ever_breached_at = Some(at);
                }
            }
            ClockEvent::Recalendar { calendar } => {
                self.end_segment(at);
                self.calendar = *calendar;
                self.table = table_of(*calendar, tables)?;
            }
            ClockEvent::Pause | ClockEvent::Stop | ClockEvent::Cancel => self.end_segment(at),
            ClockEvent::Resume | ClockEvent::Reopen => self.since = at,
            ClockEvent::Forgive => self.ever_breached_at = None,
        }
        self.status = event.after(self.status).unwrap_or(self.status);
        Ok(())
    }

    fn end_segment(&mut self, at: Instant) {
        if self.status == Status::Running {
            let elapsed = self.table.elapsed(self.since, at);
            self.done.push(Segment { table: Arc::clone(&self.table), from: self.since, elapsed });
            self.before = Secs(self.before.0 + elapsed.0);
            self.since = at;
        }
    }

    /// The earliest instant at which elapsed attains `n`, with `add` for time that is still running.
    pub(super) fn reach(&self, n: Secs, add: fn(&Timetable, Instant, Secs) -> Option<Instant>) -> Option<Instant> {
        let mut left = n;
        for one in &self.done {
            if left <= one.elapsed {
                return one.table.add_unbounded(one.from, left);
            }
            left = Secs(left.0 - one.elapsed.0);
        }
        if self.status == Status::Running { add(&self.table, self.since, left) } else { None }
    }

    /// The instant from which on elapsed exceeds the target: where the first second beyond it begins.
    pub(super) fn over(&self, add: fn(&Timetable, Instant, Secs) -> Option<Instant>) -> Option<Instant> {
        self.reach(Secs(self.target.0.saturating_add(1)), add).map(|end| end - Secs(1))
    }

    /// The time from which on it warns.
    pub(super) fn warn(&self) -> Secs {
        share(self.target, self.warn_pct)
    }

    pub(super) fn band(&self, elapsed: Secs) -> Band {
        if elapsed > self.target {
            Band::Breached
        } else if elapsed >= self.warn() {
            Band::Warn
        } else {
            Band::Ok
        }
    }

    pub(super) fn reading(mut self, start: Instant, now: Instant) -> Reading {
        self.notice_breach(now);
        let elapsed = self.elapsed(now);
        let attained = |n: Secs| if n <= Secs(0) { Some(start) } else { self.reach(n, Timetable::add) };
        Reading {
            status: self.status,
            target: self.target,
            warn_pct: self.warn_pct,
            calendar: self.calendar,
            elapsed,
            remaining: Secs(self.target.0.saturating_sub(elapsed.0)),
            due_at: attained(self.target),
            warn_at: attained(self.warn()),
            over_at: self.over(Timetable::add),
            band: self.band(elapsed),
            ever_breached: self.ever_breached_at.is_some(),
            ever_breached_at: self.ever_breached_at,
        }
    }
}

/// A share of a target in whole seconds, rounded up.
fn share(target: Secs, pct: i64) -> Secs {
    let hundredths = i128::from(target.0) * i128::from(pct);
    let up = hundredths.div_euclid(100) + i128::from(hundredths.rem_euclid(100) != 0);
    Secs(i64::try_from(up).unwrap_or(i64::MAX))
}
