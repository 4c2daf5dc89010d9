//! `tierdesk restore`: a checked backup becomes the store.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::shell::Shell;
use crate::app::{Desk, Error, Identity, wall_clock};
use crate::domain::refusal::Code;
use crate::domain::role::Role;
use crate::store::{Store, StoreError};

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
        let identity = shell.identity()?;
        if path.exists() {
            may_replace(&path, &identity)?;
        }
        Store::restore(&self.file, &path, identity.account.as_str(), wall_clock())?;
        let (from, to) = (self.file.display().to_string(), path.display().to_string());
        if shell.out.is_json() {
            shell.out.json(&json!({ "file": from, "store": to }))?;
        } else {
            shell.out.text(&format!("{to} is now what {from} holds; the former store is kept beside it"))?;
        }
        Ok(Status::Done)
    }
}

/// Supervisors and admins only, as far as the store in place can still say who is one.
fn may_replace(path: &Path, identity: &Identity) -> Result<(), Failure> {
    match Desk::open(path, identity, Box::new(wall_clock)) {
        Ok(desk) if desk.person().is(Role::Supervisor) || desk.person().is(Role::Admin) => Ok(()),
        Ok(desk) => {
            let why = format!("{} may not replace the store; it takes a supervisor or an admin", desk.person().login);
            Err(Code::NotPermitted.because(why).into())
        }
        Err(Error::Store(StoreError::Damaged { .. } | StoreError::Foreign { .. })) => Ok(()),
        Err(other) => Err(other.into()),
    }
}
