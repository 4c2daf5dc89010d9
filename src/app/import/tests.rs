//! Imports into a small desk: what becomes of the steps, what a second reading changes, what stays out.

use std::io::Cursor;

use serde_json::{Value, json};

use super::*;
use crate::app::Identity;
use crate::domain::command::Verb;
use crate::domain::command::assign::Assign;
use crate::domain::command::take::Take;
use crate::domain::event::{EventKind, Proof};
use crate::domain::incident::{Pending, Source, State};
use crate::domain::number::SiteCode;
use crate::domain::priority::Priority;
use crate::domain::text::{Login, Reason};
use crate::domain::ticket::Ticket;
use crate::store::{New, record::Imported};

/// 2026-11-24T10:00:00Z.
const NOW: i64 = 1_795_514_400;

fn desk() -> (tempfile::TempDir, Desk) {
    let dir = tempfile::tempdir().unwrap();
    let identity = Identity { account: Login::new("ann").unwrap(), acting_as: None };
    let new = New { code: SiteCode::first(), shared: false, demo: false };
    let desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, Box::new(|| NOW * 1_000)).unwrap();
    (dir, desk)
}

fn ticket(key: &str, history: Value) -> Value {
    json!({"tierdesk": 1, "source": "other", "key": key, "title": format!("about {key}"), "category": "fix",
        "subcategory": "crash", "impact": "medium", "opened_at": "2026-11-01T08:00:00Z",
        "logged_at": "2026-11-01T09:00:00Z", "history": history})
}

fn lines(tickets: &[Value]) -> String {
    tickets.iter().map(|one| format!("{one}\n")).collect()
}

fn import(desk: &mut Desk, text: &str, dry_run: bool) -> (Report, Vec<String>) {
    let mut told = Vec::new();
    let plan = Plan { dry_run, ..Plan::default() };
    let report = desk.import("file", Cursor::new(text.to_owned()), plan, &mut |notice| match notice {
        Notice::Rejected(it) | Notice::LeftOut(it) => told.push(it.to_string()),
        Notice::Progress { .. } => {}
    });
    (report.unwrap(), told)
}

fn stored(desk: &Desk, name: &str) -> (Imported, Ticket) {
    let known = desk.store.imported(name).unwrap().unwrap();
    (known, desk.store.case(known.agg).unwrap().unwrap().is.fields)
}

fn at(text: &str) -> Option<Instant> {
    Some(format!("2026-11-{text}:00Z").parse().unwrap())
}

fn clean(desk: &Desk) {
    assert_eq!(desk.store.verify(|_| {}).unwrap().findings, Vec::<String>::new());
}

#[test]
fn a_past_becomes_events_with_their_own_times_and_people() {
    let (_dir, mut desk) = desk();
    let history = json!([
        {"at": "2026-11-01T10:00:00Z", "actor": "Åsa Berg", "what": {"assign": "Åsa Berg"}},
        {"at": "2026-11-01T10:00:00Z", "actor": "Åsa Berg", "what": {"state": {"state": "in_progress"}}},
        {"at": "2026-11-01T11:00:00Z", "actor": "Åsa Berg", "what": {"note": {"visibility": "requester", "text": "on it"}}},
        {"at": "2026-11-02T08:00:00Z", "actor": "Bo", "what": {"tier": 2}},
        {"at": "2026-11-02T08:00:00Z", "actor": "Bo", "what": {"team": "G97 2nd"}},
        {"at": "2026-11-02T08:00:00Z", "actor": "Bo", "what": {"assign": "Bo"}},
        {"at": "2026-11-03T08:00:00Z", "actor": "Bo", "what": {"resolution": {"code": "fixed", "note": "Cleared the cache and started again."}}},
        {"at": "2026-11-03T08:00:00Z", "actor": "Bo", "what": {"state": {"state": "resolved"}}},
        {"at": "2026-11-04T08:00:00Z", "what": {"state": {"state": "in_progress"}}},
        {"at": "2026-11-05T08:00:00Z", "what": {"state": {"state": "closed"}}},
    ]);
    let (report, told) = import(&mut desk, &lines(&[ticket("A-1", history)]), false);
    assert_eq!((report.read, report.imported, told.len()), (1, 1, 0));
    let (known, is) = stored(&desk, "other:A-1");
    assert_eq!((is.name().as_str(), is.state, is.tier.n()), ("INC-1", State::Closed, 2));
    assert_eq!(is.assignee.as_ref().map(Login::as_str), Some("Bo"));
    assert_eq!(
        (is.logged_at, is.acknowledged_at, is.responded_at),
        (at("01T09:00").unwrap(), at("01T10:00"), at("01T11:00"))
    );
    assert_eq!((is.resolved_at, is.closed_at), (at("05T08:00"), at("05T08:00")));
    assert_eq!((is.reopen_count, is.reassign_count, is.tier_moves), (1, 1, 1));
    assert_eq!((is.priority, is.priority_override, is.source), (Priority::P3, None, Source::PortalImport));
    let events = desk.store.history(known.agg).unwrap();
    let walls: Vec<_> = events.iter().map(|event| (event.at.to_string(), event.actor.as_str())).collect();
    assert_eq!(walls[1], ("2026-11-01T10:00:00Z".to_owned(), "Åsa_Berg"));
    assert_eq!(walls[5], ("2026-11-04T08:00:00Z".to_owned(), "import"));
    assert_eq!(events.len(), 7);
    assert!(events.iter().all(|event| event.proof == Some(Proof::Import)));
    assert_eq!(events[3].body.as_ref().unwrap().reason.as_deref(), Some("team G97 2nd"));
    let last = desk.store.events_after(0, 1_000).unwrap().pop().unwrap();
    assert_eq!(last.kind, Some(EventKind::DataImported));
    assert_eq!(last.body.unwrap().set["sha256"].to.as_str().map(str::len), Some(64));
    clean(&desk);
}

