//! The moves Q1 to Q13: who may, what each needs, and what is refused with which code.

use super::*;
use crate::domain::change_record::{ChangeRecord, Outcome, Phase};
use crate::domain::command::bench::{Bench, code_of, login, note, question, reason, resolution};
use crate::domain::command::note::AddNote;
use crate::domain::id::{AggId, StoreId};
use crate::domain::incident::{State, Visibility};
use crate::domain::problem::{CauseClass, ClosureCode, Detection, DetectionSource, FixSource, Why};
use crate::domain::role::Tier;
use crate::domain::text::{Finding, Label, RootCause, Title, Workaround};
use crate::domain::ticket::{Link, LinkKind};

const ME: &[u8] = b"PRB-7";

fn me() -> AggId {
    AggId::derived(&[ME])
}

/// The problem of carla in that state.
fn case(bench: &Bench, state: ProblemState) -> Case<Problem> {
    let known = matches!(state, ProblemState::KnownError | ProblemState::FixInProgress);
    let fields = Problem {
        number: "PRB-7".parse().ok(),
        state,
        state_since: bench.now - Secs::DAY,
        logged_at: bench.now - Secs::DAY,
        owner: Some(login("carla")),
        root_cause: known.then(|| cause("the token cache is not migrated")),
        cause_class: known.then_some(CauseClass::TechnologySoftware),
        no_workaround: known,
        resolved_at: (state == ProblemState::Resolved).then_some(bench.now - Secs::days(20)),
        waits_in: (state == ProblemState::Pending).then_some(ProblemState::Investigating),
        ..Problem::default()
    };
    Case { agg: me(), is: crate::domain::fold::Folded { fields, created: true, ..Default::default() } }
}

fn cause(text: &str) -> RootCause {
    RootCause::new(text).unwrap()
}

fn finding(text: &str) -> Finding {
    Finding::new(text).unwrap()
}

fn open(incidents: Vec<AggId>, detection: Detection) -> Open {
    Open {
        title: Title::new("Outlook asks in a loop").unwrap(),
        description: None,
        detection,
        source: DetectionSource::Manual,
        discipline: crate::domain::role::Discipline::Software,
        subcategory: crate::domain::incident::Subcategory::Error,
        impact: crate::domain::priority::Impact::Medium,
        urgency: crate::domain::priority::Urgency::High,
        software_items: vec![],
        endpoints: vec![],
        tags: vec![],
        incidents,
    }
}

fn logged(bench: &Bench, who: &str, verb: &Open) -> Result<Change<Problem>, Refusal> {
    verb.decide("PRB-1".parse().unwrap(), StoreId::derived(&[b"s"]), &bench.at(who))
}

fn linked(bench: &mut Bench, change: impl Fn(&mut crate::domain::ticket::Ticket)) -> AggId {
    bench.other(|ticket| {
        ticket.links.insert(Link { kind: LinkKind::SymptomOf, to: me() });
        change(ticket);
    })
}

#[test]
fn q1_who_may_suspect_a_problem_and_from_what() {
    let mut bench = Bench::new();
    let incident = bench.other(|_| {});
    let task = bench.other(|ticket| ticket.number = "TSK-3".parse().ok());
    for (who, incidents, detection, code) in [
        ("carla", vec![incident], Detection::Reactive, None),
        ("dana", vec![], Detection::Proactive, None),
        ("ann", vec![incident], Detection::Reactive, Some(Code::NotPermitted)),
        ("audrey", vec![incident], Detection::Reactive, Some(Code::NotPermitted)),
        ("carla", vec![], Detection::Reactive, Some(Code::LinkRequired)),
        ("carla", vec![task], Detection::Reactive, Some(Code::LinkRequired)),
    ] {
        let verdict = logged(&bench, who, &open(incidents, detection));
        assert_eq!(verdict.as_ref().err().map(|refusal| refusal.code), code, "{who} {detection}");
        if let Ok(change) = verdict {
            assert_eq!((change.next.state, change.next.priority.n()), (ProblemState::New, 2));
            assert_eq!(change.next.work_mode.word(), detection.word());
            assert!(change.next.review_on.is_some());
        }
    }
}

