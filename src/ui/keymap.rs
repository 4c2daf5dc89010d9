//! Which key does what where: the defaults of the action table, changed by a person's keymap file.
//!
//! The file has one section per context and one line per action: `escalate = ["e", "f8"]`; `"none"` unbinds.
//! A line replaces all keys of its action in that section. `preset = "arrows"` above the sections leaves letters to
//! verbs and moves by arrows, Home, End and the like; `"vim"` is the default. Two actions on one key, a key that begins another
//! sequence, and a capital on a verb that writes at once are errors that name both lines.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::action::{Action, Context, Effect};
use super::chord::{Chord, parse_sequence, spell};
use super::layout;
use crate::app::config::Layout;
use crate::domain::word::nearest;

/// One sequence of keys that does one thing in one context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub context: Context,
    pub sequence: Vec<Chord>,
    pub action: Action,
    /// The line of the keymap file; none for a default.
    pub line: Option<usize>,
}

impl fmt::Display for Binding {
    /// As one would write it in the file, with where it stands: `line 3: [queue] escalate = "e"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: ")?,
            None => f.write_str("by default: ")?,
        }
        write!(f, "[{}] {} = \"{}\"", self.context, self.action.word(), spell(&self.sequence))
    }
}

/// What the keys pressed so far mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning<'a> {
    Does(Action),
    /// More keys must follow: these would complete it.
    Begins(Vec<&'a Binding>),
    Nothing,
}

/// A keymap file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n"))]
pub struct KeymapError(pub Vec<Problem>);

/// One thing that is wrong, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub line: Option<usize>,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line.map_or(Ok(()), |line| write!(f, "line {line}: "))?;
        f.write_str(&self.message)
    }
}

/// All bindings.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<Binding>,
    /// Keyboards whose letters mean those at the same place of a Latin one.
    layouts: Vec<Layout>,
}

impl Default for Keymap {
    fn default() -> Self {
        let mut bindings = Vec::new();
        for &action in Action::ALL {
            for (contexts, keys) in action.facts().keys {
                for &context in *contexts {
                    bindings.extend(keys.iter().map(|key| Binding {
                        context,
                        sequence: parse_sequence(key).expect("the action table names keys; a test reads them all"),
                        action,
                        line: None,
                    }));
                }
            }
        }
        Self { bindings, layouts: Vec::new() }
    }
}

impl Keymap {
    /// The defaults with the changes of a keymap file.
    pub fn with(text: &str) -> Result<Self, KeymapError> {
        let defaults = Self::default();
        let mut map = defaults.clone();
        let mut problems = Vec::new();
        for change in changes(text)? {
            match change {
                Ok(Line::Keys(change)) => map.change(change),
                Ok(Line::Arrows) => map.move_by_arrows(),
                Err(problem) => problems.push(problem),
            }
        }
        problems.extend(map.conflicts(&defaults));
        problems.extend(map.capitals());
        problems.extend(map.helpless());
        if problems.is_empty() { Ok(map) } else { Err(KeymapError(problems)) }
    }

    /// Letters of these keyboards mean the key that they stand on, outside text.
    pub fn with_layouts(mut self, layouts: Vec<Layout>) -> Self {
        self.layouts = layouts;
        self
    }

