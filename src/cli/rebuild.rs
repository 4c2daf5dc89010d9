//! `tierdesk rebuild`: make every view again from the journal.

use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::print::progress;
use super::shell::Shell;
use crate::store::rebuild;

/// Make every view again from the journal
#[derive(Debug, Args)]
pub struct Rebuild {}

impl Rebuild {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let bar = progress("events folded", 0);
        let mut events = 0;
        rebuild::rebuild(desk.store_mut(), |at| {
            events = at.done;
            bar.set_length(at.total);
            bar.set_position(at.done);
        })?;
        bar.finish_and_clear();
        if shell.out.is_json() {
            shell.out.json(&json!({ "events": events }))?;
        } else {
            shell.out.text(&format!("folded {events} events into the views"))?;
        }
        Ok(Status::Done)
    }
}