#[test]
fn q2_owning_begins_the_investigation() {
    let bench = Bench::new();
    let mut free = case(&bench, ProblemState::New);
    free.is.fields.owner = None;
    let next = ProblemVerb::Own(Own).decide(&free, &bench.at("carla")).unwrap().next;
    assert_eq!((next.state, next.owner), (ProblemState::Investigating, Some(login("carla"))));
    assert_eq!(next.review_on, Some(bench.at("carla").today() + Days::new(7)));
    let to = |who: &str, days: Option<u64>| {
        let review_on = days.map(|days| bench.at("dana").today() + Days::new(days));
        ProblemVerb::Assign(Assign { to: login(who), review_on })
    };
    for (by, verb, code) in [
        ("ann", ProblemVerb::Own(Own), Code::NotPermitted),
        ("carla", to("carla", None), Code::NotPermitted),
        ("dana", to("ann", None), Code::AssigneeInvalid),
        ("dana", to("nobody", None), Code::AssigneeInvalid),
        ("dana", to("carla", Some(8)), Code::FollowupOutOfRange),
        ("dana", to("carla", Some(0)), Code::FollowupOutOfRange),
    ] {
        assert_eq!(code_of(verb.decide(&free, &bench.at(by))), code, "{by} {verb:?}");
    }
    assert!(to("carla", Some(7)).decide(&free, &bench.at("dana")).is_ok());
    let owned = case(&bench, ProblemState::Investigating);
    assert_eq!(code_of(ProblemVerb::Own(Own).decide(&owned, &bench.at("dana"))), Code::TakenAlready);
}

#[test]
fn five_whys_are_answered_in_order_and_the_root_becomes_the_cause() {
    let bench = Bench::new();
    let investigated = case(&bench, ProblemState::Investigating);
    let why = |root| Why {
        question: finding("why?"),
        answer: finding("the cache is kept across updates"),
        evidence: None,
        root,
    };
    let set = |n, root| ProblemVerb::SetWhy(SetWhy { n, why: Some(why(root)) });
    let first = set(1, true).decide(&investigated, &bench.at("carla")).unwrap().next;
    assert_eq!(first.root_cause, Some(cause("the cache is kept across updates")));
    let then = Case { agg: me(), is: crate::domain::fold::Folded { fields: first, ..investigated.is.clone() } };
    let second = set(2, true).decide(&then, &bench.at("carla")).unwrap().next;
    let roots: Vec<bool> = second.whys().iter().flatten().map(|why| why.root).collect();
    assert_eq!(roots, [false, true], "one root");
    for (who, verb, code) in [
        ("carla", set(2, false), Code::FieldMissing),
        ("carla", set(8, false), Code::FieldMissing),
        ("bob", set(1, false), Code::NotPermitted),
    ] {
        assert_eq!(code_of(verb.decide(&investigated, &bench.at(who))), code, "{who} {verb:?}");
    }
    let both = Case { agg: me(), is: crate::domain::fold::Folded { fields: second, ..investigated.is.clone() } };
    let gap = ProblemVerb::SetWhy(SetWhy { n: 1, why: None }).decide(&both, &bench.at("carla"));
    assert_eq!(code_of(gap), Code::FieldMissing, "the last goes first");
    let short = Why { answer: finding("so"), ..why(true) };
    let verb = ProblemVerb::SetWhy(SetWhy { n: 1, why: Some(short) });
    assert_eq!(code_of(verb.decide(&investigated, &bench.at("carla"))), Code::TextInvalid);
}

#[test]
fn one_class_is_the_main_one_and_three_contribute_at_most() {
    let bench = Bench::new();
    let verb = |n: usize| {
        let contributing = CauseClass::ALL[..n].to_vec();
        ProblemVerb::Explain(Explain { root_cause: None, class: CauseClass::People, contributing })
    };
    let investigated = case(&bench, ProblemState::Investigating);
    let next = verb(4).decide(&investigated, &bench.at("carla")).unwrap().next;
    assert_eq!((next.cause_class, next.contributing.len()), (Some(CauseClass::People), 3), "people is the main one");
    assert_eq!(code_of(verb(5).decide(&investigated, &bench.at("carla"))), Code::TextInvalid);
    let new = case(&bench, ProblemState::New);
    assert_eq!(code_of(verb(1).decide(&new, &bench.at("carla"))), Code::IllegalTransition);
}

