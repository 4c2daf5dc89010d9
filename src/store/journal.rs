//! The journal: stamp, chain, append, read. It checks shape, never meaning.

use std::collections::HashSet;

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use sha2::{Digest, Sha256};

use super::Store;
use crate::domain::event::{BODY_VERSION, Body, Event, EventKind, Proof, Stamp};
use crate::domain::id::{AggId, CmdId, OriginId};
use crate::domain::refusal::Code;
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// Most bytes of one body; an event of another site is no larger either.
const BODY_MAX: usize = 65_536;

/// Where an origin stands, and the newest clock reading of all origins.
#[derive(Debug, Clone)]
pub struct Head {
    pub oid: i64,
    pub origin: OriginId,
    pub seq: i64,
    pub hash: [u8; 32],
    /// Greatest hlc of any origin.
    pub hlc: i64,
}

/// What an event says besides its place in the chain.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    pub agg: AggId,
    pub cmd: CmdId,
    pub kind: EventKind,
    pub actor: &'a Login,
    pub proof: Proof,
    pub body: &'a Body,
    /// Clock of the author in ms: now, or the time of the past that an import tells of.
    pub wall_ms: i64,
    /// The real clock in ms, for the order.
    pub now_ms: i64,
}

/// A header, field by field, as it is hashed and sent.
pub struct Header<'a> {
    pub origin: OriginId,
    pub seq: i64,
    pub hlc: i64,
    pub wall: i64,
    pub agg: AggId,
    pub cmd: CmdId,
    pub ver: u16,
    pub scope: &'a str,
    pub kind: &'a str,
    pub actor: &'a str,
    pub proof: &'a str,
    pub bhash: [u8; 32],
}

impl Header<'_> {
    /// The fixed layout: `TDE` 1, then every field big-endian, texts with a length byte.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(192);
        out.extend_from_slice(b"TDE\x01");
        out.extend_from_slice(self.origin.bytes());
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(&self.hlc.to_be_bytes());
        out.extend_from_slice(&self.wall.to_be_bytes());
        out.extend_from_slice(self.agg.bytes());
        out.extend_from_slice(self.cmd.bytes());
        out.extend_from_slice(&self.ver.to_be_bytes());
        for text in [self.scope, self.kind, self.actor, self.proof] {
            let short = &text.as_bytes()[..text.len().min(255)];
            out.push(short.len() as u8);
            out.extend_from_slice(short);
        }
        out.extend_from_slice(&self.bhash);
        out
    }

    /// Hash of this link, over the one before it.
    pub fn link(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"td-link\0");
        hash.update(previous);
        hash.update(self.bytes());
        hash.finalize().into()
    }
}

/// Hash of a body with its salt; the chain covers it and not the body, so that a body can be removed.
pub fn body_hash(salt: &[u8], body: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"td-body\0");
    hash.update(salt);
    hash.update(body.as_bytes());
    hash.finalize().into()
}

/// Where the local origin stands.
pub fn head(db: &Connection) -> Result<Head> {
    db.prepare_cached(
        "SELECT oid, origin, head_seq, head_hash, (SELECT max(head_hlc) FROM origin) AS hlc
         FROM origin WHERE oid = (SELECT local_oid FROM meta)",
    )?
    .query_row([], |row| {
        Ok(Head {
            oid: row.get("oid")?,
            origin: row.get("origin")?,
            seq: row.get("head_seq")?,
            hash: row.get("head_hash")?,
            hlc: row.get("hlc")?,
        })
    })
    .context("reading the head of the journal")
}

