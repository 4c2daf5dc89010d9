//! One line of input.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_textarea::TextArea;

use super::editor::edit;
use crate::domain::text::clean_line;
use crate::ui::action::Action;

/// The most characters that one line takes.
const MAX: usize = 1_000;

/// A line that is being typed.
#[derive(Debug, Clone)]
pub struct Prompt {
    area: TextArea<'static>,
}

impl Default for Prompt {
    fn default() -> Self {
        Self::new("")
    }
}

impl Prompt {
    /// A line with `text` in it and the cursor behind it.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::default();
        area.set_cursor_style(Style::new());
        area.set_cursor_line_style(Style::new());
        area.insert_str(clean_line(text));
        Self { area }
    }

    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Does the named edit; false when the text stayed as it was.
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::LineUp | Action::LineDown | Action::TextPageUp | Action::TextPageDown => false,
            _ => edit(&mut self.area, action),
        }
    }

    /// Puts text in at the cursor: a typed character, or a paste, whose lines become one.
    pub fn insert(&mut self, text: &str) -> bool {
        let room = MAX.saturating_sub(self.text().chars().count());
        let text: String = match text {
            " " => text.to_owned(),
            _ => clean_line(text),
        };
        let text: String = text.chars().take(room).collect();
        !text.is_empty() && self.area.insert_str(text)
    }

    pub fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, style: Style, focused: bool) {
        self.area.set_style(style);
        frame.render_widget(&self.area, area);
        if focused && let Some(position) = cursor_in(&self.area, area) {
            frame.set_cursor_position(position);
        }
    }
}

/// Where the terminal's cursor belongs, after `text` was drawn into `area`.
pub(super) fn cursor_in(text: &TextArea<'_>, area: Rect) -> Option<Position> {
    let cursor = text.screen_cursor();
    let (top, left) = text.scroll_offset();
    let x = area.x + u16::try_from(cursor.col).ok()?.checked_sub(left)?;
    let y = area.y + u16::try_from(cursor.row).ok()?.checked_sub(top)?;
    Some(Position::new(x.min(area.right().saturating_sub(1)), y.min(area.bottom().saturating_sub(1))))
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    #[test]
    fn a_line_is_edited_by_named_actions() {
        let mut prompt = Prompt::new("is:open tier:1");
        assert!(prompt.act(Action::DeleteWord));
        assert_eq!(prompt.text(), "is:open tier:");
        assert!(prompt.act(Action::TextUndo));
        assert_eq!(prompt.text(), "is:open tier:1");
        prompt.act(Action::LineStart);
        prompt.insert("vpn");
        prompt.insert(" ");
        assert_eq!(prompt.text(), "vpn is:open tier:1");
        assert!(prompt.act(Action::DeleteToEnd));
        assert_eq!(prompt.text(), "vpn ");
    }

    #[test]
    fn a_paste_becomes_one_clean_line_of_limited_length() {
        let mut prompt = Prompt::default();
        prompt.insert("two\nlines\u{1b}[31m\u{202e}");
        assert_eq!(prompt.text(), "two lines[31m");
        prompt.insert(&"x".repeat(10 * MAX));
        assert_eq!(prompt.text().chars().count(), MAX);
    }

    #[test]
    fn the_cursor_of_the_terminal_stands_in_the_line() {
        let mut terminal = Terminal::new(TestBackend::new(20, 1)).unwrap();
        for (text, column) in [("abc", 3), ("漢字", 4), ("a text that is longer than the field", 19)] {
            let mut prompt = Prompt::new(text);
            terminal.draw(|frame| prompt.draw(frame, frame.area(), Style::new(), true)).unwrap();
            terminal.backend_mut().assert_cursor_position((column, 0));
        }
    }
}
