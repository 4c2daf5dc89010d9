//! The console line by line: for screen readers, for terminals that cannot place a cursor, and for scripts. Nothing
//! that was written moves, and nothing is written but answers.
//!
//! It has no rules and no dialogs of its own: it moves the same [`Console`] by the same actions, reads what a screen
//! [says](super::spoken) and asks for what a dialog wants, so that a new dialog works here by itself.
//!
//! - [`paper`]: lines out and in; [`line`]: what a line means; [`way`]: how each action is done here; [`help`]
//! - [`page`]: what was shown last, page by page; [`talk`]: choices and questions; [`form`]: fields one by one

mod form;
mod help;
pub mod line;
mod page;
pub mod paper;
mod talk;
pub mod way;

use std::io::{self, BufReader, ErrorKind, IsTerminal};
use std::process::ExitCode;
use std::time::Instant as Clock;

use anyhow::{Context as _, Result};

use self::line::{Line, Own};
use self::page::{Page, Shown};
use self::paper::Paper;
use self::way::{How, how};
use super::action::{Action, Context, Effect as Does};
use super::console::{Console, Effect};
use super::run::{Options, host};
use super::spoken::Spoken;
use super::theme::{GlyphSet, Palette, Theme};
use crate::app::Desk;
use crate::domain::id::AggId;

/// Exit status when a line was not understood, and when something was refused, with nobody there to mend it.
const NOT_UNDERSTOOD: u8 = 2;
const REFUSED: u8 = 3;

/// Runs the console on standard input and output, until the person quits or the input ends.
pub fn run(desk: Desk, options: Options) -> Result<ExitCode> {
    let paper = Paper::new(Box::new(BufReader::new(io::stdin())), Box::new(io::stdout()), io::stdin().is_terminal());
    let theme = Theme::new(Palette::Mono, GlyphSet::Ascii);
    let mut console = Console::new(desk, options.keymap, theme, host())?;
    console.configure(options.config);
    let mut session = Session::new(console, paper);
    match session.converse(&options.greeting) {
        Ok(()) => {}
        // Whoever reads has read enough.
        Err(gone) if gone.kind() == ErrorKind::BrokenPipe => {}
        Err(fault) => return Err(fault).context("writing"),
    }
    Ok(ExitCode::from(session.status))
}

/// A conversation.
pub struct Session {
    console: Console,
    paper: Paper,
    /// The rows that were listed last, by number from one.
    listed: Vec<AggId>,
    page: Page,
    /// The row of the list that was pointed at, so that a letter has something to act on.
    chosen: Option<AggId>,
    /// The last complaint, which is not told twice.
    complaint: String,
    status: u8,
}

/// Does the conversation go on?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Go {
    On,
    Quit,
}

/// What stood before an action.
struct Before {
    spoken: Spoken,
    depth: usize,
}

impl Session {
    pub fn new(console: Console, paper: Paper) -> Self {
        Self {
            console,
            paper,
            listed: Vec::new(),
            page: Page::default(),
            chosen: None,
            complaint: String::new(),
            status: 0,
        }
    }

    /// Talks until one side ends it.
    pub fn converse(&mut self, greeting: &str) -> io::Result<()> {
        self.paper.say(greeting)?;
        self.show()?;
        while !self.is_over() {
            let Some(line) = self.paper.ask("> ")? else { break };
            self.complaint.clear();
            // What time and other sessions brought meanwhile.
            self.console.pass(Clock::now());
            if self.obey(&line)? == Go::Quit {
                break;
            }
        }
        Ok(())
    }

    /// What the conversation came to, as an exit status.
    pub const fn status(&self) -> u8 {
        self.status
    }

    /// A script ends at its first mistake: what follows it would be done to another record than was meant.
    const fn is_over(&self) -> bool {
        self.status != 0 && !self.paper.is_answered()
    }

    fn obey(&mut self, text: &str) -> io::Result<Go> {
        let (rows, rest) = line::rows(text.trim());
        if !rows.is_empty() && !rest.is_empty() {
            // A verb on rows is one of the list, whatever is open over it.
            self.go_to_list()?;
        }
        match line::read(text, self.console.keymap(), self.console.context()) {
            Line::Nothing => self.say_where()?,
            Line::Rows(rows) => self.open(&rows)?,
            Line::Own(Own::NextPage) => self.turn(true)?,
            Line::Own(Own::PreviousPage) => self.turn(false)?,
            Line::Own(Own::Again) => self.show()?,
            Line::Act { rows, action, answer } => return self.act(&rows, action, answer),
            Line::Unknown(word) => {
                self.complain(NOT_UNDERSTOOD, &format!("`{word}` is nothing here; ? lists what can be typed"))?;
            }
        }
        Ok(Go::On)
    }

