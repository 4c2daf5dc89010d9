//! iCalendar files with public holidays: which civil dates their events cover in a range of years.
//!
//! Read `line` (content lines), `event` (when one event is, and how long) and `recur` (repeated ones).
//! A broken event is told and skipped; a hostile one is cut off: what a file may ask for is bounded.

mod event;
mod line;
mod recur;

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use self::event::Event;
use self::line::{Content, lines};
use self::recur::Budget;
use super::rejection::Rejection;
use crate::domain::text::{clean_line, cut};

/// Longest file, in bytes.
pub const FILE_MAX: usize = 16 << 20;
/// Most events that are read from one file.
const EVENTS_MAX: usize = 50_000;
/// Most dates that one file may cover.
const DATES_MAX: usize = 100_000;
/// Longest summary that is kept, in characters.
const SUMMARY_MAX: usize = 200;

/// One event, as the dates that it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Where the event begins in its file, from 1.
    pub line: u64,
    /// One clean line without blanks at its ends; may be empty.
    pub summary: String,
    /// Takes up time. An event that does not say so does, as the standard has it.
    pub opaque: bool,
    pub cancelled: bool,
    /// Covers whole civil days; else it has times of day.
    pub whole_days: bool,
    /// Civil dates in the range that was asked for, ascending.
    pub dates: Vec<NaiveDate>,
    /// Month and day of each of its dates, where it comes back on them every year without an end.
    pub yearly: Vec<(u32, u32)>,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Events in the file, read or not.
    pub events: usize,
    /// Those that cover a date in the range, by their first date.
    pub holidays: Vec<Holiday>,
    /// Events, or fields of them, that could not be read.
    pub rejected: Vec<Rejection>,
}

/// What dates are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub years: RangeInclusive<i32>,
    /// Of the calendar that the dates are for: an instant falls on a date there.
    pub zone: Tz,
}

/// Reads a file. `file` is its name in what is told of it.
pub fn read(raw: &[u8], file: &str, asked: &Asked) -> Found {
    let mut reading = Reading { found: Found::default(), events: Vec::new(), asked, budget: Budget::default() };
    if raw.len() > FILE_MAX {
        let reason = format!("the file is larger than {} MiB", FILE_MAX >> 20);
        reading.found.rejected.push(Rejection::end(1, reason));
    } else {
        reading.collect(lines(raw));
        reading.place();
    }
    let mut found = reading.found;
    found.rejected.iter_mut().for_each(|rejection| rejection.file = file.to_owned());
    found.rejected.sort_by_key(|rejection| rejection.line);
    found.holidays.sort_by(|one, other| (&one.dates, one.line).cmp(&(&other.dates, other.line)));
    found
}

/// Events in the place of single times of a repeated one, by those times.
type Replaced<'a> = HashMap<NaiveDateTime, &'a Event>;

struct Reading<'a> {
    found: Found,
    events: Vec<Event>,
    asked: &'a Asked,
    budget: Budget,
}

/// An event of which the end has not come yet.
struct Open {
    line: u64,
    fields: Vec<Content>,
}

impl Reading<'_> {
    /// Takes the events out of the content lines. Whatever else a calendar holds is passed over.
    fn collect(&mut self, lines: impl Iterator<Item = Content>) {
        let (mut open, mut inner): (Option<Open>, Vec<String>) = (None, Vec::new());
        let mut last = 1;
        for content in lines {
            last = content.line;
            let value = content.value.trim().to_ascii_uppercase();
            match (content.name.as_str(), value.as_str()) {
                ("BEGIN", "VEVENT") => {
                    self.unfinished(open.take());
                    if self.found.events == EVENTS_MAX {
                        let reason = format!("there are more than {EVENTS_MAX} events");
                        return self.found.rejected.push(Rejection::end(content.line, reason));
                    }
                    self.found.events += 1;
                    inner.clear();
                    open = Some(Open { line: content.line, fields: Vec::new() });
                }
                ("END", "VEVENT") => self.finished(open.take()),
                ("BEGIN", _) => inner.push(value),
                ("END", _) if inner.last() == Some(&value) => drop(inner.pop()),
                // The end of what the event stands in.
                ("END", _) => self.unfinished(open.take()),
                // An alarm within an event has fields of the same names.
                _ if inner.is_empty() => open.iter_mut().for_each(|open| open.fields.push(content.clone())),
                _ => {}
            }
        }
        self.unfinished(open);
        if self.found.events == 0 && self.found.rejected.is_empty() {
            self.found.rejected.push(Rejection::end(last, "there is no event in it; is it an iCalendar file?"));
        }
    }

    fn unfinished(&mut self, open: Option<Open>) {
        if let Some(open) = open {
            self.found.rejected.push(Rejection::new(open.line, "END", "the event has no end"));
        }
    }

    fn finished(&mut self, open: Option<Open>) {
        let Some(open) = open else { return };
        match Event::read(open.line, &open.fields, self.asked.zone) {
            Ok(event) => self.events.push(event),
            Err(rejection) => self.found.rejected.push(rejection),
        }
    }

    /// Finds the dates of the events. One that stands for a single time of a repeated event takes that time's place.
    fn place(&mut self) {
        let events = std::mem::take(&mut self.events);
        let mut replaced: HashMap<&str, Replaced<'_>> = HashMap::new();
        for event in &events {
            if let Some(time) = &event.instead_of {
                replaced.entry(event.uid.as_str()).or_default().entry(time.wall).or_insert(event);
            }
        }
        let mut dates = 0;
        for event in &events {
            self.found.rejected.extend(event.doubts.iter().cloned());
            let by = if event.instead_of.is_none() { replaced.get(event.uid.as_str()) } else { None };
            match self.holiday(event, by) {
                Ok(holiday) if dates + holiday.dates.len() > DATES_MAX => {
                    let reason = format!("the file covers more than {DATES_MAX} days");
                    return self.found.rejected.push(Rejection::end(event.line, reason));
                }
                Ok(holiday) if holiday.dates.is_empty() => {}
                Ok(holiday) => {
                    dates += holiday.dates.len();
                    self.found.holidays.push(holiday);
                }
                Err(rejection) => self.found.rejected.push(rejection),
            }
        }
    }

    fn holiday(&mut self, event: &Event, replaced: Option<&Replaced<'_>>) -> Result<Holiday, Rejection> {
        let years = &self.asked.years;
        let mut starts = recur::starts(event, years, &mut self.budget)?;
        let mut elsewhere = false;
        starts.retain(|wall| {
            let Some(other) = replaced.and_then(|by| by.get(wall)) else { return true };
            elsewhere |= other.cancelled || !other.same_days(event, *wall);
            false
        });
        let mut dates = BTreeSet::new();
        for start in starts {
            dates.extend(event.dates(start, self.asked.zone).filter(|date| years.contains(&date.year())));
        }
        let yearly = recur::every_year(event).filter(|_| !elsewhere && event.start.wall.year() <= *years.start());
        Ok(Holiday {
            line: event.line,
            summary: cut(clean_line(&event.summary).trim(), SUMMARY_MAX),
            opaque: event.opaque,
            cancelled: event.cancelled,
            whole_days: event.whole_days(),
            dates: dates.into_iter().collect(),
            yearly: yearly.unwrap_or_default(),
        })
    }
}

/// Midnight at the beginning of a date.
fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(chrono::NaiveTime::MIN)
}

#[cfg(test)]
mod tests;
