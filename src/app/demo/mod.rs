//! A throw-away desk with a made-up month in it: for the first look, for screenshots, for tests and measurements.
//!
//! Read `content` and `story` (what the shipped files tell), `hours` (open time), `dice` (what a seed decides), `cast` (which
//! stories are played, by whom, when), `deed` (a step as a command), `rounds` (what supervisors do about the rules) and
//! `play` with `acts` (all of it, through the same commands that people use, at its time and by its person).

mod acts;
mod cast;
mod content;
mod deed;
mod dice;
mod hours;
mod play;
mod rounds;
mod story;

use std::path::Path;

use super::{Error, people};
use crate::domain::event::Proof;
use crate::domain::number::SiteCode;
use crate::domain::text::Login;
use crate::domain::time::{Instant, Secs};
use crate::store::{Author, New, Store, fresh};

pub use play::{Progress, Told};

/// Who looks at the demonstration desk: a technician of tier 1.
pub const VISITOR: &str = "ann";

/// What the desk is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The same seed tells the same month.
    pub seed: u64,
    /// How far back it reaches, in real days.
    pub days: u32,
    /// How many tickets, open and closed.
    pub tickets: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, days: 30, tickets: 120 }
    }
}

/// Makes a demonstration store at `path`, which must not exist. `owner` becomes a user of it who may do everything.
pub fn make(
    path: &Path,
    owner: Option<&Login>,
    options: &Options,
    now: Instant,
    progress: impl FnMut(Progress),
) -> Result<Told, Error> {
    let new = New { code: SiteCode::first(), shared: false, demo: true };
    let began = now - Secs::days(i64::from(options.days) + 1);
    let mut store = Store::create(path, &new, VISITOR, began.0 * 1_000)?;
    store.set_durable(false)?;
    let told = play::play(&mut store, options, began, now, progress)?;
    if let Some(login) = owner {
        let author = Author { login, proof: Proof::Claimed, cmd: fresh(), at: now };
        let mut tx = store.begin(now.0 * 1_000)?;
        people::write_user(&people::all_round(login)?, &author, &mut tx)?;
        tx.commit()?;
    }
    store.set_durable(true)?;
    store.checkpoint()?;
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::query::queue::Tab;
    use crate::app::{Desk, Identity};
    use crate::domain::clock::ClockKind;
    use crate::domain::command::resolve::Resolve;
    use crate::domain::command::{Case, Verb};
    use crate::domain::escalation::Escalation;
    use crate::domain::incident::{Pending, ResolutionCode};
    use crate::domain::role::Tier;
    use crate::domain::text::Resolution;
    use crate::domain::trigger::Trigger;

    fn made(options: Options, now: i64) -> (tempfile::TempDir, Desk, Told) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("desk.db");
        let told = make(&path, None, &options, Instant(now), |_| {}).unwrap();
        let identity = Identity { account: Login::new(VISITOR).unwrap(), acting_as: None };
        let desk = Desk::open(&path, &identity, Box::new(move || now * 1_000)).unwrap();
        (dir, desk, told)
    }

    /// A working day's noon, a night, a Sunday, and a day of the change to summer time; each with a seed of its own.
    const MOMENTS: [i64; 4] = [1_795_518_000, 1_795_479_600, 1_795_345_200, 1_774_771_200];

    fn cases(desk: &Desk) -> Vec<Case> {
        let case = |n| desk.find_text(&format!("INC-{n}")).ok().map(|agg| desk.record(agg).unwrap().case);
        (1..=120).filter_map(case).collect()
    }

    #[test]
    fn every_story_can_be_told_at_any_time_of_the_week() {
        for (now, seed) in MOMENTS.into_iter().zip(1..) {
            let (_dir, mut desk, told) = made(Options { seed, ..Options::default() }, now);
            assert_eq!(told.refused, Vec::<String>::new(), "at {}", Instant(now));
            assert_eq!(told.tickets, 120);
            assert_eq!(desk.tick().unwrap(), 0, "no timer is left that was due");
            assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
            most_targets_are_met(&cases(&desk), &format!("{}", Instant(now)));
        }
    }

    /// 5 to 10 in a hundred resolution targets are missed, one to three of them in the queue of each tier.
    fn most_targets_are_met(cases: &[Case], when: &str) {
        let missed = |case: &Case| {
            case.is.clocks.last(ClockKind::Resolution).is_some_and(|kept| kept.clock.breached_at.is_some())
        };
        let all = cases.iter().filter(|case| missed(case)).count();
        assert!((6..=12).contains(&all), "{all} missed at {when}");
        for tier in Tier::ALL {
            let here = cases.iter().filter(|case| case.ticket().state.open() && case.ticket().tier == tier);
            let here = here.filter(|case| missed(case)).count();
            assert!((1..=3).contains(&here), "{here} missed in tier {tier} at {when}");
        }
    }

    #[test]
    fn the_visitor_finds_work_of_every_sort() {
        let (_dir, desk, _) = made(Options::default(), MOMENTS[0]);
        let login = desk.person().login.clone();
        let badges = desk.badges(Tier::One).unwrap();
        assert!(badges.all >= 15 && badges.mine >= 5 && badges.free >= 5, "{badges:?}");
        assert!(badges.waiting >= 1 && desk.badges(Tier::Two).unwrap().waiting >= 2, "proposals in both directions");
        let cases = cases(&desk);
        let count = |of: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| of(case)).count();
        let waits = |reason| count(&|case: &Case| case.ticket().pending_reason == Some(reason));
        for reason in [Pending::AwaitingRequester, Pending::AwaitingDiscipline, Pending::AwaitingVendor] {
            assert!(waits(reason) >= 1, "{reason}");
        }
        let mine = |case: &Case| case.ticket().assignee.as_ref() == Some(&login) && case.ticket().state.open();
        let asks = |case: &Case, rule| case.is.latches.of(case.is.visits).any(|one| one.trigger == rule);
        assert!(count(&|case: &Case| mine(case) && asks(case, Trigger::Tr14)) >= 1, "a rule demands something of hers");
        assert!(count(&|case: &Case| mine(case) && case.ticket().escalation.is_some()) >= 1, "she waits for tier 2");
        assert!(count(&|case: &Case| case.ticket().contract.is_some()) >= 3);
        for rule in [Trigger::Tr07, Trigger::Tr15, Trigger::Tr27] {
            let by_rule = |one: &Escalation| one.proposal.triggers.iter().any(|id| id == rule.word());
            let waiting = |case: &Case| case.is.escalations.iter().any(|one| by_rule(one) && one.reviewed_at.is_none());
            assert!(count(&waiting) >= 1, "{rule} waits for a supervisor");
        }
    }

    #[test]
    fn the_first_free_ticket_can_be_taken_and_resolved() {
        let (_dir, mut desk, _) = made(Options::default(), MOMENTS[0]);
        let taken = desk.take_first(|desk, lost| desk.next_of(&Tab::Free.base(), lost)).unwrap();
        let resolve = Resolve {
            code: ResolutionCode::Fixed,
            note: Resolution::new("Cleared the cache; it opens as fast as before.").unwrap(),
            subcategory: None,
            public: true,
        };
        desk.run(&Verb::Resolve(resolve), taken.records[0].1).unwrap();
    }

    #[test]
    fn a_seed_tells_the_same_month_again_and_another_one_another() {
        let told = |seed| {
            let (_dir, desk, _) = made(Options { seed, ..Options::default() }, MOMENTS[0]);
            cases(&desk).iter().map(|case| without_identities(format!("{:?}", case.is))).collect::<Vec<_>>()
        };
        let month = told(1);
        assert_eq!(month, told(1));
        assert_ne!(month, told(2));
    }

    /// Identities are born anew each time.
    fn without_identities(text: String) -> String {
        text.split("Id(").map(|part| part.split_once(')').map_or(part, |(_, rest)| rest)).collect()
    }
}
