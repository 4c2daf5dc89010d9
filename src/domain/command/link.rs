//! Tie records together, take the tie off, and merge a duplicate into the record that goes on.

use std::collections::BTreeSet;

use super::access::alive;
use super::cancel::cancelled;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::id::AggId;
use crate::domain::incident::{CancelCode, MajorState, State, Visibility};
use crate::domain::number::Kind;
use crate::domain::problem::Problem;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Note;
use crate::domain::ticket::{AFFECTED_MAX, Link, LinkKind, Ticket};

/// Link to another record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddLink {
    pub link: Link,
}

impl AddLink {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.technician(case.ticket())?;
        linkable(case, self.link.kind)?;
        match self.link.kind {
            LinkKind::SymptomOf => drop(symptom(case.ticket(), self.link.to, at)?),
            LinkKind::CausedByChange => caused(case.ticket(), self.link.to, at)?,
            _ => drop(check(case, self.link, at)?),
        }
        let mut change = Change::of(Act::Link, case.ticket());
        change.next.links.insert(self.link);
        if self.link.kind == LinkKind::ChildOfMajor && change.next.major_state == MajorState::Candidate {
            // It belongs to one, so it is none itself.
            change.next.major_state = MajorState::None;
        }
        Ok(change)
    }
}

/// Take a link off again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlink {
    pub link: Link,
}

impl Unlink {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.technician(case.ticket())?;
        linkable(case, self.link.kind)?;
        let mut change = Change::of(Act::Unlink, case.ticket());
        if !change.next.links.remove(&self.link) {
            return Err(Code::LinkInvalid.because(format!("{} has no such link", case.name())));
        }
        Ok(change)
    }
}

/// This record is a duplicate: it ends, and the other goes on. Refuses `link_invalid` unless that one is open, as
/// nobody would work on either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    pub into: AggId,
}

impl Merge {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        at.technician(ticket)?;
        let link = Link { kind: LinkKind::DuplicateOf, to: self.into };
        let survivor = check(case, link, at)?;
        if !survivor.state.open() {
            let why = format!("{} is {}; merge into an open ticket", survivor.name(), survivor.state);
            return Err(Code::LinkInvalid.because(why));
        }
        let mut change = Change::of(Act::Merge, ticket);
        change.next.links.insert(link);
        let note = Note::new(&format!("merged into {}, which goes on", survivor.name()))?;
        cancelled(change.note(Visibility::Internal, &note), CancelCode::Duplicate, case, at)
    }
}

/// What a survivor's worklog says of the records merged into it, and what it takes over from them.
pub fn merged_note(survivor: &Case, duplicates: &[Ticket]) -> Result<Change, Refusal> {
    let lines = duplicates.iter().map(|it| format!("{} merged into this: {}", it.name(), it.title));
    let text = Note::fitted(&lines.collect::<Vec<_>>().join("\n"))?;
    let mut change = Change::of(Act::Merge, survivor.ticket()).note(Visibility::Internal, &text);
    for duplicate in duplicates {
        let users = change.next.affected_users.saturating_add(duplicate.affected_users.max(1));
        change.next.affected_users = users.min(AFFECTED_MAX);
        change.next.endpoints.extend(duplicate.endpoints.iter().cloned());
        change.next.watchers.extend(duplicate.watchers.iter().cloned());
    }
    Ok(change)
}

/// Both ends of a link: the other record exists, is not this one, and fits the kind.
fn check(case: &Case, link: Link, at: &Moment) -> Result<Ticket, Refusal> {
    let ticket = case.ticket();
    let wrong = |why: String| Code::LinkInvalid.because(why);
    if link.to == case.agg {
        return Err(wrong(format!("{} cannot be linked to itself", ticket.name())));
    }
    let other = at.desk.ticket(link.to).ok_or_else(|| wrong("the other record does not exist".to_owned()))?;
    match link.kind {
        LinkKind::RelatedTo => {}
        LinkKind::ReclassifiedTo => {
            return Err(wrong("only reclassifying a record makes that link".to_owned()));
        }
        LinkKind::SymptomOf => return Err(wrong(format!("{} is no problem", other.name()))),
        LinkKind::CausedByChange => return Err(wrong(format!("{} is no change", other.name()))),
        LinkKind::RecurrenceOf if ticket.kind() != Kind::Incident || other.kind() != Kind::Incident => {
            return Err(wrong("only an incident recurs, and as an incident".to_owned()));
        }
        LinkKind::RecurrenceOf if other.state == State::Closed => {
            sole(ticket, link, at)?;
            no_cycle(case, link, at)?;
        }
        LinkKind::RecurrenceOf => {
            return Err(wrong(format!("{} is {}; only a closed record recurs", other.name(), other.state)));
        }
        LinkKind::ChildOfMajor => child(ticket, &other, link.to, at)?,
        LinkKind::DuplicateOf if ticket.is_task() => {
            return Err(wrong(format!("{} is a task, and no duplicate of another", ticket.name())));
        }
        LinkKind::DuplicateOf => {
            if other.kind() != ticket.kind() {
                return Err(wrong(format!("{} is another type of record", other.name())));
            }
            if let Some(original) = ticket.duplicate_of().filter(|original| *original != link.to) {
                let name = at.desk.ticket(original).map_or_else(String::new, |t| format!(" of {}", t.name()));
                return Err(wrong(format!("{} is a duplicate{name} already", ticket.name())));
            }
            if let Some(original) = other.duplicate_of() {
                let name = at.desk.ticket(original).map_or_else(String::new, |t| t.name());
                return Err(wrong(format!("{} is itself a duplicate of {name}", other.name())));
            }
        }
    }
    Ok(other)
}

