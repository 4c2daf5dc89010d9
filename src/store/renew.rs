//! Rows of an aggregate made to follow events that arrived in any order.

use anyhow::Result;
use rusqlite::Connection;

use super::journal;
use super::kinds::{self, Visit};
use super::view::{self, Extent, View};
use crate::domain::event::Event;
use crate::domain::fold::{Folded, fold};
use crate::domain::id::{AggId, RowId};
use crate::domain::ticket::Ticket;

/// Follows the events at these positions, which are in the journal already and in no row yet.
pub fn renew(db: &Connection, agg: AggId, new: &[i64]) -> Result<()> {
    if added(db, agg, new)? {
        return Ok(());
    }
    let events = journal::events_of(db, agg)?;
    kinds::each(&mut Keep { db, agg, events: &events, of: kinds::type_of(&events).map(kinds::known) })
}

/// Writes the row of the aggregate's type; whatever it was taken for before goes.
struct Keep<'a> {
    db: &'a Connection,
    agg: AggId,
    events: &'a [Event],
    of: Option<&'static str>,
}

impl Visit for Keep<'_> {
    type Out = Result<()>;
    fn visit<F: View>(&mut self) -> Result<()> {
        if self.of != Some(F::TYPE) {
            return view::remove::<F>(self.db, self.agg);
        }
        let first = self.events.iter().map(|event| event.pos).min().unwrap_or(0);
        view::save(self.db, self.agg, first, &fold::<F>(self.events), Extent::Whole)
    }
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
