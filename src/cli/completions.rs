//! `tierdesk completions`: for five shells, made from the command line itself.

use clap::{Args, CommandFactory};
use clap_complete::Shell as Dialect;

use super::Cli;
use super::exit::{Failure, Status};
use super::shell::Shell;

/// Print completions for a shell
#[derive(Debug, Args)]
pub struct Completions {
    shell: Dialect,
}

impl Completions {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "tierdesk", &mut script);
        shell.out.raw(&script)?;
        Ok(Status::Done)
    }
}
