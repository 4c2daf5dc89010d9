//! The fold: the state of an aggregate as a pure function of the set of its events.
//!
//! Sort by (hlc, origin, seq), look at redactions and voided rows first, then take every event. A fold never fails
//! and never ignores: what crossed with another write is settled by the class of its field and kept as a conflict.
//! [`Folded::take`] is also the fast path for an event that sorts last; both give the same rows.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::change::{Act, Change};
use super::clock::kept::Clocks;
use super::escalation::Escalation;
use super::event::{BODY_VERSION, Body, Event, EventKind, Proof, RowKind, Stamp, Target, Write};
use super::field::{Class, Fields};
use super::id::{OriginId, RowId};
use super::incident::Visibility;
use super::role::{Discipline, Tier};
use super::text::Login;
use super::ticket::Ticket;
use super::time::Instant;
use super::trigger::kept::Latches;

/// Name under which state, tier and open escalation share one write counter.
const COURSE: &str = "course";

/// A worklog entry as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worklog {
    pub id: RowId,
    /// Position of the event it came with, and which of its rows it was.
    pub pos: i64,
    pub nth: usize,
    pub at: Instant,
    pub actor: Login,
    pub vis: Visibility,
    pub text: String,
}

/// A write that lost, kept until a person ticks it off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The event whose write lost, or won over one it had not seen.
    pub origin: OriginId,
    pub seq: i64,
    pub field: String,
    pub kept: String,
    pub lost: String,
    pub acked: bool,
}

/// What only tickets fold: course steps decide over them.
pub trait Course: Fields {
    /// Attention the record gets as it stands; aggregates without a course have none.
    fn attention(&self) -> u8 {
        0
    }
    /// May a *take* own it now?
    fn free(&self) -> bool {
        true
    }
    /// Reassignments by a person, since logging.
    fn reassigned(&self) -> i64 {
        0
    }
    /// The loser of a double take stays as watcher.
    fn watch(&mut self, _who: &Login) {}
}

impl Course for Ticket {
    fn attention(&self) -> u8 {
        Self::attention(self)
    }
    fn free(&self) -> bool {
        self.assignee.is_none()
    }
    fn reassigned(&self) -> i64 {
        self.reassign_count
    }
    fn watch(&mut self, who: &Login) {
        self.watchers.insert(who.clone());
    }
}

impl Course for super::person::UserFields {}
impl Course for super::person::ContactFields {}
impl Course for super::person::PolicyFields {}

/// The state of an aggregate, with the bookkeeping that the next event needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Folded<F> {
    pub fields: F,
    pub escalations: Vec<Escalation>,
    pub conflicts: Vec<Conflict>,
    /// Worklogs this fold took; the fast path starts without the earlier ones.
    pub worklogs: Vec<Worklog>,
    /// Writes per field since creation; absent means none.
    pub writes: BTreeMap<String, u32>,
    /// Its clocks, in the order in which they were started.
    pub clocks: Clocks,
    /// Rules that fired, each with what became of it.
    pub latches: Latches,
    /// The next instant at which time alone changes a clock or makes a rule true.
    pub watch_at: Option<Instant>,
    /// Newest worklog entry.
    pub worked_at: Option<Instant>,
    /// Reassignments before the present stay in a tier began.
    pub reassigned_before: i64,
    /// Stays in a tier, and which (tier, discipline) pairs they were, as bits.
    pub visits: u32,
    pub visited: u16,
    /// Number of folded events: the optimistic lock.
    pub rev: u32,
    pub last: Option<Stamp>,
    /// Time of the newest event, by its author's clock.
    pub at: Instant,
    /// Its `record.created` has arrived.
    pub created: bool,
    /// Has events of a newer version, or values that this one cannot read.
    pub partial: bool,
}

/// Stays beyond the first in each (tier, discipline): how often the record went back and forth.
pub const fn bounces(visits: u32, visited: u16) -> u32 {
    visits.saturating_sub(visited.count_ones())
}

/// The bit of a (tier, discipline) pair in [`Folded::visited`].
pub const fn visit_bit(tier: Tier, discipline: Discipline) -> u16 {
    1 << ((tier.n() as u16 - 1) * 3 + discipline as u16)
}

/// Folds all events of one aggregate, in any order and with any repetition.
pub fn fold<F: Course>(events: &[Event]) -> Folded<F> {
    let mut order: Vec<&Event> = events.iter().collect();
    order.sort_by_key(|event| event.stamp);
    order.dedup_by_key(|event| event.stamp);
    let hidden = hidden(&order);
    let bodies: Vec<Option<&Body>> =
        order.iter().map(|event| hidden.body(event.stamp).or(event.body.as_ref())).collect();
    let void = voided(&order, &bodies);
    let (folded, crossed) = pass(&order, &bodies, Pass::over(&void));
    if !crossed {
        return folded;
    }
    // Seldom: somewhere a course step crossed another, and it counts what its author saw. Once more, remembering.
    pass(&order, &bodies, Pass { past: Some(Vec::new()), ..Pass::over(&void) }).0
}

