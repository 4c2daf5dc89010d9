//! Hand a ticket upward with what is known (E1), at once by a rule (E5), ask a supervisor's attention (E8), or ask
//! another discipline or a vendor by a task (E9).

use super::access::{enter, may_move_tier, move_to, no_open_escalation, not_a_task, open};
use super::answer::put;
use super::task::{self, Ask};
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{EscalationKind, Item, Proposal, Step, StepKind, answers_of, demand_complete};
use crate::domain::event::RowKind;
use crate::domain::field::Wire;
use crate::domain::id::RowId;
use crate::domain::incident::State;
use crate::domain::policy::Handoff;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Label, Login, Question, Reason};
use crate::domain::ticket::{Answer, Ticket};
use crate::domain::time::Instant;
use crate::domain::trigger::Trigger;
use crate::domain::word::words;

words! {
    /// Why a person escalates.
    pub enum Why {
        NoAccess = "no_access",
        Skill = "skill",
        SlaRisk = "sla_risk",
        Vendor = "vendor",
        Other = "other",
    }
}

/// Where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Another tier; waits for that tier to accept.
    Tier(Tier),
    /// Another tier at once, by a rule; reviewed afterwards.
    Immediate(Tier),
    /// A supervisor's attention; the record stays.
    Attention,
    /// Somebody beside the tiers, at once; the record stays and a task asks.
    Across(Whom),
}

/// Whom a task asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Another discipline than the record's.
    Discipline(Discipline),
    /// An outside party.
    Vendor(Label),
}

/// Escalate with a hand-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalate {
    pub to: Target,
    /// A person's reason; rules give their ids instead.
    pub why: Option<Why>,
    pub reason: Option<Reason>,
    pub triggers: Vec<String>,
    /// Answers given in the dialog; they become the record's.
    pub answers: Vec<(Item, Option<Answer>)>,
    /// Who the proposer would like to have it.
    pub wish: Option<Login>,
}

