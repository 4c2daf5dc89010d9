//! What a program needs, one line a requirement, written as people say it: `os windows >= 10.0.19045`, `ram 8192`,
//! `runtime .NET Runtime >= 8.0`, `conflict OldAgent < 3`, `reach lic.example:27000`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde_json::Value;

use super::endpoint::Endpoint;
use super::version::{compare, is_version};
use crate::domain::field::Wire;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Rights;
use crate::domain::text::Label;
use crate::domain::word::words;

words! {
    /// How a requirement stands.
    pub enum Verdict {
        Pass = "pass",
        Fail = "fail",
        /// The fact is missing, or too old.
        Unknown = "unknown",
        /// It fails or is unknown, and somebody let it through with a reason.
        Waived = "waived",
    }

    /// How a version must compare.
    pub enum Bound {
        AtLeast = ">=",
        AtMost = "<=",
        Below = "<",
        Above = ">",
    }
}

/// Versions that lie within some bounds; without any, all do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Range(Vec<(Bound, String)>);

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    Os {
        family: Label,
        range: Range,
    },
    /// One of these.
    Arch(Vec<Label>),
    /// Cores.
    Cpu(i64),
    /// MiB.
    Ram(i64),
    /// Free MiB, to which the policy adds a reserve.
    Disk(i64),
    /// Must be installed.
    Runtime {
        item: Label,
        range: Range,
    },
    /// Must not be installed.
    Conflict {
        item: Label,
        range: Range,
    },
    /// Free seats for all targets, or a key on record by reference.
    Licence(Label),
    /// `host:port`, tried by a technician.
    Reach(Label),
    /// Of whoever carries it out.
    Rights(Rights),
    /// The product or its system is supported until that day.
    Support(NaiveDate),
}

/// The forms of a requirement, for a person who wrote another one.
pub const FORMS: &str = "os NAME >= VERSION, arch x86_64, cpu CORES, ram MIB, disk MIB, runtime NAME >= VERSION, \
                         conflict NAME < VERSION, licence NAME, reach HOST:PORT, rights local_admin or support 2027-10-31";

impl Range {
    /// Does a version lie within? Unknown where it cannot be compared.
    fn holds(&self, version: Option<&str>) -> Option<bool> {
        let mut all = true;
        for (bound, limit) in &self.0 {
            let order = compare(version?, limit)?;
            all &= match bound {
                Bound::AtLeast => order != Ordering::Less,
                Bound::AtMost => order != Ordering::Greater,
                Bound::Below => order == Ordering::Less,
                Bound::Above => order == Ordering::Greater,
            };
        }
        Some(all)
    }
}

impl Requirement {
    /// Is it compared with the facts of each machine? The others are asked once for the record.
    pub const fn of_machine(&self) -> bool {
        matches!(
            self,
            Self::Os { .. }
                | Self::Arch(_)
                | Self::Cpu(_)
                | Self::Ram(_)
                | Self::Disk(_)
                | Self::Runtime { .. }
                | Self::Conflict { .. }
        )
    }

    /// Does a technician find out, as no fact tells?
    pub const fn is_entered(&self) -> bool {
        matches!(self, Self::Licence(_) | Self::Reach(_))
    }

    /// The verdict over the facts of a machine, and what was found there. `reserve_pct` is the free disk demanded beyond
    /// what the product asks for.
    pub fn over(&self, it: &Endpoint, reserve_pct: i64) -> (Verdict, String) {
        match self {
            Self::Os { family, range } => system(it, family, range),
            Self::Arch(all) => match &it.arch {
                Some(arch) => said(all.iter().any(|one| same(one, arch)), arch.to_string()),
                None => unknown(),
            },
            Self::Cpu(need) => number(it.cores, *need, "cores"),
            Self::Ram(need) => number(it.ram_mib, *need, "MiB"),
            Self::Disk(need) => {
                number(it.disk_free_mib, need.saturating_mul(100 + reserve_pct).div_euclid(100), "MiB free")
            }
            Self::Runtime { item, range } => program(it, item, range, true),
            Self::Conflict { item, range } => program(it, item, range, false),
            Self::Licence(_) | Self::Reach(_) | Self::Rights(_) | Self::Support(_) => unknown(),
        }
    }
}

