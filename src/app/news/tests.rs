//! What each person hears, cause by cause.

use std::cell::Cell;
use std::rc::Rc;

use super::*;
use crate::app::Identity;
use crate::app::run::Requester;
use crate::domain::command::Verb;
use crate::domain::command::assign::Assign;
use crate::domain::command::escalate::{Escalate, Target, Why};
use crate::domain::command::inbox::{Accept, Defer, HandBack, NewOwner, Return};
use crate::domain::command::log::Log;
use crate::domain::command::note::AddNote;
use crate::domain::command::take::Take;
use crate::domain::escalation::{Item, ReturnCode};
use crate::domain::fold::world::hold;
use crate::domain::incident::{Symptom, Visibility};
use crate::domain::number::SiteCode;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{Finding, Name, Note, Reason, Title};
use crate::domain::ticket::Answer;
use crate::store::New;

/// 2026-09-21, a Monday, 10:00 in Berlin.
const MORNING: i64 = 1_789_977_600_000;

/// dana supervises; ann and bob work in tier 1, carla in tier 2. Time goes on by a second with every look at the
/// clock, and by what a test adds.
struct Office {
    _folder: tempfile::TempDir,
    desk: Desk,
    time: Rc<Cell<i64>>,
}

fn login(text: &str) -> Login {
    Login::new(text).unwrap()
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity { account: login("dana"), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: true };
        let time = Rc::new(Cell::new(MORNING));
        let told = Rc::clone(&time);
        let clock = Box::new(move || {
            told.set(told.get() + 1_000);
            told.get()
        });
        let mut desk = Desk::create(&folder.path().join("desk.db"), &new, None, &identity, clock).unwrap();
        desk.store_mut().set_durable(false).unwrap();
        for (name, tier) in [("ann", Tier::One), ("bob", Tier::One), ("carla", Tier::Two)] {
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
        Self { _folder: folder, desk, time }
    }

    fn pass(&mut self, secs: Secs) {
        self.time.set(self.time.get() + secs.0 * 1_000);
        self.desk.tick().unwrap();
    }

    fn log(&mut self, who: &str, log: Log) -> AggId {
        self.desk.act_as(&login(who)).unwrap();
        self.desk.log(&log, Some(&Requester::Named("j.smith".into()))).unwrap().records[0].1
    }

    fn run(&mut self, who: &str, verb: Verb, on: AggId) {
        self.desk.act_as(&login(who)).unwrap();
        self.desk.run(&verb, on).unwrap();
    }

    /// A ticket that ann has, logged by bob; nobody has news of it.
    fn anns(&mut self) -> AggId {
        let agg = self.log("bob", call("vpn drops"));
        self.run("ann", Verb::Take(Take), agg);
        self.all_read();
        agg
    }

    fn all_read(&mut self) {
        for who in ["dana", "ann", "bob", "carla"] {
            self.desk.act_as(&login(who)).unwrap();
            let news = News::read(&self.desk).unwrap();
            self.desk.mark_read(&news).unwrap();
        }
    }

    fn heard(&mut self, who: &str) -> Vec<Notice> {
        self.desk.act_as(&login(who)).unwrap();
        News::read(&self.desk).unwrap().notices().cloned().collect()
    }

    fn causes(&mut self, who: &str) -> Vec<Cause> {
        self.heard(who).into_iter().map(|it| it.cause).collect()
    }
}

fn call(title: &str) -> Log {
    Log { urgency: Urgency::Medium, impact: Some(Impact::Low), ..Log::titled(Title::new(title).unwrap()) }
}

fn note(text: &str, vis: Visibility) -> Verb {
    Verb::Note(AddNote { text: Note::new(text).unwrap(), vis })
}

fn escalate(to: Target) -> Verb {
    let said = |item| (item, Some(Answer::done(Finding::new("it drops every twenty minutes").unwrap())));
    let answers = [Item::H1, Item::H7, Item::H8, Item::H9, Item::H10].map(said).into();
    Verb::Escalate(Escalate { to, why: Some(Why::Skill), reason: None, triggers: vec![], answers, wish: None })
}

fn give(to: &str) -> Verb {
    Verb::Assign(Assign { to: login(to), reason: Some(Reason::new("goes off shift now").unwrap()) })
}

fn because() -> Reason {
    Reason::new("please restart it once").unwrap()
}

