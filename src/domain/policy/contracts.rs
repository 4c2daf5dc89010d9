//! The contracts of a desk with their versions. Those of the policy file hold from the beginning; a recorded version
//! holds from its date on, over whatever came before it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::contract::Contract;
use super::read::Table;
use super::tree::{self, At, Node, Tree, Value};
use super::{Policy, PolicyError};
use crate::domain::contract::{self, Version};
use crate::domain::text::{Label, Name};
use crate::domain::time::Instant;

/// The name of the stored policy's text.
pub(super) const IN_FORCE: &str = "the policy in force";

/// Every contract by its code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contracts {
    versions: BTreeMap<Label, Vec<Dated>>,
    /// Recorded versions that do not fit this policy: nothing goes by them.
    pub unfit: Vec<Unfit>,
}

/// A contract as it holds from a date on, in its own zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// Absent: it stands in the policy file and holds from the beginning.
    pub from: Option<NaiveDate>,
    pub contract: Contract,
}

/// A recorded version that the policy and it cannot both be right about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    pub code: Label,
    pub from: NaiveDate,
    pub errors: Vec<PolicyError>,
}

impl Contracts {
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Every contract with its versions, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&Label, &[Dated])> {
        self.versions.iter().map(|(code, versions)| (code, versions.as_slice()))
    }

    /// The version that holds at an instant, whether the contract is in force then or not.
    pub fn at(&self, code: &Label, at: Instant) -> Option<&Dated> {
        let holds = |it: &&Dated| it.from.is_none_or(|from| from <= it.contract.date(at));
        self.versions.get(code)?.iter().rev().find(holds)
    }

    /// As [`at`](Self::at), for a civil date in the contract's zone.
    pub fn on(&self, code: &Label, date: NaiveDate) -> Option<&Dated> {
        self.versions.get(code)?.iter().rev().find(|it| it.from.is_none_or(|from| from <= date))
    }

    /// The contract of that code, if it is in force at an instant.
    pub fn in_force(&self, code: &Label, at: Instant) -> Option<&Contract> {
        self.at(code, at).map(|it| &it.contract).filter(|contract| contract.in_force_at(at))
    }

    /// Code of the contract that an organisation's people are under at an instant: of several the first by its code.
    pub fn of(&self, organisation: &Name, at: Instant) -> Option<&Label> {
        let covers = |code: &&Label| self.in_force(code, at).is_some_and(|contract| contract.covers(organisation));
        self.versions.keys().find(covers)
    }

    /// Reads the `[contract.CODE]` tables of a policy file.
    pub(super) fn read<'a>(table: &mut Table<'a, '_>, base: &Policy, under: &Tree<'a>) -> Self {
        let mut versions = BTreeMap::new();
        for (code, node) in table.rest() {
            match contract::code(&code) {
                Ok(code) => {
                    let contract = table.within(node, |table| Contract::read(table, base, under));
                    versions.insert(code, vec![Dated { from: None, contract }]);
                }
                Err(refusal) => table.note(&node.at, refusal.message),
            }
        }
        Self { versions, unfit: Vec::new() }
    }

    /// Adds recorded versions, laid over a policy. Those of one contract come oldest first.
    fn add<'v>(&mut self, ground: &Ground<'_>, recorded: impl IntoIterator<Item = (&'v Label, &'v Version)>) {
        for (code, version) in recorded {
            let name = format!("contract {code} from {}", version.from);
            match ground.contract_of(code, version.text.as_str(), &name) {
                Ok(contract) => {
                    let dated = Dated { from: Some(version.from), contract };
                    self.versions.entry(code.clone()).or_default().push(dated);
                }
                Err(errors) => self.unfit.push(Unfit { code: code.clone(), from: version.from, errors }),
            }
        }
    }
}

impl Policy {
    /// This policy with recorded contracts; a version that does not fit it is left out and named. Text and hash stay
    /// those of the policy file.
    pub fn with_contracts<'v>(mut self, recorded: impl IntoIterator<Item = (&'v Label, &'v Version)>) -> Self {
        let mut contracts = std::mem::take(&mut self.contracts);
        contracts.add(&self.ground(), recorded);
        self.contracts = contracts;
        self
    }

    /// This policy, for reading contracts over it.
    pub fn ground(&self) -> Ground<'_> {
        let mut tree = tree::parse(&self.text, IN_FORCE, &mut Vec::new());
        tree.remove("contract");
        Ground { policy: self, tree }
    }
}

/// A policy as contracts are laid over it.
pub struct Ground<'p> {
    policy: &'p Policy,
    tree: Tree<'p>,
}

