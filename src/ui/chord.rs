//! One press of a key, with a name: what the keymap compares, reads from its file and prints.

use std::fmt;

use crokey::OneToThree;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, in one spelling: `Shift` stands only where the character does not already say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Chord {
    pub fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let command = modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let (code, modifiers) = match code {
            KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => (KeyCode::BackTab, modifiers),
            KeyCode::BackTab => (code, modifiers | KeyModifiers::SHIFT),
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::CONTROL) => {
                (KeyCode::Char(c.to_ascii_lowercase()), modifiers - KeyModifiers::SHIFT)
            }
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::SHIFT) && c.is_ascii_lowercase() && !command => {
                (KeyCode::Char(c.to_ascii_uppercase()), modifiers)
            }
            other => (other, modifiers),
        };
        let modifiers = if matches!(code, KeyCode::Char(_)) { modifiers - KeyModifiers::SHIFT } else { modifiers };
        Self { code, modifiers }
    }

    /// A key by its name: `e`, `G`, `?`, `f8`, `ctrl-right`, `shift-tab`. A lone character keeps its case.
    pub fn parse(name: &str) -> Option<Self> {
        let mut chars = name.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            let plain = !c.is_control() && c != ' ';
            return plain.then(|| Self::new(KeyCode::Char(c), KeyModifiers::NONE));
        }
        let key = crokey::parse(name).ok()?;
        let OneToThree::One(code) = key.codes else { return None };
        Some(Self::new(code, key.modifiers))
    }

    /// An upper-case letter: a cut escape sequence or Caps Lock can produce it.
    pub fn is_capital(self) -> bool {
        matches!(self.code, KeyCode::Char(c) if c.is_uppercase())
    }

    /// The character that this key types into a text.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }

    /// `Alt-x` on the wire is `Esc` `x`. Where nothing is bound to it, it was two keys typed ahead.
    pub fn without_alt(self) -> Option<Self> {
        self.modifiers
            .contains(KeyModifiers::ALT)
            .then(|| Self { code: self.code, modifiers: self.modifiers - KeyModifiers::ALT })
    }
}

impl From<KeyEvent> for Chord {
    fn from(key: KeyEvent) -> Self {
        Self::new(key.code, key.modifiers)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.modifiers) {
            (KeyCode::BackTab, _) => f.pad("Shift-Tab"),
            (KeyCode::PageDown, KeyModifiers::NONE) => f.pad("PgDn"),
            (KeyCode::PageUp, KeyModifiers::NONE) => f.pad("PgUp"),
            (KeyCode::Char(c), KeyModifiers::NONE) if c != ' ' => f.pad(c.encode_utf8(&mut [0; 4])),
            (KeyCode::Char(c), KeyModifiers::CONTROL) if c != ' ' => f.pad(&format!("Ctrl-{}", c.to_uppercase())),
            (KeyCode::Char(c), KeyModifiers::ALT) if c != ' ' => f.pad(&format!("Alt-{}", c.to_uppercase())),
            (code, modifiers) => f.pad(&crokey::KeyCombination::one_key(code, modifiers).to_string()),
        }
    }
}

/// Several chords one after another, as they are printed: `g e`.
pub fn spell(sequence: &[Chord]) -> String {
    sequence.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
}

/// The sequence that a text like `g e` or `ctrl-s` names; the error is the word that is no key.
pub fn parse_sequence(text: &str) -> Result<Vec<Chord>, String> {
    let chords = text.split_whitespace().map(|name| Chord::parse(name).ok_or_else(|| name.to_owned()));
    match chords.collect::<Result<Vec<_>, _>>()? {
        chords if chords.is_empty() => Err(String::new()),
        chords => Ok(chords),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_printed() {
        for (text, printed) in [
            ("e", "e"),
            ("G", "G"),
            ("?", "?"),
            ("-", "-"),
            ("g e", "g e"),
            ("ctrl-s", "Ctrl-S"),
            ("Ctrl-S", "Ctrl-S"),
            ("shift-down", "Shift-Down"),
            ("shift-tab", "Shift-Tab"),
            ("pagedown", "PgDn"),
            ("space", "Space"),
            ("alt-b", "Alt-B"),
            ("f8", "F8"),
            ("ctrl-right", "Ctrl-Right"),
        ] {
            assert_eq!(spell(&parse_sequence(text).unwrap()), printed, "{text}");
        }
        assert_eq!(parse_sequence("g wobble"), Err("wobble".to_owned()));
        assert!(parse_sequence(" ").is_err());
    }

    #[test]
    fn a_key_has_one_spelling_however_the_terminal_sends_it() {
        let shifted = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        let bare = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::NONE);
        let lower = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::SHIFT);
        assert_eq!(Chord::from(shifted), Chord::from(bare));
        assert_eq!(Chord::from(shifted), Chord::from(lower));
        assert!(Chord::from(lower).is_capital());
        assert_eq!(Chord::new(KeyCode::Tab, KeyModifiers::SHIFT), Chord::new(KeyCode::BackTab, KeyModifiers::NONE));
        assert_eq!(Chord::parse("?"), Some(Chord::new(KeyCode::Char('?'), KeyModifiers::SHIFT)));
    }

    #[test]
    fn an_unbound_alt_key_is_two_keys() {
        let alt = Chord::parse("alt-c").unwrap();
        assert_eq!(alt.without_alt(), Chord::parse("c"));
        assert_eq!(Chord::parse("c").unwrap().without_alt(), None);
    }
}
