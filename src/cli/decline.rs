//! `tierdesk decline`: the receiving side does not take a task.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::task;
use crate::domain::text::Reason;

/// Do not take a task, with a reason
#[derive(Debug, Args)]
pub struct Decline {
    #[command(flatten)]
    on: One,
    #[command(flatten)]
    why: Words,
}

impl Decline {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Decline(task::Decline { reason: Reason::new(&self.why.text()?)? });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
