//! Killed at any moment, a store keeps everything that it confirmed and nothing half.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tierdesk::domain::command::Verb;
use tierdesk::domain::command::take::Take;

use crate::desk::{Place, assert_whole, log, logged, note, open, tag};

/// Names the store to a child that writes until it is killed.
const VICTIM: &str = "TIERDESK_TEST_VICTIM";
const KILLS: usize = 300;
/// Writers at a time.
const PAIR: usize = 2;

#[test]
fn a_store_whose_writers_are_killed_keeps_all_that_it_confirmed() {
    if let Some(store) = std::env::var_os(VICTIM) {
        return write_until_killed(Path::new(&store));
    }
    let place = Place::new();
    log(&mut place.open("ann"), "VPN drops");
    let mut confirmed = Vec::new();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut kills = 0;
    while kills < KILLS {
        let pair: Vec<Victim> = (0..PAIR).map(|_| Victim::start(&place.path())).collect();
        for victim in pair {
            confirmed.extend(victim.killed_after(dice.below(9), Duration::from_micros(dice.below(9_000))));
            kills += 1;
        }
        if kills % 30 == 0 {
            assert_whole(&place.open("dana"));
        }
    }
    let desk = place.open("dana");
    let report = desk.store().verify(|_| {}).unwrap();
    assert_eq!(report.findings, Vec::<String>::new());
    let journal: HashSet<String> =
        desk.store().events_after(0, u32::MAX).unwrap().iter().map(|event| event.cmd.to_string()).collect();
    let lost: Vec<&String> = confirmed.iter().filter(|cmd| !journal.contains(*cmd)).collect();
    assert_eq!(lost, Vec::<&String>::new());
    assert!(confirmed.len() > KILLS / 2, "the writers came to write: {} commands", confirmed.len());
    let origins: i64 = place.raw().query_row("SELECT count(*) FROM origin", [], |row| row.get(0)).unwrap();
    assert_eq!(origins, 1, "a killed writer is no reason to start another origin");
    println!("kills {kills}, confirmed {}, events {}", confirmed.len(), report.events);
}

/// Commands without end; each is told only after its commit.
fn write_until_killed(store: &Path) {
    let mut desk = open(store, "ann").unwrap();
    let mut agg = desk.find_text("INC-1").unwrap();
    for n in 0u32.. {
        let done = match n % 5 {
            0 => logged(&mut desk, "VPN drops again"),
            1 => desk.run(&Verb::Take(Take), agg),
            2 => desk.run(&note("called back, the line is busy; will try again after lunch"), agg),
            3 => desk.run(&tag(&format!("t{}", n % 16)), agg),
            _ => desk.run(&note(&"long ".repeat(800)), agg),
        };
        let receipt = done.unwrap();
        agg = receipt.records[0].1;
        println!("confirmed {}", receipt.cmd);
    }
}

struct Victim {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Victim {
    /// This very test in a process of its own.
    fn start(store: &Path) -> Self {
        let name = "store::kill::a_store_whose_writers_are_killed_keeps_all_that_it_confirmed";
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(VICTIM, store)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        Self { child, lines }
    }

    /// Kills it some time after so many confirmed commands; returns every command that it confirmed.
    fn killed_after(mut self, commands: u64, then: Duration) -> Vec<String> {
        let mut confirmed = Vec::new();
        while (confirmed.len() as u64) < commands {
            let line = self.lines.recv_timeout(Duration::from_secs(60)).expect("the writer goes on writing");
            confirmed.extend(line.strip_prefix("confirmed ").map(str::to_owned));
        }
        thread::sleep(then);
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        confirmed.extend(self.lines.iter().filter_map(|line| line.strip_prefix("confirmed ").map(str::to_owned)));
        confirmed
    }
}

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}