    /// What `keys` mean in `context`; the innermost section that knows them decides. Where none does, keys of another
    /// keyboard mean what stands there on a Latin one.
    pub fn meaning(&self, context: Context, keys: &[Chord]) -> Meaning<'_> {
        match self.bound(context, keys) {
            Meaning::Nothing if !context.takes_text() && !self.layouts.is_empty() => {
                let latin: Vec<Chord> = keys.iter().map(|key| layout::latin(*key, &self.layouts)).collect();
                self.bound(context, &latin)
            }
            meaning => meaning,
        }
    }

    fn bound(&self, context: Context, keys: &[Chord]) -> Meaning<'_> {
        let mut begun = Vec::new();
        for layer in context.layers() {
            let here = || self.bindings.iter().filter(|binding| binding.context == *layer);
            if begun.is_empty()
                && let Some(binding) = here().find(|binding| binding.sequence == keys)
            {
                return Meaning::Does(binding.action);
            }
            begun.extend(here().filter(|it| it.sequence.len() > keys.len() && it.sequence.starts_with(keys)));
        }
        if begun.is_empty() { Meaning::Nothing } else { Meaning::Begins(begun) }
    }

    /// The keys of an action as it can be pressed in `context`, the first being the usual one.
    pub fn keys(&self, context: Context, action: Action) -> Vec<String> {
        context.layers().iter().flat_map(|layer| self.keys_in(*layer, action)).collect()
    }

    /// The key to show beside an action.
    pub fn key(&self, context: Context, action: Action) -> Option<String> {
        self.keys(context, action).into_iter().next()
    }

    /// Every action with its keys, section by section: for the help, the manual and `tierdesk keys`.
    pub fn listing(&self) -> impl Iterator<Item = Listed> + '_ {
        Context::ALL.iter().flat_map(move |&context| {
            Action::ALL.iter().filter(move |action| action.belongs_to(context)).map(move |&action| Listed {
                context,
                action,
                keys: self.keys_in(context, action),
            })
        })
    }

    /// The actions that can be pressed in `context`, the innermost section first, without keys that it covers.
    pub fn here(&self, context: Context) -> Vec<Listed> {
        let mut rows: Vec<Listed> = Vec::new();
        for layer in context.layers() {
            for binding in self.bindings.iter().filter(|binding| binding.context == *layer) {
                if self.meaning(context, &binding.sequence) != Meaning::Does(binding.action) {
                    continue;
                }
                let key = spell(&binding.sequence);
                match rows.iter_mut().find(|row| row.action == binding.action && row.context == *layer) {
                    Some(row) => row.keys.push(key),
                    None => rows.push(Listed { context: *layer, action: binding.action, keys: vec![key] }),
                }
            }
        }
        rows
    }

    fn keys_in(&self, context: Context, action: Action) -> Vec<String> {
        let mine = |binding: &&Binding| binding.context == context && binding.action == action;
        self.bindings.iter().filter(mine).map(|binding| spell(&binding.sequence)).collect()
    }

    fn change(&mut self, change: Changed) {
        self.bindings.retain(|binding| binding.context != change.context || binding.action != change.action);
        self.bindings.extend(change.sequences.into_iter().map(|sequence| Binding {
            context: change.context,
            sequence,
            action: change.action,
            line: Some(change.line),
        }));
    }

    /// The preset `arrows`: letters move nothing.
    fn move_by_arrows(&mut self) {
        use Action::{Down, First, Last, Open, Out, PreviewDown, PreviewUp, Up};
        let moves = [Down, Up, Open, Out, First, Last, PreviewDown, PreviewUp];
        let letters = |keys: &[Chord]| keys.iter().all(|key| key.typed().is_some_and(char::is_alphabetic));
        self.bindings.retain(|it| !(it.line.is_none() && moves.contains(&it.action) && letters(&it.sequence)));
    }

    /// Pairs on one key, in one section or where one section covers another. Pairs of the defaults are meant.
    fn conflicts(&self, defaults: &Self) -> Vec<Problem> {
        let meant: Vec<_> = defaults.pairs().map(|(a, b)| (a.context, a.action, b.context, b.action)).collect();
        self.pairs()
            .filter(|(a, b)| !meant.contains(&(a.context, a.action, b.context, b.action)))
            .map(|(a, b)| Problem { line: a.line.or(b.line), message: format!("two actions on one key\n  {a}\n  {b}") })
            .collect()
    }

    fn pairs(&self) -> impl Iterator<Item = (&Binding, &Binding)> {
        let mut by_first: HashMap<Chord, Vec<(usize, &Binding)>> = HashMap::new();
        for (n, binding) in self.bindings.iter().enumerate() {
            by_first.entry(binding.sequence[0]).or_default().push((n, binding));
        }
        let clash = |a: &Binding, b: &Binding| {
            a.action != b.action
                && (a.sequence.starts_with(&b.sequence) || b.sequence.starts_with(&a.sequence))
                && meet(a.context, b.context)
        };
        let mut pairs: Vec<_> = by_first
            .values()
            .flat_map(|same| same.iter().enumerate().flat_map(|(n, a)| same[n + 1..].iter().map(move |b| (*a, *b))))
            .filter(|((_, a), (_, b))| clash(a, b))
            .collect();
        pairs.sort_by_key(|((a, _), (b, _))| (*a, *b));
        pairs.into_iter().map(|((_, a), (_, b))| (a, b))
    }

    /// Capitals only open something, so that a cut escape sequence or Caps Lock never writes.
    fn capitals(&self) -> Vec<Problem> {
        self.bindings
            .iter()
            .filter(|it| it.action.facts().effect == Effect::Writes && it.sequence.iter().any(|key| key.is_capital()))
            .map(|binding| {
                let usual = binding.action.facts().keys[0].1[0];
                let message = format!("a capital must not write at once\n  {binding}\n  by default: {usual}");
                Problem { line: binding.line, message }
            })
            .collect()
    }

    /// Nobody is left without help.
    fn helpless(&self) -> Option<Problem> {
        let message = || "`help` needs a key in [global]".to_owned();
        self.key(Context::Global, Action::Help).is_none().then(|| Problem { line: None, message: message() })
    }
}

