//! The order of the inbox: what was moved at once and is not reviewed, then proposals, then calls for attention. Of
//! each what is breached, the least remaining time for a resolution, and of equals the oldest.

use crate::domain::clock::standing::Sla;
use crate::domain::clock::{ClockKind, Timetables};
use crate::domain::escalation::EscalationKind;
use crate::domain::time::{Instant, Secs};
use crate::store::inbox::EscalationRow;

/// What comes first is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Urgency {
    class: Class,
    in_time: bool,
    /// Working time that the resolution clock has left, running or paused; negative by as much as it is late.
    left: Secs,
    since: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Unreviewed,
    Proposal,
    Attention,
}

impl Urgency {
    /// `unreviewed`: a rule moved the record at once, and no supervisor has looked at that.
    pub fn of(row: &EscalationRow, unreviewed: bool, now: Instant, tables: &dyn Timetables) -> Self {
        let class = match row.escalation.proposal.kind {
            _ if unreviewed => Class::Unreviewed,
            EscalationKind::Hierarchical => Class::Attention,
            _ => Class::Proposal,
        };
        let clock = row.clocks.last(ClockKind::Resolution).filter(|kept| kept.live());
        let reading = clock.and_then(|kept| kept.clock.read(now, tables).ok());
        let left = reading.map_or(Secs(i64::MAX), |reading| reading.remaining);
        let in_time = row.ticket.sla(now) != Some(Sla::Breached);
        Self { class, in_time, left, since: row.escalation.proposed_at }
    }
}
