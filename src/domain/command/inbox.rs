//! Decide on a hand-off: accept (E2), return (E3), withdraw (E4), hand back afterwards (E6), put off, review.

use super::access::{enter, may_move_tier, may_own, move_to, open, own};
use super::escalate::{ping_pong_brake, row};
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{Escalation, EscalationKind, EscalationState, ReturnCode, Step, StepKind};
use crate::domain::incident::State;
use crate::domain::policy::Review as ReviewBy;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Role;
use crate::domain::text::{Login, Note, Reason};
use crate::domain::time::Instant;

/// Take the record into the receiving tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    pub owner: NewOwner,
    pub note: Option<Note>,
}

/// Who has it after an acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewOwner {
    /// The one who accepts, if that person may own it; else as `Wish`.
    Me,
    User(Login),
    /// The proposer's wish if that person may own it; else nobody.
    Wish,
}

impl Accept {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        let open = proposed(case)?;
        may_decide(open, at)?;
        let to = open.proposal.to;
        let valid = |login: &Login| at.desk.user(login).filter(|user| user.may_own(to, ticket.discipline));
        let wish = open.proposal.wish.as_ref().and_then(valid);
        may_move_tier(ticket)?;
        let owner = match &self.owner {
            NewOwner::Me => valid(&at.by.login).or(wish),
            NewOwner::Wish => wish,
            NewOwner::User(login) => {
                let user = at
                    .desk
                    .user(login)
                    .ok_or_else(|| Code::AssigneeInvalid.because(format!("there is no user {login}")))?;
                may_own(&user, ticket, to)?;
                Some(user)
            }
        };
        let mut change = Change::of(Act::Accept, ticket);
        let note = self.note.as_ref().map(ToString::to_string);
        change = change.row(row(Step { note, alone: alone(open, at), ..Step::new(open.id, StepKind::Accept) }));
        change.next.escalation = None;
        let former = ticket.assignee.clone();
        match owner {
            Some(user) => own(&mut change.next, user.login, at),
            None => {
                change.next.assignee = None;
                enter(&mut change.next, State::Queued, at);
            }
        }
        change.next.last_assignee = former;
        change.next.acknowledged_at.get_or_insert(at.now);
        move_to(&mut change, to);
        Ok(change)
    }
}

/// Send a proposal back with a reason; the record stays where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    pub code: ReturnCode,
    pub note: Reason,
}

impl Return {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let open = proposed(case)?;
        may_decide(open, at)?;
        let mut change = Change::of(Act::Return, case.ticket()).because(&self.note);
        change.next.escalation = None;
        change.next.returns += 1;
        let note = Some(self.note.to_string());
        let step = Step { code: Some(self.code), note, alone: alone(open, at), ..Step::new(open.id, StepKind::Return) };
        Ok(change.row(row(step)))
    }
}

/// Take one's own proposal back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    pub reason: Reason,
}

impl Withdraw {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let open = proposed(case)?;
        if open.proposed_by != at.by.login {
            at.supervisor()?;
        }
        let mut change = Change::of(Act::Withdraw, case.ticket()).because(&self.reason);
        change.next.escalation = None;
        let note = Some(self.reason.to_string());
        Ok(change.row(row(Step { note, ..Step::new(open.id, StepKind::Withdraw) })))
    }
}

/// Back to the tier it came from, after it was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandBack {
    pub code: ReturnCode,
    pub note: Reason,
}

impl HandBack {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner_or_tier(ticket)?;
        open(case)?;
        let accepted = case.is.escalations.iter().rev().find(|escalation| {
            escalation.state == EscalationState::Accepted && escalation.proposal.kind == EscalationKind::Functional
        });
        let accepted = accepted.filter(|escalation| escalation.proposal.to == ticket.tier).ok_or_else(|| {
            Code::IllegalTransition.because(format!(
                "{} did not come to tier {} by an escalation",
                ticket.name(),
                ticket.tier
            ))
        })?;
        super::access::no_open_escalation(case)?;
        may_move_tier(ticket)?;
        ping_pong_brake(case, at)?;
        let mut change = Change::of(Act::HandBack, ticket).because(&self.note);
        let note = Some(self.note.to_string());
        change = change.row(row(Step { code: Some(self.code), note, ..Step::new(accepted.id, StepKind::HandBack) }));
        let back_to = accepted.proposal.from;
        let former = ticket.last_assignee.as_ref().filter(|login| ticket.assignee.as_ref() != Some(login));
        let former = former.and_then(|login| at.desk.user(login)).filter(|u| u.may_own(back_to, ticket.discipline));
        match former {
            Some(user) => own(&mut change.next, user.login, at),
            None => {
                change.next.assignee = None;
                enter(&mut change.next, State::Queued, at);
            }
        }
        change.next.last_assignee.clone_from(&ticket.assignee);
        move_to(&mut change, back_to);
        Ok(change)
    }
}

