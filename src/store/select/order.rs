//! The order of a list, and the place in it where a page begins.

use rusqlite::types::Value as Sql;

use super::Binds;
use super::field::WAITS_SINCE;
use super::shelf::not_yet;
use crate::domain::filter::Filter;
use crate::domain::filter::field::{Field, Now};
use crate::domain::refusal::Refusal;

/// How the rows of a page are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As work should be taken: due first, then priority, then age.
    Queue,
    /// The newest first: what reaches into the past, and words that stand in very many tickets.
    Newest,
    /// As `sort:` and `group:` ask.
    Asked,
}

/// One column of an order; never empty for any row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    sql: &'static str,
    descending: bool,
}

/// Keys of an order, closed by the rid so that no two rows are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    keys: Vec<Key>,
    newest: bool,
}

/// The last row of a page: the next one begins behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    pub(super) order: Order,
    pub(super) keys: Vec<Sql>,
    pub(super) rid: i64,
    /// Rows shown so far, against `limit:`.
    pub(super) shown: u32,
}

const fn key(sql: &'static str) -> Key {
    Key { sql, descending: false }
}

impl Keys {
    /// Refuses `filter_invalid` for what cannot be sorted by.
    pub fn of(order: Order, filter: &Filter) -> Result<Self, Refusal> {
        const QUEUE: [Key; 3] = [key("ticket.due_at"), key("ticket.priority"), key("ticket.opened_at")];
        let mut keys = Vec::new();
        match order {
            Order::Newest => return Ok(Self { keys, newest: true }),
            Order::Queue => keys.extend(QUEUE),
            Order::Asked => {
                keys.extend(filter.group.map(by).transpose()?);
                for sort in &filter.sort {
                    let key = by(sort.field)?;
                    keys.push(Key { descending: key.descending != sort.descending, ..key });
                }
                match filter.sort.last().map(|sort| sort.field) {
                    None => keys.extend(QUEUE),
                    // As work should be taken.
                    Some(Field::Due | Field::Sla) => keys.extend(&QUEUE[1..]),
                    Some(_) => {}
                }
            }
        }
        Ok(Self { keys, newest: false })
    }

    /// The keys as columns `k0`, `k1` … behind the rid.
    pub fn columns(&self) -> String {
        self.keys.iter().enumerate().map(|(n, key)| format!(", {} AS k{n}", key.sql)).collect()
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Over the columns of the tables themselves.
    pub fn order_by(&self) -> String {
        self.listed(|_, key| key.sql.to_owned(), "ticket.rid")
    }

    /// Over the columns of an arm, or of `page` when that is where they stand.
    pub fn order_by_columns(&self, table: &str) -> String {
        self.listed(|n, _| format!("{table}k{n}"), &format!("{table}rid"))
    }

    fn listed(&self, name: impl Fn(usize, &Key) -> String, rid: &str) -> String {
        let keys = self.keys.iter().enumerate();
        let mut list: Vec<_> = keys.map(|(n, key)| format!("{}{}", name(n, key), down(key.descending))).collect();
        list.push(format!("{rid}{}", down(self.newest)));
        list.join(", ")
    }

    /// The rows behind a cursor. Keys that all run one way are compared as one row, which an index can follow.
    pub fn behind(&self, cursor: &Cursor, binds: &mut Binds) -> String {
        let mut columns: Vec<(&str, bool)> = self.keys.iter().map(|key| (key.sql, key.descending)).collect();
        columns.push(("ticket.rid", self.newest));
        let mut values: Vec<String> = cursor.keys.iter().map(|value| binds.put(value.clone())).collect();
        values.push(binds.put(cursor.rid));
        let sign = |down: bool| if down { "<" } else { ">" };
        let way = columns[0].1;
        if columns.iter().all(|(_, down)| *down == way) {
            let columns: Vec<_> = columns.iter().map(|(sql, _)| *sql).collect();
            return format!("({}) {} ({})", columns.join(", "), sign(way), values.join(", "));
        }
        let mut behind = String::new();
        for ((sql, down), value) in columns.iter().zip(&values).rev() {
            let further = format!("{sql} {} {value}", sign(*down));
            behind = if behind.is_empty() { further } else { format!("{further} OR ({sql} = {value} AND ({behind}))") };
        }
        behind
    }
}

const fn down(descending: bool) -> &'static str {
    if descending { " DESC" } else { "" }
}

