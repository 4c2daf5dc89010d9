//! Faults that look like software and often are not: which other discipline is likely, and what to ask it first.

use super::incident::{Subcategory, Symptom};
use super::policy::{OverlapRow, Policy};
use super::role::Discipline;
use super::ticket::Ticket;
use super::word::words;

words! {
    /// A sign in the software that another discipline's fault gives.
    pub enum Sign {
        /// The license server does not answer.
        LicenseServer = "license_server",
        /// Several programs of one machine cannot connect.
        Connections = "connections",
        /// Several programs are slow at one site.
        SlowSite = "slow_site",
        /// A crash or hang with disk, memory or temperature events in the system log.
        DeviceEvents = "device_events",
        /// An installation stopped by the disk.
        Disk = "disk",
        /// A firmware revision failed on a device; software stays the owner.
        Firmware = "firmware",
    }
}

/// What other open incidents say that the ticket itself does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Around {
    /// Most different programs with `connection_failed` on one machine of this ticket, this ticket's own included.
    pub unconnected_items: usize,
    /// Different programs that are `slow` at the requester's site, this ticket's own included.
    pub slow_items: usize,
}

/// From this many programs of one machine on, connections are the network's.
const UNCONNECTED: usize = 2;
/// From this many programs at one site on, slowness is the network's.
const SLOW: usize = 3;

impl Sign {
    /// The discipline to ask.
    pub const fn discipline(self) -> Discipline {
        match self {
            Self::LicenseServer | Self::Connections | Self::SlowSite => Discipline::Network,
            Self::DeviceEvents | Self::Disk | Self::Firmware => Discipline::Hardware,
        }
    }

    /// What to ask first.
    pub const fn question(self) -> &'static str {
        match self {
            Self::LicenseServer => "Is host:port of the license server open from the endpoint? Does its name resolve?",
            Self::Connections => "Link, DNS, proxy, firewall: which of them fails on this endpoint?",
            Self::SlowSite => "Bandwidth and loss at this site: what do they show?",
            Self::DeviceEvents => "What do the diagnostics of the device say (disk, memory, temperature)?",
            Self::Disk => "Disk health and free space: what do they show?",
            Self::Firmware => "What state is the device in? Can it enter recovery mode?",
        }
    }

    /// Does the ticket, with what is around it, show this sign?
    fn shows(self, ticket: &Ticket, around: Around) -> bool {
        let symptom = ticket.symptom.unwrap_or(Symptom::Other);
        let signature = ticket.signature.as_ref().map(|text| text.as_str().to_lowercase()).unwrap_or_default();
        match self {
            Self::LicenseServer => {
                matches!(symptom, Symptom::LicenseDenied | Symptom::ActivationFailure)
                    && says(&signature, &["timeout", "unreachable", "refused"])
            }
            Self::Connections => symptom == Symptom::ConnectionFailed && around.unconnected_items >= UNCONNECTED,
            Self::SlowSite => symptom == Symptom::Slow && around.slow_items >= SLOW,
            Self::DeviceEvents => {
                let log = ticket.h4.as_ref().and_then(|answer| answer.finding.as_ref());
                let log = log.map(|text| text.as_str().to_lowercase()).unwrap_or_default();
                matches!(symptom, Symptom::CrashOnStart | Symptom::CrashInUse | Symptom::Hang)
                    && says(&log, &["disk", "memory", "temperature", "thermal", "overheat"])
            }
            Self::Disk => {
                symptom == Symptom::InstallFailed
                    && says(&signature, &["disk full", "no space", "not enough space", "i/o error", "io error"])
            }
            Self::Firmware => {
                let updating = symptom == Symptom::UpdateFailed || ticket.subcategory == Subcategory::UpdateFailure;
                updating
                    && (says(&signature, &["firmware"]) || says(&ticket.title.as_str().to_lowercase(), &["firmware"]))
            }
        }
    }
}

fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Whom a ticket should rather be asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// The row that says so: a [`Sign`], or the name that the policy gave it.
    pub row: String,
    pub discipline: Discipline,
    /// What the task asks first.
    pub question: String,
}

/// The first row that fits the ticket: of the table here, then of the policy.
pub fn overlap(ticket: &Ticket, around: Around, policy: &Policy) -> Option<Overlap> {
    let sign = sign(ticket, around).map(|sign| Overlap {
        row: sign.word().to_owned(),
        discipline: sign.discipline(),
        question: sign.question().to_owned(),
    });
    let rows = &policy.escalation.triggers.overlap_rows;
    let theirs = || rows.iter().find(|(_, row)| row.discipline != ticket.discipline && fits(row, ticket));
    sign.or_else(|| {
        let (name, row) = theirs()?;
        Some(Overlap { row: name.clone(), discipline: row.discipline, question: row.question.clone() })
    })
}

