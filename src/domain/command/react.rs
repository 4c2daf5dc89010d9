//! What the rules make of a record after every change of it: they fire once in a stay in a tier, and some act by
//! themselves. The actor is `system`.

use super::escalate::{Escalate, Target as To, row};
use super::facts::facts;
use super::{Case, Moment, follow};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{Step, StepKind};
use crate::domain::event::RowKind;
use crate::domain::id::{AggId, CmdId};
use crate::domain::incident::MajorState;
use crate::domain::refusal::Refusal;
use crate::domain::role::Tier;
use crate::domain::text::Reason;
use crate::domain::ticket::Ticket;
use crate::domain::trigger::kept::Step as Fired;
use crate::domain::trigger::{Action, Judged, Target, Trigger, fires, judge};

/// Most reactions to one change: each may move the record into a stay in which other rules fire.
pub const REACTIONS_MAX: usize = 6;

/// Identity of the `n`-th reaction to a command on a record, the same in every process. Undoing the command takes its
/// reactions back too.
pub fn reaction(cmd: CmdId, agg: AggId, n: usize) -> CmdId {
    CmdId::derived(&[b"reaction", cmd.bytes(), agg.bytes(), &(n as u64).to_be_bytes()])
}

/// What fires now, as one change; nothing if no rule does. An overdue review has a timer of its own.
pub fn react(case: &Case, at: &Moment) -> Option<Change> {
    let at = &at.under(case.ticket().contract.as_ref());
    let fired: Vec<_> =
        fires(&judge(case.ticket(), &facts(case, at), at.policy), case.is.latches.all(), case.is.visits)
            .into_iter()
            .filter(|judged| judged.trigger != Trigger::Tr26)
            .filter(|judged| judged.trigger != Trigger::Tr27 || !spoken_for(case, at))
            .collect();
    if fired.is_empty() {
        return None;
    }
    let mut told = Change::of(Act::Trigger, case.ticket());
    for judged in &fired {
        told.rows.push(RowKind::Trigger(Box::new(Fired::fire(judged, case.is.visits))));
    }
    let mut reaction = Reaction { case: case.clone(), change: told.clone() };
    // What it asked for in the stay that ended this very instant, it need not ask for again.
    let asked = |judged: &Judged| {
        case.is.latches.all().iter().any(|latched| latched.trigger == judged.trigger && latched.at == at.now)
    };
    let acting: Vec<_> = fired.into_iter().filter(|judged| !asked(judged)).collect();
    // A rule that cannot act is on record all the same, and holds up nobody.
    let change = if reaction.act(&acting, at).is_ok() { reaction.change } else { told };
    Some(follow(case, change, at))
}

/// One candidate speaks for all that are alike, so that an outage asks for attention once; so does one proposed by hand.
fn spoken_for(case: &Case, at: &Moment) -> bool {
    let since = at.now - at.policy.major.cluster_window;
    case.ticket().major_state == MajorState::Candidate || at.desk.major_alike(case.ticket(), since)
}

/// A change that grows, with the record as it stands so far.
struct Reaction {
    case: Case,
    change: Change,
}

impl Reaction {
    fn act(&mut self, fired: &[Judged], at: &Moment) -> Result<(), Refusal> {
        let asking = |action| fired.iter().filter(move |judged| judged.actions.contains(&action)).collect::<Vec<_>>();
        if let Some((to, why)) = goal(&asking(Action::Immediate), self.case.ticket()) {
            self.void_proposal(at);
            self.escalate(To::Immediate(to), &why, at)?;
        } else if let Some((to, why)) = goal(&asking(Action::Auto), self.case.ticket())
            && self.case.is.open_escalation().is_none()
        {
            self.escalate(To::Tier(to), &why, at)?;
        }
        if fired.iter().any(|judged| judged.trigger == Trigger::Tr27) {
            self.candidate(at);
        }
        let attention = asking(Action::Attention);
        if !attention.is_empty() {
            self.escalate(To::Attention, &attention, at)?;
        }
        Ok(())
    }

    fn escalate(&mut self, to: To, why: &[&Judged], at: &Moment) -> Result<(), Refusal> {
        let numbers: Vec<_> =
            why.iter().map(|judged| format!("{}: {}", judged.trigger.rule().name, judged.numbers)).collect();
        let escalate = Escalate {
            to,
            why: None,
            reason: Reason::fitted(&numbers.join("; ")).ok(),
            triggers: why.iter().map(|judged| judged.trigger.word().to_owned()).collect(),
            answers: vec![],
            wish: None,
        };
        let change = escalate.decide(&self.case, at)?;
        self.add(change, at);
        Ok(())
    }

    /// A proposal that waits is overtaken by a move at once.
    fn void_proposal(&mut self, at: &Moment) {
        let Some(open) = self.case.is.open_escalation() else { return };
        let mut change = Change::of(Act::Escalate, self.case.ticket()).row(row(Step::new(open.id, StepKind::Void)));
        change.next.escalation = None;
        self.add(change, at);
    }

    fn candidate(&mut self, at: &Moment) {
        let mut change = Change::of(Act::Trigger, self.case.ticket());
        change.next.major_state = MajorState::Candidate;
        self.add(change, at);
    }

