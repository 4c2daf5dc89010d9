//! Take a command back by a new event that compensates. Earlier values return, rows that it added are void; both
//! stay in the journal.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::react::{REACTIONS_MAX, reaction};
use super::{Case, Moment, follow};
use crate::domain::change::{Act, Change, undoing};
use crate::domain::event::{Body, Event, EventKind, Proof, RowKind, Write};
use crate::domain::field::Fields;
use crate::domain::fold::Course;
use crate::domain::id::{AggId, CmdId, RowId};
use crate::domain::incident::{CancelCode, State};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::ticket::Ticket;

/// A record whose commands can be taken back.
pub trait Undoes: Course {
    fn name(&self) -> String;
    /// The change that takes it out again right after it was logged; its number stays used. `None` if it is out.
    fn taken_out(case: &Case<Self>, at: &Moment) -> Option<Change<Self>>;
    /// What the undo must set beside the earlier values, because some of what stands on them changed since.
    fn mend(_back: &mut Body, _case: &Case<Self>, _at: &Moment) {}
}

/// The body that takes a command back on one record. `events` are all of the record, in order.
///
/// Refuses `not_permitted` for someone else's command, and `undo_blocked` when somebody has since written one of
/// its fields, decided on its escalation, or the record was closed; it names who and what.
pub fn undo<F: Undoes>(case: &Case<F>, events: &[Event], undone: CmdId, at: &Moment) -> Result<Body, Refusal> {
    let position = events.iter().position(|event| event.cmd == undone);
    let position = position.ok_or_else(|| {
        Code::NothingToUndo.because(format!("{} was not changed by that command", case.is.fields.name()))
    })?;
    let event = &events[position];
    // What a rule did with it on this record goes back with what the person did on the other one.
    if event.proof != Some(Proof::Rule) && event.actor != at.by.login && !at.is_supervisor() {
        return Err(at.not_permitted(&format!("{} or a supervisor, to undo it", event.actor)));
    }
    if matches!(event.proof, Some(Proof::Timer | Proof::Import)) {
        return Err(Code::UndoBlocked.because("only what a person did can be undone"));
    }
    // What the rules made of it goes with it.
    let (reactions, later): (Vec<_>, Vec<_>) =
        events[position + 1..].iter().partition(|later| reactions(undone, case.agg).any(|cmd| cmd == later.cmd));
    let bodies = [event].into_iter().chain(reactions).map(|event| event.body.as_ref());
    let bodies: Option<Vec<&Body>> = bodies.collect();
    let bodies = bodies.ok_or_else(|| Code::UndoBlocked.because("what it changed was erased"))?;
    let later = standing(&later, case.agg);
    if event.kind == Some(EventKind::RecordCreated) {
        return unlog(case, (&bodies[1..], &later), undone, at);
    }
    let body = &joined(&bodies);
    if later.iter().any(|event| undoes(event) == Some(undone)) {
        return Err(Code::UndoBlocked.because("it was undone already"));
    }
    for event in later {
        if let Some(what) = event.body.as_ref().and_then(|later| collides(body, later)) {
            let ago = (at.now - event.at).brief();
            return Err(Code::UndoBlocked.because(format!("{} has {what} since, {ago} ago", event.actor)));
        }
    }
    let mut back = undoing(body, undone, &case.is);
    F::mend(&mut back, case, at);
    Ok(back)
}

/// Takes a logged record out again, as raised in error, as long as nobody has touched it. Its number stays used.
fn unlog<F: Undoes>(
    case: &Case<F>,
    (reactions, later): (&[&Body], &[&Event]),
    undone: CmdId,
    at: &Moment,
) -> Result<Body, Refusal> {
    let touched = |event: &&&Event| undoes(event) != Some(undone) && event.proof != Some(Proof::Timer);
    if let Some(event) = later.iter().find(touched) {
        let ago = (at.now - event.at).brief();
        return Err(Code::UndoBlocked
            .because(format!("{} has worked on {} since, {ago} ago", event.actor, case.is.fields.name()))
            .hint("a supervisor can cancel it as raised in error"));
    }
    let change = F::taken_out(case, at).ok_or_else(|| Code::UndoBlocked.because("it was undone already"))?;
    let asked = reactions.iter().flat_map(|body| &body.rows);
    let void = asked.filter(|row| matches!(row.what, RowKind::Escalation(_))).map(|row| row.id).collect();
    Ok(Body { undoes: Some(undone), void, ..change.body(&case.is, at.cmd, case.agg) })
}

impl Undoes for Ticket {
    fn name(&self) -> String {
        Self::name(self)
    }

