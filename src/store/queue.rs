//! Pages of the queue, and the numbers on its tabs.

use anyhow::{Context, Result};
use rusqlite::{Row, named_params};

use super::convert::{word, word_opt};
use super::record::number_text;
use super::view::ticket::{NEVER, mark};
use super::{Store, record};
use crate::domain::clock::ClockKind;
use crate::domain::clock::standing::{Sla, Standing};
use crate::domain::escalation::Escalation;
use crate::domain::id::AggId;
use crate::domain::incident::{Category, Pending, State, Subcategory};
use crate::domain::number::Kind;
use crate::domain::priority::Priority;
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// A ticket as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    pub agg: AggId,
    pub rid: i64,
    pub name: String,
    pub kind: Kind,
    pub title: String,
    pub state: State,
    pub tier: Tier,
    pub priority: Priority,
    pub assignee: Option<String>,
    /// Handle of the requester, else the name.
    pub requester: Option<String>,
    pub vip: bool,
    pub category: Category,
    pub subcategory: Subcategory,
    pub pending_reason: Option<Pending>,
    pub opened_at: Instant,
    pub updated_at: Instant,
    /// Its promises to the customer.
    pub clock: Standing,
    /// A proposal waits for a decision.
    pub escalated: bool,
    pub returns: i64,
    pub reopened: i64,
    pub woke: bool,
    pub acknowledged: bool,
    /// A declared major incident.
    pub major: bool,
}

/// Columns of [`TicketRow`], of `ticket` joined with `contact`, in the order in which a row is read: by position,
/// because a name would be looked for among thirty others, for every value of every row.
pub(super) const COLUMNS: &str =
    "ticket.agg, ticket.rid, ticket.kind, ticket.code, ticket.n, ticket.title, ticket.state,
    ticket.tier, ticket.priority, ticket.assignee, coalesce(contact.handle, contact.name), ticket.vip,
    ticket.category, ticket.subcategory, ticket.pending_reason, ticket.opened_at, ticket.updated_at, ticket.due_at,
    ticket.escalation IS NOT NULL, ticket.returns, ticket.reopen_count, ticket.marks,
    ticket.acknowledged_at IS NOT NULL, ticket.risk_at, ticket.over_at, ticket.due_kind, ticket.due_calendar";
/// How many columns those are.
pub(super) const WIDTH: usize = 27;

impl TicketRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kind = word(row, 2, Kind::from_word)?;
        let comes = |at: i64| (at != NEVER).then_some(Instant(at));
        let marks: i64 = row.get(21)?;
        Ok(Self {
            agg: row.get(0)?,
            rid: row.get(1)?,
            name: number_text(kind, row.get_ref(3)?.as_str()?, row.get(4)?),
            kind,
            title: row.get(5)?,
            state: word(row, 6, State::from_word)?,
            tier: row.get(7)?,
            priority: Priority::new(row.get(8)?).unwrap_or_default(),
            assignee: row.get(9)?,
            requester: row.get(10)?,
            vip: row.get(11)?,
            category: word(row, 12, Category::from_word)?,
            subcategory: word(row, 13, Subcategory::from_word)?,
            pending_reason: word_opt(row, 14, Pending::from_word)?,
            opened_at: row.get(15)?,
            updated_at: row.get(16)?,
            clock: Standing {
                due_at: comes(row.get(17)?),
                risk_at: comes(row.get(23)?),
                over_at: comes(row.get(24)?),
                due_kind: word_opt(row, 25, ClockKind::from_word)?,
                due_calendar: row.get(26)?,
                paused: marks & mark::PAUSED != 0,
                missed: marks & mark::MISSED != 0,
            },
            escalated: row.get(18)?,
            returns: row.get(19)?,
            reopened: row.get(20)?,
            woke: marks & mark::WOKE != 0,
            major: marks & mark::MAJOR != 0,
            acknowledged: row.get(22)?,
        })
    }

    /// How its clocks stand, as `sla:` finds it.
    pub fn sla(&self, now: Instant) -> Option<Sla> {
        self.clock.sla(self.state, now)
    }
}

/// Numbers on the tabs of one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Badges {
    pub all: i64,
    pub mine: i64,
    pub free: i64,
    /// Open ones of people that are served first.
    pub vip: i64,
    /// Proposals that wait for this tier to decide.
    pub waiting: i64,
}

/// How many open tickets need attention first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pressing {
    pub breached: i64,
    pub at_risk: i64,
}

/// A proposal as a line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationRow {
    pub ticket: TicketRow,
    pub escalation: Escalation,
    pub discipline: Discipline,
    /// The first machine that it is about.
    pub machine: Option<String>,
    /// Where the requester sits.
    pub site: Option<String>,
}

/// How many proposals there are of each kind, for one look at the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InboxCounts {
    /// Waits for a decision now.
    pub waiting: i64,
    /// Of those, the ones of priority 1.
    pub urgent: i64,
    /// Of those, the ones that should have been decided by now.
    pub late: i64,
    /// Put off until later.
    pub deferred: i64,
    /// Moved at once, or calls for attention, that no supervisor has reviewed.
    pub review: i64,
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

