//! Clocks of open tickets after the policy, a contract or a calendar changed: what would change, and the work itself
//! in short batches. A job that was cut off goes on with the next command or the next tick of any session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use anyhow::Context;
use chrono::NaiveDate;

use super::in_force::with_contracts;
use super::people::{admin, policy_agg};
use super::tick::system;
use super::{Desk, Error, Receipt};
use crate::domain::change::Act;
use crate::domain::clock::kept::{Clocks, Step};
use crate::domain::clock::timetable::Timetable;
use crate::domain::clock::version::{CalendarId, CalendarVersion};
use crate::domain::clock::{ClockKind, Timetables};
use crate::domain::command::recount::{Correct, follow_policy, steps_under};
use crate::domain::command::{Case, Moment};
use crate::domain::event::{Proof, RowKind};
use crate::domain::id::AggId;
use crate::domain::policy::Policy;
use crate::domain::refusal::Code;
use crate::domain::text::{Label, Reason};
use crate::domain::time::{Instant, Secs};
use crate::store::recount::{Recount, RecountJob};
use crate::store::{Author, Store, Tx};

/// Longest time that the lock is held at once.
const SLICE: Duration = Duration::from_millis(50);
/// Longest time that a command gives to a job which somebody else began.
const PATIENCE: Duration = Duration::from_millis(500);
/// Tickets that are looked up at once.
const PAGE: u32 = 200;

/// Where an open clock stands: what it promises, and when that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    pub target: Secs,
    pub calendar: CalendarId,
    /// Absent while it stands still.
    pub due: Option<Instant>,
    /// When it missed a target, if it did.
    pub missed: Option<Instant>,
}

/// A clock that another policy or calendar puts elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Number of the ticket.
    pub ticket: String,
    pub clock: ClockKind,
    pub before: Stand,
    pub after: Stand,
}

/// What a change does to open clocks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shifts {
    /// Tickets that were looked at.
    pub looked: u64,
    /// Tickets with a clock that changes.
    pub tickets: u64,
    pub clocks: Vec<Shift>,
}

impl Shifts {
    /// Clocks that are due earlier, and later.
    pub fn sooner_and_later(&self) -> (usize, usize) {
        let due = |it: &Shift| it.before.due.zip(it.after.due);
        let count = |is: fn(Instant, Instant) -> bool| {
            self.clocks.iter().filter_map(due).filter(|(before, after)| is(*before, *after)).count()
        };
        (count(|before, after| after < before), count(|before, after| after > before))
    }

    fn add(&mut self, case: &Case, after: &Clocks) {
        self.looked += 1;
        let known = self.clocks.len();
        for kept in case.is.clocks.iter().filter(|kept| kept.live()) {
            let Some(later) = after.get(kept.clock.kind, kept.clock.nth) else { continue };
            let stand = |kept: &crate::domain::clock::kept::Kept| {
                let (target, _, calendar) = kept.clock.in_force();
                let due = kept.due.filter(|_| kept.running());
                Stand { target, calendar, due, missed: kept.clock.breached_at }
            };
            let (before, after) = (stand(kept), stand(later));
            if before != after {
                self.clocks.push(Shift { ticket: case.name(), clock: kept.clock.kind, before, after });
            }
        }
        self.tickets += u64::from(self.clocks.len() > known);
    }

    fn take(&mut self, case: &Case, steps: &[Step], now: Instant) {
        let mut after = case.is.clocks.clone();
        steps.iter().for_each(|step| after.take(step, now));
        self.add(case, &after);
    }
}

/// The calendars of a store and those of a policy that is not in force.
struct Tables<'a> {
    store: &'a Store,
    more: BTreeMap<CalendarId, Arc<Timetable>>,
}

impl<'a> Tables<'a> {
    fn with(store: &'a Store, policy: &Policy) -> Self {
        let more = policy.calendar_versions().into_iter();
        let more = more.map(|version: CalendarVersion| (version.id(), Arc::new(Timetable::new(version.calendar))));
        Self { store, more: more.collect() }
    }
}

impl Timetables for Tables<'_> {
    fn timetable(&self, id: CalendarId) -> Option<Arc<Timetable>> {
        self.more.get(&id).cloned().or_else(|| self.store.timetable(id))
    }
}

