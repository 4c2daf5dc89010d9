//! `tierdesk apply`: the workaround of a problem on an incident.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::One;
use crate::domain::command::Verb;
use crate::domain::command::apply::ApplyWorkaround;

/// Apply the workaround of a problem: the incident is linked to it and keeps its text
#[derive(Debug, Args)]
pub struct Apply {
    #[command(flatten)]
    on: One,
    /// The problem, like PRB-3
    problem: String,
}

impl Apply {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let problem = desk.find_text(&self.problem)?;
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&Verb::ApplyWorkaround(ApplyWorkaround { problem }), target)?)
    }
}
