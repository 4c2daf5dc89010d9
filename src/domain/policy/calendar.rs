//! When a desk is open: a zone, weekly windows and exceptions. What a policy says; how working time is counted over
//! it is another page.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use super::read::Table;
use crate::domain::time::Secs;

/// Opening hours in one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub zone: Tz,
    /// Open every second; the windows and exceptions are then ignored.
    pub always: bool,
    /// Monday first; an empty day is closed.
    pub weekly: [Vec<Window>; 7],
    /// Dates that replace the week.
    pub exact: BTreeMap<NaiveDate, Vec<Window>>,
    /// (month, day) that replace the week every year; the 29th of February in leap years only.
    pub yearly: BTreeMap<(u32, u32), Vec<Window>>,
}

/// `[start, end)` in minutes of wall-clock time since midnight; `end` is 1440 at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    pub start: u16,
    pub end: u16,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start, self.end);
        write!(f, "{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60)
    }
}

impl FromStr for Window {
    type Err = String;
    /// `08:00-18:00`
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a window; write it like \"08:00-18:00\", 24:00 at the latest");
        let (start, end) = text.split_once('-').ok_or_else(wrong)?;
        let window = Self { start: minute(start).ok_or_else(wrong)?, end: minute(end).ok_or_else(wrong)? };
        if window.start < window.end { Ok(window) } else { Err(format!("`{text}` ends before it starts")) }
    }
}

/// Minutes since midnight of `HH:MM`, 24:00 included.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
    if !(two(hour) && two(minute)) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= 1_440).then_some(minutes)
}

/// Are windows ascending and apart? Touching is allowed. Names the first pair that is not.
pub fn ascending(windows: &[Window]) -> Result<(), String> {
    match windows.windows(2).find(|pair| pair[1].start < pair[0].end) {
        None => Ok(()),
        Some(_) => Err("windows overlap or do not ascend".to_owned()),
    }
}

/// The days of a week as calendars name them.
pub(in crate::domain) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Calendar {
    /// Open every second.
    pub fn always() -> Self {
        Self {
            zone: Tz::UTC,
            always: true,
            weekly: Default::default(),
            exact: BTreeMap::new(),
            yearly: BTreeMap::new(),
        }
    }

    /// Open time of an average working day.
    pub fn working_day(&self) -> Secs {
        if self.always {
            return Secs::DAY;
        }
        let days = self.weekly.iter().filter(|windows| !windows.is_empty()).count().max(1);
        let minutes: i64 = self.weekly.iter().flatten().map(|window| i64::from(window.end - window.start)).sum();
        Secs::minutes(minutes / days as i64)
    }

    /// The windows of a civil date: an exact exception, else a yearly one, else the week's.
    pub fn windows_of(&self, date: NaiveDate) -> &[Window] {
        self.exact
            .get(&date)
            .or_else(|| self.yearly.get(&(date.month(), date.day())))
            .unwrap_or(&self.weekly[date.weekday().num_days_from_monday() as usize])
    }

    /// What the week would have opened on a date and an exception closed.
    pub fn lost(&self, date: NaiveDate) -> Vec<Window> {
        let (held, week) = (self.windows_of(date), &self.weekly[date.weekday().num_days_from_monday() as usize]);
        let mut lost = Vec::new();
        for window in week {
            let mut start = window.start;
            for open in held.iter().filter(|open| open.start < window.end && open.end > window.start) {
                lost.push(Window { start, end: open.start.max(start) });
                start = open.end.max(start);
            }
            lost.push(Window { start, end: window.end.max(start) });
        }
        lost.retain(|window| window.start < window.end);
        lost
    }

    /// No window in any week; what exceptions open does not count.
    pub fn never_opens(&self) -> bool {
        !self.always && self.weekly.iter().all(Vec::is_empty)
    }

    /// Reads a calendar; without a zone of its own it keeps the desk's.
    pub(super) fn read(table: &mut Table<'_, '_>, desk: Tz) -> Self {
        let zone = table.take("zone").and_then(|node| table.as_parsed(node, ZONE, zone)).unwrap_or(desk);
        let always = table.take("always").is_some_and(|node| table.as_bool(&node));
        let mut calendar = Self { zone, always, ..Self::always() };
        if let Some(node) = table.take("weekly") {
            table.within(node, |week| {
                for (day, windows) in DAYS.into_iter().zip(&mut calendar.weekly) {
                    if let Some(node) = week.take(day) {
                        *windows = windows_in(week, node);
                    }
                }
            });
        }
        if let Some(node) = table.take("exceptions") {
            for one in table.as_list(node) {
                table.within(one, |one| calendar.read_exception(one));
            }
        }
        if calendar.never_opens() {
            table.wrong("the calendar never opens; it needs a weekly window or `always = true` (calendar_empty)");
        }
        calendar
    }

    fn read_exception(&mut self, table: &mut Table<'_, '_>) {
        let on = (table.take("date"), table.take("month_day"));
        let windows = table.take("windows").map(|node| windows_in(table, node));
        let Some(windows) = windows else { return table.wrong("`windows` is missing; `[]` is closed") };
        let earlier = match on {
            (Some(date), None) => table
                .as_parsed(date, "a date like \"2026-12-24\"", date_of)
                .and_then(|date| self.exact.insert(date, windows)),
            (None, Some(day)) => table
                .as_parsed(day, "a month and day like \"12-25\"", month_day)
                .and_then(|day| self.yearly.insert(day, windows)),
            _ => return table.wrong("an exception needs either `date` or `month_day`"),
        };
        if earlier.is_some() {
            table.wrong("this day has two exceptions");
        }
    }
}

