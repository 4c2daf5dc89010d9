//! The grammar as a person reads it, made from the tables that the parser uses.

use super::field::{COMING, FIELDS, Now};
use super::flag::{Flag, Has};

/// One line of the filter help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub part: Part,
    /// How it begins when typed: `tier:`, `is:open`, `|`.
    pub word: String,
    /// Other names for the same.
    pub aliases: &'static [&'static str],
    pub help: &'static str,
    /// A filter to try; empty for what does not exist yet.
    pub example: String,
    /// What it needs and this version does not have.
    pub needs: Option<&'static str>,
}

/// The chapters of the help, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Sign,
    Field,
    Flag,
    Has,
    Directive,
}

const SIGNS: &[(&str, &str, &str)] = &[
    ("word", "in title, description, notes or requester; the last word may go on", "outlook passw"),
    ("word*", "words that begin so", "pass* reset"),
    ("\"…\"", "these words in this order; a literal colon, minus or star", "\"token cache\" \"10:30\""),
    ("INC-", "the record of this number", "INC-42"),
    ("@", "owner or requester; @me is you", "@j.smith"),
    ("-", "not; NOT is the same", "vpn -printer"),
    ("|", "or; OR is the same, a space means and", "vpn | wifi"),
    ("( )", "together", "(vpn | wifi) prio:1"),
    (",", "any of these values", "tier:1,2"),
    ("..", "from one to the other, both included", "prio:1..3"),
    ("<", "less; also <= > >=", "age:<4h"),
    ("=", "the whole name; in quotes with its case", "app:=outlook"),
    ("~", "anywhere inside", "subj:~look"),
];

/// Shown below `all:`, which comes first in a filter.
pub(super) const DIRECTIVES: &[(&str, &str, &str)] = &[
    ("all:", "at the start: not only what the view shows", "all: vpn"),
    ("sort:", "order by a field; a minus turns it round", "vpn sort:-age"),
    ("group:", "one group for each value of a field", "is:open group:asset"),
    ("limit:", "at most so many rows", "is:open limit:50"),
];

/// Everything the parser knows, and what it refuses by name.
pub fn help() -> Vec<Line> {
    let plain = |part| {
        move |(word, help, example): &(&str, &'static str, &str)| Line {
            part,
            word: (*word).to_owned(),
            aliases: &[],
            help,
            example: (*example).to_owned(),
            needs: None,
        }
    };
    let flag = |part, word: String, help, now| Line {
        part,
        example: if now == Now::Yes { word.clone() } else { String::new() },
        word,
        aliases: &[],
        help,
        needs: needs(now),
    };
    let mut lines: Vec<Line> = SIGNS.iter().map(plain(Part::Sign)).collect();
    lines.extend(FIELDS.iter().map(|row| Line {
        part: Part::Field,
        word: format!("{}:", row.name),
        aliases: row.aliases,
        help: row.help,
        example: if row.now == Now::Yes { row.example.to_owned() } else { String::new() },
        needs: needs(row.now),
    }));
    lines.extend(COMING.iter().map(|(word, needs)| Line {
        part: Part::Field,
        word: format!("{word}:"),
        aliases: &[],
        help: "",
        example: String::new(),
        needs: Some(needs),
    }));
    lines.extend(Flag::ALL.iter().map(|it| flag(Part::Flag, format!("is:{}", it.word()), it.help(), it.now())));
    lines.extend(Has::ALL.iter().map(|it| flag(Part::Has, format!("has:{}", it.word()), it.help(), it.now())));
    lines.extend(DIRECTIVES.iter().map(plain(Part::Directive)));
    lines
}

const fn needs(now: Now) -> Option<&'static str> {
    match now {
        Now::Yes => None,
        Now::Needs(what) => Some(what),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{fault::Fault, field::Field, parse};
    use super::*;

    #[test]
    fn help_shows_each_field_the_parser_knows_and_no_other() {
        let shown: Vec<String> = help().into_iter().filter(|it| it.part == Part::Field).map(|it| it.word).collect();
        let known: Vec<String> =
            FIELDS.iter().map(|row| row.name).chain(COMING.iter().map(|it| it.0)).map(|it| format!("{it}:")).collect();
        assert_eq!(shown, known);
        for word in shown {
            let unknown =
                matches!(parse(&format!("{word}x")), Err(it) if matches!(it.fault, Fault::UnknownField { .. }));
            assert!(!unknown, "{word}");
        }
    }

    #[test]
    fn every_example_works_and_everything_else_says_what_it_needs() {
        for line in help() {
            match line.needs {
                None => {
                    let read = parse(&line.example).unwrap_or_else(|fault| panic!("{}: {fault}", line.example));
                    assert_eq!(parse(&read.to_string()).as_ref(), Ok(&read), "{}", line.example);
                }
                Some(needs) => {
                    let text = if line.part == Part::Field { format!("{}1", line.word) } else { line.word.clone() };
                    let refused = parse(&text).unwrap_err();
                    assert!(refused.to_string().ends_with(&format!("need {needs}, which this version does not have")));
                    assert!(refused.to_string().contains(&line.word), "{refused}");
                }
            }
        }
    }

    #[test]
    fn an_example_shows_its_own_field() {
        for row in FIELDS {
            let name = row.example.trim_start_matches('-').split(':').next().unwrap();
            assert_eq!(Field::named(name), Some(row.field), "{}", row.example);
        }
    }
}
