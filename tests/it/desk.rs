//! Desks for the journeys: a store in a folder of its own, and the people who work at it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;
use tierdesk::app::run::Requester;
use tierdesk::app::{Desk, Error, Identity, Receipt, wall_clock};
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::edit::Tagging;
use tierdesk::domain::command::log::Log;
use tierdesk::domain::command::note::AddNote;
use tierdesk::domain::id::AggId;
use tierdesk::domain::incident::{Subcategory, Visibility};
use tierdesk::domain::number::SiteCode;
use tierdesk::domain::role::{Discipline, Rights, Role, Tier, User};
use tierdesk::domain::text::{Login, Name, Note, Tag, Title};
use tierdesk::store::New;

/// A folder with one store in it; gone with the value.
pub struct Place {
    dir: TempDir,
}

impl Place {
    /// A store that dana made and where ann and bob work in tier 1, carla in tier 2.
    pub fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        let mut desk = create(&place.path());
        for (name, tier) in [("ann", 1), ("bob", 1), ("carla", 2)] {
            desk.set_user(&user(name, Role::Technician, tier)).unwrap();
        }
        place
    }

    pub fn path(&self) -> PathBuf {
        self.folder().join("desk.db")
    }

    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    pub fn open(&self, who: &str) -> Desk {
        open(&self.path(), who).unwrap()
    }

    /// A connection that the program knows nothing of.
    pub fn raw(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }
}

pub fn create(path: &Path) -> Desk {
    let new = New { code: SiteCode::first(), shared: false, demo: false };
    Desk::create(path, &new, None, &identity("dana"), Box::new(wall_clock)).unwrap()
}

pub fn open(path: &Path, who: &str) -> Result<Desk, Error> {
    Desk::open(path, &identity(who), Box::new(wall_clock))
}

fn identity(who: &str) -> Identity {
    Identity { account: login(who), acting_as: None }
}

pub fn login(text: &str) -> Login {
    Login::new(text).unwrap()
}

pub fn user(name: &str, role: Role, tier: i64) -> User {
    User {
        login: login(name),
        name: Name::new(name).unwrap(),
        roles: [role, Role::Technician].into(),
        tier: Tier::new(tier),
        disciplines: [Discipline::Software].into(),
        rights: Rights::LocalAdmin,
        active: true,
    }
}

/// A ticket of j.smith's in tier 1.
pub fn log(desk: &mut Desk, title: &str) -> AggId {
    logged(desk, title).unwrap().records[0].1
}

pub fn logged(desk: &mut Desk, title: &str) -> Result<Receipt, Error> {
    let call = Log { subcategory: Subcategory::Error, ..Log::titled(Title::new(title).unwrap()) };
    desk.log(&call, Some(&Requester::Named("j.smith".into())))
}

pub fn note(text: &str) -> Verb {
    Verb::Note(AddNote { text: Note::new(text).unwrap(), vis: Visibility::Internal })
}

pub fn tag(text: &str) -> Verb {
    Verb::Tag(Tagging { add: vec![Tag::new(text).unwrap()], remove: vec![] })
}

/// Findings of a whole check of the store.
pub fn findings(desk: &Desk) -> Vec<String> {
    desk.store().verify(|_| {}).unwrap().findings
}

pub fn assert_whole(desk: &Desk) {
    assert_eq!(findings(desk), Vec::<String>::new());
}
