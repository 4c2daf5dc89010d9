//! What the clocks of a ticket would come to if somebody acted on it now.
//!
//! Each answer is the real course of the clocks on a changed copy of the ticket; no rule is written a second time.
//! The copy is changed as the verb would change it, as far as clocks look at it. Whether that person may do it is
//! not asked here.

use super::course::{Turn, steps};
use super::kept::Clocks;
use super::{ClockKind, Timetables};
use crate::domain::escalation::EscalationKind;
use crate::domain::fold::Folded;
use crate::domain::incident::{Pending, State};
use crate::domain::policy::Policy;
use crate::domain::priority::{Priority, Urgency};
use crate::domain::role::Tier;
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;

/// Something that could be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum If {
    /// On hold for a reason until the follow-up that the policy proposes for it; the wait then ends by itself.
    Hold {
        reason: Pending,
        until: Instant,
        /// The requester has heard nothing yet, so that the note has to go to them and answers.
        tells: bool,
    },
    /// The wait ends.
    Resume,
    /// More or less urgent by one step.
    Urgency(Urgency),
    /// Another tier has it: escalated and accepted at once, or what waits for that tier is accepted.
    Tier(Tier),
    /// The requester gets an answer.
    Reply,
}

/// What would come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub deed: If,
    pub priority: Priority,
    /// As of this instant: now, or the end of the wait.
    pub at: Instant,
    pub clocks: Clocks,
}

/// What could be done with an open ticket now, each with what would come of it; nothing for one that has ended.
/// `base` is the policy of the desk, which knows the contracts.
pub fn outcomes(is: &Folded<Ticket>, base: &Policy, now: Instant, tables: &dyn Timetables) -> Vec<Outcome> {
    if !is.fields.state.open() {
        return Vec::new();
    }
    deeds(is, base, now).into_iter().map(|deed| outcome(is, deed, base, now, tables)).collect()
}

fn deeds(is: &Folded<Ticket>, base: &Policy, now: Instant) -> Vec<If> {
    let ticket = &is.fields;
    let policy = base.under(ticket.contract.as_ref(), now);
    let tells = ticket.requester.is_some() && ticket.responded_at.is_none();
    let waits = ticket.state == State::Pending;
    let holds = Pending::ALL.iter().filter(|_| !waits).filter_map(|reason| {
        let until = now + policy.pending(*reason).default?;
        Some(If::Hold { reason: *reason, until, tells })
    });
    let mut deeds: Vec<If> = ticket.requester.iter().map(|_| If::Reply).collect();
    if waits {
        deeds.push(If::Resume);
    }
    deeds.extend(holds);
    deeds.extend(beside(ticket.urgency).map(If::Urgency));
    deeds.extend(next_tier(is).map(If::Tier));
    deeds
}

/// The urgencies one step up and one step down.
fn beside(urgency: Urgency) -> impl Iterator<Item = Urgency> {
    let at = Urgency::ALL.iter().position(|it| *it == urgency).unwrap_or(0);
    [at.checked_sub(1), at.checked_add(1)].into_iter().filter_map(|n| Urgency::ALL.get(n?).copied())
}

/// Where an open proposal goes; else the tier above.
fn next_tier(is: &Folded<Ticket>) -> Option<Tier> {
    let proposed = is.open_escalation().filter(|open| open.proposal.kind == EscalationKind::Functional);
    proposed.map(|open| open.proposal.to).or_else(|| Tier::new(is.fields.tier.n() + 1))
}

fn outcome(is: &Folded<Ticket>, deed: If, base: &Policy, now: Instant, tables: &dyn Timetables) -> Outcome {
    let mut course = Course { ticket: is.fields.clone(), clocks: is.clocks.clone(), base, tables };
    course.turn(now, matches!(deed, If::Tier(_)), |next, policy| apply(next, deed, policy, now));
    let mut at = now;
    if let If::Hold { until, .. } = deed {
        course.turn(until, false, |next, _| enter(next, State::InProgress));
        at = until;
    }
    Outcome { deed, priority: course.ticket.priority, at, clocks: course.clocks }
}

/// A copy of a ticket that goes on.
struct Course<'a> {
    ticket: Ticket,
    clocks: Clocks,
    base: &'a Policy,
    tables: &'a dyn Timetables,
}

impl Course<'_> {
    fn turn(&mut self, now: Instant, moved: bool, change: impl FnOnce(&mut Ticket, &Policy)) {
        let was = self.ticket.clone();
        let policy = self.base.under(was.contract.as_ref(), now);
        change(&mut self.ticket, policy);
        let is = &self.ticket;
        let told = is.last_public_at.is_some() && is.last_public_at != was.last_public_at;
        let turn = Turn { was: Some(&was), is, moved, told, policy, now, anew: false };
        for step in steps(&turn, &self.clocks, self.tables) {
            self.clocks.take(&step, now);
        }
    }
}

fn apply(next: &mut Ticket, deed: If, policy: &Policy, now: Instant) {
    match deed {
        If::Hold { reason, until, tells } => {
            if tells {
                tell(next, now);
            }
            next.acknowledged_at.get_or_insert(now);
            enter(next, State::Pending);
            (next.pending_reason, next.follow_up_at) = (Some(reason), Some(until));
        }
        If::Resume => enter(next, State::InProgress),
        If::Urgency(urgency) => {
            let before = next.computed_priority(policy);
            next.urgency = urgency;
            next.recompute_priority(before, policy);
        }
        If::Tier(tier) => {
            next.acknowledged_at.get_or_insert(now);
            enter(next, State::Assigned);
            next.tier = tier;
        }
        If::Reply => tell(next, now),
    }
}

fn enter(next: &mut Ticket, state: State) {
    next.state = state;
    (next.pending_reason, next.follow_up_at) = (None, None);
}

fn tell(next: &mut Ticket, now: Instant) {
    next.responded_at.get_or_insert(now);
    next.last_public_at = Some(now);
}

impl Outcome {
    /// When the newest clock of a kind would be due; `None` where it does not run, or not so long.
    pub fn due(&self, kind: ClockKind, tables: &dyn Timetables) -> Option<Instant> {
        let kept = self.clocks.last(kind).filter(|kept| kept.running())?;
        kept.clock.read(self.at, tables).ok()?.due_at
    }
}
