//! What a screen can ask of the desk, as data: the same commands that the command line gives.

use crate::app::proposals::{Offer, Proposal};
use crate::app::query::escalations::InboxTab;
use crate::app::run::{Requester, Target};
use crate::app::views::ViewChange;
use crate::app::{Desk, Error, Receipt};
use crate::domain::command::Verb;
use crate::domain::command::change_record::ChangeVerb;
use crate::domain::command::inbox::{Accept, NewOwner};
use crate::domain::command::log::Log;
use crate::domain::command::major::{DeclareMajor, Pursued, ReviewMajor, StandDown};
use crate::domain::command::problem::{Fix, FixBy, Open, ProblemVerb};
use crate::domain::filter::Filter;
use crate::domain::handover::{HandoverVerb, Write};
use crate::domain::id::{AggId, CmdId};
use crate::domain::refusal::{Class, Code};
use crate::domain::text::{Note, Reason, Resolution};

/// A command, before it is carried out.
#[derive(Debug, Clone)]
pub enum Command {
    /// One verb on one or more records.
    Verb(Box<Verb>, Vec<Target>),
    Log(Box<Log>, Option<Requester>),
    Merge {
        duplicates: Vec<AggId>,
        survivor: AggId,
    },
    /// A major incident with these children.
    Declare(AggId, DeclareMajor, Vec<AggId>),
    /// Children of a declared one.
    AddChildren(AggId, Vec<AggId>),
    /// The same public text on a major incident and on its open children.
    Update(AggId, Note),
    /// A major incident is over, and these children with it.
    StandDown(AggId, StandDown, Vec<AggId>),
    /// One verb on one change.
    Change(Box<ChangeVerb>, AggId),
    Problem(Box<ProblemVerb>, AggId),
    OpenProblem(Box<Open>),
    /// What the desk proposed about a problem.
    Accept(Box<Proposal>),
    Refuse(Box<Proposal>, Reason),
    /// The change of that number removes the cause of a problem.
    FixByChange(AggId, String),
    /// A major incident is reviewed; the problem of that number looks into its cause.
    ReviewMajor(AggId, Box<ReviewMajor>, String),
    /// Which incidents end with a resolved problem.
    ResolveLinked(AggId, Vec<AggId>, Resolution),
    /// A hand-over, signed by the one who leaves.
    HandOver(Box<Write>),
    /// A colleague's hand-over, signed by the one who comes.
    TakeOver(AggId),
    /// The first free ticket of a filter.
    TakeNext(Filter),
    /// The hand-off that has waited longest.
    AcceptNext,
    /// A filter under a name, as a tab of the queue.
    SaveView(String, Filter),
    ChangeView(String, ViewChange),
    /// A command by name, else the person's last.
    Undo(Option<CmdId>),
}

impl Command {
    /// A verb on records by identity.
    pub fn on(records: &[AggId], verb: Verb) -> Self {
        Self::Verb(Box::new(verb), records.iter().map(|agg| Target::from(*agg)).collect())
    }

    pub fn problem(agg: AggId, verb: ProblemVerb) -> Self {
        Self::Problem(Box::new(verb), agg)
    }

    /// Does it open a new problem?
    pub fn opens_problem(&self) -> bool {
        match self {
            Self::OpenProblem(_) => true,
            Self::Accept(proposal) => proposal.offer == Offer::Open,
            _ => false,
        }
    }

    /// Carries it out. A verb on one record is refused as such; on several, those that refuse are left alone.
    pub fn carry_out(&self, desk: &mut Desk) -> Result<Receipt, Error> {
        match self {
            Self::Verb(verb, targets) => match &targets[..] {
                [target] => desk.run(verb, *target),
                targets => desk.run_each(verb, targets),
            },
            Self::Log(log, requester) => desk.log(log, requester.as_ref()),
            Self::Merge { duplicates, survivor } => desk.merge(duplicates, *survivor),
            Self::Declare(major, verb, children) => desk.declare_major(*major, verb, children),
            Self::AddChildren(major, children) => desk.add_children(*major, children),
            Self::Update(major, text) => desk.update_major(*major, text),
            Self::StandDown(major, verb, children) => desk.stand_down(*major, verb, children),
            Self::Change(verb, agg) => desk.run_change(verb, *agg),
            Self::Problem(verb, agg) => desk.run_problem(verb, *agg),
            Self::OpenProblem(open) => desk.open_problem(open),
            Self::Accept(proposal) => desk.accept_proposal(proposal),
            Self::Refuse(proposal, reason) => desk.refuse_proposal(proposal, reason),
            Self::FixByChange(problem, number) => {
                let by = FixBy::Change(desk.find_text(number)?);
                desk.run_problem(&ProblemVerb::Fix(Fix { by }), *problem)
            }
            Self::ReviewMajor(major, review, number) => {
                let problem = Pursued::By(desk.find_text(number)?);
                desk.run(&Verb::ReviewMajor(ReviewMajor { problem, ..(**review).clone() }), *major)
            }
            Self::ResolveLinked(problem, incidents, note) => desk.resolve_linked(*problem, incidents, note),
            Self::HandOver(write) => desk.write_handover(write),
            Self::TakeOver(agg) => desk.run_handover(&HandoverVerb::SignIn, *agg, None),
            Self::TakeNext(filter) => desk.take_first(|desk, lost| desk.next_of(filter, lost)),
            Self::AcceptNext => accept_next(desk),
            Self::SaveView(name, filter) => desk.save_view(name, filter),
            Self::ChangeView(name, what) => desk.change_view(name, what),
            Self::Undo(cmd) => desk.undo(*cmd),
        }
    }
}

/// Accepts the first proposal of the inbox; one that a colleague decided meanwhile is passed over.
fn accept_next(desk: &mut Desk) -> Result<Receipt, Error> {
    let accept = Verb::Accept(Accept { owner: NewOwner::Me, note: None });
    for row in desk.inbox(InboxTab::Inbox)?.into_iter().filter(|row| row.escalation.is_open()) {
        match desk.run(&accept, row.ticket.agg) {
            Err(Error::Refused(refusal)) if refusal.code.class() == Class::Conflict => {}
            other => return other,
        }
    }
    Err(Code::NotFound.because("no hand-off waits here").into())
}
