//! A new problem from tickets: filled in from the first of them.

use crate::app::proposals::Proposal;
use crate::app::{Desk, Error};
use crate::domain::command::problem::Open;
use crate::domain::number::Kind;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::problem::{Detection, DetectionSource};
use crate::domain::refusal::Code;
use crate::domain::text::{Description, Reason, Title};
use crate::ui::command::Command;
use crate::ui::dialog::resolve::choices;
use crate::ui::dialog::subject::About;
use crate::ui::dialog::writing::Writing;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::{Next, Subject};

/// Numbers that are named before the rest is counted.
const NAMED: usize = 6;

pub fn open(subject: &Subject, desk: &Desk) -> Result<Writing, Error> {
    let about = About::read(subject, desk)?;
    let tickets = about.tickets(desk)?;
    if tickets.iter().all(|ticket| ticket.kind() != Kind::Incident) {
        return Err(Code::LinkRequired.because("a problem comes from incidents; none is marked").into());
    }
    let first = about.ticket();
    let names: Vec<_> = tickets.iter().take(NAMED).map(|ticket| ticket.name()).collect();
    let more = tickets.len().saturating_sub(NAMED);
    let told = format!("{}{}", names.join(" "), if more > 0 { format!(" and {more} more") } else { String::new() });
    let impact = tickets.iter().map(|ticket| ticket.impact).min().unwrap_or_default();
    let urgency = tickets.iter().map(|ticket| ticket.urgency).min().unwrap_or_default();
    let form = Form::new(about.titled("New problem from"))
        .field("from", "Incidents", Field::Info(vec![told]))
        .field("title", "Title", Field::Line(Prompt::new(first.title.as_str())))
        .required()
        .field("impact", "Impact", choices(Impact::ALL.iter().map(|it| it.word()).collect(), Some(impact.word())))
        .field("urgency", "Urgency", choices(Urgency::ALL.iter().map(|it| it.word()).collect(), Some(urgency.word())))
        .field("text", "Text", Field::Area(Editor::new(first.description.as_ref().map_or("", Description::as_str))));
    let open = Open {
        title: first.title.clone(),
        description: None,
        detection: Detection::Reactive,
        source: DetectionSource::Manual,
        discipline: first.discipline,
        subcategory: first.subcategory,
        impact,
        urgency,
        software_items: first.software_items.iter().cloned().collect(),
        endpoints: Vec::new(),
        tags: Vec::new(),
        incidents: about.records.clone(),
    };
    let send = move |form: &mut Form| {
        let text = form.text("text");
        Ok(Next::Do(Command::OpenProblem(Box::new(Open {
            title: Title::new(&form.text("title"))?,
            description: if text.trim().is_empty() { None } else { Some(Description::new(&text)?) },
            impact: form.choice("impact").and_then(Impact::from_word).unwrap_or(impact),
            urgency: form.choice("urgency").and_then(Urgency::from_word).unwrap_or(urgency),
            ..open.clone()
        }))))
    };
    let (place, inserts) = (about.place("new problem"), about.inserts());
    Writing::new(send, form, place, inserts).restored(desk)
}

/// Why a proposal of the desk is none; it is not made again before there are twice as many, or a month has passed.
pub fn refuse(proposal: &Proposal, desk: &Desk) -> Result<Writing, Error> {
    let told = format!("{} alike: {}", proposal.count(), proposal.words);
    let form = Form::new(format!("Refuse to {}", proposal.offer.words()))
        .field("told", "", Field::Info(vec![told]))
        .field("text", "Why", Field::Area(Editor::default()))
        .required();
    let about = About::read(&Subject::one(proposal.incidents[0].incident.agg), desk)?;
    let it = proposal.clone();
    let send =
        move |form: &mut Form| Ok(Next::Do(Command::Refuse(Box::new(it.clone()), Reason::new(&form.text("text"))?)));
    Writing::new(send, form, about.place("refuse proposal"), about.inserts()).restored(desk)
}
