//! The requirements of a request side by side with its targets: what stands in the way of carrying it out.

use std::fmt;

use serde_json::Value;

use super::endpoint::Endpoint;
use super::method::Method;
use super::requirement::{Requirement, Verdict};
use super::target::{Outcome, Target};
use crate::domain::field::Wire;
use crate::domain::policy::Policy;
use crate::domain::role::{Rights, User};
use crate::domain::text::{Label, Login};
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;

/// What a person found out or let through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Pass,
    Fail,
    /// Free seats.
    Seats(i64),
    /// A reference to the key, never the key itself.
    Key(Label),
    WaivedFail,
    WaivedUnknown,
}

/// What a person told of one requirement, on one target or on all. As text, also in the journal:
/// `waived though unknown on CAD-01: ram 8192`, `seats 5: licence AutoCAD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    pub requirement: Requirement,
    pub target: Option<Label>,
    pub told: Told,
}

/// Where facts are looked up.
pub trait Facts {
    fn endpoint(&self, host: &Label) -> Option<Endpoint>;
    fn person(&self, login: &Login) -> Option<User>;
}

/// One requirement on one target, or for the whole record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub requirement: Requirement,
    pub target: Option<Label>,
    pub verdict: Verdict,
    /// What was found, or who has told.
    pub found: String,
}

impl Judged {
    /// Does it keep the request from being carried out?
    pub const fn blocks(&self) -> bool {
        matches!(self.verdict, Verdict::Fail | Verdict::Unknown)
    }
}

/// Every requirement on every target that is left, in order.
pub fn judged(ticket: &Ticket, facts: &dyn Facts, policy: &Policy, now: Instant) -> Vec<Judged> {
    let left = || ticket.targets.iter().filter(|target| target.outcome != Outcome::Dropped);
    let desk = Desk { ticket, facts, policy, now };
    let saas = ticket.plan.as_ref().is_some_and(|plan| plan.method == Method::CloudSaas);
    let mut rows = Vec::new();
    for requirement in &ticket.requirements {
        if !requirement.of_machine() {
            rows.push(desk.judge(requirement, None));
        } else if !saas {
            rows.extend(left().map(|target| desk.judge(requirement, Some(target))));
        }
    }
    rows
}

struct Desk<'a> {
    ticket: &'a Ticket,
    facts: &'a dyn Facts,
    policy: &'a Policy,
    now: Instant,
}

