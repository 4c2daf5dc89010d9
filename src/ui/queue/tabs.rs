//! The tabs of the queue: saved filters with their counts.

use crate::app::query::views::{ListView, built_in};
use crate::app::{Desk, Error};
use crate::domain::filter::Filter;
use crate::domain::id::AggId;
use crate::domain::role::{Role, Tier, User};
use crate::ui::part::chrome::tabs;

/// The first tab of a single tier.
const TIERS: usize = 6;

/// One tab.
#[derive(Debug, Clone)]
struct Tab {
    name: String,
    filter: Filter,
    count: Option<i64>,
    /// Of a saved view.
    saved: Option<AggId>,
    /// Its number as far as it was counted.
    glimpse: Option<String>,
}

/// The tabs, one of them shown.
#[derive(Debug, Clone)]
pub struct Tabs {
    tabs: Vec<Tab>,
    at: usize,
    /// The tier of the person, who looks after all of them otherwise.
    own: Option<Tier>,
}

impl Tabs {
    /// One for each view of the person.
    pub fn of(person: &User) -> Self {
        let own = person.tier.filter(|_| !person.is(Role::Supervisor));
        Self { tabs: built_in(person).into_iter().map(Tab::of).collect(), at: 0, own }
    }

    /// Takes the views as they are now; the one that is shown stays so, wherever its tab went.
    pub fn follow(&mut self, views: Vec<ListView>) {
        let before = std::mem::take(&mut self.tabs);
        let known = |tab: &Tab| before.iter().find(|old| old.saved == tab.saved && old.filter == tab.filter);
        self.tabs = views
            .into_iter()
            .map(|view| {
                let tab = Tab::of(view);
                let glimpse = known(&tab).and_then(|old| old.glimpse.clone());
                Tab { glimpse, ..tab }
            })
            .collect();
        let shown = before.get(self.at);
        let same = |tab: &Tab| {
            shown.is_some_and(|old| old.saved == tab.saved && (tab.saved.is_some() || old.name == tab.name))
        };
        self.at = self.tabs.iter().position(same).unwrap_or(0);
    }

    /// Turns to a saved view; there it stays if it is none of them.
    pub fn turn_to_saved(&mut self, agg: AggId) {
        self.at = self.tabs.iter().position(|tab| tab.saved == Some(agg)).unwrap_or(self.at);
    }

    /// The filters of the saved tabs.
    pub fn saved(&self) -> Vec<Filter> {
        self.tabs.iter().filter(|tab| tab.saved.is_some()).map(|tab| tab.filter.clone()).collect()
    }

    /// The numbers of the saved tabs, in their order.
    pub fn glimpsed(&mut self, numbers: Vec<Option<String>>) {
        let saved = self.tabs.iter_mut().filter(|tab| tab.saved.is_some());
        saved.zip(numbers).for_each(|(tab, number)| tab.glimpse = number);
    }

    pub fn turn_to(&mut self, name: &str) {
        self.at = self.tabs.iter().position(|tab| tab.name == name).unwrap_or(self.at);
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
        let now = desk.now();
        let mut each = Vec::new();
        for tier in Tier::ALL {
            each.push((tier, desk.store().badges(tier, &me)?, desk.store().pressing(tier, now)?));
        }
        let of = |tier: Option<Tier>| each.iter().filter(move |(it, ..)| tier.is_none_or(|tier| tier == *it));
        let all = of(own).map(|(_, badges, _)| badges.all).sum();
        let mine = of(None).map(|(_, badges, _)| badges.mine).sum();
        let free = of(own).map(|(_, badges, _)| badges.free).sum();
        let breached = of(own).map(|(.., pressing)| pressing.breached).sum();
        let at_risk = of(own).map(|(.., pressing)| pressing.at_risk).sum();
        let vip = of(own).map(|(_, badges, _)| badges.vip).sum();
        let tiers = Tier::ALL.iter().map(|tier| of(Some(*tier)).map(|(_, badges, _)| badges.all).sum());
        let counts: Vec<i64> = [all, mine, free, breached, at_risk, vip].into_iter().chain(tiers).collect();
        for (tab, count) in self.tabs.iter_mut().filter(|tab| tab.saved.is_none()).zip(counts) {
            tab.count = Some(count);
        }
        Ok(())
    }

    /// Number of tickets in the tab that is shown.
    pub fn current_count(&self) -> Option<i64> {
        self.tabs[self.at].count
    }

    /// `[All 42] Mine 6`, the current one in brackets. Where there is no room for all, single tiers are left out and then
    /// the last ones, but never the current one; two dots say so.
    pub fn line(&self, cells: usize) -> String {
        let mut shown: Vec<usize> = (0..self.tabs.len()).collect();
        loop {
            let current = shown.iter().position(|n| *n == self.at).unwrap_or(0);
            let count = |tab: &Tab| tab.count.map(|n| u64::try_from(n).unwrap_or(0));
            let name = |tab: &Tab| match &tab.glimpse {
                Some(glimpse) => format!("{} {glimpse}", tab.name),
                None => tab.name.clone(),
            };
            let names: Vec<_> = shown.iter().map(|n| (name(&self.tabs[*n]), count(&self.tabs[*n]))).collect();
            let line = tabs(names.iter().map(|(name, count)| (name.as_str(), *count)), current);
            let line = if shown.len() < self.tabs.len() { format!("{} ..", line.trim_end()) } else { line };
            let tier = |n: &usize| self.tabs[*n].saved.is_none() && *n >= TIERS;
            let tier = shown.iter().rposition(|n| *n != self.at && tier(n));
            let last = tier.or_else(|| shown.iter().rposition(|n| *n != self.at));
            match last.filter(|_| line.len() > cells) {
                Some(last) => drop(shown.remove(last)),
                None => return line,
            }
        }
    }

    /// The tier that *All* is about; none for all.
    pub const fn tier(&self) -> Option<Tier> {
        self.own
    }

    pub fn name(&self) -> &str {
        &self.tabs[self.at].name
    }

    /// Every tab with its number of tickets.
    pub fn counts(&self) -> impl Iterator<Item = (&str, i64)> {
        self.tabs.iter().map(|tab| (tab.name.as_str(), tab.count.unwrap_or_default()))
    }

    /// The filter of the tab as text.
    pub fn text(&self) -> String {
        self.filter().to_string()
    }
}

impl Tab {
    fn of(view: ListView) -> Self {
        let saved = view.saved.map(|saved| saved.agg);
        Self { name: view.name, filter: view.filter, count: None, saved, glimpse: None }
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
        tabs.step(3);
        assert_eq!(tabs.text(), "is:open tier:mine is:breached", "three keys away");
        assert_eq!(tabs.line(200), " All  Mine  Free [Breached] At risk  VIP  T1  T2  T3 ");
        assert_eq!(tabs.line(40), " All  Mine  Free [Breached] At risk ..");
        assert_eq!(tabs.line(20), " All [Breached] ..");
        assert_eq!(tabs.line(1), "[Breached] ..");
    }
}