impl Escalate {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let mut change = Change::of(Act::Escalate, case.ticket());
        put(&mut change.next, &self.answers);
        not_a_task(case.ticket(), at)?;
        match &self.to {
            Target::Tier(to) => self.propose(change, *to, case, at),
            Target::Immediate(to) => self.immediate(change, *to, case, at),
            Target::Attention => self.attention(change, case, at),
            Target::Across(whom) => self.across(change, whom, case, at),
        }
    }

    fn propose(&self, mut change: Change, to: Tier, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if !at.rule {
            at.owner_or_tier(ticket)?;
            self.explained()?;
        }
        open(case)?;
        self.direction(to, case, at)?;
        no_open_escalation(case)?;
        if !at.rule {
            demand_complete(&answers_of(&change.next), EscalationKind::Functional, at.policy.escalation.handoff)?;
        }
        let id = escalation_id("escalation", case, at);
        let mut proposal = self.proposal(EscalationKind::Functional, to, &change.next);
        if !at.rule {
            let open = case.is.latches.of(case.is.visits).filter(|latched| latched.unanswered());
            let ids = open.map(|latched| latched.trigger.word().to_owned());
            proposal.triggers.extend(ids.filter(|id| !self.triggers.contains(id)));
        }
        proposal.review_due = Some(review_due(ticket, at));
        change.next.escalation = Some(id);
        Ok(change.row(row(Step { proposal: Some(proposal), ..Step::new(id, StepKind::Propose) })))
    }

    /// E5: a rule moves the record at once. What the hand-off lacks becomes a debt that blocks resolving.
    fn immediate(&self, mut change: Change, to: Tier, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        if !at.rule {
            return Err(at.not_permitted("a rule; propose it instead"));
        }
        open(case)?;
        self.direction(to, case, at)?;
        no_open_escalation(case)?;
        let answers = answers_of(&change.next);
        if demand_complete(&answers, EscalationKind::Functional, at.policy.escalation.handoff).is_err() {
            change.next.handoff_debt = Some(at.now + at.policy.escalation.handoff_debt);
        }
        let mut proposal = self.proposal(EscalationKind::Functional, to, &change.next);
        proposal.post_review = true;
        proposal.review_due = Some(at.now + at.policy.escalation.post_review);
        let step =
            Step { proposal: Some(proposal), ..Step::new(escalation_id("escalation", case, at), StepKind::Open) };
        change = change.row(row(step));
        change.next.last_assignee.clone_from(&case.ticket().assignee);
        change.next.assignee = None;
        enter(&mut change.next, State::Queued, at);
        move_to(&mut change, to);
        Ok(change)
    }

    fn attention(&self, mut change: Change, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if !at.rule {
            at.owner_or_tier(ticket)?;
            self.explained()?;
            demand_complete(&answers_of(&change.next), EscalationKind::Hierarchical, Handoff::Light)?;
        }
        open(case)?;
        let mut proposal = self.proposal(EscalationKind::Hierarchical, ticket.tier, &change.next);
        proposal.post_review = true;
        let step = Step { proposal: Some(proposal), ..Step::new(escalation_id("attention", case, at), StepKind::Open) };
        call_attention(&mut change, step, &at.by.login, at)?;
        Ok(change)
    }

    /// E9: accepted at once, because the record does not move. The line *Ask* becomes the question of the task.
    fn across(&self, mut change: Change, whom: &Whom, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        let ticket = case.ticket();
        if !at.rule {
            at.owner(ticket)?;
        }
        open(case)?;
        let (kind, discipline, vendor) = match whom {
            Whom::Discipline(discipline) => {
                elsewhere(*discipline, ticket)?;
                (EscalationKind::Lateral, Some(*discipline), None)
            }
            Whom::Vendor(name) => {
                task::may_ask_vendor(at)?;
                (EscalationKind::Vendor, None, Some(name.clone()))
            }
        };
        let answers = answers_of(&change.next);
        demand_complete(&answers, kind, at.policy.escalation.handoff)?;
        let asked = answers.get(&Item::H10).and_then(|answer| answer.finding.as_ref());
        let asked =
            asked.ok_or_else(|| Code::HandoffIncomplete.because("the hand-off lacks Ask, the task's question"))?;
        let ask = Ask {
            discipline: discipline.unwrap_or(ticket.discipline),
            vendor: vendor.clone(),
            ..Ask::of(Question::fitted(asked.as_str())?, ticket)
        };
        let proposal = Proposal { discipline, vendor, ..self.proposal(kind, ticket.tier, &change.next) };
        let step = Step { proposal: Some(proposal), ..Step::new(escalation_id("task", case, at), StepKind::Open) };
        change = change.row(row(step));
        ask.begin(&mut change, case, at);
        Ok(change)
    }

    /// Skipping a tier upward takes a supervisor or a rule; after too many bounces only a supervisor moves it.
    fn direction(&self, to: Tier, case: &Case, at: &Moment) -> Result<(), Refusal> {
        let ticket = case.ticket();
        may_move_tier(ticket)?;
        if to == ticket.tier {
            return Err(Code::IllegalTransition.because(format!("{} is in tier {to} already", ticket.name())));
        }
        if at.is_supervisor() || at.rule {
            return Ok(());
        }
        ping_pong_brake(case, at)?;
        if to.n() - ticket.tier.n() > 1 {
            return Err(at.not_permitted("a supervisor, to skip a tier"));
        }
        Ok(())
    }

    fn explained(&self) -> Result<(), Refusal> {
        if self.why.is_some() || self.reason.is_some() || !self.triggers.is_empty() {
            return Ok(());
        }
        Err(Code::ReasonRequired.because("say why it is escalated").hint("no_access, skill, sla_risk, vendor or other"))
    }

    fn proposal(&self, kind: EscalationKind, to: Tier, ticket: &Ticket) -> Proposal {
        let words = [self.why.map(|why| why.word().to_owned()), self.reason.as_ref().map(ToString::to_string)];
        let reason = words.into_iter().flatten().collect::<Vec<_>>().join(": ");
        let text = |answer: &Answer| answer.to_value().as_str().unwrap_or_default().to_owned();
        Proposal {
            kind,
            from: ticket.tier,
            to,
            triggers: self.triggers.clone(),
            reason: (!reason.is_empty()).then_some(reason),
            wish: self.wish.clone(),
            snapshot: answers_of(ticket).iter().map(|(item, answer)| (*item, text(answer))).collect(),
            review_due: None,
            post_review: false,
            discipline: None,
            vendor: None,
        }
    }
}

