//! `tierdesk export`: tickets with their past, for other programs, spreadsheets and people.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

use super::exit::{Failure, Status};
use super::shell::Shell;
use crate::app::{Desk, Error};
use crate::domain::filter::{Filter, parse};
use crate::domain::refusal::Refusal;
use crate::exchange::export::Shape;

/// Write tickets with their whole past: all of them, or those that a filter finds
///
/// JSON reads back without loss with `tierdesk import tickets FILE --from tierdesk`; CSV is for spreadsheets, Markdown
/// for people.
#[derive(Debug, Args)]
pub struct Export {
    /// Words of a filter, as one types them in the console
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// The shape
    #[arg(long, value_parser = shape(), default_value = "jsonl", value_name = "SHAPE")]
    to: Shape,
    /// Write to FILE instead of standard output; it appears when it is whole
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn shape() -> impl TypedValueParser<Value = Shape> {
    PossibleValuesParser::new(Shape::ALL.iter().map(|one| one.word()))
        .map(|word| Shape::from_word(&word).expect("one of its possible values"))
}

impl Export {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let filter = self.filter()?;
        let desk = shell.desk()?;
        let written = match &self.out {
            None => self.write(&desk, filter.as_ref(), &mut BufWriter::new(io::stdout().lock()))?,
            Some(path) => {
                let n = self.write_file(&desk, filter.as_ref(), path)?;
                tell(n, path, shell)?;
                n
            }
        };
        Ok(if written == 0 { Status::Nothing } else { Status::Done })
    }

    fn filter(&self) -> Result<Option<Filter>, Failure> {
        let text = self.filter.join(" ");
        if text.trim().is_empty() {
            return Ok(None);
        }
        Ok(Some(parse(&text).map_err(Refusal::from)?))
    }

    fn write(&self, desk: &Desk, filter: Option<&Filter>, out: &mut impl Write) -> Result<u64, Failure> {
        let written = match filter {
            None => desk.export(self.to, out),
            Some(filter) => desk.export_found(filter, self.to, out),
        };
        written.map_err(|error| if is_gone(&error) { Failure::Gone } else { error.into() })
    }

    fn write_file(&self, desk: &Desk, filter: Option<&Filter>, path: &Path) -> Result<u64, Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let writing = || format!("writing {}", path.display());
        let mut file = BufWriter::new(tempfile::NamedTempFile::new_in(folder).with_context(writing)?);
        let n = self.write(desk, filter, &mut file)?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error).with_context(writing)?;
        let kept = fs::metadata(path).map(|known| known.permissions());
        file.as_file().sync_all().with_context(writing)?;
        file.persist(path).map_err(|cause| cause.error).with_context(writing)?;
        if let Ok(permissions) = kept {
            fs::set_permissions(path, permissions).with_context(writing)?;
        }
        Ok(n)
    }
}

fn tell(n: u64, path: &Path, shell: &Shell<'_>) -> Result<(), Failure> {
    if shell.out.is_json() {
        return shell.out.json(&json!({ "exported": n, "file": path.display().to_string() }));
    }
    shell.out.text(&format!("exported {n} tickets to {}", path.display()))
}

/// Has the one who reads the output gone (`| head`)?
fn is_gone(error: &Error) -> bool {
    let Error::Fault(cause) = error else { return false };
    let mut causes = cause.chain().filter_map(|one| one.downcast_ref::<io::Error>());
    causes.any(|one| one.kind() == io::ErrorKind::BrokenPipe)
}
