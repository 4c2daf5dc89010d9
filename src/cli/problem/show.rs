//! One problem, and all that somebody works on, as text and JSON.

use crate::app::Desk;
use crate::app::problems::ProblemView;
use crate::app::query::problem as json;
use crate::cli::exit::{Failure, Status};
use crate::cli::print::{Out, cell};
use crate::cli::shell::Shell;
use crate::domain::problem::Problem;
use crate::domain::text::Login;
use crate::domain::time::Secs;

/// How far back closed problems are listed.
const PAST: Secs = Secs::days(90);

pub fn list(desk: &Desk, all: bool, shell: &Shell<'_>) -> Result<Status, Failure> {
    let mut rows = desk.problems()?;
    if !all {
        rows.retain(|row| !row.case.problem().state.terminal());
    } else {
        rows.retain(|row| row.case.problem().closed_at.is_none_or(|at| at > desk.now() - PAST));
    }
    if shell.out.is_json() {
        shell.out.list(rows.iter().map(|view| json::problem(view, desk)).collect())?;
    } else {
        for view in &rows {
            line(view, desk, shell.out)?;
        }
    }
    Ok(if rows.is_empty() { Status::Nothing } else { Status::Done })
}

fn line(view: &ProblemView, desk: &Desk, out: Out) -> Result<(), Failure> {
    let problem = view.case.problem();
    let state = state(problem);
    let head = format!("{} {} {} {}", problem.priority, cell(&problem.name(), 8), cell(&state, 15), problem.title);
    out.text(cell(&head, 80).trim_end())?;
    let open = view.incidents.iter().filter(|(_, it)| it.state.open()).count();
    let owner = problem.owner.as_ref().map_or("nobody", Login::as_str);
    let age = (desk.now() - problem.logged_at).brief();
    let review = match problem.review_on {
        Some(day) if view.review_due => format!(", review was due {day}"),
        Some(day) => format!(", review by {day}"),
        None => String::new(),
    };
    let incidents = view.incidents.len();
    out.folded(3, &format!("{owner}, {age} old, {open} open of {incidents} incidents{review}"))
}

fn state(problem: &Problem) -> String {
    problem.state.word().replace('_', " ")
}

/// One problem in full.
pub fn print(view: &ProblemView, desk: &Desk, out: Out) -> Result<Status, Failure> {
    if out.is_json() {
        out.json(&json::problem(view, desk))?;
        return Ok(Status::Done);
    }
    let problem = view.case.problem();
    out.folded(0, &format!("{}  {}", problem.name(), problem.title))?;
    let since = (desk.now() - problem.state_since).brief();
    let owner = problem.owner.as_ref().map_or("nobody", Login::as_str);
    out.folded(0, &format!("{} · {} for {since} · {owner} · {}", problem.priority, state(problem), problem.work_mode))?;
    let found = format!("{} ({})", problem.detection, problem.detection_source.word().replace('_', " "));
    field(out, "found", &found)?;
    if let Some(day) = problem.review_on {
        field(out, "review", &format!("by {day}{}", if view.review_due { ", overdue" } else { "" }))?;
    }
    if let (Some(until), Some(reason)) = (problem.follow_up_at, &problem.wait_reason) {
        field(out, "waits", &format!("until {until}: {reason}"))?;
    }
    analysis(problem, out)?;
    remedy(problem, out)?;
    for task in &view.tasks {
        field(out, "task", &format!("{} {}: {}", task.name(), task.state.word().replace('_', " "), task.title))?;
    }
    for (_, ticket) in &view.incidents {
        let state = ticket.state.word().replace('_', " ");
        field(out, "incident", &format!("{} {state} · {}", ticket.name(), ticket.title))?;
    }
    if let Some(text) = &problem.description {
        out.text("")?;
        out.folded(2, text.as_str())?;
    }
    if !view.worklog.is_empty() {
        out.text("")?;
    }
    view.worklog.iter().try_for_each(|it| out.folded(0, &format!("{} {}: {}", it.at, it.actor, it.text)))?;
    Ok(Status::Done)
}

fn analysis(problem: &Problem, out: Out) -> Result<(), Failure> {
    for (n, why) in problem.whys().iter().enumerate().filter_map(|(n, why)| Some((n + 1, (*why)?))) {
        let shown = why.evidence.as_ref().map_or("assumption".to_owned(), |it| format!("shown by {it}"));
        let root = if why.root { ", the root cause" } else { "" };
        field(out, &format!("why {n}"), &format!("{} > {} ({shown}{root})", why.question, why.answer))?;
    }
    if let Some(cause) = &problem.root_cause {
        field(out, "cause", cause.as_str())?;
    }
    if let Some(class) = problem.cause_class {
        let with = problem.contributing.iter().map(|it| it.word().replace('_', " ")).collect::<Vec<_>>();
        let with = if with.is_empty() { String::new() } else { format!(", with {}", with.join(", ")) };
        field(out, "class", &format!("{}{with}", class.word().replace('_', " ")))?;
    }
    if let (Some(text), Some(reference)) = (&problem.vendor_statement, &problem.vendor_ref) {
        field(out, "vendor", &format!("{reference}: {text}"))?;
    }
    Ok(())
}

fn remedy(problem: &Problem, out: Out) -> Result<(), Failure> {
    match &problem.workaround {
        Some(text) => {
            let tested = problem.workaround_tested_by.as_ref().zip(problem.workaround_tested_on);
            let tested = tested.map_or_else(String::new, |(by, on)| format!(", tried by {by} on {on}"));
            let (revision, tier) = (problem.workaround_revision, problem.workaround_min_tier);
            field(out, "workaround", &format!("{text} (revision {revision}, from tier {tier} on{tested})"))?;
        }
        None if problem.no_workaround => field(out, "workaround", "none")?,
        None => {}
    }
    if let Some(text) = &problem.verification {
        field(out, "verified", text.as_str())?;
    }
    if let Some(until) = problem.observe_until {
        field(out, "observed", &format!("until {until}"))?;
    }
    if let Some(code) = problem.closure_code {
        field(out, "ended as", &code.word().replace('_', " "))?;
    }
    if let Some(note) = &problem.closure_note {
        field(out, "closing", note.as_str())?;
    }
    match problem.risk_accepted_until {
        Some(until) => field(out, "accepted", &format!("until {until}")),
        None => Ok(()),
    }
}

fn field(out: Out, name: &str, value: &str) -> Result<(), Failure> {
    out.hanging(&format!("  {}", cell(name, 11)), 14, value)
}
