//! A ticket: the fields of a record that stands in a tier's queue, with what the fold needs beside them.

use std::fmt;

use serde_json::Value;

use super::field::{Wire, aggregate};
use super::id::{AggId, RowId, StoreId};
use super::incident::{
    CancelCode, Category, MajorState, Pending, ResolutionCode, Source, State, Subcategory, Symptom, WorkMode,
};
use super::install::check::Check;
use super::install::gate::Account;
use super::install::method::Plan;
use super::install::requirement::Requirement;
use super::install::target::{Outcome, Target};
use super::number::{Kind, Number};
use super::policy::Policy;
use super::priority::{self, Facts, Impact, Priority, Urgency};
use super::refusal::{Code, Refusal};
use super::role::{Discipline, Rights, Tier};
use super::task::VendorState;
use super::text::{
    CauseNote, Description, Finding, Label, Login, Name, Question, Reason, Resolution, Signature, Tag, TaskAnswer,
    Title,
};
use super::time::Instant;
use super::word::words;

/// Most users, and most machines, that a record can be said to affect.
pub const AFFECTED_MAX: i64 = 1_000_000;

words! {
    /// An answer to one item of the hand-off checklist.
    pub enum Answered {
        Done = "done",
        NotPossible = "not_possible",
        NotApplicable = "not_applicable",
    }

    /// How two records belong together.
    pub enum LinkKind {
        DuplicateOf = "duplicate_of",
        RecurrenceOf = "recurrence_of",
        ChildOfMajor = "child_of_major",
        RelatedTo = "related_to",
        /// An incident to the request that goes on in its place, or the other way round.
        ReclassifiedTo = "reclassified_to",
        /// An incident to the problem that causes it.
        SymptomOf = "symptom_of",
        /// An incident to the change that brought it about.
        CausedByChange = "caused_by_change",
    }
}

/// One answered item of the hand-off checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub answered: Answered,
    /// What was found, or why not; may be empty for the diagnostic steps.
    pub finding: Option<Finding>,
}

impl Answer {
    pub fn done(finding: Finding) -> Self {
        Self { answered: Answered::Done, finding: Some(finding) }
    }

    pub const fn ticked() -> Self {
        Self { answered: Answered::Done, finding: None }
    }
}

impl Wire for Answer {
    fn to_value(&self) -> Value {
        let finding = self.finding.as_ref().map(Finding::as_str).unwrap_or_default();
        Value::from(format!("{}:{finding}", self.answered.word()))
    }
    fn from_value(value: &Value) -> Option<Self> {
        let (word, finding) = value.as_str()?.split_once(':')?;
        let finding = if finding.is_empty() { None } else { Some(Finding::new(finding).ok()?) };
        Some(Self { answered: Answered::from_word(word)?, finding })
    }
}

/// A link to another record, as a set element: `duplicate_of:<identity>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    pub kind: LinkKind,
    pub to: AggId,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.word(), self.to)
    }
}

impl Wire for Link {
    fn to_value(&self) -> Value {
        Value::from(self.to_string())
    }
    fn from_value(value: &Value) -> Option<Self> {
        let (kind, to) = value.as_str()?.split_once(':')?;
        Some(Self { kind: LinkKind::from_word(kind)?, to: AggId::try_from(to.to_owned()).ok()? })
    }
}

