//! Changes of the policy, a contract and a calendar over a desk with open tickets.

use std::cell::Cell;
use std::rc::Rc;

use super::*;
use crate::app::Identity;
use crate::app::contracts::File;
use crate::app::people::all_round;
use crate::app::run::Requester;
use crate::domain::command::Verb;
use crate::domain::command::bench::{login, reason};
use crate::domain::command::log::Log;
use crate::domain::command::note::AddNote;
use crate::domain::command::take::Take;
use crate::domain::fold::world::resolve;
use crate::domain::incident::{Subcategory, Visibility};
use crate::domain::number::SiteCode;
use crate::domain::role::{Role, User};
use crate::domain::text::{Name, Note, Title};
use crate::store::{New, rebuild};

/// Thursday, 11 June 2026, 8 o'clock in Berlin.
const MORNING: &str = "2026-06-11T06:00:00Z";

struct Bench {
    desk: Desk,
    tickets: Vec<AggId>,
    now: Rc<Cell<i64>>,
    dir: tempfile::TempDir,
}

impl Bench {
    /// A desk in Berlin with four tickets of the morning, the last one resolved.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let now = Rc::new(Cell::new(MORNING.parse::<Instant>().unwrap().0 * 1_000));
        let desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity(), clock(&now)).unwrap();
        let mut bench = Self { desk, tickets: Vec::new(), now, dir };
        let ann = User { roles: [Role::Technician].into(), ..all_round(&login("ann")).unwrap() };
        bench.desk.set_user(&ann).unwrap();
        bench.tickets = (0..4).map(|_| bench.log(None)).collect();
        let last = bench.tickets[3];
        bench.desk.run(&Verb::Take(Take), last).unwrap();
        let told = AddNote { text: Note::new("it works again").unwrap(), vis: Visibility::Requester };
        bench.desk.run(&Verb::Note(told), last).unwrap();
        bench.desk.run(&resolve(), last).unwrap();
        bench
    }

    fn log(&mut self, organisation: Option<&str>) -> AggId {
        let organisation = organisation.map(|name| Name::new(name).unwrap());
        let call =
            Log { organisation, subcategory: Subcategory::Error, ..Log::titled(Title::new("VPN drops").unwrap()) };
        let receipt = self.desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap();
        receipt.records[0].1
    }

    /// Another session, as if the first had been killed.
    fn again(self) -> Self {
        let Self { desk, tickets, now, dir } = self;
        drop(desk);
        let desk = Desk::open(&dir.path().join("desk.db"), &identity(), clock(&now)).unwrap();
        Self { desk, tickets, now, dir }
    }

    fn later(&self, length: Secs) {
        self.now.set(self.now.get() + length.0 * 1_000);
    }

    fn policy(&self, change: &str) -> Policy {
        let mut text = self.desk.policy().text().to_owned();
        for line in change.lines() {
            let key = line.split(" = ").next().unwrap();
            let kept: Vec<_> = text.lines().filter(|known| !known.starts_with(&format!("{key} ="))).collect();
            text = kept.join("\n") + "\n" + line + "\n";
        }
        Policy::parse(&text, "test").unwrap()
    }

    fn case(&self, nth: usize) -> Case {
        self.desk.store().case(self.tickets[nth]).unwrap().unwrap()
    }

    fn clocks(&self) -> Vec<Clocks> {
        (0..self.tickets.len()).map(|nth| self.case(nth).is.clocks).collect()
    }

    fn resolution(&self, nth: usize) -> (Secs, Option<Instant>) {
        let case = self.case(nth);
        let kept = case.is.clocks.last(ClockKind::Resolution).unwrap();
        (kept.clock.in_force().0, kept.due)
    }

    /// Events of that act on a ticket.
    fn events(&self, nth: usize, act: Act) -> usize {
        let events = self.desk.store().history(self.tickets[nth]).unwrap();
        events.iter().filter(|event| event.body.as_ref().is_some_and(|body| body.act == act.word())).count()
    }

    /// The store agrees with its journal, before and after a rebuild.
    fn sound(&mut self) {
        for _ in 0..2 {
            assert_eq!(self.desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
            rebuild::rebuild(self.desk.store_mut(), |_| {}).unwrap();
        }
    }
}

fn identity() -> Identity {
    Identity { account: login("dana"), acting_as: None }
}

fn clock(now: &Rc<Cell<i64>>) -> crate::app::Clock {
    let now = Rc::clone(now);
    Box::new(move || now.get())
}

const SHORTER: &str = "sla.P3.resolution = \"12h\"\nsla.P4.resolution = \"12h\"";

