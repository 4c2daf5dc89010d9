//! The settings of a desk, checked and hashed. Every rule that has a number or a choice takes it from here.
//!
//! A policy file is laid over the shipped one: what it does not name keeps its default. Read `tree` for how a file
//! becomes values with lines, `read` for how mistakes are found, and the rest for what there is to set.

pub(super) mod calendar;
mod contract;
mod contracts;
mod escalation;
mod exceptions;
pub(crate) mod read;
mod service;
mod terms;
pub(crate) mod tree;
mod trigger;
mod work;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use chrono_tz::Tz;
use sha2::{Digest, Sha256};

pub use calendar::{Calendar, Window, ascending};
pub use contract::Contract;
pub use contracts::{Contracts, Dated, Ground, Unfit};
pub use escalation::{EscalationRules, Handoff, Review};
pub use exceptions::{Added, On};
pub use service::{Major, PendingRule, PriorityRules, Records, Sla, Targets};
pub use terms::{Coverage, CoverageClass, Terms};
pub use trigger::{OverlapRow, Triggers};
pub use work::{
    DeadlineDays, DeadlineProfile, ExceptionDays, Gates, InstallRules, MetricRules, PatchRules, ProblemRules, Rings,
    ScorePolicy, Severity,
};

use super::clock::version::{CalendarId, CalendarVersion};
use super::incident::Pending;
use super::priority::Priority;
use super::refusal::{Code, Refusal};
use super::text::Label;
use super::time::{Instant, Secs};
use super::word::words;
use read::Table;
use tree::At;

/// The policy a desk starts with, with a comment on every key.
pub const SHIPPED: &str = include_str!("../../../assets/policy.toml");

words! {
    /// Which stores may work on a record.
    pub enum Home {
        /// Any; what crossed is merged.
        Open = "open",
        /// The record's own only, but for a supervisor with a reason.
        Strict = "strict",
    }
}

/// The settings of a desk, or those that hold under a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub zone: Tz,
    /// With only one supervisor, nobody else could decide; some separations of duty are lifted.
    pub single_supervisor: bool,
    pub home: Home,
    pub records: Records,
    pub calendars: BTreeMap<String, Calendar>,
    /// Identity of each calendar as it is now.
    calendar_ids: BTreeMap<String, CalendarId>,
    pub sla: Sla,
    pub priority: PriorityRules,
    pub major: Major,
    pub escalation: EscalationRules,
    pub problem: ProblemRules,
    pub patch: PatchRules,
    pub install: InstallRules,
    /// Hours and coverage: of customers without a contract, or of this contract.
    pub terms: Terms,
    pub metrics: MetricRules,
    /// Those of the policy file and those on record.
    pub contracts: Contracts,
    pending: BTreeMap<Pending, PendingRule>,
    text: String,
    hash: [u8; 32],
}

/// A mistake in a policy file (`policy_invalid`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PolicyError {
    pub file: String,
    /// Counted from one.
    pub line: usize,
    /// With its tables, like `sla.P1.response`; empty where the file cannot be read at all.
    pub key: String,
    pub message: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// One refusal for all mistakes of a file: the first one in the sentence, the others in the hint.
pub fn refusal(errors: &[PolicyError]) -> Refusal {
    let mut lines = errors.iter().map(ToString::to_string);
    let first = lines.next().unwrap_or_else(|| "the policy is not valid".to_owned());
    Code::PolicyInvalid.because(first).hint(lines.collect::<Vec<_>>().join("\n"))
}

impl Default for Policy {
    fn default() -> Self {
        Self::parse("", "policy.toml").expect("a test reads the shipped policy")
    }
}

impl Policy {
    /// The civil date of an instant at the desk.
    pub fn date(&self, at: Instant) -> chrono::NaiveDate {
        at.utc().with_timezone(&self.zone).date_naive()
    }