/// The change that brought an incident about. Refuses `link_invalid` for what is no incident, for a change of which
/// nothing was ever deployed, and for an incident of another change.
fn caused(ticket: &Ticket, to: AggId, at: &Moment) -> Result<(), Refusal> {
    let wrong = |why: String| Err(Code::LinkInvalid.because(why));
    if ticket.kind() != Kind::Incident {
        return wrong(format!("{} is no incident; only incidents are brought about by a change", ticket.name()));
    }
    let Some(change) = at.desk.change(to) else { return wrong("that record is no change".to_owned()) };
    if change.approved_at.is_none() {
        return wrong(format!("{} is {}; nothing of it was deployed", change.name(), change.state.said()));
    }
    match ticket.caused_by().filter(|other| *other != to) {
        None => Ok(()),
        Some(other) => {
            let by = at.desk.change(other).map_or_else(String::new, |other| format!(" by {}", other.name()));
            wrong(format!("{} was brought about{by} already; unlink it there first", ticket.name()))
        }
    }
}

/// Refuses `link_invalid` if the record has a link of that kind to another one already.
fn sole(ticket: &Ticket, link: Link, at: &Moment) -> Result<(), Refusal> {
    let other = ticket.links.iter().find(|it| it.kind == link.kind && it.to != link.to);
    let Some(other) = other else { return Ok(()) };
    let name = at.desk.ticket(other.to).map_or_else(|| "another record".to_owned(), |other| other.name());
    let kind = link.kind.word().replace('_', " ");
    Err(Code::LinkInvalid.because(format!("{} is {kind} {name} already", ticket.name())))
}

/// Refuses `link_invalid` if the links of that kind lead from the other record back to this one.
fn no_cycle(case: &Case, link: Link, at: &Moment) -> Result<(), Refusal> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![link.to]);
    while let Some(agg) = next.pop() {
        if agg == case.agg {
            let kind = link.kind.word().replace('_', " ");
            return Err(Code::LinkInvalid.because(format!("that record is {kind} {} itself, over others", case.name())));
        }
        if seen.insert(agg)
            && let Some(ticket) = at.desk.ticket(agg)
        {
            next.extend(ticket.links.iter().filter(|it| it.kind == link.kind).map(|it| it.to));
        }
    }
    Ok(())
}

/// Refuses `illegal_transition` on a record that has ended. An incident that was closed can still become a symptom:
/// the cause is looked for after service was restored, often in incidents that are long over.
fn linkable(case: &Case, kind: LinkKind) -> Result<(), Refusal> {
    if kind == LinkKind::SymptomOf && case.ticket().state == State::Closed { Ok(()) } else { alive(case) }
}

/// The problem that an incident becomes a symptom of. Refuses `link_invalid` for what is no incident, for a problem
/// that has ended, and for an incident of another problem.
pub(super) fn symptom(ticket: &Ticket, to: AggId, at: &Moment) -> Result<Problem, Refusal> {
    let wrong = |why: String| Err(Code::LinkInvalid.because(why));
    if ticket.kind() != Kind::Incident {
        return wrong(format!("{} is no incident; only incidents have a problem as their cause", ticket.name()));
    }
    let Some(problem) = at.desk.problem(to) else { return wrong("that record is no problem".to_owned()) };
    if problem.state.terminal() {
        return wrong(format!("{} is {}", problem.name(), problem.state));
    }
    match ticket.problem().filter(|other| *other != to).map(|other| at.desk.problem(other)) {
        None => Ok(problem),
        Some(other) => {
            let of = other.map_or_else(String::new, |other| format!(" of {}", other.name()));
            wrong(format!("{} is a symptom{of} already; unlink it there first", ticket.name()))
        }
    }
}

