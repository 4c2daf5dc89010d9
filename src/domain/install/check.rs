//! What is looked at after an installation, before the request is fulfilled.

use std::fmt;

use serde_json::Value;

use super::method::Method;
use super::requirement::Requirement;
use crate::domain::field::Wire;
use crate::domain::incident::Subcategory;
use crate::domain::ticket::Ticket;
use crate::domain::word::words;

words! {
    pub enum CheckKind {
        /// The version that was ordered is there; after a removal, it is gone.
        Version = "version",
        /// It starts, and a small task succeeds.
        Starts = "starts",
        Licence = "licence",
        Configuration = "configuration",
        /// Source and target hold as much.
        Data = "data",
        SignIn = "sign_in",
        /// Servers: no new errors for a while.
        QuietLogs = "quiet_logs",
        /// The requester says that it is well.
        Accepted = "accepted",
        /// A known-good state is on record.
        Baseline = "baseline",
    }

    pub enum Seen {
        Pass = "pass",
        Fail = "fail",
        /// A supervisor let it through with a reason.
        Waived = "waived",
    }
}

impl CheckKind {
    /// What it looks at, as a list shows it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Version => "version present as ordered",
            Self::Starts => "starts, a small task succeeds",
            Self::Licence => "licence active",
            Self::Configuration => "configuration applied",
            Self::Data => "data migrated, counts equal",
            Self::SignIn => "user signs in with the right role",
            Self::QuietLogs => "no new errors in the logs",
            Self::Accepted => "requester accepts",
            Self::Baseline => "known-good baseline on record",
        }
    }
}

/// One check that was done. As text, also in the journal: `starts: pass, drew a line`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Check {
    pub kind: CheckKind,
    pub seen: Seen,
    /// What was seen, or where it is on record; of one line.
    pub evidence: String,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {}", self.kind, self.seen, self.evidence)
    }
}

impl Wire for Check {
    fn to_value(&self) -> Value {
        Value::from(self.to_string())
    }
    fn from_value(value: &Value) -> Option<Self> {
        let (kind, rest) = value.as_str()?.split_once(": ")?;
        let (seen, evidence) = rest.split_once(", ")?;
        let (kind, seen) = (CheckKind::from_word(kind)?, Seen::from_word(seen)?);
        Some(Self { kind, seen, evidence: evidence.to_owned() })
    }
}

/// The checks that a request needs, in the order in which they are done. `on_servers`: one of its targets is a server.
pub fn needed(ticket: &Ticket, on_servers: bool) -> Vec<CheckKind> {
    let saas = ticket.plan.as_ref().is_some_and(|plan| plan.method == Method::CloudSaas)
        || ticket.subcategory == Subcategory::SaasProvisioning;
    let removal = ticket.subcategory == Subcategory::Removal;
    let licensed = ticket.subcategory == Subcategory::LicenseActivation
        || ticket.requirements.iter().any(|one| matches!(one, Requirement::Licence(_)));
    let needs = |kind: &CheckKind| match kind {
        CheckKind::Version | CheckKind::Configuration => true,
        CheckKind::Starts => !saas && !removal,
        CheckKind::Licence => licensed && !removal,
        CheckKind::Data => ticket.subcategory == Subcategory::DataMigration,
        CheckKind::SignIn => saas && !removal,
        CheckKind::QuietLogs => on_servers,
        // Without it the record closes by itself after a while.
        CheckKind::Accepted => false,
        CheckKind::Baseline => !saas && !removal,
    };
    CheckKind::ALL.iter().copied().filter(needs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_decides_what_is_looked_at() {
        use CheckKind::*;
        for (sub, servers, kinds) in [
            (Subcategory::NewInstall, false, &[Version, Starts, Configuration, Baseline][..]),
            (Subcategory::NewInstall, true, &[Version, Starts, Configuration, QuietLogs, Baseline]),
            (Subcategory::LicenseActivation, false, &[Version, Starts, Licence, Configuration, Baseline]),
            (Subcategory::DataMigration, false, &[Version, Starts, Configuration, Data, Baseline]),
            (Subcategory::SaasProvisioning, false, &[Version, Configuration, SignIn]),
            (Subcategory::Removal, false, &[Version, Configuration]),
        ] {
            let ticket = Ticket { subcategory: sub, ..Ticket::default() };
            assert_eq!(needed(&ticket, servers), kinds, "{sub}");
        }
    }

    #[test]
    fn a_check_survives_its_text() {
        let check = Check { kind: CheckKind::Data, seen: Seen::Waived, evidence: "10 of 12, two: broken".into() };
        assert_eq!(Check::from_value(&check.to_value()), Some(check));
        assert_eq!(Check::from_value(&Value::from("starts: maybe, x")), None);
    }
}
