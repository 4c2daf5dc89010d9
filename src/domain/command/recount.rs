//! Open clocks after something that they stand on has changed: the policy or a contract from now on, or a calendar as
//! it should have been since a day of the past. Stopped and cancelled clocks are never touched.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Case, Moment, follow};
use crate::domain::change::{Act, Change};
use crate::domain::clock::course::{self, Turn, marks, stamped};
use crate::domain::clock::kept::{Clocks, Step, StepKind};
use crate::domain::clock::timetable::edge;
use crate::domain::clock::version::CalendarId;
use crate::domain::clock::{Clock, ClockEvent, Status, Timetables};
use crate::domain::event::RowKind;
use crate::domain::policy::Policy;
use crate::domain::text::Reason;
use crate::domain::time::Instant;

/// What the clocks of a record do once another policy is in force than they were written under.
pub fn follow_policy(case: &Case, at: &Moment) -> Change {
    let at = &at.under(case.ticket().contract.as_ref());
    follow(case, Change::of(Act::Reclock, case.ticket()), at)
}

/// The steps of [`follow_policy`] under a policy that is not in force yet.
pub fn steps_under(case: &Case, base: &Policy, now: Instant, tables: &dyn Timetables) -> Vec<Step> {
    let (is, policy) = (case.ticket(), base.under(case.ticket().contract.as_ref(), now));
    let turn = Turn { was: Some(is), is, moved: false, told: false, policy, now, anew: true };
    course::steps(&turn, &case.is.clocks, tables)
}

/// A desk was closed on a day of the past, and nobody had said so: count the time since that day over the present
/// version of a calendar, as if it had been in force then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correct {
    /// Name of the calendar.
    pub calendar: String,
    /// Every version there ever was of it.
    pub versions: BTreeSet<CalendarId>,
    /// From the beginning of that day in the calendar's zone.
    #[serde(with = "day")]
    pub from: NaiveDate,
    pub reason: Reason,
}

