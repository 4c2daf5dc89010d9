//! Opening a store in the right order, and making one. What is wrong is said before anything is written.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{
    Connection, FileControl, MAIN_DB, OpenFlags, OptionalExtension, TransactionBehavior, named_params, params,
};
use sha2::{Digest, Sha256};

use super::calendar::Calendars;
use super::lock::{Queue, Turn};
use super::{Store, StoreError, VIEW_VERSION, anchor, fresh, rebuild, select};
use crate::domain::change::Act;
use crate::domain::event::{Body, EventKind, Proof};
use crate::domain::id::{AggId, CmdId, OriginId, StoreId};
use crate::domain::number::SiteCode;
use crate::domain::text::Login;

/// The whole schema.
pub const SCHEMA: &str = include_str!("../../schema.sql");
pub const APPLICATION_ID: i32 = 1_413_763_915;
/// Version of the schema that this program reads and writes.
pub const USER_VERSION: i32 = 1;
/// Oldest SQLite whose WAL several processes may write without corruption.
const SQLITE_MIN: i32 = 3_051_003;
/// Largest text or blob a statement may carry, in bytes.
const LENGTH_MAX: i32 = 8 << 20;

/// What a new store is.
#[derive(Debug, Clone)]
pub struct New {
    pub code: SiteCode,
    /// Several OS users share it: files of a group, no *act as*.
    pub shared: bool,
    /// A throw-away desk with made-up records.
    pub demo: bool,
}

