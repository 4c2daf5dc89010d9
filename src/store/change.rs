//! Changes: one by one, those that have not ended, and the problems that wait for them.

use anyhow::Result;
use rusqlite::{Connection, named_params};

use super::record::{self, Entry};
use super::view::View;
use super::{Store, view};
use crate::domain::change_record::ChangeRecord;
use crate::domain::command::Case;
use crate::domain::id::AggId;

impl Store {
    /// The change as it stands.
    pub fn change(&self, agg: AggId) -> Result<Option<Case<ChangeRecord>>> {
        load(&self.db, agg)
    }

    /// The changes, oldest first: those that have not ended, or all of them.
    pub fn changes(&self, ended_too: bool) -> Result<Vec<Case<ChangeRecord>>> {
        let sql = if ended_too {
            "SELECT agg FROM change WHERE created = 1 ORDER BY rid"
        } else {
            "SELECT agg FROM change WHERE open = 1 ORDER BY rid"
        };
        let aggs = record::identities(&self.db, sql, &[])?;
        let cases = aggs.into_iter().map(|agg| self.change(agg));
        Ok(cases.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// The incidents that a change has caused, oldest first.
    pub fn caused_by(&self, change: AggId) -> Result<Vec<AggId>> {
        let sql = "SELECT agg FROM link CROSS JOIN ticket ON ticket.rid = link.rid
                   WHERE link.target = :change AND link.kind = 'caused_by_change' ORDER BY ticket.rid";
        record::identities(&self.db, sql, named_params! { ":change": change })
    }

    /// Worklog of a change, oldest first.
    pub fn change_worklog(&self, agg: AggId) -> Result<Vec<Entry>> {
        super::record::worklog(&self.db, ChangeRecord::TABLE, agg)
    }
}

/// The change as it stands.
pub fn load(db: &Connection, agg: AggId) -> Result<Option<Case<ChangeRecord>>> {
    Ok(view::load::<ChangeRecord>(db, agg)?.map(|kept| Case { agg, is: kept.folded }))
}

/// The problems whose fix in progress is that change, oldest first; those among them that wait, too.
pub fn fixed_by(db: &Connection, change: AggId) -> Result<Vec<AggId>> {
    let sql = "SELECT agg FROM problem WHERE fix_change = :change AND 'fix_in_progress' IN
                 (state, iif(state = 'pending', detail ->> 'waits_in', NULL)) ORDER BY rid";
    record::identities(db, sql, named_params! { ":change": change })
}
