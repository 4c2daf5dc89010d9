//! Views that grew with the work equal views made again from the journal, and a check finds whatever does not fit.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;
use tierdesk::app::Desk;
use tierdesk::app::run::Requester;
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::assign::{Assign, Release};
use tierdesk::domain::command::edit::Edit;
use tierdesk::domain::command::escalate::{Escalate, Target as To, Why};
use tierdesk::domain::command::hold::Hold;
use tierdesk::domain::command::inbox::{Accept, NewOwner, Return};
use tierdesk::domain::command::link::AddLink;
use tierdesk::domain::command::log::Log;
use tierdesk::domain::command::resolve::Resolve;
use tierdesk::domain::command::take::{Start, Take};
use tierdesk::domain::escalation::{Item, ReturnCode};
use tierdesk::domain::id::AggId;
use tierdesk::domain::incident::{Pending, ResolutionCode};
use tierdesk::domain::person::ContactFields;
use tierdesk::domain::priority::Urgency;
use tierdesk::domain::role::Tier;
use tierdesk::domain::text::{Finding, Label, Name, Note, Reason, Resolution, Title};
use tierdesk::domain::ticket::{Answer, Link, LinkKind};
use tierdesk::store::rebuild;

use crate::desk::{Place, assert_whole, findings, log, login, note, tag};

/// Tables that a rebuild makes again; `words` are the terms of the full text, place by place.
const VIEWS: [&str; 12] = [
    "ticket",
    "item",
    "link",
    "worklog",
    "escalation",
    "conflict",
    "contact",
    "person",
    "policy",
    "contract",
    "badge",
    "words",
];

/// Every row of every view.
fn dump(place: &Place) -> BTreeMap<&'static str, Vec<Vec<Value>>> {
    let raw = place.raw();
    raw.execute_batch("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, ticket_text, instance)").unwrap();
    VIEWS.into_iter().map(|view| (view, rows(&raw, view))).collect()
}

fn rows(raw: &Connection, view: &str) -> Vec<Vec<Value>> {
    let wanted = if view == "badge" { "WHERE n <> 0" } else { "" };
    let mut statement = raw.prepare(&format!("SELECT * FROM {view} {wanted} ORDER BY 1, 2, 3")).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|n| row.get(n)).collect()).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

/// One try of a person at a ticket; refusals are part of the day.
pub fn attempt(desk: &mut Desk, agg: AggId, other: AggId, n: u8) {
    let reason = || Reason::new("knows this customer best").unwrap();
    let said = |item| (item, Some(Answer::done(Finding::new("as the caller said").unwrap())));
    let verb = match n % 17 {
        0 | 1 => Verb::Take(Take),
        2 => Verb::Start(Start),
        3 | 4 => note("called back, the line is busy"),
        5 => tag("vpn"),
        6 => Verb::Hold(Hold {
            reason: Pending::AwaitingRequester,
            follow_up: None,
            note: Note::new("waiting for the caller's log").unwrap(),
            public: true,
        }),
        7 => Verb::Resolve(Resolve {
            code: ResolutionCode::Fixed,
            note: Resolution::new("the client was restarted").unwrap(),
            subcategory: None,
            public: true,
        }),
        8 => Verb::Edit(Edit {
            title: Some(Title::new("VPN asks twice").unwrap()),
            urgency: Some(Urgency::High),
            add_endpoints: vec![Label::new("PC-0042").unwrap()],
            ..Edit::default()
        }),
        9 | 10 => Verb::Escalate(Escalate {
            to: To::Tier(Tier::Two),
            why: Some(Why::Skill),
            reason: None,
            triggers: vec![],
            answers: [Item::H1, Item::H8, Item::H10].map(said).into(),
            wish: None,
        }),
        11 => Verb::Accept(Accept { owner: NewOwner::Me, note: None }),
        12 => Verb::Return(Return { code: ReturnCode::WrongTier, note: reason() }),
        13 => Verb::Link(AddLink { link: Link { kind: LinkKind::RelatedTo, to: other } }),
        14 => Verb::Assign(Assign { to: login("bob"), reason: Some(reason()) }),
        15 => Verb::Release(Release { reason: reason() }),
        _ => {
            let _ = desk.undo(None);
            return;
        }
    };
    let _ = desk.run(&verb, agg);
}

