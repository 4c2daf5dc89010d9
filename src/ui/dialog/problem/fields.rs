//! What can be set of a problem: whys, cause and class, title, weight, programs, tags, review day.

use super::stage::classes;
use super::subject::About;
use crate::app::Desk;
use crate::domain::command::problem::{Edit, Explain, ProblemVerb, SetWhy};
use crate::domain::priority::{Impact, Urgency};
use crate::domain::problem::{CauseClass, Why};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Description, Finding, Label, RootCause, Tag, Title};
use crate::ui::dialog::choosing::{Choosing, List, Then};
use crate::ui::dialog::resolve::choices;
use crate::ui::dialog::writing::Writing;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::part::prompt::Prompt;

/// One thing that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Cause,
    /// The why of this number, from one.
    Why(usize),
    Title,
    Weight,
    Review,
    Programs,
    Tags,
}

pub struct Setting {
    about: About,
}

pub fn open(about: About, _desk: &Desk) -> Choosing<Setting> {
    let problem = about.problem();
    let whys = problem.whys();
    let asked = whys.iter().take_while(|why| why.is_some()).count();
    let text = |words: Vec<&str>| if words.is_empty() { "-".to_owned() } else { words.join(" ") };
    let cause = problem.root_cause.as_ref().map_or_else(|| "-".to_owned(), |cause| one_line(cause.as_str()));
    let mut entries = Vec::new();
    if asked < whys.len() {
        entries.push(Entry::new(What::Why(asked + 1), format!("ask why {}", asked + 1), "question, answer, evidence"));
    }
    entries.push(Entry::new(What::Cause, "cause and class", cause));
    for (n, why) in whys.iter().enumerate() {
        entries.extend(
            why.map(|why| Entry::new(What::Why(n + 1), format!("why {}", n + 1), one_line(why.answer.as_str()))),
        );
    }
    entries.push(Entry::new(What::Title, "title and description", one_line(problem.title.as_str())));
    entries.push(Entry::new(What::Weight, "impact and urgency", format!("{}, {}", problem.impact, problem.urgency)));
    let review = problem.review_on.map_or_else(|| "-".to_owned(), |day| day.to_string());
    entries.push(Entry::new(What::Review, "review day", review));
    entries.push(Entry::new(
        What::Programs,
        "programs",
        text(problem.software_items.iter().map(Label::as_str).collect()),
    ));
    entries.push(Entry::new(What::Tags, "tags", text(problem.tags.iter().map(Tag::as_str).collect())));
    let count = entries.len();
    let picker = Picker::new(about.titled("Fields of"), Digits::Choose, entries).hints("1-9 choose   Esc close");
    Choosing::new(Setting { about }, picker, count)
}

impl List for Setting {
    type Key = What;

    fn chose(&mut self, what: What) -> Then<What> {
        Then::write(match what {
            What::Cause => cause(&self.about),
            What::Why(n) => why(&self.about, n),
            What::Title => title(&self.about),
            What::Weight => weight(&self.about),
            What::Review => review(&self.about),
            What::Programs => programs(&self.about),
            What::Tags => tags(&self.about),
        })
    }
}

/// The cause, its main class, and those that contribute.
pub fn cause(about: &About) -> Writing {
    let problem = about.problem();
    let is = problem.root_cause.as_ref().map_or("", RootCause::as_str);
    let boxes =
        CauseClass::ALL.iter().map(|class| (class.word().replace('_', " "), problem.contributing.contains(class)));
    let form = Form::new(about.titled("Cause of"))
        .field("text", "Cause", Field::Area(Editor::new(is)))
        .field("class", "Class", classes(problem.cause_class))
        .required()
        .field("also", "Also", Field::Toggles(boxes.collect()));
    let it = about.clone();
    about.sheet("cause", form, move |form: &mut Form| {
        let text = form.text("text");
        let class = form.choice("class").and_then(CauseClass::from_word);
        let also = CauseClass::ALL.iter().enumerate().filter(|(n, _)| form.toggled("also", *n));
        Ok(it.asks(ProblemVerb::Explain(Explain {
            root_cause: if text.trim().is_empty() { None } else { Some(RootCause::new(&text)?) },
            class: class.ok_or_else(|| Code::FieldMissing.because("choose the class of the cause"))?,
            contributing: also.map(|(_, class)| *class).collect(),
        })))
    })
}