fn publish(text: Option<&str>) -> Publish {
    Publish { text: text.map(|text| Workaround::new(text).unwrap()), min_tier: Tier::One, tested: None }
}

#[test]
fn every_text_of_a_workaround_is_a_revision() {
    let bench = Bench::new();
    for state in [ProblemState::New, ProblemState::Investigating, ProblemState::KnownError, ProblemState::Pending] {
        let mut told = case(&bench, state);
        for (text, revision) in [(Some("clear the cache"), 1), (Some("clear the cache"), 1), (Some("sign in again"), 2)]
        {
            told.is.fields = ProblemVerb::Publish(publish(text)).decide(&told, &bench.at("carla")).unwrap().next;
            assert_eq!(told.problem().workaround_revision, revision, "{state} {text:?}");
        }
        let none = ProblemVerb::Publish(publish(None)).decide(&told, &bench.at("carla")).unwrap().next;
        assert!(none.no_workaround && none.workaround.is_none());
    }
    let verb = ProblemVerb::Publish(publish(Some("x")));
    assert_eq!(
        code_of(verb.decide(&case(&bench, ProblemState::Resolved), &bench.at("carla"))),
        Code::IllegalTransition
    );
    assert_eq!(code_of(verb.decide(&case(&bench, ProblemState::New), &bench.at("ann"))), Code::NotPermitted);
    let tested = TestedOn { by: login("carla"), on: bench.at("carla").today() + Days::new(1) };
    let verb = ProblemVerb::Publish(Publish { tested: Some(tested), ..publish(Some("x")) });
    assert_eq!(code_of(verb.decide(&case(&bench, ProblemState::New), &bench.at("carla"))), Code::DateInvalid);
}

#[test]
fn q3_a_known_error_has_a_cause_or_a_statement_and_a_word_on_the_workaround() {
    let bench = Bench::new();
    let investigated = case(&bench, ProblemState::Investigating);
    let root_cause = Some(cause("the token cache is not migrated"));
    let class = Some(CauseClass::TechnologySoftware);
    let vendor = Some(Statement { text: finding("known, fixed in 17.2"), reference: Label::new("4471-22").unwrap() });
    let workaround = Some(publish(Some("clear the token cache")));
    for (verb, code) in [
        (KnownError { root_cause: root_cause.clone(), class, workaround: workaround.clone(), vendor: None }, None),
        (KnownError { vendor: vendor.clone(), workaround: Some(publish(None)), ..KnownError::default() }, None),
        (
            KnownError { root_cause: root_cause.clone(), class: None, workaround: workaround.clone(), vendor: None },
            Some(Code::FieldMissing),
        ),
        (KnownError { root_cause: None, class, workaround, vendor: None }, Some(Code::FieldMissing)),
        (KnownError { root_cause, class, workaround: None, vendor }, Some(Code::FieldMissing)),
    ] {
        let verdict = ProblemVerb::KnownError(verb.clone()).decide(&investigated, &bench.at("carla"));
        assert_eq!(verdict.as_ref().err().map(|refusal| refusal.code), code, "{verb:?}");
        if let Ok(change) = verdict {
            assert_eq!(change.next.state, ProblemState::KnownError);
            assert_eq!(change.next.review_on, Some(bench.at("carla").today() + Days::new(30)));
        }
    }
    for state in [ProblemState::New, ProblemState::Pending, ProblemState::Closed] {
        let verb = ProblemVerb::KnownError(KnownError::default());
        assert_eq!(code_of(verb.decide(&case(&bench, state), &bench.at("carla"))), Code::IllegalTransition, "{state}");
    }
}

