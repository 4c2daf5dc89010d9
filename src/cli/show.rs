//! `tierdesk show`: one record with its timeline, now or as it stood at an instant.

use clap::Args;
use serde_json::Value;

use super::exit::{Failure, Status};
use super::print::Out;
use super::shell::{AsOf, Shell};
use crate::app::Desk;
use crate::app::query::clock::ClockView;
use crate::app::query::json;
use crate::app::query::record::RecordView;
use crate::domain::clock::{Band, Status as ClockStatus};
use crate::domain::escalation::{Escalation, Item};
use crate::domain::event::Event;
use crate::domain::id::AggId;
use crate::domain::incident::{MajorState, Visibility};
use crate::domain::install::check::CheckKind;
use crate::domain::refusal::Code;
use crate::domain::task::VendorState;
use crate::domain::text::Name;
use crate::domain::ticket::{Answered, LinkKind, Ticket};
use crate::domain::time::{Instant, Secs};

/// Show a record with its timeline
#[derive(Debug, Args)]
pub struct Show {
    /// Record number, like INC-42
    number: String,
    /// As it stood then
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
    /// Every event with what it changed
    #[arg(long)]
    history: bool,
    #[command(flatten)]
    now: AsOf,
}

impl Show {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk_at(self.now.now)?;
        let agg = desk.find_text(&self.number)?;
        if desk.store().change(agg)?.is_some() {
            return self.change(agg, &desk, shell.out);
        }
        if desk.store().problem(agg)?.is_some() {
            return self.problem(agg, &desk, shell.out);
        }
        let view = match self.at.or(self.now.now) {
            Some(at) => desk.record_at(agg, at)?,
            None => desk.record(agg)?,
        };
        let events = if self.history { Some(desk.history(agg)?) } else { None };
        let out = shell.out;
        if out.is_json() {
            let mut record = json::record_in_full(&view);
            if let Some(events) = &events {
                record["history"] = events.iter().map(json::event).collect();
            }
            out.json(&record)?;
            return Ok(Status::Done);
        }
        head(&view, desk.now(), out)?;
        match &events {
            Some(events) => events.iter().try_for_each(|event| past(event, out))?,
            None => timeline(&view, out)?,
        }
        Ok(Status::Done)
    }
}

impl Show {
    fn change(&self, agg: AggId, desk: &Desk, out: Out) -> Result<Status, Failure> {
        if self.at.is_some() {
            let refusal = Code::FormatInvalid.because("a change is shown as it stands now");
            return Err(refusal.hint("`--history` tells what it was before").into());
        }
        let view = desk.change(agg)?;
        if !self.history {
            return super::change::print(&view, desk, out);
        }
        history(crate::app::query::change::change(&view), &desk.history(agg)?, out)
    }

    fn problem(&self, agg: AggId, desk: &Desk, out: Out) -> Result<Status, Failure> {
        let view = match self.at.or(self.now.now) {
            Some(at) => desk.problem_at(agg, at)?,
            None => desk.problem(agg)?,
        };
        if !self.history {
            return super::problem::print(&view, desk, out);
        }
        history(crate::app::query::problem::problem(&view, desk), &desk.history(agg)?, out)
    }
}

/// Every event of a change or a problem.
fn history(mut record: Value, events: &[Event], out: Out) -> Result<Status, Failure> {
    if out.is_json() {
        record["history"] = events.iter().map(json::event).collect();
        out.json(&record)?;
    } else {
        events.iter().try_for_each(|event| past(event, out))?;
    }
    Ok(Status::Done)
}

