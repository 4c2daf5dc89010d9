//! A list that narrows while one types. Digits point at entries as long as nothing is typed.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::frame::boxed;
use super::fuzzy::Fuzzy;
use super::prompt::Prompt;
use super::text::{pad, sides};
use crate::ui::action::Action;
use crate::ui::spoken::{Choice, Keys};
use crate::ui::theme::{Role, Theme};

/// What a digit does on an empty line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// Chooses at once: `A` `1`.
    Choose,
    /// Moves the cursor; Enter chooses: `d` `3` Enter.
    Point,
    /// Is text: for lists of numbers.
    Text,
}

/// One entry: what it stands for, and what is shown left and right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<K> {
    pub key: K,
    pub label: String,
    pub detail: String,
    /// It is there to be seen, and would be refused here.
    pub dim: bool,
}

impl<K> Entry<K> {
    pub fn new(key: K, label: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { key, label: label.into(), detail: detail.into(), dim: false }
    }

    pub fn dim(mut self, dim: bool) -> Self {
        self.dim = dim;
        self
    }
}

/// What the picker wants after a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked<K> {
    Stay,
    /// Another text was typed: a caller that searches brings other entries.
    Narrowed,
    Chose(K),
    Copy(K),
    /// Tab: the other thing that this list offers.
    Other,
    Close,
}

/// A list with a line to type in.
#[derive(Debug, Clone)]
pub struct Picker<K> {
    title: String,
    hints: String,
    /// Below the entries.
    foot: String,
    /// What stands there when nothing does.
    empty: &'static str,
    digits: Digits,
    /// Does what is typed sift the entries? Else whoever brings them did.
    sifts: bool,
    prompt: Prompt,
    entries: Vec<Entry<K>>,
    /// Indexes of the entries that match, best first.
    shown: Vec<usize>,
    at: usize,
    top: usize,
}

impl<K: Clone + PartialEq> Picker<K> {
    pub fn new(title: impl Into<String>, digits: Digits, entries: Vec<Entry<K>>) -> Self {
        let mut it = Self {
            title: title.into(),
            hints: "Enter choose   Esc close".to_owned(),
            foot: String::new(),
            empty: "nothing matches",
            digits,
            sifts: true,
            prompt: Prompt::default(),
            entries,
            shown: Vec::new(),
            at: 0,
            top: 0,
        };
        it.narrow();
        it
    }

    /// What the lower border says.
    pub fn hints(mut self, hints: impl Into<String>) -> Self {
        self.hints = hints.into();
        self
    }

    /// A line below the entries.
    pub fn foot(mut self, foot: impl Into<String>) -> Self {
        self.foot = foot.into();
        self
    }

    /// Entries are shown as they are brought: whoever brings them goes by what is typed.
    pub fn as_brought(mut self) -> Self {
        self.sifts = false;
        self.narrow();
        self
    }

    /// What a list without entries says from now on.
    pub fn when_empty(&mut self, says: &'static str) {
        self.empty = says;
    }

    /// Puts another text in place of what is typed.
    pub fn retype(&mut self, text: &str) -> Picked<K> {
        self.prompt = Prompt::new(text);
        self.narrow();
        Picked::Narrowed
    }

    pub fn typed(&self) -> &str {
        self.prompt.text()
    }

    /// The entry under the cursor.
    pub fn selected(&self) -> Option<&Entry<K>> {
        self.shown.get(self.at).map(|n| &self.entries[*n])
    }

    /// Other entries, such as the results of a search; the cursor stays on its entry if that is still there.
    pub fn set(&mut self, entries: Vec<Entry<K>>) {
        let key = self.selected().map(|entry| entry.key.clone());
        self.entries = entries;
        self.narrow();
        if let Some(key) = key {
            self.at = self.shown.iter().position(|n| self.entries[*n].key == key).unwrap_or(0);
        }
    }

