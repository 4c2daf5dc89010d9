//! Tells all stories at once, in the order of time, through the commands that people use. Timers apply in between, at
//! their own instants, as they would have.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::Options;
use super::cast::{self, Play};
use super::content::{Deed, World};
use super::deed;
use super::hours::Hours;
use crate::app::run::{Asking, log_one, merge_all, step};
use crate::app::{Error, Receipt, people, tick};
use crate::domain::command::Verb;
use crate::domain::command::hold::Resume;
use crate::domain::command::timer::Due;
use crate::domain::event::Proof;
use crate::domain::id::{AggId, CmdId};
use crate::domain::incident::{Pending, State};
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
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
struct Cue {
    at: Instant,
    play: usize,
    step: usize,
}

/// Fills an empty store.
pub fn play(
    store: &mut Store,
    policy: &Policy,
    options: &Options,
    began: Instant,
    now: Instant,
    mut progress: impl FnMut(Progress),
) -> Result<Told, Error> {
    let world = World::shipped()?;
    let users: HashMap<_, _> = world.users.iter().map(|one| (one.login.clone(), User::from(one))).collect();
    let contacts = settle(store, &world, policy, began)?;
    let hours = Hours::around(&policy.calendars["business"], now, options.days + 1);
    let plays = cast::plays(&world, options, &hours, now);
    let cues = cues(&plays, &hours, now);
    let mut stage = Stage {
        world: &world,
        policy,
        users,
        contacts,
        records: vec![None; plays.len()],
        plays,
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

/// Policy, users and contacts, written by the desk's admin.
fn settle(store: &mut Store, world: &World, policy: &Policy, at: Instant) -> Result<Vec<AggId>, Error> {
    let users: Vec<_> = world.users.iter().map(User::from).collect();
    let admin = users.iter().find(|user| user.is(Role::Admin)).map_or_else(Login::system, |user| user.login.clone());
    let author = Author { login: &admin, proof: Proof::Claimed, cmd: fresh(), at };
    let mut tx = store.begin(at.0 * 1_000)?;
    people::write_policy(policy, &author, &mut tx)?;
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
    Ok(contacts)
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

struct Stage<'w> {
    world: &'w World,
    policy: &'w Policy,
    users: HashMap<Login, User>,
    /// Identities of the world's contacts, in its order.
    contacts: Vec<AggId>,
    plays: Vec<Play<'w>>,
    /// The record of each play, once it is logged.
    records: Vec<Option<AggId>>,
    timers: BinaryHeap<Reverse<(Due, AggId)>>,
    system: User,
    told: Told,
}

impl Stage<'_> {
    /// Applies the timers that are due by an instant.
    fn ring(&mut self, now: Instant, tx: &mut Tx<'_>) -> Result<(), Error> {
        while let Some(Reverse((due, agg))) = self.timers.peek().copied() {
            if due.at > now {
                return Ok(());
            }
            self.timers.pop();
            if tick::apply_one(agg, due.at, &self.system, self.policy, tx)?.is_some() {
                self.wind(agg, tx)?;
            }
        }
        Ok(())
    }

    /// Notes the next timer of a record. One that no longer holds when it is due changes nothing.
    fn wind(&mut self, agg: AggId, tx: &Tx<'_>) -> Result<(), Error> {
        if let Some(due) = tx.case(agg)?.and_then(|case| Due::next(&case.is, self.policy)) {
            self.timers.push(Reverse((due, agg)));
        }
        Ok(())
    }

    fn act(&mut self, cue: &Cue, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut receipt = Receipt::new(fresh());
        let done = match cue.step.checked_sub(1) {
            None => self.report(cue, tx, &mut receipt),
            Some(step) => self.follow(cue, step, tx, &mut receipt),
        };
        let refused = match done {
            Err(Error::Refused(refusal)) => Some(refusal),
            Err(fault) => return Err(fault),
            Ok(()) => receipt.skipped.pop().map(|(_, refusal)| refusal),
        };
        if let Some(refusal) = refused {
            self.note_refusal(cue, &refusal);
        }
        match self.records[cue.play] {
            Some(agg) => self.wind(agg, tx),
            None => Ok(()),
        }
    }

    fn note_refusal(&mut self, cue: &Cue, refusal: &Refusal) {
        let story = self.plays[cue.play].story;
        self.told.refused.push(format!("{} step {} at {}: {}", story.id, cue.step, cue.at, refusal.message));
    }

    fn report(&mut self, cue: &Cue, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
        let play = &self.plays[cue.play];
        let requester = play.contact.map(|contact| self.contacts[contact]);
        let vip = play.contact.is_some_and(|contact| self.world.contacts[contact].vip);
        let log = deed::report(play, requester, vip)?;
        let asking = self.asking(&play.login(&play.story.logged_by), cue.at, receipt.cmd);
        self.records[cue.play] = Some(log_one(&log, &asking, tx, receipt)?);
        self.told.tickets += 1;
        Ok(())
    }

    fn follow(&self, cue: &Cue, nth: usize, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
        let play = &self.plays[cue.play];
        let told = &play.story.step[nth];
        // Its report was refused, which is said already.
        let Some(agg) = self.records[cue.play] else { return Ok(()) };
        let other = told.deed.of().and_then(|id| self.record_of(id));
        match &told.deed {
            Deed::Inbound { text } => self.message(agg, cue, text, tx, receipt),
            // Over a weekend a timer was earlier.
            Deed::Resume if tx.case(agg)?.is_some_and(|case| case.ticket().state != State::Pending) => Ok(()),
            Deed::Merge { .. } => match other {
                Some(survivor) => {
                    merge_all(&[agg], survivor, &self.asking(&self.actor(cue, nth)?, cue.at, receipt.cmd), tx, receipt)
                }
                None => Ok(()),
            },
            deed => match deed::verb(play, deed, other, cue.at)? {
                Some(verb) => {
                    step(&verb, agg.into(), &self.asking(&self.actor(cue, nth)?, cue.at, receipt.cmd), tx, receipt)
                }
                None => Ok(()),
            },
        }
    }

    fn actor(&self, cue: &Cue, nth: usize) -> Result<Login, Refusal> {
        let play = &self.plays[cue.play];
        Ok(play.login(&Login::new(&play.story.step[nth].by)?))
    }

    /// A message of the requester: the owner notes it, and goes on if that was what the ticket waited for.
    fn message(&self, agg: AggId, cue: &Cue, text: &str, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
        let play = &self.plays[cue.play];
        let Some(case) = tx.case(agg)? else { return Ok(()) };
        let ticket = case.ticket();
        let logged_by = play.login(&play.story.logged_by);
        let owner = ticket.assignee.clone().unwrap_or(logged_by);
        let from = play.contact.map_or("the requester", |contact| self.world.contacts[contact].name.as_str());
        let told = Deed::Note { text: format!("{from} wrote: {text}") };
        let waited = ticket.state == State::Pending && ticket.pending_reason == Some(Pending::AwaitingRequester);
        let asking = self.asking(&owner, cue.at, receipt.cmd);
        if let Some(verb) = deed::verb(play, &told, None, cue.at)? {
            step(&verb, agg.into(), &asking, tx, receipt)?;
        }
        if waited {
            let asking = Asking { cmd: fresh(), ..asking };
            step(&Verb::Resume(Resume), agg.into(), &asking, tx, receipt)?;
        }
        Ok(())
    }

    /// The record of a shipped story that is told as it is.
    fn record_of(&self, id: &str) -> Option<AggId> {
        let position = self.plays.iter().position(|play| play.original && play.story.id == id)?;
        self.records[position]
    }

    fn asking<'a>(&'a self, login: &Login, now: Instant, cmd: CmdId) -> Asking<'a> {
        let by = self.users.get(login).unwrap_or(&self.system);
        Asking { by, proof: Proof::Claimed, policy: self.policy, now, cmd }
    }
}
