//! Why the clocks of a record stand where they stand, and what they would come to: each with its working, who did
//! what to it and why, as the journal of the record says.
//!
//! Read `cause` (which event carried a step), `stay` (time in each tier), then `words` (all of it in sentences, the
//! same for every surface) and `json`.

pub mod cause;
pub mod json;
pub mod stay;
pub mod words;

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::app::{Desk, Error};
use crate::domain::clock::explain::{Step, explain};
use crate::domain::clock::kept::{Clocks, Kept, Step as Written, StepKind};
use crate::domain::clock::read::Reading;
use crate::domain::clock::version::CalendarId;
use crate::domain::clock::whatif::{If, Outcome, outcomes};
use crate::domain::clock::{Band, Clock, ClockKind, Status, Timetables};
use crate::domain::command::Case;
use crate::domain::event::Event;
use crate::domain::id::AggId;
use crate::domain::priority::Priority;
use crate::domain::refusal::Code;
use crate::domain::role::Tier;
use crate::domain::text::Login;
use crate::domain::time::{Instant, Secs};
use cause::{Cause, Source, sources};

/// The clocks of a record and what is behind them.
#[derive(Debug, Clone)]
pub struct Why {
    pub name: String,
    pub title: String,
    pub priority: Priority,
    /// The priority was set by hand, so that urgency does not move it.
    pub overridden: bool,
    pub now: Instant,
    /// Of the record's contract, or of the desk: all times are told in it.
    pub zone: Tz,
    /// In the order response, resolution, update, tiers; each kind as they began.
    pub clocks: Vec<Told>,
    /// What could be done now.
    pub ifs: Vec<Maybe>,
    calendars: BTreeMap<CalendarId, (String, Tz)>,
}

/// One clock with its working.
#[derive(Debug, Clone)]
pub struct Told {
    pub clock: Clock,
    /// The tier of a stay.
    pub tier: Option<Tier>,
    /// It was in that tier before.
    pub again: bool,
    pub reading: Reading,
    /// Its target was exceeded once, and nobody took that back.
    pub missed: bool,
    /// Real time through which it stood still, with what was behind it.
    pub pauses: Vec<Pause>,
    pub lines: Vec<Line>,
}

/// A time that did not count.
#[derive(Debug, Clone)]
pub struct Pause {
    pub from: Instant,
    /// Absent while it goes on.
    pub to: Option<Instant>,
    pub cause: Option<Cause>,
}

/// A step of the working, in the order of time.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: Instant,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    /// With the event that was behind it, where there was one.
    Step(Step, Option<Cause>),
    /// A step that was taken back: as if it had never happened.
    Undone { step: Box<Written>, cause: Cause, by: Login, when: Instant },
}

/// Something that could be done, and each clock that it would move.
#[derive(Debug, Clone)]
pub struct Maybe {
    pub outcome: Outcome,
    pub shifts: Vec<Shift>,
}

/// A clock before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    pub kind: ClockKind,
    /// The tier of a stay, afterwards.
    pub tier: Option<Tier>,
    /// Another clock begins.
    pub begins: bool,
    /// Before and after.
    pub targets: (Secs, Secs),
    pub before: Standing,
    pub after: Standing,
}

/// How a clock stands, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Absent,
    /// It runs; without an instant where it would be due in more than ten years.
    Due(Option<Instant>),
    Paused,
    Stopped,
    Cancelled,
}

impl Desk {
    /// Why the clocks of a record stand where they stand now.
    pub fn why(&self, agg: AggId) -> Result<Why, Error> {
        let case = self.store().case(agg)?;
        let case = case.ok_or_else(|| Code::NotFound.because("the record does not exist"))?;
        self.why_of(&case, &self.history(agg)?)
    }

    /// The same as it was at an instant.
    pub fn why_at(&self, agg: AggId, at: Instant) -> Result<Why, Error> {
        let missing = || Code::NotFound.because(format!("the record did not exist at {at}"));
        let (case, _) = self.store().case_at(agg, at)?.ok_or_else(missing)?;
        let mut events = self.history(agg)?;
        events.retain(|event| event.at <= at);
        self.why_of(&case, &events)
    }

