//! Mapping files: which column of another system's table or log is which field here, in TOML.
//!
//! ```toml
//! source = "our-old-desk"              # the tickets' system, part of their identity
//! zone = "Europe/Rome"                 # of times without an offset; UTC if not told
//! dates = ["%Y-%m-%d %H:%M"]           # tried in this order, before RFC 3339
//! delimiter = ";"                      # told by the head line if absent
//! encoding = "windows-1252"            # told by the bytes if absent
//!
//! [fields]                             # ours = theirs, one column or several
//! key = "Ticket_ID"
//! title = ["Subject", "Product"]       # texts are joined, of times the first that is told counts
//! keep = ["Warranty"]                  # words without a field here: they stand in a first internal note
//!
//! [values.state]                       # theirs = ours, for any field; case does not matter
//! "Waiting for customer" = "pending awaiting_requester"
//! "Assigned to field" = "note"         # no state: the word becomes a note
//!
//! [event]                              # only for logs: rows with one key, or events of an XES trace, are one ticket
//! at = "time:timestamp"
//! actor = "org:resource"
//! takes = ["Take in charge"]           # states, in their words, by which the actor becomes the owner
//! ```
//!
//! In XES the attributes of a trace are columns named `case:` and their key.

use std::collections::BTreeMap;

use chrono::format::{Item, StrftimeItems};
use chrono_tz::Tz;
use encoding_rs::Encoding;
use serde::Deserialize;

use crate::domain::incident::{Pending, State};
use crate::domain::number::Kind;
use crate::domain::text::Tag;
use crate::domain::word::words;

use super::rejection::Rejection;

words! {
    /// The fields here that a mapping can fill.
    pub enum Field {
        Key = "key",
        Title = "title",
        Description = "description",
        Requester = "requester",
        Email = "email",
        Phone = "phone",
        Organisation = "organisation",
        Site = "site",
        Channel = "channel",
        Category = "category",
        Impact = "impact",
        Urgency = "urgency",
        Priority = "priority",
        Tier = "tier",
        Team = "team",
        Assignee = "assignee",
        State = "state",
        Affected = "affected",
        Tags = "tags",
        OpenedAt = "opened_at",
        LoggedAt = "logged_at",
        RespondedAt = "responded_at",
        ResolvedAt = "resolved_at",
        ClosedAt = "closed_at",
        ChangedAt = "changed_at",
        Resolution = "resolution",
        Note = "note",
        Keep = "keep",
    }
}

/// A mapping file, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub(super) source: Tag,
    pub(super) zone: Option<Tz>,
    pub(super) dates: Vec<String>,
    pub(super) delimiter: Option<u8>,
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) fields: BTreeMap<Field, Vec<String>>,
    values: BTreeMap<Field, BTreeMap<String, String>>,
    pub(super) event: Option<Event>,
}

/// How a log tells one event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    pub at: String,
    #[serde(default)]
    pub actor: String,
    #[serde(default)]
    pub takes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: Tag,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    dates: Vec<String>,
    #[serde(default)]
    delimiter: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
    fields: BTreeMap<Field, Columns>,
    #[serde(default)]
    values: BTreeMap<Field, BTreeMap<String, String>>,
    #[serde(default)]
    event: Option<Event>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Columns {
    One(String),
    Several(Vec<String>),
}

/// What a state column's word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Moves(State, Option<Pending>),
    Note,
}

/// The maps that ship inside the program, by name.
pub const SHIPPED: [(&str, &str); 2] = [
    ("customer-support", include_str!("../../assets/maps/customer-support.toml")),
    ("italian-helpdesk", include_str!("../../assets/maps/italian-helpdesk.toml")),
];

impl Mapping {
    /// Reads a mapping file; `file` is its name in a rejection.
    pub fn parse(file: &str, text: &str) -> Result<Self, Rejection> {
        let read = toml::from_str::<File>(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            Rejection::end(before.matches('\n').count() as u64 + 1, error.message())
        });
        read.and_then(File::checked).map_err(|rejection| Rejection { file: file.to_owned(), ..rejection })
    }

    /// One that ships inside the program.
    pub fn shipped(name: &str) -> Option<Self> {
        let (name, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(Self::parse(name, text).expect("shipped maps are read by a test"))
    }

    /// Columns of this field there.
    pub(super) fn columns(&self, field: Field) -> &[String] {
        self.fields.get(&field).map_or(&[], Vec::as_slice)
    }

    /// Does a head line with these names have every column that the mapping reads?
    pub(super) fn fits(&self, has: impl Fn(&str) -> bool) -> bool {
        self.fields.values().flatten().all(|column| has(column))
    }

    /// Our word for theirs; theirs as it is where the mapping says nothing.
    pub(super) fn value<'a>(&'a self, field: Field, told: &'a str) -> &'a str {
        let found = self.values.get(&field).and_then(|values| values.get(&told.to_lowercase()));
        found.map_or(told, String::as_str)
    }

    /// `None` if neither the mapping nor our own words know it.
    pub(super) fn state(&self, told: &str) -> Option<Meaning> {
        meaning(self.value(Field::State, told))
    }
}

