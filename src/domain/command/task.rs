//! Ask another discipline, another tier or a vendor by a task (K1), and end one: declined (K3) or done (K7). What a
//! task shares with other tickets stands with its verb: take (K2), start (K4), hold and resume (K5, K6), cancel (K8),
//! reopen (K9).

use super::access::{alive, enter, into_work, may_own, not_a_task};
use super::{Case, Moment};
use crate::domain::change::{Act, Begun, Change};
use crate::domain::incident::{State, Visibility};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Tier};
use crate::domain::task::{VendorState, inherit};
use crate::domain::text::{Label, Note, Question, Reason, TaskAnswer, Title};
use crate::domain::ticket::Ticket;

/// A question about a record, as a task of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub question: Question,
    /// Absent: the first line of the question.
    pub title: Option<Title>,
    pub discipline: Discipline,
    /// In whose queue it waits.
    pub tier: Tier,
    pub vendor: Option<Label>,
    pub vendor_ref: Option<Label>,
    /// The record cannot be resolved before the task has ended.
    pub blocking: bool,
}

impl Ask {
    /// A blocking question in the tier and discipline of the record.
    pub fn of(question: Question, parent: &Ticket) -> Self {
        Self {
            question,
            title: None,
            discipline: parent.discipline,
            tier: parent.tier,
            vendor: None,
            vendor_ref: None,
            blocking: true,
        }
    }

    /// K1, on the parent. The task is what the change begins.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let parent = case.ticket();
        if !at.rule {
            at.desk_person()?;
        }
        not_a_task(parent, at)?;
        alive(case)?;
        if self.vendor.is_some() {
            may_ask_vendor(at)?;
            has_version(parent)?;
        } else if self.vendor_ref.is_some() {
            return Err(Code::FieldMissing.because("the vendor is missing").hint("whose number is it?"));
        }
        let mut change = Change::of(Act::Ask, parent);
        self.begin(&mut change, case, at);
        Ok(change)
    }

    /// Adds the task to a change of its parent.
    pub(super) fn begin(&self, change: &mut Change, case: &Case, at: &Moment) {
        if self.vendor.is_some() {
            change.next.vendor_state = VendorState::Waiting;
        }
        change.begins = Some(Begun::task(self.ticket(case, at)));
    }

    fn ticket(&self, case: &Case, at: &Moment) -> Ticket {
        let parent = case.ticket();
        let first = self.question.as_str().lines().next().unwrap_or_default();
        let mut task = Ticket {
            title: self.title.clone().or_else(|| Title::fitted(first).ok()).unwrap_or_default(),
            state: State::Open,
            state_since: at.now,
            tier: self.tier,
            discipline: self.discipline,
            source: parent.source,
            opened_at: at.now,
            logged_at: at.now,
            logged_by: Some(at.by.login.clone()),
            parent: Some(case.agg),
            question: Some(self.question.clone()),
            vendor: self.vendor.clone(),
            vendor_ref: self.vendor_ref.clone(),
            blocking: self.blocking,
            ..Ticket::default()
        };
        inherit(&mut task, parent);
        task
    }
}

/// Refuses `not_permitted` below tier 2: whoever asks a vendor stays the owner of the matter.
pub fn may_ask_vendor(at: &Moment) -> Result<(), Refusal> {
    if at.rule || at.is_supervisor() || at.by.serves(Tier::Two) {
        return Ok(());
    }
    Err(at.not_permitted("tier 2 or above, to ask a vendor"))
}

/// Refuses `handoff_incomplete` unless the record says which product and version a vendor is asked about.
fn has_version(parent: &Ticket) -> Result<(), Refusal> {
    if parent.h13.is_some() {
        return Ok(());
    }
    Err(Code::HandoffIncomplete
        .because(format!("{} does not say which product and version it is", parent.name()))
        .hint("answer h13 of its checklist first"))
}

