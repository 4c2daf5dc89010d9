//! Every move of a major incident, who may make it, and what follows.

use super::*;
use crate::domain::clock::ClockKind;
use crate::domain::clock::kept::StepKind as Tick;
use crate::domain::command::bench::{Bench, code_of, login, note, reason, resolution};
use crate::domain::command::cancel::Cancel;
use crate::domain::command::close::Close;
use crate::domain::command::edit::Edit;
use crate::domain::command::link::AddLink;
use crate::domain::command::note::AddNote;
use crate::domain::command::timer::{Due, Timer};
use crate::domain::command::{Verb, react};
use crate::domain::event::RowKind;
use crate::domain::incident::CancelCode;
use crate::domain::priority::Priority;
use crate::domain::problem::Problem;
use crate::domain::time::{Instant, Secs};

fn propose() -> Verb {
    Verb::ProposeMajor(ProposeMajor { reason: reason("the whole floor calls") })
}

fn declare(lead: &str) -> Verb {
    Verb::DeclareMajor(DeclareMajor { reason: reason("nobody can log in to the ERP"), lead: login(lead) })
}

fn refuse() -> Verb {
    Verb::RefuseMajor(RefuseMajor { reason: reason("one team only, and it is back") })
}

fn fixed(code: ResolutionCode) -> Resolve {
    Resolve { code, note: resolution("the directory was restarted"), subcategory: None, public: true }
}

fn stand_down() -> Verb {
    Verb::StandDown(StandDown { resolve: Some(fixed(ResolutionCode::Fixed)) })
}

fn lesson(text: &str) -> Lesson {
    Lesson::new(text).unwrap()
}

fn review() -> ReviewMajor {
    ReviewMajor {
        timeline: lesson("13:00 first call, 14:10 restored"),
        helped: lesson("restarting the directory server"),
        cause: CauseNote::new("the disk was full").ok(),
        problem: Pursued::Not(reason("the disk is watched from now on")),
    }
}

/// ann works on it, and it stands like that as a major incident.
fn stands(bench: &Bench, major: MajorState) -> Case {
    bench.with(bench.working("ann"), |t| {
        t.major_state = major;
        t.major_lead = Some(login("carla"));
        if major.ever_declared() {
            t.priority = Priority::P1;
        }
        if major.owes_review() && major == MajorState::StoodDown || major == MajorState::Reviewed {
            (t.state, t.resolved_at) = (State::Resolved, Some(bench.now));
            t.major_stood_down_at = Some(bench.now);
            t.major_review_due_at = (major == MajorState::StoodDown).then_some(bench.now + Secs::days(5));
        }
    })
}

#[test]
fn every_move_of_a_major_incident_and_every_one_that_is_refused() {
    use MajorState::*;
    let bench = Bench::new();
    let moves: [(Verb, &[(MajorState, MajorState)]); 5] = [
        (propose(), &[(None, Candidate)]),
        (declare("carla"), &[(None, Declared), (Candidate, Declared)]),
        (refuse(), &[(Candidate, None)]),
        (stand_down(), &[(Declared, StoodDown)]),
        (Verb::ReviewMajor(review()), &[(StoodDown, Reviewed)]),
    ];
    for (verb, allowed) in &moves {
        for from in MajorState::ALL {
            let verdict = verb.decide(&stands(&bench, *from), &bench.at("dana"));
            match allowed.iter().find(|(before, _)| before == from) {
                Some((_, to)) => assert_eq!(verdict.unwrap().next.major_state, *to, "{verb:?} from {from}"),
                Option::None => assert_eq!(code_of(verdict), Code::IllegalTransition, "{verb:?} from {from}"),
            }
        }
    }
}

