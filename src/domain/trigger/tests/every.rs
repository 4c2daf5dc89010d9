//! What holds of all rules: whom they look at, that they can be switched off, fire once, and never panic.

use proptest::option;
use proptest::prelude::*;

use super::conditions::CASES;
use super::{Set, calm, judged, policy, ticket};
use crate::domain::incident::{State, Symptom};
use crate::domain::number::{Kind, Number, SiteCode};
use crate::domain::policy::{CoverageClass, Policy};
use crate::domain::priority::Priority;
use crate::domain::role::{Discipline, Rights, Tier};
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};
use crate::domain::trigger::{
    Action, Billing, ClockFacts, Deadlines, Exposure, Facts, KnownError, Latched, Meter, RULES, Regression, Review,
    Ring, Trigger, Truth, blocking, fires, judge, judge_campaign, thresholds,
};

fn number(kind: Kind) -> Option<Number> {
    Some(Number { kind, site: SiteCode::first(), n: 42 })
}

/// The first ticket of the table on which the rule holds.
fn holding(rule: Trigger) -> Set {
    CASES.iter().find(|(id, _, state)| *id == rule && *state == Truth::True).expect("every rule holds somewhere").1
}

#[test]
fn the_table_lists_each_rule_once_in_order() {
    let ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids, Trigger::ALL);
    assert!(Trigger::ALL.iter().all(|id| id.rule().id == *id));
}

#[test]
fn the_rules_page_names_every_rule_and_all_it_may_do() {
    let page = include_str!("../../../../docs/rules.md");
    for rule in &RULES {
        let actions: Vec<_> = rule.actions.iter().map(|action| action.word()).collect();
        let line = format!("| {} {} | {} | {} |", rule.id, rule.name, rule.when, actions.join(", "));
        assert!(page.contains(&line), "docs/rules.md lacks: {line}");
    }
}

#[test]
fn each_kind_of_record_is_judged_by_its_own_rules() {
    for kind in Kind::ALL {
        let subject = Ticket { number: number(kind), ..ticket() };
        let asked: Vec<_> = judge(&subject, &calm(), &Policy::default()).iter().map(|judged| judged.trigger).collect();
        let expected: Vec<_> = Trigger::ALL.iter().copied().filter(|rule| rule.looks_at(kind)).collect();
        assert_eq!(asked, expected, "{kind:?}");
    }
    let campaign = judge_campaign(&calm(), &Policy::default());
    assert_eq!(campaign.iter().map(|judged| judged.trigger).collect::<Vec<_>>(), [Trigger::Tr29, Trigger::Tr30]);
}

#[test]
fn a_rule_that_is_switched_off_is_not_asked() {
    for rule in Trigger::ALL {
        let off = policy(&format!("escalation.disabled = [\"{rule}\"]"));
        assert_eq!(judged(*rule, holding(*rule), &off), None, "{rule}");
    }
}

#[test]
fn a_ticket_that_is_resolved_or_ended_is_judged_by_none() {
    for state in State::ALL.iter().copied().filter(|state| !state.open()) {
        let done = Ticket { state, complaint: true, data_loss_risk: true, ..ticket() };
        assert!(judge(&done, &calm(), &Policy::default()).is_empty(), "{state}");
    }
}

#[test]
fn a_rule_fires_once_in_a_visit_and_again_in_the_next() {
    for rule in Trigger::ALL {
        let now = vec![judged(*rule, holding(*rule), &Policy::default()).unwrap()];
        assert_eq!(fires(&now, &[], 1), now, "{rule}");
        let latched = [Latched::new(&now[0], 1, Instant(100))];
        assert_eq!(fires(&now, &latched, 1), [], "{rule}");
        assert_eq!(fires(&now, &latched, 2), now, "{rule}");
    }
}

#[test]
fn what_does_not_hold_or_is_not_known_does_not_fire() {
    for (rule, set, state) in CASES.iter().filter(|(_, _, state)| *state != Truth::True) {
        let now = [judged(*rule, *set, &Policy::default()).unwrap()];
        assert_eq!(fires(&now, &[], 1), [], "{rule} {state}");
    }
}

fn clock() -> impl Strategy<Value = ClockFacts> {
    (any::<i64>(), any::<i64>(), any::<bool>(), any::<bool>()).prop_map(|(elapsed, target, warn, ever_breached)| {
        ClockFacts { elapsed: Secs(elapsed), target: Secs(target), warn, ever_breached }
    })
}

fn exposure() -> impl Strategy<Value = Exposure> {
    (option::of(any::<i64>()), option::of(any::<i64>()), any::<bool>(), any::<bool>())
        .prop_map(|(cvss_tenths, epss, kev, exploited)| Exposure { cvss_tenths, epss, kev, exploited })
}

