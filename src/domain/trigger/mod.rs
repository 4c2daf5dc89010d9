//! The rules that ask for an escalation by themselves, TR01 to TR30: what each looks at, what it does, and once a
//! stay in a tier.
//!
//! Read in this order: `table` (the rules as data), `facts` (what they look at beside the ticket), `judge` (the
//! conditions, in `pace`, `content` and `estate`), `threshold` (when a clock alone will make one true), `latch` (what
//! has fired and what that blocks). How often a record was reassigned or which clock stands where is found by others.

mod content;
mod estate;
mod facts;
mod judge;
pub mod kept;
mod latch;
mod pace;
mod table;
mod threshold;

#[cfg(test)]
mod tests;

pub use facts::{Billing, ClockFacts, Deadlines, Exposure, Facts, KnownError, Regression, Review, Ring};
pub use judge::{Judged, judge, judge_campaign};
pub use latch::{Latched, Waived, blocking, demand_answered, fires, may_fire};
pub use table::{RULES, Rule};
pub use threshold::{Meter, thresholds};

use serde::{Deserialize, Serialize};

use super::role::{Discipline, Tier};
use super::word::words;

words! {
    /// A rule, by the id that policy and journal know it by.
    pub enum Trigger {
        Tr01 = "TR01",
        Tr02 = "TR02",
        Tr03 = "TR03",
        Tr04 = "TR04",
        Tr05 = "TR05",
        Tr06 = "TR06",
        Tr07 = "TR07",
        Tr08 = "TR08",
        Tr09 = "TR09",
        Tr10 = "TR10",
        Tr11 = "TR11",
        Tr12 = "TR12",
        Tr13 = "TR13",
        Tr14 = "TR14",
        Tr15 = "TR15",
        Tr16 = "TR16",
        Tr17 = "TR17",
        Tr18 = "TR18",
        Tr19 = "TR19",
        Tr20 = "TR20",
        Tr21 = "TR21",
        Tr22 = "TR22",
        Tr23 = "TR23",
        Tr24 = "TR24",
        Tr25 = "TR25",
        Tr26 = "TR26",
        Tr27 = "TR27",
        Tr28 = "TR28",
        Tr29 = "TR29",
        Tr30 = "TR30",
    }

    /// What a rule does when it fires.
    pub enum Action {
        /// A badge, and a proposal filled in beforehand where there is somewhere to go.
        Suggest = "suggest",
        /// The owner must propose, or a supervisor waive it, before hold, resume or resolve.
        Require = "require",
        /// Proposed by the system; what the hand-off lacks becomes a debt.
        Auto = "auto",
        /// Escalated by the system at once.
        Immediate = "immediate",
        /// A supervisor is asked to look; the record stays.
        Attention = "attention",
    }

    /// Who may waive an action.
    pub enum Waiver {
        /// The owner, or a supervisor.
        Owner = "owner",
        Supervisor = "supervisor",
    }

    /// What a condition came to.
    pub enum Truth {
        False = "false",
        True = "true",
        /// What it depends on is not known here; it is neither true nor false.
        NoData = "no_data",
    }
}

/// Where an action leads. Attention alone leads nowhere: the record stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Another tier of the same discipline.
    Tier(Tier),
    /// A task for another discipline.
    Lateral(Discipline),
    /// A task for the vendor.
    Vendor,
    /// The campaign goes on hold.
    HoldCampaign,
    /// The author of the campaign, who decides what to do.
    CampaignAuthor,
}

impl Action {
    /// Who may waive it; nobody may waive what has happened at once or asks a supervisor.
    pub const fn waiver(self) -> Option<Waiver> {
        match self {
            Self::Suggest => Some(Waiver::Owner),
            Self::Require | Self::Auto => Some(Waiver::Supervisor),
            Self::Immediate | Self::Attention => None,
        }
    }
}

impl Truth {
    /// True if either is; unknown if neither is true and one is unknown.
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::NoData, _) | (_, Self::NoData) => Self::NoData,
            (Self::False, Self::False) => Self::False,
        }
    }

    /// What a test says of a fact, if there is one.
    pub fn of<T>(fact: Option<T>, test: impl FnOnce(T) -> bool) -> Self {
        fact.map_or(Self::NoData, |fact| test(fact).into())
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}
