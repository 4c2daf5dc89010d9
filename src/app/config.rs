//! How the console looks and behaves for a person: `config.toml` of the host, then the person's own, then the one
//! that `--config` names; the later wins. A key that nobody knows is a warning with its line and the nearest name, a
//! value that cannot be an error with what was expected; what held before stays, as nobody is kept out of the desk by a
//! file about colours.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::home;
use crate::domain::word::{nearest, words};

/// The file of a host that several people share.
const SYSTEM: &str = "/etc/tierdesk/config.toml";
/// Longest guard of a lone `Esc`, in milliseconds: a longer one feels like a stuck key.
const GUARD_MAX: i64 = 1_000;

words! {
    pub enum Glyphs = Auto {
        /// What the locale can show.
        Auto = "auto",
        Ascii = "ascii",
        Unicode = "unicode",
    }

    /// Named sets of colours.
    pub enum Colours = Ansi16 {
        Ansi16 = "ansi16",
        Light = "ansi16-light",
        Deut = "deut",
        Trit = "trit",
        Mono = "mono",
    }

    /// When what may follow a begun sequence of keys is shown.
    pub enum Hints = Delay {
        Delay = "delay",
        Always = "always",
        Never = "never",
    }

    /// A keyboard on which other letters stand where the console expects its own.
    pub enum Layout {
        Russian = "ru",
        Ukrainian = "uk",
        Greek = "el",
        Hebrew = "he",
    }

    pub enum Clipboard = Osc52 {
        Osc52 = "osc52",
        Off = "off",
    }

    /// How news make themselves heard while the console is open.
    pub enum Notify = Bell {
        /// A bell, for tickets of priority 1 and calls for one's own attention only.
        Bell = "bell",
        /// A message for the terminal's own notifications.
        Osc9 = "osc9",
        /// The same for terminals that take a title with it.
        Osc777 = "osc777",
        Off = "off",
    }
}

/// One thing that can be set.
struct Key {
    name: &'static str,
    /// As a file would write it.
    default: &'static str,
    /// What it may be, for a sentence.
    wants: &'static str,
    fits: fn(&DeValue<'_>) -> bool,
}

const fn key(name: &'static str, default: &'static str, wants: &'static str, fits: fn(&DeValue<'_>) -> bool) -> Key {
    Key { name, default, wants, fits }
}

/// Every key of the table `ui`.
const KEYS: [Key; 10] = [
    key("glyphs", "auto", "auto, ascii or unicode", |it| word(it, |word| Glyphs::from_word(word).is_some())),
    key("palette", "ansi16", "ansi16, ansi16-light, deut, trit or mono", |it| {
        word(it, |word| Colours::from_word(word).is_some())
    }),
    key("theme", "", "a file of roles and their looks, or empty", |it| word(it, |_| true)),
    key("mouse", "false", "true or false", |it| matches!(it, DeValue::Boolean(_))),
    key("hints", "delay", "delay, always or never", |it| word(it, |word| Hints::from_word(word).is_some())),
    key("clipboard", "osc52", "osc52 or off", |it| word(it, |word| Clipboard::from_word(word).is_some())),
    key("notify", "bell", "bell, osc9, osc777 or off", |it| word(it, |word| Notify::from_word(word).is_some())),
    key("editor", "", "a command, or off", |it| word(it, |_| true)),
    key("layout_alias", "[]", "a list of ru, uk, el and he", |it| {
        all_words(it, |word| Layout::from_word(word).is_some())
    }),
    key(
        "esc_guard_ms",
        "0",
        "milliseconds up to 1000; 0 chooses by the connection",
        |it| matches!(it, DeValue::Integer(n) if i64::from_str_radix(n.as_str(), n.radix()).is_ok_and(|n| (0..=GUARD_MAX).contains(&n))),
    ),
];

fn word(value: &DeValue<'_>, fits: impl Fn(&str) -> bool) -> bool {
    matches!(value, DeValue::String(text) if fits(text))
}

fn all_words(value: &DeValue<'_>, fits: impl Fn(&str) -> bool) -> bool {
    matches!(value, DeValue::Array(all) if all.iter().all(|it| word(it.get_ref(), &fits)))
}

/// What is in force, and where each value comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    set: BTreeMap<&'static str, Set>,
    pub warnings: Vec<Warning>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Set {
    value: String,
    file: PathBuf,
    line: usize,
}

/// Something in a file that does nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Is it wrong, rather than unknown?
    pub wrong: bool,
    pub file: PathBuf,
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.message)
    }
}

/// A value in force, for people and scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    pub key: &'static str,
    pub value: String,
    /// File and line; none for the default.
    pub from: Option<(PathBuf, usize)>,
}

