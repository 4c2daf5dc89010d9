//! Text in cells: measured, cut and wrapped by grapheme, and long texts of which only a window is drawn.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Cells that `text` takes on the screen.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// As much of `text` as fits into `cells`, cut between graphemes.
pub fn fit(text: &str, cells: usize) -> &str {
    // Where the cut and the character behind it are ASCII, bytes are cells. This only looks as far as it cuts.
    let head = &text.as_bytes()[..text.len().min(cells + 1)];
    if head.is_ascii() {
        return &text[..text.len().min(cells)];
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > cells {
            return &text[..at];
        }
    }
    text
}

/// Writes `text` at a place, at most `cells` wide, as [`Buffer::set_stringn`] does. Most text is ASCII, which needs no
/// look for graphemes; every frame writes a whole screen of it.
pub fn put(buffer: &mut Buffer, x: u16, y: u16, text: &str, cells: usize, style: Style) {
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        buffer.set_stringn(x, y, text, cells, style);
        return;
    }
    let room = cells.min(buffer.area.right().saturating_sub(x).into());
    if room == 0 {
        return;
    }
    let start = buffer.index_of(x, y);
    for (cell, byte) in buffer.content[start..start + room].iter_mut().zip(text.bytes()) {
        cell.set_char(char::from(byte)).set_style(style);
    }
}

/// Exactly `cells` wide: cut, or filled with spaces behind.
pub fn pad(text: &str, cells: usize) -> String {
    let text = fit(text, cells);
    format!("{text}{:fill$}", "", fill = cells - width(text))
}

/// Exactly `cells` wide: cut, or filled with spaces in front.
pub fn pad_left(text: &str, cells: usize) -> String {
    let text = fit(text, cells);
    format!("{:fill$}{text}", "", fill = cells - width(text))
}

/// `left` at the left edge and `right` at the right one; where both do not fit, the left one is cut.
pub fn sides(left: &str, right: &str, cells: usize) -> String {
    let right = fit(right, cells);
    let room = cells - width(right);
    let left = fit(left, if right.is_empty() { room } else { room.saturating_sub(1) });
    format!("{left}{:fill$}{right}", "", fill = room - width(left))
}

/// The lines of `text` in `cells`, as byte ranges: broken at its line ends, then between words, and inside a word
/// only where it is longer than a line.
pub fn wrap(text: &str, cells: usize) -> Vec<Range<usize>> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        wrap_line(line, at, cells, &mut lines);
        at += line.len() + 1;
    }
    lines
}

/// Wraps one line that begins at byte `offset` of the whole.
fn wrap_line(line: &str, offset: usize, cells: usize, lines: &mut Vec<Range<usize>>) {
    let mut start = 0;
    loop {
        let head = fit(&line[start..], cells);
        if start + head.len() == line.len() {
            break;
        }
        // A grapheme wider than the line still has to go somewhere.
        let head = if head.is_empty() { line[start..].graphemes(true).next().unwrap_or_default() } else { head };
        let end = start + head.len();
        let (cut, next) = if line[end..].starts_with(' ') {
            (end, end + 1)
        } else {
            match head.rfind(' ') {
                Some(space) if !head[..space].trim_start().is_empty() => (start + space, start + space + 1),
                _ => (end, end),
            }
        };
        lines.push(offset + start..offset + cut);
        start = next;
    }
    if start < line.len() || line.is_empty() {
        lines.push(offset + start..offset + line.len());
    }
}

/// A piece of a long text: a head line, and a body that is wrapped under it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    pub head: String,
    /// Stands at the right end of the head line.
    pub right: String,
    pub head_style: Style,
    pub body: String,
    pub body_style: Style,
}

/// Cells by which bodies are set in.
const INDENT: u16 = 3;

/// One screen line: the entry, and the part of its body; none for its head.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    entry: usize,
    body: Option<Range<usize>>,
}

/// Entries with a scroll position. Wrapped once for a width, drawn by window.
#[derive(Debug, Clone, Default)]
pub struct Flow {
    entries: Vec<Entry>,
    rows: Vec<Row>,
    width: u16,
    top: usize,
    /// Start at the end once the height is known.
    to_end: bool,
    /// The line that was found last: the search goes on from it, and it stands out.
    found: Option<usize>,
}

