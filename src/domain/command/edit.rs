//! Correct the fields of a record, its priority and its tags.

use super::access::alive;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::id::AggId;
use crate::domain::incident::{Category, Subcategory, Symptom};
use crate::domain::number::Kind;
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Rights, Role};
use crate::domain::text::{CauseNote, Description, Label, Login, Reason, Signature, Tag, Title};
use crate::domain::ticket::{AFFECTED_MAX, Ticket};

/// Most tags a record can have.
const TAGS_MAX: usize = 20;

/// Refuses `text_invalid` for more tags than a record can have.
pub fn tags_fit(tags: usize) -> Result<(), Refusal> {
    if tags <= TAGS_MAX {
        return Ok(());
    }
    Err(Code::TextInvalid.because(format!("{TAGS_MAX} tags are the most a record can have, not {tags}")))
}

/// New values for some fields; absent ones stay. Two options mean "set" and "clear".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    pub title: Option<Title>,
    pub description: Option<Option<Description>>,
    pub category: Option<(Category, Subcategory)>,
    pub impact: Option<Impact>,
    pub urgency: Option<Urgency>,
    /// The override of the computed priority; clearing needs a reason too.
    pub priority: Option<(Option<Priority>, Reason)>,
    pub symptom: Option<Option<Symptom>>,
    pub signature: Option<Option<Signature>>,
    pub affected_users: Option<i64>,
    pub affected_endpoints: Option<i64>,
    pub requester: Option<AggId>,
    pub required_rights: Option<Rights>,
    pub suspected_discipline: Option<Option<Discipline>>,
    pub cause_note: Option<Option<CauseNote>>,
    pub flags: Vec<(Flag, bool)>,
    /// A supervisor may correct it, with a reason.
    pub vip: Option<(bool, Reason)>,
    /// Another contract that is in force, or none; a supervisor's, with a reason.
    pub contract: Option<(Option<Label>, Reason)>,
    pub add_endpoints: Vec<Label>,
    pub remove_endpoints: Vec<Label>,
    pub add_software: Vec<Label>,
    pub remove_software: Vec<Label>,
    pub watch: Option<(Login, bool)>,
    /// The number that a task's vendor gave it.
    pub vendor_ref: Option<Option<Label>>,
}

crate::domain::word::words! {
    /// Marks of an incident that rules look at.
    pub enum Flag {
        VendorDefect = "vendor_defect",
        HotfixNeeded = "hotfix_needed",
        DataLossRisk = "data_loss_risk",
        SuspectedCompromise = "suspected_compromise",
        Complaint = "complaint",
        ChangeNeeded = "change_needed",
        ServiceDown = "service_down",
        ConfirmedByRequester = "confirmed_by_requester",
    }
}