/// A question, its answer and what shows it; an empty question takes the why away.
fn why(about: &About, n: usize) -> Writing {
    let is = about.problem().whys()[n - 1].cloned();
    let text = |part: fn(&Why) -> Option<&Finding>| {
        is.as_ref().and_then(part).map(|it| it.as_str().to_owned()).unwrap_or_default()
    };
    let before = n.checked_sub(2).and_then(|n| about.problem().whys()[n]).map(|why| why.answer.as_str().to_owned());
    let told = before.map_or_else(|| "why did it happen?".to_owned(), |answer| format!("why: {}", one_line(&answer)));
    let form = Form::new(about.titled(&format!("Why {n} of")))
        .field("told", "", Field::Info(vec![told]))
        .field("question", "Question", Field::Line(Prompt::new(&text(|why| Some(&why.question)))))
        .field("text", "Answer", Field::Area(Editor::new(&text(|why| Some(&why.answer)))))
        .field("evidence", "Evidence", Field::Line(Prompt::new(&text(|why| why.evidence.as_ref()))))
        .field(
            "root",
            "",
            Field::Toggles(vec![("this is the root cause".to_owned(), is.as_ref().is_some_and(|why| why.root))]),
        );
    let it = about.clone();
    about.sheet(&format!("why {n}"), form, move |form: &mut Form| {
        let why = asked(form)?;
        Ok(it.asks(ProblemVerb::SetWhy(SetWhy { n, why })))
    })
}

fn asked(form: &Form) -> Result<Option<Why>, Refusal> {
    let (question, answer, evidence) = (form.text("question"), form.text("text"), form.text("evidence"));
    if question.trim().is_empty() && answer.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(Why {
        question: Finding::new(&question)?,
        answer: Finding::new(&answer)?,
        evidence: if evidence.trim().is_empty() { None } else { Some(Finding::new(&evidence)?) },
        root: form.toggled("root", 0),
    }))
}

fn title(about: &About) -> Writing {
    let problem = about.problem();
    let description = problem.description.as_ref().map_or("", Description::as_str);
    let form = Form::new(about.titled("Title of"))
        .field("title", "Title", Field::Line(Prompt::new(problem.title.as_str())))
        .required()
        .field("text", "Text", Field::Area(Editor::new(description)));
    edit(about, "title", form, |form, _| {
        let text = form.text("text");
        let description = if text.trim().is_empty() { None } else { Some(Description::new(&text)?) };
        Ok(Edit { title: Some(Title::new(&form.text("title"))?), description: Some(description), ..Edit::default() })
    })
}

fn weight(about: &About) -> Writing {
    let problem = about.problem();
    let impacts = Impact::ALL.iter().map(|it| it.word()).collect();
    let urgencies = Urgency::ALL.iter().map(|it| it.word()).collect();
    let form = Form::new(about.titled("Weight of"))
        .field("impact", "Impact", choices(impacts, Some(problem.impact.word())))
        .field("urgency", "Urgency", choices(urgencies, Some(problem.urgency.word())));
    edit(about, "weight", form, |form, _| {
        let impact = form.choice("impact").and_then(Impact::from_word);
        Ok(Edit { impact, urgency: form.choice("urgency").and_then(Urgency::from_word), ..Edit::default() })
    })
}

fn review(about: &About) -> Writing {
    let is = about.problem().review_on.map(|day| day.to_string()).unwrap_or_default();
    let form = Form::new(about.titled("Review of"))
        .field("text", "On", Field::Line(Prompt::new(&is)))
        .required()
        .field("told", "", Field::Info(vec!["a day such as 2026-12-01, 7d or fri".to_owned()]));
    edit(about, "review day", form, |form, about| {
        Ok(Edit { review_on: about.day(&form.text("text"))?, ..Edit::default() })
    })
}

fn programs(about: &About) -> Writing {
    let is: Vec<_> = about.problem().software_items.iter().map(Label::as_str).collect();
    let form = Form::new(about.titled("Programs of"))
        .field("text", "Programs", Field::Line(Prompt::new(&is.join(", "))))
        .field("told", "", Field::Info(vec!["names between commas".to_owned()]));
    edit(about, "programs", form, |form, _| {
        let items = list(&form.text("text"), &[',']).map(Label::new).collect::<Result<_, _>>()?;
        Ok(Edit { software_items: Some(items), ..Edit::default() })
    })
}

fn tags(about: &About) -> Writing {
    let is: Vec<_> = about.problem().tags.iter().map(Tag::as_str).collect();
    let form = Form::new(about.titled("Tags of")).field("text", "Tags", Field::Line(Prompt::new(&is.join(" ")))).field(
        "told",
        "",
        Field::Info(vec!["words of a-z, 0-9, _ and -".to_owned()]),
    );
    edit(about, "tags", form, |form, _| {
        let tags = list(&form.text("text"), &[' ', ',']).map(Tag::new).collect::<Result<_, _>>()?;
        Ok(Edit { tags: Some(tags), ..Edit::default() })
    })
}

fn edit(
    about: &About,
    place: &str,
    form: Form,
    read: impl Fn(&Form, &About) -> Result<Edit, Refusal> + 'static,
) -> Writing {
    let it = about.clone();
    about.sheet(place, form, move |form: &mut Form| Ok(it.asks(ProblemVerb::Edit(read(form, &it)?))))
}

fn list<'a>(text: &'a str, between: &'a [char]) -> impl Iterator<Item = &'a str> {
    text.split(between).map(str::trim).filter(|word| !word.is_empty())
}

fn one_line(text: &str) -> String {
    crate::domain::text::cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), 44)
}
