//! Reading one record: by number or identity, with its worklog, escalations, conflicts, links and history.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::convert::{word, word_opt};
use super::view::View;
use super::{Store, journal, view};
use crate::domain::change_record::ChangeRecord;
use crate::domain::command::Case;
use crate::domain::escalation::{Escalation, EscalationState, Proposal, ReturnCode};
use crate::domain::event::Event;
use crate::domain::fold::{Conflict, Folded, Worklog, fold};
use crate::domain::id::AggId;
use crate::domain::incident::Visibility;
use crate::domain::number::{Kind, Number};
use crate::domain::problem::Problem;
use crate::domain::text::Login;
use crate::domain::ticket::{LinkKind, Ticket};
use crate::domain::time::Instant;

/// A worklog entry as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub at: Instant,
    pub actor: String,
    pub vis: Visibility,
    pub text: String,
}

impl From<&Worklog> for Entry {
    fn from(entry: &Worklog) -> Self {
        Self { at: entry.at, actor: entry.actor.to_string(), vis: entry.vis, text: entry.text.clone() }
    }
}

/// A link to or from a record, with the other record's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    pub kind: LinkKind,
    /// False when the other record links to this one.
    pub outward: bool,
    pub agg: AggId,
    pub name: String,
    pub title: String,
}

impl Store {
    /// Identities of the records of that number; more than one only after two stores met under one code.
    pub fn find(&self, number: &Number) -> Result<Vec<AggId>> {
        find(&self.db, number)
    }

    /// The record as it stands.
    pub fn case(&self, agg: AggId) -> Result<Option<Case>> {
        Ok(view::load::<Ticket>(&self.db, agg)?.map(|kept| Case { agg, is: kept.folded }))
    }

    /// The record as it stood at an instant: its events up to then, folded.
    pub fn case_at(&self, agg: AggId, at: Instant) -> Result<Option<(Case, Vec<Entry>)>> {
        let mut events = journal::events_of(&self.db, agg)?;
        events.retain(|event| event.at <= at);
        let is: Folded<Ticket> = fold(&events);
        let entries = is.worklogs.iter().map(Entry::from).collect();
        Ok(is.created.then_some((Case { agg, is }, entries)))
    }

    /// Worklog of a record, oldest first.
    pub fn worklog(&self, agg: AggId) -> Result<Vec<Entry>> {
        worklog(&self.db, Ticket::TABLE, agg)
    }

    /// Every event of an aggregate, in its order: history and audit.
    pub fn history(&self, agg: AggId) -> Result<Vec<Event>> {
        journal::events_of(&self.db, agg)
    }

    /// Incidents and requests that were opened in `[from, until)`: of the past by index, of the queues all that stand
    /// there.
    pub fn opened_between(&self, from: Instant, until: Instant) -> Result<Vec<AggId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT agg FROM ticket WHERE shelf = 0 AND opened_at >= :from AND opened_at < :until AND kind <> 'task'
             UNION ALL
             SELECT agg FROM ticket INDEXED BY ticket_queue
              WHERE shelf > 0 AND opened_at >= :from AND opened_at < :until AND kind <> 'task'",
        )?;
        let rows = statement.query_map(named_params! { ":from": from, ":until": until }, |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>().context("looking for tickets by the day they were opened")
    }

    /// Links from and to a record.
    pub fn links(&self, agg: AggId) -> Result<Vec<Linked>> {
        let mut statement = self.db.prepare_cached(
            "SELECT link.kind AS link, 1 AS outward, other.agg AS agg, other.kind, other.code, other.n, other.title
               FROM ticket AS me JOIN link ON link.rid = me.rid JOIN ticket AS other ON other.agg = link.target
              WHERE me.agg = :agg
             UNION ALL
             SELECT link.kind, 0, other.agg, other.kind, other.code, other.n, other.title
               FROM link JOIN ticket AS other ON other.rid = link.rid WHERE link.target = :agg
             UNION ALL
             SELECT link.kind, 1, other.agg, 'problem', other.code, other.n, other.title
               FROM ticket AS me JOIN link ON link.rid = me.rid JOIN problem AS other ON other.agg = link.target
              WHERE me.agg = :agg
             UNION ALL
             SELECT link.kind, 1, other.agg, 'change', other.code, other.n, other.title
               FROM ticket AS me JOIN link ON link.rid = me.rid JOIN change AS other ON other.agg = link.target
              WHERE me.agg = :agg",
        )?;
        let rows = statement.query_map(named_params! { ":agg": agg }, |row| {
            Ok(Linked {
                kind: word(row, "link", LinkKind::from_word)?,
                outward: row.get("outward")?,
                agg: row.get("agg")?,
                name: number_of(row)?,
                title: row.get("title")?,
            })
        })?;
        rows.collect::<rusqlite::Result<_>>().context("reading the links of a record")
    }

    /// Identities of the tasks of a record, oldest first.
    pub fn tasks(&self, parent: AggId) -> Result<Vec<AggId>> {
        tasks(&self.db, parent)
    }

    /// What is known of a ticket that was imported under that name.
    pub fn imported(&self, from: &str) -> Result<Option<Imported>> {
        imported(&self.db, from)
    }

    /// Identities of the records after a place, oldest first, each with its own place: for going through all.
    pub fn records_after(&self, place: i64, limit: u32) -> Result<Vec<(i64, AggId)>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT rid, agg FROM ticket WHERE rid > ?1 AND created = 1 ORDER BY rid LIMIT ?2")?;
        let rows = statement.query_map(params![place, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<rusqlite::Result<_>>().context("going through the records")
    }
}

