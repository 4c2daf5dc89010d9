//! What people have at their screens: drafts that survive a lost connection, and who has what open.

use anyhow::{Context, Result};
use rusqlite::{OptionalExtension, TransactionBehavior, named_params, params};

use super::Store;
use crate::domain::id::AggId;
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// A presence row older than this many seconds is of someone who left.
const LEASE_SECS: i64 = 60;

/// Someone else who has a record open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    pub person: String,
    pub doing: String,
}

impl Store {
    /// Keeps what is typed; an empty text forgets it.
    pub fn save_draft(&mut self, person: &Login, place: &str, text: &str, now: Instant) -> Result<()> {
        let _turn = self.queue.take()?;
        if text.is_empty() {
            self.db
                .prepare_cached("DELETE FROM draft WHERE person = ?1 AND place = ?2")?
                .execute(params![person.as_str(), place])?;
        } else {
            self.db
                .prepare_cached(
                    "INSERT OR REPLACE INTO draft (person, place, text, at) VALUES (:person, :place, :text, :at)",
                )?
                .execute(named_params! { ":person": person.as_str(), ":place": place, ":text": text, ":at": now })
                .context("keeping a draft")?;
        }
        Ok(())
    }

    pub fn draft(&self, person: &Login, place: &str) -> Result<Option<String>> {
        self.db
            .prepare_cached("SELECT text FROM draft WHERE person = ?1 AND place = ?2")?
            .query_row(params![person.as_str(), place], |row| row.get(0))
            .optional()
            .context("reading a draft")
    }

    /// Places where that person has a draft.
    pub fn drafts(&self, person: &Login) -> Result<Vec<(String, Instant)>> {
        let mut statement = self.db.prepare_cached("SELECT place, at FROM draft WHERE person = ?1 ORDER BY at DESC")?;
        let rows = statement.query_map([person.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<rusqlite::Result<_>>().context("reading drafts")
    }

    /// Says that a person has a record open; `None` says that nothing is.
    pub fn be_present(&mut self, person: &Login, open: Option<(AggId, &str)>, now: Instant) -> Result<()> {
        let _turn = self.queue.take()?;
        let pid = std::process::id();
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match open {
            None => tx
                .prepare_cached("DELETE FROM presence WHERE person = ?1 AND pid = ?2")?
                .execute(params![person.as_str(), pid])?,
            Some((agg, doing)) => tx
                .prepare_cached(
                    "INSERT OR REPLACE INTO presence (person, pid, rid, doing, at)
                     SELECT :person, :pid, rid, :doing, :at FROM ticket WHERE agg = :agg",
                )?
                .execute(named_params! {
                    ":person": person.as_str(), ":pid": pid, ":doing": doing, ":at": now, ":agg": agg,
                })?,
        };
        tx.commit().context("saying what is open")
    }

    /// Who else has the record open now.
    pub fn present(&self, agg: AggId, except: &Login, now: Instant) -> Result<Vec<Present>> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT person, doing FROM presence
             WHERE rid = (SELECT rid FROM ticket WHERE agg = :agg) AND at > :since AND person <> :me",
        )?;
        let parameters = named_params! { ":agg": agg, ":since": now.0 - LEASE_SECS, ":me": except.as_str() };
        let rows = statement
            .query_map(parameters, |row| Ok(Present { person: row.get("person")?, doing: row.get("doing")? }))?;
        rows.collect::<rusqlite::Result<_>>().context("reading who has it open")
    }
}
