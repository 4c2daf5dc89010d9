//! A record as JSON: every key always there, `null` where there is nothing; instants as RFC 3339 with `Z`.

use serde_json::{Map, Value, json};

use super::clock::ClockView;
use super::record::RecordView;
use super::suggest::Suggestions;
use crate::domain::escalation::{Escalation, Item};
use crate::domain::event::{Event, RowKind};
use crate::domain::field::Wire;
use crate::domain::install::check::Check;
use crate::domain::install::gate::Judged;
use crate::domain::install::target::Target;
use crate::domain::role::{Contact, User};
use crate::domain::ticket::{Answer, Ticket};
use crate::domain::time::Instant;
use crate::domain::trigger::Latched;
use crate::store::inbox::EscalationRow;
use crate::store::record::{Entry, Linked};

/// An instant, or `null`.
pub fn instant(at: Option<Instant>) -> Value {
    at.map_or(Value::Null, |at| at.to_string().into())
}

/// A record with everything but its worklog.
pub fn record(view: &RecordView) -> Value {
    let mut out = standing(view.case.ticket());
    out.extend(classified(view.case.ticket()));
    out.extend(dated(view.case.ticket()));
    out.extend(asked(view.case.ticket()));
    out.extend(wished(view));
    let requester = view.requester.as_ref();
    out.insert("requester".into(), requester.map(called).into());
    out.insert("requester_name".into(), requester.map(|contact| contact.name.as_str()).into());
    out.insert("due_at".into(), instant(view.clock.due_at));
    out.insert("sla".into(), json!(view.clock.sla));
    out.insert("clocks".into(), view.clocks.iter().map(clock).collect());
    out.insert("answers".into(), answers(view.case.ticket()));
    out.insert("triggers".into(), view.case.is.latches.all().iter().map(trigger).collect());
    out.insert("escalations".into(), view.case.is.escalations.iter().map(escalation).collect());
    out.insert("links".into(), view.links.iter().map(link).collect());
    out.insert("parent".into(), view.parent.as_ref().map(Ticket::name).into());
    out.insert("tasks".into(), view.tasks.iter().map(task).collect());
    out.insert("conflicts".into(), view.case.is.conflicts.iter().filter(|one| !one.acked).count().into());
    out.insert("rev".into(), view.case.is.rev.into());
    Value::Object(out)
}

/// A record with its worklog, oldest entry first.
pub fn record_in_full(view: &RecordView) -> Value {
    let mut out = record(view);
    out["worklog"] = view.worklog.iter().map(entry).collect();
    out
}

