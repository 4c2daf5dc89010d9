//! What a line at the prompt means: `3` opens the third row, `c` takes what was shown last, `2-4 c` these rows,
//! `a called back` answers the first question of the letter at once, `INC-12` jumps.
//!
//! Letters are those of the keymap; sequences may be written together (`fp`). The name of an action does the same as
//! its key.

use crate::domain::number::Number;
use crate::ui::action::{Action, Context, Effect};
use crate::ui::chord::{Chord, parse_sequence};
use crate::ui::keymap::{Keymap, Meaning};

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Nothing,
    /// Rows alone: one is opened, several are marked.
    Rows(Vec<usize>),
    /// An action, on these rows where any are named, and what answers its first question.
    Act {
        rows: Vec<usize>,
        action: Action,
        answer: Option<String>,
    },
    Own(Own),
    Unknown(String),
}

/// Words of the plain console itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    NextPage,
    PreviousPage,
    /// Tell again what is shown.
    Again,
}

/// The words, and what they do.
pub const OWN: [(&str, Own, &str); 3] = [
    ("n", Own::NextPage, "next page of what is shown"),
    ("p", Own::PreviousPage, "page before"),
    ("again", Own::Again, "tell again what is shown"),
];

/// Words beside the names of actions.
const WORDS: [(&str, Action); 8] = [
    ("help", Action::Help),
    ("quit", Action::Quit),
    ("exit", Action::Quit),
    ("back", Action::Out),
    ("queue", Action::ViewQueue),
    ("inbox", Action::ViewEscalations),
    ("problems", Action::ViewProblems),
    ("find", Action::FindText),
];

/// Reads a line as it is meant in a place.
pub fn read(text: &str, keymap: &Keymap, context: Context) -> Line {
    let text = text.trim();
    if text.is_empty() {
        return Line::Nothing;
    }
    if let Some((_, own, _)) = OWN.iter().find(|(word, ..)| *word == text) {
        return Line::Own(*own);
    }
    if let Some(view) = text.strip_prefix("view ").and_then(|n| view(n.trim())) {
        return Line::Act { rows: Vec::new(), action: view, answer: None };
    }
    if text.parse::<Number>().is_ok() {
        return Line::Act { rows: Vec::new(), action: Action::GoTo, answer: Some(text.to_owned()) };
    }
    let (rows, rest) = rows(text);
    if rest.is_empty() {
        return Line::Rows(rows);
    }
    match action(rest, keymap, context) {
        Some((action, answer)) => {
            let answer = answer.trim();
            Line::Act { rows, action, answer: (!answer.is_empty()).then(|| answer.to_owned()) }
        }
        None => Line::Unknown(rest.split_whitespace().next().unwrap_or_default().to_owned()),
    }
}

fn view(n: &str) -> Option<Action> {
    let views = [
        Action::ViewQueue,
        Action::ViewEscalations,
        Action::ViewProblems,
        Action::ViewCampaigns,
        Action::ViewDashboard,
        Action::ViewAssets,
        Action::ViewReports,
    ];
    views.get(n.parse::<usize>().ok()?.checked_sub(1)?).copied()
}

/// The rows that a line begins with, from one: `2`, `2 4`, `2-4,7`; and what follows them.
pub fn rows(text: &str) -> (Vec<usize>, &str) {
    let mut rows = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '-' || c == ',')).unwrap_or(rest.len());
        let Some(more) = range_list(&rest[..end]).filter(|_| rest[end..].is_empty() || rest[end..].starts_with(' '))
        else {
            return (rows, rest);
        };
        rows.extend(more);
        rest = rest[end..].trim_start();
    }
}

/// No list of rows names more than this.
const ROWS_MAX: usize = 2_000;

fn range_list(text: &str) -> Option<Vec<usize>> {
    let mut rows = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
        if from == 0 || to < from || to - from > ROWS_MAX {
            return None;
        }
        rows.extend(from..=to);
    }
    Some(rows)
}

/// The action that a line begins with, by name or by key, and what follows it.
fn action<'a>(text: &'a str, keymap: &Keymap, context: Context) -> Option<(Action, &'a str)> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    named(word).map(|action| (action, rest)).or_else(|| pressed(text, keymap, context))
}

fn named(word: &str) -> Option<Action> {
    let name = word.replace('-', "_").to_lowercase();
    let own = WORDS.iter().find(|(word, _)| *word == name).map(|(_, action)| *action);
    own.or_else(|| Action::from_word(&name).filter(|_| name.len() > 1))
}

