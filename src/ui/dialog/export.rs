//! Where to write what is shown.

use std::path::PathBuf;

use super::asking::Asking;
use crate::domain::filter::Filter;
use crate::domain::refusal::Code;
use crate::ui::screen::Next;

/// Asks for the name of a file.
pub fn open(filter: &Filter) -> Asking {
    let told =
        vec![format!("the tickets of {filter}"), "the ending chooses the form: .csv, .json, .jsonl or .md".to_owned()];
    let filter = filter.clone();
    Asking::new("Export to a file", told, move |text| {
        let name = text.trim();
        if name.is_empty() {
            return Err(Code::FieldMissing.because("name a file, such as queue.csv"));
        }
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let path = match (name.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(name),
        };
        Ok(Next::Export(filter.clone(), path))
    })
}
