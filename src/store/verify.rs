//! Does the store hold what it should? The chain of every origin, and every view against the journal, both ways. Of
//! the full text only that each ticket has its document, not the words in it: a rebuild writes those again.

use anyhow::{Context, Result};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::kinds::{self, Visit};
use super::open::SCHEMA;
use super::rebuild::{BADGES, rebuild_one};
use super::search::SHELF_SHIFT;
use super::view::{self, View};
use super::{Store, journal};
use crate::domain::event::Event;
use crate::domain::fold::fold;
use crate::domain::id::AggId;

/// Most findings that are listed.
const FINDINGS_MAX: usize = 100;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    pub events: u64,
    pub aggregates: u64,
    /// One sentence each; empty when all is well.
    pub findings: Vec<String>,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }
}

impl Store {
    /// Checks everything. `progress` is called with the number of events checked.
    pub fn verify(&self, mut progress: impl FnMut(u64)) -> Result<Report> {
        let db = self.db.unchecked_transaction().context("beginning to read")?;
        let mut report = Report::default();
        let quick: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if quick != "ok" {
            report.add(format!("the file itself: {quick}"));
        }
        let oids: Vec<i64> = {
            let mut statement = db.prepare("SELECT oid FROM origin ORDER BY oid")?;
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
        };
        for oid in oids {
            let mut last = 0;
            for finding in journal::check_chain(&db, oid, |seq| last = seq)? {
                report.add(finding);
            }
            report.events += last;
            progress(report.events);
        }
        views_against_journal(&db, &mut report)?;
        badges(&db, &mut report)?;
        Ok(report)
    }
}

fn views_against_journal(db: &Connection, report: &mut Report) -> Result<()> {
    let fresh = Connection::open_in_memory().context("making room for views to compare with")?;
    fresh.execute_batch(SCHEMA)?;
    let mut rows = 0i64;
    journal::each_aggregate(db, None, |agg, events| {
        report.aggregates += 1;
        let Some(word) = kinds::type_of(events) else { return Ok(true) };
        let wrong = kinds::of_type(word, &mut Compared { db, fresh: &fresh, agg, events })?;
        rows += 1;
        if let Some(wrong) = wrong {
            report.add(wrong);
        }
        Ok(true)
    })?;
    let mut kept = 0i64;
    for table in kinds::TABLES {
        kept += db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))?;
    }
    if kept != rows {
        report.add(format!("the views have {kept} rows, the journal {rows} records"));
    }
    strays(db, report)
}

/// What rows can hang on: a query each for the rowids.
#[derive(Default)]
struct Holders(Vec<String>);

impl Visit for Holders {
    type Out = Result<()>;
    fn visit<F: View>(&mut self) -> Result<()> {
        if F::HANGS {
            self.0.push(format!("SELECT {} FROM {}", F::KEY, F::TABLE));
        }
        Ok(())
    }
}

/// Tables whose rows hang on a record, with the order in which they are compared.
const HANGING: [(&str, &str); 5] = [
    ("item", "what, name"),
    ("link", "kind, target"),
    ("worklog", "wid"),
    ("escalation", "nth, id"),
    ("conflict", "origin, seq, field"),
];

/// Rows that hang on no ticket, and tickets that the full text does not have.
fn strays(db: &Connection, report: &mut Report) -> Result<()> {
    let mut holders = Holders::default();
    kinds::each(&mut holders)?;
    let holders = holders.0.join(" UNION ALL ");
    for (table, _) in HANGING {
        let sql = format!("SELECT count(*) FROM {table} WHERE rid NOT IN ({holders})");
        let strays: i64 = db.query_row(&sql, [], |row| row.get(0))?;
        if strays > 0 {
            report.add(format!("{strays} rows of {table} belong to no record"));
        }
    }
    let (texts, tickets, found): (i64, i64, i64) = db.query_row(
        "SELECT (SELECT count(*) FROM ticket_text), (SELECT count(*) FROM ticket),
                (SELECT count(*) FROM ticket WHERE shelf << :shift | rid IN (SELECT rowid FROM ticket_text))",
        named_params! { ":shift": SHELF_SHIFT },
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    if texts != tickets || found != tickets {
        report.add(format!("the full text has {texts} documents, {found} of them of the {tickets} tickets"));
    }
    Ok(())
}

/// One aggregate as it is kept, compared with its events.
struct Compared<'a> {
    db: &'a Connection,
    fresh: &'a Connection,
    agg: AggId,
    events: &'a [Event],
}

