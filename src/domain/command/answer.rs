//! Answer items of the diagnostic checklist, which becomes the hand-off. Completing it pays a hand-off debt.

use super::access::open;
use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::escalation::{EscalationKind, Item, answers_of, missing};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Label;
use crate::domain::ticket::{Answer, Ticket};

/// Most ticks of a record: those of a few checklists, one after the other.
const TICKS_MAX: usize = 50;

/// Answers by item; `None` takes an answer back. Steps of a checklist that answer no item are kept in their words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GiveAnswers {
    pub answers: Vec<(Item, Option<Answer>)>,
    /// Ticked, or no longer.
    pub ticks: Vec<(Label, bool)>,
    /// Another checklist from now on, by name.
    pub checklist: Option<Label>,
}

impl GiveAnswers {
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.technician(case.ticket())?;
        open(case)?;
        let mut change = Change::of(Act::Answer, case.ticket());
        put(&mut change.next, &self.answers);
        for (step, ticked) in &self.ticks {
            if *ticked {
                change.next.ticks.insert(step.clone());
            } else {
                change.next.ticks.remove(step);
            }
        }
        if self.checklist.is_some() {
            change.next.checklist.clone_from(&self.checklist);
        }
        if change.next.ticks.len() > TICKS_MAX {
            return Err(Code::TextInvalid.because(format!("at most {TICKS_MAX} steps can be ticked")));
        }
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

    #[test]
    fn completing_the_checklist_pays_the_debt() {
        let bench = Bench::new();
        let indebted = bench.with(bench.working("ann"), |t| t.handoff_debt = Some(bench.now));
        let some = GiveAnswers { answers: vec![(Item::H1, Some(said("mail is down")))], ..GiveAnswers::default() };
        let change = some.decide(&indebted, &bench.at("ann")).unwrap();
        assert!(change.next.handoff_debt.is_some());
        let all = GiveAnswers {
            answers: [Item::H1, Item::H8, Item::H10].map(|item| (item, Some(said("answered")))).into(),
            ..GiveAnswers::default()
        };
        assert_eq!(all.decide(&indebted, &bench.at("ann")).unwrap().next.handoff_debt, None);
        assert_eq!(code_of(all.decide(&bench.in_tier(2), &bench.at("ann"))), Code::NotPermitted);
        assert_eq!(
            code_of(all.decide(&bench.in_state(State::Closed, None), &bench.at("ann"))),
            Code::IllegalTransition
        );
    }

    #[test]
    fn ticks_are_kept_in_their_words_and_taken_off_again() {
        let bench = Bench::new();
        let step = |text: &str| Label::new(text).unwrap();
        let tick = |text: &str, on| GiveAnswers { ticks: vec![(step(text), on)], ..GiveAnswers::default() };
        let ticked = bench.with(bench.working("ann"), |t| t.ticks = [step("a"), step("b")].into());
        for (verb, ticks) in [
            (tick("a", false), &["b"][..]),
            (tick("c", true), &["a", "b", "c"]),
            (tick("a", true), &["a", "b"]),
            (tick("x", false), &["a", "b"]),
        ] {
            let next = verb.decide(&ticked, &bench.at("ann")).unwrap().next;
            assert_eq!(next.ticks.iter().map(Label::as_str).collect::<Vec<_>>(), ticks, "{verb:?}");
        }
        let many = (0..=TICKS_MAX).map(|n| (step(&n.to_string()), true)).collect();
        let many = GiveAnswers { ticks: many, ..GiveAnswers::default() };
        assert_eq!(code_of(many.decide(&ticked, &bench.at("ann"))), Code::TextInvalid);
        let other = GiveAnswers { checklist: Some(step("legacy")), ..GiveAnswers::default() };
        let next = other.decide(&ticked, &bench.at("ann")).unwrap().next;
        assert_eq!(next.checklist.as_ref().map(Label::as_str), Some("legacy"));
    }
}