    /// The list in words. What the lower border says of Tab is the name of the other way.
    pub fn spoken(&self, complaint: Option<&str>) -> Choice {
        let entry = |n: &usize| (self.entries[*n].label.clone(), self.entries[*n].detail.clone());
        let other = self.hints.split("   ").find_map(|hint| hint.strip_prefix("Tab "));
        Choice {
            title: self.title.clone(),
            entries: self.shown.iter().map(entry).collect(),
            at: self.at,
            narrows: true,
            other: other.map(str::to_owned),
            complaint: complaint.map(str::to_owned),
            keys: Keys::PICKER,
        }
    }

    pub fn act(&mut self, action: Action) -> Picked<K> {
        let chosen = || self.selected().map(|entry| entry.key.clone());
        match action {
            Action::Pick => chosen().map_or(Picked::Stay, Picked::Chose),
            Action::PickCopy => chosen().map_or(Picked::Stay, Picked::Copy),
            Action::PickClose | Action::Cancel => Picked::Close,
            Action::PickOther => Picked::Other,
            Action::PickDown => self.step(1),
            Action::PickUp => self.step(-1),
            _ => {
                if self.prompt.act(action) {
                    self.narrow();
                    return Picked::Narrowed;
                }
                Picked::Stay
            }
        }
    }

    /// A typed character or a paste.
    pub fn insert(&mut self, text: &str) -> Picked<K> {
        let digit = text.parse::<usize>().ok().filter(|n| (1..=9).contains(n) && text.len() == 1);
        if let Some(n) = digit
            && self.prompt.is_empty()
            && self.digits != Digits::Text
        {
            if n > self.shown.len() {
                return Picked::Stay;
            }
            self.at = n - 1;
            return if self.digits == Digits::Choose { self.act(Action::Pick) } else { Picked::Stay };
        }
        if self.prompt.insert(text) {
            self.narrow();
            return Picked::Narrowed;
        }
        Picked::Stay
    }

