//! The inbox: escalations that wait, were decided or were sent, its numbers, and what was escalated lately. Each
//! question reads one partial index of the escalations, which holds what is asked for and little else.

use anyhow::{Context, Result};
use rusqlite::{Row, named_params};

use super::convert::{word, word_opt};
use super::queue::TicketRow;
use super::{Store, record};
use crate::domain::clock::kept::Clocks;
use crate::domain::escalation::{Escalation, EscalationKind, EscalationState};
use crate::domain::fold::bounces;
use crate::domain::role::{Discipline, Rights, Tier};
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// An escalation as a line of the inbox, with what its place in the order and its receiver depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationRow {
    pub ticket: TicketRow,
    pub escalation: Escalation,
    pub discipline: Discipline,
    /// Rights that the work needs.
    pub rights: Rights,
    /// The first machine that it is about.
    pub machine: Option<String>,
    /// Where the requester sits.
    pub site: Option<String>,
    pub clocks: Clocks,
    /// How often the record came back to a tier it had been in.
    pub bounces: u32,
    /// A supervisor named one owner, which ended the going back and forth.
    pub owner_fixed: bool,
}

/// How many escalations there are of each kind, for one look at the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InboxCounts {
    /// Waits for a decision now.
    pub waiting: i64,
    /// Of those, the ones of priority 1.
    pub urgent: i64,
    /// Of those, the ones that should have been decided by now.
    pub late: i64,
    /// Since when the one that has waited longest does.
    pub oldest: Option<Instant>,
    /// Put off until later.
    pub deferred: i64,
    /// Records that were moved at once, or call for attention, and that no supervisor has reviewed.
    pub review: i64,
    /// Of those, the ones without a proposal that waits for a decision.
    pub review_alone: i64,
    pub accepted: i64,
    pub returned: i64,
    pub sent: i64,
}

/// Which escalations are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbox {
    /// Waiting for a decision, of these receiving tiers.
    Waiting(Vec<Tier>),
    /// Immediate and hierarchical ones that a supervisor has not reviewed.
    Review,
    /// Decided since an instant.
    Decided(Instant),
    /// Proposed by a person.
    SentBy(Login),
}

/// One escalation of the last days, as figures count it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lately {
    pub at: Instant,
    pub kind: EscalationKind,
    pub from: Tier,
    pub to: Tier,
    pub state: EscalationState,
    pub reason: Option<String>,
    /// The first rule that asked for it.
    pub trigger: Option<String>,
}

impl Store {
    /// Escalations for an inbox, the longest waiting first, or the latest decided or sent.
    pub fn inbox(&self, which: &Inbox, limit: u32) -> Result<Vec<EscalationRow>> {
        let mut out = Vec::new();
        for (condition, value) in which.conditions() {
            let sql = format!(
                "SELECT escalation.*, ticket.agg AS ticket_agg, ticket.discipline, contact.site, ticket.clocks,
                        ticket.visits, ticket.visited, ticket.detail ->> '$.endpoints[0]' AS machine,
                        coalesce(ticket.detail ->> '$.required_rights', 'user') AS rights,
                        coalesce(ticket.detail ->> '$.owner_fixed', 0) AS owner_fixed
                 FROM escalation CROSS JOIN ticket USING (rid) LEFT JOIN contact ON contact.agg = ticket.requester
                 WHERE {condition} LIMIT :limit"
            );
            let mut statement = self.db.prepare_cached(&sql)?;
            let mut rows = statement.query(named_params! { ":value": value, ":limit": limit })?;
            while let Some(row) = rows.next().context("reading the inbox")? {
                if let Some(ticket) = self.ticket_row(row.get("ticket_agg")?)? {
                    out.push(EscalationRow::read(row, ticket)?);
                }
            }
        }
        Ok(out)
    }

    /// Numbers of the inbox of these tiers. What was accepted counts since one instant, what was returned since
    /// another; what a person sent counts while it waits.
    pub fn inbox_counts(
        &self,
        tiers: &[Tier],
        me: &Login,
        now: Instant,
        accepted_since: Instant,
        returned_since: Instant,
    ) -> Result<InboxCounts> {
        let (review, review_alone) = self.to_review(now)?;
        let sent = "SELECT count(*) FROM escalation WHERE state = 'proposed' AND proposed_by = ?1";
        let sent = self.number(sent, [me.as_str()])?;
        let mut counts = InboxCounts { review, review_alone, sent, ..InboxCounts::default() };
        for tier in tiers {
            self.count_waiting(*tier, now, &mut counts)?;
            counts.accepted += self.number(
                "SELECT count(*) FROM escalation WHERE decided_at IS NOT NULL AND decided_at >= ?1 AND to_tier = ?2
                   AND state = 'accepted'",
                rusqlite::params![accepted_since, tier],
            )?;
            counts.returned += self.number(
                "SELECT count(*) FROM escalation WHERE decided_at IS NOT NULL AND decided_at >= ?1 AND from_tier = ?2
                   AND state IN ('returned', 'handed_back')",
                rusqlite::params![returned_since, tier],
            )?;
        }
        Ok(counts)
    }