/// Refuses `illegal_transition` when the record that a task belongs to has ended.
pub(super) fn parent_alive(task: &Ticket, at: &Moment) -> Result<(), Refusal> {
    match task.parent.and_then(|parent| at.desk.ticket(parent)).filter(|parent| parent.state.terminal()) {
        Some(parent) => {
            let why = format!("{} belongs to {}, which is {}", task.name(), parent.name(), parent.state);
            Err(Code::IllegalTransition.because(why))
        }
        None => Ok(()),
    }
}

/// The receiving side does not take the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    pub reason: Reason,
}

impl Decline {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let task = case.ticket();
        receiver(task, at)?;
        task.may_become(State::Declined)?;
        let mut change = Change::of(Act::Decline, task).because(&self.reason);
        change.next.decline_reason = Some(self.reason.clone());
        ended(&mut change.next, State::Declined, at);
        Ok(change)
    }
}

/// Refuses `not_permitted` unless the person has the task, could take it, or supervises.
fn receiver(task: &Ticket, at: &Moment) -> Result<(), Refusal> {
    if task.assignee.is_some() || at.is_supervisor() {
        return at.owner(task);
    }
    let who = || format!("a technician of {} in tier {} or above, or a supervisor", task.discipline, task.tier);
    may_own(at.by, task, task.tier).map_err(|_| at.not_permitted(&who()))
}

/// The question is answered. From the queue the task is taken and started in the same step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub answer: TaskAnswer,
}

impl Done {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let task = case.ticket();
        if task.state == State::Open {
            at.technician(task)?
        } else {
            at.owner(task)?
        }
        let mut change = Change::of(Act::Done, task);
        into_work(&mut change.next, at)?;
        change.next.may_become(State::Done)?;
        change.next.answer = Some(self.answer.clone());
        ended(&mut change.next, State::Done, at);
        Ok(change.note(Visibility::Internal, &Note::new(self.answer.as_str())?))
    }
}

