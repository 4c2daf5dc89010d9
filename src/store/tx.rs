//! One write transaction: the turn in the writer queue, what a decision reads, what it appends, the commit.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params};

use super::calendar::Calendars;
use super::journal::{self, Draft, Head};
use super::lock::Turn;
use super::people::ContactRow;
use super::record::Imported;
use super::view::{Kept, View};
use super::{Store, StoreError, anchor, change, fact, fresh, kinds, major, overlap, people, problem, record, view};
use crate::domain::change::{Act, Change};
use crate::domain::change_record::ChangeRecord;
use crate::domain::clock::Timetables;
use crate::domain::clock::timetable::Timetable;
use crate::domain::clock::version::CalendarId;
use crate::domain::command::{Case, Lookup};
use crate::domain::event::{Body, Event, EventKind, Proof, Write};
use crate::domain::fold::{Folded, fold};
use crate::domain::id::{AggId, CmdId, StoreId};
use crate::domain::install::endpoint::Endpoint;
use crate::domain::number::{Kind, Number, SiteCode};
use crate::domain::overlap::Around;
use crate::domain::problem::Problem;
use crate::domain::role::User;
use crate::domain::text::{Label, Login};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;

/// Who writes, how the name is known, under which command, at which time.
#[derive(Debug, Clone)]
pub struct Author<'a> {
    pub login: &'a Login,
    pub proof: Proof,
    pub cmd: CmdId,
    /// When it happened: now, a timer's due instant, or a time of the past that an import tells of.
    pub at: Instant,
}

/// A write transaction. Dropped without [`commit`](Self::commit), nothing of it is left.
pub struct Tx<'s> {
    tx: Transaction<'s>,
    head: Head,
    path: &'s Path,
    code: SiteCode,
    store: StoreId,
    now_ms: i64,
    calendars: &'s Calendars,
    /// The first reading for a decision that failed; nothing may be decided on what it did not see.
    unread: RefCell<Option<anyhow::Error>>,
    _turn: Turn,
}

impl Store {
    /// Waits for the turn to write and begins. `now_ms` is the real clock.
    pub fn begin(&mut self, now_ms: i64) -> Result<Tx<'_>> {
        self.begin_when(|| now_ms)
    }

    /// As [`begin`](Self::begin), with a clock that is read when the turn has come: waiting may take seconds, and
    /// what is written must not look older than what others wrote meanwhile.
    pub fn begin_when(&mut self, clock: impl FnOnce() -> i64) -> Result<Tx<'_>> {
        let turn = self.queue.take()?;
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).context("beginning to write")?;
        let state: String = tx.prepare_cached("SELECT view_state FROM meta")?.query_row([], |row| row.get(0))?;
        if super::epoch(&tx)? != self.epoch || state != "ready" {
            return Err(StoreError::Upgraded.into());
        }
        let head = journal::head(&tx)?;
        let now_ms = clock();
        Ok(Tx {
            tx,
            head,
            path: &self.path,
            code: self.code.clone(),
            store: self.store,
            now_ms,
            calendars: &self.calendars,
            unread: RefCell::new(None),
            _turn: turn,
        })
    }
}

