//! A desk of three tiers' people: what each sees of hand-offs, and in which order.

use super::check::Check;
use super::*;
use crate::app::Identity;
use crate::app::run::Requester;
use crate::domain::clock::standing::Sla;
use crate::domain::command::Verb;
use crate::domain::command::escalate::{Escalate, Target, Why};
use crate::domain::command::inbox::{Accept, Defer, NewOwner, Return, Review};
use crate::domain::command::log::Log;
use crate::domain::escalation::{Item, ReturnCode};
use crate::domain::id::AggId;
use crate::domain::incident::{Subcategory, Symptom};
use crate::domain::number::SiteCode;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::role::{Role, User};
use crate::domain::text::{Finding, Label, Login, Name, Note, Reason, Title};
use crate::domain::ticket::Answer;
use crate::store::New;

fn login(text: &str) -> Login {
    Login::new(text).unwrap()
}

/// ann supervises; bob works in tier 1, carla and dmitri in tier 2.
fn desk() -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity { account: login("ann"), acting_as: None };
    let new = New { code: SiteCode::first(), shared: false, demo: false };
    let tick = std::cell::Cell::new(1_790_000_000_000);
    let clock = Box::new(move || {
        tick.set(tick.get() + 1_000);
        tick.get()
    });
    let mut desk = Desk::create(&folder.path().join("desk.db"), &new, None, &identity, clock).unwrap();
    for (name, tier) in [("bob", Tier::One), ("carla", Tier::Two), ("dmitri", Tier::Two)] {
        let user = User {
            login: login(name),
            name: Name::new(name).unwrap(),
            roles: [Role::Technician].into(),
            tier: Some(tier),
            disciplines: [Discipline::Software].into(),
            rights: Rights::LocalAdmin,
            active: true,
        };
        desk.set_user(&user).unwrap();
    }
    (folder, desk)
}

/// Logs a ticket as bob and hands it to tier 2.
fn hand_over(desk: &mut Desk, call: &Log, found: &str) -> AggId {
    desk.act_as(&login("bob")).unwrap();
    let receipt = desk.log(call, Some(&Requester::Named("j.smith".into()))).unwrap();
    let agg = receipt.records[0].1;
    let said = |item, text: &str| (item, Some(Answer::done(Finding::new(text).unwrap())));
    let escalate = Escalate {
        to: Target::Tier(Tier::Two),
        why: Some(Why::Skill),
        reason: None,
        triggers: vec![],
        answers: vec![said(Item::H1, found), said(Item::H8, "restarted it"), said(Item::H10, "roll it back")],
        wish: None,
    };
    desk.run(&Verb::Escalate(escalate), agg).unwrap();
    agg
}

fn call(title: &str) -> Log {
    Log::titled(Title::new(title).unwrap())
}

fn names(desk: &Desk, tab: InboxTab) -> Vec<String> {
    desk.inbox(tab).unwrap().into_iter().map(|row| row.ticket.name).collect()
}

