//! Tells all stories at once, in the order of time, through the commands that people use. Timers apply in between, at
//! their own instants, as they would have.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::Options;
use super::cast::{self, Play};
use super::content::{CONTRACT, World};
use super::hours::Hours;
use super::rounds::Rounds;
use crate::app::contracts::{self, File};
use crate::app::in_force::with_contracts;
use crate::app::run::step;
use crate::app::{Error, Receipt, people, tick};
use crate::domain::command::timer::Due;
use crate::domain::event::Proof;
use crate::domain::id::AggId;
use crate::domain::policy::Policy;
use crate::domain::role::{Role, User};
use crate::domain::text::Login;
use crate::domain::time::Instant;
use crate::store::{Author, Store, Tx, fresh};

/// Steps told in one transaction.
const BATCH: usize = 400;

/// How far the telling is, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

/// What was told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    pub tickets: usize,
    /// Steps that the desk's own rules refused, one sentence each.
    pub refused: Vec<String>,
}

/// One step of one play. The first of a play is its report.
pub(super) struct Cue {
    pub at: Instant,
    pub play: usize,
    pub step: usize,
}

/// Fills an empty store.
pub fn play(
    store: &mut Store,
    options: &Options,
    began: Instant,
    now: Instant,
    mut progress: impl FnMut(Progress),
) -> Result<Told, Error> {
    let world = World::shipped()?;
    let users: HashMap<_, _> = world.users.iter().map(|one| (one.login.clone(), User::from(one))).collect();
    let (policy, contacts) = settle(store, &world, began)?;
    let hours = Hours::around(&policy.calendars["business"], now, options.days + 1);
    let plays = cast::plays(&world, options, &hours, now);
    let cues = cues(&plays, &hours, now);
    let mut stage = Stage {
        world: &world,
        policy: &policy,
        rounds: Rounds::new(options.seed, hours),
        users,
        contacts,
        records: vec![None; plays.len()],
        plays,
        known: Vec::new(),
        births: HashMap::new(),
        timers: BinaryHeap::new(),
        system: tick::system(),
        told: Told::default(),
    };
    for (n, batch) in cues.chunks(BATCH).enumerate() {
        let mut tx = store.begin(batch[0].at.0 * 1_000)?;
        for cue in batch {
            stage.ring(cue.at, &mut tx)?;
            stage.act(cue, &mut tx)?;
        }
        tx.commit()?;
        progress(Progress { done: n * BATCH + batch.len(), total: cues.len() });
    }
    let mut tx = store.begin(now.0 * 1_000)?;
    stage.ring(now, &mut tx)?;
    tx.commit()?;
    Ok(stage.told)
}

/// The shipped policy, a contract, users and contacts, written by the desk's admin. Gives the policy with the contract.
fn settle(store: &mut Store, world: &World, at: Instant) -> Result<(Policy, Vec<AggId>), Error> {
    let users: Vec<_> = world.users.iter().map(User::from).collect();
    let admin = users.iter().find(|user| user.is(Role::Admin)).map_or_else(Login::system, |user| user.login.clone());
    let author = Author { login: &admin, proof: Proof::Claimed, cmd: fresh(), at };
    let mut tx = store.begin(at.0 * 1_000)?;
    let policy = Policy::default();
    people::write_policy(&policy, &author, &mut tx)?;
    let (code, contract) =
        contracts::read(File { name: "the demonstration desk's contract", text: CONTRACT }, &policy)?;
    contracts::put(&code, &contract, contract.starts_on, CONTRACT, &author, &mut tx)?;
    let policy = with_contracts(policy, &tx.contracts()?);
    for user in &users {
        people::write_user(user, &author, &mut tx)?;
    }
    let mut contacts = Vec::new();
    for person in &world.contacts {
        let agg = fresh();
        people::write_contact(agg, &person.fields()?, &author, &mut tx)?;
        contacts.push(agg);
    }
    tx.commit()?;
    Ok((policy, contacts))
}

