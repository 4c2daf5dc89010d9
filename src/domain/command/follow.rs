//! What follows from every change of a ticket, whoever makes it: what its clocks do, and when to look at it again.

use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::clock::course::{Turn, steps};
use crate::domain::event::RowKind;
use crate::domain::ticket::Ticket;

/// Adds what the change does to the record's clocks, and the next instant at which time alone changes something.
pub fn follow(case: &Case, mut change: Change, at: &Moment) -> Change {
    if change.is_empty(case.ticket()) {
        return change;
    }
    for step in steps(&turn(case, &change, at), &case.is.clocks, at.desk) {
        change.rows.push(RowKind::Clock(Box::new(step)));
    }
    let after = case.is.after(&change, &at.by.login, at.now);
    // Whoever has just looked has seen all that there was to see by now.
    let next = after.next_watch().filter(|next| change.act != Act::Watch || *next > at.now);
    if next != case.is.watch_at {
        change.rows.push(RowKind::Watch { at: next });
    }
    change
}

fn turn<'a>(case: &'a Case, change: &'a Change, at: &Moment<'a>) -> Turn<'a> {
    let was = case.is.created.then_some(case.ticket());
    Turn {
        was,
        is: &change.next,
        moved: was.is_some() && change.rows.iter().any(|row| matches!(row, RowKind::Visit { .. })),
        told: was
            .map_or(change.next.last_public_at, |was: &Ticket| {
                change.next.last_public_at.filter(|told| was.last_public_at != Some(*told))
            })
            .is_some(),
        policy: at.policy,
        now: at.now,
        anew: false,
    }
}
