//! What happens to a problem on its way: who has it, notes, waits, questions to the vendor, going back, taking it out.

use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::note::AddNote;
use crate::domain::command::problem::{AskVendor, Assign, Cancel, GiveUpFix, Hold, ProblemVerb, Reopen};
use crate::domain::gap;
use crate::domain::id::AggId;
use crate::domain::incident::Visibility;
use crate::domain::problem::ProblemCancel;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Rights, Tier};
use crate::domain::text::{Label, Login, Question, Reason};
use crate::domain::when;
use crate::ui::dialog::choosing::{Choosing, List, Then};
use crate::ui::dialog::write::filled_note;
use crate::ui::dialog::writing::{Sheet, Writing};
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::Next;

/// Those who may look for causes, the least busy first.
pub fn assign(about: About, desk: &Desk) -> Result<Choosing<Giving>, Error> {
    let owner = about.problem().owner.clone();
    let takers = desk.takers_in(Tier::Two, &[], Rights::User)?.into_iter();
    let others = takers.filter(|it| Some(&it.user.login) != owner.as_ref());
    let entry = |it: crate::app::query::escalations::taker::Taker| {
        let me = if it.user.login == about.me.login { " (you)" } else { "" };
        let tier = it.user.tier.map_or_else(String::new, |tier| format!("tier {tier}  "));
        Entry::new(
            it.user.login.clone(),
            format!("{}  {}{me}", it.user.login, it.user.name),
            format!("{tier}{} open", it.open),
        )
    };
    let entries: Vec<_> = others.map(entry).collect();
    let count = entries.len();
    let picker = Picker::new(about.titled("Assign"), Digits::Choose, entries)
        .hints("1-9 choose   letters narrow   Enter choose   Esc close");
    Ok(Choosing::new(Giving { about }, picker, count))
}

pub struct Giving {
    about: About,
}

impl List for Giving {
    type Key = Login;

    fn chose(&mut self, to: Login) -> Then<Login> {
        Then::Next(self.about.asks(ProblemVerb::Assign(Assign { to, review_on: None })))
    }
}

pub fn note(about: About, desk: &Desk) -> Result<Writing, Error> {
    let form = Form::new(about.titled("Note on")).field("text", "Text", Field::Area(Editor::default())).required();
    let it = about.clone();
    let send = move |form: &mut Form| {
        let text = filled_note(&form.text("text"))?;
        Ok(it.asks(ProblemVerb::Note(AddNote { text, vis: Visibility::Internal })))
    };
    about.write("note", form, send, desk)
}

pub fn give_up_fix(about: About, desk: &Desk) -> Result<Writing, Error> {
    asks_why(about, "Give up the fix of", "give up fix", |reason| ProblemVerb::GiveUpFix(GiveUpFix { reason }), desk)
}

pub fn reopen(about: About, desk: &Desk) -> Result<Writing, Error> {
    asks_why(about, "Take up again", "reopen", |reason| ProblemVerb::Reopen(Reopen { reason }), desk)
}

fn asks_why(
    about: About,
    title: &str,
    place: &str,
    verb: impl Fn(Reason) -> ProblemVerb + 'static,
    desk: &Desk,
) -> Result<Writing, Error> {
    let form = Form::new(about.titled(title)).field("text", "Why", Field::Area(Editor::default())).required();
    let it = about.clone();
    about.write(place, form, move |form: &mut Form| Ok(it.asks(verb(Reason::new(&form.text("text"))?))), desk)
}

/// A question to a vendor, which begins a task.
pub fn ask_vendor(about: About, desk: &Desk) -> Result<Writing, Error> {
    let form = Form::new(about.titled("Ask the vendor of"))
        .field("vendor", "Vendor", Field::Line(Prompt::default()))
        .required()
        .field("ref", "Number", Field::Line(Prompt::default()))
        .field("told", "", Field::Info(vec!["the vendor's number of the case, if there is one".to_owned()]))
        .field("text", "Question", Field::Area(Editor::default()))
        .required();
    let it = about.clone();
    let send = move |form: &mut Form| {
        let (text, number) = (form.text("text"), form.text("ref"));
        gap::filled(&text)?;
        Ok(it.asks(ProblemVerb::AskVendor(AskVendor {
            question: Question::new(&text)?,
            vendor: Label::new(&form.text("vendor"))?,
            vendor_ref: if number.trim().is_empty() { None } else { Some(Label::new(&number)?) },
        })))
    };
    about.write("ask vendor", form, send, desk)
}

/// Leave it alone until a time.
pub fn hold(about: About, desk: &Desk) -> Result<Writing, Error> {
    let form = Form::new(about.titled("Park"))
        .field("until", "Until", Field::Line(Prompt::default()))
        .required()
        .field("means", "", Field::Info(vec![String::new()]))
        .field("text", "Why", Field::Area(Editor::default()))
        .required();
    about.write("park", form, Until { about: about.clone() }, desk)
}

struct Until {
    about: About,
}

impl Sheet for Until {
    fn send(&self, form: &mut Form) -> Result<Next, Refusal> {
        let until = when::instant(&form.text("until"), self.about.present(), self.about.zone)?;
        Ok(self.about.asks(ProblemVerb::Hold(Hold { until, reason: Reason::new(&form.text("text"))? })))
    }

    fn follow(&mut self, form: &mut Form) {
        let (now, zone) = (self.about.present(), self.about.zone);
        let read = when::instant(&form.text("until"), now, zone);
        let told =
            read.map_or_else(|_| format!("write {}", when::FORMS), |at| format!("= {}", when::shown(at, now, zone)));
        form.set_info("means", vec![told]);
    }
}

/// Take it out: the duplicate of another, or no problem at all.
pub fn cancel(about: About, desk: &Desk) -> Result<Choosing<Cancelling>, Error> {
    let mut others = desk.problem_rows()?;
    others.retain(|row| row.agg != about.agg());
    let mut entries: Vec<_> = others
        .iter()
        .map(|row| Entry::new(Some(row.agg), format!("{} {}", row.name, row.title), "it goes on"))
        .collect();
    entries.push(Entry::new(None, "it is no problem", "cancelled"));
    let count = entries.len();
    let picker = Picker::new(format!("{}: a duplicate of", about.problem().name()), Digits::Point, entries)
        .hints("Enter choose   letters narrow   Esc close");
    Ok(Choosing::new(Cancelling { about }, picker, count))
}

pub struct Cancelling {
    about: About,
}

impl List for Cancelling {
    type Key = Option<AggId>;

    fn chose(&mut self, of: Option<AggId>) -> Then<Option<AggId>> {
        let (title, code) = match of {
            Some(_) => ("Duplicate:", ProblemCancel::Duplicate),
            None => ("Take out", ProblemCancel::NotAProblem),
        };
        let form = Form::new(self.about.titled(title)).field("text", "Why", Field::Area(Editor::default())).required();
        let it = self.about.clone();
        Then::write(self.about.sheet("cancel", form, move |form: &mut Form| {
            let reason = Reason::new(&form.text("text"))?;
            Ok(it.asks(ProblemVerb::Cancel(Cancel { code, duplicate_of: of, reason })))
        }))
    }
}
