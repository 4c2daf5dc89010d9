//! Full text: one document a ticket. The rowid is shelf << 40 | rid, so that the open tickets of a tier are one
//! range of rowids, and the newest come last in it.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, named_params};

/// Bits of a document's rowid that are the ticket's.
pub const SHELF_SHIFT: i64 = 40;
/// Takes the ticket out of a document's rowid.
pub const RID_MASK: i64 = (1 << SHELF_SHIFT) - 1;
/// Longest text of one ticket that is indexed, in bytes.
const NOTES_MAX: usize = 256 * 1024;

/// The rowid of a ticket's document.
pub const fn document(shelf: i64, rid: i64) -> i64 {
    shelf << SHELF_SHIFT | rid
}

/// Rowids of a shelf's documents: the first, and the first after them.
pub const fn range(shelf: i64) -> (i64, i64) {
    (document(shelf, 0), document(shelf + 1, 0))
}

/// Keeps the document of a ticket in step: moved when it changes shelves, written again when it says more.
pub fn index(db: &Connection, rid: i64, old: Option<i64>, shelf: i64, says_more: bool) -> Result<()> {
    if old == Some(shelf) && !says_more {
        return Ok(());
    }
    if let Some(old) = old {
        remove(db, rid, old)?;
    }
    add(db, rid, shelf)
}

/// Takes the document of a ticket away.
pub fn remove(db: &Connection, rid: i64, shelf: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM ticket_text WHERE rowid = ?1")?
        .execute([document(shelf, rid)])
        .context("taking a text out of the index")?;
    Ok(())
}

/// Writes the document of a ticket that has none.
pub fn add(db: &Connection, rid: i64, shelf: i64) -> Result<()> {
    let ticket = db
        .prepare_cached(
            "SELECT ticket.title, ticket.detail ->> 'description' AS description, ticket.detail ->> 'endpoints' AS machines,
                    contact.name, contact.handle, contact.site
             FROM ticket LEFT JOIN contact ON contact.agg = ticket.requester WHERE rid = ?1",
        )?
        .query_row([rid], |row| {
            let text = |column: &str| -> rusqlite::Result<String> {
                Ok(row.get::<_, Option<String>>(column)?.unwrap_or_default())
            };
            let people = format!("{} {} {} {}", text("name")?, text("handle")?, text("site")?, text("machines")?);
            Ok((text("title")?, text("description")?, people))
        })
        .optional()
        .context("reading what to index")?;
    let Some((title, description, people)) = ticket else { return Ok(()) };
    db.prepare_cached(
        "INSERT INTO ticket_text (rowid, subject, body, notes, people) VALUES (:doc, :subject, :body, :notes, :people)",
    )?
    .execute(named_params! {
        ":doc": document(shelf, rid), ":subject": title, ":body": description, ":notes": notes(db, rid)?,
        ":people": people,
    })
    .context("indexing a text")?;
    Ok(())
}

fn notes(db: &Connection, rid: i64) -> Result<String> {
    let mut statement = db.prepare_cached("SELECT text FROM worklog WHERE rid = ?1 ORDER BY at, wid")?;
    let mut rows = statement.query([rid])?;
    let mut notes = String::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str()?;
        if notes.len() + text.len() > NOTES_MAX {
            break;
        }
        notes.push_str(text);
        notes.push('\n');
    }
    Ok(notes)
}
