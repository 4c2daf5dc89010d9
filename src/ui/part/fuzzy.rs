//! How well what is typed fits a text: its characters in their order, in any case and without accents. Words are
//! matched each by itself, in any order; starts of words and runs of characters count most.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What is typed, ready to be compared with many texts.
pub struct Fuzzy {
    matcher: Matcher,
    pattern: Pattern,
    buffer: Vec<char>,
}

impl Fuzzy {
    pub fn new(typed: &str) -> Self {
        let mut config = Config::DEFAULT;
        config.prefer_prefix = true;
        let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        Self { matcher: Matcher::new(config), pattern, buffer: Vec::new() }
    }

    /// The higher the better; none when a character is missing, 0 when nothing is typed.
    pub fn score(&mut self, text: &str) -> Option<u32> {
        self.pattern.score(Utf32Str::new(text, &mut self.buffer), &mut self.matcher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(typed: &str, text: &str) -> Option<u32> {
        Fuzzy::new(typed).score(text)
    }

    #[test]
    fn starts_of_words_and_runs_come_first() {
        for (typed, better, worse) in [
            ("merg", "Merge duplicates into this ticket", "Report: merged tickets"),
            ("nwv", "network/wifi/vpn", "knowing a savage"),
            ("vpn", "network/vpn", "very plain notes"),
            ("out", "outlook", "about"),
            ("ecran", "Écran noir", "e c r a n"),
        ] {
            assert!(score(typed, better) > score(typed, worse), "{typed}: {better} before {worse}");
        }
        assert_eq!(score("xyz", "outlook"), None);
        assert_eq!(score("", "anything"), Some(0));
        assert!(score("vpn net", "network/vpn").is_some(), "words in any order");
        assert!(score("^vpn$", "network/vpn").is_none(), "no sign has a meaning of its own");
    }
}
