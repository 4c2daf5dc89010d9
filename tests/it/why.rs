//! "Why is my clock like this?": a ticket with a past before the holidays, its clocks in sentences, and whether what
//! they would come to is what they come to.

use std::cell::Cell;
use std::rc::Rc;

use tempfile::TempDir;
use tierdesk::app::query::sla::{Told, Why};
use tierdesk::app::run::Requester;
use tierdesk::app::{Desk, Identity};
use tierdesk::domain::clock::ClockKind;
use tierdesk::domain::clock::kept::Clocks;
use tierdesk::domain::clock::whatif::If;
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::edit::Edit;
use tierdesk::domain::command::escalate::{Escalate, Target, Why as Reasoned};
use tierdesk::domain::command::hold::{Hold, Resume};
use tierdesk::domain::command::inbox::{Accept, NewOwner};
use tierdesk::domain::command::log::Log;
use tierdesk::domain::command::note::AddNote;
use tierdesk::domain::command::reopen::Reopen;
use tierdesk::domain::command::resolve::Resolve;
use tierdesk::domain::command::take::Take;
use tierdesk::domain::escalation::Item;
use tierdesk::domain::id::AggId;
use tierdesk::domain::incident::{Pending, ResolutionCode, Source, Subcategory, Visibility};
use tierdesk::domain::number::SiteCode;
use tierdesk::domain::policy::Policy;
use tierdesk::domain::priority::{Impact, Priority, Urgency};
use tierdesk::domain::role::Role;
use tierdesk::domain::text::{Finding, Note, Reason, Resolution, Title};
use tierdesk::domain::ticket::Answer;
use tierdesk::domain::time::Instant;
use tierdesk::store::New;

use crate::desk::{login, user};

/// A policy whose rules stay quiet, so that only what people do moves the ticket.
fn quiet(more: &str) -> Policy {
    let rules: Vec<String> = (1..=30).map(|n| format!("\"TR{n:02}\"")).collect();
    Policy::parse(&format!("escalation.disabled = [{}]\n{more}", rules.join(", ")), "policy.toml").unwrap()
}

/// A desk with one ticket, whose time is set by hand.
struct Story {
    desk: Desk,
    agg: AggId,
    time: Rc<Cell<i64>>,
    _dir: TempDir,
}

impl Story {
    /// A P3 that bob logs on Monday 21 December 2026, 08:00 in Berlin.
    fn begins() -> Self {
        Self::of(quiet(""), &medium(), Some("j.smith"))
    }

    fn of(policy: Policy, log: &Log, requester: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let time = Rc::new(Cell::new(0));
        let told = Rc::clone(&time);
        let clock = Box::new(move || told.get());
        time.set(ms("2026-12-21T06:00:00Z"));
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let dana = Identity { account: login("dana"), acting_as: None };
        let mut desk = Desk::create(&dir.path().join("desk.db"), &new, Some(policy), &dana, clock).unwrap();
        desk.store_mut().set_durable(false).unwrap();
        for (who, tier) in [("ann", 1), ("bob", 1), ("carla", 2), ("dmitri", 3)] {
            desk.set_user(&user(who, Role::Technician, tier)).unwrap();
        }
        time.set(ms("2026-12-21T07:00:00Z"));
        desk.act_as(&login("bob")).unwrap();
        let requester = requester.map(|name| Requester::Named(name.to_owned()));
        let agg = desk.log(log, requester.as_ref()).unwrap().records[0].1;
        Self { desk, agg, time, _dir: dir }
    }

    /// Time passes, with what is due by itself.
    fn at(&mut self, instant: &str) -> &mut Self {
        self.time.set(ms(instant));
        self.desk.tick().unwrap();
        self
    }

    fn does(&mut self, who: &str, verb: Verb) -> &mut Self {
        self.desk.act_as(&login(who)).unwrap();
        self.desk.run(&verb, self.agg).unwrap();
        self
    }

    fn undoes(&mut self, who: &str) -> &mut Self {
        self.desk.act_as(&login(who)).unwrap();
        self.desk.undo(None).unwrap();
        self
    }

    fn why(&self) -> Why {
        self.desk.why(self.agg).unwrap()
    }

    fn clocks(&self) -> Clocks {
        self.desk.record(self.agg).unwrap().case.is.clocks
    }
}

fn ms(instant: &str) -> i64 {
    instant.parse::<Instant>().unwrap().0 * 1_000
}

