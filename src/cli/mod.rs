//! Words in, text or JSON out: everything the console can do has a command of the same name.
//!
//! Read `exit` (how a command ends), `print` (what all print with), `shell` (the desk that a command works at), then
//! one command a file. The console itself is handed in by `main`: the command line does not know the screens.

mod demo;
mod exit;
mod init;
mod print;
mod shell;
mod word;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::app::Desk;
use exit::{Failure, Status};
use print::{Form, Out};
use shell::Shell;

/// What the screens give to the command line.
pub struct Screens {
    /// Opens the console at a desk and returns when the person leaves it.
    pub open: fn(Desk, Look) -> anyhow::Result<ExitCode>,
    /// The keys of the console.
    pub keys: fn() -> Vec<Key>,
}

/// How the console is to look, and what it says first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    pub color: When,
    /// Lines of text instead of a full screen.
    pub plain: bool,
    /// Shown once when the console opens.
    pub notice: Option<String>,
}

/// An action of the console and its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub context: String,
    pub action: String,
    pub keys: Vec<String>,
    pub does: String,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    Always,
    Never,
}

/// A helpdesk console for the terminal: one local store, no network.
///
/// Without a command the console opens. Exit status: 0 done, 1 nothing matched or differences found, 2 invalid input,
/// 3 conflict, 4 not permitted, 5 store busy or unavailable, 6 store damaged.
#[derive(Debug, Parser)]
#[command(name = "tierdesk", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The store [default: $XDG_DATA_HOME/tierdesk/desk.db]
    #[arg(long, global = true, env = "TIERDESK_STORE", hide_env_values = true, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Act as another user of this store; only for the owner of its file
    #[arg(long = "as", global = true, value_name = "USER")]
    acting_as: Option<String>,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: When,
    /// Plain lines for screen readers and slow lines
    #[arg(long, global = true)]
    plain: bool,
    /// Print one JSON document
    #[arg(long, global = true)]
    json: bool,
    /// Print JSON, one object a line
    #[arg(long, global = true, conflicts_with = "json")]
    jsonl: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
}

/// Runs a command line and gives its exit status.
pub fn run(args: impl IntoIterator<Item = OsString>, screens: &Screens) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &args),
    };
    let form = match (cli.global.json, cli.global.jsonl) {
        (true, _) => Form::Json,
        (_, true) => Form::JsonLines,
        _ => Form::Text,
    };
    let out = Out { form };
    let shell = Shell { global: cli.global, out, screens };
    match dispatch(cli.command, &shell) {
        Ok(code) => code,
        Err(failure) => {
            failure.say(out.is_json());
            failure.status().into()
        }
    }
}

fn dispatch(command: Option<Command>, shell: &Shell<'_>) -> Result<ExitCode, Failure> {
    let status: Status = match command {
        None => return shell.console(),
        Some(Command::Demo(demo)) => return demo.run(shell),
        Some(Command::Init(init)) => init.run(shell)?,
    };
    Ok(status.into())
}

/// Help and version go to standard output; what was mistyped is said as any other refusal.
fn usage(error: &clap::Error, args: &[OsString]) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A reader that has gone needs no help.
        let _ = error.print();
        return Status::Done.into();
    }
    if args.iter().any(|arg| arg == "--json" || arg == "--jsonl") {
        let text = error.to_string();
        let mut parts = text.trim_start_matches("error: ").splitn(2, "\n");
        let (message, hint) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        exit::say("usage", message, hint.trim(), true);
    } else {
        let _ = error.print();
    }
    Status::Input.into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
