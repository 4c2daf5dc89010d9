//! Shift hand-overs, and what they are made from beside the lists of the queue: what came in, what was promised for
//! the hours ahead, and which problems and changes moved. Every statement goes by an index over what is open or over
//! the time asked for.

use anyhow::{Context, Result};
use rusqlite::{Connection, Row, named_params};

use super::convert::word;
use super::record::number_text;
use super::{Store, Tx, view};
use crate::domain::command::Case;
use crate::domain::handover::Handover;
use crate::domain::id::AggId;
use crate::domain::number::Kind;
use crate::domain::role::Tier;
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// A record in one line of a hand-over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub agg: AggId,
    pub name: String,
    pub title: String,
    /// A word of its type's states.
    pub state: String,
    pub owner: Option<String>,
    /// When it came in, moved, or is due.
    pub at: Instant,
    /// What is promised: `update`, `follow-up`, `starts`, `planned`; empty where nothing is.
    pub what: String,
}

/// What was found, oldest first, and how many there are; `capped` when there are more than were counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub told: Vec<Told>,
    pub count: u32,
    pub capped: bool,
}

/// How far one part is counted.
const COUNTED: u32 = 5_000;

const TICKET: &str = "agg, kind, code, n, title, state, assignee";

impl Store {
    /// The hand-over as it stands.
    pub fn handover(&self, agg: AggId) -> Result<Option<Case<Handover>>> {
        load(&self.db, agg)
    }

    /// The hand-overs, newest first.
    pub fn handovers(&self, limit: u32) -> Result<Vec<Case<Handover>>> {
        let sql = "SELECT agg FROM handover WHERE created = 1 ORDER BY hid DESC LIMIT :limit";
        self.cases(sql, named_params! { ":limit": limit })
    }

    /// The newest hand-over of that number: another site may have one of the same.
    pub fn handover_numbered(&self, n: i64) -> Result<Option<Case<Handover>>> {
        let sql = "SELECT agg FROM handover WHERE n = :n AND created = 1 ORDER BY hid DESC LIMIT 1";
        Ok(self.cases(sql, named_params! { ":n": n })?.pop())
    }

    /// The last hand-over of a tier, or of the whole desk, that somebody signed.
    pub fn last_handover(&self, tier: Option<Tier>) -> Result<Option<Case<Handover>>> {
        let sql = "SELECT agg FROM handover
                   WHERE tier IS :tier AND signed_out_by IS NOT NULL AND state <> 'withdrawn'
                   ORDER BY ended_at DESC, hid DESC LIMIT 1";
        Ok(self.cases(sql, named_params! { ":tier": tier })?.pop())
    }

    /// The newest hand-over of a tier, or of any, or of the whole desk, that somebody else has signed since an instant
    /// and that nobody has taken over.
    pub fn waiting_handover(&self, tier: Option<Tier>, me: &Login, since: Instant) -> Result<Option<Case<Handover>>> {
        let sql = "SELECT agg FROM handover
                   WHERE state = 'signed_out' AND ended_at >= :since AND signed_out_by <> :me
                     AND (:tier IS NULL OR tier IS NULL OR tier = :tier)
                   ORDER BY ended_at DESC, hid DESC LIMIT 1";
        Ok(self.cases(sql, named_params! { ":tier": tier, ":me": me.as_str(), ":since": since })?.pop())
    }

    fn cases(&self, sql: &str, parameters: &[(&str, &dyn rusqlite::ToSql)]) -> Result<Vec<Case<Handover>>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(parameters, |row| row.get(0))?;
        let aggs: Vec<AggId> = rows.collect::<rusqlite::Result<_>>().context("looking for hand-overs")?;
        let cases = aggs.into_iter().map(|agg| self.handover(agg));
        Ok(cases.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// What was opened since an instant in a tier: what still stands in its queue, and what was finished since.
    pub fn opened_since(&self, tier: Tier, since: Instant, most: u32) -> Result<Found> {
        let from = "(SELECT agg, kind, code, n, title, state, assignee, opened_at AS at, '' AS what, rid
                       FROM ticket INDEXED BY ticket_queue WHERE shelf = :tier AND shelf > 0 AND opened_at >= :since
                     UNION ALL
                     SELECT agg, kind, code, n, title, state, assignee, opened_at AS at, '' AS what, rid
                       FROM ticket INDEXED BY ticket_opened
                       WHERE shelf = 0 AND opened_at >= :since AND tier = :tier AND state <> 'cancelled')";
        self.found(from, named_params! { ":tier": tier, ":since": since }, most)
    }