impl Desk<'_> {
    fn judge(&self, requirement: &Requirement, target: Option<&Target>) -> Judged {
        let (verdict, found) = match target {
            Some(target) => self.on_machine(requirement, target),
            None => self.for_all(requirement),
        };
        let told: Vec<_> = self.told(requirement, target).collect();
        let lets = |verdict| match verdict {
            Verdict::Fail => told.contains(&&Told::WaivedFail),
            // Whoever lets a failure through lets through what nobody knows.
            Verdict::Unknown => told.contains(&&Told::WaivedFail) || told.contains(&&Told::WaivedUnknown),
            Verdict::Pass | Verdict::Waived => false,
        };
        let verdict = if lets(verdict) { Verdict::Waived } else { verdict };
        let target = target.map(|target| target.name.clone());
        Judged { requirement: requirement.clone(), target, verdict, found }
    }

    fn on_machine(&self, requirement: &Requirement, target: &Target) -> (Verdict, String) {
        let Some(it) = self.facts.endpoint(&target.name) else {
            return (Verdict::Unknown, "nothing is known of it".to_owned());
        };
        let age = self.now - it.seen_at;
        if age > self.policy.install.fact_max_age {
            return (Verdict::Unknown, format!("last seen {} ago", age.brief()));
        }
        requirement.over(&it, self.policy.install.disk_reserve_pct)
    }

    fn for_all(&self, requirement: &Requirement) -> (Verdict, String) {
        match requirement {
            Requirement::Rights(needed) => self.rights(*needed),
            Requirement::Support(until) => {
                let holds = self.now.date() <= *until;
                (if holds { Verdict::Pass } else { Verdict::Fail }, format!("supported until {until}"))
            }
            _ => self.entered(requirement),
        }
    }

    fn rights(&self, needed: Rights) -> (Verdict, String) {
        let owner = self.ticket.assignee.as_ref().and_then(|login| self.facts.person(login));
        match owner {
            Some(user) if user.rights >= needed => (Verdict::Pass, format!("{} has {}", user.login, user.rights)),
            Some(user) => (Verdict::Fail, format!("{} has {}", user.login, user.rights)),
            None => (Verdict::Unknown, "nobody has it yet".to_owned()),
        }
    }

    fn entered(&self, requirement: &Requirement) -> (Verdict, String) {
        let told = self.told(requirement, None).find(|told| !matches!(told, Told::WaivedFail | Told::WaivedUnknown));
        let targets = self.ticket.targets.iter().filter(|target| target.outcome != Outcome::Dropped).count() as i64;
        match told {
            None => (Verdict::Unknown, "nobody has looked".to_owned()),
            Some(Told::Seats(free)) if *free < targets => (Verdict::Fail, format!("{free} free seats for {targets}")),
            Some(Told::Seats(free)) => (Verdict::Pass, format!("{free} free seats for {targets}")),
            Some(Told::Key(reference)) => (Verdict::Pass, format!("key {reference}")),
            Some(Told::Fail) => (Verdict::Fail, "tried".to_owned()),
            Some(_) => (Verdict::Pass, "tried".to_owned()),
        }
    }

    fn told<'s>(&'s self, requirement: &'s Requirement, on: Option<&'s Target>) -> impl Iterator<Item = &'s Told> {
        let of = self.ticket.accounts.iter().filter(move |one| one.requirement == *requirement);
        let here = of.filter(move |one| match (&one.target, on) {
            (None, _) => true,
            (Some(name), Some(target)) => target.is(name),
            (Some(_), None) => false,
        });
        here.map(|one| &one.told)
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Fail => f.write_str("fail"),
            Self::Seats(free) => write!(f, "seats {free}"),
            Self::Key(reference) => write!(f, "key {reference}"),
            Self::WaivedFail => f.write_str("waived though failing"),
            Self::WaivedUnknown => f.write_str("waived though unknown"),
        }
    }
}

impl Told {
    fn read(text: &str) -> Option<Self> {
        match text {
            "pass" => Some(Self::Pass),
            "fail" => Some(Self::Fail),
            "waived though failing" => Some(Self::WaivedFail),
            "waived though unknown" => Some(Self::WaivedUnknown),
            _ => match text.split_once(' ')? {
                ("seats", free) => Some(Self::Seats(free.parse().ok()?)),
                ("key", reference) => Some(Self::Key(Label::new(reference).ok()?)),
                _ => None,
            },
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.told)?;
        self.target.as_ref().map_or(Ok(()), |target| write!(f, " on {target}"))?;
        write!(f, ": {}", self.requirement)
    }
}

impl Wire for Account {
    fn to_value(&self) -> Value {
        Value::from(self.to_string())
    }
    fn from_value(value: &Value) -> Option<Self> {
        let (told, requirement) = value.as_str()?.split_once(": ")?;
        let (told, target) = match Told::read(told) {
            Some(told) => (told, None),
            None => {
                let (told, target) = told.split_once(" on ")?;
                (Told::read(told)?, Some(Label::new(target).ok()?))
            }
        };
        Some(Self { requirement: requirement.parse().ok()?, target, told })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_survives_its_text() {
        for text in [
            "pass: reach lic.example:27000",
            "fail on CAD-01: reach lic.example:27000",
            "seats 5: licence AutoCAD",
            "key safe/autocad on paper: licence AutoCAD",
            "waived though unknown on CAD-01: ram 8192",
            "waived though failing: os windows >= 10",
        ] {
            let account = Account::from_value(&Value::from(text)).unwrap();
            assert_eq!(account.to_string(), text);
        }
        assert_eq!(Account::from_value(&Value::from("perhaps: ram 8192")), None);
    }
}