fn meaning(ours: &str) -> Option<Meaning> {
    if ours == "note" {
        return Some(Meaning::Note);
    }
    let (state, reason) = match ours.split_once(' ') {
        Some((state, reason)) => (state, Some(Pending::from_word(reason.trim())?)),
        None => (ours, None),
    };
    let state = State::from_word(state).filter(|state| state.is_of(Kind::Incident))?;
    ((state == State::Pending) == reason.is_some()).then_some(Meaning::Moves(state, reason))
}

impl File {
    fn checked(self) -> Result<Mapping, Rejection> {
        let wrong = |field: &str, reason: String| Err(Rejection { ends: true, ..Rejection::new(1, field, reason) });
        let fields: BTreeMap<Field, Vec<String>> =
            self.fields.into_iter().map(|(ours, theirs)| (ours, theirs.all())).collect();
        if !fields.contains_key(&Field::Key) {
            return wrong("fields", "has no `key`; the column of the ticket's number is needed".to_owned());
        }
        let zone = match self.zone.as_deref().map(str::parse::<Tz>) {
            Some(Err(_)) => {
                return wrong(
                    "zone",
                    format!("`{}` is not a zone; write it like Europe/Rome", self.zone.unwrap_or_default()),
                );
            }
            read => read.and_then(Result::ok),
        };
        if let Some(date) = self.dates.iter().find(|date| StrftimeItems::new(date).any(|item| item == Item::Error)) {
            return wrong("dates", format!("`{date}` is not a date format; write it like %Y-%m-%d %H:%M"));
        }
        let delimiter = match self.delimiter.as_deref().map(str::as_bytes) {
            None => None,
            Some([one]) if *one != b'"' && *one != b'\n' && one.is_ascii() => Some(*one),
            Some(_) => return wrong("delimiter", "is not one plain character".to_owned()),
        };
        let encoding = match self.encoding.as_deref().map(|label| (label, Encoding::for_label(label.as_bytes()))) {
            Some((label, None)) => {
                return wrong("encoding", format!("`{label}` is not an encoding; write it like windows-1252"));
            }
            read => read.and_then(|(_, encoding)| encoding),
        };
        for (told, ours) in self.values.get(&Field::State).into_iter().flatten() {
            if meaning(ours).is_none() {
                return wrong(
                    "values.state",
                    format!(
                        "`{ours}` for `{told}` is not a state; use one like `in_progress`, `pending awaiting_vendor` or `note`"
                    ),
                );
            }
        }
        let folded = |(told, ours): (String, String)| (told.to_lowercase(), ours);
        let values = self.values.into_iter().map(|(field, values)| (field, values.into_iter().map(folded).collect()));
        let (source, event) = (self.source, self.event);
        Ok(Mapping { source, zone, dates: self.dates, delimiter, encoding, fields, values: values.collect(), event })
    }
}

impl Columns {
    fn all(self) -> Vec<String> {
        match self {
            Self::One(column) => vec![column],
            Self::Several(columns) => columns,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_map_is_right() {
        for (name, text) in SHIPPED {
            Mapping::parse(name, text).unwrap();
            assert_eq!(Mapping::shipped(name).unwrap().source.as_str(), name);
        }
        assert_eq!(Mapping::shipped("no"), None);
    }

    #[test]
    fn a_wrong_mapping_is_refused_with_file_line_and_reason() {
        let base = "source = \"x\"\n[fields]\nkey = \"n\"\n";
        for (text, line, reason) in [
            ("source = \"x\"\n[fields]\ntitle = \"t\"\n", 1, "has no `key`"),
            ("source = \"x\"\n[fields]\nkey = \"n\"\nnumber = \"n\"\n", 4, "unknown variant `number`"),
            ("source = \"two words\"\n", 1, "is not a tag"),
            (&format!("zone = \"Rome\"\n{base}"), 1, "is not a zone"),
            (&format!("dates = [\"%Q\"]\n{base}"), 1, "is not a date format"),
            (&format!("delimiter = \"--\"\n{base}"), 1, "one plain"),
            (&format!("encoding = \"klingon\"\n{base}"), 1, "is not an encoding"),
            (&format!("{base}[values.state]\na = \"pending\"\n"), 1, "is not a state"),
            ("source = ", 1, ""),
        ] {
            let refused = Mapping::parse("my.toml", text).unwrap_err();
            assert_eq!((refused.file.as_str(), refused.line), ("my.toml", line), "{text}: {refused}");
            assert!(refused.reason.contains(reason), "{text}: {refused}");
        }
    }
}
