//! Proposals at a desk: when they come, what accepting and refusing them does, and when they keep silent.

use std::cell::Cell;
use std::rc::Rc;

use super::*;
use crate::app::Identity;
use crate::app::problems::ProblemView;
use crate::app::run::Requester;
use crate::domain::command::close::Close;
use crate::domain::command::link::Merge;
use crate::domain::command::log::Log;
use crate::domain::command::problem::NoFix;
use crate::domain::command::resolve::Resolve;
use crate::domain::command::{problem, reopen};
use crate::domain::incident::{ResolutionCode, Subcategory, Symptom};
use crate::domain::number::SiteCode;
use crate::domain::problem::{ClosureCode, ProblemState};
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{Label, Login, Name, Resolution, Signature, Title};
use crate::store::{New, rebuild};

/// A desk whose clock is moved by hand: dana supervises, ann works in tier 1, carla in tier 2.
struct Bench {
    desk: Desk,
    clock: Rc<Cell<i64>>,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity { account: Login::new("dana").unwrap(), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let clock = Rc::new(Cell::new(1_790_000_000_000));
        let now = Rc::clone(&clock);
        let tick = Box::new(move || {
            now.set(now.get() + 1_000);
            now.get()
        });
        let mut desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, tick).unwrap();
        for (name, tier) in [("ann", 1), ("carla", 2)] {
            let user = User {
                login: Login::new(name).unwrap(),
                name: Name::new(name).unwrap(),
                roles: [Role::Technician].into(),
                tier: Tier::new(tier),
                disciplines: [Discipline::Software].into(),
                rights: Rights::LocalAdmin,
                active: true,
            };
            desk.set_user(&user).unwrap();
        }
        Self { desk, clock, _dir: dir }
    }

    fn by(&mut self, who: &str) -> &mut Desk {
        self.desk.act_as(&Login::new(who).unwrap()).unwrap();
        &mut self.desk
    }

    fn days_later(&self, days: i64) {
        self.clock.set(self.clock.get() + days * 86_400_000);
    }

    fn logs(&mut self, program: &str, signature: &str) -> AggId {
        let call = Log {
            subcategory: Subcategory::Error,
            software_items: vec![Label::new(program).unwrap()],
            symptom: Symptom::Hang,
            signature: Signature::new(signature).ok(),
            ..Log::titled(Title::new(&format!("{program} hangs")).unwrap())
        };
        let requester = Requester::Named(format!("caller {}", self.clock.get()));
        self.by("dana").log(&call, Some(&requester)).unwrap().records[0].1
    }

    /// `open a problem: outlook, hang, e1: INC-1 INC-2 INC-3~`, where ~ marks a weak match and = one linked already.
    fn told(&self) -> Vec<String> {
        self.desk.proposals().unwrap().iter().map(told).collect()
    }

    fn first(&self) -> Proposal {
        self.desk.proposals().unwrap().remove(0)
    }

    fn accepts(&mut self, who: &str) -> Result<Receipt, Error> {
        let proposal = self.first();
        self.by(who).accept_proposal(&proposal)
    }

    fn refuses(&mut self, who: &str) -> Result<Receipt, Error> {
        let proposal = self.first();
        self.by(who).refuse_proposal(&proposal, &reason())
    }

    fn problem(&self, name: &str) -> ProblemView {
        self.desk.problem(self.desk.find_text(name).unwrap()).unwrap()
    }

    fn ends(&mut self, problem: AggId) {
        let note = Resolution::new("the add-in that did it was taken off all machines").unwrap();
        self.by("dana").run_problem(&ProblemVerb::Own(problem::Own), problem).unwrap();
        let ended = NoFix { code: ClosureCode::RemovedComponent, note };
        self.by("dana").run_problem(&ProblemVerb::NoFix(ended), problem).unwrap();
    }

    fn verified(&mut self) {
        assert_eq!(self.desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        rebuild::rebuild(self.desk.store_mut(), |_| {}).unwrap();
        assert_eq!(self.desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
    }
}

fn told(proposal: &Proposal) -> String {
    let mark = |it: &Member| [if it.weak { "~" } else { "" }, if it.linked { "=" } else { "" }].concat();
    let incidents: Vec<_> = proposal.incidents.iter().map(|it| it.incident.name.clone() + &mark(it)).collect();
    format!("{}: {}: {}", proposal.offer.words(), proposal.words, incidents.join(" "))
}

fn reason() -> Reason {
    Reason::new("three different causes, looked at each").unwrap()
}

#[test]
fn three_incidents_alike_are_proposed_and_become_a_problem_with_one_command() {
    let mut bench = Bench::new();
    let first = bench.logs("Outlook", "E1");
    bench.logs("Outlook", "e1");
    assert_eq!(bench.told(), Vec::<String>::new());
    assert_eq!(bench.desk.proposal_with(first).unwrap(), None);
    let third = bench.logs("outlook", "");
    bench.logs("Zoom", "E1");
    assert_eq!(bench.told(), ["open a problem: outlook, hang, e1: INC-1 INC-2 INC-3~"]);
    let proposal = bench.first();
    for ticket in [first, third] {
        assert_eq!(bench.desk.proposal_with(ticket).unwrap().as_ref(), Some(&proposal));
    }
    assert_eq!(bench.by("ann").accept_proposal(&proposal).unwrap_err().code(), "not_permitted");
    let receipt = bench.by("carla").accept_proposal(&proposal).unwrap();
    assert_eq!(receipt.sentence(), "logged PRB-1, linked INC-1, linked INC-2, linked INC-3");
    let view = bench.problem("PRB-1");
    assert_eq!(view.case.problem().detection_source, DetectionSource::Cluster);
    assert_eq!(view.incidents.len(), 3);
    assert_eq!(bench.told(), Vec::<String>::new());
    let late = bench.by("carla").accept_proposal(&proposal).unwrap_err();
    assert_eq!(late.to_string(), "a colleague linked incidents of this proposal to PRB-1 meanwhile");

    let fourth = bench.logs("outlook", "e1");
    assert_eq!(bench.told(), ["link to PRB-1: outlook, hang, e1: INC-1= INC-2= INC-3~= INC-5"]);
    let proposal = bench.desk.proposal_with(fourth).unwrap().unwrap();
    let linked = bench.by("carla").accept_proposal(&proposal).unwrap();
    assert_eq!(linked.sentence(), "linked INC-5");
    assert_eq!(bench.told(), Vec::<String>::new());
    bench.by("carla").undo(Some(linked.cmd)).unwrap();
    assert_eq!(bench.told().len(), 1, "what was undone is proposed again");
    bench.verified();
}

#[test]
fn what_was_cancelled_merged_or_logged_too_long_ago_does_not_count() {
    let mut bench = Bench::new();
    bench.logs("Outlook", "");
    bench.days_later(13);
    let [second, third] = [(); 2].map(|()| bench.logs("Outlook", ""));
    assert_eq!(bench.told().len(), 1);
    bench.days_later(2);
    assert_eq!(bench.told(), Vec::<String>::new(), "the first came too long ago");
    let fourth = bench.logs("Outlook", "");
    assert_eq!(bench.told().len(), 1);
    bench.by("dana").run(&Verb::Merge(Merge { into: second }), third).unwrap();
    assert_eq!(bench.told(), Vec::<String>::new());
    assert_eq!(bench.desk.proposal_with(fourth).unwrap(), None);
}

#[test]
fn incidents_that_were_closed_long_ago_can_still_lead_to_a_problem() {
    let mut bench = Bench::new();
    let incidents = [(); 3].map(|()| bench.logs("Outlook", ""));
    for incident in incidents {
        let note = Resolution::new("restarted the program, which helped").unwrap();
        let resolve = Resolve { code: ResolutionCode::FixedByWorkaround, note, subcategory: None, public: false };
        bench.by("dana").run(&Verb::Resolve(resolve), incident).unwrap();
        bench.by("dana").run(&Verb::Close(Close { confirmed: true }), incident).unwrap();
    }
    let receipt = bench.accepts("dana").unwrap();
    assert_eq!((receipt.also.len(), receipt.skipped.len()), (3, 0));
    assert_eq!(bench.told(), Vec::<String>::new());
}

#[test]
fn a_refused_proposal_is_silent_until_twice_as_many_came_or_a_month_passed_and_can_be_taken_back() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        bench.logs("Outlook", "");
    }
    assert_eq!(bench.refuses("ann").unwrap_err().code(), "not_permitted");
    let refused = bench.refuses("carla").unwrap();
    assert_eq!(refused.sentence(), "refused the proposal to open a problem: outlook, hang");
    for n in 4..=6 {
        assert_eq!(bench.told(), Vec::<String>::new());
        let incident = bench.logs("Outlook", "");
        assert_eq!(bench.desk.proposal_with(incident).unwrap().is_some(), n == 6);
    }
    assert_eq!(bench.told().len(), 1, "twice as many");
    bench.refuses("carla").unwrap();
    assert_eq!(bench.told(), Vec::<String>::new());
    bench.by("carla").undo(None).unwrap();
    assert_eq!(bench.told().len(), 1, "the second refusal was taken back");
    bench.refuses("carla").unwrap();
    bench.days_later(31);
    for _ in 0..3 {
        bench.logs("Outlook", "");
    }
    assert_eq!(bench.told().len(), 1, "a month later");
    bench.verified();
}

