//! Escalation: who reviews, how much a hand-off demands, and the numbers of the rules that propose one.

use std::collections::BTreeSet;

use super::read::Table;
use crate::domain::escalation::Trigger;
use crate::domain::text::Login;
use crate::domain::time::Secs;
use crate::domain::word::words;

words! {
    /// Who decides on a proposal.
    pub enum Review {
        /// The receiving tier, or a supervisor.
        Receiver = "receiver",
        /// Supervisors only.
        Supervisor = "supervisor",
    }

    /// How much a hand-off demands.
    pub enum Handoff {
        /// Summary, what was tried and what is asked; the diagnosis as ticks.
        Light = "light",
        /// Every item that its kind of escalation names.
        Full = "full",
    }
}

/// A hundred days, in minutes.
const LONGEST: i64 = 2_400 * 60;

/// How escalations are reviewed and when rules propose them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationRules {
    pub review: Review,
    pub handoff: Handoff,
    /// Working time in which a proposal is decided.
    pub review_target: Secs,
    /// Real time in which a hand-off that went out incomplete is completed.
    pub handoff_debt: Secs,
    /// Real time in which a supervisor comments an immediate escalation.
    pub post_review: Secs,
    /// Supervisors in the order in which their attention is asked; empty: by account.
    pub attention_order: Vec<Login>,
    /// Rules that are switched off, like `TR24`.
    pub disabled: BTreeSet<String>,
    /// Bounces from which a record counts as ping-pong (TR07).
    pub ping_pong_bounces: i64,
    pub triggers: Triggers,
}

/// The numbers of the rules. A rule without numbers has no line here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triggers {
    /// TR01: share of the resolution target spent in tier 1, in tier 2.
    pub tier_time_pct: [i64; 2],
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

impl EscalationRules {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let (triggers, ping_pong_bounces) = table.table("triggers", |table| {
            let bounces = table.table("TR07", |table| table.int("bounces", 1..=100));
            (Triggers::read(table), bounces)
        });
        Self {
            review: table.parsed("review", "receiver or supervisor", Review::from_word).unwrap_or(Review::Receiver),
            handoff: table.parsed("handoff", "light or full", Handoff::from_word).unwrap_or(Handoff::Light),
            review_target: table.secs("review_target", 1..=LONGEST),
            handoff_debt: table.secs("handoff_debt", 1..=LONGEST),
            post_review: table.secs("post_review", 1..=LONGEST),
            attention_order: read_logins(table),
            disabled: read_disabled(table),
            ping_pong_bounces,
            triggers,
        }
    }

    /// Is the rule in force?
    pub fn enabled(&self, trigger: Trigger) -> bool {
        !self.disabled.contains(trigger.word())
    }
}

fn read_logins(table: &mut Table<'_, '_>) -> Vec<Login> {
    let mut logins = Vec::new();
    for node in table.list("attention_order") {
        let at = node.at.clone();
        match Login::new(&table.as_text(node)) {
            Ok(login) => logins.push(login),
            Err(refusal) => table.note(&at, refusal.message),
        }
    }
    logins
}

fn read_disabled(table: &mut Table<'_, '_>) -> BTreeSet<String> {
    let list = table.list("disabled");
    list.into_iter().filter_map(|node| table.as_parsed(node, "TR01 to TR30", trigger_id)).collect()
}

/// A rule's id: `TR01` to `TR30`.
fn trigger_id(text: &str) -> Option<String> {
    let n: u8 = text.strip_prefix("TR").filter(|digits| digits.len() == 2)?.parse().ok()?;
    (1..=30).contains(&n).then(|| text.to_owned())
}

impl Triggers {
    fn read(table: &mut Table<'_, '_>) -> Self {
        const COUNT: std::ops::RangeInclusive<i64> = 1..=100_000;
        const PCT: std::ops::RangeInclusive<i64> = 1..=100;
        const FEW: std::ops::RangeInclusive<i64> = 1..=100;
        let tier_time_pct = table
            .table("TR01", |table| table.array("tier_time_pct", 1, |table, node| table.as_int(node, &(1..=1_000))));
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
            reopened: table.table("TR05", |table| table.int("reopened", FEW)),
            reassigned: table.table("TR06", |table| table.int("reassigned", FEW)),
            blast_users,
            blast_endpoints,
            recurrence_count,
            recurrence_within,
            cvss_tenths,
            epss,
            kev,
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
}

/// Refuses what a contract may not change: it may make the security rules only more sensitive, switch off only what is
/// no duty of ours, and of the rule for VIPs (TR16) do nothing else. `theirs` is the contract's table.
pub(super) fn check_contract(base: &EscalationRules, own: &EscalationRules, theirs: &Table<'_, '_>) {
    let (before, after) = (&base.triggers, &own.triggers);
    let blunter = [
        (after.cvss_tenths > before.cvss_tenths, ["triggers", "TR10", "cvss_tenths"]),
        (after.epss > before.epss, ["triggers", "TR10", "epss"]),
        (before.kev && !after.kev, ["triggers", "TR10", "kev"]),
        (after.ring_fail_pct > before.ring_fail_pct, ["triggers", "TR29", "fail_pct"]),
        (after.ring_min_failed > before.ring_min_failed, ["triggers", "TR29", "min_failed"]),
    ];
    for (_, path) in blunter.into_iter().filter(|(blunter, _)| *blunter) {
        theirs.note(&theirs.deep_place(&path), "a contract may make this rule only more sensitive");
    }
    for (changed, key) in [
        (after.vip_priority != before.vip_priority, "priority"),
        (after.vip_elapsed_pct != before.vip_elapsed_pct, "elapsed_pct"),
    ] {
        if changed {
            theirs.note(&theirs.deep_place(&["triggers", "TR16", key]), "a contract may only switch this rule off");
        }
    }
    let mut refused = own.disabled.difference(&base.disabled).filter(|id| !MAY_DISABLE.contains(&id.as_str()));
    if let Some(id) = refused.next() {
        theirs.note(&theirs.deep_place(&["disabled"]), format!("a contract must not switch off {id}"));
    }
}

/// Rules that a contract may switch off.
const MAY_DISABLE: [&str; 3] = ["TR01", "TR16", "TR24"];
