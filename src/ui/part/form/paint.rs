//! How a form is drawn: labels in a column, text areas sharing the height, the focused field in view.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Field, Form, Named};
use crate::ui::part::frame::boxed;
use crate::ui::part::text::{complaint, pad, width, wrap};
use crate::ui::theme::{Role, Theme};

/// Lines that a text area has at least.
const AREA_MIN: u16 = 3;
/// Lines that a text area likes to have.
const AREA_WANTED: u16 = 7;
/// Lines of a long text that a dialog makes room for, if the screen has them.
const AREA_MOST: u16 = 40;
/// Lines that a row of boxes takes at most; of more a window is shown.
const BOXES_MAX: u16 = 12;
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
        let complaint = self.complaint_lines(inner.width);
        let height = (complaint.len() as u16).clamp(1, inner.height.div_ceil(2));
        let last = Rect { y: inner.bottom() - height, height, ..inner };
        let body = Rect { height: inner.height - height, ..inner };
        self.last_lines(frame, last, &complaint, theme);
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
        let wanted = self.fields.iter().filter_map(|named| match &named.field {
            Field::Area(editor) => Some((editor.began_with() as u16).clamp(AREA_WANTED, AREA_MOST) - AREA_MIN),
            _ => None,
        });
        self.heights(body, self.label_width()).iter().sum::<u16>() + wanted.sum::<u16>() + 3
    }

    fn label_width(&self) -> u16 {
        self.fields.iter().map(|named| width(&named.label)).max().unwrap_or(0).min(LABEL_MAX) as u16 + 1
    }

    /// Lines for each field: text areas share what the others leave.
    fn heights(&self, body: Rect, label: u16) -> Vec<u16> {
        let room = usize::from(body.width.saturating_sub(label));
        // A low box keeps room for what stands under the boxes.
        let most_boxes = if body.height == 0 { BOXES_MAX } else { (body.height / 2).max(2) };
        let fixed = |named: &Named| match &named.field {
            Field::Area(_) => 0,
            Field::Info(lines) => lines.iter().map(|line| wrap(line, room).len()).sum::<usize>() as u16,
            Field::Choice { .. } | Field::Suggest { .. } => row_lines(&named.field, room).len().max(1) as u16,
            Field::Toggles(_) => (row_lines(&named.field, room).len() as u16).clamp(1, BOXES_MAX.min(most_boxes)),
            Field::Line(_) => 1,
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
                let cells = usize::from(room.width);
                let wrapped = lines.iter().flat_map(|line| wrap(line, cells).into_iter().map(move |part| &line[part]));
                for (line, y) in wrapped.zip(room.y..room.bottom()) {
                    frame.buffer_mut().set_stringn(room.x, y, line, cells, theme.style(Role::Faint));
                }
            }
            field => {
                let cells = usize::from(room.width);
                let (x, at) = match field {
                    Field::Toggles(boxes) if focused => toggle_spot(boxes, toggle, cells),
                    _ => (0, 0),
                };
                let top = (at + 1).saturating_sub(room.height);
                let lines = row_lines(field, cells);
                for (line, y) in lines.iter().skip(top.into()).zip(room.y..room.bottom()) {
                    frame.buffer_mut().set_stringn(room.x, y, line, cells, plain);
                }
                if focused {
                    frame.set_cursor_position((room.x + x.min(room.width.saturating_sub(1)), room.y + at - top));
                }
            }
        }
    }

    /// The complaint, as wide as it may be beside `[Send]`.
    fn complaint_lines(&self, cells: u16) -> Vec<String> {
        let text = self.complaint.as_deref().map(complaint).unwrap_or_default();
        wrap(&text, cells.saturating_sub(8).into()).into_iter().map(|part| text[part].to_owned()).collect()
    }

    /// The complaint, if there is one, and `[Send]`.
    fn last_lines(&self, frame: &mut Frame<'_>, area: Rect, complaint: &[String], theme: &Theme) {
        let buffer = frame.buffer_mut();
        for (line, y) in complaint.iter().zip(area.y..area.bottom()) {
            buffer.set_stringn(area.x, y, line, area.width.into(), theme.style(Role::Error));
        }
        let focused = self.focus == self.fields.len();
        let (x, y) = (area.right().saturating_sub(6), area.bottom() - 1);
        buffer.set_stringn(x, y, "[Send]", 6, theme.style(if focused { Role::Cursor } else { Role::Plain }));
        if focused {
            frame.set_cursor_position((x + 1, y));
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

/// Column and line of the mark of box `n`, where the row is broken as [`row_lines`] breaks it.
fn toggle_spot(boxes: &[(String, bool)], n: usize, room: usize) -> (u16, u16) {
    let (mut begin, mut end, mut line) = (0, 0, 0);
    for (k, (label, _)) in boxes.iter().take(n + 1).enumerate() {
        let piece = width(label) + 4;
        let fits = k > 0 && end + 2 + piece <= room;
        line += u16::from(k > 0 && !fits);
        begin = if fits { end + 2 } else { 0 };
        end = begin + piece;
    }
    (begin as u16 + 1, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_on_the_mark_of_a_box_wherever_the_row_is_broken() {
        let boxes =
            ["reproduced", "app logs", "system log", "compared"].map(|label| (label.to_owned(), false)).to_vec();
        for room in [12, 20, 30, 46, 80] {
            let lines = row_lines(&Field::Toggles(boxes.clone()), room);
            for (n, (label, _)) in boxes.iter().enumerate() {
                let (column, line) = toggle_spot(&boxes, n, room);
                let shown = &lines[usize::from(line)][usize::from(column) - 1..];
                assert!(shown.starts_with(&format!("[ ] {label}")), "{label} in {room}: {shown}");
            }
        }
    }
}
