//! Major incidents with their children: what one command does to all of them, and what there is to know of each.

use super::run::{Asking, Target, step};
use super::{Desk, Error, Receipt};
use crate::domain::clock::ClockKind;
use crate::domain::command::major::{DeclareMajor, ResolveChild, StandDown};
use crate::domain::command::note::AddNote;
use crate::domain::command::{Case, Verb, link};
use crate::domain::id::AggId;
use crate::domain::incident::{MajorState, Visibility};
use crate::domain::refusal::Code;
use crate::domain::text::{Login, Note};
use crate::domain::ticket::{Link, LinkKind, Ticket};
use crate::domain::time::Instant;
use crate::store::Tx;

/// A major incident, or a candidate for one, as lists and the band show it.
#[derive(Debug, Clone)]
pub struct MajorView {
    pub case: Case,
    /// Oldest first, in whatever state.
    pub children: Vec<(AggId, Ticket)>,
    /// When all who are affected are to be told something, at the latest.
    pub next_update: Option<Instant>,
    /// Its review should have been written by now.
    pub review_overdue: bool,
}

/// The declared major incident whose news are due first, as the band over every screen tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    pub name: String,
    pub title: String,
    pub lead: Option<Login>,
    pub children: usize,
    pub next_update: Option<Instant>,
    /// Other declared ones.
    pub more: usize,
}

impl MajorView {
    /// The children that still stand in a queue.
    pub fn open(&self) -> impl Iterator<Item = &(AggId, Ticket)> {
        self.children.iter().filter(|(_, child)| child.state.open())
    }
}

impl Desk {
    /// Every major incident and candidate that nobody is done with, oldest first.
    pub fn majors(&self) -> Result<Vec<MajorView>, Error> {
        self.store().majors()?.into_iter().map(|agg| self.major(agg)).collect()
    }

    /// The declared major incident that needs a word first.
    pub fn declared(&self) -> Result<Option<Declared>, Error> {
        let mut cases = Vec::new();
        for agg in self.store().majors()? {
            cases.extend(self.store().case(agg)?.filter(|case| case.ticket().major_state == MajorState::Declared));
        }
        let first = cases.iter().min_by_key(|case| next_update(case).unwrap_or(Instant(i64::MAX)));
        let Some(first) = first else { return Ok(None) };
        let ticket = first.ticket();
        Ok(Some(Declared {
            name: ticket.name(),
            title: ticket.title.to_string(),
            lead: ticket.major_lead.clone(),
            children: self.store().children(first.agg)?.len(),
            next_update: next_update(first),
            more: cases.len() - 1,
        }))
    }

    /// One incident with its children. Refuses `not_found`.
    pub fn major(&self, agg: AggId) -> Result<MajorView, Error> {
        let case = self.store().case(agg)?.ok_or_else(|| Code::NotFound.because("the record does not exist"))?;
        let mut children = Vec::new();
        for child in self.store().children(agg)? {
            children.extend(self.store().case(child)?.map(|case| (case.agg, case.is.fields)));
        }
        let due = case.ticket().major_review_due.filter(|_| case.ticket().major_state == MajorState::StoodDown);
        Ok(MajorView {
            next_update: next_update(&case),
            review_overdue: due.is_some_and(|due| due < self.now()),
            children,
            case,
        })
    }

    /// Incidents alike, logged not long before it or since, that could become its children.
    pub fn could_join(&self, major: &Case) -> Result<Vec<(AggId, Ticket)>, Error> {
        let since = major.ticket().logged_at - self.policy_of(major.ticket()).major.cluster_window;
        let mut found = Vec::new();
        for agg in self.store().could_join(major, since)? {
            found.extend(self.store().case(agg)?.map(|case| (agg, case.is.fields)));
        }
        Ok(found)
    }

    /// Declares a major incident with these children.
    pub fn declare_major(
        &mut self,
        major: impl Into<Target>,
        verb: &DeclareMajor,
        children: &[AggId],
    ) -> Result<Receipt, Error> {
        let target = major.into();
        self.with_children(&Verb::DeclareMajor(verb.clone()), target, |asking, tx, receipt| {
            link_all(target.agg, children, asking, tx, receipt)
        })
    }

    /// Makes incidents children of a declared one.
    pub fn add_children(&mut self, major: AggId, children: &[AggId]) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| link_all(major, children, asking, tx, receipt))
    }

    /// One public update on the incident and on each of its open children. Refuses `illegal_transition` for one that was
    /// never declared.
    pub fn update_major(&mut self, major: impl Into<Target>, text: &Note) -> Result<Receipt, Error> {
        let target = major.into();
        let case = self.major(target.agg)?.case;
        if !case.ticket().major_state.ever_declared() {
            return Err(Code::IllegalTransition
                .because(format!("{} is no declared major incident", case.name()))
                .hint("`tierdesk reply` writes to its requester alone")
                .into());
        }
        let verb = Verb::Note(AddNote { text: text.clone(), vis: Visibility::Requester });
        self.with_children(&verb, target, |asking, tx, receipt| {
            for child in tx.children(target.agg)? {
                if tx.case(child)?.is_some_and(|case| case.ticket().state.open()) {
                    step(&verb, child.into(), asking, tx, receipt)?;
                }
            }
            Ok(())
        })
    }

    /// Service is restored: the incident is resolved and, as confirmed, these children with it.
    pub fn stand_down(
        &mut self,
        major: impl Into<Target>,
        verb: &StandDown,
        children: &[AggId],
    ) -> Result<Receipt, Error> {
        let target = major.into();
        self.with_children(&Verb::StandDown(verb.clone()), target, |asking, tx, receipt| {
            let along = Verb::ResolveChild(ResolveChild { of: target.agg });
            for child in children {
                step(&along, (*child).into(), asking, tx, receipt)?;
            }
            Ok(())
        })
    }

    /// A verb on the incident itself and then, unless that was refused, what it brings to others: all under one
    /// command, so that one undo takes it back. The receipt is that of the verb.
    fn with_children(
        &mut self,
        verb: &Verb,
        major: Target,
        then: impl FnOnce(&Asking<'_>, &mut Tx<'_>, &mut Receipt) -> Result<(), Error>,
    ) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            step(verb, major, asking, tx, receipt)?;
            if let Some((_, refusal)) = receipt.skipped.pop() {
                return Err(refusal.into());
            }
            let act = receipt.act;
            then(asking, tx, receipt)?;
            receipt.act = act;
            Ok(())
        })
    }
}

fn next_update(case: &Case) -> Option<Instant> {
    case.is.clocks.last(ClockKind::Update).filter(|kept| kept.running()).and_then(|kept| kept.due)
}

fn link_all(
    major: AggId,
    children: &[AggId],
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let verb = Verb::Link(link::AddLink { link: Link { kind: LinkKind::ChildOfMajor, to: major } });
    for child in children {
        step(&verb, (*child).into(), asking, tx, receipt)?;
    }
    Ok(())
}
