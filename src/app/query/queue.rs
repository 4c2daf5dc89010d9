//! What a queue can be asked: a page, how many, the next free ticket, numbers for tabs and completion.

use std::collections::BTreeMap;

use crate::app::{Desk, Error};
use crate::domain::filter::complete::{Candidate, complete};
use crate::domain::filter::field::Field;
use crate::domain::filter::flag::Flag;
use crate::domain::filter::tree::{Expr, Op};
use crate::domain::filter::value::{Person, Value};
use crate::domain::filter::{Filter, parse};
use crate::domain::id::AggId;
use crate::domain::role::Tier;
use crate::domain::time::Instant;
use crate::store::queue::Badges;
use crate::store::select::Asker;

pub use crate::store::select::{Count, Cursor, Order, Page};

/// The base filters of the queue's tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Open tickets of my tier.
    All,
    /// Open tickets that I have, of any tier.
    Mine,
    /// Open tickets of my tier that nobody has.
    Free,
    /// Open tickets of one tier.
    Tier(Tier),
}

impl Tab {
    /// What the tab shows when nothing is typed; a typed filter is joined by [`Filter::and`].
    pub fn base(self) -> Filter {
        let field = |field, value| Expr::compare(field, Op::Is, [value]).expect("a value of the field's own kind");
        let mine = || field(Field::Tier, Value::MyTier);
        Filter::from(match self {
            Self::All => Expr::from(Flag::Open).and(mine()),
            Self::Mine => Expr::from(Flag::Open).and(field(Field::Owner, Value::Person(Person::Me))),
            Self::Free => Expr::from(Flag::Free).and(mine()),
            Self::Tier(tier) => Expr::from(Flag::Open).and(field(Field::Tier, Value::Tier(tier))),
        })
    }
}

/// A completion with the number of open tickets that it would leave; none where counting would cost too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub candidate: Candidate,
    pub open: Option<i64>,
}

impl Desk {
    /// Who asks, now.
    pub fn asker(&self) -> Asker {
        self.asker_at(self.now())
    }

    /// Who asks, at a time of one's own choice.
    pub fn asker_at(&self, now: Instant) -> Asker {
        Asker {
            me: self.person().login.clone(),
            tiers: self.my_tiers(),
            now,
            zone: self.policy().zone,
            major_users: self.policy().major.min_users,
        }
    }

    /// What `tier:mine` means: the person's tier; every tier for those who have none.
    pub fn my_tiers(&self) -> Vec<Tier> {
        self.person().tier.map_or_else(|| Tier::ALL.to_vec(), |own| vec![own])
    }

    /// A page of a list: from its start, or behind the last row of the page before.
    pub fn page(&self, filter: &Filter, limit: u32, after: Option<&Cursor>) -> Result<Page, Error> {
        self.page_at(filter, limit, after, self.now())
    }

    /// As [`page`](Self::page), with lengths of time and days counted from `now`.
    pub fn page_at(&self, filter: &Filter, limit: u32, after: Option<&Cursor>, now: Instant) -> Result<Page, Error> {
        Ok(self.store().page(filter, &self.asker_at(now), limit, after)?)
    }

    /// How many rows a list has, counted up to `cap`.
    pub fn count(&self, filter: &Filter, cap: u32) -> Result<Count, Error> {
        Ok(self.store().count(filter, &self.asker(), cap)?)
    }

    /// The records of a list in its order, at most `cap`: for marks and bulk commands.
    pub fn ids(&self, filter: &Filter, cap: u32) -> Result<Vec<AggId>, Error> {
        Ok(self.store().ids(filter, &self.asker(), cap)?)
    }

    /// The best free row of a list that the person may take; for [`take_first`](Self::take_first).
    pub fn next_of(&self, filter: &Filter, skip: &[AggId]) -> Result<Option<AggId>, Error> {
        Ok(self.store().next_free_of(filter, &self.asker(), self.person(), skip)?)
    }

    /// Numbers on the tabs of one tier.
    pub fn badges(&self, tier: Tier) -> Result<Badges, Error> {
        Ok(self.store().badges(tier, &self.person().login)?)
    }

    /// Numbers on the tabs of the person's own tiers, added up.
    pub fn my_badges(&self) -> Result<Badges, Error> {
        let mut sum = Badges::default();
        for tier in self.my_tiers() {
            let one = self.badges(tier)?;
            sum.all += one.all;
            sum.free += one.free;
            sum.waiting += one.waiting;
        }
        // What one has may stand in any tier.
        sum.mine = self.store().load_of(&self.person().login)?;
        Ok(sum)
    }

    /// How the word at the cursor can go on, with numbers behind the values of an enumerated field.
    pub fn complete_with_counts(&self, text: &str, cursor: usize) -> Result<Vec<Counted>, Error> {
        let found = complete(text, cursor);
        let field = found.first().and_then(|one| field_before(text, one.replaces.start));
        let counts = match field {
            Some(field) => self.store().open_by(field)?,
            None => BTreeMap::new(),
        };
        let count = |candidate: &Candidate| field.and_then(|field| counted(field, &candidate.insert, &counts));
        Ok(found.into_iter().map(|candidate| Counted { open: count(&candidate), candidate }).collect())
    }
}

/// The field whose value begins at this byte.
fn field_before(text: &str, at: usize) -> Option<Field> {
    let head = text[..at].rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '|')).next()?;
    Field::named(head.split_once(':')?.0.trim_start_matches('-'))
}

/// Open tickets of one value; a group of values has no number of its own.
fn counted(field: Field, word: &str, counts: &BTreeMap<String, i64>) -> Option<i64> {
    let known = parse(&format!("{}:{word}", field.name())).is_ok();
    let single = !matches!(word, "mine" | "me" | "none" | "new" | "open");
    (known && single && !counts.is_empty()).then(|| counts.get(word).copied().unwrap_or(0))
}