#[test]
fn clocks_of_open_tickets_follow_another_policy_as_its_dry_run_said() {
    let mut bench = Bench::new();
    bench.later(Secs::hours(2));
    let (before, policy) = (bench.clocks(), bench.policy(SHORTER));
    let would = bench.desk.shifts_under(policy.clone()).unwrap();
    assert_eq!((would.looked, would.tickets, would.sooner_and_later()), (3, 3, (3, 0)));
    assert_eq!(bench.clocks(), before, "a dry run changes nothing");
    bench.desk.put_policy(policy, None).unwrap();
    let did = bench.desk.recount(&mut |_| {}).unwrap();
    assert_eq!(did, would);
    // 8 o'clock and 12 open hours: 10 o'clock on Friday.
    assert_eq!(bench.resolution(0), (Secs::hours(12), Some("2026-06-12T08:00:00Z".parse().unwrap())));
    assert_eq!(bench.clocks()[3], before[3], "what is stopped stays");
    assert_eq!((0..4).map(|nth| bench.events(nth, Act::Reclock)).collect::<Vec<_>>(), [1, 1, 1, 0]);
    bench.sound();
}

#[test]
fn another_calendar_counts_from_when_it_is_set() {
    let mut bench = Bench::new();
    bench.later(Secs::hours(2));
    let hours = "calendar.business.weekly.fri = [\"08:00-10:00\"]";
    let due = bench.resolution(0).1.unwrap();
    bench.desk.set_policy(bench.policy(hours)).unwrap();
    assert!(bench.resolution(0).1.unwrap() > due);
    let reading = bench.case(0).is.clocks.last(ClockKind::Resolution).unwrap().clock.clone();
    let reading = reading.read(bench.desk.now(), bench.desk.store()).unwrap();
    assert_eq!(reading.elapsed, Secs::hours(2), "what was used stays used");
    bench.sound();
}

#[test]
fn a_session_that_was_killed_between_batches_leaves_no_clock_behind() {
    let mut whole = Bench::new();
    whole.desk.set_policy(whole.policy(SHORTER)).unwrap();
    for batches in 0..4 {
        let mut bench = Bench::new();
        bench.desk.put_policy(bench.policy(SHORTER), None).unwrap();
        for _ in 0..batches {
            bench.desk.recount_batch(Duration::ZERO, &mut Shifts::default()).unwrap();
        }
        let mut bench = bench.again();
        bench.later(Secs::minutes(10));
        bench.desk.catch_up().unwrap();
        for nth in 0..3 {
            assert_eq!(bench.resolution(nth), whole.resolution(nth), "ticket {nth} after {batches} batches");
            assert_eq!(bench.events(nth, Act::Reclock), 1, "ticket {nth} after {batches} batches");
        }
        assert!(!bench.desk.store().recount_waits().unwrap());
        bench.sound();
    }
}

#[test]
fn a_second_policy_takes_the_place_of_one_that_is_still_under_way() {
    let mut bench = Bench::new();
    bench.desk.put_policy(bench.policy(SHORTER), None).unwrap();
    bench.desk.recount_batch(Duration::ZERO, &mut Shifts::default()).unwrap();
    bench.later(Secs::MINUTE);
    bench.desk.set_policy(bench.policy("sla.P3.resolution = \"20h\"\nsla.P4.resolution = \"20h\"")).unwrap();
    for nth in 0..3 {
        assert_eq!(bench.resolution(nth).0, Secs::hours(20), "ticket {nth}");
    }
    assert_eq!(bench.events(0, Act::Reclock), 2);
    assert_eq!(bench.events(2, Act::Reclock), 1);
    bench.sound();
}

#[test]
fn a_policy_that_changes_no_promise_writes_on_no_ticket() {
    let mut bench = Bench::new();
    bench.desk.set_policy(bench.policy("records.autoclose_days = 9")).unwrap();
    assert_eq!((0..4).map(|nth| bench.events(nth, Act::Reclock)).sum::<usize>(), 0);
}

#[test]
fn a_contract_moves_the_clocks_of_its_own_tickets_only() {
    let mut bench = Bench::new();
    let contract = |hours| {
        format!(
            "[contract.acme]\ncustomer = \"Acme Ltd\"\nstarts_on = \"2026-01-01\"\nsla.P3.resolution = \"{hours}h\"\n\
             sla.P4.resolution = \"{hours}h\"\n"
        )
    };
    bench.desk.add_contract(File { name: "acme", text: &contract(30) }, None).unwrap();
    let agg = bench.log(Some("Acme Ltd"));
    bench.tickets.push(agg);
    assert_eq!(bench.resolution(4).0, Secs::hours(30));
    let others = bench.clocks();
    let code = Label::new("acme").unwrap();
    bench.desk.set_contract(&code, File { name: "acme", text: &contract(5) }, None).unwrap();
    assert_eq!(bench.resolution(4).0, Secs::hours(5));
    assert_eq!(bench.clocks()[..4], others[..4]);
    bench.sound();
}

/// The desk was closed on the 11th, and only on the 12th somebody says so.
fn forgotten(bench: &mut Bench) -> Correction {
    bench.later(Secs::hours(26));
    let closed = BTreeMap::from([(crate::domain::policy::On::Date("2026-06-11".parse().unwrap()), Vec::new())]);
    let text = bench.desk.policy().with_exceptions("business", &closed).unwrap().text;
    bench.desk.set_policy(Policy::parse(&text, "test").unwrap()).unwrap();
    let (calendar, from) = ("business".to_owned(), "2026-06-11".parse().unwrap());
    Correction { calendar, from, reason: reason("Corpus Christi was forgotten") }
}

