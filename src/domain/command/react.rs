//! What the rules make of a record after every change of it: they fire once in a stay in a tier, and some act by
//! themselves. The actor is `system`.

use super::escalate::{Escalate, Target as To, row};
use super::facts::facts;
use super::{Case, Moment, follow};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{Step, StepKind};
use crate::domain::event::RowKind;
use crate::domain::id::{AggId, CmdId};
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
pub fn react(case: &Case, at: &Moment) -> Result<Option<Change>, Refusal> {
    let at = &at.under(case.ticket().contract.as_ref());
    let fired: Vec<_> =
        fires(&judge(case.ticket(), &facts(case, at), at.policy), case.is.latches.all(), case.is.visits)
            .into_iter()
            .filter(|judged| judged.trigger != Trigger::Tr26)
            .collect();
    if fired.is_empty() {
        return Ok(None);
    }
    let mut reaction = Reaction { case: case.clone(), change: Change::of(Act::Trigger, case.ticket()) };
    for judged in &fired {
        reaction.change.rows.push(RowKind::Trigger(Box::new(Fired::fire(judged, case.is.visits))));
    }
    reaction.act(&fired, at)?;
    Ok(Some(follow(case, reaction.change, at)))
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
