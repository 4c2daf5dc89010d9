//! What other helpdesks' tests say of opening hours and due times, held against ours. Where our rules say something
//! else, the fact is listed with the reason; a difference that nobody listed fails, and so does a listed one that is
//! none any more.
//!
//! The facts are no part of the repository; see `import` for where they are looked for.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};
use tierdesk::domain::clock::timetable::Timetable;
use tierdesk::domain::clock::version::{CalendarId, CalendarVersion};
use tierdesk::domain::clock::{Clock, ClockEvent, ClockKind};
use tierdesk::domain::policy::{Calendar, Window};
use tierdesk::domain::time::{Instant, Secs};

use crate::import::published;

const FILES: [&str; 3] = ["biz", "glpi", "zammad_basic"];

/// File and number of the fact, and why ours is another.
const DIFFERENT: &[(&str, &str)] = &[
    ("biz:1", "a promise counts forward; nothing here asks what came before"),
    ("biz:13", SKIPPED),
    ("biz:15", SKIPPED),
    ("biz:18", NOTHING),
    ("biz:19", NOTHING),
    ("glpi:0", WORKING_DAYS),
    ("glpi:1", WORKING_DAYS),
    ("glpi:2", WORKING_DAYS),
    ("glpi:3", WORKING_DAYS),
    ("glpi:4", WORKING_DAYS),
    ("glpi:5", WORKING_DAYS),
    ("glpi:6", WORKING_DAYS),
    ("glpi:7", WORKING_DAYS),
    ("glpi:31", "a text that is no date is refused before anyone asks for its windows"),
];

const SKIPPED: &str = "a wall-clock time that is skipped is the instant of the change, and not an hour later, so that windows never overlap";
const NOTHING: &str = "a target of nothing is allowed: due at once, missed with the first open second";
const WORKING_DAYS: &str = "targets are working seconds; there is no moving by whole working days";

/// A fact: its name, what they expect, and what we say if our rules have a word for it.
type Fact = (String, Value, Option<Value>);

#[test]
fn opening_hours_are_counted_as_elsewhere_or_differ_for_a_reason() {
    let mut differences = BTreeMap::new();
    for file in FILES {
        let Some(path) = published(&format!("sla-calendar/{file}.json")) else { return };
        let said: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let cases = said["cases"].as_array().unwrap();
        for (n, case) in cases.iter().enumerate() {
            for (name, expected, found) in facts(&format!("{file}:{n}"), case, &said["calendars"]) {
                let ours = found.clone().map_or("no such question".to_owned(), |it| it.to_string());
                if found.as_ref() != Some(&expected) {
                    differences.insert(name, format!("{} {expected}, ours: {ours}", case["op"]));
                }
            }
        }
    }
    let unlisted: Vec<_> = differences.iter().filter(|(name, _)| reason(name).is_none()).collect();
    assert!(unlisted.is_empty(), "{unlisted:#?}");
    let listed = DIFFERENT.iter().map(|(name, _)| *name);
    let gone: Vec<_> = listed.filter(|name| !differences.contains_key(*name)).collect();
    assert!(gone.is_empty(), "listed as different, and is not: {gone:?}");
    for (name, difference) in &differences {
        println!("{name}: {difference}; {}", reason(name).unwrap());
    }
}

fn reason(name: &str) -> Option<&'static str> {
    DIFFERENT.iter().find(|(listed, _)| *listed == name).map(|(_, reason)| *reason)
}

