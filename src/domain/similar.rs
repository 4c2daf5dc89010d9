//! How alike two tickets are: by the words of their text, and by their key (program, symptom, code).
//!
//! Pure: which words to look for, what each weighs, and the points of a text. Who has the words is the store's question.

use std::collections::HashSet;

use super::cluster::Key;
use super::word::words;

/// Different words that are looked at in a text; the title's come first.
pub const WORDS_MAX: usize = 48;
/// Words that are looked for: the rarest ones.
pub const TERMS_MAX: usize = 16;
/// Characters of a description that are compared.
const BODY_MAX: usize = 4_000;

/// Words of a usual ticket, against which a text counts as long or short.
const USUAL: f64 = 30.0;
/// A word in a title counts as often.
const TITLE: f64 = 2.0;
/// How fast repeating a word stops to count, and how much a long text is discounted (BM25).
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// A text that has none of the keys is shown only with so much of the weight of what was asked for, and two words. More
/// was tried on published texts: it hides as many good ones as bad.
const SHARE_MIN: f64 = 0.1;
/// Points of equal keys: more than words can get, so that words order those of one key.
const STRONG: f64 = 3.0;
/// Points of equal program and symptom: as half the words.
const WEAK: f64 = 0.5;

words! {
    /// Why two records are held to be alike; the better reason first.
    pub enum Tie {
        /// Same program, symptom and code.
        Strong = "strong",
        /// Same program and symptom.
        Weak = "weak",
        /// Words alone.
        Words = "words",
    }
}

/// Why two incidents of these keys are alike.
pub fn tie(one: &Key, other: &Key) -> Tie {
    match (one == other, one.is_kin_of(other)) {
        (true, _) => Tie::Strong,
        (false, true) => Tie::Weak,
        (false, false) => Tie::Words,
    }
}

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    pub word: String,
    pub weight: f64,
}

/// How alike a text is to what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// The better the more; about 1 for a text with most of the words.
    pub points: f64,
    /// Which terms it has, as positions.
    pub found: Vec<usize>,
    /// What share of the weight those are, 0 to 1.
    pub share: f64,
}

impl Likeness {
    /// Points with those of the keys.
    pub fn with(&self, tie: Tie) -> f64 {
        self.points
            + match tie {
                Tie::Strong => STRONG,
                Tie::Weak => WEAK,
                Tie::Words => 0.0,
            }
    }

    /// Is it worth a line? Words alone must be a fair part of what was asked for, and two of them, unless there was but
    /// one.
    pub fn shows(&self, tie: Tie, terms: usize) -> bool {
        tie != Tie::Words || self.share >= SHARE_MIN && self.found.len() >= terms.min(2)
    }
}

/// The words worth looking for, each once, in the order in which they stand: no greetings, articles and the like, no
/// bare numbers, no single letters.
pub fn words_of(title: &str, body: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let told = tokens(title).chain(tokens(body)).filter(|word| !is_noise(word));
    told.filter(|word| seen.insert(word.clone())).take(WORDS_MAX).collect()
}

/// Of words and the number of texts that have each, `of` texts in all: the rarest that are in any, and their weights.
pub fn terms(counted: Vec<(String, f64)>, of: f64) -> Vec<Term> {
    let mut counted: Vec<_> = counted.into_iter().filter(|(_, n)| *n > 0.0).collect();
    // As they stand in the text where two are equally rare.
    counted.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    counted.truncate(TERMS_MAX);
    counted.into_iter().map(|(word, n)| Term { word, weight: rarity(n, of) }).collect()
}

/// What a word says that is in `n` of `of` texts.
fn rarity(n: f64, of: f64) -> f64 {
    (1.0 + (of - n + 0.5).max(0.0) / (n + 0.5)).ln()
}

