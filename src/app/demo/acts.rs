//! One step of one story: who does it to which record, and what a supervisor has to say first.

use super::deed;
use super::play::{Cue, Stage};
use super::story::Deed;
use crate::app::run::{Asking, log_one, merge_all, step};
use crate::app::{Error, Receipt, kin};
use crate::domain::command::Verb;
use crate::domain::command::hold::Resume;
use crate::domain::event::Proof;
use crate::domain::id::{AggId, CmdId};
use crate::domain::incident::{Pending, State};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Login;
use crate::domain::time::Instant;
use crate::store::{Tx, fresh};

impl Stage<'_> {
    /// Tells a step. One that the desk's rules refuse is noted.
    pub fn act(&mut self, cue: &Cue, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut receipt = Receipt::new(fresh());
        let done = match cue.step.checked_sub(1) {
            None => self.report(cue, tx, &mut receipt),
            Some(step) => self.follow(cue, step, tx, &mut receipt),
        };
        let refused = match done {
            Err(Error::Refused(refusal)) => Some(refusal),
            Err(fault) => return Err(fault),
            Ok(()) => receipt.skipped.pop().map(|(_, refusal)| refusal),
        };
        if let Some(refusal) = refused {
            self.note_refusal(cue, &refusal);
        }
        match self.records[cue.play] {
            Some(agg) => self.follow_up(agg, cue.at, tx),
            None => Ok(()),
        }
    }

    fn note_refusal(&mut self, cue: &Cue, refusal: &Refusal) {
        let story = self.plays[cue.play].story;
        self.told.refused.push(format!("{} step {} at {}: {}", story.id, cue.step, cue.at, refusal.message));
    }

    fn report(&mut self, cue: &Cue, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
        let play = &self.plays[cue.play];
        let requester = play.contact.map(|contact| self.contacts[contact]);
        let log = deed::report(play, requester, play.contact.map(|contact| &self.world.contacts[contact]))?;
        let asking = self.asking(&play.login(&play.story.logged_by), cue.at, receipt.cmd);
        let agg = log_one(&log, &asking, tx, receipt)?;
        self.records[cue.play] = Some(agg);
        self.told.tickets += 1;
        if play.story.unreviewed && play.original {
            let nth = self.nth(agg);
            self.rounds.leave(nth);
        }
        Ok(())
    }

    fn follow(&self, cue: &Cue, nth: usize, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
        let play = &self.plays[cue.play];
        let told = &play.story.step[nth];
        // Its report was refused, which is said already.
        let Some(agg) = self.records[cue.play] else { return Ok(()) };
        let other = told.deed.of().and_then(|id| self.record_of(id));
        match &told.deed {
            Deed::Inbound { text } => self.message(agg, cue, text, tx, receipt),
            // Over a weekend a timer was earlier.
            Deed::Resume if tx.case(agg)?.is_some_and(|case| case.ticket().state != State::Pending) => Ok(()),
            Deed::Merge { .. } => match other {
                Some(survivor) => {
                    merge_all(&[agg], survivor, &self.asking(&self.actor(cue, nth)?, cue.at, receipt.cmd), tx, receipt)
                }
                None => Ok(()),
            },
            deed => {
                let Some(verb) = deed::verb(play, deed, other, cue.at)? else { return Ok(()) };
                let target = if deed.on_task() { tx.tasks_of(agg)?.last().map_or(agg, |task| task.agg) } else { agg };
                self.done(&verb, target, &self.actor(cue, nth)?, cue.at, tx, receipt)
            }
        }
    }

    /// A verb and what it does to others. Where a rule demands a proposal that the story does not make, a supervisor
    /// waives it first.
    fn done(
        &self,
        verb: &Verb,
        agg: AggId,
        by: &Login,
        now: Instant,
        tx: &mut Tx<'_>,
        receipt: &mut Receipt,
    ) -> Result<(), Error> {
        let asking = self.asking(by, now, receipt.cmd);
        step(verb, agg.into(), &asking, tx, receipt)?;
        if receipt.skipped.last().is_some_and(|(_, refusal)| refusal.code == Code::TriggerOpen) {
            receipt.skipped.clear();
            let Some(case) = tx.case(agg)? else { return Ok(()) };
            for waive in self.rounds.waive(&case, &self.world.words)? {
                let dana = self.asking(&self.rounds.supervisor(&case), now, fresh());
                step(&waive, agg.into(), &dana, tx, &mut Receipt::new(dana.cmd))?;
            }
            step(verb, agg.into(), &asking, tx, receipt)?;
        }
        kin::on_others(&asking, tx, receipt)
    }

    fn actor(&self, cue: &Cue, nth: usize) -> Result<Login, Refusal> {
        let play = &self.plays[cue.play];
        let told = &play.story.step[nth];
        let login = Login::new(&told.by)?;
        // Not every colleague of a tier knows the discipline of a task.
        Ok(if told.deed.on_task() { login } else { play.login(&login) })
    }

    /// A message of the requester: the owner notes it, and goes on if that was what the ticket waited for.
    fn message(&self, agg: AggId, cue: &Cue, text: &str, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
        let play = &self.plays[cue.play];
        let Some(case) = tx.case(agg)? else { return Ok(()) };
        let ticket = case.ticket();
        let logged_by = play.login(&play.story.logged_by);
        let owner = ticket.assignee.clone().unwrap_or(logged_by);
        let from = play.contact.map_or("the requester", |contact| self.world.contacts[contact].name.as_str());
        let told = Deed::Note { text: format!("{from} wrote: {text}") };
        let waited = ticket.state == State::Pending && ticket.pending_reason == Some(Pending::AwaitingRequester);
        if let Some(verb) = deed::verb(play, &told, None, cue.at)? {
            self.done(&verb, agg, &owner, cue.at, tx, receipt)?;
        }
        if waited {
            let mut resumed = Receipt::new(fresh());
            self.done(&Verb::Resume(Resume), agg, &owner, cue.at, tx, &mut resumed)?;
            receipt.skipped.append(&mut resumed.skipped);
        }
        Ok(())
    }

    /// The record of a shipped story that is told as it is.
    fn record_of(&self, id: &str) -> Option<AggId> {
        let position = self.plays.iter().position(|play| play.original && play.story.id == id)?;
        self.records[position]
    }

    pub fn asking<'a>(&'a self, login: &Login, now: Instant, cmd: CmdId) -> Asking<'a> {
        let by = self.users.get(login).unwrap_or(&self.system);
        Asking { by, proof: Proof::Claimed, policy: self.policy, now, cmd }
    }
}
