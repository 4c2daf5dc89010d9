//! `tierdesk import`: what other systems know, from their files.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono_tz::Tz;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::file;
use super::holidays::Holidays;
use super::print::progress;
use super::shell::Shell;
use crate::app::import::{Notice, Plan, Report};
use crate::domain::refusal::Code;
use crate::domain::time::Instant;
use crate::exchange::mapping::{Mapping, SHIPPED};
use crate::exchange::reader::{Format, Options};
use crate::exchange::rejection::Rejection;

/// Rows of the report that are shown at once.
const SHOWN: usize = 20;

/// Read what other systems know
#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Tickets(Tickets),
    Holidays(Holidays),
}

/// Take over another system's tickets with their whole past: times, people and notes are kept
///
/// Reading a file again changes nothing; later changes in it are added. What cannot be taken over is told with its
/// line and reason, and stops nothing.
#[derive(Debug, Args)]
struct Tickets {
    /// The file, packed with gzip or not; `-` is standard input
    file: PathBuf,
    /// Its format; recognised if not told
    #[arg(long, value_parser = format(), value_name = "FORMAT")]
    from: Option<Format>,
    /// A file that names the columns of a table, or `customer-support` or `italian-helpdesk`
    #[arg(long, value_name = "MAP")]
    map: Option<PathBuf>,
    /// Zone of times that name none, like `Europe/Oslo` [default: UTC]
    #[arg(long, value_parser = zone, value_name = "ZONE")]
    zone: Option<Tz>,
    /// Tell what would be done and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take over only what had happened by then: the queue as it stood at that instant
    #[arg(long, value_name = "INSTANT")]
    until: Option<Instant>,
    /// Write everything that was not taken over to FILE, one line each
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.iter().map(|one| one.word()))
        .map(|word| Format::from_word(&word).expect("one of its possible values"))
}

fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| format!("`{text}` is not a zone; write it like Europe/Oslo"))
}

impl Import {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            What::Tickets(tickets) => tickets.run(shell),
            What::Holidays(holidays) => holidays.run(shell),
        }
    }
}

impl Tickets {
    fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let options = Options { format: self.from, mapping: self.mapping()?, zone: self.zone };
        let plan = Plan { options, dry_run: self.dry_run, until: self.until };
        let (name, raw, size) = self.open()?;
        let mut desk = if self.dry_run { shell.desk()? } else { shell.desk_to_write()? };
        let mut rows = Rows::to(self.report.as_deref())?;
        let bar = bar(size);
        let report = desk.import(&name, raw, plan, &mut |notice| match notice {
            Notice::Rejected(row) => rows.add("rejected", row),
            Notice::LeftOut(row) => rows.add("left out", row),
            Notice::Progress { bytes, report } => {
                bar.set_position(bytes);
                bar.set_message(format!("{} tickets", report.read));
            }
        })?;
        bar.finish_and_clear();
        rows.finish()?;
        self.tell(&report, &rows, shell)?;
        Ok(if report.rejected > 0 { Status::Input } else { Status::Done })
    }

    fn mapping(&self) -> Result<Option<Mapping>, Failure> {
        let Some(path) = &self.map else { return Ok(None) };
        let shipped = path.to_str().filter(|name| SHIPPED.iter().any(|(known, _)| known == name));
        if let Some(mapping) = shipped.and_then(Mapping::shipped) {
            return Ok(Some(mapping));
        }
        let text = file::text(path)?;
        let mapping = Mapping::parse(&path.display().to_string(), &text);
        Ok(Some(mapping.map_err(|wrong| Code::FormatInvalid.because(wrong.to_string()))?))
    }

    /// The file's name for people, its bytes, and how many there are; 0 if nobody knows.
    fn open(&self) -> Result<(String, Box<dyn Read + Send>, u64), Failure> {
        if self.file.as_os_str() == "-" {
            return Ok(("standard input".to_owned(), Box::new(io::stdin()), 0));
        }
        let file = File::open(&self.file).map_err(|cause| file::unreadable(&self.file, &cause))?;
        let size = file.metadata().map_or(0, |known| known.len());
        Ok((self.file.display().to_string(), Box::new(file), size))
    }

    fn tell(&self, report: &Report, rows: &Rows, shell: &Shell<'_>) -> Result<(), Failure> {
        if shell.out.is_json() {
            let mut told = serde_json::to_value(report).context("telling what was imported")?;
            told["dry_run"] = self.dry_run.into();
            told["rows"] = rows.shown.iter().map(|(what, row)| line_json(what, row)).collect();
            return shell.out.json(&told);
        }
        for (what, row) in &rows.shown {
            eprintln!("{what}: {row}");
        }
        let more = rows.n - rows.shown.len();
        match &self.report {
            Some(path) if rows.n > 0 => eprintln!("all {} such rows are in {}", rows.n, path.display()),
            None if more > 0 => eprintln!("and {more} more; `--report FILE` keeps them all"),
            _ => {}
        }
        let would = if self.dry_run { "nothing was written; would be: " } else { "" };
        let later = self.until.map(|until| format!(", logged after {until} {}", report.later)).unwrap_or_default();
        shell.out.text(&format!(
            "{would}read {}, imported {}, updated {}, unchanged {}, rejected {}, fields left out {}{later}",
            report.read, report.imported, report.updated, report.unchanged, report.rejected, report.left_out
        ))
    }
}

/// Bytes of the file, with rate and time left, on standard error; silent unless a person watches.
fn bar(size: u64) -> ProgressBar {
    let bar = progress("", size);
    let known = "{msg}, {percent}% ({binary_bytes_per_sec}, {eta} left)";
    let style = ProgressStyle::with_template(if size > 0 { known } else { "{msg} ({binary_bytes_per_sec})" });
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn line_json(what: &str, row: &Rejection) -> Value {
    json!({ "what": what, "file": row.file, "line": row.line, "field": row.field, "reason": row.reason })
}

/// What was not taken over: the first of it for the screen, all of it for the report.
struct Rows {
    shown: Vec<(&'static str, Rejection)>,
    n: usize,
    file: Option<BufWriter<File>>,
    broken: Option<io::Error>,
}

impl Rows {
    fn to(path: Option<&Path>) -> Result<Self, Failure> {
        let file = match path {
            Some(path) => {
                let file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
                Some(BufWriter::new(file))
            }
            None => None,
        };
        Ok(Self { shown: Vec::new(), n: 0, file, broken: None })
    }

    fn add(&mut self, what: &'static str, row: &Rejection) {
        self.n += 1;
        if self.shown.len() < SHOWN {
            self.shown.push((what, row.clone()));
        }
        if let Some(file) = &mut self.file
            && let Err(cause) = writeln!(file, "{what}: {row}")
        {
            self.broken = Some(cause);
            self.file = None;
        }
    }

    /// Refuses if the report is not whole.
    fn finish(&mut self) -> Result<(), Failure> {
        let flushed = self.file.as_mut().map_or(Ok(()), |file| file.flush());
        match self.broken.take() {
            Some(cause) => Err(cause),
            None => flushed,
        }
        .context("writing the report")?;
        Ok(())
    }
}
