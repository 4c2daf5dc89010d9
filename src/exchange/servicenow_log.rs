//! The incident event log of a ServiceNow system as CSV: one row a change, `sys_updated_at` its time, the rows of a
//! number one after the other. Differences between rows become steps; a row without any becomes a note, so that no
//! change is lost.
//!
//! `resolved_at`, `closed_at`, `closed_code` and `resolved_by` repeat their last value on every row of a number,
//! also on those from before, so they count only on rows whose state is resolved or closed.
//! Counters (`reassignment_count`, `reopen_count`, `sys_mod_count`) and `active` follow from the steps.

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use crate::domain::incident::{Pending, State, Visibility};
use crate::domain::time::Instant;

use super::draft::{Draft, label, person, resolution, unknown};
use super::incoming::{Incoming, Standing};
use super::rejection::Rejection;
use super::row::{Group, Row};
use super::words;

pub(super) const KEY: &str = "number";
/// Columns that tell this log from the table it was taken from.
pub(super) const SIGNS: [&str; 3] = ["incident_state", "sys_updated_at", "sys_mod_count"];
const UPDATED: &str = "sys_updated_at";
/// Told at the start and whenever they change, in a note.
const WORDS: [&str; 6] = ["u_symptom", "problem_id", "rfc", "vendor", "caused_by", "opened_by"];
/// Told whenever they change; at the start they say nothing.
const FLAGS: [&str; 6] = ["caller_id", "location", "made_sla", "u_priority_confirmation", "knowledge", "notify"];

pub(super) fn ticket(group: &Group, zone: Tz) -> Result<Incoming, Rejection> {
    let Some(first) = group.rows.first() else { return Err(Rejection::new(group.line, KEY, "has no rows")) };
    let mut draft = Draft::new("servicenow-log", KEY, first.get(KEY), group.line)?;
    draft.title(&format!(
        "{}, {}",
        or(first.get("category"), "Incident"),
        or(first.get("subcategory"), first.get(KEY))
    ));
    draft.requester.name = first.get("caller_id").to_owned();
    draft.requester.site = first.get("location").to_owned();
    draft.channel = words::channel(first.get("contact_type"));
    draft.opened_at = time(&mut draft, first, "opened_at", zone);
    draft.logged_at = time(&mut draft, first, "sys_created_at", zone);
    for name in WORDS {
        draft.keep(name, first.get(name));
    }
    let begin = fields(&mut draft, first, unknown());
    draft.begin(begin);
    let mut before = None;
    for row in &group.rows {
        change(&mut draft, row, before, zone);
        before = Some(row);
    }
    draft.finish("opened_at")
}

fn or<'a>(told: &'a str, otherwise: &'a str) -> &'a str {
    if told.is_empty() { otherwise } else { told }
}

fn change(draft: &mut Draft, row: &Row, before: Option<&Row>, zone: Tz) {
    let Some(at) = time(draft, row, UPDATED, zone) else {
        draft.left_out(row.line, UPDATED, "without a time the row is left out");
        return;
    };
    let actor = row.get("sys_updated_by");
    draft.affects(row.get("cmdb_ci"));
    let now = draft.now().clone();
    let mut next = fields(draft, row, now);
    let told_state = row.get("incident_state");
    match state(told_state, next.assignee.is_some()) {
        Some((state, pending)) => (next.state, next.pending) = (state, pending),
        None => draft.left_out(row.line, "incident_state", format!("`{told_state}` is not a state; the state stays")),
    }
    if matches!(next.state, State::Resolved | State::Closed) && next.resolution.is_none() {
        next.resolution = Some((
            words::resolution_code(row.get("closed_code")),
            resolution(&how(draft, row, at, zone), "ServiceNow"),
        ));
    }
    let moved = draft.becomes(next, at, actor);
    let names: Vec<&str> = WORDS.into_iter().chain(FLAGS).collect();
    let mut told = before.map(|before| row.changed(before, &names)).unwrap_or_default();
    if told.is_empty() && !moved && before.is_some() {
        told = format!("Update {}: nothing changed that this log shows", row.get("sys_mod_count"));
    }
    draft.note(at, actor, Visibility::Internal, told.trim());
}

