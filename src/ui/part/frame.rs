//! Boxes over a screen, and how a screen is divided for its size.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::text::{fit, width};
use crate::ui::theme::{Role, Theme};

/// What a terminal of some size has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Header with the tabs.
    pub tabs: bool,
    /// Titles, rules and status lines. Without them there are rows only.
    pub chrome: bool,
    /// Preview beside the list.
    pub side: bool,
    /// Preview under the list.
    pub below: bool,
    /// At most; a list at the design size has better use for a line.
    pub footer_lines: u16,
}

/// The ladder of sizes: the preview goes first, then the second footer line, then the tabs.
pub fn room(width: u16, height: u16) -> Room {
    let chrome = width >= 40 && height >= 10;
    let side = chrome && width >= 120 && height >= 16;
    Room {
        tabs: chrome && height >= 12,
        chrome,
        side,
        below: chrome && !side && width >= 60 && height >= 20,
        footer_lines: match chrome {
            false => 0,
            true if side || (width >= 80 && height >= 24) => 2,
            true => 1,
        },
    }
}

/// A box of at most `width` x `height`, in the middle of `area`.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect::new(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height)
}

/// Clears `area`, draws a border with a title above and hints below, and answers the room inside.
pub fn boxed(buffer: &mut Buffer, area: Rect, title: &str, hints: &str, theme: &Theme) -> Rect {
    if area.width < 4 || area.height < 3 {
        return Rect::new(area.x, area.y, 0, 0);
    }
    Clear.render(area, buffer);
    let glyphs = theme.glyphs;
    let [top_left, top_right, bottom_left, bottom_right] = glyphs.corners;
    let edge = |left: &str, text: &str, right: &str| {
        let room = usize::from(area.width) - 2;
        let text = if text.is_empty() { String::new() } else { format!("{} {text} ", glyphs.rule) };
        let text = fit(&text, room).to_owned();
        let rest = room - width(&text);
        format!("{left}{text}{}{right}", glyphs.rule.repeat(rest))
    };
    let style = theme.style(Role::Plain);
    let hints = whole(hints, usize::from(area.width).saturating_sub(5));
    buffer.set_string(area.x, area.y, edge(top_left, title, top_right), style);
    buffer.set_string(area.x, area.bottom() - 1, edge(bottom_left, &hints, bottom_right), style);
    for y in area.y + 1..area.bottom() - 1 {
        buffer.set_string(area.x, y, glyphs.side, style);
        buffer.set_string(area.right() - 1, y, glyphs.side, style);
    }
    Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
}

/// The hints that fit in whole. The last one says how to leave the box; it goes last too.
fn whole(hints: &str, cells: usize) -> String {
    let mut shown: Vec<&str> = hints.split("   ").collect();
    while shown.len() > 1 && shown.iter().map(|hint| width(hint) + 3).sum::<usize>() > cells + 3 {
        shown.remove(shown.len() - 2);
    }
    shown.join("   ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::{GlyphSet, Palette};

    #[test]
    fn a_narrow_box_says_fewer_things_but_no_half_ones() {
        let hints = "Enter merge   Tab other way round   Esc close";
        for (cells, shown) in [(45, hints), (44, "Enter merge   Esc close"), (20, "Esc close"), (3, "Esc close")] {
            assert_eq!(whole(hints, cells), shown, "{cells}");
        }
    }

    #[test]
    fn what_a_size_shows() {
        let lines = |w, h| room(w, h).footer_lines;
        assert!(room(140, 40).side && lines(140, 40) == 2);
        assert!(room(80, 24).below && room(80, 24).tabs && lines(80, 24) == 2);
        assert!(!room(59, 24).below);
        assert!(!room(80, 18).below && room(80, 18).tabs, "the preview goes first");
        assert!(lines(140, 15) == 1 && room(140, 15).tabs, "then the second line of the footer");
        assert!(!room(80, 11).tabs && room(80, 11).chrome, "then the tabs");
        assert!(!room(39, 24).chrome && !room(80, 9).chrome);
    }

    #[test]
    fn a_box_clears_what_is_under_it_and_says_what_works() {
        let area = Rect::new(0, 0, 30, 5);
        for (glyphs, top, side) in [
            (GlyphSet::Ascii, "+- Escalate INC-12044 -------+", "|"),
            (GlyphSet::Unicode, "┌─ Escalate INC-12044 ───────┐", "│"),
        ] {
            let mut buffer = Buffer::filled(area, ratatui::buffer::Cell::new("x"));
            let theme = Theme::new(Palette::Mono, glyphs);
            let inner = boxed(&mut buffer, area, "Escalate INC-12044", "Ctrl-S send", &theme);
            assert_eq!(inner, Rect::new(2, 1, 26, 3));
            let line = |y| (0..30).map(|x| buffer[(x, y)].symbol()).collect::<String>();
            assert_eq!(line(0), top);
            assert_eq!(line(2), format!("{side}{:28}{side}", ""));
            assert!(line(4).contains("Ctrl-S send"));
        }
        assert_eq!(
            boxed(&mut Buffer::empty(area), Rect::new(0, 0, 3, 2), "", "", &Theme::new(Palette::Mono, GlyphSet::Ascii))
                .area(),
            0
        );
    }
}
