//! Command line in, exit status out.

use std::io::IsTerminal;
use std::process::ExitCode;

use tierdesk::app::config::Config;
use tierdesk::app::{Desk, home};
use tierdesk::cli::{self, Complaint, Screens};
use tierdesk::domain::role::Tier;
use tierdesk::ui;
use tierdesk::ui::keymap::Keymap;
use tierdesk::ui::theme::{Looks, Palette};

fn main() -> ExitCode {
    cli::run(std::env::args_os(), &Screens { open: screens, watch, usable: ui::term::usable, keys, check, palettes })
}

/// Opens the console: line by line where that is asked for, or where no screen can be drawn.
fn screens(desk: Desk, look: cli::Look) -> anyhow::Result<ExitCode> {
    let keymap = match keymap(&look.config) {
        Ok(keymap) => keymap,
        Err(problems) => {
            problems.iter().for_each(|it| eprintln!("tierdesk: {}", said(it)));
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
    let glyphs = look.config.glyphs().and_then(|glyphs| ui::theme::GlyphSet::from_word(glyphs.word()));
    let (looks, problems) = looks(&look.config);
    let wrong = problems.first().map(|it| format!("{}; `tierdesk config check` tells all", said(it)));
    let greeting = look.notice.clone().or(wrong).unwrap_or_else(|| "? shows what the keys do".to_owned());
    let (color, palette) = (when(look.color), palette(&look.config));
    ui::Options { color, palette, glyphs, looks, mouse: look.mouse, keymap, config: look.config, greeting }
}

const fn when(color: cli::When) -> ui::theme::When {
    match color {
        cli::When::Auto => ui::theme::When::Auto,
        cli::When::Always => ui::theme::When::Always,
        cli::When::Never => ui::theme::When::Never,
    }
}

fn palette(config: &Config) -> Option<Palette> {
    config.palette().and_then(|palette| Palette::from_word(palette.word()))
}

/// The keymap of the person: the default with what `keymap.toml` changes; every mistake of that file at once.
fn keymap(config: &Config) -> Result<Keymap, Vec<Complaint>> {
    let file = home::config_file("keymap.toml");
    let text = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    let file = file.unwrap_or_default();
    let complaint =
        |it: ui::keymap::Problem| Complaint { wrong: true, file: file.clone(), line: it.line, message: it.message };
    let keymap = Keymap::with(&text).map_err(|wrong| wrong.0.into_iter().map(complaint).collect::<Vec<_>>())?;
    Ok(keymap.with_layouts(config.layouts()))
}

/// The person's own looks, and what is wrong with their file.
fn looks(config: &Config) -> (Looks, Vec<Complaint>) {
    let Some(file) = config.theme() else { return (Looks::new(), Vec::new()) };
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let (looks, problems) = ui::theme::read(&text);
            let complaint = |it: ui::theme::Problem| Complaint {
                wrong: it.wrong,
                file: file.clone(),
                line: Some(it.line),
                message: it.message,
            };
            (looks, problems.into_iter().map(complaint).collect())
        }
        Err(why) => {
            let complaint = Complaint { wrong: true, file, line: None, message: format!("cannot be read: {why}") };
            (Looks::new(), vec![complaint])
        }
    }
}

/// What is wrong with keymap and looks, for `tierdesk config check`.
fn check(config: &Config) -> Vec<Complaint> {
    keymap(config).err().into_iter().flatten().chain(looks(config).1).collect()
}

/// `keymap.toml:3: no action ...`.
fn said(it: &Complaint) -> String {
    let line = it.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}{line}: {}", it.file.display(), it.message)
}

/// Every palette for this terminal; without colours the one that has none.
fn palettes(look: &cli::Look) -> String {
    let no_color = std::env::var_os("NO_COLOR");
    let terminal = std::io::stdout().is_terminal();
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    let first = ui::theme::palette(when(look.color), palette(&look.config), no_color.as_deref(), terminal && !dumb);
    let styled = look.color != cli::When::Never && (look.color == cli::When::Always || (terminal && !dumb));
    let shown = if styled && first == Palette::Mono { &[Palette::Mono][..] } else { Palette::ALL };
    ui::theme::sample(shown, &looks(&look.config).0, styled)
}

/// The keys of the console, for `tierdesk keys`.
fn keys() -> Vec<cli::Key> {
    let keymap = keymap(&Config::default()).unwrap_or_default();
    let line = |listed: ui::keymap::Listed| cli::Key {
        context: listed.context.word().to_owned(),
        action: listed.action.word().to_owned(),
        keys: listed.keys,
        does: listed.action.facts().short.to_owned(),
    };
    keymap.listing().map(line).collect()
}
