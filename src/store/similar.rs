//! Resolved tickets like the one at hand, by key and by words, at a cost that does not grow with the desk.
//!
//! Ranking every text that has a common word would read a good part of the index. So each word gives its newest
//! texts only, the rarest words of all their texts; what those say together chooses a few, and only those are read and
//! compared.

use std::collections::HashMap;

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::convert::{word, word_opt};
use super::record::number_of;
use super::search::SHELF_SHIFT;
use super::{Store, view};
use crate::domain::cluster::Key;
use crate::domain::id::AggId;
use crate::domain::incident::{ResolutionCode, State};
use crate::domain::similar::{self, Term, Tie, likeness, terms, words_of};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;

/// Newest texts that are read of a word. A word with fewer is counted exactly. Small in tests, so that they go beyond.
const HITS: i64 = if cfg!(test) { 20 } else { 400 };
/// Texts that are read and compared with the one at hand.
const COMPARED: usize = 64;
/// Newest tickets that are read of a key.
const KEYED: i64 = 24;
/// Different keys of the same program and symptom that are looked at.
const KIN: usize = 12;
/// The first rowid of a text of an open ticket: below are those of the past.
const PAST_END: i64 = 1 << SHELF_SHIFT;

/// What tickets should be like.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    pub title: String,
    pub body: String,
    pub key: Option<Key>,
    /// The ticket that asks; it is not like itself.
    pub own: Option<AggId>,
}

impl Wanted {
    /// As a ticket says it.
    pub fn of(agg: AggId, ticket: &Ticket) -> Self {
        Self {
            title: ticket.title.to_string(),
            body: ticket.description.as_ref().map(ToString::to_string).unwrap_or_default(),
            key: Key::of(ticket),
            own: Some(agg),
        }
    }

    /// As someone typed it.
    pub fn text(text: &str) -> Self {
        Self { title: text.to_owned(), ..Self::default() }
    }
}

/// A resolved ticket like the one at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    pub agg: AggId,
    pub name: String,
    pub title: String,
    pub state: State,
    pub resolved_at: Option<Instant>,
    pub resolution_code: Option<ResolutionCode>,
    /// How it was resolved.
    pub resolution_note: Option<String>,
    pub tie: Tie,
    /// The words that both have.
    pub words: Vec<String>,
    /// What it is ranked by.
    pub points: f64,
}

impl Store {
    /// The resolved and closed incidents and requests most like that one, best first, at most `limit`.
    pub fn similar(&self, wanted: &Wanted, limit: usize) -> Result<Vec<Similar>> {
        let found = Found::by_words(&self.db, &wanted.title, &wanted.body)?;
        let mut rids = found.best(COMPARED);
        if let Some(key) = &wanted.key {
            rids.extend(keyed(&self.db, key)?);
        }
        rids.sort_unstable();
        rids.dedup();
        let mut similar = Vec::new();
        for rid in rids.into_iter().rev() {
            let Some(past) = Past::read(&self.db, rid)? else { continue };
            if wanted.own == Some(past.similar.agg) {
                continue;
            }
            similar.extend(past.compared(wanted, &found, rid));
        }
        // Newer ones come first already where points are equal.
        similar.sort_by(|one, other| other.points.total_cmp(&one.points));
        similar.truncate(limit);
        Ok(similar)
    }
}

/// What the index knows of the words of a text.
pub(super) struct Found {
    /// Words that resolved tickets have.
    terms: Vec<Term>,
    /// The same with those that none of them has, for other texts.
    pub(super) wide: Vec<Term>,
    /// Of every text that was met: the terms that it is known to have, as bits.
    texts: HashMap<i64, u32>,
}

impl Found {
    pub(super) fn by_words(db: &Connection, title: &str, body: &str) -> Result<Self> {
        let span = Span::of_past(db)?;
        let mut hits = HashMap::new();
        let mut counted = Vec::new();
        for word in words_of(title, body) {
            let rids = newest(db, &word)?;
            counted.push((word.clone(), span.count(&rids)));
            hits.insert(word, rids);
        }
        let met = counted.iter().map(|(word, n): &(String, f64)| (word.clone(), n.max(0.5))).collect();
        let (wide, terms) = (terms(met, span.tickets), terms(counted, span.tickets));
        let mut texts: HashMap<i64, u32> = HashMap::new();
        for (nth, term) in terms.iter().enumerate() {
            for rid in hits.get(&term.word).into_iter().flatten() {
                *texts.entry(*rid).or_default() |= 1 << nth;
            }
        }
        Ok(Self { terms, wide, texts })
    }

    /// The texts whose known words weigh most, newer ones first where they weigh the same.
    fn best(&self, most: usize) -> Vec<i64> {
        let weight = |bits: u32| -> f64 {
            let had = self.terms.iter().enumerate().filter(|(nth, _)| bits & 1 << nth != 0);
            had.map(|(_, term)| term.weight).sum()
        };
        let mut weighed: Vec<_> = self.texts.iter().map(|(rid, bits)| (weight(*bits), *rid)).collect();
        weighed.sort_unstable_by(|(a, newer), (b, older)| b.total_cmp(a).then(older.cmp(newer)));
        weighed.into_iter().take(most).map(|(_, rid)| rid).collect()
    }

    fn has(&self, rid: i64, nth: usize) -> bool {
        self.texts.get(&rid).is_some_and(|bits| bits & 1 << nth != 0)
    }
}

/// The newest texts of the past that have a word, newest first.
fn newest(db: &Connection, word: &str) -> Result<Vec<i64>> {
    // A word is letters and digits, so that quotes hold it.
    let query = format!("{{subject body notes}} : \"{word}\"");
    db.prepare_cached(
        "SELECT rowid FROM ticket_text WHERE ticket_text MATCH :query AND rowid < :end ORDER BY rowid DESC LIMIT :most",
    )?
    .query_map(named_params! { ":query": query, ":end": PAST_END, ":most": HITS }, |row| row.get(0))?
    .collect::<rusqlite::Result<_>>()
    .context("looking for texts that have a word")
}

