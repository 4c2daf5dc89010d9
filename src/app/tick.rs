//! Timers without a daemon: whatever is due is applied at its own due instant, by any process, once.

use super::problems::settle_problem;
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
    /// Applies every timer that is due by now, oldest first, each at its own instant. Returns how many. A fault of a job that
    /// waits is told only after they were applied.
    pub fn tick(&mut self) -> Result<usize, Error> {
        let counted = self.recount_a_while();
        if matches!(counted, Err(Error::Store(_))) {
            return counted.map(|()| 0);
        }
        let now = self.now();
        let mut applied = 0;
        loop {
            // Again from the start, because a timer that was applied may have been followed by another one.
            let done = self.pass(now)?;
            if done == 0 {
                applied += self.wake_problems(now)?;
                return counted.map(|()| applied);
            }
            applied += done;
        }
    }

    /// Ends the waits of problems that are over by now.
    fn wake_problems(&mut self, now: Instant) -> Result<usize, Error> {
        let due = self.store.problems_due(now)?;
        if due.is_empty() {
            return Ok(0);
        }
        let (now_ms, system, policy) = (self.now_ms(), system(), self.policy_in_force());
        let mut tx = self.store.begin(now_ms)?;
        for agg in &due {
            let asking = Asking { by: &system, proof: Proof::Timer, policy: &policy, now, cmd: crate::store::fresh() };
            if let Some(case) = tx.problem_case(*agg)? {
                settle_problem(case, &asking, &mut tx)?;
            }
        }
        tx.commit()?;
        Ok(due.len())
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
            match kin::on_others(&asking, tx, &mut receipt) {
                // Another record that does not follow is left for people to see.
                Err(Error::Refused(_)) => {}
                other => other?,
            }
            react_to(asking.cmd, agg, due.at, policy, tx)?;
            Ok(tx.case(agg)?.map(|case| case.is))
        }
        // Whatever stands against it, it holds up neither those behind it nor a person who works on the record.
        Err(_) => Ok(None),
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
    use crate::domain::command::note::AddNote;
    use crate::domain::fold::world::{escalate, hold, resolve, title};
    use crate::domain::incident::{Subcategory, Visibility};
    use crate::domain::number::SiteCode;
    use crate::domain::priority::{Impact, Urgency};
    use crate::domain::role::Tier;
    use crate::domain::text::Note;
    use crate::domain::trigger::{Action, Trigger};
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

    /// A desk with tickets of every urgency and in every state, as a person left them on a Tuesday morning.
    fn left_alone(path: &std::path::Path, clock: &Rc<Cell<i64>>) -> Desk {
        let identity = Identity { account: login("dana"), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: true };
        let time = Rc::clone(clock);
        let mut desk = Desk::create(path, &new, None, &identity, Box::new(move || time.get())).unwrap();
        desk.store_mut().set_durable(false).unwrap();
        for name in ["ann", "carla", "sven"] {
            let tier = if name == "carla" { Tier::Two } else { Tier::One };
            let roles = if name == "sven" { [Role::Supervisor].into() } else { [Role::Technician].into() };
            let user = crate::app::people::all_round(&login(name)).unwrap();
            desk.set_user(&User { roles, tier: Some(tier), ..user }).unwrap();
        }
        let caller = Requester::Named("j.smith".into());
        let reply = || {
            let text = Note::new("we are looking at it").unwrap();
            Verb::Note(AddNote { text, vis: Visibility::Requester })
        };
        let mut n = 0;
        for impact in Impact::ALL {
            for urgency in Urgency::ALL {
                let works = [vec![], vec![reply()], vec![hold(0)], vec![reply(), escalate()], vec![resolve()]];
                for verbs in works {
                    n += 1;
                    clock.set(clock.get() + 61_000);
                    let call = Log {
                        impact: Some(*impact),
                        urgency: *urgency,
                        vip: n % 7 == 0,
                        subcategory: Subcategory::Error,
                        ..Log::titled(title("VPN drops"))
                    };
                    let agg = desk.log(&call, Some(&caller)).unwrap().records[0].1;
                    verbs.iter().for_each(|verb| drop(desk.run(verb, agg)));
                }
            }
        }
        desk
    }

    /// Everything of a record but when it was written down.
    fn standing(desk: &Desk) -> Vec<Folded<Ticket>> {
        let all = (1..=45).map(|n| desk.record(desk.find_text(&format!("INC-{n}")).unwrap()).unwrap().case.is);
        all.map(|is| Folded { last: None, ..is }).collect()
    }

    #[test]
    fn a_desk_that_slept_for_ten_days_stands_as_one_that_looked_every_minute() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Rc::new(Cell::new(1_789_975_000_000));
        let mut awake = left_alone(&dir.path().join("awake.db"), &clock);
        let copy = dir.path().join("asleep.db");
        awake.store().backup(&copy, |_, _| {}).unwrap();
        let began = clock.get();
        for minute in 1..=10 * 24 * 60 {
            clock.set(began + minute * 60_000);
            awake.tick().unwrap();
        }
        let identity = Identity { account: login("dana"), acting_as: None };
        let time = Rc::clone(&clock);
        let mut asleep = Desk::open(&copy, &identity, Box::new(move || time.get())).unwrap();
        let applied = asleep.tick().unwrap();
        assert!(applied > 200, "only {applied} timers were due");
        for (awake, asleep) in standing(&awake).into_iter().zip(standing(&asleep)) {
            assert_eq!(awake, asleep);
        }
        assert_eq!(asleep.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        assert_eq!(asleep.tick().unwrap(), 0);
    }

    #[test]
    fn a_ticket_that_is_forgotten_again_gets_a_supervisor_though_nobody_touches_it() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Rc::new(Cell::new(1_789_975_000_000));
        let mut desk = left_alone(&dir.path().join("desk.db"), &clock);
        let call = Log { subcategory: Subcategory::Error, ..Log::titled(title("scanner is silent")) };
        let agg = desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap().records[0].1;
        let stale = |desk: &Desk| {
            let is = desk.record(agg).unwrap().case.is;
            let stale = is.latches.all().iter().filter(|latched| latched.trigger == Trigger::Tr22);
            stale.map(|latched| latched.actions.clone()).collect::<Vec<_>>()
        };
        let wait = |desk: &mut Desk, days: i64| {
            clock.set(clock.get() + days * 86_400_000);
            desk.tick().unwrap();
        };
        wait(&mut desk, 5);
        assert_eq!(stale(&desk), [[Action::Suggest]]);
        let text = Note::new("the cable is fine").unwrap();
        desk.run(&Verb::Note(AddNote { text, vis: Visibility::Internal }), agg).unwrap();
        wait(&mut desk, 5);
        assert_eq!(stale(&desk), [[Action::Suggest], [Action::Attention]]);
    }
}
