//! `tierdesk watch`: a wall for a spare pane; lines of text where there is no full screen. It never writes.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::{AsOf, Shell};
use super::word;
use crate::app::Desk;
use crate::app::query::json::instant;
use crate::app::query::wall::{Part, TierCount, Wall, WallLine};
use crate::domain::role::Tier;

/// Most lines of one part in a text.
const LINES: u32 = 20;
/// How often lines of text look whether something changed.
const LOOK: Duration = Duration::from_millis(250);

/// Keep what presses in sight: breached, at risk, escalations that wait, major incidents, P1; q leaves
#[derive(Debug, Args)]
pub struct Watch {
    /// Of this tier only; may be given several times
    #[arg(long, value_name = "TIER", value_parser = word::tier)]
    tier: Vec<Tier>,
    /// Print it once and end
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    at: AsOf,
}

impl Watch {
    pub fn run(&self, shell: &Shell<'_>) -> Result<ExitCode, Failure> {
        let desk = shell.desk_to_read(self.at.now)?;
        let tiers = if self.tier.is_empty() { desk.inbox_tiers() } else { self.tier.clone() };
        if shell.out.is_json() {
            shell.out.json(&document(&desk.wall(&tiers, LINES)?))?;
            return Ok(Status::Done.into());
        }
        if self.once {
            tell(&desk.wall(&tiers, LINES)?, shell)?;
            return Ok(Status::Done.into());
        }
        if shell.global.plain || !(shell.screens.usable)() {
            return follow(desk, &tiers, shell);
        }
        Ok((shell.screens.watch)(desk, shell.look(None)?, tiers)?)
    }
}

/// All of it as text.
fn tell(wall: &Wall, shell: &Shell<'_>) -> Result<(), Failure> {
    for it in &wall.tiers {
        shell.out.text(&tier_line(it))?;
    }
    for section in wall.sections.iter().filter(|section| section.count > 0) {
        shell.out.text("")?;
        shell.out.text(&format!("{} {}", section.part.title(), section.count))?;
        for line in &section.lines {
            shell.out.text(&format!("  {}", text_of(line)))?;
        }
    }
    Ok(())
}

/// Prints it once, then a line for each record that comes into a part or leaves it. Time alone prints nothing else.
fn follow(mut desk: Desk, tiers: &[Tier], shell: &Shell<'_>) -> Result<ExitCode, Failure> {
    let mut wall = desk.wall(tiers, LINES)?;
    tell(&wall, shell)?;
    let mut shown = standing(&wall);
    loop {
        sleep(LOOK);
        let due = wall.next.is_some_and(|next| desk.now() >= next);
        if !desk.changed()? && !due {
            continue;
        }
        wall = desk.wall(tiers, LINES)?;
        let stands = standing(&wall);
        for (key, line) in stands.iter().filter(|(key, _)| !shown.contains_key(*key)) {
            shell.out.text(&format!("+ {}: {line}", key.0.title()))?;
        }
        for (key, line) in shown.iter().filter(|(key, _)| !stands.contains_key(*key)) {
            shell.out.text(&format!("- {}: {line}", key.0.title()))?;
        }
        shown = stands;
    }
}

/// What stands where.
fn standing(wall: &Wall) -> BTreeMap<(Part, String), String> {
    let lines = wall.sections.iter().flat_map(|it| it.lines.iter().map(|line| (it.part, line)));
    lines.map(|(part, line)| ((part, line.name.clone()), text_of(line))).collect()
}

fn tier_line(it: &TierCount) -> String {
    let TierCount { tier, open, free, breached, at_risk, waiting } = it;
    format!("tier {tier}: {open} open, {free} free, {breached} breached, {at_risk} at risk, {waiting} to accept")
}

fn text_of(it: &WallLine) -> String {
    let owner = it.owner.as_deref().unwrap_or("-");
    let head = format!("{} {} T{}", cell(&it.name, 10), it.priority, it.tier);
    format!("{head} {} {} {}", cell(&it.time(), 9), cell(owner, 9), cell(&it.title, 38).trim_end())
}

fn document(wall: &Wall) -> Value {
    let line = |it: &WallLine| {
        json!({
            "record": it.name, "title": it.title, "priority": it.priority.n(), "tier": it.tier, "assignee": it.owner,
            "sla": it.clock.sla, "due_at": instant(it.clock.due_at), "left_s": it.clock.left,
            "waited_s": it.waited, "overdue": it.late,
        })
    };
    let tier = |it: &TierCount| {
        json!({
            "tier": it.tier, "open": it.open, "free": it.free, "breached": it.breached, "at_risk": it.at_risk,
            "to_accept": it.waiting,
        })
    };
    let mut out = json!({
        "now": instant(Some(wall.now)),
        "changes_at": instant(wall.next),
        "tiers": wall.tiers.iter().map(tier).collect::<Vec<_>>(),
    });
    for section in &wall.sections {
        let lines: Vec<_> = section.lines.iter().map(line).collect();
        out[section.part.word()] = json!({ "count": section.count, "records": lines });
    }
    out
}