aggregate! {
    /// A record in a tier's queue.
    pub struct Ticket as "ticket" {
        values {
            /// Absent only while its first event has not arrived.
            number: Option<Number> = Scalar,
            /// The store that applies its timers.
            home: Option<StoreId> = Scalar,
            title: Title = Scalar,
            description: Option<Description> = Scalar,
            state: State = Course,
            state_since: Instant = Follows,
            tier: Tier = Course,
            /// The escalation that waits for a decision.
            escalation: Option<RowId> = Course,
            assignee: Option<Login> = Owner,
            /// Who had it last; a reopened record returns there.
            last_assignee: Option<Login> = Follows,
            discipline: Discipline = Scalar,
            category: Category = Scalar,
            subcategory: Subcategory = Scalar,
            impact: Impact = Scalar,
            urgency: Urgency = Scalar,
            /// The effective priority: the override, else the computed one.
            priority: Priority = Scalar,
            priority_override: Option<Priority> = Scalar,
            priority_reason: Option<Reason> = Scalar,
            /// What the priority was computed from changed under an override.
            override_review: bool = Scalar,
            work_mode: WorkMode = Scalar,
            source: Source = Scalar,
            requester: Option<AggId> = Scalar,
            contract: Option<Label> = Scalar,
            vip: bool = Scalar,
            affected_users: i64 = Scalar,
            affected_endpoints: i64 = Scalar,
            symptom: Option<Symptom> = Scalar,
            signature: Option<Signature> = Scalar,
            required_rights: Rights = Scalar,
            suspected_discipline: Option<Discipline> = Scalar,
            cause_note: Option<CauseNote> = Scalar,
            vendor_defect: bool = Scalar,
            hotfix_needed: bool = Scalar,
            data_loss_risk: bool = Scalar,
            suspected_compromise: bool = Scalar,
            complaint: bool = Scalar,
            change_needed: bool = Scalar,
            service_down: bool = Scalar,
            confirmed_by_requester: bool = Scalar,
            major_state: MajorState = Scalar,
            /// Who leads the work on a major incident.
            major_lead: Option<Login> = Scalar,
            major_declared_at: Option<Instant> = Scalar,
            major_stood_down_at: Option<Instant> = Scalar,
            /// When its review is due; empty once it is written.
            major_review_due_at: Option<Instant> = Scalar,
            major_reviewed_at: Option<Instant> = Scalar,
            opened_at: Instant = Scalar,
            logged_at: Instant = Scalar,
            logged_by: Option<Login> = Scalar,
            /// First time a technician took or started it.
            acknowledged_at: Option<Instant> = Earliest,
            /// First worklog the requester could read.
            responded_at: Option<Instant> = Earliest,
            /// Newest such worklog.
            last_public_at: Option<Instant> = Latest,
            pending_reason: Option<Pending> = Follows,
            follow_up_at: Option<Instant> = Follows,
            /// A timer ended the wait and nobody has looked since.
            woke: bool = Follows,
            resolved_at: Option<Instant> = Follows,
            resolved_by: Option<Login> = Follows,
            resolution_code: Option<ResolutionCode> = Follows,
            resolution_note: Option<Resolution> = Follows,
            closed_at: Option<Instant> = Follows,
            cancel_code: Option<CancelCode> = Follows,
            /// The known error whose workaround restored service.
            workaround_used: Option<AggId> = Scalar,
            /// Has a vendor been asked, has it answered?
            vendor_state: VendorState = Scalar,
            /// The record that a task belongs to.
            parent: Option<AggId> = Scalar,
            /// Somebody of the customer's must agree before a request is done, and who that is.
            approver: Option<Name> = Scalar,
            approved_by: Option<Name> = Follows,
            approved_at: Option<Instant> = Follows,
            rejected_by: Option<Name> = Follows,
            /// When a request is to be carried out.
            scheduled_start: Option<Instant> = Follows,
            /// It was scheduled long enough ahead.
            planned: bool = Follows,
            /// Its time came and something was in the way.
            start_missed: bool = Follows,
            /// How a request is carried out.
            plan: Option<Plan> = Scalar,
            /// The quote for work outside the contract.
            quote_ref: Option<Label> = Scalar,
            /// Where a request that waits goes on.
            held_from: Option<State> = Follows,
            /// What a task asks.
            question: Option<Question> = Scalar,
            answer: Option<TaskAnswer> = Follows,
            /// Why the receiver did not take the task.
            decline_reason: Option<Reason> = Follows,
            /// A task without whose end its parent cannot be resolved.
            blocking: bool = Scalar,
            /// The outside party that a task asks.
            vendor: Option<Label> = Scalar,
            /// The vendor's number for it.
            vendor_ref: Option<Label> = Scalar,
            /// Whose attention a hierarchical escalation asks for.
            attention_of: Option<Login> = Scalar,
            /// A supervisor named one owner after too many bounces.
            owner_fixed: bool = Scalar,
            /// The hand-off of an immediate escalation is still to be completed by then.
            handoff_debt: Option<Instant> = Scalar,
            /// Name of the checklist that its template chose; else the kind of fault does.
            checklist: Option<Label> = Scalar,
            /// Number in the system it was imported from: `format:number`.
            imported_from: Option<Label> = Scalar,
            h1: Option<Answer> = Scalar,
            h2: Option<Answer> = Scalar,
            h3: Option<Answer> = Scalar,
            h4: Option<Answer> = Scalar,
            h5: Option<Answer> = Scalar,
            h6: Option<Answer> = Scalar,
            h7: Option<Answer> = Scalar,
            h8: Option<Answer> = Scalar,
            h9: Option<Answer> = Scalar,
            h10: Option<Answer> = Scalar,
            h11: Option<Answer> = Scalar,
            h12: Option<Answer> = Scalar,
            h13: Option<Answer> = Scalar,
        }
        sets {
            tags: Tag,
            watchers: Login,
            /// Machines, by host name.
            endpoints: Label,
            /// Programs and services.
            software_items: Label,
            links: Link,
            /// Steps of its checklist that were ticked and answer no item of the hand-off, in their words.
            ticks: Label,
            /// Of a request: what it needs, what people told of that, where it goes, what was seen afterwards.
            requirements: Requirement,
            accounts: Account,
            targets: Target,
            checks: Check,
        }
        counters {
            reopen_count,
            /// Reassignments by a person, since logging.
            reassign_count,
            tier_moves,
            /// Escalations that came back with a reason.
            returns,
            pending_count,
        }
    }
}

