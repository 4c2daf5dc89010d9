//! Making every view again from the journal. A killed rebuild starts again at the next open.

use std::time::{Duration, Instant as Clock};

use anyhow::{Context, Result};
use rusqlite::{Connection, TransactionBehavior, named_params};

use super::kinds::{self, Visit};
use super::lock::Turn;
use super::view::View;
use super::{Store, VIEW_VERSION, journal, search, view};
use crate::domain::event::Event;
use crate::domain::fold::fold;
use crate::domain::id::AggId;

/// Longest time that one transaction takes. Pages that are written again within one go into the log once.
const SLICE: Duration = Duration::from_millis(500);
/// The views grow at many places at once, and their records stay where the journal found them, not in their order.
/// Zeroing what was deleted would write every old view once more; what was erased went with its redaction.
const BULK: &str = "PRAGMA cache_size = -65536; PRAGMA secure_delete = FAST; PRAGMA synchronous = NORMAL;";

/// What a rebuild is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Folds the events into the views.
    Views,
    /// Indexes the texts of the tickets; all events are folded.
    Texts,
}

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub phase: Phase,
    /// Events folded.
    pub done: u64,
    pub total: u64,
}

/// What hangs on the rows of aggregates, and what is made of all of them.
const EMPTY: &str = "DELETE FROM item; DELETE FROM link; DELETE FROM worklog; DELETE FROM escalation;
    DELETE FROM conflict; DELETE FROM badge; DELETE FROM ticket_text;";

/// Rebuilds when the views are of another version, or a rebuild was cut short.
pub fn at_need(store: &mut Store) -> Result<()> {
    if current(store)? {
        return Ok(());
    }
    // Another process may be at it, or done by the time that it is our turn.
    let turn = store.queue.take()?;
    if current(store)? { Ok(()) } else { rebuild_in(store, &turn, |_| {}) }
}

/// Are the views whole and of this version?
fn current(store: &Store) -> Result<bool> {
    let (version, state): (i64, String) =
        store.db.query_row("SELECT view_version, view_state FROM meta", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(version == VIEW_VERSION && state == "ready")
}

/// Drops the views and folds every aggregate again. Writers wait for all of it; readers get in between the slices.
pub fn rebuild(store: &mut Store, progress: impl FnMut(Progress)) -> Result<()> {
    let turn = store.queue.take()?;
    rebuild_in(store, &turn, progress)
}

fn rebuild_in(store: &mut Store, turn: &Turn, progress: impl FnMut(Progress)) -> Result<()> {
    store.db.execute_batch(BULK).context("preparing to write every view")?;
    let done = each_view(store, turn, progress);
    store.db.execute_batch(super::open::WRITING).context("going on as before")?;
    done
}

fn each_view(store: &mut Store, _turn: &Turn, mut progress: impl FnMut(Progress)) -> Result<()> {
    let total = u64::try_from(journal::last_pos(&store.db)?).unwrap_or(0);
    slice(store, |db| {
        db.execute_batch("UPDATE meta SET view_state = 'rebuilding';")?;
        for table in kinds::TABLES {
            db.execute_batch(&format!("DELETE FROM {table};")).context("emptying the views")?;
        }
        db.execute_batch(EMPTY).context("emptying the views")
    })?;
    let (mut after, mut done) = (None, 0);
    loop {
        let next = slice(store, |db| {
            let began = Clock::now();
            journal::each_aggregate(db, after, |agg, events| {
                rebuild_one(db, agg, events)?;
                done += events.len() as u64;
                Ok(began.elapsed() < SLICE)
            })
        })?;
        progress(Progress { phase: Phase::Views, done, total });
        match next {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    index_texts(store, || progress(Progress { phase: Phase::Texts, done, total }))?;
    slice(store, |db| {
        db.execute_batch(&format!("INSERT INTO badge (shelf, owner, n) {BADGES};")).context("counting the badges")?;
        db.prepare_cached("UPDATE meta SET view_state = 'ready', view_version = :version")?
            .execute(named_params! { ":version": VIEW_VERSION })?;
        Ok(())
    })
}

/// The numbers on the tabs, counted from the views.
pub const BADGES: &str = "
    SELECT shelf, '*' AS owner, count(*) AS n FROM ticket WHERE shelf > 0 GROUP BY shelf
    UNION ALL
    SELECT shelf, coalesce(assignee, ''), count(*) FROM ticket WHERE shelf > 0 GROUP BY shelf, assignee
    UNION ALL
    SELECT shelf, '!', count(*) FROM ticket WHERE shelf > 0 AND vip = 1 GROUP BY shelf
    UNION ALL
    SELECT to_tier, '>', count(*) FROM escalation WHERE state = 'proposed' GROUP BY to_tier";

/// Folds one aggregate into its view.
pub fn rebuild_one(db: &Connection, agg: AggId, events: &[Event]) -> Result<()> {
    struct One<'a>(&'a Connection, AggId, &'a [Event]);
    impl Visit for One<'_> {
        type Out = Result<()>;
        fn visit<F: View>(&mut self) -> Result<()> {
            let first = self.2.iter().map(|event| event.pos).min().unwrap_or(0);
            view::insert::<F>(self.0, self.1, first, &fold(self.2))
        }
    }
    match kinds::type_of(events) {
        Some(word) => kinds::of_type(word, &mut One(db, agg, events)),
        None => Ok(()),
    }
}

fn index_texts(store: &mut Store, mut progress: impl FnMut()) -> Result<()> {
    let mut after = 0i64;
    loop {
        progress();
        let last = slice(store, |db| {
            let began = Clock::now();
            let mut statement = db.prepare_cached("SELECT rid, shelf FROM ticket WHERE rid > ?1 ORDER BY rid")?;
            let mut rows = statement.query([after])?;
            while let Some(row) = rows.next()? {
                let rid: i64 = row.get(0)?;
                search::add(db, rid, row.get(1)?)?;
                if began.elapsed() > SLICE {
                    return Ok(Some(rid));
                }
            }
            Ok(None)
        })?;
        match last {
            Some(rid) => after = rid,
            None => return Ok(()),
        }
    }
}

/// One transaction of a rebuild, short enough for readers and for the log.
fn slice<T>(store: &mut Store, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let tx = store.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let out = work(&tx)?;
    tx.commit()?;
    Ok(out)
}
