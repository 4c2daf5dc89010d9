//! `tierdesk man`: the manual page, made from the command line itself.

use anyhow::Context;
use clap::{Args, CommandFactory};

use super::Cli;
use super::exit::{Failure, Status};
use super::shell::Shell;

/// Print the manual page
#[derive(Debug, Args)]
pub struct Man {
    /// Of a command; left out: of the program
    command: Option<String>,
}

impl Man {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut program = Cli::command();
        program.build();
        let command = match &self.command {
            None => program,
            Some(name) => match program.find_subcommand(name) {
                Some(command) => command.clone(),
                None => return Ok(Status::Nothing),
            },
        };
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).context("making the manual page")?;
        shell.out.raw(&page)?;
        Ok(Status::Done)
    }
}
