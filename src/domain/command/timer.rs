//! Timers: what happens by itself when its time has come. Each is applied at its own due instant, by any process,
//! once; the actor is `system`.

use super::access::enter;
use super::escalate::call_attention;
use super::request::carry;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::clock::course::marks;
use crate::domain::escalation::{Escalation, EscalationKind, Proposal, Step, StepKind};
use crate::domain::event::RowKind;
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, CmdId, RowId};
use crate::domain::incident::State;
use crate::domain::policy::Policy;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::domain::trigger::Action;
use crate::domain::trigger::Trigger;
use crate::domain::trigger::kept::{Step as Fired, What};
use crate::domain::word::words;

words! {
    /// The timers of a ticket.
    pub enum Timer {
        /// A wait is over: work goes on.
        PendingWake = "pending_wake",
        /// The day of a request has come: scheduled to deploying.
        ScheduledStart = "scheduled_start",
        /// Resolved or fulfilled long enough: closed.
        AutoClose = "auto_close",
        /// A clock is at risk or has run out, or time alone made a rule true.
        Watch = "watch",
        /// Nobody decided on a proposal in time: another supervisor's attention.
        ReviewOverdue = "review_overdue",
        /// Nobody has written the review of a major incident in time: a supervisor's attention.
        MajorReview = "major_review",
    }
}

/// A timer and the instant at which it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub at: Instant,
    pub timer: Timer,
}

impl Due {
    /// The next timer of a record on a desk of that policy, if it has one. It goes by the contract that was in force
    /// when the record came into its state, so that it is due at the same instant whenever that is asked.
    pub fn next(is: &Folded<Ticket>, base: &Policy) -> Option<Self> {
        let ticket = &is.fields;
        let policy = base.under(ticket.contract.as_ref(), ticket.state_since);
        let wake = ticket.follow_up_at.filter(|_| ticket.state == State::Pending);
        let close = ticket.resolved_at.filter(|_| ticket.state.finished());
        // A major incident waits for its review, however long that takes.
        let close = close.filter(|_| !ticket.major_state.owes_review()).map(|at| at + policy.records.autoclose);
        let close = close.map(|at| ticket.major_reviewed_at.map_or(at, |reviewed| reviewed.max(at)));
        let lesson = ticket.major_review_due_at.filter(|due| !asked(is, Trigger::Tr27, *due));
        let unasked = |open: &&Escalation| !asked(is, Trigger::Tr26, open.proposed_at);
        let review = is.open_escalation().filter(unasked).and_then(|open| open.proposal.review_due);
        [
            wake.map(|at| Self { at, timer: Timer::PendingWake }),
            ticket.starts_at().map(|at| Self { at, timer: Timer::ScheduledStart }),
            close.map(|at| Self { at, timer: Timer::AutoClose }),
            is.watch_at.map(|at| Self { at, timer: Timer::Watch }),
            review.map(|at| Self { at, timer: Timer::ReviewOverdue }),
            lesson.map(|at| Self { at, timer: Timer::MajorReview }),
        ]
        .into_iter()
        .flatten()
        .filter(|due| due.timer != Timer::ReviewOverdue || policy.escalation.enabled(Trigger::Tr26))
        .min()
    }

