//! Command line in, exit status out.

use std::process::ExitCode;

use tierdesk::cli::{self, Screens};

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &Screens { open: screens, keys })
}

fn screens(_desk: tierdesk::app::Desk, _look: cli::Look) -> anyhow::Result<ExitCode> {
    eprintln!("tierdesk: this build has no screens; `tierdesk --help` lists the commands");
    Ok(ExitCode::from(2))
}

/// The keys of the console, for `tierdesk keys`.
fn keys() -> Vec<cli::Key> {
    let keymap = tierdesk::ui::keymap::Keymap::default();
    let line = |listed: tierdesk::ui::keymap::Listed| cli::Key {
        context: listed.context.word().to_owned(),
        action: listed.action.word().to_owned(),
        keys: listed.keys,
        does: listed.action.facts().short.to_owned(),
    };
    keymap.listing().map(line).collect()
}
