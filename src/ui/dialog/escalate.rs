//! Hand a ticket to another tier, or ask for a supervisor's attention (ui 3.3).

use super::handoff::{Note, done_steps};
use super::subject::About;
use super::writing::{Sheet, Writing};
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::escalate::{Escalate, Target, Why};
use crate::domain::escalation::Item;
use crate::domain::incident::Subcategory;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Role, Tier};
use crate::domain::ticket::{Answer, Ticket};
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::screen::{Next, Subject};

/// The choice that leaves the ticket where it is.
const ATTENTION: &str = "attention";
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
    let form = Form::new(about.titled("Escalate"))
        .field("to", "To", targets(ticket))
        .required()
        .field("why", "Reason", Field::Choice { options: reasons, chosen: None })
        .required()
        .leads_to("text")
        .field("text", "Hand-off", Field::Area(Editor::new(&Note::of(&about.first).text())))
        .required()
        .field("steps", "Done", Field::Toggles(steps))
        .field("checks", "Checks", Field::Info(vec![String::new()]))
        .focused("why");
    let (place, known) = (about.place("escalate"), about.known());
    Writing::new(Handing { about }, form, place, known).restored(desk)
}

/// Refuses `not_permitted` before a hand-off is written that would be refused when it is sent: all of the tickets
/// have other owners. The verb itself still decides about each.
fn may_hand_on(about: &About, desk: &Desk) -> Result<(), Refusal> {
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

/// The other tiers and a supervisor; the next tier is meant unless one chooses.
fn targets(ticket: &Ticket) -> Field {
    let others = Tier::ALL.into_iter().filter(|tier| *tier != ticket.tier);
    let mut options: Vec<_> = others.map(|tier| Choice::new(tier.to_string(), format!("Tier {tier}"))).collect();
    options.push(Choice::new(ATTENTION, "supervisor's attention"));
    let next = ticket.tier.up().map_or_else(|| ATTENTION.to_owned(), |tier| tier.to_string());
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
        let note = Note::read(&form.text("text"));
        if note.ask.is_empty() {
            form.go_to("text");
            return Err(Code::HandoffIncomplete.because("the line Ask is empty; say what the next one should do"));
        }
        let ticked: Vec<_> = ticked(form);
        let mut answers = self.ticks(&ticked);
        answers.extend(note.answers(&ticked)?);
        let to = match form.choice("to").and_then(|to| to.parse().ok()).and_then(Tier::new) {
            Some(tier) => Target::Tier(tier),
            None => Target::Attention,
        };
        let why = form.choice("why").and_then(Why::from_word);
        let escalate = Escalate { to, why, reason: None, triggers: vec![], answers, wish: None };
        Ok(Next::Do(Command::on(&self.about.records, Verb::Escalate(escalate))))
    }

    /// Checks of what goes along, with a mark where something is missing.
    fn follow(&self, form: &mut Form) {
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
        form.set_info("checks", vec![checks.join(" | ")]);
    }
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
