//! Log an incident (I1) or a request (R1), and resolve it in the same call when the first contact was enough.

use std::collections::BTreeSet;

use super::access::may_own;
use super::apply::ApplyWorkaround;
use super::edit::{category_invalid, tags_fit};
use super::{Case, Moment, follow, resolve, take};
use crate::domain::change::{Act, Change};
use crate::domain::event::RowKind;
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, StoreId};
use crate::domain::incident::{Category, Source, State, Subcategory, Symptom, WorkMode};
use crate::domain::install::method::{Method, Plan};
use crate::domain::install::requirement::Requirement;
use crate::domain::install::target::Target;
use crate::domain::number::{Kind, Number};
use crate::domain::priority::{Impact, Urgency, suggested_impact};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::request::work_mode;
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Description, Label, Name, Signature, Tag, Title};
use crate::domain::ticket::{AFFECTED_MAX, Ticket};
use crate::domain::time::Instant;

/// What is known when a call comes in. What is absent is proposed or computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// An incident or a request.
    pub kind: Kind,
    pub title: Title,
    pub description: Option<Description>,
    pub requester: Option<AggId>,
    /// Copied from the contact.
    pub vip: bool,
    /// Of the contact: its contract becomes the record's.
    pub organisation: Option<Name>,
    pub source: Source,
    pub category: Category,
    pub subcategory: Subcategory,
    /// Of an incident.
    pub symptom: Symptom,
    pub signature: Option<Signature>,
    /// Absent: what the number of affected users suggests.
    pub impact: Option<Impact>,
    pub urgency: Urgency,
    pub affected_users: i64,
    pub endpoints: Vec<Label>,
    pub software_items: Vec<Label>,
    pub tags: Vec<Tag>,
    pub discipline: Discipline,
    pub tier: Tier,
    /// When it was reported; absent: now.
    pub opened_at: Option<Instant>,
    /// Of a request: who of the customer's must agree first (R2).
    pub approver: Option<Name>,
    /// Of a request: what it needs, and how it is done.
    pub requirements: Vec<Requirement>,
    pub plan: Option<Plan>,
    /// The problem whose workaround helps this caller.
    pub known_error: Option<AggId>,
    /// Name of the checklist that a template chose.
    pub checklist: Option<Label>,
    pub then: Then,
}

/// What happens to it in the same call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// It waits in the queue.
    Queue,
    /// The one who logs takes it.
    Take,
    /// First contact was enough.
    Resolve(resolve::Resolve),
}

impl Log {
    /// The least that a call needs: a title; all else as the form proposes it.
    pub fn titled(title: Title) -> Self {
        Self {
            kind: Kind::Incident,
            title,
            description: None,
            requester: None,
            vip: false,
            organisation: None,
            source: Source::Phone,
            category: Category::Fix,
            subcategory: Subcategory::Unknown,
            symptom: Symptom::Other,
            signature: None,
            impact: None,
            urgency: Urgency::Medium,
            affected_users: 1,
            endpoints: vec![],
            software_items: vec![],
            tags: vec![],
            discipline: Discipline::Software,
            tier: Tier::One,
            opened_at: None,
            approver: None,
            requirements: vec![],
            plan: None,
            known_error: None,
            checklist: None,
            then: Then::Queue,
        }
    }

    /// As [`titled`](Self::titled), but a request: something shall be installed.
    pub fn request(title: Title) -> Self {
        let (category, subcategory) = (Category::Install, Subcategory::NewInstall);
        Self { kind: Kind::Request, category, subcategory, ..Self::titled(title) }
    }

    /// The new record. `number` and `home` are the store's to give.
    pub fn decide(&self, agg: AggId, number: Number, home: StoreId, at: &Moment) -> Result<Change, Refusal> {
        at.desk_person()?;
        let contract = self.contract(at);
        let at = &at.under(contract.as_ref());
        self.check(at)?;
        let ticket = Ticket { contract, ..self.ticket(number, home, at)? };
        let mut change = Change::of(Act::Log, &ticket);
        change.rows.push(RowKind::Visit { tier: self.tier, discipline: self.discipline });
        if let Some(problem) = self.known_error {
            let apply = ApplyWorkaround { problem };
            change = in_the_same_call(change, agg, |case| apply.decide(case, at))?;
        }
        let change = match &self.then {
            Then::Queue => change,
            Then::Take => in_the_same_call(change, agg, |case| take::Take.decide(case, at))?,
            Then::Resolve(resolve) => in_the_same_call(change, agg, |case| resolve.decide(case, at))?,
        };
        Ok(follow(&Case { agg, is: Folded::default() }, change, at))
    }

