//! `tierdesk policy`: check a policy file, show what is in force, put another one in force.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::exit::{Failure, Status};
use super::init::read_policy;
use super::shell::Shell;
use super::{shifts, simulate};
use crate::domain::text::cut;

/// Check, show or replace the settings of the desk
#[derive(Debug, Args)]
pub struct Policy {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every mistake of a policy file at once, with its line and key
    Check {
        file: PathBuf,
    },
    /// Every setting in force
    Show,
    Simulate(simulate::Simulate),
    /// Put a policy file in force, laid over the shipped one; an admin's
    ///
    /// Clocks of open tickets follow at once: targets and calendars as the new policy has them from now on, the time
    /// that was used stays used. What changes on them is listed.
    Set {
        file: PathBuf,
        /// Tell what would change on open tickets and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

impl Policy {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            What::Check { file } => {
                let policy = read_policy(file)?;
                if shell.out.is_json() {
                    shell.out.json(
                        &json!({ "file": file.display().to_string(), "valid": true, "sha256": hex(&policy.hash()) }),
                    )?;
                } else {
                    shell.out.text(&format!("{} is a valid policy", file.display()))?;
                }
                Ok(Status::Done)
            }
            What::Show => {
                let desk = shell.desk()?;
                let policy = desk.policy();
                if shell.out.is_json() {
                    shell.out.json(&json!({ "sha256": hex(&policy.hash()), "text": policy.text() }))?;
                } else {
                    shell.out.text(policy.text().trim_end())?;
                }
                Ok(Status::Done)
            }
            What::Simulate(it) => it.run(shell),
            What::Set { file, dry_run } => {
                let policy = read_policy(file)?;
                if !shell.out.is_json() {
                    shell.out.text(&settings(shell.desk()?.policy().text(), policy.text()))?;
                }
                if *dry_run {
                    let changes = shell.desk()?.shifts_under(policy)?;
                    if shell.out.is_json() {
                        shell.out.json(&json!({ "dry_run": true, "clocks": shifts::json(&changes) }))?;
                    } else {
                        shifts::tell(&changes, true, shell.out)?;
                    }
                    return Ok(Status::Done);
                }
                let mut desk = shell.desk_to_write()?;
                let receipt = desk.put_policy(policy, None)?;
                let changes = shifts::apply(&mut desk)?;
                shifts::tell_with(&receipt, &changes, shell.out)
            }
        }
    }
}

/// Longest part of a setting that is shown.
const SHOWN: usize = 70;

/// The settings that another policy changes: a file replaces the whole policy, so what it does not name goes back to
/// what is shipped, and nobody should find that out later.
fn settings(old: &str, new: &str) -> String {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (old, new) = (lines(old), lines(new));
    let gone = old.difference(&new).map(|line| format!("  - {}", cut(line, SHOWN)));
    let come = new.difference(&old).map(|line| format!("  + {}", cut(line, SHOWN)));
    let all: Vec<_> = gone.chain(come).collect();
    match all.len() {
        0 => "no setting changes".to_owned(),
        _ => format!("settings that change (the file is laid over the shipped policy):\n{}", all.join("\n")),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
