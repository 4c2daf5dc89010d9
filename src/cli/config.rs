//! `tierdesk config`: how the console looks and behaves for you, which file says so, and what is wrong with the files.

use clap::{Args, Subcommand};
use serde_json::json;

use super::Complaint;
use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::Shell;
use crate::app::config::InForce;

/// Show the settings of the console that are in force, and where each comes from
#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum What {
    /// Show what is in force; the same as no word
    Show,
    /// Check settings, keys and looks; every mistake with its file and line
    Check,
}

impl Config {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match self.what {
            Some(What::Check) => check(shell),
            Some(What::Show) | None => show(shell),
        }
    }
}

fn show(shell: &Shell<'_>) -> Result<Status, Failure> {
    let config = shell.config()?;
    for warning in &config.warnings {
        eprintln!("tierdesk: {warning}");
    }
    let from = |it: &InForce| it.from.as_ref().map(|(file, line)| format!("{}:{line}", file.display()));
    if shell.out.is_json() {
        let one = |it: InForce| json!({ "key": it.key, "value": it.value, "from": from(&it) });
        shell.out.list(config.in_force().map(one).collect())?;
        return Ok(Status::Done);
    }
    shell.out.text("[ui]")?;
    for it in config.in_force() {
        let bare = matches!(it.value.as_str(), "true" | "false") || it.value.parse::<u64>().is_ok();
        let bare = bare || it.value.starts_with('[');
        let value = if bare { it.value.clone() } else { format!("{:?}", it.value) };
        let from = from(&it).unwrap_or_else(|| "default".to_owned());
        shell.out.text(&format!("{}# {from}", cell(&format!("{} = {value}", it.key), 28)))?;
    }
    Ok(Status::Done)
}

/// Errors end in the status of invalid input; what is only unknown does not.
fn check(shell: &Shell<'_>) -> Result<Status, Failure> {
    let config = shell.config()?;
    let own = config.warnings.iter().map(|it| Complaint {
        wrong: it.wrong,
        file: it.file.clone(),
        line: Some(it.line),
        message: it.message.clone(),
    });
    let mut all: Vec<Complaint> = own.chain((shell.screens.check)(&config)).collect();
    all.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    let wrong = all.iter().filter(|it| it.wrong).count();
    let level = |it: &Complaint| if it.wrong { "error" } else { "warning" };
    if shell.out.is_json() {
        let one =
            |it: &Complaint| json!({ "level": level(it), "file": it.file, "line": it.line, "message": it.message });
        shell.out.list(all.iter().map(one).collect())?;
    } else {
        for it in &all {
            let line = it.line.map(|line| format!(":{line}")).unwrap_or_default();
            shell.out.text(&format!("{}{line}: {}: {}", it.file.display(), level(it), it.message))?;
        }
        shell.out.text(&match (wrong, all.len() - wrong) {
            (0, 0) => "nothing is wrong".to_owned(),
            (wrong, unknown) => format!("{wrong} errors, {unknown} warnings"),
        })?;
    }
    Ok(if wrong > 0 { Status::Input } else { Status::Done })
}
