//! Words in, text or JSON out: everything the console can do has a command of the same name.
//!
//! Read `exit` (how a command ends), `print` (what all print with), `shell` (the desk that a command works at), then
//! one command a file. The console itself is handed in by `main`: the command line does not know the screens.

mod accept;
mod answer;
mod apply;
mod asset;
mod assign;
mod backup;
mod calendar;
mod cancel;
mod canned;
mod change;
mod checklist;
mod close;
mod completions;
mod config;
mod contact;
mod contract;
mod decline;
mod defer;
mod demo;
mod doctor;
mod done;
mod edit;
mod escalate;
mod escalations;
mod exit;
mod export;
mod file;
mod fix_owner;
mod hand_back;
mod handoff;
mod handover;
mod hold;
mod holidays;
mod import;
mod init;
mod keys;
mod link;
mod ls;
mod major;
mod man;
mod merge;
mod new;
mod note;
mod notices;
mod policy;
mod print;
mod problem;
mod ready;
mod rebuild;
mod reclassify;
mod release;
mod reopen;
mod reply;
mod request;
mod resolve;
mod restore;
mod resume;
mod r#return;
mod review;
mod shell;
mod shifts;
mod show;
mod simulate;
mod sla;
mod start;
mod suggest;
mod tag;
mod take;
mod target;
mod template;
mod theme;
mod undo;
mod unlink;
mod user;
mod verify;
mod view;
mod waive;
mod watch;
mod withdraw;
mod word;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::app::Desk;
use crate::app::config::Config;
use crate::domain::role::Tier;
use exit::{Failure, Status};
use print::{Form, Out};
use shell::Shell;

/// What the screens give to the command line.
pub struct Screens {
    /// Opens the console at a desk and returns when the person leaves it.
    pub open: fn(Desk, Look) -> anyhow::Result<ExitCode>,
    /// Shows the wall of these tiers until the person leaves it.
    pub watch: fn(Desk, Look, Vec<Tier>) -> anyhow::Result<ExitCode>,
    /// Can a full screen be drawn here?
    pub usable: fn() -> bool,
    /// The keys of the console.
    pub keys: fn() -> Vec<Key>,
    /// What is wrong with the person's keymap and looks.
    pub check: fn(&Config) -> Vec<Complaint>,
    /// Every palette, as text for this terminal.
    pub palettes: fn(&Look) -> String,
}

/// How the console is to look, and what it says first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    pub color: When,
    /// Lines of text instead of a full screen, wherever one could be drawn.
    pub plain: bool,
    /// What the person's files say.
    pub config: Config,
    /// Clicks choose rows; the terminal's own selection then needs Shift.
    pub mouse: bool,
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

