//! Record numbers: names for people. The identity behind one is an [`AggId`](super::id::AggId).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The five types of record, by the prefix of their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Incident,
    Request,
    Problem,
    Change,
    Task,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Incident, Self::Request, Self::Problem, Self::Change, Self::Task];

    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Incident => "INC",
            Self::Request => "REQ",
            Self::Problem => "PRB",
            Self::Change => "CHG",
            Self::Task => "TSK",
        }
    }

    /// The word for it in filters, exports and event bodies.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Request => "request",
            Self::Problem => "problem",
            Self::Change => "change",
            Self::Task => "task",
        }
    }

    /// As a sentence says it.
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Incident => "an incident",
            Self::Request => "a request",
            Self::Problem => "a problem",
            Self::Change => "a change",
            Self::Task => "a task",
        }
    }

    pub fn from_prefix(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.prefix().eq_ignore_ascii_case(text))
    }

    pub fn from_word(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == text)
    }
}

/// Code of a site, two to six of `A-Z0-9`, a letter first; empty for a desk's first store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SiteCode(String);

impl SiteCode {
    /// The code of a desk's first store: none.
    pub fn first() -> Self {
        Self::default()
    }

    pub fn new(text: &str) -> Result<Self, NumberError> {
        let code = text.to_ascii_uppercase();
        let fits = (2..=6).contains(&code.len())
            && code.starts_with(|c: char| c.is_ascii_uppercase())
            && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if fits { Ok(Self(code)) } else { Err(NumberError::Site(text.to_owned())) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `INC-42`, or `INC-OSL-42` from a further store. Any case and leading zeros are accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number {
    pub kind: Kind,
    pub site: SiteCode,
    pub n: u32,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.prefix())?;
        if !self.site.0.is_empty() {
            write!(f, "-{}", self.site.0)?;
        }
        write!(f, "-{}", self.n)
    }
}

/// A text that is no record number or no site code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("`{0}` is not a record number; write it like INC-42")]
    Number(String),
    #[error("`{0}` is not a site code; use two to six letters or digits, a letter first")]
    Site(String),
}

impl FromStr for Number {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let wrong = || NumberError::Number(text.to_owned());
        let mut parts = text.trim().split('-');
        let kind = parts.next().and_then(Kind::from_prefix).ok_or_else(wrong)?;
        let (site, digits) = match (parts.next(), parts.next(), parts.next()) {
            (Some(digits), None, None) => (SiteCode::first(), digits),
            (Some(site), Some(digits), None) => (SiteCode::new(site).map_err(|_| wrong())?, digits),
            _ => return Err(wrong()),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        match digits.trim_start_matches('0').parse() {
            Ok(n) => Ok(Self { kind, site, n }),
            Err(_) => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Number {
    type Error = NumberError;
    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_any_case_and_with_zeros() {
        for (text, shown) in
            [("INC-42", "INC-42"), ("inc-0012", "INC-12"), (" Inc-osl-7 ", "INC-OSL-7"), ("CHG-1", "CHG-1")]
        {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), shown);
        }
        for text in [
            "",
            "INC",
            "INC-",
            "INC-0",
            "INC-x",
            "INC-12-3",
            "ABC-1",
            "INC--1",
            "INC-OSL-1-2",
            "INC-4294967296",
            "INC-+1",
        ] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }
}
