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
    /// What was missed before no longer counts as missed.
    Forgive {
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
            ClockEvent::Forgive => Step::Forgive { elapsed },
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::domain::clock::ClockKind;
    use crate::domain::clock::version::CalendarVersion;
    use crate::domain::policy::Calendar;

    fn at(text: &str) -> Instant {
        format!("2025-{text}:00Z").parse().unwrap()
    }

    /// 10 hours on working days; 1 May closed, 24 December half a day.
    fn office() -> Calendar {
        let window = |text: &str| vec![text.parse::<Window>().unwrap()];
        let mut calendar = Calendar { always: false, ..Calendar::always() };
        calendar.weekly[..5].fill(window("08:00-18:00"));
        calendar.yearly.insert((5, 1), Vec::new());
        calendar.yearly.insert((12, 24), window("08:00-12:00"));
        calendar
    }

    /// The working in short words; times are month, day and hour.
    fn told(start: &str, target: i64, events: &[(&str, ClockEvent)], now: &str) -> Vec<String> {
        let always = CalendarVersion { name: "always".into(), calendar: Calendar::always() };
        let office = CalendarVersion { name: "office".into(), calendar: office() };
        let clock = Clock {
            kind: ClockKind::Resolution,
            nth: 1,
            start: at(start),
            target: Secs::hours(target),
            warn_pct: 75,
            calendar: office.id(),
            events: events.iter().map(|(text, event)| (at(text), *event)).collect(),
            warned_at: None,
            breached_at: None,
        };
        let tables: BTreeMap<_, _> =
            [office, always].map(|it| (it.id(), Arc::new(Timetable::new(it.calendar)))).into_iter().collect();
        let lines = explain(&clock, at(now), &tables).unwrap();
        lines.iter().map(|line| format!("{} {}", short(line.at), words(&line.step))).collect()
    }

    fn short(at: Instant) -> String {
        at.utc().format("%m-%d %H:%M").to_string()
    }

    fn words(step: &Step) -> String {
        match step {
            Step::Start { target, .. } => format!("start {}", target.brief()),
            Step::Counted { until, days, each, total } => {
                format!("{days} x {} until {} = {}h", each.brief(), short(*until), total.0 / 3_600)
            }
            Step::Closed { until, exceptions } if exceptions.is_empty() => format!("closed until {}", short(*until)),
            Step::Closed { until, exceptions } => {
                let days: Vec<_> = exceptions.iter().map(|(date, held)| format!("{date} {}", held.len())).collect();
                format!("closed until {}: {}", short(*until), days.join(", "))
            }
            Step::Pause { elapsed } => format!("pause at {}h", elapsed.0 / 3_600),
            Step::Resume { .. } => "resume".to_owned(),
            Step::Stop { elapsed } => format!("stop at {}h", elapsed.0 / 3_600),
            Step::Reopen { .. } => "reopen".to_owned(),
            Step::Cancel { .. } => "cancel".to_owned(),
            Step::Forgive { .. } => "forgive".to_owned(),
            Step::Retarget { old, new, band, .. } => format!("retarget {}>{} {band}", old.0.brief(), new.0.brief()),
            Step::Recalendar { elapsed, .. } => format!("recalendar at {}h", elapsed.0 / 3_600),
            Step::Warn { elapsed } => format!("warn at {}h", elapsed.0 / 3_600),
            Step::Breach { elapsed } => format!("breach at {}h", elapsed.0 / 3_600),
            Step::Now(it) => format!("now {}h {} {}", it.elapsed.0 / 3_600, it.band, it.status),
        }
    }

    #[test]
    fn weeks_are_told_in_whole_days_that_end_at_a_holiday() {
        let lines = told("04-22T12:00", 100, &[], "05-06T09:00");
        assert_eq!(
            lines,
            [
                "04-22 12:00 start 4d 4h",
                "04-22 12:00 1 x 6h 00m until 04-22 18:00 = 6h",
                "04-22 18:00 closed until 04-23 08:00",
                "04-23 08:00 6 x 10h 00m until 04-30 18:00 = 66h",
                "04-30 18:00 closed until 05-02 08:00: 2025-05-01 0",
                "05-02 08:00 1 x 9h 00m until 05-02 17:00 = 75h",
                "05-02 17:00 warn at 75h",
                "05-02 17:00 1 x 1h 00m until 05-02 18:00 = 76h",
                "05-02 18:00 closed until 05-05 08:00",
                "05-05 08:00 1 x 10h 00m until 05-05 18:00 = 86h",
                "05-05 18:00 closed until 05-06 08:00",
                "05-06 08:00 1 x 1h 00m until 05-06 09:00 = 87h",
                "05-06 09:00 now 87h warn running",
            ]
        );
    }

    #[test]
    fn a_target_used_up_at_closing_time_is_missed_when_the_desk_opens() {
        let lines = told("12-23T10:00", 12, &[], "12-25T09:00");
        assert_eq!(
            lines[3..],
            [
                "12-24 08:00 1 x 1h 00m until 12-24 09:00 = 9h",
                "12-24 09:00 warn at 9h",
                "12-24 09:00 1 x 3h 00m until 12-24 12:00 = 12h",
                "12-24 12:00 closed until 12-25 08:00: 2025-12-24 1",
                "12-25 08:00 breach at 12h",
                "12-25 08:00 1 x 1h 00m until 12-25 09:00 = 13h",
                "12-25 09:00 now 13h breached running",
            ]
        );
    }

    #[test]
    fn whatever_happens_to_a_clock_is_a_line_and_time_between_is_not() {
        let always = CalendarVersion { name: "always".into(), calendar: Calendar::always() }.id();
        let events = [
            ("06-10T10:00", ClockEvent::Pause),
            ("06-11T09:00", ClockEvent::Resume),
            ("06-11T10:00", ClockEvent::Retarget { target: Secs::hours(2), warn_pct: None }),
            ("06-11T11:00", ClockEvent::Retarget { target: Secs::hours(40), warn_pct: None }),
            ("06-11T18:00", ClockEvent::Recalendar { calendar: always }),
            ("06-11T20:00", ClockEvent::Stop),
            ("06-12T20:00", ClockEvent::Reopen),
            ("06-12T21:00", ClockEvent::Cancel),
        ];
        assert_eq!(
            told("06-10T08:00", 40, &events, "07-01T00:00"),
            [
                "06-10 08:00 start 1d 16h",
                "06-10 08:00 1 x 2h 00m until 06-10 10:00 = 2h",
                "06-10 10:00 pause at 2h",
                "06-11 09:00 resume",
                "06-11 09:00 1 x 1h 00m until 06-11 10:00 = 3h",
                "06-11 10:00 retarget 1d 16h>2h 00m breached",
                "06-11 10:00 1 x 1h 00m until 06-11 11:00 = 4h",
                "06-11 11:00 retarget 2h 00m>1d 16h ok",
                "06-11 11:00 1 x 7h 00m until 06-11 18:00 = 11h",
                "06-11 18:00 recalendar at 11h",
                "06-11 18:00 1 x 2h 00m until 06-11 20:00 = 13h",
                "06-11 20:00 stop at 13h",
                "06-12 20:00 reopen",
                "06-12 20:00 1 x 1h 00m until 06-12 21:00 = 14h",
                "06-12 21:00 cancel",
                "07-01 00:00 now 14h ok cancelled",
            ]
        );
    }

    #[test]
    fn a_target_of_nothing_is_warned_of_at_once_and_missed_with_the_first_open_second() {
        assert_eq!(
            told("06-14T09:00", 0, &[], "06-16T09:00"),
            [
                "06-14 09:00 start 0s",
                "06-14 09:00 warn at 0h",
                "06-14 09:00 closed until 06-16 08:00",
                "06-16 08:00 breach at 0h",
                "06-16 08:00 1 x 1h 00m until 06-16 09:00 = 1h",
                "06-16 09:00 now 1h breached running",
            ]
        );
    }
}
