//! Versions of calendars, by identity. They never change, so each is read and prepared once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension};

use super::Store;
use crate::domain::clock::Timetables;
use crate::domain::clock::timetable::Timetable;
use crate::domain::clock::version::{CalendarId, CalendarVersion};

/// The timetables of the versions that were read so far.
#[derive(Default)]
pub struct Calendars {
    known: RefCell<HashMap<CalendarId, Arc<Timetable>>>,
    /// The column that they were read from last: what it does not have is not looked for in it again.
    read: RefCell<String>,
}

impl std::fmt::Debug for Calendars {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.known.borrow().keys()).finish()
    }
}

impl Calendars {
    /// The timetable of a version; `None` if the journal does not have it.
    pub fn timetable(&self, db: &Connection, id: CalendarId) -> Result<Option<Arc<Timetable>>> {
        if let Some(known) = self.known.borrow().get(&id) {
            return Ok(Some(Arc::clone(known)));
        }
        let column = column(db)?;
        if *self.read.borrow() != column {
            let mut known = self.known.borrow_mut();
            for version in parse(&column)? {
                known.entry(version.id()).or_insert_with(|| Arc::new(Timetable::new(version.calendar)));
            }
            *self.read.borrow_mut() = column;
        }
        Ok(self.known.borrow().get(&id).map(Arc::clone))
    }
}

/// Every version as it is stored: a list of texts.
fn column(db: &Connection) -> Result<String> {
    let column: Option<String> = db
        .prepare_cached("SELECT calendars FROM policy ORDER BY pid LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()
        .context("reading the calendars")?;
    Ok(column.unwrap_or_else(|| "[]".to_owned()))
}

/// The versions that can be read. One that another store garbled, or a newer program wrote, is the identity of no clock
/// here: an identity is the hash of a readable text, so leaving it out hides nothing, and it must not stop this desk.
fn parse(column: &str) -> Result<Vec<CalendarVersion>> {
    let texts: Vec<String> = serde_json::from_str(column).context("reading the calendars")?;
    Ok(texts.iter().filter_map(|text| CalendarVersion::parse(text).ok()).collect())
}

impl Store {
    /// Every version of every calendar that can be read.
    pub fn calendar_versions(&self) -> Result<Vec<CalendarVersion>> {
        parse(&column(&self.db)?)
    }
}

impl Timetables for Store {
    /// A calendar that cannot be read is one that is not known; `verify` says more.
    fn timetable(&self, id: CalendarId) -> Option<Arc<Timetable>> {
        self.calendars.timetable(&self.db, id).ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;

    /// A store that has these texts for versions of calendars.
    fn stored(texts: &[String]) -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::store::open::SCHEMA).unwrap();
        db.execute(
            "INSERT INTO policy (agg, calendars, rev, writes, partial, created, last_hlc, last_origin, last_seq)
             VALUES (zeroblob(16), '[]', 1, '{}', 0, 0, 0, zeroblob(8), 1)",
            [],
        )
        .unwrap();
        store(&db, texts);
        db
    }

    fn store(db: &Connection, texts: &[String]) {
        db.execute("UPDATE policy SET calendars = ?1", [serde_json::to_string(texts).unwrap()]).unwrap();
    }

    #[test]
    fn a_version_that_comes_after_it_was_missed_is_found() {
        let versions = Policy::default().calendar_versions();
        let (first, second) = (&versions[0], &versions[1]);
        let db = stored(&[first.text()]);
        let calendars = Calendars::default();
        for _ in 0..2 {
            assert!(calendars.timetable(&db, second.id()).unwrap().is_none());
        }
        assert!(calendars.timetable(&db, first.id()).unwrap().is_some());
        store(&db, &[first.text(), second.text()]);
        assert!(calendars.timetable(&db, second.id()).unwrap().is_some());
    }

    #[test]
    fn a_version_that_another_store_garbled_hides_no_other() {
        let versions = Policy::default().calendar_versions();
        let garbled = versions[1].text().replace("name", "nate");
        let db = stored(&[garbled, versions[0].text()]);
        let calendars = Calendars::default();
        assert!(calendars.timetable(&db, versions[0].id()).unwrap().is_some());
        assert!(calendars.timetable(&db, versions[1].id()).unwrap().is_none());
    }
}
