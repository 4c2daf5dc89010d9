//! A change of the estate under control: what is to be done, how it is tried, who agreed, how it was proved, and the
//! way back. It removes the cause of a problem, or configures or deploys something. (What a command decides for one
//! aggregate is another thing: [`change`](super::change).)

use serde_json::Value;

use super::command::FixState;
use super::field::{Wire, aggregate};
use super::fold::Course;
use super::id::{AggId, StoreId};
use super::incident::WorkMode;
use super::number::Number;
use super::refusal::{Code, Refusal};
use super::role::Discipline;
use super::text::{Description, Finding, Label, Login, Plan, Reason, Resolution, RollbackPlan, Tag, Title};
use super::time::{Instant, Secs};
use super::word::words;

words! {
    /// What it is made for.
    pub enum ChangeKind = Configuration {
        /// Removes the cause of a problem.
        ProblemFix = "problem_fix",
        Configuration = "configuration",
        Deployment = "deployment",
    }

    /// How much time there is.
    pub enum UrgencyClass = Routine {
        Routine = "routine",
        /// It cannot wait for another pair of eyes; those look at it afterwards.
        Emergency = "emergency",
    }

    /// What could go wrong with it.
    pub enum Risk {
        Low = "low",
        Medium = "medium",
        High = "high",
    }

    /// Where a change stands.
    pub enum Phase = Draft {
        Draft = "draft",
        /// What it means, and how it would be taken back.
        Evaluation = "evaluation",
        Testing = "testing",
        /// Waits for a supervisor's word.
        Approval = "approval",
        Deploying = "deploying",
        /// It is in and has to prove itself.
        Verifying = "verifying",
        Completed = "completed",
        Closed = "closed",
        /// Stopped in one of the phases from evaluation to verifying.
        OnHold = "on_hold",
        RollingBack = "rolling_back",
        RolledBack = "rolled_back",
        Cancelled = "cancelled",
    }

    /// What came of it.
    pub enum Outcome {
        Successful = "successful",
        Partial = "partial",
        RolledBack = "rolled_back",
        Cancelled = "cancelled",
    }

    /// How a try went.
    pub enum Verdict = Blocked {
        Pass = "pass",
        Fail = "fail",
        /// It could not be tried.
        Blocked = "blocked",
    }

    /// What a change has to show before it goes on. Each is a list of conditions, of which none is skipped silently.
    pub enum Gate {
        /// It says what it touches.
        Scope = "G1",
        /// Risk, plan and the way back are written.
        Evaluated = "G2",
        /// It was tried, and nothing came of that for a while.
        Tested = "G3",
        /// It has a time, and its problems still wait for it.
        Approvable = "G4",
        /// It is proved to work.
        Verified = "G6",
        /// What it taught is written down.
        Reviewed = "G7",
    }
}

impl Phase {
    /// Moves that a command may ask for: C1 to C16 without the inventory and the rings of patch campaigns.
    pub const fn may_become(self, next: Self) -> bool {
        use Phase::*;
        matches!(
            (self, next),
            (Draft, Evaluation | Cancelled)
                | (Evaluation, Testing | OnHold | Cancelled)
                | (Testing, Approval | OnHold | Cancelled)
                | (Approval, Deploying | Evaluation | OnHold | Cancelled)
                | (Deploying, Verifying | OnHold | RollingBack)
                | (Verifying, Completed | OnHold | RollingBack)
                | (OnHold, Evaluation | Testing | Approval | Deploying | Verifying | RollingBack | Cancelled)
                | (RollingBack, RolledBack | Deploying | Verifying)
                | (Completed | RolledBack, Closed)
        )
    }

    pub const fn terminal(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }

    /// Something is still to be done before it can be reviewed.
    pub const fn open(self) -> bool {
        !matches!(self, Self::Completed | Self::RolledBack | Self::Closed | Self::Cancelled)
    }

    /// Its own step forward, which its author takes; approval and completion are verbs of their own.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Draft => Some(Self::Evaluation),
            Self::Evaluation => Some(Self::Testing),
            Self::Testing => Some(Self::Approval),
            Self::Deploying => Some(Self::Verifying),
            _ => None,
        }
    }

    /// What it has to show to enter this phase.
    pub const fn gate(self) -> Option<Gate> {
        match self {
            Self::Evaluation => Some(Gate::Scope),
            Self::Testing => Some(Gate::Evaluated),
            Self::Approval => Some(Gate::Tested),
            Self::Deploying => Some(Gate::Approvable),
            Self::Completed => Some(Gate::Verified),
            Self::Closed => Some(Gate::Reviewed),
            _ => None,
        }
    }

    /// Is something of it in the estate?
    pub const fn deployed(self) -> bool {
        matches!(self, Self::Deploying | Self::Verifying)
    }

    /// May what is planned still be written?
    pub const fn planning(self) -> bool {
        matches!(self, Self::Draft | Self::Evaluation | Self::Testing)
    }

    /// How much attention it gets, lowest first: of two moves that crossed, the one that asks for more takes effect.
    pub const fn attention(self) -> u8 {
        match self {
            Self::Cancelled => 0,
            Self::Closed => 1,
            Self::Completed => 2,
            Self::RolledBack => 3,
            Self::Draft => 4,
            Self::Evaluation => 5,
            Self::Testing => 6,
            Self::Approval => 7,
            Self::Verifying => 8,
            Self::Deploying => 9,
            Self::OnHold => 10,
            Self::RollingBack => 11,
        }
    }

    /// As a sentence says it.
    pub fn said(self) -> String {
        self.word().replace('_', " ")
    }
}

