//! ServiceNow's incident table: Table API answers in JSON, and the same as CSV. A record shows how a ticket stands,
//! so its course is what the few times in it say.
//!
//! A field is a text, `{"link", "value"}` (a reference) or `{"display_value", "value"}`. Names are read from the
//! display value, codes and times from the value: values are UTC, display values are in the asking user's zone.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde_json::Value;

use crate::domain::incident::{Pending, State, Visibility};
use crate::domain::time::Instant;

use super::draft::{Draft, label, person, resolution, unknown};
use super::incoming::{Incoming, Standing};
use super::rejection::{RECORD, Rejection};
use super::row::Row;
use super::snapshot::{Mark, Snapshot};
use super::words;

/// Members of an answer that hold its records.
pub(super) const WRAPS: &[&str] = &["result", "records"];
/// Columns of which a CSV export of the table has at least one.
pub(super) const SIGNS: [&str; 2] = ["sys_created_on", "sys_id"];
const WORDS: [&str; 9] = [
    "opened_by",
    "severity",
    "problem_id",
    "rfc",
    "caused_by",
    "parent_incident",
    "reopen_count",
    "made_sla",
    "sys_id",
];

/// One record: each field as shown and as stored.
pub(super) struct Record {
    line: u64,
    fields: HashMap<String, (String, String)>,
}

impl Record {
    pub(super) fn from_row(row: &Row) -> Self {
        let field = |name: &String| (name.clone(), (row.get(name).to_owned(), row.get(name).to_owned()));
        Self { line: row.line, fields: row.head.names().iter().map(field).collect() }
    }

    pub(super) fn from_json(line: u64, value: &Value) -> Result<Self, Rejection> {
        let object = value.as_object().ok_or_else(|| Rejection::new(line, RECORD, "is not an object"))?;
        let field =
            |(name, value): (&String, &Value)| (name.clone(), (plain(value, "display_value"), plain(value, "value")));
        Ok(Self { line, fields: object.iter().map(field).collect() })
    }

    fn shown(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |(shown, _)| shown.trim())
    }

    fn stored(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |(_, stored)| stored.trim())
    }

    pub(super) fn ticket(&self, zone: Tz) -> Result<Incoming, Rejection> {
        let class = self.stored("sys_class_name").to_ascii_lowercase();
        if !matches!(class.as_str(), "" | "incident") {
            return Err(Rejection::new(
                self.line,
                "sys_class_name",
                format!("`{class}` is not an incident; only incidents are read"),
            ));
        }
        let mut draft = Draft::new("servicenow", "number", self.stored("number"), self.line)?;
        draft.title(self.shown("short_description"));
        draft.description(self.shown("description"));
        draft.requester.name = self.shown("caller_id").to_owned();
        draft.requester.organisation = self.shown("company").to_owned();
        draft.requester.site = self.shown("location").to_owned();
        draft.channel = words::channel(self.stored("contact_type"));
        draft.affects(self.shown("cmdb_ci"));
        draft.affects(self.shown("business_service"));
        draft.opened_at = self.time(&mut draft, "opened_at", zone);
        draft.logged_at = self.time(&mut draft, "sys_created_on", zone);
        for name in WORDS {
            draft.keep(name, self.shown(name));
        }
        let begin = self.fields(&mut draft);
        draft.begin(begin);
        self.course(&mut draft, zone);
        draft.finish("opened_at")
    }

    fn fields(&self, draft: &mut Draft) -> Standing {
        let told = [self.shown("category"), self.shown("subcategory")].join(" / ");
        let told = told.trim_matches([' ', '/']);
        let (category, subcategory) = words::category(told);
        Standing {
            team: label(self.shown("assignment_group")),
            tier: words::tier(self.shown("assignment_group")),
            assignee: person(self.shown("assigned_to")),
            impact: self.level(draft, "impact", words::impact),
            urgency: self.level(draft, "urgency", words::urgency),
            priority: self.level(draft, "priority", words::priority),
            category,
            subcategory,
            category_told: label(told),
            ..unknown()
        }
    }

    fn course(&self, draft: &mut Draft, zone: Tz) {
        let changed = self.mark(draft, "sys_updated_on", "sys_updated_by", zone);
        for (name, visibility) in [
            ("comments", Visibility::Requester),
            ("work_notes", Visibility::Internal),
            ("comments_and_work_notes", Visibility::Internal),
        ] {
            if let Some(at) = changed.at.or(draft.opened_at) {
                draft.note(at, "", visibility, self.shown(name));
            }
        }
        let code = self.shown("close_code");
        let note = [code, self.shown("close_notes")].join("\n");
        Snapshot {
            line: self.line,
            state: self.state(draft),
            resolution: (words::resolution_code(code), resolution(&note, "ServiceNow")),
            responded: Mark { field: "", at: None, actor: "" },
            resolved: self.mark(draft, "resolved_at", "resolved_by", zone),
            closed: self.mark(draft, "closed_at", "closed_by", zone),
            changed,
        }
        .settle(draft);
    }

    fn mark(&self, draft: &mut Draft, field: &'static str, actor: &str, zone: Tz) -> Mark<'_> {
        Mark { field, at: self.time(draft, field, zone), actor: self.shown(actor) }
    }

    fn level<T>(&self, draft: &mut Draft, name: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        let told = self.stored(name);
        let found = read(told);
        if found.is_none() && !told.is_empty() {
            draft.left_out(self.line, name, format!("`{told}` is not known; use one like `2` or `2 - Medium`"));
        }
        found
    }

    fn time(&self, draft: &mut Draft, name: &str, zone: Tz) -> Option<Instant> {
        let told = self.stored(name);
        let read = NaiveDateTime::parse_from_str(told, "%Y-%m-%d %H:%M:%S");
        if read.is_err() && !told.is_empty() {
            draft.left_out(self.line, name, format!("`{told}` is not a time; write it like 2016-01-19 04:52:04"));
        }
        read.ok().map(|at| words::local(at, zone))
    }

    /// By the default codes and their words. 4 and 5 are those of systems older than the single state *On Hold*.
    fn state(&self, draft: &mut Draft) -> Option<(State, Option<Pending>)> {
        let waits = |reason| Some((State::Pending, Some(reason)));
        let name = if self.stored("incident_state").is_empty() { "state" } else { "incident_state" };
        match self.stored(name).to_ascii_lowercase().trim_end_matches(".0") {
            "" => None,
            "1" | "new" if draft.now().assignee.is_some() => Some((State::Assigned, None)),
            "1" | "new" => Some((State::Queued, None)),
            "2" | "in progress" | "active" => Some((State::InProgress, None)),
            "3" | "on hold" => waits(self.hold_reason(draft)),
            "4" | "awaiting user info" => waits(Pending::AwaitingRequester),
            "5" | "awaiting evidence" => waits(Pending::Observation),
            "6" | "resolved" => Some((State::Resolved, None)),
            "7" | "closed" => Some((State::Closed, None)),
            "8" | "canceled" | "cancelled" => Some((State::Cancelled, None)),
            other => {
                draft.left_out(self.line, name, format!("`{other}` is not a state; the ticket is taken as queued"));
                Some((draft.now().state, None))
            }
        }
    }

    fn hold_reason(&self, draft: &mut Draft) -> Pending {
        match self.stored("hold_reason").to_ascii_lowercase().trim_end_matches(".0") {
            "1" | "awaiting caller" => Pending::AwaitingRequester,
            "3" | "awaiting problem" => Pending::AwaitingProblem,
            "4" | "awaiting vendor" => Pending::AwaitingVendor,
            "5" | "awaiting change" => Pending::AwaitingChange,
            "" => Pending::Observation,
            other => {
                draft.left_out(self.line, "hold_reason", format!("`{other}` is not known; taken as observation"));
                Pending::Observation
            }
        }
    }
}

