//! `tierdesk start`: begin work on tickets of one's own.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::Several;
use crate::domain::command::Verb;
use crate::domain::command::take;

/// Begin work on your tickets
#[derive(Debug, Args)]
pub struct Start {
    #[command(flatten)]
    on: Several,
}

impl Start {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Start(take::Start);
        let targets = self.on.targets(&desk)?;
        shell.out.receipt(&desk.run_each(&verb, &targets)?)
    }
}
