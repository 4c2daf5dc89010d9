//! Time in each tier: how much of it was work, and how much waiting for others.

use super::cause::sources;
use crate::app::Desk;
use crate::domain::clock::kept::{Clocks, StepKind};
use crate::domain::clock::version::CalendarId;
use crate::domain::clock::{Clock, ClockEvent, ClockKind, Status, Timetables};
use crate::domain::event::Event;
use crate::domain::role::Tier;
use crate::domain::time::{Instant, Secs};

/// One stay in a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    pub tier: Tier,
    /// Open time in which the tier had it to work on.
    pub used: Secs,
    /// Open time in which it waited for others.
    pub waited: Secs,
    pub target: Secs,
    /// The record is there now.
    pub live: bool,
    pub missed: bool,
}

impl Desk {
    /// The stays of a record in its tiers, first to last.
    pub fn stays(&self, clocks: &Clocks, events: &[Event]) -> Vec<Stay> {
        let sources = sources(events);
        let tier = |clock: &Clock| {
            let begun = sources.iter().find(|it| it.stands() && it.step.ev == StepKind::Start && it.is_of(clock));
            begun.map(|it| it.tier)
        };
        let olas = clocks.iter().map(|kept| &kept.clock).filter(|clock| clock.kind == ClockKind::Ola);
        olas.filter_map(|clock| self.stay(clock, tier(clock)?)).collect()
    }

    /// The stay that a clock of a tier counts.
    pub fn stay(&self, clock: &Clock, tier: Tier) -> Option<Stay> {
        let (now, tables) = (self.now(), self.store());
        let reading = clock.read(now, tables).ok()?;
        Some(Stay {
            tier,
            used: reading.elapsed,
            waited: waited(clock, now, tables),
            target: reading.target,
            live: matches!(reading.status, Status::Running | Status::Paused),
            missed: reading.ever_breached,
        })
    }
}

/// Open time through which a clock stood still.
fn waited(clock: &Clock, now: Instant, tables: &dyn Timetables) -> Secs {
    let open = |calendar: CalendarId, from: Instant, to: Instant| {
        tables.timetable(calendar).map_or(0, |table| table.elapsed(from, to).0)
    };
    let (mut calendar, mut since, mut waited) = (clock.calendar, None, 0);
    for (at, event) in &clock.events {
        if let Some(from) = since.take() {
            waited += open(calendar, from, *at);
            // A change of target or hours in between ends no wait.
            since = matches!(event, ClockEvent::Retarget { .. } | ClockEvent::Recalendar { .. }).then_some(*at);
        }
        match event {
            ClockEvent::Pause => since = Some(*at),
            ClockEvent::Recalendar { calendar: other } => calendar = *other,
            _ => {}
        }
    }
    Secs(waited + since.map_or(0, |from| open(calendar, from, now)))
}
