//! The stores of the benches as desks: with the account that runs the bench at work in them.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tierdesk::app::people::user_agg;
use tierdesk::app::{Desk, Identity, home, wall_clock};
use tierdesk::domain::change::{Act, Change};
use tierdesk::domain::event::Proof;
use tierdesk::domain::fold::Folded;
use tierdesk::domain::id::CmdId;
use tierdesk::domain::number::SiteCode;
use tierdesk::domain::person::UserFields;
use tierdesk::domain::role::{Discipline, Rights, Role, Tier, User};
use tierdesk::domain::text::Name;
use tierdesk::domain::time::Instant;
use tierdesk::store::{Author, New, Store};

use crate::store;

/// The store of that many tickets, with the account that runs the bench as a technician of tier 1, so that whole programs can work there.
pub fn staffed(size: u32) -> PathBuf {
    let path = store::at(size);
    let account = home::account().expect("an account");
    let mut store = Store::open(&path, account.as_str(), wall_clock()).expect("the store of the bench opens");
    if store.user(&account).expect("the users").is_none() {
        let now = wall_clock();
        let user = User {
            login: account.clone(),
            name: Name::new("Bench").expect("a name"),
            roles: [Role::Technician, Role::Supervisor, Role::Admin].into(),
            tier: Some(Tier::One),
            disciplines: [Discipline::Software].into(),
            rights: Rights::TenantAdmin,
            active: true,
        };
        let author = Author {
            login: &account,
            proof: Proof::Claimed,
            cmd: CmdId::derived(&[b"bench user"]),
            at: Instant::from_millis(now),
        };
        let change = Change { next: UserFields::from(&user), ..Change::of(Act::SetUser, &UserFields::default()) };
        let mut tx = store.begin(now).expect("a transaction");
        tx.append(user_agg(&account), &Folded::default(), &change, &author).expect("a user");
        tx.commit().expect("a commit");
    }
    path
}

/// A copy of a store to write to, gone with the folder.
pub fn copy(path: &Path, folder: &Path) -> PathBuf {
    let copy = folder.join("desk.db");
    let db = Connection::open(path).expect("the store of the bench opens");
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
    drop(db);
    fs::copy(path, &copy).expect("room for a copy");
    copy
}

/// A person at a desk: the account that runs the bench.
pub fn desk(path: &Path) -> Desk {
    let identity = Identity { account: home::account().expect("an account"), acting_as: None };
    Desk::open(path, &identity, Box::new(wall_clock)).expect("the store of the bench opens")
}

/// A new desk of that person.
pub fn fresh(path: &Path) -> Desk {
    let identity = Identity { account: home::account().expect("an account"), acting_as: None };
    let new = New { code: SiteCode::first(), shared: false, demo: false };
    Desk::create(path, &new, None, &identity, Box::new(wall_clock)).expect("a new desk")
}

/// Makes the log that many MiB long, or longer, with drafts that come and go. Gives its length in bytes.
pub fn lengthen(store: &Path, mib: usize) -> u64 {
    let db = Connection::open(store).expect("the store opens");
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).expect("a setting");
    db.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF;").expect("settings");
    for n in 0..mib {
        db.execute(
            "INSERT INTO draft (person, place, about, text, at) VALUES ('bench', ?1, '', ?2, 0)",
            (n.to_string(), "x".repeat(1 << 20)),
        )
        .expect("a draft");
    }
    db.execute("DELETE FROM draft WHERE person = 'bench'", []).expect("a draft");
    fs::metadata(store.with_extension("db-wal")).map_or(0, |log| log.len())
}
