//! Zammad's REST answers: searches with an assets map (tickets, users, groups and organisations by id), plain arrays
//! of tickets, and single tickets; articles where they are part of the answer.
//!
//! Ids mean something inside one system only, so ids of states and priorities are read as a new system has them;
//! where an answer names states, priorities and people (`expand=true`), the names count.
//!
//! | state | here |
//! | --- | --- |
//! | new | `queued`, or `assigned` with an owner |
//! | open | `in_progress` |
//! | pending reminder | `pending`, `observation`: for whom it waits is not told |
//! | pending close | `resolved`: it closes by itself, as ours does |
//! | closed | `closed` |
//! | merged, removed | `cancelled` |

use serde_json::{Map, Value};

use crate::domain::incident::{Pending, ResolutionCode, Source, State, Visibility};
use crate::domain::priority::Priority;
use crate::domain::time::Instant;

use super::draft::{Draft, Person, label, person, resolution, unknown};
use super::html;
use super::incoming::{Incoming, Standing};
use super::rejection::{RECORD, Rejection};
use super::snapshot::{Mark, Snapshot};
use super::words;

/// A search answer has many tickets in one document; pages are a few hundred tickets at most.
pub(super) const DOCUMENT: u64 = 64 << 20;

/// The tickets of one document.
pub(super) fn tickets(line: u64, document: &Value) -> Vec<Result<Incoming, Rejection>> {
    let Some(object) = document.as_object() else {
        return vec![Err(Rejection::new(line, RECORD, "is not an object"))];
    };
    let none = Map::new();
    let assets = object.get("assets").and_then(Value::as_object);
    let around = Around { line, assets: assets.unwrap_or(&none) };
    let Some(assets) = assets else { return vec![around.ticket(object)] };
    match assets.get("Ticket").and_then(Value::as_object) {
        Some(tickets) => tickets.values().filter_map(Value::as_object).map(|ticket| around.ticket(ticket)).collect(),
        None => vec![Err(Rejection::new(line, "assets", "has no tickets"))],
    }
}

/// What stands beside a ticket in the same answer.
struct Around<'a> {
    line: u64,
    assets: &'a Map<String, Value>,
}

