//! The description of one ticket as a form: where a text from the editor outside goes that could not be stored.

use super::subject::About;
use super::writing::Writing;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::edit::Edit;
use crate::domain::id::AggId;
use crate::domain::text::Description;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::screen::{Next, Subject};

/// Name of the draft, before the number.
const PLACE: &str = "description";

/// With a text that came back, else with the draft that was kept, else with what is stored.
pub fn open(agg: AggId, text: Option<&str>, desk: &Desk) -> Result<Writing, Error> {
    let about = About::read(&Subject::one(agg), desk)?;
    let is = about.ticket().description.as_ref().map(ToString::to_string).unwrap_or_default();
    let form = Form::new(about.titled("Description of")).field("text", "Text", Field::Area(Editor::new(&is)));
    let send = move |form: &mut Form| Ok(Next::Do(described(agg, &form.text("text"))?));
    let writing = Writing::new(send, form, about.place(PLACE), about.inserts());
    match text {
        Some(text) => Ok(writing.unsent(text)),
        None => writing.restored(desk),
    }
}

/// Where the draft of a description is kept.
pub fn place(name: &str) -> String {
    format!("{PLACE} {name}")
}

/// The command that stores a description; an empty one is none.
pub fn described(agg: AggId, text: &str) -> Result<Command, crate::domain::refusal::Refusal> {
    let text = text.trim_end();
    let description = if text.is_empty() { None } else { Some(Description::new(text)?) };
    Ok(Command::on(&[agg], Verb::Edit(Edit { description: Some(description), ..Edit::default() })))
}