#[test]
fn who_may_do_what() {
    let bench = Bench::new();
    for (verb, major, may, may_not) in [
        (propose(), MajorState::None, &["ann", "bob", "carla", "dana"][..], &["audrey"][..]),
        (declare("carla"), MajorState::Candidate, &["dana", "sven"], &["ann", "carla", "audrey"]),
        (refuse(), MajorState::Candidate, &["dana"], &["ann", "carla", "audrey"]),
        (stand_down(), MajorState::Declared, &["dana", "carla"], &["ann", "bob", "audrey"]),
        (Verb::ReviewMajor(review()), MajorState::StoodDown, &["dana"], &["ann", "carla", "audrey"]),
    ] {
        for who in may {
            assert!(verb.decide(&stands(&bench, major), &bench.at(who)).is_ok(), "{who} {verb:?}");
        }
        for who in may_not {
            let verdict = verb.decide(&stands(&bench, major), &bench.at(who));
            assert_eq!(code_of(verdict), Code::NotPermitted, "{who} {verb:?}");
        }
    }
}

#[test]
fn what_cannot_be_a_major_incident() {
    let mut bench = Bench::new();
    let parent = bench.other(|t| t.major_state = MajorState::Declared);
    let child = bench.with(bench.working("ann"), |t| {
        t.links.insert(Link { kind: LinkKind::ChildOfMajor, to: parent });
    });
    let resolved = bench.in_state(State::Resolved, Some("ann"));
    for (case, verb, code) in [
        (child, declare("carla"), Code::LinkInvalid),
        (resolved, declare("carla"), Code::IllegalTransition),
        (bench.task(State::Open, None), declare("carla"), Code::IllegalTransition),
        (bench.task(State::Open, None), propose(), Code::IllegalTransition),
        (bench.working("ann"), declare("gone"), Code::AssigneeInvalid),
        (bench.working("ann"), declare("audrey"), Code::AssigneeInvalid),
        (bench.working("ann"), declare("nobody"), Code::AssigneeInvalid),
    ] {
        assert_eq!(code_of(verb.decide(&case, &bench.at("dana"))), code, "{verb:?}");
    }
}

#[test]
fn a_declared_one_is_p1_whatever_was_overridden_and_no_override_moves_it() {
    let bench = Bench::new();
    let low = bench.with(bench.working("ann"), |t| {
        (t.priority, t.priority_override) = (Priority::P4, Some(Priority::P4));
    });
    let next = declare("carla").decide(&low, &bench.at("dana")).unwrap().next;
    assert_eq!((next.priority, next.priority_override), (Priority::P1, Some(Priority::P4)));
    assert!(!next.override_review, "what the override stands on is as it was");
    assert_eq!((next.major_lead.clone(), next.major_declared_at), (Some(login("carla")), Some(bench.now)));
    let declared = bench.with(low, |t| *t = next.clone());
    let edit = |priority| Edit { priority: Some((priority, reason("agreed with the site"))), ..Edit::default() };
    let wanted = Verb::Edit(edit(Some(Priority::P3)));
    assert_eq!(code_of(wanted.decide(&declared, &bench.at("dana"))), Code::ModeFixed);
    let cleared = Verb::Edit(edit(None)).decide(&declared, &bench.at("dana")).unwrap().next;
    assert_eq!((cleared.priority, cleared.priority_override), (Priority::P1, None));
}

#[test]
fn declaring_calls_another_supervisor_and_starts_the_clock_of_updates() {
    let bench = Bench::new();
    let change = declare("carla").decide(&bench.working("ann"), &bench.at("dana")).unwrap();
    assert_eq!(change.next.attention_of, Some(login("sven")));
    let starts = change.rows.iter().find_map(|row| match row {
        RowKind::Clock(step) if step.kind == ClockKind::Update && step.ev == Tick::Start => Some(step),
        _ => None,
    });
    let started = starts.expect("an update is owed though nobody was told anything yet");
    assert_eq!(started.target_s, Some(Secs::minutes(30)));
    assert_eq!(started.calendar, Some(bench.policy.always_calendar_id()));
}

#[test]
fn the_only_supervisor_can_declare_and_review() {
    let mut bench = Bench::new();
    bench.users.retain(|user| user.login != login("sven"));
    let change = declare("carla").decide(&bench.working("ann"), &bench.at("dana")).unwrap();
    assert_eq!(change.next.attention_of, None);
    let mut stood = stands(&bench, MajorState::StoodDown);
    stood.is.escalations = stood.is.after(&change, &login("dana"), bench.now).escalations;
    let change = Verb::ReviewMajor(review()).decide(&stood, &bench.at("dana")).unwrap();
    let after = stood.is.after(&change, &login("dana"), bench.now);
    assert!(after.escalations.iter().all(|esc| esc.reviewed_at.is_some()), "nothing is left to acknowledge");
}