fn system(it: &Endpoint, family: &Label, range: &Range) -> (Verdict, String) {
    let Some(found) = &it.os_family else { return unknown() };
    let version = it.os_version.as_ref().map(Label::as_str);
    let text = format!("{found} {}", version.unwrap_or("(no version)"));
    if !same(found, family) {
        return (Verdict::Fail, text);
    }
    match range.holds(version) {
        Some(holds) => said(holds, text),
        None => (Verdict::Unknown, text),
    }
}

/// A program that must be there, or must not.
fn program(it: &Endpoint, item: &Label, range: &Range, wanted: bool) -> (Verdict, String) {
    let mut text = Vec::new();
    let (mut there, mut unclear) = (false, false);
    for one in it.installed(item.as_str()) {
        let version = one.version.as_ref().map(Label::as_str);
        text.push(format!("{} {}", one.name, version.unwrap_or("(no version)")));
        match range.holds(version) {
            Some(holds) => there |= holds,
            None => unclear = true,
        }
    }
    let text = if text.is_empty() { "not installed".to_owned() } else { text.join(", ") };
    if unclear && !there { (Verdict::Unknown, text) } else { said(there == wanted, text) }
}

fn number(found: Option<i64>, need: i64, unit: &str) -> (Verdict, String) {
    found.map_or_else(unknown, |found| said(found >= need, format!("{found} of {need} {unit}")))
}

fn unknown() -> (Verdict, String) {
    (Verdict::Unknown, "not known".to_owned())
}

const fn said(passes: bool, found: String) -> (Verdict, String) {
    (if passes { Verdict::Pass } else { Verdict::Fail }, found)
}

fn same(one: &Label, other: &Label) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(bound, version)| write!(f, " {bound} {version}"))
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Os { family, range } => write!(f, "os {family}{range}"),
            Self::Arch(all) => {
                let all: Vec<_> = all.iter().map(Label::as_str).collect();
                write!(f, "arch {}", all.join(", "))
            }
            Self::Cpu(cores) => write!(f, "cpu {cores}"),
            Self::Ram(mib) => write!(f, "ram {mib}"),
            Self::Disk(mib) => write!(f, "disk {mib}"),
            Self::Runtime { item, range } => write!(f, "runtime {item}{range}"),
            Self::Conflict { item, range } => write!(f, "conflict {item}{range}"),
            Self::Licence(item) => write!(f, "licence {item}"),
            Self::Reach(place) => write!(f, "reach {place}"),
            Self::Rights(rights) => write!(f, "rights {rights}"),
            Self::Support(until) => write!(f, "support {until}"),
        }
    }
}

impl FromStr for Requirement {
    type Err = Refusal;
    /// Refuses `text_invalid`, naming the forms.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let wrong = || Code::TextInvalid.because(format!("`{text}` is no requirement")).hint(format!("write {FORMS}"));
        let (kind, rest) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let rest = rest.trim();
        let count = || rest.parse().ok().filter(|n| *n > 0).ok_or_else(wrong);
        let named = || -> Result<(Label, Range), Refusal> {
            let (name, range) = named(rest).ok_or_else(wrong)?;
            Ok((Label::new(name)?, range))
        };
        Ok(match kind.to_ascii_lowercase().as_str() {
            "os" => named().map(|(family, range)| Self::Os { family, range })?,
            "arch" => Self::Arch(rest.split(',').map(Label::new).collect::<Result<_, _>>()?),
            "cpu" => Self::Cpu(count()?),
            "ram" => Self::Ram(count()?),
            "disk" => Self::Disk(count()?),
            "runtime" => named().map(|(item, range)| Self::Runtime { item, range })?,
            "conflict" => named().map(|(item, range)| Self::Conflict { item, range })?,
            "licence" | "license" => Self::Licence(Label::new(rest)?),
            "reach" if rest.contains(':') => Self::Reach(Label::new(rest)?),
            "rights" => Self::Rights(Rights::from_word(rest).ok_or_else(wrong)?),
            "support" => Self::Support(rest.parse().map_err(|_| wrong())?),
            _ => return Err(wrong()),
        })
    }
}

