//! The loop: wait for keys, let the console answer, draw once.

use std::process::ExitCode;
use std::time::{Duration, Instant as Clock};

use anyhow::{Context, Result};

use super::chord::Chord;
use super::console::{Console, Effect};
use super::editor_outside;
use super::key::{self, Input};
use super::keymap::Keymap;
use super::term::{self, Term, Woken, clipboard};
use super::theme::{self, GlyphSet, Looks, Palette, Theme, When};
use crate::app::Desk;
use crate::app::config::{Clipboard, Config};

/// How often the loop looks whether another session wrote.
const LOOK: Duration = Duration::from_millis(15);

/// How the console shall look and behave.
#[derive(Debug, Clone)]
pub struct Options {
    pub color: When,
    pub palette: Option<Palette>,
    pub glyphs: Option<GlyphSet>,
    /// Looks of a person's own, over the palette.
    pub looks: Looks,
    pub mouse: bool,
    pub keymap: Keymap,
    /// What the person's files say beyond the above.
    pub config: Config,
    /// Said before the first key.
    pub greeting: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: When::Auto,
            palette: None,
            glyphs: None,
            looks: Looks::new(),
            mouse: false,
            keymap: Keymap::default(),
            config: Config::default(),
            greeting: String::new(),
        }
    }
}

/// Runs the console on the terminal, which must be [usable](term::usable), until the person quits.
pub fn run(desk: Desk, options: Options) -> Result<ExitCode> {
    let theme = theme_of(&options);
    let over_ssh = std::env::var_os("SSH_CONNECTION").is_some();
    let mut console = Console::new(desk, options.keymap, theme, host())?;
    let guard = key::guard(options.config.esc_guard_ms(), over_ssh);
    let editor = options.config.editor().map(str::to_owned);
    console.configure(options.config);
    console.greet(options.greeting);
    let mut term = Term::enter(term::Options { mouse: options.mouse, guard })?;
    let ended = session(&mut console, &mut term, editor.as_deref());
    console.save_draft();
    ended.map(|()| ExitCode::SUCCESS)
}

fn session(console: &mut Console, term: &mut Term, editor: Option<&str>) -> Result<()> {
    loop {
        if console.take_stale() {
            term.draw(|frame| console.draw(frame)).context("drawing")?;
        }
        for woken in term.wait(LOOK, console.awaited()).context("reading keys")? {
            let effects = match woken {
                Woken::Quit => return Ok(()),
                Woken::Repaint => {
                    term.repaint()?;
                    console.make_stale();
                    Vec::new()
                }
                Woken::Input(Input::Key(key)) => console.press(Chord::from(key), Clock::now()),
                Woken::Input(Input::Paste(text)) => console.paste(&text, Clock::now()),
                Woken::Input(Input::Mouse(mouse)) => console.mouse(mouse),
            };
            for effect in effects {
                if effect == Effect::Quit {
                    return Ok(());
                }
                perform(effect, console, term, editor)?;
            }
        }
        console.pass(Clock::now());
        if let Some(ring) = console.take_ring() {
            perform(ring, console, term, editor)?;
        }
    }
}

fn perform(effect: Effect, console: &mut Console, term: &mut Term, editor: Option<&str>) -> Result<()> {
    match effect {
        Effect::Quit => {}
        Effect::Suspend => {
            console.save_draft();
            term.suspend()?;
            console.make_stale();
        }
        Effect::Repaint => {
            term.repaint()?;
            console.make_stale();
        }
        Effect::Copy(_) if console.clipboard() == Clipboard::Off => console.say("the clipboard is off: ui.clipboard"),
        Effect::Copy(text) => match clipboard::copy(&text, clipboard::Between::here()) {
            Some(bytes) => term.send(&bytes)?,
            None => console.fail(format!("more than {} KB cannot be copied", clipboard::COPY_MAX / 1024)),
        },
        Effect::Ring(bytes) => term.send(&bytes)?,
        Effect::Edit(text) => {
            console.save_draft();
            if editor == Some("off") {
                console.fail("an editor outside is switched off: ui.editor");
                return Ok(());
            }
            match term.lend(|| editor_outside::edit(&text, editor))? {
                Ok(edited) => {
                    for effect in console.edited(&edited, Clock::now()) {
                        perform(effect, console, term, editor)?;
                    }
                }
                Err(why) => console.fail(format!("{why:#}")),
            }
            console.make_stale();
        }
    }
    Ok(())
}

pub(super) fn theme_of(options: &Options) -> Theme {
    let no_color = std::env::var_os("NO_COLOR");
    let palette = theme::palette(options.color, options.palette, no_color.as_deref(), term::usable());
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    Theme::new(palette, options.glyphs.unwrap_or_else(|| theme::glyphs(set.as_deref()))).with(&options.looks)
}

pub(super) fn host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    crate::domain::text::cut(name.split('.').next().unwrap_or_default(), 12)
}
