//! Done: a list of canned resolutions, the likeliest first; Tab writes freely.

use std::cmp::Reverse;

use super::choosing::{Choosing, List, Then};
use super::subject::About;
use super::writing::Writing;
use crate::app::ready::fit::Situation;
use crate::app::ready::text::{Canned, Use};
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::resolve::Resolve;
use crate::domain::gap;
use crate::domain::incident::{Category, ResolutionCode, Subcategory, Symptom};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Resolution;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Subject};

/// Where the draft of the free form is kept.
const PLACE: &str = "resolve";

/// A canned resolution for these records.
#[derive(Debug, Clone)]
struct Offer {
    name: String,
    text: String,
    code: ResolutionCode,
    /// What the records become, where their category is unknown.
    subcategory: Option<Subcategory>,
}

pub struct Resolving {
    about: About,
    offers: Vec<Offer>,
    /// The category is still unknown.
    unknown: bool,
    chosen: Option<usize>,
    /// What was typed freely before, as the store keeps it.
    draft: Option<String>,
}

pub fn open(subject: &Subject, desk: &Desk) -> Result<Choosing<Resolving>, Error> {
    let about = About::read(subject, desk)?;
    let unknown = about.tickets(desk)?.iter().all(|ticket| ticket.subcategory == Subcategory::Unknown);
    let mut offers: Vec<Offer> = workaround(&about, unknown, desk)?.into_iter().collect();
    offers.extend(ordered(&about).iter().filter_map(|it| offer(it, &about, unknown)));
    let entry = |(n, offer): (usize, &Offer)| {
        let words = [offer.subcategory.map(Subcategory::word), Some(offer.code.word())];
        let detail = words.into_iter().flatten().map(spoken).collect::<Vec<_>>().join(", ");
        Entry::new(n, format!("{}: {}", offer.name, one_line(&offer.text)), detail)
    };
    let entries: Vec<_> = offers.iter().enumerate().map(entry).collect();
    let count = entries.len();
    let picker = Picker::new(about.titled("Resolve"), Digits::Point, entries)
        .hints("Enter resolve   1-9 point   Tab write freely   Esc close");
    let draft = desk.store().draft(&desk.person().login, &about.place(PLACE))?;
    Ok(Choosing::new(Resolving { about, offers, unknown, chosen: None, draft }, picker, count))
}

/// For a known kind of fault its own texts, then those for every one. For an unknown one the texts of the kind that
/// the symptom speaks of; without such a hint those that say which kind it was come first, as a ticket cannot be
/// resolved without one.
fn ordered(about: &About) -> Vec<&Canned> {
    let ticket = about.ticket();
    if ticket.subcategory != Subcategory::Unknown {
        return about.ready.suggested(Use::Resolve, &Situation::of(ticket));
    }
    let guess = ticket.symptom.and_then(Symptom::usual_kind).filter(|kind| ticket.category.holds_for_incident(*kind));
    let situation = Situation::guessed(ticket, guess);
    let mut found = about.ready.suggested(Use::Resolve, &situation);
    if guess.is_none() {
        found.sort_by_key(|it| (kind_for(it, ticket.category).is_none(), Reverse(it.fits.points(&situation))));
    }
    found
}

/// Where a known error's workaround was applied, that it helped comes first.
fn workaround(about: &About, unknown: bool, desk: &Desk) -> Result<Option<Offer>, Error> {
    let Some(used) = about.ticket().workaround_used.filter(|_| about.records.len() == 1) else { return Ok(None) };
    let Some(case) = desk.store().problem(used)? else { return Ok(None) };
    let problem = case.problem();
    let Some(text) = &problem.workaround else { return Ok(None) };
    let kind = Some(problem.subcategory).filter(|kind| *kind != Subcategory::Unknown);
    let kind = kind.or_else(|| about.ticket().symptom.and_then(Symptom::usual_kind));
    Ok(Some(Offer {
        name: format!("workaround of {}", problem.name()),
        text: format!("Service is restored by a workaround: {text}"),
        code: ResolutionCode::FixedByWorkaround,
        subcategory: kind.filter(|_| unknown),
    }))
}

