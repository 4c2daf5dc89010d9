//! Rules about time: clocks, silence, and how far the diagnosis has come for it.

use super::Action::{Attention, Auto, Require, Suggest};
use super::judge::{Subject, Verdict, hours, many, reaches, said, share};
use super::{ClockFacts, Truth};
use crate::domain::incident::State;
use crate::domain::number::Kind;
use crate::domain::role::Tier;
use crate::domain::ticket::{Answered, Ticket};
use crate::domain::time::Secs;

/// TR01: the share that is allowed in a tier, unless it is switched off there.
pub(super) fn tier_time_pct(it: &Subject<'_>) -> Option<i64> {
    match it.ticket.tier {
        Tier::One => it.limits().tier_time_pct[0],
        Tier::Two => it.limits().tier_time_pct[1],
        Tier::Three => None,
    }
}

pub(super) fn tier_time(it: &Subject<'_>) -> Verdict {
    let tier = it.ticket.tier;
    let Some(pct) = tier_time_pct(it) else {
        return Verdict::new(false, format!("no limit in tier {tier}")).asks(&[Require], None);
    };
    let Some((ola, resolution)) = it.facts.ola.zip(it.facts.resolution) else {
        return Verdict::new(Truth::NoData, "").leads_up(tier, &[Require]);
    };
    let (spent, whole) = (ola.elapsed, resolution.target);
    let limit = hours(Secs(share(pct, whole.0)));
    let numbers = format!("{} in tier {tier}, limit {limit} ({pct} % of {})", hours(spent), hours(whole));
    Verdict::new(reaches(spent.0, pct, whole.0), numbers).leads_up(tier, &[Require])
}

pub(super) fn sla_warn(it: &Subject<'_>) -> Verdict {
    let clock = it.facts.resolution;
    Verdict::new(Truth::of(clock, |clock| clock.warn), of_target(clock)).leads_up(it.ticket.tier, &[Suggest])
}

pub(super) fn sla_breach(it: &Subject<'_>) -> Verdict {
    let clock = it.facts.resolution;
    let verdict = Verdict::new(Truth::of(clock, |clock| clock.ever_breached), of_target(clock));
    if it.limits().breach_auto {
        return verdict.leads(it.ticket.tier, it.ticket.tier.up(), &[Attention, Auto], &[Attention]);
    }
    verdict.attention()
}

pub(super) fn response_breach(it: &Subject<'_>) -> Verdict {
    if it.ticket.responded_at.is_some() {
        return Verdict::new(false, "answered").attention();
    }
    let clock = it.facts.response;
    let numbers = format!("no answer, {}", of_target(clock));
    Verdict::new(Truth::of(clock, ClockFacts::breached), numbers).attention()
}

fn of_target(clock: Option<ClockFacts>) -> String {
    clock.map(|clock| format!("{} of {}", hours(clock.elapsed), hours(clock.target))).unwrap_or_default()
}

pub(super) fn vip(it: &Subject<'_>) -> Verdict {
    let (pct, clock) = (it.limits().vip_elapsed_pct, it.facts.resolution);
    let verdict = if it.ticket.vip {
        let urgent = Truth::from(it.ticket.priority.n() <= it.limits().vip_priority);
        let late = Truth::of(clock, |clock| reaches(clock.elapsed.0, pct, clock.target.0));
        let spent = clock.map(|_| format!(", {}, limit {pct} %", of_target(clock))).unwrap_or_default();
        Verdict::new(urgent.or(late), format!("VIP, {}{spent}", it.ticket.priority))
    } else {
        Verdict::new(false, "no VIP")
    };
    verdict.leads(it.ticket.tier, it.ticket.tier.up(), &[Suggest, Attention], &[Attention])
}

/// How many of the four diagnostic steps are done.
pub(super) fn diagnosis_depth(ticket: &Ticket) -> usize {
    let steps = [&ticket.h2, &ticket.h3, &ticket.h4, &ticket.h5];
    steps.into_iter().flatten().filter(|step| step.answered == Answered::Done).count()
}

