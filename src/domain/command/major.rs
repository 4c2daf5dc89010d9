//! Major incidents: an outage of many people, led by one person, with the incidents it caused as its children.
//!
//! | from | command | to |
//! | --- | --- | --- |
//! | none | propose (a technician, or the rule TR27) | candidate |
//! | none, candidate, and a reopened one that was declared before | declare (a supervisor) | declared |
//! | candidate | refuse (a supervisor) | none |
//! | declared | stand down (a supervisor, its lead) | stood_down |
//! | stood_down | review (a supervisor) | reviewed |

use super::access::{enter, into_work, open};
use super::escalate::{Escalate, Target as To, row};
use super::link::symptom;
use super::resolve::Resolve;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{EscalationKind, Step, StepKind};
use crate::domain::id::AggId;
use crate::domain::incident::{MajorState, ResolutionCode, State, Visibility};
use crate::domain::number::Kind;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Role;
use crate::domain::text::{CauseNote, Lesson, Login, Note, Reason, Resolution};
use crate::domain::ticket::{Link, LinkKind, Ticket};
use crate::domain::trigger::Trigger;

/// A technician thinks that this is a major incident; a supervisor's attention is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeMajor {
    pub reason: Reason,
}

impl ProposeMajor {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.technician(ticket)?;
        open(case)?;
        may_be_major(ticket, at)?;
        may_move(ticket, "a candidate", ticket.major_state == MajorState::None)?;
        let mut change = Change::of(Act::ProposeMajor, ticket).because(&self.reason);
        change.next.major_state = MajorState::Candidate;
        call(change, "proposed as a major incident", &self.reason, case, at)
    }
}

/// It is a major incident, led by one person: P1 whatever else is said, news at the policy's cadence, round the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclareMajor {
    pub reason: Reason,
    pub lead: Login,
}

impl DeclareMajor {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.supervisor()?;
        open(case)?;
        may_be_major(ticket, at)?;
        may_move(ticket, "declared", ticket.major_state != MajorState::Declared)?;
        self.may_lead(at)?;
        let assessed = ticket.assessed_priority(at.policy);
        let mut change = Change::of(Act::DeclareMajor, ticket).because(&self.reason);
        change.next.major_state = MajorState::Declared;
        change.next.major_lead = Some(self.lead.clone());
        change.next.major_declared_at = Some(at.now);
        change.next.major_stood_down_at = None;
        change.next.major_review_due_at = None;
        change.next.major_reviewed_at = None;
        change.next.recompute_priority(assessed, at.policy);
        call(change, &format!("major incident, lead {}", self.lead), &self.reason, case, at)
    }

    fn may_lead(&self, at: &Moment) -> Result<(), Refusal> {
        let works = at.desk.user(&self.lead).filter(|user| user.active);
        if works.is_some_and(|user| user.is(Role::Supervisor) || user.is(Role::Technician)) {
            return Ok(());
        }
        Err(Code::AssigneeInvalid
            .because(format!("{} cannot lead a major incident", self.lead))
            .hint("name an active technician or supervisor"))
    }
}

/// A candidate is none after all. The rule does not propose it again in this stay in a tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefuseMajor {
    pub reason: Reason,
}

impl RefuseMajor {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.supervisor()?;
        may_move(ticket, "refused", ticket.major_state == MajorState::Candidate)?;
        let mut change = Change::of(Act::RefuseMajor, ticket).because(&self.reason);
        change.next.major_state = MajorState::None;
        answered(&mut change, case, self.reason.as_str());
        Ok(change)
    }
}

/// Service is restored. Resolves the record (I9) unless that was done before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandDown {
    /// Needed while the record is not resolved.
    pub resolve: Option<Resolve>,
}

impl StandDown {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        supervisor_or_lead(ticket, at)?;
        may_move(ticket, "stood down", ticket.major_state == MajorState::Declared)?;
        let mut change = Change::of(Act::StandDown, ticket);
        if ticket.state != State::Resolved {
            into_work(&mut change.next, at)?;
            let resolve = self.resolve.as_ref().ok_or_else(|| {
                Code::ResolutionIncomplete
                    .because(format!("{} is not resolved yet", ticket.name()))
                    .hint("give the resolution code and what restored service")
            })?;
            if resolve.code == ResolutionCode::ResolvedWithProblem {
                return Err(Code::ResolutionIncomplete
                    .because("a major incident is not resolved with a problem; say how service was restored"));
            }
            change = resolve.restored(change, case, at)?;
        }
        change.next.major_state = MajorState::StoodDown;
        change.next.major_stood_down_at = Some(at.now);
        change.next.major_review_due_at = Some(at.now + at.policy.major.review);
        Ok(change)
    }
}

/// Resolve a child as its major incident was: the same code, and a note that names it. Taken from its queue on the way,
/// by nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolveChild {
    pub of: AggId,
}

