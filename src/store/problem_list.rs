//! Problems as lines of a list, and what may belong to one another: by index, and never more than a screen can use.

use anyhow::{Context, Result};
use chrono::NaiveDate;
use rusqlite::{Row, named_params};

use super::convert::word;
use super::queue::{COLUMNS, TicketRow};
use super::record::number_text;
use super::{Store, view};
use crate::domain::id::AggId;
use crate::domain::number::Kind;
use crate::domain::priority::Priority;
use crate::domain::problem::ProblemState;
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};

/// Most problems of each part of the list.
const LISTED: u32 = 500;
/// Incidents alike that are looked at.
const ALIKE: u32 = 40;

/// A problem as a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    pub agg: AggId,
    pub name: String,
    pub title: String,
    pub state: ProblemState,
    pub owner: Option<String>,
    pub priority: Priority,
    pub logged_at: Instant,
    pub review_on: Option<NaiveDate>,
    /// It has a workaround to apply, or is a known error.
    pub offers: bool,
    /// Incidents that it causes, and those of them that somebody still works on.
    pub linked: i64,
    pub open: i64,
    /// How long all those incidents stood open together, until now or until they were resolved.
    pub lasted: Secs,
}

impl ProblemRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let day: Option<String> = row.get("review_on")?;
        Ok(Self {
            agg: row.get("agg")?,
            name: number_text(Kind::Problem, row.get_ref("code")?.as_str()?, row.get("n")?),
            title: row.get("title")?,
            state: word(row, "state", ProblemState::from_word)?,
            owner: row.get("owner")?,
            priority: Priority::new(row.get("priority")?).unwrap_or_default(),
            logged_at: row.get("logged_at")?,
            review_on: day.and_then(|day| day.parse().ok()),
            offers: row.get("offers")?,
            linked: row.get("linked")?,
            open: row.get("standing")?,
            lasted: Secs(row.get("lasted")?),
        })
    }
}

/// Which problems, before anything is counted of them.
const OPEN: &str = "SELECT * FROM problem INDEXED BY problem_urgent WHERE open = 1 ORDER BY priority, rid LIMIT :limit";
const OBSERVED: &str =
    "SELECT * FROM problem INDEXED BY problem_observed WHERE state = 'resolved' AND resolved_at IS NOT NULL
     ORDER BY resolved_at DESC, rid LIMIT :limit";

/// Those problems as lines, with the counts of their incidents.
fn lines_of(which: &str, order: &str) -> String {
    format!(
        "SELECT it.agg, it.code, it.n, it.title, it.state, it.owner, it.priority, it.logged_at, it.review_on, it.offers,
           count(ticket.rid) AS linked,
           coalesce(sum(ticket.shelf > 0), 0) AS standing,
           coalesce(sum(max(0, coalesce(ticket.resolved_at, ticket.closed_at, :now) - ticket.opened_at)), 0) AS lasted
         FROM ({which}) AS it LEFT JOIN link ON link.target = it.agg AND link.kind = 'symptom_of'
                              LEFT JOIN ticket ON ticket.rid = link.rid
         GROUP BY it.rid ORDER BY {order}"
    )
}

fn open_lines() -> String {
    lines_of(OPEN, "it.priority, it.rid")
}

fn observed_lines() -> String {
    lines_of(OBSERVED, "it.resolved_at DESC, it.rid")
}

impl Store {
    /// Problems that somebody still works on, the most urgent first; then those whose fix is observed, the newest
    /// first.
    pub fn problem_rows(&self, now: Instant) -> Result<Vec<ProblemRow>> {
        let mut rows = self.listed(&open_lines(), now)?;
        rows.extend(self.listed(&observed_lines(), now)?);
        Ok(rows)
    }

    fn listed(&self, sql: &str, now: Instant) -> Result<Vec<ProblemRow>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(named_params! { ":now": now, ":limit": LISTED }, ProblemRow::read)?;
        rows.collect::<rusqlite::Result<_>>().context("reading problems")
    }

    /// Incidents that a problem is the cause of, as lines: those in a queue first, then the newest first.
    pub fn symptom_rows(&self, problem: AggId, limit: usize) -> Result<Vec<TicketRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM link CROSS JOIN ticket ON ticket.rid = link.rid
               LEFT JOIN contact ON contact.agg = ticket.requester
             WHERE link.target = :problem AND link.kind = 'symptom_of'
             ORDER BY ticket.shelf = 0, ticket.logged_at DESC, ticket.rid DESC LIMIT :limit"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(named_params! { ":problem": problem, ":limit": limit }, TicketRow::read)?;
        rows.collect::<rusqlite::Result<_>>().context("reading the incidents of a problem")
    }

    /// Problems that incidents of the same program, symptom and signature are linked to.
    pub fn problems_alike(&self, ticket: &Ticket) -> Result<Vec<AggId>> {
        let Some(cluster) = view::ticket::cluster(ticket) else { return Ok(Vec::new()) };
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT link.target FROM (SELECT rid FROM ticket WHERE cluster = :cluster
                                                ORDER BY logged_at DESC LIMIT :limit) AS alike
               CROSS JOIN link ON link.rid = alike.rid AND link.kind = 'symptom_of'",
        )?;
        let rows = statement.query_map(named_params! { ":cluster": cluster, ":limit": ALIKE }, |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>().context("looking for problems of incidents alike")
    }

    /// Open incidents without a problem that are like those of this one, the newest first.
    pub fn could_belong(&self, problem: AggId) -> Result<Vec<AggId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT other.agg FROM (
               SELECT DISTINCT mine.cluster FROM link CROSS JOIN ticket AS mine ON mine.rid = link.rid
                WHERE link.target = :problem AND link.kind = 'symptom_of' AND mine.cluster IS NOT NULL) AS keys
             CROSS JOIN ticket AS other ON other.cluster = keys.cluster
             WHERE other.shelf > 0 AND other.marks & 1 = 0
               AND NOT EXISTS (SELECT 1 FROM link WHERE link.rid = other.rid AND link.kind = 'symptom_of')
             ORDER BY other.logged_at DESC LIMIT :limit",
        )?;
        let rows = statement.query_map(named_params! { ":problem": problem, ":limit": ALIKE }, |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>().context("looking for incidents that could belong to a problem")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn the_list_takes_its_problems_from_an_index_before_it_counts_their_incidents() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::store::open::SCHEMA).unwrap();
        for (sql, index) in [(open_lines(), "problem_urgent"), (observed_lines(), "problem_observed")] {
            let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = statement.query_map(named_params! { ":now": 0, ":limit": LISTED }, |row| row.get("detail"));
            let steps: Vec<String> = steps.unwrap().collect::<rusqlite::Result<_>>().unwrap();
            let first = steps.iter().find(|step| step.contains(" problem")).unwrap();
            assert!(first.ends_with(index) || first.contains(&format!("{index} (")), "{steps:?}");
            let counts = |step: &String| step.starts_with("SCAN link") || step.starts_with("SCAN ticket");
            assert!(!steps.iter().any(counts), "{steps:?}");
            let limited = steps.iter().position(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
            let counted = steps.iter().position(|step| step.contains("SEARCH link")).unwrap();
            assert!(limited.is_none_or(|at| at > counted), "{steps:?}");
        }
    }
}
