//! `tierdesk release`: put a ticket back into the queue.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::assign;
use crate::domain::text::Reason;

/// Put a ticket back into the queue, with a reason
#[derive(Debug, Args)]
pub struct Release {
    #[command(flatten)]
    on: One,
    #[command(flatten)]
    why: Words,
}

impl Release {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Release(assign::Release { reason: Reason::new(&self.why.text()?)? });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
