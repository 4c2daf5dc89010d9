//! Working time between two instants.
//!
//! A timetable lists, for each civil year asked for, when the desk was open as half-open spans of real seconds with
//! the seconds open before each. Counting is then two binary searches and a difference, however far apart the
//! instants are. A zone is asked only for the edges of windows, so days of 23 or 25 hours need no special case.

use std::sync::OnceLock;

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::{GapInfo, Tz};

use crate::domain::policy::{Calendar, Window};
use crate::domain::time::{Instant, Secs};

/// Civil years in which a calendar that is not always open can be open. Before and after it is closed.
const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 2200;
const YEARS: usize = (LAST_YEAR - FIRST_YEAR + 1) as usize;

/// How many civil days, from two before the start, are searched for a due instant: about ten years.
const HORIZON_DAYS: u64 = 3_660;

/// A calendar whose years are laid out when they are first asked for.
pub struct Timetable {
    calendar: Calendar,
    years: Box<[OnceLock<Year>]>,
}

/// The open spans of the windows that belong to the dates of one civil year, ascending and apart.
#[derive(Debug)]
struct Year {
    spans: Box<[Span]>,
    /// Seconds open in all of them.
    total: i64,
}

/// `[start, end)` in Unix seconds.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: i64,
    end: i64,
    /// Seconds open in earlier spans of the year.
    before: i64,
    /// Day of the year, counted from zero, that the window belongs to.
    day: u32,
}

/// A place among the spans: the first one that ends after an instant. `index` is the number of spans of the year if
/// none is left in it; the next year's first then lies ahead.
#[derive(Clone, Copy)]
struct Place {
    year: usize,
    index: usize,
    /// Seconds open in the year before the instant.
    before: i64,
}

impl Timetable {
    pub fn new(calendar: Calendar) -> Self {
        let years = if calendar.always { 0 } else { YEARS };
        Self { calendar, years: (0..years).map(|_| OnceLock::new()).collect() }
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Seconds open in `[from, to)`; none if `to` is not later.
    pub fn elapsed(&self, from: Instant, to: Instant) -> Secs {
        if to <= from {
            return Secs(0);
        }
        if self.calendar.always {
            return to - from;
        }
        let (a, b) = (self.place(from), self.place(to));
        let between: i64 = (a.year..b.year).map(|year| self.year(year).total).sum();
        Secs(between + b.before - a.before)
    }

    /// The earliest instant by which `n` seconds have been open since `from`; `from` itself if `n` is not positive.
    /// `None` if the window it would fall into is more than about ten years away.
    pub fn add(&self, from: Instant, n: Secs) -> Option<Instant> {
        let (at, date) = self.reach(from, n)?;
        match date {
            // Ten civil years hold at least this many days; nearer than that no date needs to be asked for.
            Some(date) if at - from > Secs::days(3_650) => {
                let last = self.first_day(from)?.checked_add_days(Days::new(HORIZON_DAYS - 1))?;
                (date <= last).then_some(at)
            }
            _ => Some(at),
        }
    }

    /// As `add`, however far away.
    pub(super) fn add_unbounded(&self, from: Instant, n: Secs) -> Option<Instant> {
        Some(self.reach(from, n)?.0)
    }

    /// With the civil date of the window in which it falls, if it falls in one.
    fn reach(&self, from: Instant, n: Secs) -> Option<(Instant, Option<NaiveDate>)> {
        if n <= Secs(0) {
            return Some((from, None));
        }
        if self.calendar.always {
            return Some((from + n, None));
        }
        let place = self.place(from);
        let mut goal = place.before.checked_add(n.0)?;
        for number in place.year..YEARS {
            let year = self.year(number);
            if goal <= year.total {
                // The first span at whose end the goal is attained; a goal attained at closing time is due then,
                // and not when the desk opens again.
                let span = year.spans[year.spans.partition_point(|span| span.before + (span.end - span.start) < goal)];
                let date = NaiveDate::from_yo_opt(FIRST_YEAR + number as i32, span.day + 1)?;
                return Some((Instant(span.start + (goal - span.before)), Some(date)));
            }
            goal -= year.total;
        }
        None
    }

    /// The first open instant at or after `at`.
    pub fn opens(&self, at: Instant) -> Option<Instant> {
        // The second in which the first open second ends, less that second.
        self.add(at, Secs(1)).map(|end| end - Secs(1))
    }

    /// The open spans within `[from, to)`, clipped to it: one for each window, so that those that touch stay two.
    pub fn spans(&self, from: Instant, to: Instant) -> Vec<(Instant, Instant)> {
        if to <= from {
            return Vec::new();
        }
        if self.calendar.always {
            return vec![(from, to)];
        }
        let place = self.place(from);
        let mut spans = Vec::new();
        let mut skip = place.index;
        for number in place.year..YEARS {
            for span in &self.year(number).spans[skip..] {
                if span.start >= to.0 {
                    return spans;
                }
                spans.push((Instant(span.start.max(from.0)), Instant(span.end.min(to.0))));
            }
            skip = 0;
        }
        spans
    }

    /// Civil days on which an exception closed some of `[from, to)` that the week would have opened, with the windows
    /// that held instead.
    pub fn closed_days(&self, from: Instant, to: Instant) -> Vec<(NaiveDate, &[Window])> {
        let zone = self.calendar.zone;
        if to <= from || self.calendar.always {
            return Vec::new();
        }
        let (Some(first), Some(last)) = (local(zone, from), local(zone, to - Secs(1))) else { return Vec::new() };
        let missed = |date: NaiveDate, window: &Window| {
            let (start, end) = (edge(zone, date, window.start), edge(zone, date, window.end));
            start.max(from.0) < end.min(to.0)
        };
        let dates = first.date().iter_days().take_while(|date| *date <= last.date());
        let closed = dates.filter(|date| self.calendar.lost(*date).iter().any(|window| missed(*date, window)));
        closed.map(|date| (date, self.calendar.windows_of(date))).collect()
    }

    /// Where the search from an instant begins: two civil days before, as a window of an earlier date may still be
    /// open where a zone has just skipped a day.
    fn first_day(&self, from: Instant) -> Option<NaiveDate> {
        local(self.calendar.zone, from)?.date().checked_sub_days(Days::new(2))
    }

    fn year(&self, number: usize) -> &Year {
        self.years[number].get_or_init(|| Year::lay_out(&self.calendar, FIRST_YEAR + number as i32))
    }

    fn place(&self, at: Instant) -> Place {
        // The civil year in the zone differs from the one in UTC by one at the most.
        let mut year = match DateTime::from_timestamp(at.0, 0) {
            Some(utc) => (utc.year() - FIRST_YEAR).clamp(0, LAST_YEAR - FIRST_YEAR) as usize,
            None if at.0 < 0 => 0,
            None => YEARS - 1,
        };
        let mut index = self.year(year).after(at.0);
        if index == 0 && year > 0 && self.year(year - 1).spans.last().is_some_and(|span| at.0 < span.end) {
            year -= 1;
            index = self.year(year).after(at.0);
        } else if index == self.year(year).spans.len() && year + 1 < YEARS {
            let next = self.year(year + 1).after(at.0);
            if next > 0 || self.year(year + 1).spans.first().is_some_and(|span| span.start <= at.0) {
                (year, index) = (year + 1, next);
            }
        }
        Place { year, index, before: self.year(year).before(index, at.0) }
    }
}

impl Year {
    fn lay_out(calendar: &Calendar, year: i32) -> Self {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("the years of a timetable are civil years");
        let (mut spans, mut total) = (Vec::new(), 0);
        for date in first.iter_days().take_while(|date| date.year() == year) {
            for window in calendar.windows_of(date) {
                let (start, end) = (edge(calendar.zone, date, window.start), edge(calendar.zone, date, window.end));
                if start < end {
                    spans.push(Span { start, end, before: total, day: date.ordinal0() });
                    total += end - start;
                }
            }
        }
        Self { spans: spans.into(), total }
    }

