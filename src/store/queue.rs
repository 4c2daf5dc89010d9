//! Pages of the queue, and the numbers on its tabs.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rusqlite::{Row, named_params};

use super::convert::{word, word_opt};
use super::record::number_of;
use super::view::ticket::{NEVER, mark};
use super::{Store, record};
use crate::domain::escalation::Escalation;
use crate::domain::filter::field::Field;
use crate::domain::id::AggId;
use crate::domain::incident::{Category, Pending, State, Subcategory};
use crate::domain::number::Kind;
use crate::domain::priority::Priority;
use crate::domain::role::Tier;
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
    pub due_at: Option<Instant>,
    /// A proposal waits for a decision.
    pub escalated: bool,
    pub returns: i64,
    pub reopened: i64,
    pub woke: bool,
    pub acknowledged: bool,
}

/// Columns of [`TicketRow`], of `ticket` joined with `contact`.
pub(super) const COLUMNS: &str =
    "ticket.agg, ticket.rid, ticket.kind, ticket.code, ticket.n, ticket.title, ticket.state,
    ticket.tier, ticket.priority, ticket.assignee, coalesce(contact.handle, contact.name) AS requester, ticket.vip,
    ticket.category, ticket.subcategory, ticket.pending_reason, ticket.opened_at, ticket.updated_at, ticket.due_at,
    ticket.escalation IS NOT NULL AS escalated, ticket.returns, ticket.reopen_count, ticket.marks,
    ticket.acknowledged_at IS NOT NULL AS acknowledged";

impl TicketRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let due: i64 = row.get("due_at")?;
        Ok(Self {
            agg: row.get("agg")?,
            rid: row.get("rid")?,
            name: number_of(row)?,
            kind: word(row, "kind", Kind::from_word)?,
            title: row.get("title")?,
            state: word(row, "state", State::from_word)?,
            tier: row.get("tier")?,
            priority: Priority::new(row.get("priority")?).unwrap_or_default(),
            assignee: row.get("assignee")?,
            requester: row.get("requester")?,
            vip: row.get("vip")?,
            category: word(row, "category", Category::from_word)?,
            subcategory: word(row, "subcategory", Subcategory::from_word)?,
            pending_reason: word_opt(row, "pending_reason", Pending::from_word)?,
            opened_at: row.get("opened_at")?,
            updated_at: row.get("updated_at")?,
            due_at: (due != NEVER).then_some(Instant(due)),
            escalated: row.get("escalated")?,
            returns: row.get("returns")?,
            reopened: row.get("reopen_count")?,
            woke: row.get::<_, i64>("marks")? & mark::WOKE != 0,
            acknowledged: row.get("acknowledged")?,
        })
    }
}

/// Numbers on the tabs of one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Badges {
    pub all: i64,
    pub mine: i64,
    pub free: i64,
    /// Proposals that wait for this tier to decide.
    pub waiting: i64,
}

/// A proposal as a line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationRow {
    pub ticket: TicketRow,
    pub escalation: Escalation,
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
            .prepare_cached("SELECT owner, n FROM badge WHERE shelf = :tier AND owner IN ('*', '', '>', :me)")?;
        let mut rows = statement.query(named_params! { ":tier": tier, ":me": me.as_str() })?;
        let mut badges = Badges::default();
        while let Some(row) = rows.next()? {
            let n = row.get("n")?;
            match row.get_ref("owner")?.as_str()? {
                "*" => badges.all = n,
                "" => badges.free = n,
                ">" => badges.waiting = n,
                _ => badges.mine = n,
            }
        }
        Ok(badges)
    }

    /// The free ticket of a tier that should be taken next.
    pub fn next_free(&self, tier: Tier, skip: &[AggId]) -> Result<Option<AggId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT agg FROM ticket INDEXED BY ticket_queue
             WHERE shelf > 0 AND shelf = :tier AND assignee IS NULL
             ORDER BY due_at, priority, opened_at, rid LIMIT :limit",
        )?;
        let limit = skip.len() as i64 + 1;
        let rows = statement.query_map(named_params! { ":tier": tier, ":limit": limit }, |row| row.get(0))?;
        let free: Vec<AggId> = rows.collect::<rusqlite::Result<_>>().context("looking for a free ticket")?;
        Ok(free.into_iter().find(|agg| !skip.contains(agg)))
    }

    /// Open tickets by the words of an enumerated field, from the index alone; empty for other fields.
    pub fn open_by(&self, field: Field) -> Result<BTreeMap<String, i64>> {
        let column = match field {
            Field::Tier => "CAST(tier AS TEXT)",
            Field::Prio => "CAST(priority AS TEXT)",
            Field::Type => "kind",
            Field::Status => "state",
            Field::Impact => "impact",
            Field::Urgency => "urgency",
            Field::Source => "source",
            Field::Symptom => "symptom",
            Field::Mode => "work_mode",
            Field::Pending => "pending_reason",
            _ => return Ok(BTreeMap::new()),
        };
        let sql = format!(
            "SELECT {column}, count(*) FROM ticket INDEXED BY ticket_queue
             WHERE shelf > 0 AND {column} IS NOT NULL GROUP BY 1"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<rusqlite::Result<_>>().context("counting the open tickets")
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
                "SELECT escalation.*, ticket.agg AS ticket_agg FROM escalation JOIN ticket USING (rid)
                 WHERE {condition} LIMIT :limit"
            );
            let mut statement = self.db.prepare_cached(&sql)?;
            let rows = statement.query_map(named_params! { ":value": value, ":limit": limit }, |row| {
                Ok((row.get::<_, AggId>("ticket_agg")?, record::read_escalation(row)?))
            })?;
            for row in rows {
                let (agg, escalation) = row.context("reading the inbox")?;
                if let Some(ticket) = self.ticket_row(agg)? {
                    out.push(EscalationRow { ticket, escalation });
                }
            }
        }
        Ok(out)
    }
}

impl Inbox {
    /// Constant conditions over the partial indexes, with the value each binds.
    fn conditions(&self) -> Vec<(&'static str, rusqlite::types::Value)> {
        const WAITING: &str =
            "escalation.state = 'proposed' AND escalation.to_tier = :value ORDER BY escalation.proposed_at";
        const REVIEW: &str = "escalation.post_review = 1 AND escalation.reviewed_at IS NULL
            AND escalation.proposed_at > :value ORDER BY escalation.proposed_at";
        const DECIDED: &str = "escalation.decided_at IS NOT NULL AND escalation.decided_at > :value
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
