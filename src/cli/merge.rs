//! `tierdesk merge`: duplicates end, and another record goes on.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::Several;

/// Merge duplicates into the ticket that goes on
#[derive(Debug, Args)]
pub struct Merge {
    #[command(flatten)]
    on: Several,
    /// The ticket that goes on
    #[arg(long, value_name = "NUMBER")]
    into: String,
}

impl Merge {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let survivor = desk.find_text(&self.into)?;
        let duplicates: Vec<_> = self.on.targets(&desk)?.into_iter().map(|target| target.agg).collect();
        shell.out.receipt(&desk.merge(&duplicates, survivor)?)
    }
}