#[test]
fn the_first_refusal_of_a_kind_can_be_undone() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        bench.logs("Outlook", "");
    }
    bench.refuses("carla").unwrap();
    let undone = bench.by("carla").undo(None).unwrap();
    assert_eq!(undone.sentence(), "taken back on outlook, hang");
    assert_eq!(bench.told().len(), 1);
    bench.verified();
}

#[test]
fn a_problem_that_was_resolved_is_proposed_for_reopening_when_its_kind_comes_again_within_a_month() {
    for (days, again) in [(1, true), (29, true), (31, false)] {
        let mut bench = Bench::new();
        for _ in 0..3 {
            bench.logs("Outlook", "e1");
        }
        let problem = bench.accepts("dana").unwrap().records[0].1;
        bench.ends(problem);
        assert_eq!(bench.told(), Vec::<String>::new());
        bench.days_later(days);
        bench.logs("Outlook", "e2");
        assert_eq!(bench.told(), Vec::<String>::new(), "another signature is another cause");
        bench.logs("Outlook", "E1");
        let expected = ["reopen PRB-1: outlook, hang, e1: INC-5"];
        assert_eq!(bench.told(), if again { &expected[..] } else { &[] }, "after {days} days");
        if !again {
            continue;
        }
        let proposal = bench.first();
        assert_eq!(bench.by("carla").accept_proposal(&proposal).unwrap_err().code(), "not_permitted");
        let receipt = bench.by("dana").accept_proposal(&proposal).unwrap();
        assert_eq!(receipt.sentence(), "reopened PRB-1, linked INC-5");
        assert_eq!(bench.problem("PRB-1").case.problem().state, ProblemState::Investigating);
        assert_eq!(bench.told(), Vec::<String>::new());
        bench.verified();
    }
}

#[test]
fn a_problem_is_proposed_for_reopening_when_an_incident_that_ended_with_it_is_reopened() {
    let mut bench = Bench::new();
    let incidents = [(); 3].map(|()| bench.logs("Outlook", "e1"));
    let problem = bench.accepts("dana").unwrap().records[0].1;
    bench.ends(problem);
    let note = Resolution::new("the add-in that did it was taken off all machines").unwrap();
    bench.by("dana").resolve_linked(problem, &incidents, &note).unwrap();
    assert_eq!(bench.told(), Vec::<String>::new());
    let reopen = reopen::Reopen { reason: Reason::new("it hangs again since this morning").unwrap() };
    bench.by("dana").run(&Verb::Reopen(reopen), incidents[1]).unwrap();
    assert_eq!(bench.told(), ["reopen PRB-1: INC-2 again: INC-2="]);
    bench.refuses("dana").unwrap();
    assert_eq!(bench.told(), Vec::<String>::new());
    bench.verified();
}
