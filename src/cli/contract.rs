//! `tierdesk contract`: what customers bought, by code, with a version for every date on which it changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::file;
use super::print::{Out, cell};
use super::shell::Shell;
use crate::app::contracts::{self, File, missing};
use crate::app::{Desk, home};
use crate::domain::contract;
use crate::domain::policy::{Contract as Terms, Contracts, Dated, Policy};
use crate::domain::text::{ContractText, Label};
use crate::domain::time::Instant;

/// Check, record or show the contracts of customers
#[derive(Debug, Args)]
pub struct Contract {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every contract with the dates of its versions (the default)
    List,
    /// One contract, as it holds today or on a date
    Show {
        code: String,
        /// As it holds on that date, in the contract's zone
        #[arg(long, value_name = "DATE")]
        at: Option<NaiveDate>,
    },
    /// Every mistake of a contract's file at once, with its line and key
    Check { file: PathBuf },
    /// Record a new contract from its file, a table [contract.CODE]; an admin's
    Add {
        file: PathBuf,
        /// When this version begins [default: the start of the contract]
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
    },
    /// Record another version of a contract; an admin's
    Set {
        code: String,
        file: PathBuf,
        /// When this version begins [default: today, in the contract's zone]
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
    },
}

impl Contract {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            None | Some(What::List) => list(&shell.desk()?, shell.out),
            Some(What::Show { code, at }) => show(&code_of(code)?, *at, &shell.desk()?, shell.out),
            Some(What::Check { file }) => check(file, shell),
            Some(What::Add { file, from }) => {
                let mut desk = shell.desk_to_write()?;
                let (name, text) = read(file)?;
                shell.out.receipt(&desk.add_contract(File { name: &name, text: &text }, *from)?)
            }
            Some(What::Set { code, file, from }) => {
                let mut desk = shell.desk()?;
                let (name, text) = read(file)?;
                shell.out.receipt(&desk.set_contract(&code_of(code)?, File { name: &name, text: &text }, *from)?)
            }
        }
    }
}

/// A code in any case.
fn code_of(text: &str) -> Result<Label, Failure> {
    Ok(contract::code(&text.to_ascii_lowercase())?)
}

/// Name and text of a file.
fn read(path: &Path) -> Result<(String, String), Failure> {
    Ok((path.display().to_string(), file::text(path)?))
}

fn check(path: &Path, shell: &Shell<'_>) -> Result<Status, Failure> {
    let (name, text) = read(path)?;
    // Before there is a desk, over what a new one begins with.
    let policy = if shell.path()?.exists() { shell.desk()?.policy().clone() } else { home::policy_of_this_host() };
    let (code, terms) = contracts::read(File { name: &name, text: &text }, &policy)?;
    if shell.out.is_json() {
        let sha256 = super::policy::hex(&terms.policy.hash());
        shell.out.json(&json!({ "file": name, "valid": true, "code": code, "sha256": sha256 }))?;
    } else {
        shell.out.text(&format!("{name} is a valid contract, {code} of {}", terms.customer))?;
    }
    Ok(Status::Done)
}

fn list(desk: &Desk, out: Out) -> Result<Status, Failure> {
    desk.contract_files()?;
    let (contracts, now) = (&desk.policy().contracts, desk.now());
    if out.is_json() {
        let codes = contracts.iter().map(|(code, _)| code).chain(contracts.unfit.iter().map(|it| &it.code));
        let codes: BTreeSet<_> = codes.collect();
        out.list(codes.into_iter().map(|code| listed(code, contracts, now)).collect())?;
    } else {
        for (code, versions) in contracts.iter() {
            let Some(current) = contracts.at(code, now).or(versions.last()) else { continue };
            let line = format!("{} {} ", cell(code.as_str(), 16), cell(current.contract.customer.as_str(), 28));
            out.text((line + &term(&current.contract, now)).trim_end())?;
        }
        for unfit in &contracts.unfit {
            out.text(&format!("{} does not fit the policy from {} on:", unfit.code, unfit.from))?;
            unfit.errors.iter().try_for_each(|error| out.folded(2, &error.to_string()))?;
        }
    }
    let none = contracts.is_empty() && contracts.unfit.is_empty();
    Ok(if none { Status::Nothing } else { Status::Done })
}

