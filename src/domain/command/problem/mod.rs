//! What people want of a problem, one verb or two a file. As for tickets, every `decide` is pure: person first, then
//! the move, then the guards.

mod analyse;
mod ask;
mod end;
mod fix;
mod known;
mod open;
mod own;
mod refuse;
mod resolve;
mod wait;
mod workaround;

#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};

pub use analyse::{Edit, Explain, SetWhy};
pub use ask::AskVendor;
pub use end::{AcceptRisk, Cancel, Close, Reopen};
pub use fix::{Fix, FixBy, GiveUpFix};
pub use known::{KnownError, Statement};
pub use open::Open;
pub use own::{Assign, Own};
pub use refuse::RefuseCluster;
pub use resolve::{AnswerOffer, NoFix, Resolve};
pub use wait::{Hold, Resume, Woken};
pub use workaround::{Publish, TestedOn};

use super::undo::Undoes;
use super::{Case, Moment, note};
use crate::domain::change::{Act, Change};
use crate::domain::event::{Body, Write};
use crate::domain::field::Fields;
use crate::domain::problem::{Problem, ProblemCancel, ProblemState};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Login;
use crate::domain::time::{Instant, Secs};

/// Everything a person or a timer can want of one problem.
#[derive(Debug, Clone)]
pub enum ProblemVerb {
    Own(Own),
    Assign(Assign),
    Edit(Edit),
    SetWhy(SetWhy),
    Explain(Explain),
    Publish(Publish),
    KnownError(KnownError),
    Fix(Fix),
    GiveUpFix(GiveUpFix),
    AskVendor(AskVendor),
    Resolve(Resolve),
    NoFix(NoFix),
    AnswerOffer(AnswerOffer),
    Hold(Hold),
    Resume(Resume),
    Woken(Woken),
    Close(Close),
    AcceptRisk(AcceptRisk),
    Reopen(Reopen),
    Cancel(Cancel),
    Note(note::AddNote),
}

impl ProblemVerb {
    /// What the verb changes on this problem, or why not.
    pub fn decide(&self, case: &Case<Problem>, at: &Moment) -> Result<Change<Problem>, Refusal> {
        let mut change = match self {
            Self::Own(it) => it.decide(case, at),
            Self::Assign(it) => it.decide(case, at),
            Self::Edit(it) => it.decide(case, at),
            Self::SetWhy(it) => it.decide(case, at),
            Self::Explain(it) => it.decide(case, at),
            Self::Publish(it) => it.decide(case, at),
            Self::KnownError(it) => it.decide(case, at),
            Self::Fix(it) => it.decide(case, at),
            Self::GiveUpFix(it) => it.decide(case, at),
            Self::AskVendor(it) => it.decide(case, at),
            Self::Resolve(it) => it.decide(case, at),
            Self::NoFix(it) => it.decide(case, at),
            Self::AnswerOffer(it) => it.decide(case, at),
            Self::Hold(it) => it.decide(case, at),
            Self::Resume(it) => it.decide(case, at),
            Self::Woken(it) => it.decide(case, at),
            Self::Close(it) => it.decide(case, at),
            Self::AcceptRisk(it) => it.decide(case, at),
            Self::Reopen(it) => it.decide(case, at),
            Self::Cancel(it) => it.decide(case, at),
            Self::Note(it) => {
                at.desk_person()?;
                Ok(Change::of(Act::Note, &case.is.fields).note(crate::domain::incident::Visibility::Internal, &it.text))
            }
        }?;
        if change.next.state.open() {
            change.next.priority = change.next.computed_priority(at.policy);
        }
        if !at.rule && change.next != case.is.fields {
            change.next.woke = false;
        }
        Ok(change)
    }
}

impl ProblemVerb {
    /// Does it end a problem, so that its incidents may end with it?
    pub const fn resolves(&self) -> bool {
        matches!(self, Self::Resolve(_) | Self::NoFix(_))
    }
}

impl Case<Problem> {
    pub const fn problem(&self) -> &Problem {
        &self.is.fields
    }
}

impl Undoes for Problem {
    fn name(&self) -> String {
        Self::name(self)
    }

