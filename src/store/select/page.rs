//! Asking: a page of rows, how many there are, and the identities behind a list.

use anyhow::{Context, Result};
use rusqlite::params_from_iter;

use super::Asker;
use super::order::{Cursor, Order};
use super::plan::Plan;
use crate::domain::filter::Filter;
use crate::domain::id::AggId;
use crate::domain::role::User;
use crate::store::Store;
use crate::store::queue::{TicketRow, WIDTH};

/// Some rows of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub rows: Vec<TicketRow>,
    pub order: Order,
    /// Where the next page begins; nothing when this was the last.
    pub next: Option<Cursor>,
}

/// How many rows a filter has, counted no further than asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub n: u32,
    /// There are more than that.
    pub capped: bool,
}

impl Store {
    /// A page of at most `limit` rows, from the start or behind a cursor of the same filter.
    pub fn page(&self, filter: &Filter, asker: &Asker, limit: u32, after: Option<&Cursor>) -> Result<Page> {
        let plan = Plan::new(&self.db, filter, asker, None, after.map(|cursor| cursor.order))?;
        let shown = after.map_or(0, |cursor| cursor.shown);
        let left = filter.limit.map_or(u32::MAX, |most| most.saturating_sub(shown));
        let limit = limit.min(left);
        let mut page = Page { rows: Vec::new(), order: plan.order, next: None };
        if limit == 0 {
            return Ok(page);
        }
        // One more than asked tells whether there is a next page.
        let Some(statement) = plan.page(limit.saturating_add(1), after)? else { return Ok(page) };
        let mut prepared = self.db.prepare_cached(&statement.sql).context("reading a filter")?;
        let values = params_from_iter(statement.bound(&prepared).to_vec());
        let mut rows = prepared.query(values)?;
        let mut last = None;
        while let Some(row) = rows.next().context("reading the queue")? {
            if page.rows.len() == limit as usize {
                page.next = last.take();
                break;
            }
            page.rows.push(TicketRow::read(row)?);
            if page.rows.len() == limit as usize && limit < left {
                // Behind the row's own columns stand the rid and the keys of the order.
                let keys = (0..statement.keys).map(|n| row.get(WIDTH + 1 + n)).collect::<rusqlite::Result<_>>()?;
                last = Some(Cursor { order: plan.order, keys, rid: row.get(WIDTH)?, shown: shown + limit });
            }
        }
        Ok(page)
    }

    /// How many rows there are, counted up to `cap`.
    pub fn count(&self, filter: &Filter, asker: &Asker, cap: u32) -> Result<Count> {
        let plan = Plan::new(&self.db, filter, asker, None, None)?;
        let most = filter.limit.unwrap_or(u32::MAX);
        let Some(statement) = plan.count(cap.saturating_add(1).min(most))? else {
            return Ok(Count { n: 0, capped: false });
        };
        let mut prepared = self.db.prepare_cached(&statement.sql).context("reading a filter")?;
        let values = params_from_iter(statement.bound(&prepared).to_vec());
        let n: u32 = prepared.query_row(values, |row| row.get(0)).context("counting the queue")?;
        Ok(Count { n: n.min(cap), capped: n > cap })
    }

    /// Identities of the rows in their order, at most `cap`.
    pub fn ids(&self, filter: &Filter, asker: &Asker, cap: u32) -> Result<Vec<AggId>> {
        let plan = Plan::new(&self.db, filter, asker, None, None)?;
        self.identities(&plan, cap.min(filter.limit.unwrap_or(u32::MAX)))
    }

    /// The first row that this person may take, in the order of the list, none of those to skip.
    pub fn next_free_of(&self, filter: &Filter, asker: &Asker, taker: &User, skip: &[AggId]) -> Result<Option<AggId>> {
        let order = Plan::new(&self.db, filter, asker, None, None)?.order;
        let plan = Plan::new(&self.db, filter, asker, Some(taker), Some(order))?;
        let limit = u32::try_from(skip.len()).unwrap_or(u32::MAX).saturating_add(1);
        Ok(self.identities(&plan, limit)?.into_iter().find(|agg| !skip.contains(agg)))
    }

    pub(super) fn identities(&self, plan: &Plan<'_>, limit: u32) -> Result<Vec<AggId>> {
        let Some(statement) = plan.identities(limit)? else { return Ok(Vec::new()) };
        let mut prepared = self.db.prepare_cached(&statement.sql).context("reading a filter")?;
        let values = params_from_iter(statement.bound(&prepared).to_vec());
        let rows = prepared.query_map(values, |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>().context("reading the identities of a list")
    }
}