/// A field's text, whatever its shape; of an object the member asked for, else its value.
fn plain(value: &Value, member: &str) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(object) => {
            let found = object.get(member).filter(|it| !it.is_null()).or_else(|| object.get("value"));
            found.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_of_a_field_is_read() {
        let record = Record::from_json(
            4,
            &json!({
                "number": {"display_value": "INC0001", "value": "INC0001"},
                "short_description": "No mail",
                "caller_id": {"link": "https://x/1", "value": "46c6"},
                "assigned_to": {"display_value": "Beth Anglin", "value": "99"},
                "incident_state": {"display_value": "On Hold", "value": 3.0},
                "hold_reason": "4",
                "opened_at": {"display_value": "2015-07-06 11:55:46", "value": "2015-07-06 18:55:46"},
                "sys_updated_on": "2015-07-07 10:00:00",
                "impact": "1", "priority": "9", "cmdb_ci": null
            }),
        );
        let ticket = record.unwrap().ticket(Tz::UTC).unwrap();
        assert_eq!(ticket.opened_at.to_string(), "2015-07-06T18:55:46Z");
        assert_eq!((ticket.assignee, ticket.requester.map(|it| it.name)), (person("Beth Anglin"), person("46c6")));
        let last = ticket.history.last().unwrap();
        assert_eq!(
            last.what,
            super::super::incoming::What::State {
                state: State::Pending,
                pending: Some(Pending::AwaitingVendor),
                until: None
            }
        );
        assert_eq!((ticket.left_out.len(), ticket.left_out[0].field.as_str()), (1, "priority"));
    }

    #[test]
    fn records_of_another_kind_are_refused_by_name() {
        for (value, field) in [
            (
                json!({"number": "PRB1", "sys_class_name": "problem", "opened_at": "2016-01-19 04:52:04"}),
                "sys_class_name",
            ),
            (json!({"opened_at": "2016-01-19 04:52:04"}), "number"),
            (json!({"number": "INC1"}), "opened_at"),
        ] {
            let refused = Record::from_json(7, &value).unwrap().ticket(Tz::UTC).unwrap_err();
            assert_eq!((refused.line, refused.field.as_str()), (7, field));
        }
        assert_eq!(Record::from_json(7, &json!([1])).err().unwrap().field, RECORD);
    }
}
