//! Rules about what a record says and what became of it: flags, counts, rights, other disciplines, known errors.

use super::Action::{Attention, Immediate, Require, Suggest};
use super::judge::{Subject, Verdict, hours, many, said};
use super::{Target, Truth};
use crate::domain::incident::Symptom;
use crate::domain::priority::Priority;
use crate::domain::role::{Rights, Tier};

pub(super) fn reopened(it: &Subject<'_>) -> Verdict {
    let (count, limit) = (it.ticket.reopen_count, it.limits().reopened);
    let numbers = format!("reopened {}, limit {limit}", many(count, "time"));
    Verdict::new(count >= limit, numbers).leads_up(it.ticket.tier, &[Require])
}

pub(super) fn reassigned(it: &Subject<'_>) -> Verdict {
    let (count, limit) = (it.facts.reassigned, it.limits().reassigned);
    let numbers = format!("{} in this visit, limit {limit}", many(count, "reassignment"));
    Verdict::new(count >= limit, numbers).attention()
}

pub(super) fn ping_pong(it: &Subject<'_>) -> Verdict {
    let (count, limit) = (it.facts.bounces, it.policy.escalation.ping_pong_bounces);
    let fixed = if it.ticket.owner_fixed { ", one owner is fixed" } else { "" };
    let numbers = format!("went back and forth {}, limit {limit}{fixed}", many(count, "time"));
    Verdict::new(count >= limit && !it.ticket.owner_fixed, numbers).attention()
}

pub(super) fn blast_radius(it: &Subject<'_>) -> Verdict {
    let (ticket, limits) = (it.ticket, it.limits());
    let (users, machines) = (ticket.affected_users, ticket.affected_endpoints);
    let wide = users >= limits.blast_users || machines >= limits.blast_endpoints;
    let numbers = format!(
        "{} and {} affected in tier {}, limits {} and {}",
        many(users, "user"),
        many(machines, "machine"),
        ticket.tier,
        limits.blast_users,
        limits.blast_endpoints
    );
    Verdict::new(wide && ticket.tier == Tier::One, numbers).leads(ticket.tier, Some(Tier::Two), &[Require], &[Require])
}

pub(super) fn recurrence(it: &Subject<'_>) -> Verdict {
    let (count, limits) = (it.facts.cluster, it.limits());
    let days = limits.recurrence_within.0 / 86_400;
    let found = many(count.unwrap_or_default(), "incident");
    let numbers = format!("{found} of one kind in {}, limit {}", many(days, "day"), limits.recurrence_count);
    Verdict::new(Truth::of(count, |count| count >= limits.recurrence_count), numbers).leads(
        it.ticket.tier,
        Some(Tier::Two),
        &[Suggest],
        &[Suggest],
    )
}

pub(super) fn suspected_compromise(it: &Subject<'_>) -> Verdict {
    let flag = it.ticket.suspected_compromise;
    Verdict::new(flag, said(flag, "compromise suspected", "no compromise suspected")).leads(
        it.ticket.tier,
        Some(Tier::Three),
        &[Immediate, Attention],
        &[Attention],
    )
}

pub(super) fn rights_needed(it: &Subject<'_>) -> Verdict {
    let (tier, needed) = (it.ticket.tier, it.ticket.required_rights);
    let numbers = format!("needs {needed}, tier {tier} has {}", tier.ceiling());
    let verdict = Verdict::new(needed > tier.ceiling(), numbers);
    if needed == Rights::Vendor {
        return to_vendor(verdict, tier);
    }
    let holds = Tier::ALL.into_iter().find(|tier| tier.ceiling() >= needed);
    verdict.leads(tier, holds, &[Require], &[Require])
}

/// Only tier 2 and above speak to vendors.
fn to_vendor(verdict: Verdict, tier: Tier) -> Verdict {
    let target = if tier == Tier::One { Target::Tier(Tier::Two) } else { Target::Vendor };
    verdict.asks(&[Require], Some(target))
}

pub(super) fn vendor_defect(it: &Subject<'_>) -> Verdict {
    let ticket = it.ticket;
    let waits = Truth::of(it.facts.known_error, |known| known.vendor_unfixed);
    let numbers = [
        (ticket.vendor_defect, "a defect of the vendor's"),
        (ticket.hotfix_needed, "a hotfix is needed"),
        (waits == Truth::True, "a known error waits for its vendor's fix"),
    ];
    let verdict = Verdict::new(
        Truth::from(ticket.vendor_defect || ticket.hotfix_needed).or(waits),
        listed(&numbers, "no defect of a vendor's"),
    );
    to_vendor(verdict, ticket.tier)
}

