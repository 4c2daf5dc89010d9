//! What a change has to show before it goes on: every condition that does not hold, at once.

use super::Moment;
use crate::domain::change_record::{ChangeRecord, Gate, Outcome, Phase, Trial, Unmet, UrgencyClass, Verdict};
use crate::domain::policy::Policy;
use crate::domain::problem::Problem;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Instant;

/// Refuses `gate_failed` with all that is missing before that phase.
pub(super) fn pass(change: &ChangeRecord, into: Phase, at: &Moment) -> Result<(), Refusal> {
    let problems: Vec<_> = change.fixes.iter().filter_map(|problem| at.desk.problem(*problem)).collect();
    let unmet = unmet(change, into, &Circumstances { policy: at.policy, now: at.now, problems: &problems });
    let Some(first) = unmet.first() else { return Ok(()) };
    let rows: Vec<_> = unmet.iter().map(|row| row.what.as_str()).collect();
    Err(Code::GateFailed.because(format!(
        "{} does not pass {} into {}: {}",
        change.name(),
        first.gate,
        into.said(),
        rows.join("; ")
    )))
}

/// What a gate looks at beside the change itself.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    pub policy: &'a Policy,
    pub now: Instant,
    /// Those whose cause it removes.
    pub problems: &'a [Problem],
}

/// The conditions of the gate before that phase that do not hold; what the verb itself brings along is not asked here.
pub fn unmet(change: &ChangeRecord, into: Phase, at: &Circumstances<'_>) -> Vec<Unmet> {
    let Some(gate) = into.gate() else { return Vec::new() };
    let rows = match gate {
        Gate::Scope => scope(change),
        Gate::Evaluated => evaluated(change),
        Gate::Tested => tested(change, at),
        Gate::Approvable => approvable(change, at),
        Gate::Verified => verified(change),
        Gate::Reviewed => reviewed(change),
    };
    rows.into_iter().map(|what| Unmet { gate, what }).collect()
}

fn scope(change: &ChangeRecord) -> Vec<String> {
    let named = !change.software_items.is_empty() || !change.endpoints.is_empty();
    missing([(
        named,
        "no program and no machine is named that it touches (`tierdesk change plan --software` or `--machine`)",
    )])
}

fn evaluated(change: &ChangeRecord) -> Vec<String> {
    missing([
        (change.risk.is_some(), "the risk is not assessed"),
        (change.plan.is_some(), "there is no plan"),
        (change.rollback_plan.is_some(), "there is no rollback plan"),
    ])
}

/// Tried somewhere, enough of it passed, no critical failure stands, and nothing came of it for a while. Only
/// tries of the present round of testing count, and of several on one machine the newest.
fn tested(change: &ChangeRecord, at: &Circumstances<'_>) -> Vec<String> {
    let gates = match change.urgency_class {
        UrgencyClass::Routine => &at.policy.patch.routine,
        UrgencyClass::Emergency => &at.policy.patch.emergency,
    };
    let latest = change.latest_trials();
    let count = |verdict| latest.iter().filter(|trial| trial.verdict == verdict).count() as i64;
    let (passed, failed) = (count(Verdict::Pass), count(Verdict::Fail));
    let critical = |trial: &&&Trial| trial.critical && trial.verdict == Verdict::Fail;
    let mut rows = Vec::new();
    if passed + failed == 0 {
        rows.push("it was tried on no machine".to_owned());
    } else if 100 * passed < gates.test_pass_pct * (passed + failed) {
        let of = passed + failed;
        rows.push(format!("{passed} of {of} machines passed; at least {} % have to", gates.test_pass_pct));
    }
    rows.extend(latest.iter().filter(critical).map(|trial| format!("it failed critically on {}", trial.on)));
    let ready = change.tried_at().map(|tried| tried + gates.test_soak);
    if let Some(ready) = ready.filter(|ready| *ready > at.now && change.soak_waived.is_none()) {
        rows.push(format!("the last try is watched until {ready}"));
    }
    rows
}

fn approvable(change: &ChangeRecord, at: &Circumstances<'_>) -> Vec<String> {
    let mut rows = match (change.planned_start, change.planned_end) {
        (Some(start), Some(end)) => missing([
            (start < end, "it is planned to end before it begins"),
            (at.now < end, "the time that it was planned for is over"),
        ]),
        _ => vec!["it has no planned beginning and end".to_owned()],
    };
    let over = at.problems.iter().filter(|problem| problem.state.terminal());
    rows.extend(over.map(|it| format!("{} is {} already", it.name(), it.state)));
    rows
}

fn verified(change: &ChangeRecord) -> Vec<String> {
    missing([(change.verification.is_some(), "nobody has said how it was seen that it works")])
}

/// What ended well in all of its parts teaches what its plan said already; everything else is reviewed.
fn reviewed(change: &ChangeRecord) -> Vec<String> {
    let went_well = change.result == Some(Outcome::Successful);
    missing([
        (change.result.is_some(), "it has no result"),
        (went_well || change.pir_note.is_some(), "its review is not written"),
        (
            !change.approved_alone() || change.post_review_by.is_some(),
            "somebody else has yet to look at what its author approved alone",
        ),
    ])
}

fn missing<const N: usize>(conditions: [(bool, &str); N]) -> Vec<String> {
    conditions.iter().filter(|(holds, _)| !holds).map(|(_, what)| (*what).to_owned()).collect()
}
