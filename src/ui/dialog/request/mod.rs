//! The stages of a request, from the wish to the installation that works: which fit it now, and what each asks for.
//!
//! - [`wish`]: agreed to, looked at, planned; [`work`]: carried out, looked at again, fulfilled

mod wish;
mod work;

#[cfg(test)]
mod tests;

use super::choosing::Then;
use super::status;
use super::subject::About;
use super::writing::Writing;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::request::Step;
use crate::domain::command::request::carry::{Deploy, Verify};
use crate::domain::incident::State;
use crate::domain::install::check::{CheckKind, Seen};
use crate::domain::install::gate::Judged;
use crate::domain::install::method::Method;
use crate::domain::install::target::{Outcome, Target};
use crate::domain::refusal::Refusal;
use crate::ui::command::Command;
use crate::ui::part::form::Form;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Screen, Subject};

/// What can be done next with a request, apart from what can be done with every ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Ask,
    Approve,
    Reject,
    Require,
    Tell,
    Waive,
    Plan,
    PlanBy(Method),
    AddTargets,
    DropTarget,
    Schedule,
    Deploy,
    Target,
    Verify,
    Check,
    Fulfil,
    Retry,
}

impl Stage {
    /// How a list names it, and what comes of it.
    pub const fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::Ask => ("ask for approval", "approval"),
            Self::Approve => ("approved by the customer", "queued"),
            Self::Reject => ("rejected by the customer", "rejected, needs a reason"),
            Self::Require => ("what it needs", "requirements"),
            Self::Tell => ("tell what was found out", "licence, place"),
            Self::Waive => ("let a requirement through", "needs a reason"),
            Self::Plan | Self::PlanBy(_) => ("how it is done", "method"),
            Self::AddTargets => ("add targets", ""),
            Self::DropTarget => ("leave a target out", "needs a reason"),
            Self::Schedule => ("begin at a time", "scheduled"),
            Self::Deploy => ("begin now", "deploying"),
            Self::Target => ("result on a target", ""),
            Self::Verify => ("carried out everywhere", "verifying"),
            Self::Check => ("result of a check", ""),
            Self::Fulfil => ("fulfil", "fulfilled"),
            Self::Retry => ("try again where it failed", "deploying, needs a reason"),
        }
    }

    /// Does it name nothing of one record, so that several can go through it together?
    const fn for_many(self) -> bool {
        use Stage::*;
        matches!(self, Ask | Approve | Reject | Schedule | Deploy | Verify | Fulfil | Retry)
    }

    /// Where its draft is kept.
    const fn place(self) -> &'static str {
        match self {
            Self::Ask => "ask approval",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Require => "require",
            Self::Tell => "tell",
            Self::Waive => "let through",
            Self::Plan | Self::PlanBy(_) => "plan",
            Self::AddTargets => "add targets",
            Self::DropTarget => "leave out",
            Self::Schedule => "schedule",
            Self::Deploy => "begin",
            Self::Target => "target",
            Self::Verify => "verify",
            Self::Check => "check",
            Self::Fulfil => "fulfil",
            Self::Retry => "try again",
        }
    }
}

/// The stages that fit the state of a request and what it has, the usual one first.
pub fn fitting(about: &About) -> Vec<Stage> {
    use Stage::*;
    let ticket = about.ticket();
    let stages: &[Stage] = match ticket.state {
        State::Queued => &[Ask, Plan, Require, AddTargets],
        State::Approval => &[Approve, Reject],
        State::Validating => &[Deploy, Schedule, Tell, Waive, Plan, Require, AddTargets, DropTarget],
        State::Scheduled => &[Deploy, Schedule],
        State::Deploying if open_targets(about) => &[Target, Verify, DropTarget],
        State::Deploying => &[Verify, Target],
        State::Verifying if !unchecked(about).is_empty() => &[Check, Fulfil, Retry, Target],
        State::Verifying => &[Fulfil, Check, Retry, Target],
        State::Pending => &[Tell, Waive, Plan, Require],
        State::Fulfilled => &[Check],
        _ => &[],
    };
    let fits = |stage: &Stage| match stage {
        Tell => ticket.requirements.iter().any(|needed| needed.is_entered()),
        Waive => about.first.readiness.rows.iter().any(Judged::blocks),
        Target => ticket.targets.iter().any(|target| target.outcome != Outcome::Dropped),
        DropTarget => ticket.targets.iter().any(|target| work::can_be_left_out(target.outcome)),
        _ => true,
    };
    stages.iter().copied().filter(|stage| fits(stage) && (about.is_one() || stage.for_many())).collect()
}

