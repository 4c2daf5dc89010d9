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
        let due = case.ticket().major_review_due_at.filter(|_| case.ticket().major_state == MajorState::StoodDown);
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::app::Identity;
    use crate::app::run::Requester;
    use crate::domain::command::bench::{login, note, reason, resolution};
    use crate::domain::command::log::{Log, Then};
    use crate::domain::command::major::{Pursued, ReviewMajor};
    use crate::domain::command::resolve::Resolve;
    use crate::domain::fold::world::title;
    use crate::domain::incident::{ResolutionCode, State, Subcategory};
    use crate::domain::number::SiteCode;
    use crate::domain::policy::Policy;
    use crate::domain::text::Lesson;
    use crate::domain::time::Secs;
    use crate::store::New;

    /// A desk of one supervisor, where INC-1 is declared and INC-2 and INC-3 are its children. No rule moves them.
    struct Outage {
        desk: Desk,
        all: [AggId; 3],
        clock: Rc<Cell<i64>>,
        _dir: tempfile::TempDir,
    }

    impl Outage {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let identity = Identity { account: login("dana"), acting_as: None };
            let new = New { code: SiteCode::first(), shared: false, demo: false };
            let clock = Rc::new(Cell::new(1_790_000_000_000));
            let told = Rc::clone(&clock);
            let policy = Policy::parse("escalation.disabled = [\"TR17\"]", "test").ok();
            let path = dir.path().join("desk.db");
            let mut desk = Desk::create(&path, &new, policy, &identity, Box::new(move || told.get())).unwrap();
            let all = [1, 2, 3].map(|n| {
                let call =
                    Log { subcategory: Subcategory::Error, then: Then::Take, ..Log::titled(title("ERP is down")) };
                desk.log(&call, Some(&Requester::Named(format!("u{n}.smith")))).unwrap().records[0].1
            });
            let declare = DeclareMajor { reason: reason("nobody can work with it"), lead: login("dana") };
            desk.declare_major(all[0], &declare, &all[1..]).unwrap();
            Self { desk, all, clock, _dir: dir }
        }

        fn states(&self) -> [State; 3] {
            self.all.map(|agg| self.desk.record(agg).unwrap().case.ticket().state)
        }

        fn stands_down(&mut self, children: &[AggId]) -> Receipt {
            let note = resolution("the application server was restarted");
            let resolve = Some(Resolve { code: ResolutionCode::Fixed, note, subcategory: None, public: true });
            self.desk.stand_down(self.all[0], &StandDown { resolve }, children).unwrap()
        }

        fn pass(&mut self, days: i64) {
            self.clock.set(self.clock.get() + Secs::days(days).0 * 1_000);
            self.desk.tick().unwrap();
        }
    }

    #[test]
    fn closing_by_itself_waits_for_the_review_and_a_late_one_is_called_for_once() {
        let mut outage = Outage::new();
        let children = outage.all[1..].to_vec();
        outage.stands_down(&children);
        assert_eq!(outage.states(), [State::Resolved; 3]);
        outage.pass(9);
        assert_eq!(outage.states(), [State::Resolved, State::Closed, State::Closed], "only the children closed");
        assert!(outage.desk.majors().unwrap()[0].review_overdue);
        let calls = |outage: &Outage| outage.desk.record(outage.all[0]).unwrap().case.is.escalations.len();
        assert_eq!(calls(&outage), 2, "one when it was declared, one for the review");
        outage.pass(9);
        assert_eq!(calls(&outage), 2);
        let lesson = |text| Lesson::new(text).unwrap();
        let review = ReviewMajor {
            timeline: lesson("first call at nine, over at ten"),
            helped: lesson("restarting the server"),
            cause: None,
            problem: Pursued::Not(reason("it was a single power failure")),
        };
        outage.desk.run(&Verb::ReviewMajor(review), outage.all[0]).unwrap();
        let reviewed = outage.desk.now();
        outage.pass(1);
        let ticket = outage.desk.record(outage.all[0]).unwrap().case.is.fields;
        assert_eq!((ticket.state, ticket.closed_at), (State::Closed, Some(reviewed)), "not before it was reviewed");
        assert!(outage.desk.majors().unwrap().is_empty() && outage.desk.declared().unwrap().is_none());
        assert_eq!(outage.desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
    }

    #[test]
    fn one_word_reaches_every_open_child_and_one_undo_takes_it_back() {
        let mut outage = Outage::new();
        let told = outage.desk.update_major(outage.all[0], &note("we are on it")).unwrap();
        assert_eq!(told.sentence(), "replied on INC-1 INC-2 INC-3");
        let events = |outage: &Outage| outage.all.map(|agg| outage.desk.history(agg).unwrap().len());
        let before = events(&outage);
        let again = outage.desk.update_major(outage.all[0], &note("it comes back now")).unwrap();
        assert_eq!(events(&outage), before.map(|n| n + 1), "one event each");
        outage.desk.undo(Some(again.cmd)).unwrap();
        let said = outage.all.map(|agg| outage.desk.record(agg).unwrap().worklog.len());
        assert_eq!(said, [1; 3]);
        let band = outage.desk.declared().unwrap().unwrap();
        assert_eq!((band.name.as_str(), band.children, band.more), ("INC-1", 2, 0));
        assert_eq!(band.next_update, Some(outage.desk.now() + Secs::minutes(30)));
    }

    #[test]
    fn an_undo_of_a_declaration_is_as_if_it_had_never_been() {
        let mut outage = Outage::new();
        outage.desk.undo(None).unwrap();
        assert!(outage.desk.majors().unwrap().is_empty());
        assert!(outage.desk.store().children(outage.all[0]).unwrap().is_empty());
        assert_eq!(outage.desk.record(outage.all[0]).unwrap().case.ticket().priority.n(), 4);
        assert_eq!(outage.desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
    }
}
