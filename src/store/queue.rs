//! Pages of the queue, and the numbers on its tabs.

use anyhow::{Context, Result};
use rusqlite::{Row, named_params};

use super::Store;
use super::convert::{word, word_opt};
use super::record::number_text;
use super::view::ticket::{NEVER, mark};
use crate::domain::clock::ClockKind;
use crate::domain::clock::standing::{Sla, Standing};
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

    /// When the next open ticket of a tier gets at risk, after an instant.
    pub fn next_risk(&self, tier: Tier, now: Instant) -> Result<Option<Instant>> {
        self.db
            .prepare_cached(
                "SELECT min(risk_at) FROM ticket INDEXED BY ticket_risk
                 WHERE shelf > 0 AND shelf = :tier AND risk_at > :now AND risk_at < :never",
            )?
            .query_row(named_params! { ":tier": tier, ":now": now, ":never": NEVER }, |row| row.get(0))
            .context("looking for what gets at risk next")
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
}
