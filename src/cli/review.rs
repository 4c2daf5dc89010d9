//! `tierdesk review`: a supervisor acknowledges an escalation.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::inbox;
use crate::domain::text::Note;

/// Acknowledge an immediate escalation, or one that asked for your attention, with a note
#[derive(Debug, Args)]
pub struct Review {
    #[command(flatten)]
    on: One,
    #[command(flatten)]
    text: Words,
}

impl Review {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Review(inbox::Review { note: Note::new(&self.text.text()?)? });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
