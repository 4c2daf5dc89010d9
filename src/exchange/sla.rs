//! Worked examples of service-level clocks: a JSON file of calendars, clocks and what reading them must give. With
//! such a file anyone can check this program, or another one, against the rules.
//!
//! ```json
//! {"format": "tierdesk-sla-vectors", "version": 1,
//!  "calendars": {"office": {"zone": "Europe/Berlin", "always": false, "weekly": {"mon": [["08:00", "18:00"]]},
//!                           "exceptions": [{"month_day": "12-25", "windows": []}]}},
//!  "cases": [{"id": "S01", "note": "", "calendar": "office", "start": "2025-06-10T07:00:00Z", "target_s": 14400,
//!             "warn_pct": 75, "events": [{"at": "2025-06-10T08:00:00Z", "kind": "pause"}],
//!             "now": "2025-06-10T08:30:00Z", "expect": {"status": "paused", "elapsed_s": 3600, …}}]}
//! ```
//!
//! `expect` holds all of [`KEYS`], or only `error` with the code of what is wrong with its events.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::input::{Input, Tally};
use super::json::Records;
use super::rejection::Rejection;
use crate::domain::clock::timetable::Timetable;
use crate::domain::clock::version::{CalendarId, CalendarVersion};
use crate::domain::clock::{Clock, ClockEvent, ClockKind};
use crate::domain::time::{Instant, Secs};

const FORMAT: &str = "tierdesk-sla-vectors";
const VERSION: i64 = 1;

/// What is expected of a clock that can be read.
pub const KEYS: [&str; 7] = ["status", "elapsed_s", "remaining_s", "due_at", "warn_at", "band", "ever_breached"];

/// The one expectation of a clock that cannot be read.
const ERROR: &str = "error";

/// A file of worked examples.
pub struct Vectors {
    pub cases: Vec<Case>,
    tables: BTreeMap<CalendarId, Arc<Timetable>>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub id: String,
    pub note: String,
    pub clock: Clock,
    pub now: Instant,
    pub expect: Map<String, Value>,
}

/// Where a reading is not as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub case: String,
    pub key: String,
    pub expected: Value,
    pub found: Value,
}

impl Vectors {
    /// Reads a file; the first mistake ends it, with its line and field.
    pub fn read(text: &str) -> Result<Self, Rejection> {
        check_head(text)?;
        let mut named = BTreeMap::new();
        let mut tables = BTreeMap::new();
        for (line, value) in members(text, &["calendars"])? {
            for (name, value) in Fields::of(line, "calendars", &value)?.map {
                let line = line_of(text, line, name);
                let version = version(name, &Fields::of(line, &format!("calendars.{name}"), value)?)?;
                named.insert(name.clone(), version.id());
                tables.insert(version.id(), Arc::new(Timetable::new(version.calendar)));
            }
        }
        let cases = members(text, &["cases"])?;
        let cases = cases.iter().map(|(line, value)| case(*line, value, &named)).collect::<Result<_, _>>()?;
        Ok(Self { cases, tables })
    }

    /// Reads the clock of a case and compares every key of what is expected.
    pub fn differences(&self, case: &Case) -> Vec<Difference> {
        let found = found(&case.clock, case.now, &self.tables);
        let keys = case.expect.keys().chain(found.keys().filter(|key| !case.expect.contains_key(*key)));
        let value = |of: &Map<String, Value>, key: &String| of.get(key).cloned().unwrap_or(Value::Null);
        let all = keys.map(|key| Difference {
            case: case.id.clone(),
            key: key.clone(),
            expected: value(&case.expect, key),
            found: value(&found, key),
        });
        all.filter(|it| it.expected != it.found).collect()
    }

    /// The calendars of the file.
    pub fn tables(&self) -> &BTreeMap<CalendarId, Arc<Timetable>> {
        &self.tables
    }
}

fn found(clock: &Clock, now: Instant, tables: &BTreeMap<CalendarId, Arc<Timetable>>) -> Map<String, Value> {
    let at = |at: Option<Instant>| at.map_or(Value::Null, |at| at.to_string().into());
    match clock.read(now, tables) {
        Ok(it) => {
            let values = [
                it.status.word().into(),
                it.elapsed.0.into(),
                it.remaining.0.into(),
                at(it.due_at),
                at(it.warn_at),
                it.band.word().into(),
                it.ever_breached.into(),
            ];
            KEYS.map(str::to_owned).into_iter().zip(values).collect()
        }
        Err(error) => Map::from_iter([(ERROR.to_owned(), json!(error.code()))]),
    }
}

