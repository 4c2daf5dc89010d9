//! What can be typed here, from the action table and the keymap.

use super::line::OWN;
use super::way::{How, how};
use crate::ui::action::Context;
use crate::ui::keymap::Keymap;

/// One entry: what is typed, and what it does.
pub type Entry = (String, String);

/// Every entry of a place, those of the innermost section first; `words` narrow it.
pub fn entries(keymap: &Keymap, context: Context, words: &str) -> Vec<Entry> {
    let keyed = keymap.here(context).into_iter().filter_map(|row| {
        let facts = row.action.facts();
        let typed = match how(row.action) {
            How::Key => row.keys.first()?.clone(),
            How::Typed(text) => text.to_owned(),
            How::Needless(_) => return None,
        };
        Some((typed, facts.short.to_owned()))
    });
    let own = OWN.iter().map(|(word, _, does)| ((*word).to_owned(), (*does).to_owned()));
    let words = words.to_lowercase();
    let mut all: Vec<Entry> = Vec::new();
    for entry in own.chain(keyed) {
        let fits = entry.1.to_lowercase().contains(&words) || entry.0.to_lowercase() == words;
        if fits && !all.contains(&entry) {
            all.push(entry);
        }
    }
    all
}

/// How lines are written, said before the entries.
pub const GRAMMAR: &str = "A number opens a row, a letter acts on what was shown last, INC-12 jumps.\n\
    2-4 c acts on these rows. What follows a letter answers its first question.\n\
    At a question Enter keeps what stands in brackets, a dot sends the rest as it\n\
    is, cancel leaves and keeps what was typed. A text ends with a line that is\n\
    one dot.";
