//! The console for those who read lines: the same screens and commands, moved by actions instead of keys and told in
//! words instead of drawn.

use std::time::{Duration, Instant as Clock};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Console, Effect, Said};
use crate::domain::id::AggId;
use crate::ui::action::Action;
use crate::ui::keymap::Keymap;
use crate::ui::part::band;
use crate::ui::part::text::Entry;
use crate::ui::screen::{Event, Place, Subject};
use crate::ui::spoken::{Spoken, Text};

/// So long is waited for what is looked for on another thread.
const PATIENCE: Duration = Duration::from_millis(900);
/// A screen that says nothing is drawn as large as this, and read.
const DRAWN: (u16, u16) = (79, 40);

impl Console {
    pub const fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// Does the action, as if its key had been pressed. What was typed so far is kept at once.
    pub fn command(&mut self, action: Action) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.act(action, &mut effects);
        self.keep();
        effects
    }

    /// Text for the field that has the keys.
    pub fn put_in(&mut self, text: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.event(Event::Paste(crate::domain::text::clean(text)), &mut effects);
        self.keep();
        self.wait_for_answer();
        effects
    }

    /// What is looked for on another thread belongs to what is told next.
    fn wait_for_answer(&mut self) {
        let until = Clock::now() + PATIENCE;
        while let Some(bell) = self.awaited() {
            let left = until.saturating_duration_since(Clock::now());
            let limit = Timespec { tv_sec: 0, tv_nsec: left.subsec_nanos().into() };
            let rang = poll(&mut [PollFd::new(&bell, PollFlags::IN)], Some(&limit));
            self.pass(Clock::now());
            if left.is_zero() || rang.is_err() {
                break;
            }
        }
    }

    /// One character for a screen that takes digits.
    pub fn put_char(&mut self, text: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.event(Event::Text(text.to_owned()), &mut effects);
        self.keep();
        effects
    }

    /// The text of the field that was lent out, as far as it is written.
    pub fn written(&mut self, text: &str) -> Vec<Effect> {
        let effects = self.edited(text, Clock::now());
        self.keep();
        effects
    }

    fn keep(&mut self) {
        self.note_draft(Clock::now());
        let said = std::mem::take(&mut self.said);
        self.save_draft();
        // That a draft was kept goes without saying; that it was not does not.
        if !self.said.error {
            self.said = said;
        }
    }

    /// Points at one record of the list, or marks several.
    pub fn choose(&mut self, records: &[AggId]) -> bool {
        let chosen = self.stack.last_mut().is_some_and(|top| top.choose(records));
        let looked = self.stack.last_mut().map_or(Ok(()), |top| top.look(&self.desk));
        self.settle(looked);
        chosen
    }

    /// Opens a record over what is shown.
    pub fn open(&mut self, record: AggId) {
        self.go(Place::Record(record, Vec::new()));
    }

    /// The record that verbs are about, or the first of several.
    pub fn subject(&self) -> Option<Subject> {
        self.stack.last().and_then(|top| top.subject())
    }

    /// How many screens lie one over another.
    pub const fn depth(&self) -> usize {
        self.stack.len()
    }

    pub fn in_overlay(&self) -> bool {
        self.stack.last().is_some_and(|top| top.is_overlay())
    }

    /// What was said since this was last asked, and whether it is a complaint.
    pub fn take_said(&mut self) -> Option<(String, bool)> {
        let Said { text, error, .. } = std::mem::take(&mut self.said);
        (!text.is_empty()).then_some((text, error))
    }

    /// The top screen in words; one that says nothing is read as it is drawn.
    pub fn speak(&mut self) -> Spoken {
        match self.stack.last_mut().map(|top| top.speak()) {
            None | Some(Spoken::Drawn) => Spoken::Text(self.drawn()),
            Some(spoken) => spoken,
        }
    }

    fn drawn(&mut self) -> Text {
        let Some(top) = self.stack.last_mut() else { return Text::default() };
        let mut terminal = Terminal::new(TestBackend::new(DRAWN.0, DRAWN.1)).expect("memory is a terminal that works");
        terminal.draw(|frame| top.draw(frame, frame.area(), &self.theme)).expect("memory is a terminal that works");
        let text = terminal.backend().to_string();
        let lines = text.lines().map(|line| line.trim_matches('"').trim_end()).filter(|line| !line.trim().is_empty());
        let entries = lines.map(|line| Entry { head: line.to_owned(), ..Entry::default() }).collect();
        Text { entries, ..Text::default() }
    }

    /// The major incident that nobody may overlook.
    pub fn major_in_words(&self) -> Option<String> {
        let major = self.major.as_ref()?;
        Some(band::line(major, self.desk.now(), self.desk.policy().zone, DRAWN.0).trim().to_owned())
    }

    /// How many news there are.
    pub const fn news_count(&self) -> usize {
        self.news.len()
    }
}