/// Refuses `illegal_transition` for the discipline that the record has already.
fn elsewhere(discipline: Discipline, ticket: &Ticket) -> Result<(), Refusal> {
    if discipline != ticket.discipline {
        return Ok(());
    }
    Err(Code::IllegalTransition.because(format!("{} belongs to {discipline} already", ticket.name())))
}

/// When a decision is due: so much working time of the record's calendar from now.
fn review_due(ticket: &Ticket, at: &Moment) -> Instant {
    let target = at.policy.escalation.review_target;
    let hours = at.desk.timetable(at.policy.calendar_id(ticket.priority));
    hours.and_then(|hours| hours.add(at.now, target)).unwrap_or(at.now + target)
}

/// Identity of the escalation that this command begins.
fn escalation_id(what: &str, case: &Case, at: &Moment) -> RowId {
    RowId::derived(&[what.as_bytes(), at.cmd.bytes(), case.agg.bytes()])
}

/// A step as a row.
pub fn row(step: Step) -> RowKind {
    RowKind::Escalation(Box::new(step))
}

/// Refuses technicians once the record has gone back and forth too often and no owner is fixed.
pub fn ping_pong_brake(case: &Case, at: &Moment) -> Result<(), Refusal> {
    let bounces = i64::from(case.is.bounces());
    if at.is_supervisor() || !too_often(bounces, case, at) {
        return Ok(());
    }
    Err(at.not_permitted(&format!("a supervisor, as {} went back and forth {bounces} times", case.name())))
}

/// Names the supervisor whose attention is asked: the first of the policy's order, else by account, who is not
/// the one asking. Adds the step.
pub fn call_attention(change: &mut Change, step: Step, asking: &Login, at: &Moment) -> Result<(), Refusal> {
    let supervisors = at.desk.supervisors();
    let by_order = at.policy.escalation.attention_order.iter();
    let ordered = by_order.filter_map(|login| supervisors.iter().find(|user| user.login == *login));
    let who = ordered.chain(&supervisors).find(|user| user.login != *asking);
    if who.is_none() && !at.rule {
        return Err(at.not_permitted("another active supervisor, and there is none"));
    }
    // A rule that finds nobody to ask leaves it to whoever supervises next.
    change.next.attention_of = who.map(|who| who.login.clone());
    change.rows.push(row(step));
    Ok(())
}