fn facts(name: &str, case: &Value, calendars: &Value) -> Vec<Fact> {
    let table = || Timetable::new(calendar(&calendars[text(case, "calendar")]));
    let found = match text(case, "op") {
        "ticket_sla" => return ticket(name, case, table()),
        "due" => table().add(instant(case, "start"), secs(case, "working_seconds")).map(shown),
        "elapsed" => Some(json!(table().elapsed(instant(case, "from"), instant(case, "to")).0)),
        "periods" => Some(periods(case, &table())),
        "is_working_time" => Some(json!(table().opens(instant(case, "at")) == Some(instant(case, "at")))),
        "is_working_day" => Some(json!(works(case, &table()))),
        "is_holiday" => date(case).map(|date| {
            let (table, day) = (table(), (date.month(), date.day()));
            json!(table.calendar().exact.contains_key(&date) || table.calendar().yearly.contains_key(&day))
        }),
        "resolve_local" => Some(resolved(case)),
        "reject" => Some(json!(refused(case))),
        _ => None,
    };
    let expected = case.get("expect").map_or(json!(true), like_ours);
    vec![(name.to_owned(), expected, found)]
}

fn calendar(said: &Value) -> Calendar {
    let zone = said["timezone"].as_str().unwrap_or("Etc/UTC").parse().unwrap();
    let mut calendar = Calendar { zone, always: false, ..Calendar::always() };
    for (n, day) in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().enumerate() {
        let windows = said["hours"][day].as_array().into_iter().flatten();
        calendar.weekly[n] = windows.map(|pair| window(pair).unwrap()).collect();
    }
    for day in said["holidays"].as_array().unwrap() {
        calendar.exact.insert(day.as_str().unwrap().parse().unwrap(), Vec::new());
    }
    for range in said["holiday_ranges"].as_array().into_iter().flatten() {
        let day = |key: &str| text(range, key).parse::<NaiveDate>().unwrap();
        for date in day("from").iter_days().take_while(|date| *date <= day("to")) {
            match range["every_year"] == true {
                true => calendar.yearly.insert((date.month(), date.day()), Vec::new()),
                false => calendar.exact.insert(date, Vec::new()),
            };
        }
    }
    calendar
}

