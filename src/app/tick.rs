//! Timers without a daemon: whatever is due is applied at its own due instant, by any process, once.

use super::run::{Asking, react_to};
use super::{Desk, Error, Receipt, kin};
use crate::domain::command::Verb;
use crate::domain::command::timer::Due;
use crate::domain::event::Proof;
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::policy::Policy;
use crate::domain::role::{Rights, Role, User};
use crate::domain::text::{Login, Name};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::store::{DueRecord, Tx};

/// Most timers that are applied in one transaction, so that others get in between.
const BATCH: u32 = 100;

impl Desk {
    /// Applies every timer that is due by now, oldest first, each at its own instant. Returns how many.
    pub fn tick(&mut self) -> Result<usize, Error> {
        let now = self.now();
        let mut applied = 0;
        loop {
            // Again from the start, because a timer that was applied may have been followed by another one.
            let done = self.pass(now)?;
            if done == 0 {
                return Ok(applied);
            }
            applied += done;
        }
    }

    /// Once over all that is due. A record that refuses its timer holds up nobody behind it.
    fn pass(&mut self, now: Instant) -> Result<usize, Error> {
        let (mut applied, mut after) = (0, None);
        loop {
            let due = self.store.timers_due(now, self.policy().shortest_autoclose(), after, BATCH)?;
            if due.is_empty() {
                return Ok(applied);
            }
            applied += self.apply(&due, now)?;
            after = due.last().copied();
        }
    }

    fn apply(&mut self, due: &[DueRecord], now: Instant) -> Result<usize, Error> {
        let system = system();
        let (now_ms, policy) = (self.now_ms(), self.policy_in_force());
        let mut tx = self.store.begin(now_ms)?;
        let mut applied = 0;
        for record in due {
            applied += usize::from(apply_one(record.agg, now, &system, &policy, &mut tx)?.is_some());
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
        Ok(change) => {
            tx.append(agg, &case.is, &change, &asking.author())?;
            let mut receipt = Receipt { records: vec![(case.name(), agg)], ..Receipt::new(asking.cmd) };
            kin::on_others(&asking, tx, &mut receipt)?;
            react_to(asking.cmd, agg, due.at, policy, tx)?;
            Ok(tx.case(agg)?.map(|case| case.is))
        }
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::app::Identity;
    use crate::app::run::Requester;
    use crate::domain::command::bench::login;
    use crate::domain::command::log::Log;
    use crate::domain::fold::world::{escalate, hold, title};
    use crate::domain::number::SiteCode;
    use crate::store::New;

    #[test]
    fn a_ticket_wakes_though_more_proposals_than_one_batch_find_no_other_supervisor_to_ask() {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity { account: login("dana"), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: true };
        let now_ms = Rc::new(Cell::new(1_789_700_000_000));
        let clock = Rc::clone(&now_ms);
        let path = dir.path().join("desk.db");
        let mut desk = Desk::create(&path, &new, None, &identity, Box::new(move || clock.get())).unwrap();
        desk.store_mut().set_durable(false).unwrap();
        let caller = Requester::Named("j.smith".into());
        let log = |desk: &mut Desk, verb: &Verb| {
            let agg = desk.log(&Log::titled(title("VPN drops")), Some(&caller)).unwrap().records[0].1;
            desk.run(verb, agg).unwrap();
            agg
        };
        for _ in 0..=BATCH {
            log(&mut desk, &escalate());
        }
        now_ms.set(1_790_000_000_000);
        let waiting = log(&mut desk, &hold(0));
        now_ms.set(now_ms.get() + 86_400_000);
        desk.tick().unwrap();
        assert!(desk.record(waiting).unwrap().case.ticket().woke);
    }
}