/// An action and its keys in one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub context: Context,
    pub action: Action,
    pub keys: Vec<String>,
}

/// Can both sections hold at the same moment?
fn meet(a: Context, b: Context) -> bool {
    a == b || a.layers().contains(&b) || b.layers().contains(&a)
}

/// One line of a keymap file.
enum Line {
    Keys(Changed),
    Arrows,
}

/// The keys of one action in one section.
struct Changed {
    context: Context,
    action: Action,
    sequences: Vec<Vec<Chord>>,
    line: usize,
}

/// The lines of a keymap file, each checked by itself.
fn changes(text: &str) -> Result<Vec<Result<Line, Problem>>, KeymapError> {
    let line_of = |span: Range<usize>| text[..span.start.min(text.len())].matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, line_of);
        KeymapError(vec![Problem { line: Some(line), message: error.message().to_owned() }])
    })?;
    let mut changes = Vec::new();
    for (section, body) in table.get_ref() {
        let line = line_of(section.span());
        let wrong = |message: String| Err(Problem { line: Some(line), message });
        let name = section.get_ref().as_ref();
        if name == "preset" {
            match body.get_ref().as_str() {
                Some("arrows") => changes.insert(0, Ok(Line::Arrows)),
                Some("vim") => {}
                _ => changes.push(wrong("the presets are \"vim\" and \"arrows\"".to_owned())),
            }
            continue;
        }
        let (Some(context), Some(body)) = (Context::from_word(name), body.get_ref().as_table()) else {
            let sections = || Context::ALL.iter().map(|context| context.word());
            let meant = nearest(name, sections()).filter(|meant| *meant != name);
            let meant = meant.map(|meant| format!("is it `{meant}`? ")).unwrap_or_default();
            let all = sections().collect::<Vec<_>>().join(", ");
            changes.push(wrong(format!("no section `{name}`; {meant}there are {all}")));
            continue;
        };
        for (word, keys) in body {
            let line = line_of(word.span());
            let change = changed(context, word.get_ref(), keys, line).map(Line::Keys);
            changes.push(change.map_err(|message| Problem { line: Some(line), message }));
        }
    }
    Ok(changes)
}