    /// Reads a policy file over the shipped one. Gives every mistake at once, in the order of their lines.
    pub fn parse(text: &str, name: &str) -> Result<Self, Vec<PolicyError>> {
        let mut errors = Vec::new();
        let mut merged = tree::parse(SHIPPED, "(shipped policy)", &mut errors);
        tree::lay(&mut merged, tree::parse(text, name, &mut errors));
        if !errors.is_empty() {
            // What could be read of a file that is no TOML would only be misunderstood. One mistake a line is enough.
            errors.dedup_by_key(|error| error.line);
            return Err(errors);
        }
        let errors = RefCell::new(errors);
        let at = At { file: name, line: 1, key: String::new() };
        let contracts = merged.remove("contract");
        let mut root = Table::new(merged.clone(), at, &errors);
        let mut policy = Self::read(&mut root);
        if let Some(node) = contracts {
            policy.contracts = root.within(node.clone(), |table| Contracts::read(table, &policy, &merged));
            merged.insert("contract".to_owned(), node);
            policy.stamp(tree::canonical(&merged));
        }
        root.end();
        let mut errors = errors.into_inner();
        errors.sort_by(|one, other| (one.line, &one.key).cmp(&(other.line, &other.key)));
        if errors.is_empty() { Ok(policy) } else { Err(errors) }
    }

    /// Every setting in force as `key = value` lines, sorted; a policy file that reads as this policy, whatever later
    /// versions ship as defaults.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of [`text`](Self::text).
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// What a wait for that reason does.
    pub fn pending(&self, reason: Pending) -> PendingRule {
        let rule = self.pending[&reason];
        let paused = reason == Pending::AwaitingVendor && self.terms.vendor_pauses;
        PendingRule { pause_sla: rule.pause_sla || paused, ..rule }
    }

    /// The calendar that the targets of a priority are counted in.
    pub fn calendar(&self, priority: Priority) -> &Calendar {
        &self.calendars[&self.sla.targets(priority).calendar]
    }

    /// The policy that holds at an instant for records of a contract; this one where none of that code is in force.
    pub fn under(&self, contract: Option<&Label>, at: Instant) -> &Self {
        let in_force = contract.and_then(|code| self.contracts.in_force(code, at));
        in_force.map_or(self, |contract| &contract.policy)
    }

    /// The shortest time from resolved to closed that holds for any record.
    pub fn shortest_autoclose(&self) -> Secs {
        let theirs = self.contracts.iter().flat_map(|(_, versions)| versions);
        theirs.map(|it| it.contract.policy.records.autoclose).fold(self.records.autoclose, Secs::min)
    }

    /// The version of that calendar, as it is now.
    pub fn calendar_id(&self, priority: Priority) -> CalendarId {
        self.calendar_ids[&self.sla.targets(priority).calendar]
    }

    /// The version of a calendar by its name, as it is now.
    pub fn calendar_named(&self, name: &str) -> Option<(CalendarId, &Calendar)> {
        Some((*self.calendar_ids.get(name)?, self.calendars.get(name)?))
    }

    /// A calendar that is always open, for a major incident: that of P1, else any such; that of P1 too if there is none.
    pub fn always_calendar_id(&self) -> CalendarId {
        let urgent = &self.sla.targets(Priority::P1).calendar;
        let always = [urgent].into_iter().chain(self.calendars.keys()).find(|name| self.calendars[*name].always);
        self.calendar_ids[always.unwrap_or(urgent)]
    }

    /// Every calendar as it is now, those of the contracts too.
    pub fn calendar_versions(&self) -> Vec<CalendarVersion> {
        let own = self
            .calendars
            .iter()
            .map(|(name, calendar)| CalendarVersion { name: name.clone(), calendar: calendar.clone() });
        let theirs = self.contracts.iter().flat_map(|(_, versions)| versions);
        let theirs = theirs.flat_map(|it| it.contract.policy.calendar_versions());
        own.chain(theirs).collect()
    }

    fn read(table: &mut Table<'_, '_>) -> Self {
        let text = tree::canonical(table.tree());
        table.int("schema", 1..=1);
        let zone = table.parsed("zone", calendar::ZONE, calendar::zone).unwrap_or(Tz::UTC);
        let calendars = table.table("calendar", |table| read_calendars(table, zone));
        let mut policy = Self {
            zone,
            single_supervisor: table.bool("single_supervisor"),
            home: table.parsed("home", "open or strict", Home::from_word).unwrap_or(Home::Open),
            records: table.table("records", Records::read),
            sla: table.table("sla", |table| Sla::read(table, &calendars)),
            priority: table.table("priority", PriorityRules::read),
            major: table.table("major", Major::read),
            escalation: table.table("escalation", EscalationRules::read),
            problem: table.table("problem", ProblemRules::read),
            patch: table.table("patch", PatchRules::read),
            install: table.table("install", InstallRules::read),
            terms: table.table("contract_defaults", Terms::read),
            metrics: table.table("metrics", MetricRules::read),
            contracts: Contracts::default(),
            pending: table.table("pending", service::read_pending),
            calendars,
            calendar_ids: BTreeMap::new(),
            text: String::new(),
            hash: [0; 32],
        };
        policy.calendar_ids =
            policy.calendar_versions().into_iter().map(|version| (version.name.clone(), version.id())).collect();
        policy.stamp(text);
        policy
    }

