//! Taking a remembered breach back after the priority was lowered: the target that was missed had been the wrong one.

use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::clock::course::stamped;
use crate::domain::clock::kept::{Kept, Step, StepKind};
use crate::domain::clock::{Band, ClockEvent, ClockKind};
use crate::domain::event::RowKind;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Reason;
use crate::domain::time::Instant;

/// Forgive the newest clock of a kind what it missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgive {
    pub clock: ClockKind,
    pub reason: Reason,
}

impl Forgive {
    /// A supervisor's. Refuses unless the clock missed a target, was given a longer one since, and is within that.
    pub fn decide(&self, case: &Case, at: &Moment) -> Result<Change, Refusal> {
        at.supervisor()?;
        let clock = format!("the {} clock of {}", self.clock.name(), case.name());
        let no = |why: &str| Err(Code::IllegalTransition.because(format!("{clock} {why}")));
        let Some(kept) = case.is.clocks.last(self.clock) else { return no("was never started") };
        let Some(missed) = kept.clock.breached_at else { return no("has missed no target") };
        if !longer_since(kept, missed) {
            return no("has had no longer target since it missed one");
        }
        let reading = kept.clock.read(at.now, at.desk);
        if !reading.is_ok_and(|reading| reading.band != Band::Breached) {
            return no("has missed its present target, too");
        }
        let step = Step::of(self.clock, kept.clock.nth, StepKind::Forgive);
        let mut after = case.is.clocks.clone();
        after.take(&step, at.now);
        let mut change = Change::of(Act::Forgive, case.ticket()).because(&self.reason);
        let steps = stamped(vec![step], &after, at.now, at.desk);
        change.rows.extend(steps.into_iter().map(|step| RowKind::Clock(Box::new(step))));
        Ok(change)
    }
}

/// Was the target lengthened at that instant or later?
fn longer_since(kept: &Kept, missed: Instant) -> bool {
    let mut before = kept.clock.target;
    kept.clock.events.iter().any(|(at, event)| match event {
        ClockEvent::Retarget { target, .. } => {
            let longer = *at >= missed && *target > before;
            before = *target;
            longer
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::kept::Clocks;
    use crate::domain::command::bench::{Bench, code_of, reason};
    use crate::domain::time::Secs;

    fn forgive() -> Forgive {
        Forgive { clock: ClockKind::Resolution, reason: reason("it never was a P1") }
    }

    /// A round-the-clock promise that began `hours` ago, kept or not; then the steps given.
    fn case(bench: &Bench, hours: i64, steps: &[(i64, Step)]) -> Case {
        let always = bench.policy.calendar_named("always").unwrap().0;
        let mut clocks = Clocks::default();
        let start = Step {
            target_s: Some(Secs::hours(4)),
            warn_pct: Some(75),
            calendar: Some(always),
            ..Step::of(ClockKind::Resolution, 1, StepKind::Start)
        };
        clocks.take(&start, bench.now - Secs::hours(hours));
        for (ago, step) in steps {
            clocks.take(step, bench.now - Secs::hours(*ago));
        }
        let mut case = bench.working("ann");
        case.is.clocks = clocks;
        case
    }

    fn breach() -> Step {
        Step::of(ClockKind::Resolution, 1, StepKind::Breach)
    }

    fn target(hours: i64) -> Step {
        Step { target_s: Some(Secs::hours(hours)), ..Step::of(ClockKind::Resolution, 1, StepKind::Retarget) }
    }

    #[test]
    fn only_a_missed_target_that_was_lengthened_and_is_kept_now_is_forgiven() {
        let bench = Bench::new();
        for (name, hours, steps, allowed) in [
            ("lowered after the breach", 6, vec![(2, breach()), (1, target(24))], true),
            ("never breached", 3, vec![(1, target(24))], false),
            ("never lowered", 6, vec![(2, breach())], false),
            ("lowered before the breach", 30, vec![(28, target(24)), (6, breach())], false),
            ("raised after the breach", 6, vec![(2, breach()), (1, target(2))], false),
            ("beyond the new target, too", 30, vec![(26, breach()), (25, target(24))], false),
        ] {
            let case = case(&bench, hours, &steps);
            let verdict = forgive().decide(&case, &bench.at("dana"));
            assert_eq!(verdict.is_ok(), allowed, "{name}: {verdict:?}");
        }
    }

    #[test]
    fn only_a_supervisor_forgives() {
        let bench = Bench::new();
        let case = case(&bench, 6, &[(2, breach()), (1, target(24))]);
        assert_eq!(code_of(forgive().decide(&case, &bench.at("ann"))), Code::NotPermitted);
        assert_eq!(code_of(forgive().decide(&case, &bench.at("audrey"))), Code::NotPermitted);
    }

    #[test]
    fn what_was_forgiven_is_not_found_again_but_what_is_missed_later_is() {
        use crate::domain::clock::course::marks;
        let bench = Bench::new();
        let before = case(&bench, 6, &[(2, breach()), (1, target(24))]);
        let change = forgive().decide(&before, &bench.at("dana")).unwrap();
        assert_eq!(change.reason.as_deref(), Some("it never was a P1"));
        let after = before.is.after(&change, &bench.at("dana").by.login, bench.now);
        assert_eq!(after.clocks.last(ClockKind::Resolution).unwrap().clock.breached_at, None);
        let found = |hours| {
            let marks = marks(&after.clocks, bench.now + Secs::hours(hours), &bench);
            marks.iter().find(|step| step.ev == StepKind::Breach).and_then(|step| step.at)
        };
        assert_eq!(found(17), None);
        assert_eq!(found(20), Some(bench.now + Secs::hours(18)));
    }
}
