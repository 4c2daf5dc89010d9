//! Reading contracts, and whether any of them changed.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use rusqlite::Connection;

use super::{Store, Tx};
use crate::domain::contract::{ContractFields, Version};
use crate::domain::field::Fields;
use crate::domain::text::{Label, Name};

/// A contract on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRow {
    pub code: Label,
    pub customer: Name,
    pub versions: BTreeSet<Version>,
}

/// Differs when any contract on record does: how many there are, and how many events they were folded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ContractStamp(i64, i64);

/// Asked before every write.
const STAMP: &str = "SELECT count(*), coalesce(sum(rev), 0) FROM contract";

/// Every contract by its code.
fn contracts(db: &Connection) -> Result<Vec<ContractRow>> {
    let mut statement =
        db.prepare_cached("SELECT code, customer, versions FROM contract WHERE code IS NOT NULL ORDER BY code, kid")?;
    let mut rows = statement.query([])?;
    let mut contracts = Vec::new();
    while let Some(row) = rows.next()? {
        let mut fields = ContractFields::default();
        fields.write("code", &row.get_ref("code")?.as_str()?.into());
        fields.write("customer", &row.get_ref("customer")?.as_str()?.into());
        fields.write("versions", &serde_json::from_str(row.get_ref("versions")?.as_str()?)?);
        let Some(code) = fields.code else { continue };
        contracts.push(ContractRow { code, customer: fields.customer, versions: fields.versions });
    }
    Ok(contracts)
}

fn contract_stamp(db: &Connection) -> Result<ContractStamp> {
    db.prepare_cached(STAMP)?
        .query_row([], |row| Ok(ContractStamp(row.get(0)?, row.get(1)?)))
        .context("looking whether a contract changed")
}

impl Store {
    /// Every contract on record, by its code.
    pub fn contracts(&self) -> Result<Vec<ContractRow>> {
        contracts(&self.db).context("reading the contracts")
    }

    pub fn contract_stamp(&self) -> Result<ContractStamp> {
        contract_stamp(&self.db)
    }
}

impl Tx<'_> {
    /// Every contract on record, by its code.
    pub fn contracts(&self) -> Result<Vec<ContractRow>> {
        contracts(self.db()).context("reading the contracts")
    }

    pub fn contract_stamp(&self) -> Result<ContractStamp> {
        contract_stamp(self.db())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_a_contract_changed_is_answered_by_an_index_alone() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::store::open::SCHEMA).unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {STAMP}");
        let plan: String = db.query_row(&plan, [], |row| row.get("detail")).unwrap();
        assert_eq!(plan, "SCAN contract USING COVERING INDEX contract_rev");
        assert_eq!(contract_stamp(&db).unwrap(), ContractStamp::default());
    }
}
