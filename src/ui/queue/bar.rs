//! The filter bar: a line in the filter language, answered while one types. A text that cannot be read keeps the
//! result before it on the screen.

use std::os::fd::BorrowedFd;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::query::live::{Ask, Got, Live};
use crate::app::query::queue::Page;
use crate::app::{Desk, Error};
use crate::domain::filter::complete::complete;
use crate::domain::filter::{self, Filter};
use crate::domain::refusal::Refusal;
use crate::ui::action::Action;
use crate::ui::part::prompt::Prompt;
use crate::ui::screen::Event;
use crate::ui::theme::{Role, Theme};

/// A filter that was kept with Enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub text: String,
    pub filter: Filter,
}

/// What the bar wants after a key.
pub enum Asked {
    Stay,
    /// Back to the list with this filter; none when the line is empty.
    Keep(Option<Kept>),
    /// Back to the list with the filter that was there before.
    Restore,
    /// Keep it as a view.
    Save,
    Say(String),
}

/// The line that is being typed.
pub struct Bar {
    prompt: Prompt,
    changed: bool,
    good: Option<Filter>,
    complaint: String,
    live: Option<Live>,
    asked: u64,
    answered: u64,
    past: Past,
}

/// Filters that were kept before, and how far one has gone back in them.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// The oldest first.
    texts: Vec<String>,
    /// Steps back from the line as it was typed.
    back: usize,
    typed: String,
}

impl Past {
    /// Adds a filter; one that was kept before becomes the newest.
    pub fn keep(&mut self, text: &str) {
        self.texts.retain(|old| old != text);
        self.texts.push(text.to_owned());
        self.back = 0;
    }

    /// The text that many steps further back, or forward when negative; `None` at either end.
    fn step(&mut self, by: isize, now: &str) -> Option<&str> {
        if self.back == 0 {
            self.typed = now.to_owned();
        }
        self.back = self.back.checked_add_signed(by).filter(|back| *back <= self.texts.len())?;
        Some(if self.back == 0 { &self.typed } else { &self.texts[self.texts.len() - self.back] })
    }
}

impl Bar {
    pub fn new(text: &str, past: Past) -> Self {
        Self {
            past,
            prompt: Prompt::new(text),
            changed: false,
            good: filter::parse(text).ok(),
            complaint: String::new(),
            live: None,
            asked: 0,
            answered: 0,
        }
    }

    /// The newest text that could be read.
    pub const fn good(&self) -> Option<&Filter> {
        self.good.as_ref()
    }

    /// The line as it is typed.
    pub fn text(&self) -> &str {
        self.prompt.text()
    }

    pub fn complaint(&self) -> String {
        self.complaint.clone()
    }

    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    pub fn update(&mut self, event: &Event) -> Asked {
        match event {
            Event::Act(Action::FilterKeep) => return self.keep(),
            Event::Act(Action::FilterRestore | Action::Cancel) => return Asked::Restore,
            Event::Act(Action::FilterSave) if self.complaint.is_empty() => return Asked::Save,
            Event::Act(Action::FilterSave) => return Asked::Say(self.complaint.clone()),
            Event::Act(Action::FilterComplete) => self.complete(),
            Event::Act(Action::FilterGrammar) => {
                return Asked::Say("field:value, is:word, -not, (a | b), sort:field; Tab completes".to_owned());
            }
            Event::Act(Action::FilterOlder) => self.step(1),
            Event::Act(Action::FilterNewer) => self.step(-1),
            Event::Act(action) => self.changed |= self.prompt.act(*action),
            Event::Text(text) | Event::Paste(text) => self.changed |= self.prompt.insert(text),
            Event::Mouse(_) => {}
        }
        Asked::Stay
    }

    fn keep(&self) -> Asked {
        let text = self.prompt.text().trim();
        if text.is_empty() {
            return Asked::Keep(None);
        }
        match &self.good {
            Some(filter) if self.complaint.is_empty() => {
                Asked::Keep(Some(Kept { text: text.to_owned(), filter: filter.clone() }))
            }
            _ => Asked::Say(self.complaint.clone()),
        }
    }

    fn step(&mut self, by: isize) {
        let now = self.prompt.text().to_owned();
        if let Some(text) = self.past.step(by, &now) {
            self.prompt = Prompt::new(text);
            self.changed = true;
        }
    }

    fn complete(&mut self) {
        let text = self.prompt.text().to_owned();
        if let Some(first) = complete(&text, text.len()).into_iter().next() {
            let mut whole = text;
            whole.replace_range(first.replaces.clone(), &first.insert);
            self.prompt = Prompt::new(&whole);
            self.changed = true;
        }
    }

    /// Reads the line; `None` when it cannot be read, and then [`complaint`](Self::complaint) says why.
    pub fn read(&mut self, _desk: &Desk) -> Result<Option<()>, Error> {
        match filter::parse(self.prompt.text()) {
            Ok(filter) => {
                self.good = Some(filter);
                self.complaint.clear();
                Ok(Some(()))
            }
            Err(why) => {
                self.complaint = Refusal::from(why).message;
                Ok(None)
            }
        }
    }

    /// Starts the query thread, so that the first letter does not wait for it.
    pub fn ready(&mut self, desk: &Desk) -> Result<(), Error> {
        if self.live.is_none() {
            self.live = Some(desk.live()?);
        }
        Ok(())
    }

    /// Asks for the rows on the query thread; a running query is cancelled.
    pub fn ask(&mut self, desk: &Desk, filter: &Filter, limit: u32) -> Result<(), Error> {
        self.ready(desk)?;
        self.asked += 1;
        if let Some(live) = &self.live {
            live.ask(self.asked, Ask::Page { filter: filter.clone(), limit }, desk.asker());
        }
        Ok(())
    }

    /// What rings when the answer that is still to come is there.
    pub fn awaited(&self) -> Option<BorrowedFd<'_>> {
        self.live.as_ref().filter(|_| self.answered < self.asked).and_then(Live::bell)
    }

    /// The newest answer, once it is there.
    pub fn answer(&mut self) -> Option<Result<Page, Error>> {
        let answer = self.live.as_ref()?.try_answer()?;
        self.answered = self.answered.max(answer.seq);
        match answer.got {
            _ if answer.seq != self.asked => None,
            Ok(Got::Page(page)) => Some(Ok(page)),
            Ok(_) => None,
            Err(why) => Some(Err(why)),
        }
    }

    pub fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        frame.buffer_mut().set_string(area.x, area.y, " / ", theme.style(Role::Heading));
        let line = Rect { x: area.x + 3, width: area.width.saturating_sub(3), ..area };
        let role = if self.complaint.is_empty() { Role::Plain } else { Role::Error };
        self.prompt.draw(frame, line, theme.style(role), true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_filters_come_back_and_the_typed_line_stands_after_the_newest() {
        let mut past = Past::default();
        for text in ["vpn", "printer", "vpn"] {
            past.keep(text);
        }
        let mut bar = Bar::new("out", past);
        let mut after = |action| {
            bar.update(&Event::Act(action));
            bar.prompt.text().to_owned()
        };
        assert_eq!(after(Action::FilterOlder), "vpn");
        assert_eq!(after(Action::FilterOlder), "printer");
        assert_eq!(after(Action::FilterOlder), "printer", "there is nothing older");
        assert_eq!(after(Action::FilterNewer), "vpn");
        assert_eq!(after(Action::FilterNewer), "out");
        assert_eq!(after(Action::FilterNewer), "out");
        assert!(bar.take_changed());
    }
}
