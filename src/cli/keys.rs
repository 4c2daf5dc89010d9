//! `tierdesk keys`: the keys of the console.

use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::Shell;

/// List the keys of the console
#[derive(Debug, Args)]
pub struct Keys {
    /// Only those whose name or help has this word
    word: Option<String>,
}

impl Keys {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let wanted = self.word.as_deref().unwrap_or_default().to_lowercase();
        let mut keys = (shell.screens.keys)();
        keys.retain(|key| key.action.contains(&wanted) || key.does.to_lowercase().contains(&wanted));
        if shell.out.is_json() {
            let line = |key: &super::Key| json!({ "context": key.context, "action": key.action, "keys": key.keys, "does": key.does });
            shell.out.list(keys.iter().map(line).collect())?;
        } else {
            let mut context = "";
            for key in &keys {
                if key.context != context {
                    context = &key.context;
                    shell.out.text(&format!("[{context}]"))?;
                }
                let line =
                    format!("  {} {} {}", cell(&key.keys.join(" "), 18), cell(&key.action, 16), cell(&key.does, 42));
                shell.out.text(line.trim_end())?;
            }
        }
        Ok(if keys.is_empty() { Status::Nothing } else { Status::Done })
    }
}