    fn count_waiting(&self, tier: Tier, now: Instant, counts: &mut InboxCounts) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT count(*) AS open, count(*) FILTER (WHERE deferred_until > :now) AS deferred,
                    count(*) FILTER (WHERE review_due < :now AND (deferred_until > :now) IS NOT TRUE) AS late,
                    count(*) FILTER (WHERE ticket.priority = 1 AND (deferred_until > :now) IS NOT TRUE) AS urgent,
                    min(proposed_at) FILTER (WHERE (deferred_until > :now) IS NOT TRUE) AS oldest
             FROM escalation CROSS JOIN ticket USING (rid)
             WHERE escalation.state = 'proposed' AND escalation.to_tier = :tier",
        )?;
        let mut rows = statement.query(named_params! { ":tier": tier, ":now": now })?;
        let Some(row) = rows.next().context("counting the inbox")? else { return Ok(()) };
        let (open, deferred): (i64, i64) = (row.get("open")?, row.get("deferred")?);
        counts.waiting += open - deferred;
        counts.deferred += deferred;
        counts.urgent += row.get::<_, i64>("urgent")?;
        counts.late += row.get::<_, i64>("late")?;
        let oldest: Option<Instant> = row.get("oldest")?;
        counts.oldest = counts.oldest.into_iter().chain(oldest).min();
        Ok(())
    }

    /// Records to review, and how many of those have no proposal that waits for a decision.
    fn to_review(&self, now: Instant) -> Result<(i64, i64)> {
        self.db
            .prepare_cached(
                "SELECT count(*) AS n, count(*) FILTER (WHERE NOT EXISTS (
                   SELECT 1 FROM escalation AS open WHERE open.rid = asked.rid AND open.state = 'proposed'
                     AND (open.deferred_until > :now) IS NOT TRUE)) AS alone
                 FROM (SELECT DISTINCT rid FROM escalation WHERE post_review = 1 AND reviewed_at IS NULL) AS asked",
            )?
            .query_row(named_params! { ":now": now }, |row| Ok((row.get("n")?, row.get("alone")?)))
            .context("counting what is to be reviewed")
    }

    /// What was escalated since an instant, the latest first.
    pub fn escalated_since(&self, since: Instant, limit: u32) -> Result<Vec<Lately>> {
        let mut statement = self.db.prepare_cached(
            "SELECT proposed_at, kind, from_tier, to_tier, state, proposal ->> '$.reason' AS reason,
                    proposal ->> '$.triggers[0]' AS rule
             FROM escalation INDEXED BY escalation_lately WHERE proposed_at >= :since
             ORDER BY proposed_at DESC LIMIT :limit",
        )?;
        let rows = statement.query_map(named_params! { ":since": since, ":limit": limit }, |row| {
            Ok(Lately {
                at: row.get("proposed_at")?,
                kind: word(row, "kind", EscalationKind::from_word)?,
                from: row.get("from_tier")?,
                to: row.get("to_tier")?,
                state: word(row, "state", EscalationState::from_word)?,
                reason: row.get("reason")?,
                trigger: row.get("rule")?,
            })
        })?;
        rows.collect::<rusqlite::Result<_>>().context("reading what was escalated lately")
    }

    /// Open tickets that a person has, of priority 1 and of priority 2.
    pub fn urgent_load_of(&self, login: &Login) -> Result<(i64, i64)> {
        self.db
            .prepare_cached(
                "SELECT count(*) FILTER (WHERE priority = 1), count(*) FILTER (WHERE priority = 2)
                 FROM ticket INDEXED BY ticket_mine WHERE shelf > 0 AND assignee = ?1",
            )?
            .query_row([login.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .context("counting what is urgent of a person's")
    }

    fn number(&self, sql: &str, params: impl rusqlite::Params) -> Result<i64> {
        self.db.prepare_cached(sql)?.query_row(params, |row| row.get(0)).context("counting")
    }
}

impl EscalationRow {
    fn read(row: &Row<'_>, ticket: TicketRow) -> Result<Self> {
        Ok(Self {
            ticket,
            escalation: record::read_escalation(row)?,
            discipline: word(row, "discipline", Discipline::from_word)?,
            rights: word_opt(row, "rights", Rights::from_word)?.unwrap_or_default(),
            machine: row.get("machine")?,
            site: row.get("site")?,
            clocks: serde_json::from_str(row.get_ref("clocks")?.as_str()?).context("reading the clocks of a ticket")?,
            bounces: bounces(row.get("visits")?, row.get("visited")?),
            owner_fixed: row.get("owner_fixed")?,
        })
    }
}

impl Inbox {
    /// Constant conditions over the partial indexes, with the value each binds.
    fn conditions(&self) -> Vec<(&'static str, rusqlite::types::Value)> {
        const WAITING: &str =
            "escalation.state = 'proposed' AND escalation.to_tier = :value ORDER BY escalation.proposed_at";
        const REVIEW: &str = "escalation.post_review = 1 AND escalation.reviewed_at IS NULL
            AND escalation.proposed_at > :value ORDER BY escalation.proposed_at";
        const DECIDED: &str = "escalation.decided_at IS NOT NULL AND escalation.decided_at >= :value
            ORDER BY escalation.decided_at DESC";
        const SENT: &str = "escalation.proposed_by = :value ORDER BY escalation.proposed_at DESC";
        match self {
            Self::Waiting(tiers) => tiers.iter().map(|tier| (WAITING, tier.n().into())).collect(),
            Self::Review => vec![(REVIEW, 0.into())],
            Self::Decided(since) => vec![(DECIDED, since.0.into())],
            Self::SentBy(login) => vec![(SENT, login.as_str().to_owned().into())],
        }
    }
}
