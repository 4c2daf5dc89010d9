//! The calendars of a desk and their versions: when each came to be.

use std::collections::BTreeMap;

use super::people::policy_agg;
use super::{Desk, Error};
use crate::domain::clock::version::{CalendarId, CalendarVersion};
use crate::domain::time::Instant;

/// A version of a calendar and when it was put in force for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub version: CalendarVersion,
    pub id: CalendarId,
    pub since: Instant,
}

impl Desk {
    /// Every version of every calendar by its name, oldest first.
    pub fn calendars(&self) -> Result<BTreeMap<String, Vec<Known>>, Error> {
        let mut calendars: BTreeMap<String, Vec<Known>> = BTreeMap::new();
        for event in self.store.history(policy_agg())? {
            let added = event.body.iter().flat_map(|body| body.add.get("calendars")).flatten();
            for version in added.filter_map(|text| CalendarVersion::parse(text).ok()) {
                let known = calendars.entry(version.name.clone()).or_default();
                let id = version.id();
                if known.iter().all(|known| known.id != id) {
                    known.push(Known { version, id, since: event.at });
                }
            }
        }
        Ok(calendars)
    }
}
