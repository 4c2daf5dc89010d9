//! Stores of several sites that hand each other their events, for the tests of admission.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tierdesk::app::{Desk, Identity};
use tierdesk::domain::id::OriginId;
use tierdesk::domain::number::SiteCode;
use tierdesk::domain::role::Role;
use tierdesk::domain::time::Instant;
use tierdesk::store::New;
use tierdesk::store::admit::Admitted;
use tierdesk::store::frame::Frame;

use crate::desk::{login, user};

/// A Monday morning.
const MORNING_MS: i64 = 1_790_000_000_000;

/// One store with a clock of its own.
pub struct Site {
    dir: TempDir,
    pub desk: Desk,
    pub clock: Rc<Cell<i64>>,
}

impl Site {
    /// A store of that code where dana supervises, ann and bob work in tier 1 and carla in tier 2.
    pub fn new(code: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Rc::new(Cell::new(MORNING_MS));
        let code = if code.is_empty() { SiteCode::first() } else { SiteCode::new(code).unwrap() };
        let new = New { code, shared: false, demo: false };
        let ticking = Rc::clone(&clock);
        let time = Box::new(move || ticking.replace(ticking.get() + 500));
        let identity = Identity { account: login("dana"), acting_as: None };
        let mut desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, time).unwrap();
        for (name, tier) in [("ann", 1), ("bob", 1), ("carla", 2)] {
            desk.set_user(&user(name, Role::Technician, tier)).unwrap();
        }
        // Nobody should wait for a disk in a test.
        desk.store().set_durable(false).unwrap();
        Self { dir, desk, clock }
    }

    /// Sites that know each other's origins, and nothing else of each other.
    pub fn trusting(codes: &[&str]) -> Vec<Self> {
        let mut sites: Vec<Self> = codes.iter().map(|code| Self::new(code)).collect();
        for one in 0..sites.len() {
            for other in (0..sites.len()).filter(|other| *other != one) {
                let origin = sites[other].origin();
                sites[one].trust(origin);
            }
        }
        sites
    }

    pub fn now(&self) -> Instant {
        Instant::from_millis(self.clock.get())
    }

    /// The origin this store writes under.
    pub fn origin(&self) -> OriginId {
        let sql = "SELECT origin FROM meta JOIN origin ON oid = local_oid";
        OriginId::from_bytes(self.raw().query_row(sql, [], |row| row.get(0)).unwrap())
    }

    pub fn trust(&mut self, origin: OriginId) -> Admitted {
        let now = self.now();
        self.desk.store_mut().trust(origin, &SiteCode::new("OSL").unwrap(), 1, now).unwrap()
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("desk.db")
    }

    /// A connection that the program knows nothing of.
    pub fn raw(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// Everything this store has of every origin.
    pub fn frames(&self) -> Vec<Frame> {
        let store = self.desk.store();
        let sources = store.sources().unwrap();
        sources.iter().flat_map(|source| store.frames_after(source.origin, 0, 10_000).unwrap()).collect()
    }

    /// Its own events only.
    pub fn own(&self) -> Vec<Frame> {
        self.desk.store().frames_after(self.origin(), 0, 10_000).unwrap()
    }

    pub fn admit(&mut self, frames: impl IntoIterator<Item = Frame>) -> Admitted {
        let now = self.now();
        self.desk.store_mut().admit(frames.into_iter(), now).unwrap()
    }

    /// Numbers of what is held, with the reason.
    pub fn held(&self) -> Vec<(i64, String)> {
        let raw = self.raw();
        let mut statement = raw.prepare("SELECT seq, reason FROM held ORDER BY origin, seq, hash").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }

    /// Number of the last event of an origin, and how far it is trusted.
    pub fn standing(&self, origin: OriginId) -> (i64, String) {
        let sql = "SELECT head_seq, trust FROM origin WHERE origin = ?1";
        self.raw().query_row(sql, [origin.bytes()], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    }

    /// Every row of every view, without what each store counts for itself.
    pub fn portrait(&self) -> BTreeMap<&'static str, Vec<Vec<Value>>> {
        let raw = self.raw();
        raw.execute_batch("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, ticket_text, instance)").unwrap();
        VIEWS.into_iter().map(|(view, from, own)| (view, portrait(&raw, from, own))).collect()
    }
}

/// Views, where their rows are read from, and the columns that only this store has. Words of equally old notes may
/// stand in either order.
const VIEWS: [(&str, &str, &[&str]); 11] = [
    ("ticket", "ticket", &["rid"]),
    ("item", "item JOIN (SELECT rid, agg FROM ticket) USING (rid)", &["rid"]),
    ("link", "link JOIN (SELECT rid, agg FROM ticket) USING (rid)", &["rid"]),
    ("worklog", "worklog JOIN (SELECT rid, agg FROM ticket) USING (rid)", &["rid", "wid"]),
    ("escalation", "escalation JOIN (SELECT rid, agg FROM ticket) USING (rid)", &["rid"]),
    ("conflict", "conflict JOIN (SELECT rid, agg FROM ticket) USING (rid)", &["rid"]),
    ("contact", "contact", &["cid"]),
    ("person", "person", &["uid"]),
    ("policy", "policy", &["pid"]),
    ("badge", "(SELECT * FROM badge WHERE n <> 0)", &[]),
    (
        "words",
        "(SELECT term, col, agg, count(*) FROM words JOIN ticket ON rid = doc & 1099511627775 GROUP BY 1, 2, 3)",
        &[],
    ),
];

fn portrait(raw: &Connection, from: &str, own: &[&str]) -> Vec<Vec<Value>> {
    let mut statement = raw.prepare(&format!("SELECT * FROM {from}")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let shared: Vec<usize> = (0..names.len()).filter(|n| !own.contains(&names[*n].as_str())).collect();
    let read = |row: &rusqlite::Row<'_>| shared.iter().map(|n| row.get(*n)).collect::<rusqlite::Result<Vec<Value>>>();
    let mut rows: Vec<Vec<Value>> = statement.query_map([], read).unwrap().map(Result::unwrap).collect();
    rows.sort_by_key(|row| format!("{row:?}"));
    rows
}

/// A frame made to continue the chain after `previous` as an author would have written it.
pub fn sealed(mut frame: Frame, previous: [u8; 32]) -> Frame {
    if let (Some(salt), Some(body)) = (&frame.salt, &frame.body) {
        let mut hash = Sha256::new();
        hash.update(b"td-body\0");
        hash.update(salt);
        hash.update(body);
        let at = frame.header.len().saturating_sub(32);
        frame.header.truncate(at);
        frame.header.extend_from_slice(&hash.finalize());
    }
    let mut hash = Sha256::new();
    hash.update(b"td-link\0");
    hash.update(previous);
    hash.update(&frame.header);
    frame.hash = hash.finalize().into();
    frame
}

/// Where a header has its command, and its 8-byte numbers.
pub const CMD_AT: usize = 60;
pub const SEQ_AT: usize = 20;
pub const HLC_AT: usize = 28;
pub const WALL_AT: usize = 36;

/// Puts another number into a header.
pub fn number(frame: &mut Frame, at: usize, n: i64) {
    frame.header[at..at + 8].copy_from_slice(&n.to_be_bytes());
}
