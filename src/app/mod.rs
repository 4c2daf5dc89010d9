//! The only door for the surfaces: a desk is a store, the policy in force and the person who works.
//!
//! Read `run` (the one way to write), `kin` (what that does to other records), `major` (what is done to all children at
//! once), `undo`, `tick` (timers), `in_force` (the policy with its contracts), `recount` (clocks after a change of it),
//! `people`, `contracts`, `calendars`, `holidays`, `simulate`, `ready` (texts and checklists), then `query` and `news`.

pub mod asset;
pub mod calendars;
pub mod changes;
pub mod config;
pub mod contracts;
pub mod demo;
pub mod error;
pub mod export;
mod handover;
pub mod holidays;
pub mod home;
pub mod import;
mod in_force;
mod kin;
pub mod major;
pub mod news;
pub mod people;
pub mod problems;
pub mod proposals;
pub mod query;
pub mod ready;
pub mod receipt;
pub mod recount;
pub mod run;
pub mod simulate;
pub mod tick;
pub mod trend;
pub mod undo;
pub mod views;

use std::path::Path;
use std::sync::Arc;

pub use error::Error;
use in_force::InForce;
use ready::Ready;
pub use receipt::Receipt;

use crate::domain::event::Proof;
use crate::domain::policy::Policy;
use crate::domain::refusal::Code;
use crate::domain::role::User;
use crate::domain::text::Login;
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::store::{New, Store};

/// A clock in milliseconds since 1970: the wall's, or a test's.
pub type Clock = Box<dyn Fn() -> i64>;

/// A desk that someone works at.
pub struct Desk {
    pub(crate) store: Store,
    in_force: InForce,
    /// Texts, checklists and templates; those of the program unless somebody read more.
    ready: Arc<Ready>,
    /// Who runs the program.
    account: Login,
    person: User,
    proof: Proof,
    clock: Clock,
    seen: i64,
}

/// Who runs the program, and as whom.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The operating-system account.
    pub account: Login,
    /// Another user of the store to act as; only for the owner of the file, and not in a shared store.
    pub acting_as: Option<Login>,
}

/// The wall clock. Nothing else asks what time it is; only a new identity takes its time of birth by itself.
#[expect(clippy::disallowed_methods, reason = "the one reader of the wall clock")]
pub fn wall_clock() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

impl Desk {
    /// Opens the store of a desk for a person. An account without a role gets no further (`not_permitted`).
    pub fn open(path: &Path, identity: &Identity, clock: Clock) -> Result<Self, Error> {
        let store = Store::open(path, identity.account.as_str(), clock())?;
        Self::of(store, identity, clock)
    }

    /// Makes a store with the default policy, or the one given, and the caller as supervisor, technician and admin.
    pub fn create(
        path: &Path,
        new: &New,
        policy: Option<Policy>,
        identity: &Identity,
        clock: Clock,
    ) -> Result<Self, Error> {
        people::not_reserved(&identity.account)?;
        let mut store = Store::create(path, new, identity.account.as_str(), clock())?;
        let policy = policy.unwrap_or_default();
        people::found(&mut store, &policy, &identity.account, clock())?;
        Self::of(store, identity, clock)
    }

    fn of(store: Store, identity: &Identity, clock: Clock) -> Result<Self, Error> {
        let in_force = InForce::read(&store)?;
        let account = identity.account.clone();
        let login = identity.acting_as.as_ref().unwrap_or(&account);
        let proof = proof_of(&store, &account, login)?;
        let person = store.user(login)?.filter(|user| user.active).ok_or_else(|| {
            Code::NotPermitted
                .because(format!("{login} is not a user of this desk"))
                .hint(format!("an admin adds the account with `tierdesk user add {login} --tier 1`"))
        })?;
        let seen = store.data_version()?;
        Ok(Self { store, in_force, ready: Ready::shipped(), account, person, proof, clock, seen })
    }

    /// Now, cut to the second.
    pub fn now(&self) -> Instant {
        Instant::from_millis(self.now_ms())
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    pub const fn person(&self) -> &User {
        &self.person
    }

    /// The policy in force, with every contract.
    pub fn policy(&self) -> &Policy {
        &self.in_force.policy
    }

    /// What holds for a ticket now: its contract's policy, else the desk's.
    pub fn policy_of(&self, ticket: &Ticket) -> &Policy {
        self.policy().under(ticket.contract.as_ref(), self.now())
    }

    /// As [`policy`](Self::policy), to keep while the desk goes on.
    pub(crate) fn policy_in_force(&self) -> Arc<Policy> {
        Arc::clone(&self.in_force.policy)
    }

    /// Texts, checklists and templates.
    pub const fn ready(&self) -> &Arc<Ready> {
        &self.ready
    }

    /// Works with these from now on.
    pub fn set_ready(&mut self, ready: Ready) {
        self.ready = Arc::new(ready);
    }

    pub const fn store(&self) -> &Store {
        &self.store
    }

    pub const fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Becomes another user of the store; refuses as [`home::may_act_as`]. One's own account is always free to take.
    pub fn act_as(&mut self, login: &Login) -> Result<(), Error> {
        let proof = proof_of(&self.store, &self.account, login)?;
        let user = self.store.user(login)?.filter(|user| user.active);
        self.person = user.ok_or_else(|| Code::NotFound.because(format!("there is no active user {login}")))?;
        self.proof = proof;
        Ok(())
    }

    /// Has another session written since this was asked last? One integer read.
    pub fn changed(&mut self) -> Result<bool, Error> {
        let version = self.store.data_version()?;
        let changed = version != self.seen;
        self.seen = version;
        if changed {
            self.refresh()?;
        }
        Ok(changed)
    }

    /// Reads policy, contracts and person again, as another session may have changed them.
    fn refresh(&mut self) -> Result<(), Error> {
        self.in_force.follow(&self.store)?;
        if let Some(user) = self.store.user(&self.person.login)? {
            self.person = user;
        }
        Ok(())
    }
}

/// How it is known who that is, to an account of the operating system.
fn proof_of(store: &Store, account: &Login, login: &Login) -> Result<Proof, Error> {
    if login != account {
        home::may_act_as(store, account)?;
        return Ok(Proof::ActingAs);
    }
    Ok(if home::under_sudo() { Proof::Sudo } else { Proof::Claimed })
}
