//! The starts of a repeated event in a range of years, and whether it simply comes back every year.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeZone, Utc};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use super::event::{Event, Start};
use crate::exchange::rejection::Rejection;

const TOO_MANY: &str = "the rules of this file ask for too many dates";

/// What the rules of one file may cost together, so that no file keeps a desk busy for ever.
pub(super) struct Budget {
    rules: u32,
    starts: u32,
    /// Rules that never come true, which take longest to follow.
    barren: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { rules: 1_000, starts: 100_000, barren: 5 }
    }
}

/// Every start up to the end of the range, those before it included: an event of several days may reach into it.
pub(super) fn starts(
    event: &Event,
    years: &RangeInclusive<i32>,
    budget: &mut Budget,
) -> Result<BTreeSet<NaiveDateTime>, Rejection> {
    let mut starts = BTreeSet::from([event.start.wall]);
    let bounds = bounds(event, years);
    let (from, to) = bounds.ok_or_else(|| Rejection::new(event.line, "DTSTART", "its dates cannot be told"))?;
    for (line, rule) in &event.rules {
        let told = |reason: String| Rejection::new(*line, "RRULE", reason);
        if event.start.wall > to {
            continue;
        }
        if budget.rules == 0 || budget.starts == 0 || budget.barren == 0 {
            return Err(told(TOO_MANY.to_owned()));
        }
        budget.rules -= 1;
        let mut any = false;
        for start in follow(event.start, rule).map_err(told)? {
            any = true;
            let start = start.naive_utc();
            if start > to {
                break;
            }
            if start >= from {
                starts.insert(start);
            }
            budget.starts -= 1;
            if budget.starts == 0 {
                return Err(told(TOO_MANY.to_owned()));
            }
        }
        budget.barren -= u32::from(!any);
    }
    for also in event.also.iter().map(|start| start.wall).filter(|wall| (from..=to).contains(wall)) {
        let left = budget.starts.checked_sub(1);
        budget.starts = left.ok_or_else(|| Rejection::new(event.line, "RDATE", TOO_MANY))?;
        starts.insert(also);
    }
    let (days, times): (Vec<&Start>, Vec<&Start>) = event.except.iter().partition(|out| out.date);
    let days: HashSet<NaiveDate> = days.into_iter().map(|out| out.wall.date()).collect();
    let times: HashSet<NaiveDateTime> = times.into_iter().map(|out| out.wall).collect();
    starts.retain(|start| !days.contains(&start.date()) && !times.contains(start));
    Ok(starts)
}

/// The first and the last start that matter for those years, a day wide of it for the zones.
fn bounds(event: &Event, years: &RangeInclusive<i32>) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let first = NaiveDate::from_ymd_opt(*years.start(), 1, 1)?.checked_sub_days(Days::new(event.days() + 1))?;
    let last = NaiveDate::from_ymd_opt(*years.end(), 12, 31)?.checked_add_days(Days::new(2))?;
    Some((super::midnight(first), super::midnight(last)))
}

/// Follows a rule by what the event's own wall clock shows, which is taken for UTC here.
fn follow(start: Start, rule: &str) -> Result<impl Iterator<Item = DateTime<Tz>>, String> {
    let first = Tz::UTC.from_utc_datetime(&start.wall);
    let mut until = None;
    let mut parts = Vec::new();
    for part in rule.split(';').filter(|part| !part.trim().is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is not a part of a rule"))?;
        match name.trim().to_ascii_uppercase().as_str() {
            "UNTIL" => until = Some(end_of(value.trim(), start)?),
            "FREQ" if ["HOURLY", "MINUTELY", "SECONDLY"].contains(&value.trim().to_ascii_uppercase().as_str()) => {
                return Err("holidays do not come back within a day".to_owned());
            }
            // The time of day is the start's.
            "BYHOUR" | "BYMINUTE" | "BYSECOND" => {}
            name => parts.push(format!("{name}={}", value.trim())),
        }
    }
    let rule: RRule<Unvalidated> = parts.join(";").parse().map_err(|wrong| format!("{wrong}"))?;
    let rule = rule.validate(first).map_err(|wrong| format!("{wrong}"))?;
    let set = RRuleSet::new(first).rrule(rule).limit();
    Ok((&set).into_iter().take_while(move |at| until.is_none_or(|until| at.naive_utc() <= until)))
}

/// The last wall-clock time at which an event may start.
fn end_of(text: &str, start: Start) -> Result<NaiveDateTime, String> {
    let wrong = || format!("UNTIL `{text}` is not a date like 20261224");
    let day = text.get(..8).ok_or_else(wrong)?;
    let date = NaiveDate::parse_from_str(day, "%Y%m%d").map_err(|_| wrong())?;
    let late = date.and_hms_opt(23, 59, 59).ok_or_else(wrong)?;
    let Some(time) = text[8..].strip_prefix('T') else { return Ok(late) };
    let (time, utc) = time.strip_suffix('Z').map_or((time, false), |time| (time, true));
    let time = chrono::NaiveTime::parse_from_str(time, "%H%M%S").map_err(|_| wrong())?;
    match start.zone {
        _ if start.date => Ok(late),
        Some(zone) if utc => Ok(Utc.from_utc_datetime(&date.and_time(time)).with_timezone(&zone).naive_local()),
        _ => Ok(date.and_time(time)),
    }
}

/// Month and day of each date of an event that comes back on them every year and never ends: `FREQ=YEARLY` without a
/// weekday, a count or an end, and without single dates in or out.
pub(super) fn every_year(event: &Event) -> Option<Vec<(u32, u32)>> {
    let [(_, rule)] = &event.rules[..] else { return None };
    let start = event.start.wall;
    let plain = event.also.is_empty() && event.except.is_empty() && event.whole_days() && event.start.zone.is_none();
    let says = |part: &str| match part.trim().to_ascii_uppercase().split_once('=') {
        Some(("FREQ", value)) => value == "YEARLY",
        Some(("INTERVAL", value)) => value == "1",
        Some(("BYMONTH", value)) => value.parse() == Ok(start.month()),
        Some(("BYMONTHDAY", value)) => value.parse() == Ok(start.day()),
        Some(("WKST", _)) => true,
        _ => false,
    };
    if !plain || !rule.to_ascii_uppercase().contains("FREQ=YEARLY") || !rule.split(';').all(says) {
        return None;
    }
    // Days that differ between a leap year and another cannot be told by month and day.
    let in_year = |year: i32| -> Option<Vec<(u32, u32)>> {
        let first = start.date().with_year(year)?;
        let dates = first.iter_days().take(usize::try_from(event.days()).ok()?);
        Some(dates.map(|date| (date.month(), date.day())).collect())
    };
    match (start.month(), start.day(), event.days()) {
        (2, 29, 1) => Some(vec![(2, 29)]),
        _ => in_year(2024).filter(|days| Some(days) == in_year(2023).as_ref()),
    }
}