fn pass<'a, F: Course>(order: &[&'a Event], bodies: &[Option<&'a Body>], mut pass: Pass<'a, F>) -> (Folded<F>, bool) {
    let mut folded = Folded::default();
    let mut timers = HashSet::new();
    for (event, body) in order.iter().zip(bodies) {
        let again = event.proof == Some(Proof::Timer) && !timers.insert(event.cmd);
        folded.step(event, if again { None } else { *body }, again, &mut pass);
    }
    (folded, pass.crossed)
}

/// What one pass over the events of an aggregate keeps in mind.
struct Pass<'a, F> {
    /// Rows that an undo took back, and where it stands.
    void: &'a BTreeMap<RowId, Stamp>,
    /// Rows that were added already.
    taken: HashSet<RowId>,
    /// The record as it stood before each course step, if this pass remembers it.
    past: Option<Vec<(F, Vec<Escalation>)>>,
    /// A course step came that had not seen an earlier one.
    crossed: bool,
}

impl<'a, F> Pass<'a, F> {
    fn over(void: &'a BTreeMap<RowId, Stamp>) -> Self {
        Self { void, taken: HashSet::new(), past: None, crossed: false }
    }
}

/// Replacement bodies by the event they hide, each with the place of its order.
///
/// Nobody has seen what comes later, so a redaction and an undo reach back only. That also keeps the fast path whole:
/// an event that sorts last stands as it is.
struct Hidden<'a>(BTreeMap<(OriginId, i64), Vec<(Stamp, &'a Body)>>);

impl<'a> Hidden<'a> {
    /// What stands in for the body of an event; of several orders the first.
    fn body(&self, target: Stamp) -> Option<&'a Body> {
        let orders = self.0.get(&(target.origin, target.seq))?;
        orders.iter().find(|(order, _)| *order > target).map(|(_, body)| *body)
    }
}

fn hidden<'a>(order: &[&'a Event]) -> Hidden<'a> {
    let mut hidden: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in order {
        let body = event.body.as_ref().filter(|_| event.kind == Some(EventKind::EventRedacted));
        if let Some(Target { origin, seq, replacement: Some(body), .. }) = body.and_then(|b| b.target.as_ref()) {
            hidden.entry((*origin, *seq)).or_default().push((event.stamp, &**body));
        }
    }
    Hidden(hidden)
}

/// The writes of a body that are steps of the record's course.
fn course_writes<F: Course>(body: &Body) -> impl Iterator<Item = (&str, &Write)> {
    let course = body.set.iter().filter(|(name, _)| F::class(name) == Some(Class::Course));
    course.map(|(name, write)| (name.as_str(), write))
}

fn voided(order: &[&Event], bodies: &[Option<&Body>]) -> BTreeMap<RowId, Stamp> {
    let mut void = BTreeMap::new();
    for (event, body) in order.iter().zip(bodies) {
        let Some(body) = body else { continue };
        void.extend(body.void.iter().map(|row| (*row, event.stamp)));
        for row in &body.restore {
            void.remove(row);
        }
    }
    void
}

/// The event that a row came with.
struct Source<'a> {
    pos: i64,
    actor: &'a Login,
    at: Instant,
}

impl<F: Course> Folded<F> {
    /// Takes an event that stands alone and sorts after all taken so far: the fast path.
    pub fn take(&mut self, event: &Event) {
        self.step(event, event.body.as_ref(), false, &mut Pass::over(&BTreeMap::new()));
    }

    /// Can [`take`](Self::take) be used for this event? Not for one that changes how others are folded, nor for a
    /// timer, of which a copy may have been folded, nor for a course step that crossed another.
    pub fn takes(&self, event: &Event) -> bool {
        let alone = event.kind != Some(EventKind::EventRedacted) && event.proof != Some(Proof::Timer);
        let plain = event.body.as_ref().is_none_or(|body| {
            let crossed = course_writes::<F>(body).any(|(_, write)| write.seen < self.writes_of(COURSE));
            body.void.is_empty() && body.restore.is_empty() && !crossed
        });
        plain && alone && self.last.is_none_or(|last| last < event.stamp)
    }

    fn step(&mut self, event: &Event, body: Option<&Body>, again: bool, pass: &mut Pass<'_, F>) {
        self.rev += 1;
        self.last = Some(event.stamp);
        self.at = event.at;
        let known = event.kind.is_some() && event.ver <= BODY_VERSION;
        let Some(body) = body.filter(|_| known) else {
            self.partial |= !again && !known;
            return;
        };
        match event.kind {
            Some(EventKind::RecordCreated) => {
                self.created = true;
                self.write_all(event, body, true, pass);
            }
            Some(EventKind::RecordChanged) => self.write_all(event, body, false, pass),
            Some(EventKind::ConflictAcked) => self.ack(body),
            _ => {}
        }
    }