/// Appends one event to the local origin and moves the head on. Returns it as it is folded. Refuses `text_invalid`
/// when so much was written at once that no event can hold it.
pub fn append(db: &Connection, head: &mut Head, draft: &Draft<'_>) -> Result<Event> {
    let text = draft.body.text();
    if text.len() > BODY_MAX {
        let why = format!("this is {} bytes at once; {BODY_MAX} is the most", text.len());
        return Err(Code::TextInvalid.because(why).hint("write it in several steps, or attach less").into());
    }
    let salt = *uuid::Uuid::new_v4().as_bytes();
    let (seq, hlc) = (head.seq + 1, (draft.now_ms << 16).max(head.hlc + 1));
    let bhash = body_hash(&salt, &text);
    let header = Header {
        origin: head.origin,
        seq,
        hlc,
        wall: draft.wall_ms,
        agg: draft.agg,
        cmd: draft.cmd,
        ver: BODY_VERSION,
        scope: "",
        kind: draft.kind.word(),
        actor: draft.actor.as_str(),
        proof: draft.proof.word(),
        bhash,
    };
    let hash = header.link(&head.hash);
    db.prepare_cached(
        "INSERT INTO event (oid, seq, hlc, wall, agg, cmd, kind, ver, actor, proof, salt, body, bhash, hash)
         VALUES (:oid, :seq, :hlc, :wall, :agg, :cmd, :kind, :ver, :actor, :proof, :salt, :body, :bhash, :hash)",
    )?
    .execute(named_params! {
        ":oid": head.oid, ":seq": seq, ":hlc": hlc, ":wall": draft.wall_ms, ":agg": draft.agg, ":cmd": draft.cmd,
        ":kind": header.kind, ":ver": BODY_VERSION, ":actor": header.actor, ":proof": header.proof,
        ":salt": salt, ":body": text, ":bhash": bhash, ":hash": hash,
    })
    .context("appending to the journal")?;
    let pos = db.last_insert_rowid();
    (head.seq, head.hash, head.hlc) = (seq, hash, hlc);
    Ok(Event {
        stamp: Stamp { hlc, origin: head.origin, seq },
        at: Instant::from_millis(draft.wall_ms),
        agg: draft.agg,
        pos,
        cmd: draft.cmd,
        kind: Some(draft.kind),
        ver: BODY_VERSION,
        actor: draft.actor.clone(),
        proof: Some(draft.proof),
        body: Some(draft.body.clone()),
    })
}

/// Columns of an event, by the names that [`read`] takes them under; a condition follows.
const SELECT: &str = "SELECT event.pos, event.hlc, event.wall, event.agg, event.cmd, event.kind, event.ver,
    event.actor, event.proof, event.body, event.seq, origin.origin FROM event JOIN origin USING (oid)";

fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    // By position: a rebuild reads millions of them, and looking for columns by name is a good part of it.
    Ok(Event {
        pos: row.get(0)?,
        stamp: Stamp { hlc: row.get(1)?, origin: row.get(11)?, seq: row.get(10)? },
        at: Instant::from_millis(row.get(2)?),
        agg: row.get(3)?,
        cmd: row.get(4)?,
        kind: EventKind::from_word(row.get_ref(5)?.as_str()?),
        ver: row.get(6)?,
        actor: Login::stored(row.get(7)?),
        proof: Proof::from_word(row.get_ref(8)?.as_str()?),
        body: row.get_ref(9)?.as_str_or_null()?.and_then(Body::read),
    })
}

/// All events of one aggregate, in the order of the fold.
pub fn events_of(db: &Connection, agg: AggId) -> Result<Vec<Event>> {
    let sql = select_where(" WHERE event.agg = ?1 ORDER BY event.hlc, origin.origin, event.seq");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([agg], read)?;
    rows.collect::<rusqlite::Result<_>>().context("reading the history of a record")
}

/// The event at a position.
pub fn event_at(db: &Connection, pos: i64) -> Result<Event> {
    let sql = select_where(" WHERE event.pos = ?1");
    db.prepare_cached(&sql)?.query_row([pos], read).context("reading an event")
}

/// Is it the only event of that command in its aggregate?
pub fn is_sole(db: &Connection, event: &Event) -> Result<bool> {
    db.prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM event WHERE agg = ?1 AND cmd = ?2 AND pos <> ?3)")?
        .query_row(params![event.agg, event.cmd, event.pos], |row| row.get(0))
        .context("looking for a command")
}

