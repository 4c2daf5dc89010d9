//! A folder of a site's own files, opened with care: nothing in it can hang the program or fill its memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::file::{self, Mistake, Named};

/// Largest file, in bytes: a hundred texts of a page each.
pub const FILE_MAX: u64 = 256 * 1024;
/// Most files of a folder.
const FILES_MAX: usize = 100;

/// What the files of a folder hold, in the order of their names, and what is wrong with them. A folder that does not
/// exist is empty.
pub fn read<T: Named>(folder: &Path) -> (Vec<T>, Vec<Mistake>) {
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    for path in files(folder, &mut mistakes) {
        let (more, wrong) = match text(&path) {
            Ok(text) => file::read(&text, &path.display().to_string()),
            Err(why) => (Vec::new(), vec![mistake(&path, why)]),
        };
        found.extend(more);
        mistakes.extend(wrong);
    }
    (found, mistakes)
}

/// The text of a regular file of at most [`FILE_MAX`] bytes, or a sentence why not.
pub fn text(path: &Path) -> Result<String, String> {
    let unreadable = |cause: io::Error| format!("cannot be read: {cause}");
    // Asked before it is opened: a pipe would wait for somebody to write into it.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(FILE_MAX + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_MAX {
        return Err(format!("is larger than {} KB", FILE_MAX / 1024));
    }
    String::from_utf8(bytes).map_err(|wrong| format!("byte {} is no text in UTF-8", wrong.utf8_error().valid_up_to()))
}

fn files(folder: &Path, mistakes: &mut Vec<Mistake>) -> Vec<PathBuf> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(cause) => {
            mistakes.push(mistake(folder, format!("cannot be read: {cause}")));
            return Vec::new();
        }
    };
    let visible = |path: &PathBuf| {
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        !hidden && path.extension().is_some_and(|it| it == "toml")
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(visible).collect();
    files.sort();
    if let Some(first) = files.get(FILES_MAX) {
        mistakes
            .push(mistake(first, format!("this and later ones are not read; a folder has at most {FILES_MAX} files")));
        files.truncate(FILES_MAX);
    }
    files
}

fn mistake(path: &Path, message: String) -> Mistake {
    Mistake { file: path.display().to_string(), line: 1, key: String::new(), message }
}