fn medium() -> Log {
    Log {
        impact: Some(Impact::Medium),
        urgency: Urgency::Medium,
        subcategory: Subcategory::Error,
        ..Log::titled(Title::new("VPN drops on WiFi").unwrap())
    }
}

fn reply(text: &str) -> Verb {
    Verb::Note(AddNote { text: Note::new(text).unwrap(), vis: Visibility::Requester })
}

fn hold(reason: Pending, public: bool) -> Verb {
    Verb::Hold(Hold { reason, follow_up: None, note: Note::new("asked for the log file").unwrap(), public })
}

fn urgency(urgency: Urgency) -> Verb {
    Verb::Edit(Edit { urgency: Some(urgency), ..Edit::default() })
}

fn escalate(tier: i64) -> Verb {
    let answers = Item::ALL.iter().map(|item| (*item, Some(Answer::done(Finding::new("seen and tried").unwrap()))));
    Verb::Escalate(Escalate {
        to: Target::Tier(tier.try_into().unwrap()),
        why: Some(Reasoned::Skill),
        reason: None,
        triggers: vec![],
        answers: answers.collect(),
        wish: None,
    })
}

fn accept() -> Verb {
    Verb::Accept(Accept { owner: NewOwner::Me, note: None })
}

fn resolve() -> Verb {
    Verb::Resolve(Resolve {
        code: ResolutionCode::Fixed,
        note: Resolution::new("rolled the firmware of the access points back").unwrap(),
        subcategory: None,
        public: true,
    })
}

fn reopen() -> Verb {
    Verb::Reopen(Reopen { reason: Reason::new("it drops again on floor 3").unwrap() })
}

/// Held, made more urgent, escalated, held by mistake, resolved before the holidays and reopened after them.
fn past() -> Story {
    let mut story = Story::begins();
    story
        .at("2026-12-21T07:30:00Z")
        .does("ann", Verb::Take(Take))
        .at("2026-12-21T08:00:00Z")
        .does("ann", reply("does it drop on cable too?"))
        .at("2026-12-21T09:00:00Z")
        .does("ann", hold(Pending::AwaitingRequester, false))
        .at("2026-12-23T09:30:00Z")
        .does("ann", urgency(Urgency::High))
        .at("2026-12-23T10:00:00Z")
        .does("ann", escalate(2))
        .at("2026-12-23T10:30:00Z")
        .does("carla", accept())
        .at("2026-12-23T11:00:00Z")
        .does("carla", hold(Pending::AwaitingCustomerApproval, false))
        .at("2026-12-23T11:05:00Z")
        .undoes("carla")
        .at("2026-12-23T13:00:00Z")
        .does("carla", resolve())
        .at("2026-12-23T15:00:00Z")
        .does("bob", reopen())
        .at("2026-12-28T08:00:00Z");
    story
}

fn told(why: &Why) -> String {
    let shown = why.shown();
    let answers = shown.iter().map(|told| format!("{}\n", why.answer(told))).collect::<String>();
    let working = shown.iter().map(|told| working(why, told)).collect::<String>();
    let ifs = why.what_if().iter().map(|(deed, outcome)| format!("{deed}: {outcome}\n")).collect::<String>();
    format!("{}\n{answers}{working}\nWhat if\n{ifs}", why.times())
}

fn working(why: &Why, told: &Told) -> String {
    let lines = told.lines.iter().map(|line| format!("  {:18}{}\n", why.at(line.at), why.line(line)));
    format!("\n{}\n{}", told.name(), lines.collect::<String>())
}

#[test]
fn a_ticket_with_a_past_tells_who_held_it_up_and_why() {
    insta::assert_snapshot!("why_past", told(&past().why()));
}

#[test]
fn a_wait_that_goes_on_names_who_why_and_until_when() {
    let mut story = Story::begins();
    story.at("2026-12-21T08:00:00Z").does("ann", hold(Pending::AwaitingRequester, true)).at("2026-12-21T12:00:00Z");
    insta::assert_snapshot!("why_waiting", told(&story.why()));
}

#[test]
fn what_counted_adds_up_and_every_wait_and_change_has_its_person() {
    let why = past().why();
    for told in &why.clocks {
        let name = told.name();
        let known = told.pauses.iter().all(|pause| pause.cause.as_ref().is_some_and(|cause| cause.who.is_some()));
        assert!(known, "{name}");
        assert!(told.lines.windows(2).all(|pair| pair[0].at <= pair[1].at), "{name}");
    }
    let resolution = why.clocks.iter().find(|told| told.clock.kind == ClockKind::Resolution).unwrap();
    assert!(why.answer(resolution).contains("paused 2d by ann: awaiting requester"), "{}", why.answer(resolution));
}