impl ResolveChild {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        let major = at.desk.ticket(self.of).filter(|_| ticket.parent_major() == Some(self.of));
        let major = major
            .ok_or_else(|| Code::LinkInvalid.because(format!("{} is no child of that incident", ticket.name())))?;
        supervisor_or_lead(&major, at)?;
        open(case)?;
        let restored = major.resolution_code.zip(major.resolution_note.as_ref());
        let restored = restored.filter(|_| !major.state.open() && !major.major_state.eq(&MajorState::Declared));
        let (code, note) = restored
            .ok_or_else(|| Code::IllegalTransition.because(format!("{} has not been stood down", major.name())))?;
        let note = Resolution::fitted(&format!("resolved with {}: {note}", major.name()))?;
        let mut change = Change::of(Act::Resolve, ticket);
        if matches!(ticket.state, State::Queued | State::Assigned) {
            enter(&mut change.next, State::InProgress, at);
            change.next.acknowledged_at.get_or_insert(at.now);
        }
        Resolve { code, note, subcategory: None, public: true }.restored(change, case, at)
    }
}

/// What is done about the cause beyond this incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pursued {
    /// A problem looks into it.
    By(AggId),
    /// None does, and why not.
    Not(Reason),
}

/// What was learned. Without it the record does not close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewMajor {
    /// What happened when.
    pub timeline: Lesson,
    pub helped: Lesson,
    /// Absent while nobody knows it.
    pub cause: Option<CauseNote>,
    pub problem: Pursued,
}

impl ReviewMajor {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.supervisor()?;
        may_move(ticket, "reviewed", ticket.major_state == MajorState::StoodDown)?;
        let mut change = Change::of(Act::ReviewMajor, ticket);
        let pursued = match &self.problem {
            Pursued::By(problem) => {
                let found = symptom(ticket, *problem, at)?;
                change.next.links.insert(Link { kind: LinkKind::SymptomOf, to: *problem });
                format!("pursued by {}", found.name())
            }
            Pursued::Not(reason) => format!("not pursued as a problem: {reason}"),
        };
        if let Some(cause) = &self.cause {
            change.next.cause_note = Some(cause.clone());
        }
        let cause = self.cause.as_ref().map_or("not known", CauseNote::as_str);
        let text = format!(
            "Review of the major incident\nTimeline: {}\nWhat helped: {}\nCause: {cause}\nProblem: {pursued}",
            self.timeline, self.helped
        );
        change.next.major_state = MajorState::Reviewed;
        change.next.major_reviewed_at = Some(at.now);
        change.next.major_review_due_at = None;
        answered(&mut change, case, "the major incident was reviewed");
        Ok(change.note(Visibility::Internal, &Note::fitted(&text)?))
    }
}

/// Refuses `link_invalid` for a child of another one and `illegal_transition` for what is no incident.
fn may_be_major(ticket: &Ticket, at: &Moment) -> Result<(), Refusal> {
    if ticket.kind() != Kind::Incident {
        return Err(Code::IllegalTransition.because(format!("{} is no incident", ticket.name())));
    }
    let Some(parent) = ticket.parent_major() else { return Ok(()) };
    let of = at.desk.ticket(parent).map_or_else(String::new, |parent| format!(" of {}", parent.name()));
    Err(Code::LinkInvalid.because(format!("{} is a child{of}", ticket.name())).hint("unlink it first"))
}

fn may_move(ticket: &Ticket, becomes: &str, allowed: bool) -> Result<(), Refusal> {
    if allowed {
        return Ok(());
    }
    let stands = match ticket.major_state {
        MajorState::None => "is no major incident, nor a candidate",
        MajorState::Candidate => "is a candidate for a major incident",
        MajorState::Declared => "is a declared major incident",
        MajorState::StoodDown => "is a major incident that was stood down",
        MajorState::Reviewed => "is a major incident that was reviewed",
    };
    Err(Code::IllegalTransition.because(format!("{} {stands} and cannot be {becomes}", ticket.name())))
}

fn supervisor_or_lead(ticket: &Ticket, at: &Moment) -> Result<(), Refusal> {
    if at.is_supervisor() || (at.by.active && ticket.major_lead.as_ref() == Some(&at.by.login)) {
        return Ok(());
    }
    let lead = ticket.major_lead.as_ref().map_or("nobody", Login::as_str);
    Err(at.not_permitted(&format!("a supervisor or its lead ({lead})")))
}

/// Asks for a supervisor's attention. One who is alone on the desk is not asked, and keeps the call to review.
fn call(mut change: Change, what: &str, reason: &Reason, case: &Case, at: &Moment) -> Result<Change, Refusal> {
    let attention = Escalate {
        to: To::Attention,
        why: None,
        reason: Reason::fitted(&format!("{what}: {reason}")).ok(),
        triggers: vec![Trigger::Tr27.word().to_owned()],
        answers: vec![],
        wish: None,
    };
    let called = attention.decide(case, &Moment { rule: true, ..*at })?;
    change.next.attention_of = called.next.attention_of;
    change.rows.extend(called.rows);
    Ok(change)
}

/// Whatever asked for attention is answered by a decision on the incident itself.
fn answered(change: &mut Change, case: &Case, note: &str) {
    let asked = case.is.escalations.iter().filter(|esc| {
        esc.proposal.kind == EscalationKind::Hierarchical && esc.proposal.post_review && esc.reviewed_at.is_none()
    });
    for esc in asked {
        change.rows.push(row(Step { note: Some(note.to_owned()), ..Step::new(esc.id, StepKind::Review) }));
    }
    change.next.attention_of = None;
}

#[cfg(test)]
mod tests;
