//! Requesters as rows. Their names are in the full text of their tickets, so a correction is written there too.

use anyhow::{Context, Result};
use rusqlite::Connection;

use super::{Kept, Place, View};
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::person::ContactFields;
use crate::store::search;

impl View for ContactFields {
    const TABLE: &'static str = "contact";
    const KEY: &'static str = "cid";
    const FIELDS: &'static [&'static str] =
        &["name", "handle", "organisation", "email", "phone", "site", "vip", "inactive"];

    fn hang(on: &Place<'_>, before: Option<&Folded<Self>>, after: &Folded<Self>) -> Result<()> {
        let named = |it: &Folded<Self>| (it.fields.name.clone(), it.fields.handle.clone(), it.fields.site.clone());
        if !on.derive || before.is_some_and(|before| named(before) == named(after)) {
            return Ok(());
        }
        let agg: AggId =
            on.db.prepare_cached("SELECT agg FROM contact WHERE cid = ?1")?.query_row([on.rowid], |row| row.get(0))?;
        rename(on.db, agg)
    }

    fn unhang(db: &Connection, agg: AggId, _kept: &Kept<Self>) -> Result<()> {
        rename(db, agg)
    }
}

/// Writes the documents of a requester's tickets again.
fn rename(db: &Connection, agg: AggId) -> Result<()> {
    let mut statement = db.prepare_cached("SELECT rid, shelf FROM ticket WHERE requester = ?1")?;
    let tickets: Vec<(i64, i64)> =
        statement.query_map([agg], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (rid, shelf) in tickets {
        search::index(db, rid, Some(shelf), shelf, true).context("renaming a requester in the full text")?;
    }
    Ok(())
}