    /// The command identity that every process gives this timer: a second copy changes nothing.
    pub fn cmd(&self, agg: AggId) -> CmdId {
        CmdId::derived(&[b"timer", agg.bytes(), self.timer.word().as_bytes(), &self.at.0.to_be_bytes()])
    }

    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        if Self::next(&case.is, at.base) != Some(*self) {
            return Err(Code::IllegalTransition.because(format!("{} has no such timer any more", case.name())));
        }
        let ticket = case.ticket();
        match self.timer {
            Timer::PendingWake => {
                let mut change = Change::of(Act::Resume, ticket);
                enter(&mut change.next, ticket.goes_on_in(), at);
                change.next.woke = true;
                Ok(change)
            }
            Timer::ScheduledStart => Ok(carry::started(case, at)),
            Timer::AutoClose => {
                let mut change = Change::of(Act::Close, ticket);
                enter(&mut change.next, State::Closed, at);
                change.next.closed_at = Some(at.now);
                Ok(change)
            }
            Timer::Watch => Ok(watched(case, at)),
            Timer::ReviewOverdue => self.overdue(case, at),
            Timer::MajorReview => unreviewed(case, at),
        }
    }

    fn overdue(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let mut change = Change::of(Act::Escalate, case.ticket());
        let open = case.is.open_escalation();
        let waited = open.map(|open| (at.now - open.proposed_at).brief()).unwrap_or_default();
        let step = attention(Trigger::Tr26, format!("no decision on its escalation for {waited}"), case, at);
        let what =
            What::Fire { actions: vec![Action::Attention], to: None, numbers: format!("undecided for {waited}") };
        let fired = Fired { trigger: Trigger::Tr26, visit: case.is.visits, what };
        change.rows.push(RowKind::Trigger(Box::new(fired)));
        // Whoever proposed it waits for the decision and cannot be the one to make it.
        call_attention(&mut change, step, open.map_or(&at.by.login, |open| &open.proposed_by), at)?;
        Ok(change)
    }
}

/// The review of a major incident is overdue.
fn unreviewed(case: &Case, at: &Moment) -> Result<Change, Refusal> {
    let mut change = Change::of(Act::Escalate, case.ticket());
    let since = case.ticket().major_stood_down_at.map(|since| (at.now - since).brief()).unwrap_or_default();
    let step = attention(Trigger::Tr27, format!("no review of the major incident {since} after it was over"), case, at);
    call_attention(&mut change, step, &at.by.login, at)?;
    Ok(change)
}

/// A call for a supervisor's attention by a rule.
fn attention(rule: Trigger, reason: String, case: &Case, at: &Moment) -> Step {
    let tier = case.ticket().tier;
    let proposal = Proposal {
        kind: EscalationKind::Hierarchical,
        from: tier,
        to: tier,
        triggers: vec![rule.word().to_owned()],
        reason: Some(reason),
        wish: None,
        snapshot: std::collections::BTreeMap::new(),
        review_due: None,
        post_review: true,
        discipline: None,
        vendor: None,
    };
    let id = RowId::derived(&[b"overdue", at.cmd.bytes(), case.agg.bytes()]);
    Step { proposal: Some(proposal), ..Step::new(id, StepKind::Open) }
}

/// Remembers what the clocks have come to by now. What the rules make of that follows as from every change.
fn watched(case: &Case, at: &Moment) -> Change {
    // Looked at now; when to look again follows from how the clocks stand after this.
    let mut change = Change::of(Act::Watch, case.ticket()).row(RowKind::Watch { at: None });
    for step in marks(&case.is.clocks, at.now, at.desk) {
        change.rows.push(RowKind::Clock(Box::new(step)));
    }
    change
}