    fn add(&mut self, change: Change, at: &Moment) {
        self.case.is = self.case.is.after(&change, &at.by.login, at.now);
        self.change.next = change.next;
        self.change.rows.extend(change.rows);
    }
}

/// The highest tier above the record's own that any of them leads to, with those that lead there.
fn goal<'a>(fired: &[&'a Judged], ticket: &Ticket) -> Option<(Tier, Vec<&'a Judged>)> {
    let tier = |judged: &Judged| match judged.to {
        Some(Target::Tier(tier)) if tier > ticket.tier => Some(tier),
        _ => None,
    };
    let highest = fired.iter().filter_map(|judged| tier(judged)).max()?;
    Some((highest, fired.iter().copied().filter(|judged| tier(judged) == Some(highest)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, login};
    use crate::domain::escalation::EscalationKind;
    use crate::domain::priority::Priority;

    /// Lets the rules react until none does any more.
    fn settled(bench: &Bench, mut case: Case) -> (Case, usize) {
        for n in 0..REACTIONS_MAX {
            let Some(change) = react(&case, &bench.system()) else { return (case, n) };
            case.is = case.is.after(&change, &login("system"), bench.now);
        }
        panic!("the rules never come to rest");
    }

    fn ids(case: &Case) -> Vec<(&'static str, u32)> {
        case.is.latches.all().iter().map(|latched| (latched.trigger.word(), latched.visit)).collect()
    }

    #[test]
    fn a_p1_in_tier_1_moves_up_at_once_and_owes_its_hand_off() {
        let bench = Bench::new();
        let case = bench.with(bench.working("ann"), |t| t.priority = Priority::P1);
        let (after, reactions) = settled(&bench, case);
        assert_eq!((after.ticket().tier, after.ticket().assignee.as_ref(), reactions), (Tier::Two, None, 1));
        assert!(after.ticket().handoff_debt.is_some());
        assert_eq!(ids(&after), [("TR17", 1)]);
        let moved = after.is.escalations.last().unwrap();
        assert!(moved.proposal.post_review && moved.proposal.kind == EscalationKind::Functional);
    }

    #[test]
    fn a_rule_fires_once_in_a_stay_and_asks_once_at_an_instant() {
        let bench = Bench::new();
        let case = bench.with(bench.working("ann"), |t| {
            (t.priority, t.complaint) = (Priority::P1, true);
        });
        let (after, _) = settled(&bench, case);
        assert_eq!(ids(&after), [("TR17", 1), ("TR25", 1), ("TR25", 2)]);
        let asked = after.is.escalations.iter().filter(|esc| esc.proposal.kind == EscalationKind::Hierarchical);
        assert_eq!(asked.count(), 1, "the supervisor was asked in the stay that ended at once");
        assert!(react(&after, &bench.system()).is_none());
    }

    #[test]
    fn a_compromise_overtakes_a_proposal_that_waits() {
        let bench = Bench::new();
        let case = bench.with(bench.proposed("ann", 2), |t| t.suspected_compromise = true);
        let (after, _) = settled(&bench, case);
        assert_eq!((after.ticket().tier, after.ticket().escalation), (Tier::Three, None));
        assert_eq!(after.ticket().attention_of, Some(login("dana")));
    }

    #[test]
    fn a_demand_blocks_until_it_is_proposed_or_waived() {
        use crate::domain::command::bench::{answers, code_of, reason};
        use crate::domain::command::hold::Resume;
        use crate::domain::command::waive::Waive;
        use crate::domain::command::{Verb, escalate};
        use crate::domain::refusal::Code;

        let bench = Bench::new();
        let (case, _) = settled(&bench, bench.with(bench.pending("ann"), |t| t.affected_users = 5));
        assert_eq!(ids(&case), [("TR08", 1)]);
        let resume = Verb::Resume(Resume);
        assert_eq!(code_of(resume.decide(&case, &bench.at("ann"))), Code::TriggerOpen);
        assert!(resume.decide(&bench.with(case.clone(), |t| t.affected_users = 4), &bench.at("ann")).is_ok());

        let waive = Verb::Waive(Waive { trigger: Trigger::Tr08, reason: reason("all five sit in one room") });
        assert_eq!(code_of(waive.decide(&case, &bench.at("ann"))), Code::NotPermitted);
        let waived = waive.decide(&case, &bench.at("dana")).unwrap();
        let waived = Case { agg: case.agg, is: case.is.after(&waived, &login("dana"), bench.now) };
        assert!(resume.decide(&waived, &bench.at("ann")).is_ok());

        let up = Escalate {
            to: escalate::Target::Tier(Tier::Two),
            why: Some(escalate::Why::Skill),
            reason: None,
            triggers: vec![],
            answers: answers(),
            wish: None,
        };
        let proposed = Verb::Escalate(up).decide(&case, &bench.at("ann")).unwrap();
        let proposed = Case { agg: case.agg, is: case.is.after(&proposed, &login("ann"), bench.now) };
        assert_eq!(proposed.is.escalations[0].proposal.triggers, ["TR08"]);
        assert!(resume.decide(&proposed, &bench.at("ann")).is_ok());
    }
}
