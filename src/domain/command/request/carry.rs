//! Carry a request out: say how, set a day (R5), begin (R6, R7), and look at the result (R8).

use std::collections::BTreeMap;

use super::super::access::{enter, may_own, no_open_escalation};
use super::super::{Case, Moment};
use super::{in_hand, requirements_of};
use crate::domain::change::{Act, Change};
use crate::domain::incident::State;
use crate::domain::install::method::{CHANNELS, Detail, Method, Plan};
use crate::domain::install::target::Outcome;
use crate::domain::policy::CoverageClass;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Label;
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;

/// Say how it is done. What is not named stays as it is; another method keeps what both have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetPlan {
    pub method: Option<Method>,
    /// An empty one takes the detail out.
    pub details: BTreeMap<Detail, Option<Label>>,
    /// The quote under which work outside the contract is done.
    pub quote: Option<Label>,
}

impl SetPlan {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner_or_tier(ticket)?;
        in_hand(ticket)?;
        let mut change = Change::of(Act::Plan, ticket);
        if let Some(quote) = &self.quote {
            change.next.quote_ref = Some(quote.clone());
        }
        let old = ticket.plan.as_ref();
        if self.method.is_none() && self.details.is_empty() {
            return Ok(change);
        }
        let method = self.method.or(old.map(|plan| plan.method));
        let method = method.ok_or_else(|| Code::FieldMissing.because("the method is missing").hint(methods()))?;
        let mut details = old.map(|plan| plan.details.clone()).unwrap_or_default();
        for (detail, text) in &self.details {
            match text {
                Some(text) => details.insert(*detail, text.clone()),
                None => details.remove(detail),
            };
        }
        details.retain(|detail, _| method.needs().contains(detail));
        channel(&details)?;
        if method == Method::ScriptedSilent && !details.contains_key(&Detail::ExitCodes) {
            let codes = at.policy.install.exit_success.iter().chain(&at.policy.install.exit_reboot);
            let codes: Vec<_> = codes.map(ToString::to_string).collect();
            details.extend(Label::new(&codes.join(", ")).ok().map(|codes| (Detail::ExitCodes, codes)));
        }
        change.next.plan = Some(Plan { method, details });
        Ok(change)
    }
}

fn methods() -> String {
    let all: Vec<_> = Method::ALL.iter().map(|method| method.word()).collect();
    format!("one of {}", all.join(", "))
}

fn channel(details: &BTreeMap<Detail, Label>) -> Result<(), Refusal> {
    match details.get(&Detail::Channel) {
        Some(channel) if !CHANNELS.contains(&channel.as_str()) => Err(Code::TextInvalid
            .because(format!("`{channel}` is no channel of a silent installation"))
            .hint(format!("one of {}", CHANNELS.join(", ")))),
        _ => Ok(()),
    }
}

/// Set the day on which it begins by itself, or another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub start: Instant,
}

impl Schedule {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        if ticket.state != State::Scheduled {
            ticket.may_become(State::Scheduled)?;
        }
        if self.start <= at.now {
            return Err(Code::DateInvalid.because(format!("it starts after now, not at {}", self.start)));
        }
        ready(case, at)?;
        let mut change = Change::of(Act::Schedule, ticket);
        enter(&mut change.next, State::Scheduled, at);
        change.next.state_since = at.now;
        change.next.scheduled_start = Some(self.start);
        change.next.planned = self.start - at.now >= at.policy.records.planned_lead;
        change.next.start_missed = false;
        Ok(change)
    }
}

/// Begin now: what was looked at, or what has a day. What was scheduled may have changed since, so it is looked at
/// again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deploy;

impl Deploy {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        if !matches!(ticket.state, State::Validating | State::Scheduled) {
            let why = format!("{} is {}; it is carried out after it was looked at", ticket.name(), ticket.state);
            return Err(Code::IllegalTransition.because(why).hint("take it first; a failed one is tried again"));
        }
        ready(case, at)?;
        let mut change = Change::of(Act::Deploy, ticket);
        enter(&mut change.next, State::Deploying, at);
        change.next.start_missed = false;
        Ok(change)
    }
}