/// Was a supervisor's attention asked for by that rule since an instant? The store's list of due timers asks the same.
fn asked(is: &Folded<Ticket>, rule: Trigger, since: Instant) -> bool {
    let asks = |one: &Escalation| one.proposal.triggers.first().is_some_and(|id| id == rule.word());
    is.escalations.iter().any(|one| asks(one) && one.proposed_at >= since)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, login};
    use crate::domain::text::Label;
    use crate::domain::time::Secs;

    #[test]
    fn a_wait_ends_at_its_follow_up() {
        let bench = Bench::new();
        let case = bench.pending("ann");
        let due = Due::next(&case.is, &bench.policy).unwrap();
        assert_eq!((due.timer, due.at), (Timer::PendingWake, bench.now + Secs::days(1)));
        let next = due.decide(&case, &bench.system()).unwrap().next;
        assert_eq!((next.state, next.woke), (State::InProgress, true));
    }

    #[test]
    fn a_resolved_ticket_closes_by_itself() {
        let bench = Bench::new();
        let case = bench.with(bench.in_state(State::Resolved, Some("ann")), |t| t.resolved_at = Some(bench.now));
        let due = Due::next(&case.is, &bench.policy).unwrap();
        assert_eq!((due.timer, due.at), (Timer::AutoClose, bench.now + Secs::days(5)));
        assert_eq!(due.decide(&case, &bench.system()).unwrap().next.state, State::Closed);
    }

    #[test]
    fn a_resolved_ticket_closes_as_its_contract_says_that_was_in_force_when_it_was_resolved() {
        let bench = Bench::under(
            "[contract.acme]\ncustomer = \"Acme Ltd\"\nstarts_on = \"2026-01-01\"\nends_on = \"2026-09-30\"\n\
             records.autoclose_days = 20\n",
        );
        for (resolved, days) in [("2026-09-30T21:59:00Z", 20), ("2026-10-01T00:00:00Z", 5)] {
            let resolved: Instant = resolved.parse().unwrap();
            let case = bench.with(bench.in_state(State::Resolved, Some("ann")), |t| {
                (t.contract, t.resolved_at, t.state_since) = (Label::new("acme").ok(), Some(resolved), resolved);
            });
            let due = Due::next(&case.is, &bench.policy).unwrap();
            assert_eq!(due.at, resolved + Secs::days(days), "{resolved}");
            let at = Moment { now: due.at, ..bench.system() };
            assert_eq!(crate::domain::command::Verb::Timer(due).decide(&case, &at).unwrap().next.state, State::Closed);
        }
        assert_eq!(bench.policy.shortest_autoclose(), Secs::days(5));
    }

    #[test]
    fn a_proposal_nobody_decides_on_rises_to_a_supervisor_once() {
        let bench = Bench::new();
        let case = bench.proposed("ann", 2);
        let due = Due::next(&case.is, &bench.policy).unwrap();
        assert_eq!(due.timer, Timer::ReviewOverdue);
        let change = due.decide(&case, &bench.system()).unwrap();
        assert_eq!(change.next.attention_of, Some(login("dana")));
        assert_eq!(change.next.escalation, case.ticket().escalation, "the proposal goes on waiting");
    }

    #[test]
    fn a_desk_that_switched_the_rule_off_is_not_told_of_a_late_decision() {
        let mut bench = Bench::new();
        let case = bench.proposed("ann", 2);
        assert_eq!(Due::next(&case.is, &bench.policy).unwrap().timer, Timer::ReviewOverdue);
        bench.policy.escalation.disabled.insert(Trigger::Tr26);
        assert_eq!(Due::next(&case.is, &bench.policy), None);
    }

    #[test]
    fn a_supervisor_who_proposed_is_not_asked_about_the_own_proposal() {
        let bench = Bench::new();
        let case = bench.proposed("dana", 2);
        let due = Due::next(&case.is, &bench.policy).unwrap();
        assert_eq!(due.decide(&case, &bench.system()).unwrap().next.attention_of, Some(login("sven")));
    }

    #[test]
    fn a_timer_that_is_no_longer_due_is_refused() {
        let bench = Bench::new();
        let due = Due { at: bench.now, timer: Timer::PendingWake };
        assert_eq!(code_of(due.decide(&bench.working("ann"), &bench.system())), Code::IllegalTransition);
        assert_eq!(Due::next(&bench.queued().is, &bench.policy), None);
    }

    #[test]
    fn every_process_gives_a_timer_the_same_identity() {
        let bench = Bench::new();
        let due = Due { at: bench.now, timer: Timer::AutoClose };
        let agg = bench.queued().agg;
        assert_eq!(due.cmd(agg), due.cmd(agg));
        assert_ne!(due.cmd(agg), Due { at: bench.now + Secs(1), ..due }.cmd(agg));
    }
}
