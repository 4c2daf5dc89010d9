//! Which timers are due: three partial indexes, nothing that grows with the store.

use anyhow::{Context, Result};
use rusqlite::named_params;

use super::Store;
use crate::domain::id::AggId;
use crate::domain::time::{Instant, Secs};

impl Store {
    /// Records with a timer due by an instant, the oldest due first.
    pub fn timers_due(&self, now: Instant, autoclose: Secs, limit: u32) -> Result<Vec<AggId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT agg FROM (
               SELECT * FROM (SELECT follow_up_at AS due, n, agg FROM ticket
                 WHERE state = 'pending' AND follow_up_at <= :now ORDER BY follow_up_at, rid LIMIT :limit)
               UNION ALL
               SELECT * FROM (SELECT resolved_at + :autoclose, n, agg FROM ticket
                 WHERE state = 'resolved' AND resolved_at <= :now - :autoclose ORDER BY resolved_at, rid LIMIT :limit)
               UNION ALL
               SELECT * FROM (SELECT review_due, n, agg FROM escalation JOIN ticket USING (rid)
                 WHERE escalation.state = 'proposed' AND review_due <= :now
                   AND NOT EXISTS (SELECT 1 FROM escalation AS asked WHERE asked.rid = escalation.rid
                     AND asked.nth > escalation.nth AND asked.kind = 'hierarchical'
                     AND asked.proposal ->> '$.triggers[0]' = 'TR26')
                 ORDER BY review_due LIMIT :limit)
             ) ORDER BY due, n LIMIT :limit",
        )?;
        let parameters = named_params! { ":now": now, ":autoclose": autoclose.0, ":limit": limit };
        let rows = statement.query_map(parameters, |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>().context("looking for timers that are due")
    }
}
