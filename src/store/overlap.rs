//! What other open incidents say of a ticket, for the table of faults that are not software's.

use anyhow::{Context, Result};
use rusqlite::Connection;

use super::Store;
use crate::domain::command::Case;
use crate::domain::id::AggId;
use crate::domain::incident::Symptom;
use crate::domain::overlap::Around;

/// Most programs that cannot connect on one machine of a ticket.
const UNCONNECTED: &str = "SELECT coalesce(max(programs), 0) FROM (
    SELECT count(DISTINCT program.name) AS programs
      FROM ticket AS me
     CROSS JOIN item AS machine ON machine.rid = me.rid AND machine.what = 'endpoint'
     CROSS JOIN item AS same ON same.what = 'endpoint' AND same.name = machine.name
     CROSS JOIN ticket AS it ON it.rid = same.rid
     CROSS JOIN item AS program ON program.rid = it.rid AND program.what = 'software'
     WHERE me.agg = ?1 AND it.shelf > 0 AND it.kind = 'incident' AND it.symptom = 'connection_failed'
     GROUP BY machine.name)";

/// Programs that are slow at the site of a ticket's requester. The open tickets are gone through, as they are fewer
/// than the people of a site.
const SLOW: &str = "SELECT count(DISTINCT program.name)
      FROM ticket AS me
     CROSS JOIN contact AS mine ON mine.agg = me.requester
     CROSS JOIN ticket AS it INDEXED BY ticket_queue
     CROSS JOIN contact AS near ON near.agg = it.requester AND near.site_key = mine.site_key
     CROSS JOIN item AS program ON program.rid = it.rid AND program.what = 'software'
     WHERE me.agg = ?1 AND it.shelf > 0 AND it.kind = 'incident' AND it.symptom = 'slow'";

impl Store {
    /// Reads only what the ticket's own symptom makes worth knowing.
    pub fn around(&self, case: &Case) -> Result<Around> {
        around(&self.db, case)
    }
}

pub(super) fn around(db: &Connection, case: &Case) -> Result<Around> {
    Ok(match case.ticket().symptom {
        Some(Symptom::ConnectionFailed) => {
            Around { unconnected_items: count(db, UNCONNECTED, case.agg)?, ..Around::default() }
        }
        Some(Symptom::Slow) => Around { slow_items: count(db, SLOW, case.agg)?, ..Around::default() },
        _ => Around::default(),
    })
}

fn count(db: &Connection, sql: &str, agg: AggId) -> Result<usize> {
    let n: i64 = db.prepare_cached(sql)?.query_row([agg], |row| row.get(0)).context("looking at similar tickets")?;
    Ok(usize::try_from(n).unwrap_or(0))
}

/// The statements, for the test of their plans.
#[cfg(test)]
pub const STATEMENTS: [&str; 2] = [UNCONNECTED, SLOW];