impl<'a> Around<'a> {
    /// The asset of that kind that a field of the record names by id.
    fn asset(&self, kind: &str, record: &Map<String, Value>, field: &str) -> Option<&'a Map<String, Value>> {
        let id = text(record, field);
        self.assets.get(kind)?.as_object()?.get(&id)?.as_object()
    }

    fn user(&self, record: &Map<String, Value>, field: &str) -> Person {
        let Some(user) = self.asset("User", record, &format!("{field}_id")) else {
            return Person { name: text(record, field), ..Person::default() };
        };
        let organisation = self.asset("Organization", user, "organization_id").map(|it| text(it, "name"));
        let phone = [text(user, "phone"), text(user, "mobile")].into_iter().find(|it| !it.is_empty());
        Person {
            name: format!("{} {}", text(user, "firstname"), text(user, "lastname")).trim().to_owned(),
            email: text(user, "email"),
            phone: phone.unwrap_or_default(),
            organisation: organisation.unwrap_or_default(),
            site: text(user, "city"),
        }
    }

    fn ticket(&self, ticket: &Map<String, Value>) -> Result<Incoming, Rejection> {
        let mut draft = Draft::new("zammad", "number", &text(ticket, "number"), self.line)?;
        draft.title(&text(ticket, "title"));
        draft.requester = self.user(ticket, "customer");
        draft.opened_at = self.time(&mut draft, ticket, "created_at");
        draft.logged_at = draft.opened_at;
        draft.keep("note", &text(ticket, "note"));
        draft.keep("type", &text(ticket, "type"));
        let group =
            self.asset("Group", ticket, "group_id").map_or_else(|| text(ticket, "group"), |it| text(it, "name"));
        let priority = self.priority(&mut draft, ticket);
        draft.begin(Standing {
            team: label(&group),
            tier: words::tier(&group),
            assignee: person(&self.user(ticket, "owner").name),
            priority,
            ..unknown()
        });
        let answered = self.articles(&mut draft, ticket);
        self.course(&mut draft, ticket, answered);
        draft.finish("created_at")
    }

    /// The first article is the description, the others are notes. Was one of them an answer to the requester?
    fn articles(&self, draft: &mut Draft, ticket: &Map<String, Value>) -> bool {
        let mut articles = self.articles_of(ticket);
        articles.sort_by_key(|article| text(article, "created_at").parse::<Instant>().unwrap_or_default());
        let mut answered = false;
        for (n, article) in articles.into_iter().enumerate() {
            let body = text(article, "body");
            let body = if text(article, "content_type") == "text/html" { html::text(&body) } else { body };
            if n == 0 {
                draft.description(&body);
                draft.channel = channel(&text(article, "type"));
                continue;
            }
            let Some(at) = self.time(draft, article, "created_at") else { continue };
            let internal = article.get("internal").and_then(Value::as_bool).unwrap_or(true);
            let visibility = if internal { Visibility::Internal } else { Visibility::Requester };
            answered |= !internal && text(article, "sender") == "Agent";
            draft.note(at, &text(article, "from"), visibility, &body);
        }
        answered
    }

    fn articles_of<'b>(&self, ticket: &'b Map<String, Value>) -> Vec<&'b Map<String, Value>>
    where
        'a: 'b,
    {
        let own = ticket.get("articles").and_then(Value::as_array).into_iter().flatten();
        let ids = ticket.get("article_ids").and_then(Value::as_array).into_iter().flatten();
        let shared = self.assets.get("TicketArticle").and_then(Value::as_object);
        let named = ids.filter_map(|id| shared?.get(&id.to_string()));
        own.chain(named).filter_map(Value::as_object).collect()
    }

    fn course(&self, draft: &mut Draft, ticket: &Map<String, Value>, answered: bool) {
        let actor = self.user(ticket, "updated_by").name;
        let mark = |field, at| Mark { field, at, actor: &actor };
        let responded = self.time(draft, ticket, "first_response_at").filter(|_| !answered);
        let closed = self.time(draft, ticket, "close_at");
        let changed = self.time(draft, ticket, "updated_at");
        if let Some(until) = self.time(draft, ticket, "pending_time") {
            draft.keep("pending_time", &until.to_string());
        }
        let state = self.state(draft, ticket);
        let open = state.is_some_and(|(state, _)| state.open());
        Snapshot {
            line: self.line,
            state,
            resolution: (ResolutionCode::Fixed, resolution("", "Zammad")),
            responded: mark("first_response_at", responded),
            resolved: mark("close_at", None),
            closed: mark("close_at", closed.filter(|_| !open)),
            changed: mark("updated_at", changed),
        }
        .settle(draft);
    }

    fn state(&self, draft: &mut Draft, ticket: &Map<String, Value>) -> Option<(State, Option<Pending>)> {
        let told = match text(ticket, "state") {
            told if told.is_empty() => text(ticket, "state_id"),
            told => told,
        };
        match told.as_str() {
            "1" | "new" if draft.now().assignee.is_some() => Some((State::Assigned, None)),
            "1" | "new" => Some((State::Queued, None)),
            "2" | "open" => Some((State::InProgress, None)),
            "3" | "pending reminder" => Some((State::Pending, Some(Pending::Observation))),
            "4" | "closed" => Some((State::Closed, None)),
            "5" | "merged" | "6" | "removed" => Some((State::Cancelled, None)),
            "7" | "pending close" => Some((State::Resolved, None)),
            other => {
                draft.left_out(self.line, "state", format!("`{other}` is not a state; the ticket is taken as queued"));
                Some((draft.now().state, None))
            }
        }
    }

    /// Three levels there, the normal one in the middle of ours.
    fn priority(&self, draft: &mut Draft, ticket: &Map<String, Value>) -> Option<Priority> {
        let told = match text(ticket, "priority") {
            told if told.is_empty() => text(ticket, "priority_id"),
            told => told,
        };
        match told.split(' ').next().unwrap_or_default() {
            "" => None,
            "1" => Some(Priority::P4),
            "2" => Some(Priority::P3),
            "3" => Some(Priority::P2),
            _ => {
                draft.left_out(self.line, "priority", format!("`{told}` is not known; use 1 low, 2 normal or 3 high"));
                None
            }
        }
    }

    fn time(&self, draft: &mut Draft, record: &Map<String, Value>, field: &str) -> Option<Instant> {
        let told = text(record, field);
        let read = told.parse().ok();
        if read.is_none() && !told.is_empty() {
            draft.left_out(self.line, field, format!("`{told}` is not an instant"));
        }
        read
    }
}