    fn why_of(&self, case: &Case, events: &[Event]) -> Result<Why, Error> {
        let (ticket, now, tables) = (case.ticket(), self.now(), self.store());
        let sources = sources(events);
        let mut clocks: Vec<Told> = Vec::new();
        for kind in ClockKind::ALL {
            let of_kind = case.is.clocks.iter().filter(|kept| kept.clock.kind == *kind);
            clocks.extend(of_kind.filter_map(|kept| Told::of(kept, &sources, now, tables)));
        }
        for n in 1..clocks.len() {
            let before = clocks[..n].iter().any(|told| told.tier.is_some() && told.tier == clocks[n].tier);
            clocks[n].again = before;
        }
        let outcomes = outcomes(&case.is, self.policy(), now, tables).into_iter();
        let ifs = outcomes.map(|outcome| Maybe::of(outcome, case, now, tables)).collect();
        let versions = self.store().calendar_versions()?.into_iter();
        Ok(Why {
            name: case.name(),
            title: ticket.title.to_string(),
            priority: ticket.priority,
            overridden: ticket.priority_override.is_some(),
            now,
            zone: self.policy().under(ticket.contract.as_ref(), now).zone,
            clocks,
            ifs,
            calendars: versions.map(|it| (it.id(), (it.name, it.calendar.zone))).collect(),
        })
    }
}

impl Why {
    /// The clocks that are worth a look of their own: of those towards the requester's updates only the newest and
    /// the missed ones, as a long record has dozens that were kept.
    pub fn shown(&self) -> Vec<&Told> {
        let newest = self.clocks.iter().rfind(|told| told.clock.kind == ClockKind::Update);
        let newest = newest.map(|told| told.clock.nth);
        let shown =
            |told: &&Told| told.clock.kind != ClockKind::Update || told.missed || Some(told.clock.nth) == newest;
        self.clocks.iter().filter(shown).collect()
    }

    /// Which of the shown ones asks for attention first: the running one that is due first, else one that waits.
    pub fn first(&self) -> usize {
        let shown = self.shown().into_iter().enumerate();
        let rank = |(_, told): &(usize, &Told)| match told.reading.status {
            Status::Running => (0, told.reading.due_at.map_or(i64::MAX, |due| due.0)),
            Status::Paused => (1, 0),
            Status::Stopped | Status::Cancelled => (2, 0),
        };
        shown.min_by_key(rank).map_or(0, |(n, _)| n)
    }

    /// Name and zone of a calendar; its identity where the journal does not have it.
    pub fn calendar(&self, id: CalendarId) -> (String, Tz) {
        self.calendars.get(&id).cloned().unwrap_or_else(|| (id.to_string(), self.zone))
    }
}

impl Told {
    /// `None` for a clock that says something impossible or names a calendar that nobody knows.
    fn of(kept: &Kept, sources: &[Source], now: Instant, tables: &dyn Timetables) -> Option<Self> {
        let clock = kept.clock.clone();
        let reading = clock.read(now, tables).ok()?;
        let mine: Vec<&Source> = sources.iter().filter(|it| it.is_of(&clock)).collect();
        let missed = clock.breached_at.is_some() || reading.ever_breached;
        let lines = lines(&clock, &mine, now, tables)?;
        let tier = mine.iter().find(|it| it.stands() && it.step.ev == StepKind::Start).map(|it| it.tier);
        let tier = tier.filter(|_| clock.kind == ClockKind::Ola);
        Some(Self { pauses: pauses(&lines), tier, again: false, reading, missed, lines, clock })
    }

    /// Nothing that can still be met or missed.
    pub const fn over(&self) -> bool {
        matches!(self.reading.status, Status::Stopped | Status::Cancelled)
    }

    /// How near its target it is; kept promises are fine, whatever share they took.
    pub fn band(&self) -> Band {
        match (self.missed, self.over()) {
            (true, _) => Band::Breached,
            (false, true) => Band::Ok,
            (false, false) => self.reading.band,
        }
    }

    /// Real time through which it has stood still.
    pub fn paused(&self, now: Instant) -> Secs {
        Secs(self.pauses.iter().map(|it| (it.to.unwrap_or(now) - it.from).0.max(0)).sum())
    }
}

/// The working, each step with the event behind it, and in between what was taken back.
fn lines(clock: &Clock, sources: &[&Source], now: Instant, tables: &dyn Timetables) -> Option<Vec<Line>> {
    let mut unused: Vec<&Source> = sources.iter().copied().filter(|it| it.stands()).collect();
    let mut lines = Vec::new();
    let ended = matches!(clock.status(), Status::Stopped | Status::Cancelled);
    let end = clock.events.last().filter(|_| ended).map(|(at, _)| *at);
    for told in explain(clock, end.unwrap_or(now), tables).ok()? {
        let cause = written(&told.step).and_then(|kinds| taken(&mut unused, kinds, told.at));
        lines.push(Line { at: told.at, what: What::Step(told.step, cause) });
    }
    let undone = sources.iter().filter_map(|it| {
        let (by, when) = it.undone.clone()?;
        let what = What::Undone { step: Box::new(it.step.clone()), cause: it.cause.clone(), by, when };
        Some(Line { at: it.at, what })
    });
    for line in undone.filter(Line::moves) {
        let place = lines.iter().position(|other| other.at > line.at).unwrap_or(lines.len() - 1);
        lines.insert(place.max(1), line);
    }
    Some(lines)
}

