//! Files beside the store: named after the whole name of the store, so that `desk.db` and a backup `desk.bak` in one
//! folder share none, and open to those that the store itself is open to.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The writers' queue.
pub const LOCK: &str = "-lock";
/// Where the first of those who wait for it stands.
pub const GATE: &str = "-gate";
/// The last event.
pub const ANCHOR: &str = "-anchor";
/// SQLite's write-ahead log.
pub const WAL: &str = "-wal";
/// SQLite's index of its log.
pub const SHM: &str = "-shm";

/// Who may read and write a file that is no store's yet.
const OWNER_ONLY: u32 = 0o600;

/// The file beside a store with that ending.
pub fn path(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Opens a file beside a store to read and write, made at need.
pub fn open(store: &Path, ending: &str) -> io::Result<File> {
    let path = path(store, ending);
    let mode = fs::metadata(store).map_or(OWNER_ONLY, |store| store.permissions().mode() & 0o777);
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.clone().create_new(true).mode(OWNER_ONLY).open(&path) {
        Ok(file) => {
            // The mode of an opening passes through the umask; a colleague's account must get in all the same.
            file.set_permissions(Permissions::from_mode(mode))?;
            Ok(file)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => options.open(&path),
        Err(error) => Err(error),
    }
}