fn channel(kind: &str) -> Option<Source> {
    match kind {
        "note" | "" => None,
        told => words::channel(told),
    }
}

/// A field as text; empty where it is null or absent.
fn text(record: &Map<String, Value>, field: &str) -> String {
    match record.get(field) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(told)) => told.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_search_answer_names_people_and_groups_by_its_assets() {
        let answer = json!({"assets": {
            "Ticket": {"7": {"id": 7, "number": "20007", "title": "No mail", "state_id": 4, "priority_id": 3,
                "group_id": 4, "owner_id": 3, "customer_id": 2, "created_at": "2025-01-14T07:45:08.681Z",
                "close_at": "2025-01-15T07:45:08.681Z", "updated_at": "2025-01-16T07:45:08.681Z", "note": null,
                "article_ids": [9, 8]}},
            "User": {"2": {"firstname": "Nicole", "lastname": "Braun", "email": "n@example.com", "organization_id": 1},
                "3": {"firstname": "Lauren", "lastname": ""}},
            "Group": {"4": {"name": "Support::2nd Level"}},
            "Organization": {"1": {"name": "Foundation"}},
            "TicketArticle": {
                "8": {"created_at": "2025-01-14T07:45:09Z", "body": "Hi<br>there", "content_type": "text/html", "type": "email"},
                "9": {"created_at": "2025-01-14T09:00:00Z", "body": "On it", "internal": false, "sender": "Agent", "from": "Lauren"}}
        }, "result": [{"type": "Ticket", "id": 7}]});
        let found = tickets(1, &answer).remove(0).unwrap();
        let asked = found.requester.as_ref().unwrap();
        assert_eq!(
            (asked.name.as_str(), asked.organisation.as_ref().unwrap().as_str()),
            ("Nicole Braun", "Foundation")
        );
        assert_eq!((found.tier.n(), found.priority, found.channel), (2, Some(Priority::P2), Some(Source::Email)));
        assert_eq!(found.description.as_ref().unwrap().as_str(), "Hi\nthere");
        let end = found.standing();
        assert_eq!((end.state, end.assignee), (State::Closed, person("Lauren")));
        assert_eq!(end.closed_at.unwrap().to_string(), "2025-01-15T07:45:08Z");
        assert!(found.left_out.is_empty(), "{:?}", found.left_out);
    }

    #[test]
    fn names_count_where_an_answer_has_them() {
        let ticket = json!({"number": "3", "title": "x", "state": "pending reminder", "priority": "2 normal",
            "owner": "-", "customer": "d@example.com", "group": "Users", "created_at": "2025-01-14T07:45:08.681Z"});
        let found = tickets(1, &ticket).remove(0).unwrap();
        assert_eq!(found.standing().pending, Some(Pending::Observation));
        assert_eq!((found.assignee, found.requester.unwrap().name), (None, person("d@example.com").unwrap()));
    }

    #[test]
    fn what_is_no_ticket_is_refused_with_its_field() {
        for (document, field) in [
            (json!({"id": 9, "ticket_id": 5, "body": "Hi"}), "number"),
            (json!({"assets": {}}), "assets"),
            (json!(3), RECORD),
        ] {
            assert_eq!(tickets(2, &document).remove(0).unwrap_err().field, field);
        }
    }
}
