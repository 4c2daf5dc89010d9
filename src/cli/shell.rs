//! The desk that a command works at: which store, as whom, at what time.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::exit::Failure;
use super::print::Out;
use super::{Global, Look, Screens};
use crate::app::config::Config;
use crate::app::ready::Ready;
use crate::app::{Desk, Error, Identity, home, wall_clock};
use crate::domain::number::SiteCode;
use crate::domain::text::Login;
use crate::domain::time::Instant;
use crate::store::{New, StoreError};

/// For commands that only read: what they would show at another time.
#[derive(Debug, Clone, Copy, Args)]
pub struct AsOf {
    /// What it would show at that time
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<Instant>,
}

/// The surroundings of a command.
pub struct Shell<'a> {
    pub global: Global,
    pub out: Out,
    pub screens: &'a Screens,
}

impl Shell<'_> {
    /// The store's place: as named, else the person's own, else the host's.
    pub fn path(&self) -> Result<PathBuf, Failure> {
        match &self.global.store {
            Some(path) => Ok(path.clone()),
            None => Ok(home::default_store()?),
        }
    }

    pub fn identity(&self) -> Result<Identity, Failure> {
        let acting_as = self.global.acting_as.as_deref().map(Login::new).transpose()?;
        Ok(Identity { account: home::account()?, acting_as })
    }

    /// The desk of an existing store. Reading never makes one.
    pub fn desk(&self) -> Result<Desk, Failure> {
        let mut desk = Desk::open(&self.path()?, &self.identity()?, Box::new(wall_clock))?;
        match desk.catch_up() {
            // What is due stays due; whoever only reads need not wait for a writer or for room on the disk.
            Ok(_) | Err(Error::Store(StoreError::Busy { .. } | StoreError::Full)) => Ok(desk),
            Err(fault) => Err(fault.into()),
        }
    }

    /// The desk of an existing store, as of an instant or now, without so much as applying what is due.
    pub fn desk_to_read(&self, now: Option<Instant>) -> Result<Desk, Failure> {
        match now {
            Some(_) => self.desk_at(now),
            None => Ok(Desk::open(&self.path()?, &self.identity()?, Box::new(wall_clock))?),
        }
    }

    /// The desk as of an instant, for commands that only read; now if there is none.
    pub fn desk_at(&self, now: Option<Instant>) -> Result<Desk, Failure> {
        let Some(now) = now else { return self.desk() };
        let ms = now.0.saturating_mul(1_000);
        Ok(Desk::open(&self.path()?, &self.identity()?, Box::new(move || ms))?)
    }

    /// The desk of the store, which is made on first use; then the second value says so.
    pub fn desk_or_new(&self) -> Result<(Desk, Option<String>), Failure> {
        let path = self.path()?;
        if path.exists() {
            return Ok((self.desk()?, None));
        }
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let identity = self.identity()?;
        let owner = Identity { acting_as: None, ..identity.clone() };
        let mut desk = Desk::create(&path, &new, Some(home::policy_of_this_host()), &owner, Box::new(wall_clock))?;
        if let Some(login) = &identity.acting_as {
            desk.act_as(login)?;
        }
        let notice =
            format!("made a new desk at {}; {} is its technician, supervisor and admin", path.display(), owner.account);
        Ok((desk, Some(notice)))
    }

    /// As [`desk_or_new`](Self::desk_or_new), with the sentence on standard error.
    pub fn desk_to_write(&self) -> Result<Desk, Failure> {
        let (desk, notice) = self.desk_or_new()?;
        if let Some(notice) = notice
            && !self.out.is_json()
        {
            eprintln!("tierdesk: {notice}");
        }
        Ok(desk)
    }

    /// What the files say about the console.
    pub fn config(&self) -> Result<Config, Failure> {
        let named = self.global.config.as_deref();
        let name = || named.map(|path| path.display().to_string()).unwrap_or_default();
        Ok(Config::read(named).with_context(|| format!("reading {}", name()))?)
    }

    /// How the console is to look. What a file says in vain is told first.
    pub fn look(&self, notice: Option<String>) -> Result<Look, Failure> {
        let config = self.config()?;
        let warning = config.warnings.first().map(|warning| format!("{warning}; `tierdesk config` shows what holds"));
        let mouse = self.global.mouse || config.mouse();
        let notice = notice.or(warning);
        Ok(Look { color: self.global.color, plain: self.global.plain, mouse, config, notice })
    }

    /// The console at the store's desk.
    pub fn console(&self) -> Result<ExitCode, Failure> {
        let (mut desk, notice) = self.desk_or_new()?;
        let ready = Ready::of_this_host();
        let mistake = ready.mistakes.first().map(|it| format!("{it}; what is right in the files holds"));
        desk.set_ready(ready);
        Ok((self.screens.open)(desk, self.look(notice.or(mistake))?)?)
    }
}
