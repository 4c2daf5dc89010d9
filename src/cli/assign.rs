//! `tierdesk assign`: give a ticket to someone.

use clap::Args;

use super::exit::{Failure, Status};
use super::print::text_of;
use super::shell::Shell;
use super::target::One;
use crate::domain::command::Verb;
use crate::domain::command::assign;
use crate::domain::text::{Login, Reason};

/// Give a ticket to someone of its tier
#[derive(Debug, Args)]
pub struct Assign {
    #[command(flatten)]
    on: One,
    /// Who has it from now on
    user: String,
    /// Why, when someone else has it; `-` reads it from standard input
    #[arg(value_name = "REASON")]
    why: Vec<String>,
}

impl Assign {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let reason = match &self.why[..] {
            [] => None,
            words => Some(Reason::new(&text_of(words)?)?),
        };
        let verb = Verb::Assign(assign::Assign { to: Login::new(&self.user)?, reason });
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run(&verb, target)?)
    }
}
