//! Resolved tickets like the one at hand: what they cost against a plain search for one word, and how often they are of
//! the same kind as the one that asks, on published texts.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Clock};

use rusqlite::Connection;
use tempfile::TempDir;
use tierdesk::app::wall_clock;
use tierdesk::domain::change::{Act, Change};
use tierdesk::domain::event::Proof;
use tierdesk::domain::fold::Folded;
use tierdesk::domain::id::{AggId, CmdId};
use tierdesk::domain::incident::State;
use tierdesk::domain::number::{Kind, Number, SiteCode};
use tierdesk::domain::text::{Description, Login, Title};
use tierdesk::domain::ticket::Ticket;
use tierdesk::domain::time::Instant;
use tierdesk::store::similar::Wanted;
use tierdesk::store::{Author, Store};

use crate::figure::{self, Times};
use crate::{Size, staff};

/// Nobody waits for suggestions longer, whatever the size of the desk.
const MOST: Duration = Duration::from_millis(50);
/// Open tickets that ask.
const ASKING: u32 = 200;
/// Suggestions that are looked at.
const SHOWN: usize = 5;

/// A published file of texts.
struct Texts {
    /// In the folder that `TIERDESK_DATA` names.
    file: &'static str,
    /// Columns of title and text.
    columns: [&'static str; 2],
    /// Columns that together say of what kind a ticket is, in several readings.
    kinds: &'static [&'static [&'static str]],
}

const TEXTS: [Texts; 2] = [
    Texts {
        file: "itil-logs/endava_all_tickets.part1.csv",
        columns: ["title", "body"],
        kinds: &[&["category"], &["category", "sub_category1", "sub_category2"], &["business_service"]],
    },
    Texts {
        file: "itil-logs/kaggle_customer_support_tickets.part1.csv",
        columns: ["Ticket_Subject", "Product_Purchased"],
        kinds: &[&["Ticket_Type"], &["Product_Purchased"]],
    },
];

pub fn measure(sizes: &[Size]) {
    for size in sizes {
        figure::heading(size.tickets);
        speed(&size.path);
    }
    for Texts { file, columns, kinds } in TEXTS {
        match published(file) {
            Some(path) => quality(&path, columns, kinds),
            None => println!("suggestions: left out; TIERDESK_DATA can name a folder with {file}"),
        }
    }
}

fn speed(path: &Path) {
    let store = Store::open_reader(path, "ann").expect("the store opens");
    let raw = Connection::open(path).expect("the store opens");
    let asking = asking(&store, &raw);
    let mut plain = raw
        .prepare("SELECT rowid FROM ticket_text WHERE ticket_text MATCH ?1 ORDER BY rowid DESC LIMIT 50")
        .expect("the floor");
    let mut floor = || {
        let rows = plain.query_map(["\"printer\""], |row| row.get::<_, i64>(0)).expect("a query");
        black_box(rows.count());
    };
    let (mut ours, mut floors) = (Times::default(), Times::default());
    for wanted in &asking {
        ours.push(timed(|| drop(black_box(store.similar(wanted, SHOWN).expect("similar tickets")))));
        floors.push(timed(&mut floor));
    }
    figure::ratio("tickets like an open one, p50", ours.median(), floors.median(), 100.0);
    figure::within("tickets like an open one, p99", ours.p99(), MOST);
    let words = "printer outlook w7 w13 w1999 password w42";
    let typed: Times = (1..=words.len())
        .map(|end| timed(|| drop(black_box(store.similar(&Wanted::text(&words[..end]), SHOWN).expect("similar")))))
        .collect();
    figure::within("tickets like what is typed, slowest letter", typed.most(), MOST);
    let ranked: Times = asking.iter().take(5).map(|wanted| timed(|| drop(black_box(plainly(&raw, wanted))))).collect();
    figure::ratio("the same by ranking every text with any word, p50", ranked.median(), floors.median(), f64::INFINITY);
}

fn timed(run: impl FnOnce()) -> Duration {
    let start = Clock::now();
    run();
    start.elapsed()
}

/// Open tickets, spread over the queue.
fn asking(store: &Store, raw: &Connection) -> Vec<Wanted> {
    let mut open = raw.prepare("SELECT agg FROM ticket INDEXED BY ticket_queue WHERE shelf > 0").expect("a statement");
    let open: Vec<Vec<u8>> = open.query_map([], |row| row.get(0)).and_then(Iterator::collect).expect("open tickets");
    let step = (open.len() / ASKING as usize).max(1);
    let asking = open.iter().step_by(step).map(|agg| {
        let agg = AggId::from_slice(agg).expect("an identity");
        let case = store.case(agg).expect("a ticket").expect("it exists");
        Wanted::of(agg, case.ticket())
    });
    asking.collect()
}

/// The baseline: every text that has any of the words, ranked by SQLite. Gives rids.
fn plainly(raw: &Connection, wanted: &Wanted) -> Vec<i64> {
    let text = format!("{} {}", wanted.title, wanted.body);
    let words: BTreeSet<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let query = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" OR ");
    let mut ranked = raw
        .prepare_cached(
            "SELECT rowid FROM ticket_text WHERE ticket_text MATCH ?1 AND rowid < 1 << 40
             ORDER BY bm25(ticket_text), rowid DESC LIMIT ?2",
        )
        .expect("the baseline");
    let rows = ranked.query_map((query, SHOWN as i64), |row| row.get(0)).expect("a query");
    rows.collect::<Result<_, _>>().expect("rids")
}

fn published(file: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("TIERDESK_DATA")?).join(file);
    path.is_file().then_some(path)
}