#[test]
fn a_second_reading_changes_nothing_and_later_steps_are_added() {
    let (_dir, mut desk) = desk();
    let step = |at: &str, state: &str| json!({"at": at, "actor": "Bo", "what": {"state": {"state": state}}});
    let mut history = vec![step("2026-11-02T08:00:00Z", "in_progress")];
    let before = lines(&[ticket("A-1", json!(history)), ticket("A-2", json!([]))]);
    assert_eq!(import(&mut desk, &before, false).0.imported, 2);
    let end = desk.store.last_pos().unwrap();
    let (again, _) = import(&mut desk, &before, false);
    assert_eq!((again.unchanged, again.imported, again.updated), (2, 0, 0));
    assert_eq!(desk.store.last_pos().unwrap(), end);

    history.push(step("2026-11-03T08:00:00Z", "resolved"));
    let after = lines(&[ticket("A-1", json!(history)), ticket("A-2", json!([]))]);
    let (dry, _) = import(&mut desk, &after, true);
    assert_eq!(desk.store.last_pos().unwrap(), end);
    let (more, _) = import(&mut desk, &after, false);
    assert_eq!(more, dry);
    assert_eq!((more.updated, more.unchanged), (1, 1));
    let (known, is) = stored(&desk, "other:A-1");
    assert_eq!((is.state, is.resolved_at), (State::Resolved, at("03T08:00")));
    assert_eq!(desk.store.history(known.agg).unwrap().len(), 3);
    clean(&desk);
}

#[test]
fn a_ticket_that_was_worked_on_here_goes_on_alone() {
    let (_dir, mut desk) = desk();
    import(&mut desk, &lines(&[ticket("A-1", json!([]))]), false);
    let (known, _) = stored(&desk, "other:A-1");
    desk.run(&Verb::Take(Take), known.agg).unwrap();
    let history = json!([{"at": "2026-11-05T08:00:00Z", "what": {"state": {"state": "closed"}}}]);
    let text = lines(&[ticket("A-1", history)]);
    let (dry, _) = import(&mut desk, &text, true);
    let (report, told) = import(&mut desk, &text, false);
    assert_eq!((report, report.unchanged, report.left_out), (dry, 1, 1));
    assert!(told[0].starts_with("file, line 1, record: 1 later changes are left out"), "{told:?}");
    assert_eq!(stored(&desk, "other:A-1").1.state, State::Assigned);
}

#[test]
fn bad_rows_are_told_and_stop_nothing() {
    let (_dir, mut desk) = desk();
    let mut crowded = ticket("A-2", json!([]));
    crowded["tags"] = (0..25).map(|n| format!("t{n}")).collect::<Vec<_>>().into();
    let long = json!([{"at": "2026-11-02T08:00:00Z", "what": {"note": {"visibility": "internal", "text": "😀".repeat(16_000)}}}]);
    let text = format!("{}{{\"tierdesk\":1}}\n{}", lines(&[ticket("A-1", long)]), lines(&[crowded]));
    let (dry, told) = import(&mut desk, &text, true);
    assert_eq!((dry.read, dry.imported, dry.rejected, dry.left_out), (3, 2, 1, 6));
    assert!(told.iter().any(|one| one.starts_with("file, line 2, ")), "{told:?}");
    assert_eq!(import(&mut desk, &text, false), (dry, told));
    clean(&desk);
}

