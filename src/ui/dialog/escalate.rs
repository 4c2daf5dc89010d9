//! Hand a ticket to another tier, ask for a supervisor's attention, or ask another discipline or a vendor by a task.

use super::handoff::{Note, done_steps};
use super::subject::About;
use super::writing::{Sheet, Writing};
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::escalate::{Escalate, Target, Whom, Why};
use crate::domain::escalation::Item;
use crate::domain::incident::Subcategory;
use crate::domain::overlap::Overlap;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Role, Tier};
use crate::domain::text::{Finding, Label};
use crate::domain::ticket::{Answer, Ticket};
use crate::domain::trigger::{self, Latched};
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::{Next, Subject};

/// The choice that leaves the ticket where it is.
const ATTENTION: &str = "attention";
/// The choice that asks an outside party.
const VENDOR: &str = "vendor";
/// Steps that a tick answers, in the order of the boxes.
const STEPS: [Item; 4] = [Item::H2, Item::H3, Item::H4, Item::H5];

struct Handing {
    about: About,
}

pub fn open(subject: &Subject, desk: &Desk) -> Result<Writing, Error> {
    let about = About::read(subject, desk)?;
    may_hand_on(&about, desk)?;
    let ticket = about.ticket();
    let reasons = Why::ALL.iter().map(|why| Choice::new(why.word(), label(*why))).collect();
    let done = done_steps(ticket);
    let steps = STEPS.iter().map(|item| (item.label().to_lowercase(), done.contains(item))).collect();
    let sign = sign(&about, desk)?;
    let ask = sign.as_ref().map_or("", |sign| &sign.question).to_owned();
    let note = Note { ask, ..Note::of(&about.first, &about.ready) };
    let mut form = Form::new(about.titled("Escalate"))
        .field("to", "To", targets(&about, sign.map(|sign| sign.discipline)))
        .required()
        .field("why", "Reason", Field::Choice { options: reasons, chosen: None })
        .required()
        .leads_to("text")
        .field("text", "Hand-off", Field::Area(Editor::new(&note.text())))
        .required()
        .by_label();
    if may_ask_vendor(&about) {
        let version = ticket.h13.as_ref().and_then(|answer| answer.finding.as_ref());
        form = form.field("vendor", "Vendor", Field::Line(Prompt::default())).field(
            "version",
            "Version",
            Field::Line(Prompt::new(version.map_or("", Finding::as_str))),
        );
    }
    let form = form
        .field("steps", "Done", Field::Toggles(steps))
        .field("checks", "Checks", Field::Info(vec![String::new()]))
        .focused("why");
    let (place, inserts) = (about.place("escalate"), about.inserts());
    Writing::new(Handing { about }, form, place, inserts).restored(desk)
}

/// Refuses `not_permitted` before a hand-off is written that would be refused when it is sent: all of the tickets
/// have other owners. The verb itself still decides about each.
fn may_hand_on(about: &About, desk: &Desk) -> Result<(), Refusal> {
    if about.ticket().is_task() {
        let parent = about.first.parent.as_ref().map_or_else(String::new, Ticket::name);
        let why = format!("{} is a task; escalate {parent}, or decline it", about.ticket().name());
        return Err(Code::IllegalTransition.because(why));
    }
    if about.me.is(Role::Supervisor) {
        return Ok(());
    }
    let tickets = about.tickets(desk).unwrap_or_default();
    let of_others = |ticket: &Ticket| ticket.assignee.as_ref().filter(|owner| **owner != about.me.login).cloned();
    let owners: Option<Vec<_>> = tickets.iter().map(of_others).collect();
    match owners.as_deref() {
        Some([owner, ..]) => {
            let what = if about.is_one() { about.ticket().name() } else { "these tickets".to_owned() };
            let why = format!("{owner} has {what}; its owner or a supervisor escalates it");
            Err(Code::NotPermitted.because(why).hint("a leaves a note"))
        }
        _ => Ok(()),
    }
}

/// What the signs of one fault say, unless somebody was asked that already.
fn sign(about: &About, desk: &Desk) -> Result<Option<Overlap>, Error> {
    let sign = if about.is_one() { desk.overlap(&about.first.case)? } else { None };
    Ok(sign.filter(|sign| !about.first.tasks.iter().any(|task| task.discipline == sign.discipline)))
}

fn may_ask_vendor(about: &About) -> bool {
    about.me.investigates()
}

/// What rules ask for in this stay and nobody has proposed or waived, on one record.
fn called_for(about: &About) -> impl Iterator<Item = &Latched> {
    let is = &about.first.case.is;
    let open = |latched: &&Latched| latched.to.is_some() && latched.waived.is_none() && latched.answered.is_none();
    is.latches.of(is.visits).filter(|_| about.is_one()).filter(open)
}