#[test]
fn a_proposal_goes_through_the_tabs_of_both_tiers() {
    let (_folder, mut desk) = desk();
    let aggs: Vec<_> = (1..=4).map(|n| hand_over(&mut desk, &call(&format!("vpn {n}")), "it drops")).collect();
    assert_eq!(names(&desk, InboxTab::Inbox), [""; 0], "nothing waits for tier 1");
    assert_eq!(names(&desk, InboxTab::Sent), ["INC-4", "INC-3", "INC-2", "INC-1"]);
    desk.act_as(&login("carla")).unwrap();
    assert_eq!(names(&desk, InboxTab::Inbox), ["INC-1", "INC-2", "INC-3", "INC-4"]);
    desk.run(&Verb::Accept(Accept { owner: NewOwner::Me, note: None }), aggs[0]).unwrap();
    let back = Return { code: ReturnCode::WithinTierRights, note: Reason::new("please restart it once").unwrap() };
    desk.run(&Verb::Return(back), aggs[1]).unwrap();
    desk.run(&Verb::Defer(Defer { until: desk.now() + Secs::HOUR, note: None }), aggs[2]).unwrap();
    assert_eq!(names(&desk, InboxTab::Inbox), ["INC-4"]);
    assert_eq!(names(&desk, InboxTab::Deferred), ["INC-3"]);
    assert_eq!(names(&desk, InboxTab::Accepted), ["INC-1"]);
    assert_eq!(names(&desk, InboxTab::Returned), [""; 0]);
    for who in ["bob", "carla", "ann"] {
        desk.act_as(&login(who)).unwrap();
        let counts = desk.inbox_counts().unwrap();
        for tab in [InboxTab::Inbox, InboxTab::Deferred, InboxTab::Accepted, InboxTab::Returned] {
            assert_eq!(tab.count(&counts), names(&desk, tab).len() as i64, "{who}: {tab:?}");
        }
    }
    assert_eq!(names(&desk, InboxTab::Returned), ["INC-2"], "a supervisor looks at every tier");
    assert_eq!(names(&desk, InboxTab::Inbox), ["INC-4"]);
}

#[test]
fn a_call_for_attention_is_reviewed_by_supervisors_and_by_nobody_else() {
    let (_folder, mut desk) = desk();
    hand_over(&mut desk, &call("vpn"), "it drops");
    let agg = desk.log(&call("erp"), Some(&Requester::Named("k.osei".into()))).unwrap().records[0].1;
    let said = |item| (item, Some(Answer::done(Finding::new("nobody can work").unwrap())));
    let attention = Escalate {
        to: Target::Attention,
        why: Some(Why::Other),
        reason: None,
        triggers: vec![],
        answers: [Item::H1, Item::H7, Item::H9, Item::H10].map(said).into(),
        wish: None,
    };
    desk.run(&Verb::Escalate(attention), agg).unwrap();
    desk.act_as(&login("carla")).unwrap();
    assert_eq!(names(&desk, InboxTab::Inbox), ["INC-1"]);
    desk.act_as(&login("ann")).unwrap();
    assert_eq!(names(&desk, InboxTab::Inbox), ["INC-1", "INC-2"]);
    assert_eq!(names(&desk, InboxTab::Review), ["INC-2"]);
    assert_eq!(InboxTab::Inbox.count(&desk.inbox_counts().unwrap()), 2);
}

#[test]
fn what_waits_too_long_is_counted_and_what_was_put_off_is_not() {
    let (_folder, mut desk) = desk();
    hand_over(&mut desk, &call("vpn"), "it drops");
    desk.act_as(&login("carla")).unwrap();
    let due = desk.inbox(InboxTab::Inbox).unwrap()[0].escalation.proposal.review_due.unwrap();
    let late = |at: Instant, desk: &Desk| {
        let me = login("carla");
        desk.store().inbox_counts(&[Tier::Two], &me, at, at, at).unwrap().late
    };
    assert_eq!((late(due, &desk), late(due + Secs::HOUR, &desk)), (0, 1));
    let agg = desk.inbox(InboxTab::Inbox).unwrap()[0].ticket.agg;
    desk.run(&Verb::Defer(Defer { until: desk.now() + Secs::days(2), note: None }), agg).unwrap();
    assert_eq!(late(due + Secs::HOUR, &desk), 0);
}

#[test]
fn a_line_says_how_complete_its_hand_off_is() {
    let (_folder, mut desk) = desk();
    let full =
        Log { subcategory: Subcategory::Crash, endpoints: vec![Label::new("LAP-0517").unwrap()], ..call("vpn drops") };
    hand_over(&mut desk, &full, "the client closes every twenty minutes on the wireless network");
    hand_over(&mut desk, &call("mfa"), "no token");
    desk.act_as(&login("carla")).unwrap();
    let rows = desk.inbox(InboxTab::Inbox).unwrap();
    assert_eq!(rows[0].check.met(), Check::OF);
    assert_eq!(rows[0].machine.as_deref(), Some("LAP-0517"));
    assert_eq!(rows[1].check, Check { words: 4, category: false, machine: false, ask: true });
    assert_eq!(rows[1].check.met(), 1);
}

