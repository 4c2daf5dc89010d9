//! Look at what was installed, one check at a time.

use chrono::NaiveDate;

use super::super::{Case, Moment};
use super::requirements::not_ones_own;
use crate::domain::change::{Act, Change};
use crate::domain::incident::State;
use crate::domain::install::check::{Check, CheckKind, Seen};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Finding, clean_line, cut};

/// Longest evidence of a check, in characters.
const EVIDENCE_MAX: usize = 1_000;

/// Shortest reason of a waiver, in characters.
const REASON_MIN: usize = 10;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub kind: CheckKind,
    pub seen: Seen,
    /// What was seen, or where it is on record; of a waiver the reason.
    pub evidence: Finding,
    /// Of migrated data.
    pub moved: Option<Moved>,
}

/// How much was there, how much arrived, and until when the source is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub source: i64,
    pub target: i64,
    pub kept_until: NaiveDate,
    /// The requester accepted the difference that the evidence explains.
    pub accepted: bool,
}

impl Look {
    /// Refuses `migration_mismatch` when data was lost on the way and nobody accepted that.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if self.seen == Seen::Waived {
            at.supervisor()?
        } else {
            at.owner(ticket)?
        }
        if ticket.state != State::Verifying && !(ticket.state == State::Fulfilled && self.kind == CheckKind::Accepted) {
            let why = format!("{} is {}; it is looked at once it was carried out", ticket.name(), ticket.state);
            return Err(Code::IllegalTransition.because(why));
        }
        if self.seen == Seen::Waived {
            not_ones_own(ticket, at)?;
            if self.evidence.as_str().chars().count() < REASON_MIN {
                return Err(Code::ReasonRequired.because(format!("the reason needs at least {REASON_MIN} characters")));
            }
        }
        let evidence = self.evidence()?;
        let mut change = Change::of(Act::Check, ticket);
        change.next.checks.retain(|check| check.kind != self.kind);
        change.next.checks.insert(Check { kind: self.kind, seen: self.seen, evidence });
        if self.kind == CheckKind::Accepted {
            change.next.confirmed_by_requester = self.seen == Seen::Pass;
        }
        Ok(change)
    }

    fn evidence(&self) -> Result<String, Refusal> {
        let told = clean_line(self.evidence.as_str());
        if self.kind != CheckKind::Data || self.seen != Seen::Pass {
            return Ok(cut(&told, EVIDENCE_MAX));
        }
        let moved = self.moved.as_ref().ok_or_else(|| {
            Code::FieldMissing.because(
                "migrated data is told by how much was there, how much arrived, and until when the source is kept",
            )
        })?;
        if moved.source != moved.target && !moved.accepted {
            return Err(Code::MigrationMismatch
                .because(format!("{} of {} arrived", moved.target, moved.source))
                .hint("explain the difference and have the requester accept it, or tell that it failed"));
        }
        let accepted = if moved.source == moved.target { "" } else { ", difference accepted by the requester" };
        let text = format!(
            "{} of {} arrived{accepted}, source kept until {}; {told}",
            moved.target, moved.source, moved.kept_until
        );
        Ok(cut(&text, EVIDENCE_MAX))
    }
}
