//! The wish: agreed to by the customer, what it needs and how it is done.

use std::collections::BTreeMap;

use super::super::resolve::{choices, spoken};
use super::super::subject::About;
use super::super::writing::Writing;
use super::{Stage, writing};
use crate::domain::command::request::Step;
use crate::domain::command::request::approval::{Approve, AskApproval, Reject};
use crate::domain::command::request::carry::SetPlan;
use crate::domain::command::request::requirements::{Require, Tell, WaiveRequirement};
use crate::domain::install::gate::{Judged, Told};
use crate::domain::install::method::{CHANNELS, Detail, Method};
use crate::domain::install::requirement::Requirement;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Label, Name, Reason};
use crate::domain::when;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::part::prompt::Prompt;

fn line(text: &str) -> Field {
    Field::Line(Prompt::new(text))
}

fn why() -> Field {
    Field::Area(Editor::default())
}

pub fn ask(about: &About) -> Writing {
    let form = Form::new(about.titled("Ask for approval of")).field("of", "Who decides", line("")).required();
    writing(about, Stage::Ask, form, |form| {
        Ok(Step::AskApproval(AskApproval { approver: Name::new(&form.text("of"))? }))
    })
}

/// Who was asked, for the line of who has decided.
fn asked(about: &About) -> Field {
    line(about.ticket().approver.as_ref().filter(|_| about.is_one()).map_or("", Name::as_str))
}

fn decider(form: &Form) -> Result<Option<Name>, Refusal> {
    let by = form.text("by");
    if by.trim().is_empty() { Ok(None) } else { Name::new(&by).map(Some) }
}

pub fn approve(about: &About) -> Writing {
    let form = Form::new(about.titled("Approved:"))
        .field("by", "Who decided", asked(about))
        .field("on", "When", line(""))
        .field("how", "", Field::Info(vec!["empty: now; else like 2026-11-24 10:00".to_owned()]));
    let (now, zone) = (about.now, about.zone);
    writing(about, Stage::Approve, form, move |form| {
        let on = form.text("on");
        let on = if on.trim().is_empty() { None } else { Some(when::instant(&on, now, zone)?) };
        Ok(Step::Approve(Approve { by: decider(form)?, on }))
    })
}

pub fn reject(about: &About) -> Writing {
    let form = Form::new(about.titled("Rejected:"))
        .field("by", "Who decided", asked(about))
        .field("text", "Why", why())
        .required()
        .focused("text");
    writing(about, Stage::Reject, form, |form| {
        Ok(Step::Reject(Reject { by: decider(form)?, reason: Reason::new(&form.text("text"))? }))
    })
}

/// All requirements as lines: what is written there counts, what is taken out goes.
pub fn require(about: &About) -> Writing {
    let before: Vec<Requirement> = about.ticket().requirements.iter().cloned().collect();
    let lines: Vec<_> = before.iter().map(ToString::to_string).collect();
    let how = "one a line: ram 8192, disk 10240, os windows >= 10.0.19045, licence NAME, reach HOST:PORT";
    let form = Form::new(about.titled("What it needs:"))
        .field("how", "", Field::Info(vec![how.to_owned()]))
        .field("text", "Needs", Field::Area(Editor::new(&lines.join("\n"))))
        .focused("text");
    writing(about, Stage::Require, form, move |form| {
        let text = form.text("text");
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let after = lines.map(str::parse).collect::<Result<Vec<Requirement>, _>>()?;
        let new = |one: &&Requirement| !before.contains(one);
        let gone = |one: &&Requirement| !after.contains(one);
        Ok(Step::Require(Require {
            add: after.iter().filter(new).cloned().collect(),
            remove: before.iter().filter(gone).cloned().collect(),
        }))
    })
}

/// What was found out about a licence or a place that must be reached.
pub fn tell(about: &About) -> Writing {
    let entered = about.ticket().requirements.iter().filter(|one| one.is_entered());
    let options = entered.map(|one| Choice::new(one.to_string(), one.to_string())).collect();
    let found =
        [("pass", "it is there"), ("fail", "it is not"), ("seats", "free seats"), ("key", "where the key is kept")];
    let found = found.map(|(value, label)| Choice::new(value, label)).to_vec();
    let form = Form::new(about.titled("Found out for"))
        .field("needed", "Needed", Field::Choice { options, chosen: Some(0) })
        .required()
        .field("found", "Found", Field::Choice { options: found, chosen: None })
        .required()
        .field("value", "Seats, key", line(""))
        .focused("found");
    writing(about, Stage::Tell, form, |form| {
        let requirement = form.choice("needed").unwrap_or_default().parse()?;
        let value = form.text("value");
        let told = match form.choice("found") {
            Some("pass") => Told::Pass,
            Some("seats") => Told::Seats(number(&value, "seats")?),
            Some("key") => Told::Key(Label::new(&value)?),
            _ => Told::Fail,
        };
        Ok(Step::Tell(Tell { requirement, told }))
    })
}

