//! One import under way: read some tickets ahead, store them in short batches, count.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use super::contacts::Contacts;
use super::course::{Course, Deed, Given, deeds, nobody};
use super::recent::Recent;
use super::{Notice, Report, fit, system_of};
use crate::app::{Desk, Error};
use crate::domain::event::Proof;
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, CmdId};
use crate::domain::number::{Kind, Number};
use crate::domain::policy::Policy;
use crate::domain::text::{Label, Login, Tag, cut};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::exchange::incoming::Incoming;
use crate::exchange::reader::Reader;
use crate::exchange::rejection::{RECORD, Rejection};
use crate::store::record::Imported;
use crate::store::{Author, Past, Store, Tx, fresh};

/// Longest time that the lock is held at once.
const SLICE: Duration = Duration::from_millis(50);
/// Most steps that are read before they are stored.
const AHEAD_STEPS: usize = 2_000;
/// Most bytes of text, likewise.
const AHEAD_BYTES: usize = 1 << 20;

pub(super) struct Run<'n> {
    file: String,
    report: Report,
    /// Read and not yet stored.
    ahead: VecDeque<Incoming>,
    contacts: Contacts,
    /// In a dry run: the last step of tickets that the file told, as nothing of them is stored.
    seen: Recent<Instant>,
    policy: Arc<Policy>,
    own: Tag,
    actor: Login,
    now: Instant,
    /// What happened later is not taken over.
    until: Option<Instant>,
    notice: &'n mut dyn FnMut(Notice<'_>),
}

/// What is to be done with a ticket.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    New,
    /// Known; what was done after that instant is not.
    GoOn(AggId, Instant),
    Nothing,
    /// This desk has worked on it, so that many later deeds are left out.
    Ours(usize),
}