impl Store {
    pub fn badges(&self, tier: Tier, me: &Login) -> Result<Badges> {
        let mut statement = self
            .db
            .prepare_cached("SELECT owner, n FROM badge WHERE shelf = :tier AND owner IN ('*', '', '>', '!', :me)")?;
        let mut rows = statement.query(named_params! { ":tier": tier, ":me": me.as_str() })?;
        let mut badges = Badges::default();
        while let Some(row) = rows.next()? {
            let n = row.get("n")?;
            match row.get_ref("owner")?.as_str()? {
                "*" => badges.all = n,
                "" => badges.free = n,
                ">" => badges.waiting = n,
                "!" => badges.vip = n,
                _ => badges.mine = n,
            }
        }
        Ok(badges)
    }

    /// Open tickets of a tier by how their clocks stand: missed, and at risk. Reads those only.
    pub fn pressing(&self, tier: Tier, now: Instant) -> Result<Pressing> {
        let mut statement = self.db.prepare_cached(
            "SELECT count(*) FILTER (WHERE over_at < :now) AS breached, count(*) FILTER (WHERE over_at >= :now) AS risk
             FROM ticket INDEXED BY ticket_risk WHERE shelf > 0 AND shelf = :tier AND risk_at <= :now",
        )?;
        statement
            .query_row(named_params! { ":tier": tier, ":now": now }, |row| {
                Ok(Pressing { breached: row.get("breached")?, at_risk: row.get("risk")? })
            })
            .context("counting what is late")
    }

    /// One row of the list.
    pub fn ticket_row(&self, agg: AggId) -> Result<Option<TicketRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM ticket LEFT JOIN contact ON contact.agg = ticket.requester WHERE ticket.agg = ?1"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query_map([agg], TicketRow::read)?;
        rows.next().transpose().context("reading a line of the queue")
    }

    /// Escalations for an inbox, the longest waiting first.
    pub fn inbox(&self, which: &Inbox, limit: u32) -> Result<Vec<EscalationRow>> {
        let mut out = Vec::new();
        for (condition, value) in which.conditions() {
            let sql = format!(
                "SELECT escalation.*, ticket.agg AS ticket_agg, ticket.discipline, contact.site,
                        ticket.detail ->> '$.endpoints[0]' AS machine
                 FROM escalation CROSS JOIN ticket USING (rid) LEFT JOIN contact ON contact.agg = ticket.requester
                 WHERE {condition} LIMIT :limit"
            );
            let mut statement = self.db.prepare_cached(&sql)?;
            let mut rows = statement.query(named_params! { ":value": value, ":limit": limit })?;
            while let Some(row) = rows.next().context("reading the inbox")? {
                if let Some(ticket) = self.ticket_row(row.get("ticket_agg")?)? {
                    out.push(EscalationRow {
                        ticket,
                        escalation: record::read_escalation(row)?,
                        discipline: word(row, "discipline", Discipline::from_word)?,
                        machine: row.get("machine")?,
                        site: row.get("site")?,
                    });
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
        let mut counts = InboxCounts {
            review: self.number("SELECT count(*) FROM escalation WHERE post_review = 1 AND reviewed_at IS NULL", [])?,
            sent: self.number(
                "SELECT count(*) FROM escalation WHERE state = 'proposed' AND proposed_by = ?1",
                [me.as_str()],
            )?,
            ..InboxCounts::default()
        };
        for tier in tiers {
            let mut statement = self.db.prepare_cached(
                "SELECT count(*) AS open, count(*) FILTER (WHERE deferred_until > :now) AS deferred,
                        count(*) FILTER (WHERE review_due < :now AND (deferred_until > :now) IS NOT TRUE) AS late,
                        count(*) FILTER (WHERE ticket.priority = 1 AND (deferred_until > :now) IS NOT TRUE) AS urgent
                 FROM escalation CROSS JOIN ticket USING (rid)
                 WHERE escalation.state = 'proposed' AND escalation.to_tier = :tier",
            )?;
            let (open, deferred, urgent, late): (i64, i64, i64, i64) = statement
                .query_row(named_params! { ":tier": tier, ":now": now }, |row| {
                    Ok((row.get("open")?, row.get("deferred")?, row.get("urgent")?, row.get("late")?))
                })
                .context("counting the inbox")?;
            counts.waiting += open - deferred;
            counts.deferred += deferred;
            counts.urgent += urgent;
            counts.late += late;
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

    /// Open tickets of priority 1 and 2 that a person has.
    pub fn urgent_load_of(&self, login: &Login) -> Result<i64> {
        self.number(
            "SELECT count(*) FROM ticket INDEXED BY ticket_mine WHERE shelf > 0 AND assignee = ?1 AND priority <= 2",
            [login.as_str()],
        )
    }

    fn number(&self, sql: &str, params: impl rusqlite::Params) -> Result<i64> {
        self.db.prepare_cached(sql)?.query_row(params, |row| row.get(0)).context("counting")
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
