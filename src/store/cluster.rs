//! Incidents alike: those of the last days by one index, those of one key by its own ranges, and those that came after
//! a problem was resolved.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Params, Row as SqlRow, named_params};

use super::convert::word;
use super::record::number_text;
use super::view::ticket::mark;
use super::{Store, Tx, view};
use crate::domain::cluster::{Cause, ClusterFields, Key, Row};
use crate::domain::id::AggId;
use crate::domain::incident::State;
use crate::domain::number::Kind;
use crate::domain::time::Instant;

/// An incident as a line of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    pub agg: AggId,
    pub name: String,
    pub title: String,
    pub state: State,
    pub logged_at: Instant,
}

/// A problem that was resolved, and may be closed by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedProblem {
    pub agg: AggId,
    pub resolved_at: Instant,
}

/// Columns of a [`Row`], and where an incident's problem is found. Most incidents have no links, and say so in a bit.
const ALIKE: &str =
    "it.agg, it.cluster, it.logged_at, cause.agg AS problem, cause.state IN ('closed', 'cancelled') AS ended";
const CAUSE: &str = "LEFT JOIN problem AS cause ON cause.rid = CASE WHEN it.marks & 2 THEN (
      SELECT problem.rid FROM link CROSS JOIN problem ON problem.agg = link.target
       WHERE link.rid = it.rid AND link.kind = 'symptom_of'
       ORDER BY problem.state IN ('closed', 'cancelled'), problem.rid LIMIT 1) END";
const COUNTS: &str = "it.state <> 'cancelled' AND it.marks & 1 = 0";
const _: () = assert!(mark::DUPLICATE == 1 && mark::LINKED == 2, "the statements name the bits");

/// Problems that ended resolved, by when they were.
const ENDED: &str = "SELECT agg, resolved_at FROM problem INDEXED BY problem_resolved
     WHERE resolved_at BETWEEN :since - 366 * 86400 AND :until AND max(resolved_at, coalesce(closed_at, 0)) >= :since
       AND state IN ('resolved', 'closed') ORDER BY rid";

/// Signatures that ever came with a program and symptom, one look at the index for each.
const SIGNATURES: &str = "WITH RECURSIVE known(cluster) AS (
      SELECT min(cluster) FROM ticket WHERE cluster >= :first AND cluster < :end
      UNION ALL
      SELECT (SELECT min(cluster) FROM ticket WHERE cluster > known.cluster AND cluster < :end)
        FROM known WHERE known.cluster IS NOT NULL)
    SELECT cluster FROM known WHERE cluster IS NOT NULL";

impl Store {
    /// The incidents of `[since, until]` that can be alike; cancelled ones and duplicates are left out.
    pub fn alike_lately(&self, since: Instant, until: Instant) -> Result<Vec<Row>> {
        let sql = format!(
            "SELECT {ALIKE} FROM ticket AS it INDEXED BY ticket_lately {CAUSE}
             WHERE it.cluster IS NOT NULL AND it.logged_at BETWEEN :since AND :until AND {COUNTS}"
        );
        rows(&self.db, &sql, named_params! { ":since": since, ":until": until })
    }

    /// As [`alike_lately`](Self::alike_lately), but only what matches that key, strongly or weakly. Costs as much as
    /// there is of that key, however much else the store holds.
    pub fn alike_to(&self, key: &Key, since: Instant, until: Instant) -> Result<Vec<Row>> {
        let sql = format!(
            "SELECT {ALIKE} FROM ticket AS it INDEXED BY ticket_cluster {CAUSE}
             WHERE it.cluster = :key AND it.logged_at BETWEEN :since AND :until AND {COUNTS}"
        );
        let mut found = Vec::new();
        for key in self.matching(key)? {
            found.extend(rows(&self.db, &sql, named_params! { ":key": key, ":since": since, ":until": until })?);
        }
        Ok(found)
    }

    /// The keys that a key matches, itself included, as columns.
    fn matching(&self, key: &Key) -> Result<Vec<String>> {
        if key.has_signature() {
            return Ok([Some(key.clone()), key.without_signature()]
                .into_iter()
                .flatten()
                .map(|it| it.column())
                .collect());
        }
        let first = key.column();
        // Behind everything that begins like the key; no text holds a character that sorts between.
        let end = format!("{first}{}", char::MAX);
        let mut statement = self.db.prepare_cached(SIGNATURES)?;
        let keys = statement.query_map(named_params! { ":first": first, ":end": end }, |row| row.get(0))?;
        keys.collect::<rusqlite::Result<_>>().context("looking for signatures")
    }

    /// An incident as a line; `None` if there is none.
    pub fn incident_row(&self, agg: AggId) -> Result<Option<IncidentRow>> {
        self.db
            .prepare_cached("SELECT agg, code, n, title, state, logged_at FROM ticket WHERE agg = ?1")?
            .query_row([agg], read_incident)
            .optional()
            .context("reading an incident")
    }

