//! The moves C1 to C16 and the gates G1 to G7: who may, what each needs, and what is refused with which code.

use super::*;
use crate::domain::change_record::{Gate, Risk, Trial, UrgencyClass, Verdict};
use crate::domain::command::bench::{Bench, code_of, login, note, reason, resolution};
use crate::domain::fold::Folded;
use crate::domain::id::StoreId;
use crate::domain::incident::State;
use crate::domain::problem::{Problem, ProblemState};
use crate::domain::text::{Finding, Label, Plan, RollbackPlan, Title};
use crate::domain::ticket::{Link, LinkKind};
use crate::domain::time::{Instant, Secs};

fn me() -> AggId {
    AggId::derived(&[b"CHG-3"])
}

fn problem() -> AggId {
    AggId::derived(&[b"PRB-7"])
}

/// carla's change in that phase, with all that its gates asked for.
fn case(bench: &Bench, state: Phase) -> Case<ChangeRecord> {
    let rank = |phase| Phase::ALL.iter().position(|it| *it == phase);
    let approved = rank(state) >= rank(Phase::Deploying) && !matches!(state, Phase::OnHold | Phase::Cancelled);
    let fields = ChangeRecord {
        number: "CHG-3".parse().ok(),
        state,
        state_since: bench.now - Secs::DAY,
        author: Some(login("carla")),
        logged_at: bench.now - Secs::days(3),
        risk: Some(Risk::Low),
        plan: Plan::new("push the settings to all machines").ok(),
        rollback_plan: RollbackPlan::new("push the settings of before").ok(),
        planned_start: Some(bench.now - Secs::HOUR),
        planned_end: Some(bench.now + Secs::HOUR),
        approver: approved.then(|| login("dana")),
        approved_at: approved.then_some(bench.now - Secs::HOUR),
        left: (state == Phase::RollingBack).then_some(Phase::Verifying),
        result: match state {
            Phase::Completed => Some(Outcome::Successful),
            Phase::RolledBack => Some(Outcome::RolledBack),
            _ => None,
        },
        software_items: [Label::new("Outlook").unwrap()].into(),
        trials: [trial(bench.now - Secs::days(2), "TEST01", Verdict::Pass)].into(),
        ..ChangeRecord::default()
    };
    Case { agg: me(), is: Folded { fields, created: true, ..Folded::default() } }
}

fn with(mut case: Case<ChangeRecord>, change: impl FnOnce(&mut ChangeRecord)) -> Case<ChangeRecord> {
    change(&mut case.is.fields);
    case
}

/// Stopped in that phase.
fn held(bench: &Bench, left: Phase) -> Case<ChangeRecord> {
    with(case(bench, left), |it| (it.state, it.left) = (Phase::OnHold, Some(left)))
}

fn trial(at: Instant, on: &str, verdict: Verdict) -> Trial {
    let evidence = Finding::new("as expected").unwrap();
    Trial { at, on: Label::new(on).unwrap(), by: login("carla"), verdict, critical: false, evidence }
}

/// Every phase that the verb is allowed in, with the one that it leads to; everywhere else it is an illegal move.
fn leads(verb: &ChangeVerb, who: &str, moves: &[(Phase, Phase)]) {
    let bench = Bench::new();
    for state in Phase::ALL {
        let verdict = verb.decide(&case(&bench, *state), &bench.at(who)).map(|change| change.next.state);
        let expected = moves.iter().find(|(from, _)| from == state).map(|(_, to)| *to);
        let expected = expected.ok_or(Code::IllegalTransition);
        assert_eq!(verdict.map_err(|refusal| refusal.code), expected, "{verb:?} of {who} from {state}");
    }
}

/// Who may, of a technician, another author, the author, a supervisor and an auditor.
fn by(verb: &ChangeVerb, state: Phase, allowed: &[&str]) {
    let mut bench = Bench::new();
    let mut second = bench.users.iter().find(|user| user.login == login("carla")).unwrap().clone();
    second.login = login("cora");
    bench.users.push(second);
    for who in ["ann", "cora", "carla", "dana", "audrey"] {
        let verdict = verb.decide(&case(&bench, state), &bench.at(who));
        let code = verdict.err().map(|refusal| refusal.code);
        let expected = (!allowed.contains(&who)).then_some(Code::NotPermitted);
        assert_eq!(code, expected, "{verb:?} by {who}");
    }
}

