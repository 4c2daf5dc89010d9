//! Other systems' tickets: read one by one, stored with their whole past, reported row by row.
//!
//! A ticket is known by its system and its number there. One that comes again changes nothing; where it has later
//! steps than before, those are added, unless someone here has worked on it meanwhile: then this desk goes on alone.
//! Tickets are whole in a batch and batches are short, so an import that is killed can simply be run again, and
//! nobody waits for it longer than a moment.
//!
//! Read `fit` (what an event can hold), `course` (their steps as our changes), `contacts`, `run` (batch by batch), then
//! this.

mod contacts;
mod course;
mod digest;
mod fit;
mod recent;
mod run;
#[cfg(test)]
mod tests;

use std::io::Read;

use serde::Serialize;
use serde_json::Value;

use self::digest::Digest;
use self::run::Run;
use super::{Desk, Error};
use crate::domain::id::StoreId;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Role;
use crate::domain::text::Tag;
use crate::domain::time::Instant;
use crate::exchange::reader::{Options, Reader};
use crate::exchange::rejection::Rejection;
use crate::store::{Author, fresh};

/// What came of an import, in tickets; `left_out` counts fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Tickets and rejected records.
    pub read: u64,
    pub imported: u64,
    /// Known before, with later steps now.
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
    pub left_out: u64,
    /// Logged after the instant up to which the import goes.
    pub later: u64,
}

/// What happens while an import runs.
#[derive(Debug)]
pub enum Notice<'a> {
    /// A record that was not taken over.
    Rejected(&'a Rejection),
    /// A field of a record that was.
    LeftOut(&'a Rejection),
    /// A batch is done; `bytes` of the file are read.
    Progress { bytes: u64, report: &'a Report },
}

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub options: Options,
    /// Report the same and write nothing.
    pub dry_run: bool,
    /// Take over only what had happened by then: the queue as it stood at that instant, to work on.
    pub until: Option<Instant>,
}

impl Desk {
    /// Imports tickets. `file` is its name in the report, `raw` its bytes. Refuses `not_permitted` unless the person is
    /// a supervisor or an admin, and `format_invalid` for what is no known format; a bad row stops nothing.
    pub fn import(
        &mut self,
        file: &str,
        raw: impl Read + Send + 'static,
        plan: Plan,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<Report, Error> {
        self.may_import()?;
        let (raw, digest) = Digest::of(raw);
        let mut reader = Reader::open(file, raw, plan.options)
            .map_err(|refused| Code::FormatInvalid.because(format!("{file} {}", refused.reason)))?;
        let mut run = Run::new(self, file, plan.until, notice);
        while run.read(&mut reader) {
            if plan.dry_run {
                run.look(&self.store)?;
            } else {
                run.store(self)?;
            }
            run.progress(reader.tally().bytes());
        }
        let report = run.report();
        if !plan.dry_run && report.imported + report.updated > 0 {
            self.journal_import(file, reader.format().word(), &digest.hex(), &report)?;
        }
        Ok(report)
    }

    fn may_import(&self) -> Result<(), Refusal> {
        let person = self.person();
        if person.is(Role::Supervisor) || person.is(Role::Admin) {
            return Ok(());
        }
        let why = format!("{} may not import; it takes a supervisor or an admin", person.login);
        Err(Code::NotPermitted.because(why))
    }

    fn journal_import(&mut self, file: &str, format: &str, sha256: &str, report: &Report) -> Result<(), Error> {
        let (now_ms, login, proof) = (self.now_ms(), self.person().login.clone(), self.proof);
        let author = Author { login: &login, proof, cmd: fresh(), at: Instant::from_millis(now_ms) };
        let facts = [
            ("file", Value::from(file)),
            ("format", Value::from(format)),
            ("sha256", Value::from(sha256)),
            ("read", Value::from(report.read)),
            ("imported", Value::from(report.imported)),
            ("updated", Value::from(report.updated)),
            ("rejected", Value::from(report.rejected)),
        ];
        let mut tx = self.store.begin(now_ms)?;
        tx.append_imported(&facts, &author)?;
        tx.commit()?;
        Ok(())
    }
}

/// The name under which a store's own tickets are known elsewhere.
pub(super) fn system_of(store: StoreId) -> Tag {
    let id = store.to_string();
    Tag::new(&format!("tierdesk-{}", &id[id.len() - 8..])).expect("hexadecimal digits")
}
