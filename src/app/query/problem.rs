//! A problem as JSON: every key always there, `null` where there is nothing.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::json::{entry, instant};
use crate::app::Desk;
use crate::app::problems::ProblemView;
use crate::domain::problem::Why;

/// A problem with its incidents, its tasks and its worklog.
pub fn problem(view: &ProblemView, desk: &Desk) -> Value {
    let it = view.case.problem();
    let why = |(n, why): (usize, Option<&Why>)| {
        why.map(|why| {
            json!({
                "n": n + 1, "question": why.question, "answer": why.answer, "evidence": why.evidence,
                "assumption": why.evidence.is_none(), "root": why.root,
            })
        })
    };
    let duplicate_of = it.duplicate_of.and_then(|agg| desk.store().problem(agg).ok().flatten());
    let mut out = json!({
        "number": it.name(),
        "type": "problem",
        "title": it.title,
        "description": it.description,
        "state": it.state,
        "state_since": instant(Some(it.state_since)),
        "owner": it.owner,
        "priority": it.priority.n(),
        "impact": it.impact,
        "urgency": it.urgency,
        "category": "fix",
        "subcategory": it.subcategory,
        "discipline": it.discipline,
        "work_mode": it.work_mode,
        "detection": it.detection,
        "detection_source": it.detection_source,
        "logged_at": instant(Some(it.logged_at)),
        "logged_by": it.logged_by,
        "review_on": date(it.review_on),
        "review_due": view.review_due,
        "waits_in": it.waits_in,
        "wait_reason": it.wait_reason,
        "follow_up_at": instant(it.follow_up_at),
    });
    out["whys"] = it.whys().into_iter().enumerate().filter_map(why).collect();
    out["root_cause"] = json!(it.root_cause);
    out["cause_class"] = json!(it.cause_class);
    out["contributing"] = json!(it.contributing);
    out["vendor_statement"] = json!(it.vendor_statement);
    out["vendor_ref"] = json!(it.vendor_ref);
    out["workaround"] = json!(it.workaround);
    out["no_workaround"] = it.no_workaround.into();
    out["workaround_revision"] = it.workaround_revision.into();
    out["workaround_min_tier"] = it.workaround_min_tier.n().into();
    out["workaround_tested_by"] = json!(it.workaround_tested_by);
    out["workaround_tested_on"] = date(it.workaround_tested_on);
    out["fix_source"] = json!(it.fix_source);
    out["verification"] = json!(it.verification);
    out["observe_until"] = date(it.observe_until);
    out["resolved_at"] = instant(it.resolved_at);
    out["resolved_by"] = json!(it.resolved_by);
    out["offer_answered_at"] = instant(it.offer_answered_at);
    out["closure_code"] = json!(it.closure_code);
    out["closure_note"] = json!(it.closure_note);
    out["risk_accepted_until"] = date(it.risk_accepted_until);
    out["closed_at"] = instant(it.closed_at);
    out["cancel_code"] = json!(it.cancel_code);
    out["duplicate_of"] = json!(duplicate_of.map(|case| case.problem().name()));
    out["reopen_count"] = it.reopen_count.into();
    out["software"] = json!(it.software_items);
    out["machines"] = json!(it.endpoints);
    out["tags"] = json!(it.tags);
    out["incidents"] = view.incidents.iter().map(|(_, ticket)| listed(ticket)).collect();
    out["tasks"] = view.tasks.iter().map(listed).collect();
    out["worklog"] = view.worklog.iter().map(entry).collect();
    out["rev"] = view.case.is.rev.into();
    out
}

/// A civil date, or `null`.
fn date(day: Option<NaiveDate>) -> Value {
    day.map_or(Value::Null, |day| day.to_string().into())
}

fn listed(ticket: &crate::domain::ticket::Ticket) -> Value {
    json!({
        "number": ticket.name(), "title": ticket.title, "state": ticket.state, "priority": ticket.priority.n(),
        "assignee": ticket.assignee,
    })
}