/// What of these holds, or that nothing does.
fn listed(all: &[(bool, &str)], none: &str) -> String {
    let holding: Vec<_> = all.iter().filter(|(holds, _)| *holds).map(|(_, words)| *words).collect();
    if holding.is_empty() { none.to_owned() } else { holding.join(", ") }
}

pub(super) fn discipline_overlap(it: &Subject<'_>) -> Verdict {
    let (own, facts) = (it.ticket.discipline, it.facts);
    let suspected = it.ticket.suspected_discipline.filter(|suspected| *suspected != own);
    let found = [
        (suspected, "suspected"),
        (facts.lateral_declined, "declined its task"),
        (facts.overlap, "points to it by the overlap table"),
    ];
    let first = found.iter().find_map(|(discipline, why)| discipline.map(|discipline| (discipline, *why)));
    let numbers = first.map_or_else(|| format!("{own} only"), |(discipline, why)| format!("{discipline}: {why}"));
    Verdict::new(first.is_some(), numbers).asks(&[Require], first.map(|(discipline, _)| Target::Lateral(discipline)))
}

pub(super) fn data_loss(it: &Subject<'_>) -> Verdict {
    let symptom = it.ticket.symptom.filter(|symptom| matches!(symptom, Symptom::DataMissing | Symptom::DataCorrupt));
    let numbers = match symptom {
        Some(symptom) => format!("symptom {symptom}"),
        None => said(it.ticket.data_loss_risk, "data at risk", "no data at risk"),
    };
    Verdict::new(it.ticket.data_loss_risk || symptom.is_some(), numbers).leads(
        it.ticket.tier,
        Some(Tier::Two),
        &[Immediate],
        &[Attention],
    )
}

pub(super) fn p1_in_tier_1(it: &Subject<'_>) -> Verdict {
    let (priority, tier) = (it.ticket.priority, it.ticket.tier);
    Verdict::new(priority == Priority::P1 && tier == Tier::One, format!("{priority} in tier {tier}")).leads(
        tier,
        Some(Tier::Two),
        &[Immediate],
        &[Immediate],
    )
}

pub(super) fn known_error_above_tier(it: &Subject<'_>) -> Verdict {
    let tier = it.ticket.tier;
    let needed = it.facts.known_error.and_then(|known| known.workaround_min_tier);
    let numbers = match needed {
        Some(needed) => format!("the workaround asks for tier {needed}, this is tier {tier}"),
        None => "no known error with a workaround".to_owned(),
    };
    let above = Truth::of(it.facts.known_error, |_| needed.is_some_and(|needed| needed > tier));
    Verdict::new(above, numbers).leads(tier, needed, &[Require], &[Require])
}

pub(super) fn change_needed(it: &Subject<'_>) -> Verdict {
    let flag = it.ticket.change_needed;
    Verdict::new(flag, said(flag, "a change is needed", "no change is needed")).leads(
        it.ticket.tier,
        Some(Tier::Two),
        &[Require],
        &[Suggest],
    )
}

pub(super) fn complaint(it: &Subject<'_>) -> Verdict {
    Verdict::new(it.ticket.complaint, said(it.ticket.complaint, "the requester complained", "no complaint")).attention()
}

pub(super) fn major_candidate(it: &Subject<'_>) -> Verdict {
    let (ticket, facts, major) = (it.ticket, it.facts, &it.policy.major);
    if facts.major_decided {
        return Verdict::new(false, "a supervisor has decided").attention();
    }
    let wide = ticket.priority == Priority::P1 && ticket.affected_users >= major.min_users;
    let down = if ticket.service_down { Truth::of(facts.critical_item, |critical| critical) } else { Truth::False };
    let burst = Truth::of(facts.cluster_burst, |count| count >= major.cluster_count);
    let exploited =
        if ticket.suspected_compromise { Truth::of(facts.exposure, |it| it.exploited || it.kev) } else { Truth::False };
    let mut numbers =
        vec![format!("{}, {}, limit {}", ticket.priority, many(ticket.affected_users, "user"), major.min_users)];
    if let Some(count) = facts.cluster_burst {
        let window = hours(major.cluster_window);
        numbers.push(format!("{} in {window}, limit {}", many(count, "like incident"), major.cluster_count));
    }
    if down == Truth::True {
        numbers.push("a critical service is down".to_owned());
    }
    if exploited == Truth::True {
        numbers.push("an exploited vulnerability, compromise suspected".to_owned());
    }
    Verdict::new(Truth::from(wide).or(down).or(burst).or(exploited), numbers.join("; ")).attention()
}
