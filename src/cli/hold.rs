//! `tierdesk hold`: put a ticket on hold until a follow-up.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::hold;
use crate::domain::incident::Pending;
use crate::domain::text::Note;
use crate::domain::time::{Instant, Secs};

/// Put a ticket on hold, with the reason and a note
#[derive(Debug, Args)]
pub struct Hold {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::pending())]
    reason: Pending,
    #[command(flatten)]
    note: Words,
    /// When to follow up; the policy knows a usual time
    #[arg(long, value_name = "INSTANT")]
    until: Option<Instant>,
    /// Follow up after so long, like 4h or 2d
    #[arg(long = "for", value_name = "LENGTH", conflicts_with = "until")]
    length: Option<Secs>,
    /// The requester reads the note
    #[arg(long)]
    public: bool,
}

impl Hold {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let follow_up = self.until.or_else(|| self.length.map(|length| desk.now() + length));
        let note = Note::new(&self.note.text()?)?;
        let verb = Verb::Hold(hold::Hold { reason: self.reason, follow_up, note, public: self.public });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