impl Flow {
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, ..Self::default() }
    }

    /// Other entries; the scroll position stays.
    pub fn set(&mut self, entries: Vec<Entry>) {
        if entries != self.entries {
            self.entries = entries;
            self.width = 0;
            self.found = None;
        }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn scroll(&mut self, lines: isize) {
        self.found = None;
        self.to_end = false;
        self.top = self.top.saturating_add_signed(lines);
    }

    pub fn to_start(&mut self) {
        self.to_end = false;
        self.top = 0;
    }

    pub fn to_end(&mut self) {
        self.to_end = true;
    }

    /// Scrolls to the next line, or the one before, that contains `words` in any case. False when there is none.
    pub fn find(&mut self, words: &str, forward: bool) -> bool {
        if self.width == 0 {
            // Asked for before the first frame: any width finds the place.
            self.wrap_for(80);
        }
        let words = words.to_lowercase();
        let has = |row: &Row| self.line(row).to_lowercase().contains(&words);
        // The last page cannot scroll as far as each of its lines, so the top says too little about where we are.
        let from = self.found.unwrap_or(self.top);
        let found = if forward {
            (from + 1..self.rows.len())
                .chain(0..=from.min(self.rows.len()))
                .find(|&n| self.rows.get(n).is_some_and(has))
        } else {
            (0..from.min(self.rows.len())).rev().chain((from..self.rows.len()).rev()).find(|&n| has(&self.rows[n]))
        };
        self.found = found.filter(|_| !words.is_empty());
        let Some(line) = self.found else { return false };
        self.to_end = false;
        self.top = line;
        true
    }

    /// Draws the window. Answers the first and last visible line, from one, and how many there are.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect) -> (usize, usize, usize) {
        self.wrap_for(area.width);
        let height = usize::from(area.height);
        let last_top = self.rows.len().saturating_sub(height);
        self.top = if self.to_end { last_top } else { self.top.min(last_top) };
        let shown = self.rows.iter().enumerate().skip(self.top).take(height);
        for ((n, row), y) in shown.zip(area.y..) {
            let entry = &self.entries[row.entry];
            let mark = if self.found == Some(n) { Modifier::REVERSED } else { Modifier::empty() };
            if row.body.is_some() {
                let room = area.width.saturating_sub(INDENT);
                let style = entry.body_style.add_modifier(mark);
                put(buffer, area.x + INDENT, y, self.line(row), room.into(), style);
            } else {
                let line = sides(&entry.head, &entry.right, area.width.into());
                put(buffer, area.x, y, &line, area.width.into(), entry.head_style.add_modifier(mark));
            }
        }
        let end = (self.top + height).min(self.rows.len());
        ((self.top + 1).min(end), end, self.rows.len())
    }

    fn line(&self, row: &Row) -> &str {
        let entry = &self.entries[row.entry];
        match &row.body {
            Some(part) => &entry.body[part.clone()],
            None => &entry.head,
        }
    }

    /// Wraps for `width` if that is not done; the entry at the top stays at the top.
    fn wrap_for(&mut self, width: u16) {
        if self.width == width {
            return;
        }
        self.found = None;
        let anchor = self.rows.get(self.top).map(|row| row.entry);
        self.width = width;
        self.rows.clear();
        for (n, entry) in self.entries.iter().enumerate() {
            self.rows.push(Row { entry: n, body: None });
            if !entry.body.is_empty() {
                let parts = wrap(&entry.body, width.saturating_sub(INDENT).into());
                self.rows.extend(parts.into_iter().map(|part| Row { entry: n, body: Some(part) }));
            }
        }
        if let Some(anchor) = anchor
            && self.rows.get(self.top).is_none_or(|row| row.entry != anchor)
        {
            self.top = self.rows.iter().position(|row| row.entry >= anchor).unwrap_or(0);
        }
    }
}

