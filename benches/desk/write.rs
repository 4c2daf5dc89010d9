//! Writing: one durable change, crowds of processes, an import, and all views again.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;
use tierdesk::app::Error;
use tierdesk::app::import::Plan;
use tierdesk::domain::event::Body;
use tierdesk::domain::id::AggId;
use tierdesk::domain::refusal::Class;
use tierdesk::store::rebuild::{self, Phase};

use crate::console::note;
use crate::figure::{self, Times, cpu};
use crate::{Size, floor, staff};

const COMMITS: usize = 300;
/// Writers that have fifty changes each, and writers without rest.
const FEW: usize = 8;
const EACH: usize = 50;
const MANY: usize = 50;
const STORM: Duration = Duration::from_secs(5);
/// A published log, in the folder that `TIERDESK_DATA` names.
const LOG: &str = "itil-logs/bpic2013_incidents.part1.xes.gz";

pub fn measure(sizes: &[Size]) {
    for size in sizes {
        figure::heading(size.tickets);
        let folder = TempDir::new_in(size.path.parent().expect("a folder")).expect("a folder");
        let store = staff::copy(&size.path, folder.path());
        commits(&store, size.tickets);
        crowd(&store);
        storm(&store);
        rebuilds(&store);
    }
    import();
}

/// A note against one row in a plain file of like size on the same disk; turn by turn.
fn commits(store: &Path, tickets: u32) {
    let mut desk = staff::desk(store);
    let records = records(store);
    let plain = plain(&store.with_file_name("plain.db"), tickets);
    // Both write over a log that has its length already, as after some minutes of work.
    staff::lengthen(store, 17);
    Connection::open(store).and_then(|db| db.execute_batch("PRAGMA wal_checkpoint(RESTART)")).expect("a checkpoint");
    let mut insert = plain.prepare("INSERT INTO row (text) VALUES (?1)").expect("a statement");
    let (mut ours, mut floor, mut cpus) = (Times::default(), Times::default(), Times::default());
    let text = "called back, the line is busy; tries again after lunch and then writes to the requester";
    for n in 0..COMMITS {
        let (began, used) = (Instant::now(), cpu());
        desk.run(&note(&format!("{text} {n}")), records[n * 37 % records.len()]).expect("a note");
        ours.push(began.elapsed());
        cpus.push(cpu() - used);
        let began = Instant::now();
        insert.execute([format!("{text} {n}")]).expect("a row");
        floor.push(began.elapsed());
    }
    figure::ratio("a note, durable, p50", ours.median(), floor.median(), 1.25);
    figure::ratio("a note, durable, p99", ours.p99(), floor.p99(), 2.0);
    println!("  {:.3} ms of cpu for a note", cpus.median().as_secs_f64() * 1e3);
}

/// A file with one table, about as many rows as the journal has.
fn plain(path: &Path, tickets: u32) -> Connection {
    let db = Connection::open(path).expect("a file");
    db.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
         CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
         INSERT INTO row (text) SELECT hex(randomblob(75)) FROM n;
         PRAGMA journal_size_limit = 67108864; PRAGMA wal_checkpoint(RESTART);
         PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;",
        u64::from(tickets) * 5
    ))
    .expect("rows");
    db
}

/// Open tickets to write to.
fn records(store: &Path) -> Vec<AggId> {
    let filter = tierdesk::domain::filter::parse("is:open").expect("a filter");
    staff::desk(store).ids(&filter, 1_000).expect("tickets")
}

/// What a writer tells of itself.
struct Told {
    done: usize,
    conflicts: usize,
    errors: Vec<String>,
    micros: Vec<u64>,
}

/// Some processes with a number of changes each, all at once.
fn crowd(store: &Path) {
    let before = events(store);
    let told = writers(store, FEW, &EACH.to_string());
    let done: usize = told.iter().map(|one| one.done).sum();
    let wrong: usize = told.iter().map(|one| one.errors.len()).sum();
    told.iter().flat_map(|one| &one.errors).take(3).for_each(|error| println!("  {error}"));
    let times: Times = told.iter().flat_map(|one| &one.micros).map(|n| Duration::from_micros(*n)).collect();
    let conflicts: usize = told.iter().map(|one| one.conflicts).sum();
    println!("  {done} changes by {FEW} processes, {conflicts} refused as conflicts");
    figure::at_most("eight writers: refused, no conflict", wrong as u64, 0, "changes");
    figure::at_most("eight writers: lost", (done as i64 - (events(store) - before)).unsigned_abs(), 0, "changes");
    figure::ratio("eight writers: slowest against median", times.most(), times.median(), 100.0);
}

/// Many processes that never rest.
fn storm(store: &Path) {
    let before = events(store);
    let told = writers(store, MANY, "storm");
    let wrong: usize = told.iter().map(|one| one.errors.len()).sum();
    told.iter().flat_map(|one| &one.errors).take(3).for_each(|error| println!("  {error}"));
    let done: usize = told.iter().map(|one| one.done).sum();
    let least = told.iter().map(|one| one.done).min().unwrap_or(0);
    println!("  {} changes a second", done / STORM.as_secs() as usize);
    figure::at_most("fifty writers without rest: errors", wrong as u64, 0, "changes");
    figure::at_most("fifty writers: lost", (done as i64 - (events(store) - before)).unsigned_abs(), 0, "changes");
    figure::at_least("fifty writers: the least by one", least as u64, (done / MANY / 4) as u64, "changes");
}

