//! When each rule holds, by the shipped numbers.

use super::{Set, clock, state, tick};
use crate::domain::incident::{State, Symptom};
use crate::domain::policy::CoverageClass;
use crate::domain::priority::Priority;
use crate::domain::role::{Discipline, Rights, Tier};
use crate::domain::text::CauseNote;
use crate::domain::ticket::{Answer, Answered};
use crate::domain::time::{Instant, Secs};
use crate::domain::trigger::Trigger::{self, *};
use crate::domain::trigger::Truth::{self, False, NoData, True};
use crate::domain::trigger::{Billing, Deadlines, Exposure, KnownError, Regression, Review, Ring};

/// A rule, a ticket, and what the rule says of it.
pub const CASES: &[(Trigger, Set, Truth)] = &[
    (Tr01, |_, f| f.ola = clock(499, 1_000), False),
    (Tr01, |_, f| f.ola = clock(500, 1_000), True),
    (Tr01, |_, f| f.ola = clock(501, 1_000), True),
    (Tr01, |t, f| (t.tier, f.ola) = (Tier::Two, clock(500, 1_000)), True),
    (Tr01, |t, f| (t.tier, f.ola) = (Tier::Three, clock(5_000, 1_000)), False),
    // The visit is weighed against the whole resolution target, not against its own.
    (Tr01, |_, f| (f.ola, f.resolution) = (clock(499, 1), clock(0, 1_000)), False),
    (Tr01, |_, f| (f.ola, f.resolution) = (clock(500, 1_000), clock(0, 1_001)), False),
    (Tr01, |_, f| (f.ola, f.resolution) = (clock(9_000, 0), clock(0, 0)), False),
    (Tr01, |t, f| (t.number, f.ola) = ("REQ-7".parse().ok(), clock(500, 1_000)), True),
    (Tr01, |_, f| f.ola = None, NoData),
    (Tr01, |_, f| f.resolution = None, NoData),
    (Tr02, |_, f| f.resolution = clock(740, 1_000), False),
    (Tr02, |_, f| f.resolution.as_mut().unwrap().warn = true, True),
    (Tr02, |_, f| f.resolution = None, NoData),
    (Tr03, |_, f| f.resolution = clock(1_000, 1_000), False),
    (Tr03, |_, f| f.resolution.as_mut().unwrap().ever_breached = true, True),
    (Tr03, |_, f| f.resolution = None, NoData),
    (Tr04, |_, f| f.response = clock(1_000, 1_000), False),
    (Tr04, |_, f| f.response = clock(1_001, 1_000), True),
    (Tr04, |t, f| (t.responded_at, f.response) = (Some(Instant(1)), clock(1_001, 1_000)), False),
    (Tr04, |_, f| f.response = None, NoData),
    (Tr05, |t, _| t.reopen_count = 1, False),
    (Tr05, |t, _| t.reopen_count = 2, True),
    (Tr05, |t, _| t.reopen_count = 3, True),
    (Tr06, |_, f| f.reassigned = 2, False),
    (Tr06, |_, f| f.reassigned = 3, True),
    (Tr06, |_, f| f.reassigned = 4, True),
    // Only the reassignments of this visit count.
    (Tr06, |t, _| t.reassign_count = 9, False),
    (Tr07, |_, f| f.bounces = 1, False),
    (Tr07, |_, f| f.bounces = 2, True),
    (Tr07, |_, f| f.bounces = 3, True),
    (Tr07, |t, f| (t.owner_fixed, f.bounces) = (true, 3), False),
    (Tr08, |t, _| t.affected_users = 4, False),
    (Tr08, |t, _| t.affected_users = 5, True),
    (Tr08, |t, _| t.affected_users = 6, True),
    (Tr08, |t, _| t.affected_endpoints = 4, False),
    (Tr08, |t, _| t.affected_endpoints = 5, True),
    (Tr08, |t, _| (t.tier, t.affected_users) = (Tier::Two, 500), False),
    (Tr09, |_, f| f.cluster = Some(2), False),
    (Tr09, |_, f| f.cluster = Some(3), True),
    (Tr09, |_, f| f.cluster = Some(4), True),
    (Tr09, |_, f| f.cluster = None, NoData),
    (Tr10, |_, f| f.exposure = exposed(69, 49_999), False),
    (Tr10, |_, f| f.exposure = exposed(70, 0), True),
    (Tr10, |_, f| f.exposure = exposed(0, 50_000), True),
    (Tr10, |_, f| f.exposure = Some(Exposure { kev: true, ..Exposure::default() }), True),
    (Tr10, |_, f| f.exposure = Some(Exposure { exploited: true, ..Exposure::default() }), True),
    (Tr10, |_, f| f.exposure = Some(Exposure::default()), False),
    (Tr10, |_, f| f.exposure = None, NoData),
    (Tr11, |_, _| (), False),
    (Tr11, |t, _| t.suspected_compromise = true, True),
    (Tr12, |t, _| t.required_rights = Rights::LocalAdmin, False),
    (Tr12, |t, _| t.required_rights = Rights::ServerAdmin, True),
    (Tr12, |t, _| (t.tier, t.required_rights) = (Tier::Two, Rights::ServerAdmin), False),
    (Tr12, |t, _| (t.tier, t.required_rights) = (Tier::Two, Rights::DomainAdmin), True),
    (Tr12, |t, _| (t.tier, t.required_rights) = (Tier::Three, Rights::TenantAdmin), False),
    (Tr12, |t, _| (t.tier, t.required_rights) = (Tier::Three, Rights::Vendor), True),
    (Tr13, |_, _| (), False),
    (Tr13, |t, _| t.vendor_defect = true, True),
    (Tr13, |t, f| (t.hotfix_needed, f.known_error) = (true, None), True),
    (Tr13, |_, f| f.known_error = Some(KnownError { vendor_unfixed: true, ..KnownError::default() }), True),
    (Tr13, |_, f| f.known_error = None, NoData),
    (Tr14, |t, _| t.suspected_discipline = Some(Discipline::Software), False),
    (Tr14, |t, _| t.suspected_discipline = Some(Discipline::Network), True),
    (Tr14, |_, f| f.lateral_declined = Some(Discipline::Hardware), True),
    (Tr14, |_, f| f.overlap = Some(Discipline::Network), True),
    (Tr15, |t, _| t.symptom = Some(Symptom::Hang), False),
    (Tr15, |t, _| t.symptom = Some(Symptom::DataMissing), True),
    (Tr15, |t, _| t.symptom = Some(Symptom::DataCorrupt), True),
    (Tr15, |t, _| t.data_loss_risk = true, True),
    (Tr16, |t, f| (t.vip, f.resolution) = (true, clock(249, 1_000)), False),
    (Tr16, |t, f| (t.vip, f.resolution) = (true, clock(250, 1_000)), True),
    (Tr16, |t, f| (t.vip, f.resolution) = (true, clock(251, 1_000)), True),
    (Tr16, |_, f| f.resolution = clock(999, 1_000), False),
    (Tr16, |t, _| (t.vip, t.priority) = (true, Priority::P2), True),
    (Tr16, |t, f| (t.vip, t.priority, f.resolution) = (true, Priority::P1, None), True),
    (Tr16, |t, f| (t.vip, f.resolution) = (true, None), NoData),
    (Tr16, |_, f| f.resolution = None, False),
    (Tr17, |t, _| t.priority = Priority::P2, False),
    (Tr17, |t, _| t.priority = Priority::P1, True),
    (Tr17, |t, _| (t.tier, t.priority) = (Tier::Two, Priority::P1), False),
    (Tr18, |t, _| tick(t, 3), False),
    (Tr18, |t, _| tick(t, 4), True),
    (Tr18, |t, f| (tick(t, 4), f.resolution = None).0, True),
    (Tr18, |t, _| (tick(t, 4), t.cause_note = CauseNote::new("a stale lock file").ok()).0, False),
    (Tr18, |t, f| (tick(t, 1), f.resolution = clock(399, 1_000)).0, False),
    (Tr18, |t, f| (tick(t, 1), f.resolution = clock(400, 1_000)).0, True),
    (Tr18, |t, f| (tick(t, 0), f.resolution = clock(401, 1_000)).0, True),
    (Tr18, |t, f| (tick(t, 2), f.resolution = clock(900, 1_000)).0, False),
    (Tr18, |t, f| (tick(t, 1), t.state = State::Pending, f.resolution = clock(900, 1_000)).0, False),
    (Tr18, |t, f| (tick(t, 1), f.resolution = None).0, NoData),
    // A step that was not possible is none that was done.
    (
        Tr18,
        |t, _| {
            tick(t, 3);
            t.h5 = Some(Answer { answered: Answered::NotPossible, finding: None });
        },
        False,
    ),
    (Tr19, |_, f| f.regression = Some(Regression { incidents: 1 }), False),
    (Tr19, |_, f| f.regression = Some(Regression { incidents: 2 }), True),
    (Tr19, |_, f| f.regression = Some(Regression { incidents: 3 }), True),
    (Tr19, |_, f| f.regression = None, NoData),
    (Tr20, |_, f| f.known_error = workaround(Tier::One), False),
    (Tr20, |_, f| f.known_error = workaround(Tier::Two), True),
    (Tr20, |t, f| (t.tier, f.known_error) = (Tier::Two, workaround(Tier::Two)), False),
    (Tr20, |_, f| f.known_error = None, NoData),
    (Tr21, |_, f| f.updates_missed = 1, False),
    (Tr21, |_, f| f.updates_missed = 2, True),
    (Tr21, |_, f| f.updates_missed = 3, True),
    (Tr22, |_, f| f.since_worklog = Some(Secs(71_999)), False),
    (Tr22, |_, f| f.since_worklog = Some(Secs(72_000)), True),
    (Tr22, |_, f| f.since_worklog = Some(Secs(72_001)), True),
    (Tr22, |t, f| (t.priority, f.since_worklog) = (Priority::P1, Some(Secs(7_199))), False),
    (Tr22, |t, f| (t.priority, f.since_worklog) = (Priority::P1, Some(Secs(7_200))), True),
    (Tr22, |t, f| (t.priority, f.since_worklog) = (Priority::P4, Some(Secs(71_999))), False),
    (Tr22, |t, f| (t.priority, f.since_worklog) = (Priority::P5, Some(Secs(72_000))), True),
    (Tr22, |_, f| f.since_worklog = None, False),
    (Tr22, |_, f| f.since_woken = Some(Secs(35_999)), False),
    (Tr22, |_, f| f.since_woken = Some(Secs(36_000)), True),
    (Tr22, |t, _| t.pending_count = 2, False),
    (Tr22, |t, _| t.pending_count = 3, True),
    (Tr22, |_, f| f.chase_overdue = true, True),
    (Tr22, |t, f| (t.number, f.start_missed) = ("REQ-7".parse().ok(), true), True),
    (Tr22, |t, f| (t.number, f.since_worklog) = ("REQ-7".parse().ok(), Some(Secs(900_000))), False),
    (Tr23, |_, _| (), False),
    (Tr23, |t, _| t.change_needed = true, True),
    (Tr24, |_, f| f.unsupported = Some(vec![]), False),
    (Tr24, |_, f| f.unsupported = Some(vec!["ERP client 4".into()]), True),
    (Tr24, |_, f| f.unsupported = None, NoData),
    (Tr25, |_, _| (), False),
    (Tr25, |t, _| t.complaint = true, True),
    (Tr26, |_, f| f.review = None, False),
    (Tr26, |_, f| f.review = Some(Review { waited: Secs(1_799), overdue: false }), False),
    (Tr26, |_, f| f.review = Some(Review { waited: Secs(1_800), overdue: true }), True),
    (Tr27, |t, _| (t.priority, t.affected_users) = (Priority::P1, 19), False),
    (Tr27, |t, _| (t.priority, t.affected_users) = (Priority::P1, 20), True),
    (Tr27, |t, _| (t.priority, t.affected_users) = (Priority::P2, 500), False),
    (Tr27, |t, f| (t.service_down, f.critical_item) = (true, Some(true)), True),
    (Tr27, |_, f| f.critical_item = Some(true), False),
    (Tr27, |t, f| (t.service_down, f.critical_item) = (true, None), NoData),
    (Tr27, |_, f| f.critical_item = None, False),
    (Tr27, |_, f| f.cluster_burst = Some(4), False),
    (Tr27, |_, f| f.cluster_burst = Some(5), True),
    (Tr27, |_, f| f.cluster_burst = None, NoData),
    (Tr27, |t, f| (t.suspected_compromise, f.exposure) = (true, exposed(100, 0)), False),
    (Tr27, |t, f| (t.suspected_compromise, f.exposure) = (true, None), NoData),
    (
        Tr27,
        |t, f| {
            t.suspected_compromise = true;
            f.exposure = Some(Exposure { exploited: true, ..Exposure::default() });
        },
        True,
    ),
    (Tr27, |_, f| (f.major_decided, f.cluster_burst) = (true, Some(50)), False),
    (Tr28, |_, f| f.billing = Some(Billing { class: CoverageClass::Included, quoted: false }), False),
    (Tr28, |_, f| f.billing = Some(Billing { class: CoverageClass::Project, quoted: true }), False),
    (Tr28, |_, f| f.billing = Some(Billing { class: CoverageClass::Project, quoted: false }), True),
    (Tr28, |_, f| f.billing = Some(Billing { class: CoverageClass::Excluded, quoted: true }), True),
    (Tr28, |_, f| f.billing = None, NoData),
    (Tr29, |_, f| f.ring = Some(Ring { attempted: 41, failed: 2 }), False),
    (Tr29, |_, f| f.ring = Some(Ring { attempted: 40, failed: 2 }), True),
    (Tr29, |_, f| f.ring = Some(Ring { attempted: 39, failed: 2 }), True),
    (Tr29, |_, f| f.ring = Some(Ring { attempted: 1, failed: 1 }), False),
    (Tr29, |_, f| f.ring = Some(Ring { attempted: 0, failed: 2 }), False),
    (Tr29, |_, f| f.ring = None, NoData),
    (Tr30, |_, f| f.deadlines = Some(Deadlines { left: Some(Secs(172_801)) }), False),
    (Tr30, |_, f| f.deadlines = Some(Deadlines { left: Some(Secs(172_800)) }), True),
    (Tr30, |_, f| f.deadlines = Some(Deadlines { left: Some(Secs(-1)) }), True),
    (Tr30, |_, f| f.deadlines = Some(Deadlines { left: None }), False),
    (Tr30, |_, f| f.deadlines = None, NoData),
];

const fn exposed(cvss_tenths: i64, epss: i64) -> Option<Exposure> {
    Some(Exposure { cvss_tenths: Some(cvss_tenths), epss: Some(epss), kev: false, exploited: false })
}

const fn workaround(tier: Tier) -> Option<KnownError> {
    Some(KnownError { vendor_unfixed: false, workaround_min_tier: Some(tier) })
}

#[test]
fn each_rule_holds_from_its_limit_on() {
    for (n, (rule, set, expected)) in CASES.iter().enumerate() {
        assert_eq!(state(*rule, *set), *expected, "{rule}, case {n}");
    }
}

#[test]
fn each_rule_has_a_case_that_holds_and_one_that_does_not() {
    for rule in Trigger::ALL {
        for expected in [True, False] {
            assert!(CASES.iter().any(|(id, _, state)| id == rule && *state == expected), "{rule} {expected}");
        }
    }
}

#[test]
fn on_a_calm_ticket_no_rule_holds() {
    for rule in Trigger::ALL {
        assert_eq!(state(*rule, |_, _| ()), False, "{rule}");
    }
}
