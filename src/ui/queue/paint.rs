//! How the queue is painted: tabs, list, preview, and what waits.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Queue, lines};
use crate::domain::id::AggId;
use crate::ui::part::chrome::rule;
use crate::ui::part::frame::room;
use crate::ui::part::table::{Cursor, Row, Table};
use crate::ui::part::text::{fit, put, sides};
use crate::ui::theme::{Role, Theme};

/// Cells that tabs take before the filter does.
const TABS_MIN: usize = 40;
/// Rows of the preview below the list.
const BELOW: u16 = 6;

impl Queue {
    pub(super) fn paint(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let room = room(frame.area().width, frame.area().height);
        let mut body = area;
        if room.tabs {
            self.paint_tabs(frame, area, theme);
            body.y += 1;
            body.height = body.height.saturating_sub(1);
        }
        if !room.chrome {
            self.paint_list(frame, body, false, theme);
            return;
        }
        let notice = Rect { y: body.bottom().saturating_sub(1), height: 1, ..body };
        body.height = body.height.saturating_sub(1);
        self.paint_notice(frame, notice, theme);
        if room.side && self.preview.is_on() {
            let list = Rect { width: body.width * 3 / 5, ..body };
            let pane = Rect { x: list.right() + 2, width: body.width - list.width - 2, ..body };
            for y in body.y..body.bottom() {
                frame.buffer_mut().set_string(list.right(), y, theme.glyphs.side, theme.style(Role::Faint));
            }
            self.paint_list(frame, list, true, theme);
            self.paint_preview(frame, pane, theme);
        } else if room.below && self.preview.is_on() {
            let list = Rect { height: body.height.saturating_sub(BELOW), ..body };
            let pane = Rect { y: list.bottom(), height: BELOW.min(body.height), ..body };
            self.paint_list(frame, list, true, theme);
            self.paint_preview(frame, pane, theme);
        } else {
            self.paint_list(frame, body, true, theme);
        }
    }

    fn paint_tabs(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let line = Rect { height: 1, ..area };
        if let Some(bar) = &mut self.bar {
            bar.draw(frame, line, theme);
            return;
        }
        let filter = self
            .kept
            .as_ref()
            .map_or_else(|| self.tabs.text(), |kept| format!("{}  + {}", self.tabs.text(), kept.text));
        // Half a filter would say something else; what the person typed goes before what the tab says.
        let cells = usize::from(area.width);
        let spare = cells.saturating_sub(TABS_MIN + 3);
        let typed = self.kept.as_ref().map_or("", |kept| &kept.text);
        let shown = [filter.as_str(), typed].into_iter().find(|text| text.len() <= spare).unwrap_or_default();
        let left = format!(" {}", self.tabs.line(cells.saturating_sub(shown.len() + 3)));
        let text = sides(&left, &format!("{shown} "), cells);
        put(frame.buffer_mut(), area.x, area.y, &text, area.width.into(), theme.style(Role::Plain));
    }

    fn paint_list(&mut self, frame: &mut Frame<'_>, area: Rect, rules: bool, theme: &Theme) {
        let list = if rules { Rect { height: area.height.saturating_sub(1), ..area } } else { area };
        let table = Table { columns: lines::COLUMNS, rows: &self.lines, id_column: lines::ID, titles: rules };
        let (first, last) = table.draw(frame.buffer_mut(), list, &mut self.cursor, theme);
        let titles = u16::from(rules).min(list.height);
        self.listed = Rect { y: list.y + titles, height: list.height - titles, ..list };
        if self.lines.is_empty() && list.height > 1 {
            let filtered = self.kept.is_some() || self.bar.is_some();
            let text = match (self.complaint.is_empty(), filtered) {
                (false, _) => String::new(),
                (true, true) => {
                    format!("   nothing fits within {}; all: in front searches every ticket", self.tabs.text())
                }
                (true, false) => "   nothing here: ] shows the next tab, / filters, n logs a ticket".to_owned(),
            };
            frame.buffer_mut().set_stringn(list.x, list.y + 1, text, list.width.into(), theme.style(Role::Faint));
        }
        if !rules {
            return;
        }
        let (below, more) = (self.lines.len() - last, self.page.as_ref().is_some_and(|page| page.next.is_some()));
        let plus = if more { "+" } else { "" };
        let rows = if below == 1 && !more { "row" } else { "rows" };
        let left = if below > 0 || more { format!("{below}{plus} more {rows} below") } else { String::new() };
        let known = self.tabs.current_count().filter(|_| self.kept.is_none() && self.bar.is_none());
        let all =
            known.map_or_else(|| format!("{}{plus}", self.lines.len()), |n| n.max(self.lines.len() as i64).to_string());
        let right = if self.lines.is_empty() { String::new() } else { format!("{first}-{last} of {all}") };
        let text = rule(&left, &right, area.width, &theme.glyphs);
        put(frame.buffer_mut(), area.x, list.bottom(), &text, area.width.into(), theme.style(Role::Faint));
    }

    fn paint_preview(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        if area.height < 2 {
            return;
        }
        let (title, right) = self.preview.title();
        let room = usize::from(area.width).saturating_sub(right.len() + 8);
        let text = rule(fit(&title, room), &right, area.width, &theme.glyphs);
        put(frame.buffer_mut(), area.x, area.y, &text, area.width.into(), theme.style(Role::Faint));
        let inner = Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(1), height: area.height - 1 };
        self.preview.draw(frame.buffer_mut(), inner, theme);
    }

    fn paint_notice(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let (text, role) = if !self.complaint.is_empty() && self.bar.is_some() {
            (format!(" {}", self.complaint), Role::Error)
        } else {
            (format!(" {}", self.notice()), Role::Plain)
        };
        put(frame.buffer_mut(), area.x, area.y, &text, area.width.into(), theme.style(role));
    }

    fn notice(&self) -> String {
        let mut parts = Vec::new();
        match self.marks.all().len() {
            0 => {}
            n @ 1..=4 => parts.push(format!("{n} marked: {}", self.names().join(" "))),
            n if self.more_match => parts.push(format!("{n} marked, more match")),
            n => parts.push(format!("{n} marked")),
        }
        if self.waiting > 0 {
            let s = if self.waiting == 1 { "" } else { "s" };
            parts.push(format!("{} new ticket{s} waiting, R to show", self.waiting));
        }
        parts.join("    ")
    }
}

/// The ticket that a click is on, where the rows were drawn last.
pub fn row_at(mouse: MouseEvent, listed: Rect, rows: &[Row<AggId>], cursor: &Cursor<AggId>) -> Option<AggId> {
    if mouse.kind != MouseEventKind::Down(MouseButton::Left) || !listed.contains((mouse.column, mouse.row).into()) {
        return None;
    }
    let line = usize::from(mouse.row - listed.y);
    rows.get(cursor.top() + line).map(|row| row.key)
}