/// A correction of a calendar as an admin asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Name of the calendar.
    pub calendar: String,
    /// From the beginning of that day in the calendar's zone.
    pub from: NaiveDate,
    pub reason: Reason,
}

impl Desk {
    /// What another policy would change on the clocks of open tickets.
    pub fn shifts_under(&self, policy: Policy) -> Result<Shifts, Error> {
        let policy = with_contracts(policy, &self.store.contracts()?);
        let (now, tables) = (self.now(), Tables::with(&self.store, &policy));
        self.each_open(|case, shifts| {
            shifts.take(case, &steps_under(case, &policy, now, &tables), now);
        })
    }

    /// What a correction of a calendar would change. Refuses as [`correct_calendar`](Self::correct_calendar).
    pub fn shifts_of_correction(&self, asked: &Correction) -> Result<Shifts, Error> {
        admin(self.person())?;
        let correct = correct(asked, self.policy(), self.store.calendar_versions()?, self.now())?;
        let now = self.now();
        self.each_open(|case, shifts| {
            let policy = self.policy().under(case.ticket().contract.as_ref(), now);
            shifts.take(case, &correct.steps(&case.is.clocks, policy, now, &self.store), now);
        })
    }

    fn each_open(&self, mut take: impl FnMut(&Case, &mut Shifts)) -> Result<Shifts, Error> {
        let (mut shifts, mut after) = (Shifts::default(), 0);
        loop {
            let page = self.store.open_tickets(after, PAGE)?;
            let Some((last, _)) = page.last() else { return Ok(shifts) };
            after = *last;
            for (_, agg) in page {
                if let Some(case) = self.store.case(agg)? {
                    take(&case, &mut shifts);
                }
            }
        }
    }

    /// Counts the time since a day of the past over the present version of a calendar, on open clocks only; an
    /// admin's. The work is left to [`recount`](Self::recount). Refuses `date_invalid` for a day to come, and `not_found`
    /// for a calendar nobody knows.
    pub fn correct_calendar(&mut self, asked: &Correction) -> Result<Receipt, Error> {
        let versions = self.store.calendar_versions()?;
        self.write(|asking, tx, receipt| {
            receipt.act = Act::Correct;
            admin(asking.by)?;
            let correct = correct(asked, asking.policy, versions, asking.now)?;
            let correction = serde_json::to_string(&correct).map_err(anyhow::Error::from)?;
            let author = asking.author();
            tx.queue_recount(&Recount { correction: Some(correction), ..recount(&author, None) })?;
            receipt.tell(true, asked.calendar.clone(), policy_agg());
            Ok(())
        })
    }

    /// Goes on with what is left to do on the clocks of open tickets, to its end. `progress` hears how many tickets
    /// were looked at.
    pub fn recount(&mut self, progress: &mut dyn FnMut(u64)) -> Result<Shifts, Error> {
        let mut shifts = Shifts::default();
        while self.recount_batch(SLICE, &mut shifts)? {
            progress(shifts.looked);
        }
        Ok(shifts)
    }

    /// One batch of somebody else's job, which that one may still be at: no longer than a key may wait.
    pub(super) fn recount_a_while(&mut self) -> Result<(), Error> {
        self.recount_for(Duration::ZERO)
    }

    /// As [`tick`](Self::tick), for a command line: a job that waits gets more than one batch, as nobody is typing.
    pub fn catch_up(&mut self) -> Result<usize, Error> {
        let counted = self.recount_for(PATIENCE);
        if matches!(counted, Err(Error::Store(_))) {
            // Timers would have to wait for the same.
            return counted.map(|()| 0);
        }
        let ticked = self.tick();
        counted.and(ticked)
    }

    /// Batches of what waits until so much time is over; one at least.
    fn recount_for(&mut self, patience: Duration) -> Result<(), Error> {
        if !self.store.recount_waits()? {
            return Ok(());
        }
        let (began, mut shifts) = (Clock::now(), Shifts::default());
        while self.recount_batch(SLICE, &mut shifts)? && began.elapsed() < patience {}
        Ok(())
    }

