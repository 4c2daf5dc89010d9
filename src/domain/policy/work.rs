//! Problems, patches, installations and figures: what the policy says beside tickets.

use super::read::Table;
use super::tree::Node;
use crate::domain::time::Secs;
use crate::domain::word::words;

/// A hundred days, in minutes.
const LONGEST: i64 = 2_400 * 60;

/// Finding, reviewing and closing problems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRules {
    /// Similar incidents that propose a problem, and within which time.
    pub cluster_count: i64,
    pub cluster_within: Secs,
    /// A refused proposal stays silent this long.
    pub refused_silence: Secs,
    /// From resolved to closed, without a new incident.
    pub observation: Secs,
    /// Latest next review, by state.
    pub review_investigating: Secs,
    pub review_known_error: Secs,
    pub review_fix_in_progress: Secs,
    /// Quiet time after which a problem may be resolved as not recurring.
    pub no_recurrence: Secs,
    /// The longest time for which a risk may be accepted.
    pub risk_accepted_max: Secs,
}

impl ProblemRules {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let (cluster_count, cluster_within, refused_silence) = table.table("cluster", |table| {
            (table.int("count", 2..=1_000), table.days("days", 1..=365), table.days("refused_silence_days", 0..=365))
        });
        let [review_investigating, review_known_error, review_fix_in_progress] = table.table("review_days", |table| {
            ["investigating", "known_error", "fix_in_progress"].map(|state| table.days(state, 1..=365))
        });
        Self {
            cluster_count,
            cluster_within,
            refused_silence,
            observation: table.days("observation_days", 0..=365),
            review_investigating,
            review_known_error,
            review_fix_in_progress,
            no_recurrence: table.days("no_recurrence_days", 1..=3_650),
            risk_accepted_max: table.days("risk_accepted_max_days", 1..=3_650),
        }
    }
}

words! {
    /// How a remediation deadline is found.
    pub enum DeadlineProfile {
        /// Days by severity.
        Bands = "bands",
        /// The table of the US directive of that number.
        Bod2604 = "bod-26-04",
    }

    /// Which of several published scores counts.
    pub enum ScorePolicy {
        Max = "max",
        NewestVersion = "newest_version",
    }

    /// Severity bands of a base score.
    pub enum Severity {
        None = "none",
        Low = "low",
        Medium = "medium",
        High = "high",
        Critical = "critical",
    }
}

/// The patch cycle. Deadlines are civil days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchRules {
    pub profile: DeadlineProfile,
    pub score_policy: ScorePolicy,
    /// Severity of a security patch without a score.
    pub assumed_severity: Severity,
    pub deadline_days: DeadlineDays,
    /// Does the due date of the catalogue of exploited vulnerabilities bind?
    pub use_kev_due_date: bool,
    /// May a contract lengthen a deadline?
    pub allow_longer: bool,
    /// Feeds older than this are shown as stale.
    pub feed_stale_days: i64,
    pub max_attempts: i64,
    pub rings: Rings,
    pub exceptions: ExceptionDays,
    pub routine: Gates,
    pub emergency: Gates,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineDays {
    pub critical: i64,
    pub high: i64,
    pub medium: i64,
    pub low: i64,
    pub exploited: i64,
}

/// How many machines a ring takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rings {
    pub pilot_max_pct: i64,
    pub pilot_min: i64,
    pub early_max_pct: i64,
    /// Campaigns with fewer machines may merge early into broad.
    pub merge_early_below: i64,
}

/// The longest exceptions, in days, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionDays {
    pub deferral: i64,
    pub mitigation: i64,
    pub unpatchable: i64,
    pub risk_acceptance: i64,
    /// Whatever the kind, once a vulnerability is exploited.
    pub exploited_max: i64,
    /// Warning before expiry.
    pub warn: i64,
    /// Deferrals longer than this need a compensating control.
    pub control_over: i64,
}

/// Thresholds of the gates between phases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gates {
    pub inventory_days: i64,
    pub fresh_pct: i64,
    pub test_pass_pct: i64,
    pub test_soak: Secs,
    pub attempted_pct: i64,
    pub verified_pct: i64,
    pub failed_pct: i64,
    pub pilot_soak: Secs,
    pub early_soak: Secs,
}

