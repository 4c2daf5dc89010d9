//! `tierdesk accept`: take an escalated ticket into the receiving tier.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::One;
use crate::domain::command::Verb;
use crate::domain::command::inbox::{self, NewOwner};
use crate::domain::text::{Login, Note};

/// Accept an escalation; you become the owner
#[derive(Debug, Args)]
pub struct Accept {
    #[command(flatten)]
    on: One,
    /// Someone else of the tier becomes the owner
    #[arg(long, value_name = "USER", conflicts_with = "as_wished")]
    owner: Option<String>,
    /// Whom the proposer wished for becomes the owner, else nobody
    #[arg(long)]
    as_wished: bool,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Accept {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let owner = match &self.owner {
            Some(login) => NewOwner::User(Login::new(login)?),
            None if self.as_wished => NewOwner::Wish,
            None => NewOwner::Me,
        };
        let note = self.note.as_deref().map(Note::new).transpose()?;
        let verb = Verb::Accept(inbox::Accept { owner, note });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
