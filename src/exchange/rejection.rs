//! What could not be taken over, and where it stands.

use serde::Serialize;

use crate::domain::text::{clean_line, cut};

/// The field named where it is the record as a whole.
pub const RECORD: &str = "record";

/// A record, or one field of it, that was not taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{file}, line {line}, {field}: {reason}")]
pub struct Rejection {
    /// As the caller named it.
    pub file: String,
    /// In the decoded text, from 1.
    pub line: u64,
    /// In the other system's words; [`RECORD`] for the whole.
    pub field: String,
    /// What is wrong, then what would be right.
    pub reason: String,
    /// Nothing after this place can be read.
    pub ends: bool,
}

impl Rejection {
    pub fn new(line: u64, field: &str, reason: impl AsRef<str>) -> Self {
        let field = cut(&clean_line(field), 80);
        let field = if field.is_empty() { RECORD.to_owned() } else { field };
        Self { file: String::new(), line, field, reason: cut(&clean_line(reason.as_ref()), 300), ends: false }
    }

    /// The record as a whole, and all that would follow.
    pub(super) fn end(line: u64, reason: impl AsRef<str>) -> Self {
        Self { ends: true, ..Self::new(line, RECORD, reason) }
    }
}
