//! Contracts of the desk: recorded with versions, each from a date on, over those that stand in the policy file.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::in_force::with_contracts;
use super::people::{admin, write_calendars};
use super::run::Asking;
use super::{Desk, Error, Receipt};
use crate::domain::change::{Act, Change};
use crate::domain::contract::{ContractFields, Version, agg};
use crate::domain::fold::Folded;
use crate::domain::policy::{self, Contract, Contracts, Policy};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Role, User};
use crate::domain::text::{ContractText, Label};
use crate::store::Tx;

/// A contract's file as it was given: its name is for the mistakes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

impl Desk {
    /// Reads a contract's file over the policy in force. Refuses `policy_invalid` with every mistake in it.
    pub fn check_contract(&self, file: File<'_>) -> Result<(Label, Contract), Refusal> {
        read(file, self.policy())
    }

    /// Puts a new contract on record, from its start unless another date is given. Refuses one that is there.
    pub fn add_contract(&mut self, file: File<'_>, from: Option<NaiveDate>) -> Result<Receipt, Error> {
        self.write_contract(
            |asking, tx| {
                let (code, contract) = read(file, asking.policy)?;
                if tx.folded::<ContractFields>(agg(&code))?.created {
                    let refusal = Code::IllegalTransition.because(format!("`{code}` is a contract already"));
                    return Err(refusal
                        .hint(format!("give it another version with `tierdesk contract set {code}`"))
                        .into());
                }
                let from = from.unwrap_or(contract.starts_on);
                Ok((code, contract, from))
            },
            file,
        )
    }

    /// Puts another version of a contract on record, from today in its zone unless another date is given. A version
    /// of that very date is replaced. Refuses `not_found`, and a file of another contract.
    pub fn set_contract(&mut self, code: &Label, file: File<'_>, from: Option<NaiveDate>) -> Result<Receipt, Error> {
        self.write_contract(
            |asking, tx| {
                let known = asking.policy.contracts.iter().any(|(known, _)| known == code);
                if !known && !tx.folded::<ContractFields>(agg(code))?.created {
                    return Err(missing(code).into());
                }
                let contract = asking.policy.ground().contract_of(code, file.text, file.name);
                let contract = contract.map_err(|errors| policy::refusal(&errors))?;
                let from = from.unwrap_or_else(|| contract.date(asking.now));
                Ok((code.clone(), contract, from))
            },
            file,
        )
    }

    fn write_contract(
        &mut self,
        read: impl FnOnce(&Asking<'_>, &Tx<'_>) -> Result<(Label, Contract, NaiveDate), Error>,
        file: File<'_>,
    ) -> Result<Receipt, Error> {
        let receipt = self.write(|asking, tx, receipt| {
            receipt.act = Act::SetContract;
            admin(asking.by)?;
            let (code, contract, from) = read(asking, tx)?;
            write_calendars(&contract.policy, &asking.author(), tx)?;
            let version = Version { from, text: ContractText::new(file.text)? };
            let before: Folded<ContractFields> = tx.folded(agg(&code))?;
            let mut change = Change::of(Act::SetContract, &before.fields);
            change.next.code = Some(code.clone());
            change.next.customer = contract.customer;
            change.next.versions.retain(|old| old.from != from);
            change.next.versions.insert(version);
            let wrote = tx.append_difference(agg(&code), &before, &change, &asking.author())?;
            receipt.tell(wrote, code.to_string(), agg(&code));
            Ok(())
        })?;
        self.refresh()?;
        Ok(receipt)
    }

    /// The contracts with the files of their versions by code and date. Refuses `not_permitted` to those who only
    /// work on tickets.
    pub fn contract_files(&self) -> Result<BTreeMap<(Label, NaiveDate), ContractText>, Error> {
        may_read(self.person())?;
        let rows = self.store.contracts()?.into_iter();
        let versions =
            rows.flat_map(|row| row.versions.into_iter().map(move |it| ((row.code.clone(), it.from), it.text)));
        Ok(versions.collect())
    }
}

/// Refuses `not_found`.
pub fn missing(code: &Label) -> Refusal {
    Code::NotFound.because(format!("there is no contract `{code}`")).hint("`tierdesk contract list` shows all")
}

fn read(file: File<'_>, policy: &Policy) -> Result<(Label, Contract), Refusal> {
    policy.ground().contract(file.text, file.name).map_err(|errors| policy::refusal(&errors))
}

fn may_read(person: &User) -> Result<(), Refusal> {
    if [Role::Supervisor, Role::Admin, Role::Auditor].into_iter().any(|role| person.is(role)) {
        return Ok(());
    }
    let who = "a supervisor, an admin or an auditor";
    Err(Code::NotPermitted.because(format!("{} may not do this; it takes {who}", person.login)))
}

/// Refuses `policy_invalid` if a version of a contract would stop to fit under another policy.
pub(super) fn all_fit(policy: Policy, before: &Contracts, tx: &Tx<'_>) -> Result<(), Error> {
    let after = with_contracts(policy, &tx.contracts()?).contracts;
    let known = |code: &Label, from| before.unfit.iter().any(|old| old.code == *code && old.from == from);
    match after.unfit.iter().find(|it| !known(&it.code, it.from)) {
        None => Ok(()),
        Some(unfit) => {
            let Refusal { code, message, hint } = policy::refusal(&unfit.errors);
            let message = format!("the contract `{}` would not fit this policy any more: {message}", unfit.code);
            Err(Refusal { code, message, hint }.into())
        }
    }
}
