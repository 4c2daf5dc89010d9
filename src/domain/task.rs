//! What a coordination task is: its moves, what it takes from its parent, and what its parent learns from it. A task
//! asks another discipline, another tier or a vendor one question about a record; that record stays where it is.

use super::incident::State;
use super::ticket::Ticket;
use super::word::words;

words! {
    /// Does a record wait for a vendor?
    pub enum VendorState = None {
        None = "none",
        /// A task for a vendor is open.
        Waiting = "waiting",
        Answered = "answered",
    }
}

/// Moves that a command may ask for.
pub const fn may_become(from: State, next: State) -> bool {
    use State::*;
    matches!(
        (from, next),
        (Open, Accepted | Declined | Cancelled)
            | (Accepted, InProgress | Declined | Done | Cancelled)
            | (InProgress, Pending | Done | Cancelled)
            | (Pending, InProgress | Done | Cancelled)
            | (Done | Declined, Open)
    )
}

/// What a task has no word of its own in: it is as urgent as its parent, and the same kind of work.
pub fn inherit(task: &mut Ticket, parent: &Ticket) {
    task.priority = parent.priority;
    task.impact = parent.impact;
    task.urgency = parent.urgency;
    task.category = parent.category;
    task.subcategory = parent.subcategory;
    task.work_mode = parent.work_mode;
    task.contract.clone_from(&parent.contract);
}

/// Tasks that keep their parent from being resolved.
pub fn blocking<'t>(tasks: impl IntoIterator<Item = &'t Ticket>) -> impl Iterator<Item = &'t Ticket> {
    tasks.into_iter().filter(|task| task.blocking && task.state.open())
}

/// What the tasks of a record say of its vendor: one that is open is waited for, whatever others have said.
pub fn vendor_state<'t>(tasks: impl IntoIterator<Item = &'t Ticket>) -> VendorState {
    let asked = tasks.into_iter().filter(|task| task.vendor.is_some());
    asked.fold(VendorState::None, |stands, task| match (stands, task.state) {
        (_, state) if state.open() => VendorState::Waiting,
        (VendorState::None, State::Done) => VendorState::Answered,
        _ => stands,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::number::Kind;
    use crate::domain::text::Label;

    #[test]
    fn k2_to_k9_are_the_only_moves_of_a_task() {
        use State::*;
        for (from, allowed) in [
            (Open, &[Cancelled, Accepted, Declined][..]),
            (Accepted, &[InProgress, Cancelled, Done, Declined]),
            (InProgress, &[Pending, Cancelled, Done]),
            (Pending, &[InProgress, Cancelled, Done]),
            (Done, &[Open]),
            (Declined, &[Open]),
            (Cancelled, &[]),
            (Queued, &[]),
            (Assigned, &[]),
            (Resolved, &[]),
            (Closed, &[]),
        ] {
            let moves: Vec<_> = State::ALL.iter().copied().filter(|next| from.may_become(*next, Kind::Task)).collect();
            assert_eq!(moves, allowed, "from {from}");
        }
    }

    #[test]
    fn an_open_question_to_a_vendor_is_waited_for_whatever_others_said() {
        let asked = |state| Ticket { state, vendor: Label::new("Contoso").ok(), ..Ticket::default() };
        let other = Ticket { state: State::Open, ..Ticket::default() };
        for (tasks, stands) in [
            (vec![], VendorState::None),
            (vec![other.clone()], VendorState::None),
            (vec![asked(State::Open)], VendorState::Waiting),
            (vec![asked(State::Done), asked(State::Pending)], VendorState::Waiting),
            (vec![asked(State::Done), asked(State::Declined), other], VendorState::Answered),
            (vec![asked(State::Cancelled)], VendorState::None),
        ] {
            assert_eq!(vendor_state(&tasks), stands, "{tasks:?}");
        }
    }
}