    fn taken_out(case: &Case, at: &Moment) -> Option<Change> {
        if case.ticket().state == State::Cancelled {
            return None;
        }
        let mut change = Change::of(Act::Undo, case.ticket());
        change.next.state = State::Cancelled;
        change.next.state_since = at.now;
        change.next.cancel_code = Some(CancelCode::RaisedInError);
        change.next.closed_at = Some(at.now);
        change.next.escalation = None;
        change.next.attention_of = None;
        Some(follow(case, change, at))
    }

    fn mend(back: &mut Body, case: &Case, at: &Moment) {
        prioritise(back, case, at);
    }
}

/// Computes the priority from the fields as the undo leaves them: some of what it stands on may have changed since.
/// Under an override that came later, it marks that override for review.
fn prioritise(back: &mut Body, case: &Case, at: &Moment) {
    let before = case.ticket();
    let mut after = before.clone();
    for (name, write) in &back.set {
        after.write(name, &write.to);
    }
    for (sets, present) in [(&back.add, true), (&back.del, false)] {
        for (name, element) in sets.iter().flat_map(|(name, all)| all.iter().map(move |one| (name, one))) {
            after.toggle(name, element, present);
        }
    }
    let restored = after.clone();
    let policy = |ticket: &Ticket| at.under(ticket.contract.as_ref()).policy;
    after.recompute_priority(before.assessed_priority(policy(before)), policy(&restored));
    let override_returns = ["priority_override", "override_review"].iter().any(|name| back.set.contains_key(*name));
    if override_returns && after.priority_override.is_some() {
        return;
    }
    for (name, _) in after.differing(&restored) {
        let [from, to] = [before, &after].map(|fields| fields.read(name).expect("a field of its own table"));
        back.set.insert(name.to_owned(), Write { from, to, seen: case.is.seen(name) });
    }
}

fn undoes(event: &Event) -> Option<CmdId> {
    event.body.as_ref()?.undoes
}

/// The identities of what the rules can have made of a command.
fn reactions(cmd: CmdId, agg: AggId) -> impl Iterator<Item = CmdId> {
    (0..REACTIONS_MAX).map(move |n| reaction(cmd, agg, n))
}

/// Several bodies that followed each other as one.
fn joined(bodies: &[&Body]) -> Body {
    let mut all = Body::default();
    for body in bodies {
        for (name, write) in &body.set {
            match all.set.get_mut(name) {
                Some(earlier) => earlier.to.clone_from(&write.to),
                None => drop(all.set.insert(name.clone(), write.clone())),
            }
        }
        for (sets, into) in [(&body.add, &mut all.add), (&body.del, &mut all.del)] {
            for (name, elements) in sets {
                into.entry(name.clone()).or_default().extend(elements.iter().cloned());
            }
        }
        all.rows.extend(body.rows.iter().cloned());
        all.void.extend(&body.void);
        all.restore.extend(&body.restore);
    }
    all
}

/// Later events that still count: a command and the undo that took it back cancel out.
fn standing<'a>(later: &[&'a Event], agg: AggId) -> Vec<&'a Event> {
    let (mut undone, mut standing) = (HashSet::new(), Vec::new());
    for event in later.iter().copied().rev() {
        if undone.contains(&event.cmd) {
            continue;
        }
        match undoes(event).filter(|cmd| later.iter().any(|event| event.cmd == *cmd)) {
            Some(cmd) => {
                undone.insert(cmd);
                undone.extend(reactions(cmd, agg));
            }
            None => standing.push(event),
        }
    }
    standing.reverse();
    standing
}

/// What a later event touched that the undo would write over, as what its author has done.
fn collides(undone: &Body, later: &Body) -> Option<String> {
    let closed = later.set.get("state").is_some_and(|write| write.to == State::Closed.word());
    if closed {
        return Some("closed it".to_owned());
    }
    let set = undone.set.keys().find(|name| later.set.contains_key(*name));
    let toggled = || [&undone.add, &undone.del].into_iter().find_map(|sets| toggled(sets, later));
    if let Some(name) = set.or_else(toggled) {
        return Some(format!("changed the {}", name.replace('_', " ")));
    }
    let shared = !escalations(undone).is_disjoint(&escalations(later));
    shared.then(|| "changed the escalation".to_owned())
}

/// The escalations that an event opens or takes a step in.
fn escalations(body: &Body) -> BTreeSet<RowId> {
    let steps = body.rows.iter().filter_map(|row| match &row.what {
        RowKind::Escalation(step) => Some(step.esc),
        _ => None,
    });
    steps.collect()
}

/// The first of these sets of which the later event added or removed a same element.
fn toggled<'a>(sets: &'a BTreeMap<String, Vec<String>>, later: &Body) -> Option<&'a String> {
    let touched = |name: &str, one: &String| {
        [&later.add, &later.del].iter().any(|sets| sets.get(name).is_some_and(|elements| elements.contains(one)))
    };
    sets.iter().find(|(name, elements)| elements.iter().any(|one| touched(name, one))).map(|(name, _)| name)
}
