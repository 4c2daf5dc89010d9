//! Which walk answers a filter, and its statements.
//!
//! An arm walks the index of its shelf in the order that is wanted and stops when the page is full. Words that few
//! tickets have are looked up first and their tickets ordered afterwards; words that very many have are read from
//! the newest text backwards, for ranking them would read every one.

use anyhow::{Context, Result};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};

use super::order::{Cursor, Keys, Order};
use super::shelf::{Cond, Reader, Shelf};
use super::{Asker, Binds, words};
use crate::domain::filter::Filter;
use crate::domain::filter::tree::Expr;
use crate::domain::refusal::Refusal;
use crate::domain::role::User;
use crate::store::queue::COLUMNS;
use crate::store::search;

/// Most tickets that have the words and are still put in the order of the queue.
const FEW: i64 = 1_000;

/// A filter, ready to be asked.
pub struct Plan<'a> {
    filter: &'a Filter,
    asker: &'a Asker,
    /// Only what this person may take.
    taker: Option<&'a User>,
    shelves: Vec<Shelf>,
    pub order: Order,
    /// The words, when they lead to the tickets, and what else is asked.
    led_by: Option<(String, Vec<&'a Expr>)>,
}

/// A statement with its values.
pub struct Statement {
    pub sql: String,
    pub values: Vec<Sql>,
    /// Number of columns `k0`, `k1` …
    pub keys: usize,
}

impl Statement {
    /// The values that the statement has a place for: a condition that its shelf settled left its own behind.
    pub fn bound(&self, prepared: &rusqlite::Statement<'_>) -> &[Sql] {
        &self.values[..prepared.parameter_count()]
    }
}

/// Where an arm begins and which rows of it count.
struct Arm {
    from: String,
    conditions: Vec<String>,
}

impl<'a> Plan<'a> {
    /// `forced` keeps the order of an earlier page.
    pub fn new(
        db: &Connection,
        filter: &'a Filter,
        asker: &'a Asker,
        taker: Option<&'a User>,
        forced: Option<Order>,
    ) -> Result<Self> {
        let shelves = shelves(filter, asker, taker)?;
        let mut plan = Self { filter, asker, taker, shelves, order: Order::Queue, led_by: None };
        let open = plan.shelves.iter().all(|shelf| shelf.is_open());
        let asked = !filter.sort.is_empty() || filter.group.is_some();
        plan.order = match (asked, open) {
            (true, _) => Order::Asked,
            (_, true) => Order::Queue,
            _ => Order::Newest,
        };
        if let Some((query, rest)) = filter.expr.as_ref().and_then(words::top) {
            let few = plan.few(db, &query)?;
            if !few && plan.order == Order::Queue && rest.iter().all(|part| plan.is_scope(part)) {
                plan.order = Order::Newest;
            }
            if few || forced.unwrap_or(plan.order) == Order::Newest {
                plan.led_by = Some((query, rest));
            }
        }
        plan.order = forced.unwrap_or(plan.order);
        Ok(plan)
    }

    /// Does it say no more than on which shelves to look?
    fn is_scope(&self, part: &Expr) -> bool {
        self.shelves.iter().all(|shelf| {
            let mut binds = Binds::default();
            let mut reader = Reader { asker: self.asker, shelf: *shelf, binds: &mut binds };
            reader.expr(part).is_ok_and(|cond| cond == Cond::Always)
        })
    }

