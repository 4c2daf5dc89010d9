//! Take a command back by a new event that compensates. Earlier values return, rows that it added are void; both
//! stay in the journal.

use super::{Case, Moment};
use crate::domain::change::undoing;
use crate::domain::event::{Body, Event, EventKind, Proof, RowKind};
use crate::domain::id::CmdId;
use crate::domain::refusal::{Code, Refusal};

/// The body that takes a command back on one record. `events` are all of the record, in order.
///
/// Refuses `not_permitted` for someone else's command, and `undo_blocked` when somebody has since written one of
/// its fields, decided on its escalation, or the record was closed; it names who and what.
pub fn undo(case: &Case, events: &[Event], undone: CmdId, at: &Moment) -> Result<Body, Refusal> {
    let position = events.iter().position(|event| event.cmd == undone);
    let position = position
        .ok_or_else(|| Code::NothingToUndo.because(format!("{} was not changed by that command", case.name())))?;
    let event = &events[position];
    if event.actor != at.by.login && !at.is_supervisor() {
        return Err(at.not_permitted(&format!("{} or a supervisor, to undo it", event.actor)));
    }
    if matches!(event.proof, Some(Proof::Timer | Proof::Import)) {
        return Err(Code::UndoBlocked.because("only what a person did can be undone"));
    }
    let body = event.body.as_ref().ok_or_else(|| Code::UndoBlocked.because("what it changed was erased"))?;
    if event.kind == Some(EventKind::RecordCreated) {
        return Err(Code::UndoBlocked
            .because(format!("{} was logged by it and cannot be unlogged", case.name()))
            .hint("a supervisor can cancel it as raised in error"));
    }
    let later = &events[position + 1..];
    if later.iter().any(|event| event.body.as_ref().is_some_and(|body| body.undoes == Some(undone))) {
        return Err(Code::UndoBlocked.because("it was undone already"));
    }
    for event in later {
        if let Some(what) = event.body.as_ref().and_then(|later| collides(body, later)) {
            let ago = (at.now - event.at).brief();
            return Err(Code::UndoBlocked.because(format!("{} has changed {what} since, {ago} ago", event.actor)));
        }
    }
    Ok(undoing(body, undone, &case.is))
}

/// What a later event touched that the undo would write over.
fn collides(undone: &Body, later: &Body) -> Option<String> {
    let field = undone.set.keys().find(|name| later.set.contains_key(*name));
    if let Some(name) = field {
        return Some(format!("the {}", name.replace('_', " ")));
    }
    let step = |body: &Body| {
        body.rows.iter().find_map(|row| match &row.what {
            RowKind::Escalation(step) => Some(step.esc),
            _ => None,
        })
    };
    let escalation = step(undone)?;
    (step(later) == Some(escalation)).then(|| "the escalation".to_owned())
}
