//! The walls of the house: who may use whom, and where each heavy library has its home.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in order; a room may use those before it.
const ROOMS: [&str; 6] = ["domain", "exchange", "store", "app", "cli", "ui"];

/// Libraries that one room keeps for itself.
const HOMES: [(&str, &str); 15] = [
    ("rusqlite", "store"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("indicatif", "cli"),
    ("ratatui", "ui"),
    ("crossterm", "ui"),
    ("crokey", "ui"),
    ("tui_textarea", "ui"),
    ("quick_xml", "exchange"),
    ("csv", "exchange"),
    ("flate2", "exchange"),
    ("encoding_rs", "exchange"),
    ("icalendar", "exchange"),
    ("rrule", "exchange"),
];

/// Readers of the wall clock; `app` has the only one.
const CLOCKS: [&str; 3] = ["SystemTime::now", "Utc::now", "Local::now"];

/// Beginnings of statements.
const SQL: [&str; 6] = ["SELECT ", "INSERT INTO ", "INSERT OR ", "DELETE FROM ", "CREATE TABLE", "PRAGMA "];

struct Source {
    path: PathBuf,
    /// Folder or file under `src`: the room, or `lib` and `main`.
    room: String,
    /// Lines of code with their numbers, comments left out.
    code: Vec<(usize, String)>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let read = |path: PathBuf| {
        let first = path.strip_prefix(&src).unwrap().components().next().unwrap();
        let room = Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        let code = lines.map(|(n, line)| (n + 1, line.to_owned())).collect();
        Source { path: path.strip_prefix(root()).unwrap().to_owned(), room, code }
    };
    rust_files(&src).into_iter().map(read).collect()
}

/// Every place where a rule is broken, as `file:line: why`.
fn offences(wrong: impl Fn(&Source, &str) -> Option<String>) -> Vec<String> {
    let mut offences = Vec::new();
    for source in sources() {
        for (n, line) in &source.code {
            if let Some(why) = wrong(&source, line) {
                offences.push(format!("{}:{n}: {why}", source.path.display()));
            }
        }
    }
    offences
}

const NONE: Vec<String> = Vec::new();

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|one| *one == room)
}

/// Rooms that a line names by a path from the root of the crate.
fn named(line: &str) -> Vec<&str> {
    let paths = line.match_indices("crate::").map(|(at, text)| &line[at + text.len()..]);
    paths.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")).collect()
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let letter = |c: char| c.is_alphanumeric() || c == '_';
        let before = line[..at].chars().next_back().is_some_and(letter);
        let after = line[at + word.len()..].chars().next().is_some_and(letter);
        !before && !after
    })
}

#[test]
fn a_room_uses_only_the_rooms_before_it() {
    let found = offences(|source, line| {
        let own = rank(&source.room)?;
        let beyond = |room: &&str| {
            let other = rank(room).filter(|other| *other != own);
            other.is_some_and(|other| other > own || (ROOMS[own] == "ui" && ROOMS[other] == "cli"))
        };
        let room = named(line).into_iter().find(beyond)?;
        Some(format!("{} uses {room}", source.room))
    });
    assert_eq!(found, NONE);
}

#[test]
fn everything_under_src_stands_in_a_room() {
    let homeless: Vec<String> = sources()
        .into_iter()
        .filter(|source| rank(&source.room).is_none() && !["lib", "main"].contains(&source.room.as_str()))
        .map(|source| source.path.display().to_string())
        .collect();
    assert_eq!(homeless, NONE);
}

#[test]
fn a_heavy_library_has_one_home() {
    let found = offences(|source, line| {
        let used = |library: &str| line.contains(&format!("{library}::")) && has_word(line, library);
        let (library, _) = HOMES.iter().find(|(library, home)| source.room != *home && used(library))?;
        let own_module = line.contains(&format!("::{library}::"));
        (!own_module).then(|| format!("{library} in {}", source.room))
    });
    assert_eq!(found, NONE);
}

#[test]
fn sql_stands_in_the_store_only() {
    let found = offences(|source, line| {
        let spoken = source.room != "store" && SQL.iter().any(|word| line.contains(word));
        spoken.then(|| line.trim().to_owned())
    });
    assert_eq!(found, NONE);
}

#[test]
fn the_wall_clock_is_read_in_app_only() {
    let found = offences(|source, line| {
        let reads = source.room != "app" && CLOCKS.iter().any(|clock| line.contains(clock));
        reads.then(|| line.trim().to_owned())
    });
    assert_eq!(found, NONE);
    let readers = sources().into_iter().flat_map(|source| source.code);
    let readers = readers.filter(|(_, line)| CLOCKS.iter().any(|clock| line.contains(clock)));
    assert_eq!(readers.count(), 1, "one reader of the wall clock");
}

#[test]
fn nothing_is_unsafe() {
    let found = offences(|_, line| has_word(line, "unsafe").then(|| line.trim().to_owned()));
    assert_eq!(found, NONE);
    assert!(fs::read_to_string(root().join("Cargo.toml")).unwrap().contains("unsafe_code = \"forbid\""));
}

#[test]
fn no_test_file_is_left_out() {
    let tests = root().join("tests/it");
    let mut left_out = Vec::new();
    for path in rust_files(&tests) {
        let (folder, name) = (path.parent().unwrap(), path.file_stem().unwrap().to_string_lossy().into_owned());
        let (parent, name) = match name.as_str() {
            "main" => continue,
            "mod" => (folder.parent().unwrap(), folder.file_name().unwrap().to_string_lossy().into_owned()),
            _ => (folder, name),
        };
        let declares = ["main.rs", "mod.rs"].iter().filter_map(|file| fs::read_to_string(parent.join(file)).ok());
        let line = format!("mod {name};");
        if !declares.into_iter().any(|text| text.lines().any(|one| one.trim().trim_start_matches("pub ") == line)) {
            left_out.push(path.strip_prefix(root()).unwrap().display().to_string());
        }
    }
    assert_eq!(left_out, NONE);
}

#[test]
fn every_table_of_the_store_says_what_it_is_for() {
    let schema = fs::read_to_string(root().join("schema.sql")).unwrap();
    let lines: Vec<&str> = schema.lines().collect();
    let mut silent = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let table = line.starts_with("CREATE TABLE") || line.starts_with("CREATE VIRTUAL TABLE");
        let above = lines[..n].iter().rev().find(|line| !line.is_empty());
        if table && !above.is_some_and(|line| line.starts_with("-- ")) {
            silent.push((*line).to_owned());
        }
    }
    assert_eq!(silent, NONE);
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.room != "main")
        .filter(|source| !fs::read_to_string(root().join(&source.path)).unwrap().starts_with("//! "))
        .map(|source| source.path.display().to_string())
        .collect();
    assert_eq!(silent, NONE);
}