fn advance() -> ChangeVerb {
    ChangeVerb::Advance(Advance)
}
fn hold() -> ChangeVerb {
    ChangeVerb::Hold(Hold { reason: reason("two machines hang") })
}
fn roll_back() -> ChangeVerb {
    ChangeVerb::RollBack(RollBack { reason: reason("every machine hangs") })
}
fn restored(go_on: bool) -> ChangeVerb {
    ChangeVerb::Restored(Restored { note: resolution("all machines have the settings of before"), go_on })
}
fn complete(partly: bool) -> ChangeVerb {
    ChangeVerb::Complete(Complete { verification: resolution("no prompt on ten of ten machines"), partly })
}
fn close(pir: Option<&str>) -> ChangeVerb {
    ChangeVerb::Close(Close { pir: pir.map(resolution) })
}
fn cancel() -> ChangeVerb {
    ChangeVerb::Cancel(Cancel { reason: reason("the vendor was faster") })
}
fn send_back() -> ChangeVerb {
    ChangeVerb::Return(Return { reason: reason("the way back is too long") })
}

#[test]
fn c1_an_author_of_tier_two_writes_it_and_a_fix_names_its_problems() {
    let mut bench = Bench::new();
    let items = [Label::new("Outlook").unwrap()];
    let over = AggId::derived(&[b"over"]);
    for (agg, state) in [(problem(), ProblemState::KnownError), (over, ProblemState::Closed)] {
        let software_items = items.clone().into();
        bench.problems.push((agg, Problem { state, software_items, ..Problem::default() }));
    }
    let titled = Open::titled(Title::new("Move the token cache").unwrap());
    let fix = |fixes: &[AggId]| Open {
        kind: ChangeKind::ProblemFix,
        fixes: fixes.iter().copied().collect(),
        ..titled.clone()
    };
    for (open, who, refused) in [
        (titled.clone(), "carla", None),
        (titled.clone(), "dana", None),
        (titled.clone(), "ann", Some(Code::NotPermitted)),
        (titled.clone(), "audrey", Some(Code::NotPermitted)),
        (fix(&[problem()]), "carla", None),
        (fix(&[]), "carla", Some(Code::LinkRequired)),
        (fix(&[over]), "carla", Some(Code::LinkInvalid)),
        (fix(&[me()]), "carla", Some(Code::LinkInvalid)),
    ] {
        let verdict = open.decide("CHG-3".parse().unwrap(), StoreId::derived(&[b"store"]), &bench.at(who));
        assert_eq!(verdict.as_ref().err().map(|refusal| refusal.code), refused, "{who} {open:?}");
        let Ok(change) = verdict else { continue };
        assert_eq!((change.next.state, change.next.author), (Phase::Draft, Some(login(who))));
        let touches: Vec<_> = change.next.software_items.iter().cloned().collect();
        assert_eq!(touches, if open.fixes.is_empty() { &[][..] } else { &items }, "what its problem is about");
    }
}

#[test]
fn c2_c4_c5_c9_the_author_goes_on() {
    let moves = [
        (Phase::Draft, Phase::Evaluation),
        (Phase::Evaluation, Phase::Testing),
        (Phase::Testing, Phase::Approval),
        (Phase::Deploying, Phase::Verifying),
    ];
    leads(&advance(), "carla", &moves);
    by(&advance(), Phase::Draft, &["carla", "dana"]);
}

