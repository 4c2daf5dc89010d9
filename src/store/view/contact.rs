//! Requesters as rows. Their names are in the full text of their tickets, so a correction is written there too.
//! They are looked up by keys in lower case.

use anyhow::{Context, Result};
use rusqlite::Connection;
use rusqlite::types::Value as Sql;

use super::{Kept, Place, View};
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::person::ContactFields;
use crate::domain::text::Label;
use crate::store::search;

impl View for ContactFields {
    const TABLE: &'static str = "contact";
    const KEY: &'static str = "cid";
    const FIELDS: &'static [&'static str] =
        &["name", "handle", "organisation", "email", "phone", "site", "vip", "inactive"];
    const EXTRA: &'static [&'static str] = &["name_key", "handle_key", "email_key", "site_key"];

    fn extra(folded: &Folded<Self>) -> Vec<Sql> {
        let it = &folded.fields;
        let key = |label: &Option<Label>| label.as_ref().map(|label| label.as_str().to_lowercase()).into();
        vec![it.name.as_str().to_lowercase().into(), key(&it.handle), key(&it.email), key(&it.site)]
    }

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