    /// Problems that ended resolved, and did so or were closed in `[since, until]`. None is looked for that was under
    /// observation longer than a year.
    pub fn problems_ended(&self, since: Instant, until: Instant) -> Result<Vec<EndedProblem>> {
        let mut statement = self.db.prepare_cached(ENDED)?;
        let ended = statement.query_map(named_params! { ":since": since, ":until": until }, |row| {
            Ok(EndedProblem { agg: row.get("agg")?, resolved_at: row.get("resolved_at")? })
        })?;
        ended.collect::<rusqlite::Result<_>>().context("looking for problems that ended")
    }

    /// Incidents with the key of one that is linked to that problem, logged in `(after, until]` and linked to no other.
    pub fn came_again(&self, problem: AggId, after: Instant, until: Instant) -> Result<Vec<Row>> {
        let sql = format!(
            "SELECT {ALIKE} FROM (
               SELECT DISTINCT mine.cluster FROM link CROSS JOIN ticket AS mine ON mine.rid = link.rid
                WHERE link.target = :problem AND link.kind = 'symptom_of' AND mine.cluster IS NOT NULL) AS keys
             CROSS JOIN ticket AS it INDEXED BY ticket_cluster ON it.cluster = keys.cluster {CAUSE}
             WHERE it.logged_at > :after AND it.logged_at <= :until AND {COUNTS}"
        );
        let mut found = rows(&self.db, &sql, named_params! { ":problem": problem, ":after": after, ":until": until })?;
        found.retain(|row| row.cause.is_none_or(|cause| cause.problem == problem));
        Ok(found)
    }

    /// Incidents linked to that problem that were reopened at some time.
    pub fn reopened_symptoms(&self, problem: AggId) -> Result<Vec<AggId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT it.agg FROM link CROSS JOIN ticket AS it ON it.rid = link.rid
             WHERE link.target = :problem AND link.kind = 'symptom_of' AND it.reopen_count > 0",
        )?;
        let found = statement.query_map(named_params! { ":problem": problem }, |row| row.get(0))?;
        found.collect::<rusqlite::Result<_>>().context("looking for reopened incidents")
    }

    /// What is remembered of a refused proposal; nothing if none was.
    pub fn refused(&self, subject: AggId) -> Result<ClusterFields> {
        Ok(view::load::<ClusterFields>(&self.db, subject)?.map(|kept| kept.folded.fields).unwrap_or_default())
    }
}

impl Tx<'_> {
    /// The problem that somebody still works on and that an incident is linked to.
    pub fn live_problem_of(&self, incident: AggId) -> Result<Option<AggId>> {
        self.db()
            .prepare_cached(
                "SELECT problem.agg FROM ticket CROSS JOIN link ON link.rid = ticket.rid AND link.kind = 'symptom_of'
                 CROSS JOIN problem ON problem.agg = link.target
                 WHERE ticket.agg = ?1 AND problem.state NOT IN ('closed', 'cancelled') LIMIT 1",
            )?
            .query_row([incident], |row| row.get(0))
            .optional()
            .context("looking for the problem of an incident")
    }
}

fn rows(db: &Connection, sql: &str, parameters: impl Params) -> Result<Vec<Row>> {
    let mut statement = db.prepare_cached(sql)?;
    let found = statement.query_map(parameters, read)?;
    let found = found.filter_map(Result::transpose).collect::<rusqlite::Result<_>>();
    found.context("looking for incidents alike")
}

/// `None` for a key with a word of a newer version.
fn read(row: &SqlRow<'_>) -> rusqlite::Result<Option<Row>> {
    let Some(key) = Key::from_column(row.get_ref(1)?.as_str()?) else { return Ok(None) };
    let problem: Option<AggId> = row.get(3)?;
    let cause = match problem {
        Some(problem) => Some(Cause { problem, ended: row.get(4)? }),
        None => None,
    };
    Ok(Some(Row { agg: row.get(0)?, key, logged_at: row.get(2)?, cause }))
}

fn read_incident(row: &SqlRow<'_>) -> rusqlite::Result<IncidentRow> {
    Ok(IncidentRow {
        agg: row.get("agg")?,
        name: number_text(Kind::Incident, row.get_ref("code")?.as_str()?, row.get("n")?),
        title: row.get("title")?,
        state: word(row, "state", State::from_word)?,
        logged_at: row.get("logged_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_that_ended_are_found_by_when_they_were_resolved() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::store::open::SCHEMA).unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {ENDED}");
        let plan: String =
            db.query_row(&plan, named_params! { ":since": 0, ":until": 1 }, |row| row.get("detail")).unwrap();
        assert!(plan.starts_with("SEARCH problem USING INDEX problem_resolved (resolved_at>"), "{plan}");
    }
}
