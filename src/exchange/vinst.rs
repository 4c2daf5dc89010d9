//! Incidents of the VINST system, as XES: one trace a ticket, one event a change of status, team or owner.
//!
//! | status, sub status | here |
//! | --- | --- |
//! | Queued / Awaiting Assignment | `queued`, nobody's |
//! | Accepted / Assigned | `assigned` |
//! | Accepted / In Progress | `in_progress` |
//! | Accepted / Wait | `pending`, `observation`: nobody said for what, and this reason pauses no clock |
//! | Accepted / Wait - User | `pending`, `awaiting_requester` |
//! | Accepted / Wait - Customer | `pending`, `awaiting_customer_approval`: the organisation, not the person, is asked |
//! | Accepted / Wait - Vendor | `pending`, `awaiting_vendor` |
//! | Accepted / Wait - Implementation | `pending`, `awaiting_change` |
//! | Completed / Resolved, In Call | `resolved`; in call also tagged `first-contact` |
//! | Completed / Closed, Cancelled | `closed`, `cancelled` |
//! | any other | the state stays, the words become an internal note |
//!
//! The country of whoever acted is a fact about that person, not about the ticket, and is not read.

use crate::domain::incident::{Pending, ResolutionCode, State, Visibility};
use crate::domain::time::Instant;

use super::draft::{Draft, label, person, resolution, unknown};
use super::incoming::{Incoming, Standing};
use super::rejection::Rejection;
use super::row::{Group, Row};
use super::words;

const KEY: &str = "case:concept:name";
const TIME: &str = "time:timestamp";
/// Facts about the team that have no field here.
const WORDS: [&str; 3] = ["organization involved", "org:role", "organization country"];
/// Cells that tell this log from other XES logs.
pub(super) const SIGNS: [&str; 3] = ["org:group", "organization involved", "lifecycle:transition"];

pub(super) fn ticket(group: &Group) -> Result<Incoming, Rejection> {
    let Some(first) = group.rows.first() else { return Err(Rejection::new(group.line, "event", "the trace has none")) };
    let mut draft = Draft::new("vinst", "concept:name", first.get(KEY), group.line)?;
    let about = if first.get("product").is_empty() { "Incident" } else { first.get("product") };
    draft.title(&format!("{about}: {}", first.get(KEY)));
    for name in WORDS {
        draft.keep(name, first.get(name));
    }
    draft.begin(Standing {
        tier: words::tier(first.get("org:group")),
        team: label(first.get("org:group")),
        impact: words::impact(first.get("impact")),
        ..unknown()
    });
    let mut before = None;
    for row in &group.rows {
        event(&mut draft, row, before);
        before = Some(row);
    }
    draft.finish(TIME)
}

fn event(draft: &mut Draft, row: &Row, before: Option<&Row>) {
    let Ok(at) = row.get(TIME).parse::<Instant>() else {
        draft.left_out(row.line, TIME, format!("`{}` is not an instant; the event is left out", row.get(TIME)));
        return;
    };
    draft.opened_at.get_or_insert(at);
    draft.affects(row.get("product"));
    let (status, sub) = (row.get("concept:name"), row.get("lifecycle:transition"));
    let actor = row.get("org:resource");
    let mut next = Standing {
        tier: words::tier(row.get("org:group")),
        team: label(row.get("org:group")),
        impact: impact(draft, row),
        ..draft.now().clone()
    };
    let known = state(status, sub);
    if let Some((state, pending)) = known {
        (next.state, next.pending) = (state, pending);
        match state {
            State::Queued => next.assignee = None,
            State::Assigned | State::InProgress | State::Pending => next.assignee = person(actor),
            State::Resolved | State::Closed if next.resolution.is_none() => {
                next.resolution = Some((ResolutionCode::Fixed, resolution(&format!("{status}, {sub}"), "VINST")));
            }
            _ => {}
        }
    }
    if sub == "In Call" {
        draft.tag("first-contact");
    }
    let moved = draft.becomes(next, at, actor);
    let mut told = before.map(|before| row.changed(before, &WORDS)).unwrap_or_default();
    if known.is_none() || (told.is_empty() && !moved && before.is_some()) {
        told = format!("{status} / {sub}\n{told}");
    }
    draft.note(at, actor, Visibility::Internal, &told);
}

fn impact(draft: &mut Draft, row: &Row) -> Option<crate::domain::priority::Impact> {
    let told = row.get("impact");
    let found = words::impact(told);
    if found.is_none() && !told.is_empty() {
        draft.left_out(row.line, "impact", format!("`{told}` is not an impact; use Low, Medium, High or Major"));
    }
    if told == "Major" {
        draft.tag("major");
    }
    found
}