/// A number that was typed. Refuses `text_invalid`.
pub fn number(text: &str, of: &str) -> Result<i64, Refusal> {
    let text = text.trim();
    text.parse().map_err(|_| Code::TextInvalid.because(format!("`{text}` is not a number of {of}")))
}

/// A requirement that is in the way, on one target or everywhere it is.
type Lets = (String, Requirement, Option<Label>);

/// What can be let through: each row that is in the way, and before several of one requirement all of them.
fn in_the_way(about: &About) -> Vec<Lets> {
    let rows: Vec<&Judged> = about.first.readiness.rows.iter().filter(|row| row.blocks()).collect();
    let mut all: Vec<Lets> = Vec::new();
    for row in &rows {
        let several = rows.iter().filter(|other| other.requirement == row.requirement).count() > 1;
        if several && !all.iter().any(|(_, requirement, _)| *requirement == row.requirement) {
            all.push((format!("{} everywhere", row.requirement), row.requirement.clone(), None));
        }
        let on = row.target.as_ref().map(|target| format!(" on {target}")).unwrap_or_default();
        all.push((format!("{}{on}", row.requirement), row.requirement.clone(), row.target.clone()));
    }
    all
}

pub fn waive(about: &About) -> Writing {
    let all = in_the_way(about);
    let options = all.iter().map(|(text, ..)| Choice::new(text.clone(), text.clone())).collect();
    let form = Form::new(about.titled("Let through on"))
        .field("needed", "Needed", Field::Choice { options, chosen: Some(0) })
        .required()
        .leads_to("text")
        .field("text", "Why", why())
        .required();
    writing(about, Stage::Waive, form, move |form| {
        let chosen = all.iter().find(|(text, ..)| form.choice("needed") == Some(text.as_str()));
        let (_, requirement, target) =
            chosen.ok_or_else(|| Code::FieldMissing.because("choose what is let through"))?;
        let reason = Reason::new(&form.text("text"))?;
        Ok(Step::WaiveRequirement(WaiveRequirement {
            requirement: requirement.clone(),
            target: target.clone(),
            reason,
        }))
    })
}

/// How it is done: what the chosen method asks for.
pub fn plan(about: &About, stage: Stage) -> Writing {
    let ticket = about.ticket();
    let old = ticket.plan.as_ref();
    let method = match stage {
        Stage::PlanBy(method) => method,
        _ => old.map_or(Method::Manual, |plan| plan.method),
    };
    let known = |detail: Detail| old.and_then(|plan| plan.details.get(&detail)).map_or("", Label::as_str);
    let mut form = Form::new(about.titled(&format!("{}:", capital(method))));
    for detail in method.needs() {
        let field = match detail {
            Detail::Channel => choices(CHANNELS.to_vec(), Some(known(*detail))),
            _ => line(known(*detail)),
        };
        form = form.field(detail.word(), label(*detail), field);
    }
    form = form.field("quote", "Quote", line(ticket.quote_ref.as_ref().map_or("", Label::as_str)));
    let had_quote = ticket.quote_ref.is_some();
    writing(about, stage, form, move |form| {
        let mut details = BTreeMap::new();
        for detail in method.needs() {
            let text = form.choice(detail.word()).map_or_else(|| form.text(detail.word()), str::to_owned);
            details.insert(*detail, if text.trim().is_empty() { None } else { Some(Label::new(&text)?) });
        }
        let quote = form.text("quote");
        if had_quote && quote.trim().is_empty() {
            return Err(Code::FieldMissing.because("a quote is replaced by another, not taken out"));
        }
        let quote = if quote.trim().is_empty() { None } else { Some(Label::new(&quote)?) };
        Ok(Step::Plan(SetPlan { method: Some(method), details, quote }))
    })
}

fn capital(method: Method) -> &'static str {
    match method {
        Method::Manual => "By hand",
        Method::ScriptedSilent => "Silently by script",
        Method::CloudSaas => "As a cloud service",
    }
}

fn label(detail: Detail) -> String {
    match detail {
        Detail::Steps => "Steps are in".to_owned(),
        Detail::Detection => "Found by".to_owned(),
        other => {
            let word = spoken(other.word());
            let (first, rest) = word.split_at(1);
            format!("{}{rest}", first.to_uppercase())
        }
    }
}
