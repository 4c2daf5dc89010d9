//! The numbers on saved tabs, counted on a thread of its own, so that no key waits for them.

use std::os::fd::BorrowedFd;

use crate::app::query::live::{Ask, Got, Live};
use crate::app::{Desk, Error};
use crate::domain::filter::Filter;

/// Rows of each tier and of the past that a number is counted among.
const LOOK: u32 = 20_000;

/// What is being counted.
#[derive(Default)]
pub struct Counting {
    live: Option<Live>,
    asked: u64,
    answered: u64,
}

impl Counting {
    /// Counts these filters anew; what was being counted is dropped.
    pub fn ask(&mut self, filters: Vec<Filter>, desk: &Desk) -> Result<(), Error> {
        if filters.is_empty() {
            return Ok(());
        }
        let live = match self.live.take() {
            Some(live) => live,
            None => desk.live()?,
        };
        self.asked += 1;
        live.ask(self.asked, Ask::Counts { filters, look: LOOK }, desk.asker());
        self.live = Some(live);
        Ok(())
    }

    /// The numbers in the order of the filters, once they are there; none for a filter that has none.
    pub fn answer(&mut self) -> Option<Vec<Option<String>>> {
        let answer = self.live.as_ref()?.try_answer()?;
        self.answered = self.answered.max(answer.seq);
        match answer.got {
            Ok(Got::Counts(counts)) if answer.seq == self.asked => {
                Some(counts.into_iter().map(|count| count.map(|count| count.to_string())).collect())
            }
            _ => None,
        }
    }

    /// What rings when numbers that are still to come are there.
    pub fn awaited(&self) -> Option<BorrowedFd<'_>> {
        self.live.as_ref().filter(|_| self.answered < self.asked).and_then(Live::bell)
    }
}