fn ended(next: &mut Ticket, state: State, at: &Moment) {
    enter(next, state, at);
    next.closed_at = Some(at.now);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, login, note, question, reason, said};
    use crate::domain::command::cancel::Cancel;
    use crate::domain::command::edit::Edit;
    use crate::domain::command::escalate::{Escalate, Target};
    use crate::domain::command::hold::{Hold, Resume};
    use crate::domain::command::link::{AddLink, Merge};
    use crate::domain::command::reopen::Reopen;
    use crate::domain::command::take::{Start, Take};
    use crate::domain::command::{Verb, assign, resolve};
    use crate::domain::id::AggId;
    use crate::domain::incident::{CancelCode, Pending, ResolutionCode};
    use crate::domain::priority::{Priority, Urgency};
    use crate::domain::ticket::{Link, LinkKind};
    use crate::domain::time::Secs;

    fn ask() -> Ask {
        Ask { discipline: Discipline::Network, ..Ask::of(question("Is lic01:27000 open?"), &Ticket::default()) }
    }

    fn done() -> Done {
        Done { answer: TaskAnswer::new("the port is open again").unwrap() }
    }

    fn wait(reason: Pending) -> Hold {
        Hold { reason, follow_up: None, note: note("asked the data centre"), public: true }
    }

    fn again() -> Reopen {
        Reopen { reason: reason("still unreachable from here") }
    }

    fn off() -> Cancel {
        Cancel { code: CancelCode::Withdrawn, reason: reason("the caller found it"), left: None }
    }

    #[test]
    fn k1_a_task_is_as_urgent_as_its_parent_and_waits_in_its_tier() {
        let bench = Bench::new();
        let parent = bench.with(bench.working("ann"), |t| t.priority = Priority::P2);
        let change = ask().decide(&parent, &bench.at("bob")).unwrap();
        assert!(change.is_empty(parent.ticket()), "asking a discipline changes nothing on the parent");
        let task = change.begins.unwrap().ticket;
        assert_eq!((task.state, task.tier, task.priority), (State::Open, Tier::One, Priority::P2));
        assert_eq!((task.parent, task.blocking), (Some(parent.agg), true));
        assert_eq!(task.title.as_str(), "Is lic01:27000 open?");
        assert_eq!((task.logged_by, task.requester), (Some(login("bob")), None));
    }

    #[test]
    fn k1_asking_a_vendor_marks_the_parent_as_waiting() {
        let bench = Bench::new();
        let parent = bench.with(bench.working("carla"), |t| t.h13 = Some(said("Cadix 12.4")));
        let vendor = Ask { vendor: Label::new("Contoso").ok(), ..ask() };
        let change = vendor.decide(&parent, &bench.at("carla")).unwrap();
        assert_eq!(change.next.vendor_state, VendorState::Waiting);
        assert!(vendor.decide(&parent, &bench.system()).is_ok(), "a rule may ask too");
    }

    #[test]
    fn k1_refusals() {
        let bench = Bench::new();
        let vendor = Ask { vendor: Label::new("Contoso").ok(), ..ask() };
        let number = Ask { vendor_ref: Label::new("SR-1").ok(), ..ask() };
        let told = bench.with(bench.working("ann"), |t| t.h13 = Some(said("Cadix 12.4")));
        for (who, parent, verb, code) in [
            ("audrey", bench.working("ann"), ask(), Code::NotPermitted),
            ("ann", bench.in_state(State::Closed, None), ask(), Code::IllegalTransition),
            ("ann", bench.in_state(State::Cancelled, None), ask(), Code::IllegalTransition),
            ("ann", bench.task(State::Open, None), ask(), Code::IllegalTransition),
            ("ann", told, vendor.clone(), Code::NotPermitted),
            ("carla", bench.working("ann"), vendor, Code::HandoffIncomplete),
            ("ann", bench.working("ann"), number, Code::FieldMissing),
        ] {
            assert_eq!(code_of(verb.decide(&parent, &bench.at(who))), code, "{who} {verb:?}");
        }
        assert!(ask().decide(&bench.in_state(State::Resolved, None), &bench.at("ann")).is_ok());
        assert_eq!(Question::new(" ").unwrap_err().code, Code::TextInvalid);
    }

    #[test]
    fn k2_to_k6_the_receiving_side_works_on_a_task_with_the_verbs_of_every_ticket() {
        let bench = Bench::new();
        let (nina, held) = (bench.at("nina"), wait(Pending::AwaitingRequester));
        let next = |verb: Verb, case: &Case| verb.decide(case, &nina).unwrap().next;
        let taken = next(Verb::Take(Take), &bench.task(State::Open, None));
        assert_eq!((taken.state, taken.assignee), (State::Accepted, Some(login("nina"))));
        let started = next(Verb::Start(Start), &bench.task(State::Accepted, Some("nina")));
        assert_eq!(started.state, State::InProgress);
        let working = bench.task(State::InProgress, Some("nina"));
        let waiting = next(Verb::Hold(held), &working);
        assert_eq!((waiting.state, waiting.follow_up_at), (State::Pending, Some(bench.now + Secs::days(2))));
        assert_eq!(waiting.responded_at, None, "there is nobody to respond to");
        let resumed = next(Verb::Resume(Resume), &bench.task(State::Pending, Some("nina")));
        assert_eq!(resumed.state, State::InProgress);
        let given = assign::Assign { to: login("nina"), reason: None };
        let given = given.decide(&bench.task(State::Open, None), &bench.at("dana")).unwrap().next;
        assert_eq!((given.state, given.acknowledged_at), (State::Accepted, None));
    }

    #[test]
    fn k2_to_k6_refusals() {
        let bench = Bench::new();
        let task = |state, owner| bench.task(state, owner);
        let (hold, resume) = (|reason| Verb::Hold(wait(reason)), || Verb::Resume(Resume));
        let release = || Verb::Release(assign::Release { reason: reason("called to another site") });
        let assign = |to| Verb::Assign(assign::Assign { to: login(to), reason: Some(reason("goes off shift")) });
        let (taken, working) = (task(State::Accepted, Some("nina")), task(State::InProgress, Some("nina")));
        for (who, case, verb, code) in [
            ("ann", task(State::Open, None), Verb::Take(Take), Code::AssigneeInvalid),
            ("nina", taken.clone(), Verb::Take(Take), Code::TakenAlready),
            ("nina", task(State::Declined, None), Verb::Take(Take), Code::IllegalTransition),
            ("ann", taken.clone(), Verb::Start(Start), Code::NotPermitted),
            ("nina", working.clone(), Verb::Start(Start), Code::IllegalTransition),
            ("ann", working.clone(), hold(Pending::Observation), Code::NotPermitted),
            ("nina", task(State::Pending, Some("nina")), hold(Pending::Observation), Code::IllegalTransition),
            ("nina", working.clone(), hold(Pending::AwaitingDiscipline), Code::LinkRequired),
            ("nina", working.clone(), hold(Pending::AwaitingVendor), Code::LinkRequired),
            ("ann", task(State::Pending, Some("nina")), resume(), Code::NotPermitted),
            ("nina", working.clone(), resume(), Code::IllegalTransition),
            ("nina", working, release(), Code::IllegalTransition),
            ("dana", taken, assign("carla"), Code::IllegalTransition),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{who} {verb:?}");
        }
        let theirs = bench.with(bench.task(State::InProgress, Some("nina")), |t| t.vendor = Label::new("Contoso").ok());
        assert!(wait(Pending::AwaitingVendor).decide(&theirs, &bench.at("nina")).is_ok());
    }

    #[test]
    fn k3_the_receiving_side_declines_with_a_reason() {
        let bench = Bench::new();
        let decline = Decline { reason: reason("the switch is not ours") };
        for (who, case) in [
            ("nina", bench.task(State::Open, None)),
            ("nina", bench.task(State::Accepted, Some("nina"))),
            ("dana", bench.task(State::Open, None)),
        ] {
            let next = decline.decide(&case, &bench.at(who)).unwrap().next;
            assert_eq!((next.state, next.closed_at), (State::Declined, Some(bench.now)));
            assert_eq!(next.decline_reason.as_ref(), Some(&decline.reason));
        }
        for (who, case, code) in [
            ("ann", bench.task(State::Open, None), Code::NotPermitted),
            ("carla", bench.task(State::Accepted, Some("nina")), Code::NotPermitted),
            ("nina", bench.task(State::InProgress, Some("nina")), Code::IllegalTransition),
            ("nina", bench.task(State::Done, Some("nina")), Code::IllegalTransition),
            ("ann", bench.working("ann"), Code::IllegalTransition),
        ] {
            assert_eq!(code_of(decline.decide(&case, &bench.at(who))), code, "{who}");
        }
    }

    #[test]
    fn k7_a_task_is_done_with_an_answer_from_every_open_state() {
        let bench = Bench::new();
        for (state, owner) in [
            (State::Open, None),
            (State::Accepted, Some("nina")),
            (State::InProgress, Some("nina")),
            (State::Pending, Some("nina")),
        ] {
            let change = done().decide(&bench.task(state, owner), &bench.at("nina")).unwrap();
            assert_eq!((change.next.state, change.next.closed_at), (State::Done, Some(bench.now)), "{state}");
            assert_eq!(change.next.assignee, Some(login("nina")));
            assert_eq!(change.rows.len(), 1, "the answer is in the worklog");
        }
        for (who, case, code) in [
            ("ann", bench.task(State::Accepted, Some("nina")), Code::NotPermitted),
            ("ann", bench.task(State::Open, None), Code::AssigneeInvalid),
            ("nina", bench.task(State::Declined, Some("nina")), Code::IllegalTransition),
            ("ann", bench.working("ann"), Code::IllegalTransition),
        ] {
            assert_eq!(code_of(done().decide(&case, &bench.at(who))), code, "{who}");
        }
        assert_eq!(TaskAnswer::new("fixed").unwrap_err().code, Code::TextInvalid);
    }

    #[test]
    fn k8_whoever_asked_cancels() {
        let bench = Bench::new();
        for (who, state) in [("ann", State::Open), ("ann", State::Pending), ("dana", State::InProgress)] {
            let next = off().decide(&bench.task(state, Some("nina")), &bench.at(who)).unwrap().next;
            assert_eq!((next.state, next.closed_at), (State::Cancelled, Some(bench.now)));
        }
        for (who, state, code) in [
            ("nina", State::InProgress, Code::NotPermitted),
            ("bob", State::Open, Code::NotPermitted),
            ("ann", State::Done, Code::IllegalTransition),
        ] {
            assert_eq!(code_of(off().decide(&bench.task(state, Some("nina")), &bench.at(who))), code, "{who}");
        }
    }

    #[test]
    fn k9_whoever_asked_asks_again() {
        let bench = Bench::new();
        for (who, state) in [("ann", State::Done), ("dana", State::Declined)] {
            let ended = bench.with(bench.task(state, Some("nina")), |t| {
                t.answer = Some(done().answer);
                t.closed_at = Some(bench.now);
            });
            let next = again().decide(&ended, &bench.at(who)).unwrap().next;
            assert_eq!((next.state, next.assignee, next.answer), (State::Open, None, None));
            assert_eq!((next.reopen_count, next.closed_at), (1, None));
        }
        for (who, state, code) in [
            ("nina", State::Done, Code::NotPermitted),
            ("ann", State::Open, Code::IllegalTransition),
            ("ann", State::Cancelled, Code::IllegalTransition),
        ] {
            assert_eq!(code_of(again().decide(&bench.task(state, Some("nina")), &bench.at(who))), code, "{who}");
        }
        let mut bench = bench;
        let over = bench.other(|t| t.state = State::Closed);
        let orphan = bench.with(bench.task(State::Done, None), |t| t.parent = Some(over));
        assert_eq!(code_of(again().decide(&orphan, &bench.at("ann"))), Code::IllegalTransition);
    }

    #[test]
    fn what_a_task_is_not_for() {
        let mut bench = Bench::new();
        let other = bench.other(|t| t.number = "TSK-9".parse().ok());
        let task = bench.task(State::InProgress, Some("nina"));
        let resolve = resolve::Resolve {
            code: ResolutionCode::Fixed,
            note: crate::domain::command::bench::resolution("opened the port again"),
            subcategory: None,
            public: false,
        };
        let up = Escalate {
            to: Target::Tier(Tier::Two),
            why: None,
            reason: Some(reason("needs more rights")),
            triggers: vec![],
            answers: vec![],
            wish: None,
        };
        let fix = assign::FixOwner { owner: login("nina"), reason: reason("stays here until done") };
        let link = Link { kind: LinkKind::DuplicateOf, to: other };
        let urgent = Edit { urgency: Some(Urgency::High), ..Edit::default() };
        let number = Edit { vendor_ref: Some(Label::new("SR-1").ok()), ..Edit::default() };
        for (who, verb, code) in [
            ("nina", Verb::Resolve(resolve), Code::IllegalTransition),
            ("nina", Verb::Escalate(up), Code::IllegalTransition),
            ("dana", Verb::FixOwner(fix), Code::IllegalTransition),
            ("nina", Verb::Merge(Merge { into: other }), Code::LinkInvalid),
            ("nina", Verb::Link(AddLink { link }), Code::LinkInvalid),
            ("nina", Verb::Edit(urgent), Code::ModeFixed),
            ("nina", Verb::Edit(number), Code::LinkRequired),
        ] {
            assert_eq!(code_of(verb.decide(&task, &bench.at(who))), code, "{verb:?}");
        }
        let related = Link { kind: LinkKind::RelatedTo, to: AggId::derived(&[b"INC-42"]) };
        assert!(AddLink { link: related }.decide(&task, &bench.at("nina")).is_ok());
    }
}