/// A deed on a ticket of ann's: who does what, and what each of the others then hears.
type Case = (&'static str, &'static str, fn(&mut Office, AggId), &'static [(&'static str, &'static [Cause])]);

const CASES: &[Case] = &[
    (
        "given away",
        "dana",
        |office, it| office.run("dana", give("bob"), it),
        &[("ann", &[Cause::TakenOff]), ("bob", &[Cause::Assigned]), ("dana", &[])],
    ),
    (
        "a reply",
        "bob",
        |office, it| office.run("bob", note("try again", Visibility::Requester), it),
        &[("ann", &[Cause::Replied]), ("bob", &[]), ("carla", &[])],
    ),
    (
        "five notes",
        "bob",
        |office, it| {
            for n in 0..5 {
                office.run("bob", note(&format!("note {n}"), Visibility::Internal), it);
            }
        },
        &[("ann", &[Cause::Noted])],
    ),
    (
        "one's own note",
        "ann",
        |office, it| office.run("ann", note("it is the cable", Visibility::Internal), it),
        &[("ann", &[]), ("bob", &[])],
    ),
    (
        "handed over",
        "ann",
        |office, it| office.run("ann", escalate(Target::Tier(Tier::Two)), it),
        &[("ann", &[]), ("carla", &[Cause::Proposal]), ("dana", &[Cause::Proposal]), ("bob", &[])],
    ),
    (
        "accepted",
        "carla",
        |office, it| {
            office.run("ann", escalate(Target::Tier(Tier::Two)), it);
            office.run("carla", Verb::Accept(Accept { owner: NewOwner::Me, note: None }), it);
        },
        &[("ann", &[Cause::Accepted]), ("carla", &[]), ("dana", &[])],
    ),
    (
        "returned",
        "carla",
        |office, it| {
            office.run("ann", escalate(Target::Tier(Tier::Two)), it);
            let back = Return { code: ReturnCode::WithinTierRights, note: because() };
            office.run("carla", Verb::Return(back), it);
        },
        &[("ann", &[Cause::Returned]), ("carla", &[])],
    ),
    (
        "handed back",
        "carla",
        |office, it| {
            office.run("ann", escalate(Target::Tier(Tier::Two)), it);
            office.run("carla", Verb::Accept(Accept { owner: NewOwner::Me, note: None }), it);
            office.all_read();
            let back = HandBack { code: ReturnCode::WithinTierRights, note: because() };
            office.run("carla", Verb::HandBack(back), it);
        },
        &[("ann", &[Cause::HandedBack, Cause::Assigned])],
    ),
    (
        "put off",
        "carla",
        |office, it| {
            office.run("ann", escalate(Target::Tier(Tier::Two)), it);
            let until = office.desk.now() + Secs::HOUR;
            office.run("carla", Verb::Defer(Defer { until, note: None }), it);
        },
        &[("ann", &[Cause::Deferred])],
    ),
    (
        "nobody decides",
        "ann",
        |office, it| {
            office.run("ann", escalate(Target::Tier(Tier::Two)), it);
            office.all_read();
            office.pass(Secs::minutes(40));
        },
        &[("carla", &[Cause::ReviewOverdue]), ("dana", &[Cause::Attention])],
    ),
    (
        "attention asked",
        "ann",
        |office, it| office.run("ann", escalate(Target::Attention), it),
        &[("dana", &[Cause::Attention]), ("carla", &[]), ("ann", &[])],
    ),
    (
        "a wait is over",
        "ann",
        |office, it| {
            office.run("ann", hold(0), it);
            office.pass(Secs::DAY);
        },
        &[("ann", &[Cause::Woke]), ("bob", &[])],
    ),
    (
        "a new P1",
        "bob",
        |office, _| {
            let log = Log { urgency: Urgency::High, impact: Some(Impact::High), ..call("nobody can work") };
            office.log("bob", log);
        },
        &[("carla", &[Cause::NewP1]), ("bob", &[])],
    ),
    (
        "data may be lost",
        "bob",
        |office, _| {
            office.log("bob", Log { symptom: Symptom::DataMissing, ..call("files gone") });
        },
        &[("bob", &[]), ("ann", &[])],
    ),
];

#[test]
fn each_hears_what_concerns_them_and_nobody_of_an_own_act() {
    for (what, _, deed, heard) in CASES {
        let mut office = Office::new();
        let it = office.anns();
        deed(&mut office, it);
        for (who, causes) in *heard {
            assert_eq!(office.causes(who), *causes, "{what}: {who}");
        }
    }
}

#[test]
fn clocks_speak_to_the_owner_and_a_breach_stands_for_the_risk_before_it() {
    let mut office = Office::new();
    let it = office.anns();
    office.run("bob", note("we look at it", Visibility::Requester), it);
    office.all_read();
    let causes = |office: &mut Office| -> Vec<Cause> {
        let mut causes = office.causes("ann");
        causes.retain(|cause| matches!(cause, Cause::AtRisk | Cause::Breached));
        causes
    };
    let mut heard = Vec::new();
    for _ in 0..24 * 7 {
        office.pass(Secs::HOUR);
        heard.push(causes(&mut office));
    }
    assert!(heard.iter().any(|it| it == &[Cause::AtRisk]), "{heard:?}");
    assert_eq!(heard.last().unwrap(), &[Cause::Breached]);
    assert!(!office.causes("bob").contains(&Cause::Breached));
}

#[test]
fn five_notes_are_one_line_and_looking_reads_it() {
    let mut office = Office::new();
    let it = office.anns();
    for n in 1..=5 {
        office.run("bob", note(&format!("note {n}"), Visibility::Internal), it);
    }
    let heard = office.heard("ann");
    assert_eq!((heard.len(), heard[0].count), (1, 5));
    assert_eq!(heard[0].sentence(), "5 notes, the last by bob: note 5");
    let news = News::read(&office.desk).unwrap();
    office.desk.mark_read(&news).unwrap();
    assert_eq!(office.causes("ann"), []);
    office.run("bob", note("and one more", Visibility::Internal), it);
    assert_eq!(office.heard("ann")[0].sentence(), "note by bob: and one more");
}

#[test]
fn a_session_hears_each_batch_once() {
    let mut office = Office::new();
    let it = office.anns();
    office.desk.act_as(&login("ann")).unwrap();
    let mut news = News::read(&office.desk).unwrap();
    office.run("bob", note("one", Visibility::Internal), it);
    office.run("bob", note("two", Visibility::Internal), it);
    office.desk.act_as(&login("ann")).unwrap();
    let fresh = news.follow(&office.desk).unwrap();
    assert_eq!(fresh.iter().map(|it| it.count).collect::<Vec<_>>(), [2]);
    assert_eq!(news.follow(&office.desk).unwrap(), []);
}
