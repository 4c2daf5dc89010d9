//! What a request needs: written down, found out, and let through where it is not met.

use super::super::{Case, Moment};
use super::{in_hand, requirements_of, targets};
use crate::domain::change::{Act, Change};
use crate::domain::incident::Visibility;
use crate::domain::install::gate::{Account, Told};
use crate::domain::install::requirement::{Requirement, Verdict};
use crate::domain::install::target::readable;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Tier;
use crate::domain::text::{Label, Note, Reason};
use crate::domain::ticket::Ticket;

/// Most requirements of one request.
const REQUIREMENTS_MAX: usize = 100;

/// Add requirements and take others out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Require {
    pub add: Vec<Requirement>,
    pub remove: Vec<Requirement>,
}

impl Require {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner_or_tier(ticket)?;
        in_hand(ticket)?;
        for gone in &self.remove {
            known(ticket, gone)?;
        }
        let mut change = Change::of(Act::Require, ticket);
        let next = &mut change.next;
        next.requirements.extend(self.add.iter().cloned());
        next.requirements.retain(|one| !self.remove.contains(one));
        next.accounts.retain(|one| next.requirements.contains(&one.requirement));
        if next.requirements.len() > REQUIREMENTS_MAX {
            return Err(Code::TextInvalid.because(format!("{REQUIREMENTS_MAX} requirements are the most")));
        }
        Ok(change)
    }
}

/// Tell what was found out about a requirement that no fact tells: a licence, a place that must be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tell {
    pub requirement: Requirement,
    /// `Pass`, `Fail`, `Seats` or `Key`.
    pub told: Told,
}

impl Tell {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner_or_tier(ticket)?;
        in_hand(ticket)?;
        known(ticket, &self.requirement)?;
        let licence = matches!(self.requirement, Requirement::Licence(_));
        let fits = match &self.told {
            Told::Pass | Told::Fail => self.requirement.is_entered(),
            Told::Seats(free) => licence && *free >= 0,
            Told::Key(reference) => readable(reference).map(|()| licence)?,
            Told::WaivedFail | Told::WaivedUnknown => false,
        };
        if !fits {
            return Err(Code::TextInvalid
                .because(format!("`{}` does not say how `{}` stands", self.told, self.requirement))
                .hint(
                    "seats and keys are told of a licence, pass or fail of a place; the rest is compared with facts",
                ));
        }
        let mut change = Change::of(Act::Tell, ticket);
        answer(&mut change.next, &self.requirement, None, self.told.clone());
        Ok(change)
    }
}

/// Let a requirement through although it is not met: a failure by a supervisor, what is unknown by tier 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiveRequirement {
    pub requirement: Requirement,
    /// Absent: on every target, or for the record.
    pub target: Option<Label>,
    pub reason: Reason,
}

impl WaiveRequirement {
    /// Refuses `segregation_of_duties` to whoever carries the request out, unless there is no other supervisor.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.desk_person()?;
        in_hand(ticket)?;
        known(ticket, &self.requirement)?;
        let target =
            self.target.as_ref().map(|name| targets::find(ticket, name)).transpose()?.map(|target| target.name);
        let rows = requirements_of(ticket, at);
        let mine = rows.iter().filter(|row| row.requirement == self.requirement && row.blocks());
        let here: Vec<_> = mine.filter(|row| target.is_none() || row.target == target).collect();
        let worst = here.iter().map(|row| row.verdict).min().ok_or_else(|| {
            Code::IllegalTransition.because(format!("`{}` keeps {} from nothing", self.requirement, ticket.name()))
        })?;
        let told = if worst == Verdict::Fail { Told::WaivedFail } else { Told::WaivedUnknown };
        if told == Told::WaivedFail {
            at.supervisor()?;
        } else if !at.is_supervisor() && !at.by.serves(Tier::Two) {
            return Err(at.not_permitted("tier 2 or above, to let through what is not known"));
        }
        not_ones_own(ticket, at)?;
        let mut change = Change::of(Act::WaiveRequirement, ticket).because(&self.reason);
        answer(&mut change.next, &self.requirement, target.as_ref(), told);
        let on = target.as_ref().map(|target| format!(" on {target}")).unwrap_or_default();
        let text = format!("`{}`{on} is let through: {}", self.requirement, self.reason);
        Ok(change.note(Visibility::Internal, &Note::fitted(&text)?))
    }
}

/// Refuses `segregation_of_duties` where a person would let the own work through; a desk with one supervisor may allow
/// it.
pub fn not_ones_own(ticket: &Ticket, at: &Moment) -> Result<(), Refusal> {
    let alone = at.policy.single_supervisor && at.desk.supervisors().len() <= 1;
    if !at.is_assignee(ticket) || alone {
        return Ok(());
    }
    Err(Code::SegregationOfDuties
        .because(format!("{} carries {} out and cannot let this through", at.by.login, ticket.name()))
        .hint("somebody else decides"))
}

/// Refuses `not_found` for a requirement that the request does not have.
fn known(ticket: &Ticket, requirement: &Requirement) -> Result<(), Refusal> {
    if ticket.requirements.contains(requirement) {
        return Ok(());
    }
    let all: Vec<_> = ticket.requirements.iter().map(ToString::to_string).collect();
    let hint = if all.is_empty() { "it has none".to_owned() } else { format!("it has: {}", all.join("; ")) };
    Err(Code::NotFound.because(format!("{} has no requirement `{requirement}`", ticket.name())).hint(hint))
}

/// Writes what was told in place of what was told of the same before; a waiver stands beside what was found out.
fn answer(next: &mut Ticket, requirement: &Requirement, target: Option<&Label>, told: Told) {
    let waives = |told: &Told| matches!(told, Told::WaivedFail | Told::WaivedUnknown);
    next.accounts.retain(|one| {
        one.requirement != *requirement || one.target.as_ref() != target || waives(&one.told) != waives(&told)
    });
    next.accounts.insert(Account { requirement: requirement.clone(), target: target.cloned(), told });
}
