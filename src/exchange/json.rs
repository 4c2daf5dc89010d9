//! JSON records one by one, however they are wrapped: one after the other (JSON Lines), in an array, or in a member
//! of an object. Only one record is in memory.

use std::io::{self, BufRead};

use serde_json::Value;

use super::input::{Input, Tally};
use super::rejection::{RECORD, Rejection};

/// Values may stand in each other this deep.
const DEPTH: usize = 64;

/// A record and the line it starts on.
pub(super) type Found = Result<(u64, Value), Rejection>;

pub(super) struct Records {
    input: Input,
    tally: Tally,
    /// Members of a top-level object whose value is, or lists, the records; none if such objects are the records.
    wraps: &'static [&'static str],
    place: Vec<Place>,
    ended: bool,
}

/// What the records stand in, outermost first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    List,
    /// An object around the records; did it have any?
    Wrap {
        held: bool,
    },
}

enum Next {
    /// A record starts here.
    Record,
    /// Something around records was passed.
    Frame,
    End,
}

impl Records {
    pub(super) fn open(input: Input, wraps: &'static [&'static str], tally: Tally) -> Self {
        Self { input, tally, wraps, place: Vec::new(), ended: false }
    }

    /// The next record; a wrong one is told and passed, while an error of the whole ends the reading.
    fn record(&mut self) -> Result<Option<Found>, Rejection> {
        loop {
            self.input.mark();
            match self.seek()? {
                Next::End => return Ok(None),
                Next::Frame => {}
                Next::Record => {
                    let line = self.input.line();
                    let mut raw = Vec::new();
                    self.value(Some(&mut raw))?;
                    self.tally.row();
                    let parsed = serde_json::from_slice(&raw).map_err(|error| {
                        Rejection::new(line + (error.line() as u64).saturating_sub(1), RECORD, error.to_string())
                    });
                    return Ok(Some(parsed.map(|value| (line, value))));
                }
            }
        }
    }

    fn seek(&mut self) -> Result<Next, Rejection> {
        let next = self.skip_space()?;
        match (self.place.last().copied(), next) {
            (None, None) => Ok(Next::End),
            (Some(_), None) => Err(self.cut()),
            (None, Some(b'[')) => self.enter(Place::List),
            (None, Some(b'{')) if !self.wraps.is_empty() => self.enter(Place::Wrap { held: false }),
            (None, Some(b'{')) => Ok(Next::Record),
            (Some(Place::List), Some(b']')) => self.leave(),
            (Some(Place::Wrap { held: true }), Some(b'}')) => self.leave(),
            (Some(Place::Wrap { held: false }), Some(b'}')) => {
                self.leave()?;
                let line = self.input.line();
                Err(Rejection::end(line, format!("the object has no member `{}`", self.wraps.join("` or `"))))
            }
            (Some(_), Some(b',')) => {
                self.input.consume(1);
                Ok(Next::Frame)
            }
            (Some(Place::Wrap { held }), Some(b'"')) => self.member(held),
            (Some(Place::List), Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')) => Ok(Next::Record),
            (_, Some(byte)) => Err(self.no_json(byte)),
        }
    }

    fn enter(&mut self, place: Place) -> Result<Next, Rejection> {
        self.input.consume(1);
        self.place.push(place);
        Ok(Next::Frame)
    }

    fn leave(&mut self) -> Result<Next, Rejection> {
        self.input.consume(1);
        self.place.pop();
        Ok(Next::Frame)
    }

    /// A member of an object around records: enters it if it has them, else passes over it.
    fn member(&mut self, held: bool) -> Result<Next, Rejection> {
        let mut raw = Vec::new();
        self.value(Some(&mut raw))?;
        let name: String = serde_json::from_slice(&raw).unwrap_or_default();
        match self.skip_space()? {
            Some(b':') => self.input.consume(1),
            Some(byte) => return Err(self.no_json(byte)),
            None => return Err(self.cut()),
        }
        let next = self.skip_space()?;
        if !self.wraps.contains(&name.as_str()) {
            self.value(None)?;
            return Ok(Next::Frame);
        }
        if !held {
            self.place.pop();
            self.place.push(Place::Wrap { held: true });
        }
        match next {
            Some(b'[') => self.enter(Place::List),
            _ => Ok(Next::Record),
        }
    }

    fn skip_space(&mut self) -> Result<Option<u8>, Rejection> {
        loop {
            let Some(byte) = self.peek()? else { return Ok(None) };
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.input.consume(1);
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, Rejection> {
        let line = self.input.line();
        self.input.fill_buf().map(|held| held.first().copied()).map_err(|fault| ended(line, &fault))
    }

    /// Takes one value, whole; into `raw` if it is wanted.
    fn value(&mut self, mut raw: Option<&mut Vec<u8>>) -> Result<(), Rejection> {
        let mut scan = Scan::default();
        loop {
            let line = self.input.line();
            let held = self.input.fill_buf().map_err(|fault| ended(line, &fault))?;
            if held.is_empty() {
                return if scan.depth == 0 && scan.bare { Ok(()) } else { Err(self.cut()) };
            }
            let (taken, done) = scan.take(held);
            if let Some(raw) = raw.as_deref_mut() {
                raw.extend_from_slice(&held[..taken]);
            }
            self.input.consume(taken);
            if scan.depth > DEPTH {
                return Err(Rejection::end(self.input.line(), format!("values are nested deeper than {DEPTH}")));
            }
            if done {
                return Ok(());
            }
        }
    }

    fn cut(&self) -> Rejection {
        Rejection::end(self.input.line(), "the file ends inside a value; it is cut")
    }

    fn no_json(&self, byte: u8) -> Rejection {
        Rejection::end(self.input.line(), format!("`{}` is no JSON here", byte.escape_ascii()))
    }
}

fn ended(line: u64, fault: &io::Error) -> Rejection {
    Rejection::end(line, fault.to_string())
}

impl Iterator for Records {
    type Item = Found;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let found = self.record();
        self.ended = !matches!(found, Ok(Some(_)));
        match found {
            Ok(None) => None,
            Ok(Some(record)) => Some(record),
            Err(rejection) => Some(Err(rejection)),
        }
    }
}

/// Finds the end of a value by its brackets and quotes; whether it is right inside is the parser's to say.
#[derive(Default)]
struct Scan {
    depth: usize,
    quoted: bool,
    escaped: bool,
    /// Neither bracket nor quote began it: it ends before what separates.
    bare: bool,
}

impl Scan {
    /// How many of these bytes belong to the value, and whether it ends there.
    fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate() {
            if self.depth > DEPTH {
                return (at, false);
            }
            if self.quoted {
                let closes = *byte == b'"' && !self.escaped;
                self.escaped = *byte == b'\\' && !self.escaped;
                self.quoted = !closes;
                if closes && self.depth == 0 {
                    return (at + 1, true);
                }
                continue;
            }
            match byte {
                b'"' => self.quoted = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return (at, true),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                b',' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => return (at, true),
                _ => self.bare |= self.depth == 0,
            }
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, repeat};

    use super::super::input::Bytes;
    use super::*;

    fn records(raw: Bytes, wraps: &'static [&'static str]) -> (Vec<Found>, Tally) {
        let tally = Tally::default();
        let input = Input::open(raw, None, &tally).unwrap();
        (Records::open(input, wraps, tally.clone()).collect(), tally)
    }

    fn lines(text: &str, wraps: &'static [&'static str]) -> Vec<String> {
        let shown = |found: Found| match found {
            Ok((line, value)) => format!("{line} {value}"),
            Err(it) => format!("{} {}", it.line, it.reason),
        };
        records(Box::new(Cursor::new(text.to_owned())), wraps).0.into_iter().map(shown).collect()
    }

    #[test]
    fn records_come_out_of_every_wrapping() {
        let right = ["1 {\"n\":\"a}\\\"]\"}", "2 {\"n\":[{}]}"];
        for text in ["{\"n\":\"a}\\\"]\"}\n{\"n\":[{}]}\n", "[{\"n\":\"a}\\\"]\"},\n{\"n\":[{}]}]"] {
            assert_eq!(lines(text, &[]), right, "{text}");
        }
        for text in [
            "{\"total\":[1,{\"result\":2}],\"result\":[{\"n\":\"a}\\\"]\"},\n{\"n\":[{}]}]}",
            "{\"result\":{\"n\":\"a}\\\"]\"}}\n{\"result\":[{\"n\":[{}]}],\"x\":null}",
            "[{\"n\":\"a}\\\"]\"},\n{\"n\":[{}]}]",
        ] {
            assert_eq!(lines(text, &["result"]), right, "{text}");
        }
        assert_eq!(lines("[]", &[]), [""; 0]);
        assert_eq!(lines("[1, null,\"x\"]", &[]), ["1 1", "1 null", "1 \"x\""]);
    }

    #[test]
    fn broken_and_hostile_documents_end_in_a_sentence() {
        let deep = format!("[{}", "[".repeat(100_000));
        for (text, wraps, last) in [
            ("[{\"a\":1},{\"b\":", &[][..], "1 the file ends inside a value; it is cut"),
            ("{\"a\":1}\n<html>", &[], "2 `<` is no JSON here"),
            ("[{\"a\":1}", &[], "1 the file ends inside a value; it is cut"),
            ("{\"error\":{\"message\":\"no\"}}", &["result"], "1 the object has no member `result`"),
            ("{\"result\" 3}", &["result"], "1 `3` is no JSON here"),
            ("{\"result\":", &["result"], "1 the file ends inside a value; it is cut"),
            (&deep, &[], "1 values are nested deeper than 64"),
        ] {
            assert_eq!(lines(text, wraps).last().unwrap(), last, "{text:.40}");
        }
    }

    #[test]
    fn a_broken_record_does_not_stop_the_next() {
        let found = lines("{\"a\":tru}\n{\"b\":2}\n", &[]);
        assert!(found[0].starts_with("1 expected ident"), "{found:?}");
        assert_eq!(found[1], "2 {\"b\":2}");
    }

    #[test]
    fn an_endless_record_is_refused_after_little_of_it() {
        let (found, tally) = records(Box::new(Cursor::new("[\"").chain(repeat(b'x').take(100 << 20))), &[]);
        assert!(found[0].as_ref().unwrap_err().reason.contains("4 MiB"));
        assert!(tally.bytes() < 5 << 20);
    }
}