/// Put a proposal off; the proposer sees until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defer {
    pub until: Instant,
    pub note: Option<Note>,
}

impl Defer {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let open = proposed(case)?;
        may_decide(open, at)?;
        let latest = at.now + crate::domain::time::Secs::days(3);
        if !(at.now < self.until && self.until <= latest) {
            return Err(Code::FollowupOutOfRange.because(format!("put it off to after now and {latest} at the latest")));
        }
        let note = self.note.as_ref().map(ToString::to_string);
        let until = Some(self.until);
        let step = Step { until, note, alone: alone(open, at), ..Step::new(open.id, StepKind::Defer) };
        Ok(Change::of(Act::Defer, case.ticket()).row(row(step)))
    }
}

/// A supervisor acknowledges every immediate and hierarchical escalation of the record that waits for it, with a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub note: Note,
}

impl Review {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.supervisor()?;
        let waits = |esc: &&Escalation| esc.proposal.post_review && esc.reviewed_at.is_none();
        let waiting: Vec<_> = case.is.escalations.iter().filter(waits).collect();
        let Some(last) = waiting.last() else {
            return Err(Code::IllegalTransition.because(format!("{} waits for no review", case.name())));
        };
        let mut others = waiting.iter().filter(|esc| esc.proposed_by != at.by.login).peekable();
        if others.peek().is_none() {
            return Err(own_proposal(last));
        }
        let mut change = Change::of(Act::Review, case.ticket());
        if change.next.attention_of.as_ref() == Some(&at.by.login) {
            change.next.attention_of = None;
        }
        for esc in others {
            let note = Some(self.note.to_string());
            change = change.row(row(Step { note, ..Step::new(esc.id, StepKind::Review) }));
        }
        Ok(change)
    }
}

/// The proposal that waits, or `illegal_transition`.
fn proposed(case: &Case) -> Result<&Escalation, Refusal> {
    case.is.open_escalation().ok_or_else(|| {
        let last = case.is.escalations.last();
        let why = last.filter(|esc| esc.decided_by.is_some()).map_or_else(String::new, |esc| {
            let who = esc.decided_by.as_ref().map_or("", Login::as_str);
            format!("; the last was {} by {who}", esc.state.word().replace('_', " "))
        });
        Code::IllegalTransition.because(format!("{} waits for no decision{why}", case.name()))
    })
}

/// The receiving tier or a supervisor, as the policy says, and never the proposer.
fn may_decide(open: &Escalation, at: &Moment) -> Result<(), Refusal> {
    let receiver = at.policy.escalation.review == ReviewBy::Receiver && at.by.serves(open.proposal.to);
    if !receiver && !at.is_supervisor() {
        let who = match at.policy.escalation.review {
            ReviewBy::Receiver => format!("a technician of tier {} or a supervisor", open.proposal.to),
            ReviewBy::Supervisor => "a supervisor".to_owned(),
        };
        return Err(at.not_permitted(&who));
    }
    if open.proposed_by == at.by.login && !alone(open, at) {
        return Err(own_proposal(open));
    }
    Ok(())
}

fn own_proposal(open: &Escalation) -> Refusal {
    Code::SegregationOfDuties.because(format!("{} proposed it and cannot decide on it", open.proposed_by))
}

