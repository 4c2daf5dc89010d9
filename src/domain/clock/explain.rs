//! The working of a clock, step by step, for whoever doubts it: what counted and what did not, in the order of time.
//!
//! What counted adds up to what a reading says has elapsed. Whole days of equal length are one line, so that a clock
//! of weeks still fits a screen; a line ends wherever something happened to the clock, and at every day an exception
//! closed.

use chrono::NaiveDate;

use super::read::{Reading, Run};
use super::timetable::{Timetable, local};
use super::version::CalendarId;
use super::{Band, Clock, ClockError, ClockEvent, Timetables};
use crate::domain::policy::Window;
use crate::domain::time::{Instant, Secs};

/// One step of the working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it happened or began.
    pub at: Instant,
    pub step: Step,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Start {
        target: Secs,
        warn_pct: i64,
        calendar: CalendarId,
    },
    /// The desk was open and the clock ran.
    Counted {
        until: Instant,
        /// 1 for one open stretch, which may be less than a day or more; else so many equal days of `each`.
        days: i64,
        each: Secs,
        /// What has elapsed by `until`.
        total: Secs,
    },
    /// The clock ran, but the desk was closed.
    Closed {
        until: Instant,
        /// Days on which an exception closed it, with the windows that held instead.
        exceptions: Vec<(NaiveDate, Vec<Window>)>,
    },
    Pause {
        elapsed: Secs,
    },
    Resume {
        elapsed: Secs,
    },
    Stop {
        elapsed: Secs,
    },
    Reopen {
        elapsed: Secs,
    },
    Cancel {
        elapsed: Secs,
    },
    Retarget {
        elapsed: Secs,
        /// Target and warn share before and after.
        old: (Secs, i64),
        new: (Secs, i64),
        /// What the new target makes of it.
        band: Band,
    },
    Recalendar {
        elapsed: Secs,
        old: CalendarId,
        new: CalendarId,
    },
    /// The warn share of the target then in force was attained.
    Warn {
        elapsed: Secs,
    },
    /// From here on more has elapsed than the target then in force.
    Breach {
        elapsed: Secs,
    },
    /// Where it stands at the end.
    Now(Box<Reading>),
}

/// The working of a clock up to `now`, or up to its last event if that is later.
pub fn explain(clock: &Clock, now: Instant, tables: &dyn Timetables) -> Result<Vec<Line>, ClockError> {
    clock.check()?;
    let mut telling = Telling { run: Run::start(clock, tables)?, at: clock.start, band: Band::Ok, lines: Vec::new() };
    let Clock { target, warn_pct, calendar, .. } = *clock;
    telling.say(clock.start, Step::Start { target, warn_pct, calendar });
    for (at, event) in &clock.events {
        telling.stretch(*at);
        telling.event(*at, event, tables)?;
    }
    let now = now.max(telling.at);
    telling.stretch(now);
    let reading = Box::new(telling.run.reading(clock.start, now));
    telling.lines.push(Line { at: now, step: Step::Now(reading) });
    Ok(telling.lines)
}

/// A clock part of the way, and what has been said of it.
struct Telling {
    run: Run,
    at: Instant,
    /// As last said.
    band: Band,
    lines: Vec<Line>,
}

impl Telling {
    fn say(&mut self, at: Instant, step: Step) {
        self.lines.push(Line { at, step });
    }

    /// From the last event to `to`: what counted, cut where the band changed.
    fn stretch(&mut self, to: Instant) {
        let from = self.at;
        let band = self.run.band(self.run.elapsed(to));
        for mark in [Band::Warn, Band::Breached] {
            // A target of zero is warned of at once and breached with the first open second.
            if !(self.band < mark && mark <= band) {
                continue;
            }
            let since = match mark {
                Band::Breached => self.run.over(Timetable::add_unbounded),
                _ => self.run.reach(self.run.warn(), Timetable::add_unbounded),
            };
            let since = since.unwrap_or(to).clamp(from, to);
            self.count(since);
            self.mark(since, mark);
        }
        self.count(to);
        self.run.notice_breach(to);
    }

    fn mark(&mut self, at: Instant, band: Band) {
        let elapsed = self.run.elapsed(at);
        match band {
            Band::Warn => self.say(at, Step::Warn { elapsed }),
            Band::Breached => self.say(at, Step::Breach { elapsed }),
            Band::Ok => {}
        }
        self.band = band;
    }

