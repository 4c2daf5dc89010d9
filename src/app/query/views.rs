//! The views of the queue: named filters, one tab each.

use crate::app::{Desk, Error};
use crate::domain::filter::{Filter, parse};
use crate::domain::id::AggId;
use crate::domain::role::{Role, Tier, User};
use crate::domain::text::Login;

/// A named filter.
#[derive(Debug, Clone, PartialEq)]
pub struct ListView {
    pub name: String,
    pub filter: Filter,
    /// None for those that every queue has.
    pub saved: Option<Saved>,
}

/// Whose a saved view is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub agg: AggId,
    pub owner: Option<Login>,
    pub shared: bool,
}

impl ListView {
    fn new(name: impl Into<String>, text: &str) -> Self {
        Self {
            name: name.into(),
            filter: parse(text).expect("the filter of a built-in view is a constant"),
            saved: None,
        }
    }
}

/// What every queue has: all, mine, free, what is late or soon will be, VIPs, and one view per tier. A person with a
/// tier begins on *All* of that tier.
pub fn built_in(person: &User) -> Vec<ListView> {
    let own = person.tier.filter(|_| !person.is(Role::Supervisor));
    let mine = if own.is_some() { "is:open tier:mine" } else { "is:open" };
    let mut views = vec![
        ListView::new("All", mine),
        ListView::new("Mine", "is:open owner:me"),
        ListView::new("Free", &format!("{mine} owner:none")),
        ListView::new("Breached", &format!("{mine} is:breached")),
        ListView::new("At risk", &format!("{mine} is:at-risk")),
        ListView::new("VIP", &format!("{mine} is:vip")),
    ];
    views.extend(Tier::ALL.iter().map(|tier| ListView::new(format!("T{tier}"), &format!("is:open tier:{tier}"))));
    views
}

impl Desk {
    /// Every view that the person has, in the order of the tabs: those of every queue, then the saved ones.
    pub fn views(&self) -> Result<Vec<ListView>, Error> {
        let saved = self.store().saved_views(&self.person().login)?.into_iter();
        // One that a newer version wrote is left out here.
        let saved = saved.filter_map(|(agg, view)| {
            let filter = view.filter()?;
            Some(ListView {
                name: view.name.to_string(),
                filter,
                saved: Some(Saved { agg, owner: view.owner, shared: view.shared }),
            })
        });
        Ok(built_in(self.person()).into_iter().chain(saved).collect())
    }

    /// The view of a name, in any case.
    pub fn view(&self, name: &str) -> Result<Option<ListView>, Error> {
        let name = name.to_lowercase();
        Ok(self.views()?.into_iter().find(|view| view.name.to_lowercase() == name))
    }
}
