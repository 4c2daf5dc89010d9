//! Any action by its name, a record by its number, and acting as someone else where that is allowed.

use super::asking::Asking;
use super::choosing::{Choosing, List, Then};
use crate::app::{Desk, Error};
use crate::domain::number::Number;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Login;
use crate::ui::action::{Action, Context};
use crate::ui::keymap::Keymap;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::Next;

/// What an entry of the palette does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Run(Action),
    /// Open the record of a number.
    Find(String),
    ActAs(Login),
}

pub struct Palette {
    /// Numbers of this store have this inside.
    site: String,
    always: Vec<Entry<Key>>,
}

pub fn open(context: Context, desk: &Desk, keymap: &Keymap) -> Result<Choosing<Palette>, Error> {
    let usable = keymap.here(context).into_iter().filter(|row| row.action != Action::Palette);
    let mut always: Vec<_> = usable
        .map(|row| {
            let detail = format!("{:12} {}", row.keys.join(" "), row.context);
            Entry::new(Key::Run(row.action), row.action.facts().short, detail)
        })
        .collect();
    always.extend(others(desk)?);
    let count = always.len();
    let picker = Picker::new("Palette", Digits::Text, always.clone())
        .hints("type to find   INC-12 opens a record   Enter run   Esc close");
    Ok(Choosing::new(Palette { site: desk.store().code().as_str().to_owned(), always }, picker, count))
}

/// The users that one may act as: on a desk that only its owner works at, such as the demo.
fn others(desk: &Desk) -> Result<Vec<Entry<Key>>, Error> {
    if desk.store().is_shared() {
        return Ok(Vec::new());
    }
    let users = desk.store().users()?.into_iter();
    let others = users.filter(|user| user.active && user.login != desk.person().login);
    let entry = |user: crate::domain::role::User| {
        let roles: Vec<_> = user.roles.iter().map(|role| role.word()).collect();
        let label = format!("Act as {}  {}", user.login, user.name);
        Entry::new(Key::ActAs(user.login), label, roles.join(" "))
    };
    Ok(others.map(entry).collect())
}

impl List for Palette {
    type Key = Key;

    fn chose(&mut self, key: Key) -> Then<Key> {
        Then::Next(match key {
            Key::Run(action) => Next::Run(action),
            Key::Find(number) => Next::Find(number),
            Key::ActAs(login) => Next::ActAs(login),
        })
    }

    fn copied(&self, key: &Key) -> Option<String> {
        match key {
            Key::Run(action) => Some(action.word().to_owned()),
            Key::Find(number) => Some(number.clone()),
            Key::ActAs(login) => Some(login.to_string()),
        }
    }

    /// A number is an entry of its own, before all others.
    fn narrowed(&mut self, picker: &mut Picker<Key>) {
        let typed = picker.typed().trim().to_owned();
        let number = number(&typed, &self.site).ok();
        let entry = number.map(|number| Entry::new(Key::Find(number.clone()), format!("{typed}  open {number}"), ""));
        picker.set(entry.into_iter().chain(self.always.iter().cloned()).collect());
    }
}

/// A question for a number.
pub fn go_to(desk: &Desk) -> Asking {
    let site = desk.store().code().as_str().to_owned();
    let told = vec!["INC-12, req-007, or only 12 for an incident".to_owned()];
    Asking::new("Go to number", told, move |line| Ok(Next::Find(number(line, &site)?)))
}

/// A number as typed: any case, leading zeros, `#12` or `12` for an incident of this store.
fn number(text: &str, site: &str) -> Result<String, Refusal> {
    let text = text.trim().trim_start_matches('#');
    let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let full = match (bare, site) {
        (false, _) => text.to_owned(),
        (true, "") => format!("INC-{text}"),
        (true, site) => format!("INC-{site}-{text}"),
    };
    let number = full.parse::<Number>().map_err(|wrong| Code::TextInvalid.because(wrong.to_string()))?;
    Ok(number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        for (text, site, is) in [
            ("12", "", "INC-12"),
            (" #0012 ", "OSL", "INC-OSL-12"),
            ("req-7", "OSL", "REQ-7"),
            ("inc-osl-007", "", "INC-OSL-7"),
        ] {
            assert_eq!(number(text, site).unwrap(), is, "{text}");
        }
        assert!(number("", "").is_err() && number("printer", "").is_err());
    }
}
