//! What came of each record of a command: those that were left alone first, with what stood against them.

use crate::ui::dialog::choosing::{Choosing, List, Then};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::Next;

pub struct Outcome;

pub fn open(title: &str, rows: &[(String, String)]) -> Choosing<Outcome> {
    let entries: Vec<_> =
        rows.iter().map(|(name, told)| Entry::new(name.clone(), format!("{name}  {told}"), "")).collect();
    let count = entries.len();
    let picker = Picker::new(title, Digits::Point, entries).hints("Enter open   letters narrow   Esc close");
    Choosing::new(Outcome, picker, count)
}

impl List for Outcome {
    type Key = String;

    fn chose(&mut self, name: String) -> Then<String> {
        Then::Next(Next::Find(name))
    }
}
