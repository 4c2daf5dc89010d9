//! The work: begun at a time, target by target, looked at afterwards, and fulfilled.

use super::super::hold::meaning;
use super::super::resolve::{choices, spoken};
use super::super::subject::About;
use super::super::writing::{Sheet, Writing};
use super::wish::number;
use super::{Stage, unchecked, writing};
use crate::app::ready::text::Use;
use crate::domain::command::Verb;
use crate::domain::command::request::Step;
use crate::domain::command::request::carry::Schedule;
use crate::domain::command::request::checks::{Look, Moved};
use crate::domain::command::request::fulfil::{Fulfil, Retry};
use crate::domain::command::request::targets::{AddTargets, DropTarget, TellTarget};
use crate::domain::gap;
use crate::domain::incident::State;
use crate::domain::install::check::{CheckKind, Seen};
use crate::domain::install::method::Method;
use crate::domain::install::target::{Outcome, Target};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Finding, Label, Reason, Resolution};
use crate::domain::when;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::Next;

fn line() -> Field {
    Field::Line(Prompt::default())
}

fn area() -> Field {
    Field::Area(Editor::default())
}

pub fn add_targets(about: &About) -> Writing {
    let form = Form::new(about.titled("Targets of")).field("names", "Targets", line()).required().field(
        "how",
        "",
        Field::Info(vec!["machines, or people of a cloud service, with commas between".to_owned()]),
    );
    writing(about, Stage::AddTargets, form, |form| {
        let text = form.text("names");
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(Step::AddTargets(AddTargets { names: names.map(Label::new).collect::<Result<_, _>>()? }))
    })
}

/// Nothing is left out where it is installed, and nothing twice.
pub const fn can_be_left_out(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Installed | Outcome::Dropped)
}

/// A row of targets with how each stands, the first that is still open chosen.
fn targets(about: &About, fits: impl Fn(Outcome) -> bool) -> Field {
    let all: Vec<&Target> = about.ticket().targets.iter().filter(|target| fits(target.outcome)).collect();
    let chosen = all.iter().position(|target| !target.outcome.ended()).or(Some(0)).filter(|_| !all.is_empty());
    let option = |it: &&Target| {
        let name = it.name.as_str();
        Choice::new(name, format!("{name} {}", spoken(it.outcome.word())))
    };
    Field::Choice { options: all.iter().map(option).collect(), chosen }
}

fn chosen_target(form: &Form) -> Result<Label, Refusal> {
    Label::new(form.choice("target").unwrap_or_default())
}

pub fn drop_target(about: &About) -> Writing {
    let form = Form::new(about.titled("Leave a target out of"))
        .field("target", "Target", targets(about, can_be_left_out))
        .required()
        .leads_to("text")
        .field("text", "Why", area())
        .required();
    writing(about, Stage::DropTarget, form, |form| {
        let reason = Reason::new(&form.text("text"))?;
        Ok(Step::DropTarget(DropTarget { name: chosen_target(form)?, reason }))
    })
}

/// How it went on one target; a silent installation is told by its exit code and by what was found afterwards.
pub fn target(about: &About) -> Writing {
    let silent = about.ticket().plan.as_ref().is_some_and(|plan| plan.method == Method::ScriptedSilent);
    let outcomes = [Outcome::Installed, Outcome::Failed, Outcome::RolledBack, Outcome::Installing];
    let outcomes = choices(outcomes.iter().map(|it| it.word()).collect(), None);
    let mut form = Form::new(about.titled("Result on a target of"))
        .field("target", "Target", targets(about, |outcome| outcome != Outcome::Dropped))
        .required();
    form = if silent {
        form.field("exit", "Exit code", line())
            .field("found", "Found there", choices(vec!["yes", "no"], None))
            .field("outcome", "Result", outcomes)
            .field("how", "", Field::Info(vec!["left out: what code and finding tell".to_owned()]))
            .focused("exit")
    } else {
        form.field("outcome", "Result", outcomes).required().focused("outcome")
    };
    writing(about, Stage::Target, form, |form| {
        let exit = form.text("exit");
        Ok(Step::Target(TellTarget {
            name: chosen_target(form)?,
            outcome: form.choice("outcome").and_then(Outcome::from_word),
            exit: if exit.trim().is_empty() { None } else { Some(number(&exit, "an exit code")?) },
            detected: form.choice("found").map(|found| found == "yes"),
        }))
    })
}