#[test]
fn c6_c7_a_supervisor_approves_or_returns_and_never_what_is_her_own() {
    let approve = ChangeVerb::Approve(Approve);
    leads(&approve, "dana", &[(Phase::Approval, Phase::Deploying)]);
    leads(&send_back(), "dana", &[(Phase::Approval, Phase::Evaluation)]);
    by(&approve, Phase::Approval, &["dana"]);
    by(&send_back(), Phase::Approval, &["dana"]);
    let bench = Bench::new();
    for (urgency_class, refused) in
        [(UrgencyClass::Routine, Some(Code::SegregationOfDuties)), (UrgencyClass::Emergency, None)]
    {
        let own = with(case(&bench, Phase::Approval), |it| {
            (it.author, it.urgency_class) = (Some(login("dana")), urgency_class);
        });
        let verdict = approve.decide(&own, &bench.at("dana"));
        assert_eq!(verdict.as_ref().err().map(|refusal| refusal.code), refused, "{urgency_class}");
        if let Ok(change) = verdict {
            assert_eq!(change.next.post_review_due, Some(bench.now + Secs::days(5)));
        }
        let others = approve.decide(&own, &bench.at("sven")).unwrap().next;
        assert_eq!((others.post_review_due, others.approver), (None, Some(login("sven"))));
    }
}

#[test]
fn c10_it_is_completed_with_a_proof() {
    leads(&complete(false), "carla", &[(Phase::Verifying, Phase::Completed)]);
    by(&complete(false), Phase::Verifying, &["carla", "dana"]);
    let bench = Bench::new();
    for (partly, result) in [(false, Outcome::Successful), (true, Outcome::Partial)] {
        let next = complete(partly).decide(&case(&bench, Phase::Verifying), &bench.at("carla")).unwrap().next;
        assert_eq!((next.result, next.completed_at), (Some(result), Some(bench.now)));
        assert!(next.verification.is_some());
    }
}

#[test]
fn c11_c15_g7_it_is_closed_with_what_it_taught() {
    let pir = Some("tell the vendor earlier next time");
    leads(&close(pir), "dana", &[(Phase::Completed, Phase::Closed), (Phase::RolledBack, Phase::Closed)]);
    by(&close(pir), Phase::Completed, &["dana"]);
    let bench = Bench::new();
    let partial = with(case(&bench, Phase::Completed), |it| it.result = Some(Outcome::Partial));
    for (case, pir, refused) in [
        (case(&bench, Phase::Completed), None, None),
        (case(&bench, Phase::RolledBack), None, Some(Code::GateFailed)),
        (case(&bench, Phase::RolledBack), pir, None),
        (partial.clone(), None, Some(Code::GateFailed)),
        (partial, pir, None),
    ] {
        let verdict = close(pir).decide(&case, &bench.at("dana"));
        assert_eq!(verdict.err().map(|refusal| refusal.code), refused, "{:?} {pir:?}", case.change().result);
    }
}

#[test]
fn g7_what_its_author_approved_alone_somebody_else_looks_at() {
    let bench = Bench::new();
    let alone = with(case(&bench, Phase::Completed), |it| {
        (it.author, it.urgency_class) = (Some(login("dana")), UrgencyClass::Emergency);
    });
    assert_eq!(code_of(close(None).decide(&alone, &bench.at("sven"))), Code::GateFailed);
    let review = ChangeVerb::Review(Review { note: resolution("it could not wait, the plan was sound") });
    assert_eq!(code_of(review.decide(&alone, &bench.at("dana"))), Code::SegregationOfDuties);
    assert_eq!(code_of(review.decide(&alone, &bench.at("carla"))), Code::NotPermitted);
    let others = case(&bench, Phase::Completed);
    assert_eq!(code_of(review.decide(&others, &bench.at("sven"))), Code::IllegalTransition);
    let seen = with(alone, |it| *it = review.decide(&case_of(it), &bench.at("sven")).unwrap().next);
    assert!(close(None).decide(&seen, &bench.at("dana")).is_ok());
}

fn case_of(fields: &ChangeRecord) -> Case<ChangeRecord> {
    Case { agg: me(), is: Folded { fields: fields.clone(), created: true, ..Folded::default() } }
}

