//! `tierdesk done`: answer a task.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::task;
use crate::domain::text::TaskAnswer;

/// Answer a task; its parent goes on if it waited for it
#[derive(Debug, Args)]
pub struct Done {
    #[command(flatten)]
    on: One,
    #[command(flatten)]
    answer: Words,
}

impl Done {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Done(task::Done { answer: TaskAnswer::new(&self.answer.text()?)? });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