pub fn schedule(about: &About) -> Writing {
    let form = Form::new(about.titled("Begin")).field("until", "When", line()).required().field(
        "means",
        "",
        Field::Info(vec![String::new()]),
    );
    let (place, inserts) = (about.place(Stage::Schedule.place()), about.inserts());
    Writing::new(Day { about: about.clone() }, form, place, inserts)
}

struct Day {
    about: About,
}

impl Sheet for Day {
    fn send(&self, form: &mut Form) -> Result<Next, Refusal> {
        let start = when::instant(&form.text("until"), self.about.present(), self.about.zone)?;
        let step = Step::Schedule(Schedule { start });
        Ok(Next::Do(Command::on(&self.about.records, Verb::Request(step))))
    }

    fn follow(&mut self, form: &mut Form) {
        form.set_info("means", vec![meaning(&form.text("until"), &self.about)]);
    }
}

/// What a check showed, the first that is still missing chosen.
pub fn check(about: &About) -> Writing {
    let ticket = about.ticket();
    let mut kinds = unchecked(about);
    if ticket.state == State::Fulfilled {
        kinds.clear();
    } else {
        let told = about.first.readiness.needed.iter().filter(|kind| !kinds.contains(kind)).copied();
        kinds.extend(told.collect::<Vec<_>>());
    }
    kinds.push(CheckKind::Accepted);
    let option = |kind: &CheckKind| {
        let told = ticket.checks.iter().find(|check| check.kind == *kind);
        let told = told.map(|check| format!(": {}", check.seen)).unwrap_or_default();
        Choice::new(kind.word(), format!("{}{told}", kind.label()))
    };
    let options = kinds.iter().map(option).collect();
    let mut form = Form::new(about.titled("Check of"))
        .field("kind", "Check", Field::Choice { options, chosen: Some(0) })
        .required()
        .field("seen", "Seen", choices(Seen::ALL.iter().map(|seen| seen.word()).collect(), None))
        .required()
        .leads_to("text")
        .field("text", "Evidence", area())
        .required();
    if kinds.contains(&CheckKind::Data) {
        form = form
            .field("source", "Data: was", line())
            .field("arrived", "Arrived", line())
            .field("kept", "Kept until", line())
            .field("accepted", "Difference", Field::Toggles(vec![("the requester accepts it".to_owned(), false)]));
    }
    writing(about, Stage::Check, form.focused("seen"), |form| {
        let chosen = || Code::FieldMissing.because("choose a check and what was seen");
        let kind = form.choice("kind").and_then(CheckKind::from_word).ok_or_else(chosen)?;
        let seen = form.choice("seen").and_then(Seen::from_word).ok_or_else(chosen)?;
        let moved = if kind == CheckKind::Data { moved(form)? } else { None };
        Ok(Step::Check(Look { kind, seen, evidence: Finding::new(&form.text("text"))?, moved }))
    })
}

/// How much data was there and arrived; nothing where nothing is told.
fn moved(form: &Form) -> Result<Option<Moved>, Refusal> {
    let (source, arrived, kept) = (form.text("source"), form.text("arrived"), form.text("kept"));
    if source.trim().is_empty() && arrived.trim().is_empty() {
        return Ok(None);
    }
    let kept = kept.trim();
    let kept_until = kept.parse().map_err(|_| {
        Code::TextInvalid
            .because(format!("`{kept}` is not the day until which the source is kept"))
            .hint("write it like 2026-12-24")
    })?;
    Ok(Some(Moved {
        source: number(&source, "what was there")?,
        target: number(&arrived, "what arrived")?,
        kept_until,
        accepted: form.toggled("accepted", 0),
    }))
}

pub fn fulfil(about: &About) -> Writing {
    let form = Form::new(about.titled("Fulfil")).field("text", "Done", area()).required().field(
        "public",
        "Requester",
        Field::Toggles(vec![("may read it".to_owned(), true)]),
    );
    let it = writing(about, Stage::Fulfil, form, |form| {
        let text = form.text("text");
        gap::filled(&text)?;
        Ok(Step::Fulfil(Fulfil { note: Resolution::new(&text)?, public: form.toggled("public", 0) }))
    });
    it.with_texts(Use::Resolve)
}

pub fn retry(about: &About) -> Writing {
    let form = Form::new(about.titled("Try again:")).field("text", "Why", area()).required();
    writing(about, Stage::Retry, form, |form| Ok(Step::Retry(Retry { reason: Reason::new(&form.text("text"))? })))
}
