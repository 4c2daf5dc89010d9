//! Delimited text as groups of rows. Rows of one ticket stand next to each other; a key that comes back later
//! starts another group, because remembering all keys would grow with the file.

use std::io::{Chain, Read};
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord, Terminator};

use super::input::{Input, Tally};
use super::rejection::{RECORD, Rejection};
use super::row::{Group, Head, Row};

/// Rows of one ticket, and the text in them, beyond which it is refused.
const ROWS: usize = 20_000;
const BYTES: usize = 32 << 20;

pub(super) struct Table {
    reader: csv::Reader<Chain<Input, &'static [u8]>>,
    head: Arc<Head>,
    /// Name of the cell that tells tickets apart; each row is a ticket of its own without it.
    key: Option<String>,
    open: Option<Group>,
    bytes: usize,
    tally: Tally,
    ended: bool,
}

impl Table {
    /// Reads the head line. The delimiter is the most frequent of `,` `;` and tab in it, unless told.
    pub(super) fn open(
        mut input: Input,
        delimiter: Option<u8>,
        key: Option<&str>,
        tally: Tally,
    ) -> Result<Self, Rejection> {
        let delimiter = delimiter.unwrap_or_else(|| sniffed(input.peek()));
        // Lines end with `\n` and nothing else for the reader, so that a row's line can be counted back from where
        // the row ends; the line end that a file may lack is added, and a `\r` is cut off the last cell.
        let ended: &'static [u8] = b"\n";
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .flexible(true)
            .from_reader(input.chain(ended));
        let head = reader.headers().map_err(|error| Rejection::end(1, error.to_string()))?;
        let names: Vec<String> = head.iter().map(|name| name.trim().to_owned()).collect();
        if names.iter().all(String::is_empty) {
            return Err(Rejection::end(1, "the file is empty; a head line with the names of the columns is needed"));
        }
        let key = key.map(str::to_owned);
        Ok(Self { reader, head: Arc::new(Head::new(names)), key, open: None, bytes: 0, tally, ended: false })
    }

    fn row(&mut self) -> Result<Option<Row>, Rejection> {
        loop {
            self.reader.get_mut().get_mut().0.mark();
            let before = self.reader.position().line();
            let mut record = StringRecord::new();
            let read = self.reader.read_record(&mut record);
            if !matches!(read, Ok(true)) {
                self.ended = true;
                return read.map(|_| None).map_err(|error| Rejection::end(before, told(&error)));
            }
            let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
            cells.iter_mut().next_back().filter(|last| last.ends_with('\r')).map(String::pop);
            if cells != [""] {
                return self.counted(cells).map(Some);
            }
        }
    }

    fn counted(&self, cells: Vec<String>) -> Result<Row, Rejection> {
        self.tally.row();
        let breaks = cells.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        let line = self.reader.position().line() - breaks - 1;
        let (found, right) = (cells.len(), self.head.names().len());
        if found != right {
            return Err(Rejection::new(line, RECORD, format!("has {found} cells; the head line names {right}")));
        }
        Ok(Row { line, head: Arc::clone(&self.head), cells })
    }

    fn belongs(&self, row: &Row) -> bool {
        let Some((key, open)) = self.key.as_deref().zip(self.open.as_ref()) else { return false };
        open.rows.first().is_some_and(|first| first.get(key) == row.get(key))
    }

    fn checked(&self, group: Group) -> Result<Group, Rejection> {
        if group.rows.len() > ROWS || self.bytes > BYTES {
            return Err(Rejection::new(
                group.line,
                self.key.as_deref().unwrap_or(RECORD),
                format!("has more rows than a ticket can have; {ROWS} are the most"),
            ));
        }
        Ok(group)
    }
}

