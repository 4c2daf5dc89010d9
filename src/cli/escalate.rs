//! `tierdesk escalate`: hand a ticket upward with what is known.

use clap::Args;

use super::exit::{Failure, Status};
use super::handoff::HandOff;
use super::shell::Shell;
use super::target::One;
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::escalate::{self, Target, Why};
use crate::domain::text::{Login, Reason};

/// Hand a ticket to another tier, which accepts or returns it, or ask a supervisor's attention
#[derive(Debug, Args)]
pub struct Escalate {
    #[command(flatten)]
    on: One,
    /// Tier 1, 2 or 3, or `attention` of a supervisor
    #[arg(long, value_name = "TIER", value_parser = target)]
    to: Target,
    #[arg(long, value_parser = word::why())]
    why: Option<Why>,
    /// The reason in words
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who you would like to have it
    #[arg(long, value_name = "USER")]
    wish: Option<String>,
    #[command(flatten)]
    hand_off: HandOff,
}

fn target(text: &str) -> Result<Target, String> {
    if text == "attention" {
        return Ok(Target::Attention);
    }
    word::tier(text).map(Target::Tier).map_err(|_| format!("`{text}` is neither tier 1, 2 or 3 nor `attention`"))
}

impl Escalate {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let verb = Verb::Escalate(escalate::Escalate {
            to: self.to.clone(),
            why: self.why,
            reason: self.reason.as_deref().map(Reason::new).transpose()?,
            triggers: vec![],
            answers: self.hand_off.answers()?,
            wish: self.wish.as_deref().map(Login::new).transpose()?,
        });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
