//! Why a text is no filter: where, what, and the nearest word that would be right.

use std::ops::Range;

use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{clean_line, cut};
pub(super) use crate::domain::word::nearest;

use super::{MAX_BYTES, MAX_CONDITIONS, MAX_DEPTH};

/// A filter that was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct FilterError {
    /// Bytes of the input that are wrong; on character boundaries, so that they can be underlined.
    pub span: Range<usize>,
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the filter has {0} bytes; {MAX_BYTES} is the most")]
    TooLong(usize),
    #[error("parentheses are nested deeper than {MAX_DEPTH}")]
    TooDeep,
    #[error("the filter has more than {MAX_CONDITIONS} conditions")]
    TooMany,
    #[error("unknown field `{word}`{}", guess(*.nearest))]
    UnknownField { word: String, nearest: Option<&'static str> },
    /// `after` is the word before the colon.
    #[error("unknown word `{word}` after `{after}:`{}", guess(*.nearest))]
    UnknownWord { after: &'static str, word: String, nearest: Option<&'static str> },
    /// A value of the wrong shape.
    #[error("`{word}` is not {wanted}")]
    NotA { word: String, wanted: &'static str },
    #[error("`{word}` filters need {needs}, which this version does not have")]
    NotYet { word: String, needs: &'static str },
    /// Working time depends on the calendar of each record, so a length of it says no instant to compare with.
    #[error("`{0}` is business time, and a filter counts real time")]
    Business(String),
    #[error("`{name}:` needs a value, like {example}")]
    NoValue { name: &'static str, example: &'static str },
    #[error("`{name}:` takes one value")]
    OneValue { name: &'static str },
    #[error("`{name}:` does not take `{sign}`")]
    Sign { name: &'static str, sign: &'static str },
    #[error("`{name}:` needs a comparison, like {example}")]
    Equality { name: &'static str, example: &'static str },
    #[error("`{name}:` does not take a range")]
    NoRange { name: &'static str },
    #[error("the range runs backwards")]
    Backwards,
    /// The values are of another kind than the field's; code can get this wrong, text cannot.
    #[error("`{name}:` does not take such a value")]
    Foreign { name: &'static str },
    #[error("{0}")]
    Text(String),
    #[error("something to find is missing {0}")]
    Missing(&'static str),
    #[error("the quote is not closed")]
    OpenQuote,
    #[error("the parenthesis is not closed")]
    OpenParen,
    #[error("the parenthesis was never opened")]
    StrayParen,
    #[error("`{0}` inside a word must be quoted")]
    Inside(char),
    #[error("`{0}:` stands outside parentheses, without a minus")]
    Misplaced(&'static str),
    #[error("`all:` stands at the start")]
    AllLate,
    #[error("`{0}:` is given twice")]
    Twice(&'static str),
    #[error("one cannot {0} by `{1}`")]
    NoOrder(&'static str, &'static str),
}

impl Fault {
    pub(super) fn at(self, span: Range<usize>) -> FilterError {
        FilterError { span, fault: self }
    }

    /// What would be right, where the sentence alone does not say.
    const fn hint(&self) -> &'static str {
        match self {
            Self::UnknownField { .. } | Self::Inside(':') => "a literal colon is quoted, like \"10:30\"",
            Self::Inside(_) => "put the whole word in quotes; a quote inside is doubled",
            Self::Business(_) => "write it like 4h or 2d; sla:risk and sla:breached go by business time",
            Self::Missing(_) => "a literal minus, AND, OR or NOT is quoted, like \"-5\"",
            _ => "",
        }
    }
}

impl From<FilterError> for Refusal {
    fn from(error: FilterError) -> Self {
        let hint = error.fault.hint();
        Code::FilterInvalid.because(error.to_string()).hint(hint)
    }
}

fn guess(nearest: Option<&str>) -> String {
    nearest.map(|word| format!(": {word}?")).unwrap_or_default()
}

/// What a person typed, fit for a sentence.
pub(super) fn quote(text: &str) -> String {
    cut(&clean_line(text), 40)
}
