//! Reading the saved views of a person.

use anyhow::{Context, Result};
use rusqlite::{Connection, params};

use super::{Store, Tx, view};
use crate::domain::id::AggId;
use crate::domain::saved_view::SavedView;
use crate::domain::text::Login;

/// The most views that one person gets to see.
pub const MOST: u32 = 60;

const VIEWS: &str = "SELECT agg FROM saved_view WHERE removed = 0 AND (owner = ?1 OR shared = 1)
                     ORDER BY place, vid LIMIT ?2";

fn saved_views(db: &Connection, login: &Login) -> Result<Vec<(AggId, SavedView)>> {
    let mut statement = db.prepare_cached(VIEWS)?;
    let rows = statement.query_map(params![login.as_str(), MOST], |row| row.get(0))?;
    let found = rows.collect::<rusqlite::Result<Vec<AggId>>>().context("looking for saved views")?;
    let mut views = Vec::new();
    for agg in found {
        views.extend(view::load::<SavedView>(db, agg)?.map(|kept| (agg, kept.folded.fields)));
    }
    Ok(views)
}

impl Store {
    /// A person's own views and those that others share, in the order of their tabs.
    pub fn saved_views(&self, login: &Login) -> Result<Vec<(AggId, SavedView)>> {
        saved_views(&self.db, login)
    }
}

impl Tx<'_> {
    /// A person's own views and those that others share, in the order of their tabs.
    pub fn saved_views(&self, login: &Login) -> Result<Vec<(AggId, SavedView)>> {
        saved_views(self.db(), login)
    }
}
