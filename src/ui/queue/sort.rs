//! The orders of the queue: a list over it, whose choice becomes a `sort:` of the kept filter.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::bar::Kept;
use crate::domain::filter::field::Field;
use crate::domain::filter::{Filter, Sort};
use crate::ui::part::picker::{Digits, Entry, Picked, Picker};
use crate::ui::screen::Event;
use crate::ui::theme::Theme;

/// Orders on offer, the usual one first.
const ORDERS: [(Option<Sort>, &str, &str); 7] = [
    (None, "most urgent first", "as usual"),
    (by(Field::Prio, false), "priority", "P1 first"),
    (by(Field::Age, true), "age", "oldest first"),
    (by(Field::Age, false), "age", "newest first"),
    (by(Field::Updated, true), "last change", "latest first"),
    (by(Field::Updated, false), "last change", "longest untouched first"),
    (by(Field::Wait, true), "time in its state", "longest first"),
];

const fn by(field: Field, descending: bool) -> Option<Sort> {
    Some(Sort { field, descending })
}

/// What the list wants after a key.
pub enum Asked {
    Stay,
    Close,
    /// The filter that is kept from now on; none when nothing is left of it.
    Keep(Option<Kept>),
}

/// The list of orders.
pub struct Sorting {
    picker: Picker<usize>,
}

impl Sorting {
    pub fn new() -> Self {
        let entries = ORDERS.iter().enumerate().map(|(n, (_, name, how))| Entry::new(n, *name, *how)).collect();
        Self { picker: Picker::new("Sort by", Digits::Choose, entries).hints("1-9 choose   Esc close") }
    }

    pub fn spoken(&self) -> crate::ui::spoken::Choice {
        self.picker.spoken(None)
    }

    pub fn update(&mut self, event: Event, kept: Option<&Kept>) -> Asked {
        let picked = match event {
            Event::Act(action) => self.picker.act(action),
            Event::Text(text) | Event::Paste(text) => self.picker.insert(&text),
            Event::Mouse(_) => Picked::Stay,
        };
        match picked {
            Picked::Chose(n) => Asked::Keep(sorted(kept, ORDERS[n].0)),
            Picked::Close => Asked::Close,
            _ => Asked::Stay,
        }
    }

    pub fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let lines = ORDERS.len() as u16 + 3;
        let spot = crate::ui::part::frame::centred(area, area.width.min(60), lines);
        self.picker.draw(frame, spot, theme);
    }
}

/// The kept filter in this order.
fn sorted(kept: Option<&Kept>, order: Option<Sort>) -> Option<Kept> {
    let before = kept.map(|kept| kept.filter.clone()).unwrap_or_default();
    let filter = Filter { sort: order.into_iter().collect(), ..before };
    let text = filter.to_string();
    (!text.is_empty()).then_some(Kept { text, filter })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::parse;

    fn kept(text: &str) -> Kept {
        Kept { text: text.to_owned(), filter: parse(text).unwrap() }
    }

    #[test]
    fn an_order_replaces_the_one_before_and_keeps_the_rest() {
        let text = |kept: Option<Kept>| kept.map(|kept| kept.text);
        let oldest = by(Field::Age, true);
        assert_eq!(text(sorted(None, oldest)).as_deref(), Some("sort:-age"));
        assert_eq!(text(sorted(Some(&kept("vpn sort:prio")), oldest)).as_deref(), Some("vpn sort:-age"));
        assert_eq!(text(sorted(Some(&kept("vpn sort:prio")), None)).as_deref(), Some("vpn"));
        assert_eq!(text(sorted(Some(&kept("sort:prio")), None)), None);
    }

    #[test]
    fn every_order_can_be_typed_as_well() {
        for (order, name, _) in ORDERS {
            let text = sorted(None, order).map(|kept| kept.text).unwrap_or_default();
            assert_eq!(parse(&text).unwrap().sort, order.into_iter().collect::<Vec<_>>(), "{name}");
        }
    }
}