/// Events that arrived after a position, oldest first.
fn events_after(db: &Connection, pos: i64, limit: u32) -> Result<Vec<Event>> {
    let sql = select_where(" WHERE event.pos > ?1 ORDER BY event.pos LIMIT ?2");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![pos, limit], read)?;
    rows.collect::<rusqlite::Result<_>>().context("reading the journal")
}

/// Calls back with all events of each aggregate, aggregate by aggregate in their order, from `after` on. Stops when
/// the callback says so and returns the last aggregate it saw, or `None` at the end.
pub fn each_aggregate(
    db: &Connection,
    after: Option<AggId>,
    mut each: impl FnMut(AggId, &[Event]) -> Result<bool>,
) -> Result<Option<AggId>> {
    let sql = select_where(" WHERE event.agg > ?1 ORDER BY event.agg, event.hlc");
    let mut statement = db.prepare_cached(&sql)?;
    let after: Vec<u8> = after.map(|agg| agg.bytes().to_vec()).unwrap_or_default();
    let mut rows = statement.query([after])?;
    let mut group: Vec<Event> = Vec::new();
    while let Some(row) = rows.next()? {
        let event = read(row).context("reading the journal")?;
        if let Some(agg) = group.first().map(|first| first.agg).filter(|agg| *agg != event.agg) {
            if !each(agg, &group)? {
                return Ok(Some(agg));
            }
            group.clear();
        }
        group.push(event);
    }
    if let Some(agg) = group.first().map(|first| first.agg) {
        each(agg, &group)?;
    }
    Ok(None)
}

impl Store {
    /// The last command of a person that no later one took back, among the newest `within` events.
    pub fn last_command_of(&self, login: &Login, within: u32) -> Result<Option<CmdId>> {
        last_command_of(&self.db, login, within)
    }

    /// The aggregates that a command changed, among the newest `within` events.
    pub fn aggregates_of(&self, cmd: CmdId, within: u32) -> Result<Vec<AggId>> {
        aggregates_of(&self.db, cmd, within)
    }

    /// Events that arrived after a position, oldest first.
    pub fn events_after(&self, pos: i64, limit: u32) -> Result<Vec<Event>> {
        events_after(&self.db, pos, limit)
    }

    /// The newest events that arrived after a position, oldest first, without those that an import tells of the past.
    pub fn news_after(&self, pos: i64, limit: u32) -> Result<Vec<Event>> {
        let sql = select_where(" WHERE event.pos > ?1 AND event.proof <> 'import' ORDER BY event.pos DESC LIMIT ?2");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![pos, limit], read)?;
        let mut events: Vec<Event> = rows.collect::<rusqlite::Result<_>>().context("reading the journal")?;
        events.reverse();
        Ok(events)
    }

    /// Position of the newest event; 0 in an empty journal.
    pub fn last_pos(&self) -> Result<i64> {
        last_pos(&self.db)
    }
}

/// The last command of a person that no later one took back, among the newest `within` events.
fn last_command_of(db: &Connection, login: &Login, within: u32) -> Result<Option<CmdId>> {
    // A colleague's undo counts too, so that nobody is offered what is undone already.
    let mut statement = db.prepare_cached(&format!(
        "SELECT cmd, actor, body FROM (SELECT * FROM event ORDER BY pos DESC LIMIT :within) AS event
         WHERE (actor = :login OR instr(body, '\"undoes\":') > 0) AND proof NOT IN ('timer', 'import')
           AND kind IN ('record.created', 'record.changed') AND {}
         ORDER BY pos DESC",
        super::kinds::undoable()?
    ))?;
    let mut rows = statement.query(named_params! { ":within": within, ":login": login.as_str() })?;
    let mut undone = HashSet::new();
    while let Some(row) = rows.next()? {
        let cmd: CmdId = row.get("cmd")?;
        if undone.contains(&cmd) {
            continue;
        }
        let body = row.get_ref("body")?.as_str_or_null()?.and_then(Body::read);
        match body.and_then(|body| body.undoes) {
            Some(target) => {
                undone.insert(target);
            }
            None if row.get_ref("actor")?.as_str()? == login.as_str() => return Ok(Some(cmd)),
            None => {}
        }
    }
    Ok(None)
}