/// A civil date as text.
mod day {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(date: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(date)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

impl Correct {
    /// The correction of one record's clocks; a record without such a clock is left as it is.
    pub fn change(&self, case: &Case, at: &Moment) -> Change {
        let at = &at.under(case.ticket().contract.as_ref());
        let steps = self.steps(&case.is.clocks, at.policy, at.now, at.desk);
        let change = Change::of(Act::Correct, case.ticket());
        if steps.is_empty() {
            return change;
        }
        let mut change = change.because(&self.reason);
        change.rows.extend(steps.into_iter().map(|step| RowKind::Clock(Box::new(step))));
        follow(case, change, at)
    }

    /// What happens to the clocks of a record under that policy; nothing where they count so already.
    pub fn steps(&self, clocks: &Clocks, policy: &Policy, now: Instant, tables: &dyn Timetables) -> Vec<Step> {
        let Some((version, calendar)) = policy.calendar_named(&self.calendar) else { return Vec::new() };
        let from = Instant(edge(calendar.zone, self.from, 0));
        let mut after = clocks.clone();
        let mut steps = Vec::new();
        for kept in clocks.iter().filter(|kept| kept.live()) {
            for step in self.of_clock(&kept.clock, version, from) {
                after.take(&step, now);
                steps.push(step);
            }
        }
        let touched = |step: &Step| steps.iter().any(|one| (one.kind, one.nth) == (step.kind, step.nth));
        let found: Vec<_> = (marks(&after, now, tables).into_iter())
            .filter(|step| step.ev == StepKind::Breach && touched(step))
            .collect();
        for step in found {
            after.take(&step, now);
            steps.push(step);
        }
        stamped(steps, &after, now, tables)
    }

    /// One step for each stretch of time since `from` in which a version of the calendar held, as another calendar
    /// may have held in between.
    fn of_clock(&self, clock: &Clock, version: CalendarId, from: Instant) -> Vec<Step> {
        let stays = self.stays(clock, version, from);
        if stays.iter().all(|stay| stay.right) {
            return Vec::new();
        }
        let used = clock.events.iter().filter_map(|(_, event)| match event {
            ClockEvent::Recalendar { calendar } => Some(*calendar),
            _ => None,
        });
        let used: BTreeSet<_> = used.filter(|used| self.versions.contains(used)).collect();
        let step = |stay: &Stay| Step {
            at: Some(stay.from),
            calendar: Some(version),
            instead_of: used.iter().copied().collect(),
            ..Step::of(clock.kind, clock.nth, StepKind::Correct)
        };
        stays.iter().map(step).collect()
    }

    fn stays(&self, clock: &Clock, version: CalendarId, from: Instant) -> Vec<Stay> {
        let (mut status, mut calendar) = (Status::Running, clock.calendar);
        let mut stays: Vec<Stay> = Vec::new();
        let mut at = clock.start;
        // Whether the stay at hand goes on into the next piece.
        let mut goes_on = false;
        let ends = clock.events.iter().map(|(at, event)| (*at, Some(event))).chain([(Instant(i64::MAX), None)]);
        for (end, event) in ends {
            let ours = self.versions.contains(&calendar) || calendar == version;
            let live = matches!(status, Status::Running | Status::Paused);
            if ours && live && end > from {
                match stays.last_mut().filter(|_| goes_on) {
                    Some(stay) => stay.right &= calendar == version,
                    None => stays.push(Stay { from: at.max(from), right: calendar == version }),
                }
                goes_on = true;
            } else if !ours {
                goes_on = false;
            }
            let Some(event) = event else { break };
            status = event.after(status).unwrap_or(status);
            if let ClockEvent::Recalendar { calendar: next } = event {
                calendar = *next;
            }
            at = end;
        }
        stays
    }
}

/// A stretch in which a version of the calendar held.
#[derive(Debug, PartialEq, Eq)]
struct Stay {
    from: Instant,
    /// It was the right version all along.
    right: bool,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::domain::clock::ClockKind;
    use crate::domain::clock::timetable::Timetable;
    use crate::domain::command::bench::reason;
    use crate::domain::policy::{Calendar, On};
    use crate::domain::time::Secs;

    /// A desk open from 8 to 18 in Berlin, and the same desk with Thursday the 11th of June 2026 closed.
    struct Desk {
        old: CalendarId,
        always: CalendarId,
        new: CalendarId,
        policy: Policy,
        tables: BTreeMap<CalendarId, Arc<Timetable>>,
    }

    impl Desk {
        fn new() -> Self {
            let before = Policy::default();
            let closed = BTreeMap::from([(On::Date("2026-06-11".parse().unwrap()), Vec::new())]);
            let policy = Policy::parse(&before.with_exceptions("business", &closed).unwrap().text, "test").unwrap();
            let of =
                |policy: &Policy, name: &str| policy.calendar_named(name).map(|(id, it)| (id, it.clone())).unwrap();
            let all = [of(&before, "business"), of(&before, "always"), of(&policy, "business")];
            let table = |calendar: &Calendar| Arc::new(Timetable::new(calendar.clone()));
            let tables = all.iter().map(|(id, calendar)| (*id, table(calendar))).collect();
            let [old, always, new] = all.map(|(id, _)| id);
            Self { old, always, new, policy, tables }
        }

        fn correct(&self) -> Correct {
            Correct {
                calendar: "business".to_owned(),
                versions: [self.old, self.new].into(),
                from: "2026-06-11".parse().unwrap(),
                reason: reason("Corpus Christi was forgotten"),
            }
        }

        fn start(&self, at: &str, calendar: CalendarId, hours: i64) -> Clocks {
            let mut clocks = Clocks::default();
            let step = Step {
                target_s: Some(Secs::hours(hours)),
                warn_pct: Some(75),
                calendar: Some(calendar),
                ..Step::of(ClockKind::Resolution, 1, StepKind::Start)
            };
            clocks.take(&step, instant(at));
            clocks
        }

        fn after(&self, clocks: &Clocks, now: &str) -> Clocks {
            let mut after = clocks.clone();
            for step in self.correct().steps(clocks, &self.policy, instant(now), &self.tables) {
                after.take(&step, instant(now));
            }
            after
        }

        fn elapsed(&self, clocks: &Clocks, now: &str) -> Secs {
            clocks.last(ClockKind::Resolution).unwrap().clock.read(instant(now), &self.tables).unwrap().elapsed
        }
    }

    fn instant(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn step(ev: StepKind) -> Step {
        Step::of(ClockKind::Resolution, 1, ev)
    }

    fn recalendar(calendar: CalendarId) -> Step {
        Step { calendar: Some(calendar), ..step(StepKind::Recalendar) }
    }

    const NOW: &str = "2026-06-12T10:00:00Z";

    #[test]
    fn time_since_the_day_is_counted_over_the_present_version() {
        let desk = Desk::new();
        // Wednesday 16:00 to Friday 12:00 in Berlin: 2 h, 10 h on the day that was closed, 4 h.
        let whole = desk.start("2026-06-10T14:00:00Z", desk.old, 24);
        assert_eq!(desk.elapsed(&whole, NOW), Secs::hours(16));
        for (name, change, hours) in [
            ("never changed", vec![], 6),
            ("the policy was set on Friday", vec![("2026-06-12T09:00:00Z", recalendar(desk.new))], 6),
            (
                "paused over part of the day",
                vec![("2026-06-11T08:00:00Z", step(StepKind::Pause)), ("2026-06-12T08:00:00Z", step(StepKind::Resume))],
                4,
            ),
            (
                "stopped on the day and reopened",
                vec![
                    ("2026-06-10T15:00:00Z", step(StepKind::Stop)),
                    ("2026-06-11T08:00:00Z", step(StepKind::Reopen)),
                    ("2026-06-12T09:00:00Z", recalendar(desk.new)),
                ],
                5,
            ),
            (
                "round the clock for an hour of the day",
                vec![
                    ("2026-06-11T08:00:00Z", recalendar(desk.always)),
                    ("2026-06-11T09:00:00Z", recalendar(desk.old)),
                    ("2026-06-12T09:00:00Z", recalendar(desk.new)),
                ],
                7,
            ),
        ] {
            let mut clocks = whole.clone();
            for (at, step) in &change {
                clocks.take(step, instant(at));
            }
            let after = desk.after(&clocks, NOW);
            assert_eq!(desk.elapsed(&after, NOW), Secs::hours(hours), "{name}");
            assert_eq!(after.last(ClockKind::Resolution).unwrap().clock.in_force().2, desk.new, "{name}");
            assert_eq!(desk.after(&after, NOW), after, "{name}: a second time changes nothing");
        }
    }

    #[test]
    fn a_clock_that_began_on_the_day_counts_from_its_start() {
        let desk = Desk::new();
        let clocks = desk.start("2026-06-11T10:00:00Z", desk.old, 24);
        assert_eq!(desk.elapsed(&desk.after(&clocks, NOW), NOW), Secs::hours(4));
    }

    #[test]
    fn other_calendars_and_clocks_that_ended_are_left_alone() {
        let desk = Desk::new();
        let mut stopped = desk.start("2026-06-10T14:00:00Z", desk.old, 24);
        stopped.take(&step(StepKind::Stop), instant("2026-06-12T08:00:00Z"));
        let mut cancelled = desk.start("2026-06-10T14:00:00Z", desk.old, 24);
        cancelled.take(&step(StepKind::Cancel), instant("2026-06-12T08:00:00Z"));
        let other = desk.start("2026-06-10T14:00:00Z", desk.always, 24);
        let right = desk.start("2026-06-10T14:00:00Z", desk.new, 24);
        for clocks in [stopped, cancelled, other, right] {
            assert_eq!(desk.correct().steps(&clocks, &desk.policy, instant(NOW), &desk.tables), []);
        }
    }

    #[test]
    fn a_remembered_breach_is_found_anew() {
        let desk = Desk::new();
        for (target, still) in [(10, false), (5, true)] {
            let mut clocks = desk.start("2026-06-10T14:00:00Z", desk.old, target);
            clocks.take(&step(StepKind::Breach), instant("2026-06-11T14:00:00Z"));
            let after = desk.after(&clocks, NOW);
            let clock = &after.last(ClockKind::Resolution).unwrap().clock;
            assert_eq!(clock.breached_at.is_some(), still, "{target}h");
            assert_eq!(clock.breached_at, still.then(|| instant("2026-06-12T09:00:00Z")), "{target}h");
        }
    }
}
