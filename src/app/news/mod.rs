//! News: what happened to a person's work since that person last looked, one notice for each cause and record, and
//! never about the person's own acts.
//!
//! Nothing is stored for it but how far each person has read. Notices are worked out from the journal, from that
//! place on, and say only what still holds: a hand-off that a colleague accepted meanwhile waits for nobody.

mod cause;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

pub use cause::Cause;
use cause::{Heard, Listener};

use super::{Desk, Error};
use crate::domain::command::Case;
use crate::domain::command::react::{REACTIONS_MAX, reaction};
use crate::domain::event::Event;
use crate::domain::id::{AggId, CmdId};
use crate::domain::priority::Priority;
use crate::domain::text::{Login, cut};
use crate::domain::time::{Instant, Secs};

/// How far back the first look of a person goes.
const FIRST_LOOK: Secs = Secs::DAY;
/// Most events that are looked at: the newest ones. Whoever was away longer reads the lists.
const MOST: u32 = 2_000;
/// Longest text of a notice.
const TEXT: usize = 160;

/// One cause on one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub cause: Cause,
    pub agg: AggId,
    pub name: String,
    pub title: String,
    pub priority: Priority,
    /// How often it happened.
    pub count: u32,
    /// Who did it last.
    pub by: Login,
    pub at: Instant,
    /// What was said last.
    pub text: String,
    pos: i64,
}

impl Notice {
    /// In a person's words, without the record: `returned by carla: wrong tier: please restart it`.
    pub fn sentence(&self) -> String {
        let by = if self.by == Login::system() { String::new() } else { format!(" by {}", self.by) };
        let head = match self.cause {
            Cause::Assigned => format!("given to you{by}"),
            Cause::TakenOff => format!("taken off you{by}"),
            Cause::Accepted => format!("hand-off accepted{by}"),
            Cause::Returned => format!("hand-off returned{by}"),
            Cause::HandedBack => format!("handed back{by}"),
            Cause::Deferred => format!("hand-off put off{by}"),
            Cause::Replied if self.count > 1 => format!("{} replies, the last{by}", self.count),
            Cause::Replied => format!("reply{by}"),
            Cause::Noted if self.count > 1 => format!("{} notes, the last{by}", self.count),
            Cause::Noted => format!("note{by}"),
            Cause::Woke => "its wait is over".to_owned(),
            Cause::AtRisk => return format!("{} at risk", self.text),
            Cause::Breached => return format!("{} target missed", self.text),
            Cause::Rule => return self.text.clone(),
            Cause::Attention => format!("your attention is asked{by}"),
            Cause::Proposal => format!("handed over{by}"),
            Cause::ReviewOverdue => "nobody has decided on its hand-off in time".to_owned(),
            Cause::Review => "moved at once by a rule, to be confirmed".to_owned(),
            Cause::NewP1 => format!("new P1{by}"),
            Cause::Conflict => "two sites changed it at once; its history shows what was kept".to_owned(),
        };
        if self.text.is_empty() { head } else { format!("{head}: {}", self.text) }
    }

    /// Does it ring a bell, which is for little?
    pub fn is_loud(&self) -> bool {
        self.priority.n() == 1 || self.cause == Cause::Attention
    }
}

/// The news of one person, read as far as the journal went.
#[derive(Debug, Default)]
pub struct News {
    found: Vec<Notice>,
    /// Position of the last event that was looked at.
    upto: i64,
    /// Commands of the person's own, with what rules made of them.
    own: HashSet<CmdId>,
}

impl News {
    /// What happened since the person last looked.
    pub fn read(desk: &Desk) -> Result<Self, Error> {
        let login = &desk.person().login;
        let end = desk.store().last_pos()?;
        let mut it = Self::default();
        match desk.store().seen(login)?.filter(|seen| *seen <= end) {
            Some(seen) => {
                it.upto = seen;
                it.follow(desk)?;
            }
            None => {
                it.follow(desk)?;
                let since = desk.now() - FIRST_LOOK;
                it.found.retain(|notice| notice.at >= since);
            }
        }
        Ok(it)
    }

    /// Looks at what came since. Gives what is new in it.
    pub fn follow(&mut self, desk: &Desk) -> Result<Vec<Notice>, Error> {
        let events = desk.store().news_after(self.upto, MOST)?;
        let before = self.upto;
        let tiers = desk.my_tiers();
        let listener = Listener { user: desk.person(), tiers: &tiers, review: desk.policy().escalation.review };
        let mut cases: HashMap<AggId, Option<Case>> = HashMap::new();
        for event in &events {
            self.upto = self.upto.max(event.pos);
            let case = match cases.entry(event.agg) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(new) => new.insert(desk.store().case(event.agg)?),
            };
            let Some(case) = case else { continue };
            if event.stamp.origin != desk.store().origin() && listener.lost(case) {
                self.add(event, case, (Cause::Conflict, String::new()));
            }
            if !self.is_own(event, &listener.user.login) {
                for heard in listener.hears(event, case) {
                    self.add(event, case, heard);
                }
            }
        }
        self.found.retain(|notice| match cases.get(&notice.agg) {
            Some(Some(case)) => listener.holds(notice.cause, case),
            _ => true,
        });
        Ok(self.found.iter().filter(|notice| notice.pos > before).cloned().collect())
    }

    /// The latest first.
    pub fn notices(&self) -> impl ExactSizeIterator<Item = &Notice> {
        self.found.iter().rev()
    }

    pub const fn len(&self) -> usize {
        self.found.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Was it done by the person, or by a rule because of what the person did?
    fn is_own(&mut self, event: &Event, me: &Login) -> bool {
        if event.actor == *me {
            self.own.insert(event.cmd);
            self.own.extend((0..=REACTIONS_MAX).map(|n| reaction(event.cmd, event.agg, n)));
            return true;
        }
        self.own.contains(&event.cmd)
    }

    fn add(&mut self, event: &Event, case: &Case, (cause, text): Heard) {
        let before = self.found.iter().position(|it| it.cause == cause && it.agg == event.agg);
        let count = before.map_or(0, |n| self.found.remove(n).count) + 1;
        if cause == Cause::Breached {
            self.found.retain(|it| !(it.cause == Cause::AtRisk && it.agg == event.agg));
        }
        let ticket = case.ticket();
        self.found.push(Notice {
            cause,
            agg: event.agg,
            name: ticket.name(),
            title: ticket.title.to_string(),
            priority: ticket.priority,
            count,
            by: event.actor.clone(),
            at: event.at,
            text: cut(&text, TEXT),
            pos: event.pos,
        });
    }
}

impl Desk {
    /// Takes note that the person has read these news.
    pub fn mark_read(&mut self, news: &News) -> Result<(), Error> {
        let (login, now) = (self.person().login.clone(), self.now());
        let upto = news.upto;
        Ok(self.store_mut().mark_seen(&login, upto, now)?)
    }
}
