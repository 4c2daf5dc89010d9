//! Our own export: one object a ticket, one a line or in an array. It reads back to the value it was made of.

use serde::Serialize;
use serde_json::{Map, Value};

use super::incoming::{Incoming, Step, What};
use super::rejection::{RECORD, Rejection};
use crate::domain::number::Kind;

/// Member that names the format, with its version.
pub(super) const MARK: &str = "tierdesk";
const VERSION: u64 = 1;

/// A ticket as it stands in an export.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    tierdesk: u64,
    #[serde(flatten)]
    ticket: &'a Incoming,
}

impl<'a> Record<'a> {
    pub(super) fn of(ticket: &'a Incoming) -> Self {
        Self { tierdesk: VERSION, ticket }
    }
}

pub(super) fn ticket(line: u64, value: Value) -> Result<Incoming, Rejection> {
    let Value::Object(mut object) = value else { return Err(Rejection::new(line, RECORD, "is not an object")) };
    match object.remove(MARK) {
        None => {}
        Some(version) if version == VERSION => {}
        Some(version) => {
            let reason = format!("is version {version} of the format; this program reads version {VERSION}");
            return Err(Rejection::new(line, MARK, reason));
        }
    }
    let mut ticket: Incoming = serde_json::from_value(Value::Object(object.clone()))
        .map_err(|error| Rejection::new(line, &blamed(&object, &error.to_string()), error.to_string()))?;
    if !ticket.category.holds_for_incident(ticket.subcategory) {
        let reason = format!("`{}` does not belong to `{}`", ticket.subcategory, ticket.category);
        return Err(Rejection::new(line, "subcategory", reason));
    }
    if let Some(step) = ticket.history.iter().find(|step| !is_of_incident(step)) {
        return Err(Rejection::new(line, "history", format!("an incident is never as at {}", step.at)));
    }
    ticket.line = line;
    ticket.put_in_order(line);
    Ok(ticket)
}

fn is_of_incident(step: &Step) -> bool {
    !matches!(step.what, What::State { state, .. } if !state.is_of(Kind::Incident))
}

/// The field that an error is about: the one that it names, else the first that a right record does not bear either.
fn blamed(object: &Map<String, Value>, error: &str) -> String {
    let missing = error.strip_prefix("missing field `").or_else(|| error.strip_prefix("unknown field `"));
    let named = missing.and_then(|rest| rest.split('`').next());
    if let Some(name) = named.filter(|name| object.contains_key(*name) != error.starts_with("missing")) {
        return name.to_owned();
    }
    let bears = |name: &String, value: &Value| {
        let mut right = right();
        right.insert(name.clone(), value.clone());
        serde_json::from_value::<Incoming>(Value::Object(right)).is_ok()
    };
    object.iter().find(|(name, value)| !bears(name, value)).map_or(RECORD, |(name, _)| name).to_owned()
}

/// The least that is a ticket.
fn right() -> Map<String, Value> {
    let time = "1970-01-01T00:00:00Z";
    let least = [
        ("source", "tierdesk"),
        ("key", "INC-1"),
        ("title", "x"),
        ("category", "fix"),
        ("subcategory", "unknown"),
        ("opened_at", time),
        ("logged_at", time),
    ];
    least.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_record_is_refused_with_its_field() {
        for (field, value) in [
            ("opened_at", json!("yesterday")),
            ("priority", json!(7)),
            ("title", json!("")),
            ("tags", json!(["two words"])),
            ("history", json!([{"at": "1970-01-01T00:00:00Z", "what": {"state": {"state": "lost"}}}])),
            ("history", json!([{"at": "1970-01-01T00:00:00Z", "what": {"state": {"state": "declined"}}}])),
            ("requester", json!({"name": "x", "pin": 1})),
            ("shoe_size", json!(44)),
            (MARK, json!(2)),
            ("subcategory", json!("new_install")),
        ] {
            let mut object = right();
            object.insert(field.to_owned(), value);
            let refused = ticket(3, Value::Object(object)).unwrap_err();
            assert_eq!((refused.line, refused.field.as_str()), (3, field), "{refused:?}");
        }
        let mut object = right();
        object.remove("title");
        assert_eq!(ticket(3, Value::Object(object)).unwrap_err().field, "title");
        assert_eq!(ticket(3, json!("x")).unwrap_err().field, RECORD);
    }

    #[test]
    fn outside_text_is_cleaned_here_too() {
        let mut object = right();
        object.insert("title".to_owned(), json!("a\u{1b}]52;c;x\u{7}\u{202e}b"));
        assert_eq!(ticket(1, Value::Object(object)).unwrap().title.as_str(), "a]52;c;xb");
    }
}