    /// Some tickets of the job that was queued first, in one transaction; false when there is no job.
    fn recount_batch(&mut self, slice: Duration, shifts: &mut Shifts) -> Result<bool, Error> {
        let now_ms = self.now_ms();
        let mut tx = self.store.begin(now_ms)?;
        let Some(job) = tx.next_recount()? else { return Ok(false) };
        self.in_force.follow(&tx)?;
        let policy = Arc::clone(&self.in_force.policy);
        let work = Work::of(&job, &policy, &mut tx)?;
        let began = Clock::now();
        let mut done = job.done;
        let finished = 'batch: loop {
            let page = tx.open_tickets(done, job.what.contract.as_ref(), PAGE)?;
            if page.is_empty() {
                break true;
            }
            for (rid, agg) in page {
                work.one(agg, &mut tx, shifts)?;
                done = rid;
                if began.elapsed() >= slice {
                    break 'batch false;
                }
            }
        };
        tx.move_recount(&job, (!finished).then_some(done))?;
        tx.commit()?;
        Ok(true)
    }
}

/// A job that follows from what an author has done.
pub(super) fn recount(author: &Author<'_>, contract: Option<&Label>) -> Recount {
    Recount {
        cmd: author.cmd,
        at: author.at,
        actor: author.login.clone(),
        proof: author.proof,
        contract: contract.cloned(),
        correction: None,
    }
}

/// Refuses `not_found`, and `date_invalid` for a day to come.
fn correct(
    asked: &Correction,
    policy: &Policy,
    versions: Vec<CalendarVersion>,
    now: Instant,
) -> Result<Correct, Error> {
    let versions: BTreeSet<_> =
        versions.iter().filter(|version| version.name == asked.calendar).map(CalendarVersion::id).collect();
    if versions.is_empty() {
        let known: Vec<_> = policy.calendars.keys().map(String::as_str).collect();
        let message = format!("there is no calendar `{}`; use one of {}", asked.calendar, known.join(", "));
        return Err(Code::NotFound.because(message).into());
    }
    if asked.from > now.date() {
        let message = format!("{} is still to come; the calendar of the policy holds from when it is set", asked.from);
        return Err(Code::DateInvalid.because(message).into());
    }
    let Correction { calendar, from, reason } = asked.clone();
    Ok(Correct { calendar, versions, from, reason })
}

/// One job in one transaction.
struct Work<'a> {
    job: &'a RecountJob,
    policy: &'a Policy,
    correct: Option<Correct>,
    by: crate::domain::role::User,
}

impl<'a> Work<'a> {
    fn of(job: &'a RecountJob, policy: &'a Policy, tx: &mut Tx<'_>) -> Result<Self, Error> {
        let correct = job.what.correction.as_deref().map(serde_json::from_str::<Correct>).transpose();
        let correct = correct.map_err(|fault| anyhow::Error::new(fault).context("reading a corrected calendar"))?;
        // What follows from a policy is nobody's own doing; a correction is its admin's.
        let by = match &correct {
            Some(correct) => {
                let Recount { actor, .. } = &job.what;
                let lost = || format!("{actor} corrected the calendar {} and is not on record", correct.calendar);
                tx.account(actor)?.with_context(lost)?
            }
            None => system(),
        };
        Ok(Self { job, policy, correct, by })
    }

    fn one(&self, agg: AggId, tx: &mut Tx<'_>, shifts: &mut Shifts) -> Result<(), Error> {
        let Some(case) = tx.case(agg).with_context(|| format!("reading ticket {agg}"))? else { return Ok(()) };
        let Recount { cmd, at, proof, .. } = self.job.what;
        let proof = if self.correct.is_some() { proof } else { Proof::Timer };
        let moment =
            Moment { by: &self.by, rule: true, policy: self.policy, base: self.policy, now: at, cmd, desk: &*tx };
        let change = match &self.correct {
            Some(correct) => correct.change(&case, &moment),
            None => follow_policy(&case, &moment),
        };
        let steps: Vec<Step> = (change.rows.iter())
            .filter_map(|row| if let RowKind::Clock(step) = row { Some((**step).clone()) } else { None })
            .collect();
        shifts.take(&case, &steps, at);
        let author = Author { login: &self.by.login, proof, cmd, at };
        let wrote = tx.append_difference(agg, &case.is, &change, &author);
        wrote.with_context(|| format!("counting the clocks of {} anew", case.name()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