fn head(view: &RecordView, now: Instant, out: Out) -> Result<(), Failure> {
    let ticket = view.case.ticket();
    out.folded(0, &format!("{}  {}", ticket.name(), ticket.title))?;
    let owner = ticket.assignee.as_ref().map_or("nobody", |login| login.as_str());
    let since = (now - ticket.state_since).brief();
    let state = ticket.state.word().replace('_', " ");
    out.folded(0, &format!("{} · {state} for {since} · tier {} · {owner}", ticket.priority, ticket.tier))?;
    if let Some(contact) = &view.requester {
        let vip = if ticket.vip { " · VIP" } else { "" };
        let ways = [contact.phone.as_deref(), contact.email.as_deref(), contact.site.as_deref()];
        let ways = ways.into_iter().flatten().map(|way| format!(" · {way}")).collect::<String>();
        field(out, "requester", &format!("{}{vip}{ways}", contact.name))?;
    }
    let what =
        format!("{}/{} · impact {} · urgency {}", ticket.category, ticket.subcategory, ticket.impact, ticket.urgency);
    field(out, "category", &what)?;
    field(out, "opened", &format!("{} ({} ago)", ticket.opened_at, (now - ticket.opened_at).brief()))?;
    if let Some(contract) = &ticket.contract {
        field(out, "contract", contract.as_str())?;
    }
    details(ticket, out)?;
    wish(view, out)?;
    view.clocks.iter().try_for_each(|it| clock(it, out))?;
    if let Some(parent) = &view.parent {
        field(out, "about", &format!("{} {}", parent.name(), parent.title))?;
    }
    for task in &view.tasks {
        field(out, "task", &task_line(task))?;
    }
    for link in &view.links {
        let way = match (link.kind, link.outward) {
            (LinkKind::ChildOfMajor, false) => "child".to_owned(),
            (kind, true) => kind.word().to_owned(),
            (kind, false) => format!("{} this", kind.word()),
        };
        field(out, &way.replace('_', " "), &format!("{} {}", link.name, link.title))?;
    }
    let is = &view.case.is;
    for fired in is.latches.of(is.visits).filter(|_| ticket.state.open()) {
        let became = match (&fired.waived, fired.answered) {
            (Some(waived), _) => format!("waived by {}: {}", waived.by, waived.reason),
            (None, Some(_)) => "answered".to_owned(),
            (None, None) => fired.asks(),
        };
        field(out, "rule", &format!("{} {}: {} ({became})", fired.trigger, fired.trigger.rule().name, fired.numbers))?;
    }
    view.case.is.escalations.iter().try_for_each(|it| escalation(it, out))?;
    if let Some(text) = &ticket.description {
        out.text("")?;
        out.folded(2, text.as_str())?;
    }
    out.text("")
}

/// What a request needs, where it goes, and what was seen there.
fn wish(view: &RecordView, out: Out) -> Result<(), Failure> {
    let ticket = view.case.ticket();
    let told = |name: &str, value: Option<String>| value.map_or(Ok(()), |value| field(out, name, &value));
    let text = |name: &Option<Name>| name.as_ref().map(ToString::to_string);
    told("asked", text(&ticket.approver))?;
    told("approved by", text(&ticket.approved_by))?;
    told("rejected by", text(&ticket.rejected_by))?;
    let missed = if ticket.start_missed { ", missed" } else { "" };
    told("starts", ticket.scheduled_start.map(|at| format!("{at}{missed}")))?;
    told(
        "method",
        ticket.plan.as_ref().map(|plan| {
            let details =
                plan.details.iter().map(|(detail, text)| format!(" · {} {text}", detail.word().replace('_', " ")));
            format!("{}{}", plan.method.word().replace('_', " "), details.collect::<String>())
        }),
    )?;
    told("quote", ticket.quote_ref.as_ref().map(ToString::to_string))?;
    for row in &view.readiness.rows {
        let on = row.target.as_ref().map(|target| format!(" on {target}")).unwrap_or_default();
        field(out, row.verdict.word(), &format!("{}{on} ({})", row.requirement, row.found))?;
    }
    for target in &ticket.targets {
        let exit = target.exit.map(|exit| format!(", exit {exit}")).unwrap_or_default();
        field(out, "target", &format!("{}: {}{exit}", target.name, target.outcome.word().replace('_', " ")))?;
    }
    for check in &ticket.checks {
        field(out, "check", &format!("{}: {} ({})", check.kind.label(), check.seen, check.evidence))?;
    }
    let done = |kind: &CheckKind| ticket.checks.iter().any(|check| check.kind == *kind);
    for kind in view.readiness.needed.iter().filter(|kind| !done(kind)) {
        field(out, "to check", &format!("{} ({kind})", kind.label()))?;
    }
    Ok(())
}

