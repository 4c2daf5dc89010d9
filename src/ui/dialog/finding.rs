//! What a step of the checklist found: one text, which goes along with a hand-off.

use super::subject::About;
use super::writing::Writing;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::answer::GiveAnswers;
use crate::domain::escalation::Item;
use crate::domain::id::AggId;
use crate::domain::text::Finding;
use crate::domain::ticket::Answer;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::screen::{Next, Subject};

pub fn open(agg: AggId, item: Item, desk: &Desk) -> Result<Writing, Error> {
    let about = About::read(&Subject::one(agg), desk)?;
    let ticket = about.ticket();
    let step = about.ready.steps_of(ticket).into_iter().find(|step| step.item == Some(item));
    let asked = step.as_ref().map_or_else(|| item.label().to_owned(), |step| step.text.to_string());
    let is = step.as_ref().and_then(|step| step.finding(ticket)).map(ToString::to_string).unwrap_or_default();
    let form = Form::new(about.titled("Checklist of"))
        .field("step", item.label(), Field::Info(vec![asked]))
        .field("text", "Found", Field::Area(Editor::new(&is)))
        .required();
    let send = move |form: &mut Form| {
        let answer = Answer::done(Finding::new(&form.text("text"))?);
        let verb = Verb::Answer(GiveAnswers { answers: vec![(item, Some(answer))], ..GiveAnswers::default() });
        Ok(Next::Do(Command::on(&[agg], verb)))
    };
    let place = about.place(&format!("finding {item}"));
    Writing::new(send, form, place, about.inserts()).restored(desk)
}