pub const PEOPLE: [&str; 4] = ["ann", "bob", "carla", "dana"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn views_made_again_equal_the_views_that_grew(
        day in prop::collection::vec((0..PEOPLE.len(), 0..3usize, any::<u8>()), 1..50),
    ) {
        let place = Place::new();
        let mut desk = place.open("dana");
        let tickets = [0, 1, 2].map(|n| log(&mut desk, &format!("ticket {n}")));
        for (who, which, n) in day {
            desk.act_as(&login(PEOPLE[who])).unwrap();
            attempt(&mut desk, tickets[which], tickets[(which + 1) % 3], n);
        }
        assert_whole(&desk);
        let grown = dump(&place);
        rebuild::rebuild(desk.store_mut(), |_| {}).unwrap();
        assert_whole(&desk);
        let made = dump(&place);
        for view in VIEWS {
            prop_assert_eq!(&grown[view], &made[view], "{}", view);
        }
    }
}

#[test]
fn a_requester_with_a_capital_beyond_ascii_is_known_at_the_next_call_and_stays_a_vip() {
    let place = Place::new();
    let mut desk = place.open("dana");
    let vip = ContactFields {
        name: Name::new("Ömer Yılmaz").unwrap(),
        email: Some(Label::new("Ömer@example.org").unwrap()),
        vip: true,
        ..ContactFields::default()
    };
    desk.set_contact(None, &vip).unwrap();
    for name in ["Ömer Yılmaz", "ömer yılmaz", "ÖMER@EXAMPLE.ORG"] {
        let call = Log::titled(Title::new("VPN drops").unwrap());
        let logged = desk.log(&call, Some(&Requester::Named(name.into()))).unwrap();
        assert!(desk.record(logged.records[0].1).unwrap().case.ticket().vip, "{name}");
    }
    assert_eq!(desk.store().contacts_like("ömer", 10).unwrap().len(), 1, "and is still one contact");
    assert_whole(&desk);
}

#[test]
fn a_note_too_large_for_one_event_is_refused_with_its_size_and_nothing_is_written() {
    let place = Place::new();
    let mut desk = place.open("ann");
    let agg = log(&mut desk, "VPN drops");
    let error = desk.run(&note(&"\u{1F600}".repeat(16_384)), agg).unwrap_err();
    assert_eq!(error.code(), "text_invalid");
    assert!(error.to_string().contains("65536 is the most"), "{error}");
    assert_eq!(desk.record(agg).unwrap().case.is.rev, 1);
    desk.run(&note("shorter"), agg).unwrap();
    assert_whole(&desk);
}

#[test]
fn a_colleague_whose_row_cannot_be_read_is_a_fault_and_not_an_unknown_name() {
    let place = Place::new();
    let mut desk = place.open("ann");
    let agg = log(&mut desk, "VPN drops");
    place.raw().execute_batch("UPDATE person SET rights = 'of another version' WHERE login = 'bob'").unwrap();
    let assign = Verb::Assign(Assign { to: login("bob"), reason: Some(Reason::new("knows this caller").unwrap()) });
    let error = desk.run(&assign, agg).unwrap_err();
    assert_eq!(error.code(), "fault", "{error}");
    assert!(error.to_string().contains("reading the user bob"), "{error}");
    assert_eq!(desk.record(agg).unwrap().case.is.rev, 1);
}

#[test]
fn a_picker_shows_contacts_by_name_and_nobody_who_left() {
    let place = Place::new();
    let mut desk = place.open("dana");
    for (name, inactive) in [("Marta Ricci", false), ("Émile Roux", false), ("Marc Left", true), ("marc adler", false)]
    {
        let contact = ContactFields { name: Name::new(name).unwrap(), inactive, ..ContactFields::default() };
        desk.set_contact(None, &contact).unwrap();
    }
    let shown = |start: &str| -> Vec<String> {
        let rows = desk.store().contacts_like(start, 10).unwrap();
        rows.iter().map(|row| row.contact.name.to_string()).collect()
    };
    assert_eq!(shown("MAR"), ["marc adler", "Marta Ricci"]);
    assert_eq!(shown("ém"), ["Émile Roux"]);
}