    pub fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let inner = boxed(frame.buffer_mut(), area, &self.title, &self.hints, theme);
        if inner.height < 2 {
            return;
        }
        let line = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2), height: 1, ..inner };
        frame.buffer_mut().set_string(inner.x, inner.y, ">", theme.style(Role::Faint));
        self.prompt.draw(frame, line, theme.style(Role::Plain), true);
        let foot = u16::from(!self.foot.is_empty() && inner.height > 4);
        let list = Rect { y: inner.y + 1, height: inner.height - 1 - foot, ..inner };
        if foot > 0 {
            let faint = theme.style(Role::Faint);
            frame.buffer_mut().set_stringn(inner.x, list.bottom(), &self.foot, inner.width.into(), faint);
        }
        let height = usize::from(list.height);
        self.top = self.top.min(self.at).max((self.at + 1).saturating_sub(height));
        if self.shown.is_empty() {
            frame.buffer_mut().set_stringn(list.x, list.y, self.empty, list.width.into(), theme.style(Role::Faint));
        }
        let window = self.shown.iter().enumerate().skip(self.top).take(height);
        for ((n, entry), y) in window.zip(list.y..) {
            self.row(frame, Rect { y, height: 1, ..list }, n, *entry, theme);
        }
    }

    fn row(&self, frame: &mut Frame<'_>, area: Rect, n: usize, entry: usize, theme: &Theme) {
        let entry = &self.entries[entry];
        let selected = n == self.at;
        let numbered = self.digits != Digits::Text && self.prompt.is_empty() && n < 9;
        let number = if numbered { (n + 1).to_string() } else { String::new() };
        let head = format!("{} {number:1} ", if selected { ">" } else { " " });
        let plain = if entry.dim { Role::Faint } else { Role::Plain };
        let role = if selected { Role::Cursor } else { plain };
        let room = usize::from(area.width).saturating_sub(head.len());
        let buffer = frame.buffer_mut();
        buffer.set_stringn(area.x, area.y, &head, area.width.into(), theme.style(Role::Plain));
        let text = pad(&sides(&entry.label, &entry.detail, room), room);
        let detail = super::text::width(&entry.detail);
        let label = super::text::fit(&entry.label, room.saturating_sub(if detail > 0 { detail + 1 } else { 0 }));
        buffer.set_stringn(area.x + head.len() as u16, area.y, text, room, theme.style(plain));
        buffer.set_stringn(area.x + head.len() as u16, area.y, label, room, theme.style(role));
    }

    fn step(&mut self, by: isize) -> Picked<K> {
        self.at = self.at.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
        Picked::Stay
    }

    fn narrow(&mut self) {
        let mut fuzzy = Fuzzy::new(if self.sifts { self.prompt.text() } else { "" });
        let entries = self.entries.iter().enumerate();
        let mut scored: Vec<(u32, usize)> = entries
            .filter_map(|(n, entry)| Some((fuzzy.score(&format!("{} {}", entry.label, entry.detail))?, n)))
            .collect();
        scored.sort_by_key(|(score, n)| (std::cmp::Reverse(*score), *n));
        self.shown = scored.into_iter().map(|(_, n)| n).collect();
        self.at = 0;
        self.top = 0;
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::ui::theme::{GlyphSet, Palette};

    fn people(digits: Digits) -> Picker<&'static str> {
        let entries = [("carla", "3 open, network"), ("dmitri", "5 open, network"), ("ann", "2 open")];
        Picker::new("Assign", digits, entries.into_iter().map(|(who, load)| Entry::new(who, who, load)).collect())
    }

    #[test]
    fn a_digit_chooses_or_points_until_something_is_typed() {
        assert_eq!(people(Digits::Choose).insert("2"), Picked::Chose("dmitri"));
        let mut pointing = people(Digits::Point);
        assert_eq!(pointing.insert("3"), Picked::Stay);
        assert_eq!(pointing.act(Action::Pick), Picked::Chose("ann"));
        assert_eq!(people(Digits::Choose).insert("9"), Picked::Stay, "there is no ninth");
        let mut typed = people(Digits::Choose);
        typed.insert("i");
        assert_eq!(typed.insert("5"), Picked::Narrowed, "now it is text");
        assert_eq!(typed.act(Action::Pick), Picked::Chose("dmitri"));
    }

    #[test]
    fn typing_narrows_and_enter_takes_the_best() {
        let mut picker = people(Digits::Choose);
        assert_eq!(picker.insert("dm"), Picked::Narrowed);
        assert_eq!(picker.act(Action::Pick), Picked::Chose("dmitri"));
        picker.insert("zzz");
        assert_eq!(picker.act(Action::Pick), Picked::Stay, "nothing matches");
        picker.act(Action::DeleteToStart);
        picker.act(Action::PickDown);
        picker.act(Action::PickDown);
        picker.act(Action::PickDown);
        assert_eq!(picker.act(Action::Pick), Picked::Chose("ann"), "the cursor stops at the end");
        assert_eq!(picker.act(Action::PickClose), Picked::Close);
    }

    #[test]
    fn fresh_entries_keep_the_cursor_on_its_entry() {
        let mut picker = people(Digits::Choose);
        picker.act(Action::PickDown);
        picker.set(vec![
            Entry::new("eve", "eve", ""),
            Entry::new("ann", "ann", ""),
            Entry::new("dmitri", "dmitri", ""),
        ]);
        assert_eq!(picker.selected().map(|entry| entry.key), Some("dmitri"));
    }

    #[test]
    fn the_list_is_drawn_with_its_cursor_in_view() {
        let mut terminal = Terminal::new(TestBackend::new(40, 6)).unwrap();
        let entries = (1..=20).map(|n| Entry::new(n, format!("entry {n}"), "detail")).collect();
        let mut picker = Picker::new("Pick", Digits::Point, entries);
        let theme = Theme::new(Palette::Mono, GlyphSet::Ascii);
        terminal.draw(|frame| picker.draw(frame, frame.area(), &theme)).unwrap();
        insta::assert_snapshot!(terminal.backend(), @r#"
        "+- Pick -------------------------------+"
        "| >                                    |"
        "| > 1 entry 1                   detail |"
        "|   2 entry 2                   detail |"
        "|   3 entry 3                   detail |"
        "+- Enter choose   Esc close -----------+"
        "#);
        for _ in 0..10 {
            picker.act(Action::PickDown);
        }
        terminal.draw(|frame| picker.draw(frame, frame.area(), &theme)).unwrap();
        assert!(terminal.backend().to_string().contains(">   entry 11"));
    }
}