#[test]
fn a_closure_of_the_past_counts_for_open_clocks_and_says_why() {
    let mut bench = Bench::new();
    let asked = forgotten(&mut bench);
    let elapsed = |bench: &Bench| {
        let clock = bench.case(0).is.clocks.last(ClockKind::Resolution).unwrap().clock.clone();
        clock.read(bench.desk.now(), bench.desk.store()).unwrap().elapsed
    };
    assert_eq!(elapsed(&bench), Secs::hours(12));
    let before = bench.clocks();
    let would = bench.desk.shifts_of_correction(&asked).unwrap();
    assert_eq!((would.tickets, bench.clocks() == before), (3, true));
    bench.desk.correct_calendar(&asked).unwrap();
    let mut bench = bench.again();
    bench.desk.recount(&mut |_| {}).unwrap();
    assert_eq!(elapsed(&bench), Secs::hours(2));
    assert_eq!(bench.clocks()[3], before[3], "what is stopped stays");
    let events = bench.desk.store().history(bench.tickets[0]).unwrap();
    let last = events.last().unwrap();
    assert_eq!((last.actor.as_str(), last.proof), ("dana", Some(Proof::Claimed)));
    let body = last.body.as_ref().unwrap();
    assert_eq!((body.act.as_str(), body.reason.as_deref()), ("correct", Some("Corpus Christi was forgotten")));
    let again = bench.desk.shifts_of_correction(&asked).unwrap();
    assert_eq!(again.tickets, 0, "a second time changes nothing");
    bench.sound();
}

#[test]
fn only_an_admin_corrects_a_calendar_that_exists_and_the_past() {
    let mut bench = Bench::new();
    let asked = forgotten(&mut bench);
    for (asked, code) in [
        (Correction { calendar: "office".to_owned(), ..asked.clone() }, "not_found"),
        (Correction { from: "2026-06-30".parse().unwrap(), ..asked.clone() }, "date_invalid"),
    ] {
        assert_eq!(bench.desk.correct_calendar(&asked).unwrap_err().code(), code);
    }
    bench.desk.act_as(&login("ann")).unwrap();
    assert_eq!(bench.desk.correct_calendar(&asked).unwrap_err().code(), "not_permitted");
    assert_eq!(bench.desk.shifts_of_correction(&asked).unwrap_err().code(), "not_permitted");
}

#[test]
fn a_correction_that_cannot_be_done_as_it_was_asked_is_a_fault_and_changes_nothing() {
    let mut bench = Bench::new();
    let asked = forgotten(&mut bench);
    let before = bench.clocks();
    let correct =
        correct(&asked, bench.desk.policy(), bench.desk.store().calendar_versions().unwrap(), bench.desk.now());
    let whole = serde_json::to_string(&correct.unwrap()).unwrap();
    for (actor, correction, told) in [
        ("dana", "{", "reading a corrected calendar"),
        ("nobody", whole.as_str(), "nobody corrected the calendar business"),
    ] {
        let (now, now_ms, by) = (bench.desk.now(), bench.desk.now_ms(), login(actor));
        let author = Author { login: &by, proof: Proof::Claimed, cmd: crate::store::fresh(), at: now };
        let mut tx = bench.desk.store_mut().begin(now_ms).unwrap();
        if let Some(job) = tx.next_recount().unwrap() {
            tx.move_recount(&job, None).unwrap();
        }
        tx.queue_recount(&Recount { correction: Some(correction.to_owned()), ..recount(&author, None) }).unwrap();
        tx.commit().unwrap();
        let fault = bench.desk.recount(&mut |_| {}).unwrap_err();
        assert!(matches!(&fault, Error::Fault(cause) if format!("{cause:#}").contains(told)), "{fault:?}");
        assert!(bench.desk.store().recount_waits().unwrap(), "it is still to be done");
    }
    assert_eq!(bench.clocks(), before);
}

#[test]
fn timers_are_applied_though_a_job_cannot_be_done() {
    let mut bench = Bench::new();
    let (now, now_ms, by) = (bench.desk.now(), bench.desk.now_ms(), login("dana"));
    let author = Author { login: &by, proof: Proof::Claimed, cmd: crate::store::fresh(), at: now };
    let mut tx = bench.desk.store_mut().begin(now_ms).unwrap();
    tx.queue_recount(&Recount { correction: Some("{".to_owned()), ..recount(&author, None) }).unwrap();
    tx.commit().unwrap();
    let resolved = bench.case(3).is.fields;
    bench.later(Secs::days(30));
    assert!(matches!(bench.desk.tick(), Err(Error::Fault(_))));
    assert_ne!(bench.case(3).is.fields, resolved, "it was closed meanwhile");
}
