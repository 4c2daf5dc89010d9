//! The fold held against its promises: order and repetition never matter, the fast path is the fold, nothing that can
//! stand in a journal makes it panic.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

use super::world::{Deed, World, deed};
use super::{Course, Folded, fold, plain};
use crate::domain::event::{Body, Event, EventKind, Proof, Stamp};
use crate::domain::field::Fields;
use crate::domain::id::{AggId, CmdId, OriginId};
use crate::domain::person::{ContactFields, UserFields};
use crate::domain::text::Login;
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;

/// Work of three sites that meet now and then.
fn work() -> impl Strategy<Value = World> {
    prop::collection::vec(deed(), 1..40).prop_map(|deeds| {
        let mut world = World::new(3);
        for deed in deeds {
            world.run(deed);
        }
        world
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_repetition_fold_to_one_state(
        world in work(),
        again in prop::collection::vec(any::<Index>(), 0..40),
        keys in prop::collection::vec(any::<u64>(), 200),
    ) {
        let events = world.events();
        let mut mixed: Vec<Event> = events.clone();
        mixed.extend(again.iter().map(|index| index.get(&events).clone()));
        let mut order: Vec<usize> = (0..mixed.len()).collect();
        order.sort_by_key(|n| keys[*n % keys.len()]);
        let mixed: Vec<Event> = order.into_iter().map(|n| mixed[n].clone()).collect();
        prop_assert_eq!(fold::<Ticket>(&mixed), fold::<Ticket>(&events));
    }

    #[test]
    fn the_fast_path_is_the_fold_wherever_it_may_be_taken(world in work()) {
        for site in &world.sites {
            let mut grown = Folded::<Ticket>::default();
            for n in 0..site.known.len() {
                let event = &site.known[n];
                if grown.takes(event) {
                    grown.take(event);
                } else {
                    grown = fold(&site.known[..=n]);
                }
                prop_assert_eq!(&grown, &fold::<Ticket>(&site.known[..=n]), "after event {} of {}", n, site.known.len());
            }
        }
    }

    #[test]
    fn what_a_site_writes_sorts_after_all_it_knew(world in work()) {
        for site in &world.sites {
            let own: Vec<&Event> = site.known.iter().filter(|event| event.stamp.origin == site.origin).collect();
            prop_assert!(own.is_sorted_by_key(|event| event.stamp));
        }
    }

    #[test]
    fn a_mutilated_body_is_read_or_not_and_never_panics(
        world in work(),
        which in any::<Index>(),
        cut in any::<Index>(),
        patch in prop::option::of("[\\[\\]{}\",:0-9a-z\\\\-]{0,12}"),
    ) {
        let mut events = world.events();
        let n = which.index(events.len());
        let text = events[n].body.as_ref().map(Body::text).unwrap_or_default();
        let mut at = cut.index(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let torn = match patch {
            None => text[..at].to_owned(),
            Some(patch) => format!("{}{patch}{}", &text[..at], text[at..].chars().skip(patch.len()).collect::<String>()),
        };
        events[n].body = Body::read(&torn);
        same_in_both_orders(events);
    }

    #[test]
    fn a_body_of_strange_values_is_folded_and_never_panics(
        world in work(),
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), strange()), 1..6),
    ) {
        let mut events = world.events();
        for (which, path, value) in changes {
            let n = which.index(events.len());
            let Some(body) = &events[n].body else { continue };
            let mut json: Value = serde_json::from_str(&body.text()).unwrap();
            let leaves = count(&json);
            replace(&mut json, &mut path.index(leaves), &value);
            events[n].body = Body::read(&json.to_string());
        }
        same_in_both_orders(events);
    }
}

fn same_in_both_orders(mut events: Vec<Event>) {
    let folded = fold::<Ticket>(&events);
    events.reverse();
    assert_eq!(fold::<Ticket>(&events), folded);
    let mut taken = Folded::<Ticket>::default();
    for event in &events {
        taken.take(event);
    }
    fold::<UserFields>(&events);
    fold::<ContactFields>(&events);
}

/// Values that no command writes.
fn strange() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(i64::MAX)),
        Just(json!(i64::MIN)),
        Just(json!(u64::MAX)),
        Just(json!(0.5)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{"id": "x"}])),
        Just(json!("resolved")),
        Just(json!("\u{202e}\0")),
        any::<bool>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ]
}

