//! The writer queue: an exclusive `flock` on `desk.db-lock` around every write transaction; SQLite's own back-off would
//! starve those who wait.
//!
//! The lock alone would be fair only to whoever runs already: a writer that lets it go and wants it again has it back
//! before the one that waits has woken up. So one passes a gate first, `desk.db-gate`, and the first of those who wait
//! stands in it until the lock is free.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{StoreError, beside};

/// Longest wait for the queue before a command gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The side file that writers queue on.
#[derive(Debug)]
pub struct Queue {
    gate: Side,
    lock: Side,
    /// Who we are, for those who wait.
    card: String,
}

/// A file that is there to be locked.
#[derive(Debug)]
struct Side {
    path: PathBuf,
    file: File,
}

/// The turn to write; given up on drop.
#[derive(Debug)]
pub struct Turn {
    file: File,
}

impl Queue {
    /// Opens the side file of a store, made at need beside it.
    pub fn open(store: &Path, login: &str) -> Result<Self> {
        let card = format!("{:<10} {login:<64}\n", std::process::id());
        Ok(Self { gate: Side::open(store, beside::GATE)?, lock: Side::open(store, beside::LOCK)?, card })
    }

    /// Waits for the turn, at most ten seconds. A waiter that gives up names who holds it.
    pub fn take(&self) -> Result<Turn> {
        let mut file = match self.at_once() {
            true => self.lock.file.try_clone().context("sharing the writer queue")?,
            false => self.wait()?,
        };
        // For people who wait only; an old card does no harm.
        let signed = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(self.card.as_bytes()));
        signed.context("signing the writer queue")?;
        Ok(Turn { file })
    }

    /// Takes the lock if nobody has it and nobody waits.
    fn at_once(&self) -> bool {
        if self.gate.file.try_lock().is_err() {
            return false;
        }
        let taken = self.lock.file.try_lock().is_ok();
        let left = self.gate.file.unlock().is_ok();
        taken && left
    }

    fn wait(&self) -> Result<File> {
        let (send, receive) = mpsc::sync_channel::<File>(1);
        let (gate, lock) = (self.gate.again()?, self.lock.again()?);
        thread::spawn(move || {
            // A waiter that gave up drops the file, and with it the lock that comes too late.
            if gate.lock().is_ok() && lock.lock().is_ok() {
                drop(gate);
                let _ = send.send(lock);
            }
        });
        receive.recv_timeout(PATIENCE).map_err(|_| StoreError::Busy { holder: self.holder() }.into())
    }

    /// Process and login of the last writer that took the turn.
    pub fn holder(&self) -> String {
        let mut card = String::new();
        let read = File::open(&self.lock.path).and_then(|mut file| file.read_to_string(&mut card));
        let mut words = card.split_whitespace();
        match (read, words.next(), words.next()) {
            (Ok(_), Some(pid), Some(login)) => format!("process {pid} of {login}"),
            _ => "another process".to_owned(),
        }
    }
}

impl Side {
    fn open(store: &Path, ending: &str) -> Result<Self> {
        let path = beside::path(store, ending);
        let file = beside::open(store, ending).with_context(|| format!("opening {}", path.display()))?;
        Ok(Self { path, file })
    }

    /// The file once more, with locks of its own.
    fn again(&self) -> Result<File> {
        File::options().read(true).write(true).open(&self.path).context("opening the writer queue")
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // An error here means that the file is gone, and the lock with it.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_that_comes_again_goes_behind_those_who_wait() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("desk.db");
        let (one, two) = (Queue::open(&store, "ann").unwrap(), Queue::open(&store, "bob").unwrap());
        let turn = one.take().unwrap();
        let (told, served) = mpsc::channel();
        let waiter = thread::spawn(move || {
            let turn = two.take().unwrap();
            told.send("bob").unwrap();
            drop(turn);
        });
        // Bob waits once he stands in the gate.
        while one.gate.again().unwrap().try_lock().is_ok() {
            thread::yield_now();
        }
        drop(turn);
        let turn = one.take().unwrap();
        assert_eq!(served.try_recv(), Ok("bob"));
        drop(turn);
        waiter.join().unwrap();
    }

    #[test]
    fn a_second_writer_waits_for_the_first_and_knows_who_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("desk.db");
        let (one, two) = (Queue::open(&store, "ann").unwrap(), Queue::open(&store, "bob").unwrap());
        let turn = one.take().unwrap();
        assert!(two.holder().ends_with("of ann"));
        let waiter = thread::spawn(move || two.take().map(|_| ()));
        drop(turn);
        waiter.join().unwrap().unwrap();
    }
}