/// A member of the file, or the elements of one that is a list, each with the line it starts on.
fn members(text: &str, names: &'static [&'static str]) -> Result<Vec<(u64, Value)>, Rejection> {
    let tally = Tally::default();
    let input = Input::open(Box::new(Cursor::new(text.as_bytes().to_vec())), None, &tally)
        .map_err(|fault| Rejection::end(1, fault.to_string()))?;
    Records::open(input, names, tally).collect()
}

/// The line on which a member begins in an object that begins on line `from`.
fn line_of(text: &str, from: u64, name: &str) -> u64 {
    let written = json!(name).to_string();
    let found = (from..).zip(text.lines().skip(from as usize - 1)).find(|(_, line)| line.contains(&written));
    found.map_or(from, |(line, _)| line)
}

fn check_head(text: &str) -> Result<(), Rejection> {
    let head: [(&'static [&'static str], Value); 2] = [(&["format"], json!(FORMAT)), (&["version"], json!(VERSION))];
    for (name, right) in head {
        let found = members(text, name)?;
        let (line, value) = found.first().map_or((1, &Value::Null), |(line, value)| (*line, value));
        if *value != right {
            return Err(Rejection::new(line, name[0], format!("it is {value}; a file of this kind says {right}")));
        }
    }
    Ok(())
}

fn version(name: &str, fields: &Fields<'_>) -> Result<CalendarVersion, Rejection> {
    fields.only(&["zone", "always", "weekly", "exceptions"])?;
    let weekly = fields.part("weekly")?;
    let mut week = Map::new();
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    weekly.only(&days)?;
    for day in days {
        week.insert(day.to_owned(), if weekly.has(day) { weekly.windows(day)? } else { json!([]) });
    }
    let (mut exact, mut yearly) = (Map::new(), Map::new());
    for exception in fields.list("exceptions")? {
        exception.only(&["date", "month_day", "windows"])?;
        let (days, key) = if exception.has("date") { (&mut exact, "date") } else { (&mut yearly, "month_day") };
        if days.insert(exception.text(key)?.to_owned(), exception.windows("windows")?).is_some() {
            return Err(exception.wrong(key, "this day has two exceptions"));
        }
    }
    let written = json!({
        "name": name, "zone": fields.text("zone")?, "always": fields.flag("always")?, "weekly": week,
        "exact": exact, "yearly": yearly,
    });
    CalendarVersion::parse(&written.to_string()).map_err(|error| fields.wrong("", error.to_string()))
}

fn case(line: u64, value: &Value, calendars: &BTreeMap<String, CalendarId>) -> Result<Case, Rejection> {
    let id = value.get("id").and_then(Value::as_str).unwrap_or("cases").to_owned();
    let fields = Fields::of(line, &id, value)?;
    fields.only(&["id", "note", "calendar", "start", "target_s", "warn_pct", "events", "now", "expect"])?;
    let events = fields.list("events")?;
    let expect = fields.part("expect")?;
    if !expect.has(ERROR) {
        KEYS.iter().try_for_each(|key| expect.value(key).map(drop))?;
    }
    expect.only(if expect.has(ERROR) { &[ERROR] } else { &KEYS })?;
    Ok(Case {
        id: fields.text("id")?.to_owned(),
        note: fields.text("note")?.to_owned(),
        clock: Clock {
            kind: ClockKind::Resolution,
            nth: 1,
            start: fields.parsed("start")?,
            target: Secs(fields.int("target_s")?),
            warn_pct: fields.int("warn_pct")?,
            calendar: fields.calendar(calendars)?,
            events: events.iter().map(|event| clock_event(event, calendars)).collect::<Result<_, _>>()?,
            warned_at: None,
            breached_at: None,
        },
        now: fields.parsed("now")?,
        expect: expect.map.clone(),
    })
}

