//! Add to the worklog: an internal note, or a reply the requester may read.

use super::access::{alive, responded};
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::gap;
use crate::domain::incident::Visibility;
use crate::domain::refusal::Refusal;
use crate::domain::text::Note;

/// One worklog entry. A public one by a technician answers the response clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddNote {
    pub text: Note,
    pub vis: Visibility,
}

impl AddNote {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.desk_person()?;
        alive(case)?;
        if self.vis == Visibility::Requester {
            gap::filled(self.text.as_str())?;
        }
        let act = if self.vis == Visibility::Requester { Act::Reply } else { Act::Note };
        let mut change = Change::of(act, case.ticket()).note(self.vis, &self.text);
        if self.vis == Visibility::Requester {
            responded(&mut change.next, at);
        }
        change.next.woke = false;
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, note};
    use crate::domain::incident::State;
    use crate::domain::refusal::Code;

    #[test]
    fn only_a_public_entry_is_a_response() {
        let bench = Bench::new();
        let internal = AddNote { text: note("looked at the log"), vis: Visibility::Internal };
        let public = AddNote { text: note("please restart it"), vis: Visibility::Requester };
        assert_eq!(internal.decide(&bench.queued(), &bench.at("ann")).unwrap().next.responded_at, None);
        assert_eq!(public.decide(&bench.queued(), &bench.at("ann")).unwrap().next.responded_at, Some(bench.now));
        assert_eq!(code_of(public.decide(&bench.queued(), &bench.at("audrey"))), Code::NotPermitted);
        let gap = |vis| AddNote { text: note("Hello [requester?]"), vis }.decide(&bench.queued(), &bench.at("ann"));
        assert_eq!(code_of(gap(Visibility::Requester)), Code::TextInvalid);
        assert!(gap(Visibility::Internal).is_ok(), "nobody outside reads it");
        let closed = bench.in_state(State::Closed, None);
        assert_eq!(code_of(internal.decide(&closed, &bench.at("ann"))), Code::IllegalTransition);
    }
}
