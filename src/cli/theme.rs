//! `tierdesk theme`: how the console's colours look on this terminal.

use clap::{Args, Subcommand};

use super::exit::{Failure, Status};
use super::shell::Shell;

/// See how the colours of the console look on this terminal
#[derive(Debug, Args)]
pub struct Theme {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print every role in every palette, by word, sign and style, with a few rows of a queue
    Test,
}

impl Theme {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let What::Test = self.what;
        shell.out.raw((shell.screens.palettes)(&shell.look(None)?).as_bytes())?;
        Ok(Status::Done)
    }
}
