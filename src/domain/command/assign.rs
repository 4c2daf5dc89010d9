//! Give a ticket to someone (I2, I3), put it back into the queue (I4), and end a ping-pong by naming one owner.

use super::access::{enter, may_own, not_a_task, open, own};
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::incident::State;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Login, Reason};

/// Assign to a person of the record's tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assign {
    pub to: Login,
    /// Needed when someone else has it.
    pub reason: Option<Reason>,
}

impl Assign {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        let to = at.desk.user(&self.to).ok_or_else(|| {
            Code::AssigneeInvalid.because(format!("there is no user {}", self.to)).hint("`tierdesk user` lists them")
        })?;
        match ticket.assignee {
            None if self.to == at.by.login => at.technician(ticket)?,
            None => at.supervisor()?,
            Some(_) => at.owner(ticket)?,
        }
        // Who carries a request out may change at every stage of it.
        let goes_on = ticket.is_request() && ticket.assignee.is_some() && ticket.state.open();
        if !goes_on {
            ticket.may_become(State::owned(ticket.kind()))?;
        }
        may_own(&to, ticket, ticket.tier)?;
        let mut change = Change::of(Act::Assign, ticket);
        if let Some(owner) = &ticket.assignee {
            if *owner == self.to {
                return Err(Code::AssigneeInvalid.because(format!("{owner} has {} already", ticket.name())));
            }
            if !at.is_supervisor() && to.tier != at.by.tier {
                return Err(at.not_permitted("a supervisor, to give it to another tier's people"));
            }
            let reason = self.reason.as_ref().ok_or_else(|| {
                Code::ReasonRequired.because(format!("{owner} has {}; say why it changes hands", ticket.name()))
            })?;
            change = change.because(reason);
            change.next.reassign_count += 1;
        }
        if goes_on {
            change.next.last_assignee = Some(self.to.clone());
            change.next.assignee = Some(self.to.clone());
            return Ok(change);
        }
        own(&mut change.next, self.to.clone(), at);
        if ticket.is_request() {
            change.next.acknowledged_at.get_or_insert(at.now);
        }
        Ok(change)
    }
}

/// Back into the queue, without an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub reason: Reason,
}

impl Release {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        if ticket.is_task() || !matches!(ticket.state, State::Assigned | State::InProgress | State::Validating) {
            return Err(Code::IllegalTransition.because(format!(
                "{} is {} and cannot go back into the queue",
                ticket.name(),
                ticket.state
            )));
        }
        let mut change = Change::of(Act::Release, ticket).because(&self.reason);
        change.next.assignee = None;
        enter(&mut change.next, State::Queued, at);
        Ok(change)
    }
}

/// A supervisor ends a ping-pong: one owner, named with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixOwner {
    pub owner: Login,
    pub reason: Reason,
}

impl FixOwner {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.supervisor()?;
        not_a_task(ticket, at)?;
        open(case)?;
        let owner = at
            .desk
            .user(&self.owner)
            .ok_or_else(|| Code::AssigneeInvalid.because(format!("there is no user {}", self.owner)))?;
        may_own(&owner, ticket, ticket.tier)?;
        let mut change = Change::of(Act::FixOwner, ticket).because(&self.reason);
        change.next.owner_fixed = true;
        if ticket.assignee.as_ref() != Some(&self.owner) {
            own(&mut change.next, self.owner.clone(), at);
        }
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, login, reason};

    fn give(to: &str, why: bool) -> Assign {
        Assign { to: login(to), reason: why.then(|| reason("goes off shift now")) }
    }

    #[test]
    fn i2_a_supervisor_gives_a_free_ticket_to_anyone_of_the_tier() {
        let bench = Bench::new();
        let change = give("bob", false).decide(&bench.queued(), &bench.at("dana")).unwrap();
        assert_eq!(change.next.assignee, Some(login("bob")));
        assert_eq!(change.next.acknowledged_at, None, "being given a ticket is not taking it");
    }

    #[test]
    fn i3_changing_hands_counts_and_needs_a_reason() {
        let bench = Bench::new();
        let change = give("bob", true).decide(&bench.working("ann"), &bench.at("ann")).unwrap();
        assert_eq!((change.next.reassign_count, change.next.state), (1, State::Assigned));
    }

    #[test]
    fn i2_i3_refusals() {
        let bench = Bench::new();
        for (who, case, verb, code) in [
            ("ann", bench.queued(), give("bob", true), Code::NotPermitted),
            ("bob", bench.working("ann"), give("bob", true), Code::NotPermitted),
            ("ann", bench.working("ann"), give("bob", false), Code::ReasonRequired),
            ("ann", bench.working("ann"), give("carla", true), Code::NotPermitted),
            ("dana", bench.working("ann"), give("ann", true), Code::AssigneeInvalid),
            ("dana", bench.working("ann"), give("gone", true), Code::AssigneeInvalid),
            ("dana", bench.working("ann"), give("nobody", true), Code::AssigneeInvalid),
            ("dana", bench.in_state(State::Closed, None), give("bob", true), Code::IllegalTransition),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{who} {verb:?}");
        }
    }

    #[test]
    fn i4_a_released_ticket_is_free_and_nobody_counts_it_as_reassigned() {
        let bench = Bench::new();
        let release = Release { reason: reason("called to another site") };
        let change = release.decide(&bench.working("ann"), &bench.at("ann")).unwrap();
        assert_eq!((change.next.assignee, change.next.reassign_count), (None, 0));
        assert_eq!(change.next.state, State::Queued);
        assert_eq!(code_of(release.decide(&bench.working("ann"), &bench.at("bob"))), Code::NotPermitted);
        assert_eq!(code_of(release.decide(&bench.pending("ann"), &bench.at("ann"))), Code::IllegalTransition);
    }

    #[test]
    fn only_a_supervisor_fixes_the_owner() {
        let bench = Bench::new();
        let fix = FixOwner { owner: login("carla"), reason: reason("stays here until solved") };
        assert_eq!(code_of(fix.decide(&bench.working("ann"), &bench.at("ann"))), Code::NotPermitted);
        let change = fix.decide(&bench.working("ann"), &bench.at("dana")).unwrap();
        assert!(change.next.owner_fixed);
        assert_eq!(change.next.assignee, Some(login("carla")));
        assert_eq!(
            code_of(fix.decide(&bench.in_state(State::Closed, None), &bench.at("dana"))),
            Code::IllegalTransition
        );
        let nobody = FixOwner { owner: login("nobody"), ..fix };
        assert_eq!(code_of(nobody.decide(&bench.queued(), &bench.at("dana"))), Code::AssigneeInvalid);
    }
}