impl Edit {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        self.may(ticket, at)?;
        alive(case)?;
        self.fits_the_kind(ticket)?;
        let assessed = ticket.assessed_priority(at.policy);
        let mut change = Change::of(Act::Edit, ticket);
        self.texts(&mut change.next);
        self.classification(&mut change.next)?;
        self.scope(&mut change.next)?;
        for (flag, on) in &self.flags {
            *flag_mut(&mut change.next, *flag) = *on;
        }
        if let Some((vip, _)) = &self.vip {
            change.next.vip = *vip;
        }
        if let Some((contract, _)) = &self.contract {
            change.next.contract = contract.as_ref().map(|code| in_force(code, at)).transpose()?;
        }
        let at = &at.under(change.next.contract.as_ref());
        // Before an override, which is made against the value that this very edit gives.
        change.next.recompute_priority(assessed, at.policy);
        if let Some((priority, reason)) = &self.priority {
            override_priority(&mut change.next, *priority, reason, at)?;
        }
        change.reason = self.reason();
        Ok(change)
    }

    /// Why the VIP mark, the contract and the priority are what they are; each reason once.
    fn reason(&self) -> Option<String> {
        let vip = self.vip.as_ref().map(|(_, reason)| reason);
        let contract = self.contract.as_ref().map(|(_, reason)| reason);
        let priority = self.priority.as_ref().map(|(_, reason)| reason);
        let mut reasons: Vec<&str> = [vip, contract, priority].into_iter().flatten().map(Reason::as_str).collect();
        reasons.dedup();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    fn may(&self, ticket: &Ticket, at: &Moment) -> Result<(), Refusal> {
        if self.vip.is_some() && !at.by.is(Role::Admin) {
            at.supervisor()?;
        }
        if self.contract.is_some() {
            at.supervisor()?;
        }
        let only_watch = self.watch.is_some() && Self { watch: None, ..self.clone() } == Self::default();
        if only_watch { at.desk_person() } else { at.technician(ticket) }
    }

    /// Refuses `mode_fixed` for what a task takes from its parent, and `link_required` for a vendor's number where no
    /// vendor is asked.
    fn fits_the_kind(&self, ticket: &Ticket) -> Result<(), Refusal> {
        let inherited = self.impact.is_some()
            || self.urgency.is_some()
            || self.priority.is_some()
            || self.category.is_some()
            || self.vip.is_some();
        if ticket.is_task() && inherited {
            return Err(Code::ModeFixed
                .because(format!("{} takes its priority and category from its parent", ticket.name()))
                .hint("change it there"));
        }
        if self.vendor_ref.is_some() && ticket.vendor.is_none() {
            return Err(
                Code::LinkRequired.because(format!("{} asks no vendor, so it has no number there", ticket.name()))
            );
        }
        Ok(())
    }

    fn texts(&self, next: &mut Ticket) {
        if let Some(title) = &self.title {
            next.title = title.clone();
        }
        if let Some(description) = &self.description {
            next.description.clone_from(description);
        }
        if let Some(signature) = &self.signature {
            next.signature.clone_from(signature);
        }
        if let Some(cause) = &self.cause_note {
            next.cause_note.clone_from(cause);
        }
        if let Some(number) = &self.vendor_ref {
            next.vendor_ref.clone_from(number);
        }
        if let Some(requester) = self.requester {
            next.requester = Some(requester);
        }
        if let Some((who, watching)) = &self.watch {
            if *watching {
                next.watchers.insert(who.clone())
            } else {
                next.watchers.remove(who)
            };
        }
    }

    fn classification(&self, next: &mut Ticket) -> Result<(), Refusal> {
        if let Some((category, sub)) = self.category {
            if !category.holds_for(next.kind(), sub) {
                return Err(category_invalid(next.kind(), category, sub));
            }
            (next.category, next.subcategory) = (category, sub);
        }
        next.impact = self.impact.unwrap_or(next.impact);
        next.urgency = self.urgency.unwrap_or(next.urgency);
        next.symptom = self.symptom.unwrap_or(next.symptom);
        next.required_rights = self.required_rights.unwrap_or(next.required_rights);
        next.suspected_discipline = self.suspected_discipline.unwrap_or(next.suspected_discipline);
        Ok(())
    }

    fn scope(&self, next: &mut Ticket) -> Result<(), Refusal> {
        next.affected_users = self.affected_users.unwrap_or(next.affected_users);
        next.affected_endpoints = self.affected_endpoints.unwrap_or(next.affected_endpoints);
        for (what, n) in [("affected users", next.affected_users), ("affected machines", next.affected_endpoints)] {
            if !(0..=AFFECTED_MAX).contains(&n) {
                return Err(Code::TextInvalid.because(format!("{n} {what}; give 0 to 1 000 000")));
            }
        }
        next.endpoints.extend(self.add_endpoints.iter().cloned());
        next.endpoints.retain(|one| !self.remove_endpoints.contains(one));
        next.software_items.extend(self.add_software.iter().cloned());
        next.software_items.retain(|one| !self.remove_software.contains(one));
        Ok(())
    }
}

/// The contract of that code; refuses one that is not in force now.
fn in_force(code: &Label, at: &Moment) -> Result<Label, Refusal> {
    let contracts = &at.base.contracts;
    if contracts.in_force(code, at.now).is_some() {
        return Ok(code.clone());
    }
    let all = contracts.iter().map(|(code, _)| code).filter(|code| contracts.in_force(code, at.now).is_some());
    let all: Vec<_> = all.map(ToString::to_string).collect();
    let hint = if all.is_empty() { "no contract is".to_owned() } else { format!("one of {}", all.join(", ")) };
    Err(Code::NotFound.because(format!("no contract `{code}` is in force")).hint(hint))
}

/// Refuses a pair outside the category tree of that kind of record.
pub fn category_invalid(kind: Kind, category: Category, sub: Subcategory) -> Refusal {
    let valid: Vec<_> = Category::ALL
        .iter()
        .flat_map(|c| Subcategory::ALL.iter().filter(|s| c.holds_for(kind, **s)).map(move |s| format!("{c}/{s}")))
        .collect();
    Code::CategoryInvalid
        .because(format!("`{category}/{sub}` is not a category of {}", kind.with_article()))
        .hint(format!("one of {}", valid.join(", ")))
}

