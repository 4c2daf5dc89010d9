//! Say no to a proposal: those incidents have no common cause worth a problem, or that problem is not back.

use super::{Case, Moment};
use crate::domain::change::{Act, Change};
use crate::domain::cluster::{ClusterFields, Subject};
use crate::domain::command::undo::Undoes;
use crate::domain::refusal::Refusal;
use crate::domain::text::Reason;

/// Keep a proposal silent until twice as many incidents came or the policy's days have passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefuseCluster {
    pub subject: Subject,
    /// Incidents that it counts now.
    pub count: i64,
    pub reason: Reason,
}

impl RefuseCluster {
    /// Those who may open a problem may also say that there is none.
    pub fn decide(&self, before: &ClusterFields, at: &Moment) -> Result<Change<ClusterFields>, Refusal> {
        at.investigator()?;
        let mut change = Change::of(Act::RefuseCluster, before).because(&self.reason);
        let next = &mut change.next;
        match &self.subject {
            Subject::Cluster(key) => next.key = Some(key.clone()),
            Subject::Problem(problem) => next.problem = Some(*problem),
        }
        next.refused_at = Some(at.now);
        next.refused_by = Some(at.by.login.clone());
        next.refused_count = self.count;
        next.reason = Some(self.reason.clone());
        Ok(change)
    }
}

impl Undoes for ClusterFields {
    fn name(&self) -> String {
        Self::name(self)
    }

    fn taken_out(case: &Case<Self>, _at: &Moment) -> Option<Change<Self>> {
        case.is.fields.refused_at?;
        let mut change = Change::of(Act::Undo, &case.is.fields);
        change.next.refused_at = None;
        change.next.refused_by = None;
        Some(change)
    }
}