impl Ticket {
    pub fn kind(&self) -> Kind {
        self.number.as_ref().map_or(Kind::Incident, |number| number.kind)
    }

    /// The number as people say it; `(incomplete)` while its first event is missing.
    pub fn name(&self) -> String {
        self.number.as_ref().map_or_else(|| "(incomplete)".to_owned(), ToString::to_string)
    }

    /// What the priority is computed from.
    pub fn facts(&self, policy: &Policy) -> Facts {
        Facts {
            impact: self.impact,
            urgency: self.urgency,
            vip: self.vip,
            at_risk: self.data_loss_risk || self.suspected_compromise,
            major: self.major_state.ever_declared(),
            vip_raises_urgency: policy.priority.vip_raises_urgency,
            floor: policy.terms.floor(&self.software_items),
        }
    }

    /// The priority without an override; a task keeps that of its parent.
    pub fn computed_priority(&self, policy: &Policy) -> Priority {
        if self.is_task() { self.priority } else { priority::computed(&self.facts(policy)) }
    }

    /// As [`computed_priority`](Self::computed_priority), but as if it were no major incident: what an override stands on.
    pub fn assessed_priority(&self, policy: &Policy) -> Priority {
        if self.is_task() {
            return self.priority;
        }
        priority::computed(&Facts { major: false, ..self.facts(policy) })
    }

    pub fn is_task(&self) -> bool {
        self.kind() == Kind::Task
    }

    pub fn is_request(&self) -> bool {
        self.kind() == Kind::Request
    }

    /// It is installed somewhere.
    pub fn installed(&self) -> bool {
        self.targets.iter().any(|target| target.outcome == Outcome::Installed)
    }

    /// When a scheduled request begins by itself; never once its day was missed.
    pub fn starts_at(&self) -> Option<Instant> {
        self.scheduled_start.filter(|_| self.state == State::Scheduled && !self.start_missed)
    }

    /// Where work goes on after a wait: a request where it stopped.
    pub fn goes_on_in(&self) -> State {
        let first = if self.is_request() { State::Validating } else { State::InProgress };
        self.held_from.unwrap_or(first)
    }

