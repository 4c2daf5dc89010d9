//! `tierdesk sla check`: does this program count time as a file of worked examples says?

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::cli::exit::{Failure, Status};
use crate::cli::file;
use crate::cli::shell::Shell;
use crate::domain::refusal::Code;
use crate::exchange::rejection::Rejection;
use crate::exchange::sla::{Difference, Vectors};

/// Read the clocks of a file of worked examples and compare them with what it expects
///
/// Ends with status 1 if anything differs. No store is needed.
#[derive(Debug, Args)]
pub struct Check {
    file: PathBuf,
}

impl Check {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let vectors = self.read()?;
        let differences: Vec<_> = vectors.cases.iter().map(|case| vectors.differences(case)).collect();
        let failed = differences.iter().filter(|of_case| !of_case.is_empty()).count();
        let passed = differences.len() - failed;
        let differences = differences.concat();
        if shell.out.is_json() {
            let each: Vec<_> = differences.iter().map(as_json).collect();
            shell.out.json(&json!({ "passed": passed, "failed": failed, "differences": each }))?;
        } else {
            shell.out.text(&format!("{passed} passed, {failed} failed"))?;
            for it in &differences {
                shell.out.folded(0, &format!("{}: {} is {}, expected {}", it.case, it.key, it.found, it.expected))?;
            }
        }
        Ok(if failed == 0 { Status::Done } else { Status::Nothing })
    }

    fn read(&self) -> Result<Vectors, Failure> {
        let name = self.file.display().to_string();
        let text = file::text(&self.file)?;
        let told = |wrong: Rejection| Code::FormatInvalid.because(Rejection { file: name, ..wrong }.to_string());
        Ok(Vectors::read(&text).map_err(told)?)
    }
}

fn as_json(it: &Difference) -> serde_json::Value {
    json!({ "case": it.case, "key": it.key, "expected": it.expected, "found": it.found })
}
