//! The commands of the desk, one verb a file: what each needs, what it checks, what it changes.
//!
//! Every `decide` is pure: person first, then the move, then the guards. It returns a change or a refusal; nothing
//! is written here.

mod access;
pub mod answer;
pub mod apply;
pub mod assign;
pub mod cancel;
pub mod change_record;
pub mod close;
pub mod edit;
pub mod escalate;
mod facts;
mod follow;
pub mod forgive;
pub mod hold;
pub mod inbox;
pub mod kin;
pub mod link;
pub mod log;
pub mod major;
pub mod note;
pub mod problem;
pub mod react;
pub mod reclassify;
pub mod recount;
pub mod reopen;
pub mod request;
pub mod resolve;
pub mod take;
pub mod task;
pub mod timer;
pub mod undo;
pub mod waive;

#[cfg(test)]
pub mod bench;

use super::change::Change;
use super::change_record::ChangeRecord;
use super::clock::Timetables;
use super::fold::Folded;
use super::id::{AggId, CmdId};
use super::install::endpoint::Endpoint;
use super::overlap::Around;
use super::policy::Policy;
use super::problem::Problem;
use super::refusal::Refusal;
use super::role::User;
use super::text::{Label, Login};
use super::ticket::Ticket;
use super::time::Instant;
use super::trigger::{demand_answered, judge};
pub use facts::{next_crossing, own};
pub use follow::follow;

/// Who asks, when, under which policy, and where other records can be looked up.
pub struct Moment<'a> {
    pub by: &'a User,
    /// A timer or a rule asks, not a person, whatever name it goes by.
    pub rule: bool,
    /// What holds for the record at hand: its contract's policy while that is in force, else the desk's.
    pub policy: &'a Policy,
    /// The desk's policy, which alone knows the contracts.
    pub base: &'a Policy,
    pub now: Instant,
    pub cmd: CmdId,
    pub desk: &'a dyn Lookup,
}

impl<'a> Moment<'a> {
    /// The same moment for a record under that contract.
    pub fn under(&self, contract: Option<&Label>) -> Moment<'a> {
        Moment { policy: self.base.under(contract, self.now), ..*self }
    }
}

/// What a decision may look at beyond its own record.
pub trait Lookup: Timetables {
    fn user(&self, login: &Login) -> Option<User>;
    /// Active supervisors, by account.
    fn supervisors(&self) -> Vec<User>;
    fn ticket(&self, agg: AggId) -> Option<Ticket>;
    /// The tasks of a record, oldest first.
    fn tasks(&self, parent: AggId) -> Vec<Ticket>;
    /// Civil dates (UTC) on which a technician wrote to the requester of that record.
    fn contact_days(&self, agg: AggId) -> usize;
    /// What is known of a machine.
    fn endpoint(&self, host: &Label) -> Option<Endpoint>;
    /// What other open incidents say of a fault.
    fn around(&self, case: &Case) -> Around;
    /// Incidents alike logged since an instant, this one included; cancelled ones and duplicates are not counted.
    fn alike(&self, ticket: &Ticket, since: Instant) -> i64;
    fn problem(&self, agg: AggId) -> Option<Problem>;
    /// The incidents that a problem is the cause of, oldest first.
    fn incidents_of(&self, problem: AggId) -> Vec<(AggId, Ticket)>;
    /// Incidents like those of a problem that were logged since an instant; cancelled ones and duplicates are not
    /// counted.
    fn recurred(&self, problem: AggId, since: Instant) -> i64;
    fn change(&self, agg: AggId) -> Option<ChangeRecord>;
    /// How far a change is that removes a cause; `None` if there is no such change.
    fn fix(&self, change: AggId) -> Option<FixState> {
        self.change(change).map(|change| change.fix_state())
    }
    /// Is an open incident like that one a major incident or a candidate, or did one logged since an instant raise that
    /// question?
    fn major_alike(&self, ticket: &Ticket, since: Instant) -> bool;
}

/// How far a change is that removes the cause of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixState {
    UnderWay,
    /// Completed or closed, with success at least in part.
    Completed,
    /// Rolled back, cancelled, or closed without success.
    Failed,
}

/// The record that a command is about, with its escalations.
#[derive(Debug, Clone)]
pub struct Case<F = Ticket> {
    pub agg: AggId,
    pub is: Folded<F>,
}

impl Case {
    pub fn ticket(&self) -> &Ticket {
        &self.is.fields
    }

    pub fn name(&self) -> String {
        self.is.fields.name()
    }
}

