//! Log a call: one line and a description; Tab goes on to the other fields.

use std::collections::BTreeMap;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use super::field::pairs;
use super::likely::Likely;
use super::resolve::choices;
use super::writing::{Inserts, Sheet, Writing};
use crate::app::ready::fit::Situation;
use crate::app::ready::known::Known;
use crate::app::ready::template::Template;
use crate::app::ready::{Ready, named};
use crate::app::run::Requester;
use crate::app::{Desk, Error};
use crate::domain::command::log::{Log, Then};
use crate::domain::command::resolve::Resolve;
use crate::domain::id::AggId;
use crate::domain::incident::{Category, ResolutionCode, Source, Subcategory, Symptom};
use crate::domain::install::template::Template as RequestTemplate;
use crate::domain::number::{Kind, Number, NumberError};
use crate::domain::priority::{Impact, Urgency};
use crate::domain::quick::Quick;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Description, Resolution, Title};
use crate::domain::ticket::Ticket;
use crate::ui::action::Action;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::part::picker::Entry;
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::Next;

/// Where the draft is kept: there is one new ticket at a time.
const PLACE: &str = "new";
/// Problems with a workaround that can be named.
const OFFERED: u32 = 500;
/// Words of the choice of a kind; the other choices are templates.
const INCIDENT: &str = "incident";
const REQUEST: &str = "request";
const HOW: &str = "subject @requester %machine #tag !1 to !5; Kind is below";

struct Call {
    likely: Likely,
    /// Problems that tell a workaround, by number.
    known: BTreeMap<String, AggId>,
    ready: Arc<Ready>,
}

pub fn open(desk: &Desk) -> Result<Writing, Error> {
    let tiers = Tier::ALL.iter().map(|tier| Choice::new(tier.to_string(), format!("Tier {tier}"))).collect();
    let thens = [("queue", "it waits"), ("take", "take it"), ("resolve", "resolved: say how in Solved")];
    let thens = thens.map(|(value, label)| Choice::new(value, label)).to_vec();
    let line = || Field::Line(Prompt::default());
    let form = Form::new("New ticket")
        .field("line", "Call", line())
        .required()
        .field("how", "", Field::Info(vec![HOW.to_owned()]))
        .field("text", "Reported", Field::Area(Editor::default()))
        .field("then", "Then", Field::Choice { options: thens, chosen: Some(0) })
        .field("solved", "Solved", line())
        .field("who", "Requester", line())
        .field("category", "Category", line())
        .field("impact", "Impact", choices(Impact::ALL.iter().map(|it| it.word()).collect(), None))
        .field("urgency", "Urgency", choices(Urgency::ALL.iter().map(|it| it.word()).collect(), None))
        .field("users", "Users", Field::Line(Prompt::new("1")))
        .field("symptom", "Symptom", line())
        .field("source", "Source", choices(SOURCES.iter().map(|it| it.word()).collect(), Some(Source::Phone.word())))
        .field("discipline", "Field", choices(Discipline::ALL.iter().map(|it| it.word()).collect(), Some("software")))
        .field("tier", "Tier", Field::Choice { options: tiers, chosen: Some(0) })
        .field("template", "Template", line())
        .field("known", "Problem", line())
        .field("kind", "Kind", Field::Choice { options: kinds(), chosen: Some(0) });
    let inserts = Inserts {
        known: Known::of_writer(desk),
        ready: Arc::clone(desk.ready()),
        situation: Situation::of(&Ticket::default()),
    };
    let known = desk.store().workarounds(OFFERED)?.into_iter().collect();
    let call = Call { likely: Likely::new(desk)?, known, ready: Arc::clone(desk.ready()) };
    Writing::new(call, form, PLACE.to_owned(), inserts).restored(desk)
}

/// How a call can reach a person; the other sources are those of imports.
const SOURCES: [Source; 5] = [Source::Phone, Source::Email, Source::Chat, Source::WalkIn, Source::Monitoring];

impl Sheet for Call {
    fn offers(&self) -> Option<Vec<Entry<String>>> {
        let entry = |it: Template| Entry::new(it.name.clone(), it.name, it.subcategory.word().replace('_', " "));
        Some(self.incidents().into_iter().map(entry).collect())
    }