fn changed(context: Context, word: &str, keys: &Spanned<DeValue<'_>>, line: usize) -> Result<Changed, String> {
    let action = Action::from_word(word).ok_or_else(|| {
        let meant = nearest(word, Action::ALL.iter().map(|action| action.word()));
        let meant = meant.map(|meant| format!("is it `{meant}`? ")).unwrap_or_default();
        format!("no action `{word}`; {meant}`tierdesk keys` lists them")
    })?;
    if !action.belongs_to(context) {
        let homes: Vec<_> = Context::ALL.iter().filter(|it| action.belongs_to(**it)).map(|it| it.word()).collect();
        return Err(format!("`{word}` does not belong to [{context}]; it belongs to {}", homes.join(", ")));
    }
    let names: Vec<&str> = match keys.get_ref() {
        DeValue::String(name) => vec![name],
        DeValue::Array(names) => names.iter().filter_map(|name| name.get_ref().as_str()).collect(),
        _ => return Err(format!("`{word}` takes the name of a key or a list of them")),
    };
    let sequences = names
        .into_iter()
        .filter(|name| *name != "none")
        .map(|name| parse_sequence(name).map_err(|key| format!("`{key}` is not a key")))
        .collect::<Result<_, _>>()?;
    Ok(Changed { context, action, sequences, line })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(map: &Keymap, context: Context, keys: &str) -> Option<Action> {
        match map.meaning(context, &parse_sequence(keys).unwrap()) {
            Meaning::Does(action) => Some(action),
            _ => None,
        }
    }

    #[test]
    fn the_defaults_hold_their_own_rules() {
        let map = Keymap::default();
        assert_eq!(map.capitals(), []);
        let clashes: Vec<_> = map.pairs().filter(|(a, b)| a.context == b.context).collect();
        assert_eq!(clashes, [], "two actions on one key of one section");
        for &context in Context::ALL {
            for binding in map.bindings.iter().filter(|binding| binding.context == context) {
                let done = map.meaning(context, &binding.sequence);
                assert_eq!(done, Meaning::Does(binding.action), "{binding}");
            }
        }
    }

    #[test]
    fn one_letter_is_one_verb_everywhere() {
        let map = Keymap::default();
        for (context, keys, action) in [
            (Context::Queue, "t", Action::TakeNext),
            (Context::Queue, "c", Action::Take),
            (Context::Escalations, "c", Action::Accept),
            (Context::Record, "e", Action::Escalate),
            (Context::Escalations, "e", Action::PassOn),
            (Context::Queue, "g e", Action::ViewEscalations),
            (Context::Queue, "f p", Action::Priority),
            (Context::Record, "/", Action::FindText),
            (Context::Queue, "/", Action::Filter),
            (Context::Dialog, "ctrl-s", Action::Send),
            (Context::Dialog, "ctrl-w", Action::DeleteWord),
            (Context::Dialog, "ctrl-z", Action::TextUndo),
            (Context::Queue, "ctrl-z", Action::Suspend),
            (Context::Picker, "down", Action::PickDown),
        ] {
            assert_eq!(press(&map, context, keys), Some(action), "{keys} in {context}");
        }
        assert_eq!(press(&map, Context::Dialog, "e"), None, "letters are text in a form");
    }

    #[test]
    fn a_begun_sequence_lists_what_completes_it() {
        let map = Keymap::default();
        let g = parse_sequence("g").unwrap();
        let Meaning::Begins(ends) = map.meaning(Context::Queue, &g) else { panic!("g begins nothing") };
        assert!(ends.iter().any(|binding| spell(&binding.sequence) == "g q"));
        assert_eq!(map.meaning(Context::Queue, &parse_sequence("g x").unwrap()), Meaning::Nothing);
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let map = Keymap::with(
            "[queue]\nescalate = [\"e\", \"f8\"]\nmerge = \"none\"\n[global]\nsibling_next = \"ctrl-right\"\n",
        )
        .unwrap();
        assert_eq!(map.keys(Context::Queue, Action::Escalate), ["e", "F8"]);
        assert_eq!(map.keys(Context::Record, Action::Escalate), ["e"]);
        assert_eq!(map.key(Context::Queue, Action::Merge), None);
        assert_eq!(press(&map, Context::Queue, "]"), None);
        assert_eq!(press(&map, Context::Queue, "ctrl-right"), Some(Action::SiblingNext));
        assert!(Keymap::with("").is_ok());
    }

    #[test]
    fn letters_of_another_keyboard_mean_the_key_they_stand_on() {
        let map = Keymap::default().with_layouts(vec![Layout::Russian, Layout::Greek]);
        for (context, keys, action) in [
            (Context::Queue, "е", Some(Action::TakeNext)),
            (Context::Queue, "п у", Some(Action::ViewEscalations)),
            (Context::Queue, "ε", Some(Action::Escalate)),
            (Context::Queue, "Ф", Some(Action::Assign)),
            (Context::Queue, "c", Some(Action::Take)),
            (Context::Dialog, "е", None),
            (Context::Queue, "漢", None),
        ] {
            assert_eq!(press(&map, context, keys), action, "{keys}");
        }
        assert_eq!(press(&Keymap::default(), Context::Queue, "е"), None, "only where the person says so");
        let bound = Keymap::with("[queue]\nescalate = \"е\"").unwrap().with_layouts(vec![Layout::Russian]);
        assert_eq!(press(&bound, Context::Queue, "е"), Some(Action::Escalate), "a binding of its own comes first");
    }

    #[test]
    fn the_preset_arrows_leaves_letters_to_verbs() {
        let map = Keymap::with("preset = \"arrows\"\n[queue]\nescalate = \"j\"\n").unwrap();
        assert_eq!(map.keys(Context::Queue, Action::Down), ["Down", "Ctrl-N"]);
        assert_eq!(map.keys(Context::Queue, Action::First), ["Home"]);
        assert_eq!(press(&map, Context::Queue, "j"), Some(Action::Escalate));
        assert_eq!(press(&map, Context::Queue, "g e"), Some(Action::ViewEscalations));
    }

    #[test]
    fn a_bad_file_is_refused_with_its_lines() {
        for (text, says) in [
            (
                "[queue]\nescalate = \"c\"",
                &["line 2: [queue] escalate = \"c\"", "by default: [queue] take = \"c\""][..],
            ),
            ("[queue]\nescalate = \"f9\"\nmerge = \"f9\"", &["line 2: [queue] escalate", "line 3: [queue] merge"]),
            ("[queue]\nescalate = \"j\"", &["line 2", "by default: [global] down = \"j\""]),
            ("[queue]\nescalate = \"f\"", &["line 2", "[queue] priority = \"f p\""]),
            ("[queue]\n\ntake = \"C\"", &["a capital must not write", "line 3: [queue] take = \"C\"", "by default: c"]),
            ("[quue]\n", &["line 1: no section `quue`; is it `queue`?"]),
            ("[queue]\nescalade = \"e\"", &["line 2: no action `escalade`; is it `escalate`?"]),
            ("[dialog]\nescalate = \"f8\"", &["line 2: `escalate` does not belong to [dialog]", "queue, record"]),
            ("[queue]\nescalate = \"wobble\"", &["line 2: `wobble` is not a key"]),
            ("[queue]\nescalate = 5", &["line 2: `escalate` takes the name of a key"]),
            ("[queue]\nescalate = ", &["line 2: "]),
            ("[global]\nhelp = \"none\"", &["`help` needs a key"]),
            ("preset = \"emacs\"", &["line 1: the presets are"]),
        ] {
            let error = Keymap::with(text).unwrap_err().to_string();
            for part in says {
                assert!(error.contains(part), "{text:?} says {error:?}, not {part:?}");
            }
        }
        assert!(Keymap::with("[queue]\nassign = [\"A\", \"D\"]").is_ok(), "capitals may open something");
    }

    #[test]
    fn the_listing_has_every_action_with_a_key() {
        let map = Keymap::default();
        let listed: Vec<_> = map.listing().collect();
        for action in Action::ALL {
            assert!(listed.iter().any(|row| row.action == *action && !row.keys.is_empty()), "{}", action.word());
        }
    }
}