fn listed(code: &Label, contracts: &Contracts, now: Instant) -> Value {
    let versions = contracts.iter().find(|(known, _)| *known == code).map(|(_, all)| all).unwrap_or_default();
    let current = contracts.at(code, now).or(versions.last()).map(|it| &it.contract);
    let unfit = contracts.unfit.iter().filter(|it| it.code == *code).map(|it| {
        let errors: Vec<_> = it.errors.iter().map(ToString::to_string).collect();
        json!({ "from": it.from.to_string(), "errors": errors })
    });
    json!({
        "code": code,
        "customer": current.map(|terms| &terms.customer),
        "starts_on": current.map(|terms| terms.starts_on.to_string()),
        "ends_on": current.and_then(|terms| terms.ends_on).map(|date| date.to_string()),
        "in_force": contracts.in_force(code, now).is_some(),
        "versions": versions.iter().map(|it| it.from.map(|from| from.to_string())).collect::<Vec<_>>(),
        "unfit": unfit.collect::<Vec<_>>(),
    })
}

/// `in force until 2026-12-31`
fn term(terms: &Terms, now: Instant) -> String {
    let today = terms.date(now);
    match terms.ends_on {
        _ if today < terms.starts_on => format!("begins {}", terms.starts_on),
        Some(end) if end < today => format!("ended {end}"),
        Some(end) => format!("in force until {end}"),
        None => format!("in force since {}", terms.starts_on),
    }
}

fn show(code: &Label, on: Option<NaiveDate>, desk: &Desk, out: Out) -> Result<Status, Failure> {
    let files = desk.contract_files()?;
    let (policy, now) = (desk.policy(), desk.now());
    let dated = match on {
        Some(date) => policy.contracts.on(code, date),
        None => policy.contracts.at(code, now),
    };
    let Some(dated) = dated else {
        let begins = policy.contracts.iter().find(|(known, _)| *known == code).and_then(|(_, all)| all.first()?.from);
        return Err(match begins {
            Some(from) => missing(code).hint(format!("its first version begins {from}; see --at")).into(),
            None => missing(code).into(),
        });
    };
    if out.is_json() {
        out.json(&as_json(code, dated, &files, policy, now))?;
        return Ok(Status::Done);
    }
    let terms = &dated.contract;
    out.text(&format!("{code}  {}", terms.customer))?;
    let organisations: Vec<_> = terms.organisations.iter().map(ToString::to_string).collect();
    let versions = files.keys().filter(|(known, _)| known == code).map(|(_, from)| from.to_string());
    for (name, value) in [
        ("term", format!("{}, zone {}", term(terms, now), terms.policy.zone)),
        ("organisations", organisations.join(", ")),
        ("version", dated.from.map_or_else(|| "the policy file's".to_owned(), |from| format!("from {from}"))),
        ("versions", versions.collect::<Vec<_>>().join(", ")),
    ] {
        if !value.is_empty() {
            out.folded(2, &format!("{name:<14} {value}"))?;
        }
    }
    out.text("  changes")?;
    changes(terms, policy).iter().try_for_each(|line| out.folded(4, line))?;
    Ok(Status::Done)
}

/// The settings of a contract that are not the desk's, as `key = value`.
fn changes(terms: &Terms, policy: &Policy) -> Vec<String> {
    let desk: Vec<&str> = policy.text().lines().collect();
    terms.policy.text().lines().filter(|line| !desk.contains(line)).map(str::to_owned).collect()
}

fn as_json(
    code: &Label,
    dated: &Dated,
    files: &BTreeMap<(Label, NaiveDate), ContractText>,
    policy: &Policy,
    now: Instant,
) -> Value {
    let terms = &dated.contract;
    let versions = files.keys().filter(|(known, _)| known == code).map(|(_, from)| from.to_string());
    json!({
        "code": code,
        "customer": terms.customer,
        "organisations": terms.organisations,
        "starts_on": terms.starts_on.to_string(),
        "ends_on": terms.ends_on.map(|date| date.to_string()),
        "zone": terms.policy.zone.name(),
        "in_force": policy.contracts.in_force(code, now).is_some(),
        "quote_refs": terms.quote_refs,
        "from": dated.from.map(|date| date.to_string()),
        "versions": versions.collect::<Vec<_>>(),
        "changes": changes(terms, policy),
        "sha256": super::policy::hex(&terms.policy.hash()),
        "text": dated.from.and_then(|from| files.get(&(code.clone(), from))),
    })
}
