//! `tierdesk withdraw`: take one's own proposal back.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::inbox;
use crate::domain::text::Reason;

/// Take your escalation back, with a reason
#[derive(Debug, Args)]
pub struct Withdraw {
    #[command(flatten)]
    on: One,
    #[command(flatten)]
    why: Words,
}

impl Withdraw {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Withdraw(inbox::Withdraw { reason: Reason::new(&self.why.text()?)? });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
