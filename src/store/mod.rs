//! The SQLite file: the only room that speaks SQL for `schema.sql`.
//!
//! Read `open` (the right order), `lock` (the writer queue), `tx` (one write transaction), `journal` (stamp, chain,
//! append, read), `view` (rows of the derived tables), `search`, `select` (filters), `similar`, then `verify`, `rebuild`, `backup`,
//! and for other stores' events `frame`, `admit` and `renew`.

pub mod admit;
mod anchor;
pub mod backup;
mod beside;
mod calendar;
pub mod change;
pub mod cluster;
pub mod contract;
mod convert;
mod fact;
pub mod fault;
pub mod frame;
pub mod handover;
pub mod inbox;
pub mod journal;
pub mod kinds;
pub mod known;
mod lock;
mod major;
pub mod names;
mod open;
mod overlap;
pub mod people;
pub mod problem;
pub mod problem_list;
pub mod queue;
pub mod rebuild;
pub mod record;
pub mod recount;
mod renew;
pub mod saved_view;
pub mod search;
pub mod select;
pub mod session;
pub mod similar;
mod timer;
mod tx;
pub mod verify;
mod view;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rusqlite::{Connection, InterruptHandle};

pub use open::New;
pub use timer::DueRecord;
pub use tx::{Author, Past, Tx};
pub use view::View;

use crate::domain::id::{OriginId, StoreId};
use crate::domain::number::SiteCode;

/// Version of the fold and of the view tables; a store with another one is rebuilt when opened.
pub const VIEW_VERSION: i64 = 1;

/// Stops a query that runs on another thread.
pub type Interrupter = InterruptHandle;

/// An open store.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    db: Connection,
    queue: lock::Queue,
    calendars: calendar::Calendars,
    store: StoreId,
    code: SiteCode,
    origin: OriginId,
    epoch: i64,
    shared: bool,
    demo: bool,
}

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no store at {}; `tierdesk init` makes one", path.display())]
    Missing { path: PathBuf },
    #[error("{} is not a tierdesk store", path.display())]
    Foreign { path: PathBuf },
    #[error("{} was written by a newer tierdesk (schema {version}); upgrade this one", path.display())]
    Newer { path: PathBuf, version: i32 },
    #[error("{} lies on {name}, which cannot keep a store that several processes write; move it to a local disk", path.display())]
    Network { path: PathBuf, name: &'static str },
    #[error("opening {}: {cause}", path.display())]
    Unavailable { path: PathBuf, cause: String },
    #[error("{} is damaged: {cause}; restore a backup, or run `tierdesk verify` for details", path.display())]
    Damaged { path: PathBuf, cause: String },
    #[error("the store is busy: {holder} has been writing for 10 s")]
    Busy { holder: String },
    #[error("the disk is full: nothing was written; free some space and try again")]
    Full,
    #[error("the store was upgraded or replaced by a backup, please start tierdesk again")]
    Upgraded,
}

impl StoreError {
    fn damaged(path: &Path, cause: rusqlite::Error) -> Self {
        Self::Damaged { path: path.to_owned(), cause: cause.to_string() }
    }
}

/// A new identity that sorts by its time of birth (UUIDv7).
pub fn fresh<T: From<[u8; 16]>>() -> T {
    T::from(*uuid::Uuid::now_v7().as_bytes())
}

/// Moves when sessions that have the store open must not write into it any more.
fn epoch(db: &Connection) -> Result<i64> {
    db.prepare_cached("SELECT schema_epoch FROM meta")?
        .query_row([], |row| row.get(0))
        .context("asking whether the store is still the one that was opened")
}

impl Store {
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub const fn id(&self) -> StoreId {
        self.store
    }

    pub const fn code(&self) -> &SiteCode {
        &self.code
    }

    /// The life of this store: whose events are written here.
    pub const fn origin(&self) -> OriginId {
        self.origin
    }

    /// Do several OS users share it?
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    /// Is it a throw-away desk with made-up records?
    pub const fn is_demo(&self) -> bool {
        self.demo
    }

    /// Moves whenever another connection commits: one integer read, no query.
    pub fn data_version(&self) -> Result<i64> {
        self.db
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))
            .context("asking whether the store changed")
    }

    /// From now on, does a commit wait until the disk has it? Off only while a store is made that could as well be
    /// made again.
    pub fn set_durable(&self, durable: bool) -> Result<()> {
        self.db
            .pragma_update(None, "synchronous", if durable { "FULL" } else { "OFF" })
            .context("choosing whether commits wait for the disk")
    }

    /// Stops a query of this store that runs on another thread.
    pub fn interrupter(&self) -> Interrupter {
        self.db.get_interrupt_handle()
    }

    /// Moves the log into the store file without waiting for anyone; for idle moments.
    pub fn checkpoint(&self) -> Result<()> {
        self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).context("moving the log into the store")
    }
}
