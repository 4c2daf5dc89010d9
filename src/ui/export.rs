//! What is shown, written to a file.

use std::io::{BufWriter, IntoInnerError};
use std::path::Path;

use anyhow::Context;
use tempfile::NamedTempFile;

use crate::app::{Desk, Error};
use crate::domain::filter::Filter;
use crate::domain::refusal::Code;
use crate::exchange::export::Shape;

/// Most tickets that are written while someone waits at the screen.
const TICKETS_MAX: u32 = 5_000;

/// Writes the tickets of a filter to a new file and says how many. The ending chooses the form: `csv`, `json`,
/// `jsonl` or `md`.
pub fn write(desk: &Desk, filter: &Filter, path: &Path) -> Result<String, Error> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let shape = match ending {
        "csv" => Shape::Csv,
        "json" => Shape::Json,
        "jsonl" => Shape::JsonLines,
        "md" => Shape::Markdown,
        _ => return Err(Code::TextInvalid.because("name a file that ends in .csv, .json, .jsonl or .md").into()),
    };
    if desk.count(filter, TICKETS_MAX)?.capped {
        let why = format!("more than {TICKETS_MAX} tickets; `tierdesk export` writes them without holding the screen");
        return Err(Code::TextInvalid.because(why).into());
    }
    let shown = path.display();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let writing = || format!("writing {shown}");
    // It appears under its name when it is whole, so that a second try finds no half of the first.
    let mut out = BufWriter::new(NamedTempFile::new_in(folder).with_context(writing)?);
    let count = desk.export_found(filter, shape, &mut out)?;
    let file = out.into_inner().map_err(IntoInnerError::into_error).with_context(writing)?;
    file.as_file().sync_all().with_context(writing)?;
    file.persist_noclobber(path).map_err(|cause| cause.error).with_context(writing)?;
    Ok(format!("{count} tickets written to {shown}"))
}