/// A published ticket: its text, and what it is by each reading of its columns.
struct Told {
    title: String,
    body: String,
    kinds: Vec<String>,
}

/// The first four fifths of a file are resolved tickets, the rest ask.
fn quality(path: &Path, columns: [&str; 2], kinds: &[&[&str]]) {
    let told = read(path, columns, kinds);
    let (older, newer) = told.split_at(told.len() * 4 / 5);
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let path_of_desk = folder.path().join("desk.db");
    drop(staff::fresh(&path_of_desk));
    let by_agg = resolved(&path_of_desk, older);
    let store = Store::open_reader(&path_of_desk, "ann").expect("the store opens");
    let raw = Connection::open(&path_of_desk).expect("the store opens");
    let nth_of = |rid: &i64| -> usize {
        let agg = raw.query_row("SELECT agg FROM ticket WHERE rid = ?1", [rid], |row| row.get::<_, Vec<u8>>(0));
        by_agg[&AggId::from_slice(&agg.expect("a ticket")).expect("an identity")]
    };
    let wanted = |it: &Told| Wanted { title: it.title.clone(), body: it.body.clone(), ..Wanted::default() };
    let ours: Vec<Vec<usize>> = newer
        .iter()
        .map(|it| store.similar(&wanted(it), SHOWN).expect("similar").iter().map(|it| by_agg[&it.agg]).collect())
        .collect();
    let plain: Vec<Vec<usize>> =
        newer.iter().map(|it| plainly(&raw, &wanted(it)).iter().map(nth_of).collect()).collect();
    println!("\n{}: {} resolved, {} ask", path.file_name().unwrap_or_default().display(), older.len(), newer.len());
    println!("{:<52} {:>7} {:>10} {:>8}", "of the same kind, in per cent", "ours", "plain", "chance");
    for (nth, columns) in kinds.iter().enumerate() {
        let same = |it: &Told, other: usize| older[other].kinds[nth] == it.kinds[nth];
        for first in [1, SHOWN] {
            let hits = |lists: &[Vec<usize>]| {
                let hit = |(it, list): &(&Told, &Vec<usize>)| list.iter().take(first).any(|other| same(it, *other));
                100.0 * newer.iter().zip(lists).filter(hit).count() as f64 / newer.len() as f64
            };
            let chance: f64 = newer.iter().map(|it| chance(it, older, nth, first)).sum::<f64>() / newer.len() as f64;
            let name = format!("{}, one of the first {first}", columns.join("/"));
            println!("{name:<52} {:>7.1} {:>10.1} {:>8.1}", hits(&ours), hits(&plain), 100.0 * chance);
        }
    }
    let shown: usize = ours.iter().map(Vec::len).sum();
    println!("shown for a ticket: {:.1} of {SHOWN}", shown as f64 / newer.len() as f64);
}

/// How likely one of so many drawn blindly is of the same kind.
fn chance(it: &Told, older: &[Told], nth: usize, drawn: usize) -> f64 {
    let same = older.iter().filter(|other| other.kinds[nth] == it.kinds[nth]).count();
    let none: f64 = (0..drawn).map(|n| 1.0 - same as f64 / (older.len() - n) as f64).product();
    1.0 - none.max(0.0)
}

fn read(path: &Path, [title, body]: [&str; 2], kinds: &[&[&str]]) -> Vec<Told> {
    let mut reader = csv::Reader::from_path(path).expect("the file opens");
    let headers = reader.headers().expect("a heading").clone();
    let at = |name: &str| headers.iter().position(|it| it == name).unwrap_or_else(|| panic!("a column {name}"));
    let (title, body) = (at(title), at(body));
    let kinds: Vec<Vec<usize>> = kinds.iter().map(|columns| columns.iter().map(|name| at(name)).collect()).collect();
    let told = |row: csv::StringRecord| Told {
        // Some have no title; a store has none without.
        title: if row[title].trim().is_empty() { row[body].to_owned() } else { row[title].to_owned() },
        body: row[body].to_owned(),
        kinds: kinds.iter().map(|columns| columns.iter().map(|nth| &row[*nth]).collect::<Vec<_>>().join("/")).collect(),
    };
    reader.records().map(|row| told(row.expect("a row"))).filter(|it| !it.title.trim().is_empty()).collect()
}

/// Writes them as resolved tickets. Gives which is which.
fn resolved(path: &Path, told: &[Told]) -> BTreeMap<AggId, usize> {
    let mut store = Store::open(path, "ann", wall_clock()).expect("the store opens");
    let login = Login::new("ann").expect("a login");
    let now = wall_clock();
    let mut tx = store.begin(now).expect("a transaction");
    let mut by_agg = BTreeMap::new();
    for (nth, it) in told.iter().enumerate() {
        let at = Instant::from_millis(now);
        let author = Author { login: &login, proof: Proof::Claimed, cmd: CmdId::derived(&[b"bench"]), at };
        let ticket = Ticket {
            number: Some(Number { kind: Kind::Incident, site: SiteCode::first(), n: nth as u32 + 1 }),
            title: Title::fitted(&it.title).expect("a title"),
            description: Description::new(&it.body).ok(),
            state: State::Closed,
            resolved_at: Some(at),
            ..Ticket::default()
        };
        let agg = AggId::derived(&[b"told", &nth.to_be_bytes()]);
        let change = Change { next: ticket, ..Change::of(Act::Log, &Ticket::default()) };
        tx.append(agg, &Folded::default(), &change, &author).expect("a ticket");
        by_agg.insert(agg, nth);
    }
    tx.commit().expect("a commit");
    by_agg
}
