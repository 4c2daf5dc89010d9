//! `tierdesk hand-back`: back to the tier it came from, after it was accepted.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::inbox;
use crate::domain::escalation::ReturnCode;
use crate::domain::text::Reason;

/// Hand a ticket back to the tier it came from, with a code and a reason
#[derive(Debug, Args)]
pub struct HandBack {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::return_code())]
    code: ReturnCode,
    #[command(flatten)]
    why: Words,
}

impl HandBack {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let note = Reason::new(&self.why.text()?)?;
        let verb = Verb::HandBack(inbox::HandBack { code: self.code, note });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
