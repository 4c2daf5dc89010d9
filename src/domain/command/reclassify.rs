//! What was logged as broken is asked for, or the other way round: the record ends, and one of the other kind goes on
//! with its caller, its words and its clocks.

use super::cancel::cancelled;
use super::edit::category_invalid;
use super::{Case, Moment};
use crate::domain::change::{Act, Begun, Change};
use crate::domain::id::AggId;
use crate::domain::incident::{CancelCode, Category, State, Subcategory, Symptom, WorkMode};
use crate::domain::number::Kind;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Reason;
use crate::domain::ticket::{Link, LinkKind, Ticket};

/// Go on as the other kind, under a category that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reclassify {
    pub category: Category,
    pub subcategory: Subcategory,
    /// What the user sees; of an incident only.
    pub symptom: Symptom,
    pub reason: Reason,
}

impl Reclassify {
    /// The usual category of the kind that a record of that kind becomes.
    pub const fn usual(from: Kind) -> (Category, Subcategory) {
        match from {
            Kind::Request => (Category::Fix, Subcategory::Unknown),
            Kind::Incident | Kind::Problem | Kind::Change | Kind::Task => (Category::Install, Subcategory::NewInstall),
        }
    }

    /// Refuses `illegal_transition` for what is neither an incident nor a request, and as cancelling would be.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.supervisor()?;
        let ticket = case.ticket();
        let kind = match ticket.kind() {
            Kind::Incident => Kind::Request,
            Kind::Request => Kind::Incident,
            Kind::Problem | Kind::Change | Kind::Task => {
                return Err(
                    Code::IllegalTransition.because(format!("{} is neither an incident nor a request", ticket.name()))
                );
            }
        };
        if !self.category.holds_for(kind, self.subcategory) {
            return Err(category_invalid(kind, self.category, self.subcategory));
        }
        let agg = AggId::derived(&[b"reclassified", case.agg.bytes(), at.cmd.bytes()]);
        let mut change = Change::of(Act::Reclassify, ticket).because(&self.reason);
        change.next.links.insert(Link { kind: LinkKind::ReclassifiedTo, to: agg });
        change.begins = Some(Box::new(Begun { kind, agg: Some(agg), ticket: self.other(kind, ticket, at) }));
        cancelled(change, CancelCode::Reclassified, case, at)
    }

    /// The record that goes on: who asked, in which words, since when, and what the requester was told already.
    fn other(&self, kind: Kind, from: &Ticket, at: &Moment) -> Ticket {
        let mut ticket = Ticket {
            title: from.title.clone(),
            description: from.description.clone(),
            state: State::Queued,
            state_since: at.now,
            tier: from.tier,
            discipline: from.discipline,
            category: self.category,
            subcategory: self.subcategory,
            impact: from.impact,
            urgency: from.urgency,
            source: from.source,
            requester: from.requester,
            contract: from.contract.clone(),
            vip: from.vip,
            affected_users: from.affected_users,
            affected_endpoints: from.affected_endpoints,
            symptom: (kind == Kind::Incident).then_some(self.symptom),
            work_mode: if kind == Kind::Request { from.work_mode } else { WorkMode::Reactive },
            opened_at: from.opened_at,
            logged_at: at.now,
            logged_by: Some(at.by.login.clone()),
            acknowledged_at: from.acknowledged_at,
            responded_at: from.responded_at,
            last_public_at: from.last_public_at,
            tags: from.tags.clone(),
            endpoints: from.endpoints.clone(),
            software_items: from.software_items.clone(),
            watchers: from.watchers.clone(),
            ..Ticket::default()
        };
        ticket.priority = ticket.computed_priority(at.policy);
        ticket
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::kept::StepKind;
    use crate::domain::command::bench::{Bench, code_of, reason};
    use crate::domain::command::{Verb, follow};
    use crate::domain::event::RowKind;
    use crate::domain::fold::Folded;
    use crate::domain::time::Secs;

    fn install() -> Reclassify {
        let (category, subcategory) = Reclassify::usual(Kind::Incident);
        Reclassify { category, subcategory, symptom: Symptom::Other, reason: reason("the user wants it installed") }
    }

    #[test]
    fn i13_the_request_goes_on_with_what_the_incident_had() {
        let bench = Bench::new();
        let told = bench.now - Secs::minutes(30);
        let case = bench.with(bench.working("ann"), |t| t.responded_at = Some(told));
        let change = Verb::Reclassify(install()).decide(&case, &bench.at("dana")).unwrap();
        assert_eq!((change.next.state, change.next.cancel_code), (State::Cancelled, Some(CancelCode::Reclassified)));
        let begun = *change.begins.unwrap();
        let link = Link { kind: LinkKind::ReclassifiedTo, to: begun.agg.unwrap() };
        assert!(change.next.links.contains(&link));
        let was = case.ticket();
        assert_eq!((begun.kind, begun.ticket.state, begun.ticket.symptom), (Kind::Request, State::Queued, None));
        assert_eq!(
            (&begun.ticket.title, begun.ticket.requester, begun.ticket.opened_at),
            (&was.title, was.requester, was.opened_at)
        );
        let next = Ticket { number: "REQ-1".parse().ok(), ..begun.ticket };
        let logged = Change { next, ..Change::of(Act::Log, &Ticket::default()) };
        let logged = follow(&Case { agg: begun.agg.unwrap(), is: Folded::default() }, logged, &bench.at("dana"));
        let stop = logged.rows.iter().find_map(|row| match row {
            RowKind::Clock(step) if step.ev == StepKind::Stop => Some(step.at),
            _ => None,
        });
        assert_eq!(stop, Some(Some(told)), "the response clock stops when the incident was answered");
    }

    #[test]
    fn i13_refusals() {
        let mut bench = Bench::new();
        let crash = Reclassify { category: Category::Fix, subcategory: Subcategory::Crash, ..install() };
        for (who, case, verb, code) in [
            ("ann", bench.working("ann"), install(), Code::NotPermitted),
            ("dana", bench.working("ann"), crash, Code::CategoryInvalid),
            ("dana", bench.in_state(State::Resolved, None), install(), Code::IllegalTransition),
            ("dana", bench.task(State::Open, None), install(), Code::IllegalTransition),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{who} {verb:?}");
        }
        let to = bench.other(|_| {});
        let by_hand = super::super::link::AddLink { link: Link { kind: LinkKind::ReclassifiedTo, to } };
        assert_eq!(code_of(by_hand.decide(&bench.queued(), &bench.at("ann"))), Code::LinkInvalid);
    }
}
