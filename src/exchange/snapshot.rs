//! Tickets of which only the last state and a few times are told: their course, as far as it is consistent.

use crate::domain::incident::{Pending, ResolutionCode, State, Visibility};
use crate::domain::text::Resolution;
use crate::domain::time::Instant;

use super::draft::Draft;
use super::incoming::Standing;

/// A time and who did it, in the file's words; `field` names the column.
#[derive(Clone, Copy)]
pub(super) struct Mark<'a> {
    pub field: &'a str,
    pub at: Option<Instant>,
    pub actor: &'a str,
}

pub(super) struct Snapshot<'a> {
    pub line: u64,
    /// Absent where no state is told: then the times say how far it came.
    pub state: Option<(State, Option<Pending>)>,
    pub resolution: (ResolutionCode, Resolution),
    pub responded: Mark<'a>,
    pub resolved: Mark<'a>,
    pub closed: Mark<'a>,
    /// Its last change: the best time for a state that has none of its own.
    pub changed: Mark<'a>,
}

impl Snapshot<'_> {
    /// Adds the steps. A time that contradicts an earlier one is left out, and written down.
    pub(super) fn settle(self, draft: &mut Draft) {
        let opened = draft.opened_at.or(draft.logged_at).unwrap_or(Instant(i64::MIN));
        let mut floor = ("the opening".to_owned(), opened);
        if let Some(at) = self.consistent(draft, self.responded, &mut floor) {
            let text = "First response; its text is not part of the file";
            draft.note(at, self.responded.actor, Visibility::Requester, text);
        }
        match self.state {
            Some((State::Resolved | State::Closed, _)) | None => self.finished(draft, floor),
            Some((state, pending)) => {
                for mark in [self.resolved, self.closed] {
                    if let Some(at) = mark.at.filter(|_| state != State::Cancelled) {
                        draft.keep(mark.field, &format!("{at}, before it was opened again"));
                    }
                }
                let end =
                    if state == State::Cancelled && self.closed.at.is_some() { self.closed } else { self.changed };
                let next = Standing { state, pending, ..draft.now().clone() };
                draft.becomes(next, end.at.unwrap_or(floor.1).max(floor.1), end.actor);
            }
        }
    }

    fn finished(&self, draft: &mut Draft, mut floor: (String, Instant)) {
        let told = self.state.map(|(state, _)| state);
        let both = self.resolved.at.zip(self.closed.at);
        let resolved = if both.is_some_and(|(resolved, closed)| resolved > closed) {
            draft.left_out(self.line, self.resolved.field, format!("is later than {}", self.closed.field));
            None
        } else {
            self.consistent(draft, self.resolved, &mut floor)
        };
        let closed = self.consistent(draft, self.closed, &mut floor).filter(|_| told != Some(State::Resolved));
        if resolved.is_none() && closed.is_none() && told.is_none() {
            return self.under_way(draft);
        }
        let last = self.changed.at.unwrap_or(floor.1).max(floor.1);
        let resolved_at = resolved.or(closed).unwrap_or(last);
        let actor = if resolved.is_some() { self.resolved.actor } else { self.closed.actor };
        let next = Standing {
            state: State::Resolved,
            pending: None,
            resolution: Some(self.resolution.clone()),
            ..draft.now().clone()
        };
        draft.becomes(next, resolved_at, actor);
        if let Some(at) = closed.or((told == Some(State::Closed)).then_some(last)) {
            draft.becomes(Standing { state: State::Closed, ..draft.now().clone() }, at, self.closed.actor);
        }
    }

    /// Someone answered, and no end is told.
    fn under_way(&self, draft: &mut Draft) {
        if let Some(at) = self.responded.at {
            let next = Standing { state: State::InProgress, ..draft.now().clone() };
            draft.becomes(next, at, self.responded.actor);
        }
    }

    /// The mark's time if it is not before the floor, which then rises to it.
    fn consistent(&self, draft: &mut Draft, mark: Mark, floor: &mut (String, Instant)) -> Option<Instant> {
        let at = mark.at?;
        if at < floor.1 {
            draft.left_out(self.line, mark.field, format!("{at} is earlier than {} at {}", floor.0, floor.1));
            return None;
        }
        *floor = (mark.field.to_owned(), at);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::resolution;
    use super::super::incoming::Incoming;
    use super::*;

    fn settled(state: Option<State>, [responded, resolved, closed, changed]: [i64; 4]) -> Incoming {
        let mark = |field, at| Mark { field, at: (at > 0).then_some(Instant(at)), actor: "ann" };
        let mut draft = Draft::new("csv", "key", "1", 2).unwrap();
        draft.opened_at = Some(Instant(100));
        Snapshot {
            line: 2,
            state: state.map(|state| (state, None)),
            resolution: (ResolutionCode::Fixed, resolution("", "it")),
            responded: mark("responded", responded),
            resolved: mark("resolved", resolved),
            closed: mark("closed", closed),
            changed: mark("changed", changed),
        }
        .settle(&mut draft);
        draft.finish("opened").unwrap()
    }

    #[test]
    fn the_course_is_as_long_as_its_times_are_consistent() {
        use State::{Cancelled, Closed, InProgress, Queued, Resolved};
        let some = |n: i64| (n > 0).then_some(Instant(n));
        for (told, times, state, resolved, closed, left_out) in [
            (None, [0, 0, 0, 0], Queued, 0, 0, vec![]),
            (None, [110, 0, 0, 0], InProgress, 0, 0, vec![]),
            (None, [110, 120, 130, 0], Closed, 120, 130, vec![]),
            (None, [110, 105, 0, 0], InProgress, 0, 0, vec!["resolved"]),
            (Some(Closed), [0, 150, 120, 200], Closed, 120, 120, vec!["resolved"]),
            (Some(Closed), [0, 0, 0, 200], Closed, 200, 200, vec![]),
            (Some(Resolved), [0, 120, 130, 200], Resolved, 120, 0, vec![]),
            (Some(InProgress), [90, 120, 0, 200], InProgress, 0, 0, vec!["responded"]),
            (Some(Cancelled), [0, 0, 130, 200], Cancelled, 0, 130, vec![]),
        ] {
            let ticket = settled(told, times);
            let end = ticket.standing();
            assert_eq!(
                (end.state, end.resolved_at, end.closed_at),
                (state, some(resolved), some(closed)),
                "{told:?} {times:?}"
            );
            assert_eq!(ticket.left_out.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), left_out, "{times:?}");
        }
    }
}
