//! The tabs of the queue: saved filters with their counts.

use crate::app::{Desk, Error};
use crate::domain::filter::{self, Filter};
use crate::domain::role::{Role, Tier, User};

/// One tab.
#[derive(Debug, Clone)]
struct Tab {
    name: String,
    filter: Filter,
    count: Option<i64>,
}

/// The tabs, one of them shown.
#[derive(Debug, Clone)]
pub struct Tabs {
    tabs: Vec<Tab>,
    at: usize,
}

impl Tabs {
    /// All, Mine, Free and one per tier. A person with a tier begins on *All* of that tier.
    pub fn of(person: &User) -> Self {
        let own = person.tier.filter(|_| !person.is(Role::Supervisor));
        let mine = if own.is_some() { "is:open tier:mine" } else { "is:open" };
        let mut tabs = vec![
            Tab::new("All", mine),
            Tab::new("Mine", "is:open owner:me"),
            Tab::new("Free", &format!("{mine} owner:none")),
        ];
        tabs.extend(Tier::ALL.iter().map(|tier| Tab::new(&format!("T{tier}"), &format!("is:open tier:{tier}"))));
        Self { tabs, at: 0 }
    }

    pub fn filter(&self) -> Filter {
        self.tabs[self.at].filter.clone()
    }

    pub fn step(&mut self, step: isize) {
        let n = self.tabs.len() as isize;
        self.at = (self.at as isize + step).rem_euclid(n) as usize;
    }

    /// Reads the numbers on the tabs.
    pub fn count(&mut self, desk: &Desk) -> Result<(), Error> {
        let person = desk.person();
        let (me, own) = (person.login.clone(), person.tier.filter(|_| !person.is(Role::Supervisor)));
        let mut each = Vec::new();
        for tier in Tier::ALL {
            each.push((tier, desk.store().badges(tier, &me)?));
        }
        let of = |tier: Option<Tier>| each.iter().filter(move |(it, _)| tier.is_none_or(|tier| tier == *it));
        let all = of(own).map(|(_, badges)| badges.all).sum();
        let mine = of(None).map(|(_, badges)| badges.mine).sum();
        let free = of(own).map(|(_, badges)| badges.free).sum();
        let tiers = Tier::ALL.iter().map(|tier| of(Some(*tier)).map(|(_, badges)| badges.all).sum());
        let counts: Vec<i64> = [all, mine, free].into_iter().chain(tiers).collect();
        for (tab, count) in self.tabs.iter_mut().zip(counts) {
            tab.count = Some(count);
        }
        Ok(())
    }

    /// Number of tickets in the tab that is shown.
    pub fn current_count(&self) -> Option<i64> {
        self.tabs[self.at].count
    }

    /// `[All 42] [Mine 6]`, the current one in brackets.
    pub fn line(&self) -> String {
        let names = self.tabs.iter().map(|tab| (tab.name.as_str(), tab.count.map(|n| u64::try_from(n).unwrap_or(0))));
        crate::ui::part::chrome::tabs(names, self.at)
    }

    /// The filter of the tab as text.
    pub fn text(&self) -> String {
        self.filter().to_string()
    }
}

impl Tab {
    fn new(name: &str, text: &str) -> Self {
        let filter = filter::parse(text).expect("the filter of a tab is a constant");
        Self { name: name.to_owned(), filter, count: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::{Discipline, Rights};
    use crate::domain::text::{Login, Name};

    #[test]
    fn tabs_turn_round_and_tiers_are_one_key_apart() {
        let ann = User {
            login: Login::new("ann").unwrap(),
            name: Name::new("Ann").unwrap(),
            roles: [Role::Technician].into(),
            tier: Some(Tier::One),
            disciplines: [Discipline::Software].into(),
            rights: Rights::LocalAdmin,
            active: true,
        };
        let mut tabs = Tabs::of(&ann);
        assert_eq!(tabs.text(), "is:open tier:mine");
        tabs.step(-1);
        assert_eq!(tabs.text(), "is:open tier:3");
        tabs.step(-1);
        assert_eq!(tabs.text(), "is:open tier:2");
        tabs.step(2);
        assert_eq!(tabs.text(), "is:open tier:mine");
    }
}
