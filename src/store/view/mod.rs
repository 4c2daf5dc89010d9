//! Rows of the derived tables, one noun a file; written by the fold only. A view can be dropped and made again from
//! the journal.

mod change;
mod cluster;
mod contact;
mod contract;
mod handover;
mod person;
mod policy;
pub mod problem;
mod saved_view;
pub mod ticket;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Row, named_params, params_from_iter};
use serde_json::{Map, Value};

use super::convert::{from_column, to_column};
use crate::domain::event::Stamp;
use crate::domain::field::Fields;
use crate::domain::fold::{Conflict, Course, Folded, Worklog};
use crate::domain::id::AggId;
use crate::domain::number::{Kind, Number, SiteCode};

/// An aggregate as it is kept, with the rowid of its row.
pub struct Kept<F> {
    pub rowid: i64,
    pub folded: Folded<F>,
}

/// Does a save add to the rows that hang on a record, or replace them all?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Only what the last events added.
    Added,
    /// All of it, after a fold from the start.
    Whole,
}

/// A table whose rows are aggregates.
pub trait View: Course {
    const TABLE: &'static str;
    /// Its rowid: the position of the aggregate's first event here.
    const KEY: &'static str;
    /// Fields that have a column of their own name.
    const FIELDS: &'static [&'static str];
    /// Those of them that are identities, stored as bytes.
    const IDENTITIES: &'static [&'static str] = &[];
    /// Do rows of other tables hang on its rows?
    const HANGS: bool = false;
    /// Can a person take back what was done to one?
    const UNDOES: bool = false;
    /// Columns beside the fields and the bookkeeping.
    const EXTRA: &'static [&'static str] = &[];

    /// Values of the extra columns, in their order.
    fn extra(_folded: &Folded<Self>) -> Vec<Sql> {
        Vec::new()
    }
    /// Reads what the extra columns and other tables know.
    fn complete(_db: &Connection, _row: &Row<'_>, _folded: &mut Folded<Self>) -> Result<()> {
        Ok(())
    }
    /// Writes what hangs on the row in other tables; `before` is the row that it replaces.
    fn hang(_on: &Place<'_>, _before: Option<&Folded<Self>>, _after: &Folded<Self>) -> Result<()> {
        Ok(())
    }
    /// Takes away what hung on the row, which is gone.
    fn unhang(_db: &Connection, _agg: AggId, _kept: &Kept<Self>) -> Result<()> {
        Ok(())
    }
}

/// Where a row is written, and how much of what hangs on it.
pub struct Place<'a> {
    pub db: &'a Connection,
    pub rowid: i64,
    pub extent: Extent,
    /// Are badges and full text kept in step now, or made afterwards for all?
    pub derive: bool,
}

/// Bookkeeping that every aggregate row carries.
const BOOK: [&str; 7] = ["rev", "writes", "partial", "created", "last_hlc", "last_origin", "last_seq"];

/// The aggregate as its row has it.
pub fn load<F: View>(db: &Connection, agg: AggId) -> Result<Option<Kept<F>>> {
    let sql = format!("SELECT {} FROM {} WHERE agg = ?1", columns::<F>().join(", "), F::TABLE);
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([agg])?;
    match rows.next()? {
        None => Ok(None),
        Some(row) => read(db, row).map(Some),
    }
}

fn read<F: View>(db: &Connection, row: &Row<'_>) -> Result<Kept<F>> {
    let mut fields = F::default();
    // The fields stand behind the rowid and the identity.
    for (n, name) in F::FIELDS.iter().enumerate() {
        put(&mut fields, name, row.get_ref(n + 2)?);
    }
    // Behind them what is beside them, then the bookkeeping.
    let book = 2 + F::FIELDS.len() + F::EXTRA.len();
    let writes: BTreeMap<String, u32> =
        serde_json::from_str(row.get_ref(book + 1)?.as_str()?).context("reading the write counters of a row")?;
    let mut folded = Folded {
        fields,
        writes,
        rev: row.get(book)?,
        partial: row.get(book + 2)?,
        created: row.get(book + 3)?,
        last: Some(Stamp { hlc: row.get(book + 4)?, origin: row.get(book + 5)?, seq: row.get(book + 6)? }),
        ..Folded::default()
    };
    F::complete(db, row, &mut folded)?;
    Ok(Kept { rowid: row.get(0)?, folded })
}

