//! What Tab offers in the filter bar. Counts, and names from the store, are added by those who can read it.

use std::ops::Range;

use super::field::{FIELDS, Field, Now, Takes};
use super::flag::{Flag, Has};
use super::help::DIRECTIVES;
use super::value::Value;

/// One way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Bytes of the text that `insert` replaces; ends at the cursor.
    pub replaces: Range<usize>,
    pub insert: String,
    /// What the list shows.
    pub label: String,
    /// One line; empty where the label says it all.
    pub help: &'static str,
}

/// How the word at the cursor can go on, in the order of help. `cursor` is a byte position; one inside a character
/// counts as before it. Nothing inside quotes.
pub fn complete(text: &str, cursor: usize) -> Vec<Candidate> {
    let cursor = (0..=cursor.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let Some(start) = word_start(&text[..cursor]) else {
        return Vec::new();
    };
    match text[start..cursor].split_once(':') {
        None => heads(start..cursor, &text[start..cursor], text[..start].trim().is_empty()),
        Some((head, tail)) => {
            let at = cursor - tail.len();
            tails(&head.to_ascii_lowercase(), at, tail)
        }
    }
}

/// Where the word that ends here begins; none inside quotes.
fn word_start(text: &str) -> Option<usize> {
    let mut start = 0;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if !quoted && (c.is_whitespace() || matches!(c, '(' | ')' | '|') || c == '-' && at == start) {
            start = at + c.len_utf8();
        }
    }
    (!quoted).then_some(start)
}

/// Does `word` go on from `begun`, in any case?
fn goes_on(word: &str, begun: &str) -> bool {
    word.get(..begun.len()).is_some_and(|head| head.eq_ignore_ascii_case(begun))
}

fn heads(replaces: Range<usize>, begun: &str, first: bool) -> Vec<Candidate> {
    let fields = FIELDS.iter().filter(|row| row.now == Now::Yes).map(|row| (format!("{}:", row.name), row.help));
    let flags = [("is:", "what it is"), ("has:", "what it has"), ("no:", "what it lacks")];
    let directives = DIRECTIVES.iter().filter(|it| first || it.0 != "all:").map(|it| (it.0.to_owned(), it.1));
    fields
        .chain(flags.map(|(word, help)| (word.to_owned(), help)))
        .chain(directives)
        .filter(|(word, _)| goes_on(word, begun))
        .map(|(word, help)| Candidate { replaces: replaces.clone(), insert: word.clone(), label: word, help })
        .collect()
}

/// After the colon, which ends at byte `at`.
fn tails(head: &str, at: usize, tail: &str) -> Vec<Candidate> {
    let end = at + tail.len();
    let offered = |start: usize, words: Vec<(&'static str, &'static str)>| -> Vec<Candidate> {
        let begun = &tail[start - at..];
        let candidate = |(word, help): (&str, &'static str)| Candidate {
            replaces: start..end,
            insert: word.to_owned(),
            label: word.to_owned(),
            help,
        };
        words.into_iter().filter(|(word, _)| goes_on(word, begun)).map(candidate).collect()
    };
    let by = |fits: &dyn Fn(Field) -> bool| -> Vec<(&'static str, &'static str)> {
        let rows = FIELDS.iter().filter(|row| row.now == Now::Yes && fits(row.field));
        rows.map(|row| (row.name, row.help)).collect()
    };
    match head {
        "is" => offered(at, flags(Flag::ALL, Flag::now, Flag::word, Flag::help)),
        "has" | "no" => offered(at, flags(Has::ALL, Has::now, Has::word, Has::help)),
        "sort" => offered(at + usize::from(tail.starts_with('-')), by(&|field| field.sorts())),
        "group" => offered(at, by(&Field::groups)),
        _ => match Field::named(head).filter(|field| field.row().now == Now::Yes) {
            Some(field) => {
                let start = at + value_start(tail);
                let mut found = if start == at && tail.is_empty() { signs(field, at) } else { Vec::new() };
                found.extend(offered(start, Value::words(field.row().takes).into_iter().map(|it| (it, "")).collect()));
                found
            }
            None => Vec::new(),
        },
    }
}

/// Words of a table that this version can answer.
fn flags<T: Copy>(
    all: &[T],
    now: fn(T) -> Now,
    word: fn(T) -> &'static str,
    help: fn(T) -> &'static str,
) -> Vec<(&'static str, &'static str)> {
    all.iter().filter(|it| now(**it) == Now::Yes).map(|it| (word(*it), help(*it))).collect()
}

/// Where the value that is being typed begins: after the sign, a comma or `..`.
fn value_start(tail: &str) -> usize {
    let after = |mark: &str| tail.rfind(mark).map(|at| at + mark.len());
    let sign = tail.len() - tail.trim_start_matches(['<', '>', '=', '~']).len();
    [Some(sign), after(","), after("..")].into_iter().flatten().max().unwrap_or(0)
}

/// The signs that a field takes.
fn signs(field: Field, at: usize) -> Vec<Candidate> {
    let takes = field.row().takes;
    let signs: &[(&str, &str)] = match takes {
        Takes::Name => &[("=", "the whole name"), ("~", "anywhere inside")],
        Takes::Text => &[("~", "anywhere inside")],
        _ if takes.ordered() => &[("<", "less"), ("<=", "at most"), (">", "more"), (">=", "at least")],
        _ => &[],
    };
    let candidate = |(sign, help): &(&str, &'static str)| Candidate {
        replaces: at..at,
        insert: (*sign).to_owned(),
        label: (*sign).to_owned(),
        help,
    };
    signs.iter().map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    fn offered(text: &str) -> Vec<String> {
        complete(text, text.len()).into_iter().map(|it| it.insert).collect()
    }

    #[test]
    fn tab_offers_what_can_follow() {
        for (text, words) in [
            ("ti", &["tier:"][..]),
            ("vpn -SY", &["symptom:"]),
            ("(ow", &["owner:"]),
            ("al", &["all:"]),
            ("vpn al", &[]),
            ("is:re", &["reopened", "returned"]),
            ("is:br", &["breached"]),
            ("sla:r", &["risk"]),
            ("no:ca", &["category"]),
            ("tier:", &["<", "<=", ">", ">=", "1", "2", "3", "mine"]),
            ("tier:1,", &["1", "2", "3", "mine"]),
            ("type:inc", &["incident"]),
            ("status:new,op", &["open"]),
            ("created:mon..y", &["yesterday"]),
            ("age:>", &["30m", "4h", "1d", "7d"]),
            ("app:", &["=", "~"]),
            ("sort:-pri", &["prio"]),
            ("group:ag", &[]),
            ("group:sl", &[]),
            ("due:<", &["30m", "4h", "1d", "7d"]),
            ("\"ti", &[]),
            ("nonsense:x", &[]),
        ] {
            assert_eq!(offered(text), words, "{text}");
        }
    }

    #[test]
    fn what_is_offered_replaces_the_word_at_the_cursor() {
        let text = "vpn status:ne tier:1";
        let found = complete(text, 13);
        let replaced =
            format!("{}{}{}", &text[..found[0].replaces.start], found[0].insert, &text[found[0].replaces.end..]);
        assert_eq!(replaced, "vpn status:new tier:1");
    }

    proptest! {
        #[test]
        fn any_text_can_be_completed_anywhere(text: String, cursor in any::<usize>()) {
            for cursor in [cursor, cursor % (text.len() + 1)] {
                for candidate in complete(&text, cursor) {
                    assert!(text.get(candidate.replaces.clone()).is_some());
                }
            }
        }
    }
}