impl Iterator for Table {
    type Item = Result<Group, Rejection>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let row = match self.row() {
                Err(rejection) => return Some(Err(rejection)),
                Ok(None) => break,
                Ok(Some(row)) => row,
            };
            if self.key.is_none() {
                return Some(Ok(Group { line: row.line, rows: vec![row] }));
            }
            let size = row.cells.iter().map(String::len).sum::<usize>();
            if self.belongs(&row) {
                self.bytes += size;
                let fits = self.bytes <= BYTES;
                if let Some(open) = self.open.as_mut().filter(|open| fits && open.rows.len() <= ROWS) {
                    open.rows.push(row);
                }
                continue;
            }
            let done = self.open.replace(Group { line: row.line, rows: vec![row] });
            let done = done.map(|group| self.checked(group));
            self.bytes = size;
            if done.is_some() {
                return done;
            }
        }
        self.open.take().map(|group| self.checked(group))
    }
}

/// The fault behind a reader's error, without the reader's own frame.
fn told(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(fault) => fault.to_string(),
        _ => error.to_string(),
    }
}

fn sniffed(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, n)) = counts.iter_mut().find(|(delimiter, _)| !quoted && delimiter == byte) {
            *n += 1;
        }
    }
    // Of equally frequent ones the first: a file of one column has none.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, repeat};

    use super::super::input::Bytes;
    use super::*;

    fn table(raw: Bytes, key: Option<&str>) -> Result<Table, Rejection> {
        let tally = Tally::default();
        Table::open(Input::open(raw, None, &tally).unwrap(), None, key, tally)
    }

    fn groups(text: &str, key: Option<&str>) -> Vec<Result<Vec<String>, (u64, String)>> {
        table(Box::new(Cursor::new(text.to_owned())), key)
            .unwrap()
            .map(|group| match group {
                Ok(group) => Ok(group.rows.iter().map(|row| row.cells.join("|")).collect()),
                Err(rejection) => Err((rejection.line, rejection.reason)),
            })
            .collect()
    }

    #[test]
    fn rows_of_one_key_come_together() {
        let found = groups("n,a\n1,x\n1,y\n2,z\n1,w\n", Some("n"));
        assert_eq!(found, [Ok(vec!["1|x".into(), "1|y".into()]), Ok(vec!["2|z".into()]), Ok(vec!["1|w".into()])]);
        assert_eq!(groups("n,a\n1,x\n1,y\n", None).len(), 2);
    }

    #[test]
    fn delimiters_quotes_and_line_ends_are_recognised() {
        for text in ["a;b\r\n\"x;\"\"y\r\nz\";2\r\n", "a\tb\n\"x;\"\"y\r\nz\"\t2"] {
            assert_eq!(groups(text, None), [Ok(vec!["x;\"y\r\nz|2".to_owned()])]);
        }
        assert_eq!(groups("\"a,b,c\";d\n1;2\n", None), [Ok(vec!["1|2".to_owned()])]);
    }

    #[test]
    fn a_row_with_other_cells_is_refused_with_its_line_and_the_rest_goes_on() {
        for (end, last) in [("\n", "\n"), ("\r\n", "\r\n"), ("\n", ""), ("\r\n", "")] {
            let text = ["a,b", "1,\"2", "2\"", "", "3", "4,5", "6"].join(end) + last;
            let found = groups(&text, None);
            let refused = |line| Err((line, "has 1 cells; the head line names 2".to_owned()));
            assert_eq!((&found[1], &found[3]), (&refused(5), &refused(7)), "{text:?}");
            assert_eq!((found.len(), &found[2]), (4, &Ok(vec!["4|5".to_owned()])));
        }
    }

    #[test]
    fn an_endless_line_is_refused_after_little_of_it() {
        let raw: Bytes = Box::new(Cursor::new("a,b\n1,2\n3,\"").chain(repeat(b'x').take(100 << 20)));
        let tally = Tally::default();
        let found: Vec<_> =
            Table::open(Input::open(raw, None, &tally).unwrap(), None, None, tally.clone()).unwrap().collect();
        let refused = found[1].as_ref().unwrap_err();
        assert!(refused.ends && refused.line == 3 && refused.reason.contains("4 MiB"), "{refused:?}");
        assert!(found.len() == 2 && tally.bytes() < 5 << 20);
    }

    #[test]
    fn a_file_without_a_head_line_is_refused() {
        assert!(table(Box::new(Cursor::new("")), None).err().unwrap().ends);
    }
}