#[test]
fn q4_q5_q6_a_fix_is_a_change_or_the_vendors() {
    let mut bench = Bench::new();
    let known = case(&bench, ProblemState::KnownError);
    let change = |n: &[u8]| AggId::derived(&[n]);
    let to_fix = |state, result, fixes: &[AggId]| ChangeRecord {
        fixes: fixes.iter().copied().collect(),
        state,
        result,
        ..ChangeRecord::default()
    };
    bench.changes = vec![
        (change(b"way"), to_fix(Phase::Draft, None, &[known.agg])),
        (change(b"other"), to_fix(Phase::Draft, None, &[])),
        (change(b"done"), to_fix(Phase::Completed, Some(Outcome::Successful), &[known.agg])),
        (change(b"bad"), to_fix(Phase::RolledBack, Some(Outcome::RolledBack), &[known.agg])),
    ];
    for (by, code) in [
        (FixBy::Change(change(b"way")), None),
        (FixBy::Change(change(b"other")), Some(Code::LinkRequired)),
        (FixBy::Change(change(b"done")), Some(Code::LinkRequired)),
        (FixBy::Change(change(b"none")), Some(Code::LinkRequired)),
        (FixBy::Vendor, Some(Code::LinkRequired)),
    ] {
        let verdict = ProblemVerb::Fix(Fix { by }).decide(&known, &bench.at("carla"));
        assert_eq!(verdict.err().map(|refusal| refusal.code), code, "{by:?}");
    }
    let ask =
        AskVendor { question: question("When is it fixed?"), vendor: Label::new("Contoso").unwrap(), vendor_ref: None };
    let task = ProblemVerb::AskVendor(ask).decide(&known, &bench.at("carla")).unwrap().begins.unwrap().ticket;
    let asked =
        bench.other(|ticket| *ticket = crate::domain::ticket::Ticket { number: "TSK-1".parse().ok(), ..task.clone() });
    let fixing = ProblemVerb::Fix(Fix { by: FixBy::Vendor }).decide(&known, &bench.at("carla")).unwrap().next;
    assert_eq!((fixing.state, fixing.fix_source), (ProblemState::FixInProgress, FixSource::Vendor));
    let under = |source, fix_change| {
        let mut fixing = case(&bench, ProblemState::FixInProgress);
        (fixing.is.fields.fix_source, fixing.is.fields.fix_change) = (source, fix_change);
        fixing
    };
    let resolve =
        ProblemVerb::Resolve(Resolve { verification: resolution("no prompt on ten machines"), observe_until: None });
    for (source, by, code) in [
        (FixSource::Vendor, None, Some(Code::LinkRequired)),
        (FixSource::Internal, Some(change(b"way")), Some(Code::LinkRequired)),
        (FixSource::Internal, Some(change(b"bad")), Some(Code::LinkRequired)),
        (FixSource::Internal, Some(change(b"done")), None),
    ] {
        let verdict = resolve.decide(&under(source, by), &bench.at("carla"));
        assert_eq!(verdict.as_ref().err().map(|refusal| refusal.code), code, "{source} {by:?}");
        if let Ok(change) = verdict {
            assert_eq!(change.next.observe_until, Some(bench.at("carla").today() + Days::new(14)));
        }
    }
    let back = ProblemVerb::GiveUpFix(GiveUpFix { reason: reason("the change was rolled back") });
    let next = back.decide(&under(FixSource::Internal, Some(change(b"bad"))), &bench.at("carla")).unwrap().next;
    assert_eq!((next.state, next.fix_change), (ProblemState::KnownError, None));
    for (waits_in, refused) in [
        (ProblemState::FixInProgress, None),
        (ProblemState::KnownError, Some(Code::IllegalTransition)),
        (ProblemState::Investigating, Some(Code::IllegalTransition)),
    ] {
        let mut waiting = under(FixSource::Internal, Some(change(b"bad")));
        (waiting.is.fields.state, waiting.is.fields.waits_in) = (ProblemState::Pending, Some(waits_in));
        waiting.is.fields.follow_up_at = Some(bench.now + Secs::DAY);
        let verdict = back.decide(&waiting, &bench.at("carla"));
        assert_eq!(verdict.as_ref().err().map(|refusal| refusal.code), refused, "waits in {waits_in}");
        let Ok(Change { next, .. }) = verdict else { continue };
        assert_eq!((next.state, next.waits_in), (ProblemState::Pending, Some(ProblemState::KnownError)));
        assert_eq!((next.fix_source, next.fix_change), (FixSource::None, None));
        assert_eq!(next.follow_up_at, waiting.problem().follow_up_at, "it waits on");
    }
    assert_eq!(code_of(back.decide(&known, &bench.at("carla"))), Code::IllegalTransition);
    assert_eq!(code_of(resolve.decide(&known, &bench.at("carla"))), Code::IllegalTransition);
    let _ = asked;
}

