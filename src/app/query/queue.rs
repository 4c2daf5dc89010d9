//! What a queue can be asked: a page, how many, the next free ticket, numbers for tabs.

use crate::app::{Desk, Error};
use crate::domain::filter::Filter;
use crate::domain::filter::field::Field;
use crate::domain::filter::flag::Flag;
use crate::domain::filter::tree::{Expr, Op};
use crate::domain::filter::value::{Person, Value};
use crate::domain::id::AggId;
use crate::domain::role::{Role, Tier};
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

impl Desk {
    /// Who asks, now.
    pub fn asker(&self) -> Asker {
        self.asker_at(self.now())
    }

    /// Who asks, at a time of one's own choice.
    pub fn asker_at(&self, now: Instant) -> Asker {
        Asker { me: self.person().login.clone(), tiers: self.my_tiers(), now, zone: self.policy().zone }
    }

    /// What `tier:mine` means: the person's tier; every tier for supervisors and for those who have none.
    pub fn my_tiers(&self) -> Vec<Tier> {
        let own = self.person().tier.filter(|_| !self.person().is(Role::Supervisor));
        own.map_or_else(|| Tier::ALL.to_vec(), |own| vec![own])
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Identity;
    use crate::app::run::Requester;
    use crate::domain::command::Verb;
    use crate::domain::command::log::Log;
    use crate::domain::command::take::Take;
    use crate::domain::filter::parse;
    use crate::domain::number::SiteCode;
    use crate::domain::priority::Urgency;
    use crate::domain::text::{Login, Title};
    use crate::store::New;

    /// Seven tickets of tier 1, the third of them taken; the later ones are more urgent.
    fn desk() -> (tempfile::TempDir, Desk) {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity { account: Login::new("ann").unwrap(), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let tick = std::cell::Cell::new(1_790_000_000_000);
        let clock = Box::new(move || {
            tick.set(tick.get() + 1_000);
            tick.get()
        });
        let mut desk = Desk::create(&folder.path().join("desk.db"), &new, None, &identity, clock).unwrap();
        for n in 0..7 {
            let urgency = if n < 4 { Urgency::Low } else { Urgency::High };
            let call = Log { urgency, ..Log::titled(Title::new(&format!("printer {n}")).unwrap()) };
            desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap();
        }
        let third = desk.find_text("INC-3").unwrap();
        desk.run(&Verb::Take(Take), third).unwrap();
        (folder, desk)
    }

    #[test]
    fn a_tab_shows_what_its_number_counts() {
        let (_folder, desk) = desk();
        let badges = desk.badges(Tier::One).unwrap();
        for (tab, n) in [(Tab::Tier(Tier::One), 7), (Tab::Tier(Tier::Two), 0), (Tab::Mine, 1)] {
            assert_eq!(desk.count(&tab.base(), 1_000).unwrap().n, n, "{tab:?}");
        }
        assert_eq!((badges.all, badges.free, badges.mine), (7, 6, 1));
        assert_eq!(desk.count(&Tab::All.base(), 1_000).unwrap().n, 7, "a supervisor looks after every tier");
    }

    #[test]
    fn the_next_ticket_is_the_first_free_row_of_the_list() {
        let (_folder, mut desk) = desk();
        let filter = Tab::Tier(Tier::One).base();
        let listed = desk.page(&filter, 100, None).unwrap();
        let first = listed.rows.iter().find(|row| row.assignee.is_none()).unwrap().name.clone();
        assert_eq!(first, "INC-5");
        let receipt = desk.take_first(|desk, lost| desk.next_of(&filter, lost)).unwrap();
        assert_eq!(receipt.records[0].0, first);
        let receipt = desk.take_first(|desk, lost| desk.next_of(&filter, lost)).unwrap();
        assert_eq!(receipt.records[0].0, "INC-6");
        let nothing = parse("is:open printer owner:bob").unwrap();
        let refused = desk.take_first(|desk, lost| desk.next_of(&nothing, lost)).unwrap_err();
        assert_eq!(refused.code(), "not_found");
    }
}
