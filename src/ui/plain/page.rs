//! What was shown last, page by page.

use std::io;

use super::Session;
use super::paper::{CELLS, fold};
use crate::ui::action::Action;
use crate::ui::part::text::{fit, pad, width};
use crate::ui::spoken::{List, Row, Spoken, Text};

/// Rows of a list on a page.
const ROWS: usize = 10;
/// Lines of a text on a page.
const LINES: usize = 20;
/// Cells of the last column of a row.
const TAIL: usize = 20;

/// What pages are turned of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The list, as it is when its page is shown.
    List,
    Lines(Vec<String>),
}

/// A place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    shown: Shown,
    from: usize,
}

impl Default for Page {
    fn default() -> Self {
        Self { shown: Shown::List, from: 0 }
    }
}

impl Page {
    /// The first page, or the last one where that is read first.
    pub fn of(shown: Shown, from_end: bool) -> Self {
        let from = match &shown {
            Shown::Lines(lines) if from_end => lines.len().saturating_sub(LINES),
            _ => 0,
        };
        Self { shown, from }
    }
}

/// What a list says beside its row.
pub fn detail(list: List) -> Text {
    let row = list.rows.into_iter().find(|row| Some(row.agg) == list.at);
    let title = row.map_or_else(String::new, |row| format!("{} {} {}", row.name, row.head, row.text));
    Text { title, facts: Vec::new(), entries: list.detail, from_end: false }
}

impl Session {
    /// Tells what is on top, from its beginning.
    pub(super) fn show(&mut self) -> io::Result<()> {
        match self.console.speak() {
            Spoken::List(_) => {
                self.console.command(Action::Refresh);
                self.listed.clear();
                self.chosen = None;
                self.page = Page::default();
                self.show_page()
            }
            Spoken::Text(text) => self.show_text(text),
            _ => Ok(()),
        }
    }

    pub(super) fn show_text(&mut self, text: Text) -> io::Result<()> {
        self.paper.say(&text.title)?;
        let column = text.facts.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
        for (label, fact) in &text.facts {
            self.paper.say(&format!("{}  {fact}", pad(label, column)))?;
        }
        let mut lines = Vec::new();
        for entry in &text.entries {
            let right = if entry.right.is_empty() { String::new() } else { format!("  {}", entry.right) };
            lines.extend(fold(0, &format!("{}{right}", entry.head)));
            lines.extend(fold(2, &entry.body));
        }
        self.page = Page::of(Shown::Lines(lines), text.from_end);
        self.show_page()
    }

    /// The next page, or the one before.
    pub(super) fn turn(&mut self, forward: bool) -> io::Result<()> {
        let (step, all) = match &self.page.shown {
            Shown::List => (ROWS, self.rows()),
            Shown::Lines(lines) => (LINES, lines.len()),
        };
        let from = if forward { self.page.from + step } else { self.page.from.saturating_sub(step) };
        if from >= all || from == self.page.from {
            let which = if forward { "last" } else { "first" };
            let new = if forward && self.page.shown == Shown::List { "; new logs a ticket" } else { "" };
            return self.paper.say(&format!("this is the {which} page{new}"));
        }
        self.page.from = from;
        self.show_page()
    }

    /// How many rows are read; near their end more are.
    fn rows(&mut self) -> usize {
        let Spoken::List(list) = self.console.speak() else { return 0 };
        if let (Some(last), true) = (list.rows.last(), self.page.from + 2 * ROWS >= list.rows.len()) {
            let before = list.at;
            self.console.choose(&[last.agg]);
            if let Some(before) = before {
                self.console.choose(&[before]);
            }
        }
        match self.console.speak() {
            Spoken::List(list) => list.rows.len(),
            _ => 0,
        }
    }

    pub(super) fn show_page(&mut self) -> io::Result<()> {
        let from = self.page.from;
        match &self.page.shown {
            Shown::List => match self.console.speak() {
                Spoken::List(list) => self.show_list(&list, from),
                _ => Ok(()),
            },
            Shown::Lines(lines) => {
                let to = (from + LINES).min(lines.len());
                let (page, left) = (lines[from..to].to_vec(), lines.len() - to);
                if from > 0 {
                    self.paper.say(&format!("p: {from} lines before this"))?;
                }
                page.iter().try_for_each(|line| self.paper.put(line))?;
                if left > 0 {
                    self.paper.say(&format!("n: {left} lines more"))?;
                }
                Ok(())
            }
        }
    }

    fn show_list(&mut self, list: &List, from: usize) -> io::Result<()> {
        if let Some(major) = self.console.major_in_words() {
            self.paper.say(&major)?;
        }
        let news = match self.console.news_count() {
            0 => String::new(),
            n => format!("; {n} news"),
        };
        self.paper.say(&format!("{}{news}", list.title))?;
        let to = (from + ROWS).min(list.rows.len());
        // What was listed before keeps its numbers, even if it has moved meanwhile.
        self.listed.truncate(from);
        self.listed.extend(list.rows[from..to].iter().map(|row| row.agg));
        let columns = Columns::of(&list.rows[from..to], to);
        for (n, row) in list.rows[from..to].iter().enumerate() {
            self.paper.put(&columns.line(from + n + 1, row))?;
        }
        let more = list.rows.len() - to;
        let turn = if more > 0 { format!("n: {more} more; ") } else { String::new() };
        match list.rows.is_empty() {
            true => self.paper.say("nothing is here; ? help"),
            false => self.paper.say(&format!("{turn}a number opens, a letter acts on the last shown, ? help")),
        }
    }

    /// The row under the cursor alone.
    pub(super) fn show_row(&mut self, list: &List) -> io::Result<()> {
        let Some(n) = list.rows.iter().position(|row| Some(row.agg) == list.at) else { return Ok(()) };
        let row = &list.rows[n];
        self.paper.put(&Columns::of(std::slice::from_ref(row), n + 1).line(n + 1, row))
    }
}

/// The widths of the columns of a page.
struct Columns {
    number: usize,
    head: usize,
    name: usize,
    text: usize,
}

impl Columns {
    fn of(rows: &[Row], last: usize) -> Self {
        let widest = |cell: fn(&Row) -> &str| rows.iter().map(|row| width(cell(row))).max().unwrap_or(0);
        let (head, name) = (widest(|row| &row.head), widest(|row| &row.name));
        let number = last.to_string().len();
        let tail = widest(|row| &row.tail).min(TAIL);
        let text = CELLS.saturating_sub(number + head + name + tail + 8).max(8);
        Self { number, head, name, text: text.min(widest(|row| &row.text).max(8)) }
    }

    fn line(&self, n: usize, row: &Row) -> String {
        let Self { number, head, name, text } = *self;
        let tail = fit(&row.tail, TAIL);
        format!("{n:<number$}  {}  {}  {}  {tail}", pad(&row.head, head), pad(&row.name, name), pad(&row.text, text))
    }
}