impl Config {
    /// The files of this host and this person, and one more. Refuses only a named file that cannot be read.
    pub fn read(named: Option<&Path>) -> std::io::Result<Self> {
        let mut it = Self::default();
        for path in [Some(PathBuf::from(SYSTEM)), home::config_file("config.toml")].into_iter().flatten() {
            if let Ok(text) = std::fs::read_to_string(&path) {
                it.lay(&text, &path);
            }
        }
        if let Some(path) = named {
            it.lay(&std::fs::read_to_string(path)?, path);
        }
        Ok(it)
    }

    /// Lays a file over what holds so far.
    pub fn lay(&mut self, text: &str, file: &Path) {
        let line = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
        let (root, wrong) = DeTable::parse_recoverable(text);
        for error in &wrong {
            self.tell(true, file, error.span().map_or(1, |span| line(span.start)), error.message().to_owned());
        }
        for (table, value) in root.get_ref() {
            match (table.get_ref().as_ref(), value.get_ref()) {
                ("ui", DeValue::Table(settings)) => {
                    for (name, value) in settings {
                        self.set(name.get_ref(), value.get_ref(), file, line(name.span().start));
                    }
                }
                (name, _) => {
                    let message = format!("there is nothing to set under `{name}`; the table is [ui]");
                    self.tell(false, file, line(table.span().start), message);
                }
            }
        }
    }