#[test]
fn c12_it_is_stopped_and_goes_on_where_it_was_if_its_gate_still_holds() {
    use Phase::{Approval, Deploying, Evaluation, OnHold, Testing, Verifying};
    leads(&hold(), "carla", &[Evaluation, Testing, Approval, Deploying, Verifying].map(|from| (from, OnHold)));
    by(&hold(), Deploying, &["carla", "dana"]);
    let resume = ChangeVerb::Resume(Resume);
    leads(&resume, "carla", &[]);
    let bench = Bench::new();
    for left in [Evaluation, Testing, Approval, Deploying, Verifying] {
        let held = hold().decide(&case(&bench, left), &bench.at("carla")).unwrap().next;
        assert_eq!((held.left, held.hold_count), (Some(left), 1));
        let next = resume.decide(&case_of(&held), &bench.at("carla")).unwrap().next;
        assert_eq!((next.state, next.left, next.left_reason), (left, None, None));
    }
    let late = with(held(&bench, Deploying), |it| it.planned_end = Some(bench.now - Secs::HOUR));
    assert_eq!(code_of(resume.decide(&late, &bench.at("carla"))), Code::GateFailed);
    let again = Edit { planned_end: Some(bench.now + Secs::HOUR), ..Edit::default() };
    let next = ChangeVerb::Edit(Box::new(again)).decide(&late, &bench.at("carla")).unwrap().next;
    assert_eq!(resume.decide(&case_of(&next), &bench.at("carla")).unwrap().next.state, Deploying, "another window");
}

#[test]
fn c13_a_supervisor_takes_it_back_and_in_an_emergency_its_author() {
    use Phase::{Approval, Deploying, RollingBack, Verifying};
    leads(&roll_back(), "dana", &[(Deploying, RollingBack), (Verifying, RollingBack)]);
    by(&roll_back(), Deploying, &["dana"]);
    let bench = Bench::new();
    let urgent = with(case(&bench, Deploying), |it| it.urgency_class = UrgencyClass::Emergency);
    assert!(roll_back().decide(&urgent, &bench.at("carla")).is_ok());
    assert_eq!(code_of(roll_back().decide(&urgent, &bench.at("ann"))), Code::NotPermitted);
    let next = roll_back().decide(&held(&bench, Verifying), &bench.at("dana")).unwrap().next;
    assert_eq!((next.state, next.left), (RollingBack, Some(Verifying)));
    assert_eq!(code_of(roll_back().decide(&held(&bench, Approval), &bench.at("dana"))), Code::IllegalTransition);
}

#[test]
fn c14_it_is_back_or_goes_on_where_it_was() {
    leads(&restored(false), "dana", &[(Phase::RollingBack, Phase::RolledBack)]);
    leads(&restored(true), "dana", &[(Phase::RollingBack, Phase::Verifying)]);
    by(&restored(false), Phase::RollingBack, &["dana"]);
    let bench = Bench::new();
    for (go_on, result) in [(false, Some(Outcome::RolledBack)), (true, None)] {
        let next = restored(go_on).decide(&case(&bench, Phase::RollingBack), &bench.at("dana")).unwrap().next;
        assert_eq!((next.result, next.left), (result, None));
    }
}

#[test]
fn c16_it_is_taken_out_before_anything_is_deployed() {
    use Phase::{Approval, Cancelled, Deploying, Draft, Evaluation, OnHold, Testing};
    leads(&cancel(), "carla", &[Draft, Evaluation, Testing, Approval, OnHold].map(|from| (from, Cancelled)));
    by(&cancel(), Draft, &["carla", "dana"]);
    let bench = Bench::new();
    assert_eq!(code_of(cancel().decide(&held(&bench, Deploying), &bench.at("dana"))), Code::IllegalTransition);
    let next = cancel().decide(&held(&bench, Testing), &bench.at("carla")).unwrap().next;
    assert_eq!((next.result, next.closed_at), (Some(Outcome::Cancelled), Some(bench.now)));
}