    fn taken_out(case: &Case<Self>, at: &Moment) -> Option<Change<Self>> {
        if case.problem().state == ProblemState::Cancelled {
            return None;
        }
        let mut change = Change::of(Act::Undo, case.problem());
        enter(&mut change.next, ProblemState::Cancelled, at);
        change.next.cancel_code = Some(ProblemCancel::RaisedInError);
        change.next.closed_at = Some(at.now);
        Some(change)
    }

    /// The priority follows from impact and urgency as the undo leaves them.
    fn mend(back: &mut Body, case: &Case<Self>, at: &Moment) {
        let mut after = case.problem().clone();
        for (name, write) in &back.set {
            after.write(name, &write.to);
        }
        back.set.remove("priority");
        if after.state.open() {
            after.priority = case.problem().priority;
            let (from, to) = (after.priority, after.computed_priority(at.policy));
            if from != to {
                let write = Write { from: from.n().into(), to: to.n().into(), seen: case.is.seen("priority") };
                back.set.insert("priority".to_owned(), write);
            }
        }
    }
}

impl Moment<'_> {
    /// A technician of tier 2 or above, or a supervisor: who looks for causes.
    fn investigator(&self) -> Result<(), Refusal> {
        if self.by.investigates() || self.rule {
            return Ok(());
        }
        Err(self.not_permitted("a technician of tier 2 or above, or a supervisor"))
    }

    /// The problem's owner or a supervisor.
    pub(super) fn problem_owner(&self, problem: &Problem) -> Result<(), Refusal> {
        if self.is_supervisor() || self.by.active && problem.owner.as_ref() == Some(&self.by.login) {
            return Ok(());
        }
        let owner = problem.owner.as_ref().map_or("nobody", Login::as_str);
        Err(self.not_permitted(&format!("its owner ({owner}) or a supervisor")))
    }

    /// Today at the desk.
    fn today(&self) -> NaiveDate {
        self.base.date(self.now)
    }
}

/// Moves a problem to a state at this moment and clears what belongs to the one it leaves.
fn enter(next: &mut Problem, state: ProblemState, at: &Moment) {
    if next.state != state {
        next.state_since = at.now;
    }
    next.state = state;
    if state != ProblemState::Pending {
        next.waits_in = None;
        next.wait_reason = None;
        next.follow_up_at = None;
    }
    if !state.open() {
        next.review_on = None;
    }
}

/// The next look at it: the day named, or the last one that the state allows. Refuses `followup_out_of_range`.
fn review_by(state: ProblemState, asked: Option<NaiveDate>, at: &Moment) -> Result<Option<NaiveDate>, Refusal> {
    let rules = &at.policy.problem;
    let longest = match state {
        ProblemState::KnownError => rules.review_known_error,
        ProblemState::FixInProgress => rules.review_fix_in_progress,
        ProblemState::New | ProblemState::Investigating => rules.review_investigating,
        ProblemState::Pending | ProblemState::Resolved | ProblemState::Closed | ProblemState::Cancelled => {
            return Ok(None);
        }
    };
    within(asked, longest, "the review", at).map(Some)
}

/// A day after today and within that length; the last such day where none is named. Refuses `followup_out_of_range`.
fn within(asked: Option<NaiveDate>, longest: Secs, what: &str, at: &Moment) -> Result<NaiveDate, Refusal> {
    let last = at.today() + Days::new(u64::try_from(longest.0 / Secs::DAY.0).unwrap_or(0));
    match asked {
        None => Ok(last),
        Some(day) if at.today() < day && day <= last => Ok(day),
        Some(day) => Err(Code::FollowupOutOfRange
            .because(format!("{what} cannot be on {day}; choose a day after today and by {last} at the latest"))),
    }
}

/// Refuses `illegal_transition` on a problem that has ended.
fn alive(problem: &Problem) -> Result<(), Refusal> {
    if problem.state.terminal() {
        return Err(Code::IllegalTransition.because(format!("{} is {}", problem.name(), problem.state)));
    }
    Ok(())
}

/// When a wait ends by itself, if it does.
pub fn wakes_at(problem: &Problem) -> Option<Instant> {
    problem.follow_up_at.filter(|_| problem.state == ProblemState::Pending)
}