/// The past as rids grow, from which numbers are estimated that would take long to count.
struct Span {
    newest: i64,
    oldest: i64,
    /// How many tickets it has.
    tickets: f64,
}

impl Span {
    fn of_past(db: &Connection) -> Result<Self> {
        let one = |sql: &str, nth: i64| -> Result<Option<i64>> {
            db.prepare_cached(sql)?.query_row([nth], |row| row.get(0)).optional().context("measuring the past")
        };
        let (down, up) = (
            "SELECT rid FROM ticket INDEXED BY ticket_past WHERE shelf = 0 ORDER BY rid DESC LIMIT 1 OFFSET ?1",
            "SELECT rid FROM ticket INDEXED BY ticket_past WHERE shelf = 0 ORDER BY rid LIMIT 1 OFFSET ?1",
        );
        let (newest, oldest) = (one(down, 0)?.unwrap_or(0), one(up, 0)?.unwrap_or(0));
        let mut span = Self { newest, oldest, tickets: 0.0 };
        span.tickets = match one(down, HITS - 1)? {
            Some(back) => span.stretched(back),
            None => HITS as f64,
        };
        Ok(span)
    }

    /// How many texts have a word with those newest ones: as many, if that is all, else as densely back to the start.
    fn count(&self, newest: &[i64]) -> f64 {
        match newest.last() {
            Some(back) if newest.len() as i64 == HITS => self.stretched(*back),
            _ => newest.len() as f64,
        }
    }

    /// So many as there are if the newest `HITS` reach back to that rid.
    fn stretched(&self, back: i64) -> f64 {
        let whole = (self.newest - self.oldest + 1) as f64;
        HITS as f64 * (whole / (self.newest - back + 1) as f64).max(1.0)
    }
}

/// The newest resolved tickets with the same key, and of every other key with the same program and symptom.
fn keyed(db: &Connection, key: &Key) -> Result<Vec<i64>> {
    let mut rids = of_key(db, &key.column())?;
    let Some([mut last, end]) = key.kin() else { return Ok(rids) };
    for _ in 0..KIN {
        let next: Option<String> = db
            .prepare_cached(
                "SELECT cluster FROM ticket INDEXED BY ticket_cluster
                 WHERE cluster IS NOT NULL AND cluster > :last AND cluster < :end
                 ORDER BY cluster LIMIT 1",
            )?
            .query_row(named_params! { ":last": last, ":end": end }, |row| row.get(0))
            .optional()
            .context("looking for keys of the same program")?;
        let Some(next) = next else { break };
        if rids.len() < COMPARED && next != key.column() {
            rids.extend(of_key(db, &next)?);
        }
        last = next;
    }
    Ok(rids)
}

fn of_key(db: &Connection, key: &str) -> Result<Vec<i64>> {
    db.prepare_cached(
        "SELECT rid FROM ticket INDEXED BY ticket_cluster
         WHERE cluster = :key AND state IN ('resolved', 'fulfilled', 'closed') ORDER BY logged_at DESC LIMIT :most",
    )?
    .query_map(named_params! { ":key": key, ":most": KEYED }, |row| row.get(0))?
    .collect::<rusqlite::Result<_>>()
    .context("looking for resolved tickets of the same key")
}

/// A ticket to compare with.
struct Past {
    similar: Similar,
    body: String,
    key: Option<Key>,
}

impl Past {
    /// Nothing if it is no resolved incident or request, or a duplicate: how that was resolved stands elsewhere.
    fn read(db: &Connection, rid: i64) -> Result<Option<Self>> {
        db.prepare_cached(
            "SELECT agg, kind, code, n, title, state, resolved_at, cluster,
                    detail ->> 'description' AS body, detail ->> 'resolution_note' AS note,
                    detail ->> 'resolution_code' AS how
             FROM ticket WHERE rid = :rid AND state IN ('resolved', 'fulfilled', 'closed') AND kind IN ('incident', 'request')
              AND marks & :duplicate = 0",
        )?
        .query_row(named_params! { ":rid": rid, ":duplicate": view::ticket::mark::DUPLICATE }, Self::of_row)
        .optional()
        .context("reading a resolved ticket")
    }

    fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let similar = Similar {
            agg: row.get("agg")?,
            name: number_of(row)?,
            title: row.get("title")?,
            state: word(row, "state", State::from_word)?,
            resolved_at: row.get("resolved_at")?,
            resolution_code: word_opt(row, "how", ResolutionCode::from_word)?,
            resolution_note: row.get("note")?,
            tie: Tie::Words,
            words: Vec::new(),
            points: 0.0,
        };
        let body = row.get::<_, Option<String>>("body")?.unwrap_or_default();
        let key = row.get::<_, Option<String>>("cluster")?.and_then(|text| Key::from_column(&text));
        Ok(Self { similar, body, key })
    }

    /// With points and reasons, if it is worth a line.
    fn compared(self, wanted: &Wanted, found: &Found, rid: i64) -> Option<Similar> {
        let tie = match (&wanted.key, &self.key) {
            (Some(one), Some(other)) => similar::tie(one, other),
            _ => Tie::Words,
        };
        let like = likeness(&found.terms, &self.similar.title, &self.body, |nth| found.has(rid, nth));
        let words = like.found.iter().map(|nth| found.terms[*nth].word.clone()).collect();
        like.shows(tie, found.terms.len()).then(|| Similar { tie, words, points: like.with(tie), ..self.similar })
    }
}

#[cfg(test)]
mod tests;