/// Technicians: at most one step from the computed value and never P1. Supervisors: any value. Refuses `mode_fixed` for
/// a major incident, which stays P1.
fn override_priority(next: &mut Ticket, wanted: Option<Priority>, reason: &Reason, at: &Moment) -> Result<(), Refusal> {
    let computed = next.computed_priority(at.policy);
    if wanted.is_some() && next.major_state.ever_declared() {
        return Err(Code::ModeFixed.because(format!("{} is a major incident and stays P1", next.name())));
    }
    if let Some(wanted) = wanted.filter(|_| !at.is_supervisor()) {
        if wanted == Priority::P1 {
            return Err(at.not_permitted("a supervisor, to make it P1"));
        }
        if (wanted.n() - computed.n()).abs() > 1 {
            return Err(at.not_permitted(&format!("a supervisor, as {wanted} is more than one step from {computed}")));
        }
    }
    next.priority_override = wanted;
    next.priority_reason = wanted.map(|_| reason.clone());
    next.override_review = false;
    next.priority = wanted.unwrap_or(computed);
    Ok(())
}

fn flag_mut(ticket: &mut Ticket, flag: Flag) -> &mut bool {
    match flag {
        Flag::VendorDefect => &mut ticket.vendor_defect,
        Flag::HotfixNeeded => &mut ticket.hotfix_needed,
        Flag::DataLossRisk => &mut ticket.data_loss_risk,
        Flag::SuspectedCompromise => &mut ticket.suspected_compromise,
        Flag::Complaint => &mut ticket.complaint,
        Flag::ChangeNeeded => &mut ticket.change_needed,
        Flag::ServiceDown => &mut ticket.service_down,
        Flag::ConfirmedByRequester => &mut ticket.confirmed_by_requester,
    }
}

/// Add and remove tags.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tagging {
    pub add: Vec<Tag>,
    pub remove: Vec<Tag>,
}

impl Tagging {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.desk_person()?;
        alive(case)?;
        let mut change = Change::of(Act::Tag, case.ticket());
        change.next.tags.extend(self.add.iter().cloned());
        change.next.tags.retain(|tag| !self.remove.contains(tag));
        // An import may have brought more: those can still be taken off one by one.
        if change.next.tags.len() > case.ticket().tags.len() {
            tags_fit(change.next.tags.len())?;
        }
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::Verb;
    use crate::domain::command::bench::{Bench, code_of, reason};
    use crate::domain::incident::State;

    fn priority(p: i64) -> Edit {
        Edit { priority: Some((Priority::new(p), reason("agreed with the site"))), ..Edit::default() }
    }

    #[test]
    fn changing_impact_or_flags_recomputes_the_priority() {
        let bench = Bench::new();
        let edit = Edit { impact: Some(Impact::High), ..Edit::default() };
        assert_eq!(edit.decide(&bench.queued(), &bench.at("ann")).unwrap().next.priority, Priority::P2);
        let edit = Edit { flags: vec![(Flag::SuspectedCompromise, true)], ..Edit::default() };
        assert_eq!(edit.decide(&bench.queued(), &bench.at("ann")).unwrap().next.priority, Priority::P2);
    }

    #[test]
    fn a_technician_overrides_by_one_step_and_never_to_p1() {
        let bench = Bench::new();
        for (who, p, allowed) in [
            ("ann", 4, true),
            ("ann", 3, true),
            ("ann", 5, true),
            ("ann", 2, false),
            ("ann", 1, false),
            ("dana", 1, true),
        ] {
            assert_eq!(priority(p).decide(&bench.queued(), &bench.at(who)).is_ok(), allowed, "{who} P{p}");
        }
        assert_eq!(code_of(priority(1).decide(&bench.queued(), &bench.at("ann"))), Code::NotPermitted);
    }

    #[test]
    fn an_override_stays_and_is_marked_when_its_ground_changes() {
        let bench = Bench::new();
        let overridden = priority(3).decide(&bench.queued(), &bench.at("ann")).unwrap().next;
        let case = bench.with(bench.queued(), |ticket| *ticket = overridden.clone());
        let next = Edit { impact: Some(Impact::High), ..Edit::default() }.decide(&case, &bench.at("ann")).unwrap().next;
        assert_eq!((next.priority, next.override_review), (Priority::P3, true));
        let cleared = Edit { priority: Some((None, reason("no longer urgent"))), ..Edit::default() };
        assert_eq!(cleared.decide(&case, &bench.at("ann")).unwrap().next.priority, Priority::P4);
    }

    #[test]
    fn an_override_made_with_its_ground_needs_no_review() {
        let bench = Bench::new();
        let both = Edit { impact: Some(Impact::High), ..priority(3) };
        let overridden = bench.with(bench.queued(), |t| {
            (t.priority_override, t.priority) = (Some(Priority::P5), Priority::P5);
        });
        for case in [bench.queued(), overridden] {
            let next = both.decide(&case, &bench.at("ann")).unwrap().next;
            assert_eq!((next.priority, next.override_review), (Priority::P3, false));
        }
    }