impl<'n> Run<'n> {
    pub(super) fn new(desk: &Desk, file: &str, until: Option<Instant>, notice: &'n mut dyn FnMut(Notice<'_>)) -> Self {
        Self {
            file: file.to_owned(),
            report: Report::default(),
            ahead: VecDeque::new(),
            contacts: Contacts::default(),
            seen: Recent::default(),
            policy: desk.policy_in_force(),
            own: system_of(desk.store().id()),
            actor: nobody(),
            now: desk.now(),
            until,
            notice,
        }
    }

    pub(super) const fn report(&self) -> Report {
        self.report
    }

    pub(super) fn progress(&mut self, bytes: u64) {
        (self.notice)(Notice::Progress { bytes, report: &self.report });
    }

    /// Reads some tickets ahead; false at the end of the file.
    pub(super) fn read(&mut self, reader: &mut Reader) -> bool {
        let (mut steps, mut bytes) = (0, 0);
        while steps < AHEAD_STEPS && bytes < AHEAD_BYTES {
            let Some(found) = reader.next() else { break };
            self.report.read += 1;
            steps += 1;
            match found {
                Err(rejection) => {
                    self.report.rejected += 1;
                    (self.notice)(Notice::Rejected(&rejection));
                }
                Ok(ticket) if self.until.is_some_and(|until| until < ticket.logged_at) => self.report.later += 1,
                Ok(mut ticket) => {
                    if let Some(until) = self.until {
                        ticket.history.retain(|step| step.at <= until);
                    }
                    fit::fit(&mut ticket, &self.file);
                    for rejection in std::mem::take(&mut ticket.left_out) {
                        self.left_out(&rejection);
                    }
                    steps += ticket.history.len();
                    bytes += fit::bytes(&ticket);
                    self.ahead.push_back(ticket);
                }
            }
        }
        steps > 0
    }

    /// Stores what was read ahead, in batches that let others write in between.
    pub(super) fn store(&mut self, desk: &mut Desk) -> Result<(), Error> {
        while !self.ahead.is_empty() {
            let mut tx = desk.store.begin((desk.clock)())?;
            let began = Clock::now();
            while let Some(ticket) = self.ahead.pop_front() {
                self.one(&ticket, &mut tx)?;
                if began.elapsed() >= SLICE {
                    break;
                }
            }
            tx.commit()?;
        }
        Ok(())
    }

    /// Counts what would be done with what was read ahead.
    pub(super) fn look(&mut self, store: &Store) -> Result<(), Error> {
        while let Some(ticket) = self.ahead.pop_front() {
            let name = name_of(&ticket).to_string();
            let deeds = deeds(&ticket);
            let seen = self.seen.get(&name).map(|last| Imported { last: *last, ..NOWHERE });
            let known = if seen.is_some() { seen } else { store.imported(&name)? };
            let next = match self.own_number(&ticket) {
                Some(number) if known.is_none() && !store.find(&number)?.is_empty() => Next::Nothing,
                _ => next(known, &deeds),
            };
            match next {
                Next::New => self.report.imported += 1,
                Next::GoOn(..) => self.report.updated += 1,
                Next::Nothing => self.report.unchanged += 1,
                Next::Ours(deeds) => self.ours(&ticket, deeds),
            }
            let last = deeds.iter().map(|deed| deed.at).max().unwrap_or(ticket.logged_at);
            self.seen.put(name, known.map_or(last, |known| known.last.max(last)));
        }
        Ok(())
    }

    fn one(&mut self, ticket: &Incoming, tx: &mut Tx<'_>) -> Result<(), Error> {
        let name = name_of(ticket);
        let deeds = deeds(ticket);
        let known = tx.imported(name.as_str())?;
        let next = match self.own_number(ticket) {
            Some(number) if known.is_none() && !tx.find(&number)?.is_empty() => Next::Nothing,
            _ => next(known, &deeds),
        };
        match next {
            Next::New => self.begin(ticket, name, &deeds, tx)?,
            Next::GoOn(agg, last) => self.go_on(ticket, agg, last, &deeds, tx)?,
            Next::Nothing => self.report.unchanged += 1,
            Next::Ours(deeds) => self.ours(ticket, deeds),
        }
        Ok(())
    }

    /// The number of a ticket of this very store that comes back in its own export.
    fn own_number(&self, ticket: &Incoming) -> Option<Number> {
        if ticket.source == self.own { ticket.key.as_str().parse().ok() } else { None }
    }

    fn begin(&mut self, ticket: &Incoming, name: Label, deeds: &[Deed<'_>], tx: &mut Tx<'_>) -> Result<(), Error> {
        let author = Author { login: &self.actor, proof: Proof::Import, cmd: fresh(), at: ticket.logged_at };
        let asked = ticket.requester.as_ref();
        let contact = asked.map(|asked| self.contacts.find(asked, &ticket.source, &author, tx)).transpose()?;
        let organisation = contact.as_ref().and_then(|known| known.organisation.as_ref());
        let contract = organisation.and_then(|name| self.policy.contracts.of(name, ticket.logged_at)).cloned();
        let given = Given {
            number: tx.next_number(Kind::Incident)?,
            home: tx.home(),
            requester: contact.as_ref().map(|known| known.agg),
            vip: contact.as_ref().is_some_and(|known| known.vip),
            contract,
            imported_from: name,
        };
        let mut course = Course::new(ticket, &self.policy, self.now);
        append(fresh(), Folded::default(), &mut course, Some(given), deeds, tx)?;
        self.report.imported += 1;
        Ok(())
    }

    fn go_on(
        &mut self,
        ticket: &Incoming,
        agg: AggId,
        last: Instant,
        deeds: &[Deed<'_>],
        tx: &mut Tx<'_>,
    ) -> Result<(), Error> {
        let mut course = Course::new(ticket, &self.policy, self.now);
        let known = deeds.partition_point(|deed| deed.at <= last);
        deeds[..known].iter().for_each(|deed| course.skip(deed));
        let before: Folded<Ticket> = tx.folded(agg)?;
        let changed = append(agg, before, &mut course, None, &deeds[known..], tx)?;
        if changed {
            self.report.updated += 1;
        } else {
            self.report.unchanged += 1;
        }
        Ok(())
    }

    fn ours(&mut self, ticket: &Incoming, deeds: usize) {
        self.report.unchanged += 1;
        let reason = format!("{} later changes are left out, as this desk has worked on {}", deeds, ticket.key);
        let rejection = Rejection { file: self.file.clone(), ..Rejection::new(ticket.line, RECORD, reason) };
        self.left_out(&rejection);
    }

    fn left_out(&mut self, rejection: &Rejection) {
        self.report.left_out += 1;
        (self.notice)(Notice::LeftOut(rejection));
    }
}

/// A ticket of a dry run, which is stored nowhere.
const NOWHERE: Imported = Imported { agg: AggId::from_bytes([0; 16]), last: Instant(0), worked_on: false };

fn next(known: Option<Imported>, deeds: &[Deed<'_>]) -> Next {
    let Some(known) = known else { return Next::New };
    match deeds.iter().filter(|deed| deed.at > known.last).count() {
        0 => Next::Nothing,
        later if known.worked_on => Next::Ours(later),
        _ => Next::GoOn(known.agg, known.last),
    }
}

/// Journals deeds. A new ticket is begun with what the desk gives it. True if anything changed.
fn append(
    agg: AggId,
    before: Folded<Ticket>,
    course: &mut Course<'_>,
    mut given: Option<Given>,
    deeds: &[Deed<'_>],
    tx: &mut Tx<'_>,
) -> Result<bool, Error> {
    let mut deeds = deeds.iter();
    let rev = before.rev;
    let folded = tx.append_history(agg, before, &mut |folded, tables| {
        loop {
            let deed = deeds.next()?;
            let change = match given.take() {
                Some(given) => course.begin(given, deed),
                None => course.go_on(&folded.fields, deed),
            };
            let change = course.clocks(folded, change, (deed, deeds.len() == 0), tables);
            if change.reason.is_some() || !change.is_empty(&folded.fields) {
                let cmd = CmdId::derived(&[b"import", agg.bytes(), &folded.rev.to_be_bytes()]);
                let author = Author { login: &deed.actor, proof: Proof::Import, cmd, at: deed.at };
                return Some(Past { author, change });
            }
        }
    })?;
    Ok(folded.rev > rev)
}

/// System and number there, as one text. A number that is too long is cut and told apart by its digest.
fn name_of(ticket: &Incoming) -> Label {
    let whole = format!("{}:{}", ticket.source.as_str(), ticket.key);
    Label::new(&whole).unwrap_or_else(|_| {
        let digest = AggId::derived(&[whole.as_bytes()]);
        Label::new(&format!("{}#{digest}", cut(&whole, 150))).expect("shorter than the most")
    })
}
