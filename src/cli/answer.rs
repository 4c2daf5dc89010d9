//! `tierdesk answer`: answer items of the hand-off checklist.

use clap::Args;

use super::exit::{Failure, Status};
use super::handoff::HandOff;
use super::shell::Shell;
use super::target::One;
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::answer::GiveAnswers;
use crate::domain::escalation::Item;

/// Answer items of the checklist that goes along with an escalation
#[derive(Debug, Args)]
pub struct Answer {
    #[command(flatten)]
    on: One,
    /// Take an answer back
    #[arg(long, value_name = "ITEM", value_parser = word::item(), hide_possible_values = true)]
    clear: Vec<Item>,
    #[command(flatten)]
    hand_off: HandOff,
}

impl Answer {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let mut answers: Vec<_> = self.clear.iter().map(|item| (*item, None)).collect();
        answers.extend(self.hand_off.answers()?);
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&Verb::Answer(GiveAnswers { answers, ..GiveAnswers::default() }), target)?)
    }
}
