//! The anchor: 64 bytes beside the store that name its last event. A store whose head is behind its anchor was
//! rewound and must not go on with used numbers.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result};

use super::beside;
use super::journal::Head;
use crate::domain::id::OriginId;

/// Local origin, last number, hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    pub origin: OriginId,
    pub seq: i64,
    pub hash: [u8; 32],
}

/// Writes the anchor after a commit. Not flushed: one that is behind does no harm.
pub fn write(store: &Path, head: &Head) -> Result<()> {
    let mut bytes = [0u8; 64];
    bytes[..16].copy_from_slice(head.origin.bytes());
    bytes[16..24].copy_from_slice(&head.seq.to_be_bytes());
    bytes[24..56].copy_from_slice(&head.hash);
    let written = beside::open(store, beside::ANCHOR).and_then(|mut file| file.write_all(&bytes));
    written.with_context(|| format!("writing the anchor of {}", store.display()))
}

/// Reads the anchor; `None` when there is none or it is cut short.
pub fn read(store: &Path) -> Option<Anchor> {
    let mut bytes = [0u8; 64];
    let mut file = std::fs::File::open(beside::path(store, beside::ANCHOR)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    let mut hash = [0; 32];
    hash.copy_from_slice(&bytes[24..56]);
    Some(Anchor {
        origin: OriginId::from_slice(&bytes[..16])?,
        seq: i64::from_be_bytes(bytes[16..24].try_into().ok()?),
        hash,
    })
}