#[test]
fn requesters_are_one_contact_by_address_or_by_name_within_their_system() {
    let (_dir, mut desk) = desk();
    let asked = |key: &str, source: &str, requester: Value| {
        let mut it = ticket(key, json!([]));
        (it["source"], it["requester"]) = (source.into(), requester);
        it
    };
    let text = lines(&[
        asked("1", "x", json!({"name": "Eve", "email": "eve@example.com"})),
        asked("2", "y", json!({"name": "E. Adams", "email": "EVE@example.com"})),
        asked("3", "x", json!({"name": "Caller 7"})),
        asked("4", "x", json!({"name": "caller 7"})),
        asked("5", "y", json!({"name": "Caller 7"})),
    ]);
    import(&mut desk, &text, false);
    let of = |name: &str| stored(&desk, name).1.requester.unwrap();
    assert_eq!(of("x:1"), of("y:2"));
    assert_eq!(of("x:3"), of("x:4"));
    assert_ne!(of("x:3"), of("y:5"));
    clean(&desk);
}

#[test]
fn only_waits_that_can_still_last_are_followed_up() {
    let (_dir, mut desk) = desk();
    let wait = |at: &str| json!([{"at": at, "what": {"state": {"state": "pending", "pending": "awaiting_requester"}}}]);
    let text = lines(&[ticket("old", wait("2026-11-02T08:00:00Z")), ticket("new", wait("2026-11-23T08:00:00Z"))]);
    import(&mut desk, &text, false);
    let (old, new) = (stored(&desk, "other:old").1, stored(&desk, "other:new").1);
    assert_eq!((old.pending_reason, old.follow_up_at), (Some(Pending::AwaitingRequester), None));
    assert_eq!(new.follow_up_at, at("25T08:00"));
    assert_eq!(desk.tick().unwrap(), 0);
}

#[test]
fn a_priority_that_was_told_stands_over_ours() {
    let (_dir, mut desk) = desk();
    let mut told = ticket("A-1", json!([{"at": "2026-11-02T08:00:00Z", "what": {"impact": "high"}}]));
    told["priority"] = 1.into();
    import(&mut desk, &lines(&[told]), false);
    let (_, is) = stored(&desk, "other:A-1");
    assert_eq!((is.priority, is.priority_override), (Priority::P1, Some(Priority::P1)));
    assert_eq!(is.priority_reason.as_ref().map(Reason::as_str), Some("told by other on import"));
}

#[test]
fn tickets_of_people_who_are_not_here_can_be_given_to_those_who_are() {
    let (_dir, mut desk) = desk();
    let history = json!([{"at": "2026-11-02T08:00:00Z", "actor": "Bo", "what": {"assign": "Bo"}}]);
    import(&mut desk, &lines(&[ticket("A-1", history)]), false);
    let (known, is) = stored(&desk, "other:A-1");
    assert_eq!((is.state, is.assignee.as_ref().map(Login::as_str)), (State::Assigned, Some("Bo")));
    let reason = Some(Reason::new("Bo does not work here").unwrap());
    desk.run(&Verb::Assign(Assign { to: Login::new("ann").unwrap(), reason }), known.agg).unwrap();
    assert_eq!(stored(&desk, "other:A-1").1.assignee.as_ref().map(Login::as_str), Some("ann"));
    clean(&desk);
}

#[test]
fn numbers_that_are_too_long_for_one_name_stay_apart() {
    let (_dir, mut desk) = desk();
    let keys = ["a", "b"].map(|end| format!("{}{end}", "k".repeat(198)));
    let named = |key: &String| {
        let mut it = ticket(key, json!([]));
        it["title"] = "long".into();
        it
    };
    let text = lines(&keys.each_ref().map(named));
    assert_eq!(import(&mut desk, &text, false).0.imported, 2);
    assert_eq!(import(&mut desk, &text, false).0.unchanged, 2);
}

#[test]
fn it_takes_a_supervisor_and_a_known_format() {
    let (_dir, mut desk) = desk();
    let mut plain = desk.person().clone();
    (plain.login, plain.roles) = (Login::new("tim").unwrap(), [Role::Technician].into());
    desk.set_user(&plain).unwrap();
    let refused = desk.import("f", Cursor::new("<html/>"), Plan::default(), &mut |_| {}).unwrap_err();
    assert_eq!(refused.code(), "format_invalid");
    desk.act_as(&plain.login).unwrap();
    let refused = desk.import("f", Cursor::new(""), Plan::default(), &mut |_| {}).unwrap_err();
    assert_eq!(refused.code(), "not_permitted");
}
