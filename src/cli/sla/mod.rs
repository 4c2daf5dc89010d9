//! `tierdesk sla`: service-level clocks, on their own.

mod check;
mod due;
mod explain;
mod forgive;

use clap::{Args, Subcommand};

use super::exit::{Failure, Status};
use super::shell::Shell;

/// Service-level clocks: why they stand where they stand, when something would be due, worked examples
#[derive(Debug, Args)]
pub struct Sla {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Check(check::Check),
    Due(due::Due),
    Explain(explain::Explain),
    Forgive(forgive::Forgive),
}

impl Sla {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            What::Check(it) => it.run(shell),
            What::Due(it) => it.run(shell),
            What::Explain(it) => it.run(shell),
            What::Forgive(it) => it.run(shell),
        }
    }
}
