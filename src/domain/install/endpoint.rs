//! What is known of a machine. Facts are imported or entered, never events of a record: they say what was seen, and when.

use crate::domain::id::AggId;
use crate::domain::text::Label;
use crate::domain::time::Instant;

/// A machine as it was seen. What was not seen is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The host name as it was written.
    pub host: Label,
    /// `windows`, `windows server`, `ubuntu` …, in lower case.
    pub os_family: Option<Label>,
    pub os_version: Option<Label>,
    /// `x86_64`, `arm64` …, in lower case.
    pub arch: Option<Label>,
    pub cores: Option<i64>,
    pub ram_mib: Option<i64>,
    pub disk_free_mib: Option<i64>,
    /// By name.
    pub software: Vec<Installed>,
    pub seen_at: Instant,
}

/// A program that was found on a machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Installed {
    pub name: Label,
    pub version: Option<Label>,
}

impl Endpoint {
    /// A machine of which nothing is known but that it was seen.
    pub fn seen(host: Label, seen_at: Instant) -> Self {
        Self {
            host,
            os_family: None,
            os_version: None,
            arch: None,
            cores: None,
            ram_mib: None,
            disk_free_mib: None,
            software: Vec::new(),
            seen_at,
        }
    }

    /// The identity of the machine of that name, the same in every store.
    pub fn id(host: &Label) -> AggId {
        AggId::derived(&[b"endpoint", host.as_str().to_lowercase().as_bytes()])
    }

    /// Programs of that name: the same in any case, or that name and more behind it (`Java 8 Update 202` for `java`).
    pub fn installed<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Installed> {
        self.software.iter().filter(move |one| names(one.name.as_str(), name))
    }

    /// Is it a server, by the name of its system?
    pub fn is_server(&self) -> bool {
        self.os_family.as_ref().is_some_and(|family| family.as_str().to_lowercase().contains("server"))
    }
}

fn names(full: &str, name: &str) -> bool {
    let (full, name) = (full.to_lowercase(), name.to_lowercase());
    full.strip_prefix(&name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_by_its_name_or_the_beginning_of_it() {
        for (full, name, found) in [
            ("AutoCAD", "autocad", true),
            ("AutoCAD 2027 - English", "AutoCAD", true),
            ("AutoCAD LT", "AutoCAD", true),
            ("AutoCADence", "AutoCAD", false),
            ("Java(TM) 8", "java", true),
            ("Oracle Java", "java", false),
        ] {
            assert_eq!(names(full, name), found, "{full}");
        }
    }

    #[test]
    fn a_machine_is_the_same_in_any_case() {
        let id = |host| Endpoint::id(&Label::new(host).unwrap());
        assert_eq!(id("CAD-01"), id("cad-01"));
        assert_ne!(id("CAD-01"), id("CAD-02"));
    }
}
