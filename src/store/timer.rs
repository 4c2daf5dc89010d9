//! Which timers are due: partial indexes, nothing that grows with the store.

use anyhow::{Context, Result};
use rusqlite::named_params;

use super::Store;
use crate::domain::id::AggId;
use crate::domain::time::{Instant, Secs};
use crate::domain::trigger::Trigger;

/// A record whose timer is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueRecord {
    pub agg: AggId,
    due: Instant,
    rid: i64,
}

impl Store {
    /// Records with a timer due by an instant, the oldest due first; those behind `after` only, if it is given.
    pub fn timers_due(
        &self,
        now: Instant,
        autoclose: Secs,
        after: Option<DueRecord>,
        limit: u32,
    ) -> Result<Vec<DueRecord>> {
        let mut statement = self.db.prepare_cached(
            "SELECT * FROM (
               SELECT * FROM (SELECT follow_up_at AS due, rid, agg FROM ticket
                 WHERE state = 'pending' AND follow_up_at <= :now AND (follow_up_at, rid) > (:due, :rid)
                 ORDER BY follow_up_at, rid LIMIT :limit)
               UNION ALL
               SELECT * FROM (SELECT resolved_at + :autoclose, rid, agg FROM ticket
                 WHERE state IN ('resolved', 'fulfilled') AND resolved_at <= :now - :autoclose
                   AND (resolved_at, rid) > (:due - :autoclose, :rid)
                   AND major_state NOT IN ('declared', 'stood_down')
                 ORDER BY resolved_at, rid LIMIT :limit)
               UNION ALL
               SELECT * FROM (SELECT starts_at, rid, agg FROM ticket
                 WHERE starts_at <= :now AND (starts_at, rid) > (:due, :rid) ORDER BY starts_at, rid LIMIT :limit)
               UNION ALL
               SELECT * FROM (SELECT watch_at, rid, agg FROM ticket
                 WHERE watch_at <= :now AND (watch_at, rid) > (:due, :rid) ORDER BY watch_at, rid LIMIT :limit)
               UNION ALL
               SELECT * FROM (SELECT major_review_due_at, rid, agg FROM ticket
                 WHERE major_review_due_at <= :now AND (major_review_due_at, rid) > (:due, :rid)
                   AND NOT EXISTS (SELECT 1 FROM escalation AS asked WHERE asked.rid = ticket.rid
                     AND asked.proposed_at >= ticket.major_review_due_at
                     AND asked.proposal ->> '$.triggers[0]' = :major)
                 ORDER BY major_review_due_at, rid LIMIT :limit)
               UNION ALL
               SELECT * FROM (SELECT review_due, rid, agg FROM escalation JOIN ticket USING (rid)
                 WHERE escalation.state = 'proposed' AND review_due <= :now AND (review_due, rid) > (:due, :rid)
                   AND NOT EXISTS (SELECT 1 FROM escalation AS asked WHERE asked.rid = escalation.rid
                     AND asked.proposed_at >= escalation.proposed_at
                     AND asked.proposal ->> '$.triggers[0]' = :asks)
                 ORDER BY review_due, rid LIMIT :limit)
             ) ORDER BY due, rid LIMIT :limit",
        )?;
        let (due, rid) = after.map_or((Instant(0), 0), |after| (after.due, after.rid));
        let parameters = named_params! {
            ":now": now, ":autoclose": autoclose.0, ":due": due, ":rid": rid, ":asks": Trigger::Tr26.word(),
            ":major": Trigger::Tr27.word(), ":limit": limit,
        };
        let rows = statement.query_map(parameters, |row| {
            Ok(DueRecord { agg: row.get("agg")?, due: row.get("due")?, rid: row.get("rid")? })
        })?;
        rows.collect::<rusqlite::Result<_>>().context("looking for timers that are due")
    }
}
