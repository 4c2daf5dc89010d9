//! The wish is fulfilled (R9), or some of the work is done again (R12).

use super::super::access::{enter, no_open_escalation, responded};
use super::super::resolve::no_blocking_task;
use super::super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::incident::{State, Visibility};
use crate::domain::install::check::{Seen, needed};
use crate::domain::install::target::{Outcome, Target};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Note, Reason, Resolution};
use crate::domain::ticket::Ticket;

/// It is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfil {
    pub note: Resolution,
    /// Does the requester read the note?
    pub public: bool,
}

impl Fulfil {
    /// Refuses `verification_failed` while a check that it needs is missing or has failed.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        ticket.may_become(State::Fulfilled)?;
        verified(ticket, at)?;
        no_open_escalation(case)?;
        no_blocking_task(case, at)?;
        let mut change = Change::of(Act::Fulfil, ticket);
        if self.public {
            responded(&mut change.next, at);
        }
        enter(&mut change.next, State::Fulfilled, at);
        change.next.resolved_at = Some(at.now);
        change.next.resolved_by = Some(at.by.login.clone());
        change.next.resolution_note = Some(self.note.clone());
        change.next.owner_fixed = false;
        let vis = if self.public { Visibility::Requester } else { Visibility::Internal };
        Ok(change.note(vis, &Note::new(self.note.as_str())?))
    }
}

fn verified(ticket: &Ticket, at: &Moment) -> Result<(), Refusal> {
    let is_server = |target: &Target| at.desk.endpoint(&target.name).is_some_and(|it| it.is_server());
    let on_servers = ticket.targets.iter().any(|target| target.outcome != Outcome::Dropped && is_server(target));
    let needed = needed(ticket, on_servers).into_iter();
    let missing = needed.filter(|kind| !ticket.checks.iter().any(|check| check.kind == *kind));
    let missing: Vec<_> = missing.map(|kind| kind.word()).collect();
    let failed = ticket.checks.iter().filter(|check| check.seen == Seen::Fail);
    let failed: Vec<_> = failed.map(|check| check.kind.word()).collect();
    let said = [("missing", missing), ("failed", failed)];
    let said =
        said.iter().filter(|(_, kinds)| !kinds.is_empty()).map(|(how, kinds)| format!("{how}: {}", kinds.join(", ")));
    let said: Vec<_> = said.collect();
    if said.is_empty() {
        return Ok(());
    }
    Err(Code::VerificationFailed
        .because(format!("the checks of {} stand against it; {}", ticket.name(), said.join("; ")))
        .hint("`tierdesk request check NUMBER KIND pass EVIDENCE`; a supervisor may waive one"))
}

/// Carry it out again where it did not go well. What was looked at, or let through, was of the work before: it is looked
/// at anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    pub reason: Reason,
}

impl Retry {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        if ticket.state != State::Verifying {
            let why = format!("{} is {}; what was looked at is tried again", ticket.name(), ticket.state);
            return Err(Code::IllegalTransition.because(why));
        }
        let mut change = Change::of(Act::Retry, ticket).because(&self.reason);
        let again = |target: &Target| match target.outcome {
            Outcome::Failed | Outcome::RolledBack => Target { outcome: Outcome::Pending, exit: None, ..target.clone() },
            _ => target.clone(),
        };
        change.next.targets = ticket.targets.iter().map(again).collect();
        change.next.checks.clear();
        change.next.confirmed_by_requester = false;
        enter(&mut change.next, State::Deploying, at);
        Ok(change)
    }
}