/// Writes a field from its column. SQLite has no yes and no, so a number also stands for one of them.
pub fn put<F: Fields>(fields: &mut F, name: &str, column: ValueRef<'_>) {
    let value = from_column(column);
    if fields.write(name, &value) == Some(false)
        && let Some(n) = value.as_i64()
    {
        fields.write(name, &(n != 0).into());
    }
}

/// Writes the aggregate's row and what hangs on it. `pos` is its rowid if it has none yet.
pub fn save<F: View>(db: &Connection, agg: AggId, pos: i64, folded: &Folded<F>, extent: Extent) -> Result<()> {
    let before = load::<F>(db, agg)?;
    let rowid = before.as_ref().map_or(pos, |kept| kept.rowid);
    match &before {
        None => write_row(db, agg, rowid, folded)?,
        Some(kept) => change_row(db, agg, kept, folded)?,
    }
    let place = Place { db, rowid, extent, derive: true };
    F::hang(&place, before.as_ref().map(|kept| &kept.folded), folded)
}

/// Takes the aggregate's row away: its first event came and says that it is something else.
pub fn remove<F: View>(db: &Connection, agg: AggId) -> Result<()> {
    let Some(kept) = load::<F>(db, agg)? else { return Ok(()) };
    db.prepare_cached(&format!("DELETE FROM {} WHERE agg = ?1", F::TABLE))?
        .execute([agg])
        .with_context(|| format!("taking a row out of {}", F::TABLE))?;
    F::unhang(db, agg, &kept)
}

/// Writes a row into an empty table: for a rebuild, where nothing was before.
pub fn insert<F: View>(db: &Connection, agg: AggId, rowid: i64, folded: &Folded<F>) -> Result<()> {
    write_row(db, agg, rowid, folded)?;
    F::hang(&Place { db, rowid, extent: Extent::Whole, derive: false }, None, folded)
}

/// Writes the columns that differ, so that an index is touched only where one of its own does.
fn change_row<F: View>(db: &Connection, agg: AggId, before: &Kept<F>, after: &Folded<F>) -> Result<()> {
    let was = row_values(agg, before.rowid, &before.folded)?;
    let is = row_values(agg, before.rowid, after)?;
    let columns = columns::<F>();
    let differing: Vec<usize> = (0..columns.len()).filter(|n| was[*n] != is[*n]).collect();
    if differing.is_empty() {
        return Ok(());
    }
    let set: Vec<String> = differing.iter().map(|n| format!("{} = ?", columns[*n])).collect();
    let sql = format!("UPDATE {} SET {} WHERE {} = ?", F::TABLE, set.join(", "), F::KEY);
    let values = differing.iter().map(|n| &is[*n]).chain([&is[0]]);
    db.prepare_cached(&sql)?
        .execute(params_from_iter(values))
        .with_context(|| format!("changing a row of {}", F::TABLE))?;
    Ok(())
}

fn write_row<F: View>(db: &Connection, agg: AggId, rowid: i64, folded: &Folded<F>) -> Result<()> {
    let columns = columns::<F>();
    let places = vec!["?"; columns.len()].join(", ");
    let sql = format!("INSERT OR REPLACE INTO {} ({}) VALUES ({places})", F::TABLE, columns.join(", "));
    db.prepare_cached(&sql)?
        .execute(params_from_iter(row_values(agg, rowid, folded)?))
        .with_context(|| format!("writing a row of {}", F::TABLE))?;
    Ok(())
}

/// Columns of an aggregate's table, in the order of [`row_values`].
pub fn columns<F: View>() -> Vec<&'static str> {
    [&[F::KEY, "agg"], F::FIELDS, F::EXTRA, &BOOK].concat()
}

