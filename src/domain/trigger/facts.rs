//! What the rules look at beside the ticket itself. Whoever asks for a judgement finds these; a fact that nobody can
//! know yet is `None`, and rules that depend on it answer *no data*.

use crate::domain::policy::CoverageClass;
use crate::domain::role::{Discipline, Tier};
use crate::domain::time::{Instant, Secs};

/// How a clock stands, as far as rules look at it. Seconds are working time of the clock's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockFacts {
    pub elapsed: Secs,
    pub target: Secs,
    /// In the band between the warning and the breach.
    pub warn: bool,
    /// Was it ever over its target, whatever the target is now?
    pub ever_breached: bool,
}

impl ClockFacts {
    /// Over the target that holds now; at the target it is still met.
    pub const fn breached(self) -> bool {
        self.elapsed.0 > self.target.0
    }
}

/// Everything a condition looks at beyond the ticket and the policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub response: Option<ClockFacts>,
    pub resolution: Option<ClockFacts>,
    /// The clock of the current visit.
    pub ola: Option<ClockFacts>,
    /// Reassignments since the current visit began.
    pub reassigned: i64,
    /// Visits less the different places among them.
    pub bounces: i64,
    /// Incidents of the same kind within the policy's days, this one included; cancelled ones and duplicates not.
    pub cluster: Option<i64>,
    /// The same within the window of a major incident.
    pub cluster_burst: Option<i64>,
    /// Linked vulnerabilities that affect a linked machine in use.
    pub exposure: Option<Exposure>,
    pub known_error: Option<KnownError>,
    /// Affected programs and operating systems past their end of support, by name.
    pub unsupported: Option<Vec<String>>,
    /// Update clocks breached in a row, up to now.
    pub updates_missed: i64,
    /// Working time since the last worklog; absent while the resolution clock is paused.
    pub since_worklog: Option<Secs>,
    /// Working time since a wait ended by itself, if nobody has touched the record since.
    pub since_woken: Option<Secs>,
    /// When the record was last worked on, or woke: the beginning of the silence that TR22 measures.
    pub quiet_since: Option<Instant>,
    /// The vendor was not reminded in time while it owes an answer.
    pub chase_overdue: bool,
    /// The longest silence towards a vendor that owes an answer, while one does.
    pub chase_limit: Option<Secs>,
    /// A scheduled start passed and could not begin.
    pub start_missed: bool,
    /// A task for this discipline was declined, and nothing else came of it.
    pub lateral_declined: Option<Discipline>,
    /// A row of the overlap table matches: the discipline it points to.
    pub overlap: Option<Discipline>,
    /// The proposal that waits for a decision.
    pub review: Option<Review>,
    /// Is a linked program or service a critical one?
    pub critical_item: Option<bool>,
    /// A supervisor has decided already whether this is a major incident.
    pub major_decided: bool,
    pub billing: Option<Billing>,
    pub regression: Option<Regression>,
    pub ring: Option<Ring>,
    pub deadlines: Option<Deadlines>,
}

/// The worst of the linked vulnerabilities, each figure on its own. The default says that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exposure {
    /// Highest base score, in tenths; absent where none has a score.
    pub cvss_tenths: Option<i64>,
    /// Highest probability of exploitation, in hundred-thousandths.
    pub epss: Option<i64>,
    /// One is in the catalogue of known exploited vulnerabilities.
    pub kev: bool,
    /// One is flagged as exploited.
    pub exploited: bool,
}

/// What the matching known errors say. The default says that none matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KnownError {
    /// One is to be fixed by its vendor, and there is no fix yet.
    pub vendor_unfixed: bool,
    /// The tier that the workaround asks for.
    pub workaround_min_tier: Option<Tier>,
}

/// A proposal that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Review {
    /// Working time since it was made.
    pub waited: Secs,
    pub overdue: bool,
}

/// How the work on a record is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Billing {
    pub class: CoverageClass,
    /// A quote that covers it is named.
    pub quoted: bool,
}

/// Incidents of the same symptom within the policy's window after one campaign reached their machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Regression {
    pub incidents: i64,
}

/// The ring of a campaign that is being installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ring {
    pub attempted: i64,
    pub failed: i64,
}

/// Approved pairs of patch and machine that are neither verified nor excepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deadlines {
    /// Real time to the earliest deadline among them, negative when it is past; absent where none has one.
    pub left: Option<Secs>,
}
