//! Restore service and say how (I9).

use super::access::{enter, into_work, no_open_escalation, responded};
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{EscalationKind, answers_of, missing};
use crate::domain::gap;
use crate::domain::incident::{ResolutionCode, State, Subcategory, Visibility};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Tier;
use crate::domain::task;
use crate::domain::text::{Note, Resolution};
use crate::domain::ticket::Ticket;

/// Resolve with a code and a note. From the queue it is taken and started in the same step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    pub code: ResolutionCode,
    pub note: Resolution,
    /// Replaces a category that is still unknown.
    pub subcategory: Option<Subcategory>,
    /// Does the requester read the note?
    pub public: bool,
}

impl Resolve {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if ticket.is_task() {
            return Err(Code::IllegalTransition
                .because(format!("{} is a task; it is done with an answer", ticket.name()))
                .hint("`tierdesk resolve NUMBER --answer TEXT`"));
        }
        if ticket.is_request() {
            return Err(Code::IllegalTransition
                .because(format!("{} is a request; it is fulfilled", ticket.name()))
                .hint("`tierdesk request fulfil NUMBER`"));
        }
        if ticket.state == State::Queued {
            at.technician(ticket)?
        } else {
            at.owner(ticket)?
        }
        let mut change = Change::of(Act::Resolve, ticket);
        into_work(&mut change.next, at)?;
        self.restored(change, case, at)
    }

    /// Whoever may: the guards, and what follows. The change has the record in work.
    pub fn restored(&self, mut change: Change, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        change.next.may_become(State::Resolved)?;
        gap::filled(self.note.as_str())?;
        self.categorise(&mut change.next)?;
        no_open_escalation(case)?;
        no_blocking_task(case, at)?;
        self.guard(case, at)?;
        if self.public {
            responded(&mut change.next, at);
        }
        enter(&mut change.next, State::Resolved, at);
        change.next.resolved_at = Some(at.now);
        change.next.resolved_by = Some(at.by.login.clone());
        change.next.resolution_code = Some(self.code);
        change.next.resolution_note = Some(self.note.clone());
        change.next.owner_fixed = false;
        let vis = if self.public { Visibility::Requester } else { Visibility::Internal };
        Ok(change.note(vis, &Note::new(self.note.as_str())?))
    }

    fn categorise(&self, next: &mut Ticket) -> Result<(), Refusal> {
        if let Some(sub) = self.subcategory {
            if !next.category.holds_for_incident(sub) {
                return Err(Code::CategoryInvalid
                    .because(format!("`{}/{sub}` is not a category of an incident", next.category)));
            }
            next.subcategory = sub;
        }
        if next.subcategory == Subcategory::Unknown {
            return Err(Code::CategoryUnresolved
                .because(format!("{} still has the category `unknown`", next.name()))
                .hint("choose what it was: crash, error, performance …"));
        }
        Ok(())
    }

    fn guard(&self, case: &Case, at: &Moment) -> Result<(), Refusal> {
        let ticket = case.ticket();
        if ticket.handoff_debt.is_some() {
            let strength = at.policy.escalation.handoff;
            let missing = missing(&answers_of(ticket), EscalationKind::Functional, strength);
            let names: Vec<_> = missing.iter().map(|item| item.label()).collect();
            let items: Vec<_> = missing.iter().map(|item| format!("--{} …", item.word())).collect();
            return Err(Code::HandoffIncomplete
                .because(format!("the hand-off of {} was never completed: {} missing", ticket.name(), names.join(", ")))
                .hint(format!(
                    "`tierdesk answer {} {}`, or the checklist in the console",
                    ticket.name(),
                    items.join(" ")
                )));
        }
        let risky = ticket.data_loss_risk || ticket.suspected_compromise;
        if risky && !at.is_supervisor() && at.by.tier.is_none_or(|tier| tier < Tier::Two) {
            return Err(at.not_permitted("tier 2 or above, as data is at risk or a compromise is suspected"));
        }
        let needed = at.policy.records.no_response_attempts;
        if self.code == ResolutionCode::NoResponse && (at.desk.contact_days(case.agg) as i64) < needed {
            return Err(Code::ResolutionIncomplete.because(format!(
                "`no_response` needs {needed} attempts to reach the requester on {needed} different days"
            )));
        }
        Ok(())
    }
}