/// The aggregates that a command changed, among the newest `within` events.
fn aggregates_of(db: &Connection, cmd: CmdId, within: u32) -> Result<Vec<AggId>> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT agg FROM (SELECT agg, cmd FROM event ORDER BY pos DESC LIMIT :within) WHERE cmd = :cmd",
    )?;
    let rows = statement.query_map(named_params! { ":within": within, ":cmd": cmd }, |row| row.get("agg"))?;
    rows.collect::<rusqlite::Result<_>>().context("reading what a command changed")
}

/// Position of the newest event; 0 in an empty journal.
pub fn last_pos(db: &Connection) -> Result<i64> {
    db.prepare_cached("SELECT coalesce(max(pos), 0) FROM event")?
        .query_row([], |row| row.get(0))
        .context("reading the end of the journal")
}

/// The chain of one origin, recomputed link by link. Calls `progress` with the number checked so far.
pub fn check_chain(db: &Connection, oid: i64, mut progress: impl FnMut(u64)) -> Result<Vec<String>> {
    let (origin, head_seq, head_hash): (OriginId, i64, [u8; 32]) =
        db.query_row("SELECT origin, head_seq, head_hash FROM origin WHERE oid = ?1", [oid], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let mut statement = db.prepare("SELECT * FROM event WHERE oid = ?1 ORDER BY seq")?;
    let mut rows = statement.query([oid])?;
    let (mut seq, mut hash, mut wrong) = (0i64, [0u8; 32], Vec::new());
    while let Some(row) = rows.next()? {
        seq += 1;
        let stored: i64 = row.get("seq")?;
        if stored != seq {
            wrong.push(format!("origin {origin}: event {seq} is missing; the next one is {stored}"));
            return Ok(wrong);
        }
        let bhash: [u8; 32] = row.get("bhash")?;
        let salt: Option<Vec<u8>> = row.get("salt")?;
        match (salt, row.get_ref("body")?.as_str_or_null()?) {
            (Some(salt), Some(body)) if body_hash(&salt, body) != bhash => {
                wrong.push(format!("origin {origin}: the body of event {seq} is not the one that was written"));
            }
            (None, _) | (_, None) if !erased(db, origin, seq)? => {
                wrong.push(format!("origin {origin}: the body of event {seq} is gone and no redaction ordered it"));
            }
            _ => {}
        }
        hash = header_of(row, origin, bhash)?.link(&hash);
        if row.get::<_, [u8; 32]>("hash")? != hash {
            wrong.push(format!("origin {origin}: event {seq} does not continue the chain"));
            hash = row.get("hash")?;
        }
        progress(seq as u64);
    }
    if seq != head_seq || hash != head_hash {
        wrong.push(format!("origin {origin}: the head names event {head_seq} and the chain ends at {seq}"));
    }
    Ok(wrong)
}

/// Was the body of that event erased by an order?
fn erased(db: &Connection, origin: OriginId, seq: i64) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM redaction WHERE origin = ?1 AND seq = ?2")?
        .query_row(params![origin, seq], |_| Ok(()))
        .optional()
        .map(|found| found.is_some())
        .context("looking for a redaction")
}

/// The header of a row of the journal.
pub fn header_of<'a>(row: &'a Row<'_>, origin: OriginId, bhash: [u8; 32]) -> Result<Header<'a>> {
    Ok(Header {
        origin,
        seq: row.get("seq")?,
        hlc: row.get("hlc")?,
        wall: row.get("wall")?,
        agg: row.get("agg")?,
        cmd: row.get("cmd")?,
        ver: row.get("ver")?,
        scope: row.get_ref("scope")?.as_str()?,
        kind: row.get_ref("kind")?.as_str()?,
        actor: row.get_ref("actor")?.as_str()?,
        proof: row.get_ref("proof")?.as_str()?,
        bhash,
    })
}

fn select_where(condition: &str) -> String {
    format!("{SELECT}{condition}")
}
