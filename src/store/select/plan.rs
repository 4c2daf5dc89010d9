//! Which walk answers a filter, and its statements.
//!
//! An arm walks the index of its shelf in the order that is wanted and stops when the page is full. Words that few
//! tickets have are looked up first and their tickets ordered afterwards; words that very many have are read from
//! the newest text backwards, for ranking them would read every one.

use anyhow::{Context, Result};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};

use super::arm::{Arm, Walk};
use super::order::{Cursor, Keys, Order};
use super::shelf::{Cond, Reader, Shelf, texts};
use super::{Asker, Binds, words};
use crate::domain::filter::Filter;
use crate::domain::filter::field::Field;
use crate::domain::filter::flag::Flag;
use crate::domain::filter::tree::{Expr, Term};
use crate::domain::filter::value::{Person, Value};
use crate::domain::refusal::Refusal;
use crate::domain::role::User;
use crate::store::queue::COLUMNS;
use crate::store::search;

/// Most tickets that have the words and are still put in the order of the queue. Small in tests, so that they take
/// both ways.
const FEW: i64 = if cfg!(test) { 20 } else { 1_000 };

/// A filter, ready to be asked.
pub struct Plan<'a> {
    db: &'a Connection,
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

impl<'a> Plan<'a> {
    /// `forced` keeps the order of an earlier page.
    pub fn new(
        db: &'a Connection,
        filter: &'a Filter,
        asker: &'a Asker,
        taker: Option<&'a User>,
        forced: Option<Order>,
    ) -> Result<Self> {
        let shelves = shelves(db, filter, asker, taker)?;
        let mut plan = Self { db, filter, asker, taker, shelves, order: Order::Queue, led_by: None };
        let open = plan.shelves.iter().all(|shelf| shelf.is_open());
        let asked = !filter.sort.is_empty() || filter.group.is_some();
        plan.order = match (asked, open) {
            (true, _) => Order::Asked,
            (_, true) => Order::Queue,
            _ => Order::Newest,
        };
        if let Some((query, rest)) = filter.expr.as_ref().and_then(words::top) {
            let few = plan.few(&query)?;
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
            let mut reader = Reader { db: self.db, asker: self.asker, shelf: *shelf, binds: &mut binds };
            reader.expr(part).is_ok_and(|cond| cond == Cond::Always)
        })
    }

    /// Have few enough tickets of these shelves the words?
    fn few(&self, query: &str) -> Result<bool> {
        let mut statement = self.db.prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM ticket_text
             WHERE ticket_text MATCH ?1 AND ticket_text.rowid >= ?2 AND ticket_text.rowid < ?3
             ORDER BY ticket_text.rowid DESC LIMIT ?4)",
        )?;
        let mut found = 0;
        for (from, until) in self.ranges() {
            found += statement
                .query_row(params![query, from, until, FEW + 1 - found], |row| row.get::<_, i64>(0))
                .context("counting the tickets that have the words")?;
            if found > FEW {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Rowids of the texts on these shelves; neighbours are one range, as every range costs a start.
    fn ranges(&self) -> Vec<(i64, i64)> {
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for (from, until) in self.shelves.iter().map(|shelf| search::range(shelf.n())) {
            match ranges.last_mut() {
                Some(last) if last.1 == from => last.1 = until,
                _ => ranges.push((from, until)),
            }
        }
        ranges
    }

    /// Rows of a page in their order, with the keys of the order.
    pub fn page(&self, limit: u32, after: Option<&Cursor>) -> Result<Option<Statement>, Refusal> {
        self.listed(limit, after, |arms| {
            format!(
                "SELECT {COLUMNS}, page.* FROM ({arms}) AS page CROSS JOIN ticket ON ticket.rid = page.rid
                 LEFT JOIN contact ON contact.agg = ticket.requester"
            )
        })
    }

    /// Identities in the order of the page.
    pub fn identities(&self, limit: u32) -> Result<Option<Statement>, Refusal> {
        self.listed(limit, None, |arms| {
            format!("SELECT ticket.agg FROM ({arms}) AS page CROSS JOIN ticket ON ticket.rid = page.rid")
        })
    }

    /// How many rows there are, up to a limit.
    pub fn count(&self, limit: u32) -> Result<Option<Statement>, Refusal> {
        let mut binds = Binds::default();
        let limit = binds.put(i64::from(limit));
        let arms = self.arms(None, None, &mut binds)?;
        if arms.is_empty() {
            return Ok(None);
        }
        let arms = arms.iter().map(|arm| format!("SELECT * FROM (SELECT 1 {} LIMIT {limit})", arm.rows()));
        let arms = arms.collect::<Vec<_>>().join(" UNION ALL ");
        let sql = format!("SELECT count(*) FROM (SELECT * FROM ({arms}) LIMIT {limit})");
        Ok(Some(Statement { sql, values: binds.0, keys: 0 }))
    }

    /// Among the first `look` rows of each shelf: how many count, and the most rows that one shelf was looked through.
    pub fn glimpse(&self, look: u32) -> Result<Option<Statement>, Refusal> {
        let mut binds = Binds::default();
        let look = binds.put(i64::from(look));
        let arms = self.arms(None, None, &mut binds)?;
        if arms.is_empty() {
            return Ok(None);
        }
        let led = self.led_by.is_some();
        let arms = arms.iter().map(|arm| {
            format!("SELECT count(*) AS rows, count(*) FILTER (WHERE hit) AS hits FROM ({})", arm.look(led, &look))
        });
        let arms = arms.collect::<Vec<_>>().join(" UNION ALL ");
        let sql = format!("SELECT coalesce(sum(hits), 0), coalesce(max(rows), 0) FROM ({arms})");
        Ok(Some(Statement { sql, values: binds.0, keys: 0 }))
    }

    /// The arms merged, in a frame; nothing when no row can match.
    fn listed(
        &self,
        limit: u32,
        after: Option<&Cursor>,
        frame: impl Fn(&str) -> String,
    ) -> Result<Option<Statement>, Refusal> {
        let keys = Keys::of(self.order, self.filter)?;
        let mut binds = Binds::default();
        let limit = binds.put(i64::from(limit));
        let behind = after.map(|cursor| keys.behind(cursor, &mut binds));
        let arms = self.arms(after, behind.as_deref(), &mut binds)?;
        if arms.is_empty() {
            return Ok(None);
        }
        let arms: Vec<_> = arms.iter().map(|arm| arm.page(&keys, &limit)).collect();
        let merged = format!("{} ORDER BY {} LIMIT {limit}", arms.join(" UNION ALL "), keys.order_by_columns(""));
        let sql = format!("{} ORDER BY {}", frame(&merged), keys.order_by_columns("page."));
        Ok(Some(Statement { sql, values: binds.0, keys: keys.len() }))
    }

    /// One arm for each shelf where anything can match, behind a row if there is one.
    fn arms(&self, after: Option<&Cursor>, behind: Option<&str>, binds: &mut Binds) -> Result<Vec<Arm>, Refusal> {
        let mut arms = Vec::new();
        for shelf in self.shelves.iter().copied() {
            let mut reader = Reader { db: self.db, asker: self.asker, shelf, binds };
            let cond = match (&self.led_by, &self.filter.expr) {
                (Some((_, rest)), _) => reader.all(rest)?,
                (None, Some(expr)) => reader.expr(expr)?,
                (None, None) => Cond::Always,
            };
            let mut conditions = match Cond::all([cond, takeable(self.taker, shelf)]) {
                Cond::Never => continue,
                Cond::Always => Vec::new(),
                Cond::Sql(sql) => vec![sql],
            };
            let newest_text = self.led_by.is_some() && self.order == Order::Newest;
            let walk = match (&self.led_by, shelf) {
                (Some(_), _) if newest_text && conditions.is_empty() => Walk::Texts,
                (Some(_), _) => Walk::Found,
                (None, Shelf::Past) => Walk::Past,
                (None, Shelf::Open(_)) if self.owners() => Walk::Owner,
                (None, Shelf::Open(_)) => Walk::Queue,
            };
            if let Some((query, _)) = &self.led_by {
                let until = after.filter(|_| newest_text).map(|cursor| cursor.rid);
                conditions.insert(0, texts(query, shelf, until, binds));
            }
            // Behind a text it says so by the text's own rowid.
            conditions.extend(behind.filter(|_| !newest_text).map(str::to_owned));
            arms.push(Arm { shelf, walk, conditions, newest_text });
        }
        Ok(arms)
    }

    /// Does it ask for the tickets of the one who asks, so that their own index leads to the few of them?
    fn owners(&self) -> bool {
        let mine = |part: &Expr| match part {
            Expr::Term(Term::Flag(Flag::Mine)) => true,
            Expr::Term(Term::Compare(it)) => it.field() == Field::Owner && *it.values() == [Value::Person(Person::Me)],
            _ => false,
        };
        match &self.filter.expr {
            Some(Expr::And(parts)) => parts.iter().any(mine),
            Some(one) => mine(one),
            None => false,
        }
    }
}

/// The shelves on which anything can match.
fn shelves(db: &Connection, filter: &Filter, asker: &Asker, taker: Option<&User>) -> Result<Vec<Shelf>, Refusal> {
    let mut shelves = Vec::new();
    for shelf in Shelf::ALL {
        let mut binds = Binds::default();
        let mut reader = Reader { db, asker, shelf, binds: &mut binds };
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
