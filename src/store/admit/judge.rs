//! What is done with a frame, from what the journal has of its origin and what this stream brought so far.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, params};

use super::held::Hold;
use crate::domain::id::OriginId;
use crate::domain::time::{Instant, Secs};
use crate::store::frame::{Checked, Misfit};

/// How far ahead of the local clock an event may be.
const AHEAD_MAX: Secs = Secs::DAY;

/// What is done with a frame.
pub enum Verdict {
    Next,
    Known,
    Held(Hold),
    Refused(Misfit),
    PassedOver,
    /// It is of this store's own origin and this store has never written it.
    Stranger,
}

/// Why nothing more of an origin is taken from this stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Refused,
    Clock,
}

/// An origin as the transaction at hand has it.
pub struct Gate {
    pub oid: i64,
    pub trust: String,
    /// Number and link of its last event here.
    pub seq: i64,
    pub hash: [u8; 32],
}

impl Gate {
    /// The origin, if a person let it in.
    pub fn find(db: &Connection, origin: OriginId) -> Result<Option<Self>> {
        db.prepare_cached("SELECT oid, trust, head_seq, head_hash FROM origin WHERE origin = ?1 AND trust <> 'held'")?
            .query_row([origin], |row| {
                Ok(Self {
                    oid: row.get("oid")?,
                    trust: row.get("trust")?,
                    seq: row.get("head_seq")?,
                    hash: row.get("head_hash")?,
                })
            })
            .optional()
            .context("looking for an origin")
    }

    /// Nothing later of it enters.
    pub fn freeze(&mut self, db: &Connection) -> Result<()> {
        "frozen".clone_into(&mut self.trust);
        db.prepare_cached("UPDATE origin SET trust = 'frozen' WHERE oid = ?1")?
            .execute([self.oid])
            .context("freezing an origin")?;
        Ok(())
    }

    /// Judges a frame by its number, its link and its clock, in this order.
    pub fn judge(&self, db: &Connection, it: &Checked<'_>, stop: Option<Stop>, now: Instant) -> Result<Verdict> {
        let seq = it.header.seq;
        let later = seq > self.seq;
        match stop {
            Some(Stop::Refused) => return Ok(Verdict::PassedOver),
            Some(Stop::Clock) if later => return Ok(Verdict::Held(Hold::Clock)),
            _ if later && self.trust == "frozen" => return Ok(Verdict::PassedOver),
            _ if seq > self.seq + 1 => {
                return Ok(Verdict::Refused(Misfit::Gap { expected: self.seq + 1, found: seq }));
            }
            _ => {}
        }
        if it.header.link(&self.link(db, seq - 1)?) != it.hash {
            return Ok(Verdict::Refused(Misfit::Chain));
        }
        let ours = self.trust == "local";
        if !later && self.link(db, seq)? == it.hash {
            return Ok(Verdict::Known);
        }
        Ok(match Instant::from_millis(it.header.hlc >> 16) {
            written if later && written > now + AHEAD_MAX => Verdict::Held(Hold::Clock),
            _ if ours => Verdict::Stranger,
            _ if later => Verdict::Next,
            _ => Verdict::Held(Hold::Fork),
        })
    }

    /// Link of an event that is here; zeros before the first.
    fn link(&self, db: &Connection, seq: i64) -> Result<[u8; 32]> {
        if seq == self.seq {
            return Ok(self.hash);
        }
        if seq == 0 {
            return Ok([0; 32]);
        }
        db.prepare_cached("SELECT hash FROM event WHERE oid = ?1 AND seq = ?2")?
            .query_row(params![self.oid, seq], |row| row.get(0))
            .context("reading a link of the chain")
    }
}
