//! Events as they travel between stores: header, link, salt and body, byte for byte as their author wrote them.
//!
//! A frame from outside is checked for shape and bounds here; whether it continues its chain is `admit`'s question.

use anyhow::{Context, Result};
use rusqlite::params;

use super::Store;
use super::journal::{Header, body_hash, header_of};
use crate::domain::event::BODY_MAX;
use crate::domain::id::{AggId, CmdId, OriginId};
use crate::domain::text::clean_line;

/// Furthest wall clock from 1970 that is believed, in ms: the end of year 9999.
const WALL_MAX: u64 = 253_402_300_799_999;

/// One event under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The fixed layout of `journal::Header`.
    pub header: Vec<u8>,
    /// The link that its author computed over the one before it.
    pub hash: [u8; 32],
    /// Goes with the body.
    pub salt: Option<[u8; 16]>,
    /// `None` once it was erased.
    pub body: Option<Vec<u8>>,
}

/// Why a frame cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    #[error("the header is not of the format that this version reads")]
    Layout,
    #[error("{field} has {bytes} bytes; {min} to {max} are allowed")]
    Length { field: &'static str, bytes: usize, min: usize, max: usize },
    #[error("{field} has characters that do not belong there")]
    Characters { field: &'static str },
    #[error("{field} is out of its bounds")]
    Range { field: &'static str },
    #[error("salt and body come together or not at all")]
    Torn,
    #[error("the body is not the one that the header names")]
    Body,
    #[error("it does not continue the chain of its origin")]
    Chain,
    #[error("it is number {found} of its origin, and number {expected} is the next one")]
    Gap { expected: i64, found: i64 },
}

/// A frame whose shape is right, read.
pub struct Checked<'a> {
    pub header: Header<'a>,
    pub hash: [u8; 32],
    pub salt: Option<&'a [u8; 16]>,
    pub body: Option<&'a str>,
}

impl Frame {
    /// Reads the frame, if its sizes, its texts and its body are as they should be.
    pub fn check(&self) -> Result<Checked<'_>, Misfit> {
        let header = read_header(&self.header)?;
        let body = match (&self.salt, &self.body) {
            (None, None) => None,
            (Some(salt), Some(body)) => {
                length("body", body.len(), 0, BODY_MAX)?;
                let text = std::str::from_utf8(body).map_err(|_| Misfit::Characters { field: "body" })?;
                if body_hash(salt, text) != header.bhash {
                    return Err(Misfit::Body);
                }
                Some(text)
            }
            _ => return Err(Misfit::Torn),
        };
        Ok(Checked { header, hash: self.hash, salt: self.salt.as_ref(), body })
    }

    /// Origin and number that the header gives, as far as it can be read.
    pub(super) fn names(&self) -> Option<(OriginId, i64)> {
        let mut rest = Cursor(&self.header);
        rest.take::<4>().ok()?;
        Some((OriginId::from_bytes(rest.take().ok()?), i64::from_be_bytes(rest.take().ok()?)))
    }

    /// Header, salt and body as one blob; the hash has a column of its own.
    pub(super) fn to_blob(&self) -> Vec<u8> {
        let body = self.salt.iter().zip(&self.body).next();
        let mut out = vec![u8::from(body.is_some())];
        out.extend_from_slice(&(self.header.len() as u32).to_be_bytes());
        out.extend_from_slice(&self.header);
        if let Some((salt, body)) = body {
            out.extend_from_slice(salt);
            out.extend_from_slice(body);
        }
        out
    }

    /// Back from [`to_blob`](Self::to_blob).
    pub(super) fn from_blob(hash: [u8; 32], blob: &[u8]) -> Result<Self, Misfit> {
        let mut rest = Cursor(blob);
        let [full] = rest.take()?;
        let length = u32::from_be_bytes(rest.take()?) as usize;
        let header = rest.slice(length)?.to_vec();
        let (salt, body) = match full {
            0 => (None, None),
            _ => (Some(rest.take()?), Some(rest.0.to_vec())),
        };
        Ok(Self { header, hash, salt, body })
    }
}

