//! Refusals: a code for scripts, a sentence and a hint for people. A refused command writes nothing.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal / $class:ident;)*) => {
        /// Why a command was refused. The text of a code never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word scripts see.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What kind of refusal it is; decides the exit status.
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }
        }
    };
}

/// The kinds of refusal that a surface tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// What was given cannot be right; give something else.
    Input,
    /// The record or its rules stand against it.
    Conflict,
    /// This person may not.
    Rights,
    /// There is no such record, user or row.
    Missing,
}

codes! {
    AssigneeInvalid = "assignee_invalid" / Conflict;
    BlockingTaskOpen = "blocking_task_open" / Conflict;
    CategoryInvalid = "category_invalid" / Input;
    CategoryUnresolved = "category_unresolved" / Conflict;
    /// The contract leaves that work out.
    CoverageExcluded = "coverage_excluded" / Conflict;
    DateInvalid = "date_invalid" / Input;
    EscalationOpen = "escalation_open" / Conflict;
    FieldMissing = "field_missing" / Input;
    FilterInvalid = "filter_invalid" / Input;
    FirstResponseMissing = "first_response_missing" / Conflict;
    FollowupOutOfRange = "followup_out_of_range" / Input;
    FormatInvalid = "format_invalid" / Input;
    /// A change does not show yet what its next phase asks for.
    GateFailed = "gate_failed" / Conflict;
    HandoffIncomplete = "handoff_incomplete" / Conflict;
    IllegalTransition = "illegal_transition" / Conflict;
    LinkRequired = "link_required" / Conflict;
    LinkInvalid = "link_invalid" / Conflict;
    MigrationMismatch = "migration_mismatch" / Conflict;
    ModeFixed = "mode_fixed" / Conflict;
    NotFound = "not_found" / Missing;
    NotHome = "not_home" / Conflict;
    NotPermitted = "not_permitted" / Rights;
    NothingToUndo = "nothing_to_undo" / Missing;
    OpenedAtInvalid = "opened_at_invalid" / Input;
    PolicyInvalid = "policy_invalid" / Input;
    /// Another incident of its kind came after a problem was resolved.
    RecurrenceSeen = "recurrence_seen" / Conflict;
    ReasonRequired = "reason_required" / Input;
    RequirementsFailed = "requirements_failed" / Conflict;
    ResolutionIncomplete = "resolution_incomplete" / Input;
    ReviewMissing = "review_missing" / Conflict;
    SegregationOfDuties = "segregation_of_duties" / Rights;
    StaleRevision = "stale_revision" / Conflict;
    TakenAlready = "taken_already" / Conflict;
    TargetsOpen = "targets_open" / Conflict;
    TextInvalid = "text_invalid" / Input;
    /// A rule asks for a proposal that nobody has made.
    TriggerOpen = "trigger_open" / Conflict;
    UndoBlocked = "undo_blocked" / Conflict;
    /// Too many targets for one request.
    UseCampaign = "use_campaign" / Conflict;
    VerificationFailed = "verification_failed" / Conflict;
    WindowExpired = "window_expired" / Conflict;
}

impl Code {
    /// A refusal with its sentence: what is wrong, with the numbers at hand.
    pub fn because(self, message: impl Into<String>) -> Refusal {
        Refusal { code: self, message: message.into(), hint: String::new() }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A command that was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub code: Code,
    /// One sentence without a full stop.
    pub message: String,
    /// What would be right; empty when the sentence says it all.
    pub hint: String,
}

impl Refusal {
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_text() {
        for code in Code::ALL {
            assert_eq!(Code::from_text(code.as_str()), Some(*code));
        }
    }
}
