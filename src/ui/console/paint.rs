//! How the console is painted: header, band, the screens, status and footer.

use std::time::Instant as Clock;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::Console;
use crate::ui::part::band;
use crate::ui::part::chrome::{status, undo_hint};
use crate::ui::part::frame::{Room, boxed, room};
use crate::ui::part::text::{complaint, put};
use crate::ui::theme::Role;

/// A major incident has no line of its own where no more lines than these are left.
const BAND_MIN: u16 = 4;

impl Console {
    /// Paints what is there.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let room = room(area.width, area.height);
        let body = self.draw_chrome(frame, area, room);
        let first = self.stack.iter().rposition(|screen| !screen.is_overlay()).unwrap_or(0);
        for screen in &mut self.stack[first..] {
            screen.draw(frame, body, &self.theme);
        }
        self.draw_popup(frame, body);
    }

    fn draw_chrome(&mut self, frame: &mut Frame<'_>, area: Rect, room: Room) -> Rect {
        let mut body = area;
        if room.tabs {
            self.header.clock = self.clock(false);
            let line = self.header.line(area.width);
            put(frame.buffer_mut(), 0, area.y, &line, area.width.into(), self.theme.style(Role::Plain));
            body.y += 1;
            body.height -= 1;
        }
        if let Some(major) = self.major.as_ref().filter(|_| body.height > BAND_MIN) {
            let line = band::line(major, self.desk.now(), self.desk.policy().zone, area.width);
            put(frame.buffer_mut(), 0, body.y, &line, area.width.into(), self.theme.style(Role::Major));
            body.y += 1;
            body.height -= 1;
        }
        if !room.chrome {
            return body;
        }
        let context = self.context();
        let below = self.stack.iter().rev().find(|screen| !screen.is_overlay());
        let (hints, context) = below.map_or((Vec::new(), context), |screen| (screen.hints(), screen.context()));
        let dense = below.is_some_and(|screen| screen.is_dense()) && !room.side;
        let height = if dense { 1 } else { room.footer_lines };
        let lines = self.footer.lines(&self.keymap, context, hints, area.width, height);
        let bottom = area.bottom();
        for (line, y) in lines.iter().zip(bottom - height..) {
            put(frame.buffer_mut(), 0, y, line, area.width.into(), self.theme.style(Role::Faint));
        }
        let right = if self.said.undoable { undo_hint(&self.keymap, context, area.width) } else { String::new() };
        let role = if self.said.error { Role::Error } else { Role::Receipt };
        let text = if self.said.error { complaint(&self.said.text) } else { self.said.text.clone() };
        let line = status(&text, &right, area.width);
        let y = bottom - height - 1;
        put(frame.buffer_mut(), 0, y, &line, area.width.into(), self.theme.style(role));
        body.height = y - body.y;
        body
    }

    /// What may follow a begun sequence, once the person hesitates.
    fn draw_popup(&self, frame: &mut Frame<'_>, body: Rect) {
        let begun = self.typed.begun(&self.keymap, self.context());
        if begun.is_empty() || self.typed.popup_due().is_none_or(|due| due > Clock::now()) {
            return;
        }
        let height = (begun.len() as u16 + 2).min(body.height);
        let width = 44.min(body.width);
        let area = Rect { x: body.right() - width, y: body.bottom() - height, width, height };
        let inner = boxed(frame.buffer_mut(), area, "then", "Esc close", &self.theme);
        for (binding, y) in begun.iter().zip(inner.y..inner.bottom()) {
            let key = binding.sequence.last().map(ToString::to_string).unwrap_or_default();
            let text = format!("{key:<6} {}", binding.action.facts().short);
            frame.buffer_mut().set_stringn(inner.x, y, text, inner.width.into(), self.theme.style(Role::Plain));
        }
    }
}
