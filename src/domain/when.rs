//! Times as people say them: `1h`, `tomorrow 9`, `mon 8:30`, `2026-12-01`.
//!
//! What they mean is asked with the present instant and the zone of the desk. A wall time that a change of the clocks
//! skips or repeats is the earliest instant at or after it.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;

use super::refusal::{Code, Refusal};
use super::time::{Instant, Secs};

/// What a day without a time means: the start of the working day.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
/// The longest that clocks ever skip, in minutes: a whole day, where a country changed sides of the date line.
const SKIPPED_MAX: i64 = 24 * 60;

/// The forms that are understood, for a person who wrote another one.
pub const FORMS: &str = "1h, 30m, 2d, 14:30, tomorrow 9, mon 8:30 or 2026-12-01 10:00";

/// The instant that is meant. Refuses `text_invalid`, naming the forms; that it lies in the future is for the verbs
/// to ask.
pub fn instant(text: &str, now: Instant, zone: Tz) -> Result<Instant, Refusal> {
    let text = text.trim().to_ascii_lowercase();
    let wrong = || Code::TextInvalid.because(format!("`{text}` is not a time")).hint(format!("write {FORMS}"));
    if let Ok(at) = text.to_ascii_uppercase().parse::<Instant>() {
        return Ok(at);
    }
    if let Ok(length) = text.strip_prefix("in ").unwrap_or(&text).trim().parse::<Secs>() {
        return Ok(now + length);
    }
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "at").collect();
    let local = local(now, zone);
    let at = match words[..] {
        [time] if time.contains(':') => soonest(clock(time).ok_or_else(wrong)?, local),
        [day] => on(day, MORNING, local),
        [day, time] => on(day, clock(time).ok_or_else(wrong)?, local),
        _ => None,
    };
    at.and_then(|at| earliest(at, zone)).ok_or_else(wrong)
}

/// An instant as it is shown beside the words: `Wed 25 Nov 09:00`, with the year where it is another one.
pub fn shown(at: Instant, now: Instant, zone: Tz) -> String {
    let (at, now) = (local(at, zone), local(now, zone));
    let form = if at.year() == now.year() { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" };
    at.format(form).to_string()
}

fn local(at: Instant, zone: Tz) -> NaiveDateTime {
    at.utc().with_timezone(&zone).naive_local()
}

/// Today at that time, or tomorrow when it has passed.
fn soonest(time: NaiveTime, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let today = now.date().and_time(time);
    if today > now { Some(today) } else { today.checked_add_days(Days::new(1)) }
}

/// A day by its word or date, at a time.
fn on(day: &str, time: NaiveTime, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let today = now.date();
    let date = match day {
        "today" => today,
        "tomorrow" => today.checked_add_days(Days::new(1))?,
        _ => match weekday(day) {
            Some(weekday) => return coming(weekday, time, now),
            None => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?,
        },
    };
    Some(date.and_time(time))
}

/// The next such day whose time is still to come; today counts.
fn coming(weekday: Weekday, time: NaiveTime, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let ahead = u64::from(weekday.days_since(now.weekday()));
    let at = now.date().checked_add_days(Days::new(ahead))?.and_time(time);
    if at > now { Some(at) } else { at.checked_add_days(Days::new(7)) }
}

/// `mon`, `monday` and what lies between.
fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let n = NAMES.iter().position(|name| word.len() >= 3 && name.starts_with(word))?;
    Weekday::try_from(n as u8).ok()
}

/// `9`, `9:30`, `17:00`.
fn clock(word: &str) -> Option<NaiveTime> {
    let (hours, minutes) = word.split_once(':').unwrap_or((word, "0"));
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, 0)
}

/// The earliest instant at or after a wall time.
fn earliest(at: NaiveDateTime, zone: Tz) -> Option<Instant> {
    let walls = (0..=SKIPPED_MAX).filter_map(|minutes| at.checked_add_signed(TimeDelta::minutes(minutes)));
    let mut found = walls.filter_map(|wall| zone.from_local_datetime(&wall).earliest());
    found.next().map(|it: DateTime<Tz>| Instant(it.timestamp()))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::*;

    /// A Tuesday, 14:30 in Berlin.
    fn now() -> Instant {
        "2026-11-24T13:30:00Z".parse().unwrap()
    }

    #[test]
    fn words_mean_what_people_mean() {
        for (text, means) in [
            ("1h", "2026-11-24T14:30:00Z"),
            ("in 30m", "2026-11-24T14:00:00Z"),
            ("2d", "2026-11-26T13:30:00Z"),
            ("15:00", "2026-11-24T14:00:00Z"),
            ("9:15", "2026-11-25T08:15:00Z"),
            ("today 17", "2026-11-24T16:00:00Z"),
            ("tomorrow", "2026-11-25T08:00:00Z"),
            ("Tomorrow 9", "2026-11-25T08:00:00Z"),
            ("tomorrow at 10:30", "2026-11-25T09:30:00Z"),
            ("mon 8:30", "2026-11-30T07:30:00Z"),
            ("friday", "2026-11-27T08:00:00Z"),
            ("tue 16", "2026-11-24T15:00:00Z"),
            ("tue 9", "2026-12-01T08:00:00Z"),
            ("2026-12-01", "2026-12-01T08:00:00Z"),
            ("2026-12-01 10:00", "2026-12-01T09:00:00Z"),
            ("2026-12-01T10:00:00+02:00", "2026-12-01T08:00:00Z"),
        ] {
            assert_eq!(instant(text, now(), Berlin).unwrap().to_string(), means, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_the_forms() {
        for text in ["", "soon", "9", "25:00", "mon 8:61", "mo", "tomorrow 9 sharp", "2026-02-30", "1y"] {
            let refusal = instant(text, now(), Berlin).unwrap_err();
            assert_eq!(refusal.code, Code::TextInvalid, "{text}");
            assert!(refusal.hint.contains("tomorrow 9"), "{text}");
        }
    }

    #[test]
    fn a_skipped_or_repeated_time_is_the_earliest_at_or_after_it() {
        let winter: Instant = "2026-03-28T12:00:00Z".parse().unwrap();
        // On 2026-03-29 clocks go from 02:00 to 03:00 in Berlin; on 2026-10-25 from 03:00 back to 02:00.
        for (text, means) in [
            ("2026-03-29 01:59", "2026-03-29T00:59:00Z"),
            ("2026-03-29 02:37", "2026-03-29T01:00:00Z"),
            ("2026-03-29 03:00", "2026-03-29T01:00:00Z"),
            ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(instant(text, winter, Berlin).unwrap().to_string(), means, "{text}");
        }
    }

    #[test]
    fn an_instant_is_shown_in_the_zone_of_the_desk() {
        assert_eq!(shown("2026-11-25T08:00:00Z".parse().unwrap(), now(), Berlin), "Wed 25 Nov 09:00");
        assert_eq!(shown("2027-01-04T07:30:00Z".parse().unwrap(), now(), Berlin), "Mon 4 Jan 2027 08:30");
    }
}
