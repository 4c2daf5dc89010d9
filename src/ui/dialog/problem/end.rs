//! The end of a problem: without a fix, with the incidents that end with it, and its closing.

use super::subject::About;
use crate::app::problems::Offered;
use crate::app::{Desk, Error};
use crate::domain::command::problem::{AcceptRisk, Close, NoFix, ProblemVerb};
use crate::domain::id::AggId;
use crate::domain::problem::{ClosureCode, Problem, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Reason, Resolution, cut};
use crate::ui::command::Command;
use crate::ui::dialog::resolve::choices;
use crate::ui::dialog::writing::Writing;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::{Next, Screen};

/// Cells of an offered incident: each stands in a line of its own.
const CELLS: usize = 60;

/// Nothing is left to fix, or the risk is accepted.
pub fn no_fix(about: About, desk: &Desk) -> Result<Writing, Error> {
    let codes = ClosureCode::ALL.iter().copied();
    // Only the risk of a known error can be accepted.
    let fits =
        codes.filter(|code| *code != ClosureCode::RiskAccepted || about.problem().state == ProblemState::KnownError);
    let form = Form::new(about.titled("Without a fix: end"))
        .field("code", "Because", choices(fits.map(ClosureCode::word).collect(), None))
        .required()
        .leads_to("text")
        .field("until", "Until", Field::Line(Prompt::default()))
        .field(
            "told",
            "",
            Field::Info(vec!["of an accepted risk only: the day until which, such as 2027-03-31".to_owned()]),
        )
        .field("text", "Note", Field::Area(Editor::default()))
        .required();
    let it = about.clone();
    let send = move |form: &mut Form| {
        let code = form.choice("code").and_then(ClosureCode::from_word);
        let code = code.ok_or_else(|| Code::ReasonRequired.because("choose why it ends"))?;
        let text = form.text("text");
        if code != ClosureCode::RiskAccepted {
            return Ok(it.asks(ProblemVerb::NoFix(NoFix { code, note: Resolution::new(&text)? })));
        }
        let until = it.day(&form.text("until"))?;
        let until = until.ok_or_else(|| Code::FieldMissing.because("say until when the risk is accepted"))?;
        Ok(it.asks(ProblemVerb::AcceptRisk(AcceptRisk { until, reason: Reason::new(&text)? })))
    };
    about.write("end", form, send, desk)
}

/// A resolved problem: which of its incidents end with it, if that was not answered and there are any; then, where
/// that is wanted, its closing.
pub fn end(agg: AggId, closes: bool, desk: &mut Desk) -> Result<Box<dyn Screen>, Error> {
    let about = About::read(agg, desk)?;
    let note = common_note(about.problem());
    let offered = match about.problem().offer_answered_at {
        None => desk.resolution_offer(agg, &Resolution::fitted(&note)?)?,
        Some(_) => Vec::new(),
    };
    match offered.is_empty() && closes {
        true => Ok(Box::new(close(about, desk)?)),
        false => Ok(Box::new(offer(&about, &offered, &note, desk)?)),
    }
}

/// What each of them is told, until somebody writes something better.
fn common_note(problem: &Problem) -> String {
    let how = match (&problem.verification, &problem.closure_note) {
        (Some(seen), _) => seen.to_string(),
        (None, Some(note)) => note.to_string(),
        (None, None) => String::new(),
    };
    if how.trim().is_empty() { "The cause was removed and it was seen that it holds.".to_owned() } else { how }
}

fn offer(about: &About, offered: &[Offered], note: &str, desk: &Desk) -> Result<Writing, Error> {
    let mut form = Form::new(format!("Which incidents end with {}?", about.problem().name()));
    let ticked = offered.iter().filter(|it| it.ticked).count();
    let told = match offered.len() {
        0 => "none of its incidents is open; send this to have it answered".to_owned(),
        n => format!("{n} are open, {ticked} wait for it; Space ticks, Up and Down move, none is an answer too"),
    };
    form = form.field("told", "", Field::Info(vec![told]));
    if !offered.is_empty() {
        let boxes = offered.iter().map(|it| (labelled(it), it.ticked)).collect();
        form = form
            .field("incidents", "End", Field::Toggles(boxes))
            .field("text", "Note", Field::Area(Editor::new(note)))
            .required()
            .focused("incidents");
    }
    let incidents: Vec<_> = offered.iter().map(|it| it.agg).collect();
    let (agg, note) = (about.agg(), note.to_owned());
    let send = move |form: &mut Form| -> Result<Next, Refusal> {
        let meant = incidents.iter().enumerate().filter(|(n, _)| form.toggled("incidents", *n));
        let meant: Vec<_> = meant.map(|(_, agg)| *agg).collect();
        let text = if incidents.is_empty() { note.clone() } else { form.text("text") };
        Ok(Next::Do(Command::ResolveLinked(agg, meant, Resolution::new(&text)?)))
    };
    about.write("end with", form, send, desk)
}

/// Number, what stands against it, and title.
fn labelled(it: &Offered) -> String {
    let state = it.ticket.state.word().replace('_', " ");
    let against = it.refused.as_ref().map(|why| format!("! {}: ", why.message)).unwrap_or_default();
    let told = format!("{} {state:11} {against}{}", it.ticket.name(), it.ticket.title);
    format!("{:CELLS$}", cut(&told, CELLS))
}

/// The observation is over and nothing came back.
pub fn close(about: About, desk: &Desk) -> Result<Writing, Error> {
    let until = about.problem().observe_until.map(|day| format!("observed until {}", day.format("%a %d %b")));
    let form = Form::new(about.titled("Close"))
        .field("told", "", Field::Info(vec![until.unwrap_or_else(|| "it is not resolved yet".to_owned())]))
        .field("text", "Note", Field::Area(Editor::default()))
        .required();
    let it = about.clone();
    let send =
        move |form: &mut Form| Ok(it.asks(ProblemVerb::Close(Close { note: Resolution::new(&form.text("text"))? })));
    about.write("close", form, send, desk)
}
