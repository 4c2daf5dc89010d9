//! Take a command back, on every record it changed, in one transaction.

use super::run::Asking;
use super::{Desk, Error, Receipt};
use crate::domain::change::Act;
use crate::domain::command::undo;
use crate::domain::id::{AggId, CmdId};
use crate::domain::refusal::Code;
use crate::store::Tx;

/// How far back an undo looks for a command, in events of everyone.
const WITHIN: u32 = 20_000;

impl Desk {
    /// The person's last command that is not undone yet.
    pub fn last_command(&self) -> Result<Option<CmdId>, Error> {
        Ok(self.store.last_command_of(&self.person().login, WITHIN)?)
    }

    /// Takes a command back: the one named, else the person's last.
    pub fn undo(&mut self, cmd: Option<CmdId>) -> Result<Receipt, Error> {
        let cmd = match cmd {
            Some(cmd) => Some(cmd),
            None => self.last_command()?,
        };
        let cmd = cmd.ok_or_else(|| Code::NothingToUndo.because("there is nothing of yours to undo"))?;
        let changed = self.store.aggregates_of(cmd, WITHIN)?;
        if changed.is_empty() {
            return Err(Code::NothingToUndo.because("nothing was changed by that command").into());
        }
        self.write(|asking, tx, receipt| {
            receipt.act = Act::Undo;
            for agg in changed {
                undo_one(agg, cmd, asking, tx, receipt)?;
            }
            if receipt.records.is_empty() {
                return Err(Code::NothingToUndo.because("that command changed no ticket").into());
            }
            Ok(())
        })
    }
}

fn undo_one(agg: AggId, cmd: CmdId, asking: &Asking<'_>, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
    let Some(case) = tx.case(agg)? else { return Ok(()) };
    let events = tx.events_of(agg)?;
    let body = undo::undo(&case, &events, cmd, &asking.moment(tx))?;
    tx.append_body(agg, &case.is, body, &asking.author())?;
    receipt.records.push((case.name(), agg));
    Ok(())
}