    /// What a requester of a tier was promised until an instant: news of an update clock, the end of a wait, a
    /// beginning.
    pub fn promised(&self, tier: Tier, until: Instant, most: u32) -> Result<Found> {
        let from = format!(
            "(SELECT {TICKET}, due_at AS at, 'update' AS what, rid
                FROM ticket INDEXED BY ticket_queue WHERE shelf = :tier AND shelf > 0 AND due_at <= :until AND due_kind = 'update'
              UNION ALL
              SELECT {TICKET}, follow_up_at AS at, 'follow-up' AS what, rid
                FROM ticket INDEXED BY ticket_wakes
                WHERE state = 'pending' AND follow_up_at <= :until AND tier = :tier
              UNION ALL
              SELECT {TICKET}, starts_at AS at, 'starts' AS what, rid
                FROM ticket INDEXED BY ticket_starts
                WHERE starts_at IS NOT NULL AND starts_at <= :until AND tier = :tier)"
        );
        self.found(&from, named_params! { ":tier": tier, ":until": until }, most)
    }

    /// Problems that somebody works on and that moved since an instant, and those that came to their end since.
    pub fn problems_moved(&self, since: Instant, most: u32) -> Result<Found> {
        let columns = "agg, 'problem' AS kind, code, n, title, state, owner AS assignee";
        let from = format!(
            "(SELECT {columns}, updated_at AS at, '' AS what, rid
                FROM problem INDEXED BY problem_open WHERE open = 1 AND updated_at >= :since
              UNION ALL
              SELECT {columns}, state_since AS at, '' AS what, rid
                FROM problem INDEXED BY problem_over WHERE open = 0 AND state_since >= :since)"
        );
        self.found(&from, named_params! { ":since": since }, most)
    }

    /// Changes under way that moved since an instant, or whose time is planned to begin until another one.
    pub fn changes_moved(&self, since: Instant, until: Instant, most: u32) -> Result<Found> {
        let from = "(SELECT agg, 'change' AS kind, code, n, title, state, author AS assignee, rid,
                       iif(planned_start BETWEEN :since AND :until, planned_start, updated_at) AS at,
                       iif(planned_start BETWEEN :since AND :until, 'planned', '') AS what
                     FROM change INDEXED BY change_open
                     WHERE open = 1 AND (updated_at >= :since OR planned_start BETWEEN :since AND :until))";
        self.found(from, named_params! { ":since": since, ":until": until }, most)
    }

    fn found(&self, from: &str, parameters: &[(&str, &dyn rusqlite::ToSql)], most: u32) -> Result<Found> {
        let sql = format!(
            "SELECT agg, kind, code, n, title, state, assignee, at, what FROM {from} ORDER BY at, rid LIMIT {most}"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(parameters, told)?;
        let told = rows.collect::<rusqlite::Result<Vec<_>>>().context("reading what is handed over")?;
        if told.len() < most as usize {
            return Ok(Found { count: told.len() as u32, told, capped: false });
        }
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {from} LIMIT {})", COUNTED + 1);
        let n: u32 = self.db.prepare_cached(&sql)?.query_row(parameters, |row| row.get(0))?;
        Ok(Found { told, count: n.min(COUNTED), capped: n > COUNTED })
    }
}

impl Tx<'_> {
    /// The hand-over as it stands; `None` if there is none.
    pub fn handover_case(&self, agg: AggId) -> Result<Option<Case<Handover>>> {
        load(self.db(), agg)
    }

    /// The number that the next hand-over gets.
    pub fn next_handover(&self) -> Result<i64> {
        let mut statement = self.db().prepare_cached("SELECT coalesce(max(n), 0) + 1 FROM handover")?;
        statement.query_row([], |row| row.get(0)).context("counting hand-overs")
    }
}

fn load(db: &Connection, agg: AggId) -> Result<Option<Case<Handover>>> {
    Ok(view::load::<Handover>(db, agg)?.map(|kept| Case { agg, is: kept.folded }))
}

fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    let kind = word(row, 1, Kind::from_word)?;
    Ok(Told {
        agg: row.get(0)?,
        name: number_text(kind, row.get_ref(2)?.as_str()?, row.get(3)?),
        title: row.get(4)?,
        state: row.get(5)?,
        owner: row.get(6)?,
        at: row.get(7)?,
        what: row.get(8)?,
    })
}
