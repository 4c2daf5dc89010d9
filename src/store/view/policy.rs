//! The policy in force as a row.

use anyhow::Result;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row};

use super::View;
use crate::domain::field::Fields;
use crate::domain::fold::Folded;
use crate::domain::person::PolicyFields;

impl View for PolicyFields {
    const TABLE: &'static str = "policy";
    const KEY: &'static str = "pid";
    const FIELDS: &'static [&'static str] = &["text"];
    const EXTRA: &'static [&'static str] = &["calendars"];

    fn extra(folded: &Folded<Self>) -> Vec<Sql> {
        vec![Sql::Text(folded.fields.read("calendars").unwrap_or_default().to_string())]
    }

    fn complete(_db: &Connection, row: &Row<'_>, folded: &mut Folded<Self>) -> Result<()> {
        let calendars = serde_json::from_str(row.get_ref("calendars")?.as_str()?)?;
        folded.fields.write("calendars", &calendars);
        Ok(())
    }
}
