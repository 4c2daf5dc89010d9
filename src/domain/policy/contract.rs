//! Contracts: what a customer bought. A contract repeats any table of the policy; what it leaves out stays.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Policy;
use super::calendar::date_of;
use super::read::Table;
use super::tree::{Node, Tree, Value};
use crate::domain::incident::{Category, Subcategory};
use crate::domain::priority::Priority;
use crate::domain::text::{Label, Name};
use crate::domain::word::words;

/// Hours and coverage that were bought; the policy has them for customers without a contract of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Minutes granted each month; none: everything is charged as project work.
    pub retainer_minutes: i64,
    /// How much may be carried into later months, and for how many.
    pub carry_cap_minutes: i64,
    pub carry_months: i64,
    /// Each worklog is rounded up to a multiple of this.
    pub increment_minutes: i64,
    /// Weight of minutes outside the hours of a P3.
    pub after_hours_pct: i64,
    /// Does waiting for a vendor pause the customer's clocks?
    pub vendor_pauses: bool,
    coverage: BTreeMap<String, Coverage>,
}

words! {
    /// How work is paid for.
    pub enum CoverageClass {
        Included = "included",
        /// Needs a quote.
        Project = "project",
        Excluded = "excluded",
    }
}

/// What a contract says of one kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    pub class: CoverageClass,
    /// For more machines it is project work.
    pub max_endpoints: Option<i64>,
}

const INCREMENTS: [i64; 7] = [1, 5, 6, 10, 15, 30, 60];

/// The keys that a contract writes directly under its name.
const TERM_KEYS: [&str; 7] = [
    "retainer_minutes",
    "carry_cap_minutes",
    "carry_months",
    "increment_minutes",
    "after_hours_pct",
    "vendor_pauses",
    "coverage",
];

impl Terms {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let place = table.place("increment_minutes");
        let increment_minutes = table.int("increment_minutes", 1..=60);
        if !INCREMENTS.contains(&increment_minutes) {
            table.note(&place, format!("{increment_minutes} is not one of 1, 5, 6, 10, 15, 30, 60"));
        }
        Self {
            retainer_minutes: table.int("retainer_minutes", 0..=1_000_000),
            carry_cap_minutes: table.int("carry_cap_minutes", 0..=1_000_000),
            carry_months: table.int("carry_months", 0..=12),
            increment_minutes,
            after_hours_pct: table.int("after_hours_pct", 100..=1_000),
            vendor_pauses: table.bool("vendor_pauses"),
            coverage: table.table("coverage", read_coverage),
        }
    }

    /// What is said of that work; the most specific line counts, none means project work.
    pub fn coverage(&self, category: Category, subcategory: Subcategory) -> Coverage {
        let exact = format!("{category}.{subcategory}");
        let whole = format!("{category}.*");
        self.coverage.get(&exact).or_else(|| self.coverage.get(&whole)).copied().unwrap_or(Coverage::QUOTED)
    }
}

fn read_coverage(table: &mut Table<'_, '_>) -> BTreeMap<String, Coverage> {
    let mut coverage = BTreeMap::new();
    for (key, node) in table.rest() {
        if !names_work(&key) {
            table.note(&node.at, "unknown work; write `category.subcategory` or `category.*`");
            continue;
        }
        coverage.insert(key, Coverage::read(table, node));
    }
    coverage
}

fn names_work(key: &str) -> bool {
    key.split_once('.').is_some_and(|(category, sub)| {
        Category::from_word(category).is_some() && (sub == "*" || Subcategory::from_word(sub).is_some())
    })
}

impl Coverage {
    /// What no line names is project work.
    const QUOTED: Self = Self { class: CoverageClass::Project, max_endpoints: None };

    fn read<'a>(table: &Table<'a, '_>, node: Node<'a>) -> Self {
        const CLASSES: &str = "included, project or excluded";
        if matches!(node.value, Value::Table(_)) {
            return table.within(node, |table| Self {
                class: table.parsed("class", CLASSES, CoverageClass::from_word).unwrap_or(CoverageClass::Project),
                max_endpoints: table.take("max_endpoints").map(|node| table.as_int(&node, &(1..=1_000_000))),
            });
        }
        let class = table.as_parsed(node, CLASSES, CoverageClass::from_word).unwrap_or(CoverageClass::Project);
        Self { class, max_endpoints: None }
    }
}

/// A customer's contract and the policy that holds under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    pub customer: Name,
    /// In force from the start of this date, in the contract's zone …
    pub starts_on: NaiveDate,
    /// … to the end of that one; absent: until further notice.
    pub ends_on: Option<NaiveDate>,
    /// Quotes that were accepted in advance.
    pub quote_refs: Vec<Label>,
    /// The least urgent priority that records of a program, or of a kind of program, may have.
    pub priority_floor: BTreeMap<String, Priority>,
    /// The whole policy with what the contract changes; has no contracts of its own.
    pub policy: Policy,
}

impl Contract {
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.starts_on <= on && self.ends_on.is_none_or(|end| on <= end)
    }

    /// Reads a contract over the policy `base`, whose tree is `under`.
    pub(super) fn read<'a>(table: &mut Table<'a, '_>, base: &Policy, under: &Tree<'a>) -> Self {
        let starts_on = table.parsed("starts_on", DATE, date_of).unwrap_or_default();
        let place = table.place("ends_on");
        let ends_on = table.take("ends_on").and_then(|node| table.as_parsed(node, DATE, date_of));
        if ends_on.is_some_and(|end| end < starts_on) {
            table.note(&place, "the contract ends before it starts");
        }
        let (customer, at) = table.text("customer");
        let customer = Name::new(&customer).unwrap_or_else(|refusal| {
            table.note(&at, refusal.message);
            Name::new("unnamed").expect("a name within its limits")
        });
        let quote_refs = read_quotes(table);
        let priority_floor = match table.take("priority_floor") {
            Some(node) => table.within(node, read_floors),
            None => BTreeMap::new(),
        };
        let policy = read_policy(table, base, under);
        Self { customer, starts_on, ends_on, quote_refs, priority_floor, policy }
    }
}

const DATE: &str = "a date like \"2026-04-16\"";

fn read_quotes(table: &mut Table<'_, '_>) -> Vec<Label> {
    let Some(node) = table.take("quote_refs") else { return Vec::new() };
    let mut quotes = Vec::new();
    for one in table.as_list(node) {
        let at = one.at.clone();
        match Label::new(&table.as_text(one)) {
            Ok(quote) => quotes.push(quote),
            Err(refusal) => table.note(&at, refusal.message),
        }
    }
    quotes
}

fn read_floors(table: &mut Table<'_, '_>) -> BTreeMap<String, Priority> {
    table
        .rest()
        .into_iter()
        .filter_map(|(item, node)| Some((item, Priority::new(table.as_int(&node, &(2..=4)))?)))
        .collect()
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