/// Refuses `blocking_task_open` while a task that the record waits for has no end.
pub(super) fn no_blocking_task(case: &Case, at: &Moment) -> Result<(), Refusal> {
    let tasks = at.desk.tasks(case.agg);
    let open: Vec<_> = task::blocking(&tasks).map(Ticket::name).collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(Code::BlockingTaskOpen
        .because(format!("{} waits for {}", case.name(), open.join(", ")))
        .hint("whoever asked can cancel a task that is not needed any more"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, resolution};

    fn fixed() -> Resolve {
        Resolve {
            code: ResolutionCode::Fixed,
            note: resolution("cleared the token cache"),
            subcategory: Some(Subcategory::Error),
            public: true,
        }
    }

    #[test]
    fn i9_resolving_works_from_every_open_state_of_ones_own() {
        let bench = Bench::new();
        for case in [bench.queued(), bench.assigned_to("ann"), bench.working("ann"), bench.pending("ann")] {
            let next = fixed().decide(&case, &bench.at("ann")).unwrap().next;
            assert_eq!((next.state, next.resolved_at), (State::Resolved, Some(bench.now)));
            assert!(next.acknowledged_at.is_some());
            assert_eq!(next.pending_reason, None);
        }
    }

    #[test]
    fn i9_refusals() {
        let bench = Bench::new();
        let unknown = Resolve { subcategory: None, ..fixed() };
        let foreign = Resolve { subcategory: Some(Subcategory::NewInstall), ..fixed() };
        let silent = Resolve { code: ResolutionCode::NoResponse, ..fixed() };
        let gap = Resolve { note: resolution("replaced the disk of [asset?]"), ..fixed() };
        let uncategorised = bench.with(bench.working("ann"), |t| t.subcategory = Subcategory::Unknown);
        let indebted = bench.with(bench.working("ann"), |t| t.handoff_debt = Some(bench.now));
        let at_risk = bench.with(bench.working("ann"), |t| t.data_loss_risk = true);
        for (who, case, verb, code) in [
            ("bob", bench.working("ann"), fixed(), Code::NotPermitted),
            ("ann", bench.in_state(State::Resolved, Some("ann")), fixed(), Code::IllegalTransition),
            ("ann", uncategorised, unknown, Code::CategoryUnresolved),
            ("ann", bench.working("ann"), foreign, Code::CategoryInvalid),
            ("ann", bench.proposed("ann", 2), fixed(), Code::EscalationOpen),
            ("ann", indebted, fixed(), Code::HandoffIncomplete),
            ("ann", at_risk.clone(), fixed(), Code::NotPermitted),
            ("ann", bench.working("ann"), silent, Code::ResolutionIncomplete),
            ("ann", bench.working("ann"), gap, Code::TextInvalid),
            ("dana", bench.queued(), fixed(), Code::AssigneeInvalid),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{who} {verb:?}");
        }
        assert!(fixed().decide(&at_risk, &bench.at("dana")).is_ok());
    }

    #[test]
    fn i9_a_blocking_task_keeps_its_parent_open() {
        for (state, blocking, allowed) in [
            (State::Open, true, false),
            (State::Pending, true, false),
            (State::Open, false, true),
            (State::Done, true, true),
            (State::Declined, true, true),
            (State::Cancelled, true, true),
        ] {
            let mut bench = Bench::new();
            let parent = bench.working("ann");
            bench.other(|t| {
                (t.number, t.parent) = ("TSK-1".parse().ok(), Some(parent.agg));
                (t.state, t.blocking) = (state, blocking);
            });
            let verdict = fixed().decide(&parent, &bench.at("ann"));
            assert_eq!(verdict.is_ok(), allowed, "{state} {blocking}");
            if let Err(refusal) = verdict {
                assert_eq!(
                    (refusal.code, refusal.message.as_str()),
                    (Code::BlockingTaskOpen, "INC-42 waits for TSK-1")
                );
            }
        }
    }

    #[test]
    fn i9_a_resolution_says_more_than_a_word() {
        assert_eq!(Resolution::new("fixed").unwrap_err().code, Code::TextInvalid);
    }
}
