//! What is typed in the palette: a sign that says what is looked for, words, and numbers of records.

use crate::domain::number::Number;
use crate::domain::refusal::{Code, Refusal};

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought {
    /// Whatever fits.
    All,
    Commands,
    Tickets,
    People,
    Problems,
    Assets,
    Views,
}

impl Sought {
    const SIGNS: [(char, Self); 6] = [
        ('>', Self::Commands),
        ('#', Self::Tickets),
        ('@', Self::People),
        ('!', Self::Problems),
        ('%', Self::Assets),
        ('=', Self::Views),
    ];
    /// For the line below the list.
    pub const HELP: &str = "prefix  > commands  # tickets  @ people  ! problems  % assets  = filters";

    /// The sign as one types it.
    pub fn sign(self) -> String {
        Self::SIGNS.iter().filter(|(_, it)| *it == self).map(|(sign, _)| *sign).collect()
    }
}

/// A line taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub sought: Sought,
    pub text: String,
}

impl Line {
    pub fn read(typed: &str) -> Self {
        let typed = typed.trim_start();
        let sign = typed.chars().next().and_then(|c| Sought::SIGNS.iter().find(|(sign, _)| *sign == c));
        let (sought, text) = sign.map_or((Sought::All, typed), |(sign, it)| (*it, &typed[sign.len_utf8()..]));
        Self { sought, text: text.trim().to_owned() }
    }

    /// Is this sort looked for?
    pub fn wants(&self, sought: Sought) -> bool {
        self.sought == sought || self.sought == Sought::All
    }

    /// The number that the line is, if it is one.
    pub fn number(&self, site: &str) -> Option<Number> {
        (self.wants(Sought::Tickets) || self.sought == Sought::Problems).then(|| number(&self.text, site).ok())?
    }
}

/// A number as typed: any case, leading zeros, `#12` or `12` for an incident of this store.
pub fn number(text: &str, site: &str) -> Result<Number, Refusal> {
    let text = text.trim().trim_start_matches('#');
    let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let full = match (bare, site) {
        (false, _) => text.to_owned(),
        (true, "") => format!("INC-{text}"),
        (true, site) => format!("INC-{site}-{text}"),
    };
    full.parse().map_err(|wrong: crate::domain::number::NumberError| Code::TextInvalid.because(wrong.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_front_says_what_is_looked_for() {
        for (typed, sought, text) in [
            ("merge", Sought::All, "merge"),
            ("> merge ", Sought::Commands, "merge"),
            ("#vpn", Sought::Tickets, "vpn"),
            ("@j.s", Sought::People, "j.s"),
            ("!", Sought::Problems, ""),
            ("%pc-0", Sought::Assets, "pc-0"),
            ("= at risk", Sought::Views, "at risk"),
        ] {
            assert_eq!(Line::read(typed), Line { sought, text: text.to_owned() }, "{typed}");
        }
        for word in Sought::SIGNS {
            assert!(Sought::HELP.contains(&format!(" {} ", word.0)), "{word:?}");
        }
    }

    #[test]
    fn a_number_is_read_as_people_type_it() {
        for (text, site, is) in [
            ("12", "", "INC-12"),
            (" #0012 ", "OSL", "INC-OSL-12"),
            ("req-7", "OSL", "REQ-7"),
            ("inc-osl-007", "", "INC-OSL-7"),
        ] {
            assert_eq!(number(text, site).unwrap().to_string(), is, "{text}");
        }
        assert!(number("", "").is_err() && number("printer", "").is_err());
        assert_eq!(Line::read(">12").number(""), None, "a command is looked for");
    }
}
