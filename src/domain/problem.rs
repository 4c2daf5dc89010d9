//! A problem: the cause, or possible cause, of one or more incidents. Restoring service is the incidents' matter;
//! finding and removing the cause is this record's. A known error is a problem whose cause is found and whose
//! workaround is told.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::field::{Wire, aggregate};
use super::fold::Course;
use super::id::{AggId, StoreId};
use super::incident::{Subcategory, WorkMode};
use super::number::Number;
use super::policy::Policy;
use super::priority::{self, Facts, Impact, Priority, Urgency};
use super::refusal::{Code, Refusal};
use super::role::{Discipline, Tier};
use super::text::{Description, Finding, Label, Login, Reason, Resolution, RootCause, Tag, Title, Workaround};
use super::time::Instant;
use super::word::words;

words! {
    /// Where a problem stands.
    pub enum ProblemState = New {
        New = "new",
        Investigating = "investigating",
        KnownError = "known_error",
        FixInProgress = "fix_in_progress",
        /// Waits in one of the states above.
        Pending = "pending",
        /// The fix is in and is being observed.
        Resolved = "resolved",
        Closed = "closed",
        Cancelled = "cancelled",
    }

    /// Did incidents lead to it, or did someone look ahead?
    pub enum Detection = Reactive {
        Reactive = "reactive",
        Proactive = "proactive",
    }

    /// How it was found.
    pub enum DetectionSource = Manual {
        /// The desk saw incidents alike.
        Cluster = "cluster",
        MajorReview = "major_review",
        /// A person, from an incident.
        Manual = "manual",
        /// What kept coming back over months.
        Trend = "trend",
        VendorNotice = "vendor_notice",
        Campaign = "campaign",
    }

    /// Where the cause lies: the branches of an Ishikawa diagram.
    pub enum CauseClass {
        /// Training, handling.
        People = "people",
        /// Procedure, change control.
        Process = "process",
        /// Defect, incompatibility, configuration drift.
        TechnologySoftware = "technology_software",
        TechnologyHardware = "technology_hardware",
        TechnologyNetwork = "technology_network",
        Data = "data",
        Supplier = "supplier",
        /// Site, power, other.
        Environment = "environment",
    }

    /// Who removes the cause.
    pub enum FixSource = None {
        Internal = "internal",
        Vendor = "vendor",
        None = "none",
    }

    /// Why a problem ended without a fix.
    pub enum ClosureCode {
        /// No linked incident for a long time.
        NoRecurrence = "no_recurrence",
        /// What caused it is there no more.
        RemovedComponent = "removed_component",
        /// The cause stays, with a date until which that is accepted.
        RiskAccepted = "risk_accepted",
    }

    /// Why a problem was taken out.
    pub enum ProblemCancel {
        Duplicate = "duplicate",
        NotAProblem = "not_a_problem",
        /// By an undo of its logging.
        RaisedInError = "raised_in_error",
    }
}

impl ProblemState {
    /// Moves that a command may ask for.
    pub const fn may_become(self, next: Self) -> bool {
        use ProblemState::*;
        matches!(
            (self, next),
            (New, Investigating | Pending | Cancelled)
                | (Investigating, KnownError | Resolved | Pending | Cancelled)
                | (KnownError, FixInProgress | Resolved | Closed | Pending | Cancelled)
                | (FixInProgress, KnownError | Resolved | Pending | Cancelled)
                | (Pending, New | Investigating | KnownError | FixInProgress | Cancelled)
                | (Resolved, Closed | Investigating | Cancelled)
                | (Closed, Investigating)
        )
    }

    pub const fn terminal(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }

