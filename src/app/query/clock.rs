//! The clocks of a record at an instant, and the one that a line of a list shows. Lists count no calendar: what is due
//! stands in their rows, and the working time left is counted for the lines that are looked at.

use std::fmt;

use crate::app::Desk;
use crate::domain::clock::kept::{Clocks, Kept};
use crate::domain::clock::read::Reading;
use crate::domain::clock::standing::{Sla, Standing};
use crate::domain::clock::{ClockKind, Timetables};
use crate::domain::incident::State;
use crate::domain::time::{Instant, Secs};
use crate::store::queue::TicketRow;

/// The clock of a ticket as one cell shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineClock {
    /// None for a ticket without clocks.
    pub sla: Option<Sla>,
    /// Is it resolved, so that only whether it was in time is left to say?
    pub done: bool,
    /// What is due first, and when.
    pub kind: Option<ClockKind>,
    pub due_at: Option<Instant>,
    /// Working time until then; negative by as much as it is late.
    pub left: Option<Secs>,
}

impl LineClock {
    pub fn of(clock: &Standing, state: State, now: Instant, tables: &dyn Timetables) -> Self {
        let (done, due_at) = (!state.open(), clock.due_at.filter(|_| state.open()));
        let left = due_at.and_then(|_| clock.left(now, tables));
        Self { sla: clock.sla(state, now), done, kind: clock.due_kind.filter(|_| due_at.is_some()), due_at, left }
    }

    /// In words, for those who read it aloud: `breached 1h32`, `12 min left`, `paused`.
    pub fn words(&self) -> String {
        let amount = || self.left.map_or_else(|| "?".to_owned(), Secs::said);
        match self.sla {
            None => String::new(),
            Some(Sla::Breached) if self.done => "missed".to_owned(),
            Some(_) if self.done => "kept".to_owned(),
            Some(Sla::Breached) if self.left.is_none() => "breached".to_owned(),
            Some(Sla::Breached) => format!("breached {}", amount()),
            Some(Sla::Risk | Sla::Ok) => format!("{} left", amount()),
            Some(Sla::Paused) => "paused".to_owned(),
        }
    }

    /// Hours and minutes without a sign.
    pub fn amount(&self) -> String {
        self.left.map_or_else(|| "?".to_owned(), |left| Secs(left.0.abs()).clock_text())
    }
}

/// In eight cells, told by sign and word and not by colour alone: `X-01:32` missed, `! 00:12` at risk, `  03:40` in
/// time, `= pause`.
impl fmt::Display for LineClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sla {
            None => Ok(()),
            Some(Sla::Breached) if self.done => f.write_str("X missed"),
            Some(_) if self.done => f.write_str("  kept"),
            Some(Sla::Breached) => write!(f, "X-{}", self.amount()),
            Some(Sla::Risk) => write!(f, "! {}", self.amount()),
            Some(Sla::Ok) => write!(f, "  {}", self.amount()),
            Some(Sla::Paused) => f.write_str("= pause"),
        }
    }
}

/// One clock of a record, read.
#[derive(Debug, Clone)]
pub struct ClockView {
    pub kept: Kept,
    /// None if its calendar is not known here.
    pub reading: Option<Reading>,
}

impl ClockView {
    /// Was its target exceeded at any time, whatever it became?
    pub fn ever_breached(&self) -> bool {
        self.kept.clock.breached_at.is_some() || self.reading.as_ref().is_some_and(|it| it.ever_breached)
    }
}

/// Every clock, in the order in which they were started.
pub fn views(clocks: &Clocks, now: Instant, tables: &dyn Timetables) -> Vec<ClockView> {
    let view = |kept: &Kept| ClockView { kept: kept.clone(), reading: kept.clock.read(now, tables).ok() };
    clocks.iter().map(view).collect()
}

impl Desk {
    /// The clock of a line.
    pub fn clock_of(&self, row: &TicketRow, now: Instant) -> LineClock {
        LineClock::of(&row.clock, row.state, now, self.store())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_told_in_eight_cells() {
        let clock = |sla, left| LineClock { sla: Some(sla), left: Some(Secs(left)), ..LineClock::default() };
        for (clock, text) in [
            (clock(Sla::Breached, -5_520), "X-01:32"),
            (clock(Sla::Breached, 0), "X-00:00"),
            (clock(Sla::Risk, 12 * 60 + 59), "! 00:12"),
            (clock(Sla::Ok, 13_200), "  03:40"),
            (clock(Sla::Ok, 99 * 3_600 + 59 * 60), "  99:59"),
            (clock(Sla::Ok, 100 * 3_600), "  4d 04h"),
            (clock(Sla::Breached, -100 * 3_600), "X-4d 04h"),
            (clock(Sla::Breached, -240 * 3_600), "X-10d"),
            (clock(Sla::Paused, 0), "= pause"),
            (LineClock { done: true, ..clock(Sla::Breached, 0) }, "X missed"),
            (LineClock { left: None, ..clock(Sla::Risk, 0) }, "! ?"),
            (LineClock::default(), ""),
        ] {
            assert_eq!(clock.to_string(), text);
            assert!(text.len() <= 8);
        }
    }

    #[test]
    fn a_clock_is_told_in_words() {
        let clock = |sla, left| LineClock { sla: Some(sla), left: Some(Secs(left)), ..LineClock::default() };
        for (clock, words) in [
            (clock(Sla::Breached, -5_520), "breached 1h32"),
            (LineClock { left: None, ..clock(Sla::Breached, 0) }, "breached"),
            (clock(Sla::Risk, 12 * 60 + 59), "12 min left"),
            (clock(Sla::Ok, 13_200), "3h40 left"),
            (clock(Sla::Ok, 100 * 3_600), "4d 04h left"),
            (clock(Sla::Paused, 0), "paused"),
            (LineClock { done: true, ..clock(Sla::Breached, 0) }, "missed"),
            (LineClock { done: true, ..clock(Sla::Ok, 0) }, "kept"),
            (LineClock::default(), ""),
        ] {
            assert_eq!(clock.words(), words);
        }
    }
}
