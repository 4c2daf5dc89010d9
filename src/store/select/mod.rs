//! A filter as one statement. What a filter means is worked out for each shelf by itself (the queue of a tier, or
//! the past), which settles much of it before SQLite sees it; each shelf becomes one arm that walks an index that
//! covers every filter column, in the order that is wanted, and the arms are merged. Only the rows of the page are
//! looked up in full. Text is chosen from constant pieces; values are only ever bound.
//!
//! Read `shelf`, `field` and `due` (conditions), `words` (full text), `order` (keys and where a page begins), `arm` (one
//! walk), `plan` (which walks, and the statements), `page` (asking), `glimpse` (a number at a bounded cost).

mod arm;
mod due;
mod field;
mod glimpse;
mod order;
mod page;
mod plan;
mod shelf;
mod words;

#[cfg(test)]
mod tests;

use chrono_tz::Tz;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value as Sql;

pub use glimpse::Glimpse;
pub use order::{Cursor, Order};
pub use page::{Count, Page};

use crate::domain::role::Tier;
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// Who asks, and what that settles in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    pub me: Login,
    /// What `tier:mine` means; never empty.
    pub tiers: Vec<Tier>,
    pub now: Instant,
    /// Where days begin and end.
    pub zone: Tz,
}

/// Values of a statement: `?1`, `?2` and so on.
#[derive(Debug, Default)]
struct Binds(Vec<Sql>);

impl Binds {
    /// Binds a value and returns the name of its parameter.
    fn put(&mut self, value: impl Into<Sql>) -> String {
        self.0.push(value.into());
        format!("?{}", self.0.len())
    }
}

/// Gives a connection `fold(text)`: lower case in every script, where SQLite's `lower` knows ASCII only.
pub fn functions(db: &rusqlite::Connection) -> rusqlite::Result<()> {
    db.create_scalar_function("fold", 1, FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC, |call| {
        Ok(call.get_raw(0).as_str_or_null()?.map(str::to_lowercase))
    })
}
