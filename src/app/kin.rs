//! What a command does to other records than its own, in the same transaction: between a record and its tasks. The
//! decisions stand in `domain::command::kin`; here is which records they are about.

use std::collections::{BTreeMap, BTreeSet};

use super::run::Asking;
use super::tick::system;
use super::{Error, Receipt};
use crate::domain::change::Act;
use crate::domain::command::{Case, kin};
use crate::domain::event::Proof;
use crate::domain::id::AggId;
use crate::domain::ticket::Ticket;
use crate::store::Tx;

/// Looks at every record that the command changed; whatever follows on others is written by rule under the same
/// command, so that an undo takes both back. Tells the receipt.
pub(super) fn on_others(asking: &Asking<'_>, tx: &mut Tx<'_>, receipt: &mut Receipt) -> Result<(), Error> {
    let system = system();
    let proof = if asking.proof == Proof::Timer { Proof::Timer } else { Proof::Rule };
    let rule = Asking { by: &system, proof, ..*asking };
    // An undo brings back itself what its command did to others; only what must not stay open follows.
    let undoing = receipt.act == Act::Undo;
    let changed: BTreeSet<AggId> = receipt.records.iter().map(|(_, agg)| *agg).collect();
    let mut parents: BTreeMap<AggId, BTreeSet<AggId>> = BTreeMap::new();
    for agg in &changed {
        match tx.parent_of(*agg)? {
            Some(parent) => {
                parents.entry(parent).or_default().insert(*agg);
            }
            None => {
                let (tasks, parent) = (tx.tasks_of(*agg)?, tx.case(*agg)?);
                let Some(parent) = parent.filter(|parent| !undoing || parent.ticket().state.terminal()) else {
                    continue;
                };
                let others = tasks.iter().filter(|task| !changed.contains(&task.agg));
                on_tasks(parent.ticket(), others, &rule, tx, receipt)?;
            }
        }
    }
    for (parent, tasks) in parents.iter().filter(|(parent, _)| !undoing && !changed.contains(*parent)) {
        on_parent(*parent, tasks, &rule, tx, receipt)?;
    }
    Ok(())
}

fn on_tasks<'c>(
    parent: &Ticket,
    tasks: impl Iterator<Item = &'c Case>,
    rule: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    for task in tasks {
        if let Some(change) = kin::task_of(parent, task, &rule.moment(tx))? {
            tx.append(task.agg, &task.is, &change, &rule.author())?;
            tell(change.act, task, receipt);
        }
    }
    Ok(())
}

/// The parent of these tasks, once for all of them.
fn on_parent(
    parent: AggId,
    changed: &BTreeSet<AggId>,
    rule: &Asking<'_>,
    tx: &mut Tx<'_>,
    receipt: &mut Receipt,
) -> Result<(), Error> {
    let Some(parent) = tx.case(parent)? else { return Ok(()) };
    let (these, others): (Vec<_>, Vec<_>) =
        tx.tasks_of(parent.agg)?.into_iter().partition(|task| changed.contains(&task.agg));
    let [these, others] = [these, others].map(|tasks| tasks.into_iter().map(|task| task.is.fields).collect::<Vec<_>>());
    if let Some(change) = kin::parent_of(&these, &others, &parent, &rule.moment(tx)) {
        tx.append(parent.agg, &parent.is, &change, &rule.author())?;
        tell(change.act, &parent, receipt);
    }
    Ok(())
}

/// What a person wants to know of it: that a record woke or ended, not that it has another priority.
fn tell(act: Act, case: &Case, receipt: &mut Receipt) {
    if matches!(act, Act::Resume | Act::Cancel) {
        receipt.also.push((act, case.name(), case.agg));
    }
}
