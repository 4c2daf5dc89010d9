//! One arm of a statement: the walk over one shelf, in the order that is wanted, and which rows of it count.

use super::order::Keys;
use super::shelf::Shelf;
use crate::store::search;

/// What an arm walks along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// The index of a tier's queue.
    Queue,
    /// The index of one person's open tickets.
    Owner,
    /// The index of the past.
    Past,
    /// Texts that have the words, then their tickets.
    Found,
    /// Texts alone: nothing is asked of the tickets.
    Texts,
}

/// A walk with its conditions.
pub struct Arm {
    pub shelf: Shelf,
    pub walk: Walk,
    /// Each stands for itself.
    pub conditions: Vec<String>,
    /// Texts are read from the newest backwards.
    pub newest_text: bool,
}

impl Arm {
    /// `FROM` and `WHERE`.
    pub fn rows(&self) -> String {
        let shelf = (self.walk != Walk::Texts).then(|| self.on_shelf());
        let conditions = shelf.iter().chain(&self.conditions).map(|sql| format!("({sql})"));
        format!("FROM {} WHERE {}", self.source(), conditions.collect::<Vec<_>>().join(" AND "))
    }

    /// Of its first `look` rows, each whether it counts: `hit` is 1 or 0. Words lead to rows and are asked first.
    pub fn look(&self, led: bool, look: &str) -> String {
        let (leads, asks) = self.conditions.split_at(usize::from(led).min(self.conditions.len()));
        let joined = |conditions: &mut dyn Iterator<Item = &String>| {
            conditions.map(|sql| format!("({sql})")).collect::<Vec<_>>().join(" AND ")
        };
        let shelf = (self.walk != Walk::Texts).then(|| self.on_shelf());
        let rows = joined(&mut shelf.iter().chain(leads));
        let hit = if asks.is_empty() { "1".to_owned() } else { format!("({})", joined(&mut asks.iter())) };
        format!("SELECT * FROM (SELECT {hit} AS hit FROM {} WHERE {rows} LIMIT {look})", self.source())
    }

    /// Rid and keys of its rows, at most `limit` of them.
    pub fn page(&self, keys: &Keys, limit: &str) -> String {
        let rid = match self.walk {
            Walk::Texts => format!("ticket_text.rowid & {}", search::RID_MASK),
            _ => "ticket.rid".to_owned(),
        };
        let order = if self.newest_text { "ticket_text.rowid DESC".to_owned() } else { keys.order_by() };
        format!("SELECT * FROM (SELECT {rid} AS rid{} {} ORDER BY {order} LIMIT {limit})", keys.columns(), self.rows())
    }

    fn source(&self) -> String {
        let found = |index: &str| {
            let rid = format!("ticket_text.rowid & {}", search::RID_MASK);
            format!("ticket_text CROSS JOIN ticket {index} ON ticket.rid = ({rid})")
        };
        match (self.walk, self.shelf) {
            (Walk::Queue, _) => "ticket INDEXED BY ticket_queue".to_owned(),
            (Walk::Owner, _) => "ticket INDEXED BY ticket_mine".to_owned(),
            (Walk::Past, _) => "ticket INDEXED BY ticket_past".to_owned(),
            (Walk::Texts, _) => "ticket_text".to_owned(),
            // Rows of the past are many and long; those of its index are short.
            (Walk::Found, Shelf::Past) => found("INDEXED BY ticket_past"),
            (Walk::Found, Shelf::Open(_)) => found(""),
        }
    }

    /// The condition of the partial indexes must stand in the statement as it stands in the schema.
    fn on_shelf(&self) -> String {
        match self.shelf {
            Shelf::Past => "ticket.shelf = 0".to_owned(),
            Shelf::Open(tier) => format!("ticket.shelf > 0 AND ticket.shelf = {tier}"),
        }
    }
}
