//! What can be done with a change where it stands, the usual step first, and the text that each asks for.

use crate::domain::change_record::{ChangeRecord, Phase};
use crate::domain::command::change_record::{
    Advance, Approve, Cancel, ChangeVerb, Close, Complete, Hold, Restored, Resume, Return, Review, RollBack, WaiveSoak,
};
use crate::domain::command::note::AddNote;
use crate::domain::incident::Visibility;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Note, Reason, Resolution};

/// One thing that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Advance,
    Waive,
    Approve,
    Return,
    Hold,
    Resume,
    RollBack,
    Restored,
    Complete,
    Review,
    Close,
    Cancel,
    Note,
}

impl Step {
    /// What fits; whether this person may is for the verb to say.
    pub fn fitting(change: &ChangeRecord) -> Vec<Self> {
        let mut steps = match change.state {
            Phase::Draft => vec![Self::Advance, Self::Cancel],
            Phase::Evaluation => vec![Self::Advance, Self::Hold, Self::Cancel],
            Phase::Testing => vec![Self::Advance, Self::Waive, Self::Hold, Self::Cancel],
            Phase::Approval => vec![Self::Approve, Self::Return, Self::Hold, Self::Cancel],
            Phase::Deploying => vec![Self::Advance, Self::Hold, Self::RollBack],
            Phase::Verifying => vec![Self::Complete, Self::Hold, Self::RollBack],
            Phase::OnHold if change.left.is_some_and(Phase::deployed) => vec![Self::Resume, Self::RollBack],
            Phase::OnHold => vec![Self::Resume, Self::Cancel],
            Phase::RollingBack => vec![Self::Restored],
            Phase::Completed | Phase::RolledBack => vec![Self::Close],
            Phase::Closed | Phase::Cancelled => vec![],
        };
        if change.approved_alone() && change.post_review_by.is_none() && !change.state.terminal() {
            steps.push(Self::Review);
        }
        steps.push(Self::Note);
        steps
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Advance => "go on to the next phase",
            Self::Waive => "wait no longer after the last try",
            Self::Approve => "approve it",
            Self::Return => "return it to its author",
            Self::Hold => "stop it where it is",
            Self::Resume => "go on with it",
            Self::RollBack => "roll it back",
            Self::Restored => "it is rolled back",
            Self::Complete => "complete it",
            Self::Review => "the second look",
            Self::Close => "close it",
            Self::Cancel => "cancel it",
            Self::Note => "add an internal note",
        }
    }

    /// What the text says; `None` where none is asked for.
    pub const fn asks(self) -> Option<&'static str> {
        match self {
            Self::Advance | Self::Approve | Self::Resume => None,
            Self::Waive | Self::Return | Self::Hold | Self::RollBack | Self::Cancel => {
                Some("why, in 10 characters or more")
            }
            Self::Restored | Self::Complete => Some("how that was seen, in 20 characters or more"),
            Self::Review => Some("what was found, in 20 characters or more"),
            Self::Close => Some("what it taught; empty when all of it went well"),
            Self::Note => Some("what only the desk reads"),
        }
    }

    /// The verb with that text.
    pub fn verb(self, text: &str) -> Result<ChangeVerb, Refusal> {
        let reason = || Reason::new(text);
        let resolution = || Resolution::new(text);
        Ok(match self {
            Self::Advance => ChangeVerb::Advance(Advance),
            Self::Approve => ChangeVerb::Approve(Approve),
            Self::Resume => ChangeVerb::Resume(Resume),
            Self::Waive => ChangeVerb::WaiveSoak(WaiveSoak { reason: reason()? }),
            Self::Return => ChangeVerb::Return(Return { reason: reason()? }),
            Self::Hold => ChangeVerb::Hold(Hold { reason: reason()? }),
            Self::RollBack => ChangeVerb::RollBack(RollBack { reason: reason()? }),
            Self::Cancel => ChangeVerb::Cancel(Cancel { reason: reason()? }),
            Self::Restored => ChangeVerb::Restored(Restored { note: resolution()?, go_on: false }),
            Self::Complete => ChangeVerb::Complete(Complete { verification: resolution()?, partly: false }),
            Self::Review => ChangeVerb::Review(Review { note: resolution()? }),
            Self::Close => {
                let pir = if text.trim().is_empty() { None } else { Some(resolution()?) };
                ChangeVerb::Close(Close { pir })
            }
            Self::Note => ChangeVerb::Note(AddNote { text: Note::new(text)?, vis: Visibility::Internal }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_offers_only_moves_that_its_table_has() {
        for state in Phase::ALL {
            let change = ChangeRecord { state: *state, left: Some(Phase::Testing), ..ChangeRecord::default() };
            for step in Step::fitting(&change) {
                let into = match step {
                    Step::Advance => state.next(),
                    Step::Approve => Some(Phase::Deploying),
                    Step::Return => Some(Phase::Evaluation),
                    Step::Hold => Some(Phase::OnHold),
                    Step::Resume => change.left,
                    Step::RollBack => Some(Phase::RollingBack),
                    Step::Restored => Some(Phase::RolledBack),
                    Step::Complete => Some(Phase::Completed),
                    Step::Close => Some(Phase::Closed),
                    Step::Cancel => Some(Phase::Cancelled),
                    Step::Waive | Step::Review | Step::Note => continue,
                };
                assert!(into.is_some_and(|into| state.may_become(into)), "{step:?} from {state}");
            }
        }
    }
}
