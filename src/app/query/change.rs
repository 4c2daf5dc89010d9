//! A change as JSON: every key always there, `null` where there is nothing.

use serde_json::{Value, json};

use super::json::instant;
use crate::app::changes::{ChangeView, Named};
use crate::domain::change_record::Trial;

/// A change with what stands against its next phase, its problems, its incidents and its worklog.
pub fn change(view: &ChangeView) -> Value {
    let it = view.case.change();
    let mut out = json!({
        "number": it.name(),
        "type": "change",
        "title": it.title,
        "description": it.description,
        "kind": it.kind,
        "urgency_class": it.urgency_class,
        "state": it.state,
        "state_since": instant(Some(it.state_since)),
        "discipline": it.discipline,
        "work_mode": it.work_mode,
        "planned": it.planned(),
        "logged_at": instant(Some(it.logged_at)),
        "logged_by": it.logged_by,
        "author": it.author,
        "approver": it.approver,
        "approved_at": instant(it.approved_at),
        "risk": it.risk,
        "plan": it.plan,
        "rollback_plan": it.rollback_plan,
        "planned_start": instant(it.planned_start),
        "planned_end": instant(it.planned_end),
        "software": it.software_items,
        "machines": it.endpoints,
        "tags": it.tags,
    });
    out["trials"] = it.trials.iter().map(trial).collect();
    out["soak_waived"] = json!(it.soak_waived);
    out["left"] = json!(it.left);
    out["left_reason"] = json!(it.left_reason);
    out["verification"] = json!(it.verification);
    out["result"] = json!(it.result);
    out["completed_at"] = instant(it.completed_at);
    out["post_review_due"] = instant(it.post_review_due);
    out["post_review_by"] = json!(it.post_review_by);
    out["post_review_note"] = json!(it.post_review_note);
    out["review"] = json!(it.pir_note);
    out["closed_at"] = instant(it.closed_at);
    out["next"] = json!(view.next);
    out["unmet"] = view.unmet.iter().map(|row| json!({ "gate": row.gate, "what": row.what })).collect();
    out["fixes"] = view.fixes.iter().map(named).collect();
    out["caused"] = view.caused.iter().map(named).collect();
    out["worklog"] = view
        .worklog
        .iter()
        .map(|entry| json!({ "at": instant(Some(entry.at)), "actor": entry.actor, "text": entry.text }))
        .collect();
    out["revision"] = view.case.is.rev.into();
    out
}

fn trial(it: &Trial) -> Value {
    json!({
        "at": instant(Some(it.at)), "machine": it.on, "by": it.by, "verdict": it.verdict, "critical": it.critical,
        "evidence": it.evidence,
    })
}

fn named(it: &Named) -> Value {
    json!({ "number": it.name, "title": it.title, "state": it.state })
}
