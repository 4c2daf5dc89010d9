//! Events of other origins enter the journal: in their order, on their chain, once. What may not enter yet is held;
//! what does not fit is refused and ends its origin for this stream, and no other.
//!
//! Origins are vouched for by a person (`trust`), not yet by signatures: whoever can hand over a stream can name any
//! trusted origin in it.

mod held;
mod judge;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant as Clock};

use anyhow::{Context, Result};
use rusqlite::{Connection, named_params, params};

use held::Hold;
use judge::{Gate, Stop, Verdict};

use super::Store;
use super::frame::{Checked, Frame, Misfit};
use super::renew::renew;
use crate::domain::id::{AggId, OriginId};
use crate::domain::number::SiteCode;
use crate::domain::time::Instant;

/// Longest time that one transaction should take.
const SLICE: Duration = Duration::from_millis(50);
/// Most frames, and most of their bytes, in one transaction.
const FRAMES_MAX: usize = 512;
const BYTES_MAX: usize = 1 << 20;
/// Most refusals that are listed.
const REFUSED_MAX: usize = 100;

/// What became of a stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Admitted {
    /// New here.
    pub admitted: u64,
    /// Here already.
    pub known: u64,
    /// Kept until a person or time lets them in.
    pub held: u64,
    /// Not looked at, because something earlier of their origin was refused or is disputed.
    pub passed_over: u64,
    /// Of those admitted: came without body, and no order to erase it is known here.
    pub bare: u64,
    /// The first hundred refusals.
    pub refused: Vec<Refused>,
}

/// A frame that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Origin and number, unless the header could not be read.
    pub event: Option<(OriginId, i64)>,
    pub why: Misfit,
}

/// One stream on its way in.
struct Run {
    now: Instant,
    stopped: HashMap<OriginId, Stop>,
    done: Admitted,
    /// Frames that the next transaction takes: as many as the slice allowed last time.
    page: usize,
}

impl Store {
    /// Takes in the events of a stream. Those of one origin come in order; origins may be mixed, events repeated. What
    /// was taken stays when the stream breaks off, and the same stream goes on from there.
    pub fn admit(&mut self, frames: impl Iterator<Item = Frame>, now: Instant) -> Result<Admitted> {
        let mut run = Run::new(now);
        let mut frames = frames.peekable();
        while frames.peek().is_some() {
            // Read before the turn is taken: a slow sender must not make others wait.
            let mut bytes = 0;
            let mut page = Vec::new();
            while page.len() < run.page && bytes < BYTES_MAX {
                let Some(frame) = frames.next() else { break };
                bytes += frame.header.len() + frame.body.as_ref().map_or(0, Vec::len);
                page.push(frame);
            }
            self.admit_page(&page, &mut run)?;
        }
        Ok(run.done)
    }

    /// Lets an origin in, after a person compared where it comes from, and then what was held of it. A disputed
    /// (`frozen`) origin stays shut.
    pub fn trust(&mut self, origin: OriginId, site: &SiteCode, generation: u32, now: Instant) -> Result<Admitted> {
        let tx = self.begin(now.0.saturating_mul(1_000))?;
        let site = if site.as_str().is_empty() { "DESK" } else { site.as_str() };
        tx.db()
            .prepare_cached(
                "INSERT INTO origin (origin, site, gen, trust) VALUES (:origin, :site, :gen, 'pinned')
                 ON CONFLICT (origin) DO UPDATE SET trust = 'pinned' WHERE trust = 'held'",
            )?
            .execute(named_params! { ":origin": origin, ":site": site, ":gen": generation })
            .context("letting an origin in")?;
        tx.commit()?;
        self.release_held(now)
    }

    /// Takes in what was held and may enter by now, because time has passed or its origin is trusted.
    pub fn release_held(&mut self, now: Instant) -> Result<Admitted> {
        let mut run = Run::new(now);
        let mut after = None;
        loop {
            let page = held::after(&self.db, after, run.page)?;
            let Some(((origin, seq, hash), _)) = page.last() else { return Ok(run.done) };
            after = Some((*origin, *seq, *hash));
            let frames: Vec<Frame> = page.into_iter().filter_map(|(_, frame)| frame).collect();
            self.admit_page(&frames, &mut run)?;
        }
    }

    fn admit_page(&mut self, page: &[Frame], run: &mut Run) -> Result<()> {
        let mut rest = page;
        while !rest.is_empty() {
            let began = Clock::now();
            let (taken, stranger) = self.admit_slice(rest, run)?;
            rest = &rest[taken..];
            run.pace(began.elapsed());
            if stranger {
                self.rotate(run.now)?;
            }
        }
        Ok(())
    }

    /// One transaction. Ends early before an event of this store's own origin that it has never written.
    fn admit_slice(&mut self, frames: &[Frame], run: &mut Run) -> Result<(usize, bool)> {
        let tx = self.begin(run.now.0.saturating_mul(1_000))?;
        let mut slice = Slice { db: tx.db(), run, gates: HashMap::new(), touched: BTreeMap::new() };
        let mut taken = 0;
        for frame in frames {
            if !slice.take(frame)? {
                break;
            }
            taken += 1;
        }
        for (agg, new) in &slice.touched {
            renew(tx.db(), *agg, new)?;
        }
        tx.commit()?;
        Ok((taken, taken < frames.len()))
    }

    /// Another store holds events under our numbers that we do not have: this store was rewound or copied, and goes
    /// on under an origin of its own. What the old one wrote is then admitted like anyone's.
    fn rotate(&mut self, now: Instant) -> Result<()> {
        let turn = self.queue.take()?;
        self.started(None, "met itself", &turn, now.0.saturating_mul(1_000))
    }
}

