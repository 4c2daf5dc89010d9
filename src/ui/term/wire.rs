//! From frames to bytes: each frame leaves in one write inside a synchronized update, and an unchanged one not at all.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Bytes of the frame that is being made.
#[derive(Debug, Clone, Default)]
struct Ink(Rc<RefCell<Vec<u8>>>);

impl Write for Ink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A backend that remembers where the cursor is, so that it never asks the terminal and never repeats itself.
pub struct Wire<W: Write> {
    pen: CrosstermBackend<Ink>,
    ink: Ink,
    out: W,
    size: fn() -> io::Result<Size>,
    cursor: Option<Position>,
    shown: Option<bool>,
}

impl<W: Write> Wire<W> {
    pub fn new(out: W, size: fn() -> io::Result<Size>) -> Self {
        let ink = Ink::default();
        Self { pen: CrosstermBackend::new(ink.clone()), ink, out, size, cursor: None, shown: None }
    }

    /// What the terminal shows is no longer known: another program had it.
    pub fn forget(&mut self) {
        self.cursor = None;
        self.shown = None;
    }

    /// Sends bytes that are no part of a frame, at once.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    #[cfg(test)]
    pub fn out(&self) -> &W {
        &self.out
    }
}

impl<W: Write> Backend for Wire<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.cursor = None;
        self.pen.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown == Some(false) {
            return Ok(());
        }
        self.shown = Some(false);
        self.pen.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.shown == Some(true) {
            return Ok(());
        }
        self.shown = Some(true);
        self.pen.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Some(position) {
            return Ok(());
        }
        self.cursor = Some(position);
        self.pen.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.pen.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.pen.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        (self.size)()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: (self.size)()?, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        let ink = std::mem::take(&mut *self.ink.0.borrow_mut());
        if ink.is_empty() {
            return Ok(());
        }
        self.send(&[BEGIN, &ink, END].concat())
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::style::{Modifier, Style};
    use ratatui::text::Span;

    use super::*;

    /// Every write that reached the other side.
    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn list(terminal: &mut Terminal<Wire<Writes>>, cursor: u16) {
        terminal
            .draw(|frame| {
                for row in 0..frame.area().height {
                    let style =
                        if row == cursor { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
                    let mark = if row == cursor { ">" } else { " " };
                    frame.buffer_mut().set_string(0, row, mark, Style::new());
                    frame.buffer_mut().set_span(15, row, &Span::styled(format!("INC-120{row:02}"), style), 9);
                    frame.buffer_mut().set_string(25, row, "Outlook will not open after update", Style::new());
                }
                frame.set_cursor_position((0, cursor));
            })
            .unwrap();
    }

    #[test]
    fn a_frame_is_one_write_and_an_unchanged_one_is_none() {
        let mut terminal = Terminal::new(Wire::new(Writes::default(), || Ok(Size::new(80, 24)))).unwrap();
        list(&mut terminal, 3);
        let first = terminal.backend().out().0.clone();
        assert_eq!(first.len(), 1);
        assert!(first[0].starts_with(BEGIN) && first[0].ends_with(END));
        list(&mut terminal, 3);
        assert_eq!(terminal.backend().out().0.len(), 1, "nothing changed");
        list(&mut terminal, 4);
        let moved = &terminal.backend().out().0[1];
        assert!(moved.len() <= 120, "a cursor move took {} bytes", moved.len());
        assert!(moved.windows(4).any(|bytes| bytes == b"\x1b[7m"), "the reversed cell is sent");
    }

    #[test]
    fn a_cleared_screen_is_drawn_whole_without_a_question_to_the_terminal() {
        let mut terminal = Terminal::new(Wire::new(Writes::default(), || Ok(Size::new(80, 24)))).unwrap();
        list(&mut terminal, 3);
        terminal.backend_mut().forget();
        terminal.clear().unwrap();
        list(&mut terminal, 3);
        let repaint = terminal.backend().out().0.last().unwrap();
        assert!(repaint.len() > 500, "the whole frame again, got {} bytes", repaint.len());
        assert!(!repaint.windows(4).any(|bytes| bytes == b"\x1b[6n"));
    }
}
