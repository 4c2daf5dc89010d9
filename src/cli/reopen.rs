//! `tierdesk reopen`: service was not restored after all.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::reopen;
use crate::domain::text::Reason;

/// Reopen a resolved ticket, or a closed one within its window, with a reason
#[derive(Debug, Args)]
pub struct Reopen {
    #[command(flatten)]
    on: One,
    #[command(flatten)]
    why: Words,
}

impl Reopen {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Reopen(reopen::Reopen { reason: Reason::new(&self.why.text()?)? });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
