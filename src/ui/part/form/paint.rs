//! How a form is drawn: labels in a column, text areas sharing the height, the focused field in view.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Field, Form, Named};
use crate::ui::part::frame::boxed;
use crate::ui::part::text::{pad, width};
use crate::ui::theme::{Role, Theme};

/// Lines that a text area has at least.
const AREA_MIN: u16 = 3;
/// Lines that a text area likes to have.
const AREA_WANTED: u16 = 7;
/// Cells that labels take at most.
const LABEL_MAX: usize = 12;

impl Form {
    /// Draws the dialog. Where it is higher than its place, the focused field stays in view.
    pub fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let hints = "Ctrl-S send   Tab field   Esc keep draft";
        let inner = boxed(frame.buffer_mut(), area, &self.title, hints, theme);
        if inner.height == 0 || inner.width < 10 {
            return;
        }
        let last = Rect { y: inner.bottom() - 1, height: 1, ..inner };
        let body = Rect { height: inner.height - 1, ..inner };
        self.last_line(frame, last, theme);
        let label = self.label_width();
        let heights = self.heights(body, label);
        let mut top = 0;
        let focus = self.focus.min(self.fields.len().saturating_sub(1));
        while heights[top..=focus].iter().sum::<u16>() > body.height && top < focus {
            top += 1;
        }
        let mut y = body.y;
        for (n, height) in heights.into_iter().enumerate().skip(top) {
            let height = height.min(body.bottom().saturating_sub(y));
            self.draw_field(frame, Rect { y, height, ..body }, n, label, theme);
            y += height;
        }
    }

    /// Lines that the dialog likes to have in a box of that width, borders included.
    pub fn height(&self, width: u16) -> u16 {
        let body = Rect::new(0, 0, width.saturating_sub(4), 0);
        let areas = self.fields.iter().filter(|named| matches!(named.field, Field::Area(_))).count() as u16;
        self.heights(body, self.label_width()).iter().sum::<u16>() + areas * (AREA_WANTED - AREA_MIN) + 3
    }

    fn label_width(&self) -> u16 {
        self.fields.iter().map(|named| width(&named.label)).max().unwrap_or(0).min(LABEL_MAX) as u16 + 1
    }

    /// Lines for each field: text areas share what the others leave.
    fn heights(&self, body: Rect, label: u16) -> Vec<u16> {
        let room = usize::from(body.width.saturating_sub(label));
        let fixed = |named: &Named| match &named.field {
            Field::Area(_) => 0,
            Field::Info(lines) => lines.len() as u16,
            Field::Choice { .. } | Field::Suggest { .. } => row_lines(&named.field, room).len().max(1) as u16,
            Field::Line(_) | Field::Toggles(_) => 1,
        };
        let areas = self.fields.iter().filter(|named| matches!(named.field, Field::Area(_))).count() as u16;
        let spare = body.height.saturating_sub(self.fields.iter().map(fixed).sum());
        let share = spare.checked_div(areas).unwrap_or(0).max(AREA_MIN);
        self.fields
            .iter()
            .map(|named| if matches!(named.field, Field::Area(_)) { share } else { fixed(named) })
            .collect()
    }

    fn draw_field(&mut self, frame: &mut Frame<'_>, area: Rect, n: usize, label: u16, theme: &Theme) {
        if area.height == 0 {
            return;
        }
        let focused = n == self.focus;
        let toggle = self.toggle;
        let named = &mut self.fields[n];
        let role = if focused { Role::Heading } else { Role::Faint };
        let text = pad(&named.label, usize::from(label) - 1);
        frame.buffer_mut().set_stringn(area.x, area.y, text, label.into(), theme.style(role));
        let room = Rect { x: area.x + label, width: area.width.saturating_sub(label), ..area };
        let plain = theme.style(Role::Plain);
        match &mut named.field {
            Field::Line(prompt) => prompt.draw(frame, Rect { height: 1, ..room }, plain, focused),
            Field::Area(editor) => editor.draw(frame, room, plain, focused),
            Field::Info(lines) => {
                for (line, y) in lines.iter().zip(room.y..room.bottom()) {
                    frame.buffer_mut().set_stringn(room.x, y, line, room.width.into(), theme.style(Role::Faint));
                }
            }
            field => {
                for (line, y) in row_lines(field, room.width.into()).iter().zip(room.y..room.bottom()) {
                    frame.buffer_mut().set_stringn(room.x, y, line, room.width.into(), plain);
                }
                if focused {
                    let column = if let Field::Toggles(boxes) = field { toggle_column(boxes, toggle) } else { 0 };
                    frame.set_cursor_position((room.x + column.min(room.width.saturating_sub(1)), room.y));
                }
            }
        }
    }

    /// The complaint, if there is one, and `[Send]`.
    fn last_line(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let buffer = frame.buffer_mut();
        if let Some(complaint) = &self.complaint {
            let text = format!("error: {complaint}");
            buffer.set_stringn(area.x, area.y, text, area.width.saturating_sub(8).into(), theme.style(Role::Error));
        }
        let focused = self.focus == self.fields.len();
        let x = area.right().saturating_sub(6);
        buffer.set_stringn(x, area.y, "[Send]", 6, theme.style(if focused { Role::Cursor } else { Role::Plain }));
        if focused {
            frame.set_cursor_position((x + 1, area.y));
        }
    }
}

/// The lines of a row of choices, texts or boxes: `[1] no access  [2] skill*`, broken between them.
fn row_lines(field: &Field, room: usize) -> Vec<String> {
    let numbered = |n: usize, label: &str, star: bool| format!("[{}] {label}{}", n + 1, if star { "*" } else { "" });
    let pieces: Vec<String> = match field {
        Field::Choice { options, chosen } => {
            options.iter().enumerate().map(|(n, it)| numbered(n, &it.label, *chosen == Some(n))).collect()
        }
        Field::Suggest { texts, .. } => texts.iter().enumerate().map(|(n, it)| numbered(n, &it.label, false)).collect(),
        Field::Toggles(boxes) => {
            boxes.iter().map(|(label, on)| format!("[{}] {label}", if *on { "x" } else { " " })).collect()
        }
        _ => Vec::new(),
    };
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if width(line) + 2 + width(&piece) <= room => *line = format!("{line}  {piece}"),
            _ => lines.push(piece),
        }
    }
    lines
}

/// Where the box `n` of a row begins, on its mark.
fn toggle_column(boxes: &[(String, bool)], n: usize) -> u16 {
    boxes.iter().take(n).map(|(label, _)| width(label) as u16 + 6).sum::<u16>() + 1
}
