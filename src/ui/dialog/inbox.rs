//! Decisions on a hand-off that need a text or a time: return it, put it off.

use super::hold::meaning;
use super::resolve::choices;
use super::subject::About;
use super::writing::{Sheet, Writing};
use crate::app::ready::text::Use;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::inbox::{Defer, HandBack, Return};
use crate::domain::escalation::ReturnCode;
use crate::domain::gap;
use crate::domain::id::AggId;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Note, Reason};
use crate::domain::when;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::{Next, Subject};

/// Return a proposal, with a code and a text; a digit leads to the text.
pub fn send_back(agg: AggId, desk: &Desk) -> Result<Writing, Error> {
    with_reason(agg, desk, "Return", |code, note| Verb::Return(Return { code, note }))
}

/// Hand an accepted ticket back to the tier it came from, likewise.
pub fn hand_back(agg: AggId, desk: &Desk) -> Result<Writing, Error> {
    with_reason(agg, desk, "Hand back", |code, note| Verb::HandBack(HandBack { code, note }))
}

fn with_reason(
    agg: AggId,
    desk: &Desk,
    title: &'static str,
    verb: impl Fn(ReturnCode, Reason) -> Verb + 'static,
) -> Result<Writing, Error> {
    let about = About::read(&Subject::one(agg), desk)?;
    let codes = ReturnCode::ALL.iter().map(|code| code.word()).collect();
    let form = Form::new(about.titled(title))
        .field("code", "Reason", choices(codes, None))
        .required()
        .leads_to("text")
        .field("text", "Text", Field::Area(Editor::default()))
        .required();
    let send = move |form: &mut Form| {
        let text = form.text("text");
        gap::filled(&text)?;
        let code = form.choice("code").and_then(ReturnCode::from_word);
        let code = code.ok_or_else(|| Code::ReasonRequired.because("choose why it goes back"))?;
        Ok(Next::Do(Command::on(&[agg], verb(code, Reason::new(&text)?))))
    };
    let place = about.place(&title.to_lowercase().replace(' ', "-"));
    Writing::new(send, form, place, about.inserts()).with_texts(Use::Return).restored(desk)
}

struct Later {
    about: About,
}

/// Put it off until a time; the sender sees it.
pub fn defer(agg: AggId, desk: &Desk) -> Result<Writing, Error> {
    let about = About::read(&Subject::one(agg), desk)?;
    let form = Form::new(about.titled("Put off"))
        .field("until", "Until", Field::Line(Prompt::default()))
        .required()
        .field("means", "", Field::Info(vec![String::new()]))
        .field("text", "Note", Field::Area(Editor::default()));
    let (place, inserts) = (about.place("put off"), about.inserts());
    Writing::new(Later { about }, form, place, inserts).restored(desk)
}

impl Sheet for Later {
    fn send(&self, form: &mut Form) -> Result<Next, Refusal> {
        let until = when::instant(&form.text("until"), self.about.present(), self.about.zone)?;
        let text = form.text("text");
        let note = if text.trim().is_empty() { None } else { Some(Note::new(&text)?) };
        Ok(Next::Do(Command::on(&self.about.records, Verb::Defer(Defer { until, note }))))
    }

    fn follow(&mut self, form: &mut Form) {
        form.set_info("means", vec![meaning(&form.text("until"), &self.about)]);
    }
}
