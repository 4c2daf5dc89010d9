//! What a change of a record does to its clocks: a function of the state before and after, so that no verb has to
//! think of clocks.
//!
//! | state | response | resolution | update | tier stay (OLA) |
//! | --- | --- | --- | --- | --- |
//! | open | runs | runs | runs once responded | runs |
//! | pending | runs | paused if the reason pauses it | cancelled while the customer owns the wait | paused if the reason pauses it |
//! | approval, scheduled | runs | paused | cancelled | paused |
//! | resolved, fulfilled, done | stopped | stopped | stopped | stopped |
//! | cancelled, rejected | cancelled | cancelled | cancelled | cancelled |

use super::kept::{Clocks, Step, StepKind};
use super::version::CalendarId;
use super::{ClockKind, Status, Timetables};
use crate::domain::incident::{MajorState, Pending, State};
use crate::domain::number::Kind;
use crate::domain::policy::Policy;
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};

/// One change of a record, as its clocks see it.
pub struct Turn<'a> {
    /// The record before; absent when it was just logged.
    pub was: Option<&'a Ticket>,
    pub is: &'a Ticket,
    /// It entered a tier.
    pub moved: bool,
    /// The requester was told something.
    pub told: bool,
    /// The policy under the record's contract.
    pub policy: &'a Policy,
    pub now: Instant,
    /// Targets and calendars are compared with the policy even where neither priority nor contract changed.
    pub anew: bool,
}

/// What is promised: so many open seconds of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    pub target: Secs,
    pub warn_pct: i64,
    pub calendar: CalendarId,
}

/// The promise of a kind that a policy makes for a record as it stands; none where there is no such clock.
pub fn promise(kind: ClockKind, is: &Ticket, policy: &Policy) -> Option<Promise> {
    let targets = policy.sla.targets(is.priority);
    let major = is.major_state == MajorState::Declared;
    let served = matches!(is.kind(), Kind::Incident | Kind::Request);
    let target = match kind {
        ClockKind::Response if served => targets.response,
        ClockKind::Resolution if is.kind() == Kind::Request => {
            Secs(targets.resolution.0 * policy.records.request_factor_pct / 100)
        }
        ClockKind::Resolution if served => targets.resolution,
        ClockKind::Update if major => policy.major.update,
        ClockKind::Update if served && is.requester.is_some() => targets.update?,
        ClockKind::Ola => targets.ola(is.tier),
        _ => return None,
    };
    let calendar = if major { policy.always_calendar_id() } else { policy.calendar_id(is.priority) };
    Some(Promise { target, warn_pct: policy.sla.warn_pct, calendar })
}

/// The steps that follow from a change, in order. `tables` gives the due instants that go along.
pub fn steps(turn: &Turn<'_>, clocks: &Clocks, tables: &dyn Timetables) -> Vec<Step> {
    let mut course = Course { turn, clocks: clocks.clone(), steps: Vec::new() };
    course.response();
    course.resolution();
    course.ola();
    course.update();
    course.finish(tables)
}

struct Course<'a> {
    turn: &'a Turn<'a>,
    clocks: Clocks,
    steps: Vec<Step>,
}