/// The header of a frame, field by field; the inverse of `Header::bytes`.
fn read_header(bytes: &[u8]) -> Result<Header<'_>, Misfit> {
    let mut rest = Cursor(bytes);
    if rest.take()? != *b"TDE\x01" {
        return Err(Misfit::Layout);
    }
    let header = Header {
        origin: OriginId::from_bytes(rest.take()?),
        seq: i64::from_be_bytes(rest.take()?),
        hlc: i64::from_be_bytes(rest.take()?),
        wall: i64::from_be_bytes(rest.take()?),
        agg: AggId::from_bytes(rest.take()?),
        cmd: CmdId::from_bytes(rest.take()?),
        ver: u16::from_be_bytes(rest.take()?),
        scope: rest.word("scope", 0, 32)?,
        kind: rest.word("kind", 3, 64)?,
        // 128 characters as the table counts them, within what a length byte can say.
        actor: rest.text("actor", 1, 255)?,
        proof: rest.word("proof", 1, 16)?,
        bhash: rest.take()?,
    };
    if !rest.0.is_empty() {
        return Err(Misfit::Layout);
    }
    // It is drawn as it stands, so it must be harmless.
    if header.actor.chars().count() > 128 || clean_line(header.actor) != header.actor {
        return Err(Misfit::Characters { field: "actor" });
    }
    for (field, fits) in [
        ("seq", header.seq > 0),
        ("hlc", header.hlc > 0),
        ("wall", header.wall.unsigned_abs() <= WALL_MAX),
        ("ver", header.ver > 0),
    ] {
        if !fits {
            return Err(Misfit::Range { field });
        }
    }
    Ok(header)
}

fn length(field: &'static str, bytes: usize, min: usize, max: usize) -> Result<(), Misfit> {
    if (min..=max).contains(&bytes) { Ok(()) } else { Err(Misfit::Length { field, bytes, min, max }) }
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Misfit> {
        let (head, rest) = self.0.split_first_chunk().ok_or(Misfit::Layout)?;
        self.0 = rest;
        Ok(*head)
    }

    fn slice(&mut self, n: usize) -> Result<&'a [u8], Misfit> {
        let (head, rest) = self.0.split_at_checked(n).ok_or(Misfit::Layout)?;
        self.0 = rest;
        Ok(head)
    }

    /// A text after its length byte.
    fn text(&mut self, field: &'static str, min: usize, max: usize) -> Result<&'a str, Misfit> {
        let [n] = self.take()?;
        length(field, n.into(), min, max)?;
        std::str::from_utf8(self.slice(n.into())?).map_err(|_| Misfit::Characters { field })
    }

    /// A text of plain visible ASCII.
    fn word(&mut self, field: &'static str, min: usize, max: usize) -> Result<&'a str, Misfit> {
        let text = self.text(field, min, max)?;
        if text.bytes().all(|b| b.is_ascii_graphic()) { Ok(text) } else { Err(Misfit::Characters { field }) }
    }
}

/// An origin as this store has it: what another one compares with its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub origin: OriginId,
    pub site: String,
    pub generation: u32,
    /// Number and link of its last event here.
    pub seq: i64,
    pub hash: [u8; 32],
}

impl Store {
    /// Every origin that this store has events of, or waits for.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let mut statement =
            self.db.prepare_cached("SELECT origin, site, gen, head_seq, head_hash FROM origin ORDER BY oid")?;
        let rows = statement.query_map([], |row| {
            Ok(Source {
                origin: row.get("origin")?,
                site: row.get("site")?,
                generation: row.get("gen")?,
                seq: row.get("head_seq")?,
                hash: row.get("head_hash")?,
            })
        })?;
        rows.collect::<rusqlite::Result<_>>().context("reading the origins")
    }

    /// Events of an origin after a number, in their order, as another store admits them.
    pub fn frames_after(&self, origin: OriginId, seq: i64, limit: u32) -> Result<Vec<Frame>> {
        let mut statement = self.db.prepare_cached(
            "SELECT * FROM event WHERE oid = (SELECT oid FROM origin WHERE origin = ?1) AND seq > ?2
             ORDER BY seq LIMIT ?3",
        )?;
        let mut rows = statement.query(params![origin, seq, limit])?;
        let mut frames = Vec::new();
        while let Some(row) = rows.next()? {
            let header = header_of(row, origin, row.get("bhash")?).context("reading an event for another store")?;
            let body: Option<String> = row.get("body")?;
            frames.push(Frame {
                header: header.bytes(),
                hash: row.get("hash")?,
                salt: row.get("salt")?,
                body: body.map(String::into_bytes),
            });
        }
        Ok(frames)
    }
}
