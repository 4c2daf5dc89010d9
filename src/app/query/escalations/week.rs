//! What was escalated in the last seven days: how many a day, what became of them, and why. It reads one index from
//! seven days ago on, and at most so many lines of it; nothing is kept for it.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, TimeZone};

use crate::app::{Desk, Error};
use crate::domain::escalation::{EscalationKind, EscalationState};
use crate::domain::role::Tier;
use crate::domain::time::{Instant, Secs};
use crate::domain::trigger::Trigger;
use crate::store::inbox::Lately;

/// How many days are told, today included.
const DAYS: u64 = 7;
/// Most escalations that are read; the figures are of the latest ones where there were more.
const MOST: u32 = 2_000;

/// The figures beside the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Week {
    /// The days, the oldest first.
    pub days: Vec<OneDay>,
    /// Why, the most frequent first: a person's reason, or the name of a rule.
    pub reasons: Vec<(String, u32)>,
}

/// Hand-offs between tiers that were proposed on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneDay {
    pub date: NaiveDate,
    pub proposed: u32,
    pub accepted: u32,
    /// Returned, or handed back afterwards.
    pub returned: u32,
}

impl Desk {
    /// What was escalated into these tiers since the start of the day six days ago.
    pub fn escalated_this_week(&self, tiers: &[Tier], now: Instant) -> Result<Week, Error> {
        let zone = self.policy().zone;
        let date = |at: Instant| zone.from_utc_datetime(&at.utc().naive_utc()).date_naive();
        let today = date(now);
        let lately = self.store().escalated_since(now - Secs::days(DAYS as i64), MOST)?;
        let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
        let told = lately.iter().filter(|it| tiers.contains(&it.to)).map(|it| (date(it.at), it));
        Ok(figures(first, told.filter(|(date, _)| *date >= first)))
    }
}

fn figures<'a>(first: NaiveDate, lately: impl Iterator<Item = (NaiveDate, &'a Lately)>) -> Week {
    let days = (0..DAYS).filter_map(|n| first.checked_add_days(Days::new(n)));
    let mut days: Vec<_> = days.map(|date| OneDay { date, proposed: 0, accepted: 0, returned: 0 }).collect();
    let mut reasons: BTreeMap<String, u32> = BTreeMap::new();
    for (date, it) in lately {
        *reasons.entry(reason(it)).or_default() += 1;
        if it.kind != EscalationKind::Functional {
            continue;
        }
        let Some(day) = days.iter_mut().find(|day| day.date == date) else { continue };
        day.proposed += 1;
        match it.state {
            EscalationState::Accepted => day.accepted += 1,
            EscalationState::Returned | EscalationState::HandedBack => day.returned += 1,
            EscalationState::Proposed | EscalationState::Withdrawn | EscalationState::Void => {}
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    Week { days, reasons }
}

/// In a word or two: `skill`, `SLA breach`. What people add in their own words is not counted apart.
fn reason(it: &Lately) -> String {
    let rule = it.trigger.as_deref().and_then(Trigger::from_word).map(|trigger| trigger.rule().name.to_owned());
    let word = || it.reason.as_deref().map(|reason| reason.split(':').next().unwrap_or_default().replace('_', " "));
    rule.or_else(word).unwrap_or_else(|| "no reason".to_owned())
}