    /// Have few enough tickets of these shelves the words?
    fn few(&self, db: &Connection, query: &str) -> Result<bool> {
        let mut statement = db.prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM ticket_text
             WHERE ticket_text MATCH ?1 AND ticket_text.rowid >= ?2 AND ticket_text.rowid < ?3 LIMIT ?4)",
        )?;
        let mut found = 0;
        for shelf in &self.shelves {
            let (from, until) = search::range(shelf.n());
            found += statement
                .query_row(params![query, from, until, FEW + 1 - found], |row| row.get::<_, i64>(0))
                .context("counting the tickets that have the words")?;
            if found > FEW {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Rows of a page in their order, with the keys of the order.
    pub fn page(&self, limit: u32, after: Option<&Cursor>) -> Result<Option<Statement>, Refusal> {
        let rows = format!(
            "SELECT {COLUMNS}, page.* FROM (?arms) AS page CROSS JOIN ticket ON ticket.rid = page.rid
             LEFT JOIN contact ON contact.agg = ticket.requester"
        );
        self.listed(&rows, limit, after)
    }

    /// Identities in the order of the page.
    pub fn identities(&self, limit: u32) -> Result<Option<Statement>, Refusal> {
        self.listed("SELECT ticket.agg FROM (?arms) AS page CROSS JOIN ticket ON ticket.rid = page.rid", limit, None)
    }

    /// How many rows there are, up to a limit.
    pub fn count(&self, limit: u32) -> Result<Option<Statement>, Refusal> {
        let mut binds = Binds::default();
        let limit = binds.put(i64::from(limit));
        let arms = self.arms(None, &mut binds)?;
        if arms.is_empty() {
            return Ok(None);
        }
        let arms = arms.iter().map(|(_, arm)| format!("SELECT * FROM (SELECT 1 {} LIMIT {limit})", arm.rows()));
        let arms = arms.collect::<Vec<_>>().join(" UNION ALL ");
        let sql = format!("SELECT count(*) FROM (SELECT * FROM ({arms}) LIMIT {limit})");
        Ok(Some(Statement { sql, values: binds.0, keys: 0 }))
    }

    /// `frame` around the merged arms; nothing when no row can match.
    fn listed(&self, frame: &str, limit: u32, after: Option<&Cursor>) -> Result<Option<Statement>, Refusal> {
        let keys = Keys::of(self.order, self.filter)?;
        let mut binds = Binds::default();
        let limit = binds.put(i64::from(limit));
        let behind = after.map(|cursor| keys.behind(cursor, &mut binds));
        let arms = self.arms(after, &mut binds)?;
        if arms.is_empty() {
            return Ok(None);
        }
        let arms = arms.into_iter().map(|(shelf, mut arm)| {
            arm.conditions.extend(behind.clone().filter(|_| arm.has_tickets()));
            let (rid, order) = if arm.has_tickets() {
                let by_text = self.order == Order::Newest && self.led_by.is_some();
                let order = if by_text { "ticket_text.rowid DESC".to_owned() } else { keys.order_by() };
                ("ticket.rid".to_owned(), order)
            } else {
                (format!("ticket_text.rowid - {}", search::document(shelf.n(), 0)), "ticket_text.rowid DESC".to_owned())
            };
            format!(
                "SELECT * FROM (SELECT {rid} AS rid{} {} ORDER BY {order} LIMIT {limit})",
                keys.columns(),
                arm.rows()
            )
        });
        let arms = arms.collect::<Vec<_>>().join(" UNION ALL ");
        let merged = format!("{arms} ORDER BY {} LIMIT {limit}", keys.order_by_columns(""));
        let sql = format!("{} ORDER BY {}", frame.replace("?arms", &merged), keys.order_by_columns("page."));
        Ok(Some(Statement { sql, values: binds.0, keys: keys.len() }))
    }

    /// One arm for each shelf where anything can match.
    fn arms(&self, after: Option<&Cursor>, binds: &mut Binds) -> Result<Vec<(Shelf, Arm)>, Refusal> {
        let mut arms = Vec::new();
        for shelf in &self.shelves {
            let mut reader = Reader { asker: self.asker, shelf: *shelf, binds };
            let cond = match (&self.led_by, &self.filter.expr) {
                (Some((_, rest)), _) => reader.all(rest)?,
                (None, Some(expr)) => reader.expr(expr)?,
                (None, None) => Cond::Always,
            };
            let cond = Cond::all([cond, takeable(self.taker, *shelf)]);
            let mut conditions = match cond {
                Cond::Never => continue,
                Cond::Always => Vec::new(),
                Cond::Sql(sql) => vec![sql],
            };
            let Some((query, _)) = &self.led_by else {
                let from = if self.is_owners(*shelf) { owners_index() } else { index_of(*shelf) };
                conditions.insert(0, on_shelf(*shelf));
                arms.push((*shelf, Arm { from, conditions }));
                continue;
            };
            let (first, mut until) = search::range(shelf.n());
            if let Some(cursor) = after.filter(|_| self.order == Order::Newest) {
                until = until.min(search::document(shelf.n(), cursor.rid));
            }
            let mut from = "FROM ticket_text".to_owned();
            if !(conditions.is_empty() && self.order == Order::Newest) {
                from.push_str(&joined(*shelf));
                conditions.insert(0, on_shelf(*shelf));
            }
            let (query, first, until) = (binds.put(query.clone()), binds.put(first), binds.put(until));
            conditions.insert(
                0,
                format!("ticket_text MATCH {query} AND ticket_text.rowid >= {first} AND ticket_text.rowid < {until}"),
            );
            arms.push((*shelf, Arm { from, conditions }));
        }
        Ok(arms)
    }

    /// Does it ask for the open tickets of one person, by the account's own spelling?
    fn is_owners(&self, shelf: Shelf) -> bool {
        use crate::domain::filter::field::Field;
        use crate::domain::filter::flag::Flag;
        use crate::domain::filter::tree::Term;
        use crate::domain::filter::value::{Person, Value};
        let mine = |part: &Expr| match part {
            Expr::Term(Term::Flag(Flag::Mine)) => true,
            Expr::Term(Term::Compare(it)) => {
                it.field() == Field::Owner && it.values() == [Value::Person(Person::Me)].as_slice()
            }
            _ => false,
        };
        shelf.is_open()
            && match &self.filter.expr {
                Some(Expr::And(parts)) => parts.iter().any(mine),
                Some(one) => mine(one),
                None => false,
            }
    }
}

impl Arm {
    /// `FROM` and `WHERE`; every condition stands for itself.
    fn rows(&self) -> String {
        let conditions: Vec<_> = self.conditions.iter().map(|sql| format!("({sql})")).collect();
        format!("{} WHERE {}", self.from, conditions.join(" AND "))
    }

    fn has_tickets(&self) -> bool {
        self.from != "FROM ticket_text"
    }
}

/// The shelves on which anything can match.
fn shelves(filter: &Filter, asker: &Asker, taker: Option<&User>) -> Result<Vec<Shelf>, Refusal> {
    let mut shelves = Vec::new();
    for shelf in Shelf::ALL {
        let mut binds = Binds::default();
        let mut reader = Reader { asker, shelf, binds: &mut binds };
        let cond = filter.expr.as_ref().map_or(Ok(Cond::Always), |expr| reader.expr(expr))?;
        if Cond::all([cond, takeable(taker, shelf)]) != Cond::Never {
            shelves.push(shelf);
        }
    }
    Ok(shelves)
}

/// Free, and of a tier and a discipline that the person works in.
fn takeable(taker: Option<&User>, shelf: Shelf) -> Cond {
    let Some(user) = taker else { return Cond::Always };
    let tier = match shelf {
        Shelf::Open(tier) => user.active && user.tier.is_some_and(|own| own >= tier),
        Shelf::Past => false,
    };
    let disciplines: Vec<_> = user.disciplines.iter().map(|it| format!("'{}'", it.word())).collect();
    Cond::all([
        tier.into(),
        Cond::sql("ticket.assignee IS NULL"),
        Cond::sql(format!("ticket.discipline IN ({})", disciplines.join(", "))),
    ])
}

/// The condition of the partial indexes must stand in the statement as it stands in the schema.
fn on_shelf(shelf: Shelf) -> String {
    match shelf {
        Shelf::Past => "ticket.shelf = 0".to_owned(),
        Shelf::Open(tier) => format!("ticket.shelf > 0 AND ticket.shelf = {tier}"),
    }
}

fn index_of(shelf: Shelf) -> String {
    let index = if shelf.is_open() { "ticket_queue" } else { "ticket_past" };
    format!("FROM ticket INDEXED BY {index}")
}

fn owners_index() -> String {
    "FROM ticket INDEXED BY ticket_mine".to_owned()
}

/// Tickets of the documents found; of the past by the index, whose rows are short.
fn joined(shelf: Shelf) -> String {
    let index = if shelf.is_open() { "" } else { "INDEXED BY ticket_past " };
    format!(" CROSS JOIN ticket {index}ON ticket.rid = (ticket_text.rowid & {})", search::RID_MASK)
}
