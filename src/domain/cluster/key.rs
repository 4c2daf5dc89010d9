//! What makes incidents alike: the first program, the symptom, and the signature that the fault shows.

use std::fmt;

use serde_json::Value;

use crate::domain::field::Wire;
use crate::domain::incident::Symptom;
use crate::domain::number::Kind;
use crate::domain::ticket::Ticket;

/// Between the parts of a key in one text; no cleaned text holds it.
const BETWEEN: char = '\u{1f}';

/// Program, symptom and signature; compared without case. An absent part is empty, and one of program and signature
/// is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    program: String,
    symptom: Option<Symptom>,
    signature: String,
}

impl Key {
    /// The key of an incident. One that names neither a program nor a signature is like no other; nor is any other
    /// type of record.
    pub fn of(ticket: &Ticket) -> Option<Self> {
        if ticket.kind() != Kind::Incident {
            return None;
        }
        let program = ticket.software_items.first().map(|label| label.as_str());
        let signature = ticket.signature.as_ref().map(|signature| signature.as_str());
        Self::new(program.unwrap_or_default(), ticket.symptom, signature.unwrap_or_default())
    }

    /// `None` for parts that say nothing.
    pub fn new(program: &str, symptom: Option<Symptom>, signature: &str) -> Option<Self> {
        let key = Self { program: program.to_lowercase(), symptom, signature: signature.to_lowercase() };
        (!key.program.is_empty() || !key.signature.is_empty()).then_some(key)
    }

    /// From the text of [`column`](Self::column).
    pub fn from_column(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, BETWEEN);
        let (program, symptom, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let symptom = if symptom.is_empty() { None } else { Some(Symptom::from_word(symptom)?) };
        Self::new(program, symptom, signature)
    }

    /// As one text, for columns and events. Keys of one program and symptom have one beginning.
    pub fn column(&self) -> String {
        format!("{}{}", self.beginning(), self.signature)
    }

    /// The text that all keys of its program and symptom begin with.
    pub fn beginning(&self) -> String {
        format!("{}{BETWEEN}{}{BETWEEN}", self.program, self.symptom.map_or("", Symptom::word))
    }

    /// Between which texts of [`column`](Self::column) the keys of the same program and symptom lie; `None` without a
    /// program.
    pub fn kin(&self) -> Option<[String; 2]> {
        let beginning = self.beginning();
        let before = beginning.strip_suffix(BETWEEN).unwrap_or(&beginning);
        // The characters on both sides of the one that stands between the parts.
        (!self.program.is_empty()).then(|| ["\u{1e}", "\u{20}"].map(|side| format!("{before}{side}")))
    }

    /// Same program, which is there, and same symptom.
    pub fn is_kin_of(&self, other: &Self) -> bool {
        !self.program.is_empty() && self.program == other.program && self.symptom == other.symptom
    }

    /// Does the fault show something by which it is told from others of its program and symptom?
    pub fn has_signature(&self) -> bool {
        !self.signature.is_empty()
    }

    /// The key of incidents of the same program and symptom that show no signature; they match it weakly. `None` when
    /// there is no program, as nothing would be left to compare.
    pub fn without_signature(&self) -> Option<Self> {
        Self::new(&self.program, self.symptom, "")
    }
}

/// For people: `outlook, crash in use, 0x800ccc0e`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symptom = self.symptom.map_or_else(String::new, |symptom| symptom.word().replace('_', " "));
        let parts = [self.program.as_str(), &symptom, &self.signature];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        f.write_str(&parts.join(", "))
    }
}

/// One part a line: the journal keeps no other control character.
impl Wire for Key {
    fn to_value(&self) -> Value {
        Value::from(self.column().replace(BETWEEN, "\n"))
    }
    fn from_value(value: &Value) -> Option<Self> {
        Self::from_column(&value.as_str()?.replace('\n', &BETWEEN.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::{Label, Signature};

    #[test]
    fn incidents_are_alike_by_program_symptom_and_signature() {
        let label = |text: &str| Label::new(text).unwrap();
        for (programs, symptom, signature, words) in [
            (vec!["Outlook"], Some(Symptom::CrashInUse), Some("0x80AF"), Some("outlook, crash in use, 0x80af")),
            (vec!["Zoom", "Acrobat"], None, None, Some("acrobat")),
            (vec![], None, Some("E42"), Some("e42")),
            (vec![], Some(Symptom::Slow), None, None),
        ] {
            let ticket = Ticket {
                software_items: programs.into_iter().map(label).collect(),
                symptom,
                signature: signature.map(|text| Signature::new(text).unwrap()),
                ..Ticket::default()
            };
            let key = Key::of(&ticket);
            assert_eq!(key.as_ref().map(ToString::to_string), words.map(str::to_owned));
            assert_eq!(key.as_ref().and_then(|key| Key::from_column(&key.column())), key);
            assert_eq!(key.as_ref().and_then(|key| Key::from_value(&key.to_value())), key);
        }
    }

    #[test]
    fn a_text_that_is_no_key_is_none() {
        for text in ["", "outlook", "outlook\u{1f}crash", "outlook\u{1f}dancing\u{1f}", "\u{1f}slow\u{1f}"] {
            assert_eq!(Key::from_column(text), None, "{text:?}");
        }
    }
}
