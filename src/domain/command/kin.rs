//! What a command on one record asks of its parent or its tasks, by rule: a parent that ends takes its open tasks along,
//! tasks stay as urgent as their parent, and a parent learns of the end of what it waited for. Which records those are
//! is for the store to find.

use super::cancel::cancelled;
use super::{Case, Moment, access, follow};
use crate::domain::change::{Act, Change};
use crate::domain::incident::{CancelCode, Pending, State};
use crate::domain::refusal::Refusal;
use crate::domain::task::{blocking, inherit, vendor_state};
use crate::domain::text::Reason;
use crate::domain::ticket::Ticket;

/// What an open task becomes, with its parent as that stands now: cancelled with it (K8), else as urgent as it.
/// `None`: it stands so already.
pub fn task_of(parent: &Ticket, task: &Case, at: &Moment) -> Result<Option<Change>, Refusal> {
    if !task.ticket().state.open() {
        return Ok(None);
    }
    if parent.state.terminal() {
        return ended_with(&parent.name(), parent.state.word(), task, at);
    }
    let mut change = Change::of(Act::Edit, task.ticket());
    inherit(&mut change.next, parent);
    Ok(clocked(change, task, at))
}

/// The change with what its clocks do; `None` when there is none.
fn clocked(change: Change, case: &Case, at: &Moment) -> Option<Change> {
    let at = &at.under(case.ticket().contract.as_ref());
    (!change.is_empty(case.ticket())).then(|| follow(case, change, at))
}

/// The task of a record that has come to that end, cancelled with it (K8). `None`: it has ended already.
pub fn ended_with(parent: &str, state: &str, task: &Case, at: &Moment) -> Result<Option<Change>, Refusal> {
    if !task.ticket().state.open() {
        return Ok(None);
    }
    let reason = Reason::new(&format!("{parent} is {state}"))?;
    let change = Change::of(Act::Cancel, task.ticket()).because(&reason);
    cancelled(change, CancelCode::Withdrawn, task, at).map(|change| clocked(change, task, at))
}

/// What a parent becomes when some of its tasks changed: it knows whether its vendor has answered, and wakes (I7) if it
/// waited for another discipline and these were the last that kept it. All tasks as they stand now. `None`: it stands
/// so already.
pub fn parent_of(changed: &[Ticket], others: &[Ticket], parent: &Case, at: &Moment) -> Option<Change> {
    let is = parent.ticket();
    let mut change = Change::of(Act::Edit, is);
    if !is.state.terminal() {
        change.next.vendor_state = vendor_state(changed.iter().chain(others));
    }
    let waits = is.state == State::Pending && is.pending_reason == Some(Pending::AwaitingDiscipline);
    let over = changed.iter().find(|task| task.blocking && matches!(task.state, State::Done | State::Declined));
    let kept = blocking(changed.iter().chain(others)).next().is_some();
    if let Some(task) = over.filter(|_| waits && !kept) {
        change.act = Act::Resume;
        change.reason = Some(format!("{} is {}", task.name(), task.state));
        access::enter(&mut change.next, is.goes_on_in(), at);
        change.next.woke = true;
    }
    clocked(change, parent, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, question};
    use crate::domain::priority::Priority;
    use crate::domain::task::VendorState;
    use crate::domain::text::Label;

    fn waiting(bench: &Bench) -> Case {
        bench.with(bench.pending("ann"), |t| t.pending_reason = Some(Pending::AwaitingDiscipline))
    }

    fn task(state: State) -> Ticket {
        Ticket { number: "TSK-1".parse().ok(), state, blocking: true, ..Ticket::default() }
    }

    #[test]
    fn i7_the_end_of_the_last_blocking_task_wakes_its_parent() {
        let bench = Bench::new();
        let at = bench.system();
        let aside = Ticket { blocking: false, ..task(State::Open) };
        for (ended, others, wakes) in [
            (task(State::Done), vec![], true),
            (task(State::Declined), vec![], true),
            (task(State::Done), vec![aside.clone()], true),
            (task(State::Cancelled), vec![], false),
            (task(State::InProgress), vec![], false),
            (task(State::Done), vec![task(State::Pending)], false),
            (Ticket { blocking: false, ..task(State::Done) }, vec![], false),
        ] {
            let change = parent_of(std::slice::from_ref(&ended), &others, &waiting(&bench), &at);
            let state = change.map(|change| (change.next.state, change.next.woke, change.next.follow_up_at));
            assert_eq!(state, wakes.then_some((State::InProgress, true, None)), "{ended:?} {others:?}");
        }
    }

    #[test]
    fn i7_a_parent_that_waits_for_its_requester_sleeps_on() {
        let bench = Bench::new();
        for parent in [bench.pending("ann"), bench.working("ann")] {
            assert!(parent_of(&[task(State::Done)], &[], &parent, &bench.system()).is_none());
        }
    }

    #[test]
    fn a_vendor_that_answered_is_waited_for_no_more() {
        let bench = Bench::new();
        let parent = bench.with(bench.working("ann"), |t| t.vendor_state = VendorState::Waiting);
        for (state, stands) in [
            (State::Done, Some(VendorState::Answered)),
            (State::Cancelled, Some(VendorState::None)),
            (State::Pending, None),
        ] {
            let asked = Ticket { vendor: Label::new("Contoso").ok(), ..task(state) };
            let change = parent_of(&[asked], &[], &parent, &bench.system());
            assert_eq!(change.map(|change| change.next.vendor_state), stands, "{state}");
        }
    }

    #[test]
    fn k8_tasks_end_with_their_parent() {
        let bench = Bench::new();
        for state in [State::Closed, State::Cancelled] {
            let parent = Ticket { state, ..bench.working("ann").is.fields };
            let change =
                task_of(&parent, &bench.task(State::InProgress, Some("nina")), &bench.system()).unwrap().unwrap();
            assert_eq!((change.act, change.next.state), (Act::Cancel, State::Cancelled));
            assert_eq!(change.reason, Some(format!("INC-42 is {state}")));
            let over = bench.task(State::Done, Some("nina"));
            assert_eq!(task_of(&parent, &over, &bench.system()).unwrap(), None);
        }
        let resolved = Ticket { state: State::Resolved, ..bench.working("ann").is.fields };
        assert_eq!(task_of(&resolved, &bench.task(State::Open, None), &bench.system()).unwrap(), None);
    }

    #[test]
    fn a_task_becomes_as_urgent_as_its_parent() {
        let bench = Bench::new();
        let parent = Ticket { priority: Priority::P1, ..bench.working("ann").is.fields };
        let change = task_of(&parent, &bench.task(State::Open, None), &bench.system()).unwrap().unwrap();
        assert_eq!(change.next.priority, Priority::P1);
        assert_eq!(change.next.question, Some(question("Is lic01:27000 open?")));
    }
}