/// Does the rule against going back and forth (TR07) hold the record? Not where the policy switched it off, nor once
/// a supervisor named one owner.
fn too_often(bounces: i64, case: &Case, at: &Moment) -> bool {
    let rules = &at.policy.escalation;
    rules.enabled(Trigger::Tr07) && bounces >= rules.ping_pong_bounces && !case.ticket().owner_fixed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, answers, code_of, login, said};
    use crate::domain::command::react::react;
    use crate::domain::incident::State;
    use crate::domain::task::VendorState;
    use crate::domain::ticket::Answered;

    fn up(to: i64) -> Escalate {
        Escalate {
            to: Target::Tier(Tier::new(to).unwrap()),
            why: Some(Why::Skill),
            reason: None,
            triggers: vec![],
            answers: answers(),
            wish: None,
        }
    }

    #[test]
    fn e1_a_proposal_leaves_the_record_where_it_is() {
        let bench = Bench::new();
        for case in [bench.queued(), bench.working("ann"), bench.pending("ann")] {
            let change = up(2).decide(&case, &bench.at("ann")).unwrap();
            assert_eq!((change.next.tier, change.next.state), (case.ticket().tier, case.ticket().state));
            assert!(change.next.escalation.is_some());
            let [RowKind::Escalation(step)] = &change.rows[..] else { panic!("{:?}", change.rows) };
            let proposal = step.proposal.as_ref().unwrap();
            assert_eq!(proposal.reason.as_deref(), Some("skill"));
            assert_eq!(proposal.snapshot.len(), 3);
            assert_eq!(proposal.review_due, Some(bench.now + bench.policy.escalation.review_target));
        }
    }

    #[test]
    fn e1_refusals() {
        let bench = Bench::new();
        let bare = Escalate { answers: vec![], ..up(2) };
        let mute = Escalate { why: None, ..up(2) };
        for (who, case, verb, code) in [
            ("bob", bench.working("ann"), up(2), Code::NotPermitted),
            ("ann", bench.working("ann"), up(1), Code::IllegalTransition),
            ("ann", bench.working("ann"), up(3), Code::NotPermitted),
            ("ann", bench.working("ann"), bare, Code::HandoffIncomplete),
            ("ann", bench.working("ann"), mute, Code::ReasonRequired),
            ("ann", bench.proposed("ann", 2), up(2), Code::EscalationOpen),
            ("ann", bench.in_state(State::Resolved, Some("ann")), up(2), Code::IllegalTransition),
            ("ann", bench.bounced("ann"), up(2), Code::NotPermitted),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{who} {verb:?}");
        }
        assert!(up(3).decide(&bench.working("ann"), &bench.at("dana")).is_ok(), "a supervisor may skip a tier");
        assert!(up(2).decide(&bench.bounced("ann"), &bench.at("dana")).is_ok());
        let fixed = bench.with(bench.bounced("ann"), |t| t.owner_fixed = true);
        assert!(up(2).decide(&fixed, &bench.at("ann")).is_ok());
    }

    #[test]
    fn a_desk_that_switched_the_brake_off_moves_a_bounced_ticket_freely() {
        let mut bench = Bench::new();
        let moved = |bench: &Bench| {
            let change = react(&bench.bounced("ann"), &bench.system());
            let asked = change.and_then(|change| change.next.attention_of);
            (up(2).decide(&bench.bounced("ann"), &bench.at("ann")).is_ok(), asked)
        };
        assert_eq!(moved(&bench), (false, Some(login("dana"))));
        bench.policy.escalation.disabled.insert(Trigger::Tr07);
        assert_eq!(moved(&bench), (true, None));
    }

    #[test]
    fn e5_a_rule_moves_at_once_and_leaves_a_debt() {
        let bench = Bench::new();
        let rule =
            Escalate { to: Target::Immediate(Tier::Two), answers: vec![], triggers: vec!["TR17".into()], ..up(2) };
        assert_eq!(code_of(rule.decide(&bench.working("ann"), &bench.at("dana"))), Code::NotPermitted);
        let next = rule.decide(&bench.working("ann"), &bench.system()).unwrap().next;
        assert_eq!((next.tier, next.state, next.assignee, next.tier_moves), (Tier::Two, State::Queued, None, 1));
        assert_eq!(next.handoff_debt, Some(bench.now + bench.policy.escalation.handoff_debt));
    }

    #[test]
    fn someone_whose_account_is_called_system_has_no_powers_of_a_rule() {
        let bench = Bench::new();
        let rule = Escalate { to: Target::Immediate(Tier::Two), answers: vec![], ..up(2) };
        let person = Moment { rule: false, ..bench.system() };
        assert_eq!(code_of(rule.decide(&bench.working("ann"), &person)), Code::NotPermitted);
        assert_eq!(code_of(up(2).decide(&bench.working("ann"), &person)), Code::NotPermitted);
    }

    fn network() -> Escalate {
        let answers = [Item::H1, Item::H10].map(|item| (item, Some(said("is lic01:27000 open?")))).into();
        Escalate { to: Target::Across(Whom::Discipline(Discipline::Network)), why: None, answers, ..up(2) }
    }

    fn contoso() -> Escalate {
        let items = [Item::H1, Item::H8, Item::H10, Item::H13];
        let answers = items.map(|item| (item, Some(said("Cadix 12.4 crashes")))).into();
        Escalate { to: Target::Across(Whom::Vendor(Label::new("Contoso").unwrap())), why: None, answers, ..up(2) }
    }

    #[test]
    fn e9_another_discipline_is_asked_at_once_by_a_task() {
        let bench = Bench::new();
        let change = network().decide(&bench.working("ann"), &bench.at("ann")).unwrap();
        assert_eq!((change.next.tier, change.next.state), (Tier::One, State::InProgress));
        assert_eq!((change.next.escalation, change.next.vendor_state), (None, VendorState::None));
        let [RowKind::Escalation(step)] = &change.rows[..] else { panic!("{:?}", change.rows) };
        let proposal = step.proposal.as_ref().unwrap();
        assert_eq!((step.step, proposal.kind), (StepKind::Open, EscalationKind::Lateral));
        assert_eq!((proposal.discipline, proposal.post_review), (Some(Discipline::Network), false));
        assert_eq!(proposal.way(), "network asked");
        let task = change.begins.unwrap().ticket;
        assert_eq!((task.discipline, task.tier, task.blocking), (Discipline::Network, Tier::One, true));
        assert_eq!(task.question.unwrap().as_str(), "is lic01:27000 open?");
    }

    #[test]
    fn e9_a_vendor_is_asked_by_tier_2_and_waited_for() {
        let bench = Bench::new();
        let change = contoso().decide(&bench.working("carla"), &bench.at("carla")).unwrap();
        assert_eq!(change.next.vendor_state, VendorState::Waiting);
        let task = change.begins.unwrap().ticket;
        assert_eq!(task.vendor.as_ref().map(Label::as_str), Some("Contoso"));
        assert_eq!(task.discipline, Discipline::Software, "the one who asks stays the owner");
    }

    #[test]
    fn e9_refusals() {
        let bench = Bench::new();
        let own = Escalate { to: Target::Across(Whom::Discipline(Discipline::Software)), ..network() };
        let unsaid = Escalate { answers: vec![(Item::H10, Some(said("open?")))], ..network() };
        let unasked = (Item::H10, Some(Answer { answered: Answered::NotPossible, finding: None }));
        let unasked = Escalate { answers: vec![(Item::H1, Some(said("no seat"))), unasked], ..network() };
        let unversioned = Escalate { answers: answers(), ..contoso() };
        for (who, case, verb, code) in [
            ("bob", bench.working("ann"), network(), Code::NotPermitted),
            ("ann", bench.queued(), network(), Code::NotPermitted),
            ("ann", bench.in_state(State::Resolved, Some("ann")), network(), Code::IllegalTransition),
            ("nina", bench.task(State::InProgress, Some("nina")), network(), Code::IllegalTransition),
            ("ann", bench.working("ann"), own, Code::IllegalTransition),
            ("ann", bench.working("ann"), unsaid, Code::HandoffIncomplete),
            ("ann", bench.working("ann"), unasked, Code::HandoffIncomplete),
            ("ann", bench.working("ann"), contoso(), Code::NotPermitted),
            ("carla", bench.working("carla"), unversioned, Code::HandoffIncomplete),
        ] {
            assert_eq!(code_of(verb.decide(&case, &bench.at(who))), code, "{who} {verb:?}");
        }
        assert!(network().decide(&bench.proposed("ann", 2), &bench.at("ann")).is_ok(), "a proposal is no hindrance");
        assert!(network().decide(&bench.working("ann"), &bench.at("dana")).is_ok());
    }

    #[test]
    fn e9_a_full_hand_off_asks_for_more() {
        let mut bench = Bench::new();
        bench.policy.escalation.handoff = Handoff::Full;
        assert_eq!(code_of(network().decide(&bench.working("ann"), &bench.at("ann"))), Code::HandoffIncomplete);
    }

    #[test]
    fn e8_attention_names_a_supervisor_who_is_not_the_one_asking() {
        let bench = Bench::new();
        let ask = Escalate { to: Target::Attention, ..up(2) };
        let next = ask.decide(&bench.working("ann"), &bench.at("ann")).unwrap().next;
        assert_eq!((next.attention_of, next.tier), (Some(login("dana")), Tier::One));
        let next = ask.decide(&bench.working("ann"), &bench.at("dana")).unwrap().next;
        assert_eq!(next.attention_of, Some(login("sven")));
        assert!(ask.decide(&bench.proposed("ann", 2), &bench.at("ann")).is_ok(), "it never blocks, nor is blocked");
        let bare = Escalate { answers: vec![], ..ask };
        assert_eq!(code_of(bare.decide(&bench.working("ann"), &bench.at("ann"))), Code::HandoffIncomplete);
    }
}