fn open_targets(about: &About) -> bool {
    about.ticket().targets.iter().any(|target: &Target| !target.outcome.ended())
}

/// Checks that it needs and that did not go well yet.
fn unchecked(about: &About) -> Vec<CheckKind> {
    let well = |kind: CheckKind| about.ticket().checks.iter().any(|it| it.kind == kind && it.seen != Seen::Fail);
    about.first.readiness.needed.iter().copied().filter(|kind| !well(*kind)).collect()
}

/// What "done" means for a request, `None` when the first of the records is none: the form of its next stage, or where
/// that needs no words or is a decision, all that it can do, the usual first.
pub fn forward(subject: &Subject, desk: &Desk) -> Result<Option<Box<dyn Screen>>, Error> {
    let about = About::read(subject, desk)?;
    if !about.ticket().is_request() {
        return Ok(None);
    }
    Ok(Some(match fitting(&about).first() {
        Some(stage @ (Stage::Target | Stage::Fulfil)) => Box::new(form(*stage, &about).restored(desk)?),
        Some(Stage::Check) if about.ticket().state == State::Verifying => {
            Box::new(form(Stage::Check, &about).restored(desk)?)
        }
        _ => Box::new(status::open(subject, desk)?),
    }))
}

/// What follows a stage that was chosen in a list; `entry` makes an entry of that list of a stage.
pub fn chose<K: Clone + PartialEq>(stage: Stage, about: &About, entry: fn(Stage) -> K) -> Then<K> {
    let step = match stage {
        Stage::Deploy => Step::Deploy(Deploy),
        Stage::Verify => Step::Verify(Verify),
        Stage::Plan => return Then::List(Box::new(methods(about, entry))),
        _ => return Then::write(form(stage, about)),
    };
    Then::Next(Next::Do(Command::on(&about.records, Verb::Request(step))))
}

/// The ways to do it, the present one first.
fn methods<K: Clone + PartialEq>(about: &About, entry: fn(Stage) -> K) -> Picker<K> {
    let is = about.ticket().plan.as_ref().map(|plan| plan.method);
    let mut all = Method::ALL.to_vec();
    all.sort_by_key(|method| is != Some(*method));
    let line = |method: Method| {
        let now = if is == Some(method) { "now" } else { "" };
        Entry::new(entry(Stage::PlanBy(method)), super::resolve::spoken(method.word()), now)
    };
    let entries = all.into_iter().map(line).collect();
    Picker::new(about.titled("How to do"), Digits::Choose, entries).hints("1-9 choose   Esc close")
}

/// The form of a stage that asks for something.
fn form(stage: Stage, about: &About) -> Writing {
    match stage {
        Stage::Ask => wish::ask(about),
        Stage::Approve => wish::approve(about),
        Stage::Reject => wish::reject(about),
        Stage::Require => wish::require(about),
        Stage::Tell => wish::tell(about),
        Stage::Waive => wish::waive(about),
        Stage::Plan | Stage::PlanBy(_) => wish::plan(about, stage),
        Stage::AddTargets => work::add_targets(about),
        Stage::DropTarget => work::drop_target(about),
        Stage::Schedule => work::schedule(about),
        Stage::Deploy | Stage::Target | Stage::Verify => work::target(about),
        Stage::Check => work::check(about),
        Stage::Fulfil => work::fulfil(about),
        Stage::Retry => work::retry(about),
    }
}

/// A form that becomes one step when it is sent.
fn writing(
    about: &About,
    stage: Stage,
    form: Form,
    step: impl Fn(&mut Form) -> Result<Step, Refusal> + 'static,
) -> Writing {
    let records = about.records.clone();
    let send = move |form: &mut Form| Ok(Next::Do(Command::on(&records, Verb::Request(step(form)?))));
    Writing::new(send, form, about.place(stage.place()), about.inserts())
}