impl Tx<'_> {
    /// The real clock at the beginning, in milliseconds.
    pub const fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// The user of an account as it stands in this transaction.
    pub fn account(&self, login: &Login) -> Result<Option<User>> {
        people::user(&self.tx, login)
    }

    /// Every user, by account.
    pub fn users(&self) -> Result<Vec<User>> {
        people::users(&self.tx)
    }

    /// The policy file in force; `None` until one was adopted.
    pub fn policy_text(&self) -> Result<Option<String>> {
        people::policy_text(&self.tx)
    }

    /// The contact whose handle, address or name is exactly this, in any case; the oldest of several.
    pub fn contact_named(&self, text: &str) -> Result<Option<ContactRow>> {
        people::contact_named(&self.tx, text)
    }

    /// The connection, for the statements of other files of this room.
    pub(super) fn db(&self) -> &Connection {
        &self.tx
    }

    /// The record as it stands, with its escalations; `None` if there is none.
    pub fn case(&self, agg: AggId) -> Result<Option<Case>> {
        Ok(view::load::<Ticket>(&self.tx, agg)?.map(|kept| Case { agg, is: kept.folded }))
    }

    /// The problem as it stands; `None` if there is none.
    pub fn problem_case(&self, agg: AggId) -> Result<Option<Case<Problem>>> {
        problem::load(&self.tx, agg)
    }

    /// The change as it stands; `None` if there is none.
    pub fn change_case(&self, agg: AggId) -> Result<Option<Case<ChangeRecord>>> {
        change::load(&self.tx, agg)
    }

    /// The problems whose fix in progress is that change, oldest first.
    pub fn fixed_by(&self, change: AggId) -> Result<Vec<AggId>> {
        change::fixed_by(&self.tx, change)
    }

    /// The word of the type whose table has that aggregate; `None` if none has.
    pub fn kept_as(&self, agg: AggId) -> Result<Option<&'static str>> {
        kinds::kept_as(&self.tx, agg)
    }

    /// The tasks of a record, oldest first.
    pub fn tasks_of(&self, parent: AggId) -> Result<Vec<Case>> {
        let tasks = record::tasks(&self.tx, parent)?;
        let cases = tasks.into_iter().map(|agg| self.case(agg));
        Ok(cases.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// The record that a task belongs to; `None` for every other record.
    pub fn parent_of(&self, agg: AggId) -> Result<Option<AggId>> {
        record::parent(&self.tx, agg)
    }

    /// An aggregate as it stands; a fresh one if there is none.
    pub fn folded<F: View>(&self, agg: AggId) -> Result<Folded<F>> {
        Ok(view::load::<F>(&self.tx, agg)?.map(|kept| kept.folded).unwrap_or_default())
    }

    /// The number that the next record of a type gets.
    pub fn next_number(&self, kind: Kind) -> Result<Number> {
        let rotated: bool = self
            .tx
            .prepare_cached("SELECT gen > 1 FROM origin WHERE oid = (SELECT local_oid FROM meta)")?
            .query_row([], |row| row.get(0))?;
        let (table, of_kind) = record::kept_in(kind);
        let sql = format!(
            "SELECT n, (SELECT oid FROM event WHERE pos = rid) = (SELECT local_oid FROM meta) FROM {table}
             WHERE {of_kind} = :kind AND code = :code ORDER BY n DESC LIMIT 1"
        );
        let last: Option<(i64, bool)> = self
            .tx
            .prepare_cached(&sql)?
            .query_row(named_params! { ":kind": kind.word(), ":code": self.code.as_str() }, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (last, ours) = last.unwrap_or((0, false));
        // A store that was copied skips to the next hundred once, so that the copy's numbers are never met.
        let n = if rotated && !ours { (last / 100 + 1) * 100 } else { last + 1 };
        let n = u32::try_from(n).context("the counter of record numbers is used up")?;
        Ok(Number { kind, site: self.code.clone(), n })
    }

    /// The store that new records are at home in.
    pub const fn home(&self) -> StoreId {
        self.store
    }

    /// Journals a change and folds it into the views. Returns the state after it.
    pub fn append<F: View>(
        &mut self,
        agg: AggId,
        before: &Folded<F>,
        change: &Change<F>,
        author: &Author<'_>,
    ) -> Result<Folded<F>> {
        self.append_body(agg, before, change.body(before, author.cmd, agg), author)
    }

    /// As [`append`](Self::append), but nothing is journaled when nothing would change. Was anything?
    pub fn append_difference<F: View>(
        &mut self,
        agg: AggId,
        before: &Folded<F>,
        change: &Change<F>,
        author: &Author<'_>,
    ) -> Result<bool> {
        let differs = !change.is_empty(&before.fields);
        if differs {
            self.append(agg, before, change, author)?;
        }
        Ok(differs)
    }

    /// As [`append`](Self::append), for a body made elsewhere: an undo.
    pub fn append_body<F: View>(
        &mut self,
        agg: AggId,
        before: &Folded<F>,
        body: Body,
        author: &Author<'_>,
    ) -> Result<Folded<F>> {
        let event = self.journal(agg, before.created, &body, author)?;
        let folded = if before.takes(&event) {
            let mut folded = Folded { worklogs: Vec::new(), ..before.clone() };
            folded.take(&event);
            view::save(&self.tx, agg, event.pos, &folded, view::Extent::Added)?;
            folded
        } else {
            let folded = fold::<F>(&journal::events_of(&self.tx, agg)?);
            view::save(&self.tx, agg, event.pos, &folded, view::Extent::Whole)?;
            folded
        };
        Ok(folded)
    }

    /// Journals the past of a record, step by step, then writes its views once: for imports. `next` sees the state
    /// before each step and ends the history with `None`. `before` is the record as it stands; a fresh one is new.
    pub fn append_history<'p>(
        &mut self,
        agg: AggId,
        before: Folded<Ticket>,
        next: &mut Next<'_, 'p>,
    ) -> Result<Folded<Ticket>> {
        let mut folded = Folded { worklogs: Vec::new(), ..before };
        let mut first = None;
        while let Some(Past { author, change }) = next(&folded, &*self) {
            let body = change.body(&folded, author.cmd, agg);
            let event = self.journal(agg, folded.created, &body, &author)?;
            first.get_or_insert(event.pos);
            folded.take(&event);
        }
        if let Some(pos) = first {
            view::save(&self.tx, agg, pos, &folded, view::Extent::Added)?;
        }
        Ok(folded)
    }

    /// Journals that a file was taken in: its facts by name, as values.
    pub fn append_imported(&mut self, facts: &[(&str, serde_json::Value)], author: &Author<'_>) -> Result<()> {
        let written = |value: &serde_json::Value| Write { from: serde_json::Value::Null, to: value.clone(), seen: 0 };
        let body = Body {
            act: Act::Import.word().to_owned(),
            set: facts.iter().map(|(name, value)| ((*name).to_owned(), written(value))).collect(),
            ..Body::default()
        };
        self.append_kind(fresh(), EventKind::DataImported, &body, author)?;
        Ok(())
    }

    /// Identities of the records of that number.
    pub fn find(&self, number: &Number) -> Result<Vec<AggId>> {
        record::find(&self.tx, number)
    }

    /// What is known of a ticket that was imported under that name.
    pub fn imported(&self, from: &str) -> Result<Option<Imported>> {
        record::imported(&self.tx, from)
    }

    /// The oldest active contact with that address, in any case.
    pub fn contact_by_email(&self, email: &str) -> Result<Option<AggId>> {
        people::contact_by_email(&self.tx, email)
    }

    fn journal(&mut self, agg: AggId, created: bool, body: &Body, author: &Author<'_>) -> Result<Event> {
        let kind = if created { EventKind::RecordChanged } else { EventKind::RecordCreated };
        self.append_kind(agg, kind, body, author)
    }

    /// The fault behind a decision, if a reading for it failed. To be asked before a refusal is believed; every write
    /// asks too.
    pub fn sound(&self) -> Result<()> {
        self.unread.take().map_or(Ok(()), Err)
    }

    /// A reading for a decision, which has no place for a fault: that is kept for later.
    fn seen<T: Default>(&self, read: Result<T>) -> T {
        read.unwrap_or_else(|fault| {
            self.unread.borrow_mut().get_or_insert(fault);
            T::default()
        })
    }

    fn append_kind(&mut self, agg: AggId, kind: EventKind, body: &Body, author: &Author<'_>) -> Result<Event> {
        self.sound()?;
        let draft = Draft {
            agg,
            cmd: author.cmd,
            kind,
            actor: author.login,
            proof: author.proof,
            body,
            wall_ms: author.at.0.saturating_mul(1_000),
            now_ms: self.now_ms,
        };
        journal::append(&self.tx, &mut self.head, &draft)
    }

    /// All events of one aggregate in their order.
    pub fn events_of(&self, agg: AggId) -> Result<Vec<Event>> {
        journal::events_of(&self.tx, agg)
    }

    /// Makes it durable, then names the new head in the anchor while it is still this writer's turn, so that an
    /// older head is never written over a newer one.
    pub fn commit(self) -> Result<()> {
        self.sound()?;
        let Self { tx, head, path, _turn, .. } = self;
        tx.commit().context("making the change durable")?;
        // It is written; an anchor that stays behind does no harm and must not make it look refused.
        let _ = anchor::write(path, &head);
        Ok(())
    }
}

/// Gives the next step of a history, over the record as it stands; `None` ends it.
pub type Next<'n, 'p> = dyn FnMut(&Folded<Ticket>, &dyn Timetables) -> Option<Past<'p>> + 'n;

/// One step of a history that is imported.
pub struct Past<'a> {
    pub author: Author<'a>,
    pub change: Change,
}

