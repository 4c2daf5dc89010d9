//! The inbox of a tier: what waits for a decision, what was put off, decided and sent.
//!
//! - [`order`]: which of them is looked at first
//! - [`check`]: how complete a hand-off is; [`taker`]: who could take it
//! - [`week`]: what was escalated in the last seven days, and why

pub mod check;
pub mod order;
pub mod taker;
pub mod week;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use self::check::Check;
use self::order::Urgency;
use super::clock::LineClock;
use crate::app::{Desk, Error};
use crate::domain::escalation::{Escalation, EscalationKind, EscalationState};
use crate::domain::filter::day::Day;
use crate::domain::id::AggId;
use crate::domain::role::{Discipline, Rights, Role, Tier};
use crate::domain::time::{Instant, Secs};
use crate::domain::trigger::Trigger;
use crate::store::inbox::{EscalationRow, Inbox, InboxCounts};
use crate::store::queue::TicketRow;

/// How long a returned proposal is shown.
const RETURNED: Secs = Secs::days(7);
/// Most lines of a tab.
const LINES: u32 = 500;

/// A tab of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InboxTab {
    /// Waits for a decision; for supervisors also what is to be reviewed.
    Inbox,
    /// Put off until later.
    Deferred,
    /// Accepted today.
    Accepted,
    /// Sent back to the person's tiers in the last seven days.
    Returned,
    /// Proposed by the person, newest first.
    Sent,
    /// Moved at once by a rule, or a call for attention: a supervisor confirms that it was seen.
    Review,
}

impl InboxTab {
    pub const ALL: [Self; 6] = [Self::Inbox, Self::Deferred, Self::Accepted, Self::Returned, Self::Sent, Self::Review];

    /// Its number; for *Inbox* with what waits for a review.
    pub const fn count(self, counts: &InboxCounts) -> i64 {
        match self {
            Self::Inbox => counts.waiting + counts.review_alone,
            Self::Deferred => counts.deferred,
            Self::Accepted => counts.accepted,
            Self::Returned => counts.returned,
            Self::Sent => counts.sent,
            Self::Review => counts.review,
        }
    }
}

/// A line of the inbox. Each record has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    pub ticket: TicketRow,
    pub escalation: Escalation,
    pub machine: Option<String>,
    pub site: Option<String>,
    pub check: Check,
    pub clock: LineClock,
    /// Moved at once, or a call for attention: to be reviewed, not accepted.
    pub review: bool,
    /// It went back and forth so often that only a supervisor moves it, until one owner is named.
    pub braked: bool,
    discipline: Discipline,
    rights: Rights,
}

impl Desk {
    /// The lines of a tab in the order in which they should be looked at.
    pub fn inbox(&self, tab: InboxTab) -> Result<Vec<InboxRow>, Error> {
        let now = self.now();
        let tiers = self.inbox_tiers();
        let rows = match tab {
            InboxTab::Inbox => self.inbox_rows(LINES)?,
            InboxTab::Deferred => self.waiting(&tiers, LINES, |row| deferred(row, now))?,
            InboxTab::Accepted => self.decided(self.today(now), |row| {
                row.escalation.state == EscalationState::Accepted && tiers.contains(&row.escalation.proposal.to)
            })?,
            InboxTab::Returned => self.decided(now - RETURNED, |row| {
                matches!(row.escalation.state, EscalationState::Returned | EscalationState::HandedBack)
                    && tiers.contains(&row.escalation.proposal.from)
            })?,
            InboxTab::Sent => self.store().inbox(&Inbox::SentBy(self.person().login.clone()), LINES)?,
            InboxTab::Review => self.reviews(LINES)?,
        };
        let mut seen = HashSet::new();
        let alone = rows.into_iter().filter(|row| seen.insert(row.ticket.agg));
        Ok(alone.map(|row| self.inbox_row(row, now)).collect())
    }

