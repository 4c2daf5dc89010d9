//! One text to all who reported the incidents of a problem. It is told how many read it, and sent by a second press.

use std::cell::RefCell;

use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::note::AddNote;
use crate::domain::id::AggId;
use crate::domain::incident::Visibility;
use crate::domain::refusal::{Code, Refusal};
use crate::ui::command::Command;
use crate::ui::dialog::write::filled_note;
use crate::ui::dialog::writing::{Sheet, Writing};
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::screen::Next;

/// To the open incidents that have a requester.
pub fn open(about: About, desk: &Desk) -> Result<Writing, Error> {
    let meant = about.view.incidents.iter().filter(|(_, it)| it.state.open() && it.requester.is_some());
    let (mut incidents, mut names) = (Vec::new(), Vec::new());
    for (agg, ticket) in meant {
        incidents.push(*agg);
        if let Some(requester) = ticket.requester {
            names.extend(desk.store().contact(requester)?.map(|contact| contact.name.to_string()));
        }
    }
    let first = names.first().cloned().unwrap_or_default();
    names.sort();
    names.dedup();
    let to = match names.len() {
        0 => "nobody: no open incident has a requester".to_owned(),
        1 => format!("{first}, on {} open incidents", incidents.len()),
        n => format!("{n} people, {first} first, on {} open incidents", incidents.len()),
    };
    let form = Form::new(about.titled("Reply to all of"))
        .field("to", "To", Field::Info(vec![to.clone()]))
        .field("text", "Text", Field::Area(Editor::default()))
        .required()
        .field("review", "", Field::Info(vec![FIRST.to_owned()]))
        .focused("text");
    about.write("reply", form, ToAll { incidents, to, seen: RefCell::default() }, desk)
}

const FIRST: &str = "sending asks once more before it goes out";

struct ToAll {
    incidents: Vec<AggId>,
    to: String,
    /// The text that was reviewed.
    seen: RefCell<Option<String>>,
}

impl Sheet for ToAll {
    fn send(&self, form: &mut Form) -> Result<Next, Refusal> {
        let text = form.text("text");
        let note = filled_note(&text)?;
        if self.incidents.is_empty() {
            return Err(Code::NotFound.because(self.to.clone()));
        }
        if self.seen.borrow().as_deref() != Some(&*text) {
            *self.seen.borrow_mut() = Some(text);
            return Ok(Next::Stay);
        }
        let add = AddNote { text: note, vis: Visibility::Requester };
        Ok(Next::Do(Command::on(&self.incidents, Verb::Note(add))))
    }

    fn follow(&mut self, form: &mut Form) {
        let reviewed = self.seen.borrow().as_deref() == Some(&*form.text("text"));
        let told = if reviewed { format!("send once more: it goes to {}", self.to) } else { FIRST.to_owned() };
        form.set_info("review", vec![told]);
    }
}