impl Line {
    /// A step that was taken back and had moved the clock, not only marked it.
    fn moves(&self) -> bool {
        !matches!(&self.what, What::Undone { step, .. }
            if matches!(step.ev, StepKind::Warn | StepKind::Breach | StepKind::Stamp))
    }
}

/// How the journal writes a step of the working; nothing for what only time did.
const fn written(step: &Step) -> Option<&'static [StepKind]> {
    Some(match step {
        Step::Start { .. } => &[StepKind::Start],
        Step::Pause { .. } => &[StepKind::Pause],
        Step::Resume { .. } => &[StepKind::Resume],
        Step::Stop { .. } => &[StepKind::Stop],
        Step::Reopen { .. } => &[StepKind::Reopen],
        Step::Cancel { .. } => &[StepKind::Cancel],
        Step::Retarget { .. } => &[StepKind::Retarget],
        Step::Forgive { .. } => &[StepKind::Forgive],
        Step::Recalendar { .. } => &[StepKind::Recalendar, StepKind::Correct],
        Step::Counted { .. } | Step::Closed { .. } | Step::Warn { .. } | Step::Breach { .. } | Step::Now(_) => {
            return None;
        }
    })
}

/// The event that carried such a step at that instant, or the next such one where an author's clock was set back.
fn taken(unused: &mut Vec<&Source>, kinds: &[StepKind], at: Instant) -> Option<Cause> {
    let fits = |it: &&Source| kinds.contains(&it.step.ev);
    let exact = unused.iter().position(|it| fits(it) && it.at == at);
    let place = exact.or_else(|| unused.iter().position(fits))?;
    Some(unused.remove(place).cause.clone())
}

fn pauses(lines: &[Line]) -> Vec<Pause> {
    let mut pauses: Vec<Pause> = Vec::new();
    for line in lines {
        let What::Step(step, cause) = &line.what else { continue };
        match step {
            Step::Pause { .. } => pauses.push(Pause { from: line.at, to: None, cause: cause.clone() }),
            Step::Resume { .. } | Step::Stop { .. } | Step::Cancel { .. } => {
                if let Some(open) = pauses.last_mut().filter(|pause| pause.to.is_none()) {
                    open.to = Some(line.at);
                }
            }
            _ => {}
        }
    }
    pauses
}

impl Maybe {
    fn of(outcome: Outcome, case: &Case, now: Instant, tables: &dyn Timetables) -> Self {
        let before = &case.is.clocks;
        let tier = match outcome.deed {
            If::Tier(tier) => tier,
            _ => case.ticket().tier,
        };
        let shift = |kind: &ClockKind| Shift::of(*kind, tier, (before, now), (&outcome.clocks, outcome.at), tables);
        let shifts = ClockKind::ALL.iter().filter_map(shift).collect();
        Self { shifts, outcome }
    }
}

impl Shift {
    /// `None` where nothing changes.
    fn of(
        kind: ClockKind,
        tier: Tier,
        (before, now): (&Clocks, Instant),
        (after, then): (&Clocks, Instant),
        tables: &dyn Timetables,
    ) -> Option<Self> {
        let (was, is) = (before.last(kind), after.last(kind));
        let nth = |kept: Option<&Kept>| kept.map(|kept| kept.clock.nth);
        let target = |kept: Option<&Kept>| kept.map_or(Secs(0), |kept| kept.clock.in_force().0);
        let shift = Self {
            kind,
            tier: (kind == ClockKind::Ola).then_some(tier),
            begins: nth(was) != nth(is),
            targets: (target(was), target(is)),
            before: Standing::of(was, now, tables),
            after: Standing::of(is, then, tables),
        };
        let moved = shift.before != shift.after || shift.targets.0 != shift.targets.1;
        (shift.begins || moved).then_some(shift)
    }
}

impl Standing {
    fn of(kept: Option<&Kept>, at: Instant, tables: &dyn Timetables) -> Self {
        let Some(reading) = kept.and_then(|kept| kept.clock.read(at, tables).ok()) else { return Self::Absent };
        match reading.status {
            Status::Running => Self::Due(reading.due_at),
            Status::Paused => Self::Paused,
            Status::Stopped => Self::Stopped,
            Status::Cancelled => Self::Cancelled,
        }
    }
}