#[test]
fn q7_without_a_fix_a_supervisor_resolves_what_is_gone() {
    let mut bench = Bench::new();
    linked(&mut bench, |ticket| ticket.logged_at = Instant(0));
    let verb = |code| ProblemVerb::NoFix(NoFix { code, note: resolution("nobody saw it for a quarter") });
    let known = case(&bench, ProblemState::KnownError);
    for (who, code, refused) in [
        ("dana", ClosureCode::NoRecurrence, None),
        ("dana", ClosureCode::RemovedComponent, None),
        ("dana", ClosureCode::RiskAccepted, Some(Code::IllegalTransition)),
        ("carla", ClosureCode::RemovedComponent, Some(Code::NotPermitted)),
    ] {
        let verdict = verb(code).decide(&known, &bench.at(who));
        assert_eq!(verdict.err().map(|refusal| refusal.code), refused, "{who} {code}");
    }
    let lately = bench.now - Secs::days(89);
    linked(&mut bench, |ticket| ticket.logged_at = lately);
    assert_eq!(code_of(verb(ClosureCode::NoRecurrence).decide(&known, &bench.at("dana"))), Code::RecurrenceSeen);
    let fixing = case(&bench, ProblemState::FixInProgress);
    let verdict = verb(ClosureCode::RemovedComponent).decide(&fixing, &bench.at("dana"));
    assert_eq!(code_of(verdict), Code::IllegalTransition);
}

#[test]
fn q8_q9_a_wait_returns_to_where_it_began() {
    let bench = Bench::new();
    let hold = |days| Hold { until: bench.now + Secs::days(days), reason: reason("the vendor ships in spring") };
    for (days, code) in [(90, None), (91, Some(Code::FollowupOutOfRange)), (0, Some(Code::FollowupOutOfRange))] {
        let verdict = ProblemVerb::Hold(hold(days)).decide(&case(&bench, ProblemState::KnownError), &bench.at("carla"));
        assert_eq!(verdict.as_ref().err().map(|refusal| refusal.code), code, "{days}");
        let Ok(change) = verdict else { continue };
        let mut waiting = case(&bench, ProblemState::Pending);
        waiting.is.fields = change.next;
        assert_eq!(wakes_at(waiting.problem()), Some(bench.now + Secs::days(days)));
        let next = ProblemVerb::Resume(Resume).decide(&waiting, &bench.at("carla")).unwrap().next;
        assert_eq!((next.state, next.follow_up_at), (ProblemState::KnownError, None));
        let early = ProblemVerb::Woken(Woken).decide(&waiting, &bench.system());
        assert_eq!(code_of(early), Code::IllegalTransition);
        let due = Moment { now: bench.now + Secs::days(days), ..bench.system() };
        let woken = ProblemVerb::Woken(Woken).decide(&waiting, &due).unwrap().next;
        assert_eq!((woken.state, woken.woke), (ProblemState::KnownError, true));
    }
    let resolved = case(&bench, ProblemState::Resolved);
    assert_eq!(code_of(ProblemVerb::Hold(hold(1)).decide(&resolved, &bench.at("carla"))), Code::IllegalTransition);
}