impl Store {
    /// Makes a store at `path`, which must not exist. The folder is made at need, readable by its owner only,
    /// or by its group if it is shared.
    pub fn create(path: &Path, new: &New, login: &str, now_ms: i64) -> Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        make_folder(folder, new.shared).with_context(|| format!("making the folder {}", folder.display()))?;
        refuse_network(folder)?;
        make_file(path, new.shared).with_context(|| format!("making the store {}", path.display()))?;
        let db = connect(path)?;
        db.pragma_update(None, "journal_mode", "WAL").context("switching to a write-ahead log")?;
        db.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} COMMIT;")).context("laying out the store")?;
        let store: StoreId = fresh();
        let site = if new.code.as_str().is_empty() { "DESK" } else { new.code.as_str() };
        let origin: OriginId = fresh();
        db.execute("INSERT INTO origin (oid, origin, site, trust) VALUES (1, ?1, ?2, 'local')", params![origin, site])?;
        db.execute(
            "INSERT INTO meta (one, store, code, local_oid, fingerprint, schema_epoch, view_version, shared, demo)
             VALUES (1, :store, :code, 1, '', 1, :views, :shared, :demo)",
            named_params! {
                ":store": store, ":code": new.code.as_str(), ":views": VIEW_VERSION,
                ":shared": new.shared, ":demo": new.demo,
            },
        )?;
        drop(db);
        let mut opened = Self::connected(path, login)?;
        let turn = opened.queue.take()?;
        opened.started(Some(origin), "init", &turn, now_ms)?;
        Ok(opened)
    }

    /// Opens an existing store. A copied, restored or rewound one starts another origin before anything else.
    pub fn open(path: &Path, login: &str, now_ms: i64) -> Result<Self> {
        if !path.exists() {
            return Err(StoreError::Missing { path: path.to_owned() }.into());
        }
        refuse_network(path)?;
        let mut store = Self::connected(path, login)?;
        store.rotate_at_need(now_ms)?;
        rebuild::at_need(&mut store)?;
        Ok(store)
    }

    /// Opens a store a second time, for questions only: for a thread of its own beside the one that writes.
    pub fn open_reader(path: &Path, login: &str) -> Result<Self> {
        let store = Self::connected(path, login)?;
        store.db.pragma_update(None, "query_only", true).context("closing a connection to writes")?;
        Ok(store)
    }

    fn connected(path: &Path, login: &str) -> Result<Self> {
        if rusqlite::version_number() < SQLITE_MIN {
            bail!("the SQLite library is {}; 3.51.3 or newer is needed", rusqlite::version());
        }
        let db = connect(path)?;
        check_header(&db, path)?;
        let (store, code, origin, epoch, shared, demo): (StoreId, String, OriginId, i64, bool, bool) = db
            .query_row(
                "SELECT store, code, origin, schema_epoch, shared, demo FROM meta JOIN origin ON oid = local_oid",
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)),
            )
            .map_err(|cause| StoreError::damaged(path, cause))?;
        let code = if code.is_empty() { SiteCode::first() } else { SiteCode::new(&code)? };
        Ok(Self {
            queue: Queue::open(path, login)?,
            calendars: Calendars::default(),
            path: path.to_owned(),
            db,
            store,
            code,
            origin,
            epoch,
            shared,
            demo,
        })
    }

    /// Starts another origin if this store may no longer be the only continuation of its past.
    fn rotate_at_need(&mut self, now_ms: i64) -> Result<()> {
        if self.discontinuity()?.is_none() {
            return Ok(());
        }
        // Looked at again in turn: another process may have started one meanwhile.
        let turn = self.queue.take()?;
        match self.discontinuity()? {
            Some(reason) => self.started(None, reason, &turn, now_ms),
            None => Ok(()),
        }
    }

    /// Why this store may no longer be the only continuation of its past.
    fn discontinuity(&self) -> Result<Option<&'static str>> {
        // The anchor is read before the journal: others write meanwhile, and it must not be held against an older head.
        let anchor = anchor::read(&self.path);
        let stored: String = self.db.query_row("SELECT fingerprint FROM meta", [], |row| row.get(0))?;
        if stored != fingerprint(&self.path)? {
            return Ok(Some("copied"));
        }
        let Some(anchor) = anchor else { return Ok(None) };
        let head: Option<(i64, [u8; 32])> = self
            .db
            .prepare_cached("SELECT head_seq, head_hash FROM origin WHERE origin = ?1")?
            .query_row([anchor.origin], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(match head {
            None => Some("restored"),
            Some((seq, _)) if anchor.seq > seq => Some("rewound"),
            Some((seq, hash)) if anchor.seq == seq && anchor.hash != hash => Some("rewound"),
            Some(_) => None,
        })
    }

    /// Writes `origin.started` in one's turn: with the origin given, or with another one that goes on from the last.
    pub(super) fn started(&mut self, first: Option<OriginId>, reason: &str, _turn: &Turn, now_ms: i64) -> Result<()> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last = super::journal::head(&tx)?;
        let origin = match first {
            Some(origin) => origin,
            None => {
                let next: OriginId = fresh();
                tx.execute("UPDATE origin SET trust = 'retired' WHERE oid = ?1", [last.oid])?;
                tx.execute(
                    "INSERT INTO origin (origin, site, gen, trust)
                     SELECT ?1, site, gen + 1, 'local' FROM origin WHERE oid = ?2",
                    params![next, last.oid],
                )?;
                tx.execute("UPDATE meta SET local_oid = last_insert_rowid()", [])?;
                next
            }
        };
        tx.execute("UPDATE meta SET fingerprint = ?1", [fingerprint(&self.path)?])?;
        let mut head = super::journal::head(&tx)?;
        let body = Body {
            act: Act::Init.word().to_owned(),
            reason: Some(format!("{reason}; after {} of {}", last.seq, last.origin)),
            ..Body::default()
        };
        let cmd: CmdId = fresh();
        let draft = super::journal::Draft {
            agg: AggId::from_bytes(*origin.bytes()),
            cmd,
            kind: EventKind::OriginStarted,
            actor: &Login::system(),
            proof: Proof::Claimed,
            body: &body,
            wall_ms: now_ms,
            now_ms,
        };
        super::journal::append(&tx, &mut head, &draft)?;
        tx.commit().context("starting an origin")?;
        self.origin = origin;
        anchor::write(&self.path, &head)
    }
}

/// Makes the folder of a store: its owner's alone, or a group's, with the group on every file in it. One that is
/// there is left as it is.
fn make_folder(folder: &Path, shared: bool) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let (above, own) = if shared { (0o755, 0o2770) } else { (0o700, 0o700) };
    fs::DirBuilder::new().recursive(true).mode(above).create(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(own))
}

