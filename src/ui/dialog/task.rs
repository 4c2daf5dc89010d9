//! Done, for a task: its question, and the answer to it.

use super::subject::About;
use super::writing::Writing;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::task::Done;
use crate::domain::gap;
use crate::domain::text::{Question, TaskAnswer, cut};
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::screen::{Next, Subject};

/// Lines of the question that are shown over the answer.
const LINES: usize = 3;
/// Cells of each of them.
const CELLS: usize = 62;

/// The form of a task; `None` when the first of the records is none.
pub fn open(subject: &Subject, desk: &Desk) -> Result<Option<Writing>, Error> {
    let about = About::read(subject, desk)?;
    if !about.ticket().is_task() {
        return Ok(None);
    }
    let question = about.ticket().question.as_ref().map_or("", Question::as_str);
    let question = question.lines().take(LINES).map(|line| cut(line, CELLS)).collect();
    let form = Form::new(about.titled("Answer"))
        .field("question", "Asked", Field::Info(question))
        .field("text", "Answer", Field::Area(Editor::default()))
        .required()
        .focused("text");
    let (place, inserts, records) = (about.place("answer"), about.inserts(), about.records);
    let send = move |form: &mut Form| {
        let text = form.text("text");
        gap::filled(&text)?;
        Ok(Next::Do(Command::on(&records, Verb::Done(Done { answer: TaskAnswer::new(&text)? }))))
    };
    Ok(Some(Writing::new(send, form, place, inserts).restored(desk)?))
}
