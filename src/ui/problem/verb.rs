//! Verbs of a problem, the same in the list and in the record: which dialog or command a key leads to.

use crate::domain::command::problem::{Own, ProblemVerb, Resume};
use crate::domain::id::AggId;
use crate::domain::problem::ProblemState;
use crate::ui::action::Action;
use crate::ui::command::Command;
use crate::ui::screen::{Next, Place, ProblemForm};

/// What a verb does to this problem; `None` when the action is no verb of problems.
pub fn on_problem(action: Action, agg: AggId, state: ProblemState) -> Option<Next> {
    let form = |form| Next::Go(Place::Problem(agg, form));
    Some(match action {
        Action::Take => Next::Do(Command::problem(agg, ProblemVerb::Own(Own))),
        Action::Resume => Next::Do(Command::problem(agg, ProblemVerb::Resume(Resume))),
        Action::Assign => form(ProblemForm::Assign),
        Action::StageNext => return Some(next_stage(agg, state)),
        Action::StageBack => match state {
            ProblemState::FixInProgress => form(ProblemForm::GiveUpFix),
            ProblemState::Resolved | ProblemState::Closed => form(ProblemForm::Reopen),
            _ => Next::Say("there is no stage to go back to; only a fix and an end are taken back".to_owned()),
        },
        Action::Bind => form(ProblemForm::Incidents),
        Action::Workaround => form(ProblemForm::Workaround),
        Action::Reply => form(ProblemForm::Reply),
        Action::Resolve => match state {
            ProblemState::New | ProblemState::Investigating | ProblemState::KnownError => form(ProblemForm::NoFix),
            _ => return Some(next_stage(agg, state)),
        },
        Action::Hold => form(ProblemForm::Hold),
        Action::Analyse => form(ProblemForm::Fields),
        Action::Note => form(ProblemForm::Note),
        Action::EditText => form(ProblemForm::Cause),
        Action::AskVendor => form(ProblemForm::AskVendor),
        Action::Merge => form(ProblemForm::Cancel),
        Action::History => Next::Go(Place::History(agg)),
        Action::Promote => Next::Say("P opens a problem from tickets of the queue".to_owned()),
        _ => return None,
    })
}

fn next_stage(agg: AggId, state: ProblemState) -> Next {
    let form = |form| Next::Go(Place::Problem(agg, form));
    match state {
        ProblemState::New => Next::Do(Command::problem(agg, ProblemVerb::Own(Own))),
        ProblemState::Investigating => form(ProblemForm::KnownError),
        ProblemState::KnownError => form(ProblemForm::Fix),
        ProblemState::FixInProgress => form(ProblemForm::Resolve),
        ProblemState::Pending => Next::Do(Command::problem(agg, ProblemVerb::Resume(Resume))),
        ProblemState::Resolved => form(ProblemForm::End),
        ProblemState::Closed | ProblemState::Cancelled => {
            Next::Say("it has ended; < takes a closed problem up again".to_owned())
        }
    }
}