fn state(status: &str, sub: &str) -> Option<(State, Option<Pending>)> {
    let waits = |reason| Some((State::Pending, Some(reason)));
    match (status, sub) {
        ("Queued", _) => Some((State::Queued, None)),
        ("Accepted", "Assigned") => Some((State::Assigned, None)),
        ("Accepted", "In Progress") => Some((State::InProgress, None)),
        ("Accepted", "Wait") => waits(Pending::Observation),
        ("Accepted", "Wait - User") => waits(Pending::AwaitingRequester),
        ("Accepted", "Wait - Customer") => waits(Pending::AwaitingCustomerApproval),
        ("Accepted", "Wait - Vendor") => waits(Pending::AwaitingVendor),
        ("Accepted", "Wait - Implementation") => waits(Pending::AwaitingChange),
        ("Completed", "Resolved" | "In Call") => Some((State::Resolved, None)),
        ("Completed", "Closed") => Some((State::Closed, None)),
        ("Completed", "Cancelled") => Some((State::Cancelled, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::incoming::What;
    use super::super::row::Head;
    use super::*;

    const NAMES: [&str; 7] =
        [TIME, "org:group", "org:resource", "concept:name", "lifecycle:transition", "impact", "product"];

    fn read(events: &[[&str; 7]]) -> Incoming {
        let names = NAMES.iter().chain(&[KEY]).map(|name| (*name).to_owned()).collect();
        let head = Arc::new(Head::new(names));
        let row = |(n, event): (usize, &[&str; 7])| Row {
            line: n as u64 + 10,
            head: Arc::clone(&head),
            cells: event.iter().chain(&["1-36"]).map(|cell| (*cell).to_owned()).collect(),
        };
        ticket(&Group { line: 9, rows: events.iter().enumerate().map(row).collect() }).unwrap()
    }

    #[test]
    fn a_ticket_goes_through_the_lines_with_every_time_kept() {
        let ticket = read(&[
            ["2012-05-01T08:00:00+02:00", "G97", "Åsa", "Accepted", "In Progress", "Low", "PROD1"],
            ["2012-05-01T09:00:00+02:00", "G199 3rd", "Åsa", "Queued", "Awaiting Assignment", "Low", "PROD1"],
            ["2012-05-02T09:00:00+02:00", "G199 3rd", "Bo", "Accepted", "Wait - Vendor", "High", "PROD1"],
            ["2012-05-03T09:00:00+02:00", "G199 3rd", "Bo", "Completed", "Resolved", "High", "PROD1"],
            ["2012-05-04T09:00:00+02:00", "G199 3rd", "Siebel", "Completed", "Closed", "High", "PROD1"],
        ]);
        assert_eq!((ticket.title.as_str(), ticket.tier.n()), ("PROD1: 1-36", 1));
        assert_eq!(ticket.opened_at.to_string(), "2012-05-01T06:00:00Z");
        let end = ticket.standing();
        assert_eq!((end.state, end.tier.n(), end.assignee), (State::Closed, 3, person("Bo")));
        assert_eq!(end.resolved_at.unwrap().to_string(), "2012-05-03T07:00:00Z");
        assert_eq!(end.closed_at.unwrap().to_string(), "2012-05-04T07:00:00Z");
        let waits = What::State { state: State::Pending, pending: Some(Pending::AwaitingVendor), until: None };
        assert!(ticket.history.iter().any(|step| step.what == waits));
        assert!(ticket.left_out.is_empty());
    }

    #[test]
    fn what_is_not_understood_is_kept_in_words() {
        let ticket = read(&[
            ["2012-05-01T08:00:00+02:00", "G97", "Bo", "Accepted", "In Progress", "Huge", "PROD1"],
            ["2012-05-01T09:00:00+02:00", "G97", "Bo", "Unmatched", "Unmatched", "Low", "PROD1"],
            ["yesterday", "G97", "Bo", "Completed", "Closed", "Low", "PROD1"],
        ]);
        assert_eq!(ticket.standing().state, State::InProgress);
        assert!(ticket.history.iter().any(|step| matches!(&step.what,
            What::Note { text, .. } if text.as_str() == "Unmatched / Unmatched")));
        let left_out: Vec<_> = ticket.left_out.iter().map(|one| (one.line, one.field.as_str())).collect();
        assert_eq!(left_out, [(10, "impact"), (12, TIME)]);
    }
}
