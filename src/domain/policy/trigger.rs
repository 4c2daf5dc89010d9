//! The numbers of the rules TR01 to TR30, and what a contract may do to them.

use std::collections::BTreeMap;

use super::escalation::LONGEST;
use super::read::Table;
use super::tree::{Node, Value};
use crate::domain::incident::Symptom;
use crate::domain::role::Discipline;
use crate::domain::time::Secs;

/// The numbers of the rules. A rule without numbers has no line here; those of TR02 are with the targets, of TR07 and
/// TR26 with the reviews, of TR27 with major incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triggers {
    /// TR01: share of the resolution target spent in tier 1, in tier 2; absent where it is off.
    pub tier_time_pct: [Option<i64>; 2],
    /// TR03: is a breached ticket proposed to the next tier, too?
    pub breach_auto: bool,
    /// TR05
    pub reopened: i64,
    /// TR06: reassignments within a tier visit.
    pub reassigned: i64,
    /// TR08
    pub blast_users: i64,
    pub blast_endpoints: i64,
    /// TR09: this many of one kind within that time.
    pub recurrence_count: i64,
    pub recurrence_within: Secs,
    /// TR10: base score in tenths, probability in hundred-thousandths.
    pub cvss_tenths: i64,
    pub epss: i64,
    /// … and whether a listing as exploited counts.
    pub kev: bool,
    /// TR14: rows beside those that every desk has, by name.
    pub overlap_rows: BTreeMap<String, OverlapRow>,
    /// TR16: at this priority or above it, or after that share of the resolution target.
    pub vip_priority: i64,
    pub vip_elapsed_pct: i64,
    /// TR18
    pub no_cause_elapsed_pct: i64,
    /// TR19: this many incidents of one symptom within that time of an update.
    pub regression_incidents: i64,
    pub regression_window: Secs,
    /// TR21
    pub updates_missed: i64,
    /// TR22: update intervals without a worklog, and where there is no cadence this much working time; working time
    /// untouched after a wait; waits.
    pub stale_intervals: i64,
    pub stale_low_priority: Secs,
    pub stale_woken: Secs,
    pub stale_pending_count: i64,
    /// TR29: failed share of a ring, and at least this many.
    pub ring_fail_pct: i64,
    pub ring_min_failed: i64,
    /// TR30: real time before a deadline.
    pub deadline_ahead: Secs,
}

/// A software sign that points to another discipline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlapRow {
    /// The incident has one of these.
    pub symptoms: Vec<Symptom>,
    /// Its signature contains one of these, without regard to case; empty: whatever it is.
    pub signature: Vec<String>,
    pub discipline: Discipline,
    /// What the task asks first.
    pub question: String,
}

