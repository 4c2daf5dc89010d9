//! `tierdesk return`: send a proposal back; the record stays where it was.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::inbox;
use crate::domain::escalation::ReturnCode;
use crate::domain::text::Reason;

/// Send an escalation back, with a code and a reason
#[derive(Debug, Args)]
pub struct Return {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::return_code())]
    code: ReturnCode,
    #[command(flatten)]
    why: Words,
}

impl Return {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let note = Reason::new(&self.why.text()?)?;
        let verb = Verb::Return(inbox::Return { code: self.code, note });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