    fn set(&mut self, name: &str, value: &DeValue<'_>, file: &Path, line: usize) {
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            let names = || KEYS.iter().map(|key| key.name);
            let meant = nearest(name, names()).map_or_else(
                || format!("; there are {}", names().collect::<Vec<_>>().join(", ")),
                |meant| format!("; is it `ui.{meant}`?"),
            );
            return self.tell(false, file, line, format!("there is no key `ui.{name}`{meant}"));
        };
        if !(key.fits)(value) {
            return self.tell(true, file, line, format!("`ui.{name}` is {}", key.wants));
        }
        let value = match value {
            DeValue::String(text) => text.to_string(),
            DeValue::Boolean(on) => on.to_string(),
            DeValue::Integer(n) => n.as_str().to_owned(),
            DeValue::Array(all) => {
                let words: Vec<_> =
                    all.iter().filter_map(|it| it.get_ref().as_str()).map(|it| format!("{it:?}")).collect();
                format!("[{}]", words.join(", "))
            }
            _ => return,
        };
        self.set.insert(key.name, Set { value, file: file.to_owned(), line });
    }

    fn tell(&mut self, wrong: bool, file: &Path, line: usize, message: String) {
        self.warnings.push(Warning { wrong, file: file.to_owned(), line, message });
    }

    /// Every key with its value, in the order in which they are described.
    pub fn in_force(&self) -> impl Iterator<Item = InForce> {
        KEYS.iter().map(|key| match self.set.get(key.name) {
            Some(set) => InForce { key: key.name, value: set.value.clone(), from: Some((set.file.clone(), set.line)) },
            None => InForce { key: key.name, value: key.default.to_owned(), from: None },
        })
    }

    /// None where nobody chose, so that the terminal decides.
    pub fn glyphs(&self) -> Option<Glyphs> {
        self.chosen("glyphs").and_then(Glyphs::from_word).filter(|glyphs| *glyphs != Glyphs::Auto)
    }

    /// None where nobody chose, so that `NO_COLOR` can.
    pub fn palette(&self) -> Option<Colours> {
        self.chosen("palette").and_then(Colours::from_word)
    }

    /// A file that says how roles look; a relative name is one beside the file that names it.
    pub fn theme(&self) -> Option<PathBuf> {
        let set = self.set.get("theme").filter(|set| !set.value.is_empty())?;
        Some(set.file.parent().unwrap_or(Path::new("")).join(&set.value))
    }

    /// Keyboards whose letters stand for those at the same place of a Latin one.
    pub fn layouts(&self) -> Vec<Layout> {
        let listed = self.chosen("layout_alias").unwrap_or_default();
        let words = listed.trim_matches(['[', ']']).split(", ");
        words.filter_map(|word| Layout::from_word(word.trim_matches('"'))).collect()
    }

    pub fn mouse(&self) -> bool {
        self.chosen("mouse") == Some("true")
    }

    pub fn hints(&self) -> Hints {
        self.chosen("hints").and_then(Hints::from_word).unwrap_or_default()
    }

    pub fn clipboard(&self) -> Clipboard {
        self.chosen("clipboard").and_then(Clipboard::from_word).unwrap_or_default()
    }

    pub fn notify(&self) -> Notify {
        self.chosen("notify").and_then(Notify::from_word).unwrap_or_default()
    }

    /// None where the environment chooses.
    pub fn editor(&self) -> Option<&str> {
        self.chosen("editor").filter(|editor| !editor.is_empty())
    }

    pub fn esc_guard_ms(&self) -> u64 {
        self.chosen("esc_guard_ms").and_then(|ms| ms.parse().ok()).unwrap_or(0)
    }

    fn chosen(&self, name: &str) -> Option<&str> {
        self.set.get(name).map(|set| set.value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(files: &[&str]) -> Config {
        let mut it = Config::default();
        for (n, text) in files.iter().enumerate() {
            it.lay(text, Path::new(["host", "own", "named"][n]));
        }
        it
    }

    #[test]
    fn the_later_file_wins_key_by_key() {
        let it = config(&["[ui]\nnotify = \"off\"\nmouse = true\n", "[ui]\nnotify = \"osc9\"\n"]);
        assert_eq!((it.notify(), it.mouse(), it.warnings.len()), (Notify::Osc9, true, 0));
        let told: Vec<_> = it.in_force().filter(|it| it.key == "notify" || it.key == "hints").collect();
        assert_eq!(told[0], InForce { key: "hints", value: "delay".to_owned(), from: None });
        assert_eq!(told[1].from, Some((PathBuf::from("own"), 2)));
    }

    #[test]
    fn what_does_nothing_is_told_with_its_line_and_the_rest_holds() {
        let text = "[ui]\nnotify = \"gong\"\nesc_guard_ms = 80\ncolour = 1\n\n[list]\ncolumns = []\n";
        let it = config(&[text]);
        let told: Vec<_> = it.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told.iter().any(|it| it == "host:2: `ui.notify` is bell, osc9, osc777 or off"), "{told:?}");
        assert!(told.iter().any(|it| it.starts_with("host:4: there is no key `ui.colour`; there are")), "{told:?}");
        assert!(told.iter().any(|it| it.starts_with("host:6:")), "{told:?}");
        let wrong: Vec<_> = it.warnings.iter().filter(|it| it.wrong).map(|it| it.line).collect();
        assert_eq!(wrong, [2], "what is only unknown is no error");
        assert_eq!((it.notify(), it.esc_guard_ms()), (Notify::Bell, 80));
    }

    #[test]
    fn a_slip_is_told_with_the_name_that_was_meant_and_a_value_with_what_it_may_be() {
        for (text, wrong, says) in [
            ("[ui]\npalete = \"mono\"", false, "host:2: there is no key `ui.palete`; is it `ui.palette`?"),
            ("[ui]\npalette = \"neon\"", true, "host:2: `ui.palette` is ansi16, ansi16-light, deut, trit or mono"),
            ("[ui]\nmouse = 1", true, "host:2: `ui.mouse` is true or false"),
            ("[ui]\nesc_guard_ms = 5000", true, "host:2: `ui.esc_guard_ms` is milliseconds up to 1000"),
            ("[ui]\nlayout_alias = [\"xx\"]", true, "host:2: `ui.layout_alias` is a list of ru, uk, el and he"),
            ("[ui]\nlayout_alias = \"ru\"", true, "host:2: `ui.layout_alias` is a list"),
            ("[ui]\ntheme = 7", true, "host:2: `ui.theme` is a file of roles"),
            ("[io]\nglyphs = \"ascii\"", false, "host:1: there is nothing to set under `io`; the table is [ui]"),
            ("[ui]\nmouse = ", true, "host:2: "),
        ] {
            let it = config(&[text]);
            let told = it.warnings.first().unwrap();
            assert!(told.to_string().starts_with(says) && told.wrong == wrong, "{text}: {told:?}");
        }
    }

    #[test]
    fn layouts_and_the_file_of_looks_are_read() {
        let it = config(&["[ui]\nlayout_alias = [\"ru\", \"el\"]\ntheme = \"night.toml\"\n"]);
        assert_eq!(it.layouts(), [Layout::Russian, Layout::Greek]);
        assert_eq!(it.theme(), Some(PathBuf::from("night.toml")));
        assert_eq!((config(&[]).layouts(), config(&[]).theme()), (vec![], None));
    }

    #[test]
    fn a_broken_file_leaves_what_held() {
        let it = config(&["[ui]\nmouse = true\n", "[ui\nmouse = false"]);
        assert!(it.mouse() && !it.warnings.is_empty());
    }

    #[test]
    fn every_default_is_one_of_the_values() {
        for key in &KEYS {
            let text = match key.default {
                it @ ("false" | "0" | "[]") => format!("[ui]\n{} = {it}\n", key.name),
                it => format!("[ui]\n{} = \"{it}\"\n", key.name),
            };
            assert_eq!(config(&[&text]).warnings, [], "{}", key.name);
        }
    }
}