    /// Number of the first span that ends after an instant.
    fn after(&self, at: i64) -> usize {
        self.spans.partition_point(|span| span.end <= at)
    }

    /// Seconds open before an instant that lies before the end of span `index` and not before the end of the
    /// one before.
    fn before(&self, index: usize, at: i64) -> i64 {
        self.spans.get(index).map_or(self.total, |span| span.before + (at - span.start).max(0))
    }
}

/// What the wall clock of a zone shows.
pub(super) fn local(zone: Tz, at: Instant) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(at.0, 0).map(|utc| zone.from_utc_datetime(&utc.naive_utc()).naive_local())
}

/// The earliest instant whose wall-clock reading in the zone is at or after `minute` of a date (1440 is midnight at
/// the end of it), in Unix seconds. A time that the clock shows twice is the first of the two; one that it skips is
/// the instant of the change. So edges never decrease, and windows that touch lose nothing.
pub(in crate::domain) fn edge(zone: Tz, date: NaiveDate, minute: u16) -> i64 {
    let reading = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute.into());
    match zone.from_local_datetime(&reading) {
        LocalResult::Single(at) => at.timestamp(),
        LocalResult::Ambiguous(one, other) => one.timestamp().min(other.timestamp()),
        LocalResult::None => GapInfo::new(&reading, &zone)
            .and_then(|gap| gap.end)
            .expect("a reading that does not exist lies in a gap between two offsets")
            .timestamp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn windows(texts: &[&str]) -> Vec<Window> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn daily(zone: Tz, texts: &[&str]) -> Calendar {
        Calendar { zone, always: false, weekly: std::array::from_fn(|_| windows(texts)), ..Calendar::always() }
    }

    #[test]
    fn an_edge_is_the_first_instant_that_reads_at_or_after_it() {
        for (zone, day, minute, instant, why) in [
            (chrono_tz::Europe::Berlin, "2025-06-10", 480, "2025-06-10T06:00:00Z", "once"),
            (chrono_tz::Europe::Berlin, "2025-10-26", 150, "2025-10-26T00:30:00Z", "twice, so the first"),
            (chrono_tz::Europe::Berlin, "2025-10-26", 180, "2025-10-26T02:00:00Z", "the end of the repeated hour"),
            (chrono_tz::America::New_York, "2025-03-09", 150, "2025-03-09T07:00:00Z", "skipped, so the change"),
            (chrono_tz::America::Santiago, "2025-09-06", 1_440, "2025-09-07T04:00:00Z", "midnight skipped"),
            (chrono_tz::Pacific::Apia, "2011-12-30", 480, "2011-12-30T10:00:00Z", "a day skipped"),
        ] {
            assert_eq!(Instant(edge(zone, date(day), minute)), at(instant), "{why}");
        }
    }

    #[test]
    fn windows_that_touch_tile_every_second_in_every_zone() {
        for zone in chrono_tz::TZ_VARIANTS {
            let table = Timetable::new(daily(zone, &["00:00-12:00", "12:00-24:00"]));
            let (from, to) = (at("2011-06-01T00:00:00Z"), at("2012-06-01T00:00:00Z"));
            assert_eq!(table.elapsed(from, to), to - from, "{zone}");
        }
    }

    #[test]
    fn due_at_closing_time_is_due_then_and_opens_the_next_day() {
        let table = Timetable::new(daily(Tz::UTC, &["08:00-18:00"]));
        let due = table.add(at("2025-06-10T16:00:00Z"), Secs::hours(2)).unwrap();
        assert_eq!(due, at("2025-06-10T18:00:00Z"));
        assert_eq!(table.opens(due), Some(at("2025-06-11T08:00:00Z")));
        assert_eq!(table.opens(at("2025-06-10T08:00:00Z")), Some(at("2025-06-10T08:00:00Z")));
    }

    #[test]
    fn a_due_instant_is_looked_for_ten_years_ahead() {
        let mut calendar = Calendar { always: false, ..Calendar::always() };
        let from = at("2020-01-01T12:00:00Z");
        // The last of 3660 days from two days before the start.
        let last = date("2019-12-30") + Days::new(3_659);
        calendar.exact.insert(last, windows(&["00:00-00:10"]));
        calendar.exact.insert(last + Days::new(1), windows(&["00:00-00:10"]));
        let table = Timetable::new(calendar);
        assert_eq!(table.add(from, Secs::minutes(10)).unwrap().date(), last);
        assert_eq!(table.add(from, Secs(601)), None);
        assert!(table.add(from + Secs::DAY, Secs(601)).is_some());
        assert_eq!(table.add_unbounded(from, Secs(1_201)), None);
    }

    #[test]
    fn counting_ends_at_the_ends_of_time() {
        let table = Timetable::new(daily(Tz::UTC, &["00:00-24:00"]));
        let (first, last) = (Instant(i64::MIN), Instant(i64::MAX));
        let all = table.elapsed(first, last);
        assert_eq!(all, at("2201-01-01T00:00:00Z") - at("1900-01-01T00:00:00Z"));
        assert_eq!(table.add(last, Secs(1)), None);
        assert_eq!(table.add_unbounded(first, all), Some(at("2201-01-01T00:00:00Z")));
        assert_eq!(table.closed_days(first, last), []);
        assert_eq!(table.elapsed(last, first), Secs(0));
    }

    #[test]
    fn spans_are_clipped_and_closed_days_are_those_an_exception_shortened() {
        let mut calendar = daily(Tz::UTC, &["08:00-12:00", "12:00-18:00"]);
        calendar.exact.insert(date("2025-06-11"), Vec::new());
        calendar.exact.insert(date("2025-06-12"), windows(&["08:00-18:00"]));
        calendar.yearly.insert((6, 13), windows(&["08:00-12:00"]));
        let table = Timetable::new(calendar);
        let (from, to) = (at("2025-06-10T09:00:00Z"), at("2025-06-13T09:00:00Z"));
        let spans: Vec<String> = table.spans(from, to).iter().map(|(a, b)| format!("{a} {b}")).collect();
        assert_eq!(
            spans,
            [
                "2025-06-10T09:00:00Z 2025-06-10T12:00:00Z",
                "2025-06-10T12:00:00Z 2025-06-10T18:00:00Z",
                "2025-06-12T08:00:00Z 2025-06-12T18:00:00Z",
                "2025-06-13T08:00:00Z 2025-06-13T09:00:00Z",
            ]
        );
        assert_eq!(table.closed_days(from, to), [(date("2025-06-11"), &[][..])]);
        let (half, evening) = (windows(&["08:00-12:00"]), at("2025-06-13T20:00:00Z"));
        assert_eq!(table.closed_days(to, evening), [(date("2025-06-13"), &half[..])]);
    }
}
