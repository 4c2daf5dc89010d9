//! Where a box may lie: it covers neither the header and its tabs, nor the status line and the footer.

use ratatui::layout::Rect;

use crate::ui::part::frame::{centred, room};

/// The widest that a box gets; longer lines are hard to read.
const WIDTH_MAX: u16 = 100;

/// The part of the whole screen that boxes may cover.
pub fn free(area: Rect) -> Rect {
    let room = room(area.width, area.height);
    let above = match (room.chrome, room.tabs) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => 2,
    };
    let below = if room.chrome { room.footer_lines + 1 } else { 0 };
    Rect { y: area.y + above, height: area.height.saturating_sub(above + below), ..area }
}

/// The width of a box on a screen: a little of the screen below stays visible where there is room.
pub fn width(area: Rect) -> u16 {
    if area.width < 60 { area.width } else { (area.width - 2).min(WIDTH_MAX) }
}

/// A box of that many lines, in the middle of what is free of the whole screen.
pub fn of_height(area: Rect, lines: u16) -> Rect {
    centred(free(area), width(area), lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_leaves_header_and_footer_free() {
        for (w, h) in [(80, 24), (60, 20), (140, 40), (200, 60)] {
            let spot = of_height(Rect::new(0, 0, w, h), 99);
            assert!(spot.y >= 2 && spot.bottom() < h - 1, "{w}x{h}: {spot:?}");
            assert!(spot.height >= 14, "{w}x{h}: {spot:?}");
        }
        assert_eq!(of_height(Rect::new(0, 0, 30, 8), 99), Rect::new(0, 0, 30, 8), "a small screen is all box");
    }
}