/// Every column of an aggregate's row, in the order of the table's description.
pub fn row_values<F: View>(agg: AggId, rowid: i64, folded: &Folded<F>) -> Result<Vec<Sql>> {
    let last = folded.last.context("an aggregate without an event")?;
    let mut values = vec![Sql::Integer(rowid), Sql::Blob(agg.bytes().to_vec())];
    for name in F::FIELDS {
        let value = folded.fields.read(name).expect("a field of its own table");
        values.push(to_column(value, F::IDENTITIES.contains(name)));
    }
    values.extend(F::extra(folded));
    values.extend([
        Sql::Integer(folded.rev.into()),
        Sql::Text(serde_json::to_string(&folded.writes)?),
        Sql::Integer(folded.partial.into()),
        Sql::Integer(folded.created.into()),
        Sql::Integer(last.hlc),
        Sql::Blob(last.origin.bytes().to_vec()),
        Sql::Integer(last.seq),
    ]);
    Ok(values)
}

/// Takes away what hangs on a record that is no ticket.
fn clear(db: &Connection, rid: i64) -> Result<()> {
    for sql in ["DELETE FROM worklog WHERE rid = ?1", "DELETE FROM conflict WHERE rid = ?1"] {
        db.prepare_cached(sql)?.execute([rid])?;
    }
    Ok(())
}

/// Site code of a number, as a column.
fn site(number: Option<&Number>) -> Sql {
    Sql::Text(number.map_or_else(String::new, |number| number.site.as_str().to_owned()))
}

/// The number itself, as a column; 0 while the first event is missing.
fn counter(number: Option<&Number>) -> Sql {
    Sql::Integer(number.map_or(0, |number| number.n.into()))
}

/// The number of a row that has `code` and `n`.
fn read_number(row: &Row<'_>, kind: Kind) -> Result<Option<Number>> {
    let n: u32 = row.get("n")?;
    let code = row.get_ref("code")?.as_str()?;
    let site = if code.is_empty() { SiteCode::first() } else { SiteCode::new(code)? };
    Ok((n > 0).then_some(Number { kind, site, n }))
}

/// The fields without a column, those that differ from an empty record.
fn detail<F: View>(fields: &F) -> Value {
    let differing = fields.differing(&F::default()).into_iter().map(|(name, _)| name);
    let rest = differing.filter(|name| *name != "number" && !F::FIELDS.contains(name));
    Value::Object(rest.filter_map(|name| Some((name.to_owned(), fields.read(name)?))).collect())
}

/// Takes the fields without a column from the row.
fn read_detail<F: Fields>(row: &Row<'_>, fields: &mut F) -> Result<()> {
    let detail: Map<String, Value> = serde_json::from_str(row.get_ref("detail")?.as_str()?)?;
    for (name, value) in &detail {
        fields.write(name, value);
    }
    Ok(())
}

fn worklogs(db: &Connection, rid: i64, entries: &[Worklog]) -> Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT OR IGNORE INTO worklog (wid, rid, id, at, actor, vis, text)
         VALUES (:wid, :rid, :id, :at, :actor, :vis, :text)",
    )?;
    for entry in entries {
        statement
            .execute(named_params! {
                ":wid": entry.pos * 64 + (entry.nth as i64 % 64), ":rid": rid, ":id": entry.id, ":at": entry.at,
                ":actor": entry.actor.as_str(), ":vis": entry.vis.word(), ":text": entry.text,
            })
            .context("writing a worklog entry")?;
    }
    Ok(())
}

/// Writes the conflicts that are not kept yet.
fn conflicts(db: &Connection, rid: i64, kept: &[Conflict], after: &[Conflict]) -> Result<()> {
    for it in after.iter().filter(|conflict| !kept.contains(conflict)) {
        db.prepare_cached(
            "INSERT OR REPLACE INTO conflict (rid, origin, seq, field, kept, lost, acked)
             VALUES (:rid, :origin, :seq, :field, :kept, :lost, :acked)",
        )?
        .execute(named_params! {
            ":rid": rid, ":origin": it.origin, ":seq": it.seq, ":field": it.field, ":kept": it.kept, ":lost": it.lost,
            ":acked": it.acked,
        })
        .context("writing a conflict")?;
    }
    Ok(())
}
