//! One event: when it starts, how long it takes, and which civil dates that covers.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::line::Content;
use super::midnight;
use crate::exchange::rejection::Rejection;

/// Longest event, in days.
const DAYS_MAX: i64 = 366;
/// Most dates that a list of single dates may name.
const LISTED_MAX: usize = 5_000;

/// A time as the file tells it: what a wall clock shows, and where that clock hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    pub wall: NaiveDateTime,
    /// Absent: wherever the reader is.
    pub zone: Option<Tz>,
    /// A date without a time.
    pub date: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Event {
    pub line: u64,
    pub uid: String,
    pub summary: String,
    pub opaque: bool,
    pub cancelled: bool,
    pub start: Start,
    length: TimeDelta,
    /// With their lines.
    pub rules: Vec<(u64, String)>,
    /// Further starts.
    pub also: Vec<Start>,
    /// Starts that fall out.
    pub except: Vec<Start>,
    /// The time of a repeated event whose place this one takes.
    pub instead_of: Option<Start>,
    /// Fields that were understood only in part.
    pub doubts: Vec<Rejection>,
}

impl Event {
    /// `zone` is the calendar's. Refuses an event whose dates cannot be told.
    pub fn read(line: u64, fields: &[Content], zone: Tz) -> Result<Self, Rejection> {
        let find = |name: &str| fields.iter().find(|content| content.name == name);
        let text = |name: &str| find(name).map_or("", |content| content.value.trim());
        let begins = find("DTSTART").ok_or_else(|| Rejection::new(line, "DTSTART", "the event has no start"))?;
        let mut doubts = Vec::new();
        let mut time = |content: &Content| one_time(content, &content.value, &mut doubts);
        let start = time(begins)?;
        let length = match (find("DTEND"), find("DURATION")) {
            (Some(ends), _) => length_to(start, time(ends)?, ends)?,
            (None, Some(lasts)) => duration(lasts)?,
            (None, None) => TimeDelta::zero(),
        };
        if length > TimeDelta::days(DAYS_MAX) {
            let reason = format!("the event is longer than {DAYS_MAX} days");
            let ends = find("DTEND").or(find("DURATION"));
            return Err(Rejection::new(ends.map_or(line, |content| content.line), "DTEND", reason));
        }
        let mut listed = |name: &str| -> Result<Vec<Start>, Rejection> {
            let mut all = Vec::new();
            for content in fields.iter().filter(|content| content.name == name) {
                for one in content.value.split(',') {
                    // A period is told by its start.
                    let one = one.split('/').next().unwrap_or_default();
                    all.push(like(start, one_time(content, one, &mut doubts)?, zone));
                }
                if all.len() > LISTED_MAX {
                    let reason = format!("it lists more than {LISTED_MAX} dates");
                    return Err(Rejection::new(content.line, name, reason));
                }
            }
            Ok(all)
        };
        let (also, except) = (listed("RDATE")?, listed("EXDATE")?);
        let instead_of = listed("RECURRENCE-ID")?.into_iter().next();
        let rules = fields.iter().filter(|content| content.name == "RRULE");
        Ok(Self {
            line,
            uid: text("UID").to_owned(),
            summary: text("SUMMARY").to_owned(),
            opaque: !text("TRANSP").eq_ignore_ascii_case("TRANSPARENT"),
            cancelled: text("STATUS").eq_ignore_ascii_case("CANCELLED"),
            start,
            length,
            rules: rules.map(|content| (content.line, content.value.trim().to_owned())).collect(),
            also,
            except,
            instead_of,
            doubts,
        })
    }

    /// From midnight to midnight, where it takes place.
    pub fn whole_days(&self) -> bool {
        let start = self.start.wall;
        let days = self.length > TimeDelta::zero() && self.length.num_seconds() % 86_400 == 0;
        self.start.date || (start == midnight(start.date()) && days)
    }

    /// Civil days that it covers, one at least.
    pub fn days(&self) -> u64 {
        let days = (self.length.num_seconds() + 86_399) / 86_400;
        u64::try_from(days).unwrap_or(1).max(1)
    }

    /// The dates that it covers in a calendar's zone if it starts then.
    pub fn dates(&self, wall: NaiveDateTime, zone: Tz) -> impl Iterator<Item = NaiveDate> + use<> {
        let end = wall + self.length.max(TimeDelta::seconds(1)) - TimeDelta::seconds(1);
        let (first, last) = match self.start.zone.filter(|_| !self.start.date) {
            Some(from) => (shown(from, wall, zone), shown(from, end, zone)),
            None => (wall, end),
        };
        first.date().iter_days().take_while(move |date| *date <= last.date())
    }