    /// What counted from where the telling is up to `to`.
    fn count(&mut self, to: Instant) {
        let from = std::mem::replace(&mut self.at, to);
        if self.run.is_running() {
            let total = self.run.elapsed(from);
            tell(&self.run.table, (from, to), total, &mut self.lines);
        }
    }

    fn event(&mut self, at: Instant, event: &ClockEvent, tables: &dyn Timetables) -> Result<(), ClockError> {
        let old = (self.run.target, self.run.warn_pct, self.run.calendar);
        self.run.take(at, event, tables)?;
        let elapsed = self.run.elapsed(at);
        let step = match event {
            ClockEvent::Pause => Step::Pause { elapsed },
            ClockEvent::Resume => Step::Resume { elapsed },
            ClockEvent::Stop => Step::Stop { elapsed },
            ClockEvent::Reopen => Step::Reopen { elapsed },
            ClockEvent::Cancel => Step::Cancel { elapsed },
            ClockEvent::Recalendar { calendar } => Step::Recalendar { elapsed, old: old.2, new: *calendar },
            ClockEvent::Retarget { .. } => {
                let new = (self.run.target, self.run.warn_pct);
                // Said here, and not again as a step of its own.
                self.band = self.run.band(elapsed);
                Step::Retarget { elapsed, old: (old.0, old.1), new, band: self.band }
            }
        };
        self.say(at, step);
        Ok(())
    }
}

/// Open time on one civil day, with what touches it.
struct Day {
    date: Option<NaiveDate>,
    spans: Vec<(Instant, Instant)>,
    open: Secs,
}

impl Day {
    fn start(&self) -> Instant {
        self.spans[0].0
    }

    fn end(&self) -> Instant {
        self.spans[self.spans.len() - 1].1
    }
}

/// The lines of a stretch through which the clock ran, with what had elapsed before it.
fn tell(table: &Timetable, (from, to): (Instant, Instant), before: Secs, lines: &mut Vec<Line>) {
    let days = days(table, from, to);
    let mut told = Counting { table, at: from, total: before, lines };
    let mut rest = &days[..];
    while let Some(first) = rest.first() {
        let alike = rest.windows(2).take_while(|pair| follows(table, &pair[0], &pair[1])).count() + 1;
        let (group, after) = rest.split_at(alike);
        if group.len() > 1 {
            told.counted((first.start(), group[group.len() - 1].end()), group.len() as i64, first.open);
        } else {
            first.spans.iter().for_each(|span| told.counted(*span, 1, span.1 - span.0));
        }
        rest = after;
    }
    told.closed(to);
}

/// Two days that one line can tell: of equal length, and no exception between them.
fn follows(table: &Timetable, day: &Day, next: &Day) -> bool {
    let alike = day.open == next.open && day.spans.len() == next.spans.len();
    alike && table.closed_days(day.start(), next.end()).is_empty()
}

/// Open stretches by the civil day they begin on; windows that touch are one stretch.
fn days(table: &Timetable, from: Instant, to: Instant) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (start, end) in table.spans(from, to) {
        let date = local(table.calendar().zone, start).map(|reading| reading.date());
        match days.last_mut() {
            Some(day) if day.end() == start => {
                let last = day.spans.len() - 1;
                day.spans[last].1 = end;
                day.open = Secs(day.open.0 + (end - start).0);
            }
            Some(day) if day.date == date => {
                day.spans.push((start, end));
                day.open = Secs(day.open.0 + (end - start).0);
            }
            _ => days.push(Day { date, spans: vec![(start, end)], open: end - start }),
        }
    }
    days
}

/// How far a stretch has been told.
struct Counting<'a> {
    table: &'a Timetable,
    at: Instant,
    total: Secs,
    lines: &'a mut Vec<Line>,
}

impl Counting<'_> {
    fn counted(&mut self, (start, until): (Instant, Instant), days: i64, each: Secs) {
        self.closed(start);
        self.total = Secs(self.total.0 + days * each.0);
        self.at = until;
        self.lines.push(Line { at: start, step: Step::Counted { until, days, each, total: self.total } });
    }

    fn closed(&mut self, until: Instant) {
        if self.at < until {
            let closed = self.table.closed_days(self.at, until);
            let exceptions = closed.into_iter().map(|(date, windows)| (date, windows.to_vec())).collect();
            self.lines.push(Line { at: self.at, step: Step::Closed { until, exceptions } });
            self.at = until;
        }
    }
}
