//! Why the clocks of a ticket stand where they stand: the answer for each in one sentence, the working of one of them,
//! and what they would come to if something were done now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::spot;
use crate::app::query::sla::{Told, Why};
use crate::app::{Desk, Error};
use crate::domain::clock::Band;
use crate::domain::id::AggId;
use crate::ui::action::{Action, Context};
use crate::ui::part::frame::boxed;
use crate::ui::part::text::{Entry, Flow, pad, width, wrap};
use crate::ui::screen::{Event, Next, Screen, Subject};
use crate::ui::spoken::{Spoken, Text};
use crate::ui::theme::{Role, Theme};
use crate::ui::verbs;

/// Lines of half a page.
const HALF: isize = 8;
const HINTS: &str = "j/k scroll   Tab or a digit: clock   verbs work here   Esc close";

/// The clocks of a record, to read.
pub struct Clocks {
    agg: AggId,
    why: Why,
    /// Of those shown.
    selected: usize,
    flow: Flow,
}

pub fn open(agg: AggId, desk: &Desk) -> Result<Clocks, Error> {
    let why = desk.why(agg)?;
    Ok(Clocks { agg, selected: why.first(), why, flow: Flow::default() })
}

impl Clocks {
    fn select(&mut self, nth: usize) -> Next {
        if nth >= self.why.shown().len() {
            return Next::Say(format!("there is no clock {}", nth + 1));
        }
        self.selected = nth;
        self.flow.to_start();
        Next::Stay
    }

    fn step(&mut self, by: isize) -> Next {
        let all = self.why.shown().len().max(1) as isize;
        let nth = (self.selected as isize + by).rem_euclid(all);
        self.select(nth as usize)
    }

    fn act(&mut self, action: Action) -> Next {
        match action {
            Action::Down | Action::PreviewDown => self.flow.scroll(1),
            Action::Up | Action::PreviewUp => self.flow.scroll(-1),
            Action::HalfDown => self.flow.scroll(HALF),
            Action::HalfUp => self.flow.scroll(-HALF),
            Action::PageDown => self.flow.scroll(2 * HALF),
            Action::PageUp => self.flow.scroll(-2 * HALF),
            Action::First => self.flow.to_start(),
            Action::Last => self.flow.to_end(),
            Action::PaneNext | Action::SiblingNext => return self.step(1),
            Action::PanePrevious | Action::SiblingPrevious => return self.step(-1),
            Action::Out | Action::Quit | Action::Cancel | Action::Explain => return Next::Back,
            // Whoever has read what it would come to does it from here.
            _ => return verbs::on_tickets(action, &Subject::one(self.agg)).unwrap_or(Next::Stay),
        }
        Next::Stay
    }

    fn entries(&self, cells: usize, theme: &Theme) -> Vec<Entry> {
        let shown = self.why.shown();
        let mut lines = Lines { cells, entries: Vec::new() };
        for (n, told) in shown.iter().enumerate() {
            let mark = if n == self.selected { '>' } else { ' ' };
            lines.beside(&format!("{mark}{} ", n + 1), 3, &self.why.answer(told), style_of(told, theme));
        }
        if let Some(told) = shown.get(self.selected) {
            lines.heading(&format!("{}, step by step", told.name()), theme);
            self.working(told, &mut lines);
        }
        lines.heading("What if it were done now", theme);
        if self.why.ifs.is_empty() {
            lines.beside("", 0, "Nothing moves the clocks of a record that has ended.", Style::new());
        }
        for (deed, outcome) in self.why.what_if() {
            lines.beside("", 2, &format!("{deed}:"), Style::new());
            lines.beside("", 4, &outcome, Style::new());
        }
        lines.heading(&self.why.times(), theme);
        lines.entries
    }

    fn working(&self, told: &Told, lines: &mut Lines) {
        let column = told.lines.iter().map(|line| width(&self.why.at(line.at))).max().unwrap_or(0) + 2;
        for line in &told.lines {
            lines.beside(&self.why.at(line.at), column, &self.why.line(line), Style::new());
        }
    }
}

fn style_of(told: &Told, theme: &Theme) -> Style {
    theme.style(match told.band() {
        Band::Breached => Role::Breached,
        Band::Warn => Role::AtRisk,
        Band::Ok => Role::Plain,
    })
}

/// Lines of a width.
struct Lines {
    cells: usize,
    entries: Vec<Entry>,
}

impl Lines {
    /// A text beside a head, each line of it after so many cells.
    fn beside(&mut self, head: &str, column: usize, text: &str, style: Style) {
        let mut head = head;
        for part in wrap(text, self.cells.saturating_sub(column).max(12)) {
            let head_style = style;
            let line = format!("{}{}", pad(head, column), &text[part]);
            self.entries.push(Entry { head: line, head_style, ..Entry::default() });
            head = "";
        }
    }

    fn heading(&mut self, text: &str, theme: &Theme) {
        self.entries.push(Entry::default());
        let style = theme.style(Role::Heading).add_modifier(Modifier::BOLD);
        self.beside("", 0, text, style);
    }
}

impl Screen for Clocks {
    fn context(&self) -> Context {
        Context::Record
    }

    fn load(&mut self, desk: &Desk) -> Result<(), Error> {
        self.why = desk.why(self.agg)?;
        self.selected = self.selected.min(self.why.shown().len().saturating_sub(1));
        Ok(())
    }

    fn minute(&mut self, desk: &Desk) -> Result<(), Error> {
        self.load(desk)
    }

    fn update(&mut self, event: Event) -> Next {
        match event {
            Event::Act(action) => self.act(action),
            Event::Text(digit) => match digit.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) {
                Some(nth) => self.select(nth),
                None => Next::Stay,
            },
            Event::Paste(_) | Event::Mouse(_) => Next::Stay,
        }
    }

    fn takes_digits(&self) -> bool {
        true
    }

    /// The answer for every clock, the working of the selected one, and what could be done now.
    fn speak(&mut self) -> Spoken {
        let shown = self.why.shown();
        let plain = |head: String, body: String| Entry { head, body, ..Entry::default() };
        let mut entries: Vec<Entry> = Vec::new();
        for (n, told) in shown.iter().enumerate() {
            entries.push(plain(format!("{} {}", n + 1, self.why.answer(told)), String::new()));
        }
        if let Some(told) = shown.get(self.selected) {
            let lines = told.lines.iter().map(|line| format!("{}: {}", self.why.at(line.at), self.why.line(line)));
            let working = lines.collect::<Vec<_>>().join("\n");
            entries.push(plain(format!("{}, step by step:", told.name()), working));
        }
        let ifs = self.why.what_if().into_iter().map(|(deed, outcome)| plain(format!("if {deed}:"), outcome));
        entries.extend(ifs);
        entries.push(plain(self.why.times(), String::new()));
        let title = format!("Why: {} {}", self.why.name, self.why.title);
        Spoken::Text(Text { title, facts: Vec::new(), entries, from_end: false })
    }

    fn draw(&mut self, frame: &mut Frame<'_>, _area: Rect, theme: &Theme) {
        let spot = spot::of_height(frame.area(), u16::MAX);
        let title = format!("Why: {} {}", self.why.name, self.why.title);
        let inner = boxed(frame.buffer_mut(), spot, &title, HINTS, theme);
        self.flow.set(self.entries(inner.width.into(), theme));
        self.flow.draw(frame.buffer_mut(), inner);
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::one(self.agg))
    }
}
