//! Judging a ticket: every rule that looks at its kind and is switched on, with the numbers it came to.

use super::Action::{Attention, Suggest};
use super::{Action, Facts, Target, Trigger, Truth, content, estate, pace};
use crate::domain::number::Kind;
use crate::domain::policy::{Policy, Triggers};
use crate::domain::role::Tier;
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};

/// What a rule came to, and what it does if that is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub trigger: Trigger,
    pub state: Truth,
    pub actions: &'static [Action],
    /// Where the actions lead; absent where the record stays.
    pub to: Option<Target>,
    /// The numbers behind it, in words: `2h 10m in tier 1, limit 2h (50 % of 4h)`.
    pub numbers: String,
    /// The beginning of the silence that the rule measures; only TR22 has one, which may fire twice in a visit.
    pub quiet_since: Option<Instant>,
}

/// A ticket with all that a condition may look at.
pub(super) struct Subject<'a> {
    pub ticket: &'a Ticket,
    pub facts: &'a Facts,
    pub policy: &'a Policy,
}

impl Subject<'_> {
    pub fn limits(&self) -> &Triggers {
        &self.policy.escalation.triggers
    }
}

/// What a condition answers.
pub(super) struct Verdict {
    state: Truth,
    actions: &'static [Action],
    to: Option<Target>,
    numbers: String,
    quiet_since: Option<Instant>,
}

impl Verdict {
    pub fn new(state: impl Into<Truth>, numbers: impl Into<String>) -> Self {
        let state = state.into();
        let numbers = if state == Truth::NoData { "no data".to_owned() } else { numbers.into() };
        Self { state, actions: &[], to: None, numbers, quiet_since: None }
    }

    /// Asks a supervisor; the record stays.
    pub fn attention(self) -> Self {
        self.asks(&[Attention], None)
    }

    pub fn asks(self, actions: &'static [Action], to: Option<Target>) -> Self {
        Self { actions, to, ..self }
    }

    /// Leads to that tier; does something else where the record is that high already.
    pub fn leads(
        self,
        from: Tier,
        goal: Option<Tier>,
        actions: &'static [Action],
        otherwise: &'static [Action],
    ) -> Self {
        match goal.filter(|goal| *goal > from) {
            Some(goal) => self.asks(actions, Some(Target::Tier(goal))),
            None => self.asks(otherwise, None),
        }
    }

    /// Leads to the next tier. Above tier 3 there is none: a supervisor looks where the owner had to propose, so that
    /// nothing waits for a proposal that nobody can make.
    pub fn leads_up(self, from: Tier, actions: &'static [Action]) -> Self {
        let otherwise: &[Action] = if actions.contains(&Action::Require) { &[Attention] } else { &[Suggest] };
        self.leads(from, from.up(), actions, otherwise)
    }

    pub fn quiet_since(self, since: Option<Instant>) -> Self {
        Self { quiet_since: since, ..self }
    }

    fn of(self, trigger: Trigger) -> Judged {
        let Self { state, actions, to, numbers, quiet_since } = self;
        Judged { trigger, state, actions, to, numbers, quiet_since }
    }
}

/// Judges an open ticket by every rule for its kind that is switched on, in the order of their ids. `policy` is the one
/// that holds under the ticket's contract. A resolved or ended ticket is judged by none.
pub fn judge(ticket: &Ticket, facts: &Facts, policy: &Policy) -> Vec<Judged> {
    if !ticket.state.open() {
        return Vec::new();
    }
    let subject = Subject { ticket, facts, policy };
    in_force(ticket.kind(), policy).map(|trigger| condition(trigger, &subject).of(trigger)).collect()
}

/// Judges a campaign, or patches without one, by the rules for changes. Looks at `ring` and `deadlines` only.
pub fn judge_campaign(facts: &Facts, policy: &Policy) -> Vec<Judged> {
    let nobody = Ticket::default();
    let subject = Subject { ticket: &nobody, facts, policy };
    in_force(Kind::Change, policy).map(|trigger| condition(trigger, &subject).of(trigger)).collect()
}

fn in_force(kind: Kind, policy: &Policy) -> impl Iterator<Item = Trigger> {
    Trigger::ALL.iter().copied().filter(move |trigger| trigger.looks_at(kind) && policy.escalation.enabled(*trigger))
}

fn condition(trigger: Trigger, it: &Subject<'_>) -> Verdict {
    match trigger {
        Trigger::Tr01 => pace::tier_time(it),
        Trigger::Tr02 => pace::sla_warn(it),
        Trigger::Tr03 => pace::sla_breach(it),
        Trigger::Tr04 => pace::response_breach(it),
        Trigger::Tr05 => content::reopened(it),
        Trigger::Tr06 => content::reassigned(it),
        Trigger::Tr07 => content::ping_pong(it),
        Trigger::Tr08 => content::blast_radius(it),
        Trigger::Tr09 => content::recurrence(it),
        Trigger::Tr10 => estate::security_exposure(it),
        Trigger::Tr11 => content::suspected_compromise(it),
        Trigger::Tr12 => content::rights_needed(it),
        Trigger::Tr13 => content::vendor_defect(it),
        Trigger::Tr14 => content::discipline_overlap(it),
        Trigger::Tr15 => content::data_loss(it),
        Trigger::Tr16 => pace::vip(it),
        Trigger::Tr17 => content::p1_in_tier_1(it),
        Trigger::Tr18 => pace::cause_not_found(it),
        Trigger::Tr19 => estate::patch_regression(it),
        Trigger::Tr20 => content::known_error_above_tier(it),
        Trigger::Tr21 => pace::updates_missed(it),
        Trigger::Tr22 => pace::stale(it),
        Trigger::Tr23 => content::change_needed(it),
        Trigger::Tr24 => estate::unsupported_platform(it),
        Trigger::Tr25 => content::complaint(it),
        Trigger::Tr26 => pace::review_overdue(it),
        Trigger::Tr27 => content::major_candidate(it),
        Trigger::Tr28 => estate::out_of_coverage(it),
        Trigger::Tr29 => estate::ring_failure(it),
        Trigger::Tr30 => estate::deadline_at_risk(it),
    }
}

/// Is `part` at least that share of `whole`? Never of nothing.
pub(super) fn reaches(part: i64, pct: i64, whole: i64) -> bool {
    whole > 0 && 100 * i128::from(part) >= i128::from(pct) * i128::from(whole)
}

/// The least whole number that [`reaches`] that share.
pub(super) fn share(pct: i64, whole: i64) -> i64 {
    let least = (i128::from(pct) * i128::from(whole) + 99).div_euclid(100);
    i64::try_from(least).unwrap_or(i64::MAX)
}

/// A length of working time in hours and minutes, as a day of work has no fixed length: `26h 05m`, `2h`, `40m`, `12s`.
pub(super) fn hours(length: Secs) -> String {
    let sign = if length.0 < 0 { "-" } else { "" };
    let secs = length.0.unsigned_abs();
    match (secs / 3_600, secs / 60 % 60) {
        (0, 0) => format!("{sign}{secs}s"),
        (0, minutes) => format!("{sign}{minutes}m"),
        (hours, 0) => format!("{sign}{hours}h"),
        (hours, minutes) => format!("{sign}{hours}h {minutes:02}m"),
    }
}

/// `1 incident`, `3 incidents`.
pub(super) fn many(n: i64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// `yes` or `no`, or what it is that holds.
pub(super) fn said(holds: bool, yes: &str, no: &str) -> String {
    (if holds { yes } else { no }).to_owned()
}
