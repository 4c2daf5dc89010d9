//! Who could take a record in a tier: by skill, then by load.

use super::InboxRow;
use crate::app::{Desk, Error};
use crate::domain::role::{Discipline, Rights, Tier, User};

/// Someone who may own a record in a tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taker {
    pub user: User,
    /// Holds the rights that the work needs.
    pub rights: bool,
    /// Open tickets that the person has.
    pub open: i64,
    /// Of those, the ones of priority 1 and of priority 2.
    pub p1: i64,
    pub p2: i64,
}

impl Desk {
    /// Who may own the record of a line in the receiving tier.
    pub fn takers(&self, row: &InboxRow) -> Result<Vec<Taker>, Error> {
        self.takers_in(row.escalation.proposal.to, &[row.discipline], row.rights)
    }

    /// Who may own records of these disciplines in a tier: those with the rights first, people of the tier before
    /// those above it, whose time is for other work, and of equals the least loaded.
    pub fn takers_in(&self, tier: Tier, disciplines: &[Discipline], rights: Rights) -> Result<Vec<Taker>, Error> {
        let may = |user: &User| disciplines.iter().all(|discipline| user.may_own(tier, *discipline));
        let mut takers = Vec::new();
        for user in self.store().users()?.into_iter().filter(may) {
            let (open, (p1, p2)) = (self.store().load_of(&user.login)?, self.store().urgent_load_of(&user.login)?);
            takers.push(Taker { rights: user.rights >= rights, user, open, p1, p2 });
        }
        takers.sort_by_cached_key(|it| (!it.rights, it.user.tier, it.open, it.p1, it.p2, it.user.login.clone()));
        Ok(takers)
    }
}
