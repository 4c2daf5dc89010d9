//! Where a request is carried out: targets added, dropped with a reason, and how it went on each.

use super::super::{Case, Moment};
use super::in_hand;
use crate::domain::change::{Act, Change};
use crate::domain::incident::{State, Visibility};
use crate::domain::install::method::Method;
use crate::domain::install::target::{Outcome, Target};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Label, Note, Reason};
use crate::domain::ticket::Ticket;

/// Most targets of one request; more are rolled out in rings, by a change.
const TARGETS_MAX: usize = 500;

/// Add machines, or people of a cloud service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddTargets {
    pub names: Vec<Label>,
}

impl AddTargets {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner_or_tier(ticket)?;
        in_hand(ticket)?;
        if matches!(ticket.state, State::Deploying | State::Verifying) {
            return Err(Code::IllegalTransition.because(format!(
                "{} is {}; its targets were looked at already",
                ticket.name(),
                ticket.state
            )));
        }
        let mut change = Change::of(Act::AddTargets, ticket);
        let next = &mut change.next;
        for name in &self.names {
            next.targets.retain(|target| !(target.is(name) && target.outcome == Outcome::Dropped));
            if !next.targets.iter().any(|target| target.is(name)) {
                next.targets.insert(Target::new(name.clone())?);
            }
        }
        if next.targets.len() > TARGETS_MAX {
            return Err(Code::UseCampaign.because(format!("{TARGETS_MAX} targets are the most of one request")));
        }
        Ok(change)
    }
}

/// Leave a target out, with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropTarget {
    pub name: Label,
    pub reason: Reason,
}

impl DropTarget {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner_or_tier(ticket)?;
        in_hand(ticket)?;
        let old = find(ticket, &self.name)?;
        if old.outcome == Outcome::Installed {
            return Err(Code::IllegalTransition
                .because(format!("it is installed on {}", old.name))
                .hint("tell that it was rolled back first"));
        }
        let mut change = Change::of(Act::DropTarget, ticket).because(&self.reason);
        change.next.targets.remove(&old);
        let text = format!("{} is left out: {}", old.name, self.reason);
        change.next.targets.insert(Target { outcome: Outcome::Dropped, exit: None, ..old });
        Ok(change.note(Visibility::Internal, &Note::fitted(&text)?))
    }
}

/// How it went on one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellTarget {
    pub name: Label,
    /// Absent: what the exit code and the detection tell.
    pub outcome: Option<Outcome>,
    /// Of the installer.
    pub exit: Option<i64>,
    /// Of a silent installation: was the program found there afterwards?
    pub detected: Option<bool>,
}

impl TellTarget {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.owner(ticket)?;
        if !matches!(ticket.state, State::Deploying | State::Verifying) {
            let why = format!("{} is {}; it is not carried out yet", ticket.name(), ticket.state);
            return Err(Code::IllegalTransition.because(why));
        }
        let old = find(ticket, &self.name)?;
        let outcome = self.outcome(ticket, at)?;
        if outcome == Outcome::Dropped || old.outcome == Outcome::Dropped {
            return Err(Code::IllegalTransition
                .because(format!("{} is left out only with a reason", old.name))
                .hint("`tierdesk request drop NUMBER TARGET REASON`"));
        }
        if ticket.state == State::Verifying && !outcome.ended() {
            return Err(Code::IllegalTransition
                .because(format!("{} is looked at already", ticket.name()))
                .hint("try it again: `tierdesk request retry NUMBER REASON`"));
        }
        let mut change = Change::of(Act::Target, ticket);
        change.next.targets.remove(&old);
        change.next.targets.insert(Target { outcome, exit: self.exit, ..old });
        Ok(change)
    }

    /// A silent installation went well when its exit code means so and the program was found; a machine that is to be
    /// tried again waits.
    fn outcome(&self, ticket: &Ticket, at: &Moment) -> Result<Outcome, Refusal> {
        let plan = ticket.plan.as_ref();
        let silent = plan.is_some_and(|plan| plan.method == Method::ScriptedSilent);
        let rules = &at.policy.install;
        let told = plan.and_then(|plan| plan.exit_codes());
        let good = |exit: i64| match &told {
            Some(codes) => codes.contains(&exit),
            None => rules.exit_success.contains(&exit) || rules.exit_reboot.contains(&exit),
        };
        let seen = match (self.exit, self.detected) {
            (_, Some(false)) => Some(Outcome::Failed),
            (Some(exit), _) if good(exit) => Some(Outcome::Installed),
            (Some(exit), _) if rules.exit_retry.contains(&exit) => Some(Outcome::Pending),
            (Some(_), _) => Some(Outcome::Failed),
            (None, _) => None,
        };
        let outcome = self.outcome.or(seen).ok_or_else(|| {
            Code::FieldMissing.because("the result is missing").hint("installed, failed, rolled_back, or an exit code")
        })?;
        if outcome != Outcome::Installed {
            return Ok(outcome);
        }
        if silent && (self.exit.is_none() || self.detected.is_none()) {
            return Err(Code::FieldMissing
                .because("a silent installation is told by its exit code and by what was found afterwards"));
        }
        match self.exit.filter(|exit| !good(*exit)) {
            Some(exit) => {
                Err(Code::TextInvalid.because(format!("exit code {exit} does not mean that it is installed")))
            }
            None if self.detected == Some(false) => {
                Err(Code::TextInvalid.because("it is not installed where it was not found"))
            }
            None => Ok(outcome),
        }
    }
}

/// Refuses `not_found` for a target that the request does not have.
pub(super) fn find(ticket: &Ticket, name: &Label) -> Result<Target, Refusal> {
    let all: Vec<_> = ticket.targets.iter().map(|target| target.name.as_str()).collect();
    ticket.targets.iter().find(|target| target.is(name)).cloned().ok_or_else(|| {
        let hint = if all.is_empty() { "it has none".to_owned() } else { format!("it has: {}", all.join(", ")) };
        Code::NotFound.because(format!("{} has no target {name}", ticket.name())).hint(hint)
    })
}
