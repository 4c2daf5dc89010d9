//! `tierdesk init`: make a store.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::file;
use super::shell::Shell;
use crate::app::{Desk, Identity, home, wall_clock};
use crate::domain::number::SiteCode;
use crate::domain::policy::{self, Policy};
use crate::domain::refusal::Code;
use crate::store::New;

/// Make a store, with yourself as supervisor, technician and admin
#[derive(Debug, Args)]
pub struct Init {
    /// Code of a further site of the desk, inside its numbers: INC-OSL-42
    #[arg(long, value_name = "CODE", value_parser = |text: &str| SiteCode::new(text))]
    site: Option<SiteCode>,
    /// The policy to work under, laid over the shipped one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Several accounts of this host share it through a group
    #[arg(long)]
    shared: bool,
}

impl Init {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let path = shell.path()?;
        if path.exists() {
            let refusal = Code::IllegalTransition.because(format!("{} exists already", path.display()));
            return Err(refusal.hint("name another file with --store, or move this one away").into());
        }
        let policy = self.policy.as_deref().map(read_policy).transpose()?.unwrap_or_else(home::policy_of_this_host);
        let new = New { code: self.site.clone().unwrap_or_default(), shared: self.shared, demo: false };
        let identity = Identity { account: home::account()?, acting_as: None };
        let desk = Desk::create(&path, &new, Some(policy), &identity, Box::new(wall_clock))?;
        let login = &desk.person().login;
        if shell.out.is_json() {
            shell.out.json(&json!({
                "store": path.display().to_string(), "id": desk.store().id().to_string(),
                "site": new.code.as_str(), "user": login.as_str(),
            }))?;
        } else {
            let zone = desk.policy().zone;
            let made = format!("made {}; {login} is its technician, supervisor and admin", path.display());
            shell.out.text(&format!("{made}\nits times are those of {zone}; `tierdesk policy` changes that"))?;
        }
        Ok(Status::Done)
    }
}

/// A policy file, or every mistake in it.
pub fn read_policy(path: &Path) -> Result<Policy, Failure> {
    let name = path.display().to_string();
    let text = file::text(path)?;
    Ok(Policy::parse(&text, &name).map_err(|errors| policy::refusal(&errors))?)
}
