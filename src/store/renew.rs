//! Rows of an aggregate made to follow events that arrived in any order.

use anyhow::Result;
use rusqlite::Connection;

use super::journal;
use super::rebuild::type_of;
use super::view::{self, Extent, View};
use crate::domain::contract::ContractFields;
use crate::domain::event::Event;
use crate::domain::field::Fields;
use crate::domain::fold::{Folded, fold};
use crate::domain::id::{AggId, RowId};
use crate::domain::person::{ContactFields, PolicyFields, UserFields};
use crate::domain::ticket::Ticket;

/// Follows the events at these positions, which are in the journal already and in no row yet.
pub fn renew(db: &Connection, agg: AggId, new: &[i64]) -> Result<()> {
    if added(db, agg, new)? {
        return Ok(());
    }
    let events = journal::events_of(db, agg)?;
    let of = type_of(&events);
    let known = [UserFields::TYPE, ContactFields::TYPE, PolicyFields::TYPE, ContractFields::TYPE];
    keep::<UserFields>(db, agg, &events, of == Some(UserFields::TYPE))?;
    keep::<ContactFields>(db, agg, &events, of == Some(ContactFields::TYPE))?;
    keep::<PolicyFields>(db, agg, &events, of == Some(PolicyFields::TYPE))?;
    keep::<ContractFields>(db, agg, &events, of == Some(ContractFields::TYPE))?;
    keep::<Ticket>(db, agg, &events, of.is_some_and(|of| !known.contains(&of)))
}

/// Writes the row of the aggregate's type; whatever it was taken for before goes.
fn keep<F: View>(db: &Connection, agg: AggId, events: &[Event], is: bool) -> Result<()> {
    if !is {
        return view::remove::<F>(db, agg);
    }
    let first = events.iter().map(|event| event.pos).min().unwrap_or(0);
    view::save(db, agg, first, &fold::<F>(events), Extent::Whole)
}

/// The fast path, for tickets: false, and nothing done, unless every new event stands alone and sorts last.
fn added(db: &Connection, agg: AggId, new: &[i64]) -> Result<bool> {
    let Some(kept) = view::load::<Ticket>(db, agg)?.filter(|kept| kept.folded.created) else { return Ok(false) };
    let events = new.iter().map(|pos| journal::event_at(db, *pos));
    let mut events = events.collect::<Result<Vec<Event>>>()?;
    events.sort_by_key(|event| event.stamp);
    let mut folded = Folded { worklogs: Vec::new(), ..kept.folded };
    for event in &events {
        if !(folded.takes(event) && stands_alone(event) && journal::is_sole(db, event)?) {
            return Ok(false);
        }
        folded.take(event);
    }
    view::save(db, agg, kept.rowid, &folded, Extent::Added)?;
    Ok(true)
}

/// Does it neither name the aggregate's type nor repeat rows of another command? A row counts once, and only a fold
/// from the start knows those that were taken.
fn stands_alone(event: &Event) -> bool {
    event.body.as_ref().is_none_or(|body| {
        let own = |(nth, id): (usize, RowId)| id == RowId::of(event.cmd, event.agg, nth);
        body.of.is_none() && body.rows.iter().map(|row| row.id).enumerate().all(own)
    })
}
