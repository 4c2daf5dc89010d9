//! Problems with the incidents they cause: what one command does to all of them.

use super::run::{Asking, Target, begin, current, step};
use super::tick::system;
use super::{Desk, Error, Receipt};
use crate::domain::change::Act;
use crate::domain::command::apply::ResolveWithProblem;
use crate::domain::command::link::AddLink;
use crate::domain::command::problem::{AnswerOffer, Open, ProblemVerb, Woken, wakes_at};
use crate::domain::command::{Case, Verb};
use crate::domain::event::Proof;
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, CmdId};
use crate::domain::incident::{Pending, State};
use crate::domain::number::Kind;
use crate::domain::problem::{DetectionSource, Problem};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Resolution;
use crate::domain::ticket::{Link, LinkKind, Ticket};
use crate::domain::time::{Instant, Secs};
use crate::store::record::Entry;
use crate::store::{Tx, fresh};

/// A problem as its screen and `show` tell it.
#[derive(Debug, Clone)]
pub struct ProblemView {
    pub case: Case<Problem>,
    /// Oldest first, in whatever state.
    pub incidents: Vec<(AggId, Ticket)>,
    /// Oldest first.
    pub worklog: Vec<Entry>,
    /// What was asked of vendors about it, oldest first.
    pub tasks: Vec<Ticket>,
    /// Somebody should have looked at it by now.
    pub review_due: bool,
}

/// A linked incident that could end with its problem.
#[derive(Debug, Clone)]
pub struct Offered {
    pub agg: AggId,
    pub ticket: Ticket,
    /// It waits for this problem, so it is meant unless someone says otherwise.
    pub ticked: bool,
    /// What would stand against it.
    pub refused: Option<Refusal>,
}

impl Desk {
    /// The problem with what belongs to it. Refuses `not_found`.
    pub fn problem(&self, agg: AggId) -> Result<ProblemView, Error> {
        let case = self.store().problem(agg)?.ok_or_else(missing)?;
        let worklog = self.store().problem_worklog(agg)?;
        self.with_its_own(case, worklog)
    }

    /// The problem as it stood at an instant; its incidents and tasks as they stand now.
    pub fn problem_at(&self, agg: AggId, at: Instant) -> Result<ProblemView, Error> {
        let found = self.store().problem_at(agg, at)?;
        let (case, worklog) = found.ok_or_else(|| Code::NotFound.because(format!("it did not exist at {at}")))?;
        self.with_its_own(case, worklog)
    }

    fn with_its_own(&self, case: Case<Problem>, worklog: Vec<Entry>) -> Result<ProblemView, Error> {
        let mut tasks = Vec::new();
        for task in self.store().tasks(case.agg)? {
            tasks.extend(self.store().case(task)?.map(|case| case.is.fields));
        }
        let today = self.policy().date(self.now());
        Ok(ProblemView {
            review_due: case.problem().review_on.is_some_and(|day| day < today),
            incidents: self.store().incidents_of(case.agg)?,
            worklog,
            tasks,
            case,
        })
    }

    /// Every problem that has not ended, and those that ended in the last 90 days: open ones first, by priority and age.
    pub fn problems(&self) -> Result<Vec<ProblemView>, Error> {
        let mut aggs = self.store().open_problems()?;
        aggs.extend(self.store().problems_over_since(self.now() - Secs::days(90))?);
        let mut views = aggs.into_iter().map(|agg| self.problem(agg)).collect::<Result<Vec<_>, _>>()?;
        views.sort_by_key(|view| {
            let problem = view.case.problem();
            (!problem.state.open(), problem.state.terminal(), problem.priority, problem.logged_at)
        });
        Ok(views)
    }

    /// What a problem would be logged with that these incidents led to; `None` when none is given. Refuses
    /// `not_found`.
    pub fn suspected(&self, incidents: &[AggId], source: DetectionSource) -> Result<Option<Open>, Error> {
        let mut tickets = Vec::new();
        for agg in incidents {
            let case = self.store().case(*agg)?;
            let case = case.ok_or_else(|| Code::NotFound.because("one of these is no ticket"))?;
            tickets.push((*agg, case.is.fields));
        }
        Ok(Open::from_incidents(&tickets, source))
    }

