//! `tierdesk config`: how the console looks and behaves for you, and which file says so.

use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::Shell;
use crate::app::config::InForce;

/// Show the settings of the console that are in force, and where each comes from
#[derive(Debug, Args)]
pub struct Config {}

impl Config {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
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
            let value = if bare { it.value.clone() } else { format!("{:?}", it.value) };
            let from = from(&it).unwrap_or_else(|| "default".to_owned());
            shell.out.text(&format!("{}# {from}", cell(&format!("{} = {value}", it.key), 28)))?;
        }
        Ok(Status::Done)
    }
}
