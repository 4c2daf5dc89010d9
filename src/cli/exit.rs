//! How a command ends: its exit status, and what is said when it was refused.

use std::process::ExitCode;

use serde_json::json;

use crate::app::Error;
use crate::domain::refusal::{Class, Refusal};
use crate::domain::text::clean_line;
use crate::store::StoreError;

/// Exit statuses, as scripts see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Done = 0,
    /// Nothing matched, or a check found differences.
    Nothing = 1,
    /// Usage, or invalid input.
    Input = 2,
    /// The record, its rules or a colleague stood against it.
    Conflict = 3,
    /// This person may not.
    Rights = 4,
    /// The store is busy or cannot be used.
    Unavailable = 5,
    Damaged = 6,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command came to nothing.
#[derive(Debug)]
pub enum Failure {
    App(Error),
    /// The one who reads the output has gone; nothing is left to say.
    Gone,
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(cause: E) -> Self {
        Self::App(cause.into())
    }
}

impl Failure {
    pub fn status(&self) -> Status {
        match self {
            Self::App(error) => status(error),
            Self::Gone => Status::Done,
        }
    }

    /// On standard error: a sentence with its code, and a hint below it.
    pub fn say(&self, json: bool) {
        let Self::App(error) = self else { return };
        say(error.code(), &error.to_string(), error.hint(), json);
    }
}

fn status(error: &Error) -> Status {
    match error {
        Error::Refused(refusal) => of_refusal(refusal),
        Error::Store(StoreError::Damaged { .. } | StoreError::Foreign { .. }) => Status::Damaged,
        Error::Store(_) | Error::Fault(_) => Status::Unavailable,
    }
}

/// The status that a refusal ends with.
pub const fn of_refusal(refusal: &Refusal) -> Status {
    match refusal.code.class() {
        Class::Input => Status::Input,
        Class::Conflict => Status::Conflict,
        Class::Rights => Status::Rights,
        Class::Missing => Status::Nothing,
    }
}

/// Says on standard error what was refused, why, and what to do.
pub fn say(code: &str, message: &str, hint: &str, as_json: bool) {
    if as_json {
        let error = json!({ "code": code, "message": message, "hint": (!hint.is_empty()).then_some(hint) });
        eprintln!("{}", json!({ "error": error }));
        return;
    }
    eprintln!("tierdesk: {} ({code})", clean_line(message));
    for line in hint.lines() {
        eprintln!("  {}", clean_line(line));
    }
}
