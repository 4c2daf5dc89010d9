//! Records, waits, targets, priority and major incidents: what the policy says of every ticket.

use std::collections::BTreeMap;

use super::calendar::Calendar;
use super::read::Table;
use crate::domain::incident::Pending;
use crate::domain::priority::Priority;
use crate::domain::role::Tier;
use crate::domain::time::Secs;

/// A hundred days: longer targets are a slip of the pen.
const LONGEST: i64 = 2_400 * 60;

/// Limits of records in general.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// How long before it is logged a record may have been reported.
    pub opened_at_max_back: Secs,
    /// Work scheduled this long ahead counts as planned.
    pub planned_lead: Secs,
    /// From resolved to closed.
    pub autoclose: Secs,
    /// How long after closing a record may be reopened.
    pub reopen_window: Secs,
    /// Targets of a request in per cent of an incident's.
    pub request_factor_pct: i64,
    /// A request for more machines than this becomes a change.
    pub rollout_threshold: i64,
    /// Outbound attempts before a silent requester's ticket may be resolved.
    pub no_response_attempts: i64,
}

impl Records {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        Self {
            opened_at_max_back: table.days("opened_at_max_back_days", 0..=365),
            planned_lead: table.secs("planned_lead", 0..=LONGEST),
            autoclose: table.days("autoclose_days", 0..=90),
            reopen_window: table.days("reopen_window_days", 0..=365),
            request_factor_pct: table.int("request_factor_pct", 10..=1_000),
            rollout_threshold: table.int("rollout_threshold", 1..=100_000),
            no_response_attempts: table.int("no_response_attempts", 1..=20),
        }
    }
}

/// What a wait for one reason does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingRule {
    /// Follow-up that is proposed; absent where the planned date itself is.
    pub default: Option<Secs>,
    /// The longest follow-up allowed. Real time, not working time.
    pub max: Secs,
    pub pause_sla: bool,
    pub pause_ola: bool,
}

pub(super) fn read_pending(table: &mut Table<'_, '_>) -> BTreeMap<Pending, PendingRule> {
    Pending::ALL.iter().map(|reason| (*reason, table.table(reason.word(), PendingRule::read))).collect()
}

impl PendingRule {
    fn read(table: &mut Table<'_, '_>) -> Self {
        let place = table.place("default_days");
        let default = table.take("default_days").map(|node| Secs::days(table.as_int(&node, &(1..=365))));
        let max = table.days("max_days", 1..=365);
        if default.is_some_and(|default| default > max) {
            table.note(&place, "the proposed follow-up is later than the latest allowed, `max_days`");
        }
        Self { default, max, pause_sla: table.bool("pause_sla"), pause_ola: table.bool("pause_ola") }
    }
}

/// Targets by priority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sla {
    /// Share of a target after which it counts as at risk.
    pub warn_pct: i64,
    targets: [Targets; 5],
}

/// The targets of one priority, in working seconds of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Name of a calendar of this policy.
    pub calendar: String,
    pub response: Secs,
    pub resolution: Secs,
    /// From one public update to the next; absent where no cadence is promised.
    pub update: Option<Secs>,
    /// The longest stay in tier 1, 2 and 3.
    pub ola: [Secs; 3],
}

impl Sla {
    pub fn targets(&self, priority: Priority) -> &Targets {
        &self.targets[(priority.n() - 1) as usize]
    }

    pub(super) fn read(table: &mut Table<'_, '_>, calendars: &BTreeMap<String, Calendar>) -> Self {
        Self {
            warn_pct: table.int("warn_pct", 1..=100),
            targets: ["P1", "P2", "P3", "P4", "P5"]
                .map(|name| table.table(name, |table| Targets::read(table, calendars))),
        }
    }
}

impl Targets {
    pub const fn ola(&self, tier: Tier) -> Secs {
        self.ola[(tier.n() - 1) as usize]
    }

    fn read(table: &mut Table<'_, '_>, calendars: &BTreeMap<String, Calendar>) -> Self {
        let (calendar, at) = table.text("calendar");
        if !calendar.is_empty() && !calendars.contains_key(&calendar) {
            let known: Vec<_> = calendars.keys().map(String::as_str).collect();
            table.note(&at, format!("there is no calendar `{calendar}`; use one of {}", known.join(", ")));
        }
        Self {
            calendar,
            response: table.secs("response", 1..=LONGEST),
            resolution: table.secs("resolution", 1..=LONGEST),
            update: table.take("update").and_then(|node| match &node.value {
                super::tree::Value::Text(none) if none == "none" => None,
                _ => Some(table.as_secs(&node, &(1..=LONGEST))),
            }),
            ola: table.array("ola", Secs::HOUR, |table, node| table.as_secs(node, &(1..=LONGEST))),
        }
    }
}

/// How priority is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorityRules {
    pub vip_raises_urgency: bool,
    /// From this many affected users on, impact is proposed as high.
    pub impact_high_users: i64,
    /// … and as medium.
    pub impact_medium_users: i64,
}

impl PriorityRules {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let vip_raises_urgency = table.bool("vip_raises_urgency");
        let (impact_high_users, impact_medium_users) = table.table("impact_users", |table| {
            let place = table.place("medium");
            let (high, medium) = (table.int("high", 1..=1_000_000), table.int("medium", 1..=1_000_000));
            if medium > high {
                table.note(&place, format!("medium impact must not need more users than high impact, {high}"));
            }
            (high, medium)
        });
        Self { vip_raises_urgency, impact_high_users, impact_medium_users }
    }
}

/// When an incident may be a major one, and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Major {
    /// A P1 with this many affected users is a candidate.
    pub min_users: i64,
    /// So are this many similar incidents …
    pub cluster_count: i64,
    /// … logged within this time.
    pub cluster_window: Secs,
    /// Update cadence of a declared one.
    pub update: Secs,
    /// Review due after standing down.
    pub review: Secs,
}

impl Major {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let (cluster_count, cluster_window) =
            table.table("cluster", |table| (table.int("count", 2..=1_000), table.secs("window", 1..=LONGEST)));
        Self {
            min_users: table.int("min_users", 1..=1_000_000),
            cluster_count,
            cluster_window,
            update: table.secs("update", 1..=LONGEST),
            review: table.days("review_days", 0..=90),
        }
    }

    /// Refuses criteria that a contract makes blunter.
    pub(super) fn check_contract(&self, own: &Self, theirs: &Table<'_, '_>) {
        for (blunter, path) in [
            (own.min_users > self.min_users, &["min_users"][..]),
            (own.cluster_count > self.cluster_count, &["cluster", "count"]),
            (own.cluster_window < self.cluster_window, &["cluster", "window"]),
        ] {
            if blunter {
                let at = theirs.deep_place(path);
                theirs.note(&at, "a contract may make this rule only more sensitive");
            }
        }
    }
}
