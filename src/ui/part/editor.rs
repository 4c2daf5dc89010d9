//! Many lines of input: wrapped by word, with undo, and with a limit that keeps it quick.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use tui_textarea::{CursorMove, Scrolling, TextArea, WrapMode};

use super::prompt::cursor_in;
use crate::domain::text::clean;
use crate::ui::action::Action;

/// The most bytes of a text. Whatever is longer belongs into a file.
pub const MAX_BYTES: usize = 64 * 1024;
/// The most lines of a text.
pub const MAX_LINES: usize = 2_000;

/// The text would grow past its limit. Nothing was put in; the surface offers an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a text has at most 64 KB and 2000 lines; attach it as a file")]
pub struct TooLong;

/// A text that is being written.
#[derive(Debug, Clone)]
pub struct Editor {
    area: TextArea<'static>,
    /// Lines that it began with.
    began: usize,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl Editor {
    /// An editor with `text` in it, cut to the limits, and the cursor behind it.
    pub fn new(text: &str) -> Self {
        let text = clean(text);
        let kept = text.lines().take(MAX_LINES).scan(0, |bytes, line| {
            *bytes += line.len() + 1;
            (*bytes <= MAX_BYTES).then(|| line.to_owned())
        });
        let mut lines: Vec<String> = kept.collect();
        if text.ends_with('\n') && lines.len() < MAX_LINES {
            lines.push(String::new());
        }
        let began = lines.len();
        let mut area = TextArea::new(lines);
        area.set_cursor_style(Style::new());
        area.set_cursor_line_style(Style::new());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_max_histories(200);
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, began }
    }

    /// The same with the cursor before the text, for one that is read first.
    pub fn read_from_start(mut self) -> Self {
        self.area.move_cursor(CursorMove::Top);
        self.area.move_cursor(CursorMove::Head);
        self
    }

    /// Lines that it began with: a long text likes more room.
    pub const fn began_with(&self) -> usize {
        self.began
    }

    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Line and character of the cursor, from zero.
    pub fn cursor(&self) -> (usize, usize) {
        let at = self.area.cursor();
        (at.0, at.1)
    }

    /// Moves to the end of the first line that is only a label, such as `Ask     :`.
    pub fn to_first_gap(&mut self) {
        if let Some(gap) = self.area.lines().iter().position(|line| line.trim_end().ends_with(':')) {
            self.area.move_cursor(CursorMove::Jump(gap as u16, 0));
            self.area.move_cursor(CursorMove::End);
        }
    }

    /// Does the named edit; false when the text stayed as it was.
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::Enter => self.insert("\n").is_ok(),
            Action::Toggle => self.insert(" ").is_ok(),
            _ => edit(&mut self.area, action),
        }
    }

    /// Puts text in at the cursor, cleaned: a typed character or a paste.
    pub fn insert(&mut self, text: &str) -> Result<(), TooLong> {
        // Measured before it is cleaned: cleaning four megabytes would be felt.
        let bytes: usize = self.area.lines().iter().map(|line| line.len() + 1).sum();
        if bytes + text.len() > MAX_BYTES {
            return Err(TooLong);
        }
        let text = clean(text);
        let fits = bytes + text.len() <= MAX_BYTES && self.area.lines().len() + text.matches('\n').count() <= MAX_LINES;
        if !fits {
            return Err(TooLong);
        }
        self.area.insert_str(text);
        Ok(())
    }

    pub fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, style: Style, focused: bool) {
        self.area.set_style(style);
        frame.render_widget(&self.area, area);
        if focused && let Some(position) = cursor_in(&self.area, area) {
            frame.set_cursor_position(position);
        }
    }
}

/// Does a named edit in a text area; false when the text stayed as it was.
pub(super) fn edit(area: &mut TextArea<'_>, action: Action) -> bool {
    let movement = match action {
        Action::LineStart => CursorMove::Head,
        Action::LineEnd => CursorMove::End,
        Action::WordBack => CursorMove::WordBack,
        Action::WordForward => CursorMove::WordForward,
        Action::CharBack => CursorMove::Back,
        Action::CharForward => CursorMove::Forward,
        Action::LineUp => CursorMove::Up,
        Action::LineDown => CursorMove::Down,
        Action::TextPageUp => {
            area.scroll(Scrolling::PageUp);
            return false;
        }
        Action::TextPageDown => {
            area.scroll(Scrolling::PageDown);
            return false;
        }
        Action::TextUndo => return area.undo(),
        Action::TextRedo => return area.redo(),
        Action::DeleteBack => return area.delete_char(),
        Action::DeleteForward => return area.delete_next_char(),
        Action::DeleteWord => return area.delete_word(),
        Action::DeleteToStart => return area.delete_line_by_head(),
        Action::DeleteToEnd => return area.delete_line_by_end(),
        _ => return false,
    };
    area.move_cursor(movement);
    false
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    #[test]
    fn typed_text_can_be_undone_and_redone() {
        let mut editor = Editor::new("first");
        editor.act(Action::Enter);
        editor.insert("second").unwrap();
        assert_eq!(editor.text(), "first\nsecond");
        assert!(editor.act(Action::TextUndo));
        assert_eq!(editor.text(), "first\n");
        assert!(editor.act(Action::TextRedo));
        assert_eq!(editor.text(), "first\nsecond");
        assert!(!editor.act(Action::CharBack), "moving changes nothing");
    }

    #[test]
    fn outside_text_is_cleaned_and_limited() {
        let mut editor = Editor::default();
        editor.insert("a\tb\u{1b}[2J\u{202e}\r\nc").unwrap();
        assert_eq!(editor.text(), "a    b[2J\nc");
        assert_eq!(editor.insert(&"x".repeat(4 << 20)), Err(TooLong));
        assert_eq!(editor.insert(&"\n".repeat(MAX_LINES)), Err(TooLong));
        assert_eq!(editor.text(), "a    b[2J\nc", "what was there stays");
        let loaded = Editor::new(&"0123456789\n".repeat(50_000));
        assert!(loaded.text().len() <= MAX_BYTES && loaded.text().lines().count() <= MAX_LINES);
        assert_eq!(Editor::new("one\n").text(), "one\n");
    }

    #[test]
    fn a_template_is_entered_at_its_first_gap() {
        let mut editor = Editor::new("Symptom : VPN drops\nTried   :\nFound   :\nAsk     : ");
        editor.to_first_gap();
        assert_eq!(editor.cursor(), (1, 9));
    }

    #[test]
    fn long_lines_wrap_between_words_and_the_cursor_follows() {
        let mut terminal = Terminal::new(TestBackend::new(16, 3)).unwrap();
        let mut editor = Editor::new("The client says stop it now");
        terminal.draw(|frame| editor.draw(frame, frame.area(), Style::new(), true)).unwrap();
        terminal.backend().assert_buffer_lines(["The client says ", "stop it now     ", "                "]);
        terminal.backend_mut().assert_cursor_position((11, 1));
    }
}
