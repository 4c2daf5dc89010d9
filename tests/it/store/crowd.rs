//! Many processes on the same tickets: nobody loses anything, and no ticket is taken twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use tierdesk::app::{Desk, Error, Receipt};
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::assign::{Assign, Release};
use tierdesk::domain::command::reopen::Reopen;
use tierdesk::domain::command::resolve::Resolve;
use tierdesk::domain::command::take::Take;
use tierdesk::domain::event::Proof;
use tierdesk::domain::fold::Folded;
use tierdesk::domain::id::AggId;
use tierdesk::domain::incident::ResolutionCode;
use tierdesk::domain::refusal::Class;
use tierdesk::domain::role::Role;
use tierdesk::domain::text::{Reason, Resolution};
use tierdesk::domain::ticket::Ticket;

use crate::desk::{Place, assert_whole, log, logged, login, note, open, tag, user};

/// Tells a child which store it works at, and as whom.
const STORE: &str = "TIERDESK_TEST_STORE";
const WORKER: &str = "TIERDESK_TEST_WORKER";
const WORKERS: usize = 8;
const COMMANDS: usize = 250;
const TICKETS: usize = 50;

#[test]
fn eight_processes_at_one_desk_lose_nothing_and_take_no_ticket_twice() {
    if let (Some(store), Ok(worker)) = (std::env::var_os(STORE), std::env::var(WORKER)) {
        return work(Path::new(&store), &worker);
    }
    let place = Place::new();
    let mut desk = place.open("dana");
    for n in 0..WORKERS {
        desk.set_user(&user(&format!("tech{n}"), Role::Supervisor, 3)).unwrap();
    }
    for n in 0..TICKETS {
        log(&mut desk, &format!("ticket {n}"));
    }
    let start = desk.store().last_pos().unwrap();
    let began = Instant::now();
    let told = crowd(&place.path());
    let took = began.elapsed();

    let done: Vec<&Told> = told.iter().filter(|told| told.outcome == "done").collect();
    let wrong: Vec<&Told> = told.iter().filter(|told| !["done", "conflict"].contains(&told.outcome.as_str())).collect();
    assert!(wrong.is_empty(), "no error but refusals that are conflicts: {:?}", wrong[0]);
    assert_eq!(told.len(), WORKERS * COMMANDS);
    assert_eq!(counted(done.iter().map(|told| told.cmd.clone())), journaled(&desk, start), "every command, once");
    no_ticket_was_taken_twice(&desk);
    assert_whole(&desk);
    let origins: i64 = place.raw().query_row("SELECT count(*) FROM origin", [], |row| row.get(0)).unwrap();
    assert_eq!(origins, 1, "opening while others write is no reason to start another origin");

    let mut micros: Vec<u64> = done.iter().map(|told| told.micros).collect();
    micros.sort_unstable();
    let median = micros[micros.len() / 2];
    let slowest = micros[micros.len() - 1];
    println!(
        "{} commands in {took:.1?}, {} refused as conflicts; commit median {:.1} ms, slowest {:.1} ms",
        done.len(),
        told.len() - done.len(),
        median as f64 / 1e3,
        slowest as f64 / 1e3,
    );
    assert!(slowest < 10_000_000, "nobody waits until the queue gives up");
}

/// What a worker says of one command.
#[derive(Debug)]
struct Told {
    outcome: String,
    cmd: String,
    micros: u64,
}

/// Runs all workers at once and gathers what they tell.
fn crowd(store: &Path) -> Vec<Told> {
    let name = "store::crowd::eight_processes_at_one_desk_lose_nothing_and_take_no_ticket_twice";
    let workers: Vec<_> = (0..WORKERS)
        .map(|n| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", name, "--nocapture"])
                .env(STORE, store)
                .env(WORKER, n.to_string())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut told = Vec::new();
    for worker in workers {
        let out = worker.wait_with_output().unwrap();
        assert!(out.status.success());
        told.extend(String::from_utf8(out.stdout).unwrap().lines().filter_map(read));
    }
    told
}

fn read(line: &str) -> Option<Told> {
    let mut words = line.strip_prefix("told ")?.splitn(3, ' ').map(str::to_owned);
    let (outcome, micros, cmd) = (words.next()?, words.next()?, words.next()?);
    Some(Told { outcome, cmd, micros: micros.parse().ok()? })
}

fn work(store: &Path, worker: &str) {
    let mut desk = open(store, &format!("tech{worker}")).unwrap();
    let seed: usize = worker.parse().unwrap();
    for n in 0..COMMANDS {
        let number = 1 + (n * 7 + seed * 13 + n * n % 11) % TICKETS;
        let agg = desk.find_text(&format!("INC-{number}")).unwrap();
        let began = Instant::now();
        let done = command(&mut desk, n + seed, agg);
        let micros = began.elapsed().as_micros();
        match done {
            Ok(receipt) => println!("told done {micros} {}", receipt.cmd),
            Err(Error::Refused(refusal)) if refusal.code.class() == Class::Conflict => {
                println!("told conflict {micros} {refusal}");
            }
            Err(error) => println!("told error {micros} {}: {error}", error.code()),
        }
    }
}

fn command(desk: &mut Desk, n: usize, agg: AggId) -> Result<Receipt, Error> {
    let reason = || Reason::new("ill for the rest of the day").unwrap();
    let verb = match n % 10 {
        0 | 1 => Verb::Take(Take),
        2 | 3 => note(&format!("command {n}: called back, the line is busy")),
        4 => tag(&format!("by{n}-{}", std::process::id())),
        5 => Verb::Resolve(Resolve {
            code: ResolutionCode::Fixed,
            note: Resolution::new("the client was restarted and holds").unwrap(),
            subcategory: None,
            public: true,
        }),
        6 => Verb::Reopen(Reopen { reason: reason() }),
        7 => Verb::Release(Release { reason: reason() }),
        8 => return logged(desk, "another call"),
        _ => Verb::Assign(Assign { to: login(&format!("tech{}", n % WORKERS)), reason: Some(reason()) }),
    };
    desk.run(&verb, agg)
}

fn counted(commands: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for cmd in commands {
        *counts.entry(cmd).or_insert(0) += 1;
    }
    counts
}

/// Commands of the workers as the journal has them, with the number of tickets each changed.
fn journaled(desk: &Desk, after: i64) -> BTreeMap<String, usize> {
    let events = desk.store().events_after(after, u32::MAX).unwrap();
    // What rules and timers did by themselves is nobody's command.
    let commands = events.iter().filter(|event| event.proof != Some(Proof::Timer));
    counted(commands.map(|event| event.cmd.to_string()))
}

fn no_ticket_was_taken_twice(desk: &Desk) {
    for n in 1..=TICKETS {
        let agg = desk.find_text(&format!("INC-{n}")).unwrap();
        let mut state = Folded::<Ticket>::default();
        for event in desk.history(agg).unwrap() {
            let takes = event.body.as_ref().is_some_and(|body| body.act == "take");
            assert!(!takes || state.fields.assignee.is_none(), "INC-{n} was taken while someone had it");
            state.take(&event);
            assert!(!takes || state.fields.assignee.as_ref() == Some(&event.actor));
        }
        assert_eq!(state.conflicts, []);
    }
}
