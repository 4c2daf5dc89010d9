//! SQLite's own errors, as far as a person can act on them.

use rusqlite::ErrorCode;

use super::StoreError;

/// An error of the SQLite library.
pub type Sqlite = rusqlite::Error;

/// The state of the store behind an error, if that is what it tells of.
pub fn of(error: &Sqlite) -> Option<StoreError> {
    let Sqlite::SqliteFailure(failure, text) = error else { return None };
    let path = std::path::PathBuf::from("the store");
    let cause = text.clone().unwrap_or_else(|| failure.to_string());
    match failure.code {
        ErrorCode::DiskFull => Some(StoreError::Full),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            Some(StoreError::Busy { holder: "another process".to_owned() })
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some(StoreError::Damaged { path, cause }),
        ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
            Some(StoreError::Unavailable { path, cause })
        }
        _ => None,
    }
}

/// Was a query stopped from another thread?
pub fn interrupted(error: &anyhow::Error) -> bool {
    let sqlite = error.chain().find_map(|one| one.downcast_ref::<Sqlite>());
    sqlite.and_then(Sqlite::sqlite_error_code) == Some(ErrorCode::OperationInterrupted)
}
