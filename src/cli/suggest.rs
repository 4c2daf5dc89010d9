//! `tierdesk suggest`: what may help with a record, or with what a caller says.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use crate::app::query::json;
use crate::app::query::suggest::{Suggestions, why};

/// Cells before the lines of a suggestion.
const INDENT: usize = 13;

/// Suggest what may help: known errors and resolved tickets like this one, and why they are held to be alike
#[derive(Debug, Args)]
pub struct Suggest {
    /// Record number, like INC-42
    #[arg(required_unless_present = "text", conflicts_with = "text")]
    number: Option<String>,
    /// What the caller says
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

impl Suggest {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk()?;
        let found = match (&self.number, &self.text) {
            (Some(number), _) => desk.suggest(desk.find_text(number)?)?,
            (None, text) => desk.suggest_for(text.as_deref().unwrap_or_default())?,
        };
        if shell.out.is_json() {
            shell.out.json(&json::suggestions(&found))?;
        } else {
            print(&found, shell)?;
        }
        Ok(if found.is_empty() { Status::Nothing } else { Status::Done })
    }
}

fn print(found: &Suggestions, shell: &Shell<'_>) -> Result<(), Failure> {
    let out = shell.out;
    for it in &found.problems {
        out.hanging(&it.name, INDENT, &it.title)?;
        let state = it.state.word().replace('_', " ");
        out.folded(INDENT, &format!("{state}, {} linked: {}", it.linked, why(it.tie, &it.words)))?;
        if let Some(workaround) = &it.workaround {
            out.folded(INDENT, &format!("from tier {}: {workaround}", it.workaround_min_tier))?;
        }
    }
    for it in &found.tickets {
        out.hanging(&it.name, INDENT, &it.title)?;
        out.folded(INDENT, &format!("{}: {}", it.state, why(it.tie, &it.words)))?;
        if let Some(note) = &it.resolution_note {
            out.folded(INDENT, note)?;
        }
    }
    Ok(())
}
