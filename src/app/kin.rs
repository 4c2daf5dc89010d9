//! What a command does to other records than its own, in the same transaction: between a record and its tasks. The
//! decisions stand in `domain::command::kin`; here is which records they are about.

use std::collections::{BTreeMap, BTreeSet};

use super::run::Asking;
use super::tick::system;
use super::{Error, Receipt};
use crate::domain::change::Act;
use crate::domain::change_record::{ChangeRecord, Phase};
use crate::domain::command::problem::{GiveUpFix, ProblemVerb};
use crate::domain::command::{Case, kin};
use crate::domain::event::Proof;
use crate::domain::id::AggId;
use crate::domain::problem::Problem;
use crate::domain::text::Reason;
use crate::domain::ticket::Ticket;
use crate::store::Tx;

/// Looks at every record that the command changed; whatever follows on others is written by rule under the same
/// command, so that an undo takes both back. Tells the receipt.
pub(super) fn on_others(asking: &Asking<'_>, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
    let system = system();
    let proof = if asking.proof == Proof::Timer { Proof::Timer } else { Proof::Rule };
    let rule = Asking { by: &system, proof, ..*asking };
    // An undo brings back itself what its command did to others; only what must not stay open follows.
    let undoing = receipt.act == Act::Undo;
    let changed: BTreeSet<AggId> = receipt.records.iter().map(|(_, agg)| *agg).collect();
    let mut parents: BTreeMap<AggId, BTreeSet<AggId>> = BTreeMap::new();
    for agg in &changed {
        if let Some(change) = tx.change_case(*agg)? {
            on_problems(&change, &rule, tx, receipt)?;
            continue;
        }
        match tx.parent_of(*agg)? {
            Some(parent) => {
                parents.entry(parent).or_default().insert(*agg);
            }
            None => {
                let tasks = tx.tasks_of(*agg)?;
                if !tasks.is_empty()
                    && let Some(problem) = tx.problem_case(*agg)?
                {
                    on_tasks_of_problem(problem.problem(), &tasks, &rule, tx, receipt)?;
                    continue;
                }
                // Most records have none, and then the record itself need not be read again.
                let parent = if tasks.is_empty() { None } else { tx.case(*agg)? };
                let Some(parent) = parent.filter(|parent| !undoing || parent.ticket().state.terminal()) else {
                    continue;
                };
                let others = tasks.iter().filter(|task| !changed.contains(&task.agg));
                on_tasks(parent.ticket(), others, &rule, tx, receipt)?;
            }
        }
    }
    for (parent, tasks) in parents.iter().filter(|(parent, _)| !undoing && !changed.contains(*parent)) {
        on_parent(*parent, tasks, &rule, tx, receipt)?;
    }
    Ok(())
}

fn on_tasks<'c>(
    parent: &Ticket,
    tasks: impl Iterator<Item = &'c Case>,
    rule: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    for task in tasks {
        if let Some(change) = kin::task_of(parent, task, &rule.moment(tx))? {
            tx.append(task.agg, &task.is, &change, &rule.author())?;
            tell(change.act, task, receipt);
        }
    }
    Ok(())
}

/// A change that came to nothing fixes no problem any more.
fn on_problems(
    change: &Case<ChangeRecord>,
    rule: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let change_is = change.change();
    if !matches!(change_is.state, Phase::RolledBack | Phase::Cancelled) {
        return Ok(());
    }
    let reason = Reason::new(&format!("{} was {}", change_is.name(), change_is.state.said()))?;
    let verb = ProblemVerb::GiveUpFix(GiveUpFix { reason });
    for agg in tx.fixed_by(change.agg)? {
        let Some(problem) = tx.problem_case(agg)? else { continue };
        let decided = verb.decide(&problem, &rule.moment(tx))?;
        tx.append(agg, &problem.is, &decided, &rule.author())?;
        receipt.also.push((decided.act, problem.problem().name(), agg));
    }
    Ok(())
}

/// What a problem asked of others is asked no more once it has ended.
fn on_tasks_of_problem(
    problem: &Problem,
    tasks: &[Case],
    rule: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    for task in tasks.iter().filter(|_| problem.state.terminal()) {
        if let Some(change) = kin::ended_with(&problem.name(), problem.state.word(), task, &rule.moment(tx))? {
            tx.append(task.agg, &task.is, &change, &rule.author())?;
            tell(change.act, task, receipt);
        }
    }
    Ok(())
}

