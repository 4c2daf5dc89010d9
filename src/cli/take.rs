//! `tierdesk take`: take responsibility for a free ticket.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::Several;
use super::word;
use crate::app::query::queue::Tab;
use crate::domain::command::Verb;
use crate::domain::command::take;
use crate::domain::filter::Filter;
use crate::domain::filter::flag::Flag;
use crate::domain::filter::tree::Expr;
use crate::domain::role::Tier;

/// Take free tickets; `take next` takes the most urgent one of your tier
#[derive(Debug, Args)]
pub struct Take {
    #[command(flatten)]
    on: Several,
    /// With `next`: the tier to take from; yours if absent
    #[arg(long, value_parser = word::tier, value_name = "TIER")]
    tier: Option<Tier>,
}

impl Take {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        if !self.on.is_next() {
            let targets = self.on.targets(&desk)?;
            return shell.out.receipt(&desk.run_each(&Verb::Take(take::Take), &targets)?);
        }
        let free = match self.tier {
            Some(tier) => Filter::from(Expr::from(Flag::Free)).and(&Tab::Tier(tier).base()),
            None => Tab::Free.base(),
        };
        let receipt = desk.take_first(|desk, lost| desk.next_of(&free, lost))?;
        shell.out.receipt(&receipt)
    }
}
