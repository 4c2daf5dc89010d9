//! The one form of an event: what a command changed on one aggregate. The journal keeps events for ever; this is
//! version 1 of their bodies, and it is never changed, only followed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clock::kept as clock;
use super::escalation::Step;
use super::id::{AggId, CmdId, OriginId, RowId};
use super::incident::Visibility;
use super::role::{Discipline, Tier};
use super::text::{Login, clean};
use super::time::Instant;
use super::trigger::kept as trigger;
use super::word::words;

/// Version of the bodies this program writes, and the newest it understands.
pub const BODY_VERSION: u16 = 1;
/// Longest body, in bytes.
pub const BODY_MAX: usize = 65_536;

words! {
    /// What an event is about.
    pub enum EventKind {
        OriginStarted = "origin.started",
        RecordCreated = "record.created",
        RecordChanged = "record.changed",
        DataImported = "data.imported",
        EventRedacted = "event.redacted",
        ConflictAcked = "conflict.acked",
    }

    /// How the actor's name is known.
    pub enum Proof {
        /// The account that ran the program.
        Claimed = "claimed",
        /// The owner of the store acting as another user of it.
        ActingAs = "acting_as",
        Sudo = "sudo",
        Import = "import",
        Timer = "timer",
        /// A rule of the desk, on another record than the one that the person's command was about.
        Rule = "rule",
    }
}

/// Place of an event in the one order of all events: `(hlc, origin, seq)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Hybrid logical clock: milliseconds << 16 | counter.
    pub hlc: i64,
    pub origin: OriginId,
    pub seq: i64,
}

/// An event as it is folded.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub stamp: Stamp,
    /// The author's clock, or the time of the past that an import tells of.
    pub at: Instant,
    pub agg: AggId,
    /// Order of arrival in this store: gives rows of views their ids and decides nothing.
    pub pos: i64,
    pub cmd: CmdId,
    /// `None` for a kind of a newer version.
    pub kind: Option<EventKind>,
    pub ver: u16,
    pub actor: Login,
    pub proof: Option<Proof>,
    /// `None` when it was erased, or is no body of a known version.
    pub body: Option<Body>,
}

/// What was written to one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Write {
    /// The value before, for people and for undo.
    #[serde(default)]
    pub from: Value,
    pub to: Value,
    /// How many earlier writes of the field the author's store had folded.
    #[serde(default)]
    pub seen: u32,
}

/// The body of a record event.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Body {
    /// Word of the command.
    #[serde(rename = "do", default)]
    pub act: String,
    /// Type of the aggregate; with `record.created` only.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Write>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub add: BTreeMap<String, Vec<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub del: BTreeMap<String, Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The command that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<CmdId>,
    /// Rows that are void from the start: as if they had never been added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub void: Vec<RowId>,
    /// Voided rows that count again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restore: Vec<RowId>,
    /// With `event.redacted` and `conflict.acked`: the event that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

/// Names another event of the same aggregate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub origin: OriginId,
    pub seq: i64,
    /// Of a conflict: the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Of a redaction: the body that stands in for the target's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<Box<Body>>,
}

/// A row: only ever added, taken once by its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawRow")]
pub struct Row {
    pub id: RowId,
    #[serde(flatten)]
    pub what: RowKind,
}

/// A row as it stands in a body, before its type is looked at.
#[derive(Deserialize)]
struct RawRow {
    id: RowId,
    t: String,
    #[serde(default)]
    v: Value,
}

impl TryFrom<RawRow> for Row {
    type Error = serde_json::Error;
    fn try_from(raw: RawRow) -> Result<Self, serde_json::Error> {
        let what = match raw.t.as_str() {
            "worklog" => RowKind::Worklog(serde_json::from_value(raw.v)?),
            "escalation" => RowKind::Escalation(serde_json::from_value(raw.v)?),
            "clock" => RowKind::Clock(serde_json::from_value(raw.v)?),
            "trigger" => RowKind::Trigger(serde_json::from_value(raw.v)?),
            "watch" => {
                let Watch { at } = serde_json::from_value(raw.v)?;
                RowKind::Watch { at }
            }
            "count" => {
                let Count { of, n } = serde_json::from_value(raw.v)?;
                RowKind::Count { of, n }
            }
            "visit" => {
                let Visit { tier, discipline } = serde_json::from_value(raw.v)?;
                RowKind::Visit { tier, discipline }
            }
            _ => RowKind::Unknown,
        };
        Ok(Self { id: raw.id, what })
    }
}

#[derive(Deserialize)]
struct Count {
    of: String,
    n: i64,
}

#[derive(Deserialize)]
struct Visit {
    tier: Tier,
    discipline: Discipline,
}

#[derive(Deserialize)]
struct Watch {
    at: Option<Instant>,
}