/// The parent of these tasks, once for all of them.
fn on_parent(
    parent: AggId,
    changed: &BTreeSet<AggId>,
    rule: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let Some(parent) = tx.case(parent)? else { return Ok(()) };
    let (these, others): (Vec<_>, Vec<_>) =
        tx.tasks_of(parent.agg)?.into_iter().partition(|task| changed.contains(&task.agg));
    let [these, others] = [these, others].map(|tasks| tasks.into_iter().map(|task| task.is.fields).collect::<Vec<_>>());
    if let Some(change) = kin::parent_of(&these, &others, &parent, &rule.moment(tx)) {
        tx.append(parent.agg, &parent.is, &change, &rule.author())?;
        tell(change.act, &parent, receipt);
    }
    Ok(())
}

/// What a person wants to know of it: that a record woke or ended, not that it has another priority.
fn tell(act: Act, case: &Case, receipt: &mut Receipt) {
    if matches!(act, Act::Resume | Act::Cancel) {
        receipt.also.push((act, case.name(), case.agg));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::app::run::Requester;
    use crate::app::{Desk, Identity};
    use crate::domain::command::bench::{login, note, question, reason};
    use crate::domain::command::close::Close;
    use crate::domain::command::hold::Hold;
    use crate::domain::command::log::{Log, Then};
    use crate::domain::command::resolve::Resolve;
    use crate::domain::command::task::{Ask, Decline, Done};
    use crate::domain::command::{Verb, bench};
    use crate::domain::incident::{Pending, ResolutionCode, State, Subcategory};
    use crate::domain::number::SiteCode;
    use crate::domain::text::{TaskAnswer, Title};
    use crate::domain::time::Secs;
    use crate::store::New;

    /// A desk of one supervisor, with a ticket in work and two questions about it.
    struct Family {
        desk: Desk,
        parent: AggId,
        tasks: [AggId; 2],
        clock: Rc<Cell<i64>>,
        _dir: tempfile::TempDir,
    }

    impl Family {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let identity = Identity { account: login("dana"), acting_as: None };
            let new = New { code: SiteCode::first(), shared: false, demo: false };
            let clock = Rc::new(Cell::new(1_790_000_000_000));
            let ticking = Rc::clone(&clock);
            let tick = Box::new(move || {
                ticking.set(ticking.get() + 1_000);
                ticking.get()
            });
            let mut desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, tick).unwrap();
            let call = Log {
                subcategory: Subcategory::LicenseFault,
                then: Then::Take,
                ..Log::titled(Title::new("No license for Cadix").unwrap())
            };
            let parent = desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap().records[0].1;
            let case = desk.record(parent).unwrap().case;
            let tasks = ["Is lic01:27000 open?", "Does lic01 resolve?"].map(|text| {
                let ask = Ask::of(question(text), case.ticket());
                desk.run(&Verb::Ask(ask), parent).unwrap().records[0].1
            });
            Self { desk, parent, tasks, clock, _dir: dir }
        }

        fn does(&mut self, verb: Verb, agg: AggId) -> Receipt {
            self.desk.run(&verb, agg).unwrap()
        }

        fn waits(&mut self) {
            let hold = Hold {
                reason: Pending::AwaitingDiscipline,
                follow_up: None,
                note: note("the network team looks at it"),
                public: true,
            };
            self.does(Verb::Hold(hold), self.parent);
        }

        fn state(&self, agg: AggId) -> State {
            self.desk.record(agg).unwrap().case.ticket().state
        }

        fn states(&self) -> [State; 3] {
            [self.parent, self.tasks[0], self.tasks[1]].map(|agg| self.state(agg))
        }

        /// The views are what the journal says.
        fn sound(&self) {
            assert_eq!(self.desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        }
    }

    fn done() -> Verb {
        Verb::Done(Done { answer: TaskAnswer::new("it is open again").unwrap() })
    }

    fn fixed() -> Verb {
        Verb::Resolve(Resolve {
            code: ResolutionCode::Fixed,
            note: bench::resolution("the license server answers again"),
            subcategory: None,
            public: true,
        })
    }

    #[test]
    fn i7_the_last_answer_wakes_the_parent_and_an_undo_puts_it_to_sleep_again() {
        let mut family = Family::new();
        family.waits();
        family.does(done(), family.tasks[0]);
        assert_eq!(family.state(family.parent), State::Pending, "another one is open");
        let decline = Decline { reason: reason("not a matter of the network") };
        let receipt = family.does(Verb::Decline(decline), family.tasks[1]);
        assert_eq!(receipt.sentence(), "declined TSK-2, resumed INC-1");
        assert_eq!(family.states(), [State::InProgress, State::Done, State::Declined]);
        let record = family.desk.history(family.parent).unwrap();
        let woken = record.last().unwrap();
        assert_eq!((woken.actor.as_str(), woken.proof), ("system", Some(Proof::Rule)));
        assert_eq!(woken.cmd, receipt.cmd);
        family.desk.undo(None).unwrap();
        assert_eq!(family.states(), [State::Pending, State::Done, State::Open]);
        family.sound();
    }

    #[test]
    fn i7_answers_to_several_tasks_at_once_wake_the_parent_once() {
        let mut family = Family::new();
        family.waits();
        let before = family.desk.history(family.parent).unwrap().len();
        let targets = family.tasks.map(Into::into);
        let receipt = family.desk.run_each(&done(), &targets).unwrap();
        assert_eq!(receipt.also.len(), 1);
        assert_eq!(family.desk.history(family.parent).unwrap().len(), before + 1);
        family.desk.undo(Some(receipt.cmd)).unwrap();
        assert_eq!(family.states(), [State::Pending, State::Open, State::Open]);
    }

    #[test]
    fn k8_a_parent_that_closes_by_itself_takes_its_open_tasks_along() {
        let mut family = Family::new();
        family.does(done(), family.tasks[0]);
        let aside = Verb::Cancel(crate::domain::command::cancel::Cancel {
            code: crate::domain::incident::CancelCode::Withdrawn,
            reason: reason("asked twice by mistake"),
            left: None,
        });
        family.does(aside, family.tasks[1]);
        let case = family.desk.record(family.parent).unwrap().case;
        let ask = Ask { blocking: false, ..Ask::of(question("Is the port watched now?"), case.ticket()) };
        let later = family.does(Verb::Ask(ask), family.parent).records[0].1;
        family.does(fixed(), family.parent);
        assert_eq!(family.state(later), State::Open);
        family.clock.set(family.clock.get() + Secs::days(6).0 * 1_000);
        family.desk.tick().unwrap();
        assert_eq!((family.state(family.parent), family.state(later)), (State::Closed, State::Cancelled));
        family.sound();
    }

    #[test]
    fn k8_closing_and_its_undo_take_the_tasks_along_both_ways() {
        let mut family = Family::new();
        for task in family.tasks {
            family.does(done(), task);
        }
        let case = family.desk.record(family.parent).unwrap().case;
        let ask = Ask { blocking: false, ..Ask::of(question("Is the port watched now?"), case.ticket()) };
        let later = family.does(Verb::Ask(ask), family.parent).records[0].1;
        family.does(fixed(), family.parent);
        let closed = family.does(Verb::Close(Close { confirmed: true }), family.parent);
        assert_eq!(closed.sentence(), "closed INC-1, cancelled TSK-3");
        family.desk.undo(Some(closed.cmd)).unwrap();
        assert_eq!((family.state(family.parent), family.state(later)), (State::Resolved, State::Open));
        family.sound();
    }

    #[test]
    fn k8_a_ticket_that_was_never_meant_leaves_no_question_behind() {
        let mut family = Family::new();
        let call = Log::titled(Title::new("raised by mistake").unwrap());
        let logged = family.desk.log(&call, Some(&Requester::Named("j.smith".into()))).unwrap();
        let parent = logged.records[0].1;
        let case = family.desk.record(parent).unwrap().case;
        let task = family.does(Verb::Ask(Ask::of(question("Why?"), case.ticket())), parent).records[0].1;
        family.desk.undo(Some(logged.cmd)).unwrap();
        assert_eq!((family.state(parent), family.state(task)), (State::Cancelled, State::Cancelled));
    }
}
