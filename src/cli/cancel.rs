//! `tierdesk cancel`: take a ticket out without resolving it.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::cancel::{self, Left};
use crate::domain::incident::CancelCode;
use crate::domain::text::Reason;

/// Take a ticket out without resolving it, with a code and a reason
#[derive(Debug, Args)]
pub struct Cancel {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::cancel_code())]
    code: CancelCode,
    /// Of a request that is installed somewhere: what becomes of that
    #[arg(long, value_parser = word::left())]
    left: Option<Left>,
    #[command(flatten)]
    why: Words,
}

impl Cancel {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let reason = Reason::new(&self.why.text()?)?;
        let verb = Verb::Cancel(cancel::Cancel { code: self.code, reason, left: self.left });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
