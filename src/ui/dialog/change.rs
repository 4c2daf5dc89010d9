//! What can be done with a change, as a list, and the line that a step asks for.

use super::asking::Asking;
use super::choosing::{Choosing, List, Then};
use crate::app::{Desk, Error};
use crate::domain::id::AggId;
use crate::ui::change::next;
use crate::ui::change::step::Step;
use crate::ui::command::Command;
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Screen};

/// The steps of one change.
pub struct Steps(AggId);

impl List for Steps {
    type Key = Step;

    fn chose(&mut self, step: Step) -> Then<Step> {
        Then::Next(match next(self.0, step) {
            Next::Go(place) => Next::Instead(place),
            next => next,
        })
    }
}

pub fn steps(agg: AggId, desk: &Desk) -> Result<Choosing<Steps>, Error> {
    let view = desk.change(agg)?;
    let steps = Step::fitting(view.case.change());
    let missing = |step: Step| match (&view.next, view.unmet.len()) {
        (Some(next), 0) if step == Step::Advance => next.said(),
        (Some(next), n) if matches!(step, Step::Advance | Step::Approve) => format!("{n} missing for {}", next.said()),
        _ => String::new(),
    };
    let entries: Vec<_> = steps.iter().map(|step| Entry::new(*step, step.label(), missing(*step))).collect();
    let count = entries.len();
    let title = format!("{}, {}", view.case.change().name(), view.case.change().state.said());
    Ok(Choosing::new(Steps(agg), Picker::new(title, Digits::Choose, entries).hints("1-9 choose   Esc close"), count))
}

pub fn ask(agg: AggId, step: Step, desk: &Desk) -> Result<Asking, Error> {
    let name = desk.change(agg)?.case.change().name();
    let told = step.asks().into_iter().map(str::to_owned).collect();
    Ok(Asking::new(format!("{name}: {}", step.label()), told, move |text| {
        Ok(Next::Do(Command::Change(Box::new(step.verb(text)?), agg)))
    }))
}

/// The dialog of a change: the list, or the line of one step.
pub fn open(agg: AggId, step: Option<Step>, desk: &Desk) -> Result<Box<dyn Screen>, Error> {
    Ok(match step {
        None => Box::new(steps(agg, desk)?),
        Some(step) => Box::new(ask(agg, step, desk)?),
    })
}
