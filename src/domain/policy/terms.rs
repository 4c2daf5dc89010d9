//! What was bought: hours, coverage and the promises that only a contract makes. The policy has them for customers
//! without a contract of their own.

use std::collections::BTreeMap;

use super::read::Table;
use super::tree::{Node, Value};
use crate::domain::incident::{Category, Subcategory};
use crate::domain::priority::Priority;
use crate::domain::text::Label;
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
    /// The least urgent priority of records of a program, by its name in lower case.
    floors: BTreeMap<String, Priority>,
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
pub(super) const TERM_KEYS: [&str; 8] = [
    "retainer_minutes",
    "carry_cap_minutes",
    "carry_months",
    "increment_minutes",
    "after_hours_pct",
    "vendor_pauses",
    "priority_floor",
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
            floors: match table.take("priority_floor") {
                Some(node) => table.within(node, read_floors),
                None => BTreeMap::new(),
            },
            coverage: table.table("coverage", read_coverage),
        }
    }

    /// The most urgent of the floors of these programs, if any has one.
    pub fn floor<'a>(&self, programs: impl IntoIterator<Item = &'a Label>) -> Option<Priority> {
        programs.into_iter().filter_map(|program| self.floors.get(&program.as_str().to_lowercase())).min().copied()
    }

    /// What is said of that work; the most specific line counts, none means project work.
    pub fn coverage(&self, category: Category, subcategory: Subcategory) -> Coverage {
        let exact = format!("{category}.{subcategory}");
        let whole = format!("{category}.*");
        self.coverage.get(&exact).or_else(|| self.coverage.get(&whole)).copied().unwrap_or(Coverage::QUOTED)
    }
}

fn read_floors(table: &mut Table<'_, '_>) -> BTreeMap<String, Priority> {
    let floors = table.rest().into_iter();
    floors
        .filter_map(|(item, node)| Some((item.to_lowercase(), Priority::new(table.as_int(&node, &(2..=4)))?)))
        .collect()
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
