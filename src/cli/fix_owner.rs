//! `tierdesk fix-owner`: a supervisor ends a ping-pong by naming one owner.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::assign;
use crate::domain::text::{Login, Reason};

/// Name the one owner of a ticket that went back and forth, with a reason
#[derive(Debug, Args)]
pub struct FixOwner {
    #[command(flatten)]
    on: One,
    /// Who has it from now on
    user: String,
    #[command(flatten)]
    why: Words,
}

impl FixOwner {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let (owner, reason) = (Login::new(&self.user)?, Reason::new(&self.why.text()?)?);
        let verb = Verb::FixOwner(assign::FixOwner { owner, reason });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
