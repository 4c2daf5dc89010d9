//! `tierdesk resolve`: restore service and say how.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::resolve;
use crate::domain::incident::{ResolutionCode, Subcategory};
use crate::domain::text::Resolution;

/// Resolve a ticket with a code and a note of what helped
#[derive(Debug, Args)]
pub struct Resolve {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::resolution_code())]
    code: ResolutionCode,
    #[command(flatten)]
    note: Words,
    /// What it was, if the ticket still says `unknown`
    #[arg(long, value_parser = word::subcategory(), hide_possible_values = true)]
    subcategory: Option<Subcategory>,
    /// The requester does not read the note
    #[arg(long)]
    internal: bool,
}

impl Resolve {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let note = Resolution::new(&self.note.text()?)?;
        let verb = Verb::Resolve(resolve::Resolve {
            code: self.code,
            note,
            subcategory: self.subcategory,
            public: !self.internal,
        });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
