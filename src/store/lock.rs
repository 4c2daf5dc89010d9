//! The writer queue: an exclusive `flock` on `desk.db-lock` around every write transaction. The kernel serves waiters
//! in turn; SQLite's own back-off would starve them.

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
    path: PathBuf,
    file: File,
    /// Who we are, for those who wait.
    card: String,
}

/// The turn to write; given up on drop.
#[derive(Debug)]
pub struct Turn {
    file: File,
}

impl Queue {
    /// Opens the side file of a store, made at need beside it.
    pub fn open(store: &Path, login: &str) -> Result<Self> {
        let path = beside::path(store, beside::LOCK);
        let file = beside::open(store, beside::LOCK).with_context(|| format!("opening {}", path.display()))?;
        let card = format!("{:<10} {login:<64}\n", std::process::id());
        Ok(Self { path, file, card })
    }

    /// Waits for the turn, at most ten seconds. A waiter that gives up names who holds it.
    pub fn take(&self) -> Result<Turn> {
        let mut file = match self.file.try_lock() {
            Ok(()) => self.file.try_clone().context("sharing the writer queue")?,
            Err(_) => self.wait()?,
        };
        // For people who wait only; an old card does no harm.
        let signed = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(self.card.as_bytes()));
        signed.context("signing the writer queue")?;
        Ok(Turn { file })
    }

    fn wait(&self) -> Result<File> {
        let (send, receive) = mpsc::sync_channel::<File>(1);
        let own = File::options().read(true).write(true).open(&self.path).context("opening the writer queue")?;
        thread::spawn(move || {
            // A waiter that gave up drops the file, and with it the lock that comes too late.
            if own.lock().is_ok() {
                let _ = send.send(own);
            }
        });
        receive.recv_timeout(PATIENCE).map_err(|_| StoreError::Busy { holder: self.holder() }.into())
    }

    /// Process and login of the last writer that took the turn.
    pub fn holder(&self) -> String {
        let mut card = String::new();
        let read = File::open(&self.path).and_then(|mut file| file.read_to_string(&mut card));
        let mut words = card.split_whitespace();
        match (read, words.next(), words.next()) {
            (Ok(_), Some(pid), Some(login)) => format!("process {pid} of {login}"),
            _ => "another process".to_owned(),
        }
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