#[test]
fn a_desk_without_a_calendar_round_the_clock_for_p1_counts_in_one_that_is() {
    let bench = Bench::under("[sla.P1]\ncalendar = \"business\"\n");
    assert!(!bench.policy.calendar(Priority::P1).always);
    let always = bench.policy.calendar_versions().into_iter().find(|it| it.calendar.always).unwrap();
    assert_eq!(bench.policy.always_calendar_id(), always.id());
}

#[test]
fn the_rule_makes_a_candidate_once_and_one_speaks_for_all_that_are_alike() {
    let mut bench = Bench::new();
    let wide = |bench: &Bench| bench.with(bench.in_tier(2), |t| (t.priority, t.affected_users) = (Priority::P1, 20));
    let reacted = react::react(&wide(&bench), &bench.system()).unwrap();
    assert_eq!((reacted.next.major_state, reacted.next.attention_of.is_some()), (MajorState::Candidate, true));
    let mut after = wide(&bench);
    after.is = after.is.after(&reacted, &Login::system(), bench.now);
    let refused = refuse().decide(&after, &bench.at("dana")).unwrap();
    after.is = after.is.after(&refused, &login("dana"), bench.now);
    assert_eq!(after.ticket().attention_of, None);
    let again = react::react(&after, &bench.system());
    assert!(again.is_none_or(|change| change.next.major_state == MajorState::None), "not twice in one stay");
    bench.other(|t| t.major_state = MajorState::Candidate);
    let quiet = react::react(&wide(&bench), &bench.system());
    assert!(quiet.is_none_or(|change| change.next.major_state == MajorState::None));
}

#[test]
fn children_join_a_declared_incident() {
    let mut bench = Bench::new();
    let major = |bench: &mut Bench, state| bench.other(move |t| t.major_state = state);
    let [none, declared, over] =
        [MajorState::None, MajorState::Declared, MajorState::StoodDown].map(|state| major(&mut bench, state));
    let join = |to| Verb::Link(AddLink { link: Link { kind: LinkKind::ChildOfMajor, to } });
    for (to, allowed) in [(none, false), (declared, true), (over, false)] {
        assert_eq!(join(to).decide(&bench.queued(), &bench.at("ann")).is_ok(), allowed);
    }
    let candidate = stands(&bench, MajorState::Candidate);
    let next = join(declared).decide(&candidate, &bench.at("ann")).unwrap().next;
    assert_eq!((next.parent_major(), next.major_state), (Some(declared), MajorState::None));
    let elsewhere = bench.with(bench.queued(), |t| {
        t.links.insert(Link { kind: LinkKind::ChildOfMajor, to: over });
    });
    for case in [elsewhere, stands(&bench, MajorState::Declared), bench.task(State::Open, Some("nina"))] {
        assert_eq!(code_of(join(declared).decide(&case, &bench.at("dana"))), Code::LinkInvalid);
    }
}

#[test]
fn standing_down_restores_service_first() {
    let bench = Bench::new();
    let declared = stands(&bench, MajorState::Declared);
    let next = stand_down().decide(&declared, &bench.at("carla")).unwrap().next;
    assert_eq!((next.state, next.resolution_code), (State::Resolved, Some(ResolutionCode::Fixed)));
    assert_eq!((next.priority, next.major_review_due_at), (Priority::P1, Some(bench.now + Secs::days(5))));
    let bare = Verb::StandDown(StandDown { resolve: None });
    assert_eq!(code_of(bare.decide(&declared, &bench.at("dana"))), Code::ResolutionIncomplete);
    let resolved = bench.with(declared.clone(), |t| t.state = State::Resolved);
    assert!(bare.decide(&resolved, &bench.at("dana")).is_ok());
    let problem = StandDown { resolve: Some(fixed(ResolutionCode::ResolvedWithProblem)) };
    assert_eq!(code_of(problem.decide(&declared, &bench.at("dana"))), Code::ResolutionIncomplete);
    let unknown = bench.with(declared, |t| t.subcategory = crate::domain::incident::Subcategory::Unknown);
    assert_eq!(code_of(stand_down().decide(&unknown, &bench.at("dana"))), Code::CategoryUnresolved);
}