#[test]
fn q10_closing_waits_for_the_observation_a_quiet_cluster_and_the_answer() {
    let mut bench = Bench::new();
    let today = bench.at("dana").today();
    let close = ProblemVerb::Close(Close { note: resolution("quiet for three weeks") });
    let observed = |until: NaiveDate, bench: &Bench| {
        let mut it = case(bench, ProblemState::Resolved);
        it.is.fields.observe_until = Some(until);
        it
    };
    assert!(close.decide(&observed(today, &bench), &bench.at("dana")).is_ok());
    assert_eq!(code_of(close.decide(&observed(today, &bench), &bench.at("carla"))), Code::NotPermitted);
    let early = observed(today + Days::new(1), &bench);
    assert_eq!(code_of(close.decide(&early, &bench.at("dana"))), Code::ReviewMissing);
    bench.recurred = 1;
    assert_eq!(code_of(close.decide(&observed(today, &bench), &bench.at("dana"))), Code::RecurrenceSeen);
    bench.recurred = 0;
    linked(&mut bench, |ticket| ticket.state = State::Queued);
    let mut asked = observed(today, &bench);
    assert_eq!(code_of(close.decide(&asked, &bench.at("dana"))), Code::ReviewMissing);
    asked.is.fields = ProblemVerb::AnswerOffer(AnswerOffer).decide(&asked, &bench.at("carla")).unwrap().next;
    let closed = close.decide(&asked, &bench.at("dana")).unwrap().next;
    assert_eq!((closed.state, closed.closed_at), (ProblemState::Closed, Some(bench.now)));
}

#[test]
fn q11_q12_q13_accepting_reopening_and_taking_out() {
    let mut bench = Bench::new();
    let today = bench.at("dana").today();
    let accept = |days| {
        ProblemVerb::AcceptRisk(AcceptRisk { until: today + Days::new(days), reason: reason("cheaper than the fix") })
    };
    let known = case(&bench, ProblemState::KnownError);
    let next = accept(365).decide(&known, &bench.at("dana")).unwrap().next;
    assert_eq!((next.state, next.closure_code), (ProblemState::Closed, Some(ClosureCode::RiskAccepted)));
    assert_eq!(code_of(accept(366).decide(&known, &bench.at("dana"))), Code::FollowupOutOfRange);
    assert_eq!(code_of(accept(30).decide(&known, &bench.at("carla"))), Code::NotPermitted);
    let reopen = ProblemVerb::Reopen(Reopen { reason: reason("it came back twice") });
    for (state, allowed) in
        [(ProblemState::Resolved, true), (ProblemState::Closed, true), (ProblemState::KnownError, false)]
    {
        let verdict = reopen.decide(&case(&bench, state), &bench.at("dana"));
        assert_eq!(verdict.is_ok(), allowed, "{state}");
        if let Ok(change) = verdict {
            assert_eq!((change.next.state, change.next.reopen_count), (ProblemState::Investigating, 1));
        }
    }
    let other = AggId::derived(&[b"PRB-8"]);
    bench.problems.push((other, Problem { number: "PRB-8".parse().ok(), ..Problem::default() }));
    let ended = AggId::derived(&[b"PRB-9"]);
    let closed = Problem { number: "PRB-9".parse().ok(), state: ProblemState::Closed, ..Problem::default() };
    bench.problems.push((ended, closed));
    let cancel = |code, duplicate_of| {
        ProblemVerb::Cancel(Cancel { code, duplicate_of, reason: reason("the same as another one") })
    };
    for (who, verb, code) in [
        ("dana", cancel(ProblemCancel::NotAProblem, None), None),
        ("dana", cancel(ProblemCancel::Duplicate, Some(other)), None),
        ("dana", cancel(ProblemCancel::Duplicate, None), Some(Code::LinkRequired)),
        ("dana", cancel(ProblemCancel::Duplicate, Some(ended)), Some(Code::LinkInvalid)),
        ("dana", cancel(ProblemCancel::Duplicate, Some(AggId::derived(&[b"x"]))), Some(Code::LinkInvalid)),
        ("carla", cancel(ProblemCancel::NotAProblem, None), Some(Code::NotPermitted)),
    ] {
        let verdict = verb.decide(&known, &bench.at(who));
        assert_eq!(verdict.err().map(|refusal| refusal.code), code, "{who} {verb:?}");
    }
}

#[test]
fn a_note_is_for_the_desk_alone() {
    let bench = Bench::new();
    let verb = ProblemVerb::Note(AddNote { text: note("vendor case opened"), vis: Visibility::Requester });
    let change = verb.decide(&case(&bench, ProblemState::New), &bench.at("ann")).unwrap();
    assert!(
        matches!(&change.rows[..], [crate::domain::event::RowKind::Worklog(entry)] if entry.vis == Visibility::Internal)
    );
    assert_eq!(code_of(verb.decide(&case(&bench, ProblemState::New), &bench.at("audrey"))), Code::NotPermitted);
}
