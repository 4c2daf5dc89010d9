//! What is shown, written to a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

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
    let file = File::create_new(path).with_context(|| format!("making the file {shown}"))?;
    let mut out = BufWriter::new(file);
    let count = desk.export_found(filter, shape, &mut out)?;
    out.flush().with_context(|| format!("writing {shown}"))?;
    Ok(format!("{count} tickets written to {shown}"))
}