/// A task as its parent shows it: `TSK-3 open · network tier 1 · nobody: is the port open? > it is`.
fn task_line(task: &Ticket) -> String {
    let whom = task.vendor.as_ref().map_or_else(|| task.discipline.to_string(), ToString::to_string);
    let owner = task.assignee.as_ref().map_or("nobody", |login| login.as_str());
    let state = task.state.word().replace('_', " ");
    let said = task.answer.as_ref().map(ToString::to_string);
    let said = said.or_else(|| task.decline_reason.as_ref().map(ToString::to_string));
    let said = said.map(|said| format!(" > {said}")).unwrap_or_default();
    let question = task.question.as_ref().map_or(task.title.as_str(), |question| question.as_str());
    format!("{} {state} · {whom} tier {} · {owner}: {question}{said}", task.name(), task.tier)
}

fn details(ticket: &Ticket, out: Out) -> Result<(), Failure> {
    let list = |names: Vec<&str>| names.join(", ");
    let waits = ticket.pending_reason.map(|reason| {
        let until = ticket.follow_up_at.map(|at| format!(" until {at}")).unwrap_or_default();
        format!("{}{until}", reason.word().replace('_', " "))
    });
    let resolved = ticket.resolution_code.map(|code| code.word().replace('_', " "));
    let vendor = ticket.vendor.as_ref().map(|vendor| {
        let number = ticket.vendor_ref.as_ref().map(|number| format!(" ({number})")).unwrap_or_default();
        format!("{vendor}{number}")
    });
    let asked = (ticket.vendor_state != VendorState::None).then(|| ticket.vendor_state.to_string());
    let text = |value: Option<String>| value.unwrap_or_default();
    let major = (ticket.major_state != MajorState::None).then(|| {
        let lead = ticket.major_lead.as_ref().map(|lead| format!(", lead {lead}")).unwrap_or_default();
        let review = ticket.major_review_due_at.map(|due| format!(", review due {due}")).unwrap_or_default();
        format!("{}{lead}{review}", ticket.major_state.word().replace('_', " "))
    });
    let fields = [
        ("major", text(major)),
        ("question", text(ticket.question.as_ref().map(ToString::to_string))),
        ("answer", text(ticket.answer.as_ref().map(ToString::to_string))),
        ("declined", text(ticket.decline_reason.as_ref().map(ToString::to_string))),
        ("vendor", text(vendor.or(asked))),
        ("waits", waits.unwrap_or_default()),
        ("symptom", ticket.symptom.map(|symptom| symptom.word().replace('_', " ")).unwrap_or_default()),
        ("signature", ticket.signature.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("machines", list(ticket.endpoints.iter().map(|one| one.as_str()).collect())),
        ("software", list(ticket.software_items.iter().map(|one| one.as_str()).collect())),
        ("tags", list(ticket.tags.iter().map(|one| one.as_str()).collect())),
        ("ticked", list(ticket.ticks.iter().map(|one| one.as_str()).collect())),
        ("cause", ticket.cause_note.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("resolved", resolved.unwrap_or_default()),
    ];
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        field(out, name, value)?;
    }
    for (item, answer) in Item::ALL.iter().zip(ticket.answers()) {
        let Some(answer) = answer else { continue };
        let finding = answer.finding.as_ref().map(ToString::to_string);
        let said = match (answer.answered, finding) {
            (Answered::Done, Some(finding)) => finding,
            (answered, None) => answered.word().replace('_', " "),
            (answered, Some(finding)) => format!("{}: {finding}", answered.word().replace('_', " ")),
        };
        field(out, &format!("{item} {}", item.label()), &said)?;
    }
    Ok(())
}

fn field(out: Out, name: &str, value: &str) -> Result<(), Failure> {
    let name = name.to_lowercase();
    if name.len() > 14 {
        out.folded(2, &name)?;
        return out.folded(17, value);
    }
    let lines = super::print::fold(value, 63);
    for (nth, line) in lines.iter().enumerate() {
        let name = if nth == 0 { name.as_str() } else { "" };
        out.text(format!("  {name:<14} {line}").trim_end())?;
    }
    Ok(())
}

/// `response  missed by 1h 32m of 30m, due 2026-11-24T12:00:00Z`
fn clock(it: &ClockView, out: Out) -> Result<(), Failure> {
    let (kind, nth) = (it.kept.clock.kind.name(), it.kept.clock.nth);
    let name = if nth > 1 { format!("{kind} {nth}") } else { kind.to_owned() };
    let Some(reading) = &it.reading else { return field(out, &name, "its calendar is not known here") };
    let target = reading.target.hours_text();
    let left = Secs(reading.remaining.0.abs()).hours_text();
    let late = reading.band == Band::Breached;
    let due = reading.due_at.map(|at| format!(", due {at}")).unwrap_or_default();
    let at_risk = if reading.band == Band::Warn { ", at risk" } else { "" };
    let stands = match reading.status {
        ClockStatus::Running if late => format!("missed by {left} of {target}{due}"),
        ClockStatus::Running => format!("{left} left of {target}{due}{at_risk}"),
        ClockStatus::Paused if late => format!("paused, missed by {left} of {target}"),
        ClockStatus::Paused => format!("paused, {left} left of {target}{at_risk}"),
        ClockStatus::Stopped if late => format!("took {}, {left} more than {target}", reading.elapsed.hours_text()),
        ClockStatus::Stopped => format!("kept in {} of {target}", reading.elapsed.hours_text()),
        ClockStatus::Cancelled => "cancelled".to_owned(),
    };
    let once = if it.ever_breached() && !late { ", was missed once" } else { "" };
    field(out, &name, &format!("{stands}{once}"))
}

fn escalation(it: &Escalation, out: Out) -> Result<(), Failure> {
    let proposal = &it.proposal;
    let way = proposal.way();
    let reason = proposal.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let decided = it.decided_by.as_ref().map(|who| format!(", {who}")).unwrap_or_default();
    let note = it.decision_note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
    let state = it.state.word().replace('_', " ");
    field(
        out,
        "escalated",
        &format!("{way} by {} at {}{reason}: {state}{decided}{note}", it.proposed_by, it.proposed_at),
    )
}

fn timeline(view: &RecordView, out: Out) -> Result<(), Failure> {
    for entry in &view.worklog {
        let to = if entry.vis == Visibility::Requester { " to the requester" } else { "" };
        out.text(&format!("{} {}{to}", entry.at, entry.actor))?;
        out.folded(2, &entry.text)?;
    }
    Ok(())
}

/// An event with every field it changed.
fn past(event: &Event, out: Out) -> Result<(), Failure> {
    let told = json::event(event);
    let act = told["do"].as_str().unwrap_or("?").replace('_', " ");
    let reason = told["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
    out.folded(0, &format!("{} {} {act}{reason}", event.at, event.actor))?;
    for change in told["changes"].as_array().into_iter().flatten() {
        let name = change["field"].as_str().unwrap_or_default().replace('_', " ");
        out.folded(2, &format!("{name}: {} > {}", plain(&change["from"]), plain(&change["to"])))?;
    }
    for (sign, list) in [("+", &told["added"]), ("-", &told["removed"])] {
        for (name, values) in list.as_object().into_iter().flatten() {
            let values: Vec<_> = values.as_array().into_iter().flatten().map(plain).collect();
            out.folded(2, &format!("{} {sign}{}", name.replace('_', " "), values.join(&format!(" {sign}"))))?;
        }
    }
    for note in told["worklog"].as_array().into_iter().flatten() {
        out.folded(2, note["text"].as_str().unwrap_or_default())?;
    }
    Ok(())
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
