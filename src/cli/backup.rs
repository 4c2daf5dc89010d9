//! `tierdesk backup`: a checked copy of the store while others work in it.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::print::progress;
use super::shell::Shell;
use crate::domain::refusal::Code;

/// Copy the store to a file, and check the copy; others may go on working
#[derive(Debug, Args)]
pub struct Backup {
    file: PathBuf,
}

impl Backup {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk()?;
        if self.file.exists() {
            let refusal = Code::IllegalTransition.because(format!("{} exists already", self.file.display()));
            return Err(refusal.hint("name another file").into());
        }
        let bar = progress("pages copied", 0);
        desk.store().backup(&self.file, |done, total| {
            bar.set_length(total.unsigned_abs().into());
            bar.set_position(done.unsigned_abs().into());
        })?;
        bar.finish_and_clear();
        let file = self.file.display().to_string();
        if shell.out.is_json() {
            let bytes = std::fs::metadata(&self.file).map(|meta| meta.len()).ok();
            shell.out.json(&json!({ "file": file, "bytes": bytes, "checked": true }))?;
        } else {
            shell.out.text(&format!("copied to {file} and checked"))?;
        }
        Ok(Status::Done)
    }
}
