//! The merge rules, one by one: two sites write without seeing each other, then meet.

use super::fold;
use super::world::{World, assign, cancel, close, edit_title, escalate, hold, reopen, resolve, tag};
use crate::domain::command::Verb;
use crate::domain::command::bench::note;
use crate::domain::command::note::AddNote;
use crate::domain::command::take::{Start, Take};
use crate::domain::event::{Body, Entry, Event, EventKind, Proof, Row, RowKind};
use crate::domain::id::RowId;
use crate::domain::incident::{State, Visibility};
use crate::domain::ticket::Ticket;

/// Both sites know one ticket that ann works on.
fn working() -> World {
    let mut world = World::new(2);
    world.does(0, "ann", &Verb::Take(Take)).unwrap();
    world.does(0, "ann", &Verb::Start(Start)).unwrap();
    world.meet_all();
    world
}

/// Two verbs at two sites, neither seeing the other; the first is first in the order.
fn crossed(mut world: World, first: (&str, &Verb), second: (&str, &Verb)) -> World {
    world.does(0, first.0, first.1).unwrap();
    world.does(1, second.0, second.1).unwrap();
    world.meet_all();
    assert_eq!(world.sites[0].state(), world.sites[1].state());
    world
}

/// Conflicts as `field: kept / lost`, without the times that go along.
fn conflicts(world: &World) -> Vec<String> {
    let all = world.outcome().conflicts;
    let told = all.iter().filter(|it| !it.field.ends_with("_at"));
    told.map(|it| format!("{}: {} / {}", it.field, it.kept, it.lost)).collect()
}

fn say(text: &str, vis: Visibility) -> Verb {
    Verb::Note(AddNote { text: note(text), vis })
}

#[test]
fn of_two_titles_the_later_stands_and_the_other_is_kept_as_a_conflict() {
    let world = crossed(working(), ("ann", &edit_title("VPN is slow")), ("bob", &edit_title("VPN asks twice")));
    assert_eq!(world.outcome().fields.title.as_str(), "VPN asks twice");
    assert_eq!(conflicts(&world), ["title: VPN asks twice / VPN is slow"]);
}

#[test]
fn two_who_wrote_the_same_do_not_conflict() {
    let world = crossed(working(), ("ann", &edit_title("VPN is slow")), ("bob", &edit_title("VPN is slow")));
    assert_eq!(conflicts(&world), Vec::<String>::new());
}

#[test]
fn a_title_written_over_one_that_was_seen_is_no_conflict() {
    let mut world = working();
    world.does(0, "ann", &edit_title("VPN is slow")).unwrap();
    world.meet_all();
    world.does(1, "bob", &edit_title("VPN asks twice")).unwrap();
    world.meet_all();
    assert_eq!(conflicts(&world), Vec::<String>::new());
}

#[test]
fn of_two_who_take_a_ticket_the_first_has_it_and_the_other_watches() {
    let world = crossed(World::new(2), ("ann", &Verb::Take(Take)), ("bob", &Verb::Take(Take)));
    let ticket = world.outcome().fields;
    assert_eq!(ticket.assignee.as_ref().unwrap().as_str(), "ann");
    assert!(ticket.watchers.iter().any(|who| who.as_str() == "bob"));
    assert_eq!(ticket.state, State::Assigned);
    assert_eq!(conflicts(&world), ["assignee: ann / bob"]);
}

#[test]
fn of_two_assignments_the_later_stands_and_both_names_are_kept() {
    let world = crossed(working(), ("dana", &assign("bob")), ("sven", &assign("carla")));
    assert_eq!(world.outcome().fields.assignee.as_ref().unwrap().as_str(), "carla");
    assert!(conflicts(&world).contains(&"assignee: carla / bob".to_owned()), "{:?}", conflicts(&world));
}

#[test]
fn an_assignment_stands_over_a_take_that_it_crossed() {
    let world = crossed(World::new(2), ("ann", &Verb::Take(Take)), ("dana", &assign("bob")));
    assert_eq!(world.outcome().fields.assignee.as_ref().unwrap().as_str(), "bob");
    let world = crossed(World::new(2), ("dana", &assign("bob")), ("ann", &Verb::Take(Take)));
    assert_eq!(world.outcome().fields.assignee.as_ref().unwrap().as_str(), "bob");
    assert_eq!(conflicts(&world), ["assignee: bob / ann"]);
}

