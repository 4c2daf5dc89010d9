//! What another policy would have made of the recorded history, against what is on record and what the policy in force
//! would have made of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::in_force::with_contracts;
use super::{Desk, Error};
use crate::domain::clock::ClockKind;
use crate::domain::clock::timetable::Timetable;
use crate::domain::clock::version::CalendarId;
use crate::domain::policy::Policy;
use crate::domain::replay::{Outcome, replay};
use crate::domain::time::Instant;

/// Three ways to look at the same tickets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simulation {
    pub tickets: u64,
    /// As it is on record.
    pub recorded: Outcome,
    /// As the policy in force would have had it.
    pub now: Outcome,
    /// As the other policy would have had it.
    pub other: Outcome,
    /// Tickets that the two policies see differently, with both.
    pub differing: Vec<(String, Outcome, Outcome)>,
}

impl Simulation {
    /// Tickets whose clocks of a kind ran out under one of the policies only.
    pub fn turned(&self, kind: ClockKind) -> (usize, usize) {
        let turned = |by: fn(u32, u32) -> bool| {
            self.differing.iter().filter(|(_, now, other)| by(now.missed(kind), other.missed(kind))).count()
        };
        (turned(|now, other| now == 0 && other > 0), turned(|now, other| now > 0 && other == 0))
    }
}

impl Desk {
    /// Replays the tickets that were opened in `[from, until)`. `progress` is told how many are done, of how many.
    pub fn simulate(
        &self,
        other: &Policy,
        from: Instant,
        until: Instant,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Simulation, Error> {
        let now = self.now();
        // The contracts on record hold under either.
        let other = &with_contracts(other.clone(), &self.store().contracts()?);
        let (in_force, tables) = (self.policy(), [self.policy(), other].map(timetables));
        let aggregates = self.store().opened_between(from, until)?;
        let total = aggregates.len() as u64;
        let mut simulation = Simulation { tickets: total, ..Simulation::default() };
        for (n, agg) in aggregates.into_iter().enumerate() {
            let events = self.history(agg)?;
            let recorded = crate::domain::fold::fold(&events);
            let outcomes = [(in_force, &tables[0]), (other, &tables[1])]
                .map(|(policy, tables)| replay(&events, policy, tables, now));
            let [is, would] = outcomes;
            simulation.recorded.add(&Outcome::recorded(&recorded));
            simulation.now.add(&is);
            simulation.other.add(&would);
            if is != would {
                simulation.differing.push((recorded.fields.name(), is, would));
            }
            progress(n as u64 + 1, total);
        }
        Ok(simulation)
    }
}

/// The calendars of a policy, those of its contracts too.
fn timetables(policy: &Policy) -> BTreeMap<CalendarId, Arc<Timetable>> {
    let versions = policy.calendar_versions().into_iter();
    versions.map(|version| (version.id(), Arc::new(Timetable::new(version.calendar)))).collect()
}
