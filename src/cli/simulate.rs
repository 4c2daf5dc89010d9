//! `tierdesk policy simulate`: what another policy would have breached and escalated over the recorded history.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde_json::{Map, Value, json};

use super::exit::{Failure, Status};
use super::init::read_policy;
use super::print::progress;
use super::shell::Shell;
use crate::app::simulate::Simulation;
use crate::domain::clock::ClockKind;
use crate::domain::filter::day::midnight;
use crate::domain::refusal::Code;
use crate::domain::replay::{Outcome, silent};
use crate::domain::time::Instant;
use crate::domain::trigger::{RULES, Trigger};

/// Tickets that are listed by name unless more are asked for.
const LISTED: usize = 20;

/// Replay the recorded history under another policy
#[derive(Debug, Args)]
pub struct Simulate {
    /// The other policy, laid over the shipped one
    file: PathBuf,
    /// First day on which the tickets were opened
    #[arg(long)]
    from: NaiveDate,
    /// Last day on which the tickets were opened
    #[arg(long)]
    to: NaiveDate,
    /// How many differing tickets are named
    #[arg(long, default_value_t = LISTED)]
    limit: usize,
}

impl Simulate {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let other = read_policy(&self.file)?;
        if self.to < self.from {
            let refusal = Code::TextInvalid.because(format!("--to {} lies before --from {}", self.to, self.from));
            return Err(refusal.into());
        }
        let desk = shell.desk()?;
        let zone = desk.policy().zone;
        let [from, until] =
            [Some(self.from), self.to.succ_opt()].map(|day| day.map_or(Instant(i64::MAX), |day| midnight(day, &zone)));
        let bar = progress("replaying", 0);
        let simulation = desk.simulate(&other, from, until, |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })?;
        bar.finish_and_clear();
        let name = self.file.display().to_string();
        if shell.out.is_json() {
            shell.out.json(&self.json(&simulation))?;
        } else {
            shell.out.text(&self.text(&simulation, &name))?;
        }
        Ok(if simulation.tickets == 0 { Status::Nothing } else { Status::Done })
    }

    fn text(&self, it: &Simulation, name: &str) -> String {
        let mut out = format!("{} tickets opened from {} to {}\n\n", it.tickets, self.from, self.to);
        out.push_str(&row("missed", &["recorded", "in force", "proposed", "newly", "no longer"].map(str::to_owned)));
        for kind in ClockKind::ALL {
            let missed = [&it.recorded, &it.now, &it.other].map(|outcome| of(outcome, *kind));
            let (newly, no_longer) = it.turned(*kind);
            let [recorded, now, other] = missed;
            out.push_str(&row(kind.name(), &[recorded, now, other, newly.to_string(), no_longer.to_string()]));
        }
        out.push('\n');
        out.push_str(&row("rules that fired", &["recorded", "in force", "proposed"].map(str::to_owned)));
        for rule in fired(it) {
            let count = |outcome: &Outcome| outcome.rules.get(&rule).copied().unwrap_or(0).to_string();
            let judged = |outcome: &Outcome| if silent().contains(&rule) { "-".to_owned() } else { count(outcome) };
            let label = format!("{} {}", rule, rule.rule().name);
            out.push_str(&row(&label, &[count(&it.recorded), judged(&it.now), judged(&it.other)]));
        }
        let unjudged: Vec<_> = silent().iter().map(|rule| rule.word()).collect();
        out.push_str(&format!("\nNot judged here (other records or other data): {}\n", unjudged.join(" ")));
        out.push_str(&format!("The course of the work is taken as it was. Proposed: {name}\n"));
        for (ticket, now, other) in it.differing.iter().take(self.limit) {
            out.push_str(&format!("  {ticket}: {}\n", difference(now, other)));
        }
        if it.differing.len() > self.limit {
            out.push_str(&format!("  and {} more; --limit shows them\n", it.differing.len() - self.limit));
        }
        out.trim_end().to_owned()
    }

    fn json(&self, it: &Simulation) -> Value {
        let differing = it.differing.iter().map(
            |(ticket, now, other)| json!({ "number": ticket, "in_force": outcome(now), "proposed": outcome(other) }),
        );
        json!({
            "from": self.from.to_string(), "to": self.to.to_string(), "tickets": it.tickets,
            "recorded": outcome(&it.recorded), "in_force": outcome(&it.now), "proposed": outcome(&it.other),
            "not_judged": silent(),
            "differing": differing.collect::<Vec<_>>(),
        })
    }
}

/// A line of the table, within 80 columns.
fn row(label: &str, cells: &[String]) -> String {
    let cells: String = cells.iter().map(|cell| format!("{cell:>11}")).collect();
    format!("{label:<24}{cells}\n")
}

/// `12 of 340`.
fn of(outcome: &Outcome, kind: ClockKind) -> String {
    let (started, missed) = outcome.clocks.get(&kind).copied().unwrap_or_default();
    format!("{missed}/{started}")
}

/// The rules that fired under any of the three, in order.
fn fired(it: &Simulation) -> impl Iterator<Item = Trigger> {
    RULES
        .iter()
        .map(|rule| rule.id)
        .filter(move |id| [&it.recorded, &it.now, &it.other].iter().any(|outcome| outcome.rules.contains_key(id)))
}

/// What is different, in words.
fn difference(now: &Outcome, other: &Outcome) -> String {
    let clocks = ClockKind::ALL.iter().filter_map(|kind| match (now.missed(*kind), other.missed(*kind)) {
        (was, would) if was == would => None,
        (0, _) => Some(format!("{} missed", kind.name())),
        (_, 0) => Some(format!("{} met", kind.name())),
        (was, would) => Some(format!("{} missed {would} times, not {was}", kind.name())),
    });
    let rules = RULES.iter().map(|rule| rule.id).filter_map(|id| match (now.rules.get(&id), other.rules.get(&id)) {
        (was, would) if was == would => None,
        (None, Some(_)) => Some(format!("+{id}")),
        (Some(_), None) => Some(format!("-{id}")),
        (Some(was), Some(would)) => Some(format!("{id} {would} times, not {was}")),
        (None, None) => None,
    });
    let all: Vec<_> = clocks.chain(rules).collect();
    if all.is_empty() { "other clocks were started".to_owned() } else { all.join(", ") }
}

fn outcome(it: &Outcome) -> Value {
    let clocks = it
        .clocks
        .iter()
        .map(|(kind, (started, missed))| (kind.word().to_owned(), json!({ "started": started, "missed": missed })));
    let rules = it.rules.iter().map(|(rule, n)| (rule.word().to_owned(), json!(n)));
    json!({ "clocks": clocks.collect::<Map<_, _>>(), "rules": rules.collect::<Map<_, _>>() })
}
