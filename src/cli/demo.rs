//! `tierdesk demo`: a throw-away desk with a made-up but believable month in it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::exit::{Failure, Status};
use super::print::progress;
use super::shell::Shell;
use crate::app::demo::{self, Options, Told, VISITOR};
use crate::app::{Desk, Identity, home, wall_clock};
use crate::domain::refusal::Code;
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// Open a throw-away desk with a made-up but believable month in it
///
/// It is gone when the console closes. Act as any of its people: ann, bob, eva and farid work in tier 1, carl, carla
/// and dmitri in tier 2, grace in tier 3; sup.dana and sup.omar supervise.
#[derive(Debug, Args)]
pub struct Demo {
    /// The same seed tells the same month
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// How many days back it reaches
    #[arg(long, default_value_t = 30, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3_660))]
    days: u32,
    /// How many tickets, open and closed
    #[arg(long, default_value_t = 120, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    tickets: u32,
    /// Write the store to FILE instead, with yourself as supervisor, technician and admin
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

impl Demo {
    pub fn run(&self, shell: &Shell<'_>) -> Result<ExitCode, Failure> {
        match &self.to {
            Some(path) => self.write(path, shell),
            None => self.open(shell),
        }
    }

    fn write(&self, path: &Path, shell: &Shell<'_>) -> Result<ExitCode, Failure> {
        if path.exists() {
            let refusal = Code::IllegalTransition.because(format!("{} exists already", path.display()));
            return Err(refusal.hint("name another file").into());
        }
        let owner = home::account()?;
        let told = self.make(path, Some(&owner))?;
        if shell.out.is_json() {
            let path = path.display().to_string();
            shell.out.json(&json!({ "store": path, "tickets": told.tickets, "seed": self.seed }))?;
        } else {
            let path = path.display();
            shell
                .out
                .text(&format!("made {path} with {} tickets; `tierdesk --store {path}` opens it", told.tickets))?;
        }
        Ok(Status::Done.into())
    }

    /// The store lies in a folder of its own that goes with it.
    fn open(&self, shell: &Shell<'_>) -> Result<ExitCode, Failure> {
        let folder =
            tempfile::Builder::new().prefix("tierdesk-demo-").tempdir().context("making a folder for the demo")?;
        let path = folder.path().join("desk.db");
        self.make(&path, None)?;
        let acting_as = shell.identity()?.acting_as.map_or_else(|| Login::new(VISITOR), Ok)?;
        let identity = Identity { account: home::account()?, acting_as: Some(acting_as) };
        let desk = Desk::open(&path, &identity, Box::new(wall_clock))?;
        let notice = format!("a made-up desk that is gone when you leave; you are {}", desk.person().login);
        Ok((shell.screens.open)(desk, shell.look(Some(notice))?)?)
    }

    fn make(&self, path: &Path, owner: Option<&Login>) -> Result<Told, Failure> {
        let options = Options { seed: self.seed, days: self.days, tickets: self.tickets };
        let bar = progress("telling steps", 0);
        let now = Instant::from_millis(wall_clock());
        let told = demo::make(path, owner, &options, now, |at| {
            bar.set_length(at.total as u64);
            bar.set_position(at.done as u64);
        })?;
        bar.finish_and_clear();
        Ok(told)
    }
}