fn offer(it: &Canned, about: &About, unknown: bool) -> Option<Offer> {
    let ticket = about.ticket();
    let guess = ticket.symptom.and_then(Symptom::usual_kind).filter(|kind| ticket.category.holds_for_incident(*kind));
    let meant = guess.filter(|kind| it.fits.is_general() || it.fits(*kind)).or_else(|| kind_for(it, ticket.category));
    Some(Offer {
        name: it.name.clone(),
        text: about.known.fill(&it.text),
        code: it.resolution_code()?,
        subcategory: meant.filter(|_| unknown),
    })
}

/// The first kind of fault that a text is for, within a category.
fn kind_for(it: &Canned, category: Category) -> Option<Subcategory> {
    it.fits.subcategories.iter().copied().find(|kind| category.holds_for_incident(*kind))
}

impl List for Resolving {
    type Key = usize;

    fn chose(&mut self, n: usize) -> Then<usize> {
        let offer = &self.offers[n];
        let sent = gap::filled(&offer.text).and_then(|()| Resolution::new(&offer.text));
        self.chosen = Some(n);
        match sent {
            Ok(note) => {
                let Offer { code, subcategory, .. } = *offer;
                let resolve = Resolve { code, note, subcategory, public: true };
                Then::Next(Next::Do(Command::on(&self.about.records, Verb::Resolve(resolve))))
            }
            Err(refusal) => {
                let mut form = self.form(Some(n));
                form.complain(&refusal.message);
                Then::write(form)
            }
        }
    }

    fn other(&mut self, _key: Option<usize>) -> Then<usize> {
        Then::write(self.form(None).with_draft(self.draft.as_deref()))
    }

    /// A text that leaves the category unknown goes on in the form, where it can be chosen.
    fn refused(&mut self, why: &Error) -> Option<Writing> {
        let unresolved = matches!(why, Error::Refused(refusal) if refusal.code == Code::CategoryUnresolved);
        unresolved.then(|| self.form(self.chosen))
    }
}

impl Resolving {
    /// The free form, with a canned text in it if one was chosen.
    fn form(&self, chosen: Option<usize>) -> Writing {
        let offer = chosen.map(|n| &self.offers[n]);
        let code = offer.map_or(ResolutionCode::Fixed, |offer| offer.code);
        let text = offer.map_or("", |offer| &offer.text);
        let mut form = Form::new(self.about.titled("Resolve"));
        if self.unknown {
            let kinds = Subcategory::ALL.iter().filter(|kind| self.about.ticket().category.holds_for_incident(**kind));
            let kinds = kinds.filter(|kind| **kind != Subcategory::Unknown).map(|kind| kind.word()).collect();
            form = form.field("kind", "It was", choices(kinds, None)).required().leads_to("text");
        }
        let codes = ResolutionCode::ALL.iter().map(|code| code.word()).collect();
        let form = form
            .field("code", "Code", choices(codes, Some(code.word())))
            .required()
            .leads_to("text")
            .field("text", "How", Field::Area(Editor::new(text)))
            .required()
            .field("public", "Requester", Field::Toggles(vec![("may read it".to_owned(), true)]))
            .focused(if self.unknown { "kind" } else { "text" });
        let records = self.about.records.clone();
        let send = move |form: &mut Form| Ok(Next::Do(Command::on(&records, Verb::Resolve(resolve_of(form)?))));
        Writing::new(send, form, self.about.place(PLACE), self.about.inserts()).with_texts(Use::Resolve)
    }
}

pub fn resolve_of(form: &Form) -> Result<Resolve, Refusal> {
    let text = form.text("text");
    gap::filled(&text)?;
    Ok(Resolve {
        code: form.choice("code").and_then(ResolutionCode::from_word).unwrap_or(ResolutionCode::Fixed),
        note: Resolution::new(&text)?,
        subcategory: form.choice("kind").and_then(Subcategory::from_word),
        public: form.toggled("public", 0),
    })
}

/// A row of words to choose from.
pub fn choices(words: Vec<&str>, chosen: Option<&str>) -> Field {
    let at = chosen.and_then(|chosen| words.iter().position(|word| *word == chosen));
    Field::Choice { options: words.into_iter().map(|word| Choice::new(word, spoken(word))).collect(), chosen: at }
}

/// A word of the desk as it is said.
pub fn spoken(word: &str) -> String {
    word.replace('_', " ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