/// The action of the keys that a line begins with: named ones between spaces (`f p`, `ctrl-l`), or letters together
/// (`fp`). A sign takes what is written right behind it as its answer (`/vpn`).
fn pressed<'a>(text: &'a str, keymap: &Keymap, context: Context) -> Option<(Action, &'a str)> {
    let mut keys: Vec<Chord> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
        let chords = parse_sequence(word).or_else(|_| letters(word)).ok()?;
        let with: Vec<Chord> = keys.iter().copied().chain(chords).collect();
        match keymap.meaning(context, &with) {
            Meaning::Does(action) => return Some((action, behind)),
            Meaning::Begins(_) => keys = with,
            Meaning::Nothing => break,
        }
        rest = behind.trim_start();
    }
    let first = text.chars().next().filter(char::is_ascii_punctuation)?;
    match keymap.meaning(context, &letters(first.encode_utf8(&mut [0; 4])).ok()?) {
        Meaning::Does(action) => Some((action, &text[first.len_utf8()..])),
        _ => None,
    }
}

fn letters(word: &str) -> Result<Vec<Chord>, String> {
    let chord = |c: char| Chord::parse(c.encode_utf8(&mut [0; 4])).ok_or_else(|| word.to_owned());
    word.chars().map(chord).collect()
}

/// Is it done to a record, so that one must be meant?
pub fn needs_record(action: Action) -> bool {
    let lists = [Context::Queue, Context::Escalations, Context::Problems];
    let listed = lists.iter().any(|list| action.belongs_to(*list));
    let looks = matches!(
        action,
        Action::History | Action::Explain | Action::CopyId | Action::CopyText | Action::Open | Action::Repeat
    );
    let by_itself = matches!(action, Action::TakeNext | Action::AcceptNext | Action::Views);
    looks || (listed && action.facts().effect != Effect::Looks && !by_itself)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(rows: &[usize], action: Action, answer: &str) -> Line {
        Line::Act { rows: rows.to_vec(), action, answer: (!answer.is_empty()).then(|| answer.to_owned()) }
    }

    #[test]
    fn a_line_is_rows_a_verb_and_an_answer() {
        let keymap = Keymap::default();
        for (text, line) in [
            ("", Line::Nothing),
            ("n", Line::Own(Own::NextPage)),
            ("3", Line::Rows(vec![3])),
            ("2-4,7 9", Line::Rows(vec![2, 3, 4, 7, 9])),
            ("c", act(&[], Action::Take, "")),
            ("2 c", act(&[2], Action::Take, "")),
            ("2-3 A bob", act(&[2, 3], Action::Assign, "bob")),
            ("a called back", act(&[], Action::Note, "called back")),
            ("fp 2", act(&[], Action::Priority, "2")),
            ("f p 2", act(&[], Action::Priority, "2")),
            ("/vpn wifi", act(&[], Action::Filter, "vpn wifi")),
            ("/ vpn", act(&[], Action::Filter, "vpn")),
            ("#12", act(&[], Action::GoTo, "12")),
            ("inc-12", act(&[], Action::GoTo, "inc-12")),
            (":undo", act(&[], Action::Palette, "undo")),
            ("ge", act(&[], Action::ViewEscalations, "")),
            ("view 2", act(&[], Action::ViewEscalations, "")),
            ("news", act(&[], Action::News, "")),
            ("take-next", act(&[], Action::TakeNext, "")),
            ("new printer @j.smith", act(&[], Action::New, "printer @j.smith")),
            ("?", act(&[], Action::Help, "")),
            ("ctrl-l", act(&[], Action::Repaint, "")),
            ("wobble 3", Line::Unknown("wobble".to_owned())),
            ("3-1", Line::Unknown("3-1".to_owned())),
            ("0", Line::Unknown("0".to_owned())),
        ] {
            assert_eq!(read(text, &keymap, Context::Queue), line, "{text}");
        }
        assert_eq!(read("c", &keymap, Context::Escalations), act(&[], Action::Accept, ""));
        let changed = Keymap::with("[queue]\ntake = \"o\"\n").unwrap();
        assert_eq!(read("o", &changed, Context::Queue), act(&[], Action::Take, ""));
    }

    #[test]
    fn whatever_is_typed_is_understood_or_named() {
        let keymap = Keymap::default();
        for text in ["\u{1b}[A", "é", "漢字 1", "-", ",", "1,", "9999999999999999999999", "1-99999999", "''"] {
            read(text, &keymap, Context::Queue);
        }
    }
}