/// Worklog of a record of that table, oldest first.
pub fn worklog(db: &Connection, table: &str, agg: AggId) -> Result<Vec<Entry>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT at, actor, vis, text FROM worklog
         WHERE rid = (SELECT rid FROM {table} WHERE agg = ?1) ORDER BY at, wid"
    ))?;
    let rows = statement.query_map([agg], |row| {
        Ok(Entry {
            at: row.get("at")?,
            actor: row.get("actor")?,
            vis: word(row, "vis", Visibility::from_word)?,
            text: row.get("text")?,
        })
    })?;
    rows.collect::<rusqlite::Result<_>>().context("reading a worklog")
}

/// Identities of the records of that number.
pub fn find(db: &Connection, number: &Number) -> Result<Vec<AggId>> {
    let (table, kind) = kept_in(number.kind);
    let sql = format!("SELECT agg FROM {table} WHERE {kind} = :kind AND code = :code AND n = :n ORDER BY rid");
    let mut statement = db.prepare_cached(&sql)?;
    let parameters = named_params! { ":kind": number.kind.word(), ":code": number.site.as_str(), ":n": number.n };
    let rows = statement.query_map(parameters, |row| row.get(0))?;
    rows.collect::<rusqlite::Result<_>>().with_context(|| format!("looking for {number}"))
}

/// The table that has the records of a kind, and what says the kind in it.
pub const fn kept_in(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Problem => (Problem::TABLE, "'problem'"),
        Kind::Change => (ChangeRecord::TABLE, "'change'"),
        Kind::Incident | Kind::Request | Kind::Task => (Ticket::TABLE, "kind"),
    }
}

/// A ticket of another system, as far as it was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    pub agg: AggId,
    /// Time of the last step that was imported.
    pub last: Instant,
    /// Someone of this desk has written to it since; timers do not count.
    pub worked_on: bool,
}

/// What is known of a ticket that was imported under that name.
pub fn imported(db: &Connection, from: &str) -> Result<Option<Imported>> {
    db.prepare_cached(
        "SELECT agg, (SELECT max(wall) FROM event WHERE event.agg = ticket.agg AND proof = 'import') AS last,
                EXISTS (SELECT 1 FROM event WHERE event.agg = ticket.agg AND proof NOT IN ('import', 'timer', 'rule')) AS worked_on
         FROM ticket WHERE imported_from = ?1 ORDER BY rid LIMIT 1",
    )?
    .query_row([from], |row| {
        let last = row.get::<_, Option<i64>>("last")?.unwrap_or(0);
        Ok(Imported { agg: row.get("agg")?, last: Instant::from_millis(last), worked_on: row.get("worked_on")? })
    })
    .optional()
    .context("looking for an imported ticket")
}

/// The number of a row that has `kind`, `code` and `n`, as people write it.
pub fn number_of(row: &Row<'_>) -> rusqlite::Result<String> {
    let kind = word(row, "kind", crate::domain::number::Kind::from_word)?;
    Ok(number_text(kind, row.get_ref("code")?.as_str()?, row.get("n")?))
}

/// A number from its parts; 0 while the record's first event is missing.
pub fn number_text(kind: crate::domain::number::Kind, code: &str, n: u32) -> String {
    match (code, n) {
        (_, 0) => "(incomplete)".to_owned(),
        ("", n) => format!("{}-{n}", kind.prefix()),
        (code, n) => format!("{}-{code}-{n}", kind.prefix()),
    }
}

