//! Contracts: what a customer bought. A contract repeats any table of the policy; what it leaves out stays.

use chrono::NaiveDate;

use super::Policy;
use super::calendar::date_of;
use super::read::Table;
use super::terms::TERM_KEYS;
use super::tree::{Node, Tree, Value};
use crate::domain::refusal::Refusal;
use crate::domain::text::{Label, Name};
use crate::domain::time::Instant;

/// A customer's contract and the policy that holds under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    pub customer: Name,
    /// Requesters of these are under the contract; the customer itself unless it names others.
    pub organisations: Vec<Name>,
    /// In force from the start of this date, in the contract's zone …
    pub starts_on: NaiveDate,
    /// … to the end of that one; absent: until further notice.
    pub ends_on: Option<NaiveDate>,
    /// Quotes that were accepted in advance.
    pub quote_refs: Vec<Label>,
    /// The whole policy with what the contract changes; has no contracts of its own.
    pub policy: Policy,
}

impl Contract {
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.starts_on <= on && self.ends_on.is_none_or(|end| on <= end)
    }

    /// The civil date of an instant in the contract's zone.
    pub fn date(&self, at: Instant) -> NaiveDate {
        at.utc().with_timezone(&self.policy.zone).date_naive()
    }

    pub fn in_force_at(&self, at: Instant) -> bool {
        self.in_force(self.date(at))
    }

    /// Are the people of an organisation under it? Names are compared without case.
    pub fn covers(&self, organisation: &Name) -> bool {
        let wanted = organisation.as_str().to_lowercase();
        self.organisations.iter().any(|one| one.as_str().to_lowercase() == wanted)
    }

    /// Reads a contract over the policy `base`, whose tree is `under`.
    pub(super) fn read<'a>(table: &mut Table<'a, '_>, base: &Policy, under: &Tree<'a>) -> Self {
        let starts_on = table.parsed("starts_on", DATE, date_of).unwrap_or_default();
        let place = table.place("ends_on");
        let ends_on = table.take("ends_on").and_then(|node| table.as_parsed(node, DATE, date_of));
        if ends_on.is_some_and(|end| end < starts_on) {
            table.note(&place, "the contract ends before it starts");
        }
        let customer = read_customer(table);
        let organisations = read_each(table, "organisations", Name::new).unwrap_or_else(|| vec![customer.clone()]);
        let quote_refs = read_each(table, "quote_refs", Label::new).unwrap_or_default();
        let policy = read_policy(table, base, under);
        Self { customer, organisations, starts_on, ends_on, quote_refs, policy }
    }
}

const DATE: &str = "a date like \"2026-04-16\"";

fn read_customer(table: &mut Table<'_, '_>) -> Name {
    let (customer, at) = table.text("customer");
    Name::new(&customer).unwrap_or_else(|refusal| {
        table.note(&at, refusal.message);
        Name::default()
    })
}

/// A list of texts of one kind; nothing where it is left out.
fn read_each<T>(table: &mut Table<'_, '_>, key: &str, read: impl Fn(&str) -> Result<T, Refusal>) -> Option<Vec<T>> {
    let node = table.take(key)?;
    let mut all = Vec::new();
    for one in table.as_list(node) {
        let at = one.at.clone();
        match read(&table.as_text(one)) {
            Ok(text) => all.push(text),
            Err(refusal) => table.note(&at, refusal.message),
        }
    }
    Some(all)
}

/// Lays what is left of a contract over the policy and reads the result.
fn read_policy<'a>(table: &mut Table<'a, '_>, base: &Policy, under: &Tree<'a>) -> Policy {
    let mut over = Tree::new();
    let mut terms = Tree::new();
    for (key, node) in table.rest() {
        if TERM_KEYS.contains(&key.as_str()) {
            terms.insert(key, node);
        } else if key == "zone"
            || matches!((key.as_str(), &node.value), (name, Value::Table(_)) if MAY_REPEAT.contains(&name))
        {
            over.insert(key, node);
        } else {
            table.note(&node.at, "unknown key in a contract");
        }
    }
    if !terms.is_empty() {
        over.insert("contract_defaults".to_owned(), Node { value: Value::Table(terms), at: table.at.clone() });
    }
    let mut merged = under.clone();
    super::tree::lay(&mut merged, over.clone());
    let policy = table.inside(merged, table.at.clone(), Policy::read);
    let theirs = table.beside(over);
    super::escalation::check_contract(&base.escalation, &policy.escalation, &theirs.child("escalation"));
    base.patch.check_contract(&policy.patch, &theirs.child("patch"));
    base.major.check_contract(&policy.major, &theirs.child("major"));
    policy
}

/// Tables of the policy that a contract may change.
const MAY_REPEAT: [&str; 11] = [
    "records",
    "calendar",
    "sla",
    "pending",
    "priority",
    "major",
    "escalation",
    "problem",
    "patch",
    "install",
    "metrics",
];