    fn act(&mut self, rows: &[usize], action: Action, answer: Option<String>) -> io::Result<Go> {
        match (action, how(action)) {
            (Action::Help, _) => self.help(answer.as_deref().unwrap_or_default())?,
            (Action::FindText, _) => self.find(answer)?,
            (Action::Quit, _) if self.console.depth() <= 1 => return Ok(Go::Quit),
            (Action::Quit, _) => self.carry(Action::Out, None)?,
            (Action::PageDown, _) => self.turn(true)?,
            (Action::PageUp, _) => self.turn(false)?,
            (Action::Refresh | Action::Repaint, _) => self.show()?,
            (Action::Mark | Action::MarkRange, _) => self.paper.say("rows are marked by their numbers: 2-4,7")?,
            (_, How::Needless(why)) => self.paper.say(why)?,
            _ if !rows.is_empty() => {
                if self.point(rows)? {
                    self.carry(action, answer)?;
                }
            }
            _ if line::needs_record(action) && !self.is_meant() => self.carry_on_last(action, answer)?,
            _ => self.carry(action, answer)?,
        }
        Ok(Go::On)
    }

    /// Does it to the record that was shown last, where that has left the list.
    fn carry_on_last(&mut self, action: Action, answer: Option<String>) -> io::Result<()> {
        let opens = action == Action::Open;
        match self.chosen.filter(|_| opens || action.belongs_to(Context::Record)) {
            Some(last) => {
                self.console.open(last);
                self.heard()?;
                if opens { self.show() } else { self.carry(action, answer) }
            }
            None => self.complain(NOT_UNDERSTOOD, "which one? write its number first: 3 c, or 3 alone to open it"),
        }
    }

