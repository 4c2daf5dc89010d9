//! Priority from impact and urgency, with its adjustments. The matrix is the common ITIL one:
//! high and high give P1, low and low P5.

use serde::{Deserialize, Serialize};

use super::word::words;

words! {
    /// How much of the organisation is affected.
    pub enum Impact = Low {
        High = "high",
        Medium = "medium",
        Low = "low",
    }

    /// How long it can wait.
    pub enum Urgency = Low {
        High = "high",
        Medium = "medium",
        Low = "low",
    }
}

/// P1 (most urgent) to P5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Priority(u8);

impl Default for Priority {
    fn default() -> Self {
        Self::P5
    }
}

impl Priority {
    pub const P1: Self = Self(1);
    pub const P2: Self = Self(2);
    pub const P3: Self = Self(3);
    pub const P4: Self = Self(4);
    pub const P5: Self = Self(5);

    pub const fn new(n: i64) -> Option<Self> {
        if n >= 1 && n <= 5 { Some(Self(n as u8)) } else { None }
    }

    pub const fn n(self) -> i64 {
        self.0 as i64
    }
}

impl std::fmt::Display for Priority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "P{}", self.0)
    }
}

impl TryFrom<i64> for Priority {
    type Error = String;
    fn try_from(n: i64) -> Result<Self, String> {
        Self::new(n).ok_or_else(|| format!("`{n}` is not a priority; use 1 to 5"))
    }
}

impl From<Priority> for i64 {
    fn from(priority: Priority) -> Self {
        priority.n()
    }
}

/// Impact against urgency.
pub const fn matrix(impact: Impact, urgency: Urgency) -> Priority {
    Priority(1 + impact as u8 + urgency as u8)
}

/// What the computed priority of an incident depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub impact: Impact,
    pub urgency: Urgency,
    pub vip: bool,
    /// `data_loss_risk` or `suspected_compromise`.
    pub at_risk: bool,
    /// A declared major incident.
    pub major: bool,
    /// Does a VIP raise urgency one step? Policy, or the contract.
    pub vip_raises_urgency: bool,
    /// The least urgent priority that the contract allows for one of its programs.
    pub floor: Option<Priority>,
}

/// The computed priority: VIP raises urgency one step, never impact; data at risk or a suspected compromise
/// make it P2 at least; a contract may promise a least priority for its programs; a declared major incident is P1.
pub fn computed(facts: &Facts) -> Priority {
    let urgency = match facts.urgency {
        Urgency::Medium if facts.vip && facts.vip_raises_urgency => Urgency::High,
        Urgency::Low if facts.vip && facts.vip_raises_urgency => Urgency::Medium,
        as_given => as_given,
    };
    let mut priority = matrix(facts.impact, urgency);
    if facts.at_risk {
        priority = priority.min(Priority::P2);
    }
    if let Some(floor) = facts.floor {
        priority = priority.min(floor);
    }
    if facts.major { Priority::P1 } else { priority }
}

/// Impact that the number of affected users suggests; `high` and `medium` are the policy's thresholds.
pub const fn suggested_impact(users: i64, high: i64, medium: i64) -> Impact {
    if users >= high {
        Impact::High
    } else if users >= medium {
        Impact::Medium
    } else {
        Impact::Low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(impact: Impact, urgency: Urgency) -> Facts {
        Facts { impact, urgency, vip: false, at_risk: false, major: false, vip_raises_urgency: true, floor: None }
    }

    #[test]
    fn the_matrix_is_the_common_one() {
        use {Impact as I, Urgency as U};
        for (impact, row) in [(I::High, [1, 2, 3]), (I::Medium, [2, 3, 4]), (I::Low, [3, 4, 5])] {
            for (urgency, p) in [U::High, U::Medium, U::Low].into_iter().zip(row) {
                assert_eq!(computed(&plain(impact, urgency)).n(), p, "{impact} {urgency}");
            }
        }
    }

    #[test]
    fn adjustments_apply_in_order() {
        let low = plain(Impact::Low, Urgency::Low);
        assert_eq!(computed(&Facts { vip: true, ..low }), Priority::P4);
        assert_eq!(computed(&Facts { vip: true, vip_raises_urgency: false, ..low }), Priority::P5);
        assert_eq!(computed(&Facts { at_risk: true, ..low }), Priority::P2);
        assert_eq!(computed(&Facts { major: true, at_risk: true, ..low }), Priority::P1);
        for (floor, at_risk, p) in [(4, false, 4), (3, false, 3), (3, true, 2), (2, false, 2)] {
            let facts = Facts { floor: Priority::new(floor), at_risk, ..low };
            assert_eq!(computed(&facts).n(), p, "floor {floor}, at risk {at_risk}");
        }
        let urgent = Facts { floor: Priority::new(4), ..plain(Impact::High, Urgency::High) };
        assert_eq!(computed(&urgent), Priority::P1, "a floor makes nothing less urgent");
        assert_eq!(computed(&Facts { major: true, floor: Priority::new(3), ..low }), Priority::P1);
    }

    #[test]
    fn affected_users_suggest_the_impact() {
        for (users, impact) in
            [(1, Impact::Low), (4, Impact::Low), (5, Impact::Medium), (49, Impact::Medium), (50, Impact::High)]
        {
            assert_eq!(suggested_impact(users, 50, 5), impact);
        }
    }
}
