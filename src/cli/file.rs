//! Files that a person named on the command line.

use std::io;
use std::path::Path;

use super::exit::Failure;
use crate::domain::refusal::Code;

/// The text of a file. Refuses `format_invalid` for one that cannot be opened, or is no text: to a script both are
/// invalid input, and never a check that found differences.
pub fn text(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|cause| unreadable(path, &cause))?;
    String::from_utf8(bytes).map_err(|wrong| {
        let at = wrong.utf8_error().valid_up_to();
        let refusal = Code::FormatInvalid.because(format!("{}: byte {at} is no text in UTF-8", path.display()));
        refusal.hint("save the file as UTF-8").into()
    })
}

/// A file that cannot be opened, and why.
pub fn unreadable(path: &Path, cause: &io::Error) -> Failure {
    Code::FormatInvalid.because(format!("{} cannot be read: {cause}", path.display())).into()
}