    /// Its name stands in its field; title and questions go where nothing was written yet.
    fn took(&self, form: &mut Form, name: &str) {
        let Some(template) = self.incidents().into_iter().find(|it| it.name == name) else { return };
        form.set_text("template", name);
        let texts = [
            ("line", template.title.map(|it| it.to_string())),
            ("text", template.description.map(|it| it.to_string())),
        ];
        for (field, text) in texts {
            if let Some(text) = text.filter(|_| form.text(field).trim().is_empty()) {
                form.set_text(field, &text);
            }
        }
    }

    fn send(&self, form: &mut Form) -> Result<Next, Refusal> {
        let quick = Quick::parse(&form.text("line"))?;
        let mut log = begun(form.choice("kind"), quick.title.clone())?;
        let description = form.text("text");
        if !description.trim().is_empty() {
            log.description = Some(Description::new(&description)?);
        }
        if let Some(named) = category_of(log.kind, &form.text("category"))? {
            (log.category, log.subcategory) = named;
        }
        log.symptom = symptom_of(&form.text("symptom"))?;
        log.source = form.choice("source").and_then(Source::from_word).unwrap_or_default();
        log.discipline = form.choice("discipline").and_then(Discipline::from_word).unwrap_or_default();
        log.tier = form.choice("tier").and_then(|tier| Tier::new(tier.parse().ok()?)).unwrap_or_default();
        log.affected_users = users_of(&form.text("users"))?;
        weigh(&mut log, &quick, form);
        (log.endpoints, log.tags) = (quick.machines, quick.tags);
        let template = form.text("template");
        if !template.trim().is_empty() {
            named(&self.incidents(), &template)?.fill(&mut log);
        }
        log.then = then_of(form)?;
        log.known_error = self.known_error(&form.text("known"))?;
        let who = form.text("who").trim().to_owned();
        if quick.requester.as_ref().is_some_and(|named| !who.is_empty() && *named != who) {
            form.go_to("who");
            return Err(Code::FieldMissing.because("the first line and Requester name two people; leave one"));
        }
        let requester = quick.requester.unwrap_or(who);
        if requester.is_empty() && log.source != Source::Monitoring {
            form.go_to("line");
            return Err(Code::FieldMissing.because("the requester is missing; write @name into the first line"));
        }
        let requester = (!requester.is_empty()).then_some(Requester::Named(requester));
        Ok(Next::Do(Command::Log(Box::new(log), requester)))
    }

    fn follow(&mut self, form: &mut Form) {
        self.likely.follow(&format!("{}\n{}", form.text("line"), form.text("text")));
        self.tell(form);
    }

    fn act(&mut self, action: Action, form: &mut Form) {
        if action == Action::UseKnown
            && let Some(number) = self.likely.workaround()
        {
            form.set_text("known", number);
        }
    }

    fn awaited(&self) -> Option<BorrowedFd<'_>> {
        self.likely.awaited()
    }

    fn pass(&mut self, form: &mut Form) -> bool {
        let new = self.likely.answer();
        if new {
            self.tell(form);
        }
        new
    }
}

impl Call {
    /// How a line is written, until something helps.
    fn tell(&self, form: &mut Form) {
        let mut lines = self.likely.lines();
        let used = form.text("known");
        if !used.trim().is_empty() {
            lines.insert(0, format!("its known error is {}; the workaround goes into the worklog", used.trim()));
        } else if self.likely.workaround().is_some() {
            lines.push("Ctrl-B uses the first workaround".to_owned());
        }
        if lines.is_empty() {
            lines.push(HOW.to_owned());
        }
        form.set_info("how", lines);
    }

    fn known_error(&self, text: &str) -> Result<Option<AggId>, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let number: Number = text.parse().map_err(|wrong: NumberError| Code::TextInvalid.because(wrong.to_string()))?;
        let found = self.known.get(&number.to_string()).copied();
        found.map(Some).ok_or_else(|| Code::NotFound.because(format!("{number} tells no workaround")))
    }

    fn incidents(&self) -> Vec<Template> {
        self.ready.templates.iter().filter(|it| it.kind == Kind::Incident).cloned().collect()
    }
}

/// An incident, a request, or one of the templates of requests.
fn kinds() -> Vec<Choice> {
    let bare = [INCIDENT, REQUEST].map(|kind| Choice::new(kind, kind));
    let templates = RequestTemplate::all().into_iter().map(|it| Choice::new(it.name.clone(), it.name));
    bare.into_iter().chain(templates).collect()
}

