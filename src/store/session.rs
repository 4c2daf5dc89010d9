//! What people have at their screens: drafts that survive a lost connection, who is writing where, and how far each
//! has read the news.

use anyhow::{Context, Result};
use rusqlite::{OptionalExtension, named_params, params};

use super::{Store, StoreError};
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// Someone whose draft is older than this many seconds has stopped typing.
const WRITING_SECS: i64 = 60;

impl Store {
    /// Keeps what is typed; an empty text forgets it. Refuses a store that was replaced, where nobody would find it.
    pub fn save_draft(&mut self, person: &Login, place: &str, text: &str, now: Instant) -> Result<()> {
        let _turn = self.queue.take()?;
        if super::epoch(&self.db)? != self.epoch {
            return Err(StoreError::Upgraded.into());
        }
        if text.is_empty() {
            self.db
                .prepare_cached("DELETE FROM draft WHERE person = ?1 AND place = ?2")?
                .execute(params![person.as_str(), place])?;
        } else {
            // A place is a dialog and the record it is about: `reply INC-12`.
            let about = place.split_once(' ').map_or("", |(_, about)| about);
            self.db
                .prepare_cached(
                    "INSERT OR REPLACE INTO draft (person, place, about, text, at)
                     VALUES (:person, :place, :about, :text, :at)",
                )?
                .execute(named_params! {
                    ":person": person.as_str(), ":place": place, ":about": about, ":text": text, ":at": now,
                })
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

    /// How far a person has read the news: a position of the journal. None until that person looked once.
    pub fn seen(&self, person: &Login) -> Result<Option<i64>> {
        self.db
            .prepare_cached("SELECT pos FROM seen WHERE person = ?1")?
            .query_row([person.as_str()], |row| row.get(0))
            .optional()
            .context("asking what was read")
    }

    /// Takes note of how far a person has read; it never goes back.
    pub fn mark_seen(&mut self, person: &Login, pos: i64, now: Instant) -> Result<()> {
        let _turn = self.queue.take()?;
        if super::epoch(&self.db)? != self.epoch {
            return Err(StoreError::Upgraded.into());
        }
        self.db
            .prepare_cached(
                "INSERT INTO seen (person, pos, at) VALUES (:person, :pos, :at)
                 ON CONFLICT (person) DO UPDATE SET pos = excluded.pos, at = excluded.at WHERE excluded.pos > pos",
            )?
            .execute(named_params! { ":person": person.as_str(), ":pos": pos, ":at": now })
            .context("taking note of what was read")?;
        Ok(())
    }

    /// Who else typed something about a record within the last minute: their drafts say so.
    pub fn writers_on(&self, name: &str, except: &Login, now: Instant) -> Result<Vec<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT person FROM draft WHERE about = :name AND at > :since AND person <> :me ORDER BY person",
        )?;
        let parameters = named_params! { ":name": name, ":since": now.0 - WRITING_SECS, ":me": except.as_str() };
        let rows = statement.query_map(parameters, |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>().context("reading who else is writing")
    }
}