impl Visit for Compared<'_> {
    type Out = Result<Option<String>>;
    fn visit<F: View>(&mut self) -> Self::Out {
        match differs::<F>(self.db, self.agg, self.events)? {
            None if F::HANGS => hanging::<F>(self.db, self.fresh, self.agg, self.events),
            wrong => Ok(wrong),
        }
    }
}

/// The first column in which a row is not what its events fold to.
fn differs<F: View>(db: &Connection, agg: AggId, events: &[Event]) -> Result<Option<String>> {
    let folded = fold::<F>(events);
    let first = events.iter().map(|event| event.pos).min().unwrap_or(0);
    let expected = view::row_values(agg, first, &folded)?;
    let columns = view::columns::<F>();
    let sql = format!("SELECT {} FROM {} WHERE agg = ?1", columns.join(", "), F::TABLE);
    let stored: Option<Vec<Sql>> =
        db.prepare_cached(&sql)?.query_row([agg], |row| (0..columns.len()).map(|n| row.get(n)).collect()).optional()?;
    let Some(stored) = stored else {
        return Ok(Some(format!("{} {agg} is in the journal and not in its view", F::TYPE)));
    };
    let wrong = columns.iter().zip(stored.iter().zip(&expected)).find(|(_, (stored, expected))| stored != expected);
    Ok(wrong.map(|(column, (stored, expected))| {
        format!("{} {agg}: {column} is {stored:?} and folds to {expected:?}", F::TYPE)
    }))
}

/// The first table in which what hangs on a ticket is not what its events fold to.
fn hanging<F: View>(db: &Connection, fresh: &Connection, agg: AggId, events: &[Event]) -> Result<Option<String>> {
    rebuild_one(fresh, agg, events)?;
    let rid: i64 = fresh.query_row(&format!("SELECT {} FROM {}", F::KEY, F::TABLE), [], |row| row.get(0))?;
    let mut wrong = None;
    for (table, order) in HANGING {
        let sql = format!("SELECT * FROM {table} WHERE rid = ?1 ORDER BY {order}");
        let (stored, folded) = (rows_of(db, &sql, rid)?, rows_of(fresh, &sql, rid)?);
        if wrong.is_none() && stored != folded {
            wrong = Some(format!(
                "{} {agg}: {table} has {} rows and folds to {}, not all of them the same",
                F::TYPE,
                stored.len(),
                folded.len()
            ));
        }
        fresh.prepare_cached(&format!("DELETE FROM {table}"))?.execute([])?;
    }
    fresh.prepare_cached(&format!("DELETE FROM {}", F::TABLE))?.execute([])?;
    Ok(wrong)
}

fn rows_of(db: &Connection, sql: &str, rid: i64) -> Result<Vec<Vec<Sql>>> {
    let mut statement = db.prepare_cached(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([rid], |row| (0..columns).map(|n| row.get(n)).collect())?;
    rows.collect::<rusqlite::Result<_>>().context("reading what hangs on a ticket")
}

fn badges(db: &Connection, report: &mut Report) -> Result<()> {
    let read = |sql: &str| -> Result<Vec<(i64, String, i64)>> {
        let mut statement = db.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect::<rusqlite::Result<_>>().context("reading the badges")
    };
    let stored = read("SELECT shelf, owner, n FROM badge WHERE n <> 0 ORDER BY shelf, owner")?;
    let counted = read(&format!("SELECT * FROM ({BADGES}) ORDER BY shelf, owner"))?;
    if stored != counted {
        report.add("the numbers on the tabs are not what the tickets add up to".to_owned());
    }
    Ok(())
}
