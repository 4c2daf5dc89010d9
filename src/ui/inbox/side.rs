//! Beside a hand-off: who can take it, and what was escalated this week.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::query::escalations::taker::Taker;
use crate::app::query::escalations::week::Week;
use crate::ui::part::text::{fit, pad, put, sides, width};
use crate::ui::theme::{Role, Theme};

/// Most people and reasons that are told.
const PEOPLE: usize = 9;
const REASONS: usize = 5;
/// Cells of the longest bar.
const BAR: usize = 20;

/// One line beside the hand-off.
struct Line(String, Role);

/// Draws what fits.
pub fn draw(buffer: &mut Buffer, area: Rect, takers: &[Taker], week: &Week, me: &str, theme: &Theme) {
    let cells = usize::from(area.width);
    let mut lines = Vec::new();
    if !takers.is_empty() {
        lines.extend(people(takers, me, cells));
        lines.push(Line(String::new(), Role::Plain));
    }
    lines.extend(figures(week, cells, theme));
    for (Line(text, role), y) in lines.iter().zip(area.y..area.bottom()) {
        put(buffer, area.x, y, fit(text, cells), cells, theme.style(*role));
    }
}

/// The same in one line, for a screen without room beside the list.
pub fn load_line(takers: &[Taker], me: &str) -> String {
    let name = |it: &Taker| if it.user.login.as_str() == me { "you".to_owned() } else { it.user.login.to_string() };
    let loads: Vec<_> = takers.iter().take(4).map(|it| format!("{} {}", name(it), it.open)).collect();
    let first = takers.first().map(|it| format!("   Suggest: {}", name(it))).unwrap_or_default();
    format!("Load now: {}{first}", loads.join(", "))
}

fn people(takers: &[Taker], me: &str, cells: usize) -> Vec<Line> {
    let head = sides("Who can take it", "open  P1/P2  skill    ", cells);
    let mut lines = vec![Line(head, Role::Heading)];
    for (n, it) in takers.iter().take(PEOPLE).enumerate() {
        let who = if it.user.login.as_str() == me { "you" } else { it.user.login.as_str() };
        let tier = it.user.tier.map(|tier| format!("T{tier}")).unwrap_or_default();
        let skill = if it.rights { "ok" } else { "no rights" };
        let figures = format!("{:>4}  {:>5}  {skill:<9}", it.open, format!("{}/{}", it.p1, it.p2));
        let role = if it.rights { Role::Plain } else { Role::Faint };
        lines.push(Line(sides(&format!("  {} {who}  {tier}", n + 1), &figures, cells), role));
    }
    lines
}

fn figures(week: &Week, cells: usize, theme: &Theme) -> Vec<Line> {
    let most = week.days.iter().map(|day| day.proposed).max().unwrap_or(0);
    let mut lines = vec![Line(sides("Escalations this week", "accepted  returned ", cells), Role::Heading)];
    for day in &week.days {
        let bar = bar(day.proposed, most, theme);
        let left = format!("  {} {bar} {}", day.date.format("%a"), day.proposed);
        lines.push(Line(sides(&left, &format!("{:>8}  {:>8} ", day.accepted, day.returned), cells), Role::Plain));
    }
    let longest = week.reasons.iter().take(REASONS).map(|(reason, _)| width(reason)).max().unwrap_or(0);
    let most = week.reasons.first().map_or(0, |(_, n)| *n);
    if !week.reasons.is_empty() {
        lines.push(Line("Top reasons".to_owned(), Role::Heading));
    }
    for (reason, n) in week.reasons.iter().take(REASONS) {
        lines.push(Line(format!("  {} {n:>3}  {}", pad(reason, longest), bar(*n, most, theme)), Role::Plain));
    }
    lines
}

fn bar(n: u32, most: u32, theme: &Theme) -> String {
    theme.glyphs.bar.repeat((n as usize * BAR).div_ceil(most.max(1) as usize).min(BAR))
}