impl Course<'_> {
    fn response(&mut self) {
        let is = self.turn.is;
        if self.turn.was.is_none() {
            self.start(ClockKind::Response, Some(is.opened_at));
        }
        let answered = if is.requester.is_some() { is.responded_at } else { is.acknowledged_at };
        // A record that goes on from another one was answered there.
        if let Some(at) = answered.filter(|at| self.turn.was.is_none() && *at < self.turn.now)
            && let Some(kept) = self.clocks.last(ClockKind::Response)
        {
            let nth = kept.clock.nth;
            return self.add(Step { at: Some(at), ..Step::of(ClockKind::Response, nth, StepKind::Stop) });
        }
        match is.state {
            state if state.dropped() && answered.is_none() => self.push(ClockKind::Response, StepKind::Cancel),
            state if answered.is_some() || !state.open() => self.push(ClockKind::Response, StepKind::Stop),
            _ => self.retarget(ClockKind::Response),
        }
    }

    fn resolution(&mut self) {
        if self.turn.was.is_none() {
            self.start(ClockKind::Resolution, Some(self.turn.is.opened_at));
        }
        let waits = self.waits().is_some_and(|wait| self.turn.policy.pending(wait).pause_sla);
        let pauses = waits || self.turn.is.state.waits_for_a_day();
        self.goes_on(ClockKind::Resolution, pauses);
    }

    /// One clock for each stay in a tier, and another one after a reopening.
    fn ola(&mut self) {
        let entered = self.turn.was.is_none() || self.turn.moved || self.reopened();
        if entered {
            self.push(ClockKind::Ola, StepKind::Stop);
            if self.turn.is.state.open() || self.turn.was.is_none() {
                self.start(ClockKind::Ola, self.turn.was.is_none().then_some(self.turn.is.logged_at));
            }
        }
        let waits = self.waits().is_some_and(|wait| self.turn.policy.pending(wait).pause_ola);
        let pauses = waits || self.turn.is.state.waits_for_a_day();
        self.goes_on(ClockKind::Ola, pauses);
    }

    /// From one public update to the next, once the requester was answered.
    fn update(&mut self) {
        let Turn { was, is, told, .. } = *self.turn;
        if is.state.dropped() {
            return self.push(ClockKind::Update, StepKind::Cancel);
        }
        if told || !is.state.open() {
            self.push(ClockKind::Update, StepKind::Stop);
        }
        let customer = |ticket: &Ticket| {
            let waits = ticket.state == State::Pending && ticket.pending_reason.is_some_and(Pending::customer_owns);
            waits || ticket.state.waits_for_a_day()
        };
        if !is.state.open() {
            return;
        }
        if customer(is) && is.major_state != MajorState::Declared {
            return self.push(ClockKind::Update, StepKind::Cancel);
        }
        if self.turn.anew {
            self.retarget(ClockKind::Update);
        }
        // A major incident owes news from the moment it is declared, whether or not anybody has been told yet.
        let declared = self.declared();
        if declared {
            self.push(ClockKind::Update, StepKind::Stop);
        }
        let begins = told || self.reopened() || was.is_some_and(customer) || declared;
        if begins && (is.responded_at.is_some() || is.major_state == MajorState::Declared) {
            self.start(ClockKind::Update, None);
        }
    }

    /// Runs, pauses, stops or is cancelled as the state wants it.
    fn goes_on(&mut self, kind: ClockKind, pauses: bool) {
        match self.turn.is.state {
            state if state.dropped() => return self.push(kind, StepKind::Cancel),
            state if !state.open() => return self.push(kind, StepKind::Stop),
            _ => {}
        }
        if self.status(kind) == Some(Status::Stopped) {
            self.push(kind, StepKind::Reopen);
        }
        self.push(kind, if pauses { StepKind::Pause } else { StepKind::Resume });
        self.retarget(kind);
    }

    /// The wait that the record is in.
    fn waits(&self) -> Option<Pending> {
        self.turn.is.pending_reason.filter(|_| self.turn.is.state == State::Pending)
    }

    fn reopened(&self) -> bool {
        self.turn.is.state.open() && self.turn.was.is_some_and(|was| !was.state.open())
    }

    /// It has just been declared a major incident.
    fn declared(&self) -> bool {
        let was = self.turn.was.is_some_and(|was| was.major_state == MajorState::Declared);
        self.turn.is.major_state == MajorState::Declared && !was
    }

    fn status(&self, kind: ClockKind) -> Option<Status> {
        self.clocks.last(kind).map(|kept| kept.clock.status())
    }

    fn start(&mut self, kind: ClockKind, at: Option<Instant>) {
        let Some(promise) = promise(kind, self.turn.is, self.turn.policy) else { return };
        let nth = self.clocks.last(kind).map_or(1, |kept| kept.clock.nth + 1);
        self.add(Step {
            at: at.filter(|at| *at != self.turn.now),
            target_s: Some(promise.target),
            warn_pct: Some(promise.warn_pct),
            calendar: Some(promise.calendar),
            ..Step::of(kind, nth, StepKind::Start)
        });
    }

    /// Adds a step to the newest clock of a kind, if its status lets it take that step.
    fn push(&mut self, kind: ClockKind, ev: StepKind) {
        let Some(kept) = self.clocks.last(kind) else { return };
        let fits = match kept.clock.status() {
            Status::Running => matches!(ev, StepKind::Pause | StepKind::Stop | StepKind::Cancel),
            Status::Paused => matches!(ev, StepKind::Resume | StepKind::Stop | StepKind::Cancel),
            Status::Stopped => ev == StepKind::Reopen,
            Status::Cancelled => false,
        };
        if fits {
            self.add(Step::of(kind, kept.clock.nth, ev));
        }
    }

    /// Follows another priority or contract: the time that was used stays used.
    fn retarget(&mut self, kind: ClockKind) {
        let Turn { was, is, anew, .. } = *self.turn;
        let Some(was) = was else { return };
        if !(anew || self.reopened() || was.priority != is.priority || was.contract != is.contract || self.declared()) {
            return;
        }
        let Some(kept) = self.clocks.last(kind).filter(|kept| kept.live()) else { return };
        let Some(promise) = promise(kind, is, self.turn.policy) else { return };
        let (target, warn_pct, calendar) = kept.clock.in_force();
        let nth = kept.clock.nth;
        if (target, warn_pct) != (promise.target, promise.warn_pct) {
            self.add(Step {
                target_s: Some(promise.target),
                warn_pct: (warn_pct != promise.warn_pct).then_some(promise.warn_pct),
                ..Step::of(kind, nth, StepKind::Retarget)
            });
        }
        if calendar != promise.calendar {
            self.add(Step { calendar: Some(promise.calendar), ..Step::of(kind, nth, StepKind::Recalendar) });
        }
    }

    fn add(&mut self, step: Step) {
        self.clocks.take(&step, self.turn.now);
        self.steps.push(step);
    }

    fn finish(self, tables: &dyn Timetables) -> Vec<Step> {
        stamped(self.steps, &self.clocks, self.turn.now, tables)
    }
}

