//! A store of many made-up tickets, each with five events and its clocks, a tenth of them open; the same at every run.

use std::fs;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};

use tierdesk::app::{Desk, Identity};
use tierdesk::domain::change::{Act, Change};
use tierdesk::domain::clock::course::{Turn, steps};
use tierdesk::domain::event::{Entry, Proof, RowKind};
use tierdesk::domain::fold::Folded;
use tierdesk::domain::id::{AggId, CmdId};
use tierdesk::domain::incident::{Category, Pending, Source, State, Subcategory, Symptom, Visibility, WorkMode};
use tierdesk::domain::number::{Kind, Number, SiteCode};
use tierdesk::domain::person::ContactFields;
use tierdesk::domain::policy::Policy;
use tierdesk::domain::priority::{Impact, Priority, Urgency};
use tierdesk::domain::role::Tier;
use tierdesk::domain::text::{Description, Label, Login, Name, Tag, Title};
use tierdesk::domain::ticket::Ticket;
use tierdesk::domain::time::{Instant, Secs};
use tierdesk::store::{Author, New, Past, Tx};

/// Tuesday noon.
pub const NOW: Instant = Instant(1_795_521_600);
const YEAR: Secs = Secs::days(365);
const CONTACTS: u64 = 5_000;
/// Tickets in one transaction.
const BATCH: u32 = 1_000;

/// The store of that many tickets, made if there is none of this schema and this making.
pub fn at(size: u32) -> PathBuf {
    let schema = BuildHasherDefault::<DefaultHasher>::default()
        .hash_one((include_str!("../../schema.sql"), include_str!("mod.rs")));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-stores");
    let path = folder.join(format!("{size}-{schema:016x}.db"));
    if !path.exists() {
        let half = folder.join(format!("{size}-half.db"));
        for side in ["db", "db-wal", "db-shm", "db-gate", "db-lock", "db-anchor"] {
            let _ = fs::remove_file(half.with_extension(side));
        }
        make(&half, size);
        for side in ["db-anchor", "db-gate", "db-lock", "db"] {
            fs::rename(half.with_extension(side), path.with_extension(side)).expect("the store takes its name");
        }
    }
    path
}

fn make(path: &Path, size: u32) {
    eprintln!("making a store of {size} tickets …");
    let new = New { code: SiteCode::first(), shared: false, demo: true };
    let login = Login::new("ann").expect("a login");
    let identity = Identity { account: login.clone(), acting_as: None };
    let mut desk = Desk::create(path, &new, None, &identity, Box::new(|| NOW.0 * 1_000)).expect("a new desk");
    let policy = desk.policy().clone();
    let store = desk.store_mut();
    let mut dice = Dice(1);
    let author = |at| Author { login: &login, proof: Proof::Claimed, cmd: CmdId::derived(&[b"bench"]), at };
    let mut tx = store.begin(NOW.0 * 1_000).expect("a transaction");
    let contacts: Vec<_> = (0..CONTACTS).map(|n| contact(&mut tx, n, &author(NOW))).collect();
    tx.commit().expect("a commit");
    for first in (0..size).step_by(BATCH as usize) {
        let mut tx = store.begin(NOW.0 * 1_000).expect("a transaction");
        for n in first..(first + BATCH).min(size) {
            ticket(&mut tx, n, size, &mut dice, &contacts, &policy, &author);
        }
        tx.commit().expect("a commit");
    }
    drop(desk);
    let db = rusqlite::Connection::open(path).expect("the new store opens");
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
}

fn contact(tx: &mut Tx<'_>, n: u64, author: &Author<'_>) -> AggId {
    let agg = AggId::derived(&[b"contact", &n.to_be_bytes()]);
    let fields = ContactFields {
        name: Name::new(&format!("Person {n}")).expect("a name"),
        handle: Label::new(&format!("r{n}")).ok(),
        site: Label::new(&format!("s{}", n % 30)).ok(),
        ..ContactFields::default()
    };
    let change = Change { next: fields, ..Change::of(Act::SetContact, &ContactFields::default()) };
    tx.append(agg, &Folded::default(), &change, author).expect("a contact");
    agg
}

