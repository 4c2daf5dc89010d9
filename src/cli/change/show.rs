//! One change, and all that have not ended, as text and JSON.

use crate::app::Desk;
use crate::app::changes::ChangeView;
use crate::app::query::change as json;
use crate::cli::exit::{Failure, Status};
use crate::cli::print::{Out, cell};
use crate::domain::change_record::{ChangeRecord, Phase};
use crate::domain::text::Login;

pub fn list(desk: &Desk, all: bool, out: Out) -> Result<Status, Failure> {
    let changes = desk.changes(all)?;
    if out.is_json() {
        let views = changes.iter().map(|case| desk.change(case.agg)).collect::<Result<Vec<_>, _>>()?;
        out.list(views.iter().map(json::change).collect())?;
    } else {
        for case in &changes {
            line(&desk.change(case.agg)?, desk, out)?;
        }
    }
    Ok(if changes.is_empty() { Status::Nothing } else { Status::Done })
}

fn line(view: &ChangeView, desk: &Desk, out: Out) -> Result<(), Failure> {
    let change = view.case.change();
    let head = format!("{} {} {}", cell(&change.name(), 8), cell(&change.state.said(), 13), change.title);
    out.text(cell(&head, 80).trim_end())?;
    let since = (desk.now() - change.state_since).brief();
    let missing = match (&view.next, view.unmet.len()) {
        (Some(next), n) if n > 0 => format!(", {n} missing for {}", next.said()),
        _ => String::new(),
    };
    let review = if view.review_due { ", its second look is overdue" } else { "" };
    let (class, kind) = (change.urgency_class, change.kind.word().replace('_', " "));
    out.folded(3, &format!("{} · {class} {kind} for {since}{missing}{review}", who(change.author.as_ref())))
}

fn who(login: Option<&Login>) -> &str {
    login.map_or("nobody", Login::as_str)
}

/// One change in full.
pub fn print(view: &ChangeView, desk: &Desk, out: Out) -> Result<Status, Failure> {
    if out.is_json() {
        out.json(&json::change(view))?;
        return Ok(Status::Done);
    }
    let change = view.case.change();
    out.folded(0, &format!("{}  {}", change.name(), change.title))?;
    let since = (desk.now() - change.state_since).brief();
    let kind = change.kind.word().replace('_', " ");
    let state = change.state.said();
    let author = who(change.author.as_ref());
    out.folded(0, &format!("{state} for {since} · {} {kind} · {author} · {}", change.urgency_class, change.work_mode))?;
    standing(view, out)?;
    for it in &view.fixes {
        field(out, "fixes", &format!("{} {} · {}", it.name, it.state.replace('_', " "), it.title))?;
    }
    for it in &view.caused {
        field(out, "caused", &format!("{} {} · {}", it.name, it.state.replace('_', " "), it.title))?;
    }
    planned(change, out)?;
    ended(change, out)?;
    if let Some(text) = &change.description {
        out.text("")?;
        out.folded(2, text.as_str())?;
    }
    if !view.worklog.is_empty() {
        out.text("")?;
    }
    view.worklog.iter().try_for_each(|it| out.folded(0, &format!("{} {}: {}", it.at, it.actor, it.text)))?;
    Ok(Status::Done)
}

/// Why it stands still, and what its next phase asks for.
fn standing(view: &ChangeView, out: Out) -> Result<(), Failure> {
    let change = view.case.change();
    if let (Some(left), Some(reason)) = (change.left, &change.left_reason) {
        field(
            out,
            if change.state == Phase::OnHold { "stopped" } else { "back from" },
            &format!("{}: {reason}", left.said()),
        )?;
    }
    let Some(next) = view.next else { return Ok(()) };
    let gate = view.unmet.first().map(|row| format!("{} ", row.gate)).unwrap_or_default();
    let ready = if view.unmet.is_empty() { ", nothing missing" } else { "" };
    field(out, "next", &format!("{gate}{}{ready}", next.said()))?;
    view.unmet.iter().try_for_each(|row| field(out, "missing", &row.what))
}

fn planned(change: &ChangeRecord, out: Out) -> Result<(), Failure> {
    let names = |set: &std::collections::BTreeSet<crate::domain::text::Label>| {
        set.iter().map(|one| one.as_str().to_owned()).collect::<Vec<_>>().join(", ")
    };
    let time = match (change.planned_start, change.planned_end) {
        (Some(start), Some(end)) => format!("{start} to {end}"),
        (start, end) => start.or(end).map(|at| at.to_string()).unwrap_or_default(),
    };
    let fields = [
        ("software", names(&change.software_items)),
        ("machines", names(&change.endpoints)),
        ("risk", change.risk.map(|risk| risk.to_string()).unwrap_or_default()),
        ("plan", change.plan.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("way back", change.rollback_plan.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("planned", time),
    ];
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        field(out, name, value)?;
    }
    for it in &change.trials {
        let critical = if it.critical { ", critical" } else { "" };
        field(out, "tried", &format!("{} on {} by {}{critical}: {}", it.verdict, it.on, it.by, it.evidence))?;
    }
    match &change.soak_waived {
        Some(reason) => field(out, "waived", &format!("the wait after the last try: {reason}")),
        None => Ok(()),
    }
}

fn ended(change: &ChangeRecord, out: Out) -> Result<(), Failure> {
    if let (Some(by), Some(at)) = (&change.approver, change.approved_at) {
        field(out, "approved", &format!("by {by} at {at}"))?;
    }
    if let Some(due) = change.post_review_due.filter(|_| change.post_review_by.is_none()) {
        field(out, "second look", &format!("due by {due}"))?;
    }
    if let (Some(by), Some(note)) = (&change.post_review_by, &change.post_review_note) {
        field(out, "second look", &format!("{by}: {note}"))?;
    }
    if let Some(result) = change.result {
        field(out, "result", &result.word().replace('_', " "))?;
    }
    if let Some(text) = &change.verification {
        field(out, "seen", text.as_str())?;
    }
    match &change.pir_note {
        Some(text) => field(out, "review", text.as_str()),
        None => Ok(()),
    }
}

fn field(out: Out, name: &str, value: &str) -> Result<(), Failure> {
    out.hanging(&format!("  {}", cell(name, 11)), 14, value)
}
