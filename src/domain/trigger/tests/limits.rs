//! Numbers that a policy or a contract changes, and what a contract may not change.

use super::{Set, clock, contract, judged, policy, state, tick, under_acme};
use crate::domain::policy::Policy;
use crate::domain::priority::Priority;
use crate::domain::role::Tier;
use crate::domain::time::Secs;
use crate::domain::trigger::Trigger::{self, *};
use crate::domain::trigger::Truth::{self, False, True};
use crate::domain::trigger::{Deadlines, Exposure, Regression, Ring};

/// A rule, a line that changes its numbers, a ticket, and what the rule says with that line; without it, the opposite.
const BOTH: &[(Trigger, &str, Set, Truth)] = &[
    (Tr01, "TR01.tier_time_pct = [40, 50]", |_, f| f.ola = clock(400, 1_000), True),
    (Tr01, "TR01.tier_time_pct = [50, 90]", |t, f| (t.tier, f.ola) = (Tier::Two, clock(899, 1_000)), False),
    (Tr01, "TR01.tier_time_pct = [\"off\", 50]", |_, f| f.ola = clock(5_000, 1_000), False),
    (Tr01, "TR01.tier_time_pct = [50, \"off\"]", |t, f| (t.tier, f.ola) = (Tier::Two, clock(5_000, 1_000)), False),
    (Tr05, "TR05.reopened = 3", |t, _| t.reopen_count = 2, False),
    (Tr06, "TR06.reassigned = 2", |_, f| f.reassigned = 2, True),
    (Tr07, "TR07.bounces = 3", |_, f| f.bounces = 2, False),
    (Tr08, "TR08.users = 3", |t, _| t.affected_users = 3, True),
    (Tr08, "TR08.endpoints = 9", |t, _| t.affected_endpoints = 8, False),
    (Tr09, "TR09.count = 2", |_, f| f.cluster = Some(2), True),
    (Tr10, "TR10.cvss_tenths = 60", |_, f| f.exposure = exposed(60, 0), True),
    (Tr10, "TR10.epss = 0.1", |_, f| f.exposure = exposed(0, 10_000), True),
    (Tr18, "TR18.elapsed_pct = 20", |t, f| (tick(t, 1), f.resolution = clock(200, 1_000)).0, True),
    (Tr19, "TR19.incidents = 3", |_, f| f.regression = Some(Regression { incidents: 2 }), False),
    (Tr21, "TR21.missed = 1", |_, f| f.updates_missed = 1, True),
    (Tr22, "TR22.update_intervals = 1", |_, f| f.since_worklog = Some(Secs(36_000)), True),
    (
        Tr22,
        "TR22.low_priority = \"30h\"",
        |t, f| (t.priority, f.since_worklog) = (Priority::P4, Some(Secs(72_000))),
        False,
    ),
    (Tr22, "TR22.woken = \"1h\"", |_, f| f.since_woken = Some(Secs(3_600)), True),
    (Tr22, "TR22.pending_count = 4", |t, _| t.pending_count = 3, False),
    (Tr29, "TR29.fail_pct = 2", |_, f| f.ring = Some(Ring { attempted: 100, failed: 2 }), True),
    (Tr29, "TR29.min_failed = 1", |_, f| f.ring = Some(Ring { attempted: 10, failed: 1 }), True),
    (Tr30, "TR30.ahead = \"72h\"", |_, f| f.deadlines = Some(Deadlines { left: Some(Secs(259_200)) }), True),
];

/// The same for what only the policy may change, with what a contract hears.
const POLICY_ONLY: &[(Trigger, &str, Set, Truth, &str)] = &[
    (Tr10, "TR10.cvss_tenths = 80", |_, f| f.exposure = exposed(75, 0), False, SHARPER),
    (Tr10, "TR10.epss = 0.9", |_, f| f.exposure = exposed(0, 60_000), False, SHARPER),
    (Tr10, "TR10.kev = false", |_, f| f.exposure = Some(Exposure { kev: true, ..Exposure::default() }), False, SHARPER),
    (Tr16, "TR16.priority = 3", |t, _| t.vip = true, True, SWITCH),
    (Tr16, "TR16.elapsed_pct = 10", |t, f| (t.vip, f.resolution) = (true, clock(100, 1_000)), True, SWITCH),
    (Tr29, "TR29.fail_pct = 6", |_, f| f.ring = Some(Ring { attempted: 40, failed: 2 }), False, SHARPER),
    (Tr29, "TR29.min_failed = 3", |_, f| f.ring = Some(Ring { attempted: 40, failed: 2 }), False, SHARPER),
];