/// A name, and the bounds behind it. Nothing where a bound has no version.
fn named(text: &str) -> Option<(&str, Range)> {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let first = words.iter().position(|word| Bound::from_word(word).is_some()).unwrap_or(words.len());
    let end = words[..first].last().map(|last| last.as_ptr() as usize + last.len() - text.as_ptr() as usize)?;
    let mut bounds = Vec::new();
    let mut rest = words[first..].iter();
    while let Some(bound) = rest.next() {
        let version = rest.next().filter(|version| is_version(version))?;
        bounds.push((Bound::from_word(bound)?, (*version).to_owned()));
    }
    Some((&text[..end], Range(bounds)))
}

impl Wire for Requirement {
    fn to_value(&self) -> Value {
        Value::from(self.to_string())
    }
    fn from_value(value: &Value) -> Option<Self> {
        value.as_str()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::install::endpoint::Installed;
    use crate::domain::time::Instant;

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    fn machine() -> Endpoint {
        let installed = |name, version: Option<&str>| Installed { name: label(name), version: version.map(label) };
        Endpoint {
            os_family: Some(label("windows")),
            os_version: Some(label("10.0.19045")),
            arch: Some(label("x86_64")),
            cores: Some(8),
            ram_mib: Some(16_384),
            disk_free_mib: Some(24_000),
            software: vec![
                installed(".NET Runtime 8", Some("8.0.11")),
                installed("OldAgent", Some("2.9")),
                installed("Viewer", None),
            ],
            ..Endpoint::seen(label("CAD-01"), Instant(0))
        }
    }

    #[test]
    fn a_machine_meets_a_requirement_fails_it_or_nobody_knows() {
        use Verdict::{Fail, Pass, Unknown};
        for (text, verdict) in [
            ("os windows", Pass),
            ("os windows >= 10.0.19045", Pass),
            ("os windows >= 10.0.22631", Fail),
            ("os windows >= 10 <= 10.0.20000", Pass),
            ("os ubuntu >= 22.04", Fail),
            ("arch arm64, x86_64", Pass),
            ("arch arm64", Fail),
            ("cpu 8", Pass),
            ("cpu 12", Fail),
            ("ram 16384", Pass),
            ("ram 16385", Fail),
            ("disk 20000", Pass),
            ("disk 20001", Fail),
            ("runtime .NET Runtime >= 8.0", Pass),
            ("runtime .NET Runtime >= 9", Fail),
            ("runtime Java", Fail),
            ("runtime Viewer", Pass),
            ("runtime Viewer >= 2", Unknown),
            ("conflict OldAgent", Fail),
            ("conflict OldAgent < 2.5", Pass),
            ("conflict Java", Pass),
            ("conflict Viewer < 2", Unknown),
        ] {
            let requirement: Requirement = text.parse().unwrap();
            assert_eq!(requirement.over(&machine(), 20).0, verdict, "{text}");
            let unseen = Endpoint::seen(label("CAD-02"), Instant(0));
            if !matches!(requirement, Requirement::Runtime { .. } | Requirement::Conflict { .. }) {
                assert_eq!(requirement.over(&unseen, 20).0, Unknown, "{text}");
            }
        }
    }

    #[test]
    fn a_requirement_survives_its_text() {
        for text in [
            "os windows >= 10.0.19045 < 11",
            "arch x86_64, arm64",
            "cpu 4",
            "runtime Microsoft .NET Runtime >= 8.0",
            "conflict Old Agent",
            "licence AutoCAD 2027",
            "reach lic.example:27000",
            "rights server_admin",
            "support 2027-10-31",
        ] {
            let requirement: Requirement = text.parse().unwrap();
            assert_eq!(requirement.to_string(), text);
            assert_eq!(Requirement::from_value(&requirement.to_value()), Some(requirement));
        }
    }

    #[test]
    fn what_is_no_requirement_is_refused_with_the_forms() {
        for text in [
            "",
            "ram",
            "ram lots",
            "cpu 0",
            "os >= 10",
            "os windows >=",
            "os windows >= latest",
            "reach lic",
            "moon full",
            "rights root",
        ] {
            let refusal = text.parse::<Requirement>().unwrap_err();
            assert_eq!(refusal.code, Code::TextInvalid, "{text}");
            assert!(refusal.hint.contains("ram MIB"), "{text}");
        }
    }
}
