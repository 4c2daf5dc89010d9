//! `tierdesk defer`: put a proposal off.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::One;
use crate::domain::command::Verb;
use crate::domain::command::inbox;
use crate::domain::text::Note;
use crate::domain::time::Secs;

/// Put an escalation off for a while; its proposer sees until when
#[derive(Debug, Args)]
pub struct Defer {
    #[command(flatten)]
    on: One,
    /// How long, like 4h; three days at the most
    #[arg(value_name = "LENGTH")]
    length: Secs,
    /// What the proposer is told
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Defer {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let note = self.note.as_deref().map(Note::new).transpose()?;
        let verb = Verb::Defer(inbox::Defer { until: desk.now() + self.length, note });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
