//! Rules about what the desk looks after: vulnerabilities, platforms, campaigns, coverage.

use super::Action::{Attention, Auto, Immediate, Suggest};
use super::judge::{Subject, Verdict, hours, many, reaches};
use super::{Exposure, Target, Truth};
use crate::domain::policy::{CoverageClass, Triggers};
use crate::domain::role::Tier;
use crate::domain::time::Secs;

pub(super) fn security_exposure(it: &Subject<'_>) -> Verdict {
    let (tier, limits) = (it.ticket.tier, it.limits());
    let Some(worst) = it.facts.exposure else {
        return Verdict::new(Truth::NoData, "").leads(tier, Some(Tier::Two), &[Auto], &[Suggest]);
    };
    let exploited = worst.exploited || (worst.kev && limits.kev);
    let scored = worst.cvss_tenths.is_some_and(|score| score >= limits.cvss_tenths);
    let likely = worst.epss.is_some_and(|share| share >= limits.epss);
    let verdict = Verdict::new(exploited || scored || likely, exposure_numbers(&worst, limits));
    if exploited {
        return verdict.leads(tier, Some(Tier::Three), &[Immediate], &[Suggest]);
    }
    verdict.leads(tier, Some(Tier::Two), &[Auto], &[Suggest])
}

fn exposure_numbers(worst: &Exposure, limits: &Triggers) -> String {
    let mut numbers = Vec::new();
    if let Some(score) = worst.cvss_tenths {
        numbers.push(format!("CVSS {}, limit {}", tenths(score), tenths(limits.cvss_tenths)));
    }
    if let Some(share) = worst.epss {
        numbers.push(format!("EPSS {}, limit {}", fraction(share), fraction(limits.epss)));
    }
    if worst.kev {
        numbers.push("known to be exploited".to_owned());
    }
    if worst.exploited {
        numbers.push("flagged as exploited".to_owned());
    }
    if numbers.is_empty() { "no vulnerability".to_owned() } else { numbers.join("; ") }
}

fn tenths(score: i64) -> String {
    format!("{}.{}", score / 10, (score % 10).unsigned_abs())
}

/// Hundred-thousandths as a decimal fraction of two places, or more where they differ from nought.
fn fraction(share: i64) -> String {
    let digits = format!("{}.{:05}", share / 100_000, (share % 100_000).unsigned_abs());
    let cut = digits.trim_end_matches('0').len().max(digits.len() - 3);
    digits[..cut].to_owned()
}

pub(super) fn patch_regression(it: &Subject<'_>) -> Verdict {
    let (found, limits) = (it.facts.regression, it.limits());
    let count = found.map(|found| found.incidents);
    let incidents = many(count.unwrap_or_default(), "incident");
    let window = hours(limits.regression_window);
    let numbers =
        format!("{incidents} of one symptom within {window} of the campaign, limit {}", limits.regression_incidents);
    Verdict::new(Truth::of(count, |count| count >= limits.regression_incidents), numbers)
        .asks(&[Attention], Some(Target::HoldCampaign))
}

pub(super) fn unsupported_platform(it: &Subject<'_>) -> Verdict {
    let past = it.facts.unsupported.as_deref();
    let numbers = match past.unwrap_or_default() {
        [] => "everything is supported".to_owned(),
        names => format!("past its end of support: {}", names.join(", ")),
    };
    Verdict::new(Truth::of(past, |past| !past.is_empty()), numbers).leads(
        it.ticket.tier,
        Some(Tier::Two),
        &[Suggest],
        &[Suggest],
    )
}

pub(super) fn out_of_coverage(it: &Subject<'_>) -> Verdict {
    let outside = Truth::of(it.facts.billing, |billing| match billing.class {
        CoverageClass::Included => false,
        CoverageClass::Project => !billing.quoted,
        CoverageClass::Excluded => true,
    });
    let numbers = it.facts.billing.map_or("", |billing| match (billing.class, billing.quoted) {
        (CoverageClass::Included, _) => "included",
        (CoverageClass::Project, true) => "project work with a quote",
        (CoverageClass::Project, false) => "project work without a quote",
        (CoverageClass::Excluded, _) => "excluded by the contract",
    });
    Verdict::new(outside, numbers).attention()
}

pub(super) fn ring_failure(it: &Subject<'_>) -> Verdict {
    let (pct, least) = (it.limits().ring_fail_pct, it.limits().ring_min_failed);
    let ring = it.facts.ring;
    let failing = Truth::of(ring, |ring| ring.failed >= least && reaches(ring.failed, pct, ring.attempted));
    let numbers = ring.map(|ring| format!("{} of {} failed, limit {pct} % and {least}", ring.failed, ring.attempted));
    Verdict::new(failing, numbers.unwrap_or_default()).asks(&[Attention], Some(Target::HoldCampaign))
}

pub(super) fn deadline_at_risk(it: &Subject<'_>) -> Verdict {
    let ahead = it.limits().deadline_ahead;
    let left = it.facts.deadlines.and_then(|deadlines| deadlines.left);
    let numbers = match left {
        None => "no deadline is open".to_owned(),
        Some(left) if left <= Secs(0) => {
            format!("the deadline passed {} ago", hours(Secs(left.0.saturating_neg())))
        }
        Some(left) => format!("{} to the deadline, limit {}", hours(left), hours(ahead)),
    };
    let near = Truth::of(it.facts.deadlines, |_| left.is_some_and(|left| left <= ahead));
    let verdict = Verdict::new(near, numbers);
    if left.is_some_and(|left| left <= Secs(0)) {
        return verdict.attention();
    }
    verdict.asks(&[Suggest], Some(Target::CampaignAuthor))
}