/// One try of a change, on one machine outside production. As a set element: `<seconds>:pass:critical:{…}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trial {
    pub at: Instant,
    /// Where it was tried.
    pub on: Label,
    pub by: Login,
    pub verdict: Verdict,
    /// A failure like this one must not reach anybody.
    pub critical: bool,
    /// What was seen.
    pub evidence: Finding,
}

impl Wire for Trial {
    fn to_value(&self) -> Value {
        let weight = if self.critical { "critical" } else { "plain" };
        let said = serde_json::json!([self.on.as_str(), self.by.as_str(), self.evidence.as_str()]);
        Value::from(format!("{}:{}:{weight}:{said}", self.at.0, self.verdict))
    }
    fn from_value(value: &Value) -> Option<Self> {
        let mut parts = value.as_str()?.splitn(4, ':');
        let mut part = || parts.next();
        let (at, verdict, weight) = (part()?.parse().ok()?, Verdict::from_word(part()?)?, part()?);
        let (on, by, evidence) = serde_json::from_str(part()?).ok()?;
        Some(Self { at: Instant(at), on, by, verdict, critical: weight == "critical", evidence })
    }
}

aggregate! {
    /// A change's fields.
    pub struct ChangeRecord as "change" {
        values {
            /// Absent only while its first event has not arrived.
            number: Option<Number> = Scalar,
            /// The store that applies its timers.
            home: Option<StoreId> = Scalar,
            title: Title = Scalar,
            description: Option<Description> = Scalar,
            state: Phase = Course,
            state_since: Instant = Follows,
            kind: ChangeKind = Scalar,
            urgency_class: UrgencyClass = Scalar,
            discipline: Discipline = Scalar,
            work_mode: WorkMode = Scalar,
            /// A supervisor said otherwise than the rule, for this reason.
            work_mode_reason: Option<Reason> = Scalar,
            logged_at: Instant = Scalar,
            logged_by: Option<Login> = Scalar,
            author: Option<Login> = Scalar,
            risk: Option<Risk> = Scalar,
            plan: Option<Plan> = Scalar,
            rollback_plan: Option<RollbackPlan> = Scalar,
            planned_start: Option<Instant> = Scalar,
            planned_end: Option<Instant> = Scalar,
            /// When testing began last; what was tried before that says nothing about what is planned now.
            testing_since: Option<Instant> = Follows,
            /// Why nothing is waited for after the last try.
            soak_waived: Option<Reason> = Scalar,
            approver: Option<Login> = Follows,
            approved_at: Option<Instant> = Follows,
            /// By then somebody else has looked at what its author approved alone.
            post_review_due: Option<Instant> = Follows,
            post_review_by: Option<Login> = Follows,
            post_review_note: Option<Resolution> = Follows,
            /// The phase that it was stopped in, or is rolled back from.
            left: Option<Phase> = Follows,
            left_reason: Option<Reason> = Follows,
            /// How it was seen that it works, or that the way back was gone to its end.
            verification: Option<Resolution> = Follows,
            result: Option<Outcome> = Follows,
            completed_at: Option<Instant> = Follows,
            /// What it taught: the post-implementation review.
            pir_note: Option<Resolution> = Follows,
            closed_at: Option<Instant> = Follows,
        }
        sets {
            /// The problems whose cause it removes.
            fixes: AggId,
            trials: Trial,
            tags: Tag,
            endpoints: Label,
            software_items: Label,
        }
        counters {
            hold_count,
            return_count,
        }
    }
}

impl Course for ChangeRecord {
    fn attention(&self) -> u8 {
        self.state.attention()
    }
}

/// One condition of a gate that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    pub gate: Gate,
    /// What is missing, with the numbers at hand.
    pub what: String,
}

impl ChangeRecord {
    /// The number as people say it; `(incomplete)` while its first event is missing.
    pub fn name(&self) -> String {
        self.number.as_ref().map_or_else(|| "(incomplete)".to_owned(), ToString::to_string)
    }

    /// Was there time to plan it?
    pub fn planned(&self) -> bool {
        self.urgency_class == UrgencyClass::Routine
    }

    /// Who approved it is who wrote it.
    pub fn approved_alone(&self) -> bool {
        self.approver.is_some() && self.approver == self.author
    }

    /// How far it is, to a problem whose cause it removes.
    pub fn fix_state(&self) -> FixState {
        match (self.state, self.result) {
            (Phase::Completed | Phase::Closed, Some(Outcome::Successful | Outcome::Partial)) => FixState::Completed,
            (Phase::Completed | Phase::Closed | Phase::RolledBack | Phase::Cancelled, _) => FixState::Failed,
            _ => FixState::UnderWay,
        }
    }