/// Something in a file of settings that is wrong, or does nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Is it wrong, rather than unknown?
    pub wrong: bool,
    pub file: PathBuf,
    pub line: Option<usize>,
    pub message: String,
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
#[command(name = "tierdesk", bin_name = "tierdesk", version, max_term_width = 100, disable_help_subcommand = true)]
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
    /// One more file of settings for the console, over /etc/tierdesk/config.toml and your own
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: When,
    /// The console line by line, for screen readers and scripts; also where no screen can be drawn, or TIERDESK_A11Y=1
    #[arg(long, global = true)]
    plain: bool,

    /// In the console, clicks choose rows; the terminal's own selection then needs Shift
    #[arg(long, global = true)]
    mouse: bool,
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
    New(new::New),
    Ls(ls::Ls),
    Show(show::Show),
    Suggest(suggest::Suggest),
    #[command(alias = "claim")]
    Take(take::Take),
    Start(start::Start),
    Release(release::Release),
    Assign(assign::Assign),
    Note(note::Note),
    Reply(reply::Reply),
    Hold(hold::Hold),
    Resume(resume::Resume),
    Resolve(resolve::Resolve),
    Done(done::Done),
    Decline(decline::Decline),
    Close(close::Close),
    Reopen(reopen::Reopen),
    Cancel(cancel::Cancel),
    Reclassify(reclassify::Reclassify),
    Canned(canned::Canned),
    Edit(Box<edit::Edit>),
    Tag(tag::Tag),
    Link(link::Link),
    Unlink(unlink::Unlink),
    Merge(merge::Merge),
    Major(Box<major::Major>),
    Change(Box<change::ChangeCommand>),
    Request(Box<request::Request>),
    Asset(asset::Asset),
    Problem(Box<problem::ProblemCommand>),
    Apply(apply::Apply),
    Handover(handover::HandoverCommand),
    Undo(undo::Undo),
    Escalate(Box<escalate::Escalate>),
    Escalations(escalations::Escalations),
    Notices(notices::Notices),
    Watch(watch::Watch),
    Accept(accept::Accept),
    Return(r#return::Return),
    Withdraw(withdraw::Withdraw),
    HandBack(hand_back::HandBack),
    Defer(defer::Defer),
    Review(review::Review),
    FixOwner(fix_owner::FixOwner),
    Waive(waive::Waive),
    Answer(Box<answer::Answer>),
    Checklist(checklist::Checklist),
    Template(template::Template),
    Import(import::Import),
    Export(export::Export),
    Sla(sla::Sla),
    Policy(policy::Policy),
    Calendar(calendar::Calendar),
    User(user::User),
    Contact(contact::Contact),
    Contract(contract::Contract),
    View(view::View),
    Verify(verify::Verify),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Rebuild(rebuild::Rebuild),
    Doctor(doctor::Doctor),
    Keys(keys::Keys),
    Config(config::Config),
    Theme(theme::Theme),
    #[command(hide = true)]
    Completions(completions::Completions),
    #[command(hide = true)]
    Man(man::Man),
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
    let Some(command) = command else { return shell.console() };
    let status = match command {
        Command::Demo(it) => return it.run(shell),
        Command::Init(it) => it.run(shell),
        Command::New(it) => it.run(shell),
        Command::Ls(it) => it.run(shell),
        Command::Show(it) => it.run(shell),
        Command::Suggest(it) => it.run(shell),
        Command::Take(it) => it.run(shell),
        Command::Start(it) => it.run(shell),
        Command::Release(it) => it.run(shell),
        Command::Assign(it) => it.run(shell),
        Command::Note(it) => it.run(shell),
        Command::Reply(it) => it.run(shell),
        Command::Hold(it) => it.run(shell),
        Command::Resume(it) => it.run(shell),
        Command::Resolve(it) => it.run(shell),
        Command::Done(it) => it.run(shell),
        Command::Decline(it) => it.run(shell),
        Command::Close(it) => it.run(shell),
        Command::Reopen(it) => it.run(shell),
        Command::Cancel(it) => it.run(shell),
        Command::Reclassify(it) => it.run(shell),
        Command::Canned(it) => it.run(shell),
        Command::Edit(it) => it.run(shell),
        Command::Tag(it) => it.run(shell),
        Command::Link(it) => it.run(shell),
        Command::Unlink(it) => it.run(shell),
        Command::Merge(it) => it.run(shell),
        Command::Major(it) => it.run(shell),
        Command::Change(it) => it.run(shell),
        Command::Request(it) => it.run(shell),
        Command::Asset(it) => it.run(shell),
        Command::Problem(it) => it.run(shell),
        Command::Apply(it) => it.run(shell),
        Command::Handover(it) => it.run(shell),
        Command::Undo(it) => it.run(shell),
        Command::Escalate(it) => it.run(shell),
        Command::Escalations(it) => it.run(shell),
        Command::Notices(it) => it.run(shell),
        Command::Watch(it) => return it.run(shell),
        Command::Accept(it) => it.run(shell),
        Command::Return(it) => it.run(shell),
        Command::Withdraw(it) => it.run(shell),
        Command::HandBack(it) => it.run(shell),
        Command::Defer(it) => it.run(shell),
        Command::Review(it) => it.run(shell),
        Command::FixOwner(it) => it.run(shell),
        Command::Waive(it) => it.run(shell),
        Command::Answer(it) => it.run(shell),
        Command::Checklist(it) => it.run(shell),
        Command::Template(it) => it.run(shell),
        Command::Import(it) => it.run(shell),
        Command::Export(it) => it.run(shell),
        Command::Sla(it) => it.run(shell),
        Command::Policy(it) => it.run(shell),
        Command::Calendar(it) => it.run(shell),
        Command::User(it) => it.run(shell),
        Command::Contact(it) => it.run(shell),
        Command::Contract(it) => it.run(shell),
        Command::View(it) => it.run(shell),
        Command::Verify(it) => it.run(shell),
        Command::Backup(it) => it.run(shell),
        Command::Restore(it) => it.run(shell),
        Command::Rebuild(it) => it.run(shell),
        Command::Doctor(it) => it.run(shell),
        Command::Keys(it) => it.run(shell),
        Command::Config(it) => it.run(shell),
        Command::Theme(it) => it.run(shell),
        Command::Completions(it) => it.run(shell),
        Command::Man(it) => it.run(shell),
    };
    Ok(status?.into())
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
