//! A number at a bounded cost: how many tickets a filter has among the first rows that it looks at. For lists of
//! suggestions and tabs, where "99+" says as much as the true number.

use std::fmt;

use anyhow::{Context, Result};
use rusqlite::params_from_iter;

use super::Asker;
use super::plan::Plan;
use crate::domain::filter::Filter;
use crate::store::Store;

/// Numbers beyond this are not told.
pub const MOST: u32 = 99;

/// How many there are at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glimpse {
    pub n: u32,
    /// Rows were left that nobody looked at.
    pub more: bool,
}

impl fmt::Display for Glimpse {
    /// `7`, `7+` where there may be more, `99+` where there are too many to matter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plus = if self.more || self.n > MOST { "+" } else { "" };
        write!(f, "{}{plus}", self.n.min(MOST))
    }
}

impl Store {
    /// Looks at no more than `look` rows, and one more, of each tier's queue and of the past, in their indexes.
    pub fn glimpse(&self, filter: &Filter, asker: &Asker, look: u32) -> Result<Glimpse> {
        let plan = Plan::new(&self.db, filter, asker, None, None)?;
        let Some(statement) = plan.glimpse(look.saturating_add(1))? else { return Ok(Glimpse { n: 0, more: false }) };
        let mut prepared = self.db.prepare_cached(&statement.sql).context("reading a filter")?;
        let values = params_from_iter(statement.bound(&prepared).to_vec());
        let (n, rows): (u32, u32) = prepared.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let most = filter.limit.unwrap_or(u32::MAX);
        Ok(Glimpse { n: n.min(most), more: rows > look && n < most })
    }
}
