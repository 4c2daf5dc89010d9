//! Answer items of the diagnostic checklist, which becomes the hand-off. Completing it pays a hand-off debt.

use super::access::open;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{EscalationKind, Item, answers_of, missing};
use crate::domain::refusal::Refusal;
use crate::domain::ticket::{Answer, Ticket};

/// Answers by item; `None` takes an answer back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GiveAnswers {
    pub answers: Vec<(Item, Option<Answer>)>,
}

impl GiveAnswers {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.technician(case.ticket())?;
        open(case)?;
        let mut change = Change::of(Act::Answer, case.ticket());
        put(&mut change.next, &self.answers);
        if missing(&answers_of(&change.next), EscalationKind::Functional, at.policy.escalation.handoff).is_empty() {
            change.next.handoff_debt = None;
        }
        Ok(change)
    }
}

/// Writes answers into the record.
pub fn put(ticket: &mut Ticket, answers: &[(Item, Option<Answer>)]) {
    for (item, answer) in answers {
        ticket.answer_mut(*item).clone_from(answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, said};
    use crate::domain::incident::State;
    use crate::domain::refusal::Code;

    #[test]
    fn completing_the_checklist_pays_the_debt() {
        let bench = Bench::new();
        let indebted = bench.with(bench.working("ann"), |t| t.handoff_debt = Some(bench.now));
        let some = GiveAnswers { answers: vec![(Item::H1, Some(said("mail is down")))] };
        let change = some.decide(&indebted, &bench.at("ann")).unwrap();
        assert!(change.next.handoff_debt.is_some());
        let all =
            GiveAnswers { answers: [Item::H1, Item::H8, Item::H10].map(|item| (item, Some(said("answered")))).into() };
        assert_eq!(all.decide(&indebted, &bench.at("ann")).unwrap().next.handoff_debt, None);
        assert_eq!(code_of(all.decide(&bench.in_tier(2), &bench.at("ann"))), Code::NotPermitted);
        assert_eq!(
            code_of(all.decide(&bench.in_state(State::Closed, None), &bench.at("ann"))),
            Code::IllegalTransition
        );
    }
}
