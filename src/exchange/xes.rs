//! XES event logs (IEEE 1849), streamed trace by trace. Only what a log of tickets needs: the attributes of a trace
//! and of its events; nested attributes, extensions and classifiers are passed over.
//!
//! A trace becomes a group with one row an event; the trace's own attributes stand in every row as `case:` and name.

use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::input::{Input, Tally};
use super::rejection::{RECORD, Rejection};
use super::row::{Group, Head, Row};

/// Elements may stand in each other this deep.
const DEPTH: usize = 32;
/// Attributes of one event, events of one trace, and bytes of text in it, beyond which it is refused.
const ATTRIBUTES: usize = 200;
const EVENTS: usize = 20_000;
const BYTES: usize = 32 << 20;

type Cells = Vec<(String, String)>;

pub(super) struct Traces {
    reader: Reader<Input>,
    tally: Tally,
    /// The last head; logs repeat the same attributes.
    head: Arc<Head>,
    depth: usize,
    ended: bool,
}

/// A trace while it is read.
#[derive(Default)]
struct Trace {
    line: u64,
    own: Cells,
    events: Vec<(u64, Cells)>,
    /// In an event, so attributes belong to it.
    in_event: bool,
    bytes: usize,
    overflow: bool,
}

impl Traces {
    pub(super) fn open(input: Input, tally: Tally) -> Self {
        Self { reader: Reader::from_reader(input), tally, head: Arc::default(), depth: 0, ended: false }
    }

    /// The next trace; `None` at the end of the log. Every error ends the reading, for nobody can tell where a
    /// broken document goes on.
    fn trace(&mut self) -> Result<Option<Trace>, Rejection> {
        let mut trace: Option<Trace> = None;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            self.reader.get_mut().mark();
            let event = self
                .reader
                .read_event_into(&mut buffer)
                .map_err(|error| Rejection::end(self.reader.get_ref().line(), xml_fault(&error)))?;
            let line = self.reader.get_ref().line();
            match event {
                Event::Start(element) => {
                    self.depth += 1;
                    if self.depth > DEPTH {
                        return Err(Rejection::end(line, format!("elements are nested deeper than {DEPTH}")));
                    }
                    started(&element, self.depth, line, &mut trace)?;
                }
                Event::Empty(element) => {
                    started(&element, self.depth + 1, line, &mut trace)?;
                    if self.depth == 1 && element.local_name().as_ref() == "trace" {
                        return Ok(trace);
                    }
                    if let Some(trace) = trace.as_mut().filter(|_| self.depth == 2) {
                        trace.in_event = false;
                    }
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    match self.depth {
                        1 if trace.is_some() => return Ok(trace),
                        2 => trace.iter_mut().for_each(|trace| trace.in_event = false),
                        _ => {}
                    }
                }
                Event::Eof if self.depth > 0 => {
                    return Err(Rejection::end(line, "the file ends inside the log; it is cut"));
                }
                Event::Eof => return Ok(None),
                Event::DocType(_) => return Err(Rejection::end(line, "has a document type, which no event log needs")),
                _ => {}
            }
        }
    }

    fn group(&mut self, trace: Trace) -> Result<Group, Rejection> {
        trace.events.iter().for_each(|_| self.tally.row());
        if trace.overflow {
            let most = format!("has more events or text than a ticket can have; {EVENTS} events are the most");
            return Err(Rejection::new(trace.line, RECORD, most));
        }
        if trace.events.is_empty() {
            return Err(Rejection::new(trace.line, "event", "the trace has none"));
        }
        let own: Cells = trace.own.into_iter().map(|(name, value)| (format!("case:{name}"), value)).collect();
        let rows = trace.events.into_iter().map(|(line, cells)| self.row(line, cells, &own)).collect();
        Ok(Group { line: trace.line, rows })
    }

    fn row(&mut self, line: u64, cells: Cells, own: &Cells) -> Row {
        let (names, cells): (Vec<String>, Vec<String>) = cells.into_iter().chain(own.iter().cloned()).unzip();
        if self.head.names() != names {
            self.head = Arc::new(Head::new(names));
        }
        Row { line, head: Arc::clone(&self.head), cells }
    }
}

impl Iterator for Traces {
    type Item = Result<Group, Rejection>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.trace() {
            Ok(Some(trace)) => Some(self.group(trace)),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(rejection) => {
                self.ended = true;
                Some(Err(rejection))
            }
        }
    }
}

