//! Wait: a list of reasons with their follow-ups; Tab changes time and note.

use super::choosing::{Choosing, List, Then};
use super::resolve::{choices, spoken};
use super::subject::About;
use super::write::filled_note;
use super::writing::{Sheet, Writing};
use crate::app::ready::text::Use;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::hold::Hold;
use crate::domain::gap::Placeholder;
use crate::domain::incident::Pending;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::{Instant, Secs};
use crate::domain::when;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::{Next, Subject};

/// Where the draft of the form is kept.
const PLACE: &str = "wait";
/// What the requester reads when it is the first that the desk says.
const FIRST_WORD: &str = "We are waiting for your answer to go on with {number}. {me}";

/// A reason to wait, with the follow-up that the policy proposes.
#[derive(Debug, Clone, Copy)]
struct Reason {
    pending: Pending,
    length: Option<Secs>,
}

pub struct Waiting {
    about: About,
    reasons: Vec<Reason>,
    /// Someone has not heard from the desk yet, so the note is for the requester.
    silent: bool,
    /// What was typed before, as the store keeps it.
    draft: Option<String>,
}

pub fn open(subject: &Subject, desk: &Desk) -> Result<Choosing<Waiting>, Error> {
    let about = About::read(subject, desk)?;
    let reasons = reasons(&about, desk)?;
    let entry = |(n, reason): (usize, &Reason)| {
        let until = reason.length.map(|length| about.now + length);
        let until = until.map_or_else(
            || "at the time you give".to_owned(),
            |until| format!("until {}", when::shown(until, about.now, about.zone)),
        );
        Entry::new(n, spoken(reason.pending.word()), until)
    };
    let entries: Vec<_> = reasons.iter().enumerate().map(entry).collect();
    let count = entries.len();
    let picker = Picker::new(about.titled("Wait on"), Digits::Point, entries)
        .hints("Enter wait   1-9 point   Tab time and note   Esc close");
    let silent = about.tickets(desk)?.iter().any(|it| it.responded_at.is_none() && it.requester.is_some());
    let draft = desk.store().draft(&desk.person().login, &about.place(PLACE))?;
    Ok(Choosing::new(Waiting { about, reasons, silent, draft }, picker, count))
}

/// Reasons that a person can give. Of those that wait for a task or a link only what the record has: a choice that is
/// always refused helps nobody.
fn reasons(about: &About, desk: &Desk) -> Result<Vec<Reason>, Error> {
    let policy = desk.policy_of(about.ticket());
    let problem = match about.ticket().problem() {
        Some(agg) => desk.store().problem(agg)?.filter(|case| case.problem().state.open()),
        None => None,
    };
    let fix = problem.as_ref().and_then(|case| case.problem().fix_change);
    let has = |pending: Pending| match pending {
        Pending::AwaitingProblem => problem.is_some(),
        Pending::AwaitingChange => fix.is_some(),
        other => !other.needs_link(),
    };
    let given = Pending::ALL.iter().copied().filter(|pending| has(*pending));
    Ok(given.map(|pending| Reason { pending, length: policy.pending(pending).default }).collect())
}

impl List for Waiting {
    type Key = usize;

    fn chose(&mut self, n: usize) -> Then<usize> {
        let reason = self.reasons[n];
        if reason.length.is_none() {
            return Then::write(self.form(reason));
        }
        match filled_note(&self.note(reason.pending)) {
            Ok(note) => {
                let hold = Hold { reason: reason.pending, follow_up: None, note, public: self.silent };
                Then::Next(Next::Do(Command::on(&self.about.records, Verb::Hold(hold))))
            }
            Err(_) => Then::write(self.form(reason)),
        }
    }

    fn other(&mut self, n: Option<usize>) -> Then<usize> {
        Then::write(self.form(self.reasons[n.unwrap_or_default()]).with_draft(self.draft.as_deref()))
    }
}

impl Waiting {
    /// The note that a reason usually needs. Unlike a text that one inserts, it goes out unseen, so what is not known
    /// is left out.
    fn note(&self, pending: Pending) -> String {
        let known = &self.about.known;
        if self.silent {
            let number = known.get(Placeholder::Number).unwrap_or("your ticket");
            let me = known.get(Placeholder::Me).unwrap_or_default();
            return FIRST_WORD.replace("{number}", number).replace("{me}", me);
        }
        let mut texts = self.about.ready.texts.iter();
        let text = texts.find(|it| it.pending() == Some(pending) && it.fits.is_general());
        text.map_or_else(|| format!("Waiting: {}.", spoken(pending.word())), |it| known.fill(&it.text))
    }

    fn form(&self, reason: Reason) -> Writing {
        let words = self.reasons.iter().map(|reason| reason.pending.word()).collect();
        let until = reason.length.map(|length| format!("{}d", length.0 / Secs::DAY.0)).unwrap_or_default();
        let form = Form::new(self.about.titled("Wait on"))
            .field("reason", "Reason", choices(words, Some(reason.pending.word())))
            .required()
            .field("until", "Until", Field::Line(Prompt::new(&until)))
            .required()
            .field("means", "", Field::Info(vec![String::new()]))
            .field("text", "Note", Field::Area(Editor::new(&self.note(reason.pending))))
            .required()
            .field("public", "Requester", Field::Toggles(vec![("may read it".to_owned(), self.silent)]))
            .focused("until");
        let (place, inserts) = (self.about.place(PLACE), self.about.inserts());
        Writing::new(Until { about: self.about.clone() }, form, place, inserts).with_texts(Use::Hold)
    }
}

struct Until {
    about: About,
}

impl Sheet for Until {
    fn send(&self, form: &mut Form) -> Result<Next, Refusal> {
        let reason = form.choice("reason").and_then(Pending::from_word);
        let reason = reason.ok_or_else(|| Code::ReasonRequired.because("choose what it waits for"))?;
        let follow_up = Some(when::instant(&form.text("until"), self.about.present(), self.about.zone)?);
        let note = filled_note(&form.text("text"))?;
        let hold = Hold { reason, follow_up, note, public: form.toggled("public", 0) };
        Ok(Next::Do(Command::on(&self.about.records, Verb::Hold(hold))))
    }

    fn follow(&mut self, form: &mut Form) {
        form.set_info("means", vec![meaning(&form.text("until"), &self.about)]);
    }
}

/// What a typed time means, or how to write one.
pub fn meaning(text: &str, about: &About) -> String {
    let read = |at: Instant| format!("= {}", when::shown(at, about.present(), about.zone));
    when::instant(text, about.present(), about.zone).map_or_else(|_| format!("write {}", when::FORMS), read)
}
