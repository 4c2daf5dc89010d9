//! Shift hand-overs: the last one, the one that waits for this person, and what one command does to one.

use super::run::current;
use super::{Desk, Error, Receipt};
use crate::domain::command::Case;
use crate::domain::fold::Folded;
use crate::domain::handover::{Handover, HandoverState, HandoverVerb, Write};
use crate::domain::id::AggId;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Tier;
use crate::domain::time::Secs;
use crate::store::fresh;

/// How long a hand-over waits for somebody; after that nobody who comes was meant.
const WAITS: Secs = Secs::days(3);
/// How many of the newest are looked through for a draft.
const RECENT: u32 = 50;

impl Desk {
    /// The hand-overs, newest first.
    pub fn handovers(&self, limit: u32) -> Result<Vec<Case<Handover>>, Error> {
        Ok(self.store().handovers(limit)?)
    }

    /// The hand-over of that number. Refuses `not_found`.
    pub fn handover(&self, n: i64) -> Result<Case<Handover>, Error> {
        Ok(self.store().handover_numbered(n)?.ok_or_else(missing)?)
    }

    /// The tier that this person hands over: the own one; for a supervisor the whole desk.
    pub fn shift_tier(&self) -> Option<Tier> {
        match self.my_tiers()[..] {
            [own] => Some(own),
            _ => None,
        }
    }

    /// The newest hand-over that a colleague has signed, of this person's tier or of the whole desk, and that waits for
    /// somebody who comes.
    pub fn handover_for_me(&self) -> Result<Option<Case<Handover>>, Error> {
        let since = self.now() - WAITS;
        Ok(self.store().waiting_handover(self.shift_tier(), &self.person().login, since)?)
    }

    /// The newest hand-over of this person's own that nobody has signed yet.
    pub fn unsigned_handover(&self) -> Result<Option<Case<Handover>>, Error> {
        let me = &self.person().login;
        let mine = |it: &Handover| it.state == HandoverState::Draft && it.written_by.as_ref() == Some(me);
        Ok(self.store().handovers(RECENT)?.into_iter().find(|case| mine(&case.is.fields)))
    }

    /// Writes a hand-over.
    pub fn write_handover(&mut self, write: &Write) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            let agg: AggId = fresh();
            let change = write.decide(tx.next_handover()?, &asking.moment(tx))?;
            receipt.act = change.act;
            let folded = tx.append(agg, &Folded::default(), &change, &asking.author())?;
            receipt.records.push((folded.fields.name(), agg));
            Ok(())
        })
    }

    /// One verb on one hand-over.
    pub fn run_handover(&mut self, verb: &HandoverVerb, agg: AggId, rev: Option<u32>) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            let case = tx.handover_case(agg)?.ok_or_else(missing)?;
            current(&case.is.fields.name(), case.is.rev, rev)?;
            let change = verb.decide(&case, &asking.moment(tx))?;
            receipt.act = change.act;
            let wrote = tx.append_difference(agg, &case.is, &change, &asking.author())?;
            receipt.tell(wrote, case.is.fields.name(), agg);
            Ok(())
        })
    }
}

fn missing() -> Refusal {
    Code::NotFound.because("there is no such hand-over").hint("`tierdesk handover list` shows them")
}
