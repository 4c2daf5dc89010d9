//! What follows from every change of a ticket, whoever makes it: what its clocks do, which demands it answers, and
//! when to look at it again.

use super::{Case, Moment, next_crossing};
use crate::domain::change::{Act, Change};
use crate::domain::clock::course::{Turn, steps};
use crate::domain::escalation::{EscalationKind, StepKind};
use crate::domain::event::RowKind;
use crate::domain::trigger::kept::{Step, What};

/// Adds what follows from a change, as rows of the same event.
pub fn follow(case: &Case, mut change: Change, at: &Moment) -> Change {
    if change.is_empty(case.ticket()) && change.act != Act::Reclock {
        return change;
    }
    for step in steps(&turn(case, &change, at), &case.is.clocks, at.desk) {
        change.rows.push(RowKind::Clock(Box::new(step)));
    }
    let answers = answers(case, &change);
    change.rows.extend(answers);
    let after = case.is.after(&change, &at.by.login, at.now);
    let crossing = next_crossing(&after, at.policy, at.now, at.desk);
    let next = after.clocks.alarm().into_iter().chain(crossing).min().filter(|_| after.fields.state.open());
    // Whoever has just looked has seen all that there was to see by now.
    let next = next.filter(|next| change.act != Act::Watch || *next > at.now);
    if next != after.watch_at {
        change.rows.push(RowKind::Watch { at: next });
    }
    change
}

fn turn<'a>(case: &'a Case, change: &'a Change, at: &Moment<'a>) -> Turn<'a> {
    let was = case.is.created.then_some(case.ticket());
    let told = change.next.last_public_at;
    Turn {
        was,
        is: &change.next,
        moved: was.is_some() && change.rows.iter().any(|row| matches!(row, RowKind::Visit { .. })),
        told: told.is_some() && told != was.and_then(|was| was.last_public_at),
        policy: at.policy,
        now: at.now,
        anew: change.act == Act::Reclock,
    }
}

/// A hand-off answers what the rules demanded or suggested in this stay.
fn answers(case: &Case, change: &Change) -> Vec<RowKind> {
    let hands_off = |row: &RowKind| match row {
        RowKind::Escalation(step) if matches!(step.step, StepKind::Propose | StepKind::Open) => {
            step.proposal.as_ref().is_some_and(|proposal| proposal.kind != EscalationKind::Hierarchical)
        }
        _ => false,
    };
    if !change.rows.iter().any(hands_off) {
        return Vec::new();
    }
    let visit = case.is.visits;
    let open = case.is.latches.of(visit).filter(|latched| latched.open());
    open.map(|latched| RowKind::Trigger(Box::new(Step { trigger: latched.trigger, visit, what: What::Answer })))
        .collect()
}
