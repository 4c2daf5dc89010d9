//! The same as values, for scripts. Lengths are seconds (`*_s`), instants RFC 3339 in UTC.

use serde_json::{Value, json};

use super::cause::Cause;
use super::{Line, Maybe, Pause, Shift, Standing, Told, What, Why};
use crate::domain::clock::ClockKind;
use crate::domain::clock::explain::Step;
use crate::domain::clock::whatif::If;
use crate::domain::policy::Window;
use crate::domain::time::Instant;

/// A record with the clocks of one kind, or all; with what could be done if that was asked.
pub fn why(why: &Why, kind: Option<ClockKind>, what_if: bool) -> Value {
    let clocks = why.clocks.iter().filter(|told| kind.is_none_or(|kind| told.clock.kind == kind));
    let mut value = json!({
        "record": why.name,
        "now": why.now.to_string(),
        "zone": why.zone.name(),
        "clocks": clocks.map(|told| clock(why, told)).collect::<Vec<_>>(),
    });
    if what_if {
        value["what_if"] = why.ifs.iter().map(maybe).collect();
    }
    value
}

fn clock(why: &Why, told: &Told) -> Value {
    let reading = &told.reading;
    let (calendar, zone) = why.calendar(reading.calendar);
    json!({
        "target": told.clock.kind.word(),
        "nth": told.clock.nth,
        "tier": told.tier.map(|tier| tier.n()),
        "status": reading.status.word(),
        "band": reading.band.word(),
        "missed": told.missed,
        "start": told.clock.start.to_string(),
        "calendar": calendar,
        "calendar_zone": zone.name(),
        "target_s": reading.target.0,
        "warn_pct": reading.warn_pct,
        "elapsed_s": reading.elapsed.0,
        "remaining_s": reading.remaining.0,
        "due_at": at(reading.due_at),
        "warn_at": at(reading.warn_at),
        "breached_at": at(reading.ever_breached_at.or(told.clock.breached_at)),
        "paused_s": told.paused(why.now).0,
        "pauses": told.pauses.iter().map(|it| pause(it, why.now)).collect::<Vec<_>>(),
        "answer": why.answer(told),
        "spans": told.lines.iter().map(|it| line(why, it)).collect::<Vec<_>>(),
    })
}

fn pause(pause: &Pause, now: Instant) -> Value {
    let length = pause.to.unwrap_or(now) - pause.from;
    json!({
        "from": pause.from.to_string(),
        "to": at(pause.to),
        "length_s": length.0,
        "cause": pause.cause.as_ref().map(cause),
    })
}

fn line(why: &Why, line: &Line) -> Value {
    let mut value = match &line.what {
        What::Step(it, behind) => {
            let mut value = step(why, it);
            value["cause"] = behind.as_ref().map(cause).unwrap_or_default();
            value
        }
        What::Undone { step, cause: by, by: who, when } => json!({
            "kind": step.ev.word(), "undone": true, "undone_by": who.as_str(), "undone_at": when.to_string(),
            "cause": cause(by),
        }),
    };
    value["at"] = line.at.to_string().into();
    value["text"] = why.line(line).into();
    value
}

fn step(why: &Why, step: &Step) -> Value {
    match step {
        Step::Start { target, warn_pct, calendar } => json!({
            "kind": "start", "target_s": target.0, "warn_pct": warn_pct, "calendar": why.calendar(*calendar).0,
        }),
        Step::Counted { until, days, each, total } => json!({
            "kind": "counted", "to": until.to_string(), "days": days, "length_s": days * each.0, "elapsed_s": total.0,
        }),
        Step::Closed { until, exceptions } => {
            let days = exceptions.iter().map(|(date, windows)| {
                let open: Vec<String> = windows.iter().map(Window::to_string).collect();
                json!({ "date": date.to_string(), "open": open })
            });
            json!({ "kind": "closed", "to": until.to_string(), "exceptions": days.collect::<Vec<_>>() })
        }
        Step::Pause { elapsed } => json!({ "kind": "pause", "elapsed_s": elapsed.0 }),
        Step::Resume { elapsed } => json!({ "kind": "resume", "elapsed_s": elapsed.0 }),
        Step::Stop { elapsed } => json!({ "kind": "stop", "elapsed_s": elapsed.0 }),
        Step::Reopen { elapsed } => json!({ "kind": "reopen", "elapsed_s": elapsed.0 }),
        Step::Cancel { elapsed } => json!({ "kind": "cancel", "elapsed_s": elapsed.0 }),
        Step::Retarget { elapsed, old, new, band } => json!({
            "kind": "retarget", "elapsed_s": elapsed.0, "from_target_s": old.0.0, "target_s": new.0.0,
            "warn_pct": new.1, "band": band.word(),
        }),
        Step::Recalendar { elapsed, old, new } => json!({
            "kind": "recalendar", "elapsed_s": elapsed.0,
            "from_calendar": why.calendar(*old).0, "calendar": why.calendar(*new).0,
        }),
        Step::Forgive { elapsed } => json!({ "kind": "forgive", "elapsed_s": elapsed.0 }),
        Step::Warn { elapsed } => json!({ "kind": "warn", "elapsed_s": elapsed.0 }),
        Step::Breach { elapsed } => json!({ "kind": "breach", "elapsed_s": elapsed.0 }),
        Step::Now(reading) => json!({
            "kind": "now", "elapsed_s": reading.elapsed.0, "remaining_s": reading.remaining.0, "due_at": at(reading.due_at),
        }),
    }
}

fn cause(cause: &Cause) -> Value {
    let grounds = cause.grounds.iter().map(|(field, from, to)| json!({ "field": field, "from": from, "to": to }));
    json!({
        "by": cause.who.as_ref().map(|login| login.as_str()),
        "do": cause.act.map(|act| act.word()),
        "pending": cause.pending.map(|reason| reason.word()),
        "until": at(cause.until),
        "note": cause.note,
        "priority": cause.priority.map(|(from, to)| json!({ "from": from.to_string(), "to": to.to_string() })),
        "changed": grounds.collect::<Vec<_>>(),
    })
}

fn maybe(maybe: &Maybe) -> Value {
    let outcome = &maybe.outcome;
    let mut value = match outcome.deed {
        If::Hold { reason, until, tells } => {
            json!({ "do": "hold", "pending": reason.word(), "until": until.to_string(), "tells_requester": tells })
        }
        If::Resume => json!({ "do": "resume" }),
        If::Urgency(urgency) => json!({ "do": "edit", "urgency": urgency.word() }),
        If::Tier(tier) => json!({ "do": "escalate", "tier": tier.n() }),
        If::Reply => json!({ "do": "reply" }),
    };
    value["priority"] = outcome.priority.to_string().into();
    value["clocks"] = maybe.shifts.iter().map(shift).collect();
    value
}

fn shift(shift: &Shift) -> Value {
    json!({
        "target": shift.kind.word(),
        "tier": shift.tier.map(|tier| tier.n()),
        "begins": shift.begins,
        "from_target_s": shift.targets.0.0,
        "target_s": shift.targets.1.0,
        "before": standing(shift.before),
        "after": standing(shift.after),
    })
}

fn standing(standing: Standing) -> Value {
    let (status, due) = match standing {
        Standing::Absent => return Value::Null,
        Standing::Due(due) => ("running", due),
        Standing::Paused => ("paused", None),
        Standing::Stopped => ("stopped", None),
        Standing::Cancelled => ("cancelled", None),
    };
    json!({ "status": status, "due_at": at(due) })
}

fn at(at: Option<Instant>) -> Option<String> {
    at.map(|at| at.to_string())
}