/// What a field sorts by. Lengths of time sort against the instants they count from.
fn by(field: Field) -> Result<Key, Refusal> {
    let row = field.row();
    if !field.sorts() || row.now != Now::Yes {
        return Err(not_yet(&format!("sort:{}", row.name)));
    }
    let (sql, descending) = match field {
        Field::Tier => ("ticket.tier", false),
        Field::Prio => ("ticket.priority", false),
        Field::Type => ("ticket.kind", false),
        Field::Status => (STATUS, false),
        Field::Owner => ("coalesce(ticket.assignee, '')", false),
        Field::Req => (REQUESTER, false),
        Field::Asset => (MACHINE, false),
        Field::App => (PROGRAM, false),
        Field::Contract => ("coalesce(ticket.contract, '')", false),
        Field::Site => (SITE, false),
        Field::Cat => ("ticket.category || '/' || ticket.subcategory", false),
        Field::Age => ("ticket.opened_at", true),
        Field::Idle => ("ticket.updated_at", true),
        Field::Wait => (WAITS_SINCE, true),
        Field::Created => ("ticket.opened_at", false),
        Field::Updated => ("ticket.updated_at", false),
        Field::Resolved => ("coalesce(ticket.resolved_at, 253402300799)", false),
        Field::Subj => ("fold(ticket.title)", false),
        Field::Impact => (IMPACT, false),
        Field::Urgency => (URGENCY, false),
        Field::Source => ("ticket.source", false),
        Field::Symptom => ("coalesce(ticket.symptom, '')", false),
        Field::Mode => ("ticket.work_mode", false),
        Field::Pending => ("coalesce(ticket.pending_reason, '')", false),
        // The nearer to its due time, the worse its clocks stand.
        Field::Due | Field::Sla => ("ticket.due_at", false),
        Field::Tag | Field::From | Field::To | Field::Note => {
            return Err(not_yet(&format!("sort:{}", row.name)));
        }
    };
    Ok(Key { sql, descending })
}

const STATUS: &str = "CASE ticket.state WHEN 'queued' THEN 0 WHEN 'open' THEN 0 WHEN 'assigned' THEN 1
    WHEN 'accepted' THEN 1 WHEN 'in_progress' THEN 2 WHEN 'validating' THEN 2 WHEN 'deploying' THEN 2 WHEN 'verifying' THEN 2 WHEN 'pending' THEN 3
    WHEN 'approval' THEN 3 WHEN 'scheduled' THEN 3 WHEN 'resolved' THEN 4 WHEN 'fulfilled' THEN 4 WHEN 'done' THEN 4
    WHEN 'closed' THEN 5 WHEN 'declined' THEN 5 ELSE 6 END";
const IMPACT: &str = "CASE ticket.impact WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END";
const URGENCY: &str = "CASE ticket.urgency WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END";
const REQUESTER: &str = "coalesce((SELECT coalesce(contact.handle_key, contact.name_key) FROM contact
    WHERE contact.agg = ticket.requester), '')";
const SITE: &str = "coalesce((SELECT contact.site_key FROM contact WHERE contact.agg = ticket.requester), '')";
const MACHINE: &str = "coalesce((SELECT min(item.name) FROM item WHERE item.rid = ticket.rid
    AND item.what = 'endpoint'), '')";
const PROGRAM: &str = "coalesce((SELECT min(item.name) FROM item WHERE item.rid = ticket.rid
    AND item.what = 'software'), '')";