fn clock_event(
    fields: &Fields<'_>,
    calendars: &BTreeMap<String, CalendarId>,
) -> Result<(Instant, ClockEvent), Rejection> {
    let (event, more): (_, &[&str]) = match fields.text("kind")? {
        "pause" => (ClockEvent::Pause, &[]),
        "resume" => (ClockEvent::Resume, &[]),
        "stop" => (ClockEvent::Stop, &[]),
        "reopen" => (ClockEvent::Reopen, &[]),
        "cancel" => (ClockEvent::Cancel, &[]),
        "retarget" => {
            let warn_pct = fields.has("warn_pct").then(|| fields.int("warn_pct")).transpose()?;
            (ClockEvent::Retarget { target: Secs(fields.int("target_s")?), warn_pct }, &["target_s", "warn_pct"])
        }
        "recalendar" => (ClockEvent::Recalendar { calendar: fields.calendar(calendars)? }, &["calendar"]),
        other => return Err(fields.wrong("kind", format!("`{other}` is nothing that happens to a clock"))),
    };
    fields.only(&[&["at", "kind"], more].concat())?;
    Ok((fields.parsed("at")?, event))
}

/// The members of an object, and where it stands in the file.
struct Fields<'a> {
    line: u64,
    at: String,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    fn of(line: u64, at: &str, value: &'a Value) -> Result<Self, Rejection> {
        let map = value.as_object().ok_or_else(|| Rejection::new(line, at, "this is not an object"))?;
        Ok(Self { line, at: at.to_owned(), map })
    }

    fn wrong(&self, key: &str, reason: impl AsRef<str>) -> Rejection {
        let place = if key.is_empty() { self.at.clone() } else { format!("{}.{key}", self.at) };
        Rejection::new(self.line, &place, reason)
    }

    fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    fn only(&self, known: &[&str]) -> Result<(), Rejection> {
        match self.map.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(self.wrong(key, format!("this is not known here; known are {}", known.join(", ")))),
            None => Ok(()),
        }
    }

    fn value(&self, key: &str) -> Result<&'a Value, Rejection> {
        self.map.get(key).ok_or_else(|| self.wrong(key, "this is missing"))
    }

    fn text(&self, key: &str) -> Result<&'a str, Rejection> {
        self.value(key)?.as_str().ok_or_else(|| self.wrong(key, "this is not a text"))
    }

    fn int(&self, key: &str) -> Result<i64, Rejection> {
        self.value(key)?.as_i64().ok_or_else(|| self.wrong(key, "this is not a whole number"))
    }

    fn flag(&self, key: &str) -> Result<bool, Rejection> {
        self.value(key)?.as_bool().ok_or_else(|| self.wrong(key, "this is neither true nor false"))
    }

    fn parsed<T: FromStr<Err: ToString>>(&self, key: &str) -> Result<T, Rejection> {
        self.text(key)?.parse().map_err(|error: T::Err| self.wrong(key, error.to_string()))
    }

    fn part(&self, key: &str) -> Result<Fields<'a>, Rejection> {
        Fields::of(self.line, &format!("{}.{key}", self.at), self.value(key)?)
    }

    fn list(&self, key: &str) -> Result<Vec<Fields<'a>>, Rejection> {
        let list = self.value(key)?.as_array().ok_or_else(|| self.wrong(key, "this is not a list"))?;
        let part = |(n, value)| Fields::of(self.line, &format!("{}.{key}[{n}]", self.at), value);
        list.iter().enumerate().map(part).collect()
    }

    fn calendar(&self, known: &BTreeMap<String, CalendarId>) -> Result<CalendarId, Rejection> {
        let name = self.text("calendar")?;
        known.get(name).copied().ok_or_else(|| self.wrong("calendar", format!("the file has no calendar `{name}`")))
    }

    /// Pairs of times as the texts that calendars are written with.
    fn windows(&self, key: &str) -> Result<Value, Rejection> {
        let pair = |pair: &Value| match pair.as_array().map(Vec::as_slice) {
            Some([Value::String(start), Value::String(end)]) => Some(json!(format!("{start}-{end}"))),
            _ => None,
        };
        let windows = self.value(key)?.as_array().map(|list| list.iter().map(pair).collect::<Option<Vec<_>>>());
        windows
            .flatten()
            .map(Value::from)
            .ok_or_else(|| self.wrong(key, "this is not a list of windows; write them like [[\"08:00\", \"18:00\"]]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::explain::{Step, explain};

    const OURS: &str = include_str!("../../tests/vectors/sla.json");

    #[test]
    fn every_worked_example_reads_as_expected() {
        let vectors = Vectors::read(OURS).unwrap();
        assert_eq!(vectors.cases.len(), 63);
        let keys: usize = vectors.cases.iter().map(|case| case.expect.len()).sum();
        assert_eq!(keys, 59 * KEYS.len() + 4, "every case expects all there is, or an error");
        let differences: Vec<_> = vectors.cases.iter().flat_map(|case| vectors.differences(case)).collect();
        assert_eq!(differences, []);
    }

    #[test]
    fn the_working_of_every_worked_example_adds_up() {
        let vectors = Vectors::read(OURS).unwrap();
        for case in vectors.cases.iter().filter(|case| !case.expect.contains_key(ERROR)) {
            let lines = explain(&case.clock, case.now, vectors.tables()).unwrap();
            let counted: i64 = lines
                .iter()
                .map(|line| match &line.step {
                    Step::Counted { days, each, .. } => days * each.0,
                    _ => 0,
                })
                .sum();
            assert_eq!(json!(counted), case.expect["elapsed_s"], "{} {}", case.id, case.note);
        }
    }

    #[test]
    fn a_wrong_expectation_is_a_difference() {
        let wrong = OURS.replacen("\"elapsed_s\": 5400", "\"elapsed_s\": 5401", 1);
        let vectors = Vectors::read(&wrong).unwrap();
        let expected =
            Difference { case: "S01".into(), key: "elapsed_s".into(), expected: json!(5401), found: json!(5400) };
        assert_eq!(vectors.differences(&vectors.cases[0]), [expected]);
        // A clock that should be impossible and is not differs in what it gives, too.
        let expect = Map::from_iter([(ERROR.to_owned(), json!("illegal_event"))]);
        let case = Case { expect, ..vectors.cases[0].clone() };
        let keys: Vec<_> = vectors.differences(&case).into_iter().map(|it| it.key).collect();
        assert_eq!(keys.first().map(String::as_str), Some(ERROR));
        assert_eq!(keys.len(), 1 + KEYS.len());
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_field() {
        for (from, to, line, field, why) in [
            ("tierdesk-sla-vectors", "other", 2, "format", "a file of this kind says"),
            ("\"version\": 1", "\"version\": 2", 3, "version", "a file of this kind says 1"),
            (
                "\"std-berlin\": {\"zone\": \"Europe/Berlin\"",
                "\"std-berlin\": {\"zone\": \"Europe/Nowhere\"",
                16,
                "calendars.std-berlin",
                "not a known zone",
            ),
            (
                "\"fri\": [[\"08:00\", \"18:00\"]]",
                "\"fri\": [[\"08:00\"]]",
                16,
                "calendars.std-berlin.weekly.fri",
                "windows",
            ),
            ("\"target_s\": 14400", "\"target_s\": \"4h\"", 33, "S01.target_s", "whole number"),
            ("\"target_s\": 14400, ", "", 33, "S01.target_s", "missing"),
            ("2025-06-10T07:00:00Z", "10.6.2025", 33, "S01.start", "not an instant"),
            ("\"band\": \"ok\", ", "", 33, "S01.expect.band", "missing"),
            ("\"calendar\": \"std-berlin\"", "\"calendar\": \"none\"", 33, "S01.calendar", "no calendar `none`"),
            ("\"kind\": \"pause\"", "\"kind\": \"sleep\"", 69, "S37.events[0].kind", "`sleep`"),
            ("\"note\": \"inside", "\"not\": \"inside", 33, "S01.not", "not known"),
        ] {
            let rejection = Vectors::read(&OURS.replacen(from, to, 1)).err().unwrap();
            assert_eq!((rejection.line, rejection.field.as_str()), (line, field), "{rejection}");
            assert!(rejection.reason.contains(why), "{rejection}");
        }
        assert!(Vectors::read("[1, 2").is_err() && Vectors::read("").is_err() && Vectors::read("{}").is_err());
    }
}