    /// Somebody still looks for the cause or its removal: neither resolved nor terminal.
    pub const fn open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed | Self::Cancelled)
    }

    /// Cause and workaround are known, and the cause is still there.
    pub const fn known(self) -> bool {
        matches!(self, Self::KnownError | Self::FixInProgress)
    }

    /// How much attention it gets, lowest first; see [`State::attention`](super::incident::State::attention).
    pub const fn attention(self) -> u8 {
        match self {
            Self::Cancelled => 0,
            Self::Closed => 1,
            Self::Resolved => 2,
            Self::Pending => 3,
            Self::FixInProgress => 4,
            Self::KnownError => 5,
            Self::New => 6,
            Self::Investigating => 7,
        }
    }
}

/// One of the five whys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub question: Finding,
    pub answer: Finding,
    /// What shows it; without it the answer is an assumption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Finding>,
    /// The last answer, which is the root cause.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub root: bool,
}

impl Wire for Why {
    fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("a why has only string keys")
    }
    fn from_value(value: &Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }
}

/// Most whys of a problem.
pub const WHYS: usize = 7;
/// Most classes that contribute to a cause beside the main one.
pub const CONTRIBUTING_MAX: usize = 3;

aggregate! {
    /// A problem's fields.
    pub struct Problem as "problem" {
        values {
            /// Absent only while its first event has not arrived.
            number: Option<Number> = Scalar,
            /// The store that applies its timers.
            home: Option<StoreId> = Scalar,
            title: Title = Scalar,
            description: Option<Description> = Scalar,
            state: ProblemState = Course,
            state_since: Instant = Follows,
            owner: Option<Login> = Owner,
            discipline: Discipline = Scalar,
            subcategory: Subcategory = Scalar,
            impact: Impact = Scalar,
            urgency: Urgency = Scalar,
            priority: Priority = Scalar,
            detection: Detection = Scalar,
            detection_source: DetectionSource = Scalar,
            /// That of the detection, unless a supervisor said otherwise.
            work_mode: WorkMode = Scalar,
            work_mode_reason: Option<Reason> = Scalar,
            logged_at: Instant = Scalar,
            logged_by: Option<Login> = Scalar,
            /// Last day by which someone looks at it again.
            review_on: Option<NaiveDate> = Scalar,
            /// The state that it waits in, and returns to.
            waits_in: Option<ProblemState> = Follows,
            wait_reason: Option<Reason> = Follows,
            follow_up_at: Option<Instant> = Follows,
            /// A timer ended the wait and nobody has looked since.
            woke: bool = Follows,
            why1: Option<Why> = Scalar,
            why2: Option<Why> = Scalar,
            why3: Option<Why> = Scalar,
            why4: Option<Why> = Scalar,
            why5: Option<Why> = Scalar,
            why6: Option<Why> = Scalar,
            why7: Option<Why> = Scalar,
            root_cause: Option<RootCause> = Scalar,
            cause_class: Option<CauseClass> = Scalar,
            /// What the vendor says of it, which stands for a cause of our own finding.
            vendor_statement: Option<Finding> = Scalar,
            vendor_ref: Option<Label> = Scalar,
            workaround: Option<Workaround> = Scalar,
            /// Somebody said that there is none.
            no_workaround: bool = Scalar,
            /// The lowest tier that may apply it.
            workaround_min_tier: Tier = Scalar,
            workaround_tested_by: Option<Login> = Scalar,
            workaround_tested_on: Option<NaiveDate> = Scalar,
            workaround_at: Option<Instant> = Scalar,
            fix_source: FixSource = Scalar,
            fix_change: Option<AggId> = Scalar,
            /// How it was seen that the fix holds.
            verification: Option<Resolution> = Follows,
            /// Until then no new incident may come, before it is closed.
            observe_until: Option<NaiveDate> = Follows,
            resolved_at: Option<Instant> = Follows,
            resolved_by: Option<Login> = Follows,
            /// Somebody answered which linked incidents are resolved with it.
            offer_answered_at: Option<Instant> = Follows,
            closure_code: Option<ClosureCode> = Follows,
            closure_note: Option<Resolution> = Follows,
            risk_accepted_until: Option<NaiveDate> = Follows,
            closed_at: Option<Instant> = Follows,
            cancel_code: Option<ProblemCancel> = Follows,
            duplicate_of: Option<AggId> = Scalar,
        }
        sets {
            tags: Tag,
            endpoints: Label,
            software_items: Label,
            /// Classes that contribute to the cause beside the main one.
            contributing: CauseClass,
        }
        counters {
            reopen_count,
            /// How often the text of the workaround was written.
            workaround_revision,
        }
    }
}

