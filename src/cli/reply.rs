//! `tierdesk reply`: an entry of the worklog that the requester may read.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::note::AddNote;
use crate::domain::incident::Visibility;
use crate::domain::text::Note;

/// Write to the requester
#[derive(Debug, Args)]
pub struct Reply {
    #[command(flatten)]
    on: One,
    #[command(flatten)]
    text: Words,
}

impl Reply {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let text = Note::new(&self.text.text()?)?;
        let verb = Verb::Note(AddNote { text, vis: Visibility::Requester });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
