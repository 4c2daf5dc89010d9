//! What a filter means on one shelf. Open tickets of tier 2 stand on shelf 2; what is resolved, closed or cancelled,
//! and what stands in no queue because its first event is missing, is the past. So `is:open`, `tier:` and most of
//! `status:` are answered here and never asked of a row.

use std::ops::Not;

use rusqlite::Connection;
use rusqlite::types::Value as Sql;

use super::{Asker, Binds, words};
use crate::domain::filter::flag::{Flag, Has};
use crate::domain::filter::tree::{Expr, Term, User};
use crate::domain::number::Number;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Tier;
use crate::store::search;

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    Past,
    /// The queue of a tier.
    Open(Tier),
}

impl Shelf {
    /// The past comes first: its tickets are the ones asked for by number and history.
    pub const ALL: [Self; 4] = [Self::Past, Self::Open(Tier::One), Self::Open(Tier::Two), Self::Open(Tier::Three)];

    /// The column `shelf`.
    pub const fn n(self) -> i64 {
        match self {
            Self::Past => 0,
            Self::Open(tier) => tier.n(),
        }
    }

    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open(_))
    }
}

/// A condition on a row of one shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cond {
    Always,
    Never,
    /// Over the columns of `ticket`; stands for itself between `AND` and `OR`.
    Sql(String),
}

impl From<bool> for Cond {
    fn from(holds: bool) -> Self {
        if holds { Self::Always } else { Self::Never }
    }
}

impl Not for Cond {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            // Not `NOT`: what is unknown of an empty column is not so.
            Self::Sql(sql) => Self::Sql(format!("({sql}) IS NOT TRUE")),
        }
    }
}

impl Cond {
    pub fn sql(text: impl Into<String>) -> Self {
        Self::Sql(text.into())
    }

    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut asked = Vec::new();
        for part in parts {
            match part {
                Self::Always => {}
                Self::Never => return Self::Never,
                Self::Sql(sql) => asked.push(sql),
            }
        }
        match asked.len() {
            0 => Self::Always,
            1 => Self::Sql(asked.remove(0)),
            _ => Self::Sql(asked.iter().map(|sql| format!("({sql})")).collect::<Vec<_>>().join(" AND ")),
        }
    }

    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut asked = Vec::new();
        for part in parts {
            match part {
                Self::Never => {}
                Self::Always => return Self::Always,
                Self::Sql(sql) => asked.push(sql),
            }
        }
        match asked.len() {
            0 => Self::Never,
            1 => Self::Sql(asked.remove(0)),
            _ => Self::Sql(asked.iter().map(|sql| format!("({sql})")).collect::<Vec<_>>().join(" OR ")),
        }
    }
}

/// Works out conditions for one shelf.
pub struct Reader<'a> {
    pub db: &'a Connection,
    pub asker: &'a Asker,
    pub shelf: Shelf,
    pub binds: &'a mut Binds,
}