fn one_of<T: Copy + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn some_facts() -> impl Strategy<Value = Facts> {
    let clocks = (option::of(clock()), option::of(clock()), option::of(clock()));
    let counts = (any::<i64>(), any::<i64>(), option::of(any::<i64>()), option::of(any::<i64>()), any::<i64>());
    let lengths = (option::of(any::<i64>()), option::of(any::<i64>()), option::of(any::<i64>()), any::<bool>());
    let others = (option::of(one_of(Discipline::ALL)), option::of(one_of(Discipline::ALL)), any::<[bool; 4]>());
    let known = option::of((any::<bool>(), option::of(one_of(&Tier::ALL))));
    let estate = (
        option::of(exposure()),
        known,
        option::of(prop::collection::vec(".{0,9}", 0..3)),
        option::of((one_of(CoverageClass::ALL), any::<bool>())),
        option::of(any::<i64>()),
        option::of((any::<i64>(), any::<i64>())),
        option::of(option::of(any::<i64>())),
    );
    (clocks, counts, lengths, others, estate).prop_map(|(clocks, counts, lengths, others, estate)| Facts {
        response: clocks.0,
        resolution: clocks.1,
        ola: clocks.2,
        reassigned: counts.0,
        bounces: counts.1,
        cluster: counts.2,
        cluster_burst: counts.3,
        updates_missed: counts.4,
        since_worklog: lengths.0.map(Secs),
        since_woken: lengths.1.map(Secs),
        quiet_since: lengths.2.map(Instant),
        review: lengths.2.map(|waited| Review { waited: Secs(waited), overdue: lengths.3 }),
        lateral_declined: others.0,
        overlap: others.1,
        chase_limit: None,
        chase_overdue: others.2[0],
        start_missed: others.2[1],
        major_decided: others.2[2],
        critical_item: lengths.3.then_some(others.2[3]),
        exposure: estate.0,
        known_error: estate.1.map(|(vendor_unfixed, tier)| KnownError { vendor_unfixed, workaround_min_tier: tier }),
        unsupported: estate.2,
        billing: estate.3.map(|(class, quoted)| Billing { class, quoted }),
        regression: estate.4.map(|incidents| Regression { incidents }),
        ring: estate.5.map(|(attempted, failed)| Ring { attempted, failed }),
        deadlines: estate.6.map(|left| Deadlines { left: left.map(Secs) }),
    })
}

fn some_ticket() -> impl Strategy<Value = Ticket> {
    let place = (one_of(State::ALL), one_of(&Tier::ALL), 1_i64..=5, one_of(&Kind::ALL), one_of(Rights::ALL));
    let counts = (any::<i64>(), any::<i64>(), any::<i64>(), any::<i64>());
    let words = (option::of(one_of(Symptom::ALL)), option::of(one_of(Discipline::ALL)), 0_usize..=4);
    (place, counts, any::<[bool; 9]>(), words).prop_map(|(place, counts, flags, words)| {
        let mut ticket = Ticket {
            number: number(place.3),
            state: place.0,
            tier: place.1,
            priority: Priority::new(place.2).unwrap(),
            required_rights: place.4,
            affected_users: counts.0,
            affected_endpoints: counts.1,
            reopen_count: counts.2,
            pending_count: counts.3,
            vip: flags[0],
            vendor_defect: flags[1],
            hotfix_needed: flags[2],
            data_loss_risk: flags[3],
            suspected_compromise: flags[4],
            complaint: flags[5],
            change_needed: flags[6],
            service_down: flags[7],
            owner_fixed: flags[8],
            symptom: words.0,
            suspected_discipline: words.1,
            ..Ticket::default()
        };
        super::tick(&mut ticket, words.2);
        ticket
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_ticket_with_any_facts_is_judged_and_always_the_same(ticket in some_ticket(), facts in some_facts()) {
        let policy = Policy::default();
        let first = judge(&ticket, &facts, &policy);
        prop_assert_eq!(&first, &judge(&ticket, &facts, &policy));
        for judged in &first {
            prop_assert!(!judged.numbers.is_empty(), "{} says nothing", judged.trigger);
            prop_assert!(!judged.actions.is_empty(), "{} does nothing", judged.trigger);
            let named = judged.trigger.rule().actions;
            prop_assert!(judged.actions.iter().all(|action| named.contains(action)), "{}", judged.trigger);
            let demanded = judged.actions.contains(&Action::Require) && judged.state == Truth::True;
            prop_assert!(!demanded || judged.to.is_some(), "{} demands what nobody can do", judged.trigger);
        }
        let latched: Vec<_> = fires(&first, &[], 1).iter().map(|judged| Latched::new(judged, 1, Instant(0))).collect();
        let demands = latched.iter().filter(|row| row.actions.contains(&Action::Require)).count();
        prop_assert_eq!(blocking(&latched, &first, 1).len(), demands);
        prop_assert_eq!(judge_campaign(&facts, &policy).len(), 2);
    }

    #[test]
    fn a_threshold_is_the_first_second_at_which_its_rule_holds(ticket in some_ticket(), facts in some_facts()) {
        let policy = Policy::default();
        let of = |rule: Trigger, facts: &Facts| {
            judge(&ticket, facts, &policy).into_iter().find(|judged| judged.trigger == rule).unwrap().state
        };
        for (rule, meter, at) in thresholds(&ticket, &facts, &policy) {
            // Something else may make the rule hold already.
            if of(rule, &facts) == Truth::True {
                continue;
            }
            let mut later = facts.clone();
            later.run_to(meter, at);
            prop_assert_eq!(of(rule, &later), Truth::True, "{} at {}", rule, at.0);
            later.run_to(meter, Secs(at.0 - 1));
            prop_assert_ne!(of(rule, &later), Truth::True, "{} before {}", rule, at.0);
        }
    }
}

impl Facts {
    fn run_to(&mut self, meter: Meter, elapsed: Secs) {
        match meter {
            Meter::Ola => self.ola.as_mut().unwrap().elapsed = elapsed,
            Meter::Resolution => self.resolution.as_mut().unwrap().elapsed = elapsed,
            Meter::SinceWorklog => self.since_worklog = Some(elapsed),
            Meter::SinceWoken => self.since_woken = Some(elapsed),
        }
    }
}
