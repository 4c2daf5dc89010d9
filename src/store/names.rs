//! Names that stand in the store, by how they begin: for lists that go on from what is typed. Each answer reads as many
//! entries of an index as it has lines, however many tickets there are.

use anyhow::{Context, Result};
use rusqlite::{named_params, params};

use super::Store;
use super::people::{ContactRow, read_contact, read_user};
use super::record::number_text;
use crate::domain::id::AggId;
use crate::domain::number::Kind;
use crate::domain::role::User;

/// A name of which a ticket may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Endpoint,
    Software,
    Tag,
}

impl Named {
    const fn word(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Software => "software",
            Self::Tag => "tag",
        }
    }
}

/// From one name to the next, past all the tickets that have it.
const ITEMS: &str = "
    WITH RECURSIVE one (name) AS (
      SELECT min(name) FROM item WHERE what = :what AND name >= :from AND name < :to
      UNION ALL
      SELECT (SELECT min(item.name) FROM item WHERE item.what = :what AND item.name > one.name AND item.name < :to)
      FROM one WHERE one.name IS NOT NULL
      LIMIT :limit)
    SELECT name FROM one WHERE name IS NOT NULL";
const SITES: &str = "
    WITH RECURSIVE one (name) AS (
      SELECT min(site_key) FROM contact WHERE site_key >= :from AND site_key < :to
      UNION ALL
      SELECT (SELECT min(site_key) FROM contact WHERE contact.site_key > one.name AND contact.site_key < :to)
      FROM one WHERE one.name IS NOT NULL
      LIMIT :limit)
    SELECT (SELECT site FROM contact WHERE contact.site_key = one.name LIMIT 1) FROM one WHERE name IS NOT NULL";
const CONTACTS: &str = "
    SELECT * FROM contact WHERE cid IN (
      SELECT cid FROM (SELECT cid FROM contact WHERE handle_key >= :from AND handle_key < :to
                       ORDER BY handle_key LIMIT :limit)
      UNION ALL
      SELECT cid FROM (SELECT cid FROM contact WHERE name_key >= :from AND name_key < :to
                       ORDER BY name_key LIMIT :limit))
    AND inactive = 0 ORDER BY name_key, cid LIMIT :limit";

/// The first text behind every text that begins with this one.
fn end_of(start: &str) -> String {
    format!("{start}\u{10FFFF}")
}

impl Store {
    /// Machines, programs or tags of tickets whose name begins like this, in lower case and by name.
    pub fn items_starting(&self, what: Named, start: &str, limit: u32) -> Result<Vec<String>> {
        let from = start.to_lowercase();
        let mut statement = self.db.prepare_cached(ITEMS)?;
        let parameters = named_params! { ":what": what.word(), ":from": from, ":to": end_of(&from), ":limit": limit.saturating_add(1) };
        let rows = statement.query_map(parameters, |row| row.get(0))?;
        let names: Vec<String> = rows.collect::<rusqlite::Result<_>>().context("reading names of tickets")?;
        Ok(names.into_iter().take(limit as usize).collect())
    }

    /// Sites of requesters that begin like this.
    pub fn sites_starting(&self, start: &str, limit: u32) -> Result<Vec<String>> {
        let from = start.to_lowercase();
        let mut statement = self.db.prepare_cached(SITES)?;
        let parameters = named_params! { ":from": from, ":to": end_of(&from), ":limit": limit.saturating_add(1) };
        let rows = statement.query_map(parameters, |row| row.get(0))?;
        let names: Vec<String> = rows.collect::<rusqlite::Result<_>>().context("reading sites")?;
        Ok(names.into_iter().take(limit as usize).collect())
    }

    /// Active contacts whose handle or name begins like this, among the first of both.
    pub fn contacts_starting(&self, start: &str, limit: u32) -> Result<Vec<ContactRow>> {
        let from = start.to_lowercase();
        let mut statement = self.db.prepare_cached(CONTACTS)?;
        let parameters = named_params! { ":from": from, ":to": end_of(&from), ":limit": limit };
        let rows = statement.query_map(parameters, read_contact)?;
        rows.collect::<rusqlite::Result<_>>().context("reading contacts")
    }

    /// Problems that somebody still works on, the newest first: identity, number and title.
    pub fn newest_open_problems(&self, limit: u32) -> Result<Vec<(AggId, String, String)>> {
        let mut statement = self
            .db
            .prepare_cached("SELECT agg, code, n, title FROM problem WHERE open = 1 ORDER BY rid DESC LIMIT ?1")?;
        let rows = statement.query_map([limit], |row| {
            Ok((row.get(0)?, number_text(Kind::Problem, row.get_ref(1)?.as_str()?, row.get(2)?), row.get(3)?))
        })?;
        rows.collect::<rusqlite::Result<_>>().context("reading problems")
    }

    /// Active users whose account begins like this, by account.
    pub fn users_starting(&self, start: &str, limit: u32) -> Result<Vec<User>> {
        let mut statement = self.db.prepare_cached(
            "SELECT * FROM person INDEXED BY person_login WHERE login >= ?1 AND login < ?2 AND inactive = 0
             ORDER BY login LIMIT ?3",
        )?;
        let from = start.to_lowercase();
        let rows = statement.query_map(params![from, end_of(&from), limit], read_user)?;
        rows.collect::<rusqlite::Result<_>>().context("reading the users")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn names_are_looked_up_in_indexes_and_never_in_a_whole_table() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::store::open::SCHEMA).unwrap();
        for sql in [ITEMS, SITES, CONTACTS] {
            let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let values = vec![rusqlite::types::Value::from("x".to_owned()); statement.parameter_count()];
            let mut rows = statement.query(rusqlite::params_from_iter(values)).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let step: String = row.get("detail").unwrap();
                assert!(!step.starts_with("SCAN contact") && !step.starts_with("SCAN item"), "{step}");
            }
        }
    }
}