/// Everything a person or a timer can want of one ticket.
#[expect(clippy::large_enum_variant, reason = "one at a time, and boxed where a screen keeps it")]
#[derive(Debug, Clone)]
pub enum Verb {
    Take(take::Take),
    Assign(assign::Assign),
    Start(take::Start),
    Release(assign::Release),
    Note(note::AddNote),
    Hold(hold::Hold),
    Resume(hold::Resume),
    Resolve(resolve::Resolve),
    Close(close::Close),
    Reopen(reopen::Reopen),
    Cancel(cancel::Cancel),
    Reclassify(reclassify::Reclassify),
    Edit(edit::Edit),
    Tag(edit::Tagging),
    Link(link::AddLink),
    ApplyWorkaround(apply::ApplyWorkaround),
    ResolveWithProblem(apply::ResolveWithProblem),
    Unlink(link::Unlink),
    Merge(link::Merge),
    Answer(answer::GiveAnswers),
    Ask(task::Ask),
    Decline(task::Decline),
    Done(task::Done),
    Escalate(escalate::Escalate),
    Accept(inbox::Accept),
    Return(inbox::Return),
    Withdraw(inbox::Withdraw),
    HandBack(inbox::HandBack),
    Defer(inbox::Defer),
    Review(inbox::Review),
    FixOwner(assign::FixOwner),
    Waive(waive::Waive),
    ProposeMajor(major::ProposeMajor),
    DeclareMajor(major::DeclareMajor),
    RefuseMajor(major::RefuseMajor),
    StandDown(major::StandDown),
    ResolveChild(major::ResolveChild),
    ReviewMajor(major::ReviewMajor),
    Request(request::Step),
    Timer(timer::Due),
    Forgive(forgive::Forgive),
}

impl Verb {
    /// What the verb changes on this record, or why not. All of it goes by the record's own contract.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let at = &at.under(case.ticket().contract.as_ref());
        if self.demands_answers() && !at.rule {
            let judged = judge(case.ticket(), &facts::facts(case, at), at.policy);
            demand_answered(case.is.latches.all(), &judged, case.is.visits)?;
        }
        self.alone(case, at).map(|change| follow(case, change, at))
    }

    /// Does it wait until what the rules demand was proposed or waived?
    const fn demands_answers(&self) -> bool {
        match self {
            Self::Hold(_)
            | Self::Resume(_)
            | Self::Resolve(_)
            | Self::StandDown(_)
            | Self::ResolveChild(_)
            | Self::ResolveWithProblem(_) => true,
            Self::Request(step) => step.ends(),
            _ => false,
        }
    }

    /// The verb itself, without what follows from it.
    fn alone(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        match self {
            Self::Take(it) => it.decide(case, at),
            Self::Assign(it) => it.decide(case, at),
            Self::Start(it) => it.decide(case, at),
            Self::Release(it) => it.decide(case, at),
            Self::Note(it) => it.decide(case, at),
            Self::Hold(it) => it.decide(case, at),
            Self::Resume(it) => it.decide(case, at),
            Self::Resolve(it) => it.decide(case, at),
            Self::Close(it) => it.decide(case, at),
            Self::Reopen(it) => it.decide(case, at),
            Self::Cancel(it) => it.decide(case, at),
            Self::Reclassify(it) => it.decide(case, at),
            Self::Edit(it) => it.decide(case, at),
            Self::Tag(it) => it.decide(case, at),
            Self::Link(it) => it.decide(case, at),
            Self::ApplyWorkaround(it) => it.decide(case, at),
            Self::ResolveWithProblem(it) => it.decide(case, at),
            Self::Unlink(it) => it.decide(case, at),
            Self::Merge(it) => it.decide(case, at),
            Self::Answer(it) => it.decide(case, at),
            Self::Ask(it) => it.decide(case, at),
            Self::Decline(it) => it.decide(case, at),
            Self::Done(it) => it.decide(case, at),
            Self::Escalate(it) => it.decide(case, at),
            Self::Accept(it) => it.decide(case, at),
            Self::Return(it) => it.decide(case, at),
            Self::Withdraw(it) => it.decide(case, at),
            Self::HandBack(it) => it.decide(case, at),
            Self::Defer(it) => it.decide(case, at),
            Self::Review(it) => it.decide(case, at),
            Self::FixOwner(it) => it.decide(case, at),
            Self::Waive(it) => it.decide(case, at),
            Self::ProposeMajor(it) => it.decide(case, at),
            Self::DeclareMajor(it) => it.decide(case, at),
            Self::RefuseMajor(it) => it.decide(case, at),
            Self::StandDown(it) => it.decide(case, at),
            Self::ResolveChild(it) => it.decide(case, at),
            Self::ReviewMajor(it) => it.decide(case, at),
            Self::Request(it) => it.decide(case, at),
            Self::Timer(it) => it.decide(case, at),
            Self::Forgive(it) => it.decide(case, at),
        }
    }
}
