//! Help: every key that works here, made from the action table and the keymap; typing searches, Enter runs the entry.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::action::{Action, Context, Effect, Way};
use super::keymap::{Keymap, Listed};
use super::part::frame::boxed;
use super::part::fuzzy::Fuzzy;
use super::part::prompt::Prompt;
use super::part::text::{pad, width, wrap};
use super::theme::{Role, Theme};

/// Lines for what is told about the selected entry.
const DETAIL: u16 = 6;
/// Cells for the keys of an entry.
const KEYS: usize = 18;

/// What the help wants after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Stay,
    Close,
    Run(Action),
}

/// Which keys are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Here,
    All,
    Text,
}

/// The help over a screen.
#[derive(Debug, Clone)]
pub struct Help {
    context: Context,
    scope: Scope,
    prompt: Prompt,
    here: Vec<Listed>,
    all: Vec<Listed>,
    shown: Vec<Listed>,
    at: usize,
    top: usize,
}

impl Help {
    /// The help for a place.
    pub fn new(keymap: &Keymap, context: Context) -> Self {
        let mut it = Self {
            context,
            scope: Scope::Here,
            prompt: Prompt::default(),
            here: keymap.here(context),
            all: keymap.listing().filter(|row| !row.keys.is_empty()).collect(),
            shown: Vec::new(),
            at: 0,
            top: 0,
        };
        it.narrow();
        it
    }

    pub fn act(&mut self, action: Action) -> Asked {
        match action {
            Action::PickClose | Action::Cancel => return Asked::Close,
            Action::Pick => return self.run(),
            Action::PickDown => self.at = (self.at + 1).min(self.shown.len().saturating_sub(1)),
            Action::PickUp => self.at = self.at.saturating_sub(1),
            Action::PickOther => {
                self.scope = match self.scope {
                    Scope::Here => Scope::All,
                    Scope::All => Scope::Text,
                    Scope::Text => Scope::Here,
                };
                self.narrow();
            }
            _ => {
                if self.prompt.act(action) {
                    self.narrow();
                }
            }
        }
        Asked::Stay
    }

    /// A typed character or a paste.
    pub fn insert(&mut self, text: &str) {
        if self.prompt.insert(text) {
            self.narrow();
        }
    }

    /// The entry under the cursor.
    pub fn selected(&self) -> Option<&Listed> {
        self.shown.get(self.at)
    }

    /// Only what works at the place that the help was opened from can be run.
    fn run(&self) -> Asked {
        let here = |row: &Listed| self.context.layers().contains(&row.context);
        self.selected().filter(|row| here(row)).map_or(Asked::Stay, |row| Asked::Run(row.action))
    }

    fn narrow(&mut self) {
        let rows = if self.scope == Scope::Here { &self.here } else { &self.all };
        let typed = self.prompt.text().trim().to_owned();
        let in_scope = |row: &&Listed| self.scope != Scope::Text || row.context.takes_text();
        let mut fuzzy = Fuzzy::new(&typed);
        let mut fits = |row: &Listed| {
            let keys = row.keys.join(" ");
            // A key typed as it is printed, or a whole name, finds itself first.
            if row.keys.contains(&typed) || row.action.facts().short.eq_ignore_ascii_case(&typed) {
                return Some(u32::MAX);
            }
            fuzzy.score(&format!("{} {} {keys}", row.action.facts().short, row.action.facts().hint))
        };
        let mut scored: Vec<(u32, &Listed)> =
            rows.iter().filter(in_scope).filter_map(|row| Some((fits(row)?, row))).collect();
        if !typed.is_empty() {
            scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        }
        self.shown = scored.into_iter().map(|(_, row)| row.clone()).collect();
        self.at = 0;
        self.top = 0;
    }

    pub fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let hints = "Tab here / all / text keys   Enter run   Esc close";
        let inner = boxed(frame.buffer_mut(), area, "Help", hints, theme);
        if inner.height < 3 || inner.width < 20 {
            return;
        }
        self.draw_line(frame, inner, theme);
        let detail = DETAIL.min(inner.height.saturating_sub(4));
        let list = Rect { y: inner.y + 1, height: inner.height - 1 - detail, ..inner };
        self.draw_list(frame, list, theme);
        let below = Rect { y: list.bottom(), height: detail, ..inner };
        self.draw_detail(frame, below, theme);
    }

    fn draw_line(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let scope = match self.scope {
            Scope::Here => self.context.word(),
            Scope::All => "all keys",
            Scope::Text => "keys in text",
        };
        let side = format!("{scope}: type to search");
        let cells = width(&side) as u16;
        let x = area.right().saturating_sub(cells);
        frame.buffer_mut().set_string(area.x, area.y, ">", theme.style(Role::Faint));
        if area.width > cells + 12 {
            frame.buffer_mut().set_stringn(x, area.y, side, cells.into(), theme.style(Role::Faint));
        }
        let room = Rect { x: area.x + 2, width: area.width.saturating_sub(cells + 3).max(8), height: 1, ..area };
        self.prompt.draw(frame, room, theme.style(Role::Plain), true);
    }

    fn draw_list(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let height = usize::from(area.height);
        self.top = self.top.min(self.at).max((self.at + 1).saturating_sub(height));
        let buffer = frame.buffer_mut();
        if self.shown.is_empty() {
            buffer.set_stringn(area.x, area.y, "nothing matches", area.width.into(), theme.style(Role::Faint));
        }
        for ((n, row), y) in self.shown.iter().enumerate().skip(self.top).take(height).zip(area.y..) {
            let selected = n == self.at;
            let keys = pad(&row.keys.join(" "), KEYS);
            let role = if selected { Role::Cursor } else { Role::Heading };
            let head = if selected { "> " } else { "  " };
            let rest = format!("{:42}{}", row.action.facts().short, row.context);
            let room = usize::from(area.width);
            buffer.set_stringn(area.x, y, head, room, theme.style(Role::Plain));
            buffer.set_stringn(area.x + 2, y, keys.trim_end(), room.saturating_sub(2), theme.style(role));
            let at = 3 + KEYS;
            let text = area.x + at as u16;
            buffer.set_stringn(text, y, rest, room.saturating_sub(at), theme.style(Role::Plain));
        }
    }

    fn draw_detail(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let Some(row) = self.selected() else { return };
        let buffer = frame.buffer_mut();
        let room = usize::from(area.width);
        for (line, y) in detail(row, room.saturating_sub(2)).iter().zip(area.y + 1..area.bottom()) {
            buffer.set_stringn(area.x + 2, y, line, room.saturating_sub(2), theme.style(Role::Faint));
        }
    }
}

