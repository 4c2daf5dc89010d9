//! `tierdesk verify`: does the store hold what it should?

use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::print::progress;
use super::shell::Shell;

/// Check the journal's chain, and every view against the journal
#[derive(Debug, Args)]
pub struct Verify {}

impl Verify {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk()?;
        let bar = progress("events checked", u64::try_from(desk.store().last_pos()?).unwrap_or(0));
        let report = desk.store().verify(|events| bar.set_position(events))?;
        bar.finish_and_clear();
        if shell.out.is_json() {
            shell.out.json(&json!({
                "events": report.events, "aggregates": report.aggregates, "findings": report.findings,
            }))?;
        } else {
            for finding in &report.findings {
                shell.out.folded(0, finding)?;
            }
            let found = if report.is_clean() {
                "no differences".to_owned()
            } else {
                format!("{} differences", report.findings.len())
            };
            shell.out.text(&format!("{} events of {} records checked: {found}", report.events, report.aggregates))?;
        }
        Ok(if report.is_clean() { Status::Done } else { Status::Nothing })
    }
}