#[test]
fn those_who_can_take_it_are_offered_by_tier_and_load() {
    let (_folder, mut desk) = desk();
    let agg = hand_over(&mut desk, &call("vpn"), "it drops");
    hand_over(&mut desk, &call("lan"), "it drops");
    desk.act_as(&login("carla")).unwrap();
    desk.run(&Verb::Accept(Accept { owner: NewOwner::Me, note: None }), agg).unwrap();
    let row = desk.inbox(InboxTab::Inbox).unwrap().remove(0);
    let takers = desk.takers(&row).unwrap();
    let takers: Vec<_> = takers.iter().map(|it| (it.user.login.as_str(), it.open)).collect();
    assert_eq!(takers, [("dmitri", 0), ("carla", 1), ("ann", 0)], "ann is tier 3, bob works in tier 1 only");
}

/// Low urgency and weight, so that the time for it is long.
fn light(title: &str) -> Log {
    Log { impact: Some(Impact::Low), urgency: Urgency::Low, ..call(title) }
}

#[test]
fn the_order_is_unreviewed_breached_least_time_left_oldest() {
    let (_folder, mut desk) = desk();
    let before = Some(desk.now() - Secs::days(6));
    let low = hand_over(&mut desk, &light("low"), "it drops");
    let late = hand_over(&mut desk, &Log { opened_at: before, ..light("late") }, "it drops");
    let high = hand_over(&mut desk, &Log { urgency: Urgency::High, ..call("high") }, "it drops");
    let twin = hand_over(&mut desk, &light("twin"), "it drops");
    desk.act_as(&login("bob")).unwrap();
    let lost = Log { symptom: Symptom::DataMissing, ..light("files gone") };
    let lost = desk.log(&lost, Some(&Requester::Named("j.smith".into()))).unwrap().records[0].1;
    desk.act_as(&login("ann")).unwrap();
    let rows = desk.inbox(InboxTab::Inbox).unwrap();
    let order: Vec<_> = rows.iter().map(|row| row.ticket.agg).collect();
    assert_eq!(order, [lost, late, high, low, twin]);
    let shown: Vec<_> = rows.iter().map(|row| (row.review, row.clock.sla)).collect();
    assert_eq!((shown[0].0, shown[1].1), (true, Some(Sla::Breached)));
    let counts = desk.inbox_counts().unwrap();
    assert_eq!((InboxTab::Inbox.count(&counts), counts.waiting), (5, 4), "each record has one line");
    assert_eq!(names(&desk, InboxTab::Review).len() as i64, counts.review);
    let note = Note::new("seen").unwrap();
    desk.run(&Verb::Review(Review { note }), lost).unwrap();
    assert!(!names(&desk, InboxTab::Inbox).contains(&"INC-5".to_owned()));
}

#[test]
fn the_week_tells_how_many_were_handed_over_and_why() {
    let (_folder, mut desk) = desk();
    let one = hand_over(&mut desk, &call("vpn"), "it drops");
    hand_over(&mut desk, &call("lan"), "it drops");
    desk.act_as(&login("carla")).unwrap();
    desk.run(&Verb::Accept(Accept { owner: NewOwner::Me, note: None }), one).unwrap();
    let week = desk.escalated_this_week(&[Tier::Two], desk.now()).unwrap();
    let today = week.days.last().unwrap();
    assert_eq!((week.days.len(), today.proposed, today.accepted, today.returned), (7, 2, 1, 0));
    assert_eq!(week.reasons, [("skill".to_owned(), 2)]);
    assert_eq!(desk.escalated_this_week(&[Tier::Three], desk.now()).unwrap().reasons, []);
    let later = desk.now() + Secs::days(8);
    assert_eq!(desk.escalated_this_week(&[Tier::Two], later).unwrap().reasons, []);
}
