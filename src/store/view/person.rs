//! People of the desk as rows.

use anyhow::Result;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row};

use super::View;
use crate::domain::field::Fields;
use crate::domain::fold::Folded;
use crate::domain::person::UserFields;

const SETS: [&str; 2] = ["roles", "disciplines"];

impl View for UserFields {
    const TABLE: &'static str = "person";
    const KEY: &'static str = "uid";
    const FIELDS: &'static [&'static str] = &["login", "name", "tier", "rights", "inactive"];
    const EXTRA: &'static [&'static str] = &SETS;

    fn extra(folded: &Folded<Self>) -> Vec<Sql> {
        let list = |name| folded.fields.read(name).map(|value| value.to_string()).unwrap_or_default();
        SETS.iter().map(|name| Sql::Text(list(name))).collect()
    }

    fn complete(_db: &Connection, row: &Row<'_>, folded: &mut Folded<Self>) -> Result<()> {
        for name in SETS {
            folded.fields.write(name, &serde_json::from_str(row.get_ref(name)?.as_str()?)?);
        }
        Ok(())
    }
}