    fn ack(&mut self, body: &Body) {
        let Some(target) = &body.target else { return };
        for conflict in &mut self.conflicts {
            let meant = conflict.origin == target.origin && conflict.seq == target.seq;
            conflict.acked |= meant && target.field.as_ref().is_none_or(|field| *field == conflict.field);
        }
    }

    fn write_all(&mut self, event: &Event, body: &Body, creating: bool, pass: &mut Pass<'_, F>) {
        let step = self.course_step(event, body, creating, pass);
        for (name, write) in &body.set {
            match F::class(name) {
                None => self.partial = true,
                Some(Class::Course | Class::Follows) if !step => {}
                Some(Class::Course) => self.write(name, &write.to),
                Some(Class::Follows) => {
                    self.count_write(name, creating);
                    self.write(name, &write.to);
                }
                Some(Class::Owner) => self.own(event, body, (name, write), step, creating),
                Some(Class::Scalar) => self.write_scalar(event, name, write, creating),
                Some(Class::Earliest) => self.write_instant(name, write, creating, i64::lt),
                Some(Class::Latest) => self.write_instant(name, write, creating, i64::gt),
                Some(Class::Set | Class::Counter) => self.partial = true,
            }
        }
        for (sets, present) in [(&body.add, true), (&body.del, false)] {
            for (name, elements) in sets {
                for element in elements {
                    self.partial |= self.fields.toggle(name, element, present) != Some(true);
                }
            }
        }
        let from = Source { pos: event.pos, actor: &event.actor, at: event.at };
        for (nth, row) in body.rows.iter().enumerate() {
            let void = pass.void.get(&row.id).is_some_and(|undo| *undo > event.stamp);
            if void || !pass.taken.insert(row.id) || row.what.guarded() && !step {
                continue;
            }
            self.add_row(&from, nth, row.id, &row.what);
        }
    }

    /// Does the course part of this event take effect? One whose author had seen every earlier step does; one that
    /// crossed does only if it asks for more attention than the record has, and then goes on from what its author saw.
    fn course_step(&mut self, event: &Event, body: &Body, creating: bool, pass: &mut Pass<'_, F>) -> bool {
        let Some(seen) = course_writes::<F>(body).map(|(_, write)| write.seen).min() else { return true };
        let before = self.writes_of(COURSE);
        self.count_write(COURSE, creating);
        if let Some(past) = pass.past.as_mut().filter(|_| !creating) {
            past.push((self.fields.clone(), self.escalations.clone()));
        }
        if before <= seen {
            return true;
        }
        pass.crossed = true;
        let base = pass.past.as_ref().and_then(|past| past.get(seen as usize)).cloned();
        let (base, escalations) = base.unwrap_or_else(|| (self.fields.clone(), Vec::new()));
        let mut after = self.with_course_of(&base);
        for (name, write) in course_writes::<F>(body) {
            after.write(name, &write.to);
        }
        let wins = after.attention() > self.fields.attention();
        self.course_conflicts(event, body, &base, &after, wins);
        if wins {
            self.fields = self.with_course_of(&base);
            self.reopen(&escalations);
        }
        wins
    }

    /// These fields with the course, and what follows it, of an earlier state.
    fn with_course_of(&self, earlier: &F) -> F {
        let mut fields = self.fields.clone();
        for (name, class) in F::ALL {
            if matches!(class, Class::Course | Class::Follows) {
                fields.write(name, &earlier.read(name).unwrap_or_default());
            }
        }
        fields
    }

    /// Proposals that were waiting wait again: the step that ended them did not stand.
    fn reopen(&mut self, earlier: &[Escalation]) {
        for waiting in earlier.iter().filter(|escalation| escalation.is_open()) {
            if let Some(now) = self.escalations.iter_mut().find(|escalation| escalation.id == waiting.id) {
                now.clone_from(waiting);
            }
        }
    }

    /// Keeps both values of every course field on which two steps that crossed do not agree.
    fn course_conflicts(&mut self, event: &Event, body: &Body, base: &F, after: &F, wins: bool) {
        for (name, _) in F::ALL.iter().filter(|(_, class)| *class == Class::Course) {
            let [now, seen, new] = [&self.fields, base, after].map(|fields| fields.read(name).unwrap_or_default());
            let written = body.set.contains_key(*name);
            if wins && now != seen && now != new {
                self.conflict(event, name, &new, &now);
            } else if !wins && written && now != new {
                self.conflict(event, name, &now, &new);
            }
        }
    }