fn window(pair: &Value) -> Result<Window, String> {
    format!("{}-{}", pair[0].as_str().unwrap(), pair[1].as_str().unwrap()).parse()
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

/// With an offset, or in the calendar's zone, which then is UTC.
fn instant(case: &Value, key: &str) -> Instant {
    let text = text(case, key);
    text.parse().unwrap_or_else(|_| format!("{}Z", text.replace(' ', "T")).parse().unwrap())
}

fn secs(case: &Value, key: &str) -> Secs {
    Secs(case[key].as_i64().unwrap())
}

fn date(case: &Value) -> Option<NaiveDate> {
    text(case, "at").get(..10)?.parse().ok()
}

fn shown(at: Instant) -> Value {
    json!(at.to_string())
}

/// Times without an offset as ours are written.
fn like_ours(expected: &Value) -> Value {
    let case = json!({ "at": expected });
    if expected.as_str().is_some_and(|text| text.len() == 19) { shown(instant(&case, "at")) } else { expected.clone() }
}

fn periods(case: &Value, table: &Timetable) -> Value {
    let origin = instant(case, "origin");
    let spans = table.spans(origin, origin + Secs::days(60)).into_iter();
    spans.map(|(from, to)| json!([shown(from), shown(to)])).take(case["expect"].as_array().unwrap().len()).collect()
}

fn works(case: &Value, table: &Timetable) -> bool {
    match date(case) {
        Some(date) => !table.calendar().windows_of(date).is_empty(),
        None => table.opens(Instant(0)).is_some(),
    }
}

/// A reading of the wall clock as the edge of a window.
fn resolved(case: &Value) -> Value {
    let (day, time) = text(case, "local").split_once('T').unwrap();
    let (date, second): (NaiveDate, i64) = (day.parse().unwrap(), time[6..].parse().unwrap());
    let last = &time[..5] == "24:00";
    let window = if last { "00:00-24:00".to_owned() } else { format!("{}-24:00", &time[..5]) };
    let mut calendar = Calendar { zone: text(case, "timezone").parse().unwrap(), always: false, ..Calendar::always() };
    calendar.exact.insert(date, vec![window.parse().unwrap()]);
    let noon = Instant(date.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp());
    let spans = Timetable::new(calendar).spans(noon - Secs::days(3), noon + Secs::days(3));
    shown((if last { spans[0].1 } else { spans[0].0 }) + Secs(second))
}

fn refused(case: &Value) -> bool {
    match text(case, "what") {
        "calendar: hours ending at 00:00" => case["value"].as_array().unwrap().iter().any(|it| window(it).is_err()),
        "calendar: no business hours at all" => {
            let calendar = Calendar { always: false, ..Calendar::always() };
            CalendarVersion::parse(&CalendarVersion { name: "none".to_owned(), calendar }.text()).is_err()
        }
        // A length of working time.
        _ => Timetable::new(Calendar::always()).add(Instant(0), Secs(case["value"].as_i64().unwrap())).is_none(),
    }
}

/// A ticket whose times become known step by step, with three targets in working minutes. Their update target counts
/// from the ticket's start, and from the last contact on for when the next is due.
fn ticket(name: &str, case: &Value, table: Timetable) -> Vec<Fact> {
    let version = CalendarVersion { name: "theirs".to_owned(), calendar: table.calendar().clone() };
    let tables = BTreeMap::from([(version.id(), Arc::new(table))]);
    let created = instant(case, "created");
    let mut known = BTreeMap::new();
    let mut facts = Vec::new();
    for (n, step) in case["steps"].as_array().unwrap().iter().enumerate() {
        for (key, value) in step["set"].as_object().unwrap() {
            known.insert(key.as_str(), value.as_str().unwrap().parse::<Instant>().ok());
        }
        let at = |key: &str| known.get(key).copied().flatten();
        let clock = |target: &str, start: Instant, stop: Option<Instant>| {
            let target = Secs::minutes(case["targets_min"][target].as_i64().unwrap());
            let clock = clock(version.id(), start, target, stop);
            clock.read(stop.unwrap_or(start), &tables).unwrap()
        };
        let due = |target: &str, start: Instant| clock(target, start, None).due_at.unwrap();
        let contact = at("last_contact_agent_at");
        let waiting = [
            (at("first_response_at").is_none()).then(|| due("first_response", created)),
            Some(due("update", contact.unwrap_or(created))),
            at("close_at").is_none().then(|| due("solution", created)),
        ];
        let next = if known.contains_key("state") { None } else { waiting.into_iter().flatten().min() };
        for (key, expected) in step["expect"].as_object().unwrap() {
            let stopped = |target, stop: &str| clock(target, created, at(stop));
            let found = match key.as_str() {
                "next_due" => next.map_or(Value::Null, shown),
                "first_response_due" => shown(due("first_response", created)),
                "update_due" => shown(due("update", contact.unwrap())),
                "close_due" => shown(due("solution", created)),
                "first_response_in_min" => json!(stopped("first_response", "first_response_at").elapsed.0 / 60),
                "first_response_left_min" => json!(stopped("first_response", "first_response_at").remaining.0 / 60),
                "update_in_min" => json!(stopped("update", "last_contact_agent_at").elapsed.0 / 60),
                "update_left_min" => json!(stopped("update", "last_contact_agent_at").remaining.0 / 60),
                "close_in_min" => json!(stopped("solution", "close_at").elapsed.0 / 60),
                "close_left_min" => json!(stopped("solution", "close_at").remaining.0 / 60),
                other => panic!("{name}: {other} is a new question"),
            };
            facts.push((format!("{name}.{n}.{key}"), expected.clone(), Some(found)));
        }
    }
    facts
}

fn clock(calendar: CalendarId, start: Instant, target: Secs, stop: Option<Instant>) -> Clock {
    Clock {
        kind: ClockKind::Resolution,
        nth: 1,
        start,
        target,
        warn_pct: 75,
        calendar,
        events: stop.map(|at| (at, ClockEvent::Stop)).into_iter().collect(),
        warned_at: None,
        breached_at: None,
    }
}