    /// What waits for this person to decide or to review, one line a record, at most `limit`, the most
    /// [urgent](Urgency) first.
    pub fn inbox_rows(&self, limit: u32) -> Result<Vec<EscalationRow>, Error> {
        let now = self.now();
        let reviews = self.reviews(limit)?;
        let moved: HashSet<AggId> = reviews.iter().filter(|row| is_move(row)).map(|row| row.ticket.agg).collect();
        let mut rows = self.waiting(&self.inbox_tiers(), limit, |row| !deferred(row, now))?;
        let proposed: HashSet<AggId> = rows.iter().map(|row| row.ticket.agg).collect();
        rows.extend(reviews.into_iter().filter(|row| !proposed.contains(&row.ticket.agg)));
        rows.sort_by_cached_key(|row| Urgency::of(row, moved.contains(&row.ticket.agg), now, self.store()));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    /// Proposals to these tiers that nobody has decided, put off or not, in the same order.
    pub fn waiting_for(&self, tiers: &[Tier], limit: u32) -> Result<Vec<EscalationRow>, Error> {
        let now = self.now();
        let mut rows = self.waiting(tiers, limit, |_| true)?;
        rows.sort_by_cached_key(|row| Urgency::of(row, false, now, self.store()));
        Ok(rows)
    }

    /// What a supervisor has not reviewed, one line a record; nothing for others.
    pub fn reviews(&self, limit: u32) -> Result<Vec<EscalationRow>, Error> {
        if !self.may_review() {
            return Ok(Vec::new());
        }
        let now = self.now();
        let mut rows = self.store().inbox(&Inbox::Review, limit)?;
        rows.sort_by_cached_key(|row| Urgency::of(row, is_move(row), now, self.store()));
        let mut seen = HashSet::new();
        rows.retain(|row| seen.insert(row.ticket.agg));
        Ok(rows)
    }

    /// Numbers for the tabs, and for the bar at the top.
    pub fn inbox_counts(&self) -> Result<InboxCounts, Error> {
        let now = self.now();
        let me = &self.person().login;
        let mut counts = self.store().inbox_counts(&self.inbox_tiers(), me, now, self.today(now), now - RETURNED)?;
        if !self.may_review() {
            (counts.review, counts.review_alone) = (0, 0);
        }
        Ok(counts)
    }

    /// The tiers whose proposals this person sees: every tier for a supervisor.
    pub fn inbox_tiers(&self) -> Vec<Tier> {
        if self.may_review() { Tier::ALL.to_vec() } else { self.my_tiers() }
    }

    /// Supervisors review, and look at every tier.
    pub fn may_review(&self) -> bool {
        self.person().is(Role::Supervisor)
    }

    fn inbox_row(&self, row: EscalationRow, now: Instant) -> InboxRow {
        let rules = &self.policy().escalation;
        let bounced = rules.enabled(Trigger::Tr07) && i64::from(row.bounces) >= rules.ping_pong_bounces;
        InboxRow {
            check: Check::of(&row),
            clock: self.clock_of(&row.ticket, now),
            review: row.escalation.proposal.post_review && row.escalation.reviewed_at.is_none(),
            braked: bounced && !row.owner_fixed && row.ticket.state.open(),
            ticket: row.ticket,
            escalation: row.escalation,
            machine: row.machine,
            site: row.site,
            discipline: row.discipline,
            rights: row.rights,
        }
    }

    fn waiting(
        &self,
        tiers: &[Tier],
        limit: u32,
        fits: impl Fn(&EscalationRow) -> bool,
    ) -> Result<Vec<EscalationRow>, Error> {
        let mut rows = self.store().inbox(&Inbox::Waiting(tiers.to_vec()), limit)?;
        rows.retain(fits);
        rows.sort_by_key(|row| row.escalation.proposed_at);
        rows.truncate(limit as usize);
        Ok(rows)
    }

    fn decided(&self, since: Instant, fits: impl Fn(&EscalationRow) -> bool) -> Result<Vec<EscalationRow>, Error> {
        let mut rows = self.store().inbox(&Inbox::Decided(since), LINES)?;
        rows.retain(fits);
        Ok(rows)
    }

    /// When the day began where the desk is.
    fn today(&self, now: Instant) -> Instant {
        Day::Today.resolve(now, &self.policy().zone).0
    }
}

fn deferred(row: &EscalationRow, now: Instant) -> bool {
    row.escalation.deferred_until.is_some_and(|until| until > now)
}

/// Did it change the record's tier, or is it a call for attention?
fn is_move(row: &EscalationRow) -> bool {
    row.escalation.proposal.kind == EscalationKind::Functional
}