const SHARPER: &str = "a contract may make this rule only more sensitive";
const SWITCH: &str = "a contract may only switch this rule off";

const fn exposed(cvss_tenths: i64, epss: i64) -> Option<Exposure> {
    Some(Exposure { cvss_tenths: Some(cvss_tenths), epss: Some(epss), kev: false, exploited: false })
}

const fn opposite(truth: Truth) -> Truth {
    if matches!(truth, True) { False } else { True }
}

#[test]
fn a_policy_and_a_contract_change_the_numbers() {
    for (rule, line, set, expected) in BOTH {
        assert_eq!(state(*rule, *set), opposite(*expected), "{line}, as shipped");
        let line = format!("escalation.triggers.{line}");
        for policy in [policy(&line), contract(&line).unwrap()] {
            assert_eq!(judged(*rule, *set, &policy).unwrap().state, *expected, "{line}");
        }
    }
}

#[test]
fn some_numbers_are_the_desk_s_alone() {
    for (rule, line, set, expected, heard) in POLICY_ONLY {
        assert_eq!(state(*rule, *set), opposite(*expected), "{line}, as shipped");
        let line = format!("escalation.triggers.{line}");
        assert_eq!(judged(*rule, *set, &policy(&line)).unwrap().state, *expected, "{line}");
        assert_eq!(contract(&line).unwrap_err(), *heard, "{line}");
    }
}

#[test]
fn a_contract_changes_the_review_target_and_the_warning_share() {
    let policy = contract("escalation.review_target = \"10m\"\nsla.warn_pct = 60").unwrap();
    assert_eq!((policy.escalation.review_target, policy.sla.warn_pct), (Secs(600), 60));
}

#[test]
fn a_contract_switches_off_only_what_is_no_duty_of_the_desk() {
    for rule in Trigger::ALL {
        let line = format!("escalation.disabled = [\"{rule}\"]");
        assert_eq!(contract(&line).is_ok(), matches!(rule, Tr01 | Tr16 | Tr24), "{rule}");
        assert!(!policy(&line).escalation.enabled(*rule), "the policy may switch off {rule}");
    }
}

const ROW: &str = "symptoms = [\"slow\"], discipline = \"network\"";

#[test]
fn a_contract_adds_rows_to_the_overlap_table_and_leaves_the_others() {
    let base = format!("escalation.triggers.TR14.rows.wan = {{ {ROW}, question = \"packet loss?\" }}\n");
    let with = |line: &str| {
        let text = format!("{base}[contract.acme]\ncustomer = \"Acme\"\nstarts_on = \"2026-01-01\"\n{line}\n");
        Policy::parse(&text, "desk.toml").map_err(|errors| errors[0].clone())
    };
    let added = format!("escalation.triggers.TR14.rows.fax = {{ {ROW}, question = \"line up?\" }}");
    let policy = with(&added).unwrap();
    let names = |policy: &Policy| policy.escalation.triggers.overlap_rows.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(under_acme(&policy)), ["fax", "wan"]);
    assert_eq!(names(&policy), ["wan"]);
    let error = with("escalation.triggers.TR14.rows.wan.question = \"none?\"").unwrap_err();
    assert_eq!(error.key, "contract.acme.escalation.triggers.TR14.rows.wan");
    assert_eq!(error.message, "a contract may add rows, but not change one");
}

#[test]
fn a_row_without_a_sign_or_a_question_is_refused() {
    for (row, message) in [
        ("symptoms = [], discipline = \"network\", question = \"q\"", "a row needs a symptom that it is about"),
        (
            "symptoms = [\"slow\"], discipline = \"network\", question = \" \"",
            "the question needs 1 to 2000 characters",
        ),
        ("symptoms = [\"slow\"], question = \"q\"", "`discipline` is missing"),
        (
            "symptoms = [\"slow\"], discipline = \"plumbing\", question = \"q\"",
            "`plumbing` is not known; use software, hardware or network",
        ),
    ] {
        let text = format!("escalation.triggers.TR14.rows.x = {{ {row} }}");
        let errors = Policy::parse(&text, "desk.toml").unwrap_err();
        assert_eq!(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>(), [message], "{row}");
    }
}

#[test]
fn breach_auto_can_be_added_by_a_contract_but_not_taken_away() {
    let text = "escalation.triggers.TR03.auto = true\n[contract.acme]\ncustomer = \"Acme\"\nstarts_on = \"2026-01-01\"\n\
                escalation.triggers.TR03.auto = false\n";
    let errors = Policy::parse(text, "desk.toml").unwrap_err();
    assert_eq!((errors[0].line, errors[0].message.as_str()), (5, SHARPER));
}
