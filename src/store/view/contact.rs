//! Requesters as rows. Their names are in the full text of their tickets, so a correction is written there too.

use anyhow::{Context, Result};

use super::{Place, View};
use crate::domain::fold::Folded;
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
        let mut statement = on.db.prepare_cached(
            "SELECT ticket.rid, ticket.shelf FROM ticket JOIN contact ON contact.agg = ticket.requester WHERE cid = ?1",
        )?;
        let tickets: Vec<(i64, i64)> =
            statement.query_map([on.rowid], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        for (rid, shelf) in tickets {
            search::index(on.db, rid, Some(shelf), shelf, true).context("renaming a requester in the full text")?;
        }
        Ok(())
    }
}