/// Escalations of a record, first to last.
pub fn escalations(db: &Connection, rid: i64) -> Result<Vec<Escalation>> {
    let mut statement = db.prepare_cached("SELECT * FROM escalation WHERE rid = ?1 ORDER BY nth")?;
    let rows = statement.query_map([rid], read_escalation)?;
    rows.collect::<rusqlite::Result<_>>().context("reading the escalations of a record")
}

/// An escalation from a row that has all its columns.
pub fn read_escalation(row: &Row<'_>) -> rusqlite::Result<Escalation> {
    let proposal: Proposal = serde_json::from_str(row.get_ref("proposal")?.as_str()?)
        .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, cause.into()))?;
    Ok(Escalation {
        id: row.get("id")?,
        state: word(row, "state", EscalationState::from_word)?,
        proposal,
        proposed_by: Login::stored(row.get("proposed_by")?),
        proposed_at: row.get("proposed_at")?,
        decided_by: row.get::<_, Option<String>>("decided_by")?.map(Login::stored),
        decided_at: row.get("decided_at")?,
        decision_note: row.get("decision_note")?,
        return_code: word_opt(row, "return_code", ReturnCode::from_word)?,
        deferred_until: row.get("deferred_until")?,
        handed_back_at: row.get("handed_back_at")?,
        reviewed_at: row.get("reviewed_at")?,
    })
}

/// Conflicts of a record.
pub fn conflicts(db: &Connection, rid: i64) -> Result<Vec<Conflict>> {
    let mut statement = db.prepare_cached("SELECT * FROM conflict WHERE rid = ?1 ORDER BY origin, seq, field")?;
    let rows = statement.query_map([rid], |row| {
        Ok(Conflict {
            origin: row.get("origin")?,
            seq: row.get("seq")?,
            field: row.get("field")?,
            kept: row.get("kept")?,
            lost: row.get("lost")?,
            acked: row.get("acked")?,
        })
    })?;
    rows.collect::<rusqlite::Result<_>>().context("reading the conflicts of a record")
}

/// Identities of the records that a statement finds, in its order.
pub fn identities(db: &Connection, sql: &str, parameters: &[(&str, &dyn rusqlite::ToSql)]) -> Result<Vec<AggId>> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(parameters, |row| row.get(0))?;
    rows.collect::<rusqlite::Result<_>>().context("looking for records")
}

/// Identities of the tasks of a record, oldest first.
pub fn tasks(db: &Connection, parent: AggId) -> Result<Vec<AggId>> {
    let mut statement =
        db.prepare_cached("SELECT agg FROM ticket INDEXED BY ticket_task WHERE parent = ?1 ORDER BY rid")?;
    let rows = statement.query_map([parent], |row| row.get(0))?;
    rows.collect::<rusqlite::Result<_>>().context("reading the tasks of a record")
}

/// The record that a task belongs to.
pub fn parent(db: &Connection, agg: AggId) -> Result<Option<AggId>> {
    db.prepare_cached("SELECT parent FROM ticket WHERE agg = ?1")?
        .query_row([agg], |row| row.get(0))
        .optional()
        .map(Option::flatten)
        .context("reading the parent of a task")
}

/// Incidents alike logged since an instant; cancelled ones and duplicates are not counted.
pub fn alike(db: &Connection, ticket: &Ticket, since: Instant) -> Result<i64> {
    let Some(cluster) = view::ticket::cluster(ticket) else { return Ok(1) };
    db.prepare_cached(
        "SELECT count(*) FROM ticket WHERE cluster = :cluster AND logged_at >= :since AND state <> 'cancelled'
           AND marks & 1 = 0",
    )?
    .query_row(named_params! { ":cluster": cluster, ":since": since }, |row| row.get(0))
    .context("counting incidents alike")
}

/// Civil dates (UTC) on which someone of the desk wrote to the requester.
pub fn contact_days(db: &Connection, agg: AggId) -> Result<usize> {
    db.prepare_cached(
        "SELECT count(DISTINCT at / 86400) FROM worklog
         WHERE rid = (SELECT rid FROM ticket WHERE agg = ?1) AND vis = ?2",
    )?
    .query_row(params![agg, Visibility::Requester.word()], |row| row.get::<_, i64>(0))
    .map(|days| usize::try_from(days).unwrap_or(0))
    .context("counting the attempts to reach the requester")
}
