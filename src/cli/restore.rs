//! `tierdesk restore`: a checked backup becomes the store.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::shell::Shell;
use crate::app::wall_clock;
use crate::domain::refusal::Code;
use crate::store::Store;

/// Put a checked backup in place of the store; the former one is kept beside it
#[derive(Debug, Args)]
pub struct Restore {
    file: PathBuf,
}

impl Restore {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let path = shell.path()?;
        if !self.file.exists() {
            return Err(Code::NotFound.because(format!("there is no file {}", self.file.display())).into());
        }
        let account = shell.identity()?.account;
        Store::restore(&self.file, &path, account.as_str(), wall_clock())?;
        let (from, to) = (self.file.display().to_string(), path.display().to_string());
        if shell.out.is_json() {
            shell.out.json(&json!({ "file": from, "store": to }))?;
        } else {
            shell.out.text(&format!("{to} is now what {from} holds; the former store is kept beside it"))?;
        }
        Ok(Status::Done)
    }
}