    #[test]
    fn both_reasons_of_an_edit_are_kept() {
        let bench = Bench::new();
        let vip = |why| Some((true, reason(why)));
        let edit = Edit { vip: vip("the managing director"), ..priority(3) };
        let change = edit.decide(&bench.queued(), &bench.at("dana")).unwrap();
        assert_eq!(change.reason.as_deref(), Some("the managing director; agreed with the site"));
        let edit = Edit { vip: vip("agreed with the site"), ..priority(3) };
        let change = edit.decide(&bench.queued(), &bench.at("dana")).unwrap();
        assert_eq!(change.reason.as_deref(), Some("agreed with the site"));
    }

    const ACME: &str = r#"[contract.acme]
customer = "Acme Ltd"
starts_on = "2026-01-01"
priority_floor = { "ERP client" = 2 }
priority.vip_raises_urgency = false
[contract.past]
customer = "Past Ltd"
starts_on = "2026-01-01"
ends_on = "2026-01-31"
"#;

    fn to(contract: Option<&str>) -> Edit {
        let contract = contract.map(|code| Label::new(code).unwrap());
        Edit { contract: Some((contract, reason("billed to the parent"))), ..Edit::default() }
    }

    #[test]
    fn a_supervisor_puts_a_record_under_another_contract_and_its_rules() {
        let bench = Bench::under(ACME);
        let vip = bench.with(bench.queued(), |t| (t.vip, t.priority) = (true, Priority::P3));
        let change = Verb::Edit(to(Some("acme"))).decide(&vip, &bench.at("dana")).unwrap();
        assert_eq!((change.next.contract.clone(), change.next.priority), (Label::new("acme").ok(), Priority::P4));
        assert_eq!(change.reason.as_deref(), Some("billed to the parent"));
        let acme = bench.with(vip, |t| *t = change.next.clone());
        let back = Verb::Edit(to(None)).decide(&acme, &bench.at("dana")).unwrap().next;
        assert_eq!((back.contract, back.priority), (None, Priority::P3));
        assert_eq!(code_of(to(Some("acme")).decide(&bench.queued(), &bench.at("ann"))), Code::NotPermitted);
        for code in ["past", "globex"] {
            let refused = to(Some(code)).decide(&bench.queued(), &bench.at("dana")).unwrap_err();
            assert_eq!((refused.code, refused.hint.as_str()), (Code::NotFound, "one of acme"), "{code}");
        }
    }

    #[test]
    fn a_record_goes_by_its_contract_while_that_is_in_force() {
        let bench = Bench::under(ACME);
        let add = Verb::Edit(Edit { add_software: vec![Label::new("erp client").unwrap()], ..Edit::default() });
        for (contract, p) in [(None, Priority::P4), (Some("acme"), Priority::P2), (Some("past"), Priority::P4)] {
            let case = bench.with(bench.queued(), |t| t.contract = contract.and_then(|code| Label::new(code).ok()));
            assert_eq!(add.decide(&case, &bench.at("ann")).unwrap().next.priority, p, "{contract:?}");
        }
    }

    #[test]
    fn edit_refusals() {
        let bench = Bench::new();
        let foreign = Edit { category: Some((Category::Fix, Subcategory::Removal)), ..Edit::default() };
        let crowd = Edit { affected_users: Some(2_000_000), ..Edit::default() };
        let vip = Edit { vip: Some((true, reason("the managing director"))), ..Edit::default() };
        let title = Edit { title: Some(Title::new("new").unwrap()), ..Edit::default() };
        for (who, case, verb, code) in [
            ("ann", bench.queued(), foreign, Code::CategoryInvalid),
            ("ann", bench.queued(), crowd, Code::TextInvalid),
            ("ann", bench.queued(), vip, Code::NotPermitted),
            ("ann", bench.in_tier(2), title.clone(), Code::NotPermitted),
            ("ann", bench.in_state(State::Closed, None), title, Code::IllegalTransition),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{who} {verb:?}");
        }
    }

    #[test]
    fn tags_are_limited() {
        let bench = Bench::new();
        let add = (0..21).map(|n| Tag::new(&format!("t{n}")).unwrap()).collect();
        let tags = Tagging { add, remove: vec![] };
        assert_eq!(code_of(tags.decide(&bench.queued(), &bench.at("ann"))), Code::TextInvalid);
        let crowded = bench.with(bench.queued(), |t| t.tags = tags.add.iter().cloned().collect());
        let one_less = Tagging { add: vec![], remove: tags.add[..1].to_vec() };
        assert_eq!(one_less.decide(&crowded, &bench.at("ann")).unwrap().next.tags.len(), 20);
        let one_more = Tagging { add: vec![Tag::new("more").unwrap()], remove: vec![] };
        assert_eq!(code_of(one_more.decide(&crowded, &bench.at("ann"))), Code::TextInvalid);
        assert_eq!(code_of(Tagging::default().decide(&bench.queued(), &bench.at("audrey"))), Code::NotPermitted);
    }
}
