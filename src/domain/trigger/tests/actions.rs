//! What each rule does, where it leads, and the numbers it tells.

use super::{Set, clock, contract, judged, policy, tick};
use crate::domain::incident::Symptom;
use crate::domain::policy::{CoverageClass, Policy};
use crate::domain::priority::Priority;
use crate::domain::role::{Discipline, Rights, Tier};
use crate::domain::time::Secs;
use crate::domain::trigger::Action::{self, Attention, Auto, Immediate, Require, Suggest};
use crate::domain::trigger::Trigger::{self, *};
use crate::domain::trigger::{
    Billing, Deadlines, Exposure, KnownError, Regression, Review, Ring, Target, Truth, Waiver,
};

const UP_TO_2: Option<Target> = Some(Target::Tier(Tier::Two));
const UP_TO_3: Option<Target> = Some(Target::Tier(Tier::Three));

/// A rule that holds on a ticket, what it does, where that leads, and its numbers.
type Case = (Trigger, Set, &'static [Action], Option<Target>, &'static str);

const CASES: &[Case] = &[
    (
        Tr01,
        |_, f| (f.ola, f.resolution) = (clock(7_800, 0), clock(0, 14_400)),
        &[Require],
        UP_TO_2,
        "2h 10m in tier 1, limit 2h (50 % of 4h)",
    ),
    (
        Tr01,
        |t, f| (t.tier, f.ola) = (Tier::Two, clock(600, 0)),
        &[Require],
        UP_TO_3,
        "10m in tier 2, limit 8m (50 % of 16m)",
    ),
    (
        Tr02,
        |_, f| {
            f.resolution = clock(900, 1_000);
            f.resolution.as_mut().unwrap().warn = true;
        },
        &[Suggest],
        UP_TO_2,
        "15m of 16m",
    ),
    (Tr02, |t, f| (t.tier, f.resolution.as_mut().unwrap().warn) = (Tier::Three, true), &[Suggest], None, "0s of 16m"),
    (Tr03, |_, f| f.resolution.as_mut().unwrap().ever_breached = true, &[Attention], None, "0s of 16m"),
    (Tr04, |_, f| f.response = clock(7_260, 7_200), &[Attention], None, "no answer, 2h 01m of 2h"),
    (Tr05, |t, _| t.reopen_count = 2, &[Require], UP_TO_2, "reopened 2 times, limit 2"),
    // Nobody can propose to a tier above the third, so nothing may wait for it.
    (Tr05, |t, _| (t.tier, t.reopen_count) = (Tier::Three, 2), &[Attention], None, "reopened 2 times, limit 2"),
    (Tr06, |_, f| f.reassigned = 3, &[Attention], None, "3 reassignments in this visit, limit 3"),
    (Tr07, |_, f| f.bounces = 2, &[Attention], None, "went back and forth 2 times, limit 2"),
    (
        Tr08,
        |t, _| t.affected_users = 7,
        &[Require],
        UP_TO_2,
        "7 users and 1 machine affected in tier 1, limits 5 and 5",
    ),
    (Tr09, |_, f| f.cluster = Some(3), &[Suggest], UP_TO_2, "3 incidents of one kind in 14 days, limit 3"),
    (
        Tr09,
        |t, f| (t.tier, f.cluster) = (Tier::Two, Some(3)),
        &[Suggest],
        None,
        "3 incidents of one kind in 14 days, limit 3",
    ),
    (
        Tr10,
        |_, f| f.exposure = Some(Exposure { cvss_tenths: Some(78), epss: Some(12_345), ..Exposure::default() }),
        &[Auto],
        UP_TO_2,
        "CVSS 7.8, limit 7.0; EPSS 0.12345, limit 0.50",
    ),
    (
        Tr10,
        |_, f| f.exposure = Some(Exposure { kev: true, ..Exposure::default() }),
        &[Immediate],
        UP_TO_3,
        "known to be exploited",
    ),
    (
        Tr10,
        |t, f| (t.tier, f.exposure) = (Tier::Two, Some(Exposure { exploited: true, ..Exposure::default() })),
        &[Immediate],
        UP_TO_3,
        "flagged as exploited",
    ),
    (
        Tr10,
        |t, f| (t.tier, f.exposure) = (Tier::Two, Some(Exposure { epss: Some(50_000), ..Exposure::default() })),
        &[Suggest],
        None,
        "EPSS 0.50, limit 0.50",
    ),
    (Tr11, |t, _| t.suspected_compromise = true, &[Immediate, Attention], UP_TO_3, "compromise suspected"),
    (Tr11, |t, _| (t.tier, t.suspected_compromise) = (Tier::Three, true), &[Attention], None, "compromise suspected"),
    (
        Tr12,
        |t, _| t.required_rights = Rights::ServerAdmin,
        &[Require],
        UP_TO_2,
        "needs server_admin, tier 1 has local_admin",
    ),
    (
        Tr12,
        |t, _| t.required_rights = Rights::DomainAdmin,
        &[Require],
        UP_TO_3,
        "needs domain_admin, tier 1 has local_admin",
    ),
    (Tr12, |t, _| t.required_rights = Rights::Vendor, &[Require], UP_TO_2, "needs vendor, tier 1 has local_admin"),
    (
        Tr12,
        |t, _| (t.tier, t.required_rights) = (Tier::Two, Rights::Vendor),
        &[Require],
        Some(Target::Vendor),
        "needs vendor, tier 2 has server_admin",
    ),
    (
        Tr13,
        |t, _| (t.vendor_defect, t.hotfix_needed) = (true, true),
        &[Require],
        UP_TO_2,
        "a defect of the vendor's, a hotfix is needed",
    ),
    (
        Tr13,
        |t, f| {
            t.tier = Tier::Two;
            f.known_error = Some(KnownError { vendor_unfixed: true, ..KnownError::default() });
        },
        &[Require],
        Some(Target::Vendor),
        "a known error waits for its vendor's fix",
    ),
    (
        Tr14,
        |t, _| t.suspected_discipline = Some(Discipline::Network),
        &[Require],
        Some(Target::Lateral(Discipline::Network)),
        "network: suspected",
    ),
    (
        Tr14,
        |_, f| f.overlap = Some(Discipline::Hardware),
        &[Require],
        Some(Target::Lateral(Discipline::Hardware)),
        "hardware: points to it by the overlap table",
    ),
    (Tr15, |t, _| t.symptom = Some(Symptom::DataMissing), &[Immediate], UP_TO_2, "symptom data_missing"),
    (Tr15, |t, _| (t.tier, t.data_loss_risk) = (Tier::Two, true), &[Attention], None, "data at risk"),
    (
        Tr16,
        |t, f| (t.vip, f.resolution) = (true, clock(3_600, 14_400)),
        &[Suggest, Attention],
        UP_TO_2,
        "VIP, P3, 1h of 4h, limit 25 %",
    ),
    (Tr17, |t, _| t.priority = Priority::P1, &[Immediate], UP_TO_2, "P1 in tier 1"),
    (Tr18, |t, _| tick(t, 4), &[Require], UP_TO_2, "4 of 4 diagnostic steps, no cause, 0s of 16m, limit 40 %"),
    (
        Tr19,
        |_, f| f.regression = Some(Regression { incidents: 2 }),
        &[Attention],
        Some(Target::HoldCampaign),
        "2 incidents of one symptom within 72h of the campaign, limit 2",
    ),
    (
        Tr20,
        |_, f| f.known_error = Some(KnownError { workaround_min_tier: Some(Tier::Three), ..KnownError::default() }),
        &[Require],
        UP_TO_3,
        "the workaround asks for tier 3, this is tier 1",
    ),
    (Tr21, |_, f| f.updates_missed = 2, &[Attention], None, "2 public updates missed in a row, limit 2"),
    (
        Tr22,
        |t, f| (t.priority, f.since_worklog) = (Priority::P2, Some(Secs(30_600))),
        &[Suggest],
        UP_TO_2,
        "8h 30m without a worklog, limit 8h; waited 0 times, limit 3",
    ),
    (
        Tr22,
        |t, f| (t.number, f.start_missed) = ("REQ-7".parse().ok(), true),
        &[Suggest],
        UP_TO_2,
        "the scheduled start was missed",
    ),
    (Tr23, |t, _| t.change_needed = true, &[Require], UP_TO_2, "a change is needed"),
    (Tr23, |t, _| (t.tier, t.change_needed) = (Tier::Two, true), &[Suggest], None, "a change is needed"),
    (
        Tr24,
        |_, f| f.unsupported = Some(vec!["ERP client 4".into(), "OS 10".into()]),
        &[Suggest],
        UP_TO_2,
        "past its end of support: ERP client 4, OS 10",
    ),
    (Tr25, |t, _| t.complaint = true, &[Attention], None, "the requester complained"),
    (
        Tr26,
        |_, f| f.review = Some(Review { waited: Secs(2_100), overdue: true }),
        &[Attention],
        None,
        "35m without a decision, limit 30m",
    ),
    (
        Tr27,
        |_, f| f.cluster_burst = Some(6),
        &[Attention],
        None,
        "P3, 1 user, limit 20; 6 like incidents in 1h, limit 5",
    ),
    (
        Tr28,
        |_, f| f.billing = Some(Billing { class: CoverageClass::Project, quoted: false }),
        &[Attention],
        None,
        "project work without a quote",
    ),
    (
        Tr29,
        |_, f| f.ring = Some(Ring { attempted: 40, failed: 2 }),
        &[Attention],
        Some(Target::HoldCampaign),
        "2 of 40 failed, limit 5 % and 2",
    ),
    (
        Tr30,
        |_, f| f.deadlines = Some(Deadlines { left: Some(Secs(90_000)) }),
        &[Suggest],
        Some(Target::CampaignAuthor),
        "25h to the deadline, limit 48h",
    ),
    (
        Tr30,
        |_, f| f.deadlines = Some(Deadlines { left: Some(Secs(-3_600)) }),
        &[Attention],
        None,
        "the deadline passed 1h ago",
    ),
];