/// Does a row of the policy fit: one of its symptoms, and one of its signatures if it names any?
fn fits(row: &OverlapRow, ticket: &Ticket) -> bool {
    let signature = ticket.signature.as_ref().map(|text| text.as_str().to_lowercase()).unwrap_or_default();
    let signed = row.signature.is_empty() || row.signature.iter().any(|part| signature.contains(&part.to_lowercase()));
    signed && ticket.symptom.is_some_and(|symptom| row.symptoms.contains(&symptom))
}

/// The first sign that the ticket shows of another discipline than its own.
pub fn sign(ticket: &Ticket, around: Around) -> Option<Sign> {
    let elsewhere = |sign: &Sign| sign.discipline() != ticket.discipline;
    Sign::ALL.iter().copied().find(|sign| elsewhere(sign) && sign.shows(ticket, around))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::{Finding, Signature, Title};
    use crate::domain::ticket::Answer;

    fn ticket(symptom: Symptom, signature: &str) -> Ticket {
        Ticket { symptom: Some(symptom), signature: Signature::new(signature).ok(), ..Ticket::default() }
    }

    fn logged(symptom: Symptom, log: &str) -> Ticket {
        Ticket { h4: Finding::new(log).ok().map(Answer::done), ..ticket(symptom, "") }
    }

    fn titled(symptom: Symptom, title: &str) -> Ticket {
        Ticket { title: Title::new(title).unwrap(), ..ticket(symptom, "") }
    }

    fn around(unconnected_items: usize, slow_items: usize) -> Around {
        Around { unconnected_items, slow_items }
    }

    #[test]
    fn every_row_of_the_overlap_table() {
        use Symptom::*;
        let none = Around::default();
        for (ticket, around, shown) in [
            (ticket(LicenseDenied, "Connect Timeout to lic01:27000"), none, Some(Sign::LicenseServer)),
            (ticket(ActivationFailure, "host unreachable"), none, Some(Sign::LicenseServer)),
            (ticket(LicenseDenied, "connection refused"), none, Some(Sign::LicenseServer)),
            (ticket(LicenseDenied, "no seat left"), none, None),
            (ticket(ErrorMessage, "timeout"), none, None),
            (ticket(ConnectionFailed, ""), around(2, 0), Some(Sign::Connections)),
            (ticket(ConnectionFailed, ""), around(1, 9), None),
            (ticket(ErrorMessage, ""), around(2, 0), None),
            (ticket(Slow, ""), around(0, 3), Some(Sign::SlowSite)),
            (ticket(Slow, ""), around(9, 2), None),
            (logged(CrashInUse, "event 7: bad block on the Disk"), none, Some(Sign::DeviceEvents)),
            (logged(CrashOnStart, "memory parity"), none, Some(Sign::DeviceEvents)),
            (logged(Hang, "temperature above limit"), none, Some(Sign::DeviceEvents)),
            (logged(Hang, "nothing unusual"), none, None),
            (logged(Slow, "disk event 7"), none, None),
            (ticket(InstallFailed, "Disk full on C:"), none, Some(Sign::Disk)),
            (ticket(InstallFailed, "0x5d I/O error"), none, Some(Sign::Disk)),
            (ticket(InstallFailed, "1603"), none, None),
            (titled(UpdateFailed, "Firmware 1.12 failed on dock 7"), none, Some(Sign::Firmware)),
            (titled(UpdateFailed, "Client update failed"), none, None),
            (titled(Other, "Firmware question"), none, None),
        ] {
            assert_eq!(sign(&ticket, around), shown, "{ticket:?} {around:?}");
        }
    }

    #[test]
    fn the_policy_adds_rows_behind_the_table() {
        let mut policy = Policy::default();
        policy.escalation.triggers.overlap_rows.insert(
            "print_server".to_owned(),
            OverlapRow {
                symptoms: vec![Symptom::PrintFailure, Symptom::LicenseDenied],
                signature: vec!["0x709".to_owned(), "Refused".to_owned()],
                discipline: Discipline::Hardware,
                question: "does the print server answer?".to_owned(),
            },
        );
        let row = |symptom, signature| overlap(&ticket(symptom, signature), Around::default(), &policy);
        let print = row(Symptom::PrintFailure, "error 0x709").unwrap();
        assert_eq!((print.row.as_str(), print.discipline), ("print_server", Discipline::Hardware));
        assert_eq!(print.question, "does the print server answer?");
        assert_eq!(row(Symptom::PrintFailure, "paper jam"), None);
        assert_eq!(row(Symptom::LicenseDenied, "refused").unwrap().row, "license_server", "the table comes first");
    }

    #[test]
    fn a_ticket_of_the_network_is_not_sent_to_the_network() {
        let unreachable = ticket(Symptom::LicenseDenied, "unreachable");
        let theirs = Ticket { discipline: Discipline::Network, ..unreachable };
        assert_eq!(sign(&theirs, Around::default()), None);
    }

    #[test]
    fn each_sign_names_another_discipline_and_has_a_question() {
        for sign in Sign::ALL {
            assert_ne!(sign.discipline(), Discipline::Software, "{sign}");
            assert!(sign.question().ends_with('?'), "{sign}");
        }
    }
}
