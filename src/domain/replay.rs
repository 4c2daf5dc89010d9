//! One record's history under another policy: the same course of work, other promises and other rules.
//!
//! What people did and when is taken as it was; so are moves that a rule made at the time. What is found anew: targets,
//! calendars, pauses, what ran out, and which rules would have fired. Rules that count other records (TR09, and the
//! cluster of TR27), look at its tasks (TR14) or need data that is not here say nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::clock::course::{Turn, marks, steps};
use super::clock::kept::{Clocks, Step};
use super::clock::{ClockKind, Status, Timetables};
use super::command::{next_crossing, own};
use super::event::{Event, RowKind};
use super::fold::Folded;
use super::id::CmdId;
use super::policy::Policy;
use super::text::Login;
use super::ticket::Ticket;
use super::time::Instant;
use super::trigger::kept::{Latches, Step as Fired};
use super::trigger::{Trigger, fires, judge};

/// Most instants at which time alone is looked at between two events; a guard, not a limit that is met.
const LOOKS_MAX: usize = 1_000;

/// What a policy makes of one record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Clocks of each kind that were started and not cancelled, and how many of them ran out.
    pub clocks: BTreeMap<ClockKind, (u32, u32)>,
    /// Rules that fired, each as often as it did.
    pub rules: BTreeMap<Trigger, u32>,
}

impl Outcome {
    fn of(clocks: &Clocks, latches: &Latches) -> Self {
        let mut outcome = Self::default();
        for clock in clocks.iter().map(|kept| &kept.clock).filter(|clock| clock.status() != Status::Cancelled) {
            let (started, missed) = outcome.clocks.entry(clock.kind).or_default();
            *started += 1;
            *missed += u32::from(clock.breached_at.is_some());
        }
        for latched in latches.all() {
            *outcome.rules.entry(latched.trigger).or_default() += 1;
        }
        outcome
    }

    /// As it is on record.
    pub fn recorded(is: &Folded<Ticket>) -> Self {
        Self::of(&is.clocks, &is.latches)
    }

    pub fn missed(&self, kind: ClockKind) -> u32 {
        self.clocks.get(&kind).map_or(0, |(_, missed)| *missed)
    }

    /// Adds another record's.
    pub fn add(&mut self, other: &Self) {
        for (kind, (started, missed)) in &other.clocks {
            let sum = self.clocks.entry(*kind).or_default();
            *sum = (sum.0 + started, sum.1 + missed);
        }
        for (trigger, n) in &other.rules {
            *self.rules.entry(*trigger).or_default() += n;
        }
    }
}

/// Goes through a record's events, in their order, under a policy, up to an instant.
pub fn replay(events: &[Event], base: &Policy, tables: &dyn Timetables, until: Instant) -> Outcome {
    let undone = undone(events);
    let mut replay = Replay { is: Folded::default(), base, tables, system: Login::system() };
    let stands =
        |event: &&Event| !undone.contains(&event.cmd) && event.body.as_ref().is_some_and(|body| body.undoes.is_none());
    for event in events.iter().filter(stands) {
        replay.pass_time(event.at);
        replay.take(event);
    }
    replay.pass_time(until);
    Outcome::recorded(&replay.is)
}

/// Commands that were taken back; an undo that was itself taken back counts for nothing.
fn undone(events: &[Event]) -> HashSet<CmdId> {
    let mut undone = HashSet::new();
    for event in events.iter().rev() {
        if let Some(cmd) = event.body.as_ref().and_then(|body| body.undoes).filter(|_| !undone.contains(&event.cmd)) {
            undone.insert(cmd);
        }
    }
    undone
}

struct Replay<'a> {
    /// The record as it was, with the clocks and the rules of this policy.
    is: Folded<Ticket>,
    base: &'a Policy,
    tables: &'a dyn Timetables,
    system: Login,
}

impl<'a> Replay<'a> {
    fn policy(&self, at: Instant) -> &'a Policy {
        self.base.under(self.is.fields.contract.as_ref(), at)
    }

    /// Lets time pass: clocks run out, and rules that look at them fire, each at its own instant.
    fn pass_time(&mut self, until: Instant) {
        for _ in 0..LOOKS_MAX {
            let Some(at) = self.is.watch_at.filter(|at| *at <= until) else { return };
            self.clock_steps(marks(&self.is.clocks, at, self.tables), at);
            self.look(at);
            self.is.watch_at = self.is.watch_at.filter(|next| *next > at);
        }
    }

    fn take(&mut self, event: &Event) {
        let was = self.is.fields.clone();
        let created = self.is.created;
        let (clocks, latches) = (self.is.clocks.clone(), self.is.latches.clone());
        self.is.take(event);
        (self.is.clocks, self.is.latches) = (clocks, latches);
        let policy = self.policy(event.at);
        if self.is.fields.priority_override.is_none() {
            self.is.fields.priority = self.is.fields.computed_priority(policy);
        }
        let body = event.body.as_ref();
        let moved = body.is_some_and(|body| body.rows.iter().any(|row| matches!(row.what, RowKind::Visit { .. })));
        let told = self.is.fields.last_public_at;
        let turn = Turn {
            was: created.then_some(&was),
            is: &self.is.fields,
            moved: moved && created,
            told: told.is_some() && told != was.last_public_at,
            policy,
            now: event.at,
            anew: false,
        };
        let steps = steps(&turn, &self.is.clocks, self.tables);
        self.clock_steps(steps, event.at);
        self.look(event.at);
    }

    fn clock_steps(&mut self, steps: Vec<Step>, at: Instant) {
        for step in steps {
            self.is.clocks.take(&step, at);
        }
    }

    /// Which rules fire now, and when to look again.
    fn look(&mut self, at: Instant) {
        let policy = self.policy(at);
        let judged = judge(&self.is.fields, &own(&self.is, at, self.tables), policy);
        for judged in fires(&judged, self.is.latches.all(), self.is.visits) {
            self.is.latches.take(&Fired::fire(&judged, self.is.visits), &self.system, at);
        }
        let open = self.is.fields.state.open();
        let crossing = next_crossing(&self.is, policy, at, self.tables);
        self.is.watch_at = self.is.clocks.alarm().into_iter().chain(crossing).min().filter(|_| open);
    }
}

/// Rules that a replay cannot judge, because they count other records or need other data.
pub fn silent() -> BTreeSet<Trigger> {
    use Trigger::*;
    BTreeSet::from([Tr09, Tr10, Tr14, Tr19, Tr20, Tr24, Tr28, Tr29, Tr30])
}