    /// Logs a problem and links the incidents that led to it; those that refuse the link are named.
    pub fn open_problem(&mut self, open: &Open) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| open_one(open, asking, tx, receipt))
    }

    /// One verb on one problem.
    pub fn run_problem(&mut self, verb: &ProblemVerb, target: impl Into<Target>) -> Result<Receipt, Error> {
        let target = target.into();
        self.write(|asking, tx, receipt| step_problem(verb, target, asking, tx, receipt))
    }

    /// The open incidents of a problem, each with what resolving it with the problem would come to. Nothing is written.
    pub fn resolution_offer(&mut self, problem: AggId, note: &Resolution) -> Result<Vec<Offered>, Error> {
        let case = self.store().problem(problem)?.ok_or_else(missing)?;
        let fix = case.problem().fix_change;
        let incidents = self.store().incidents_of(problem)?;
        let mut offered = Vec::new();
        self.write(|asking, tx, _| {
            for (agg, ticket) in incidents.into_iter().filter(|(_, ticket)| may_end(ticket)) {
                let verb = Verb::ResolveWithProblem(ResolveWithProblem { problem, note: note.clone() });
                let decided = match tx.case(agg)? {
                    Some(case) => verb.decide(&case, &asking.moment(tx)),
                    None => continue,
                };
                let waits = ticket.pending_reason;
                let ticked =
                    waits == Some(Pending::AwaitingProblem) || waits == Some(Pending::AwaitingChange) && fix.is_some();
                offered.push(Offered { agg, ticket, ticked, refused: decided.err() });
            }
            Ok(())
        })?;
        Ok(offered)
    }

    /// Answers the offer of a resolved problem: these of its incidents end with it; none is an answer too. One whose
    /// guards stand against it is left alone and named.
    pub fn resolve_linked(
        &mut self,
        problem: impl Into<Target>,
        incidents: &[AggId],
        note: &Resolution,
    ) -> Result<Receipt, Error> {
        let target = problem.into();
        self.write(|asking, tx, receipt| {
            step_problem(&ProblemVerb::AnswerOffer(AnswerOffer), target, asking, tx, receipt)?;
            let verb = Verb::ResolveWithProblem(ResolveWithProblem { problem: target.agg, note: note.clone() });
            let mut ended = Receipt::new(asking.cmd);
            for incident in incidents {
                step(&verb, (*incident).into(), asking, tx, &mut ended)?;
            }
            receipt.also.extend(ended.records.into_iter().map(|(name, agg)| (Act::Resolve, name, agg)));
            receipt.skipped = ended.skipped;
            Ok(())
        })
    }
}

/// Does the end of its problem concern that incident? Not one that waits for its requester, a vendor or a colleague.
fn may_end(ticket: &Ticket) -> bool {
    let waits = ticket.pending_reason;
    matches!(ticket.state, State::Queued | State::Assigned | State::InProgress)
        || ticket.state == State::Pending && matches!(waits, Some(Pending::AwaitingProblem | Pending::AwaitingChange))
}

/// A new problem with its incidents inside a transaction.
pub(super) fn open_one(open: &Open, asking: &Asking<'_>, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
    let agg: AggId = fresh();
    let change = open.decide(tx.next_number(Kind::Problem)?, tx.home(), &asking.moment(tx))?;
    let folded = tx.append(agg, &Folded::default(), &change, &asking.author())?;
    let mut linked = Receipt::new(asking.cmd);
    let verb = Verb::Link(AddLink { link: Link { kind: LinkKind::SymptomOf, to: agg } });
    for incident in &open.incidents {
        step(&verb, (*incident).into(), asking, tx, &mut linked)?;
    }
    receipt.act = Act::Log;
    receipt.records.push((folded.fields.name(), agg));
    receipt.also.extend(linked.records.into_iter().map(|(name, agg)| (Act::Link, name, agg)));
    receipt.skipped = linked.skipped;
    Ok(())
}

/// One verb on one problem inside a transaction.
pub(super) fn step_problem(
    verb: &ProblemVerb,
    target: Target,
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let case = tx.problem_case(target.agg)?.ok_or_else(missing)?;
    let case = settle_problem(case, asking, tx)?;
    current(&case.problem().name(), case.is.rev, target.rev)?;
    let mut change = verb.decide(&case, &asking.moment(tx))?;
    receipt.act = change.act;
    let begun = change.begins.take();
    let wrote = tx.append_difference(case.agg, &case.is, &change, &asking.author())?;
    if let Some(begun) = begun {
        let (name, agg) = begin(*begun, asking, tx)?;
        receipt.act = Act::Log;
        receipt.records.push((name, agg));
        return Ok(());
    }
    receipt.tell(wrote, case.problem().name(), case.agg);
    Ok(())
}

/// Ends its wait at its own instant if that is over, before anything else happens to it.
pub(super) fn settle_problem(
    case: Case<Problem>,
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
) -> Result<Case<Problem>, Error> {
    let Some(due) = wakes_at(case.problem()).filter(|due| *due <= asking.now) else { return Ok(case) };
    let system = system();
    let cmd = CmdId::derived(&[b"timer", case.agg.bytes(), b"problem_wake", &due.0.to_be_bytes()]);
    let timer = Asking { by: &system, proof: Proof::Timer, policy: asking.policy, now: due, cmd };
    match ProblemVerb::Woken(Woken).decide(&case, &timer.moment(tx)) {
        Ok(change) => {
            let is = tx.append(case.agg, &case.is, &change, &timer.author())?;
            Ok(Case { agg: case.agg, is })
        }
        // Whatever stands against it, it holds up nobody.
        Err(_) => Ok(case),
    }
}

fn missing() -> Refusal {
    Code::NotFound.because("there is no such problem")
}
