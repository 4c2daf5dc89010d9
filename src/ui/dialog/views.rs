//! The views of the queue: what is shown saved under a name, and a saved one moved, renamed, shared or removed.

use super::asking::Asking;
use super::choosing::{Choosing, List, Then};
use crate::app::views::ViewChange;
use crate::app::{Desk, Error};
use crate::domain::filter::Filter;
use crate::ui::command::Command;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Place};

/// What an entry of the menu does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Save,
    Rename,
    Change(ViewChange),
}

/// The menu over the tab of that name.
pub struct Views {
    tab: String,
    shown: Filter,
}

pub fn menu(tab: &str, shown: &Filter, desk: &Desk) -> Result<Choosing<Views>, Error> {
    let mut entries = vec![Entry::new(Key::Save, "Save what is shown as a view", "a tab of its own")];
    if let Some(saved) = desk.view(tab)?.and_then(|view| view.saved) {
        let share = if saved.shared {
            Entry::new(Key::Change(ViewChange::Share(false)), "Keep it for its owner alone", "shared now")
        } else {
            Entry::new(Key::Change(ViewChange::Share(true)), "Share it with the desk", "yours alone now")
        };
        entries.extend([
            Entry::new(Key::Change(ViewChange::Move(-1)), "Move the tab to the left", ""),
            Entry::new(Key::Change(ViewChange::Move(1)), "Move the tab to the right", ""),
            Entry::new(Key::Rename, "Rename it", ""),
            share,
            Entry::new(Key::Change(ViewChange::Remove), "Remove it", "u brings it back"),
        ]);
    }
    let count = entries.len();
    let picker = Picker::new(format!("View {tab}"), Digits::Choose, entries).hints("1-9 choose   Esc close");
    Ok(Choosing::new(Views { tab: tab.to_owned(), shown: shown.clone() }, picker, count))
}

impl List for Views {
    type Key = Key;

    fn chose(&mut self, key: Key) -> Then<Key> {
        Then::Next(match key {
            Key::Save => Next::Instead(Place::SaveView(self.shown.clone())),
            Key::Rename => Next::Instead(Place::RenameView(self.tab.clone())),
            Key::Change(what) => Next::Do(Command::ChangeView(self.tab.clone(), what)),
        })
    }
}

/// A name for what is shown.
pub fn save(shown: &Filter) -> Asking {
    let told = vec![shown.to_string(), "a name for its tab; one of your own views of that name is replaced".to_owned()];
    let shown = shown.clone();
    Asking::new("Save as a view", told, move |line| Ok(Next::Do(Command::SaveView(line.to_owned(), shown.clone()))))
}

pub fn rename(tab: &str) -> Asking {
    let told = vec!["another name for its tab".to_owned()];
    let tab = tab.to_owned();
    Asking::new(format!("Rename {tab}"), told, move |line| {
        Ok(Next::Do(Command::ChangeView(tab.clone(), ViewChange::Rename(line.to_owned()))))
    })
}