    /// Computes the effective priority again, as after every write; marks an override for review when what it
    /// stands on has changed since it was `assessed` before. A major incident ignores its override.
    pub fn recompute_priority(&mut self, assessed: Priority, policy: &Policy) {
        let overridden = self.priority_override.filter(|_| !self.major_state.ever_declared());
        self.priority = overridden.unwrap_or_else(|| self.computed_priority(policy));
        self.override_review |= self.priority_override.is_some() && self.assessed_priority(policy) != assessed;
    }

    /// Refuses `illegal_transition` unless the state may become that one.
    pub fn may_become(&self, next: State) -> Result<(), Refusal> {
        if self.state.may_become(next, self.kind()) {
            return Ok(());
        }
        Err(Code::IllegalTransition.because(format!(
            "{} is {} and cannot become {}",
            self.name(),
            self.state.word().replace('_', " "),
            next.word().replace('_', " ")
        )))
    }

    /// How much attention the record gets; an open escalation is above every state.
    pub const fn attention(&self) -> u8 {
        if self.escalation.is_some() { u8::MAX } else { self.state.attention() }
    }

    /// The record that this one is a duplicate of.
    pub fn duplicate_of(&self) -> Option<AggId> {
        self.links.iter().find(|link| link.kind == LinkKind::DuplicateOf).map(|link| link.to)
    }

    /// The major incident that this one is a child of.
    pub fn parent_major(&self) -> Option<AggId> {
        self.links.iter().find(|link| link.kind == LinkKind::ChildOfMajor).map(|link| link.to)
    }

    /// The problem that causes this incident.
    pub fn problem(&self) -> Option<AggId> {
        self.links.iter().find(|link| link.kind == LinkKind::SymptomOf).map(|link| link.to)
    }

    /// The change that brought this incident about.
    pub fn caused_by(&self) -> Option<AggId> {
        self.links.iter().find(|link| link.kind == LinkKind::CausedByChange).map(|link| link.to)
    }

    /// The answers H1 to H13, in order.
    pub fn answers(&self) -> [Option<&Answer>; 13] {
        [
            &self.h1, &self.h2, &self.h3, &self.h4, &self.h5, &self.h6, &self.h7, &self.h8, &self.h9, &self.h10,
            &self.h11, &self.h12, &self.h13,
        ]
        .map(Option::as_ref)
    }

    /// The place of one answer, for writing.
    pub fn answer_mut(&mut self, item: super::escalation::Item) -> &mut Option<Answer> {
        use super::escalation::Item;
        match item {
            Item::H1 => &mut self.h1,
            Item::H2 => &mut self.h2,
            Item::H3 => &mut self.h3,
            Item::H4 => &mut self.h4,
            Item::H5 => &mut self.h5,
            Item::H6 => &mut self.h6,
            Item::H7 => &mut self.h7,
            Item::H8 => &mut self.h8,
            Item::H9 => &mut self.h9,
            Item::H10 => &mut self.h10,
            Item::H11 => &mut self.h11,
            Item::H12 => &mut self.h12,
            Item::H13 => &mut self.h13,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::{Class, Fields};

    #[test]
    fn every_field_survives_its_own_value() {
        let mut ticket = Ticket { h2: Some(Answer::ticked()), ..Ticket::default() };
        ticket.links.insert(Link { kind: LinkKind::DuplicateOf, to: AggId::derived(&[b"x"]) });
        let mut copy = Ticket::default();
        for (name, _) in Ticket::ALL {
            let value = ticket.read(name).unwrap();
            assert_eq!(copy.write(name, &value), Some(true), "{name}");
        }
        assert_eq!(copy, ticket);
    }

    #[test]
    fn a_value_of_another_type_changes_nothing() {
        let mut ticket = Ticket::default();
        assert_eq!(ticket.write("state", &Value::from("asleep")), Some(false));
        assert_eq!(ticket.write("tier", &Value::from(4)), Some(false));
        assert_eq!(ticket.write("no_such_field", &Value::Null), None);
        assert_eq!(ticket, Ticket::default());
        assert_eq!(Ticket::class("state"), Some(Class::Course));
    }
}