/// What a record of the chosen kind begins with.
fn begun(kind: Option<&str>, title: Title) -> Result<Log, Refusal> {
    match kind {
        None | Some(INCIDENT) => Ok(Log::titled(title)),
        Some(REQUEST) => Ok(Log::request(title)),
        Some(template) => Ok(RequestTemplate::named(template)?.begin(Log::request(title))),
    }
}

/// What is chosen in the form counts, then what the line says.
fn weigh(log: &mut Log, quick: &Quick, form: &Form) {
    if let Some((impact, urgency)) = quick.weight {
        (log.impact, log.urgency) = (Some(impact), urgency);
    }
    log.impact = form.choice("impact").and_then(Impact::from_word).or(log.impact);
    log.urgency = form.choice("urgency").and_then(Urgency::from_word).unwrap_or(log.urgency);
}

fn then_of(form: &Form) -> Result<Then, Refusal> {
    let solved = form.text("solved");
    match form.choice("then") {
        Some("resolve") => Ok(Then::Resolve(Resolve {
            code: ResolutionCode::Fixed,
            note: Resolution::new(&solved)?,
            subcategory: None,
            public: true,
        })),
        _ if !solved.trim().is_empty() => Err(Code::TextInvalid
            .because("Solved says how it was resolved, but Then says that it goes on")
            .hint("choose 3 in Then, or empty Solved")),
        Some("take") => Ok(Then::Take),
        _ => Ok(Then::Queue),
    }
}

fn users_of(text: &str) -> Result<i64, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(1);
    }
    text.parse().map_err(|_| Code::TextInvalid.because(format!("`{text}` is not a number of users")))
}

/// `crash`, `fix/crash`, or the beginning of a kind of work that is no other's; nothing where nothing is typed.
fn category_of(of: Kind, text: &str) -> Result<Option<(Category, Subcategory)>, Refusal> {
    let word = text.trim().to_lowercase().replace([' ', '-'], "_");
    if word.is_empty() {
        return Ok(None);
    }
    let kind = word.rsplit('/').next().unwrap_or(&word);
    let found =
        only(pairs(of).into_iter().filter(|(_, sub)| sub.word().starts_with(kind)), |(_, sub)| sub.word() == kind);
    found.map(Some).ok_or_else(|| {
        let names: Vec<_> = pairs(of).iter().map(|(_, sub)| sub.word()).collect();
        Code::CategoryInvalid.because(format!("`{word}` is not one category")).hint(names.join(", "))
    })
}

fn symptom_of(text: &str) -> Result<Symptom, Refusal> {
    let word = text.trim().to_lowercase().replace([' ', '-'], "_");
    if word.is_empty() {
        return Ok(Symptom::Other);
    }
    let all = Symptom::ALL.iter().copied().filter(|it| it.word().starts_with(&word));
    only(all, |it| it.word() == word).ok_or_else(|| {
        let names: Vec<_> = Symptom::ALL.iter().map(|it| it.word()).collect();
        Code::TextInvalid.because(format!("`{word}` is not one symptom")).hint(names.join(", "))
    })
}

/// The exact one, else the only one.
fn only<T: Copy>(found: impl Iterator<Item = T>, exact: impl Fn(&T) -> bool) -> Option<T> {
    let found: Vec<T> = found.collect();
    found.iter().copied().find(|it| exact(it)).or(match found[..] {
        [one] => Some(one),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_its_word_or_the_beginning_of_one() {
        for (text, is) in [
            ("crash", (Category::Fix, Subcategory::Crash)),
            ("fix/access", (Category::Fix, Subcategory::AccessFault)),
            ("Update failure", (Category::Update, Subcategory::UpdateFailure)),
            ("perf", (Category::Fix, Subcategory::Performance)),
        ] {
            assert_eq!(category_of(Kind::Incident, text).unwrap(), Some(is), "{text}");
        }
        for text in ["c", "new_install", "wobble"] {
            assert_eq!(category_of(Kind::Incident, text).unwrap_err().code, Code::CategoryInvalid, "{text}");
        }
        assert_eq!(category_of(Kind::Incident, " ").unwrap(), None);
        let new = (Category::Install, Subcategory::NewInstall);
        assert_eq!(category_of(Kind::Request, "new").unwrap(), Some(new));
        assert_eq!(symptom_of("login").unwrap(), Symptom::LoginFailure);
        assert!(symptom_of("crash").is_err(), "two begin like this");
    }
}