impl Ground<'_> {
    /// A contract from a file of its own, which is one table `[contract.CODE]`, with its code. Gives every mistake at
    /// once, in the order of their lines.
    pub fn contract(&self, text: &str, file: &str) -> Result<(Label, Contract), Vec<PolicyError>> {
        let mut errors = Vec::new();
        let mut tree = tree::parse(text, file, &mut errors);
        if !errors.is_empty() {
            errors.dedup_by_key(|error| error.line);
            return Err(errors);
        }
        let errors = RefCell::new(errors);
        let at = At { file, line: 1, key: String::new() };
        let contracts = tree.remove("contract");
        Table::new(tree, at.clone(), &errors).end();
        let read = match contracts.map(|node| (node.at, node.value)) {
            Some((_, Value::Table(all))) if all.len() == 1 => all.into_iter().next(),
            Some((place, _)) => {
                errors.borrow_mut().push(place.error("a contract file is one table like `[contract.acme]`"));
                None
            }
            None => {
                errors.borrow_mut().push(at.error("the table `[contract.CODE]` is missing"));
                None
            }
        };
        let read = read.and_then(|(code, node)| self.read(&code, node, &errors));
        let mut errors = errors.into_inner();
        errors.sort_by(|one, other| (one.line, &one.key).cmp(&(other.line, &other.key)));
        read.filter(|_| errors.is_empty()).ok_or(errors)
    }

    /// As [`contract`](Self::contract), of that code and no other.
    pub fn contract_of(&self, code: &Label, text: &str, file: &str) -> Result<Contract, Vec<PolicyError>> {
        let (own, contract) = self.contract(text, file)?;
        if own == *code {
            return Ok(contract);
        }
        let at = At { file, line: 1, key: format!("contract.{own}") };
        Err(vec![at.error(format!("this is the contract `{own}`, not `{code}`"))])
    }

    fn read<'a>(&'a self, code: &str, node: Node<'a>, errors: &RefCell<Vec<PolicyError>>) -> Option<(Label, Contract)> {
        let root = Table::new(Tree::new(), node.at.clone(), errors);
        match contract::code(code) {
            Ok(code) => Some((code, root.within(node, |table| Contract::read(table, self.policy, &self.tree)))),
            Err(refusal) => {
                root.wrong(refusal.message);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Terms;
    use crate::domain::priority::Priority;
    use crate::domain::text::ContractText;
    use crate::domain::time::Secs;

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    fn version(from: &str, text: &str) -> Version {
        Version { from: from.parse().unwrap(), text: ContractText::new(text).unwrap() }
    }

    fn acme(terms: &str) -> String {
        format!("[contract.acme]\ncustomer = \"Acme Ltd\"\nstarts_on = \"2026-01-01\"\n{terms}\n")
    }

    /// A policy with versions of `acme` on record, each from a date on.
    fn recorded(policy: &str, versions: &[(&str, &str)]) -> Policy {
        let code = label("acme");
        let versions: Vec<_> = versions.iter().map(|(from, terms)| version(from, &acme(terms))).collect();
        Policy::parse(policy, "desk.toml").unwrap().with_contracts(versions.iter().map(|it| (&code, it)))
    }

    fn noon(date: &str) -> Instant {
        format!("{date}T12:00:00Z").parse().unwrap()
    }

    fn resolution(policy: &Policy, at: Instant) -> Secs {
        policy.under(Some(&label("acme")), at).sla.targets(Priority::P2).resolution
    }

    #[test]
    fn the_newest_version_whose_date_has_come_holds() {
        let file = acme("sla.P2.resolution = \"7h\"");
        let policy = recorded(
            &file,
            &[
                ("2026-04-01", "sla.P2.resolution = \"6h\""),
                ("2026-07-01", "ends_on = \"2026-09-30\"\nsla.P2.resolution = \"5h\""),
            ],
        );
        for (date, hours) in [
            ("2025-12-31", 8),
            ("2026-01-01", 7),
            ("2026-03-31", 7),
            ("2026-04-01", 6),
            ("2026-06-30", 6),
            ("2026-07-01", 5),
            ("2026-09-30", 5),
            ("2026-10-01", 8),
        ] {
            assert_eq!(resolution(&policy, noon(date)), Secs::hours(hours), "{date}");
        }
    }

    #[test]
    fn a_date_begins_in_the_contracts_zone() {
        let policy = recorded("", &[("2026-04-01", "zone = \"Asia/Tokyo\"\nsla.P2.resolution = \"6h\"")]);
        for (at, hours) in [("2026-03-31T14:59:59Z", 8), ("2026-03-31T15:00:00Z", 6)] {
            assert_eq!(resolution(&policy, at.parse().unwrap()), Secs::hours(hours), "{at}");
        }
    }

    #[test]
    fn an_organisation_finds_its_contract_while_that_is_in_force() {
        let policy = recorded("", &[("2026-01-01", "ends_on = \"2026-06-30\"")]);
        let several =
            recorded("", &[("2026-01-01", "organisations = [\"Acme GmbH\", \"Öst AB\"]\nzone = \"Europe/Oslo\"")]);
        for (policy, organisation, date, found) in [
            (&policy, "Acme Ltd", "2026-06-30", true),
            (&policy, "ACME LTD", "2026-06-30", true),
            (&policy, "Acme", "2026-06-30", false),
            (&policy, "Acme Ltd", "2026-07-01", false),
            (&policy, "Acme Ltd", "2025-12-31", false),
            (&several, "Acme Ltd", "2026-06-30", false),
            (&several, "öst ab", "2026-06-30", true),
        ] {
            let of = policy.contracts.of(&Name::new(organisation).unwrap(), noon(date));
            assert_eq!(of, found.then(|| label("acme")).as_ref(), "{organisation} on {date}");
        }
    }

    #[test]
    fn a_version_that_does_not_fit_is_left_out_and_named() {
        let terms = "sla.P2.calendar = \"night\"";
        let night = "[calendar.night]\nweekly.mon = [\"20:00-22:00\"]\n";
        assert_eq!(recorded(night, &[("2026-01-01", terms)]).contracts.unfit, []);
        let policy = recorded("", &[("2026-01-01", terms), ("2026-02-01", "")]);
        let [unfit] = &policy.contracts.unfit[..] else { panic!("{:?}", policy.contracts.unfit) };
        assert_eq!(
            unfit.errors[0].to_string(),
            "contract acme from 2026-01-01:4: contract.acme.sla.P2.calendar: there is no calendar `night`; use one of \
             always, business"
        );
        assert!(policy.contracts.in_force(&label("acme"), noon("2026-01-15")).is_none());
        assert!(policy.contracts.in_force(&label("acme"), noon("2026-02-15")).is_some());
    }

    #[test]
    fn records_leave_the_text_and_the_hash_of_the_policy_alone() {
        let plain = Policy::parse(&acme(""), "desk.toml").unwrap();
        let with = recorded(&acme(""), &[("2026-04-01", "retainer_minutes = 600")]);
        assert_eq!((with.text(), with.hash()), (plain.text(), plain.hash()));
        let theirs = with.under(Some(&label("acme")), noon("2026-04-01"));
        assert_eq!(theirs.terms.retainer_minutes, 600);
        assert_ne!(theirs.hash(), plain.hash());
    }

    #[test]
    fn a_contract_file_shows_its_mistakes_with_line_and_key() {
        let policy = Policy::default();
        for (text, expected) in [
            ("", "acme.toml:1: the table `[contract.CODE]` is missing"),
            ("zone = \"UTC\"\n", "acme.toml:1: zone: unknown key"),
            ("[contract.acme]\n[contract.globex]\n", "a contract file is one table like `[contract.acme]`"),
            ("[contract.Acme]\n", "acme.toml:1: contract.Acme: `Acme` is not a contract's code"),
            (&acme("sla.P1.response = \"1d\""), "acme.toml:4: contract.acme.sla.P1.response: `1d` is in days"),
            (&acme("sla.P2.calendar = \"late\""), "acme.toml:4: contract.acme.sla.P2.calendar: there is no calendar"),
            (&acme("ends_on = \"2025-12-31\""), "acme.toml:4: contract.acme.ends_on: the contract ends before"),
            (&acme("priority_floor = { SAP = 1 }"), "contract.acme.priority_floor.SAP: 1 is outside 2 to 4"),
            (&acme("organisations = [\"\"]"), "acme.toml:4: contract.acme.organisations: the name is empty"),
            (&acme("single_supervisor = true"), "acme.toml:4: contract.acme.single_supervisor: unknown key"),
            (&acme("escalation.disabled = [\"TR03\"]"), "contract.acme.escalation.disabled: a contract must not"),
            ("[contract.acme]\nstarts_on = soon\n", "acme.toml:2: "),
        ] {
            let errors = policy.ground().contract(text, "acme.toml").unwrap_err();
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            assert!(errors.iter().any(|error| error.contains(expected)), "{text}\n{errors:#?}");
        }
        let (code, _) = policy.ground().contract(&acme(""), "acme.toml").unwrap();
        assert_eq!(code, label("acme"));
    }

    #[test]
    fn programs_of_a_contract_have_a_least_priority() {
        let policy = recorded("", &[("2026-01-01", "priority_floor = { \"ERP client\" = 2, SAP = 3 }")]);
        let terms: &Terms = &policy.under(Some(&label("acme")), noon("2026-03-01")).terms;
        for (programs, floor) in [(&["erp CLIENT"][..], 2), (&["sap", "Teams"], 3), (&["SAP", "ERP client"], 2)] {
            let programs: Vec<_> = programs.iter().map(|name| label(name)).collect();
            assert_eq!(terms.floor(&programs), Priority::new(floor), "{programs:?}");
        }
        assert_eq!(terms.floor(&[label("Teams")]), None);
        assert_eq!(policy.terms.floor(&[label("SAP")]), None);
    }
}