impl Run {
    fn new(now: Instant) -> Self {
        Self { now, stopped: HashMap::new(), done: Admitted::default(), page: 16 }
    }

    /// Half or twice as many frames next time, so that others get in between in time. Aims at half a slice: what the
    /// next frames cost is not known before.
    fn pace(&mut self, took: Duration) {
        if took > SLICE / 2 {
            self.page = (self.page / 2).max(1);
        } else if took < SLICE / 6 {
            self.page = (self.page * 2).min(FRAMES_MAX);
        }
    }

    /// The frame, read; `None` after noting what is wrong with it.
    fn check<'f>(&mut self, frame: &'f Frame) -> Option<Checked<'f>> {
        match frame.check() {
            Ok(checked) => Some(checked),
            Err(why) => {
                self.refuse(frame.names(), why);
                None
            }
        }
    }

    /// Notes a frame that is not taken; nothing later of its origin is.
    fn refuse(&mut self, event: Option<(OriginId, i64)>, why: Misfit) {
        if let Some((origin, _)) = event {
            self.stopped.insert(origin, Stop::Refused);
        }
        if self.done.refused.len() < REFUSED_MAX {
            self.done.refused.push(Refused { event, why });
        } else {
            self.done.passed_over += 1;
        }
    }
}

/// One transaction of a stream.
struct Slice<'a> {
    db: &'a Connection,
    run: &'a mut Run,
    /// Origins met so far; `None` for one that nobody let in.
    gates: HashMap<OriginId, Option<Gate>>,
    /// Positions of the events that each aggregate's rows must follow.
    touched: BTreeMap<AggId, Vec<i64>>,
}

impl Slice<'_> {
    /// Judges one frame and does what follows; false before one that only another origin of our own can settle.
    fn take(&mut self, frame: &Frame) -> Result<bool> {
        let Some(it) = self.run.check(frame) else { return Ok(true) };
        let origin = it.header.origin;
        let mut gate = match self.gates.remove(&origin) {
            Some(gate) => gate,
            None => Gate::find(self.db, origin)?,
        };
        let stop = self.run.stopped.get(&origin).copied();
        let verdict = match &gate {
            Some(gate) => gate.judge(self.db, &it, stop, self.run.now)?,
            None if stop.is_some() => Verdict::PassedOver,
            None => Verdict::Held(Hold::UnknownOrigin),
        };
        let done = &mut self.run.done;
        match (verdict, &mut gate) {
            (Verdict::Stranger, _) => return Ok(false),
            (Verdict::Next, Some(gate)) => self.enter(gate, &it)?,
            (Verdict::Known, _) => {
                held::forget(self.db, &it)?;
                done.known += 1;
            }
            (Verdict::Held(why), gate) => {
                held::keep(self.db, &it, frame, why, self.run.now)?;
                done.held += 1;
                match (why, gate) {
                    (Hold::Clock, _) => drop(self.run.stopped.insert(origin, Stop::Clock)),
                    (Hold::Fork, Some(gate)) => gate.freeze(self.db)?,
                    _ => {}
                }
            }
            (Verdict::Refused(why), _) => {
                // A held one behind a gap waits for it to be filled; one that breaks the chain never fits.
                if why == Misfit::Chain {
                    held::forget(self.db, &it)?;
                }
                self.run.refuse(Some((origin, it.header.seq)), why);
            }
            (Verdict::PassedOver | Verdict::Next, _) => done.passed_over += 1,
        }
        self.gates.insert(origin, gate);
        Ok(true)
    }

    /// Appends the event, without its body if it was erased here.
    fn enter(&mut self, gate: &mut Gate, it: &Checked<'_>) -> Result<()> {
        let header = &it.header;
        let erased = self
            .db
            .prepare_cached("SELECT 1 FROM redaction WHERE origin = ?1 AND seq = ?2")?
            .exists(params![header.origin, header.seq])?;
        let (salt, body) = if erased { (None, None) } else { (it.salt, it.body) };
        if body.is_none() && !erased {
            // It was erased where it comes from, and can never come with its body from there.
            self.db
                .prepare_cached("INSERT INTO redaction (origin, seq, ordered_by) VALUES (?1, ?2, ?1)")?
                .execute(params![header.origin, header.seq])?;
            self.run.done.bare += 1;
        }
        self.db
            .prepare_cached(
                "INSERT INTO event (oid, seq, hlc, wall, agg, cmd, scope, kind, ver, actor, proof, salt, body, bhash,
                   hash)
                 VALUES (:oid, :seq, :hlc, :wall, :agg, :cmd, :scope, :kind, :ver, :actor, :proof, :salt, :body,
                   :bhash, :hash)",
            )?
            .execute(named_params! {
                ":oid": gate.oid, ":seq": header.seq, ":hlc": header.hlc, ":wall": header.wall, ":agg": header.agg,
                ":cmd": header.cmd, ":scope": header.scope, ":kind": header.kind, ":ver": header.ver,
                ":actor": header.actor, ":proof": header.proof, ":salt": salt, ":body": body,
                ":bhash": header.bhash, ":hash": it.hash,
            })
            .context("admitting an event")?;
        self.touched.entry(header.agg).or_default().push(self.db.last_insert_rowid());
        (gate.seq, gate.hash) = (header.seq, it.hash);
        self.run.done.admitted += 1;
        held::forget(self.db, it)
    }
}
