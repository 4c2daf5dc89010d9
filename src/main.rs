//! Command line in, exit status out.

use std::process::ExitCode;

use tierdesk::app::Desk;
use tierdesk::cli::{self, Screens};
use tierdesk::domain::role::Tier;
use tierdesk::ui;
use tierdesk::ui::keymap::Keymap;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &Screens { open: screens, watch, usable: ui::term::usable, keys })
}

/// Opens the console: line by line where that is asked for, or where no screen can be drawn.
fn screens(desk: Desk, look: cli::Look) -> anyhow::Result<ExitCode> {
    let keymap = match keymap() {
        Ok(keymap) => keymap,
        Err(problems) => {
            eprintln!("tierdesk: {problems}");
            return Ok(ExitCode::from(2));
        }
    };
    let plain = look.plain || !ui::term::usable() || reads_aloud();
    let options = options(look, keymap);
    if plain { ui::plain::run(desk, options) } else { ui::run(desk, options) }
}

/// Does the person's environment say that a screen is read aloud?
fn reads_aloud() -> bool {
    std::env::var_os("TIERDESK_A11Y").is_some_and(|value| !value.is_empty() && value != "0")
}

fn watch(desk: Desk, look: cli::Look, tiers: Vec<Tier>) -> anyhow::Result<ExitCode> {
    ui::watch(desk, &options(look, Keymap::default()), tiers)
}

/// The look that was asked for on the command line and in the person's files, in the words of the screens.
fn options(look: cli::Look, keymap: Keymap) -> ui::Options {
    let color = match look.color {
        cli::When::Auto => ui::theme::When::Auto,
        cli::When::Always => ui::theme::When::Always,
        cli::When::Never => ui::theme::When::Never,
    };
    let glyphs = look.config.glyphs().and_then(|glyphs| ui::theme::GlyphSet::from_word(glyphs.word()));
    let palette = look.config.palette().and_then(|palette| ui::theme::Palette::from_word(palette.word()));
    let greeting = look.notice.unwrap_or_else(|| "? shows what the keys do".to_owned());
    ui::Options { color, palette, glyphs, mouse: look.mouse, keymap, config: look.config, greeting }
}

/// The keymap of the person: the default with what `keymap.toml` changes; every mistake of that file at once.
fn keymap() -> Result<Keymap, String> {
    let Some(path) = tierdesk::app::home::config_file("keymap.toml") else { return Ok(Keymap::default()) };
    match std::fs::read_to_string(&path) {
        Ok(text) => Keymap::with(&text).map_err(|wrong| format!("{}: {wrong}", path.display())),
        Err(_) => Ok(Keymap::default()),
    }
}

/// The keys of the console, for `tierdesk keys`.
fn keys() -> Vec<cli::Key> {
    let keymap = keymap().unwrap_or_default();
    let line = |listed: ui::keymap::Listed| cli::Key {
        context: listed.context.word().to_owned(),
        action: listed.action.word().to_owned(),
        keys: listed.keys,
        does: listed.action.facts().short.to_owned(),
    };
    keymap.listing().map(line).collect()
}
