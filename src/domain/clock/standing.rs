//! How the clocks of a ticket stand, as a line of a list knows it: a few instants that were computed when a clock last
//! changed, and no working of their own.

use super::kept::Clocks;
use super::version::CalendarId;
use super::{ClockKind, Status, Timetables};
use crate::domain::incident::State;
use crate::domain::time::{Instant, Secs};
use crate::domain::word::words;

words! {
    /// How the clocks of a record stand.
    pub enum Sla {
        Ok = "ok",
        Risk = "risk",
        Breached = "breached",
        Paused = "paused",
    }
}

/// What a list keeps of a ticket's promises to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// When the first running promise is due.
    pub due_at: Option<Instant>,
    /// From when on a promise is at risk.
    pub risk_at: Option<Instant>,
    /// After it a promise is missed: the due instant, or the opening that follows it.
    pub over_at: Option<Instant>,
    /// What is due first, and the calendar its time is counted by.
    pub due_kind: Option<ClockKind>,
    pub due_calendar: Option<CalendarId>,
    /// The time for a resolution stands still.
    pub paused: bool,
    /// A promise was missed, whatever became of it.
    pub missed: bool,
}

impl Standing {
    pub fn of(clocks: &Clocks) -> Self {
        let urgent = clocks.most_urgent();
        let stands = |kept: &super::kept::Kept| kept.clock.status() == Status::Paused;
        let mut promises = clocks.iter().filter(|kept| kept.clock.kind != ClockKind::Ola);
        Self {
            due_at: clocks.due_at(),
            risk_at: clocks.risk_at(),
            over_at: clocks.over_at(),
            due_kind: urgent.map(|kept| kept.clock.kind),
            due_calendar: urgent.map(|kept| kept.clock.in_force().2),
            paused: clocks.last(ClockKind::Resolution).is_some_and(stands),
            missed: promises.any(|kept| kept.clock.breached_at.is_some()),
        }
    }

    /// In one word, as `sla:` finds it; none for a ticket without clocks. What is no longer open was in time or not.
    pub fn sla(&self, state: State, now: Instant) -> Option<Sla> {
        match (self.over_at, self.risk_at, self.due_at) {
            _ if !state.open() && self.missed => Some(Sla::Breached),
            _ if !state.open() => (!state.dropped()).then_some(Sla::Ok),
            (Some(over), ..) if over < now => Some(Sla::Breached),
            (_, Some(risk), _) if risk <= now => Some(Sla::Risk),
            (.., Some(_)) => Some(Sla::Ok),
            _ => self.paused.then_some(Sla::Paused),
        }
    }

    /// Working time until the first promise is due; negative by as much as it is late. None when nothing runs, and for
    /// a calendar that is not known here.
    pub fn left(&self, now: Instant, tables: &dyn Timetables) -> Option<Secs> {
        let (due, table) = (self.due_at?, tables.timetable(self.due_calendar?)?);
        Some(if now <= due { table.elapsed(now, due) } else { Secs(-table.elapsed(due, now).0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_that_holds_is_said() {
        let at = |n| Some(Instant(n));
        let running = Standing { risk_at: at(50), due_at: at(100), over_at: at(160), ..Standing::default() };
        for (now, sla) in [(49, Sla::Ok), (50, Sla::Risk), (160, Sla::Risk), (161, Sla::Breached)] {
            assert_eq!(running.sla(State::Assigned, Instant(now)), Some(sla), "at {now}");
        }
        let (paused, none) = (Standing { paused: true, ..Standing::default() }, Standing::default());
        assert_eq!(paused.sla(State::Pending, Instant(0)), Some(Sla::Paused));
        assert_eq!(
            Standing { paused: true, ..running }.sla(State::Pending, Instant(0)),
            Some(Sla::Ok),
            "one still runs"
        );
        assert_eq!(none.sla(State::Queued, Instant(0)), None);
        let missed = Standing { missed: true, ..none };
        for (standing, state, sla) in [
            (missed, State::Closed, Some(Sla::Breached)),
            (none, State::Resolved, Some(Sla::Ok)),
            (none, State::Cancelled, None),
            (missed, State::Queued, None),
        ] {
            assert_eq!(standing.sla(state, Instant(0)), sla, "{state}");
        }
    }
}
