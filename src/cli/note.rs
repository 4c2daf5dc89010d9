//! `tierdesk note`: an internal entry of the worklog.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::note::AddNote;
use crate::domain::incident::Visibility;
use crate::domain::text;

/// Add an internal note
#[derive(Debug, Args)]
pub struct Note {
    #[command(flatten)]
    on: One,
    #[command(flatten)]
    text: Words,
}

impl Note {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let text = text::Note::new(&self.text.text()?)?;
        let verb = Verb::Note(AddNote { text, vis: Visibility::Internal });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
