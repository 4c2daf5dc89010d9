//! What a problem does for an incident: its workaround restores service, and its end is the incident's too.

use super::access::{alive, enter, not_a_task, open};
use super::link::symptom;
use super::resolve::Resolve;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::id::AggId;
use crate::domain::incident::{ResolutionCode, State, Subcategory, Visibility};
use crate::domain::problem::ProblemState;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Note, Resolution};
use crate::domain::ticket::{Link, LinkKind};

/// The workaround of that problem restored service here, or is about to: the incident becomes its symptom and keeps
/// the text in its worklog, so that it stays readable when the problem changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplyWorkaround {
    pub problem: AggId,
}

impl ApplyWorkaround {
    /// Refuses `link_invalid` as a link would be, and where the problem tells no workaround.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.technician(ticket)?;
        not_a_task(ticket, at)?;
        alive(case)?;
        let problem = symptom(ticket, self.problem, at)?;
        let Some(text) = problem.workaround.as_ref().filter(|_| problem.offers_workaround()) else {
            return Err(Code::LinkInvalid.because(format!("{} tells no workaround", problem.name())));
        };
        let mut change = Change::of(Act::ApplyWorkaround, ticket);
        change.next.links.insert(Link { kind: LinkKind::SymptomOf, to: self.problem });
        change.next.workaround_used = Some(self.problem);
        let revision = problem.workaround_revision;
        let note = Note::fitted(&format!("Workaround of {} (revision {revision}):\n{text}", problem.name()))?;
        Ok(change.note(Visibility::Internal, &note))
    }
}

/// The incident ends with its problem; whoever may end the problem may do so, and a free one is worked on by nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolveWithProblem {
    pub problem: AggId,
    pub note: Resolution,
}

impl ResolveWithProblem {
    /// Refuses `link_invalid` for an incident of another problem, `illegal_transition` until the problem is resolved,
    /// and as any resolution would be.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        let problem = at.desk.problem(self.problem).filter(|_| ticket.problem() == Some(self.problem));
        let problem = problem
            .ok_or_else(|| Code::LinkInvalid.because(format!("{} is no symptom of that problem", ticket.name())))?;
        at.problem_owner(&problem)?;
        open(case)?;
        if problem.state != ProblemState::Resolved {
            let why = format!("{} is {}", problem.name(), problem.state.word().replace('_', " "));
            return Err(Code::IllegalTransition.because(why));
        }
        let note = Resolution::fitted(&format!("resolved with {}: {}", problem.name(), self.note))?;
        let mut change = Change::of(Act::Resolve, ticket);
        if matches!(ticket.state, State::Queued | State::Assigned) {
            enter(&mut change.next, State::InProgress, at);
            change.next.acknowledged_at.get_or_insert(at.now);
        }
        let unknown = ticket.subcategory == Subcategory::Unknown;
        let subcategory = Some(problem.subcategory).filter(|it| unknown && *it != Subcategory::Unknown);
        let code = ResolutionCode::ResolvedWithProblem;
        Resolve { code, note, subcategory, public: ticket.requester.is_some() }.restored(change, case, at)
    }
}