/// Makes the empty file. SQLite gives its log the same mode, and the files beside it take it too.
fn make_file(path: &Path, shared: bool) -> io::Result<()> {
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    // Said again after the opening, whose mode passes through the umask.
    file.set_permissions(Permissions::from_mode(mode_of(shared)))
}

/// Who may read and write a store.
pub fn mode_of(shared: bool) -> u32 {
    if shared { 0o660 } else { 0o600 }
}

/// A connection with every setting of the house.
pub fn connect(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let path = canonical(path)?;
    let mut db = Connection::open_with_flags(&path, flags)
        .map_err(|cause| StoreError::Unavailable { path: path.clone(), cause: cause.to_string() })?;
    settings(&mut db).map_err(|cause| match cause.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            StoreError::damaged(&path, cause)
        }
        _ => StoreError::Unavailable { path: path.clone(), cause: cause.to_string() },
    })?;
    Ok(db)
}

fn canonical(path: &Path) -> Result<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().context("a store is a file")?;
    // The folder may be reached by a link; the store itself may not be one.
    Ok(fs::canonicalize(folder).with_context(|| format!("looking for {}", folder.display()))?.join(name))
}

/// How people's changes are written; a rebuild has settings of its own.
pub const WRITING: &str = "PRAGMA cache_size = -8000; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;";

fn settings(db: &mut Connection) -> rusqlite::Result<()> {
    // Writers queue on a lock of their own; this is for checkpoints and readers that meet one.
    db.busy_handler(Some(|tries: i32| {
        std::thread::sleep(Duration::from_micros(300 + 97 * (tries as u64 % 8)));
        tries < 20_000
    }))?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // A plan never depends on a bound value, so that a kept statement is not planned again when the next value comes.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Quitting must not wait for a checkpoint, and the log keeps its size: a reused one commits faster.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let mut keep = 1;
    db.file_control(Some(MAIN_DB), FileControl::PersistWal(&mut keep))?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, LENGTH_MAX)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.set_prepared_statement_cache_capacity(128);
    select::functions(db)?;
    db.execute_batch(WRITING)?;
    db.execute_batch(
        "PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 4000;",
    )
}

/// Is that file a store, and one that this program understands?
pub fn check_header(db: &Connection, path: &Path) -> Result<()> {
    let pragma = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let id = pragma("application_id").map_err(|cause| StoreError::damaged(path, cause))?;
    if id != APPLICATION_ID {
        return Err(StoreError::Foreign { path: path.to_owned() }.into());
    }
    let version = pragma("user_version").map_err(|cause| StoreError::damaged(path, cause))?;
    if version > USER_VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), version }.into());
    }
    Ok(())
}

/// Identity of the machine and of the file: another one means that the store was copied.
fn fingerprint(path: &Path) -> Result<String> {
    let machine = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let inode = fs::metadata(path).with_context(|| format!("looking at {}", path.display()))?.ino();
    let mut hash = Sha256::new();
    hash.update(machine.trim());
    hash.update(inode.to_be_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// File systems that cannot keep SQLite's promises between processes, by the magic number of `statfs`.
const NETWORKED: [(i64, &str); 9] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFE53_4D42, "SMB2"),
    (0xFF53_4D42, "CIFS"),
    (0x6573_5546, "FUSE"),
    (0x5346_414F, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0102_1997, "9P"),
    (0x00C3_6400, "Ceph"),
];

fn refuse_network(path: &Path) -> Result<()> {
    let stat = rustix::fs::statfs(path).with_context(|| format!("looking at the file system of {}", path.display()))?;
    let magic = stat.f_type as i64;
    match NETWORKED.iter().find(|(known, _)| *known == magic) {
        Some((_, name)) => Err(StoreError::Network { path: path.to_owned(), name }.into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_schema_is_strict() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(SCHEMA).unwrap();
        let mut statement = db
            .prepare(
                "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'",
            )
            .unwrap();
        let loose: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
        assert_eq!(loose, Vec::<String>::new());
    }
}