/// What a row can be.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "t", content = "v", rename_all = "snake_case")]
pub enum RowKind {
    Worklog(Entry),
    /// Adds to a counter; a correction is negative.
    Count {
        of: String,
        n: i64,
    },
    /// The record entered a tier.
    Visit {
        tier: Tier,
        discipline: Discipline,
    },
    Escalation(Box<Step>),
    /// What happened to one of its clocks.
    Clock(Box<clock::Step>),
    /// A rule fired, was waived or was answered.
    Trigger(Box<trigger::Step>),
    /// The next instant at which time alone changes something: a clock, or a rule that looks at one.
    Watch {
        at: Option<Instant>,
    },
    /// A row of a newer version: kept, not folded.
    Unknown,
}

/// One worklog entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub vis: Visibility,
    pub text: String,
}

impl RowKind {
    /// Does it take effect only with the course step it came with?
    pub const fn guarded(&self) -> bool {
        !matches!(self, Self::Worklog(_) | Self::Unknown)
    }
}

impl Body {
    /// Reads a stored body; `None` unless it is an object of this form.
    pub fn read(text: &str) -> Option<Self> {
        // A list would be read as a struct's fields in order.
        if !text.trim_start().starts_with('{') {
            return None;
        }
        if !may_hide(text) {
            return serde_json::from_str(text).ok();
        }
        let mut json = serde_json::from_str(text).ok()?;
        disarm(&mut json);
        serde_json::from_value(json).ok()
    }

    /// The text that is hashed and stored; it is never made again from a parsed form.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a body has only string keys")
    }
}

/// Could a text of this body be anything but harmless? What this program writes escapes line ends, quotes and
/// backslashes only, and was cleaned where it entered; a body of another store's making may hold what moves the cursor.
fn may_hide(text: &str) -> bool {
    let escaped = text.as_bytes().windows(2).any(|pair| pair[0] == b'\\' && !matches!(pair[1], b'n' | b'"' | b'\\'));
    escaped || text.contains('\u{7f}') || !text.is_ascii() && clean(text) != text
}

/// Cleans every text.
fn disarm(json: &mut Value) {
    match json {
        Value::String(text) => *text = clean(text),
        Value::Array(list) => list.iter_mut().for_each(disarm),
        Value::Object(map) => map.values_mut().for_each(disarm),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_store_made_moves_no_cursor() {
        for hidden in ["\\u001b[2J", "\\b", "\u{202e}", "\u{7f}", "\u{9b}2J", "\\\\\\u0007"] {
            let row = r#"{"t":"worklog","id":"00000000000000000000000000000001","v":{"vis":"internal","text":"a#b"}}"#;
            let text =
                format!(r#"{{"set":{{"x":{{"to":["a#b"]}}}},"reason":"a#b","rows":[{row}]}}"#).replace('#', hidden);
            let body = Body::read(&text).unwrap();
            let RowKind::Worklog(entry) = &body.rows[0].what else { panic!("a worklog") };
            for text in [&entry.text, body.reason.as_ref().unwrap(), &body.set["x"].to[0].as_str().unwrap().to_owned()]
            {
                assert_eq!(*text, clean(text), "{hidden:?}");
                assert!(text.starts_with('a') && text.ends_with('b'));
            }
        }
        let plain = r#"{"reason":"two\nlines \"quoted\" \\ und Größe"}"#;
        assert_eq!(Body::read(plain).unwrap().reason.unwrap(), "two\nlines \"quoted\" \\ und Größe");
    }

    #[test]
    fn a_body_survives_its_text() {
        let body = Body {
            act: "note".into(),
            set: BTreeMap::from([("title".into(), Write { from: Value::Null, to: "x".into(), seen: 2 })]),
            add: BTreeMap::from([("tags".into(), vec!["vpn".into()])]),
            rows: vec![Row {
                id: RowId::derived(&[b"r"]),
                what: RowKind::Worklog(Entry { vis: Visibility::Internal, text: "seen".into() }),
            }],
            ..Body::default()
        };
        assert_eq!(Body::read(&body.text()), Some(body));
    }

    #[test]
    fn rows_and_keys_of_a_newer_version_do_not_stop_the_reading() {
        let text = r#"{"do":"x","later":{"a":[1]},"rows":[{"t":"later","id":"00000000000000000000000000000001","v":{"z":1}}]}"#;
        let body = Body::read(text).unwrap();
        assert_eq!(body.rows[0].what, RowKind::Unknown);
    }

    #[test]
    fn broken_bodies_are_no_bodies() {
        for text in ["", "{", "[]", "null", r#"{"set":3}"#, r#"{"rows":[{"t":"worklog"}]}"#] {
            assert_eq!(Body::read(text), None, "{text}");
        }
    }
}