/// With only one active supervisor the policy may let that person decide on an own proposal; it is marked.
fn alone(open: &Escalation, at: &Moment) -> bool {
    let only = at.policy.single_supervisor && at.by.is(Role::Supervisor) && at.desk.supervisors().len() == 1;
    only && open.proposed_by == at.by.login
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, login, note, reason};
    use crate::domain::command::react::react;
    use crate::domain::event::RowKind;
    use crate::domain::role::Tier;
    use crate::domain::time::Secs;

    fn accept() -> Accept {
        Accept { owner: NewOwner::Me, note: None }
    }
    fn send_back() -> Return {
        Return { code: ReturnCode::IncompleteHandoff, note: reason("which log was read?") }
    }
    fn hand_back() -> HandBack {
        HandBack { code: ReturnCode::WithinTierRights, note: reason("tier 1 has the rights") }
    }

    #[test]
    fn e2_accepting_moves_the_record_to_its_new_owner() {
        let bench = Bench::new();
        let next = accept().decide(&bench.proposed("ann", 2), &bench.at("carla")).unwrap().next;
        assert_eq!((next.tier, next.state), (Tier::Two, State::Assigned));
        assert_eq!((next.assignee, next.last_assignee), (Some(login("carla")), Some(login("ann"))));
        assert_eq!((next.tier_moves, next.escalation), (1, None));
    }

    #[test]
    fn e2_a_supervisor_without_a_tier_leaves_it_in_the_queue_or_names_someone() {
        let bench = Bench::new();
        let next = accept().decide(&bench.proposed("ann", 2), &bench.at("dana")).unwrap().next;
        assert_eq!((next.state, next.assignee), (State::Queued, None));
        let named = Accept { owner: NewOwner::User(login("carla")), note: None };
        assert_eq!(
            named.decide(&bench.proposed("ann", 2), &bench.at("dana")).unwrap().next.assignee,
            Some(login("carla"))
        );
    }

    #[test]
    fn e2_e3_refusals() {
        let bench = Bench::new();
        let to_ann = Accept { owner: NewOwner::User(login("ann")), note: None };
        for (who, case, code) in [
            ("bob", bench.proposed("ann", 2), Code::NotPermitted),
            ("carla", bench.proposed("carla", 2), Code::SegregationOfDuties),
            ("carla", bench.working("ann"), Code::IllegalTransition),
        ] {
            assert_eq!(code_of(accept().decide(&case, &bench.at(who))), code, "{who}");
            assert_eq!(code_of(send_back().decide(&case, &bench.at(who))), code, "{who}");
        }
        assert_eq!(code_of(to_ann.decide(&bench.proposed("ann", 2), &bench.at("carla"))), Code::AssigneeInvalid);
    }

    #[test]
    fn e2_the_policy_can_leave_decisions_to_supervisors() {
        let mut bench = Bench::new();
        bench.policy.escalation.review = ReviewBy::Supervisor;
        assert_eq!(code_of(accept().decide(&bench.proposed("ann", 2), &bench.at("carla"))), Code::NotPermitted);
        assert!(accept().decide(&bench.proposed("ann", 2), &bench.at("dana")).is_ok());
    }

    #[test]
    fn e2_a_single_supervisor_may_decide_alone_and_it_is_marked() {
        let mut bench = Bench::new();
        bench.policy.single_supervisor = true;
        bench.users.retain(|user| user.login != login("sven"));
        let decided = |by: &str, noted: Option<&str>| {
            let (case, at) = (bench.proposed(by, 2), bench.at("dana"));
            let defer = Defer { until: bench.now + Secs::HOUR, note: noted.map(note) };
            let accept = Accept { note: noted.map(note), ..accept() };
            [accept.decide(&case, &at), send_back().decide(&case, &at), defer.decide(&case, &at)].map(|change| {
                let change = change.unwrap();
                let RowKind::Escalation(step) = &change.rows[0] else { panic!("{:?}", change.rows) };
                let mut escalation = bench.proposed(by, 2).is.escalations.remove(0);
                escalation.take(step, &login("dana"), bench.now);
                (step.alone, escalation.decision_note.unwrap_or_default())
            })
        };
        for noted in [None, Some("there is nobody else")] {
            let [accepted, returned, deferred] = decided("dana", noted);
            assert!(accepted.0 && returned.0 && deferred.0, "{noted:?}");
            assert!(accepted.1.contains("single supervisor") && accepted.1.contains(noted.unwrap_or_default()));
            assert!(returned.1.contains("single supervisor"));
            let others = decided("ann", noted);
            assert!(others.iter().all(|(alone, note)| !alone && !note.contains("single supervisor")), "{others:?}");
        }
    }

    #[test]
    fn e3_a_returned_record_stays_and_counts_the_return() {
        let bench = Bench::new();
        let next = send_back().decide(&bench.proposed("ann", 2), &bench.at("carla")).unwrap().next;
        assert_eq!((next.tier, next.returns, next.escalation), (Tier::One, 1, None));
        assert_eq!(next.assignee, Some(login("ann")));
    }

    #[test]
    fn e4_the_proposer_or_a_supervisor_withdraws() {
        let bench = Bench::new();
        let withdraw = Withdraw { reason: reason("found it myself") };
        assert!(withdraw.decide(&bench.proposed("ann", 2), &bench.at("ann")).is_ok());
        assert!(withdraw.decide(&bench.proposed("ann", 2), &bench.at("dana")).is_ok());
        assert_eq!(code_of(withdraw.decide(&bench.proposed("ann", 2), &bench.at("carla"))), Code::NotPermitted);
        assert_eq!(code_of(withdraw.decide(&bench.working("ann"), &bench.at("ann"))), Code::IllegalTransition);
    }

    #[test]
    fn e6_handing_back_returns_to_the_former_owner() {
        let bench = Bench::new();
        let next = hand_back().decide(&bench.accepted("ann", "carla"), &bench.at("carla")).unwrap().next;
        assert_eq!((next.tier, next.state, next.assignee), (Tier::One, State::Assigned, Some(login("ann"))));
        let gone = bench.with(bench.accepted("ann", "carla"), |t| t.last_assignee = Some(login("gone")));
        assert_eq!(hand_back().decide(&gone, &bench.at("carla")).unwrap().next.state, State::Queued);
    }

    #[test]
    fn e6_refusals() {
        let bench = Bench::new();
        let bounced = bench.bounce(bench.accepted("ann", "carla"));
        for (who, case, code) in [
            ("ann", bench.accepted("ann", "carla"), Code::NotPermitted),
            ("ann", bench.working("ann"), Code::IllegalTransition),
            ("carla", bounced.clone(), Code::NotPermitted),
        ] {
            assert_eq!(code_of(hand_back().decide(&case, &bench.at(who))), code, "{who}");
        }
        assert!(hand_back().decide(&bounced, &bench.at("dana")).is_ok());
    }

    #[test]
    fn a_move_too_many_asks_a_supervisor_for_one_owner() {
        let bench = Bench::new();
        let once = bench.with(bench.accepted("ann", "carla"), |_| {});
        let mut twice = once;
        (twice.is.visits, twice.is.visited) = (3, 0b1001);
        let change = hand_back().decide(&twice, &bench.at("carla")).unwrap();
        let moved = Case { agg: twice.agg, is: twice.is.after(&change, &login("carla"), bench.now) };
        let reaction = react(&moved, &bench.system()).unwrap();
        assert_eq!(reaction.next.attention_of, Some(login("dana")));
    }

    #[test]
    fn deferring_and_reviewing() {
        let bench = Bench::new();
        let defer = |hours| Defer { until: bench.now + Secs::hours(hours), note: None };
        assert!(defer(2).decide(&bench.proposed("ann", 2), &bench.at("carla")).is_ok());
        assert_eq!(code_of(defer(0).decide(&bench.proposed("ann", 2), &bench.at("carla"))), Code::FollowupOutOfRange);
        assert_eq!(code_of(defer(100).decide(&bench.proposed("ann", 2), &bench.at("carla"))), Code::FollowupOutOfRange);
        assert_eq!(code_of(defer(2).decide(&bench.proposed("ann", 2), &bench.at("bob"))), Code::NotPermitted);
        let review = Review { note: note("seen, carla keeps it") };
        assert_eq!(code_of(review.decide(&bench.working("ann"), &bench.at("ann"))), Code::NotPermitted);
        assert_eq!(code_of(review.decide(&bench.working("ann"), &bench.at("dana"))), Code::IllegalTransition);
        assert!(review.decide(&bench.attention("ann"), &bench.at("dana")).is_ok());
        assert_eq!(code_of(review.decide(&bench.attention("dana"), &bench.at("dana"))), Code::SegregationOfDuties);
    }
}
