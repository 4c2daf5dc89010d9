//! `tierdesk unlink`: take a link off.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::One;
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::link;
use crate::domain::ticket::{self, LinkKind};

/// Take a link off a ticket
#[derive(Debug, Args)]
pub struct Unlink {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::link_kind())]
    kind: LinkKind,
    /// Number of the other record
    other: String,
}

impl Unlink {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let to = desk.find_text(&self.other)?;
        let verb = Verb::Unlink(link::Unlink { link: ticket::Link { kind: self.kind, to } });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
