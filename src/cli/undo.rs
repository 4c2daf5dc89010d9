//! `tierdesk undo`: take a command back.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use crate::domain::id::CmdId;
use crate::domain::refusal::Code;

/// Take your last command back, on every record it changed
#[derive(Debug, Args)]
pub struct Undo {
    /// The command to take back, as `--json` and `show --history` name it
    #[arg(long, value_name = "ID")]
    command: Option<String>,
}

impl Undo {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let cmd = self.command.as_ref().map(|id| {
            CmdId::try_from(id.clone())
                .map_err(|_| Code::TextInvalid.because(format!("`{id}` is no command's identity")))
        });
        shell.out.receipt(&desk.undo(cmd.transpose()?)?)
    }
}
