//! `tierdesk sla explain`: why the clocks of a record stand where they stand, span by span.

use clap::Args;

use crate::app::query::sla::{Told, Why, json};
use crate::cli::exit::{Failure, Status};
use crate::cli::print::Out;
use crate::cli::shell::{AsOf, Shell};
use crate::cli::word;
use crate::domain::clock::ClockKind;

/// Why the clocks of a record stand where they stand
///
/// Ends with status 1 if the record has no such clock.
#[derive(Debug, Args)]
pub struct Explain {
    /// Record number, like INC-42
    number: String,
    /// One kind of clock
    #[arg(value_parser = word::clock())]
    clock: Option<ClockKind>,
    /// What the due times would become if it were held, escalated, answered, or more or less urgent
    #[arg(long)]
    what_if: bool,
    #[command(flatten)]
    at: AsOf,
}

impl Explain {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk_at(self.at.now)?;
        let agg = desk.find_text(&self.number)?;
        let why = match self.at.now {
            Some(at) => desk.why_at(agg, at)?,
            None => desk.why(agg)?,
        };
        let known = why.clocks.iter().any(|told| self.wants(told));
        if shell.out.is_json() {
            shell.out.json(&json::why(&why, self.clock, self.what_if))?;
        } else {
            self.tell(&why, shell.out)?;
        }
        Ok(if known { Status::Done } else { Status::Nothing })
    }

    fn wants(&self, told: &Told) -> bool {
        self.clock.is_none_or(|kind| told.clock.kind == kind)
    }

    fn tell(&self, why: &Why, out: Out) -> Result<(), Failure> {
        out.folded(0, &format!("{}  {}", why.name, why.title))?;
        out.folded(0, &why.times())?;
        // Who asks for updates wants them all.
        let shown: Vec<&Told> = match self.clock {
            Some(ClockKind::Update) => why.clocks.iter().filter(|told| self.wants(told)).collect(),
            _ => why.shown().into_iter().filter(|told| self.wants(told)).collect(),
        };
        if shown.is_empty() {
            return out.text("There is no such clock.");
        }
        out.text("")?;
        shown.iter().try_for_each(|told| out.hanging("", 2, &why.answer(told)))?;
        for told in &shown {
            out.text(&format!("\n{}", told.name()))?;
            let cells = told.lines.iter().map(|line| why.at(line.at).len()).max().unwrap_or(0) + 2;
            for line in &told.lines {
                out.hanging(&format!("  {}", why.at(line.at)), cells + 2, &why.line(line))?;
            }
        }
        if self.what_if {
            out.text("\nWhat if it were done now")?;
            if why.ifs.is_empty() {
                out.text("  Nothing moves the clocks of a record that has ended.")?;
            }
            for (deed, outcome) in why.what_if() {
                out.folded(2, &deed)?;
                out.folded(6, &outcome)?;
            }
        }
        Ok(())
    }
}
