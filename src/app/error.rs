//! What a surface can be told: a refusal, a store that cannot be used, or a fault of the host.

use crate::domain::refusal::Refusal;
use crate::store::{StoreError, fault};

/// Why a command or query came to nothing. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// For the person: a code, a sentence and a hint.
    #[error("{}", .0.message)]
    Refused(#[from] Refusal),
    /// The store is missing, foreign, busy, full or damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// For whoever runs the host.
    #[error("{0:#}")]
    Fault(anyhow::Error),
}

impl From<anyhow::Error> for Error {
    /// Finds the refusal or the state of the store behind a chain of contexts.
    fn from(cause: anyhow::Error) -> Self {
        let cause = match cause.downcast::<Refusal>() {
            Ok(refusal) => return Self::Refused(refusal),
            Err(cause) => cause,
        };
        let cause = match cause.downcast::<StoreError>() {
            Ok(state) => return Self::Store(state),
            Err(cause) => cause,
        };
        let sqlite = cause.chain().find_map(|one| one.downcast_ref::<fault::Sqlite>());
        match sqlite.and_then(fault::of) {
            Some(state) => Self::Store(state),
            None => Self::Fault(cause),
        }
    }
}

impl Error {
    /// The word for scripts: a refusal's code, or what is wrong with the store.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code.as_str(),
            Self::Store(StoreError::Missing { .. }) => "store_missing",
            Self::Store(StoreError::Foreign { .. }) => "store_foreign",
            Self::Store(StoreError::Newer { .. } | StoreError::Upgraded) => "store_newer",
            Self::Store(StoreError::Network { .. }) => "store_on_network",
            Self::Store(StoreError::Unavailable { .. }) => "store_unavailable",
            Self::Store(StoreError::Damaged { .. }) => "store_damaged",
            Self::Store(StoreError::Busy { .. }) => "store_busy",
            Self::Store(StoreError::Full) => "disk_full",
            Self::Fault(_) => "fault",
        }
    }

    /// What would be right; empty when the sentence says it all.
    pub fn hint(&self) -> &str {
        match self {
            Self::Refused(refusal) => &refusal.hint,
            _ => "",
        }
    }
}
