//! `tierdesk waive`: what a rule asks for is not needed, and why.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use crate::domain::command::Verb;
use crate::domain::command::waive;
use crate::domain::refusal::Code;
use crate::domain::text::Reason;
use crate::domain::trigger::Trigger;

/// Waive what a rule asks for, with a reason
#[derive(Debug, Args)]
pub struct Waive {
    #[command(flatten)]
    on: One,
    /// The rule, TR01 to TR30
    rule: String,
    #[command(flatten)]
    why: Words,
}

impl Waive {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let trigger = Trigger::from_word(&self.rule.to_uppercase())
            .ok_or_else(|| Code::TextInvalid.because(format!("`{}` is no rule", self.rule)).hint("use TR01 to TR30"))?;
        let verb = Verb::Waive(waive::Waive { trigger, reason: Reason::new(&self.why.text()?)? });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
