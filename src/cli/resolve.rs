//! `tierdesk resolve`: restore service and say how; a task is answered.

use clap::Args;

use super::exit::{Failure, Status};
use super::print::text_of;
use super::shell::Shell;
use super::target::One;
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::{resolve, task};
use crate::domain::incident::{ResolutionCode, Subcategory};
use crate::domain::refusal::Code;
use crate::domain::text::{Resolution, TaskAnswer};

/// Resolve a ticket with a code and a note of what helped, or a task with --answer
#[derive(Debug, Args)]
pub struct Resolve {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::resolution_code(), required_unless_present = "answer")]
    code: Option<ResolutionCode>,
    /// What helped; `-` reads it from standard input
    #[arg(value_name = "TEXT", required_unless_present = "answer")]
    note: Vec<String>,
    /// The answer of a task; `-` reads it from standard input
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["code", "note", "subcategory", "internal"])]
    answer: Option<String>,
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
        let verb = self.verb()?;
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }

    fn verb(&self) -> Result<Verb, Failure> {
        if let Some(answer) = &self.answer {
            let answer = TaskAnswer::new(&text_of(std::slice::from_ref(answer))?)?;
            return Ok(Verb::Done(task::Done { answer }));
        }
        Ok(Verb::Resolve(resolve::Resolve {
            code: self.code.ok_or_else(|| Code::FieldMissing.because("the resolution code is missing"))?,
            note: Resolution::new(&text_of(&self.note)?)?,
            subcategory: self.subcategory,
            public: !self.internal,
        }))
    }
}