    /// Does it, and everything that it asks for.
    fn carry(&mut self, action: Action, answer: Option<String>) -> io::Result<()> {
        let before = Before { spoken: self.console.speak(), depth: self.console.depth() };
        let effects = self.console.command(action);
        self.perform(effects)?;
        self.talk(answer)?;
        self.heard()?;
        self.show_change(action, &before)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Copy(text) => {
                    self.console.take_said();
                    self.paper.say(&text)?;
                }
                Effect::Edit(text) => self.edit(&text)?,
                Effect::Repaint => self.show()?,
                Effect::Suspend | Effect::Ring(_) | Effect::Quit => {}
            }
        }
        Ok(())
    }

    /// A text outside any form.
    fn edit(&mut self, now: &str) -> io::Result<()> {
        let form::Text::Written(text) = self.text("Text", now, false)? else {
            return self.paper.say("left as it was");
        };
        let effects = self.console.written(&text);
        self.perform(effects)
    }

    /// Tells what the console said.
    fn heard(&mut self) -> io::Result<()> {
        match self.console.take_said() {
            None => Ok(()),
            Some((text, true)) => self.complain(REFUSED, &text),
            Some((text, false)) => self.paper.say(&text),
        }
    }

    fn complain(&mut self, status: u8, why: &str) -> io::Result<()> {
        if self.complaint == why {
            return Ok(());
        }
        why.clone_into(&mut self.complaint);
        if !self.paper.is_answered() && self.status == 0 {
            self.status = status;
        }
        self.paper.say(&format!("error: {why}"))
    }

    /// Is a record meant by a letter: the one that is open, the row that was pointed at, or marks?
    fn is_meant(&mut self) -> bool {
        match self.console.speak() {
            Spoken::List(list) => {
                list.is_record || list.marked > 0 || (self.chosen.is_some() && self.chosen == list.at)
            }
            _ => true,
        }
    }

    /// The records behind numbers of the list.
    fn records(&mut self, rows: &[usize]) -> io::Result<Option<Vec<AggId>>> {
        let wrong = rows.iter().find(|row| **row > self.listed.len());
        if let Some(row) = wrong {
            let why = format!("there is no row {row}: {} are listed so far", self.listed.len());
            self.complain(NOT_UNDERSTOOD, &why)?;
            return Ok(None);
        }
        Ok(Some(rows.iter().map(|row| self.listed[row - 1]).collect()))
    }

    /// Points at rows of the list; a single one that has left it is opened instead.
    fn point(&mut self, rows: &[usize]) -> io::Result<bool> {
        let Some(records) = self.records(rows)? else { return Ok(false) };
        self.go_to_list()?;
        if self.console.choose(&records) {
            self.chosen = records.first().copied().filter(|_| records.len() == 1);
            return Ok(true);
        }
        if let [one] = records[..] {
            self.console.open(one);
            self.heard()?;
            return Ok(!self.is_over());
        }
        self.complain(REFUSED, "some of these are not in the list any more; again lists it")?;
        Ok(false)
    }

    /// Opens a row, or marks several.
    fn open(&mut self, rows: &[usize]) -> io::Result<()> {
        if !self.point(rows)? {
            return Ok(());
        }
        match self.console.speak() {
            Spoken::List(list) if list.marked > 0 => {
                self.paper.say(&format!("{} marked; a letter acts on them", list.marked))
            }
            Spoken::List(list) if !list.detail.is_empty() => self.show_text(page::detail(list)),
            Spoken::List(_) => self.carry(Action::Open, None),
            _ => self.show(),
        }
    }

    /// Goes out as far as a list.
    fn go_to_list(&mut self) -> io::Result<()> {
        for _ in 0..8 {
            if self.console.depth() <= 1 {
                break;
            }
            self.console.command(leaving(self.console.context()));
        }
        self.heard()
    }

    /// What a letter would act on.
    fn say_where(&mut self) -> io::Result<()> {
        let said = match self.console.speak() {
            Spoken::List(list) if list.marked > 0 => format!("{} marked", list.marked),
            Spoken::List(list) => {
                let at = list.rows.iter().find(|row| Some(row.agg) == self.chosen);
                at.map_or(list.title.clone(), |row| format!("on {} {}", row.name, row.text))
            }
            Spoken::Text(text) => format!("on {}", text.title),
            _ => String::new(),
        };
        self.paper.say(&said)
    }

    /// Tells what an action changed: another screen, another list, another row.
    fn show_change(&mut self, action: Action, before: &Before) -> io::Result<()> {
        if self.is_over() {
            return Ok(());
        }
        let looks = action.facts().effect == Does::Looks;
        match (&before.spoken, self.console.speak()) {
            (Spoken::List(old), Spoken::List(new)) => {
                if new.marked > 0 && new.marked != old.marked {
                    self.paper.say(&format!("{} marked; a letter acts on them", new.marked))
                } else if new.title != old.title && looks {
                    self.show()
                } else if (looks || action == Action::New) && new.at != old.at {
                    self.chosen = new.at;
                    self.show_row(&new)
                } else if looks && new.rows != old.rows {
                    self.show()
                } else {
                    Ok(())
                }
            }
            (_, Spoken::List(list)) => {
                // The record that was open is the one that was shown last.
                self.chosen = list.at;
                self.paper.say(&format!("{}; again lists it", list.title))
            }
            (Spoken::Text(old), Spoken::Text(new)) => {
                let other = old.title.split(' ').next() != new.title.split(' ').next();
                if other || self.console.depth() != before.depth || (looks && new.entries != old.entries) {
                    self.show()
                } else {
                    Ok(())
                }
            }
            _ => self.show(),
        }
    }

    fn help(&mut self, words: &str) -> io::Result<()> {
        let context = self.console.context();
        let entries = help::entries(self.console.keymap(), context, words.trim());
        if entries.is_empty() {
            return self.paper.say(&format!("nothing here does `{words}`; ? alone lists everything"));
        }
        let mut lines = if words.is_empty() { paper::fold(0, help::GRAMMAR) } else { Vec::new() };
        let column = entries.iter().map(|(typed, _)| typed.len()).max().unwrap_or(0).min(24);
        lines.extend(entries.iter().map(|(typed, does)| format!("{typed:column$}  {does}")));
        self.page = Page::of(Shown::Lines(lines), false);
        self.show_page()
    }

    /// The entries of what is open that have these words.
    fn find(&mut self, answer: Option<String>) -> io::Result<()> {
        let words = match answer {
            Some(words) => words,
            None => self.paper.ask("find: ")?.unwrap_or_default(),
        };
        let words = words.trim().to_lowercase();
        let Spoken::Text(text) = self.console.speak() else { return Ok(()) };
        if words.is_empty() {
            return Ok(());
        }
        let has = |text: &str| text.to_lowercase().contains(&words);
        let mut lines = Vec::new();
        for entry in text.entries.iter().filter(|entry| has(&entry.head) || has(&entry.body)) {
            lines.extend(paper::fold(0, &entry.head));
            entry.body.lines().filter(|line| has(line)).for_each(|line| lines.extend(paper::fold(2, line)));
        }
        if lines.is_empty() {
            return self.paper.say(&format!("not found: {words}"));
        }
        self.page = Page::of(Shown::Lines(lines), false);
        self.show_page()
    }
}

/// What leaves the innermost layer of a place.
const fn leaving(context: Context) -> Action {
    match context {
        Context::Dialog | Context::Text => Action::Close,
        Context::Picker => Action::PickClose,
        Context::Filter => Action::FilterRestore,
        Context::Always
        | Context::Global
        | Context::Queue
        | Context::Record
        | Context::Escalations
        | Context::Problems => Action::Out,
    }
}
