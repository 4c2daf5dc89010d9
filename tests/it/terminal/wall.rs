//! The wall in a spare pane: still while nothing happens, there when something does, gone with one key.

use std::thread;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tierdesk::ui::theme::{GlyphSet, Palette, Theme};
use tierdesk::ui::wall::Screen;

use crate::floor::Floor;
use crate::pty::Tty;

/// How long nothing must come while nobody does anything; shorter than what is left of a minute, or the next one.
const IDLE: Duration = Duration::from_secs(4);

fn wall(floor: &Floor) -> Tty {
    let store = floor.path();
    let args = ["--store", store.to_str().unwrap(), "--as", "dana", "watch"];
    let mut tty = Tty::start((80, 24), env!("CARGO_BIN_EXE_tierdesk"), &args, &[]);
    tty.sees("tierdesk watch");
    tty
}

#[test]
fn the_wall_sends_nothing_while_nothing_happens_and_answers_one_key() {
    let floor = Floor::now();
    let mut tty = wall(&floor);
    // A minute that begins meanwhile is news; the next four seconds are then in the middle of it.
    let quiet = (0..2).any(|_| {
        let heard = tty.heard();
        thread::sleep(IDLE);
        tty.heard() == heard
    });
    assert!(quiet, "it goes on sending");
    let heard = tty.heard();
    tty.keys("j d c enter");
    thread::sleep(Duration::from_millis(600));
    assert_eq!(tty.bytes_after(heard), b"", "no key but the one that leaves does anything");
    assert_eq!(tty.keys("q").ended(), 0);
}

#[test]
fn the_wall_follows_what_others_do_and_the_size_of_its_pane() {
    let floor = Floor::now();
    let mut tty = wall(&floor);
    let events = floor.events();
    tty.misses("to accept 1");
    let floor = floor.escalated();
    tty.sees("Escalations not accepted 1").sees("INC-1");
    tty.resize((60, 20)).sees("Escalations not accepted 1");
    tty.resize((140, 40)).sees("Escalations not accepted 1").sees("VPN drops every 20 min");
    assert_eq!(floor.events(), events + 1, "it writes nothing by itself");
}

#[test]
fn the_wall_at_three_sizes() {
    let theme = Theme::new(Palette::Ansi16, GlyphSet::Ascii);
    let floor = Floor::at_noon().escalated().breached();
    let mut pictures = String::new();
    for (width, height) in [(80, 24), (140, 40), (60, 20)] {
        let desk = floor.desk("dana");
        let tiers = desk.inbox_tiers();
        let screen = Screen::new(desk, tiers, theme).unwrap();
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| screen.draw(frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let rows = buffer.content.chunks(usize::from(width));
        let lines = rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
        let lines: Vec<_> = lines.map(|line| line.trim_end().to_owned()).collect();
        pictures.push_str(&format!("{width}x{height}\n{}\n", lines.join("\n")));
    }
    insta::assert_snapshot!("wall", pictures);
}
