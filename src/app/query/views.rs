//! The views of the queue: named filters, one tab each.

use crate::app::Desk;
use crate::domain::filter::{Filter, parse};
use crate::domain::role::{Role, Tier, User};

/// A named filter.
#[derive(Debug, Clone, PartialEq)]
pub struct ListView {
    pub name: String,
    pub filter: Filter,
}

impl ListView {
    fn new(name: impl Into<String>, text: &str) -> Self {
        Self { name: name.into(), filter: parse(text).expect("the filter of a built-in view is a constant") }
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
    /// Every view that the person has, in the order of the tabs.
    pub fn views(&self) -> Vec<ListView> {
        built_in(self.person())
    }
}
