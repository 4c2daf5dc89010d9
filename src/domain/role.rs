//! People of the desk: tiers, disciplines, rights, roles; what a user is and what a contact is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::text::{Login, Name};
use super::word::words;

/// Support tier 1 to 3. A vendor is no tier; it is reached through a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
#[derive(Default)]
pub enum Tier {
    #[default]
    One,
    Two,
    Three,
}

impl Tier {
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    pub const fn n(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }

    pub const fn new(n: i64) -> Option<Self> {
        match n {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            3 => Some(Self::Three),
            _ => None,
        }
    }

    /// The next tier upward; none above the third.
    pub const fn up(self) -> Option<Self> {
        Self::new(self.n() + 1)
    }

    /// The most that a person of this tier may need: the rights ceiling.
    pub const fn ceiling(self) -> Rights {
        match self {
            Self::One => Rights::LocalAdmin,
            Self::Two => Rights::ServerAdmin,
            Self::Three => Rights::TenantAdmin,
        }
    }
}

impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.n())
    }
}

impl TryFrom<i64> for Tier {
    type Error = String;
    fn try_from(n: i64) -> Result<Self, String> {
        Self::new(n).ok_or_else(|| format!("`{n}` is not a tier; use 1, 2 or 3"))
    }
}

impl From<Tier> for i64 {
    fn from(tier: Tier) -> Self {
        tier.n()
    }
}

words! {
    /// Whose field the fault is in.
    pub enum Discipline = Software {
        Software = "software",
        Hardware = "hardware",
        Network = "network",
    }

    /// The rights that the work on a record needs, lowest first.
    pub enum Rights = User {
        User = "user",
        LocalAdmin = "local_admin",
        ServerAdmin = "server_admin",
        DomainAdmin = "domain_admin",
        TenantAdmin = "tenant_admin",
        Vendor = "vendor",
    }

    /// What a user may do; a user can have several.
    pub enum Role {
        Technician = "technician",
        Supervisor = "supervisor",
        Admin = "admin",
        Auditor = "auditor",
    }
}

/// Someone who works at the desk, by operating-system account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub login: Login,
    pub name: Name,
    pub roles: BTreeSet<Role>,
    /// Absent for supervisors, admins and auditors who take no tickets.
    pub tier: Option<Tier>,
    pub disciplines: BTreeSet<Discipline>,
    /// Highest rights the person holds.
    pub rights: Rights,
    pub active: bool,
}

impl User {
    pub fn is(&self, role: Role) -> bool {
        self.active && self.roles.contains(&role)
    }

    /// A technician whose tier is at least this one.
    pub fn serves(&self, tier: Tier) -> bool {
        self.is(Role::Technician) && self.tier.is_some_and(|own| own >= tier)
    }

    /// Looks for causes and asks vendors: a technician of tier 2 or above, or a supervisor.
    pub fn investigates(&self) -> bool {
        self.is(Role::Supervisor) || self.serves(Tier::Two)
    }

    /// May this person own a record of that tier and discipline?
    pub fn may_own(&self, tier: Tier, discipline: Discipline) -> bool {
        self.active && self.tier.is_some_and(|own| own >= tier) && self.disciplines.contains(&discipline)
    }
}

/// A requester: appears as data, has no login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub name: Name,
    /// Short name people type after `@`.
    pub handle: Option<String>,
    pub organisation: Option<Name>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub site: Option<String>,
    pub vip: bool,
    pub active: bool,
}