impl Timetables for Tx<'_> {
    fn timetable(&self, id: CalendarId) -> Option<Arc<Timetable>> {
        self.seen(self.calendars.timetable(&self.tx, id))
    }
}

impl Lookup for Tx<'_> {
    fn user(&self, login: &Login) -> Option<User> {
        self.seen(people::user(&self.tx, login))
    }
    fn supervisors(&self) -> Vec<User> {
        self.seen(people::supervisors(&self.tx))
    }
    fn ticket(&self, agg: AggId) -> Option<Ticket> {
        self.seen(view::load::<Ticket>(&self.tx, agg)).map(|Kept { folded, .. }| folded.fields)
    }
    fn tasks(&self, parent: AggId) -> Vec<Ticket> {
        self.seen(self.tasks_of(parent)).into_iter().map(|case| case.is.fields).collect()
    }
    fn contact_days(&self, agg: AggId) -> usize {
        self.seen(record::contact_days(&self.tx, agg))
    }
    fn endpoint(&self, host: &Label) -> Option<Endpoint> {
        self.seen(fact::endpoint(&self.tx, host))
    }
    fn around(&self, case: &Case) -> Around {
        self.seen(overlap::around(&self.tx, case))
    }
    fn alike(&self, ticket: &Ticket, since: Instant) -> i64 {
        self.seen(record::alike(&self.tx, ticket, since))
    }
    fn problem(&self, agg: AggId) -> Option<Problem> {
        self.seen(problem::load(&self.tx, agg)).map(|case| case.is.fields)
    }
    fn incidents_of(&self, problem: AggId) -> Vec<(AggId, Ticket)> {
        self.seen(problem::incidents_of(&self.tx, problem))
    }
    fn recurred(&self, problem: AggId, since: Instant) -> i64 {
        self.seen(problem::recurred(&self.tx, problem, since))
    }
    fn change(&self, agg: AggId) -> Option<ChangeRecord> {
        self.seen(change::load(&self.tx, agg)).map(|case| case.is.fields)
    }
    fn major_alike(&self, ticket: &Ticket, since: Instant) -> bool {
        self.seen(major::alike(&self.tx, ticket, since))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::New;

    #[test]
    fn the_clock_is_read_when_the_turn_has_come() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("desk.db");
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let mut store = Store::create(&path, &new, "ann", 1_790_000_000_000).unwrap();
        let tx = store.begin_when(|| {
            let other = Connection::open(&path).unwrap();
            other.busy_timeout(Duration::ZERO).unwrap();
            assert!(other.execute_batch("BEGIN IMMEDIATE").is_err(), "nobody else writes between clock and event");
            1_790_000_007_000
        });
        assert_eq!(tx.unwrap().now_ms(), 1_790_000_007_000);
    }
}
