//! When a clock alone will make a rule true, so that a timer can be set to that very instant.
//!
//! TR02 to TR04 have no line here: they turn true when a clock warns or breaches, which clocks tell by themselves. So
//! does TR26, whose target runs from the proposal.

use super::judge::{Subject, share};
use super::{Facts, Trigger, pace};
use crate::domain::number::Kind;
use crate::domain::policy::Policy;
use crate::domain::ticket::Ticket;
use crate::domain::time::Secs;

/// What runs towards a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meter {
    /// The clock of the current visit.
    Ola,
    Resolution,
    /// Working time since the last worklog.
    SinceWorklog,
    /// Working time since a wait ended by itself.
    SinceWoken,
}

/// For each rule that time alone can make true: what runs, and the elapsed seconds at which it does, if nothing else
/// changes. A threshold that is reached already is left out.
pub fn thresholds(ticket: &Ticket, facts: &Facts, policy: &Policy) -> Vec<(Trigger, Meter, Secs)> {
    if !ticket.state.open() {
        return Vec::new();
    }
    let it = Subject { ticket, facts, policy };
    let mut ahead = Vec::new();
    ahead.extend(tier_time(&it));
    ahead.extend(vip(&it));
    ahead.extend(cause_not_found(&it));
    ahead.extend(stale(&it));
    ahead.retain(|(trigger, meter, at)| {
        let in_force = trigger.looks_at(ticket.kind()) && policy.escalation.enabled(*trigger);
        in_force && elapsed(facts, *meter).is_some_and(|elapsed| elapsed < *at)
    });
    ahead
}

fn elapsed(facts: &Facts, meter: Meter) -> Option<Secs> {
    match meter {
        Meter::Ola => facts.ola.map(|clock| clock.elapsed),
        Meter::Resolution => facts.resolution.map(|clock| clock.elapsed),
        Meter::SinceWorklog => facts.since_worklog,
        Meter::SinceWoken => facts.since_woken,
    }
}

/// A share of the resolution target, if there is one to have a share of.
fn of_resolution(it: &Subject<'_>, pct: i64) -> Option<Secs> {
    let whole = it.facts.resolution?.target.0;
    (whole > 0).then(|| Secs(share(pct, whole)))
}

fn tier_time(it: &Subject<'_>) -> Option<(Trigger, Meter, Secs)> {
    Some((Trigger::Tr01, Meter::Ola, of_resolution(it, pace::tier_time_pct(it)?)?))
}

fn vip(it: &Subject<'_>) -> Option<(Trigger, Meter, Secs)> {
    let waits = it.ticket.vip && it.ticket.priority.n() > it.limits().vip_priority;
    let at = of_resolution(it, it.limits().vip_elapsed_pct).filter(|_| waits)?;
    Some((Trigger::Tr16, Meter::Resolution, at))
}

fn cause_not_found(it: &Subject<'_>) -> Option<(Trigger, Meter, Secs)> {
    let at = of_resolution(it, it.limits().no_cause_elapsed_pct).filter(|_| pace::undiagnosed(it.ticket))?;
    Some((Trigger::Tr18, Meter::Resolution, at))
}

fn stale(it: &Subject<'_>) -> Vec<(Trigger, Meter, Secs)> {
    if it.ticket.kind() != Kind::Incident {
        return Vec::new();
    }
    let mut limits = vec![
        (Trigger::Tr22, Meter::SinceWorklog, pace::quiet_limit(it)),
        (Trigger::Tr22, Meter::SinceWoken, it.limits().stale_woken),
    ];
    limits.extend(it.facts.chase_limit.map(|limit| (Trigger::Tr22, Meter::SinceWorklog, limit)));
    limits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::trigger::tests::{Set, calm, clock, contract, policy, tick, ticket};

    fn ahead(set: Set, policy: &Policy) -> Vec<(Trigger, Meter, Secs)> {
        let (mut ticket, mut facts) = (ticket(), calm());
        set(&mut ticket, &mut facts);
        thresholds(&ticket, &facts, policy)
    }

    const QUIET: (Trigger, Meter, Secs) = (Trigger::Tr22, Meter::SinceWorklog, Secs(72_000));

    #[test]
    fn a_timer_is_set_to_the_second_at_which_a_rule_turns_true() {
        let tier = |secs| (Trigger::Tr01, Meter::Ola, Secs(secs));
        let cases: [(Set, Vec<_>); 8] = [
            (|_, _| (), vec![tier(500), QUIET]),
            (|_, f| f.resolution = clock(0, 1_001), vec![tier(501), QUIET]),
            (|_, f| f.ola = clock(500, 0), vec![QUIET]),
            (|_, f| f.resolution = clock(0, 0), vec![QUIET]),
            (|t, _| t.tier = crate::domain::role::Tier::Three, vec![QUIET]),
            (|t, _| t.vip = true, vec![tier(500), (Trigger::Tr16, Meter::Resolution, Secs(250)), QUIET]),
            (|t, _| tick(t, 1), vec![tier(500), (Trigger::Tr18, Meter::Resolution, Secs(400)), QUIET]),
            (
                |_, f| (f.since_worklog, f.since_woken) = (None, Some(Secs(5))),
                vec![tier(500), (Trigger::Tr22, Meter::SinceWoken, Secs(36_000))],
            ),
        ];
        for (n, (set, expected)) in cases.into_iter().enumerate() {
            assert_eq!(ahead(set, &Policy::default()), expected, "case {n}");
        }
    }

    #[test]
    fn timers_follow_policy_and_contract() {
        let line = "escalation.triggers.TR01.tier_time_pct = [30, 50]\n";
        for policy in [policy(line), contract(line).unwrap()] {
            assert_eq!(ahead(|_, _| (), &policy)[0], (Trigger::Tr01, Meter::Ola, Secs(300)));
        }
        assert_eq!(ahead(|_, _| (), &policy("escalation.disabled = [\"TR01\"]")), [QUIET]);
    }
}
