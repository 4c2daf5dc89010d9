//! Days as people say them. They stay words in the tree, so a saved `created:today` means another day tomorrow;
//! what they mean is asked with the present instant and the zone of the person.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, TimeDelta, TimeZone, Weekday};

use crate::domain::time::{Instant, Secs};

use super::print::length;
use super::tree::{Compare, Op, Range};
use super::value::Value;

/// A day, a week, or an instant some time ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Day {
    Today,
    Yesterday,
    /// The latest such day, today included.
    Weekday(Weekday),
    /// ISO week 1 to 53: the latest of that number that has begun.
    Week(u32),
    Date(NaiveDate),
    /// The instant this long ago; alone (`created:-2d`) it means since then.
    Ago(Secs),
}

/// A half-open stretch of time; an end that is absent is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First instant inside.
    pub from: Option<Instant>,
    /// First instant after it.
    pub until: Option<Instant>,
}

impl Span {
    pub fn holds(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

impl Day {
    pub const WORDS: &[&str] = &["today", "yesterday", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// `today`, `yesterday`, `mon` to `sun`, `w47`, `-2d`, `2026-11-24`; in any case.
    pub fn from_text(text: &str) -> Option<Self> {
        let word = text.to_ascii_lowercase();
        if let Some(ago) = word.strip_prefix('-') {
            return ago.starts_with(|c: char| c.is_ascii_digit()).then(|| ago.parse().ok().map(Self::Ago))?;
        }
        if let Some((_, day)) = WEEKDAYS.iter().find(|(name, _)| *name == word) {
            return Some(Self::Weekday(*day));
        }
        match word.as_str() {
            "today" => Some(Self::Today),
            "yesterday" => Some(Self::Yesterday),
            _ => week(&word).or_else(|| date(&word)),
        }
    }

    /// First instant of it and first instant after it; for a time ago, the one second.
    pub fn resolve<Z: TimeZone>(self, now: Instant, zone: &Z) -> (Instant, Instant) {
        let today = now.utc().with_timezone(zone).date_naive();
        let back = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let (first, days) = match self {
            Self::Ago(length) => return (now - length, now - length + Secs(1)),
            Self::Today => (today, 1),
            Self::Yesterday => (back(1), 1),
            Self::Weekday(day) => (back(u64::from(today.weekday().days_since(day))), 1),
            Self::Week(n) => (latest_week(n, today), 7),
            Self::Date(date) => (date, 1),
        };
        let next = first.checked_add_days(Days::new(days)).unwrap_or(first);
        (midnight(first, zone), midnight(next, zone))
    }
}

/// `w1` to `w53`, leading zero allowed.
fn week(word: &str) -> Option<Day> {
    let digits = word.strip_prefix('w').filter(|d| d.len() <= 2 && d.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok().filter(|n| (1..=53).contains(n)).map(Day::Week)
}

/// `2026-11-24` with all its digits.
fn date(word: &str) -> Option<Day> {
    let shape = word.len() == 10
        && word.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return None;
    }
    word.parse().ok().map(Day::Date)
}

/// Monday of the latest week of this number that has begun; not every year has a week 53.
fn latest_week(n: u32, today: NaiveDate) -> NaiveDate {
    let year = today.iso_week().year();
    (0..8)
        .filter_map(|back| NaiveDate::from_isoywd_opt(year - back, n, Weekday::Mon))
        .find(|monday| *monday <= today)
        .unwrap_or(today)
}

/// Where a civil day begins. Some zones skip midnight when clocks go forward, and a few once skipped a whole day.
pub fn midnight<Z: TimeZone>(date: NaiveDate, zone: &Z) -> Instant {
    let start = date.and_hms_opt(0, 0, 0).expect("every day has a midnight on paper");
    (0..=96)
        .filter_map(|quarters| start.checked_add_signed(TimeDelta::minutes(15 * quarters)))
        .find_map(|local| zone.from_local_datetime(&local).earliest())
        .map_or(Instant(start.and_utc().timestamp()), |at| Instant(at.timestamp()))
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today => f.write_str("today"),
            Self::Yesterday => f.write_str("yesterday"),
            Self::Weekday(day) => {
                let named = WEEKDAYS.iter().find(|(_, it)| it == day);
                f.write_str(named.map_or("", |(name, _)| name))
            }
            Self::Week(n) => write!(f, "w{n}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Ago(ago) => write!(f, "-{}", length(*ago)),
        }
    }
}

impl Compare {
    /// The stretches of time that its days mean, any of which may hold; empty for a field without days.
    pub fn spans<Z: TimeZone>(&self, now: Instant, zone: &Z) -> Vec<Span> {
        let span = |day: &Day| {
            let (start, end) = day.resolve(now, zone);
            let (from, until) = match (self.op(), day) {
                (Op::Lt, _) => (None, Some(start)),
                (Op::Le, _) => (None, Some(end)),
                (Op::Gt, _) => (Some(end), None),
                (Op::Ge, _) | (_, Day::Ago(_)) => (Some(start), None),
                _ => (Some(start), Some(end)),
            };
            Span { from, until }
        };
        self.values().iter().filter_map(Value::day).map(span).collect()
    }
}

impl Range {
    /// The stretch of time from the first day to the last, both included; none for a field without days.
    pub fn span<Z: TimeZone>(&self, now: Instant, zone: &Z) -> Option<Span> {
        let (from, _) = self.from().day()?.resolve(now, zone);
        let (_, until) = self.to().day()?.resolve(now, zone);
        Some(Span { from: Some(from), until: Some(until) })
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::domain::filter::field::Field;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_read_as_said() {
        for text in ["today", "yesterday", "mon", "sun", "w1", "w53", "-2d", "-90m", "2026-02-28"] {
            assert_eq!(Day::from_text(text).unwrap().to_string(), text);
        }
        assert_eq!(Day::from_text("W07"), Some(Day::Week(7)));
        assert_eq!(Day::from_text("-48h"), Day::from_text("-2d"));
        for text in ["", "-", "--2d", "-2", "w", "w0", "w54", "w+1", "2026-02-30", "2026-2-3", "monday", "+2026-1-01"] {
            assert_eq!(Day::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_the_civil_day_of_the_zone() {
        // Tuesday, already Wednesday in Auckland.
        let now = at("2026-11-24T12:30:00Z");
        for (day, zone, start, end) in [
            ("today", Tz::UTC, "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"),
            ("today", Tz::Pacific__Auckland, "2026-11-24T11:00:00Z", "2026-11-25T11:00:00Z"),
            ("yesterday", Tz::Europe__Berlin, "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"),
            ("tue", Tz::UTC, "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"),
            ("wed", Tz::UTC, "2026-11-18T00:00:00Z", "2026-11-19T00:00:00Z"),
            ("w48", Tz::UTC, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            ("w50", Tz::UTC, "2025-12-08T00:00:00Z", "2025-12-15T00:00:00Z"),
            ("w53", Tz::UTC, "2020-12-28T00:00:00Z", "2021-01-04T00:00:00Z"),
            ("-2h", Tz::UTC, "2026-11-24T10:30:00Z", "2026-11-24T10:30:01Z"),
            // Days of 25 and 23 hours, a midnight that does not exist, and a day that does not.
            ("2026-10-25", Tz::Europe__Berlin, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            ("2026-03-29", Tz::Europe__Berlin, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("2018-11-04", Tz::America__Sao_Paulo, "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
            ("2011-12-30", Tz::Pacific__Apia, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
        ] {
            let read = Day::from_text(day).unwrap();
            assert_eq!(read.resolve(now, &zone), (at(start), at(end)), "{day} {zone}");
        }
    }

    #[test]
    fn comparisons_of_days_are_half_open() {
        let now = at("2026-11-24T12:00:00Z");
        let day = Day::from_text("2026-11-20").unwrap();
        let (start, end) = (at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z"));
        for (op, from, until) in [
            (Op::Is, Some(start), Some(end)),
            (Op::Lt, None, Some(start)),
            (Op::Le, None, Some(end)),
            (Op::Gt, Some(end), None),
            (Op::Ge, Some(start), None),
        ] {
            let compare = Compare::new(Field::Created, op, [Value::Day(day)]).unwrap();
            assert_eq!(compare.spans(now, &Tz::UTC), [Span { from, until }], "{op:?}");
        }
        let since = Compare::new(Field::Created, Op::Is, [Value::Day(Day::Ago(Secs::days(2)))]).unwrap();
        assert_eq!(since.spans(now, &Tz::UTC), [Span { from: Some(at("2026-11-22T12:00:00Z")), until: None }]);
        let week = Range::new(Field::Created, Value::Day(Day::Weekday(Weekday::Mon)), Value::Day(Day::Today)).unwrap();
        let span = week.span(now, &Tz::UTC).unwrap();
        assert!(span.holds(at("2026-11-23T00:00:00Z")) && !span.holds(at("2026-11-25T00:00:00Z")));
    }
}
