//! The built program in an empty folder and an empty environment: what it prints and how it ends.

mod admin;
mod calendar;
mod canned;
mod change;
mod checklist;
mod contract;
mod handover;
mod import;
mod journey;
mod major;
mod problem;
mod record;
mod refusal;
mod request;
mod settings;
mod sla;
mod suggest;
mod template;
mod view;
mod watch;

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A home folder with nothing in it; gone with the value.
pub struct Home {
    dir: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Home {
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A desk where ann and bob work in tier 1, carla in tier 2; the account that runs the tests made it.
    pub fn desk() -> Self {
        let home = Self::empty();
        home.ok("init");
        for (login, tier) in [("ann", 1), ("bob", 1), ("carla", 2)] {
            home.ok(&format!("user add {login} --tier {tier}"));
        }
        home
    }

    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    pub fn store(&self) -> PathBuf {
        self.folder().join(".local/share/tierdesk/desk.db")
    }

    pub fn command(&self) -> Command {
        let mut command = Command::cargo_bin("tierdesk").unwrap();
        command.env_clear().env("HOME", self.folder()).current_dir(self.folder());
        command
    }

    /// Runs a command line; single quotes keep words together.
    pub fn run(&self, line: &str) -> Ran {
        Ran::from(self.command().args(words(line)).output().unwrap())
    }

    pub fn run_with(&self, line: &str, input: &str) -> Ran {
        Ran::from(self.command().args(words(line)).write_stdin(input).output().unwrap())
    }

    /// What it printed; it must have ended well.
    pub fn ok(&self, line: &str) -> String {
        let ran = self.run(line);
        assert_eq!(ran.status, 0, "{line}: {ran:?}");
        ran.out
    }

    pub fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --json"))).unwrap()
    }

    /// Status and code of a refusal, which must be a whole JSON error.
    pub fn refused(&self, line: &str) -> (i32, String) {
        let ran = self.run(&format!("{line} --json"));
        let error: Value = serde_json::from_str(ran.err.lines().next().unwrap_or_default())
            .unwrap_or_else(|_| panic!("{line}: {ran:?}"));
        let error = &error["error"];
        assert!(error["message"].is_string() && error.get("hint").is_some(), "{line}: {error}");
        (ran.status, error["code"].as_str().unwrap().to_owned())
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(nth, part)| match nth % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}
