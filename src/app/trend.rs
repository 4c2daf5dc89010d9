//! What kept coming back over months and has no problem yet: for looking ahead, beside what the last days propose.

use std::collections::BTreeMap;

use super::{Desk, Error};
use crate::domain::clock::ClockKind;
use crate::domain::cluster::Key;
use crate::domain::id::AggId;
use crate::domain::time::{Instant, Secs};

/// Incidents alike of a long time, none of them linked to a problem that is alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    /// What makes them alike, as people read it.
    pub words: String,
    pub count: usize,
    /// Working time that their resolution clocks counted, all together.
    pub elapsed: Secs,
    /// Number and title of the newest.
    pub newest: String,
    pub title: String,
}

/// Fewer are no trend.
const COUNT_MIN: usize = 2;

impl Desk {
    /// The clusters of that time, most incidents first, then most time. Reads every incident of that time that can be
    /// alike: for a report, not for a key press.
    pub fn trend(&self, within: Secs) -> Result<Vec<Trend>, Error> {
        let now = self.now();
        let mut clusters: BTreeMap<Key, (Vec<(Instant, AggId)>, bool)> = BTreeMap::new();
        for row in self.store().alike_lately(now - within, now)? {
            let cluster = clusters.entry(row.key).or_default();
            cluster.0.push((row.logged_at, row.agg));
            cluster.1 |= row.cause.is_some();
        }
        let mut found = Vec::new();
        for (key, (mut incidents, caused)) in clusters {
            if !caused && incidents.len() >= COUNT_MIN {
                incidents.sort_unstable();
                found.extend(self.trend_of(&key, &incidents, now)?);
            }
        }
        found.sort_by_key(|it| std::cmp::Reverse((it.count, it.elapsed)));
        Ok(found)
    }

    fn trend_of(&self, key: &Key, incidents: &[(Instant, AggId)], now: Instant) -> Result<Option<Trend>, Error> {
        let (mut elapsed, mut newest) = (0, None);
        for (_, agg) in incidents {
            let Some(case) = self.store().case(*agg)? else { continue };
            let clock = case.is.clocks.last(ClockKind::Resolution);
            elapsed += clock.and_then(|kept| kept.clock.read(now, self.store()).ok()).map_or(0, |it| it.elapsed.0);
            newest = Some((case.name(), case.ticket().title.to_string()));
        }
        let words = key.to_string();
        let of = |(newest, title)| Trend { words, count: incidents.len(), elapsed: Secs(elapsed), newest, title };
        Ok(newest.map(of))
    }
}
