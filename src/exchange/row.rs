//! One row or log event as named cells, and the rows that tell about one ticket.

use std::collections::HashMap;
use std::sync::Arc;

/// The names of a table's cells, shared by its rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Head {
    /// Of two cells with the same name the first counts.
    pub(super) fn new(names: Vec<String>) -> Self {
        let mut places = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            places.entry(name.clone()).or_insert(place);
        }
        Self { names, places }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

#[derive(Debug)]
pub(super) struct Row {
    pub line: u64,
    pub head: Arc<Head>,
    pub cells: Vec<String>,
}

impl Row {
    /// The cell without the white space around it; empty where there is none, and where it reads `?`, which logs
    /// write for a missing value.
    pub(super) fn get(&self, name: &str) -> &str {
        let cell = self.head.places.get(name).and_then(|place| self.cells.get(*place));
        match cell.map_or("", |cell| cell.trim()) {
            "?" => "",
            told => told,
        }
    }
}

impl Row {
    /// `name: new value` of every named cell that differs from the row before, one a line.
    pub(super) fn changed(&self, before: &Self, names: &[&str]) -> String {
        let differs = |name: &&&str| self.get(name) != before.get(name);
        let told = |name: &&str| match self.get(name) {
            "" => format!("{name}: none any more"),
            now => format!("{name}: {now}"),
        };
        names.iter().filter(differs).map(told).collect::<Vec<_>>().join("\n")
    }
}

/// The rows of one ticket, in the order of the file.
#[derive(Debug)]
pub(super) struct Group {
    pub line: u64,
    pub rows: Vec<Row>,
}
