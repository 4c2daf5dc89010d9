//! Problems as rows, with what hangs on them: worklogs and conflicts.

use anyhow::Result;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row};

use super::{Extent, Kept, Place, View};
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::number::Kind;
use crate::domain::problem::Problem;
use crate::store::record;

impl View for Problem {
    const TABLE: &'static str = "problem";
    const KEY: &'static str = "rid";
    const HANGS: bool = true;
    const UNDOES: bool = true;
    const FIELDS: &'static [&'static str] = &[
        "title",
        "state",
        "state_since",
        "owner",
        "priority",
        "detection",
        "work_mode",
        "subcategory",
        "logged_at",
        "review_on",
        "follow_up_at",
        "workaround_min_tier",
        "fix_change",
        "resolved_at",
        "closed_at",
    ];
    const IDENTITIES: &'static [&'static str] = &["fix_change"];
    const EXTRA: &'static [&'static str] =
        &["code", "n", "open", "offers", "updated_at", "worked_at", "conflicts", "detail"];

    fn extra(folded: &Folded<Self>) -> Vec<Sql> {
        let problem = &folded.fields;
        let number = problem.number.as_ref();
        let conflicts = folded.conflicts.iter().filter(|conflict| !conflict.acked).count();
        vec![
            super::site(number),
            super::counter(number),
            Sql::Integer((folded.created && problem.state.open()).into()),
            Sql::Integer((folded.created && (problem.state.known() || problem.offers_workaround())).into()),
            Sql::Integer(folded.at.0),
            folded.worked_at.map_or(Sql::Null, |at| Sql::Integer(at.0)),
            Sql::Integer(conflicts as i64),
            Sql::Text(super::detail(problem).to_string()),
        ]
    }

    fn complete(db: &Connection, row: &Row<'_>, folded: &mut Folded<Self>) -> Result<()> {
        super::read_detail(row, &mut folded.fields)?;
        folded.fields.number = super::read_number(row, Kind::Problem)?;
        folded.at = row.get("updated_at")?;
        folded.worked_at = row.get("worked_at")?;
        folded.conflicts = record::conflicts(db, row.get("rid")?)?;
        Ok(())
    }

    fn hang(on: &Place<'_>, before: Option<&Folded<Self>>, after: &Folded<Self>) -> Result<()> {
        if on.extent == Extent::Whole && before.is_some() {
            super::clear(on.db, on.rowid)?;
        }
        let kept = before.filter(|_| on.extent == Extent::Added);
        super::worklogs(on.db, on.rowid, &after.worklogs)?;
        super::conflicts(on.db, on.rowid, kept.map_or(&[][..], |kept| &kept.conflicts), &after.conflicts)
    }

    fn unhang(db: &Connection, _agg: AggId, kept: &Kept<Self>) -> Result<()> {
        super::clear(db, kept.rowid)
    }
}