    /// The tries of the present round of testing, oldest first.
    fn counted_trials(&self) -> impl DoubleEndedIterator<Item = &Trial> {
        self.trials.iter().filter(|trial| self.testing_since.is_none_or(|since| since <= trial.at))
    }

    /// The newest try on each machine since testing began last.
    pub fn latest_trials(&self) -> Vec<&Trial> {
        let mut latest: Vec<&Trial> = Vec::new();
        for trial in self.counted_trials().rev() {
            if !latest.iter().any(|other| other.on == trial.on) {
                latest.push(trial);
            }
        }
        latest
    }

    /// When the last try of the present round was made.
    pub fn tried_at(&self) -> Option<Instant> {
        self.counted_trials().map(|trial| trial.at).max()
    }

    /// Refuses `illegal_transition` unless the phase may become that one.
    pub fn may_become(&self, next: Phase) -> Result<(), Refusal> {
        if self.state.may_become(next) {
            return Ok(());
        }
        Err(Code::IllegalTransition.because(format!(
            "{} is {} and cannot become {}",
            self.name(),
            self.state.said(),
            next.said()
        )))
    }
}

/// How soon somebody else looks at what its author approved alone.
pub const POST_REVIEW: Secs = Secs::days(5);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::Fields;

    #[test]
    fn c1_to_c16_are_the_only_moves() {
        use Phase::*;
        for (from, allowed) in [
            (Draft, &[Evaluation, Cancelled][..]),
            (Evaluation, &[Testing, OnHold, Cancelled]),
            (Testing, &[Approval, OnHold, Cancelled]),
            (Approval, &[Evaluation, Deploying, OnHold, Cancelled]),
            (Deploying, &[Verifying, OnHold, RollingBack]),
            (Verifying, &[Completed, OnHold, RollingBack]),
            (Completed, &[Closed]),
            (Closed, &[]),
            (OnHold, &[Evaluation, Testing, Approval, Deploying, Verifying, RollingBack, Cancelled]),
            (RollingBack, &[Deploying, Verifying, RolledBack]),
            (RolledBack, &[Closed]),
            (Cancelled, &[]),
        ] {
            let moves: Vec<_> = Phase::ALL.iter().copied().filter(|next| from.may_become(*next)).collect();
            assert_eq!(moves, allowed, "from {from}");
            if let Some(next) = from.next() {
                assert!(from.may_become(next), "{from} goes on to {next}");
            }
        }
    }

    #[test]
    fn a_fix_is_done_when_it_is_completed_and_failed_when_it_was_taken_back() {
        for (state, result, fix) in [
            (Phase::Draft, None, FixState::UnderWay),
            (Phase::OnHold, None, FixState::UnderWay),
            (Phase::RollingBack, None, FixState::UnderWay),
            (Phase::Completed, Some(Outcome::Partial), FixState::Completed),
            (Phase::Closed, Some(Outcome::Successful), FixState::Completed),
            (Phase::RolledBack, Some(Outcome::RolledBack), FixState::Failed),
            (Phase::Closed, Some(Outcome::RolledBack), FixState::Failed),
            (Phase::Cancelled, Some(Outcome::Cancelled), FixState::Failed),
        ] {
            let change = ChangeRecord { state, result, ..ChangeRecord::default() };
            assert_eq!(change.fix_state(), fix, "{state} {result:?}");
        }
    }

    #[test]
    fn every_field_survives_its_own_value() {
        let trial = Trial {
            at: Instant(7),
            on: Label::new("TEST:01").unwrap(),
            by: Login::new("a:b").unwrap(),
            verdict: Verdict::Fail,
            critical: true,
            evidence: Finding::new("it \"hangs\": twice\nand again").unwrap(),
        };
        let fixes = [AggId::derived(&[b"PRB-1"])].into();
        let trials = [trial].into();
        let change = ChangeRecord { risk: Some(Risk::High), fixes, trials, ..ChangeRecord::default() };
        let mut copy = ChangeRecord::default();
        for (name, _) in ChangeRecord::ALL {
            let value = change.read(name).unwrap();
            assert_eq!(copy.write(name, &value), Some(true), "{name}");
        }
        assert_eq!(copy, change);
    }

    #[test]
    fn of_several_tries_on_one_machine_the_newest_counts() {
        let trial = |at, on, verdict| Trial {
            at: Instant(at),
            on: Label::new(on).unwrap(),
            by: Login::default(),
            verdict,
            critical: false,
            evidence: Finding::new("seen").unwrap(),
        };
        let trials = [trial(1, "a", Verdict::Fail), trial(2, "b", Verdict::Pass), trial(3, "a", Verdict::Pass)].into();
        let change = ChangeRecord { trials, ..ChangeRecord::default() };
        let latest: Vec<_> = change.latest_trials().iter().map(|trial| (trial.at.0, trial.verdict)).collect();
        assert_eq!(latest, [(3, Verdict::Pass), (2, Verdict::Pass)]);
        assert_eq!(change.tried_at(), Some(Instant(3)));
    }
}