    fn write_scalar(&mut self, event: &Event, name: &str, write: &Write, creating: bool) {
        if self.writes_of(name) > write.seen {
            let lost = self.fields.read(name).unwrap_or_default();
            if lost != write.to {
                self.conflict(event, name, &write.to, &lost);
            }
        }
        self.count_write(name, creating);
        self.write(name, &write.to);
    }

    /// Instants that crossed: the one `before` the other stands, and nobody need be told.
    fn write_instant(&mut self, name: &str, write: &Write, creating: bool, before: fn(&i64, &i64) -> bool) {
        let crossed = self.writes_of(name) > write.seen;
        self.count_write(name, creating);
        let held = self.fields.read(name).as_ref().and_then(Value::as_i64).filter(|_| crossed);
        let keeps = held.is_some_and(|held| write.to.as_i64().is_none_or(|new| !before(&new, &held)));
        if !keeps {
            self.write(name, &write.to);
        }
    }

    /// Ownership: a *take* wins only a free record, a release rides with its course step, else the later stands.
    fn own(&mut self, event: &Event, body: &Body, (name, write): (&str, &Write), step: bool, creating: bool) {
        let held = self.fields.read(name).unwrap_or_default();
        let crossed = self.writes_of(name) > write.seen;
        self.count_write(name, creating);
        let claim = body.act == Act::Take.word();
        if claim && crossed && !self.fields.free() {
            if held != write.to {
                self.conflict(event, name, &held, &write.to);
                self.fields.watch(&event.actor);
            }
            return;
        }
        if (claim || write.to.is_null()) && !step {
            return;
        }
        if crossed && held != write.to {
            self.conflict(event, name, &write.to, &held);
        }
        self.write(name, &write.to);
    }

    fn add_row(&mut self, event: &Source<'_>, nth: usize, id: RowId, what: &RowKind) {
        match what {
            RowKind::Worklog(entry) => {
                self.worked_at = self.worked_at.max(Some(event.at));
                self.worklogs.push(Worklog {
                    id,
                    pos: event.pos,
                    nth,
                    at: event.at,
                    actor: event.actor.clone(),
                    vis: entry.vis,
                    text: entry.text.clone(),
                });
            }
            RowKind::Count { of, n } => self.partial |= !self.fields.count(of, *n),
            RowKind::Clock(step) => self.clocks.take(step, event.at),
            RowKind::Trigger(step) => self.latches.take(step, event.actor, event.at),
            RowKind::Watch { at } => self.watch_at = *at,
            RowKind::Visit { tier, discipline } => {
                self.reassigned_before = self.fields.reassigned();
                self.visits = self.visits.saturating_add(1);
                self.visited |= visit_bit(*tier, *discipline);
            }
            RowKind::Escalation(step) => match self.escalations.iter_mut().find(|esc| esc.id == step.esc) {
                Some(escalation) => escalation.take(step, event.actor, event.at),
                None => self.escalations.extend(Escalation::begun(step, event.actor, event.at)),
            },
            RowKind::Unknown => self.partial = true,
        }
    }

    /// How it will stand after a change that is about to be written.
    pub fn after(&self, change: &Change<F>, actor: &Login, at: Instant) -> Self {
        let mut after = Self { fields: change.next.clone(), worklogs: Vec::new(), created: true, ..self.clone() };
        let from = Source { pos: 0, actor, at };
        for (nth, row) in change.rows.iter().enumerate() {
            after.add_row(&from, nth, RowId::derived(&[b"not written yet"]), row);
        }
        after
    }

    fn write(&mut self, name: &str, value: &Value) {
        self.partial |= self.fields.write(name, value) != Some(true);
    }

    fn writes_of(&self, name: &str) -> u32 {
        self.writes.get(name).copied().unwrap_or(0)
    }

    /// Writes are counted since creation: nobody can have missed that one.
    fn count_write(&mut self, name: &str, creating: bool) {
        if !creating {
            *self.writes.entry(name.to_owned()).or_insert(0) += 1;
        }
    }

    fn conflict(&mut self, event: &Event, field: &str, kept: &Value, lost: &Value) {
        self.conflicts.push(Conflict {
            origin: event.stamp.origin,
            seq: event.stamp.seq,
            field: field.to_owned(),
            kept: plain(kept),
            lost: plain(lost),
            acked: false,
        });
    }

    /// How many earlier writes of a field this state has folded: what a new write has seen.
    pub fn seen(&self, name: &str) -> u32 {
        self.writes_of(if F::class(name) == Some(Class::Course) { COURSE } else { name })
    }

    pub const fn bounces(&self) -> u32 {
        bounces(self.visits, self.visited)
    }

    /// The escalation that waits for a decision.
    pub fn open_escalation(&self) -> Option<&Escalation> {
        self.escalations.iter().find(|escalation| escalation.is_open())
    }
}

/// A value as people read it.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod merge;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub mod world;
