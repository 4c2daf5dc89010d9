//! Changes: one with what belongs to it, those under way, and what one command does to one.

use super::run::{Asking, Target, current};
use super::{Desk, Error, Receipt};
use crate::domain::change::Act;
use crate::domain::change_record::{ChangeRecord, Phase, Unmet};
use crate::domain::command::Case;
use crate::domain::command::change_record::{ChangeVerb, Circumstances, Open, unmet};
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::number::Kind;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Instant;
use crate::store::record::Entry;
use crate::store::{Tx, fresh};

/// A change as its screen and `show` tell it.
#[derive(Debug, Clone)]
pub struct ChangeView {
    pub case: Case<ChangeRecord>,
    /// The phase that it would go on to; `None` at its end and while it is rolled back.
    pub next: Option<Phase>,
    /// What that phase asks for and the change does not show. What the verb itself brings along is among it.
    pub unmet: Vec<Unmet>,
    /// The problems whose cause it removes.
    pub fixes: Vec<Named>,
    /// The incidents that it brought about.
    pub caused: Vec<Named>,
    /// Oldest first.
    pub worklog: Vec<Entry>,
    /// Somebody else should have looked by now at what its author approved alone.
    pub review_due: bool,
}

/// Another record, as one line tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub agg: AggId,
    pub name: String,
    pub title: String,
    pub state: &'static str,
}

impl Desk {
    /// The change with what belongs to it. Refuses `not_found`.
    pub fn change(&self, agg: AggId) -> Result<ChangeView, Error> {
        let case = self.store().change(agg)?.ok_or_else(missing)?;
        let (mut fixes, mut problems) = (Vec::new(), Vec::new());
        for problem in &case.change().fixes {
            let Some(found) = self.store().problem(*problem)? else { continue };
            let it = found.is.fields;
            fixes.push(Named { agg: *problem, name: it.name(), title: it.title.to_string(), state: it.state.word() });
            problems.push(it);
        }
        let mut caused = Vec::new();
        for incident in self.store().caused_by(agg)? {
            caused.extend(self.store().case(incident)?.map(|case| {
                let it = case.ticket();
                Named { agg: incident, name: it.name(), title: it.title.to_string(), state: it.state.word() }
            }));
        }
        let next = goes_on_to(case.change());
        let at = Circumstances { policy: self.policy(), now: self.now(), problems: &problems };
        Ok(ChangeView {
            review_due: review_due(case.change(), self.now()),
            unmet: next.map(|next| unmet(case.change(), next, &at)).unwrap_or_default(),
            worklog: self.store().change_worklog(agg)?,
            next,
            fixes,
            caused,
            case,
        })
    }

    /// The changes, oldest first: those that have not ended, or all of them.
    pub fn changes(&self, ended_too: bool) -> Result<Vec<Case<ChangeRecord>>, Error> {
        Ok(self.store().changes(ended_too)?)
    }

    /// Writes a change.
    pub fn open_change(&mut self, open: &Open) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            let agg: AggId = fresh();
            let change = open.decide(tx.next_number(Kind::Change)?, tx.home(), &asking.moment(tx))?;
            let folded = tx.append(agg, &Folded::default(), &change, &asking.author())?;
            receipt.act = Act::Log;
            receipt.records.push((folded.fields.name(), agg));
            Ok(())
        })
    }

    /// One verb on one change. What that means for the problems that it fixes follows from it.
    pub fn run_change(&mut self, verb: &ChangeVerb, target: impl Into<Target>) -> Result<Receipt, Error> {
        let target = target.into();
        self.write(|asking, tx, receipt| step_change(verb, target, asking, tx, receipt))
    }
}

fn step_change(
    verb: &ChangeVerb,
    target: Target,
    asking: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let case = tx.change_case(target.agg)?.ok_or_else(missing)?;
    current(&case.change().name(), case.is.rev, target.rev)?;
    let change = verb.decide(&case, &asking.moment(tx))?;
    receipt.act = change.act;
    let wrote = tx.append_difference(case.agg, &case.is, &change, &asking.author())?;
    receipt.tell(wrote, case.change().name(), case.agg);
    Ok(())
}

/// The phase that a change would go on to, by whatever verb.
fn goes_on_to(change: &ChangeRecord) -> Option<Phase> {
    match change.state {
        Phase::Approval => Some(Phase::Deploying),
        Phase::Verifying => Some(Phase::Completed),
        Phase::Completed | Phase::RolledBack => Some(Phase::Closed),
        Phase::OnHold => change.left,
        state => state.next(),
    }
}

/// Should somebody else have looked by now at what its author approved alone?
pub fn review_due(change: &ChangeRecord, now: Instant) -> bool {
    let waits = change.post_review_by.is_none() && !change.state.terminal();
    waits && change.post_review_due.is_some_and(|due| due < now)
}

fn missing() -> Refusal {
    Code::NotFound.because("there is no such change")
}

#[cfg(test)]
mod tests;
