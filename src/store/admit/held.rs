//! Events that arrived and may not enter yet.

use anyhow::{Context, Result};
use rusqlite::{Connection, named_params, params};

use crate::domain::id::OriginId;
use crate::domain::time::Instant;
use crate::store::frame::{Checked, Frame};

/// Why an event is kept outside the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    UnknownOrigin,
    Clock,
    Fork,
}

impl Hold {
    const fn word(self) -> &'static str {
        match self {
            Self::UnknownOrigin => "unknown origin",
            Self::Clock => "clock",
            Self::Fork => "fork",
        }
    }
}

/// Place of a held event in the order of its table.
pub type Key = (OriginId, i64, [u8; 32]);

/// Keeps a frame, however often it comes.
pub fn keep(db: &Connection, it: &Checked<'_>, frame: &Frame, why: Hold, now: Instant) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO held (origin, seq, hash, reason, frame, since)
         VALUES (:origin, :seq, :hash, :reason, :frame, :since)
         ON CONFLICT (origin, seq, hash) DO UPDATE SET reason = excluded.reason",
    )?
    .execute(named_params! {
        ":origin": it.header.origin, ":seq": it.header.seq, ":hash": it.hash, ":reason": why.word(),
        ":frame": frame.to_blob(), ":since": now,
    })
    .context("holding an event")?;
    Ok(())
}

/// Forgets a frame that is in the journal now, or never will be.
pub fn forget(db: &Connection, it: &Checked<'_>) -> Result<()> {
    db.prepare_cached("DELETE FROM held WHERE origin = ?1 AND seq = ?2 AND hash = ?3")?
        .execute(params![it.header.origin, it.header.seq, it.hash])
        .context("letting go of a held event")?;
    Ok(())
}

/// Held events of trusted origins after a place, in their order; `None` for one that cannot be read any more.
pub fn after(db: &Connection, key: Option<Key>, limit: usize) -> Result<Vec<(Key, Option<Frame>)>> {
    let (origin, seq, hash) = key.unwrap_or((OriginId::from_bytes([0; 16]), 0, [0; 32]));
    let mut statement = db.prepare_cached(
        "SELECT held.origin, held.seq, held.hash, held.frame FROM held JOIN origin USING (origin)
         WHERE (held.origin, held.seq, held.hash) > (:origin, :seq, :hash)
           AND origin.trust IN ('pinned', 'retired', 'local') AND held.reason <> 'fork'
         ORDER BY held.origin, held.seq, held.hash LIMIT :limit",
    )?;
    let parameters = named_params! { ":origin": origin, ":seq": seq, ":hash": hash, ":limit": limit as i64 };
    let rows = statement.query_map(parameters, |row| {
        let key: Key = (row.get("origin")?, row.get("seq")?, row.get("hash")?);
        Ok((key, Frame::from_blob(key.2, row.get_ref("frame")?.as_blob()?).ok()))
    })?;
    rows.collect::<rusqlite::Result<_>>().context("reading what is held")
}
