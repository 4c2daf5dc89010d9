//! `tierdesk close`: close resolved tickets that their requesters have confirmed.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::Several;
use crate::domain::command::Verb;
use crate::domain::command::close;

/// Close resolved tickets; otherwise they close by themselves
#[derive(Debug, Args)]
pub struct Close {
    #[command(flatten)]
    on: Several,
    /// The requester has confirmed that service is restored
    #[arg(long)]
    confirmed: bool,
}

impl Close {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Close(close::Close { confirmed: self.confirmed });
        let targets = self.on.targets(&desk)?;
        shell.out.receipt(&desk.run_each(&verb, &targets)?)
    }
}
