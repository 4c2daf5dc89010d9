//! What each stage of a problem needs: the cause with a workaround, a fix, its verification.

use super::subject::About;
use crate::app::{Desk, Error};
use crate::domain::command::problem::{Fix, FixBy, KnownError, ProblemVerb, Publish, Resolve, Statement, TestedOn};
use crate::domain::gap;
use crate::domain::problem::{CauseClass, Problem};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Tier;
use crate::domain::text::{Finding, Label, Login, Resolution, RootCause, Workaround};
use crate::ui::command::Command;
use crate::ui::dialog::resolve::choices;
use crate::ui::dialog::writing::Writing;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Choice, Field, Form};
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::Next;

const NEEDS: &str = "a cause of 20 letters or more with its class, or the vendor's word; and a workaround";

/// The cause is found: cause and class, or the vendor's word, and a workaround or that there is none.
pub fn known_error(about: About, desk: &Desk) -> Result<Writing, Error> {
    let problem = about.problem();
    let cause = problem.root_cause.as_ref().map_or("", RootCause::as_str);
    let form = Form::new(about.titled("Known error:"))
        .field("needs", "Needs", Field::Info(vec![NEEDS.to_owned()]))
        .field("cause", "Cause", Field::Area(Editor::new(cause)))
        .field("class", "Class", classes(problem.cause_class))
        .leads_to("around")
        .field("statement", "Vendor says", Field::Line(Prompt::new(&said(problem.vendor_statement.as_ref()))))
        .field("ref", "Its number", Field::Line(Prompt::new(problem.vendor_ref.as_ref().map_or("", Label::as_str))));
    let form = with_workaround(form, problem, "Workaround").focused("cause");
    let it = about.clone();
    about.write(
        "known error",
        form,
        move |form: &mut Form| Ok(it.asks(ProblemVerb::KnownError(declared(form, &it)?))),
        desk,
    )
}

fn declared(form: &Form, about: &About) -> Result<KnownError, Refusal> {
    let (cause, statement) = (form.text("cause"), form.text("statement"));
    let vendor = if statement.trim().is_empty() {
        None
    } else {
        Some(Statement { text: Finding::new(&statement)?, reference: Label::new(&form.text("ref"))? })
    };
    Ok(KnownError {
        root_cause: if cause.trim().is_empty() { None } else { Some(RootCause::new(&cause)?) },
        class: form.choice("class").and_then(CauseClass::from_word),
        vendor,
        workaround: Some(published(form, about)?),
    })
}

/// What restores service meanwhile; another text is another revision.
pub fn workaround(about: About, desk: &Desk) -> Result<Writing, Error> {
    let problem = about.problem();
    let revision = match problem.workaround_revision {
        0 => "none was told yet".to_owned(),
        n => format!("revision {n} is told; another text is revision {}", n + 1),
    };
    let form = Form::new(about.titled("Workaround of")).field("is", "", Field::Info(vec![revision]));
    let form = with_workaround(form, problem, "Text").focused("around");
    let it = about.clone();
    about.write(
        "workaround",
        form,
        move |form: &mut Form| Ok(it.asks(ProblemVerb::Publish(published(form, &it)?))),
        desk,
    )
}

fn with_workaround(form: Form, problem: &Problem, label: &str) -> Form {
    let text = problem.workaround.as_ref().map_or("", Workaround::as_str);
    let tiers = Tier::ALL.iter().map(|tier| Choice::new(tier.to_string(), tier.to_string())).collect();
    let at = Tier::ALL.iter().position(|tier| *tier == problem.workaround_min_tier);
    let by = problem.workaround_tested_by.as_ref().map_or("", Login::as_str);
    let on = problem.workaround_tested_on.map(|day| day.to_string()).unwrap_or_default();
    form.field("around", label, Field::Area(Editor::new(text)))
        .field("none", "", Field::Toggles(vec![("there is none".to_owned(), problem.no_workaround)]))
        .field("tier", "From tier", Field::Choice { options: tiers, chosen: at })
        .field("by", "Tested by", Field::Line(Prompt::new(by)))
        .field("on", "Tested on", Field::Line(Prompt::new(&on)))
}

fn published(form: &Form, about: &About) -> Result<Publish, Refusal> {
    let text = form.text("around");
    gap::filled(&text)?;
    let none = form.toggled("none", 0);
    let text = match (text.trim().is_empty(), none) {
        (true, true) => None,
        (true, false) => {
            let why = "write the workaround, or tick that there is none";
            return Err(Code::FieldMissing.because(why));
        }
        (false, true) => return Err(Code::TextInvalid.because("there is a text, and a tick that there is none")),
        (false, false) => Some(Workaround::new(&text)?),
    };
    let min_tier = form.choice("tier").and_then(|n| Tier::new(n.parse().ok()?)).unwrap_or(Tier::One);
    let by = form.text("by");
    let tested = if by.trim().is_empty() || text.is_none() {
        None
    } else {
        let on = about.day(&form.text("on"))?.unwrap_or_else(|| about.today());
        Some(TestedOn { by: Login::new(&by)?, on })
    };
    Ok(Publish { text, min_tier, tested })
}

/// Who removes the cause: one of our changes that are under way, or the vendor whom a task asks.
pub fn fix(about: About, desk: &Desk) -> Result<Writing, Error> {
    let asked = about.view.tasks.iter().any(|task| task.vendor.is_some() && task.state.open());
    let told = if asked { "a task asks the vendor" } else { "no task asks a vendor yet: e asks one" };
    let by = choices(vec!["change", "vendor"], Some(if asked { "vendor" } else { "change" }));
    let form = Form::new(about.titled("Fix of"))
        .field("by", "By", by)
        .required()
        .field("change", "Change", Field::Line(Prompt::default()))
        .field("told", "", Field::Info(vec![format!("the number of a change under way, such as CHG-3; {told}")]))
        .focused(if asked { "by" } else { "change" });
    let it = about.clone();
    let send = move |form: &mut Form| {
        if form.choice("by") == Some("vendor") {
            return Ok(it.asks(ProblemVerb::Fix(Fix { by: FixBy::Vendor })));
        }
        let number = form.text("change").trim().to_owned();
        if number.is_empty() {
            return Err(Code::FieldMissing.because("name the change that removes the cause"));
        }
        Ok(Next::Do(Command::FixByChange(it.agg(), number)))
    };
    about.write("fix", form, send, desk)
}

/// The fix holds: how that was seen, and how long it is observed.
pub fn resolve(about: About, desk: &Desk) -> Result<Writing, Error> {
    let form = Form::new(about.titled("Resolve"))
        .field("text", "Verified", Field::Area(Editor::default()))
        .required()
        .field("until", "Observe", Field::Line(Prompt::default()))
        .field(
            "told",
            "",
            Field::Info(vec!["until a day such as 2026-12-08 or 14d; empty: as the policy says".to_owned()]),
        )
        .focused("text");
    let it = about.clone();
    let send = move |form: &mut Form| {
        let text = form.text("text");
        gap::filled(&text)?;
        let observe_until = it.day(&form.text("until"))?;
        Ok(it.asks(ProblemVerb::Resolve(Resolve { verification: Resolution::new(&text)?, observe_until })))
    };
    about.write("resolve", form, send, desk)
}

/// The branches of an Ishikawa diagram.
pub fn classes(chosen: Option<CauseClass>) -> Field {
    choices(CauseClass::ALL.iter().map(|class| class.word()).collect(), chosen.map(CauseClass::word))
}

fn said(text: Option<&Finding>) -> String {
    text.map(|text| text.as_str().replace('\n', " ")).unwrap_or_default()
}