#[test]
fn a_child_is_resolved_as_its_major_incident_was() {
    let mut bench = Bench::new();
    let over = |t: &mut Ticket| {
        (t.state, t.major_state) = (State::Resolved, MajorState::StoodDown);
        t.resolution_code = Some(ResolutionCode::RolledBack);
        t.resolution_note = Some(resolution("the update was rolled back"));
        t.major_lead = Some(login("carla"));
    };
    let major = bench.other(over);
    let still = bench.other(|t| (t.state, t.major_state) = (State::InProgress, MajorState::Declared));
    let child = |bench: &Bench, case, of| {
        bench.with(case, |t| {
            t.links.insert(Link { kind: LinkKind::ChildOfMajor, to: of });
        })
    };
    let along = |of| Verb::ResolveChild(ResolveChild { of });
    for case in [bench.queued(), bench.assigned_to("bob"), bench.working("bob"), bench.pending("bob")] {
        let change = along(major).decide(&child(&bench, case.clone(), major), &bench.at("dana")).unwrap();
        assert_eq!(change.next.state, State::Resolved);
        assert_eq!(change.next.resolution_code, Some(ResolutionCode::RolledBack));
        assert_eq!(change.next.assignee, case.ticket().assignee, "its owner stays");
        assert_eq!(change.next.resolution_note.unwrap().as_str(), "resolved with INC-900: the update was rolled back");
    }
    let unknown = bench.with(bench.queued(), |t| t.subcategory = crate::domain::incident::Subcategory::Unknown);
    for (who, case, of, code) in [
        ("bob", child(&bench, bench.working("bob"), major), major, Code::NotPermitted),
        ("dana", bench.working("bob"), major, Code::LinkInvalid),
        ("dana", child(&bench, bench.working("bob"), still), still, Code::IllegalTransition),
        ("dana", child(&bench, bench.in_state(State::Resolved, Some("bob")), major), major, Code::IllegalTransition),
        ("dana", child(&bench, bench.proposed("bob", 2), major), major, Code::EscalationOpen),
        ("dana", child(&bench, unknown, major), major, Code::CategoryUnresolved),
    ] {
        assert_eq!(code_of(along(of).decide(&case, &bench.at(who))), code, "{who}");
    }
}

#[test]
fn i10_a_major_incident_does_not_close_before_it_is_reviewed() {
    let bench = Bench::new();
    let close = Verb::Close(Close { confirmed: true });
    for (major, code) in [
        (MajorState::None, None),
        (MajorState::Candidate, None),
        (MajorState::Declared, Some(Code::ReviewMissing)),
        (MajorState::StoodDown, Some(Code::ReviewMissing)),
        (MajorState::Reviewed, None),
    ] {
        let case = bench.with(stands(&bench, major), |t| {
            (t.state, t.resolved_at) = (State::Resolved, Some(bench.now));
        });
        let verdict = close.decide(&case, &bench.at("dana"));
        assert_eq!(verdict.err().map(|refusal| refusal.code), code, "{major}");
        let closes = Due::next(&case.is, &bench.policy).filter(|due| due.timer == Timer::AutoClose);
        assert_eq!(closes.is_some(), code.is_none(), "{major}");
    }
}

#[test]
fn it_closes_by_itself_when_its_time_has_come_and_it_was_reviewed() {
    let bench = Bench::new();
    for (days, closes) in [(2, 5), (9, 9)] {
        let reviewed: Instant = bench.now + Secs::days(days);
        let case = bench.with(stands(&bench, MajorState::Reviewed), |t| t.major_reviewed_at = Some(reviewed));
        let due = Due::next(&case.is, &bench.policy).unwrap();
        assert_eq!((due.timer, due.at), (Timer::AutoClose, bench.now + Secs::days(closes)));
    }
}