/// What the row says about the resolution, with the time told for it where that is not this row's.
fn how(draft: &mut Draft, row: &Row, at: Instant, zone: Tz) -> String {
    let mut parts: Vec<String> = [row.get("closed_code"), row.get("resolved_by")].map(str::to_owned).to_vec();
    let resolved = time(draft, row, "resolved_at", zone).filter(|resolved| *resolved != at);
    parts.extend(resolved.map(|resolved| format!("finally at {resolved}")));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// Everything of a row but its state and resolution.
fn fields(draft: &mut Draft, row: &Row, base: Standing) -> Standing {
    let told = [row.get("category"), row.get("subcategory")].join(" / ");
    let told = told.trim_matches([' ', '/']);
    let (category, subcategory) = words::category(told);
    Standing {
        team: label(row.get("assignment_group")),
        assignee: person(row.get("assigned_to")),
        impact: level(draft, row, "impact", words::impact),
        urgency: level(draft, row, "urgency", words::urgency),
        priority: level(draft, row, "priority", words::priority),
        category,
        subcategory,
        category_told: label(told),
        ..base
    }
}

fn level<T>(draft: &mut Draft, row: &Row, name: &str, read: fn(&str) -> Option<T>) -> Option<T> {
    let told = row.get(name);
    let found = read(told);
    if found.is_none() && !told.is_empty() {
        draft.left_out(row.line, name, format!("`{told}` is not known; use one like `2 - Medium`"));
    }
    found
}

/// `DD-MM-YYYY HH:MM`, or with slashes as the log's first edition has them.
fn time(draft: &mut Draft, row: &Row, name: &str, zone: Tz) -> Option<Instant> {
    let told = row.get(name);
    let read = NaiveDateTime::parse_from_str(&told.replace('/', "-"), "%d-%m-%Y %H:%M");
    if read.is_err() && !told.is_empty() {
        draft.left_out(row.line, name, format!("`{told}` is not a time; write it like 29-02-2016 01:16"));
    }
    read.ok().map(|at| words::local(at, zone))
}

fn state(told: &str, assigned: bool) -> Option<(State, Option<Pending>)> {
    let waits = |reason| Some((State::Pending, Some(reason)));
    match told {
        "New" if assigned => Some((State::Assigned, None)),
        "New" => Some((State::Queued, None)),
        "Active" => Some((State::InProgress, None)),
        "Awaiting User Info" => waits(Pending::AwaitingRequester),
        "Awaiting Problem" => waits(Pending::AwaitingProblem),
        "Awaiting Vendor" => waits(Pending::AwaitingVendor),
        // Whose evidence is not told, so it must not pause the customer's clock.
        "Awaiting Evidence" => waits(Pending::Observation),
        "Resolved" => Some((State::Resolved, None)),
        "Closed" => Some((State::Closed, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::input::{Input, Tally};
    use super::super::table::Table;
    use super::*;

    fn read(rows: &str, zone: Tz) -> Vec<Incoming> {
        const HEAD: &str = "number,incident_state,opened_at,sys_created_at,sys_updated_by,sys_updated_at,\
                            sys_mod_count,caller_id,priority,assignment_group,assigned_to,resolved_at,closed_code";
        let tally = Tally::default();
        let input = Input::open(Box::new(Cursor::new(format!("{HEAD}\n{rows}"))), None, &tally).unwrap();
        let table = Table::open(input, None, Some(KEY), tally).unwrap();
        table.map(|group| ticket(&group.unwrap(), zone).unwrap()).collect()
    }

    #[test]
    fn differences_between_rows_become_steps_at_their_own_time() {
        let found = read(
            "I1,New,29-02-2016 01:16,29-02-2016 01:23,by  8,29-02-2016 01:23,0,Caller 1,3 - Moderate,G 1,?,01-03-2016 09:00,code 5\n\
             I1,Active,29-02-2016 01:16,29-02-2016 01:23,by  8,29-02-2016 02:00,1,Caller 1,2 - High,G 2,R 1,01-03-2016 09:00,code 5\n\
             I1,Active,29-02-2016 01:16,29-02-2016 01:23,by  9,29-02-2016 03:00,2,Caller 1,2 - High,G 2,R 1,01-03-2016 09:00,code 5\n\
             I1,-100,29-02-2016 01:16,29-02-2016 01:23,by  9,29-02-2016 04:00,3,Caller 1,2 - High,G 2,R 1,01-03-2016 09:00,code 5\n\
             I1,Resolved,29-02-2016 01:16,29-02-2016 01:23,by  9,01-03-2016 08:00,4,Caller 1,2 - High,G 2,R 1,01-03-2016 09:00,code 5\n",
            Tz::UTC,
        );
        let ticket = &found[0];
        let steps: Vec<String> = ticket
            .history
            .iter()
            .map(|step| format!("{} {}", &step.at.to_string()[8..16], serde_json::to_string(&step.what).unwrap()))
            .collect();
        assert_eq!(
            steps,
            [
                "29T02:00 {\"team\":\"G 2\"}",
                "29T02:00 {\"assign\":\"R 1\"}",
                "29T02:00 {\"priority\":2}",
                "29T02:00 {\"state\":{\"state\":\"in_progress\"}}",
                "29T03:00 {\"note\":{\"visibility\":\"internal\",\"text\":\"Update 2: nothing changed that this log shows\"}}",
                "29T04:00 {\"note\":{\"visibility\":\"internal\",\"text\":\"Update 3: nothing changed that this log shows\"}}",
                "01T08:00 {\"resolution\":{\"code\":\"fixed\",\"note\":\"code 5, finally at 2016-03-01T09:00:00Z\"}}",
                "01T08:00 {\"state\":{\"state\":\"resolved\"}}",
            ]
        );
        assert_eq!(ticket.history[1].actor.as_ref().unwrap().as_str(), "by 8");
        assert_eq!((ticket.left_out.len(), ticket.left_out[0].line), (1, 5));
        assert_eq!(ticket.priority.unwrap().n(), 3);
    }

    #[test]
    fn times_are_those_of_the_zone_that_the_caller_names() {
        let row = "I1,New,01-07-2016 12:00,?,x,01-07-2016 12:30,0,C,?,?,?,?,?\n";
        for (zone, opened) in [(Tz::UTC, "2016-07-01T12:00:00Z"), (Tz::Europe__Rome, "2016-07-01T10:00:00Z")] {
            assert_eq!(read(row, zone)[0].opened_at.to_string(), opened);
        }
    }
}