impl Course for Problem {
    fn attention(&self) -> u8 {
        self.state.attention()
    }
    fn free(&self) -> bool {
        self.owner.is_none()
    }
}

impl Problem {
    /// The number as people say it; `(incomplete)` while its first event is missing.
    pub fn name(&self) -> String {
        self.number.as_ref().map_or_else(|| "(incomplete)".to_owned(), ToString::to_string)
    }

    /// The five whys, in order; up to seven.
    pub fn whys(&self) -> [Option<&Why>; WHYS] {
        [&self.why1, &self.why2, &self.why3, &self.why4, &self.why5, &self.why6, &self.why7].map(Option::as_ref)
    }

    /// The places of the whys, for writing.
    pub fn whys_mut(&mut self) -> [&mut Option<Why>; WHYS] {
        [&mut self.why1, &mut self.why2, &mut self.why3, &mut self.why4, &mut self.why5, &mut self.why6, &mut self.why7]
    }

    /// Priority by impact and urgency alone; a problem has no important caller.
    pub fn computed_priority(&self, policy: &Policy) -> Priority {
        priority::computed(&Facts {
            impact: self.impact,
            urgency: self.urgency,
            vip: false,
            at_risk: false,
            major: false,
            vip_raises_urgency: policy.priority.vip_raises_urgency,
            floor: policy.terms.floor(&self.software_items),
        })
    }

    /// Refuses `illegal_transition` unless the state may become that one.
    pub fn may_become(&self, next: ProblemState) -> Result<(), Refusal> {
        if self.state.may_become(next) {
            return Ok(());
        }
        Err(Code::IllegalTransition.because(format!(
            "{} is {} and cannot become {}",
            self.name(),
            self.state.word().replace('_', " "),
            next.word().replace('_', " ")
        )))
    }

    /// May its workaround be applied to an incident now?
    pub fn offers_workaround(&self) -> bool {
        self.workaround.is_some() && self.state.open()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::Fields;

    #[test]
    fn q1_to_q13_are_the_only_moves() {
        use ProblemState::*;
        for (from, allowed) in [
            (New, &[Investigating, Pending, Cancelled][..]),
            (Investigating, &[KnownError, Pending, Resolved, Cancelled]),
            (KnownError, &[FixInProgress, Pending, Resolved, Closed, Cancelled]),
            (FixInProgress, &[KnownError, Pending, Resolved, Cancelled]),
            (Pending, &[New, Investigating, KnownError, FixInProgress, Cancelled]),
            (Resolved, &[Investigating, Closed, Cancelled]),
            (Closed, &[Investigating]),
            (Cancelled, &[]),
        ] {
            let moves: Vec<_> = ProblemState::ALL.iter().copied().filter(|next| from.may_become(*next)).collect();
            assert_eq!(moves, allowed, "from {from}");
        }
    }

    #[test]
    fn every_field_survives_its_own_value() {
        let finding = |text| Finding::new(text).unwrap();
        let why = Why { question: finding("why?"), answer: finding("so"), evidence: None, root: true };
        let problem = Problem { why7: Some(why), cause_class: Some(CauseClass::Data), ..Problem::default() };
        let mut copy = Problem::default();
        for (name, _) in Problem::ALL {
            let value = problem.read(name).unwrap();
            assert_eq!(copy.write(name, &value), Some(true), "{name}");
        }
        assert_eq!(copy, problem);
    }
}
