//! Which records a command is for, as they stand on the command line.

use clap::Args;

use super::exit::Failure;
use super::print::text_of;
use crate::app::Desk;
use crate::app::run::Target;
use crate::domain::text::Reason;

/// One record.
#[derive(Debug, Args)]
pub struct One {
    /// Record number, like INC-42
    #[arg(value_name = "NUMBER")]
    number: String,
    /// Refuse unless the record is still at this revision
    #[arg(long, value_name = "N")]
    rev: Option<u32>,
}

impl One {
    pub fn target(&self, desk: &Desk) -> Result<Target, Failure> {
        Ok(Target { agg: desk.find_text(&self.number)?, rev: self.rev })
    }
}

/// One record or several.
#[derive(Debug, Args)]
pub struct Several {
    /// Record numbers, like INC-42
    #[arg(value_name = "NUMBER", required = true)]
    numbers: Vec<String>,
}

impl Several {
    /// The word `next` instead of a number.
    pub fn is_next(&self) -> bool {
        matches!(&self.numbers[..], [word] if word.eq_ignore_ascii_case("next"))
    }

    pub fn targets(&self, desk: &Desk) -> Result<Vec<Target>, Failure> {
        self.numbers.iter().map(|number| Ok(desk.find_text(number)?.into())).collect()
    }
}

/// A text of several words.
#[derive(Debug, Args)]
pub struct Words {
    /// The text; `-` reads it from standard input
    #[arg(value_name = "TEXT", required = true)]
    words: Vec<String>,
}

impl Words {
    /// The text as the reason of a command. Refuses `text_invalid`.
    pub fn reason(&self) -> Result<Reason, Failure> {
        Ok(Reason::new(&self.text()?)?)
    }

    pub fn text(&self) -> Result<String, Failure> {
        text_of(&self.words)
    }
}
