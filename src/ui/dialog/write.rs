//! Write to the requester, or an internal note.

use super::subject::About;
use super::writing::Writing;
use crate::app::ready::fit::Situation;
use crate::app::ready::text::{Canned, Use};
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::note::AddNote;
use crate::domain::gap;
use crate::domain::incident::Visibility;
use crate::domain::refusal::Refusal;
use crate::domain::text::Note;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::screen::{Next, Subject};

/// A digit inserts one of this many texts.
const SUGGESTED: usize = 9;

pub fn open(subject: &Subject, vis: Visibility, desk: &Desk) -> Result<Writing, Error> {
    let about = About::read(subject, desk)?;
    let inserts = about.inserts();
    let (title, place, texts) = match vis {
        Visibility::Requester => (about.titled("Reply on"), about.place("reply"), replies(&about)),
        Visibility::Internal => (about.titled("Note on"), about.place("note"), Vec::new()),
    };
    let mut form = Form::new(title);
    if !texts.is_empty() {
        form = form.field("texts", "Texts", Field::Suggest { texts, into: "text" });
    }
    let form = form.field("text", "Text", Field::Area(Editor::default())).required();
    let children = if vis == Visibility::Requester && about.is_one() { open_children(&about, desk)? } else { 0 };
    let form = match children {
        0 => form,
        1 => to_children(form, "its open child too".to_owned()),
        n => to_children(form, format!("its {n} open children too")),
    };
    let records = about.records;
    let send = move |form: &mut Form| {
        let text = form.text("text");
        let text = if vis == Visibility::Requester { filled_note(&text)? } else { Note::new(&text)? };
        let add = AddNote { text, vis };
        if form.toggled("to", 0) {
            return Ok(Next::Do(Command::Update(records[0], add.text)));
        }
        Ok(Next::Do(Command::on(&records, Verb::Note(add))))
    };
    Writing::new(send, form, place, inserts).with_texts(Use::Reply).restored(desk)
}

/// How many open children a major incident has that can be told the same.
fn open_children(about: &About, desk: &Desk) -> Result<usize, Error> {
    if !about.ticket().major_state.ever_declared() {
        return Ok(0);
    }
    Ok(desk.major(about.records[0])?.open().count())
}

fn to_children(form: Form, label: String) -> Form {
    form.field("to", "To", Field::Toggles(vec![(label, false)]))
}

fn replies(about: &About) -> Vec<Choice> {
    let found = about.ready.suggested(Use::Reply, &Situation::of(about.ticket()));
    let choice = |it: &Canned| Choice::new(about.known.fill(&it.text), &it.name);
    found.into_iter().take(SUGGESTED).map(choice).collect()
}

/// A text that is read by whoever asked: no gap may be left in it.
pub fn filled_note(text: &str) -> Result<Note, Refusal> {
    gap::filled(text)?;
    Note::new(text)
}