/// R7 by itself: a scheduled request goes on when its day has come, unless nobody is there any more to carry it out,
/// or something stands against it by now, which the journal keeps as the reason.
pub fn started(case: &Case, at: &Moment) -> Change {
    let ticket = case.ticket();
    let mut change = Change::of(Act::Deploy, ticket);
    let owner = ticket.assignee.as_ref().and_then(|login| at.desk.user(login));
    let owned = owner.map_or_else(
        || Err(Code::AssigneeInvalid.because("nobody is there to carry it out")),
        |user| may_own(&user, ticket, ticket.tier),
    );
    match owned.and_then(|()| ready(case, at)) {
        Ok(()) => {
            enter(&mut change.next, State::Deploying, at);
            change.next.woke = true;
        }
        Err(refusal) => {
            change.next.start_missed = true;
            change.reason = Some(refusal.message);
        }
    }
    change
}

/// The work on the targets is over: look at the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verify;

impl Verify {
    /// Refuses `targets_open` while one of them has no result.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        ticket.may_become(State::Verifying)?;
        if ticket.state != State::Deploying {
            return Err(Code::IllegalTransition.because(format!("{} is {}", ticket.name(), ticket.state)));
        }
        let open: Vec<_> = ticket.targets.iter().filter(|target| !target.outcome.ended()).collect();
        if !open.is_empty() {
            let names: Vec<_> = open.iter().take(5).map(|target| target.name.as_str()).collect();
            let more = open.len().saturating_sub(names.len());
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            return Err(Code::TargetsOpen
                .because(format!("{} has targets without a result: {}{more}", ticket.name(), names.join(", ")))
                .hint("tell each of them: installed, failed, rolled back, or dropped with a reason"));
        }
        let mut change = Change::of(Act::Verify, ticket);
        enter(&mut change.next, State::Verifying, at);
        Ok(change)
    }
}

/// Everything that must hold before a request is carried out, in the order in which a person can do something about it.
fn ready(case: &Case, at: &Moment) -> Result<(), Refusal> {
    let ticket = case.ticket();
    no_open_escalation(case)?;
    let targets = ticket.targets.iter().filter(|target| target.outcome != Outcome::Dropped).count() as i64;
    planned(ticket, targets)?;
    if targets > at.policy.records.rollout_threshold {
        return Err(Code::UseCampaign
            .because(format!(
                "{} has {targets} targets; {} are the most",
                ticket.name(),
                at.policy.records.rollout_threshold
            ))
            .hint("more than that are rolled out in rings, by a change"));
    }
    covered(ticket, at)?;
    met(ticket, at)
}

fn planned(ticket: &Ticket, targets: i64) -> Result<(), Refusal> {
    let plan = ticket.plan.as_ref().ok_or_else(|| {
        Code::FieldMissing.because(format!("{} does not say how it is done", ticket.name())).hint(methods())
    })?;
    let missing: Vec<_> = plan.missing().into_iter().map(Detail::word).collect();
    if !missing.is_empty() {
        return Err(Code::FieldMissing.because(format!("{} needs {}", plan.method, missing.join(", "))));
    }
    if targets == 0 {
        return Err(Code::FieldMissing.because(format!("{} has no {} it is for", ticket.name(), plan.method.target())));
    }
    Ok(())
}

/// Refuses `coverage_excluded` for what the contract leaves out, unless there is a quote.
fn covered(ticket: &Ticket, at: &Moment) -> Result<(), Refusal> {
    let class = at.policy.terms.coverage(ticket.category, ticket.subcategory).class;
    if class != CoverageClass::Excluded || ticket.quote_ref.is_some() {
        return Ok(());
    }
    let contract = ticket.contract.as_ref().map_or("the desk's own terms", Label::as_str);
    Err(Code::CoverageExcluded
        .because(format!("{contract} leaves {}/{} out", ticket.category, ticket.subcategory))
        .hint("name the quote under which it is done"))
}

/// Refuses `requirements_failed`, naming what stands in the way.
fn met(ticket: &Ticket, at: &Moment) -> Result<(), Refusal> {
    let rows = requirements_of(ticket, at);
    let blocks: Vec<_> = rows.iter().filter(|row| row.blocks()).collect();
    if blocks.is_empty() {
        return Ok(());
    }
    let said = blocks.iter().take(4).map(|row| {
        let on = row.target.as_ref().map(|target| format!(" on {target}")).unwrap_or_default();
        format!("`{}`{on} {} ({})", row.requirement, row.verdict, row.found)
    });
    let said: Vec<_> = said.collect();
    let more = blocks.len().saturating_sub(said.len());
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    Err(Code::RequirementsFailed
        .because(format!("{}{more}", said.join("; ")))
        .hint("find it out, drop the target, or have it waived with a reason"))
}