#[test]
fn g1_to_g4_name_all_that_is_missing_at_once() {
    let bench = Bench::new();
    let (now, hour) = (bench.now, Secs::HOUR);
    type Spoil<'a> = &'a dyn Fn(&mut ChangeRecord);
    let rows: &[(Phase, Gate, Spoil<'_>, &[&str])] = &[
        (Phase::Evaluation, Gate::Scope, &|it| it.software_items.clear(), &["no program and no machine"]),
        (
            Phase::Testing,
            Gate::Evaluated,
            &|it| (it.risk, it.plan, it.rollback_plan) = (None, None, None),
            &["risk", "no plan", "no rollback plan"],
        ),
        (Phase::Testing, Gate::Evaluated, &|it| it.rollback_plan = None, &["no rollback plan"]),
        (Phase::Approval, Gate::Tested, &|it| it.trials.clear(), &["tried on no machine"]),
        (
            Phase::Approval,
            Gate::Tested,
            &|it| it.trials = [trial(now - Secs::days(2), "TEST01", Verdict::Blocked)].into(),
            &["tried on no machine"],
        ),
        (
            Phase::Approval,
            Gate::Tested,
            &|it| {
                let failed = trial(now - hour, "TEST02", Verdict::Fail);
                it.trials.insert(Trial { critical: true, ..failed });
            },
            &["1 of 2 machines passed; at least 95 %", "failed critically on TEST02", "watched until"],
        ),
        (
            Phase::Approval,
            Gate::Tested,
            &|it| it.trials.extend([trial(now - Secs::hours(23), "TEST01", Verdict::Pass)]),
            &["watched until"],
        ),
        (Phase::Approval, Gate::Tested, &|it| it.testing_since = Some(now - Secs::DAY), &["tried on no machine"]),
        (
            Phase::Approval,
            Gate::Tested,
            &|it| {
                it.testing_since = Some(now - Secs::DAY);
                it.trials.insert(trial(now - hour, "TEST02", Verdict::Pass));
            },
            &["watched until"],
        ),
        (Phase::Deploying, Gate::Approvable, &|it| it.planned_end = None, &["no planned beginning and end"]),
        (
            Phase::Deploying,
            Gate::Approvable,
            &|it| it.planned_end = Some(now - Secs::hours(2)),
            &["end before it begins", "is over"],
        ),
        (Phase::Closed, Gate::Reviewed, &|it| it.result = None, &["no result", "review is not written"]),
    ];
    for (into, gate, spoil, missing) in rows {
        let at = Circumstances { policy: &bench.policy, now, problems: &[] };
        let whole = with(case(&bench, Phase::Draft), |it| it.result = Some(Outcome::Successful));
        assert_eq!(unmet(whole.change(), *into, &at), [], "{into}");
        let spoilt = with(whole, |it| spoil(it));
        let rows = unmet(spoilt.change(), *into, &at);
        assert_eq!(rows.len(), missing.len(), "{rows:?}");
        for (row, what) in rows.iter().zip(*missing) {
            assert_eq!(row.gate, *gate);
            assert!(row.what.contains(what), "{} has no {what}", row.what);
        }
    }
    let spoilt = with(case(&bench, Phase::Evaluation), |it| (it.risk, it.plan) = (None, None));
    let refusal = advance().decide(&spoilt, &bench.at("carla")).unwrap_err();
    assert_eq!(refusal.code, Code::GateFailed);
    assert_eq!(refusal.message, "CHG-3 does not pass G2 into testing: the risk is not assessed; there is no plan");
}

#[test]
fn g3_an_emergency_is_watched_two_hours_and_a_supervisor_waives_that_for_others() {
    let bench = Bench::new();
    let tried = |hours, urgency_class| {
        with(case(&bench, Phase::Testing), |it| {
            it.urgency_class = urgency_class;
            it.trials = [trial(bench.now - Secs::hours(hours), "TEST01", Verdict::Pass)].into();
        })
    };
    for (hours, urgency, refused) in [
        (23, UrgencyClass::Routine, true),
        (24, UrgencyClass::Routine, false),
        (1, UrgencyClass::Emergency, true),
        (2, UrgencyClass::Emergency, false),
    ] {
        let verdict = advance().decide(&tried(hours, urgency), &bench.at("carla"));
        assert_eq!(verdict.is_err(), refused, "{hours} h, {urgency}");
    }
    let waive = ChangeVerb::WaiveSoak(WaiveSoak { reason: reason("a text on one page only") });
    let fresh = tried(1, UrgencyClass::Routine);
    let waived = waive.decide(&fresh, &bench.at("dana")).unwrap().next;
    assert!(advance().decide(&case_of(&waived), &bench.at("carla")).is_ok());
    assert_eq!(code_of(waive.decide(&fresh, &bench.at("carla"))), Code::NotPermitted);
    let own = with(fresh, |it| it.author = Some(login("dana")));
    assert_eq!(code_of(waive.decide(&own, &bench.at("dana"))), Code::SegregationOfDuties);
    leads(&waive, "dana", &[(Phase::Testing, Phase::Testing)]);
}

#[test]
fn g3_what_was_tried_before_it_was_returned_counts_no_more() {
    let bench = Bench::new();
    let step =
        |verb: ChangeVerb, case: &Case<ChangeRecord>, who| case_of(&verb.decide(case, &bench.at(who)).unwrap().next);
    let returned = step(send_back(), &case(&bench, Phase::Approval), "dana");
    let testing = step(advance(), &returned, "carla");
    assert_eq!(testing.change().testing_since, Some(bench.now));
    let resumed = step(ChangeVerb::Resume(Resume), &step(hold(), &testing, "carla"), "carla");
    assert_eq!(resumed.change().testing_since, Some(bench.now), "a stop begins no other round");
    for tried in [testing, resumed] {
        assert_eq!(tried.change().trials.len(), 1, "what was tried stays on record");
        assert_eq!(code_of(advance().decide(&tried, &bench.at("carla"))), Code::GateFailed);
        let again = with(tried, |it| {
            it.soak_waived = Some(reason("a text on one page only"));
            it.trials.insert(trial(bench.now, "TEST01", Verdict::Pass));
        });
        assert_eq!(step(advance(), &again, "carla").change().state, Phase::Approval);
    }
}

#[test]
fn g4_a_problem_that_has_ended_needs_no_fix() {
    let bench = Bench::new();
    let problems = [Problem { number: "PRB-7".parse().ok(), state: ProblemState::Closed, ..Problem::default() }];
    let at = Circumstances { policy: &bench.policy, now: bench.now, problems: &problems };
    let rows = unmet(case(&bench, Phase::Approval).change(), Phase::Deploying, &at);
    assert_eq!(rows.iter().map(|row| row.what.as_str()).collect::<Vec<_>>(), ["PRB-7 is closed already"]);
}

#[test]
fn a_try_is_written_down_while_testing_by_anybody_who_could_have_written_it() {
    let verb = ChangeVerb::Try(Try {
        on: Label::new("TEST02").unwrap(),
        verdict: Verdict::Pass,
        critical: false,
        evidence: Finding::new("opens without a prompt").unwrap(),
    });
    leads(&verb, "carla", &[(Phase::Testing, Phase::Testing)]);
    by(&verb, Phase::Testing, &["cora", "carla", "dana"]);
    let bench = Bench::new();
    let next = verb.decide(&case(&bench, Phase::Testing), &bench.at("carla")).unwrap().next;
    assert_eq!(next.trials.len(), 2);
}

#[test]
fn what_was_agreed_on_is_not_written_again() {
    let bench = Bench::new();
    let plan = Edit { plan: Plan::new("push it on Sunday night").ok(), ..Edit::default() };
    let time = Edit { planned_end: Some(bench.now + Secs::hours(5)), ..Edit::default() };
    for (edit, allowed) in [
        (&plan, &[Phase::Draft, Phase::Evaluation, Phase::Testing][..]),
        (&time, &[Phase::Draft, Phase::Evaluation, Phase::Testing, Phase::Approval, Phase::OnHold]),
    ] {
        for state in Phase::ALL {
            let verb = ChangeVerb::Edit(Box::new(edit.clone()));
            let verdict = verb.decide(&case(&bench, *state), &bench.at("carla"));
            let code = (!allowed.contains(state)).then_some(Code::IllegalTransition);
            assert_eq!(verdict.err().map(|refusal| refusal.code), code, "{state} {edit:?}");
        }
    }
    by(&ChangeVerb::Edit(Box::new(plan)), Phase::Draft, &["carla", "dana"]);
    let turned = Edit { planned_end: Some(bench.now - Secs::DAY), ..Edit::default() };
    let verdict = ChangeVerb::Edit(Box::new(turned)).decide(&case(&bench, Phase::Draft), &bench.at("carla"));
    assert_eq!(code_of(verdict), Code::DateInvalid);
    let unnamed = Edit { kind: Some(ChangeKind::ProblemFix), ..Edit::default() };
    let verdict = ChangeVerb::Edit(Box::new(unnamed)).decide(&case(&bench, Phase::Draft), &bench.at("carla"));
    assert_eq!(code_of(verdict), Code::LinkRequired);
}

#[test]
fn w3_w4_a_fix_that_a_pressing_incident_waits_for_is_reactive() {
    let note = || ChangeVerb::Note(note::AddNote { text: note("looked at it"), vis: Visibility::Internal });
    for (kind, state, priority, mode) in [
        (ChangeKind::ProblemFix, State::InProgress, Priority::P2, WorkMode::Reactive),
        (ChangeKind::ProblemFix, State::InProgress, Priority::P3, WorkMode::Proactive),
        (ChangeKind::ProblemFix, State::Closed, Priority::P1, WorkMode::Proactive),
        (ChangeKind::Configuration, State::InProgress, Priority::P1, WorkMode::Proactive),
    ] {
        let mut bench = Bench::new();
        bench.problems.push((problem(), Problem::default()));
        bench.other(|ticket| {
            (ticket.state, ticket.priority) = (state, priority);
            ticket.links.insert(Link { kind: LinkKind::SymptomOf, to: problem() });
        });
        let of_kind = with(case(&bench, Phase::Draft), |it| (it.kind, it.fixes) = (kind, [problem()].into()));
        let next = note().decide(&of_kind, &bench.at("carla")).unwrap().next;
        assert_eq!(next.work_mode, mode, "{kind} {state} {priority}");
        let said = Edit { work_mode: Some((WorkMode::Reactive, reason("we were called for it"))), ..Edit::default() };
        let verb = ChangeVerb::Edit(Box::new(said));
        assert_eq!(code_of(verb.decide(&of_kind, &bench.at("carla"))), Code::NotPermitted);
        let next = verb.decide(&of_kind, &bench.at("dana")).unwrap().next;
        assert_eq!(note().decide(&case_of(&next), &bench.at("carla")).unwrap().next.work_mode, WorkMode::Reactive);
    }
}

#[test]
fn an_incident_was_brought_about_by_one_change_that_was_deployed() {
    use crate::domain::command::Verb;
    use crate::domain::command::link::AddLink;
    let mut bench = Bench::new();
    let other = AggId::derived(&[b"CHG-4"]);
    let drafted = AggId::derived(&[b"CHG-5"]);
    for (agg, state) in [(me(), Phase::Verifying), (other, Phase::Closed), (drafted, Phase::Draft)] {
        bench.changes.push((agg, case(&bench, state).is.fields));
    }
    let link = |to| Verb::Link(AddLink { link: Link { kind: LinkKind::CausedByChange, to } });
    let incident = bench.working("ann");
    for (to, refused) in [
        (me(), None),
        (other, None),
        (drafted, Some(Code::LinkInvalid)),
        (AggId::derived(&[b"nothing"]), Some(Code::LinkInvalid)),
    ] {
        let verdict = link(to).decide(&incident, &bench.at("ann"));
        assert_eq!(verdict.err().map(|refusal| refusal.code), refused);
    }
    let linked = link(me()).decide(&incident, &bench.at("ann")).unwrap().next;
    assert_eq!(linked.caused_by(), Some(me()));
    let linked = bench.with(incident, |it| it.clone_from(&linked));
    assert_eq!(code_of(link(other).decide(&linked, &bench.at("ann"))), Code::LinkInvalid);
    let task = bench.task(State::Open, None);
    assert_eq!(code_of(link(me()).decide(&task, &bench.at("nina"))), Code::LinkInvalid);
}
