//! The types of aggregate, in one list: whoever goes through all of them, or asks which one an aggregate is, does it
//! here.

use anyhow::Result;
use rusqlite::Connection;

use super::view::View;
use crate::domain::change_record::ChangeRecord;
use crate::domain::cluster::ClusterFields;
use crate::domain::contract::ContractFields;
use crate::domain::event::{Event, EventKind};
use crate::domain::field::Fields;
use crate::domain::handover::Handover;
use crate::domain::id::AggId;
use crate::domain::person::{ContactFields, PolicyFields, UserFields};
use crate::domain::problem::Problem;
use crate::domain::saved_view::SavedView;
use crate::domain::ticket::Ticket;

/// Something that is done with one type of aggregate, whichever it is.
pub trait Visit {
    type Out;
    fn visit<F: View>(&mut self) -> Self::Out;
}

macro_rules! kinds {
    ($($other:ty),* $(,)?) => {
        /// Every type's table, tickets first.
        pub const TABLES: &[&str] = &[<Ticket as View>::TABLE, $(<$other as View>::TABLE),*];

        /// Does it with the type of that word; a word of a newer version is read as a ticket.
        pub fn of_type<V: Visit>(word: &str, visit: &mut V) -> V::Out {
            match word {
                $(<$other as Fields>::TYPE => visit.visit::<$other>(),)*
                _ => visit.visit::<Ticket>(),
            }
        }

        /// Does it with every type.
        pub fn each<V: Visit<Out = Result<()>>>(visit: &mut V) -> Result<()> {
            visit.visit::<Ticket>()?;
            $(visit.visit::<$other>()?;)*
            Ok(())
        }

        /// The word of the type that [`of_type`] takes a word for.
        pub fn known(word: &str) -> &'static str {
            match word {
                $(<$other as Fields>::TYPE => <$other as Fields>::TYPE,)*
                _ => Ticket::TYPE,
            }
        }
    };
}

kinds!(
    Problem,
    ChangeRecord,
    Handover,
    ClusterFields,
    UserFields,
    ContactFields,
    PolicyFields,
    ContractFields,
    SavedView
);

/// What an aggregate is: as its first event says; a ticket while that is missing; `None` when it has no record
/// events.
pub fn type_of(events: &[Event]) -> Option<&str> {
    let names = events.iter().filter_map(|event| Some((event.stamp, event.body.as_ref()?.of.as_deref()?)));
    let named = names.min_by_key(|(stamp, _)| *stamp).map(|(_, name)| name);
    let record =
        |event: &&Event| matches!(event.kind, Some(EventKind::RecordCreated | EventKind::RecordChanged) | None);
    named.or_else(|| events.iter().find(record).map(|_| Ticket::TYPE))
}

/// Which type's table has that aggregate; `None` if none has.
pub fn kept_as(db: &Connection, agg: AggId) -> Result<Option<&'static str>> {
    struct Holds<'a>(&'a Connection, AggId, Option<&'static str>);
    impl Visit for Holds<'_> {
        type Out = Result<()>;
        fn visit<F: View>(&mut self) -> Result<()> {
            if self.2.is_none() {
                let sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE agg = ?1)", F::TABLE);
                let holds: bool = self.0.prepare_cached(&sql)?.query_row([self.1], |row| row.get(0))?;
                self.2 = holds.then_some(F::TYPE);
            }
            Ok(())
        }
    }
    let mut holds = Holds(db, agg, None);
    each(&mut holds)?;
    Ok(holds.2)
}

/// A condition on a row `event`: is its aggregate one whose commands can be taken back?
pub fn undoable() -> Result<String> {
    #[derive(Default)]
    struct Undoable(Vec<String>);
    impl Visit for Undoable {
        type Out = Result<()>;
        fn visit<F: View>(&mut self) -> Result<()> {
            if F::UNDOES {
                self.0.push(format!("EXISTS (SELECT 1 FROM {0} WHERE {0}.agg = event.agg)", F::TABLE));
            }
            Ok(())
        }
    }
    let mut undoable = Undoable::default();
    each(&mut undoable)?;
    Ok(format!("({})", undoable.0.join(" OR ")))
}