    fn stamp(&mut self, text: String) {
        self.hash = Sha256::digest(&text).into();
        self.text = text;
    }
}

fn read_calendars(table: &mut Table<'_, '_>, zone: Tz) -> BTreeMap<String, Calendar> {
    let all = table.rest();
    all.into_iter().map(|(name, node)| (name, table.within(node, |table| Calendar::read(table, zone)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::{Category, Subcategory};
    use crate::domain::time::Secs;

    /// The only mistake of a file: its line, key and message.
    fn mistake(text: &str) -> (usize, String, String) {
        let errors = Policy::parse(text, "desk.toml").expect_err("the file is wrong");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].file, "desk.toml");
        (errors[0].line, errors[0].key.clone(), errors[0].message.clone())
    }

    fn parsed(text: &str) -> Policy {
        Policy::parse(text, "desk.toml").unwrap()
    }

    #[test]
    fn the_shipped_policy_is_the_specified_one() {
        let policy = Policy::default();
        assert_eq!(policy.zone, Tz::Europe__Berlin);
        assert_eq!(policy.records.autoclose, Secs::days(5));
        let targets = policy.sla.targets(Priority::P3);
        assert_eq!((targets.response.0, targets.resolution.0), (7_200, 86_400));
        assert_eq!(targets.ola.map(|ola| ola.0), [21_600, 43_200, 64_800]);
        assert_eq!(policy.sla.targets(Priority::P4).update, None);
        assert!(policy.calendar(Priority::P1).always);
        assert_eq!(policy.pending(Pending::ScheduledWithRequester).default, None);
        assert_eq!(policy.pending(Pending::AwaitingVendor).max, Secs::days(30));
        assert_eq!((policy.escalation.review, policy.escalation.handoff), (Review::Receiver, Handoff::Light));
        assert_eq!(policy.escalation.triggers.epss, 50_000);
        assert_eq!(policy.patch.emergency.pilot_soak, Secs::hours(4));
        assert!(policy.contracts.is_empty());
    }

    #[test]
    fn what_a_file_does_not_name_keeps_its_default() {
        let policy = parsed("zone = \"America/New_York\"\n[sla.P2]\nresolution = \"6h\"\n");
        let targets = policy.sla.targets(Priority::P2);
        assert_eq!((targets.response, targets.resolution), (Secs::minutes(30), Secs::hours(6)));
        assert_eq!(policy.calendar(Priority::P2).zone, Tz::America__New_York, "business hours follow the desk");
        assert_eq!(policy.records, Policy::default().records);
    }

    #[test]
    fn a_canonical_text_reads_as_the_same_policy() {
        for text in ["", "single_supervisor = true", CONTRACT] {
            let policy = parsed(text);
            assert_eq!(parsed(policy.text()), policy);
        }
    }

    #[test]
    fn the_hash_follows_the_settings_and_nothing_else() {
        assert_eq!(parsed("# a comment\n[sla]\n\nwarn_pct = 75").hash(), Policy::default().hash());
        assert_ne!(parsed("sla.warn_pct = 80").hash(), Policy::default().hash());
    }

    #[test]
    fn every_mistake_has_its_line_and_key() {
        let cases = [
            ("\nhome = \"closed\"", 2, "home", "`closed` is not known; use open or strict"),
            ("zone = \"Mars/Base\"", 1, "zone", "`Mars/Base` is not known; use a zone like \"Europe/Berlin\""),
            ("schema = 2", 1, "schema", "2 is outside 1 to 1"),
            ("colour = 1", 1, "colour", "unknown key"),
            ("[sla]\nwarn_pct = 0", 2, "sla.warn_pct", "0 is outside 1 to 100"),
            ("[sla]\nwarn_pct = \"75\"", 2, "sla.warn_pct", "a whole number is needed, not a text"),
            ("[sla.P6]\nresponse = \"1h\"", 1, "sla.P6", "unknown key"),
            ("sla.P1.response = \"0m\"", 1, "sla.P1.response", "`0m` is outside 1m to 2400h"),
            (
                "sla.P1.response = \"1 h\"",
                1,
                "sla.P1.response",
                "`1 h` is not a length of time; write it like \"30m\" or \"4h\"",
            ),
            (
                "sla.P1.response = \"2d\"",
                1,
                "sla.P1.response",
                "`2d` is in days, which are no fixed working time; write hours or minutes (duration_unit)",
            ),
            ("sla.P1.ola = [\"1h\"]", 1, "sla.P1.ola", "3 values are needed, not 1"),
            (
                "sla.P1.calendar = \"late\"",
                1,
                "sla.P1.calendar",
                "there is no calendar `late`; use one of always, business",
            ),
            (
                "[pending]\nobservation = { default_days = 5 }",
                2,
                "pending.observation.default_days",
                "the proposed follow-up is later than the latest allowed, `max_days`",
            ),
            (
                "[priority.impact_users]\nmedium = 80",
                2,
                "priority.impact_users.medium",
                "medium impact must not need more users than high impact, 50",
            ),
            ("[escalation]\ndisabled = [\"TR31\"]", 2, "escalation.disabled", "`TR31` is not known; use TR01 to TR30"),
            (
                "escalation.triggers.TR10.epss = 1.5",
                1,
                "escalation.triggers.TR10.epss",
                "a share from 0.0 to 1.0 is needed",
            ),
            (
                "[calendar.night]\nweekly = { }",
                1,
                "calendar.night",
                "the calendar never opens; it needs a weekly window or `always = true` (calendar_empty)",
            ),
            (
                "[calendar.night]\nweekly.mon = [\"20:00-24:30\", \"08:00-12:00\"]",
                2,
                "calendar.night.weekly.mon",
                "`20:00-24:30` is not a window; write it like \"08:00-18:00\", 24:00 at the latest",
            ),
            (
                "[calendar.night]\nweekly.mon = [\"08:00-12:00\", \"11:00-13:00\"]",
                2,
                "calendar.night.weekly.mon",
                "windows overlap or do not ascend",
            ),
            (
                "[calendar.business]\nexceptions = [\n{ month_day = \"02-30\", windows = [] }]",
                3,
                "calendar.business.exceptions.month_day",
                "`02-30` is not known; use a month and day like \"12-25\"",
            ),
            (
                "contract_defaults.increment_minutes = 7",
                1,
                "contract_defaults.increment_minutes",
                "7 is not one of 1, 5, 6, 10, 15, 30, 60",
            ),
            (
                "[contract_defaults.coverage]\n\"fix.coffee\" = \"included\"",
                2,
                "contract_defaults.coverage.\"fix.coffee\"",
                "unknown work; write `category.subcategory` or `category.*`",
            ),
            ("metrics.ageing_days = [1, 1]", 1, "metrics.ageing_days", "ascending numbers of days are needed"),
            ("records = 3", 1, "records", "a table is needed, not a whole number"),
        ];
        for (text, line, key, message) in cases {
            let all = Policy::parse(text, "desk.toml").expect_err(text);
            let expected =
                PolicyError { file: "desk.toml".to_owned(), line, key: key.to_owned(), message: message.to_owned() };
            assert!(all.contains(&expected), "{text}\nexpected {expected}\nfound {all:#?}");
        }
    }

    #[test]
    fn a_file_shows_all_its_mistakes_at_once() {
        let text = "colour = 1\n[sla]\nwarn_pct = 0\nP1 = { response = \"1d\", pause = 3 }\n";
        let errors = Policy::parse(text, "desk.toml").unwrap_err();
        let keys: Vec<_> = errors.iter().map(|error| (error.line, error.key.as_str())).collect();
        assert_eq!(keys, [(1, "colour"), (3, "sla.warn_pct"), (4, "sla.P1.pause"), (4, "sla.P1.response")]);
        let refusal = refusal(&errors);
        assert_eq!(refusal.code, Code::PolicyInvalid);
        assert_eq!(refusal.message, "desk.toml:1: colour: unknown key");
        assert_eq!(refusal.hint.lines().count(), 3);
    }

    #[test]
    fn a_file_that_is_no_toml_names_the_line() {
        let (line, key, message) = mistake("[sla]\nwarn_pct = = 3\n");
        assert_eq!((line, key.as_str()), (2, ""));
        assert!(!message.is_empty());
    }

    const CONTRACT: &str = r#"[contract.acme]
customer = "Acme Ltd"
starts_on = "2026-04-16"
zone = "Europe/London"
retainer_minutes = 600
carry_cap_minutes = 300
carry_months = 2
vendor_pauses = true
sla.P2 = { resolution = "6h" }
escalation.triggers.TR09 = { count = 2, days = 30 }
patch.deadline_days.critical = 3
"#;

    #[test]
    fn a_contract_changes_what_it_names() {
        let policy = parsed(CONTRACT);
        let code = Label::new("acme").unwrap();
        let midsummer = "2026-06-24T12:00:00Z".parse().unwrap();
        let acme = policy.contracts.in_force(&code, midsummer).unwrap();
        assert_eq!(acme.customer.as_str(), "Acme Ltd");
        assert!(acme.in_force("2026-04-16".parse().unwrap()) && !acme.in_force("2026-04-15".parse().unwrap()));
        let own = policy.under(Some(&code), midsummer);
        assert_eq!(own.sla.targets(Priority::P2).resolution, Secs::hours(6));
        assert_eq!(own.sla.targets(Priority::P2).response, Secs::minutes(30));
        assert_eq!(own.calendar(Priority::P2).zone, Tz::Europe__London);
        assert_eq!((own.terms.retainer_minutes, own.terms.increment_minutes), (600, 15));
        assert!(own.pending(Pending::AwaitingVendor).pause_sla);
        assert!(!policy.pending(Pending::AwaitingVendor).pause_sla);
        assert_eq!(policy.under(None, midsummer).sla.targets(Priority::P2).resolution, Secs::hours(8));
        assert_eq!(own.escalation.triggers.recurrence_within, Secs::days(30));
    }

    #[test]
    fn a_contract_may_only_sharpen_what_protects() {
        for (line, key) in [
            ("escalation.triggers.TR10.cvss_tenths = 80", "escalation.triggers.TR10.cvss_tenths"),
            ("escalation.triggers.TR10.epss = 0.6", "escalation.triggers.TR10.epss"),
            ("escalation.triggers.TR10.kev = false", "escalation.triggers.TR10.kev"),
            ("escalation.disabled = [\"TR24\", \"TR11\"]", "escalation.disabled"),
            ("escalation.triggers.TR29.fail_pct = 6", "escalation.triggers.TR29.fail_pct"),
            ("escalation.triggers.TR29.min_failed = 3", "escalation.triggers.TR29.min_failed"),
            ("escalation.triggers.TR16.priority = 1", "escalation.triggers.TR16.priority"),
            ("escalation.disabled = [\"TR25\"]", "escalation.disabled"),
            ("patch.deadline_days.high = 15", "patch.deadline_days.high"),
            ("major.min_users = 30", "major.min_users"),
            ("home = \"strict\"", "home"),
            ("increment_minutes = 0", "increment_minutes"),
        ] {
            let (at, found, _) = mistake(&format!("{CONTRACT}{line}\n"));
            assert_eq!((at, found), (12, format!("contract.acme.{key}")), "{line}");
        }
        let sharper = "escalation.triggers.TR10 = { cvss_tenths = 60, epss = 0.1 }\nescalation.disabled = [\"TR16\"]\n";
        parsed(&format!("{CONTRACT}{sharper}"));
        parsed(&format!("patch.allow_longer = true\n{CONTRACT}patch.deadline_days.high = 15\n"));
    }

    #[test]
    fn the_most_specific_line_covers_the_work() {
        let terms = Policy::default().terms;
        let class = |category, sub| terms.coverage(category, sub);
        assert_eq!(class(Category::Fix, Subcategory::Crash).class, CoverageClass::Included);
        assert_eq!(class(Category::Update, Subcategory::FeatureUpdate).class, CoverageClass::Project);
        assert_eq!(class(Category::Install, Subcategory::NewInstall).max_endpoints, Some(5));
    }
}
