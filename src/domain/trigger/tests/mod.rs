//! The rules, each just below its limit, at it and above it; and what holds of all of them.

mod actions;
mod conditions;
mod every;
mod limits;

use super::{
    Billing, ClockFacts, Deadlines, Exposure, Facts, Judged, KnownError, Regression, Review, Ring, Trigger, Truth,
    judge, judge_campaign,
};
use crate::domain::incident::State;
use crate::domain::policy::{CoverageClass, Policy};
use crate::domain::priority::Priority;
use crate::domain::text::{Finding, Label};
use crate::domain::ticket::{Answer, Answered, Ticket};
use crate::domain::time::{Instant, Secs};

/// Changes a ticket on which no rule holds, and its facts.
pub type Set = fn(&mut Ticket, &mut Facts);

/// A P3 in progress in tier 1, with a diagnosis under way.
pub fn ticket() -> Ticket {
    Ticket {
        number: "INC-42".parse().ok(),
        state: State::InProgress,
        priority: Priority::P3,
        affected_users: 1,
        affected_endpoints: 1,
        h2: Some(Answer::ticked()),
        h3: Some(Answer::ticked()),
        ..Ticket::default()
    }
}

/// Everything is known, and nothing is the matter.
pub fn calm() -> Facts {
    let early = ClockFacts { elapsed: Secs(0), target: Secs(1_000), warn: false, ever_breached: false };
    Facts {
        response: Some(early),
        resolution: Some(early),
        ola: Some(early),
        cluster: Some(1),
        cluster_burst: Some(1),
        exposure: Some(Exposure::default()),
        known_error: Some(KnownError::default()),
        unsupported: Some(Vec::new()),
        since_worklog: Some(Secs(0)),
        critical_item: Some(false),
        billing: Some(Billing { class: CoverageClass::Included, quoted: false }),
        regression: Some(Regression::default()),
        ring: Some(Ring::default()),
        deadlines: Some(Deadlines::default()),
        review: Some(Review::default()),
        ..Facts::default()
    }
}

pub fn clock(elapsed: i64, target: i64) -> Option<ClockFacts> {
    Some(ClockFacts { elapsed: Secs(elapsed), target: Secs(target), warn: false, ever_breached: false })
}

pub fn tick(ticket: &mut Ticket, steps: usize) {
    let answer = Answer { answered: Answered::Done, finding: Some(Finding::new("nothing unusual").unwrap()) };
    let places = [&mut ticket.h2, &mut ticket.h3, &mut ticket.h4, &mut ticket.h5];
    for (n, place) in places.into_iter().enumerate() {
        *place = (n < steps).then(|| answer.clone());
    }
}

/// How one rule judges; `None` if it was not asked.
pub fn judged(rule: Trigger, set: Set, policy: &Policy) -> Option<Judged> {
    let (mut ticket, mut facts) = (ticket(), calm());
    set(&mut ticket, &mut facts);
    let mut all = judge(&ticket, &facts, policy);
    all.extend(judge_campaign(&facts, policy));
    let mut own = all.into_iter().filter(|judged| judged.trigger == rule);
    let first = own.next();
    assert_eq!(own.next(), None, "{rule} was judged twice");
    first
}

pub fn state(rule: Trigger, set: Set) -> Truth {
    judged(rule, set, &Policy::default()).expect("every rule is in force").state
}

/// The policy with these lines in it.
pub fn policy(lines: &str) -> Policy {
    Policy::parse(lines, "desk.toml").unwrap()
}

/// The policy under a contract with these lines.
pub fn contract(lines: &str) -> Result<Policy, String> {
    let text = format!("[contract.acme]\ncustomer = \"Acme\"\nstarts_on = \"2026-01-01\"\n{lines}\n");
    let policy = Policy::parse(&text, "desk.toml").map_err(|errors| errors[0].message.clone())?;
    Ok(under_acme(&policy).clone())
}

/// What holds under the contract of that name, in September 2026.
pub fn under_acme(policy: &Policy) -> &Policy {
    policy.under(Some(&Label::new("acme").unwrap()), Instant(1_790_000_000))
}