#[test]
fn each_rule_does_what_its_facts_ask_for_and_says_why() {
    for (rule, set, actions, to, numbers) in CASES {
        let judged = judged(*rule, *set, &Policy::default()).unwrap();
        assert_eq!(judged.state, Truth::True, "{rule}");
        assert_eq!((judged.actions, judged.to, judged.numbers.as_str()), (*actions, *to, *numbers), "{rule}");
    }
    for rule in Trigger::ALL {
        assert!(CASES.iter().any(|(id, ..)| id == rule), "{rule}");
    }
}

#[test]
fn the_table_names_every_action_a_rule_may_take() {
    for (rule, _, actions, ..) in CASES {
        let named = rule.rule().actions;
        assert!(actions.iter().all(|action| named.contains(action)), "{rule}: {actions:?} of {named:?}");
    }
}

#[test]
fn a_breached_ticket_is_proposed_too_where_policy_or_contract_say_so() {
    let breached: Set = |_, f| f.resolution.as_mut().unwrap().ever_breached = true;
    let line = "escalation.triggers.TR03.auto = true";
    for policy in [policy(line), contract(line).unwrap()] {
        let judged = judged(Tr03, breached, &policy).unwrap();
        assert_eq!((judged.actions, judged.to), (&[Attention, Auto][..], UP_TO_2));
    }
    let top: Set = |t, f| (t.tier, f.resolution.as_mut().unwrap().ever_breached) = (Tier::Three, true);
    assert_eq!(judged(Tr03, top, &policy(line)).unwrap().actions, [Attention]);
}

#[test]
fn what_is_not_known_has_no_numbers() {
    let judged = judged(Tr09, |_, f| f.cluster = None, &Policy::default()).unwrap();
    assert_eq!((judged.state, judged.numbers.as_str()), (Truth::NoData, "no data"));
}

#[test]
fn suggestions_are_waived_by_the_owner_demands_by_a_supervisor_and_the_rest_by_nobody() {
    let waivers: Vec<_> = Action::ALL.iter().map(|action| action.waiver()).collect();
    let supervisor = Some(Waiver::Supervisor);
    assert_eq!(waivers, [Some(Waiver::Owner), supervisor, supervisor, None, None]);
}

#[test]
fn attention_goes_to_whoever_can_do_something() {}
