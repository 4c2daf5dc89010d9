//! The wall on a full screen: what presses, in sight all day. It takes no key but the one that leaves, writes nothing,
//! and sends a byte only when something of it changed.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::key::{self, Input};
use super::part::chrome::rule;
use super::part::clock::time;
use super::part::text::{fit, pad, put, sides};
use super::queue::lines::{clock, priority};
use super::run::{Options, theme_of};
use super::term::{self, Term, Woken};
use super::theme::{Role, Theme};
use crate::app::query::wall::{Section, TierCount, Wall, WallLine};
use crate::app::{Desk, Error};
use crate::domain::role::Tier;

/// How often it looks whether another session wrote, or the time has come.
const LOOK: Duration = Duration::from_millis(250);
/// Most lines of one part that any screen has room for.
const LINES: u32 = 60;
/// From this width on the parts stand in two columns.
const WIDE: u16 = 120;

/// Shows the wall on the terminal, which must be [usable](term::usable), until the person leaves.
pub fn watch(desk: Desk, options: &Options, tiers: Vec<Tier>) -> Result<ExitCode> {
    let mut screen = Screen::new(desk, tiers, theme_of(options))?;
    let over_ssh = std::env::var_os("SSH_CONNECTION").is_some();
    let guard = key::guard(options.config.esc_guard_ms(), over_ssh);
    let mut term = Term::enter(term::Options { mouse: false, guard })?;
    loop {
        if std::mem::take(&mut screen.stale) {
            term.draw(|frame| screen.draw(frame)).context("drawing")?;
        }
        for woken in term.wait(LOOK, None).context("reading keys")? {
            match woken {
                Woken::Quit => return Ok(ExitCode::SUCCESS),
                Woken::Repaint => {
                    term.repaint()?;
                    screen.stale = true;
                }
                Woken::Input(input) if leaves(&input) => return Ok(ExitCode::SUCCESS),
                Woken::Input(_) => {}
            }
        }
        screen.pass()?;
    }
}

fn leaves(input: &Input) -> bool {
    let Input::Key(key) = input else { return false };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    matches!((key.code, ctrl), (KeyCode::Char('q'), false) | (KeyCode::Char('c'), true))
}

/// The wall with what it was read from.
pub struct Screen {
    desk: Desk,
    tiers: Vec<Tier>,
    theme: Theme,
    wall: Wall,
    minute: i64,
    stale: bool,
}

impl Screen {
    pub fn new(desk: Desk, tiers: Vec<Tier>, theme: Theme) -> Result<Self, Error> {
        let wall = desk.wall(&tiers, LINES)?;
        Ok(Self { minute: desk.now().minute(), desk, tiers, theme, wall, stale: true })
    }

    /// Reads again when another session wrote, another minute began or a clock ran out. True when it is to be drawn.
    pub fn pass(&mut self) -> Result<bool, Error> {
        let now = self.desk.now();
        let due = self.wall.next.is_some_and(|next| now >= next);
        if self.desk.changed()? || due || now.minute() != self.minute {
            self.minute = now.minute();
            self.wall = self.desk.wall(&self.tiers, LINES)?;
            self.stale = true;
        }
        Ok(self.stale)
    }