impl PatchRules {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let (routine, emergency) =
            table.table("gates", |table| (table.table("routine", Gates::read), table.table("emergency", Gates::read)));
        let severity = |word: &str| Severity::from_word(word);
        Self {
            profile: table
                .parsed("profile", "bands or bod-26-04", DeadlineProfile::from_word)
                .unwrap_or(DeadlineProfile::Bands),
            score_policy: table
                .parsed("score_policy", "max or newest_version", ScorePolicy::from_word)
                .unwrap_or(ScorePolicy::Max),
            assumed_severity: table
                .parsed("assumed_severity", "none, low, medium, high or critical", severity)
                .unwrap_or(Severity::High),
            deadline_days: table.table("deadline_days", DeadlineDays::read),
            use_kev_due_date: table.bool("use_kev_due_date"),
            allow_longer: table.bool("allow_longer"),
            feed_stale_days: table.int("feed_stale_days", 1..=365),
            max_attempts: table.int("max_attempts", 1..=20),
            rings: table.table("rings", Rings::read),
            exceptions: table.table("exceptions", ExceptionDays::read),
            routine,
            emergency,
        }
    }

    /// Refuses deadlines that a contract makes longer, unless the policy allows it.
    pub(super) fn check_contract(&self, own: &Self, theirs: &Table<'_, '_>) {
        if self.allow_longer {
            return;
        }
        let (base, own) = (&self.deadline_days, &own.deadline_days);
        for (key, before, after) in [
            ("critical", base.critical, own.critical),
            ("high", base.high, own.high),
            ("medium", base.medium, own.medium),
            ("low", base.low, own.low),
            ("exploited", base.exploited, own.exploited),
        ] {
            if after > before {
                let at = theirs.deep_place(&["deadline_days", key]);
                theirs.note(
                    &at,
                    format!("a contract must not give more than {before} days unless `allow_longer` is true"),
                );
            }
        }
    }
}

impl DeadlineDays {
    fn read(table: &mut Table<'_, '_>) -> Self {
        let mut days = |key| table.int(key, 0..=3_650);
        Self {
            critical: days("critical"),
            high: days("high"),
            medium: days("medium"),
            low: days("low"),
            exploited: days("exploited"),
        }
    }
}

impl Rings {
    fn read(table: &mut Table<'_, '_>) -> Self {
        Self {
            pilot_max_pct: table.int("pilot_max_pct", 1..=100),
            pilot_min: table.int("pilot_min", 1..=1_000),
            early_max_pct: table.int("early_max_pct", 1..=100),
            merge_early_below: table.int("merge_early_below", 0..=100_000),
        }
    }
}

impl ExceptionDays {
    fn read(table: &mut Table<'_, '_>) -> Self {
        let mut days = |key| table.int(key, 0..=3_650);
        Self {
            deferral: days("deferral_days"),
            mitigation: days("mitigation_days"),
            unpatchable: days("unpatchable_days"),
            risk_acceptance: days("risk_acceptance_days"),
            exploited_max: days("exploited_max_days"),
            warn: days("warn_days"),
            control_over: days("control_over_days"),
        }
    }
}

impl Gates {
    fn read(table: &mut Table<'_, '_>) -> Self {
        Self {
            inventory_days: table.int("inventory_days", 0..=365),
            fresh_pct: table.int("fresh_pct", 0..=100),
            test_pass_pct: table.int("test_pass_pct", 0..=100),
            test_soak: table.secs("test_soak", 0..=LONGEST),
            attempted_pct: table.int("attempted_pct", 0..=100),
            verified_pct: table.int("verified_pct", 0..=100),
            failed_pct: table.int("failed_pct", 0..=100),
            pilot_soak: table.secs("pilot_soak", 0..=LONGEST),
            early_soak: table.secs("early_soak", 0..=LONGEST),
        }
    }
}

/// Installing software.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallRules {
    /// Facts of a machine that are older count as unknown.
    pub fact_max_age: Secs,
    /// Free disk demanded beyond what the product asks for.
    pub disk_reserve_pct: i64,
    /// How long a server's logs must stay without new errors.
    pub quiet_log: Secs,
    /// Exit codes that mean success, success after a reboot, and try again.
    pub exit_success: Vec<i64>,
    pub exit_reboot: Vec<i64>,
    pub exit_retry: Vec<i64>,
}

impl InstallRules {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let [exit_success, exit_reboot, exit_retry] = table.table("exit_codes", |table| {
            ["success", "reboot", "retry"].map(|key| {
                let list = table.list(key);
                // Windows reports some codes as unsigned 32-bit numbers, others as negative ones.
                list.iter().map(|node| table.as_int(node, &(-0x8000_0000..=0xFFFF_FFFF))).collect()
            })
        });
        Self {
            fact_max_age: table.days("fact_max_age_days", 1..=365),
            disk_reserve_pct: table.int("disk_reserve_pct", 0..=500),
            quiet_log: table.secs("quiet_log", 0..=LONGEST),
            exit_success,
            exit_reboot,
            exit_retry,
        }
    }
}

/// Boundaries used by figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricRules {
    /// Resolved within this time by the first contact counts as first-contact resolution.
    pub fcr_window: Secs,
    /// Upper ends of the age classes of open work, ascending, in days.
    pub ageing_days: Vec<i64>,
    /// The same fault within this time counts as recurring.
    pub recurrence: Secs,
}

impl MetricRules {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let place = table.place("ageing_days");
        let list: Vec<Node<'_>> = table.list("ageing_days");
        let ageing_days: Vec<i64> = list.iter().map(|node| table.as_int(node, &(1..=3_650))).collect();
        if ageing_days.is_empty() || !ageing_days.is_sorted_by(|one, next| one < next) {
            table.note(&place, "ascending numbers of days are needed");
        }
        Self {
            fcr_window: table.secs("fcr_window", 1..=LONGEST),
            ageing_days,
            recurrence: table.days("recurrence_days", 1..=365),
        }
    }
}
