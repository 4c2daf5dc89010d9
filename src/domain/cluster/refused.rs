//! A proposal that somebody said no to: it stays silent until twice as many incidents came, or long enough passed.

use super::Key;
use crate::domain::field::aggregate;
use crate::domain::id::AggId;
use crate::domain::text::{Login, Reason};
use crate::domain::time::{Instant, Secs};

/// What a proposal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Incidents alike.
    Cluster(Key),
    /// A problem that seems to be back.
    Problem(AggId),
}

aggregate! {
    /// What is remembered of a refused proposal, under the identity of its subject.
    pub struct ClusterFields as "cluster" {
        values {
            /// Of a cluster.
            key: Option<Key> = Scalar,
            /// Of a problem that seemed to be back.
            problem: Option<AggId> = Scalar,
            /// Absent when the refusal was taken back.
            refused_at: Option<Instant> = Scalar,
            refused_by: Option<Login> = Scalar,
            /// Incidents that the proposal counted then.
            refused_count: i64 = Scalar,
            reason: Option<Reason> = Scalar,
        }
        sets {}
        counters {}
    }
}

impl crate::domain::fold::Course for ClusterFields {}

impl ClusterFields {
    /// Is a proposal that counts so many now still to keep silent?
    pub fn silent(&self, count: i64, now: Instant, silence: Secs) -> bool {
        let since = self.refused_at.filter(|at| *at <= now);
        since.is_some_and(|at| now < at + silence && count < self.refused_count.saturating_mul(2))
    }

    /// What was refused, for people.
    pub fn name(&self) -> String {
        match &self.key {
            Some(key) => key.to_string(),
            None => "to reopen a problem".to_owned(),
        }
    }
}

/// Where a refusal is remembered; the same in every store.
pub fn agg(subject: &Subject) -> AggId {
    match subject {
        Subject::Cluster(key) => AggId::derived(&[b"tierdesk cluster", key.column().as_bytes()]),
        Subject::Problem(problem) => AggId::derived(&[b"tierdesk recurrence", problem.bytes()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_silent_until_the_count_has_doubled_or_its_time_has_passed() {
        let at = Instant(1_790_000_000);
        let refused = ClusterFields { refused_at: Some(at), refused_count: 4, ..ClusterFields::default() };
        for (count, days, silent) in
            [(4, 0, true), (7, 1, true), (8, 1, false), (4, 29, true), (4, 30, false), (4, -1, false)]
        {
            let now = at + Secs::days(days);
            assert_eq!(refused.silent(count, now, Secs::days(30)), silent, "{count} after {days} days");
        }
        let taken_back = ClusterFields { refused_at: None, ..refused };
        assert!(!taken_back.silent(4, at, Secs::days(30)));
    }
}
