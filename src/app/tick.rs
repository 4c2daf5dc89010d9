//! Timers without a daemon: whatever is due is applied at its own due instant, by any process, once.

use super::run::Asking;
use super::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::timer::Due;
use crate::domain::event::Proof;
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::policy::Policy;
use crate::domain::refusal::Code;
use crate::domain::role::{Rights, Role, User};
use crate::domain::text::{Login, Name};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::store::Tx;

/// Most timers that are applied in one transaction, so that others get in between.
const BATCH: u32 = 100;

impl Desk {
    /// Applies every timer that is due by now, oldest first, each at its own instant. Returns how many.
    pub fn tick(&mut self) -> Result<usize, Error> {
        let now = self.now();
        let mut applied = 0;
        loop {
            let due = self.store.timers_due(now, self.policy().records.autoclose, BATCH)?;
            if due.is_empty() {
                return Ok(applied);
            }
            let done = self.apply(&due, now)?;
            if done == 0 {
                return Ok(applied);
            }
            applied += done;
        }
    }

    fn apply(&mut self, due: &[AggId], now: Instant) -> Result<usize, Error> {
        let system = system();
        let (now_ms, policy) = (self.now_ms(), self.policy().clone());
        let mut tx = self.store.begin(now_ms)?;
        let mut applied = 0;
        for agg in due {
            applied += usize::from(apply_one(*agg, now, &system, &policy, &mut tx)?.is_some());
        }
        tx.commit()?;
        Ok(applied)
    }
}

/// Applies the next timer of a record if it is due by now. Gives the record as it stands after it.
pub(super) fn apply_one(
    agg: AggId,
    now: Instant,
    system: &User,
    policy: &Policy,
    tx: &mut Tx<'_>,
) -> Result<Option<Folded<Ticket>>, Error> {
    let Some(case) = tx.case(agg)? else { return Ok(None) };
    let Some(due) = Due::next(&case.is, policy).filter(|due| due.at <= now) else { return Ok(None) };
    let asking = Asking { by: system, proof: Proof::Timer, policy, now: due.at, cmd: due.cmd(agg) };
    match Verb::Timer(due).decide(&case, &asking.moment(tx)) {
        Ok(change) => Ok(Some(tx.append(agg, &case.is, &change, &asking.author())?)),
        // A desk without a second supervisor has nobody to tell that a decision is overdue.
        Err(refusal) if refusal.code == Code::NotPermitted => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The actor of timers and rules.
pub(super) fn system() -> User {
    User {
        login: Login::system(),
        name: Name::default(),
        roles: [Role::Technician].into(),
        tier: None,
        disciplines: std::collections::BTreeSet::new(),
        rights: Rights::User,
        active: true,
    }
}