/// The points of a text. `elsewhere` knows of terms that stand in its notes, which are not read here.
pub fn likeness(terms: &[Term], title: &str, body: &str, elsewhere: impl Fn(usize) -> bool) -> Likeness {
    let mut times = vec![0.0; terms.len()];
    let mut length = 0.0;
    let body = body.char_indices().nth(BODY_MAX).map_or(body, |(end, _)| &body[..end]);
    let weighed = tokens(title).map(|word| (word, TITLE)).chain(tokens(body).map(|word| (word, 1.0)));
    for (word, weight) in weighed {
        length += 1.0;
        if let Some(nth) = terms.iter().position(|term| term.word == word) {
            times[nth] += weight;
        }
    }
    let slack = K1 * (1.0 - B + B * length / USUAL);
    let asked: f64 = terms.iter().map(|term| term.weight).sum();
    let (mut points, mut had, mut found) = (0.0, 0.0, Vec::new());
    for (nth, term) in terms.iter().enumerate() {
        let n: f64 = if times[nth] == 0.0 && elsewhere(nth) { 1.0 } else { times[nth] };
        if n > 0.0 {
            points += term.weight * n * (K1 + 1.0) / (n + slack);
            had += term.weight;
            found.push(nth);
        }
    }
    let of_asked = |weight: f64| if asked > 0.0 { weight / asked } else { 0.0 };
    Likeness { points: of_asked(points), found, share: of_asked(had) }
}

/// Words as the full text has them: letters and digits, lower case, without accents.
fn tokens(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(|part| part.chars().flat_map(char::to_lowercase).map(plain).collect())
}

/// A Latin letter without its accent.
const fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' => 'i',
        'ĺ' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' => 's',
        'ţ' | 'ť' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

fn is_noise(word: &str) -> bool {
    word.chars().all(char::is_numeric) || word.chars().nth(1).is_none() || STOP.binary_search(&word).is_ok()
}