    /// The contract that the requester's organisation has on this day; none without one.
    fn contract(&self, at: &Moment) -> Option<Label> {
        let organisation = self.organisation.as_ref()?;
        at.base.contracts.of(organisation, at.now).cloned()
    }

    fn check(&self, at: &Moment) -> Result<(), Refusal> {
        let anonymous = matches!(self.source, Source::Monitoring | Source::Campaign);
        if self.requester.is_none() && !anonymous {
            return Err(Code::FieldMissing
                .because("the requester is missing")
                .hint("name one with @name or --requester, or choose the source monitoring"));
        }
        if !self.category.holds_for(self.kind, self.subcategory) {
            return Err(category_invalid(self.kind, self.category, self.subcategory));
        }
        if self.approver.is_some() && (self.kind != Kind::Request || self.then != Then::Queue) {
            return Err(Code::IllegalTransition.because("only a request that waits in the queue is asked approval for"));
        }
        let opened = self.opened_at.unwrap_or(at.now);
        let earliest = at.now - at.policy.records.opened_at_max_back;
        if opened > at.now || opened < earliest {
            return Err(Code::OpenedAtInvalid.because(format!("reported between {earliest} and now, not at {opened}")));
        }
        if !(0..=AFFECTED_MAX).contains(&self.affected_users) {
            return Err(Code::TextInvalid.because("affected users: give 0 to 1 000 000"));
        }
        tags_fit(self.tags.iter().collect::<BTreeSet<_>>().len())?;
        if self.tier > Tier::One && !at.is_supervisor() {
            may_own(at.by, &Ticket { discipline: self.discipline, ..Ticket::default() }, self.tier)?;
        }
        Ok(())
    }

    /// A request goes to the machines that it names; one for a cloud service to people.
    fn targets(&self) -> Result<BTreeSet<Target>, Refusal> {
        let for_people = self.plan.as_ref().is_some_and(|plan| plan.method == Method::CloudSaas);
        if self.kind != Kind::Request || for_people {
            return Ok(BTreeSet::new());
        }
        self.endpoints.iter().map(|host| Target::new(host.clone())).collect()
    }

    fn ticket(&self, number: Number, home: StoreId, at: &Moment) -> Result<Ticket, Refusal> {
        let users = &at.policy.priority;
        let suggested = suggested_impact(self.affected_users, users.impact_high_users, users.impact_medium_users);
        let mut ticket = Ticket {
            number: Some(number),
            home: Some(home),
            title: self.title.clone(),
            description: self.description.clone(),
            state_since: at.now,
            tier: self.tier,
            discipline: self.discipline,
            category: self.category,
            subcategory: self.subcategory,
            impact: self.impact.unwrap_or(suggested),
            urgency: self.urgency,
            source: self.source,
            requester: self.requester,
            vip: self.vip,
            affected_users: self.affected_users,
            affected_endpoints: self.endpoints.len() as i64,
            symptom: (self.kind == Kind::Incident).then_some(self.symptom),
            work_mode: if self.kind == Kind::Request { work_mode(self.source) } else { WorkMode::Reactive },
            approver: self.approver.clone(),
            requirements: self.requirements.iter().cloned().collect(),
            plan: self.plan.clone(),
            targets: self.targets()?,
            signature: self.signature.clone(),
            checklist: self.checklist.clone(),
            opened_at: self.opened_at.unwrap_or(at.now),
            logged_at: at.now,
            logged_by: Some(at.by.login.clone()),
            tags: self.tags.iter().cloned().collect(),
            endpoints: self.endpoints.iter().cloned().collect(),
            software_items: self.software_items.iter().cloned().collect(),
            ..Ticket::default()
        };
        if self.approver.is_some() {
            ticket.state = State::Approval;
        }
        ticket.priority = ticket.computed_priority(at.policy);
        Ok(ticket)
    }
}