    /// Does it cover the very days that the other would if that started then?
    pub fn same_days(&self, other: &Self, wall: NaiveDateTime) -> bool {
        self.start.wall == wall && self.days() == other.days() && self.whole_days() == other.whole_days()
    }
}

/// What clocks of another zone show when those of `from` show that.
fn shown(from: Tz, wall: NaiveDateTime, to: Tz) -> NaiveDateTime {
    instant(from, wall).with_timezone(&to).naive_local()
}

/// The first of two; an hour later where the clock skips it.
fn instant(zone: Tz, wall: NaiveDateTime) -> DateTime<Tz> {
    let read = |wall: &NaiveDateTime| zone.from_local_datetime(wall).earliest();
    read(&wall).or_else(|| read(&(wall + TimeDelta::hours(1)))).unwrap_or_else(|| zone.from_utc_datetime(&wall))
}

/// A time of a repeated event as that event's own clock shows it.
fn like(start: Start, time: Start, zone: Tz) -> Start {
    let wall = match (time.zone, time.date) {
        (Some(from), false) => shown(from, time.wall, start.zone.unwrap_or(zone)),
        _ => time.wall,
    };
    let wall = if start.date { midnight(wall.date()) } else { wall };
    Start { wall, zone: start.zone, date: time.date }
}

/// `20261224`, `20261224T080000` or `20261224T070000Z`.
fn one_time(content: &Content, text: &str, doubts: &mut Vec<Rejection>) -> Result<Start, Rejection> {
    let text = text.trim();
    let wrong = || Rejection::new(content.line, &content.name, format!("`{text}` is not a date like 20261224"));
    if let Some(date) = date(text) {
        return Ok(Start { wall: midnight(date), zone: None, date: true });
    }
    let (text, utc) = text.strip_suffix('Z').map_or((text, false), |text| (text, true));
    let (day, time) = text.split_once('T').ok_or_else(wrong)?;
    let time = chrono::NaiveTime::parse_from_str(time, "%H%M%S").map_err(|_| wrong())?;
    let wall = date(day).ok_or_else(wrong)?.and_time(time);
    let zone = match content.param("TZID").filter(|_| !utc) {
        Some(name) => zone_named(name).or_else(|| {
            let reason = format!("`{name}` is not a known zone; its times are taken as they are written");
            doubts.push(Rejection::new(content.line, &content.name, reason));
            None
        }),
        None => utc.then_some(Tz::UTC),
    };
    Ok(Start { wall, zone, date: false })
}

/// A date of the years that calendars know.
fn date(text: &str) -> Option<NaiveDate> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| digits)?;
    (1600..=2200).contains(&chrono::Datelike::year(&date)).then_some(date)
}

/// Some programs put their own path before the name: `/mozilla.org/20070129_1/Asia/Tokyo`.
fn zone_named(name: &str) -> Option<Tz> {
    let tail = |parts: usize| {
        let parts: Vec<_> = name.rsplitn(parts + 1, '/').take(parts).collect();
        parts.into_iter().rev().collect::<Vec<_>>().join("/")
    };
    name.parse().ok().or_else(|| [3, 2, 1].into_iter().find_map(|parts| tail(parts).parse().ok()))
}

/// The end of an event of whole days is the first day after it; one on the very day of the start means that day.
fn length_to(start: Start, end: Start, ends: &Content) -> Result<TimeDelta, Rejection> {
    let length = match (start.date, end.date, start.zone, end.zone) {
        (true, false, ..) if end.wall != midnight(end.wall.date()) => {
            midnight(end.wall.date()) + Days::new(1) - start.wall
        }
        (false, false, Some(from), Some(to)) => instant(to, end.wall) - instant(from, start.wall),
        _ => end.wall - start.wall,
    };
    if length < TimeDelta::zero() {
        return Err(Rejection::new(ends.line, &ends.name, "the event ends before it starts"));
    }
    Ok(if start.date { length.max(TimeDelta::days(1)) } else { length })
}

/// `P2D`, `P1W`, `PT8H30M`.
fn duration(lasts: &Content) -> Result<TimeDelta, Rejection> {
    let text = lasts.value.trim();
    let wrong = || Rejection::new(lasts.line, &lasts.name, format!("`{text}` is not a length of time like P1D"));
    let mut seconds: i64 = 0;
    let mut number = String::new();
    for letter in text.strip_prefix('+').unwrap_or(text).strip_prefix('P').ok_or_else(wrong)?.chars() {
        let each = match letter {
            '0'..='9' if number.len() < 9 => {
                number.push(letter);
                continue;
            }
            'T' if number.is_empty() => continue,
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return Err(wrong()),
        };
        seconds = seconds.saturating_add(number.parse::<i64>().map_err(|_| wrong())?.saturating_mul(each));
        number.clear();
    }
    if !number.is_empty() {
        return Err(wrong());
    }
    Ok(TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX))
}