impl Reader<'_> {
    /// Refuses `filter_invalid` for what this version has no data for.
    pub fn expr(&mut self, expr: &Expr) -> Result<Cond, Refusal> {
        if let Some(query) = words::query(expr) {
            return Ok(self.words(&query));
        }
        match expr {
            Expr::And(parts) => {
                let (query, rest) = words::split(parts).unzip();
                let rest = rest.unwrap_or_else(|| parts.iter().collect());
                let mut all = self.each(&rest)?;
                all.extend(query.map(|query: String| self.words(&query)));
                Ok(Cond::all(all))
            }
            Expr::Or(parts) => Ok(Cond::any(self.each(&parts.iter().collect::<Vec<_>>())?)),
            Expr::Not(inner) => Ok(!self.expr(inner)?),
            Expr::Term(term) => self.term(term),
        }
    }

    /// All of them hold.
    pub fn all(&mut self, parts: &[&Expr]) -> Result<Cond, Refusal> {
        Ok(Cond::all(self.each(parts)?))
    }

    fn each(&mut self, parts: &[&Expr]) -> Result<Vec<Cond>, Refusal> {
        parts.iter().map(|part| self.expr(part)).collect()
    }

    fn term(&mut self, term: &Term) -> Result<Cond, Refusal> {
        match term {
            Term::Compare(it) => self.compare(it),
            Term::Range(it) => self.range(it),
            Term::Flag(flag) => self.flag(*flag),
            Term::Has(has, negated) => {
                let has = self.has(*has)?;
                Ok(if *negated { !has } else { has })
            }
            Term::Id(number) => Ok(self.number(number)),
            Term::User(user) => Ok(self.user(user)),
            Term::Text(text) => Ok(self.words(&words::phrase(text.words(), text.prefix()))),
        }
    }

    fn words(&mut self, query: &str) -> Cond {
        let texts = texts(query, self.shelf, None, self.binds);
        let rid = format!("ticket_text.rowid & {}", search::RID_MASK);
        // From the end, where the open tickets are: from the start the index would be read through all of the past.
        // The limit that is none keeps the order, which would be taken for superfluous.
        let backwards = "ORDER BY ticket_text.rowid DESC LIMIT -1";
        Cond::Sql(format!("ticket.rid IN (SELECT {rid} FROM ticket_text WHERE {texts} {backwards})"))
    }

    fn flag(&mut self, flag: Flag) -> Result<Cond, Refusal> {
        Ok(match flag {
            Flag::Open => self.shelf.is_open().into(),
            Flag::Free => Cond::all([self.shelf.is_open().into(), Cond::sql("ticket.assignee IS NULL")]),
            Flag::Mine => self.mine(),
            Flag::Vip => Cond::sql("ticket.vip = 1"),
            Flag::Major => Cond::sql("ticket.marks & 512"),
            Flag::Dup => Cond::sql("ticket.marks & 1"),
            Flag::Linked => Cond::sql(
                "ticket.marks & 2 OR ticket.rid IN (SELECT other.rid FROM link CROSS JOIN ticket AS other ON other.agg = link.target)",
            ),
            Flag::Reopened => Cond::sql("ticket.reopen_count > 0"),
            Flag::Waiting => Cond::all([self.shelf.is_open().into(), Cond::sql("ticket.state = 'pending'")]),
            Flag::Escalated => Cond::sql(
                "EXISTS (SELECT 1 FROM escalation WHERE escalation.rid = ticket.rid AND escalation.to_tier = ticket.tier
                 AND escalation.state = 'accepted' AND escalation.kind = 'functional')",
            ),
            Flag::Pending => Cond::sql("ticket.escalation IS NOT NULL"),
            Flag::Asked => Cond::all([self.shelf.is_open().into(), Cond::sql("ticket.marks & 128")]),
            Flag::Returned => Cond::sql("ticket.returns > 0"),
            Flag::Breached => self.breached(),
            Flag::AtRisk => self.at_risk(),
            Flag::Overdue => self.overdue(),
            Flag::Unread => return Err(not_yet(&format!("is:{}", flag.word()))),
        })
    }

    pub fn has(&mut self, has: Has) -> Result<Cond, Refusal> {
        Ok(match has {
            Has::Draft => {
                let me = self.me();
                Cond::Sql(format!(
                    "(CASE ticket.kind WHEN 'incident' THEN 'INC-' WHEN 'request' THEN 'REQ-' ELSE 'TSK-' END
                      || iif(ticket.code = '', '', ticket.code || '-') || ticket.n)
                     IN (SELECT draft.about FROM draft WHERE draft.person = {me})"
                ))
            }
            Has::Asset => Cond::sql("ticket.marks & 4"),
            Has::Reply => Cond::sql("ticket.responded_at IS NOT NULL"),
            Has::Category => Cond::sql("ticket.subcategory <> 'unknown'"),
            Has::Tag => Cond::sql("ticket.marks & 8"),
            Has::Contract => Cond::sql("ticket.contract IS NOT NULL"),
            Has::File | Has::Problem => return Err(not_yet(&format!("has:{}", has.word()))),
        })
    }

    fn number(&mut self, number: &Number) -> Cond {
        let (code, n) = (self.binds.put(number.site.as_str().to_owned()), self.binds.put(i64::from(number.n)));
        Cond::Sql(format!(
            "ticket.rid IN (SELECT named.rid FROM ticket AS named
               WHERE named.kind = '{}' AND named.code = {code} AND named.n = {n})",
            number.kind.word()
        ))
    }

    /// Somebody as owner or requester.
    fn user(&mut self, user: &User) -> Cond {
        let (owner, login) = match user {
            User::Me => (self.mine(), self.asker.me.clone()),
            User::Named(login) => (self.owned_by(login.as_str()), login.clone()),
        };
        Cond::any([owner, self.handle_is(login.as_str())])
    }

    pub fn mine(&mut self) -> Cond {
        Cond::Sql(format!("ticket.assignee = {}", self.me()))
    }

    pub fn owned_by(&mut self, login: &str) -> Cond {
        let login = self.binds.put(login.to_owned());
        Cond::Sql(format!("ticket.assignee = {login} COLLATE NOCASE"))
    }

    fn me(&mut self) -> String {
        self.binds.put(Sql::Text(self.asker.me.as_str().to_owned()))
    }
}

/// Refuses what the fields of this version cannot answer.
pub fn not_yet(word: &str) -> Refusal {
    Code::FilterInvalid.because(format!("`{word}` cannot be answered by this version"))
}

/// The texts of a shelf that have the words, those older than a ticket's if one is given.
pub fn texts(query: &str, shelf: Shelf, older_than: Option<i64>, binds: &mut Binds) -> String {
    let (first, after_all) = search::range(shelf.n());
    let until = older_than.map_or(after_all, |rid| search::document(shelf.n(), rid));
    let (query, first, until) = (binds.put(query.to_owned()), binds.put(first), binds.put(until));
    format!("ticket_text MATCH {query} AND ticket_text.rowid >= {first} AND ticket_text.rowid < {until}")
}