#[test]
fn an_overdue_review_calls_a_supervisor_once() {
    let bench = Bench::new();
    let mut case = stands(&bench, MajorState::StoodDown);
    let due = Due::next(&case.is, &bench.policy).unwrap();
    assert_eq!((due.timer, due.at), (Timer::MajorReview, bench.now + Secs::days(5)));
    let at = Moment { now: due.at, ..bench.system() };
    let change = Verb::Timer(due).decide(&case, &at).unwrap();
    assert_eq!(change.next.attention_of, Some(login("dana")));
    case.is = case.is.after(&change, &Login::system(), due.at);
    assert_eq!(Due::next(&case.is, &bench.policy), None);
}

#[test]
fn a_review_says_what_was_learned_and_what_is_pursued() {
    let mut bench = Bench::new();
    let stood = stands(&bench, MajorState::StoodDown);
    let change = Verb::ReviewMajor(review()).decide(&stood, &bench.at("dana")).unwrap();
    assert_eq!(change.next.cause_note.as_ref().map(CauseNote::as_str), Some("the disk was full"));
    assert_eq!((change.next.major_review_due_at, change.next.major_reviewed_at), (None, Some(bench.now)));
    let said = change.rows.iter().find_map(|row| match row {
        RowKind::Worklog(entry) => Some(entry.text.clone()),
        _ => None,
    });
    assert_eq!(
        said.unwrap(),
        "Review of the major incident\nTimeline: 13:00 first call, 14:10 restored\nWhat helped: restarting the \
         directory server\nCause: the disk was full\nProblem: not pursued as a problem: the disk is watched from now on"
    );
    let problem = AggId::derived(&[b"PRB-1"]);
    bench.problems.push((problem, Problem { number: "PRB-1".parse().ok(), ..Problem::default() }));
    let incident = bench.other(|_| {});
    let with = |of| Verb::ReviewMajor(ReviewMajor { cause: None, problem: Pursued::By(of), ..review() });
    let next = with(problem).decide(&stood, &bench.at("dana")).unwrap().next;
    assert!(next.links.contains(&Link { kind: LinkKind::SymptomOf, to: problem }));
    assert_eq!(code_of(with(incident).decide(&stood, &bench.at("dana"))), Code::LinkInvalid);
}

#[test]
fn a_declared_one_is_stood_down_and_not_cancelled() {
    let bench = Bench::new();
    let cancel = Verb::Cancel(Cancel { code: CancelCode::RaisedInError, reason: reason("it was a drill"), left: None });
    let declared = stands(&bench, MajorState::Declared);
    assert_eq!(code_of(cancel.decide(&declared, &bench.at("dana"))), Code::IllegalTransition);
    assert!(cancel.decide(&stands(&bench, MajorState::Candidate), &bench.at("dana")).is_ok());
}

#[test]
fn a_reopened_one_can_be_declared_again() {
    let bench = Bench::new();
    let reopened = bench.with(stands(&bench, MajorState::Reviewed), |t| t.state = State::InProgress);
    let next = declare("carla").decide(&reopened, &bench.at("dana")).unwrap().next;
    assert_eq!(
        (next.major_state, next.major_reviewed_at, next.major_review_due_at),
        (MajorState::Declared, None, None)
    );
}

#[test]
fn news_start_the_next_half_hour() {
    let bench = Bench::new();
    let change = declare("carla").decide(&bench.working("ann"), &bench.at("dana")).unwrap();
    let mut case = bench.working("ann");
    case.is = case.is.after(&change, &login("dana"), bench.now);
    let later = bench.now + Secs::minutes(20);
    let reply = Verb::Note(AddNote { text: note("we are on it"), vis: Visibility::Requester });
    let change = reply.decide(&case, &Moment { now: later, ..bench.at("ann") }).unwrap();
    case.is = case.is.after(&change, &login("ann"), later);
    let update = case.is.clocks.last(ClockKind::Update).unwrap();
    assert_eq!((update.clock.nth, update.due), (2, Some(later + Secs::minutes(30))));
}