/// Logged, taken, a note, resolved and, nine times in ten, closed; an open one came back within the last days, and
/// its clocks run on from then or wait for the requester.
fn ticket<'a>(
    tx: &mut Tx<'_>,
    n: u32,
    size: u32,
    dice: &mut Dice,
    contacts: &[AggId],
    policy: &Policy,
    author: &impl Fn(Instant) -> Author<'a>,
) {
    let opened = NOW - YEAR + Secs(YEAR.0 * i64::from(n) / i64::from(size));
    let agg = born(opened, n);
    let open = dice.below(10) == 0;
    let back = (NOW - Secs(dice.below(6 * 86_400) as i64)).max(opened + Secs::hours(3));
    let waits = dice.below(6) == 0;
    let at = |step: i64| if open && step == 4 { back } else { opened + Secs::minutes(30 * step) };
    let logged = logged(n, opened, dice, contacts);
    let taken = (!open || dice.below(3) > 0).then(|| Login::new(&format!("tech{}", dice.below(20))).expect("a login"));
    let notes = [dice.text(12), dice.text(8)];
    let mut step = 0;
    tx.append_history(agg, Folded::default(), &mut |before, tables| {
        let mut change = Change::of(Act::Edit, if step == 0 { &logged } else { &before.fields });
        let note = |change: Change, text: &str| {
            change.row(RowKind::Worklog(Entry { vis: Visibility::Internal, text: text.to_owned() }))
        };
        match step {
            0 => {}
            1 => {
                change.next.assignee.clone_from(&taken);
                change.next.state = if taken.is_some() { State::Assigned } else { State::Queued };
                change.next.state_since = at(1);
                change = note(change, "looked at");
            }
            2 => change = note(change, &notes[0]),
            4 if open => {
                change.next.state = match (waits, &taken) {
                    (true, _) => State::Pending,
                    (_, Some(_)) => State::InProgress,
                    (_, None) => State::Queued,
                };
                change.next.pending_reason = waits.then_some(Pending::AwaitingRequester);
                (change.next.resolved_at, change.next.state_since) = (None, back);
                change = note(change, &notes[1]);
            }
            3 => {
                change.next.state = State::Resolved;
                change.next.resolved_at = Some(at(3));
            }
            4 => {
                change.next.state = State::Closed;
                change.next.closed_at = Some(at(4));
            }
            _ => return None,
        }
        let now = at(step);
        let turn = Turn {
            was: (step > 0).then_some(&before.fields),
            is: &change.next,
            moved: false,
            told: false,
            policy,
            now,
            anew: false,
        };
        let clocks = steps(&turn, &before.clocks, tables).into_iter().map(|step| RowKind::Clock(Box::new(step)));
        change.rows.extend(clocks.collect::<Vec<_>>());
        step += 1;
        Some(Past { author: author(now), change })
    })
    .expect("a ticket");
}

/// An identity that sorts by its time of birth, as those of real tickets do.
fn born(at: Instant, n: u32) -> AggId {
    let mut bytes = *AggId::derived(&[b"ticket", &n.to_be_bytes()]).bytes();
    bytes[..6].copy_from_slice(&(at.0 * 1_000).to_be_bytes()[2..]);
    AggId::from_bytes(bytes)
}

fn logged(n: u32, opened: Instant, dice: &mut Dice, contacts: &[AggId]) -> Ticket {
    let mut ticket = Ticket {
        number: Some(Number { kind: Kind::Incident, site: SiteCode::first(), n: n + 1 }),
        title: Title::fitted(&dice.text(4)).expect("a title"),
        description: Description::new(&dice.text(20)).ok(),
        state_since: opened,
        tier: dice.of(&[Tier::One, Tier::One, Tier::One, Tier::Two, Tier::Two, Tier::Three]),
        category: Category::Fix,
        subcategory: dice.of(Subcategory::ALL),
        impact: dice.of(Impact::ALL),
        urgency: dice.of(Urgency::ALL),
        priority: Priority::new(1 + dice.below(5) as i64).expect("a priority"),
        work_mode: dice.of(&[WorkMode::Reactive, WorkMode::Reactive, WorkMode::Proactive]),
        source: dice.of(Source::ALL),
        requester: Some(dice.of(contacts)),
        vip: dice.below(20) == 0,
        symptom: Some(dice.of(Symptom::ALL)),
        opened_at: opened,
        logged_at: opened,
        returns: i64::from(dice.below(15) == 0),
        reopen_count: i64::from(dice.below(12) == 0),
        ..Ticket::default()
    };
    if dice.below(4) == 0 {
        ticket.tags.insert(Tag::new(dice.of(&["vpn", "wifi", "laptop", "onboarding"])).expect("a tag"));
    }
    ticket.endpoints.insert(Label::new(&format!("pc-{:04}", dice.below(4_000))).expect("a machine"));
    ticket
        .software_items
        .insert(Label::new(dice.of(&["Outlook", "Teams", "Word", "SAP", "Chrome"])).expect("a program"));
    ticket
}

/// A source of the same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    /// Words as frequent as in tickets: three in a third of all texts each, a few hundred now and then, most seldom.
    fn text(&mut self, words: u64) -> String {
        let word = |dice: &mut Self| match dice.below(40) {
            0 => dice.of(&["printer", "outlook", "password"]).to_owned(),
            1..15 => format!("w{}", dice.below(200)),
            _ => format!("w{}", dice.below(2_000) * dice.below(20) / 19),
        };
        (0..words).map(|_| word(self)).collect::<Vec<_>>().join(" ")
    }
}
