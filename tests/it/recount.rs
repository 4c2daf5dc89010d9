//! The clocks of a published log, counted a second time by other means: from the states and priorities that the journal
//! tells, hour window by hour window, with nothing of the clock's own code.

use std::fs::File;

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Europe::Berlin;
use tierdesk::app::import::Plan;
use tierdesk::domain::clock::ClockKind;
use tierdesk::domain::event::Event;
use tierdesk::domain::filter::parse;

use crate::desk::{Place, login};
use crate::import::published;

const VINST: &str = "itil-logs/bpic2013_incidents.part1.xes.gz";

/// Seconds of `[from, until)` within Monday to Friday, 08:00 to 18:00 in Berlin, but for New Year's and Christmas Day.
fn office(from: i64, until: i64) -> i64 {
    let local = |at: i64| DateTime::<Utc>::from_timestamp(at, 0).unwrap().with_timezone(&Berlin);
    let edge = |date: chrono::NaiveDate, hour: u32| {
        let wall = date.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
        Berlin.from_local_datetime(&wall).earliest().unwrap().timestamp()
    };
    let mut seconds = 0;
    let mut date = local(from).date_naive();
    while date <= local(until.max(from)).date_naive() {
        let free = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        if !free && ![(1, 1), (12, 25)].contains(&(date.month(), date.day())) {
            seconds += (edge(date, 18).min(until) - edge(date, 8).max(from)).max(0);
        }
        date = date.checked_add_days(Days::new(1)).unwrap();
    }
    seconds
}

/// The shipped promise: seconds to resolve, and whether they are counted round the clock.
fn promise(priority: i64) -> (i64, bool) {
    (3_600 * [4, 8, 24, 48, 120][priority as usize - 1], priority == 1)
}

/// Elapsed seconds of the resolution clock when the story ends, whether it ever ran out, and whether it stands.
fn recount(events: &[Event]) -> (i64, bool, &'static str) {
    let (mut elapsed, mut missed) = (0, false);
    let (mut state, mut wait, mut priority) = ("queued".to_owned(), String::new(), 0);
    let mut since = None;
    for event in events {
        let Some(body) = &event.body else { continue };
        let told = |name: &str| body.set.get(name).map(|write| write.to.clone());
        let now = event.at.0;
        if let Some(since) = since {
            let (_, always) = promise(priority);
            let theirs = ["awaiting_requester", "awaiting_customer_approval", "scheduled_with_requester"];
            let runs = matches!(state.as_str(), "queued" | "assigned" | "in_progress")
                || state == "pending" && !theirs.contains(&wait.as_str());
            elapsed += if !runs {
                0
            } else if always {
                now - since
            } else {
                office(since, now)
            };
        }
        if priority > 0 {
            missed |= elapsed > promise(priority).0;
        }
        if let Some(to) = told("priority") {
            priority = to.as_i64().unwrap();
        }
        if priority == 0 {
            priority = 5;
        }
        let ended = |state: &str| matches!(state, "resolved" | "closed" | "cancelled");
        let was = state.clone();
        if let Some(to) = told("state") {
            state = to.as_str().unwrap().to_owned();
        }
        if let Some(to) = told("pending_reason") {
            wait = to.as_str().unwrap_or_default().to_owned();
        }
        // A stopped clock keeps the target it had.
        missed |= !(ended(&was) && ended(&state)) && elapsed > promise(priority).0;
        since = Some(told("opened_at").filter(|_| since.is_none()).map_or(now, |at| at.as_i64().unwrap()));
        if since != Some(now) {
            let (_, always) = promise(priority);
            let opened = since.unwrap();
            elapsed += if always { now - opened } else { office(opened, now) };
            since = Some(now);
        }
    }
    let stands = match state.as_str() {
        "cancelled" => "cancelled",
        "resolved" | "closed" => "stopped",
        _ => "live",
    };
    (elapsed, missed, stands)
}

#[test]
fn the_clocks_of_the_vinst_log_agree_with_a_second_count() {
    let Some(path) = published(VINST) else { return };
    let place = Place::new();
    let mut desk = place.open("dana");
    desk.act_as(&login("dana")).unwrap();
    desk.import("log", File::open(path).unwrap(), Plan::default(), &mut |_| {}).unwrap();
    let rows = desk.page(&parse("all:").unwrap(), 10_000, None).unwrap().rows;
    assert_eq!(rows.len(), 4_532);
    let (mut missed_all, mut differing) = (0, Vec::new());
    for row in &rows {
        let is = desk.record(row.agg).unwrap().case.is;
        let kept = is.clocks.last(ClockKind::Resolution).expect("every incident has one");
        let reading = kept.clock.read(desk.now(), desk.store()).unwrap();
        let (elapsed, missed, stands) = recount(&desk.history(row.agg).unwrap());
        missed_all += u32::from(missed);
        if (reading.elapsed.0, kept.clock.breached_at.is_some()) != (elapsed, missed) {
            differing.push(format!("{} {stands}: {elapsed} {missed}, the desk says {reading:?}", row.name));
        }
    }
    println!("{} clocks counted again, {missed_all} of them missed", rows.len());
    assert!(differing.is_empty(), "{} differ, as {}", differing.len(), differing[0]);
    assert!(missed_all > 1_000);
}