/// Takes what an element at this depth means: 1 the log, 2 a trace, 3 an event or attribute of the trace,
/// 4 an attribute of the event.
fn started(element: &BytesStart, depth: usize, line: u64, trace: &mut Option<Trace>) -> Result<(), Rejection> {
    let name = element.local_name();
    match (depth, trace) {
        (1, _) if name.as_ref() != "log" => {
            Err(Rejection::end(line, format!("is XML of another kind: its root is `{}`, not `log`", name.as_ref())))
        }
        (2, trace) if name.as_ref() == "trace" => {
            *trace = Some(Trace { line, ..Trace::default() });
            Ok(())
        }
        (3, Some(trace)) if name.as_ref() == "event" => {
            trace.in_event = true;
            trace.overflow |= trace.events.len() >= EVENTS;
            if !trace.overflow {
                trace.events.push((line, Cells::new()));
            }
            Ok(())
        }
        (3 | 4, Some(trace)) => trace.take(element, depth, line),
        _ => Ok(()),
    }
}

impl Trace {
    fn take(&mut self, element: &BytesStart, depth: usize, line: u64) -> Result<(), Rejection> {
        if self.in_event != (depth == 4) || self.overflow {
            return Ok(());
        }
        let Some((key, value)) = attribute(element, line)? else { return Ok(()) };
        self.bytes += key.len() + value.len();
        let cells = match self.events.last_mut().filter(|_| self.in_event) {
            Some((_, cells)) => cells,
            None => &mut self.own,
        };
        cells.push((key, value));
        self.overflow |= cells.len() > ATTRIBUTES || self.bytes > BYTES;
        Ok(())
    }
}

/// Key and value of `<string key="…" value="…"/>`, whatever the type; `None` for an element without them.
fn attribute(element: &BytesStart, line: u64) -> Result<Option<(String, String)>, Rejection> {
    let (mut key, mut value) = (None, None);
    for found in element.attributes() {
        let found = found.map_err(|error| Rejection::end(line, error.to_string()))?;
        let slot = match found.key.as_ref() {
            "key" => &mut key,
            "value" => &mut value,
            _ => continue,
        };
        let text = found.normalized_value(XmlVersion::Explicit1_0);
        *slot = Some(text.map_err(|error| Rejection::end(line, error.to_string()))?.into_owned());
    }
    Ok(key.zip(value))
}

fn xml_fault(error: &quick_xml::Error) -> String {
    match error {
        quick_xml::Error::Io(fault) => fault.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, repeat};

    use super::super::input::Bytes;
    use super::*;

    fn traces(raw: Bytes) -> (Vec<Result<Group, Rejection>>, Tally) {
        let tally = Tally::default();
        let input = Input::open(raw, None, &tally).unwrap();
        (Traces::open(input, tally.clone()).collect(), tally)
    }

    fn of(text: &str) -> Vec<Result<Group, Rejection>> {
        traces(Box::new(Cursor::new(text.to_owned()))).0
    }

    const TRACE: &str = r#"<log><global scope="event"><string key="a" value="UNKNOWN"/></global>
<trace><string key="concept:name" value="1-2"/>
<event><string key="a" value="x &amp; y"/><float key="b" value="1"><float key="deep" value="2"/></float></event>
<event><string key="a" value="z"/></event></trace>"#;

    #[test]
    fn a_trace_is_a_group_of_its_events() {
        let found = of(&format!("<?xml version=\"1.0\"?>{TRACE}<trace/></log>"));
        let group = found[0].as_ref().unwrap();
        assert_eq!((group.line, group.rows.len()), (2, 2));
        let first = &group.rows[0];
        assert_eq!(
            (first.line, first.get("a"), first.get("b"), first.get("case:concept:name")),
            (3, "x & y", "1", "1-2")
        );
        assert_eq!(first.get("deep"), "");
        assert_eq!(group.rows[1].get("a"), "z");
        let empty = found[1].as_ref().unwrap_err();
        assert!(empty.field == "event" && !empty.ends);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn broken_and_hostile_documents_end_in_a_sentence() {
        let deep = format!("<log>{}", "<a>".repeat(10_000));
        let bomb = "<!DOCTYPE log [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><log/>";
        for (text, sentence) in [
            (TRACE, "ends inside"),
            (&TRACE[..TRACE.len() - 30], ""),
            ("<html></html>", "root is `html`"),
            (bomb, "document type"),
            (&deep, "deeper than"),
            ("<log><trace></log>", ""),
            ("<log><trace><string key=\"a\" value=\"&evil;\"/></trace></log>", "evil"),
        ] {
            let found = of(text);
            let last = found.last().unwrap().as_ref().unwrap_err();
            assert!(last.ends && last.line > 0 && last.reason.contains(sentence), "{text:.40}: {last:?}");
        }
    }

    #[test]
    fn an_endless_attribute_is_refused_after_little_of_it() {
        let raw = Cursor::new("<log><trace><string key=\"").chain(repeat(b'a').take(100 << 20));
        let (found, tally) = traces(Box::new(raw));
        assert!(found[0].as_ref().unwrap_err().reason.contains("4 MiB"));
        assert!(tally.bytes() < 5 << 20);
    }
}
