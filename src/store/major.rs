//! Major incidents: which there are, their children, and who might become one.

use anyhow::{Context, Result};
use rusqlite::{Connection, Row, named_params};

use super::{Store, Tx, view};
use crate::domain::command::Case;
use crate::domain::id::AggId;
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::domain::trigger::Trigger;

impl Store {
    /// Every major incident and candidate that nobody is done with, oldest first: no review written, not cancelled.
    pub fn majors(&self) -> Result<Vec<AggId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT agg FROM ticket WHERE major_state <> 'none' AND major_state <> 'reviewed'
               AND (major_state <> 'candidate' OR shelf > 0) ORDER BY rid",
        )?;
        let rows = statement.query_map([], agg)?;
        rows.collect::<rusqlite::Result<_>>().context("reading the major incidents")
    }

    /// Identities of the children of a major incident, oldest first.
    pub fn children(&self, major: AggId) -> Result<Vec<AggId>> {
        children(&self.db, major)
    }

    /// Open incidents alike that were logged since an instant and belong to no major incident yet, oldest first.
    pub fn could_join(&self, major: &Case, since: Instant) -> Result<Vec<AggId>> {
        let Some(cluster) = view::ticket::cluster(major.ticket()) else { return Ok(Vec::new()) };
        let mut statement = self.db.prepare_cached(
            "SELECT agg FROM ticket WHERE cluster = :cluster AND logged_at >= :since AND shelf > 0 AND marks & 1 = 0
               AND agg <> :major AND major_state IN ('none', 'candidate')
               AND NOT EXISTS (SELECT 1 FROM link WHERE link.rid = ticket.rid AND link.kind = 'child_of_major')
             ORDER BY rid",
        )?;
        let rows =
            statement.query_map(named_params! { ":cluster": cluster, ":since": since, ":major": major.agg }, agg)?;
        rows.collect::<rusqlite::Result<_>>().context("looking for incidents alike")
    }
}

impl Tx<'_> {
    /// Identities of the children of a major incident, oldest first.
    pub fn children(&self, major: AggId) -> Result<Vec<AggId>> {
        children(self.db(), major)
    }
}

fn children(db: &Connection, major: AggId) -> Result<Vec<AggId>> {
    let mut statement = db.prepare_cached(
        "SELECT ticket.agg FROM link JOIN ticket USING (rid)
         WHERE link.target = ?1 AND link.kind = 'child_of_major' ORDER BY ticket.rid",
    )?;
    let rows = statement.query_map([major], agg)?;
    rows.collect::<rusqlite::Result<_>>().context("reading the children of a major incident")
}

/// Does another incident like that one speak for it: an open one that is a major incident or a candidate, or one logged
/// since an instant on which the rule fired, whatever was decided then?
pub fn alike(db: &Connection, ticket: &Ticket, since: Instant) -> Result<bool> {
    let Some(cluster) = view::ticket::cluster(ticket) else { return Ok(false) };
    let number = ticket.number.as_ref();
    let (code, n) = number.map_or(("", 0), |number| (number.site.as_str(), number.n));
    db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM ticket INDEXED BY ticket_major
           WHERE major_state <> 'none' AND major_state IN ('candidate', 'declared') AND shelf > 0
             AND cluster = :cluster AND NOT (code = :code AND n = :n))
         OR EXISTS (SELECT 1 FROM ticket INDEXED BY ticket_cluster
           WHERE cluster = :cluster AND logged_at >= :since AND NOT (code = :code AND n = :n)
             AND EXISTS (SELECT 1 FROM json_each(latches) WHERE json_each.value ->> 'trigger' = :rule))",
    )?
    .query_row(
        named_params! {
            ":cluster": cluster, ":code": code, ":n": n, ":since": since, ":rule": Trigger::Tr27.word(),
        },
        |row| row.get(0),
    )
    .context("looking for a major incident alike")
}

fn agg(row: &Row<'_>) -> rusqlite::Result<AggId> {
    row.get("agg")
}