fn count(json: &Value) -> usize {
    match json {
        Value::Object(map) => 1 + map.values().map(count).sum::<usize>(),
        Value::Array(list) => 1 + list.iter().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// Replaces the `nth` value of a tree, counted from the top.
fn replace(json: &mut Value, nth: &mut usize, with: &Value) {
    if *nth == 0 {
        *json = with.clone();
        *nth = usize::MAX;
        return;
    }
    *nth -= 1;
    let children: Vec<&mut Value> = match json {
        Value::Object(map) => map.values_mut().collect(),
        Value::Array(list) => list.iter_mut().collect(),
        _ => return,
    };
    for child in children {
        replace(child, nth, with);
        if *nth == usize::MAX {
            return;
        }
    }
}

#[test]
fn a_deed_that_every_rule_refuses_writes_nothing() {
    let mut world = World::new(1);
    let before = world.events().len();
    world.run(Deed { site: 0, who: 0, verb: 4, arg: 0 });
    assert_eq!(world.events().len(), before, "resuming what does not wait");
}

/// Events of version 1 as they stand in a journal for ever, and the states they fold to.
#[test]
fn events_of_version_1_fold_to_the_same_state_for_ever() {
    let events = include_str!("../../../tests/vectors/events-v1.jsonl");
    let expected: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("../../../tests/vectors/events-v1.folded.json")).unwrap();
    let mut by_agg: BTreeMap<AggId, Vec<Event>> = BTreeMap::new();
    for line in events.lines() {
        let event = read_event(&serde_json::from_str(line).unwrap());
        by_agg.entry(event.agg).or_default().push(event);
    }
    assert_eq!(by_agg.len(), expected.len());
    for (agg, events) in by_agg {
        let of = events.iter().find_map(|event| event.body.as_ref()?.of.clone());
        let state = match of.as_deref() {
            Some(UserFields::TYPE) => portrait(&fold::<UserFields>(&events)),
            Some(ContactFields::TYPE) => portrait(&fold::<ContactFields>(&events)),
            _ => portrait(&fold::<Ticket>(&events)),
        };
        assert_eq!(state, expected[&agg.to_string()], "{agg}");
    }
}

fn read_event(json: &Value) -> Event {
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    Event {
        stamp: Stamp {
            hlc: json["hlc"].as_i64().unwrap(),
            origin: OriginId::try_from(text("origin")).unwrap(),
            seq: json["seq"].as_i64().unwrap(),
        },
        at: Instant::from_millis(json["wall"].as_i64().unwrap()),
        agg: AggId::try_from(text("agg")).unwrap(),
        pos: json["pos"].as_i64().unwrap(),
        cmd: CmdId::try_from(text("cmd")).unwrap(),
        kind: EventKind::from_word(&text("kind")),
        ver: u16::try_from(json["ver"].as_u64().unwrap()).unwrap(),
        actor: Login::new(&text("actor")).unwrap(),
        proof: Proof::from_word(&text("proof")),
        body: Body::read(&json["body"].to_string()),
    }
}

/// A state as JSON: fields that differ from an empty record, and everything beside them.
fn portrait<F: Course>(folded: &Folded<F>) -> Value {
    let empty = F::default();
    let fields: Map<String, Value> = F::ALL
        .iter()
        .filter_map(|(name, _)| {
            let value = folded.fields.read(name)?;
            (Some(&value) != empty.read(name).as_ref()).then(|| ((*name).to_owned(), value))
        })
        .collect();
    let conflicts: Vec<Value> = folded
        .conflicts
        .iter()
        .map(|it| json!([it.origin.to_string(), it.seq, it.field, it.kept, it.lost, it.acked]))
        .collect();
    let worklogs: Vec<Value> = folded
        .worklogs
        .iter()
        .map(|it| json!([it.id.to_string(), it.at.0, it.actor.as_str(), it.vis.word(), it.text]))
        .collect();
    let escalations: Vec<Value> = folded
        .escalations
        .iter()
        .map(|it| {
            let decided = it.decided_by.as_ref().map(Login::as_str);
            json!([it.id.to_string(), it.state.word(), it.proposed_by.as_str(), decided, it.proposal])
        })
        .collect();
    json!({
        "fields": fields, "conflicts": conflicts, "worklogs": worklogs, "escalations": escalations,
        "writes": folded.writes, "visits": folded.visits, "visited": folded.visited, "rev": folded.rev,
        "created": folded.created, "partial": folded.partial,
    })
}

#[test]
fn a_value_reads_as_people_write_it() {
    assert_eq!([plain(&Value::Null), plain(&json!("a b")), plain(&json!(3))], ["", "a b", "3"]);
}