/// Work that goes on with hardly a diagnosis.
pub(super) fn undiagnosed(ticket: &Ticket) -> bool {
    ticket.state == State::InProgress && diagnosis_depth(ticket) <= 1
}

pub(super) fn cause_not_found(it: &Subject<'_>) -> Verdict {
    let (ticket, pct, clock) = (it.ticket, it.limits().no_cause_elapsed_pct, it.facts.resolution);
    let exhausted = diagnosis_depth(ticket) == 4 && ticket.cause_note.is_none();
    let late = if undiagnosed(ticket) {
        Truth::of(clock, |clock| reaches(clock.elapsed.0, pct, clock.target.0))
    } else {
        Truth::False
    };
    let cause = said(ticket.cause_note.is_some(), "cause noted", "no cause");
    let spent = clock.map(|_| format!(", {}, limit {pct} %", of_target(clock))).unwrap_or_default();
    let numbers = format!("{} of 4 diagnostic steps, {cause}{spent}", diagnosis_depth(ticket));
    Verdict::new(Truth::from(exhausted).or(late), numbers).leads_up(ticket.tier, &[Require])
}

pub(super) fn updates_missed(it: &Subject<'_>) -> Verdict {
    let (missed, limit) = (it.facts.updates_missed, it.limits().updates_missed);
    let numbers = format!("{} missed in a row, limit {limit}", many(missed, "public update"));
    Verdict::new(missed >= limit, numbers).attention()
}

/// TR22: working time without a worklog after which a ticket counts as forgotten.
pub(super) fn quiet_limit(it: &Subject<'_>) -> Secs {
    let limits = it.limits();
    let update = it.policy.sla.targets(it.ticket.priority).update;
    update.map_or(limits.stale_low_priority, |each| Secs(each.0.saturating_mul(limits.stale_intervals)))
}

pub(super) fn stale(it: &Subject<'_>) -> Verdict {
    let (facts, limits, tier) = (it.facts, it.limits(), it.ticket.tier);
    if it.ticket.kind() == Kind::Request {
        let numbers = said(facts.start_missed, "the scheduled start was missed", "no start was missed");
        return Verdict::new(facts.start_missed, numbers).leads_up(tier, &[Suggest]);
    }
    let (quiet, woken) = (quiet_limit(it), limits.stale_woken);
    let silent = facts.since_worklog.is_some_and(|since| since >= quiet);
    let unseen = facts.since_woken.is_some_and(|since| since >= woken);
    let waits = it.ticket.pending_count;
    let often = waits >= limits.stale_pending_count;
    let mut numbers = Vec::new();
    if let Some(since) = facts.since_worklog {
        numbers.push(format!("{} without a worklog, limit {}", hours(since), hours(quiet)));
    }
    if let Some(since) = facts.since_woken {
        numbers.push(format!("untouched for {} after its wait, limit {}", hours(since), hours(woken)));
    }
    numbers.push(format!("waited {}, limit {}", many(waits, "time"), limits.stale_pending_count));
    if facts.chase_overdue {
        numbers.push("the vendor was not reminded in time".to_owned());
    }
    // Waits are never taken back, so only a new silence may ask a second time.
    let since = facts.quiet_since.filter(|_| silent || unseen);
    let stale = silent || unseen || often || facts.chase_overdue;
    Verdict::new(stale, numbers.join("; ")).leads_up(tier, &[Suggest]).quiet_since(since)
}

pub(super) fn review_overdue(it: &Subject<'_>) -> Verdict {
    let verdict = match it.facts.review {
        None => Verdict::new(false, "no proposal waits"),
        Some(review) => {
            let target = hours(it.policy.escalation.review_target);
            Verdict::new(review.overdue, format!("{} without a decision, limit {target}", hours(review.waited)))
        }
    };
    verdict.attention()
}
