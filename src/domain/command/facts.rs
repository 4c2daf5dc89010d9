//! What the rules look at, gathered for one record at one moment.

use std::sync::Arc;

use super::{Case, Moment};
use crate::domain::clock::kept::{Clocks, Kept};
use crate::domain::clock::timetable::Timetable;
use crate::domain::clock::{Band, ClockEvent, ClockKind, Status, Timetables};
use crate::domain::fold::Folded;
use crate::domain::incident::State;
use crate::domain::overlap::overlap;
use crate::domain::policy::Policy;
use crate::domain::problem::FixSource;
use crate::domain::role::Discipline;
use crate::domain::task::VendorState;
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};
use crate::domain::trigger::{ClockFacts, Facts, KnownError, Meter, Review, may_fire, thresholds};

/// Everything that rules look at. What needs campaigns or vulnerability data is not known here yet.
pub fn facts(case: &Case, at: &Moment) -> Facts {
    let ticket = case.ticket();
    let alike = |window: Secs| at.desk.alike(ticket, at.now - window);
    let tasks = at.desk.tasks(case.agg);
    // Once that discipline was asked, its answer decides.
    let likely = overlap(ticket, at.desk.around(case), at.policy).map(|overlap| overlap.discipline);
    Facts {
        lateral_declined: declined(&tasks),
        overlap: likely.filter(|likely| !tasks.iter().any(|task| task.discipline == *likely)),
        cluster: Some(alike(at.policy.escalation.triggers.recurrence_within)),
        cluster_burst: Some(alike(at.policy.major.cluster_window)),
        known_error: Some(known_error(ticket, at)),
        ..own(&case.is, at.now, at.desk)
    }
}

/// What the problem of an incident says, while its cause is known and still there.
fn known_error(ticket: &Ticket, at: &Moment) -> KnownError {
    let problem = ticket.problem().and_then(|problem| at.desk.problem(problem));
    let Some(problem) = problem.filter(|problem| problem.state.known()) else { return KnownError::default() };
    KnownError {
        vendor_unfixed: problem.fix_source == FixSource::Vendor,
        workaround_min_tier: problem.workaround.is_some().then_some(problem.workaround_min_tier),
    }
}

/// What the record knows by itself.
pub fn own(is: &Folded<Ticket>, now: Instant, tables: &dyn Timetables) -> Facts {
    let ticket = &is.fields;
    let quiet = quiet_since(is);
    let table = meter(&is.clocks, tables);
    let working = |since: Instant| table.as_ref().map(|table| table.elapsed(since, now));
    let chase = table.as_ref().and_then(|table| chase_limit(is, table));
    Facts {
        response: clock(&is.clocks, ClockKind::Response, now, tables),
        resolution: clock(&is.clocks, ClockKind::Resolution, now, tables),
        ola: clock(&is.clocks, ClockKind::Ola, now, tables),
        major_decided: ticket.major_state.ever_declared() || ticket.parent_major().is_some(),
        reassigned: ticket.reassign_count - is.reassigned_before,
        bounces: is.bounces().into(),
        start_missed: ticket.start_missed,
        updates_missed: updates_missed(&is.clocks),
        since_worklog: working(quiet),
        since_woken: if ticket.woke { working(ticket.state_since) } else { None },
        quiet_since: Some(quiet),
        chase_limit: chase,
        chase_overdue: chase.zip(working(quiet)).is_some_and(|(limit, silent)| silent >= limit),
        review: is.open_escalation().map(|open| Review {
            waited: now - open.proposed_at,
            overdue: open.proposal.review_due.is_some_and(|due| due < now),
        }),
        ..Facts::default()
    }
}

/// A discipline that declined a task, while no other task for it stands.
fn declined(tasks: &[Ticket]) -> Option<Discipline> {
    let stands = |discipline| tasks.iter().any(|task| task.discipline == discipline && task.state != State::Declined);
    tasks.iter().rev().map(|task| task.discipline).find(|discipline| !stands(*discipline))
}

/// The longest silence towards a vendor that owes an answer: three working days.
fn chase_limit(is: &Folded<Ticket>, table: &Timetable) -> Option<Secs> {
    (is.fields.vendor_state == VendorState::Waiting).then(|| Secs(3 * table.calendar().working_day().0))
}

fn clock(clocks: &Clocks, kind: ClockKind, now: Instant, tables: &dyn Timetables) -> Option<ClockFacts> {
    let kept = clocks.last(kind)?;
    let reading = kept.clock.read(now, tables).ok()?;
    Some(ClockFacts {
        elapsed: reading.elapsed,
        target: reading.target,
        warn: reading.band == Band::Warn,
        ever_breached: kept.clock.breached_at.is_some(),
    })
}

/// The hours in which silence is measured: those of the resolution clock, while it runs.
fn meter(clocks: &Clocks, tables: &dyn Timetables) -> Option<Arc<Timetable>> {
    let kept = clocks.last(ClockKind::Resolution).filter(|kept| kept.running())?;
    tables.timetable(kept.clock.in_force().2)
}

/// The newest of: a worklog entry, logging, the end of a pause.
fn quiet_since(is: &Folded<Ticket>) -> Instant {
    let last = is.clocks.last(ClockKind::Resolution);
    let resumed = last.and_then(|kept| {
        let events = kept.clock.events.iter().rev();
        events.filter(|(_, event)| matches!(event, ClockEvent::Resume | ClockEvent::Reopen)).map(|(at, _)| *at).next()
    });
    [is.worked_at, resumed].into_iter().flatten().fold(is.fields.logged_at, Instant::max)
}

/// Update clocks that ran out in a row, up to the newest.
fn updates_missed(clocks: &Clocks) -> i64 {
    let updates = clocks.iter().rev().filter(|kept| kept.clock.kind == ClockKind::Update);
    let counted = updates.filter(|kept| kept.clock.status() != Status::Cancelled);
    counted.take_while(|kept: &&Kept| kept.clock.breached_at.is_some()).count() as i64
}

/// The next instant at which time alone makes a rule true, if nothing else changes. Rules that fired in this stay
/// already are not waited for again.
pub fn next_crossing(is: &Folded<Ticket>, policy: &Policy, now: Instant, tables: &dyn Timetables) -> Option<Instant> {
    let facts = own(is, now, tables);
    let ahead = thresholds(&is.fields, &facts, policy).into_iter();
    let may = |trigger| may_fire(trigger, is.latches.all(), is.visits, facts.quiet_since);
    let new = ahead.filter(|(trigger, ..)| may(*trigger));
    new.filter_map(|(_, of, at)| {
        let (kind, elapsed) = match of {
            Meter::Ola => (ClockKind::Ola, facts.ola?.elapsed),
            Meter::Resolution => (ClockKind::Resolution, facts.resolution?.elapsed),
            Meter::SinceWorklog => (ClockKind::Resolution, facts.since_worklog?),
            Meter::SinceWoken => (ClockKind::Resolution, facts.since_woken?),
        };
        let kept = is.clocks.last(kind).filter(|kept| kept.running())?;
        if at <= elapsed {
            return None;
        }
        tables.timetable(kept.clock.in_force().2)?.add(now, Secs(at.0 - elapsed.0))
    })
    .min()
}
