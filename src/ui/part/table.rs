//! Rows under a cursor. The selection is a record, not a row number: a refresh never moves it to another one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::{pad, pad_left, put, width};
use crate::ui::theme::{Role, Theme};

/// Cursor, mark, space.
const GUTTER: u16 = 3;

/// How wide a column is, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    Fixed(u16),
    /// As wide as its widest cell, within bounds.
    Fit(u16, u16),
    /// What the others leave, but at least this.
    Rest(u16),
}

/// A column. Which ones a width shows is data: `from` and `keep`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub title: &'static str,
    pub width: Width,
    /// Shown from this width of the list on.
    pub from: u16,
    /// Where space is short, the lowest goes first; 255 never goes.
    pub keep: u8,
    pub right: bool,
}

impl Column {
    pub const fn new(title: &'static str, width: Width) -> Self {
        Self { title, width, from: 0, keep: u8::MAX, right: false }
    }

    pub const fn keep(mut self, keep: u8) -> Self {
        self.keep = keep;
        self
    }

    pub const fn from(mut self, from: u16) -> Self {
        self.from = from;
        self
    }

    pub const fn right(mut self) -> Self {
        self.right = true;
        self
    }
}

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub role: Role,
}

impl Cell {
    pub fn new(text: impl Into<String>, role: Role) -> Self {
        Self { text: text.into(), role }
    }

    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Role::Plain)
    }
}

/// One row: as many cells as there are columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<K> {
    pub key: K,
    pub marked: bool,
    pub draft: bool,
    pub cells: Vec<Cell>,
}

/// Where the cursor is: on a record.
#[derive(Debug, Clone)]
pub struct Cursor<K> {
    at: Option<K>,
    /// Where it was, for when its record leaves the list.
    row: usize,
    top: usize,
}

impl<K> Default for Cursor<K> {
    fn default() -> Self {
        Self { at: None, row: 0, top: 0 }
    }
}

impl<K: Clone + PartialEq> Cursor<K> {
    pub fn at(&self) -> Option<&K> {
        self.at.as_ref()
    }

    /// The first row that was drawn, from zero.
    pub const fn top(&self) -> usize {
        self.top
    }

    pub fn put(&mut self, key: K) {
        self.at = Some(key);
    }

    /// Takes note of a fresh list. A record that left it gives the cursor to the row now in its place.
    pub fn settle(&mut self, keys: &[K]) {
        match self.at.as_ref().and_then(|at| keys.iter().position(|key| key == at)) {
            Some(row) => self.row = row,
            None => {
                self.row = self.row.min(keys.len().saturating_sub(1));
                self.at = keys.get(self.row).cloned();
            }
        }
    }

    /// Moves by rows and stops at the ends.
    pub fn step(&mut self, keys: &[K], rows: isize) {
        self.settle(keys);
        self.row = self.row.saturating_add_signed(rows).min(keys.len().saturating_sub(1));
        self.at = keys.get(self.row).cloned();
    }

    /// The first row to draw so that the cursor is visible in `height` rows.
    fn window(&mut self, rows: usize, height: usize) -> usize {
        self.top = self.top.min(rows.saturating_sub(height));
        if self.row < self.top {
            self.top = self.row;
        } else if height > 0 && self.row >= self.top + height {
            self.top = self.row + 1 - height;
        }
        self.top
    }
}

/// The columns that a list of `cells` cells shows, each with its width; `content` is the widest cell of each.
pub fn layout(columns: &[Column], content: &[u16], cells: u16) -> Vec<(usize, u16)> {
    let wants = |n: usize| match columns[n].width {
        Width::Fixed(width) | Width::Rest(width) => width,
        Width::Fit(least, most) => content.get(n).copied().unwrap_or(least).clamp(least, most),
    };
    let mut shown: Vec<usize> = (0..columns.len()).filter(|&n| columns[n].from <= cells).collect();
    let needs = |shown: &[usize]| GUTTER + shown.iter().map(|&n| wants(n) + 1).sum::<u16>().saturating_sub(1);
    while needs(&shown) > cells {
        let droppable = shown.iter().enumerate().filter(|(_, n)| columns[**n].keep < u8::MAX);
        let Some((at, _)) = droppable.min_by_key(|(_, n)| columns[**n].keep) else { break };
        shown.remove(at);
    }
    let spare = cells.saturating_sub(needs(&shown));
    let rest = shown.iter().copied().find(|&n| matches!(columns[n].width, Width::Rest(_)));
    shown.into_iter().map(|n| (n, wants(n) + if Some(n) == rest { spare } else { 0 })).collect()
}

