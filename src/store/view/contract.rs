//! Contracts as rows.

use anyhow::Result;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row};

use super::View;
use crate::domain::contract::ContractFields;
use crate::domain::field::Fields;
use crate::domain::fold::Folded;

impl View for ContractFields {
    const TABLE: &'static str = "contract";
    const KEY: &'static str = "kid";
    const FIELDS: &'static [&'static str] = &["code", "customer"];
    const EXTRA: &'static [&'static str] = &["versions"];

    fn extra(folded: &Folded<Self>) -> Vec<Sql> {
        vec![Sql::Text(folded.fields.read("versions").map(|value| value.to_string()).unwrap_or_default())]
    }

    fn complete(_db: &Connection, row: &Row<'_>, folded: &mut Folded<Self>) -> Result<()> {
        folded.fields.write("versions", &serde_json::from_str(row.get_ref("versions")?.as_str()?)?);
        Ok(())
    }
}