/// A complaint as it stands on the screen: with a word, as colour alone tells not everyone.
pub fn complaint(why: &str) -> String {
    format!("error: {why}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(text: &str, cells: usize) -> Vec<&str> {
        wrap(text, cells).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn text_is_cut_between_graphemes_and_never_too_wide() {
        assert_eq!(fit("Outlook", 4), "Outl");
        assert_eq!(fit("漢字かな", 5), "漢字");
        assert_eq!(fit("e\u{301}te\u{301}", 2), "e\u{301}t");
        assert_eq!(pad("漢字", 5), "漢字 ");
        assert_eq!(pad_left("40m", 5), "  40m");
        assert_eq!(sides("left", "right", 12), "left   right");
        assert_eq!(sides("a long left side", "u undo", 12), "a lon u undo");
    }

    #[test]
    fn text_is_put_as_the_library_puts_it() {
        let area = Rect::new(2, 1, 12, 2);
        let style = Style::new().add_modifier(ratatui::style::Modifier::BOLD);
        for text in ["", "plain", "a line that is too long", "caf\u{e9} 漢字", "a\ttab"] {
            for (x, cells) in [(2, 12), (2, 3), (9, 12), (14, 4)] {
                let (mut ours, mut theirs) = (Buffer::empty(area), Buffer::empty(area));
                put(&mut ours, x, 2, text, cells, style);
                if x < area.right() {
                    theirs.set_stringn(x, 2, text, cells, style);
                }
                assert_eq!(ours, theirs, "`{text}` at {x}, {cells} cells");
            }
        }
    }

    #[test]
    fn lines_break_between_words_and_long_words_by_glyph() {
        assert_eq!(wrapped("The client says stop", 10), ["The client", "says stop"]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("a abcdefgh", 4), ["a", "abcd", "efgh"]);
        assert_eq!(wrapped("one\n\ntwo", 8), ["one", "", "two"]);
        assert_eq!(wrapped("漢字漢字", 3), ["漢", "字", "漢", "字"]);
        assert_eq!(wrapped("漢", 1), ["漢"]);
        assert_eq!(wrapped("", 8), [""]);
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_but_the_spaces_it_breaks_at(text in "[a-zé漢 \n]{0,80}", cells in 2_usize..20) {
            let lines = wrapped(&text, cells);
            for line in &lines {
                prop_assert!(width(line) <= cells, "`{line}` is wider than {cells}");
            }
            let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }
    }

    fn entries(n: usize) -> Vec<Entry> {
        let body = "The VPN client says session terminated by peer about every twenty minutes";
        (0..n).map(|n| Entry { head: format!("12:{n:02} mail"), body: body.to_owned(), ..Entry::default() }).collect()
    }

    fn first_line(flow: &mut Flow, width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        flow.draw(&mut buffer, area);
        (0..width).map(|x| buffer[(x, 0)].symbol()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn the_entry_at_the_top_stays_there_when_the_width_changes() {
        let mut flow = Flow::new(entries(20));
        first_line(&mut flow, 30, 8);
        flow.scroll(20);
        let top = first_line(&mut flow, 30, 8);
        assert!(top.starts_with("12:05"), "{top}");
        assert!(first_line(&mut flow, 60, 8).starts_with("12:05"));
        assert!(first_line(&mut flow, 30, 8).starts_with("12:05"));
    }

    #[test]
    fn a_window_never_leaves_the_text() {
        let mut flow = Flow::new(entries(3));
        flow.scroll(1000);
        let area = Rect::new(0, 0, 80, 5);
        assert_eq!(flow.draw(&mut Buffer::empty(area), area), (2, 6, 6));
        flow.to_start();
        assert_eq!(flow.draw(&mut Buffer::empty(area), area), (1, 5, 6));
        flow.to_end();
        assert_eq!(flow.draw(&mut Buffer::empty(area), area), (2, 6, 6));
    }

    #[test]
    fn words_are_found_round_the_end() {
        let mut flow = Flow::new(entries(20));
        first_line(&mut flow, 80, 4);
        assert!(flow.find("12:07", true));
        assert!(first_line(&mut flow, 80, 4).starts_with("12:07"));
        assert!(flow.find("12:03 MAIL", true), "goes on from the start, in any case");
        assert!(first_line(&mut flow, 80, 4).starts_with("12:03"));
        assert!(flow.find("12:01", false));
        assert!(!flow.find("nowhere", true));
        let (last, before) = (flow.rows.len() - 1, flow.rows.len() - 2);
        flow.found = Some(before);
        let words = flow.line(&flow.rows[last]).to_owned();
        assert!(flow.find(&words, true));
        first_line(&mut flow, 80, 4);
        assert_eq!(flow.found, Some(last), "a line of the last page, which cannot scroll to the top");
    }
}