/// The verb, or verbs, that a deed stands for.
fn carry_out(story: &mut Story, deed: If) {
    match deed {
        If::Hold { reason, until, tells } => {
            story.does("ann", hold(reason, tells));
            story.time.set(until.0 * 1_000);
            story.desk.tick().unwrap();
        }
        If::Resume => _ = story.does("ann", Verb::Resume(Resume)),
        If::Urgency(to) => _ = story.does("ann", urgency(to)),
        If::Tier(tier) => _ = story.does("dana", escalate(tier.n())).does("dmitri", accept()),
        If::Reply => _ = story.does("ann", reply("we are still at it")),
    }
}

/// How each clock stands, without what time alone wrote to it.
fn standing(clocks: &Clocks) -> Vec<String> {
    let clocks = clocks.iter();
    clocks
        .map(|kept| {
            let clock = &kept.clock;
            format!("{} {} {:?} due {:?}", clock.kind, clock.nth, clock.status(), kept.due.map(|due| due.to_string()))
        })
        .collect()
}

#[test]
fn what_would_come_of_it_is_what_comes_of_it() {
    let raised = |urgency: Urgency, vip: bool| Log { urgency, vip, ..medium() };
    let begins: [&dyn Fn() -> Story; 6] = [
        &|| Story::of(quiet(""), &raised(Urgency::Medium, false), Some("j.smith")),
        &|| Story::of(quiet(""), &raised(Urgency::High, false), Some("j.smith")),
        &|| Story::of(quiet(""), &Log { impact: Some(Impact::High), ..raised(Urgency::Low, true) }, Some("j.smith")),
        &|| Story::of(quiet(""), &Log { source: Source::Monitoring, ..raised(Urgency::Low, false) }, None),
        &|| {
            let reason = Reason::new("the plant stands still").unwrap();
            let by_hand = Edit { priority: Some((Priority::new(1), reason)), ..Edit::default() };
            let mut story = Story::begins();
            story.does("dana", Verb::Edit(by_hand));
            story
        },
        &|| {
            let slow = quiet("[priority]\nvip_raises_urgency = false\n[sla.P2]\nresolution = \"3h\"");
            Story::of(slow, &raised(Urgency::Medium, true), Some("j.smith"))
        },
    ];
    let pasts: [&dyn Fn(&mut Story); 4] = [
        &|story| {
            story.at("2026-12-21T07:20:00Z").does("ann", Verb::Take(Take));
        },
        &|story| {
            story.at("2026-12-21T08:00:00Z").does("ann", Verb::Take(Take)).does("ann", reply("looking"));
        },
        &|story| {
            story.at("2026-12-23T16:50:00Z").does("ann", hold(Pending::AwaitingRequester, true));
        },
        &|story| {
            let held = hold(Pending::Observation, true);
            story.at("2026-12-21T09:00:00Z").does("ann", held).does("dana", escalate(2));
        },
    ];
    let mut compared = 0;
    for (n, begin) in begins.iter().enumerate() {
        for (m, past) in pasts.iter().enumerate() {
            let story = |after: &str| {
                let mut story = begin();
                past(&mut story);
                story.at(after);
                story
            };
            let after =
                ["2026-12-21T09:30:00Z", "2026-12-21T11:00:00Z", "2026-12-24T09:00:00Z", "2026-12-21T16:40:00Z"][m];
            for maybe in story(after).why().ifs {
                let deed = maybe.outcome.deed;
                if let If::Hold { reason, .. } = deed
                    && reason.needs_link()
                {
                    continue;
                }
                let mut really = story(after);
                if m == 3 && matches!(deed, If::Tier(_)) {
                    really.does("dmitri", accept());
                } else {
                    carry_out(&mut really, deed);
                }
                assert_eq!(
                    standing(&maybe.outcome.clocks),
                    standing(&really.clocks()),
                    "story {n}, past {m}, {deed:?}"
                );
                let priority = really.desk.record(really.agg).unwrap().case.ticket().priority;
                assert_eq!(maybe.outcome.priority, priority, "story {n}, past {m}, {deed:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn a_record_that_has_ended_moves_no_clock() {
    let mut story = past();
    story.does("carla", resolve());
    assert!(story.why().ifs.is_empty());
    assert!(story.why().clocks.iter().all(Told::over));
}