/// Applies a second verb to the record as logged, so that both are one event at one instant.
fn in_the_same_call(
    logged: Change,
    agg: AggId,
    then: impl Fn(&Case) -> Result<Change, Refusal>,
) -> Result<Change, Refusal> {
    let is = Folded { fields: logged.next.clone(), visits: 1, created: true, ..Folded::default() };
    let second = then(&Case { agg, is })?;
    Ok(Change {
        act: Act::Log,
        next: second.next,
        rows: logged.rows.into_iter().chain(second.rows).collect(),
        reason: second.reason,
        begins: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::kept::StepKind;
    use crate::domain::command::bench::{Bench, code_of, resolution};
    use crate::domain::incident::ResolutionCode;
    use crate::domain::priority::Priority;
    use crate::domain::time::Secs;

    fn call() -> Log {
        Log { requester: Some(AggId::derived(&[b"j.smith"])), ..Log::titled(Title::new("VPN drops").unwrap()) }
    }

    fn log(bench: &Bench, log: &Log, who: &str) -> Result<Change, Refusal> {
        log.decide(AggId::derived(&[b"new"]), "INC-1".parse().unwrap(), StoreId::derived(&[b"s"]), &bench.at(who))
    }

    #[test]
    fn i1_a_logged_incident_waits_in_its_tier() {
        let bench = Bench::new();
        let change = log(&bench, &call(), "ann").unwrap();
        assert_eq!((change.next.state, change.next.tier), (State::Queued, Tier::One));
        assert_eq!((change.next.impact, change.next.priority), (Impact::Low, Priority::P4));
        assert_eq!(change.next.logged_at, bench.now);
    }

    #[test]
    fn i1_many_users_suggest_a_higher_impact_and_a_vip_raises_urgency() {
        let bench = Bench::new();
        let many = Log { affected_users: 60, vip: true, ..call() };
        let next = log(&bench, &many, "ann").unwrap().next;
        assert_eq!((next.impact, next.priority), (Impact::High, Priority::P1));
    }

    #[test]
    fn i1_the_contract_of_the_requesters_organisation_holds_from_the_start() {
        let bench = Bench::under(
            "[contract.acme]\ncustomer = \"Acme Ltd\"\nstarts_on = \"2026-01-01\"\n\
             priority.vip_raises_urgency = false\npriority_floor = { SAP = 3 }\n",
        );
        let sap = vec![Label::new("SAP").unwrap()];
        for (organisation, software_items, contract, p) in [
            (None, vec![], None, 3),
            (Some("Globex"), sap.clone(), None, 3),
            (Some("ACME ltd"), vec![], Some("acme"), 4),
            (Some("Acme Ltd"), sap, Some("acme"), 3),
        ] {
            let organisation = organisation.map(|name| Name::new(name).unwrap());
            let call = Log { vip: true, organisation: organisation.clone(), software_items, ..call() };
            let next = log(&bench, &call, "ann").unwrap().next;
            let expected = (contract.map(|code| Label::new(code).unwrap()), Priority::new(p).unwrap());
            assert_eq!((next.contract, next.priority), expected, "{organisation:?}");
        }
    }

    #[test]
    fn i1_i2_i5_i9_first_contact_is_one_change() {
        let bench = Bench::new();
        let resolve = resolve::Resolve {
            code: ResolutionCode::UserGuidance,
            note: resolution("showed how to reconnect"),
            subcategory: Some(Subcategory::AccessFault),
            public: true,
        };
        let change = log(&bench, &Log { then: Then::Resolve(resolve), ..call() }, "ann").unwrap();
        assert_eq!(change.next.state, State::Resolved);
        assert_eq!(change.next.acknowledged_at, Some(bench.now));
        assert_eq!(change.next.responded_at, Some(bench.now));
        let notes = change.rows.iter().filter(|row| matches!(row, RowKind::Worklog(_) | RowKind::Visit { .. }));
        assert_eq!(notes.count(), 2, "the stay in the tier and the public note");
        let steps = change.rows.iter().filter_map(|row| match row {
            RowKind::Clock(step) => Some(step.sentence()),
            _ => None,
        });
        let steps: Vec<_> = steps.collect();
        assert_eq!(
            steps,
            [
                "response clock: start 4h",
                "response clock: stop",
                "resolution clock: start 48h",
                "resolution clock: stop",
                "tier clock: start 12h",
                "tier clock: stop"
            ]
        );
    }

    #[test]
    fn r1_a_request_has_no_symptom_and_twice_the_time_of_an_incident() {
        let bench = Bench::new();
        let asked = || Log {
            requester: Some(AggId::derived(&[b"j.smith"])),
            ..Log::request(Title::new("AutoCAD 2027 on CAD-01").unwrap())
        };
        let change = asked().decide(
            AggId::derived(&[b"new"]),
            "REQ-1".parse().unwrap(),
            StoreId::derived(&[b"s"]),
            &bench.at("ann"),
        );
        let change = change.unwrap();
        assert_eq!((change.next.state, change.next.symptom), (State::Queued, None));
        assert_eq!(change.next.work_mode, WorkMode::Reactive);
        let sentences: Vec<_> = change
            .rows
            .iter()
            .filter_map(|row| match row {
                RowKind::Clock(step) => Some(step.sentence()),
                _ => None,
            })
            .collect();
        assert_eq!(sentences, ["response clock: start 4h", "resolution clock: start 96h", "tier clock: start 12h"]);
        for (log, code) in [
            (Log { subcategory: Subcategory::Crash, ..asked() }, Code::CategoryInvalid),
            (Log { requester: None, ..asked() }, Code::FieldMissing),
            (Log { approver: Name::new("R. Stone").ok(), then: Then::Take, ..asked() }, Code::IllegalTransition),
            (Log { approver: Name::new("R. Stone").ok(), ..call() }, Code::IllegalTransition),
        ] {
            assert_eq!(code_of(self::log(&bench, &log, "ann")), code, "{log:?}");
        }
    }

    #[test]
    fn r1_r2_a_request_that_needs_approval_waits_with_its_clocks_standing_still() {
        let bench = Bench::new();
        let asked = Log {
            requester: Some(AggId::derived(&[b"j.smith"])),
            approver: Name::new("R. Stone").ok(),
            ..Log::request(Title::new("AutoCAD 2027 on CAD-01").unwrap())
        };
        let number = "REQ-1".parse().unwrap();
        let change =
            asked.decide(AggId::derived(&[b"new"]), number, StoreId::derived(&[b"s"]), &bench.at("ann")).unwrap();
        assert_eq!(change.next.state, State::Approval);
        let steps = change.rows.iter().filter_map(|row| match row {
            RowKind::Clock(step) => Some((step.kind.word(), step.ev)),
            _ => None,
        });
        let paused: Vec<_> = steps.filter(|(_, ev)| *ev == StepKind::Pause).map(|(kind, _)| kind).collect();
        assert_eq!(paused, ["resolution", "ola"]);
    }

    #[test]
    fn i1_refusals() {
        let bench = Bench::new();
        let tag = |n| Tag::new(&format!("t{n}")).unwrap();
        for (who, verb, code) in [
            ("audrey", call(), Code::NotPermitted),
            ("ann", Log { requester: None, ..call() }, Code::FieldMissing),
            ("ann", Log { subcategory: Subcategory::NewInstall, ..call() }, Code::CategoryInvalid),
            ("ann", Log { opened_at: Some(bench.now + Secs(1)), ..call() }, Code::OpenedAtInvalid),
            ("ann", Log { opened_at: Some(bench.now - Secs::days(8)), ..call() }, Code::OpenedAtInvalid),
            ("ann", Log { affected_users: -1, ..call() }, Code::TextInvalid),
            ("ann", Log { tier: Tier::Two, ..call() }, Code::AssigneeInvalid),
            ("ann", Log { tags: (0..21).map(tag).collect(), ..call() }, Code::TextInvalid),
        ] {
            assert_eq!(code_of(log(&bench, &verb, who)), code, "{who} {verb:?}");
        }
        let alert = Log { requester: None, source: Source::Monitoring, ..call() };
        assert!(log(&bench, &alert, "ann").is_ok(), "an alert has no requester");
    }
}
