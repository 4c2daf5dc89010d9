//! Problems: one by one, their incidents, and those that somebody still works on.

use anyhow::{Context, Result};
use rusqlite::{Connection, named_params};

use super::record::{self, Entry};
use super::{Store, journal, view};
use crate::domain::command::Case;
use crate::domain::fold::{Folded, fold};
use crate::domain::id::AggId;
use crate::domain::problem::Problem;
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;

impl Store {
    /// The problem as it stands.
    pub fn problem(&self, agg: AggId) -> Result<Option<Case<Problem>>> {
        load(&self.db, agg)
    }

    /// The problem as it stood at an instant, with its worklog.
    pub fn problem_at(&self, agg: AggId, at: Instant) -> Result<Option<(Case<Problem>, Vec<Entry>)>> {
        let mut events = journal::events_of(&self.db, agg)?;
        events.retain(|event| event.at <= at);
        let is: Folded<Problem> = fold(&events);
        let entries = is.worklogs.iter().map(Entry::from).collect();
        Ok(is.created.then_some((Case { agg, is }, entries)))
    }

    /// The incidents that a problem is the cause of, oldest first.
    pub fn incidents_of(&self, problem: AggId) -> Result<Vec<(AggId, Ticket)>> {
        incidents_of(&self.db, problem)
    }

    /// Numbers of the newest problems that tell a workaround.
    pub fn workarounds(&self, limit: u32) -> Result<Vec<(String, AggId)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT 'problem' AS kind, code, n, agg FROM problem
             WHERE offers = 1 AND detail ->> '$.workaround' IS NOT NULL ORDER BY rid DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit], |row| Ok((super::record::number_of(row)?, row.get("agg")?)))?;
        rows.collect::<rusqlite::Result<_>>().context("looking for workarounds")
    }

    /// Identities of the problems that somebody still works on, oldest first.
    pub fn open_problems(&self) -> Result<Vec<AggId>> {
        record::identities(&self.db, "SELECT agg FROM problem WHERE open = 1 ORDER BY rid", &[])
    }

    /// Identities of problems that nobody works on any more and that changed their state since an instant, newest first.
    pub fn problems_over_since(&self, since: Instant) -> Result<Vec<AggId>> {
        let sql =
            "SELECT agg FROM problem WHERE open = 0 AND state_since >= :since ORDER BY state_since DESC, rid DESC";
        record::identities(&self.db, sql, named_params! { ":since": since })
    }

    /// Identities of waiting problems whose wait is over by an instant, oldest first.
    pub fn problems_due(&self, now: Instant) -> Result<Vec<AggId>> {
        let sql = "SELECT agg FROM problem WHERE state = 'pending' AND follow_up_at <= :now ORDER BY follow_up_at, rid";
        record::identities(&self.db, sql, named_params! { ":now": now })
    }

    /// Incidents like those of a problem that were logged since an instant.
    pub fn recurred(&self, problem: AggId, since: Instant) -> Result<i64> {
        recurred(&self.db, problem, since)
    }

    /// Worklog of a problem, oldest first.
    pub fn problem_worklog(&self, agg: AggId) -> Result<Vec<Entry>> {
        record::worklog(&self.db, "problem", agg)
    }
}

/// The problem as it stands.
pub fn load(db: &Connection, agg: AggId) -> Result<Option<Case<Problem>>> {
    Ok(view::load::<Problem>(db, agg)?.map(|kept| Case { agg, is: kept.folded }))
}

/// The incidents that a problem is the cause of, oldest first.
pub fn incidents_of(db: &Connection, problem: AggId) -> Result<Vec<(AggId, Ticket)>> {
    let sql = "SELECT agg FROM link CROSS JOIN ticket ON ticket.rid = link.rid
               WHERE link.target = :problem AND link.kind = 'symptom_of' ORDER BY logged_at, ticket.rid";
    let mut found = Vec::new();
    for agg in record::identities(db, sql, named_params! { ":problem": problem })? {
        found.extend(view::load::<Ticket>(db, agg)?.map(|kept| (agg, kept.folded.fields)));
    }
    Ok(found)
}

/// Incidents like those of a problem (same program, symptom and signature) that were logged since an instant;
/// cancelled ones and duplicates are not counted.
pub fn recurred(db: &Connection, problem: AggId, since: Instant) -> Result<i64> {
    let sql = "SELECT count(*) FROM (
                 SELECT DISTINCT mine.cluster FROM link CROSS JOIN ticket AS mine ON mine.rid = link.rid
                  WHERE link.target = :problem AND link.kind = 'symptom_of' AND mine.cluster IS NOT NULL) AS keys
               CROSS JOIN ticket AS again ON again.cluster = keys.cluster
               WHERE again.logged_at > :since AND again.state <> 'cancelled' AND again.marks & 1 = 0";
    db.prepare_cached(sql)?
        .query_row(named_params! { ":problem": problem, ":since": since }, |row| row.get(0))
        .context("looking for incidents that came again")
}
