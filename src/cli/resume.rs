//! `tierdesk resume`: go on with waiting tickets.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::Several;
use crate::domain::command::Verb;
use crate::domain::command::hold;

/// Go on with waiting tickets
#[derive(Debug, Args)]
pub struct Resume {
    #[command(flatten)]
    on: Several,
}

impl Resume {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Resume(hold::Resume);
        let targets = self.on.targets(&desk)?;
        shell.out.receipt(&desk.run_each(&verb, &targets)?)
    }
}
