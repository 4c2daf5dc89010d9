//! Changes on a real store: what they do to their problems, and that all of it can be taken back.

use std::cell::Cell;
use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::app::Identity;
use crate::domain::change_record::{ChangeKind, Outcome, Risk, UrgencyClass, Verdict};
use crate::domain::command::bench::{login, note, reason, resolution};
use crate::domain::command::change_record::{
    Advance, Approve, Cancel, Close, Complete, Edit, Hold, Restored, Resume, Return, Review, RollBack, Try, WaiveSoak,
};
use crate::domain::command::note::AddNote;
use crate::domain::command::problem::{self, Fix, FixBy, KnownError, ProblemVerb, Publish};
use crate::domain::incident::{Subcategory, Visibility};
use crate::domain::number::SiteCode;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::problem::{CauseClass, Detection, DetectionSource, ProblemState};
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{Finding, Label, Name, Plan, RollbackPlan, RootCause, Title};
use crate::domain::time::Secs;
use crate::store::{New, rebuild};

/// A desk of two supervisors and a technician of tier 2, with a change and the known error that it removes.
struct Bench {
    desk: Desk,
    agg: AggId,
    problem: AggId,
    clock: Rc<Cell<i64>>,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity { account: login("dana"), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let clock = Rc::new(Cell::new(1_790_000_000_000));
        let ticking = Rc::clone(&clock);
        let tick = Box::new(move || {
            ticking.set(ticking.get() + 1_000);
            ticking.get()
        });
        let mut desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, tick).unwrap();
        for (name, role, tier) in [("carla", Role::Technician, Tier::new(2)), ("sven", Role::Supervisor, None)] {
            let user = User {
                login: login(name),
                name: Name::new(name).unwrap(),
                roles: [role].into(),
                tier,
                disciplines: [Discipline::Software].into(),
                rights: Rights::LocalAdmin,
                active: true,
            };
            desk.set_user(&user).unwrap();
        }
        let suspicion = problem::Open {
            title: Title::new("Outlook asks for the password twice").unwrap(),
            description: None,
            detection: Detection::Proactive,
            source: DetectionSource::Trend,
            discipline: Discipline::Software,
            subcategory: Subcategory::Error,
            impact: Impact::Medium,
            urgency: Urgency::Medium,
            software_items: vec![Label::new("Outlook").unwrap()],
            endpoints: vec![],
            tags: vec![],
            incidents: vec![],
        };
        let problem = desk.open_problem(&suspicion).unwrap().records[0].1;
        let known = KnownError {
            root_cause: Some(RootCause::new("the token cache is not migrated").unwrap()),
            class: Some(CauseClass::TechnologySoftware),
            vendor: None,
            workaround: Some(Publish { text: None, min_tier: Tier::One, tested: None }),
        };
        for verb in [ProblemVerb::Own(problem::Own), ProblemVerb::KnownError(known)] {
            desk.run_problem(&verb, problem).unwrap();
        }
        desk.act_as(&login("carla")).unwrap();
        let open = Open::fixing(problem, desk.problem(problem).unwrap().case.problem());
        let agg = desk.open_change(&open).unwrap().records[0].1;
        Self { desk, agg, problem, clock, _dir: dir }
    }

    fn does(&mut self, who: &str, verb: &ChangeVerb) -> Result<Receipt, Error> {
        self.desk.act_as(&login(who)).unwrap();
        self.desk.run_change(verb, self.agg)
    }

    fn fix(&mut self) {
        self.desk.act_as(&login("dana")).unwrap();
        self.desk.run_problem(&ProblemVerb::Fix(Fix { by: FixBy::Change(self.agg) }), self.problem).unwrap();
    }

    fn problem_state(&self) -> ProblemState {
        self.desk.problem(self.problem).unwrap().case.problem().state
    }

    fn state(&self) -> Phase {
        self.desk.change(self.agg).unwrap().case.change().state
    }

    fn later(&self, length: Secs) {
        self.clock.set(self.clock.get() + length.0 * 1_000);
    }

    /// Both records as an undo must bring them back.
    fn records(&self) -> (Folded<ChangeRecord>, Folded<crate::domain::problem::Problem>) {
        let mut change = self.desk.change(self.agg).unwrap().case.is;
        let mut problem = self.desk.problem(self.problem).unwrap().case.is;
        (change.rev, change.last, change.at, change.worked_at) = Default::default();
        (problem.rev, problem.last, problem.at, problem.worked_at) = Default::default();
        change.writes.clear();
        problem.writes.clear();
        (change, problem)
    }

    fn sound(&self) {
        assert_eq!(self.desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
    }

    /// Plans, tries and deploys it, and says who did what.
    fn deploy(&mut self) {
        let plan = plan(self.desk.now());
        for (who, verb) in [
            ("carla", plan),
            ("carla", ChangeVerb::Advance(Advance)),
            ("carla", ChangeVerb::Advance(Advance)),
            ("carla", tried(Verdict::Pass)),
        ] {
            self.does(who, &verb).unwrap();
        }
        self.later(Secs::DAY);
        self.does("carla", &ChangeVerb::Advance(Advance)).unwrap();
        self.does("dana", &ChangeVerb::Approve(Approve)).unwrap();
    }
}

