//! What may help with a call while it is typed: known errors and resolved tickets like it, found in the background.

use std::os::fd::BorrowedFd;

use crate::app::query::live::{Ask, Got, Live};
use crate::app::query::suggest::Suggestions;
use crate::app::{Desk, Error};
use crate::store::select::Asker;
use crate::store::similar::Wanted;

/// Fewer letters say nothing yet.
const LETTERS_MIN: usize = 4;
/// Resolved tickets that are told beside the known errors.
const TICKETS: usize = 2;

/// A question that follows what is typed.
pub struct Likely {
    live: Live,
    asker: Asker,
    asked: u64,
    answered: u64,
    text: String,
    found: Suggestions,
}

impl Likely {
    pub fn new(desk: &Desk) -> Result<Self, Error> {
        let (live, asker) = (desk.live()?, desk.asker());
        Ok(Self { live, asker, asked: 0, answered: 0, text: String::new(), found: Suggestions::default() })
    }

    /// Asks again if something else is typed now.
    pub fn follow(&mut self, text: &str) {
        let text = text.trim();
        if self.text == text {
            return;
        }
        self.text = text.to_owned();
        if text.chars().count() < LETTERS_MIN {
            self.found = Suggestions::default();
            return;
        }
        self.asked += 1;
        self.live.ask(self.asked, Ask::Suggest(Wanted::text(text)), self.asker.clone());
    }

    pub fn awaited(&self) -> Option<BorrowedFd<'_>> {
        self.live.bell().filter(|_| self.answered < self.asked)
    }

    /// Takes the newest answer; true when there is one to what is typed now.
    pub fn answer(&mut self) -> bool {
        let Some(answer) = self.live.try_answer() else { return false };
        self.answered = self.answered.max(answer.seq);
        match answer.got {
            Ok(Got::Suggestions(found)) if answer.seq == self.asked => {
                self.found = found;
                true
            }
            // What could not be looked up is not suggested; logging the call goes on.
            _ => false,
        }
    }

    /// The number of the likeliest problem that tells a workaround.
    pub fn workaround(&self) -> Option<&str> {
        self.found.problems.iter().find(|it| it.workaround.is_some()).map(|it| it.name.as_str())
    }

    /// One line each, the best first.
    pub fn lines(&self) -> Vec<String> {
        let problems = self.found.problems.iter().map(|it| {
            let what = it.workaround.as_deref().map_or("no workaround yet", one_line);
            format!("likely {} {}: {what}", it.name, it.title)
        });
        let tickets = self.found.tickets.iter().take(TICKETS).map(|it| {
            let how = it.resolution_note.as_deref().map_or("resolved", one_line);
            format!("like {} {}: {how}", it.name, it.title)
        });
        problems.chain(tickets).collect()
    }
}

fn one_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