/// Every step that happened before now, in the order of time.
fn cues(plays: &[Play<'_>], hours: &Hours, now: Instant) -> Vec<Cue> {
    let mut cues = Vec::new();
    for (play, told) in plays.iter().enumerate() {
        let instants = told.positions().map(|position| hours.instant(position)).enumerate();
        cues.extend(instants.map(|(step, at)| Cue { at, play, step }).take_while(|cue| cue.at <= now));
    }
    cues.sort_by_key(|cue| (cue.at, cue.play, cue.step));
    cues
}

/// The desk while it is told.
pub(super) struct Stage<'w> {
    pub world: &'w World,
    pub policy: &'w Policy,
    pub users: HashMap<Login, User>,
    /// Identities of the world's contacts, in its order.
    pub contacts: Vec<AggId>,
    pub plays: Vec<Play<'w>>,
    /// The record of each play, once it is logged.
    pub records: Vec<Option<AggId>>,
    /// Records and their tasks in the order of their birth, by which they take turns: identities are born anew each
    /// time.
    known: Vec<AggId>,
    births: HashMap<AggId, usize>,
    timers: BinaryHeap<Reverse<(Due, usize)>>,
    pub rounds: Rounds,
    pub system: User,
    pub told: Told,
}

impl Stage<'_> {
    /// Whatever happens by itself until an instant: timers, and the rounds of the supervisors.
    fn ring(&mut self, now: Instant, tx: &mut Tx<'_>) -> Result<(), Error> {
        loop {
            let timer = self.timers.peek().map(|Reverse((due, _))| due.at);
            let review = self.rounds.next();
            let Some(first) = timer.into_iter().chain(review).min().filter(|at| *at <= now) else { return Ok(()) };
            if timer == Some(first) {
                self.time(tx)?;
            } else if let Some((at, nth)) = self.rounds.pop() {
                self.review(nth, at, tx)?;
            }
        }
    }

    /// Applies the first timer.
    fn time(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let Some(Reverse((due, nth))) = self.timers.pop() else { return Ok(()) };
        let agg = self.known[nth];
        match tick::apply_one(agg, due.at, &self.system, self.policy, tx)? {
            Some(_) => self.follow_up(agg, due.at, tx),
            None => Ok(()),
        }
    }

    /// A supervisor comments what a rule did, or asked attention for.
    fn review(&mut self, nth: usize, at: Instant, tx: &mut Tx<'_>) -> Result<(), Error> {
        let agg = self.known[nth];
        let Some(case) = tx.case(agg)? else { return Ok(()) };
        let Some((by, verb)) = self.rounds.review(&case, &self.world.words)? else { return Ok(()) };
        let mut receipt = Receipt::new(fresh());
        step(&verb, agg.into(), &self.asking(&by, at, receipt.cmd), tx, &mut receipt)?;
        if let Some((name, refusal)) = receipt.skipped.pop() {
            self.told.refused.push(format!("review of {name} at {at}: {}", refusal.message));
        }
        self.follow_up(agg, at, tx)
    }

    /// Notes the next timers of a record and its tasks, and what supervisors have to look at. A timer that no longer
    /// holds when it is due changes nothing.
    pub fn follow_up(&mut self, agg: AggId, now: Instant, tx: &Tx<'_>) -> Result<(), Error> {
        let parent = tx.parent_of(agg)?.unwrap_or(agg);
        let tasks = tx.tasks_of(parent)?;
        for case in tx.case(parent)?.iter().chain(&tasks) {
            let nth = self.nth(case.agg);
            if let Some(due) = Due::next(&case.is, self.policy) {
                self.timers.push(Reverse((due, nth)));
            }
            self.rounds.notice(nth, case, now);
        }
        Ok(())
    }

    /// The place of a record in the order of their births.
    pub fn nth(&mut self, agg: AggId) -> usize {
        *self.births.entry(agg).or_insert_with(|| {
            self.known.push(agg);
            self.known.len() - 1
        })
    }
}