fn plan(now: Instant) -> ChangeVerb {
    ChangeVerb::Edit(Box::new(Edit {
        risk: Some(Risk::Low),
        plan: Plan::new("push the migrated cache to all machines").ok(),
        rollback_plan: RollbackPlan::new("push the cache of before").ok(),
        planned_start: Some(now + Secs::DAY),
        planned_end: Some(now + Secs::days(3)),
        ..Edit::default()
    }))
}

fn tried(verdict: Verdict) -> ChangeVerb {
    ChangeVerb::Try(Try {
        on: Label::new("TEST01").unwrap(),
        verdict,
        critical: false,
        evidence: Finding::new("opened ten times").unwrap(),
    })
}

fn restored() -> ChangeVerb {
    ChangeVerb::Restored(Restored { note: resolution("all machines have the cache of before"), go_on: false })
}

fn complete() -> ChangeVerb {
    ChangeVerb::Complete(Complete { verification: resolution("no prompt on ten of ten machines"), partly: false })
}

/// Everything that somebody may want of it, by a number.
fn verb(n: u8, now: Instant) -> ChangeVerb {
    match n % 17 {
        0 => plan(now),
        1 => tried(Verdict::Fail),
        2 => tried(Verdict::Pass),
        3 => ChangeVerb::WaiveSoak(WaiveSoak { reason: reason("one page of text only") }),
        4 => ChangeVerb::Approve(Approve),
        5 => ChangeVerb::Return(Return { reason: reason("the way back is too long") }),
        6 => ChangeVerb::Hold(Hold { reason: reason("two machines hang") }),
        7 => ChangeVerb::Resume(Resume),
        8 => ChangeVerb::RollBack(RollBack { reason: reason("every machine hangs") }),
        9 => restored(),
        10 => complete(),
        11 => ChangeVerb::Review(Review { note: resolution("it could not wait, the plan was sound") }),
        12 => ChangeVerb::Close(Close { pir: Some(resolution("tell the vendor earlier next time")) }),
        13 => ChangeVerb::Cancel(Cancel { reason: reason("the vendor was faster") }),
        14 => ChangeVerb::Note(AddNote { text: note("looked at it"), vis: Visibility::Internal }),
        15 => ChangeVerb::Edit(Box::new(Edit { urgency_class: Some(UrgencyClass::Emergency), ..Edit::default() })),
        _ => ChangeVerb::Advance(Advance),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_many_undos_as_verbs_leave_change_and_problem_as_they_were(
        deployed in any::<bool>(),
        deeds in prop::collection::vec((0..3usize, 0..17u8), 1..16),
    ) {
        let mut bench = Bench::new();
        bench.fix();
        if deployed {
            bench.deploy();
        }
        let mut done = Vec::new();
        for (who, n) in deeds {
            let who = ["carla", "dana", "sven"][who];
            let before = bench.records();
            bench.later(Secs::hours(7));
            if let Ok(receipt) = bench.does(who, &verb(n, bench.desk.now()))
                && !receipt.records.is_empty()
            {
                done.push((who, receipt.cmd, before));
            }
        }
        bench.sound();
        while let Some((who, cmd, before)) = done.pop() {
            bench.desk.act_as(&login(who)).unwrap();
            bench.desk.undo(Some(cmd)).unwrap();
            let now = bench.records();
            prop_assert_eq!(&now.0, &before.0);
            prop_assert_eq!(&now.1, &before.1);
        }
        bench.sound();
        rebuild::rebuild(bench.desk.store_mut(), |_| {}).unwrap();
        bench.sound();
    }
}

#[test]
fn q6_a_completed_change_lets_its_problem_be_resolved() {
    let mut bench = Bench::new();
    let resolve = ProblemVerb::Resolve(problem::Resolve {
        verification: resolution("no prompt on ten of ten machines"),
        observe_until: None,
    });
    bench.fix();
    bench.deploy();
    assert_eq!(bench.desk.run_problem(&resolve, bench.problem).unwrap_err().code(), "link_required");
    bench.does("carla", &ChangeVerb::Advance(Advance)).unwrap();
    bench.does("carla", &complete()).unwrap();
    bench.desk.act_as(&login("dana")).unwrap();
    bench.desk.run_problem(&resolve, bench.problem).unwrap();
    assert_eq!((bench.state(), bench.problem_state()), (Phase::Completed, ProblemState::Resolved));
    bench.sound();
}

#[test]
fn q5_a_change_that_came_to_nothing_leaves_its_problem_a_known_error_and_an_undo_brings_both_back() {
    for deployed in [false, true] {
        let mut bench = Bench::new();
        bench.fix();
        let ended = if deployed {
            bench.deploy();
            bench.does("dana", &ChangeVerb::RollBack(RollBack { reason: reason("every machine hangs") })).unwrap();
            assert_eq!(bench.problem_state(), ProblemState::FixInProgress);
            bench.does("dana", &restored()).unwrap()
        } else {
            bench.does("carla", &ChangeVerb::Cancel(Cancel { reason: reason("the vendor was faster") })).unwrap()
        };
        assert_eq!(bench.problem_state(), ProblemState::KnownError);
        assert!(ended.sentence().ends_with("gave up the fix of PRB-1"), "{}", ended.sentence());
        let history = bench.desk.history(bench.problem).unwrap();
        let last = history.last().unwrap();
        let word = if deployed { "rolled back" } else { "cancelled" };
        assert_eq!(last.actor.as_str(), "system");
        assert_eq!(last.body.as_ref().unwrap().reason.as_deref(), Some(format!("CHG-1 was {word}").as_str()));
        bench.desk.undo(Some(ended.cmd)).unwrap();
        assert_eq!(bench.problem_state(), ProblemState::FixInProgress);
        let state = if deployed { Phase::RollingBack } else { Phase::Draft };
        assert_eq!(bench.state(), state);
        bench.sound();
    }
}

#[test]
fn a_change_that_was_never_meant_is_taken_out_and_its_problem_waits_for_it_no_more() {
    let mut bench = Bench::new();
    let logged = bench.desk.history(bench.agg).unwrap()[0].cmd;
    bench.fix();
    bench.desk.undo(Some(logged)).unwrap();
    let view = bench.desk.change(bench.agg).unwrap();
    assert_eq!((view.case.change().state, view.case.change().result), (Phase::Cancelled, Some(Outcome::Cancelled)));
    assert_eq!(bench.problem_state(), ProblemState::KnownError);
    bench.sound();
}

#[test]
fn a_change_is_told_with_what_stands_against_its_next_step() {
    let bench = Bench::new();
    let view = bench.desk.change(bench.agg).unwrap();
    assert_eq!((view.next, view.unmet.len()), (Some(Phase::Evaluation), 0));
    assert_eq!(
        view.fixes.iter().map(|it| (it.name.as_str(), it.state)).collect::<Vec<_>>(),
        [("PRB-1", "known_error")]
    );
    assert_eq!(view.case.change().kind, ChangeKind::ProblemFix);
    assert_eq!(bench.desk.find_text("chg-01").unwrap(), bench.agg);
    assert_eq!(bench.desk.changes(false).unwrap().len(), 1);
}