/// Short name people type after `@`, else the name.
fn called(contact: &Contact) -> String {
    contact.handle.clone().unwrap_or_else(|| contact.name.to_string())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// What it is and where it stands.
fn standing(ticket: &Ticket) -> Map<String, Value> {
    object(json!({
        "number": ticket.name(),
        "type": ticket.kind().word(),
        "title": ticket.title.as_str(),
        "description": ticket.description,
        "state": ticket.state,
        "state_since": instant(Some(ticket.state_since)),
        "tier": ticket.tier,
        "assignee": ticket.assignee,
        "pending_reason": ticket.pending_reason,
        "follow_up_at": instant(ticket.follow_up_at),
        "woke": ticket.woke,
        "attention_of": ticket.attention_of,
        "owner_fixed": ticket.owner_fixed,
        "resolution_code": ticket.resolution_code,
        "resolution_note": ticket.resolution_note,
        "resolved_by": ticket.resolved_by,
        "cancel_code": ticket.cancel_code,
        "reopen_count": ticket.reopen_count,
        "reassign_count": ticket.reassign_count,
        "tier_moves": ticket.tier_moves,
        "returns": ticket.returns,
        "pending_count": ticket.pending_count,
    }))
}

/// What only a request has.
fn wished(view: &RecordView) -> Map<String, Value> {
    let ticket = view.case.ticket();
    let row = |row: &Judged| {
        json!({
            "requirement": row.requirement.to_string(), "target": row.target, "verdict": row.verdict, "found": row.found,
        })
    };
    let target = |it: &Target| json!({ "name": it.name, "outcome": it.outcome, "exit": it.exit });
    let check = |it: &Check| json!({ "kind": it.kind, "seen": it.seen, "evidence": it.evidence });
    object(json!({
        "approver": ticket.approver,
        "approved_by": ticket.approved_by,
        "approved_at": instant(ticket.approved_at),
        "rejected_by": ticket.rejected_by,
        "plan": ticket.plan.as_ref().map(Wire::to_value),
        "quote_ref": ticket.quote_ref,
        "scheduled_start": instant(ticket.scheduled_start),
        "planned": ticket.planned,
        "start_missed": ticket.start_missed,
        "requirements": view.readiness.rows.iter().map(row).collect::<Vec<_>>(),
        "targets": ticket.targets.iter().map(target).collect::<Vec<_>>(),
        "checks": ticket.checks.iter().map(check).collect::<Vec<_>>(),
        "checks_needed": view.readiness.needed,
    }))
}

/// What only a task has, and what a record knows of its vendor.
fn asked(ticket: &Ticket) -> Map<String, Value> {
    object(json!({
        "question": ticket.question,
        "answer": ticket.answer,
        "decline_reason": ticket.decline_reason,
        "blocking": ticket.is_task().then_some(ticket.blocking),
        "vendor": ticket.vendor,
        "vendor_ref": ticket.vendor_ref,
        "vendor_state": ticket.vendor_state,
    }))
}

/// A task as its parent shows it.
fn task(task: &Ticket) -> Value {
    let mut out = asked(task);
    out.remove("vendor_state");
    out.extend(object(json!({
        "number": task.name(),
        "title": task.title,
        "state": task.state,
        "discipline": task.discipline,
        "tier": task.tier,
        "assignee": task.assignee,
    })));
    Value::Object(out)
}

/// How it is classified, and whom and what it affects.
fn classified(ticket: &Ticket) -> Map<String, Value> {
    object(json!({
        "priority": ticket.priority,
        "priority_override": ticket.priority_override,
        "priority_reason": ticket.priority_reason,
        "override_review": ticket.override_review,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "category": ticket.category,
        "subcategory": ticket.subcategory,
        "discipline": ticket.discipline,
        "suspected_discipline": ticket.suspected_discipline,
        "work_mode": ticket.work_mode,
        "source": ticket.source,
        "symptom": ticket.symptom,
        "signature": ticket.signature,
        "cause_note": ticket.cause_note,
        "required_rights": ticket.required_rights,
        "contract": ticket.contract,
        "vip": ticket.vip,
        "affected_users": ticket.affected_users,
        "affected_endpoints": ticket.affected_endpoints,
        "endpoints": ticket.endpoints,
        "software_items": ticket.software_items,
        "tags": ticket.tags,
        "checklist": ticket.checklist,
        "ticks": ticket.ticks,
        "watchers": ticket.watchers,
        "vendor_defect": ticket.vendor_defect,
        "hotfix_needed": ticket.hotfix_needed,
        "data_loss_risk": ticket.data_loss_risk,
        "suspected_compromise": ticket.suspected_compromise,
        "complaint": ticket.complaint,
        "change_needed": ticket.change_needed,
        "service_down": ticket.service_down,
        "major_state": ticket.major_state,
        "major_lead": ticket.major_lead,
        "confirmed_by_requester": ticket.confirmed_by_requester,
        "imported_from": ticket.imported_from,
    }))
}

fn dated(ticket: &Ticket) -> Map<String, Value> {
    object(json!({
        "opened_at": instant(Some(ticket.opened_at)),
        "logged_at": instant(Some(ticket.logged_at)),
        "logged_by": ticket.logged_by,
        "acknowledged_at": instant(ticket.acknowledged_at),
        "responded_at": instant(ticket.responded_at),
        "last_public_at": instant(ticket.last_public_at),
        "resolved_at": instant(ticket.resolved_at),
        "closed_at": instant(ticket.closed_at),
        "major_declared_at": instant(ticket.major_declared_at),
        "major_stood_down_at": instant(ticket.major_stood_down_at),
        "major_review_due_at": instant(ticket.major_review_due_at),
        "major_reviewed_at": instant(ticket.major_reviewed_at),
        "handoff_debt_due_at": instant(ticket.handoff_debt),
    }))
}

/// A rule that fired, with its numbers and what became of it.
fn trigger(latched: &Latched) -> Value {
    json!({
        "id": latched.trigger,
        "name": latched.trigger.rule().name,
        "visit": latched.visit,
        "fired_at": instant(Some(latched.at)),
        "actions": latched.actions,
        "to": latched.to,
        "numbers": latched.numbers,
        "waived_by": latched.waived.as_ref().map(|waived| &waived.by),
        "waived_at": instant(latched.waived.as_ref().map(|waived| waived.at)),
        "waived_because": latched.waived.as_ref().map(|waived| &waived.reason),
        "answered_at": instant(latched.answered),
    })
}

/// Every item of the hand-off checklist.
fn answers(ticket: &Ticket) -> Value {
    let answer = |answer: Option<&Answer>| {
        answer.map_or(Value::Null, |answer| json!({ "answer": answer.answered, "finding": answer.finding }))
    };
    Item::ALL.iter().zip(ticket.answers()).map(|(item, given)| (item.word().to_owned(), answer(given))).collect()
}

/// An escalation with the hand-off as it was proposed.
pub fn escalation(it: &Escalation) -> Value {
    let proposal = &it.proposal;
    json!({
        "id": it.id.to_string(),
        "kind": proposal.kind,
        "state": it.state,
        "from_tier": proposal.from,
        "to_tier": proposal.to,
        "to_discipline": proposal.discipline,
        "vendor": proposal.vendor,
        "reason": proposal.reason,
        "triggers": proposal.triggers,
        "wish": proposal.wish,
        "hand_off": proposal.snapshot,
        "proposed_by": it.proposed_by,
        "proposed_at": instant(Some(it.proposed_at)),
        "review_due_at": instant(proposal.review_due),
        "decided_by": it.decided_by,
        "decided_at": instant(it.decided_at),
        "decision_note": it.decision_note,
        "return_code": it.return_code,
        "deferred_until": instant(it.deferred_until),
        "handed_back_at": instant(it.handed_back_at),
        "post_review": proposal.post_review,
        "reviewed_at": instant(it.reviewed_at),
    })
}

/// A line of the inbox: the escalation, and which record it is of.
pub fn inbox_row(row: &EscalationRow) -> Value {
    let mut out = escalation(&row.escalation);
    out["record"] = row.ticket.name.as_str().into();
    out["title"] = row.ticket.title.as_str().into();
    out["priority"] = row.ticket.priority.n().into();
    out["assignee"] = row.ticket.assignee.clone().into();
    out
}

/// A clock: what was promised in seconds of working time, and how much of it is used.
pub fn clock(it: &ClockView) -> Value {
    let reading = it.reading.as_ref();
    let (target, ..) = it.kept.clock.in_force();
    json!({
        "kind": it.kept.clock.kind,
        "nth": it.kept.clock.nth,
        "status": it.kept.clock.status(),
        "target_s": target,
        "elapsed_s": reading.map(|it| it.elapsed),
        "remaining_s": reading.map(|it| it.remaining),
        "due_at": instant(reading.and_then(|it| it.due_at)),
        "warn_at": instant(reading.and_then(|it| it.warn_at)),
        "band": reading.map(|it| it.band),
        "ever_breached": it.ever_breached(),
    })
}

fn link(it: &Linked) -> Value {
    json!({
        "kind": it.kind,
        "direction": if it.outward { "to" } else { "from" },
        "number": it.name,
        "title": it.title,
    })
}

pub fn entry(it: &Entry) -> Value {
    json!({ "at": instant(Some(it.at)), "actor": it.actor, "visibility": it.vis, "text": it.text })
}

/// An event as history and audit show it.
pub fn event(it: &Event) -> Value {
    let body = it.body.as_ref();
    let changes = body
        .into_iter()
        .flat_map(|body| &body.set)
        .map(|(field, write)| json!({ "field": field, "from": write.from, "to": write.to }));
    let notes = body.into_iter().flat_map(|body| &body.rows).filter_map(|row| match &row.what {
        RowKind::Worklog(note) => Some(json!({ "visibility": note.vis, "text": note.text })),
        _ => None,
    });
    json!({
        "at": instant(Some(it.at)),
        "actor": it.actor,
        "proof": it.proof,
        "do": body.map(|body| body.act.as_str()),
        "reason": body.and_then(|body| body.reason.as_deref()),
        "command": it.cmd.to_string(),
        "undoes": body.and_then(|body| body.undoes).map(|cmd| cmd.to_string()),
        "changes": changes.collect::<Vec<_>>(),
        "added": body.map(|body| &body.add),
        "removed": body.map(|body| &body.del),
        "worklog": notes.collect::<Vec<_>>(),
    })
}

/// What may help, best first, with the reasons.
pub fn suggestions(it: &Suggestions) -> Value {
    let tickets = it.tickets.iter().map(|it| {
        json!({
            "number": it.name, "title": it.title, "state": it.state, "match": it.tie, "words": it.words,
            "resolved_at": instant(it.resolved_at), "resolution_code": it.resolution_code,
            "resolution_note": it.resolution_note,
        })
    });
    let problems = it.problems.iter().map(|it| {
        json!({
            "number": it.name, "title": it.title, "state": it.state, "match": it.tie, "words": it.words,
            "linked": it.linked, "workaround": it.workaround, "workaround_min_tier": it.workaround_min_tier,
        })
    });
    json!({ "problems": problems.collect::<Vec<_>>(), "tickets": tickets.collect::<Vec<_>>() })
}

/// A user of the desk.
pub fn user(it: &User) -> Value {
    json!({
        "login": it.login, "name": it.name, "roles": it.roles, "tier": it.tier, "disciplines": it.disciplines,
        "rights": it.rights, "active": it.active,
    })
}

/// A contact.
pub fn contact(it: &Contact) -> Value {
    json!({
        "name": it.name, "handle": it.handle, "organisation": it.organisation, "email": it.email, "phone": it.phone,
        "site": it.site, "vip": it.vip, "active": it.active,
    })
}