/// What is told about an entry: what it does, what it costs, how a script does it and how its key is changed.
fn detail(row: &Listed, cells: usize) -> Vec<String> {
    let facts = row.action.facts();
    let effect = match facts.effect {
        Effect::Looks => "Changes nothing.",
        Effect::Opens => "Writes when it is sent.",
        Effect::Writes => "Writes at once.",
    };
    let way = match facts.way {
        Way::Command(command) => format!("CLI: tierdesk {command}"),
        Way::ScreenOnly(why) => format!("No command: {why}"),
    };
    let told = format!("{} {effect}", facts.long);
    let mut lines: Vec<String> = wrap(&told, cells).into_iter().map(|line| told[line].to_owned()).collect();
    lines.push(way);
    let keys = row.keys.first().map_or("none", String::as_str).to_lowercase();
    let first = if row.keys.first().is_some_and(|key| key.chars().count() == 1) { &row.keys[0] } else { &keys };
    lines.push(format!("Changed in: keymap.toml  [{}] {} = \"{first}\"", row.context, facts.word));
    lines
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::ui::theme::{GlyphSet, Palette};

    fn drawn(help: &mut Help, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let theme = Theme::new(Palette::Mono, GlyphSet::Ascii);
        terminal.draw(|frame| help.draw(frame, frame.area(), &theme)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn every_key_of_a_place_is_listed_and_found_by_its_words() {
        let keymap = Keymap::default();
        for &context in Context::ALL {
            for row in keymap.here(context) {
                let mut help = Help::new(&keymap, context);
                help.insert(row.action.facts().short);
                assert_eq!(help.selected().map(|it| it.action), Some(row.action), "{} in {context}", row.action.word());
            }
        }
    }

    #[test]
    fn typing_searches_and_enter_runs_what_was_found() {
        let mut help = Help::new(&Keymap::default(), Context::Queue);
        help.insert("escal");
        assert_eq!(help.selected().map(|row| row.action), Some(Action::Escalate));
        assert_eq!(help.act(Action::Pick), Asked::Run(Action::Escalate));
        help.act(Action::DeleteToStart);
        help.insert("g e");
        assert_eq!(help.act(Action::Pick), Asked::Run(Action::ViewEscalations), "a key finds itself");
        assert_eq!(help.act(Action::PickClose), Asked::Close);
    }

    #[test]
    fn what_does_not_work_here_is_listed_but_not_run() {
        let mut help = Help::new(&Keymap::default(), Context::Queue);
        help.act(Action::PickOther);
        help.insert("accept and assign");
        assert_eq!(help.selected().map(|row| row.action), Some(Action::AcceptAssign));
        assert_eq!(help.act(Action::Pick), Asked::Stay);
        help.act(Action::DeleteToStart);
        help.act(Action::PickOther);
        assert!(help.shown.iter().all(|row| row.context.takes_text()));
    }

    #[test]
    fn changed_keys_are_the_ones_shown() {
        let keymap = Keymap::with("[queue]\nescalate = \"f8\"").unwrap();
        let mut help = Help::new(&keymap, Context::Queue);
        help.insert("escalate");
        assert!(drawn(&mut help, 80, 20).contains("> F8"));
    }

    #[test]
    fn the_help_as_drawn() {
        let mut help = Help::new(&Keymap::default(), Context::Queue);
        help.insert("escal");
        insta::assert_snapshot!(drawn(&mut help, 76, 14), @r#"
        "+- Help -------------------------------------------------------------------+"
        "| > escal                                            queue: type to search |"
        "| > e                  Escalate                                  queue     |"
        "|   2 g e              Go to escalations                         global    |"
        "|                                                                          |"
        "|                                                                          |"
        "|                                                                          |"
        "|                                                                          |"
        "|   Hands the ticket to another tier with a note. The receiver must accept |"
        "|   it; until then undo takes it back. Writes when it is sent.             |"
        "|   CLI: tierdesk escalate                                                 |"
        "|   Changed in: keymap.toml  [queue] escalate = "e"                        |"
        "|                                                                          |"
        "+- Tab here / all / text keys   Enter run   Esc close ---------------------+"
        "#);
        for (width, height) in [(1, 1), (20, 5), (40, 8), (140, 40)] {
            drawn(&mut help, width, height);
        }
    }
}