impl Triggers {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        const COUNT: std::ops::RangeInclusive<i64> = 1..=100_000;
        const PCT: std::ops::RangeInclusive<i64> = 1..=100;
        const FEW: std::ops::RangeInclusive<i64> = 1..=100;
        let tier_time_pct =
            table.table("TR01", |table| table.array("tier_time_pct", None, |table, node| pct_or_off(table, node)));
        let (blast_users, blast_endpoints) =
            table.table("TR08", |table| (table.int("users", COUNT), table.int("endpoints", COUNT)));
        let (recurrence_count, recurrence_within) =
            table.table("TR09", |table| (table.int("count", 2..=1_000), table.days("days", 1..=365)));
        let (cvss_tenths, epss, kev) =
            table.table("TR10", |table| (table.int("cvss_tenths", 0..=100), table.share("epss"), table.bool("kev")));
        let (vip_priority, vip_elapsed_pct) =
            table.table("TR16", |table| (table.int("priority", 1..=5), table.int("elapsed_pct", 1..=1_000)));
        let (regression_incidents, regression_window) =
            table.table("TR19", |table| (table.int("incidents", FEW), table.secs("window", 1..=LONGEST)));
        let (stale_intervals, stale_low_priority, stale_woken, stale_pending_count) = table.table("TR22", |table| {
            (
                table.int("update_intervals", FEW),
                table.secs("low_priority", 1..=LONGEST),
                table.secs("woken", 1..=LONGEST),
                table.int("pending_count", FEW),
            )
        });
        let (ring_fail_pct, ring_min_failed) =
            table.table("TR29", |table| (table.int("fail_pct", PCT), table.int("min_failed", COUNT)));
        Self {
            tier_time_pct,
            breach_auto: table.table("TR03", |table| table.bool("auto")),
            reopened: table.table("TR05", |table| table.int("reopened", FEW)),
            reassigned: table.table("TR06", |table| table.int("reassigned", FEW)),
            blast_users,
            blast_endpoints,
            recurrence_count,
            recurrence_within,
            cvss_tenths,
            epss,
            kev,
            overlap_rows: table.table("TR14", |table| table.table("rows", read_rows)),
            vip_priority,
            vip_elapsed_pct,
            no_cause_elapsed_pct: table.table("TR18", |table| table.int("elapsed_pct", 1..=1_000)),
            regression_incidents,
            regression_window,
            updates_missed: table.table("TR21", |table| table.int("missed", FEW)),
            stale_intervals,
            stale_low_priority,
            stale_woken,
            stale_pending_count,
            ring_fail_pct,
            ring_min_failed,
            deadline_ahead: table.table("TR30", |table| table.secs("ahead", 1..=LONGEST)),
        }
    }

    /// Refuses what a contract may not change. `theirs` is the contract's table of rules.
    pub(super) fn check_contract(&self, own: &Self, theirs: &Table<'_, '_>) {
        let blunter = [
            (own.cvss_tenths > self.cvss_tenths, ["TR10", "cvss_tenths"]),
            (own.epss > self.epss, ["TR10", "epss"]),
            (self.kev && !own.kev, ["TR10", "kev"]),
            (self.breach_auto && !own.breach_auto, ["TR03", "auto"]),
            (own.ring_fail_pct > self.ring_fail_pct, ["TR29", "fail_pct"]),
            (own.ring_min_failed > self.ring_min_failed, ["TR29", "min_failed"]),
        ];
        for (_, path) in blunter.into_iter().filter(|(blunter, _)| *blunter) {
            theirs.note(&theirs.deep_place(&path), "a contract may make this rule only more sensitive");
        }
        for (changed, key) in [
            (own.vip_priority != self.vip_priority, "priority"),
            (own.vip_elapsed_pct != self.vip_elapsed_pct, "elapsed_pct"),
        ] {
            if changed {
                theirs.note(&theirs.deep_place(&["TR16", key]), "a contract may only switch this rule off");
            }
        }
        for name in self
            .overlap_rows
            .iter()
            .filter(|(name, row)| own.overlap_rows.get(*name) != Some(row))
            .map(|(name, _)| name)
        {
            theirs.note(&theirs.deep_place(&["TR14", "rows", name]), "a contract may add rows, but not change one");
        }
    }
}

/// A share, or the word `off` where the rule does not hold.
fn pct_or_off(table: &Table<'_, '_>, node: &Node<'_>) -> Option<i64> {
    match &node.value {
        Value::Text(off) if off == "off" => None,
        Value::Int(_) => Some(table.as_int(node, &(1..=1_000))),
        other => {
            table.note(&node.at, format!("a whole number or \"off\" is needed, not {}", other.kind()));
            None
        }
    }
}

fn read_rows(table: &mut Table<'_, '_>) -> BTreeMap<String, OverlapRow> {
    let rows = table.rest();
    rows.into_iter().map(|(name, node)| (name, table.within(node, OverlapRow::read))).collect()
}

impl OverlapRow {
    fn read(table: &mut Table<'_, '_>) -> Self {
        let place = table.place("symptoms");
        let symptoms = table.list("symptoms");
        let symptoms: Vec<_> =
            symptoms.into_iter().filter_map(|node| table.as_parsed(node, "a symptom", Symptom::from_word)).collect();
        if symptoms.is_empty() {
            table.note(&place, "a row needs a symptom that it is about");
        }
        let signature = table.take("signature").map(|node| table.as_list(node)).unwrap_or_default();
        let (question, at) = table.text("question");
        if !(1..=2_000).contains(&question.trim().chars().count()) {
            table.note(&at, "the question needs 1 to 2000 characters");
        }
        Self {
            symptoms,
            signature: signature.into_iter().map(|node| table.as_text(node)).collect(),
            discipline: table
                .parsed("discipline", "software, hardware or network", Discipline::from_word)
                .unwrap_or_default(),
            question,
        }
    }
}
