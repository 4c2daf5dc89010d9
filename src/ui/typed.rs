//! Keys pressed one after another, until they mean something.

use std::time::{Duration, Instant};

use super::action::{Action, Context};
use super::chord::{Chord, spell};
use super::keymap::{Binding, Keymap, Meaning};
use crate::app::config::Hints;

/// After this long a begun sequence shows what may follow.
pub const POPUP_AFTER: Duration = Duration::from_millis(300);
/// This many capitals in a row that mean nothing look like Caps Lock.
const CAPITALS: u8 = 3;

/// What the last key led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Act(Action),
    /// The key is text for the field that has the keys.
    Text(char),
    /// A sequence has begun.
    More,
    /// Nothing is bound: what to say about it.
    Unknown(String),
}

/// The keys pressed so far.
#[derive(Debug, Default)]
pub struct Typed {
    keys: Vec<Chord>,
    hints: Hints,
    since: Option<Instant>,
    capitals: u8,
}

impl Typed {
    /// The keys that one from the terminal stands for: `Alt-x` that means nothing here was `Esc` with `x` typed ahead,
    /// and each of the two is for the place that it finds.
    pub fn parted(&self, keymap: &Keymap, context: Context, key: Chord) -> Vec<Chord> {
        let known = keymap.meaning(context, &[key]) != Meaning::Nothing;
        match key.without_alt() {
            Some(plain) if !known && self.keys.is_empty() => {
                vec![Chord::parse("esc").expect("esc is a key"), plain]
            }
            _ => vec![key],
        }
    }

    /// When what may follow is shown.
    pub const fn hints(&mut self, hints: Hints) {
        self.hints = hints;
    }

    /// Takes one key.
    pub fn press(&mut self, keymap: &Keymap, context: Context, key: Chord, at: Instant) -> Outcome {
        self.keys.push(key);
        match keymap.meaning(context, &self.keys) {
            Meaning::Does(action) => {
                self.clear();
                self.capitals = 0;
                Outcome::Act(action)
            }
            Meaning::Begins(_) => {
                self.since.get_or_insert(at);
                Outcome::More
            }
            Meaning::Nothing => {
                let pressed = std::mem::take(&mut self.keys);
                self.clear();
                match key.typed() {
                    Some(c) if context.takes_text() => Outcome::Text(c),
                    // Esc gives up a begun sequence and does nothing else.
                    _ if pressed.len() > 1 && Some(key) == Chord::parse("esc") => Outcome::Unknown(String::new()),
                    _ => Outcome::Unknown(self.unknown(keymap, context, &pressed)),
                }
            }
        }
    }

    /// What may follow the keys pressed so far; empty when nothing has begun.
    pub fn begun<'a>(&self, keymap: &'a Keymap, context: Context) -> Vec<&'a Binding> {
        if self.keys.is_empty() {
            return Vec::new();
        }
        match keymap.meaning(context, &self.keys) {
            Meaning::Begins(bindings) => bindings,
            _ => Vec::new(),
        }
    }

    /// When the popup of a begun sequence is due.
    pub fn popup_due(&self) -> Option<Instant> {
        let after = match self.hints {
            Hints::Delay => POPUP_AFTER,
            Hints::Always => Duration::ZERO,
            Hints::Never => return None,
        };
        self.since.map(|since| since + after)
    }

    fn clear(&mut self) {
        self.keys.clear();
        self.since = None;
    }

    fn unknown(&mut self, keymap: &Keymap, context: Context, keys: &[Chord]) -> String {
        self.capitals = if keys.iter().all(|key| key.is_capital()) { self.capitals + 1 } else { 0 };
        if self.capitals >= CAPITALS {
            self.capitals = 0;
            return "is Caps Lock on? capitals only open things".to_owned();
        }
        let help = keymap.key(context, Action::Help).unwrap_or_default();
        match nearest(keymap, context, keys) {
            Some((key, action)) => {
                format!("`{}` does nothing here; `{key}` is {}; help is {help}", spell(keys), action.facts().hint)
            }
            None => format!("`{}` does nothing here; help is {help}", spell(keys)),
        }
    }
}

/// The action whose key is the same letter in the other case, or the same second letter after another first.
fn nearest(keymap: &Keymap, context: Context, keys: &[Chord]) -> Option<(String, Action)> {
    let last = keys.last()?.to_string();
    let other: String =
        last.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    [other, last].into_iter().filter_map(|name| Some((Chord::parse(&name)?, name))).find_map(|(chord, name)| {
        match keymap.meaning(context, &[chord]) {
            Meaning::Does(action) => Some((name, action)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::chord::parse_sequence;

    fn typed(context: Context, keys: &str) -> Vec<Outcome> {
        let keymap = Keymap::default();
        let mut typed = Typed::default();
        let now = Instant::now();
        let mut outcomes = Vec::new();
        for pressed in parse_sequence(keys).unwrap() {
            for key in typed.parted(&keymap, context, pressed) {
                outcomes.push(typed.press(&keymap, context, key, now));
            }
        }
        outcomes
    }

    #[test]
    fn sequences_end_in_one_action() {
        assert_eq!(typed(Context::Queue, "g e"), [Outcome::More, Outcome::Act(Action::ViewEscalations)]);
        assert_eq!(typed(Context::Queue, "f p"), [Outcome::More, Outcome::Act(Action::Priority)]);
        assert_eq!(typed(Context::Queue, "t"), [Outcome::Act(Action::TakeNext)]);
        let given_up = typed(Context::Queue, "g esc j");
        assert_eq!(given_up[1..], [Outcome::Unknown(String::new()), Outcome::Act(Action::Down)]);
    }

    #[test]
    fn letters_are_text_where_text_is_typed() {
        assert_eq!(typed(Context::Dialog, "e"), [Outcome::Text('e')]);
        assert_eq!(typed(Context::Dialog, "space"), [Outcome::Act(Action::Toggle)]);
        assert_eq!(typed(Context::Filter, "space"), [Outcome::Text(' ')]);
        assert_eq!(typed(Context::Dialog, "ctrl-s"), [Outcome::Act(Action::Send)]);
    }

    #[test]
    fn escape_typed_ahead_of_a_letter_is_not_lost() {
        assert_eq!(typed(Context::Queue, "alt-c"), [Outcome::Act(Action::Out), Outcome::Act(Action::Take)]);
        assert_eq!(typed(Context::Dialog, "alt-b"), [Outcome::Act(Action::WordBack)]);
    }

    #[test]
    fn an_unknown_key_is_named_with_the_nearest_one() {
        let said = |keys| match typed(Context::Queue, keys).pop() {
            Some(Outcome::Unknown(said)) => said,
            other => panic!("{keys}: {other:?}"),
        };
        assert_eq!(said("T"), "`T` does nothing here; `t` is take-next; help is ?");
        assert!(said("i i ctrl-g").starts_with("`Ctrl-G` does nothing here"));
        assert!(said("Z Z Z").contains("Caps Lock"), "after several capitals");
    }

    #[test]
    fn a_begun_sequence_offers_what_follows() {
        let keymap = Keymap::default();
        let mut typed = Typed::default();
        let now = Instant::now();
        typed.press(&keymap, Context::Queue, Chord::parse("f").unwrap(), now);
        assert_eq!(typed.popup_due(), Some(now + POPUP_AFTER));
        assert_eq!(typed.begun(&keymap, Context::Queue).len(), 9);
        typed.press(&keymap, Context::Queue, Chord::parse("p").unwrap(), now);
        assert_eq!(typed.popup_due(), None);
        assert!(typed.begun(&keymap, Context::Queue).is_empty());
    }
}
