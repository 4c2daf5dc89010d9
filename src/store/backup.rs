//! Copies of a live store, made by SQLite itself and checked before they count.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rusqlite::backup::{Backup, Progress};
use rusqlite::{Connection, OpenFlags};

use super::{Store, StoreError, anchor, beside, fault, journal};

/// Pages copied at once; readers and writers get in between.
const PAGES: i32 = 2_000;

impl Store {
    /// Copies the store to `to`, checks the copy and only then gives it its name. `to` must not exist.
    pub fn backup(&self, to: &Path, mut progress: impl FnMut(i32, i32)) -> Result<()> {
        ensure!(!to.exists(), "{} exists already; name another file", to.display());
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let part = tempfile::Builder::new()
            .prefix(".tierdesk-backup")
            .tempfile_in(folder)
            .with_context(|| format!("making a file in {}", folder.display()))?;
        {
            let mut copy = Connection::open(part.path()).context("making the copy")?;
            let backup = Backup::new(&self.db, &mut copy).context("beginning the copy")?;
            loop {
                use rusqlite::backup::StepResult::{Busy, Done, Locked, More};
                match backup.step(PAGES).context("copying the store")? {
                    Done => break,
                    More => {
                        let Progress { remaining, pagecount } = backup.progress();
                        progress(pagecount - remaining, pagecount);
                    }
                    Busy | Locked => std::thread::sleep(Duration::from_millis(5)),
                    _ => bail!("copying the store: an unknown answer"),
                }
            }
        }
        check(part.path())?;
        part.as_file().sync_all().context("writing the copy to disk")?;
        part.persist_noclobber(to).with_context(|| format!("naming the copy {}", to.display()))?;
        fs::File::open(folder).and_then(|folder| folder.sync_all()).context("writing the folder to disk")
    }

    /// Puts a checked copy of `from` in place of a store. The former store is kept beside it; sessions that have it
    /// open go on reading it, and their next write is refused.
    pub fn restore(from: &Path, path: &Path, login: &str, now_ms: i64) -> Result<Self> {
        check(from)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        let queue = super::lock::Queue::open(path, login)?;
        let turn = queue.take()?;
        let part = tempfile::Builder::new().prefix(".tierdesk-restore").tempfile_in(folder)?;
        let mode = fs::metadata(path).map(|old| old.permissions()).ok();
        fs::copy(from, part.path()).with_context(|| format!("reading {}", from.display()))?;
        if let Some(mode) = mode {
            fs::set_permissions(part.path(), mode)?;
        }
        part.as_file().sync_all()?;
        if path.exists() {
            retire(path)?;
            let former = former(path);
            // The log and its index belong to the former file, and to whoever still reads it.
            for ending in ["", beside::WAL, beside::SHM] {
                let (from, to) = (beside::path(path, ending), beside::path(&former, ending));
                if from.exists() {
                    fs::rename(&from, &to).with_context(|| format!("keeping {}", from.display()))?;
                }
            }
        }
        part.persist(path).with_context(|| format!("naming the store {}", path.display()))?;
        let db = Connection::open(path)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        let head = journal::head(&db)?;
        drop(db);
        // Another inode than the backup names, so that opening starts an origin of its own.
        anchor::write(path, &head)?;
        drop(turn);
        Self::open(path, login, now_ms)
    }
}

/// Ends the writing of every session that has the former store open: what they confirmed would be lost. Must be
/// called in turn.
fn retire(path: &Path) -> Result<()> {
    let told = super::open::connect(path).and_then(|db| {
        super::open::check_header(&db, path)?;
        let moved = db.execute("UPDATE meta SET schema_epoch = schema_epoch + 1", []);
        moved.map(|_| ()).map_err(|cause| match fault::of(&cause) {
            Some(state) => state.into(),
            None => cause.into(),
        })
    });
    match told {
        Err(cause) if matches!(cause.downcast_ref(), Some(StoreError::Damaged { .. } | StoreError::Foreign { .. })) => {
            // Nobody can write into it any more.
            Ok(())
        }
        told => told.context("ending the writing of open sessions"),
    }
}

/// A free name for the store that a restore replaces; earlier ones are kept too.
fn former(path: &Path) -> PathBuf {
    let mut former = path.with_extension("before-restore.db");
    let mut n = 1;
    while former.exists() || beside::path(&former, beside::WAL).exists() {
        n += 1;
        former = path.with_extension(format!("before-restore-{n}.db"));
    }
    former
}

/// The address of a file that nobody writes: opening it makes no log and no index beside it.
fn unchanging(path: &Path) -> PathBuf {
    let mut uri = b"file:".to_vec();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'%' | b'?' | b'#' => uri.extend(format!("%{byte:02X}").bytes()),
            byte => uri.push(*byte),
        }
    }
    uri.extend(b"?immutable=1");
    PathBuf::from(OsString::from_vec(uri))
}

/// Is that file a whole store with an unbroken chain?
fn check(path: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let db =
        Connection::open_with_flags(unchanging(path), flags).with_context(|| format!("opening {}", path.display()))?;
    let quick: String = db
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|cause| StoreError::damaged(path, cause))?;
    if quick != "ok" {
        return Err(StoreError::Damaged { path: path.to_owned(), cause: quick }.into());
    }
    let id: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != super::open::APPLICATION_ID {
        return Err(StoreError::Foreign { path: path.to_owned() }.into());
    }
    let oids: Vec<i64> = {
        let mut statement = db.prepare("SELECT oid FROM origin")?;
        statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    for oid in oids {
        if let Some(cause) = journal::check_chain(&db, oid, |_| {})?.into_iter().next() {
            return Err(StoreError::Damaged { path: path.to_owned(), cause }.into());
        }
    }
    Ok(())
}
