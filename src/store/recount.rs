//! Jobs over the clocks of open tickets: which is next, and how far it has come. A job is queued in the transaction
//! that changed what is promised, and moves on in the transactions that do its work, so that it is neither lost nor
//! done twice.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::convert::{word, word_opt};
use super::{Store, Tx};
use crate::domain::event::Proof;
use crate::domain::id::{AggId, CmdId};
use crate::domain::text::{Label, Login};
use crate::domain::time::Instant;

/// What is to be done with the clocks of open tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// Of the change that it follows from.
    pub cmd: CmdId,
    /// When that change was made.
    pub at: Instant,
    pub actor: Login,
    pub proof: Proof,
    /// Only tickets of this contract.
    pub contract: Option<Label>,
    /// A corrected calendar, as the one who reads it wrote it; without it clocks follow the policy.
    pub correction: Option<String>,
}

/// A job under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecountJob {
    job: i64,
    pub what: Recount,
    /// The last ticket that was looked at.
    pub done: i64,
}

fn next_recount(db: &Connection) -> Result<Option<RecountJob>> {
    db.prepare_cached("SELECT * FROM recount ORDER BY job LIMIT 1")?
        .query_row([], |row| {
            Ok(RecountJob {
                job: row.get("job")?,
                what: Recount {
                    cmd: row.get("cmd")?,
                    at: row.get("at")?,
                    actor: word(row, "actor", |text| Login::new(text).ok())?,
                    proof: word(row, "proof", Proof::from_word)?,
                    contract: word_opt(row, "contract", |text| Label::new(text).ok())?,
                    correction: row.get("correction")?,
                },
                done: row.get("done")?,
            })
        })
        .optional()
        .context("looking for clocks to count anew")
}

/// Tickets that stand in a queue, after a place, each with its own place.
fn open_tickets(db: &Connection, after: i64, contract: Option<&Label>, limit: u32) -> Result<Vec<(i64, AggId)>> {
    let mut statement = db.prepare_cached(
        "SELECT rid, agg FROM ticket INDEXED BY ticket_open
         WHERE shelf > 0 AND rid > :after AND (:contract IS NULL OR contract = :contract) ORDER BY rid LIMIT :limit",
    )?;
    let contract = contract.map(Label::as_str);
    let rows = statement
        .query_map(named_params! { ":after": after, ":contract": contract, ":limit": limit }, |row| {
            Ok((row.get("rid")?, row.get("agg")?))
        })?;
    rows.collect::<rusqlite::Result<_>>().context("going through the open tickets")
}

impl Store {
    /// Is there a job that is not finished?
    pub fn recount_waits(&self) -> Result<bool> {
        Ok(self.db.prepare_cached("SELECT 1 FROM recount LIMIT 1")?.exists([])?)
    }

    /// As [`Tx::open_tickets`], of every contract.
    pub fn open_tickets(&self, after: i64, limit: u32) -> Result<Vec<(i64, AggId)>> {
        open_tickets(&self.db, after, None, limit)
    }

    /// How many tickets stand in a queue.
    pub fn open_count(&self) -> Result<u64> {
        let n: i64 = self
            .db
            .prepare_cached("SELECT count(*) FROM ticket INDEXED BY ticket_open WHERE shelf > 0")?
            .query_row([], |row| row.get(0))?;
        Ok(u64::try_from(n).unwrap_or(0))
    }
}

impl Tx<'_> {
    /// Leaves a job for the batches that follow. One that follows the whole policy makes earlier ones of its kind
    /// needless, as every ticket is compared with what holds then.
    pub fn queue_recount(&mut self, what: &Recount) -> Result<()> {
        if what.correction.is_none() {
            self.db()
                .prepare_cached("DELETE FROM recount WHERE correction IS NULL AND (?1 IS NULL OR contract = ?1)")?
                .execute([what.contract.as_ref().map(Label::as_str)])?;
        }
        self.db()
            .prepare_cached(
                "INSERT INTO recount (cmd, at, actor, proof, contract, correction)
                 VALUES (:cmd, :at, :actor, :proof, :contract, :correction)",
            )?
            .execute(named_params! {
                ":cmd": what.cmd, ":at": what.at, ":actor": what.actor.as_str(), ":proof": what.proof.word(),
                ":contract": what.contract.as_ref().map(Label::as_str), ":correction": what.correction,
            })
            .context("noting that clocks are to be counted anew")?;
        Ok(())
    }

    /// The job that was queued first. One that cannot be read is a fault: done in part, or for everybody, it would be
    /// another job.
    pub fn next_recount(&self) -> Result<Option<RecountJob>> {
        next_recount(self.db())
    }

    /// Tickets that stand in a queue, of one contract or all, after a place, each with its own place.
    pub fn open_tickets(&self, after: i64, contract: Option<&Label>, limit: u32) -> Result<Vec<(i64, AggId)>> {
        open_tickets(self.db(), after, contract, limit)
    }

    /// Notes how far a job has come; `None` ends it.
    pub fn move_recount(&mut self, job: &RecountJob, done: Option<i64>) -> Result<()> {
        match done {
            Some(done) => {
                self.db().prepare_cached("UPDATE recount SET done = ?2 WHERE job = ?1")?.execute(params![job.job, done])
            }
            None => self.db().prepare_cached("DELETE FROM recount WHERE job = ?1")?.execute([job.job]),
        }
        .context("noting how far clocks were counted anew")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_cannot_be_read_is_not_done_as_another_one() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::store::open::SCHEMA).unwrap();
        let row = "INSERT INTO recount (cmd, at, actor, proof, contract) VALUES (zeroblob(16), 1, ?1, ?2, ?3)";
        for (actor, proof, contract, read) in [
            ("dana", "claimed", Some("acme"), true),
            ("system", "timer", None, true),
            ("", "claimed", None, false),
            ("dana", "guessed", None, false),
            ("dana", "claimed", Some(""), false),
        ] {
            db.execute("DELETE FROM recount", []).unwrap();
            db.execute(row, params![actor, proof, contract]).unwrap();
            assert_eq!(next_recount(&db).is_ok(), read, "{actor:?} {proof:?} {contract:?}");
        }
    }
}
