//! Who may, and the small steps that several verbs share.

use super::{Case, Moment};
use crate::domain::change::Change;
use crate::domain::event::RowKind;
use crate::domain::incident::State;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::request;
use crate::domain::role::{Role, Tier, User};
use crate::domain::task::VendorState;
use crate::domain::text::Login;
use crate::domain::ticket::Ticket;

impl Moment<'_> {
    pub fn is_supervisor(&self) -> bool {
        self.by.is(Role::Supervisor)
    }

    pub fn is_assignee(&self, ticket: &Ticket) -> bool {
        self.by.active && ticket.assignee.as_ref() == Some(&self.by.login)
    }

    /// A technician of the record's tier or above, or a supervisor.
    pub fn technician(&self, ticket: &Ticket) -> Result<(), Refusal> {
        if self.is_supervisor() || self.by.serves(ticket.tier) {
            return Ok(());
        }
        Err(self.not_permitted(&format!("a technician of tier {} or above, or a supervisor", ticket.tier)))
    }

    /// Anyone who logs: a technician or a supervisor.
    pub fn desk_person(&self) -> Result<(), Refusal> {
        if self.is_supervisor() || self.by.is(Role::Technician) {
            return Ok(());
        }
        Err(self.not_permitted("a technician or a supervisor"))
    }

    pub fn supervisor(&self) -> Result<(), Refusal> {
        if self.is_supervisor() { Ok(()) } else { Err(self.not_permitted("a supervisor")) }
    }

    /// The assignee or a supervisor.
    pub fn owner(&self, ticket: &Ticket) -> Result<(), Refusal> {
        if self.is_supervisor() || self.is_assignee(ticket) {
            return Ok(());
        }
        let owner = ticket.assignee.as_ref().map_or("nobody", Login::as_str);
        Err(self.not_permitted(&format!("its owner ({owner}) or a supervisor")))
    }

    /// The assignee, a technician of the tier when there is none, or a supervisor.
    pub fn owner_or_tier(&self, ticket: &Ticket) -> Result<(), Refusal> {
        if ticket.assignee.is_none() { self.technician(ticket) } else { self.owner(ticket) }
    }

    /// Whoever logged it, or a supervisor.
    pub fn creator(&self, ticket: &Ticket) -> Result<(), Refusal> {
        if self.is_supervisor() || (self.by.active && ticket.logged_by.as_ref() == Some(&self.by.login)) {
            return Ok(());
        }
        let creator = ticket.logged_by.as_ref().map_or("nobody", Login::as_str);
        Err(self.not_permitted(&format!("the one who asked ({creator}) or a supervisor")))
    }

    pub fn not_permitted(&self, who: &str) -> Refusal {
        Code::NotPermitted.because(format!("{} may not do this; it takes {who}", self.by.login))
    }
}

/// Refuses `assignee_invalid` unless that person may own a record like this in that tier.
pub fn may_own(user: &User, ticket: &Ticket, tier: Tier) -> Result<(), Refusal> {
    if user.may_own(tier, ticket.discipline) {
        return Ok(());
    }
    let why = if !user.active {
        "is not active".to_owned()
    } else if user.tier.is_none_or(|own| own < tier) {
        format!("does not work in tier {tier}")
    } else {
        format!("does not work on {}", ticket.discipline)
    };
    Err(Code::AssigneeInvalid.because(format!("{} {why}", user.login)))
}

/// Moves a ticket to a state at this moment and clears what belongs to the one it leaves.
pub fn enter(next: &mut Ticket, state: State, at: &Moment) {
    if next.state != state {
        next.state_since = at.now;
    }
    next.state = state;
    if state != State::Pending {
        next.pending_reason = None;
        next.follow_up_at = None;
        next.held_from = None;
    }
    if !at.rule {
        next.woke = false;
    }
    if state.terminal() && next.vendor_state == VendorState::Waiting {
        next.vendor_state = VendorState::None;
    }
}

/// Gives the ticket an owner: *assigned*, a task *accepted*, and remembered as the last one.
pub fn own(next: &mut Ticket, login: Login, at: &Moment) {
    next.last_assignee = Some(login.clone());
    next.assignee = Some(login);
    enter(next, State::owned(next.kind()), at);
}

/// Brings a ticket into work in the same step, so that resolving or holding it needs no key of its own: taken if
/// it was free, started if it was not. A request is in work once somebody has it.
pub fn into_work(next: &mut Ticket, at: &Moment) -> Result<(), Refusal> {
    match next.state {
        State::Queued | State::Open => {
            may_own(at.by, next, next.tier)?;
            own(next, at.by.login.clone(), at);
        }
        State::Assigned | State::Accepted => {}
        _ => return Ok(()),
    }
    next.acknowledged_at.get_or_insert(at.now);
    if !next.is_request() {
        enter(next, State::InProgress, at);
    }
    Ok(())
}

/// A technician wrote to the requester: the first time answers the response clock.
pub fn responded(next: &mut Ticket, at: &Moment) {
    next.responded_at.get_or_insert(at.now);
    next.last_public_at = Some(at.now);
}

/// Refuses `illegal_transition` on a record that has ended.
pub fn alive(case: &Case) -> Result<(), Refusal> {
    let ticket = case.ticket();
    if ticket.state.terminal() {
        return Err(Code::IllegalTransition.because(format!("{} is {}", ticket.name(), ticket.state)));
    }
    Ok(())
}

/// Refuses `illegal_transition` unless the record stands in its tier's queue.
pub fn open(case: &Case) -> Result<(), Refusal> {
    let ticket = case.ticket();
    if ticket.state.open() {
        return Ok(());
    }
    Err(Code::IllegalTransition.because(format!("{} is {}", ticket.name(), ticket.state)))
}

/// Refuses `illegal_transition` on a task: it is answered, declined or cancelled, and its parent does the rest.
pub fn not_a_task(ticket: &Ticket, at: &Moment) -> Result<(), Refusal> {
    if !ticket.is_task() {
        return Ok(());
    }
    let parent = ticket.parent.and_then(|parent| at.desk.ticket(parent));
    let hint = parent.map_or_else(String::new, |parent| format!("do it on its parent {}", parent.name()));
    Err(Code::IllegalTransition.because(format!("{} is a task", ticket.name())).hint(hint))
}

/// Refuses `illegal_transition` for a request that waits for somebody's word or for its day: it stays in its tier.
pub fn may_move_tier(ticket: &Ticket) -> Result<(), Refusal> {
    if !ticket.is_request() || request::moves_tier(ticket.state) {
        return Ok(());
    }
    Err(Code::IllegalTransition.because(format!("{} is {} and stays in its tier", ticket.name(), ticket.state)))
}

/// Refuses `escalation_open` while a proposal waits for a decision.
pub fn no_open_escalation(case: &Case) -> Result<(), Refusal> {
    match case.is.open_escalation() {
        None => Ok(()),
        Some(open) => Err(Code::EscalationOpen
            .because(format!(
                "{} waits for a decision on its escalation to tier {}, proposed by {}",
                case.name(),
                open.proposal.to,
                open.proposed_by
            ))
            .hint("withdraw it, or let the receiving side accept or return it")),
    }
}

/// The ticket enters another tier: a new stay begins. Owner and state are the caller's to set.
pub fn move_to(change: &mut Change, tier: Tier) {
    change.next.tier = tier;
    change.next.tier_moves += 1;
    change.rows.push(RowKind::Visit { tier, discipline: change.next.discipline });
}