/// What the running clocks have come to by an instant and nobody has remembered yet.
pub fn marks(clocks: &Clocks, now: Instant, tables: &dyn Timetables) -> Vec<Step> {
    let mut marks = Vec::new();
    for kept in clocks.iter().filter(|kept| kept.running()) {
        let clock = &kept.clock;
        let Ok(reading) = clock.read(now, tables) else { continue };
        if (kept.warn, kept.due, kept.over) != (reading.warn_at, reading.due_at, reading.over_at) {
            marks.push(Step::of(clock.kind, clock.nth, StepKind::Stamp));
        }
        if clock.warned_at.is_none() && reading.warn_at.is_some_and(|at| at <= now) {
            marks.push(Step { at: reading.warn_at, ..Step::of(clock.kind, clock.nth, StepKind::Warn) });
        }
        if clock.breached_at.is_none() && reading.ever_breached {
            marks.push(Step { at: reading.ever_breached_at, ..Step::of(clock.kind, clock.nth, StepKind::Breach) });
        }
    }
    let mut after = clocks.clone();
    for step in &marks {
        after.take(step, now);
    }
    stamped(marks, &after, now, tables)
}

/// Puts the due instants of each clock, as it stands after the steps, beside its last step.
pub fn stamped(mut steps: Vec<Step>, after: &Clocks, now: Instant, tables: &dyn Timetables) -> Vec<Step> {
    for n in 0..steps.len() {
        let (kind, nth) = (steps[n].kind, steps[n].nth);
        if steps[n + 1..].iter().any(|later| (later.kind, later.nth) == (kind, nth)) {
            continue;
        }
        let reading = after.get(kind, nth).and_then(|kept| kept.clock.read(now, tables).ok());
        if let Some(reading) = reading {
            (steps[n].warn, steps[n].due, steps[n].over) = (reading.warn_at, reading.due_at, reading.over_at);
        }
    }
    steps
}
