//! Command line in, exit status out.

use std::process::ExitCode;

use tierdesk::cli::{self, Screens};
use tierdesk::ui;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &Screens { open: screens, keys })
}

/// Opens the console; without a usable terminal it says what works instead.
fn screens(desk: tierdesk::app::Desk, look: cli::Look) -> anyhow::Result<ExitCode> {
    if look.plain || !ui::term::usable() {
        eprintln!("tierdesk: the console needs a terminal that can place its cursor; every command works without one");
        eprintln!("  `tierdesk ls` shows the queue, `tierdesk --help` lists the commands");
        return Ok(ExitCode::from(2));
    }
    let color = match look.color {
        cli::When::Auto => ui::theme::When::Auto,
        cli::When::Always => ui::theme::When::Always,
        cli::When::Never => ui::theme::When::Never,
    };
    let greeting = look.notice.unwrap_or_else(|| "? shows what the keys do".to_owned());
    ui::run(desk, ui::Options { color, greeting, mouse: look.mouse, ..ui::Options::default() })
}

/// The keys of the console, for `tierdesk keys`.
fn keys() -> Vec<cli::Key> {
    let keymap = ui::keymap::Keymap::default();
    let line = |listed: ui::keymap::Listed| cli::Key {
        context: listed.context.word().to_owned(),
        action: listed.action.word().to_owned(),
        keys: listed.keys,
        does: listed.action.facts().short.to_owned(),
    };
    keymap.listing().map(line).collect()
}