/// A list to draw: its columns, the rows that were loaded, and which cell of a row the cursor reverses.
#[derive(Debug)]
pub struct Table<'a, K> {
    pub columns: &'a [Column],
    pub rows: &'a [Row<K>],
    /// The column of the number: reversed under the cursor, because a whole reversed row costs four times the bytes.
    pub id_column: usize,
    /// Draw the titles of the columns.
    pub titles: bool,
}

impl<K: Clone + PartialEq> Table<'_, K> {
    /// Draws the window around the cursor. Answers the first and the last row shown, from one; zeros when empty.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, cursor: &mut Cursor<K>, theme: &Theme) -> (usize, usize) {
        let columns = layout(self.columns, &self.content(), area.width);
        let mut lines = area.y..area.bottom();
        if self.titles
            && let Some(y) = lines.next()
        {
            let titles = |n: usize| (self.columns[n].title, theme.style(Role::Faint));
            self.line(buffer, area, y, &columns, titles);
        }
        let height = lines.len();
        let top = cursor.window(self.rows.len(), height);
        for (row, y) in self.rows.iter().skip(top).zip(lines) {
            self.row(buffer, area, y, &columns, row, cursor.at() == Some(&row.key), theme);
        }
        let end = (top + height).min(self.rows.len());
        ((top + 1).min(end), end)
    }

    #[expect(clippy::too_many_arguments, reason = "the place, the row and the look of one line")]
    fn row(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        y: u16,
        columns: &[(usize, u16)],
        row: &Row<K>,
        selected: bool,
        theme: &Theme,
    ) {
        let (mark, role) = match row {
            Row { marked: true, .. } => ("*", Role::Marked),
            Row { draft: true, .. } => ("~", Role::Draft),
            _ => (" ", Role::Plain),
        };
        put(buffer, area.x, y, if selected { ">" } else { " " }, area.width.into(), Style::new());
        put(buffer, area.x + 1, y, mark, area.width.saturating_sub(1).into(), theme.style(role));
        self.line(buffer, area, y, columns, |n| {
            let Some(cell) = row.cells.get(n) else { return ("", Style::new()) };
            let role = if selected && n == self.id_column { Role::Cursor } else { cell.role };
            (cell.text.as_str(), theme.style(role))
        });
    }

    fn line<'t>(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        y: u16,
        columns: &[(usize, u16)],
        cell: impl Fn(usize) -> (&'t str, Style),
    ) {
        let mut x = area.x + GUTTER;
        for &(n, cells) in columns {
            let room = area.right().saturating_sub(x).min(cells);
            let (text, style) = cell(n);
            let text = if self.columns[n].right { pad_left(text, room.into()) } else { pad(text, room.into()) };
            put(buffer, x, y, &text, room.into(), style);
            x = x.saturating_add(cells + 1);
        }
    }

    fn content(&self) -> Vec<u16> {
        let widest = |n: usize| self.rows.iter().filter_map(|row| row.cells.get(n)).map(|cell| width(&cell.text)).max();
        (0..self.columns.len()).map(|n| widest(n).unwrap_or(0).min(usize::from(u16::MAX)) as u16).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::{GlyphSet, Palette};

    const COLUMNS: &[Column] = &[
        Column::new("P", Width::Fixed(2)),
        Column::new("SLA", Width::Fixed(8)),
        Column::new("ID", Width::Fit(9, 13)),
        Column::new("Subject", Width::Rest(30)),
        Column::new("From", Width::Fixed(7)).keep(30),
        Column::new("Own", Width::Fixed(4)).keep(20),
        Column::new("Age", Width::Fixed(4)).keep(10).right(),
        Column::new("Site", Width::Fixed(6)).keep(5).from(100),
    ];

    fn titles(cells: u16) -> Vec<&'static str> {
        layout(COLUMNS, &[], cells).into_iter().map(|(n, _)| COLUMNS[n].title).collect()
    }

    #[test]
    fn columns_leave_in_their_order() {
        assert_eq!(titles(120).last(), Some(&"Site"));
        assert_eq!(titles(80), ["P", "SLA", "ID", "Subject", "From", "Own", "Age"]);
        assert_eq!(titles(70), ["P", "SLA", "ID", "Subject", "From", "Own"]);
        assert_eq!(titles(64), ["P", "SLA", "ID", "Subject", "From"]);
        assert_eq!(titles(59), ["P", "SLA", "ID", "Subject"]);
        assert_eq!(titles(40), ["P", "SLA", "ID", "Subject"]);
    }

    #[test]
    fn the_rest_takes_what_is_left() {
        for cells in 60..=200 {
            let used: u16 = layout(COLUMNS, &[], cells).iter().map(|(_, width)| width + 1).sum();
            assert_eq!(GUTTER + used - 1, cells);
        }
        let wide = layout(COLUMNS, &[0, 0, 12], 80);
        assert_eq!(wide[2].1, 12, "a column fits its content");
    }

    fn rows(keys: &[u32]) -> Vec<Row<u32>> {
        let cells = |key: &u32| {
            ["1!", "X-01:32", &format!("INC-{key}"), "Outlook", "m.ricci", "-", "3h", "BLN"].map(Cell::plain).to_vec()
        };
        keys.iter().map(|key| Row { key: *key, marked: *key == 2, draft: *key == 3, cells: cells(key) }).collect()
    }

    fn drawn(rows: &[Row<u32>], cursor: &mut Cursor<u32>, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, 80, height);
        let mut buffer = Buffer::empty(area);
        let table = Table { columns: COLUMNS, rows, id_column: 2, titles: true };
        table.draw(&mut buffer, area, cursor, &Theme::new(Palette::Ansi16, GlyphSet::Ascii));
        (0..height)
            .map(|y| (0..80).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned())
            .collect()
    }

    #[test]
    fn a_refresh_keeps_the_cursor_on_its_record() {
        let mut cursor = Cursor::default();
        cursor.step(&[1, 2, 3], 1);
        assert_eq!(cursor.at(), Some(&2));
        cursor.settle(&[9, 8, 3, 2, 1]);
        assert_eq!(cursor.at(), Some(&2), "reordered");
        cursor.settle(&[9, 8, 3, 1]);
        assert_eq!(cursor.at(), Some(&1), "gone: the row in its place");
        cursor.settle(&[]);
        assert_eq!(cursor.at(), None);
        cursor.settle(&[5, 6]);
        assert_eq!(cursor.at(), Some(&5));
    }

    #[test]
    fn rows_show_cursor_mark_and_draft() {
        let rows = rows(&[1, 2, 3]);
        let mut cursor = Cursor::default();
        cursor.step(&[1, 2, 3], 0);
        let lines = drawn(&rows, &mut cursor, 5);
        assert_eq!(lines[0], "   P  SLA      ID        Subject                               From    Own   Age");
        assert!(lines[1].starts_with(">  1! X-01:32  INC-1     Outlook"), "{}", lines[1]);
        assert!(lines[2].starts_with(" * "));
        assert!(lines[3].starts_with(" ~ "));
    }

    #[test]
    fn the_window_follows_the_cursor() {
        let keys: Vec<u32> = (0..50).collect();
        let rows = rows(&keys);
        let mut cursor = Cursor::default();
        cursor.step(&keys, 30);
        let lines = drawn(&rows, &mut cursor, 11);
        assert!(lines[10].starts_with(">  1! X-01:32  INC-30"), "{}", lines[10]);
        cursor.step(&keys, -5);
        assert!(drawn(&rows, &mut cursor, 11)[5].starts_with(">"), "inside the window nothing scrolls");
        cursor.step(&keys, -100);
        assert!(drawn(&rows, &mut cursor, 11)[1].starts_with(">  1! X-01:32  INC-0"));
    }
}
