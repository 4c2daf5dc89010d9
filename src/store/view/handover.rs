//! Shift hand-overs as rows.

use anyhow::Result;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row};

use super::View;
use crate::domain::fold::Folded;
use crate::domain::handover::Handover;

impl View for Handover {
    const TABLE: &'static str = "handover";
    const KEY: &'static str = "hid";
    const UNDOES: bool = true;
    const FIELDS: &'static [&'static str] =
        &["n", "tier", "state", "began_at", "ended_at", "written_by", "signed_out_by", "signed_in_by"];
    const EXTRA: &'static [&'static str] = &["detail"];

    fn extra(folded: &Folded<Self>) -> Vec<Sql> {
        vec![Sql::Text(super::detail(&folded.fields).to_string())]
    }

    fn complete(_db: &Connection, row: &Row<'_>, folded: &mut Folded<Self>) -> Result<()> {
        super::read_detail(row, &mut folded.fields)
    }
}