/// Words that say nothing of a fault, in order. Those of other languages weigh little because many texts have them.
const STOP: [&str; 105] = [
    "able",
    "about",
    "after",
    "again",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "but",
    "by",
    "can",
    "cannot",
    "could",
    "dear",
    "did",
    "do",
    "does",
    "for",
    "from",
    "get",
    "good",
    "had",
    "has",
    "have",
    "he",
    "hello",
    "her",
    "here",
    "hi",
    "him",
    "his",
    "how",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "kind",
    "me",
    "morning",
    "my",
    "no",
    "not",
    "now",
    "of",
    "on",
    "or",
    "our",
    "out",
    "please",
    "regards",
    "she",
    "since",
    "so",
    "some",
    "still",
    "thank",
    "thanks",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "to",
    "today",
    "too",
    "until",
    "up",
    "us",
    "very",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "why",
    "will",
    "with",
    "without",
    "would",
    "yes",
    "yesterday",
    "yet",
    "you",
    "your",
    "yours",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::Symptom;
    use crate::domain::text::{Label, Signature};
    use crate::domain::ticket::Ticket;

    fn ticket(program: &str, symptom: Symptom, code: &str) -> Ticket {
        let mut ticket = Ticket { symptom: Some(symptom), signature: Signature::new(code).ok(), ..Ticket::default() };
        ticket.software_items.extend(Label::new(program).ok());
        ticket
    }

    fn found_in(asked: &[&str], title: &str, body: &str) -> Likeness {
        let terms: Vec<_> = asked.iter().map(|word| Term { word: (*word).to_owned(), weight: 1.0 }).collect();
        likeness(&terms, title, body, |_| false)
    }

    #[test]
    fn the_list_of_noise_is_in_order() {
        assert!(STOP.is_sorted());
    }

    #[test]
    fn words_are_those_that_say_something() {
        for (title, body, expected) in [
            ("Outlook won't open", "Hello, I get 0x8004010F since 10:30", "outlook won open 0x8004010f"),
            ("Drucker druckt nicht", "", "drucker druckt nicht"),
            ("VPN vpn Vpn", "the vpn", "vpn"),
            ("Écran noir à Genève", "", "ecran noir geneve"),
            ("please, thank you", "12 34", ""),
            ("", "", ""),
        ] {
            assert_eq!(words_of(title, body).join(" "), expected, "{title}");
        }
    }

    #[test]
    fn a_novel_is_cut_and_its_title_kept() {
        let novel: Vec<_> = (0..500).map(|n| format!("w{n}x")).collect();
        let words = words_of("printer", &novel.join(" "));
        assert_eq!((words.len(), words[0].as_str()), (WORDS_MAX, "printer"));
    }

    #[test]
    fn the_rarest_words_count_and_unknown_ones_do_not() {
        let counted = [("common", 900.0), ("unknown", 0.0), ("rare", 2.0), ("some", 50.0)];
        let terms = terms(counted.map(|(word, n)| (word.to_owned(), n)).to_vec(), 1_000.0);
        assert_eq!(terms.iter().map(|term| term.word.as_str()).collect::<Vec<_>>(), ["rare", "some", "common"]);
        assert!(terms[0].weight > terms[1].weight && terms[1].weight > terms[2].weight && terms[2].weight > 0.0);
    }

    #[test]
    fn more_and_better_words_are_worth_more() {
        let asked = ["outlook", "password", "loop"];
        let points = |title: &str, body: &str| found_in(&asked, title, body).points;
        let best = points("Outlook password loop", "");
        for (title, body) in [
            ("Outlook password", ""),
            ("It is slow", "outlook password loop"),
            ("Outlook password loop", &"and then it goes on ".repeat(40)),
            ("Calendar", ""),
        ] {
            assert!(points(title, body) < best, "{title} {body}");
        }
        assert_eq!(points("Calendar", ""), 0.0);
        assert_eq!(found_in(&[], "Calendar", "").points, 0.0);
    }

    #[test]
    fn a_word_in_the_notes_counts_once() {
        let terms = [Term { word: "cache".to_owned(), weight: 1.0 }];
        let noted = likeness(&terms, "Outlook", "", |nth| nth == 0);
        assert_eq!((noted.found, noted.share), (vec![0], 1.0));
    }

    #[test]
    fn keys_tie_incidents() {
        use Symptom::*;
        let one = Key::of(&ticket("Outlook", Hang, "0x1")).unwrap();
        for (other, why) in [
            (ticket("outlook", Hang, "0x1"), Tie::Strong),
            (ticket("outlook", Hang, ""), Tie::Weak),
            (ticket("outlook", Hang, "0x2"), Tie::Weak),
            (ticket("outlook", Slow, "0x1"), Tie::Words),
            (ticket("teams", Hang, "0x1"), Tie::Words),
        ] {
            assert_eq!(tie(&one, &Key::of(&other).unwrap()), why, "{other:?}");
        }
        let nameless = |code| Key::of(&ticket("", Hang, code)).unwrap();
        assert_eq!(tie(&nameless("0x1"), &nameless("0x2")), Tie::Words, "no program is no common program");
        assert_eq!(Key::of(&ticket("", Hang, "")), None);
        assert_eq!(Key::from_column(&one.column()), Some(one.clone()));
        let [from, end] = one.kin().unwrap();
        for (other, inside) in [
            (ticket("outlook", Hang, ""), true),
            (ticket("outlook", Hang, "\u{10ffff}"), true),
            (ticket("outlook", InstallFailed, ""), false),
            (ticket("outlook 2016", Hang, ""), false),
        ] {
            let text = Key::of(&other).unwrap().column();
            assert_eq!(from < text && text < end, inside, "{other:?}");
        }
        assert_eq!(nameless("0x1").kin(), None);
    }

    #[test]
    fn a_line_needs_a_key_or_enough_words() {
        let asked = ["outlook", "password", "loop", "update", "twice"];
        for (title, tie, shows) in [
            ("Outlook", Tie::Words, false),
            ("Outlook password", Tie::Words, true),
            ("Word", Tie::Words, false),
            ("Word", Tie::Weak, true),
            ("Word", Tie::Strong, true),
        ] {
            assert_eq!(found_in(&asked, title, "").shows(tie, asked.len()), shows, "{title} {tie}");
        }
        assert!(found_in(&["outlook"], "Outlook", "").shows(Tie::Words, 1), "nothing more was asked for");
    }
}