/// The other tiers, a supervisor, other disciplines, a vendor; the likely discipline, else the next tier, is meant
/// unless one chooses.
fn targets(about: &About, likely: Option<Discipline>) -> Field {
    let ticket = about.ticket();
    let others = Tier::ALL.into_iter().filter(|tier| *tier != ticket.tier);
    let mut options: Vec<_> = others.map(|tier| Choice::new(tier.to_string(), format!("Tier {tier}"))).collect();
    options.push(Choice::new(ATTENTION, "supervisor's attention"));
    let disciplines = [Discipline::Network, Discipline::Hardware, Discipline::Software];
    let disciplines = disciplines.into_iter().filter(|discipline| *discipline != ticket.discipline);
    options.extend(disciplines.map(|discipline| Choice::new(discipline.word(), discipline.word())));
    if may_ask_vendor(about) {
        options.push(Choice::new(VENDOR, VENDOR));
    }
    let called = called_for(about).find_map(|latched| match latched.to {
        Some(trigger::Target::Tier(tier)) => Some(tier),
        _ => None,
    });
    let up = || called.or(ticket.tier.up()).map_or_else(|| ATTENTION.to_owned(), |tier| tier.to_string());
    let next = likely.map_or_else(up, |discipline| discipline.word().to_owned());
    let chosen = options.iter().position(|option| option.value == next);
    Field::Choice { options, chosen }
}

const fn label(why: Why) -> &'static str {
    match why {
        Why::NoAccess => "no access",
        Why::Skill => "skill",
        Why::SlaRisk => "SLA risk",
        Why::Vendor => "vendor",
        Why::Other => "other",
    }
}

impl Sheet for Handing {
    fn send(&self, form: &mut Form) -> Result<Next, Refusal> {
        let mut note = Note::read(&form.text("text"));
        let diagnosed = self.about.is_one() && !done_steps(self.about.ticket()).is_empty();
        if diagnosed && note.found == Note::of(&self.about.first, &self.about.ready).found {
            // Untouched, it stands already where it was found.
            note.found.clear();
        }
        if note.ask.is_empty() {
            form.go_to("text");
            return Err(Code::HandoffIncomplete.because("the line Ask is empty; say what the next one should do"));
        }
        let ticked: Vec<_> = ticked(form);
        let mut answers = self.ticks(&ticked);
        answers.extend(note.answers(&ticked)?);
        let version = form.text("version");
        if !version.trim().is_empty() {
            answers.push((Item::H13, Some(Answer::done(Finding::new(&version)?))));
        }
        let to = target(form)?;
        let why = form.choice("why").and_then(Why::from_word);
        let escalate = Escalate { to, why, reason: None, triggers: vec![], answers, wish: None };
        Ok(Next::Do(Command::on(&self.about.records, Verb::Escalate(escalate))))
    }

    /// Checks of what goes along, with a mark where something is missing.
    fn follow(&mut self, form: &mut Form) {
        let note = Note::read(&form.text("text"));
        let ticket = self.about.ticket();
        let mark = |what: &str, there: bool| format!("{what} {}", if there { "ok" } else { "missing !" });
        let ask = if note.ask.is_empty() { "Ask empty !" } else { "ask ok" };
        let checks = [
            format!("{} words", note.words()),
            mark("machine", !ticket.endpoints.is_empty()),
            mark("category", ticket.subcategory != Subcategory::Unknown),
            ask.to_owned(),
        ];
        let called = called_for(&self.about)
            .map(|latched| format!("{} {}: {}", latched.trigger, latched.trigger.rule().name, latched.numbers));
        form.set_info("checks", [checks.join(" | ")].into_iter().chain(called).collect());
    }
}

/// Refuses `field_missing` for a vendor without a name.
fn target(form: &mut Form) -> Result<Target, Refusal> {
    let to = form.choice("to").unwrap_or(ATTENTION).to_owned();
    if to == VENDOR {
        let name = form.text("vendor");
        if name.trim().is_empty() {
            form.go_to("vendor");
            return Err(Code::FieldMissing.because("the vendor is missing; name whom to ask"));
        }
        return Ok(Target::Across(Whom::Vendor(Label::new(&name)?)));
    }
    let tier = to.parse().ok().and_then(Tier::new).map(Target::Tier);
    let discipline = || Discipline::from_word(&to).map(|discipline| Target::Across(Whom::Discipline(discipline)));
    Ok(tier.or_else(discipline).unwrap_or(Target::Attention))
}

fn ticked(form: &Form) -> Vec<Item> {
    STEPS.iter().enumerate().filter(|(n, _)| form.toggled("steps", *n)).map(|(_, item)| *item).collect()
}

impl Handing {
    /// What the boxes change: a step that is done now, or one that was done by mistake. On several records a box only
    /// adds, as the others may have done what the first has not.
    fn ticks(&self, ticked: &[Item]) -> Vec<(Item, Option<Answer>)> {
        let before = done_steps(self.about.ticket());
        let added = ticked.iter().filter(|item| !before.contains(item)).map(|item| (*item, Some(Answer::ticked())));
        let taken =
            before.iter().filter(|item| !ticked.contains(item) && self.about.is_one()).map(|item| (*item, None));
        added.chain(taken).collect()
    }
}
