//! What `canned`, `checklist` and `template` share: reading the files of this host and person, checking one file,
//! and listing by name.

use std::path::Path;

use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::print::{Out, cell};
use crate::app::ready::Ready;
use crate::app::ready::file::{self, Named};
use crate::app::ready::fit::Fits;
use crate::app::ready::folder;
use crate::domain::refusal::Code;

/// Everything ready for this person. What is wrong in the files is told on standard error; the rest holds.
pub fn here() -> Ready {
    let ready = Ready::of_this_host();
    for mistake in &ready.mistakes {
        eprintln!("tierdesk: {mistake}");
    }
    ready
}

/// Every mistake of a file at once, or that there is none.
pub fn check<T: Named>(path: &Path, out: Out) -> Result<Status, Failure> {
    let name = path.display().to_string();
    let text = folder::text(path).map_err(|why| Code::FormatInvalid.because(format!("{name} {why}")))?;
    let (found, mistakes) = file::read::<T>(&text, &name);
    let mut told = mistakes.iter().map(ToString::to_string);
    if let Some(first) = told.next() {
        return Err(Code::FormatInvalid.because(first).hint(told.collect::<Vec<_>>().join("\n")).into());
    }
    let names: Vec<_> = found.iter().map(T::name).collect();
    if out.is_json() {
        out.json(&json!({ "file": name, "valid": true, "names": names }))?;
    } else {
        out.text(&format!("{name} is valid: {}", names.join(", ")))?;
    }
    Ok(Status::Done)
}

/// A line of a list: the name, what it is for, where it stands.
pub fn line(name: &str, kind: &str, fits: &Fits) -> String {
    let line = format!("{} {} {}", cell(name, 26), cell(kind, 30), cell(&meant_for(fits), 22));
    line.trim_end().to_owned()
}

/// What something is for, in words.
pub fn meant_for(fits: &Fits) -> String {
    let kinds = fits.categories.iter().map(|it| it.word()).chain(fits.subcategories.iter().map(|it| it.word()));
    let kinds = kinds.map(|word| word.replace('_', " "));
    let all: Vec<_> = fits.software.iter().cloned().chain(kinds).chain(fits.words.iter().cloned()).collect();
    all.join(", ")
}

/// The keys that say what something is for.
pub fn fits_json(fits: &Fits) -> Value {
    json!({
        "category": fits.categories,
        "subcategory": fits.subcategories,
        "software": fits.software,
        "words": fits.words,
    })
}