fn events(store: &Path) -> i64 {
    staff::desk(store).store().last_pos().expect("the end of the journal")
}

fn writers(store: &Path, n: usize, until: &str) -> Vec<Told> {
    let start = |n: usize| {
        let mut command =
            floor::again(&[OsStr::new("writer"), store.as_os_str(), OsStr::new(&n.to_string()), OsStr::new(until)]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a writer")
    };
    let mut children: Vec<Child> = (0..n).map(start).collect();
    // All are at their desks before the first may write.
    std::thread::sleep(Duration::from_millis(40 * n as u64));
    children.iter_mut().for_each(|child| drop(child.stdin.take()));
    children.into_iter().map(told).collect()
}

fn told(child: Child) -> Told {
    let out = child.wait_with_output().expect("a writer ends");
    assert!(out.status.success(), "a writer fails");
    let text = String::from_utf8(out.stdout).expect("a report");
    let mut told = Told { done: 0, conflicts: 0, errors: Vec::new(), micros: Vec::new() };
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("done", micros)) => {
                told.done += 1;
                told.micros.push(micros.parse().expect("a number"));
            }
            Some(("conflict", _)) => told.conflicts += 1,
            _ => told.errors.push(line.to_owned()),
        }
    }
    told
}

/// The writer: waits for the start, writes so often or so long, tells of each change.
pub fn work(store: &Path, nth: &str, until: &str) {
    let mut desk = staff::desk(store);
    let records = records(store);
    let nth: usize = nth.parse().expect("a number");
    let mut start = String::new();
    std::io::stdin().read_line(&mut start).expect("the end of the input");
    let most = until.parse().unwrap_or(usize::MAX);
    let (began, mut report) = (Instant::now(), String::new());
    for n in 0..most {
        if most == usize::MAX && began.elapsed() >= STORM {
            break;
        }
        let at = Instant::now();
        let done = desk.run(&note(&format!("change {n} of writer {nth}")), records[(n * 7 + nth * 13) % records.len()]);
        let micros = at.elapsed().as_micros();
        report += &match done {
            Ok(_) => format!("done {micros}\n"),
            Err(Error::Refused(refusal)) if refusal.code.class() == Class::Conflict => format!("conflict {micros}\n"),
            Err(error) => format!("{}: {error}\n", error.code()),
        };
    }
    print!("{report}");
}

/// All views again, but for the full text, against reading and decoding the journal.
fn rebuilds(store: &Path) {
    let mut desk = staff::desk(store);
    let floor = {
        let db = Connection::open(store).expect("the store opens");
        let began = cpu();
        let mut bodies = db.prepare("SELECT body FROM event ORDER BY pos").expect("a statement");
        let mut rows = bodies.query([]).expect("a query");
        let mut n = 0;
        while let Some(row) = rows.next().expect("a row") {
            let body = row.get_ref(0).expect("a body").as_str().expect("a text");
            n += usize::from(Body::read(body).is_some());
        }
        assert!(n > 0, "a journal");
        cpu() - began
    };
    let began = cpu();
    let mut folded = None;
    rebuild::rebuild(desk.store_mut(), |at| {
        if at.phase == Phase::Texts {
            folded.get_or_insert_with(|| cpu() - began);
        }
    })
    .expect("a rebuild");
    let whole = cpu() - began;
    figure::ratio("views again, without full text (cpu)", folded.unwrap_or(whole), floor, 5.0);
    println!("  with full text {:.1} s of cpu", whole.as_secs_f64());
}

/// Events stored for a second of processor time, from a published log.
fn import() {
    let Some(path) = published() else {
        println!("import: left out; TIERDESK_DATA can name a folder with {LOG}");
        return;
    };
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let mut desk = staff::fresh(&folder.path().join("desk.db"));
    let before = desk.store().last_pos().expect("the end of the journal");
    let began = process_cpu();
    desk.import("log", File::open(&path).expect("the log"), Plan::default(), &mut |_| {}).expect("an import");
    let took = process_cpu() - began;
    let events = desk.store().last_pos().expect("the end of the journal") - before;
    let rate = events as f64 / took.as_secs_f64().max(0.01);
    println!("import of {events} events");
    figure::at_least("events imported in a second of cpu", rate as u64, 20_000, "events");
}

fn published() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("TIERDESK_DATA")?).join(LOG);
    path.is_file().then_some(path)
}

/// Processor time of all threads of this process, in steps of a hundredth of a second.
fn process_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("the kernel counts processor time");
    let after_name = stat.rsplit_once(')').expect("a name in brackets").1;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(|word| word.parse::<u64>().expect("ticks"));
    Duration::from_millis(10 * ticks.sum::<u64>())
}
