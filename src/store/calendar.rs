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

/// The timetables that were asked for so far.
#[derive(Default)]
pub struct Calendars(RefCell<HashMap<CalendarId, Arc<Timetable>>>);

impl std::fmt::Debug for Calendars {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.borrow().keys()).finish()
    }
}

impl Calendars {
    /// The timetable of a version; `None` if the journal does not have it.
    pub fn timetable(&self, db: &Connection, id: CalendarId) -> Result<Option<Arc<Timetable>>> {
        if let Some(known) = self.0.borrow().get(&id) {
            return Ok(Some(Arc::clone(known)));
        }
        for version in versions(db)? {
            let id = version.id();
            self.0.borrow_mut().entry(id).or_insert_with(|| Arc::new(Timetable::new(version.calendar)));
        }
        Ok(self.0.borrow().get(&id).map(Arc::clone))
    }
}

/// Every version that the journal has.
pub fn versions(db: &Connection) -> Result<Vec<CalendarVersion>> {
    let texts: Option<String> = db
        .prepare_cached("SELECT calendars FROM policy ORDER BY pid LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()
        .context("reading the calendars")?;
    let texts: Vec<String> = serde_json::from_str(texts.as_deref().unwrap_or("[]"))?;
    Ok(texts.iter().filter_map(|text| CalendarVersion::parse(text).ok()).collect())
}

impl Store {
    /// Every version of every calendar.
    pub fn calendar_versions(&self) -> Result<Vec<CalendarVersion>> {
        versions(&self.db)
    }
}

impl Timetables for Store {
    /// A calendar that cannot be read is one that is not known; `verify` says more.
    fn timetable(&self, id: CalendarId) -> Option<Arc<Timetable>> {
        self.calendars.timetable(&self.db, id).ok().flatten()
    }
}