#[test]
fn a_resolve_that_crossed_an_escalation_leaves_the_record_escalated() {
    let escalated_first = crossed(working(), ("ann", &escalate()), ("dana", &resolve()));
    let resolved_first = crossed(working(), ("dana", &resolve()), ("ann", &escalate()));
    for world in [escalated_first, resolved_first] {
        let state = world.outcome();
        assert!(state.open_escalation().is_some());
        assert_eq!(state.fields.escalation, state.open_escalation().map(|it| it.id));
        assert_eq!(state.fields.state, State::InProgress);
        assert_eq!(state.fields.resolved_at, None);
        assert_eq!(state.fields.resolution_code, None);
        assert_eq!(conflicts(&world), ["state: in_progress / resolved"]);
        assert_eq!(state.worklogs.len(), 1, "what the resolver wrote stays");
    }
}

#[test]
fn a_record_is_not_ended_over_a_step_that_was_not_seen() {
    let world = crossed(working(), ("ann", &hold(0)), ("dana", &cancel()));
    assert_eq!(world.outcome().fields.state, State::Pending);
    assert_eq!(world.outcome().fields.cancel_code, None);
    assert_eq!(conflicts(&world), ["state: pending / cancelled"]);

    let mut world = working();
    world.does(0, "ann", &resolve()).unwrap();
    world.meet_all();
    let world = crossed(world, ("dana", &reopen()), ("ann", &close()));
    assert_eq!(world.outcome().fields.state, State::InProgress);
    assert_eq!(world.outcome().fields.closed_at, None);
    assert!(conflicts(&world).contains(&"state: in_progress / closed".to_owned()), "{:?}", conflicts(&world));
}

#[test]
fn a_step_that_asks_for_more_attention_brings_an_ended_record_back() {
    let world = crossed(working(), ("dana", &cancel()), ("ann", &hold(0)));
    let state = world.outcome();
    assert_eq!(state.fields.state, State::Pending);
    assert_eq!((state.fields.cancel_code, state.fields.closed_at), (None, None));
    assert_eq!(conflicts(&world), ["state: pending / cancelled"]);
}

#[test]
fn tags_are_settled_one_by_one_and_never_conflict() {
    let mut world = working();
    world.does(0, "ann", &tag("vpn", true)).unwrap();
    world.meet_all();
    let world = crossed(world, ("ann", &tag("vpn", false)), ("bob", &tag("laptop", true)));
    let tags: Vec<_> = world.outcome().fields.tags.into_iter().map(String::from).collect();
    assert_eq!(tags, ["laptop"]);
    assert_eq!(conflicts(&world), Vec::<String>::new());
}

#[test]
fn counters_add_up_when_two_counted_at_once() {
    let mut world = working();
    world.does(0, "ann", &hold(0)).unwrap();
    world.meet_all();
    let before = world.outcome().fields.pending_count;
    let world = crossed(world, ("ann", &hold(1)), ("dana", &hold(2)));
    assert_eq!(world.outcome().fields.pending_count, before + 2);
}

#[test]
fn notes_never_get_lost_and_come_once() {
    let world = crossed(
        working(),
        ("ann", &say("called back", Visibility::Requester)),
        ("bob", &say("sent the log", Visibility::Requester)),
    );
    let texts: Vec<_> = world.outcome().worklogs.into_iter().map(|entry| entry.text).collect();
    assert_eq!(texts, ["called back", "sent the log"]);
    assert_eq!(world.outcome().conflicts, [], "two who wrote to the requester at once do not conflict");
}

#[test]
fn a_row_that_stands_in_two_events_counts_once() {
    let mut world = World::new(1);
    let entry = RowKind::Worklog(Entry { vis: Visibility::Internal, text: "once".into() });
    let row = Row { id: RowId::derived(&[b"one"]), what: entry };
    for _ in 0..2 {
        let cmd = world.command();
        let body = Body { rows: vec![row.clone()], ..Body::default() };
        world.write(0, "ann", cmd, EventKind::RecordChanged, Proof::Claimed, body);
    }
    assert_eq!(world.outcome().worklogs.len(), 1);
}

#[test]
fn a_redaction_hides_its_target_whichever_arrives_first() {
    let mut world = World::new(2);
    let said = world.does(0, "ann", &say("her password is swordfish", Visibility::Internal)).unwrap();
    let masked = Entry { vis: Visibility::Internal, text: "(erased)".into() };
    let mut body = said.body.clone().unwrap();
    body.rows[0].what = RowKind::Worklog(masked);
    let order = world.points(1, EventKind::EventRedacted, said.stamp, Some(body));
    for first in [vec![said.clone(), order.clone()], vec![order, said]] {
        let texts: Vec<_> = fold::<Ticket>(&first).worklogs.into_iter().map(|entry| entry.text).collect();
        assert_eq!(texts, ["(erased)"]);
    }
}