/// Refuses `link_invalid` unless an incident, none major itself and a child of no other, joins a declared one.
fn child(ticket: &Ticket, major: &Ticket, to: AggId, at: &Moment) -> Result<(), Refusal> {
    let wrong = |why: String| Err(Code::LinkInvalid.because(why));
    if ticket.kind() != Kind::Incident {
        return wrong(format!("{} is no incident", ticket.name()));
    }
    if major.major_state != MajorState::Declared {
        return wrong(format!("{} is not a declared major incident", major.name()));
    }
    if ticket.major_state.ever_declared() {
        return wrong(format!("{} is a major incident itself", ticket.name()));
    }
    match ticket.parent_major().filter(|other| *other != to).map(|other| at.desk.ticket(other)) {
        None => Ok(()),
        Some(other) => {
            let of = other.map_or_else(String::new, |other| format!(" of {}", other.name()));
            wrong(format!("{} is a child{of} already", ticket.name()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of};

    #[test]
    fn merging_ends_the_duplicate_and_tells_the_survivor() {
        let mut bench = Bench::new();
        let survivor = bench.other(|_| {});
        let change = Merge { into: survivor }.decide(&bench.queued(), &bench.at("ann")).unwrap();
        assert_eq!(change.next.state, State::Cancelled);
        assert_eq!(change.next.cancel_code, Some(CancelCode::Duplicate));
        assert_eq!(change.next.duplicate_of(), Some(survivor));
        let told = merged_note(&bench.working("bob"), &[change.next]).unwrap();
        assert_eq!(told.next.affected_users, 2);
    }

    #[test]
    fn a_duplicate_is_merged_only_into_a_ticket_that_somebody_works_on() {
        for (state, allowed) in [
            (State::Queued, true),
            (State::Assigned, true),
            (State::InProgress, true),
            (State::Pending, true),
            (State::Resolved, false),
            (State::Closed, false),
            (State::Cancelled, false),
        ] {
            let mut bench = Bench::new();
            let survivor = bench.other(|t| t.state = state);
            let verdict = Merge { into: survivor }.decide(&bench.queued(), &bench.at("ann"));
            assert_eq!(verdict.is_ok(), allowed, "{state}");
            if let Err(refusal) = verdict {
                assert_eq!(refusal.code, Code::LinkInvalid);
                assert_eq!(refusal.message, format!("INC-900 is {state}; merge into an open ticket"));
            }
            let link = AddLink { link: Link { kind: LinkKind::DuplicateOf, to: survivor } };
            assert!(link.decide(&bench.queued(), &bench.at("ann")).is_ok(), "a link alone ends nothing: {state}");
        }
    }

    #[test]
    fn a_survivor_of_many_users_can_still_be_edited() {
        let bench = Bench::new();
        let survivor = bench.with(bench.working("ann"), |t| t.affected_users = AFFECTED_MAX - 1);
        let duplicate = bench.with(bench.queued(), |t| t.affected_users = AFFECTED_MAX);
        let told = merged_note(&survivor, &[duplicate.is.fields]).unwrap();
        assert_eq!(told.next.affected_users, AFFECTED_MAX);
        let merged = bench.with(survivor, |t| *t = told.next.clone());
        let edit = crate::domain::command::edit::Edit { symptom: Some(None), ..Default::default() };
        assert!(edit.decide(&merged, &bench.at("ann")).is_ok());
    }

    #[test]
    fn link_refusals() {
        let mut bench = Bench::new();
        let me = bench.queued();
        let duplicate = bench.other(|t| {
            t.links.insert(Link { kind: LinkKind::DuplicateOf, to: AggId::derived(&[b"someone"]) });
        });
        let open = bench.other(|_| {});
        for (kind, to) in [
            (LinkKind::DuplicateOf, me.agg),
            (LinkKind::DuplicateOf, AggId::derived(&[b"nowhere"])),
            (LinkKind::DuplicateOf, duplicate),
            (LinkKind::RecurrenceOf, open),
            (LinkKind::ChildOfMajor, open),
        ] {
            let verb = AddLink { link: Link { kind, to } };
            assert_eq!(code_of(verb.decide(&me, &bench.at("ann"))), Code::LinkInvalid, "{verb:?}");
        }
        let unlink = Unlink { link: Link { kind: LinkKind::RelatedTo, to: open } };
        assert_eq!(code_of(unlink.decide(&me, &bench.at("ann"))), Code::LinkInvalid);
        let resolved = bench.in_state(State::Resolved, None);
        assert_eq!(code_of(Merge { into: open }.decide(&resolved, &bench.at("ann"))), Code::IllegalTransition);
        let higher = bench.in_tier(2);
        assert_eq!(code_of(Merge { into: open }.decide(&higher, &bench.at("ann"))), Code::NotPermitted);
    }

    #[test]
    fn two_records_cannot_be_duplicates_of_each_other() {
        let mut bench = Bench::new();
        let me = bench.queued();
        let other = bench.other(|_| {});
        let mine = bench.other(|t| {
            t.links.insert(Link { kind: LinkKind::DuplicateOf, to: me.agg });
        });
        let back = AddLink { link: Link { kind: LinkKind::DuplicateOf, to: mine } };
        assert_eq!(code_of(back.decide(&me, &bench.at("ann"))), Code::LinkInvalid, "that one is a duplicate of this");
        let linked = bench.with(me.clone(), |t| {
            t.links.insert(Link { kind: LinkKind::DuplicateOf, to: AggId::derived(&[b"third"]) });
        });
        let verb = AddLink { link: Link { kind: LinkKind::DuplicateOf, to: other } };
        assert_eq!(code_of(verb.decide(&linked, &bench.at("ann"))), Code::LinkInvalid, "already one of another");
        assert!(verb.decide(&me, &bench.at("ann")).is_ok());
    }
}
