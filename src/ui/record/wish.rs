//! What a request needs, where it goes and what was seen there: a line each, and all of it in three.

use crate::app::query::record::RecordView;
use crate::domain::install::check::{CheckKind, Seen};
use crate::domain::install::gate::Judged;
use crate::domain::install::requirement::Verdict;
use crate::domain::install::target::Outcome;
use crate::domain::time::Instant;
use crate::ui::part::clock::stamp;

type Line = (&'static str, String);

/// Label and value of each fact of a request; none of any other record.
pub fn lines(view: &RecordView, now: Instant, zone: chrono_tz::Tz) -> Vec<Line> {
    let ticket = view.case.ticket();
    if !ticket.is_request() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let approval = match (&ticket.rejected_by, &ticket.approved_by, &ticket.approver) {
        (Some(who), ..) => Some(format!("rejected by {who}")),
        (None, Some(who), _) => Some(format!("approved by {who}")),
        (None, None, who) => who.as_ref().map(|who| format!("asked of {who}")),
    };
    lines.extend(approval.map(|text| ("Consent", text)));
    let missed = if ticket.start_missed { ", missed" } else { "" };
    lines.extend(ticket.scheduled_start.map(|at| ("Starts", format!("{}{missed}", stamp(at, now, zone)))));
    lines.extend(ticket.plan.as_ref().map(|plan| ("How", plan.method.word().replace('_', " "))));
    lines.extend(view.readiness.rows.iter().map(|row| ("Needs", format!("{} {}", row.verdict, needed(row)))));
    for target in &ticket.targets {
        let exit = target.exit.map(|exit| format!(", exit {exit}")).unwrap_or_default();
        lines.push(("Target", format!("{} {}{exit}", target.name, target.outcome.word().replace('_', " "))));
    }
    let told = ticket.checks.iter();
    lines.extend(told.map(|it| ("Check", format!("{} {}: {}", it.seen, it.kind.label(), it.evidence))));
    lines.extend(unseen(view).map(|kind| ("To do", format!("check: {}", kind.label()))));
    lines
}

/// Requirements, targets and checks in a line each, what stands in the way first.
pub fn summary(view: &RecordView) -> Vec<Line> {
    let ticket = view.case.ticket();
    if !ticket.is_request() {
        return Vec::new();
    }
    let rows = &view.readiness.rows;
    let met = rows.iter().filter(|row| !row.blocks()).count();
    let blocks: Vec<_> =
        rows.iter().filter(|row| row.blocks()).map(|row| format!("{} {}", row.verdict, needed(row))).collect();
    let left = || ticket.targets.iter().filter(|target| target.outcome != Outcome::Dropped);
    let installed = left().filter(|target| target.outcome == Outcome::Installed).count();
    let others = left().filter(|target| target.outcome != Outcome::Installed);
    let others: Vec<_> = others.map(|it| format!("{} {}", it.name, it.outcome.word().replace('_', " "))).collect();
    let well = ticket.checks.iter().filter(|check| check.seen != Seen::Fail).count();
    let failed = ticket.checks.iter().filter(|check| check.seen == Seen::Fail);
    let mut open: Vec<_> = failed.map(|check| format!("failed: {}", check.kind.label())).collect();
    open.extend(unseen(view).map(|kind| kind.label().to_owned()));
    let line = |done: usize, how: &str, rest: Vec<String>| {
        let all = done + rest.len();
        let rest = if rest.is_empty() { String::new() } else { format!("; {}", rest.join("; ")) };
        format!("{done} of {all} {how}{rest}")
    };
    vec![
        ("Needs", line(met, "met", blocks)),
        ("Target", line(installed, "installed", others)),
        ("Checks", line(well, "done", open)),
    ]
}

/// `ram 8192 on CAD-01 (4096 MiB)`.
fn needed(row: &Judged) -> String {
    let on = row.target.as_ref().map(|target| format!(" on {target}")).unwrap_or_default();
    let found = if row.verdict == Verdict::Waived { "let through".to_owned() } else { row.found.clone() };
    format!("{}{on} ({found})", row.requirement)
}

/// Checks that it needs and that nobody told of.
fn unseen(view: &RecordView) -> impl Iterator<Item = CheckKind> {
    let told = |kind: &CheckKind| view.case.ticket().checks.iter().any(|check| check.kind == *kind);
    view.readiness.needed.iter().copied().filter(move |kind| !told(kind))
}