fn windows_in<'a>(table: &Table<'a, '_>, node: super::tree::Node<'a>) -> Vec<Window> {
    let at = node.at.clone();
    let mut windows = Vec::new();
    for one in table.as_list(node) {
        let at = one.at.clone();
        match table.as_text(one).parse() {
            Ok(window) => windows.push(window),
            Err(message) => table.note(&at, message),
        }
    }
    if let Err(message) = ascending(&windows) {
        table.note(&at, message);
    }
    windows
}

pub(super) const ZONE: &str = "a zone like \"Europe/Berlin\"";

pub(in crate::domain) fn zone(text: &str) -> Option<Tz> {
    text.parse().ok()
}

pub(in crate::domain) fn date_of(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

pub(in crate::domain) fn month_day(text: &str) -> Option<(u32, u32)> {
    // A leap year, so that the 29th of February can be named.
    let date = date_of(&format!("2000-{text}")).filter(|_| text.len() == 5)?;
    Some((date.month(), date.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lies_within_one_day() {
        assert_eq!("08:00-18:00".parse(), Ok(Window { start: 480, end: 1_080 }));
        assert_eq!("00:00-24:00".parse(), Ok(Window { start: 0, end: 1_440 }));
        assert_eq!(Window { start: 485, end: 1_440 }.to_string(), "08:05-24:00");
        for text in
            ["", "8:00-18:00", "08:00", "08:00-24:01", "08:60-09:00", "18:00-08:00", "08:00-08:00", "+8:00-09:00"]
        {
            assert!(text.parse::<Window>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_exact_date_beats_a_yearly_one_beats_the_week() {
        let window = |text: &str| vec![text.parse::<Window>().unwrap()];
        let mut calendar = Calendar { always: false, ..Calendar::always() };
        calendar.weekly[3] = window("08:00-18:00");
        let christmas_eve: NaiveDate = "2026-12-24".parse().unwrap();
        assert_eq!(calendar.windows_of(christmas_eve), window("08:00-18:00"));
        calendar.yearly.insert((12, 24), Vec::new());
        assert_eq!(calendar.windows_of(christmas_eve), []);
        assert_eq!(calendar.lost(christmas_eve), window("08:00-18:00"));
        calendar.exact.insert(christmas_eve, window("08:00-12:00"));
        assert_eq!(calendar.windows_of(christmas_eve), window("08:00-12:00"));
        assert_eq!(calendar.lost(christmas_eve), window("12:00-18:00"));
        calendar.exact.insert(christmas_eve, [window("06:00-12:00"), window("12:00-20:00")].concat());
        assert_eq!(calendar.lost(christmas_eve), []);
    }
}