#[test]
fn a_requester_who_is_renamed_is_found_by_the_new_name() {
    let place = Place::new();
    let mut desk = place.open("dana");
    log(&mut desk, "VPN drops");
    let agg = desk.store().contact_named("j.smith").unwrap().unwrap().agg;
    let renamed = ContactFields { name: Name::new("Jo Winter").unwrap(), ..ContactFields::default() };
    desk.set_contact(Some(agg), &renamed).unwrap();
    let grown = dump(&place);
    assert!(grown["words"].iter().any(|row| row[0] == Value::Text("winter".into())));
    rebuild::rebuild(desk.store_mut(), |_| {}).unwrap();
    assert_eq!(grown, dump(&place));
}

/// A desk with one of everything.
fn busy() -> Place {
    let place = Place::new();
    let mut desk = place.open("dana");
    let (one, other) = (log(&mut desk, "VPN drops"), log(&mut desk, "VPN drops again"));
    for n in [3, 5, 8, 9, 13] {
        attempt(&mut desk, one, other, n);
    }
    assert_whole(&desk);
    place
}

#[test]
fn a_check_finds_every_kind_of_tampering() {
    let tamperings = [
        ("UPDATE event SET body = replace(body, 'VPN', 'LAN') WHERE seq = 10", "the body of event 10"),
        ("UPDATE event SET actor = 'mallory' WHERE seq = 10", "event 10 does not continue the chain"),
        ("UPDATE event SET wall = wall + 1000 WHERE seq = 10", "event 10 does not continue the chain"),
        ("UPDATE event SET body = NULL, salt = NULL WHERE seq = 10", "the body of event 10 is gone"),
        ("DELETE FROM event WHERE seq = 10", "event 10 is missing"),
        ("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", "the chain ends at"),
        ("UPDATE origin SET head_hash = zeroblob(32)", "the head names"),
        ("UPDATE ticket SET title = 'LAN drops' WHERE n = 1", "title is"),
        ("UPDATE ticket SET detail = '{}' WHERE n = 1", "detail is"),
        ("DELETE FROM ticket WHERE n = 2", "not in its view"),
        (
            "INSERT INTO contact SELECT cid + 1000, zeroblob(16), name, handle, organisation, email, phone, site, vip,
            inactive, name_key, handle_key, email_key, site_key, rev, writes, partial, created, last_hlc, last_origin, last_seq FROM contact",
            "the views have",
        ),
        ("UPDATE person SET rights = 'tenant_admin' WHERE login = 'ann'", "rights is"),
        ("UPDATE policy SET text = text || ' '", "text is"),
        ("UPDATE worklog SET text = 'never said'", "worklog has"),
        ("UPDATE worklog SET actor = 'mallory'", "worklog has"),
        ("UPDATE worklog SET vis = 'requester'", "worklog has"),
        ("DELETE FROM worklog", "worklog has"),
        ("INSERT INTO worklog VALUES (1, 999999, zeroblob(16), 0, 'x', 'internal', 'x')", "rows of worklog belong"),
        ("UPDATE escalation SET decided_by = 'mallory'", "escalation has"),
        ("DELETE FROM item WHERE what = 'tag'", "item has"),
        ("UPDATE link SET kind = 'duplicate_of'", "link has"),
        ("INSERT INTO conflict SELECT rid, zeroblob(16), 1, 'title', 'a', 'b', 0 FROM ticket", "conflict has"),
        ("UPDATE badge SET n = n + 1 WHERE owner = '*'", "the numbers on the tabs"),
        ("INSERT INTO badge VALUES (3, 'mallory', 4)", "the numbers on the tabs"),
        ("DELETE FROM ticket_text WHERE rowid = (SELECT min(rowid) FROM ticket_text)", "the full text has"),
    ];
    for (sql, expected) in tamperings {
        let place = busy();
        let raw = place.raw();
        raw.execute_batch("DROP TRIGGER event_keep; DROP TRIGGER event_fixed;").unwrap();
        raw.execute_batch(sql).unwrap();
        let found = findings(&place.open("dana"));
        assert!(found.iter().any(|finding| finding.contains(expected)), "{sql}\n{found:#?}");
    }
}

#[test]
fn a_rebuild_mends_views_that_were_tampered_with() {
    let place = busy();
    place.raw().execute_batch("DELETE FROM worklog; UPDATE ticket SET title = 'x'; DELETE FROM badge").unwrap();
    let mut desk = place.open("dana");
    assert!(!findings(&desk).is_empty());
    rebuild::rebuild(desk.store_mut(), |_| {}).unwrap();
    assert_whole(&desk);
}