    pub fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let buffer = frame.buffer_mut();
        let zone = self.desk.policy().zone;
        let right = format!("q quit   {} ", time(self.wall.now, zone));
        let line = sides(" tierdesk watch", &right, area.width.into());
        put(buffer, area.x, area.y, &line, area.width.into(), self.theme.style(Role::Heading));
        let mut y = area.y + 1;
        for it in self.wall.tiers.iter().filter(|_| area.height > 8) {
            self.draw_tier(buffer, Rect { y, height: 1, ..area }, it);
            y += 1;
        }
        let body = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        let parts: Vec<&Section> = self.wall.sections.iter().filter(|section| section.count > 0).collect();
        if parts.is_empty() {
            put(buffer, body.x, body.y, " nothing presses", body.width.into(), self.theme.style(Role::Faint));
        } else if body.width >= WIDE {
            // What is late at the left, who has to act on it at the right.
            let (left, right): (Vec<&Section>, Vec<&Section>) = parts.into_iter().partition(|it| it.part.is_clock());
            let half = body.width / 2;
            self.draw_parts(buffer, Rect { width: half - 1, ..body }, &left);
            self.draw_parts(buffer, Rect { x: body.x + half, width: body.width - half, ..body }, &right);
        } else {
            self.draw_parts(buffer, body, &parts);
        }
    }

    fn draw_tier(&self, buffer: &mut Buffer, area: Rect, it: &TierCount) {
        let TierCount { tier, open, free, breached, at_risk, waiting } = it;
        let text = format!(
            " T{tier}  {open:>4} open  {free:>4} free  {breached:>3} breached  {at_risk:>3} at risk  {waiting:>3} to accept"
        );
        let role = if *breached > 0 { Role::AtRisk } else { Role::Plain };
        put(buffer, area.x, area.y, fit(&text, area.width.into()), area.width.into(), self.theme.style(role));
    }

    fn draw_parts(&self, buffer: &mut Buffer, area: Rect, parts: &[&Section]) {
        let needs: Vec<u16> = parts.iter().map(|it| it.lines.len() as u16).collect();
        let mut y = area.y;
        for (part, room) in parts.iter().zip(shares(&needs, area.height)) {
            if y >= area.bottom() {
                return;
            }
            let title = format!("{} {}", part.part.title(), part.count);
            let hidden = part.count.saturating_sub(room.into());
            let more = if hidden > 0 { format!("{hidden} more") } else { String::new() };
            let line = rule(&title, &more, area.width, &self.theme.glyphs);
            put(buffer, area.x, y, &line, area.width.into(), self.theme.style(Role::Faint));
            for line in part.lines.iter().take(room.into()) {
                y += 1;
                self.draw_line(buffer, Rect { y, height: 1, ..area }, line);
            }
            y += 1;
        }
    }

    fn draw_line(&self, buffer: &mut Buffer, area: Rect, it: &WallLine) {
        let time = match it.waited {
            Some(_) if it.late => (it.time(), Role::Breached),
            Some(_) => (it.time(), Role::Plain),
            None => (it.time(), clock(&it.clock).role),
        };
        let number = priority(it.priority);
        let owner = it.owner.as_deref().unwrap_or("-");
        let cells = [
            (pad(&number.text, 2), number.role),
            (pad(&time.0, 9), time.1),
            (pad(&it.name, 11), Role::Plain),
            (format!("T{}", it.tier), Role::Faint),
            (pad(owner, 9), Role::Faint),
            (it.title.clone(), Role::Plain),
        ];
        let mut x = area.x + 1;
        for (text, role) in cells {
            let room = usize::from(area.right().saturating_sub(x));
            put(buffer, x, area.y, fit(&text, room), room, self.theme.style(role));
            x = x.saturating_add(super::part::text::width(&text).min(room) as u16 + 1);
        }
    }
}

/// How many lines each part gets below its title: at first one each, then what is left in turn.
fn shares(needs: &[u16], height: u16) -> Vec<u16> {
    let mut left = height.saturating_sub(needs.len() as u16);
    let mut shares = vec![0; needs.len()];
    while left > 0 && shares.iter().zip(needs).any(|(share, need)| share < need) {
        for (share, need) in shares.iter_mut().zip(needs).filter(|(share, need)| **share < **need) {
            if left == 0 {
                break;
            }
            *share = (*share + 1).min(*need);
            left -= 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_share_the_height_and_no_line_is_left_over_while_one_needs_it() {
        for (needs, height, given) in [
            (&[3, 1][..], 10, &[3, 1][..]),
            (&[9, 1, 9], 10, &[3, 1, 3]),
            (&[9, 9], 2, &[0, 0]),
            (&[9, 9], 0, &[0, 0]),
            (&[5], 4, &[3]),
        ] {
            assert_eq!(shares(needs, height), given, "{needs:?} in {height}");
        }
    }
}
