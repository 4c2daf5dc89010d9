//! A throw-away desk with a made-up month in it: for the first look, for screenshots, for tests and measurements.
//!
//! Read `content` (what the shipped files tell), `hours` (open time), `dice` (what a seed decides), `cast` (which
//! stories are played, by whom, when), `deed` (a step as a command) and `play` (all of it, through the same commands
//! that people use, at its time and by its person).

mod cast;
mod content;
mod deed;
mod dice;
mod hours;
mod play;

use std::path::Path;

use super::{Error, people};
use crate::domain::event::Proof;
use crate::domain::number::SiteCode;
use crate::domain::policy::Policy;
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
    let policy = Policy::parse(QUIET, "demo").unwrap_or_default();
    let told = play::play(&mut store, &policy, options, began, now, progress)?;
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

/// The stories are told to their end, so no rule takes a ticket out of their hands.
const QUIET: &str = "escalation.disabled = [\"TR01\", \"TR05\", \"TR08\", \"TR10\", \"TR11\", \"TR12\", \"TR13\", \"TR14\", \"TR15\", \"TR17\", \"TR18\", \"TR20\", \"TR23\"]";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Desk, Identity};
    use crate::domain::role::Tier;

    fn made(options: Options, now: i64) -> (tempfile::TempDir, Desk, Told) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("desk.db");
        let told = make(&path, None, &options, Instant(now), |_| {}).unwrap();
        let identity = Identity { account: Login::new(VISITOR).unwrap(), acting_as: None };
        let desk = Desk::open(&path, &identity, Box::new(move || now * 1_000)).unwrap();
        (dir, desk, told)
    }

    /// A working day's noon, a night, a Sunday, and a day of the change to summer time.
    const MOMENTS: [i64; 4] = [1_795_518_000, 1_795_479_600, 1_795_345_200, 1_774_771_200];

    #[test]
    fn every_story_can_be_told_at_any_time_of_the_week() {
        for now in MOMENTS {
            let (_dir, mut desk, told) = made(Options::default(), now);
            assert_eq!(told.refused, Vec::<String>::new(), "at {}", Instant(now));
            assert_eq!(told.tickets, 120);
            assert_eq!(desk.tick().unwrap(), 0, "no timer is left that was due");
            assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        }
    }

    #[test]
    fn the_visitor_finds_work_of_every_sort() {
        let (_dir, desk, _) = made(Options::default(), MOMENTS[0]);
        let badges = desk.store().badges(Tier::One, &desk.person().login).unwrap();
        assert!(badges.all >= 15 && badges.mine >= 2 && badges.free >= 5, "{badges:?}");
        assert!(desk.store().badges(Tier::Two, &desk.person().login).unwrap().waiting >= 2);
    }

    #[test]
    fn a_seed_tells_the_same_month_again_and_another_one_another() {
        let titles = |seed| {
            let (_dir, desk, _) = made(Options { seed, ..Options::default() }, MOMENTS[0]);
            let of = |n| desk.record(desk.find_text(&format!("INC-{n}")).unwrap()).unwrap();
            (1..=120).map(|n| format!("{:?}", of(n).case.ticket())).map(without_identities).collect::<Vec<_>>()
        };
        assert_eq!(titles(1), titles(1));
        assert_ne!(titles(1), titles(2));
    }

    /// Identities are born anew each time.
    fn without_identities(text: String) -> String {
        text.split("Id(").map(|part| part.split_once(')').map_or(part, |(_, rest)| rest)).collect()
    }
}