#[test]
fn a_redaction_and_an_undo_reach_back_only() {
    let mut world = World::new(2);
    let said = world.does(0, "ann", &say("called back", Visibility::Internal)).unwrap();
    let order = world.points(1, EventKind::EventRedacted, said.stamp, Some(Body::default()));
    let cmd = world.command();
    let body = Body { void: vec![said.body.as_ref().unwrap().rows[0].id], ..Body::default() };
    let undo = world.write(1, "ann", cmd, EventKind::RecordChanged, Proof::Claimed, body);
    for mut later in [order, undo] {
        assert_eq!(fold::<Ticket>(&[said.clone(), later.clone()]).worklogs, []);
        later.stamp.hlc = said.stamp.hlc - 1;
        assert_eq!(fold::<Ticket>(&[said.clone(), later]).worklogs.len(), 1);
    }
}

#[test]
fn of_two_redactions_the_first_in_the_order_stands() {
    let mut world = World::new(1);
    let said = world.does(0, "ann", &say("her password is swordfish", Visibility::Internal)).unwrap();
    for text in ["(erased)", "(erased again)"] {
        let row = RowKind::Worklog(Entry { vis: Visibility::Internal, text: text.into() });
        let mut body = said.body.clone().unwrap();
        body.rows[0].what = row;
        world.points(0, EventKind::EventRedacted, said.stamp, Some(body));
    }
    assert_eq!(world.outcome().worklogs[0].text, "(erased)");
}

#[test]
fn the_same_timer_applied_at_two_sites_counts_once() {
    let mut world = working();
    world.does(0, "ann", &hold(0)).unwrap();
    world.meet_all();
    let alone = {
        let mut world = working();
        world.does(0, "ann", &hold(0)).unwrap();
        world.tick(0);
        world.outcome()
    };
    world.tick(0);
    world.tick(1);
    world.meet_all();
    let state = world.outcome();
    assert_eq!(state.fields.state, State::InProgress);
    assert_eq!((state.fields.clone(), &state.worklogs), (alone.fields, &alone.worklogs));
    assert_eq!(state.writes, alone.writes, "a second copy is no write");
    assert_eq!(state.conflicts, []);
}

#[test]
fn what_a_newer_version_wrote_marks_the_record_partial_and_changes_nothing_else() {
    let newer_kind = |event: &mut Event| event.kind = None;
    let newer_version = |event: &mut Event| event.ver = 2;
    let unknown_field = |event: &mut Event| {
        let body = event.body.as_mut().unwrap();
        let write = body.set.remove("title").unwrap();
        body.set.insert("mood".to_owned(), write);
    };
    let unknown_word = |event: &mut Event| {
        let body = event.body.as_mut().unwrap();
        body.set.get_mut("title").unwrap().to = serde_json::json!(7);
    };
    for change in [newer_kind, newer_version, unknown_field, unknown_word] as [fn(&mut Event); 4] {
        let mut world = World::new(1);
        let before = world.outcome();
        let mut event = world.does(0, "ann", &edit_title("VPN is slow")).unwrap();
        change(&mut event);
        let mut events = world.events();
        *events.last_mut().unwrap() = event;
        let after = fold::<Ticket>(&events);
        assert!(after.partial && !before.partial);
        assert_eq!(after.fields, before.fields);
    }
}

#[test]
fn a_conflict_is_ticked_off_once_and_for_all_sites() {
    let mut world = crossed(working(), ("ann", &edit_title("VPN is slow")), ("bob", &edit_title("VPN asks twice")));
    let conflict = world.outcome().conflicts[0].clone();
    let lost = world
        .events()
        .into_iter()
        .find(|event| event.stamp.seq == conflict.seq && event.stamp.origin == conflict.origin);
    world.points(1, EventKind::ConflictAcked, lost.unwrap().stamp, None);
    world.meet_all();
    assert!(world.outcome().conflicts[0].acked);
    assert_eq!(world.sites[0].state(), world.sites[1].state());
}

#[test]
fn a_record_whose_first_event_is_missing_is_incomplete_until_it_comes() {
    let mut world = working();
    world.does(0, "ann", &edit_title("VPN is slow")).unwrap();
    let events = world.events();
    let without = fold::<Ticket>(&events[1..]);
    assert!(!without.created);
    assert_eq!(without.fields.name(), "(incomplete)");
    assert!(fold::<Ticket>(&events).created);
}
