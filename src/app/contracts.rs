//! Contracts of the desk: recorded with versions, each from a date on, over those that stand in the policy file.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::in_force::with_contracts;
use super::people::{admin, write_calendars};
use super::recount::recount;
use super::run::Asking;
use super::{Desk, Error, Receipt};
use crate::domain::change::{Act, Change};
use crate::domain::contract::{ContractFields, Version, agg};
use crate::domain::fold::Folded;
use crate::domain::policy::{self, Contract, Contracts, Policy};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Role, User};
use crate::domain::text::{ContractText, Label};
use crate::store::{Author, Tx};

/// A contract's file as it was given: its name is for the mistakes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

impl Desk {
    /// Puts a new contract on record, from its start unless another date is given. Refuses one that is there.
    pub fn add_contract(&mut self, file: File<'_>, from: Option<NaiveDate>) -> Result<Receipt, Error> {
        self.write_contract(
            |asking, tx| {
                let (code, contract) = read(file, asking.policy)?;
                if tx.folded::<ContractFields>(agg(&code))?.created {
                    let refusal = Code::IllegalTransition.because(format!("`{code}` is a contract already"));
                    return Err(refusal
                        .hint(format!("give it another version with `tierdesk contract set {code}`"))
                        .into());
                }
                let from = from.unwrap_or(contract.starts_on);
                Ok((code, contract, from))
            },
            file,
        )
    }

    /// Puts another version of a contract on record, from today in its zone unless another date is given. A version
    /// of that very date is replaced. Refuses `not_found`, and a file of another contract.
    pub fn set_contract(&mut self, code: &Label, file: File<'_>, from: Option<NaiveDate>) -> Result<Receipt, Error> {
        self.write_contract(
            |asking, tx| {
                let known = asking.policy.contracts.iter().any(|(known, _)| known == code);
                if !known && !tx.folded::<ContractFields>(agg(code))?.created {
                    return Err(missing(code).into());
                }
                let contract = asking.policy.ground().contract_of(code, file.text, file.name);
                let contract = contract.map_err(|errors| policy::refusal(&errors))?;
                let from = from.unwrap_or_else(|| contract.date(asking.now));
                Ok((code.clone(), contract, from))
            },
            file,
        )
    }

    fn write_contract(
        &mut self,
        read: impl FnOnce(&Asking<'_>, &Tx<'_>) -> Result<(Label, Contract, NaiveDate), Error>,
        file: File<'_>,
    ) -> Result<Receipt, Error> {
        let receipt = self.write(|asking, tx, receipt| {
            receipt.act = Act::SetContract;
            admin(asking.by)?;
            let (code, contract, from) = read(asking, tx)?;
            let wrote = put(&code, &contract, from, file.text, &asking.author(), tx)?;
            if wrote {
                tx.queue_recount(&recount(&asking.author(), Some(&code)))?;
            }
            receipt.tell(wrote, code.to_string(), agg(&code));
            Ok(())
        })?;
        self.refresh()?;
        self.recount(&mut |_| {})?;
        Ok(receipt)
    }

    /// The contracts with the files of their versions by code and date. Refuses `not_permitted` to those who only
    /// work on tickets.
    pub fn contract_files(&self) -> Result<BTreeMap<(Label, NaiveDate), ContractText>, Error> {
        may_read(self.person())?;
        let rows = self.store.contracts()?.into_iter();
        let versions =
            rows.flat_map(|row| row.versions.into_iter().map(move |it| ((row.code.clone(), it.from), it.text)));
        Ok(versions.collect())
    }
}

/// Refuses `not_found`.
pub fn missing(code: &Label) -> Refusal {
    Code::NotFound.because(format!("there is no contract `{code}`")).hint("`tierdesk contract list` shows all")
}

/// Code and terms of a contract's file over a policy. Refuses `policy_invalid` with every mistake in it.
pub fn read(file: File<'_>, policy: &Policy) -> Result<(Label, Contract), Refusal> {
    policy.ground().contract(file.text, file.name).map_err(|errors| policy::refusal(&errors))
}

/// Writes a version of a contract, in place of one of that very date. Tells if that changed anything.
pub(super) fn put(
    code: &Label,
    contract: &Contract,
    from: NaiveDate,
    text: &str,
    author: &Author<'_>,
    tx: &mut Tx<'_>,
) -> Result<bool, Error> {
    write_calendars(&contract.policy, author, tx)?;
    let version = Version { from, text: ContractText::new(text)? };
    let before: Folded<ContractFields> = tx.folded(agg(code))?;
    let mut change = Change::of(Act::SetContract, &before.fields);
    change.next.code = Some(code.clone());
    change.next.customer = contract.customer.clone();
    change.next.versions.retain(|old| old.from != from);
    change.next.versions.insert(version);
    Ok(tx.append_difference(agg(code), &before, &change, author)?)
}

fn may_read(person: &User) -> Result<(), Refusal> {
    if [Role::Supervisor, Role::Admin, Role::Auditor].into_iter().any(|role| person.is(role)) {
        return Ok(());
    }
    let who = "a supervisor, an admin or an auditor";
    Err(Code::NotPermitted.because(format!("{} may not do this; it takes {who}", person.login)))
}

/// Refuses `policy_invalid` if a version of a contract would stop to fit under another policy.
pub(super) fn all_fit(policy: Policy, before: &Contracts, tx: &Tx<'_>) -> Result<(), Error> {
    let after = with_contracts(policy, &tx.contracts()?).contracts;
    let known = |code: &Label, from| before.unfit.iter().any(|old| old.code == *code && old.from == from);
    match after.unfit.iter().find(|it| !known(&it.code, it.from)) {
        None => Ok(()),
        Some(unfit) => {
            let Refusal { code, message, hint } = policy::refusal(&unfit.errors);
            let message = format!("the contract `{}` would not fit this policy any more: {message}", unfit.code);
            Err(Refusal { code, message, hint }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::app::Identity;
    use crate::app::run::Requester;
    use crate::domain::command::log::Log;
    use crate::domain::id::AggId;
    use crate::domain::number::SiteCode;
    use crate::domain::person::ContactFields;
    use crate::domain::priority::Priority;
    use crate::domain::text::{Login, Name, Title};
    use crate::domain::time::{Instant, Secs};
    use crate::store::{New, rebuild};

    /// A desk whose clock is moved by hand.
    struct Bench {
        dir: tempfile::TempDir,
        now: Rc<Cell<i64>>,
    }

    impl Bench {
        fn new(date: &str) -> (Self, Desk) {
            let bench = Self { dir: tempfile::tempdir().unwrap(), now: Rc::new(Cell::new(0)) };
            bench.noon(date);
            let new = New { code: SiteCode::first(), shared: false, demo: true };
            let (path, now) = (bench.dir.path().join("desk.db"), Rc::clone(&bench.now));
            let desk = Desk::create(&path, &new, None, &identity(), Box::new(move || now.get())).unwrap();
            (bench, desk)
        }

        fn noon(&self, date: &str) {
            let at: Instant = format!("{date}T12:00:00Z").parse().unwrap();
            self.now.set(at.0 * 1_000);
        }

        fn beside(&self) -> Desk {
            let now = Rc::clone(&self.now);
            Desk::open(&self.dir.path().join("desk.db"), &identity(), Box::new(move || now.get())).unwrap()
        }
    }

    fn identity() -> Identity {
        Identity { account: Login::new("ann").unwrap(), acting_as: None }
    }

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    fn file(terms: &str) -> String {
        format!("[contract.acme]\ncustomer = \"Acme Ltd\"\nstarts_on = \"2026-03-01\"\n{terms}\n")
    }

    fn set(desk: &mut Desk, terms: &str, from: &str) {
        let text = file(terms);
        desk.set_contract(&label("acme"), File { name: "acme.toml", text: &text }, from.parse().ok()).unwrap();
    }

    fn resolution(desk: &Desk) -> Secs {
        desk.policy().under(Some(&label("acme")), desk.now()).sla.targets(Priority::P2).resolution
    }

    fn marta(desk: &mut Desk) -> AggId {
        let fields = ContactFields {
            name: Name::new("Marta Ricci").unwrap(),
            organisation: Name::new("Acme Ltd").ok(),
            ..ContactFields::default()
        };
        desk.set_contact(None, &fields).unwrap().records[0].1
    }

    #[test]
    fn versions_hold_from_their_dates_and_the_views_can_be_made_again() {
        let (bench, mut desk) = Bench::new("2026-02-01");
        let text = file("");
        desk.add_contract(File { name: "acme.toml", text: &text }, None).unwrap();
        set(&mut desk, "sla.P2.resolution = \"7h\"", "2026-05-01");
        set(&mut desk, "sla.P2.resolution = \"6h\"", "2026-04-01");
        set(&mut desk, "sla.P2.resolution = \"5h\"", "2026-05-01");
        let marta = marta(&mut desk);
        let mut logged = Vec::new();
        for (date, hours, contract) in [
            ("2026-02-28", 8, None),
            ("2026-03-01", 8, Some("acme")),
            ("2026-04-01", 6, Some("acme")),
            ("2026-05-01", 5, Some("acme")),
        ] {
            bench.noon(date);
            assert_eq!(resolution(&desk), Secs::hours(hours), "{date}");
            let call = Log::titled(Title::new("VPN drops").unwrap());
            let agg = desk.log(&call, Some(&Requester::Known(marta))).unwrap().records[0].1;
            let of = desk.record(agg).unwrap().case.ticket().contract.clone();
            assert_eq!(of, contract.map(label), "{date}");
            logged.push(agg);
        }
        let files = desk.contract_files().unwrap();
        assert_eq!(
            files.keys().map(|(_, from)| from.to_string()).collect::<Vec<_>>(),
            ["2026-03-01", "2026-04-01", "2026-05-01"]
        );
        assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        rebuild::rebuild(desk.store_mut(), |_| {}).unwrap();
        assert_eq!(desk.store().verify(|_| {}).unwrap().findings, Vec::<String>::new());
        assert_eq!(desk.contract_files().unwrap(), files);
        assert_eq!(bench.beside().policy(), desk.policy());
    }

    #[test]
    fn another_session_goes_by_a_contract_at_its_next_command() {
        let (bench, mut desk) = Bench::new("2026-06-01");
        let mut other = bench.beside();
        let marta = marta(&mut desk);
        let text = file("");
        desk.add_contract(File { name: "acme.toml", text: &text }, None).unwrap();
        let call = Log::titled(Title::new("VPN drops").unwrap());
        let agg = other.log(&call, Some(&Requester::Known(marta))).unwrap().records[0].1;
        assert_eq!(desk.record(agg).unwrap().case.ticket().contract, Some(label("acme")));
        let before = other.policy_in_force();
        other.log(&call, Some(&Requester::Known(marta))).unwrap();
        assert!(std::sync::Arc::ptr_eq(&before, &other.policy_in_force()), "what did not change is not read again");
    }

    #[test]
    fn a_contract_of_the_policy_file_goes_on_until_the_first_version_on_record() {
        let (bench, mut desk) = Bench::new("2026-06-01");
        desk.set_policy(Policy::parse(&file("sla.P2.resolution = \"7h\""), "desk.toml").unwrap()).unwrap();
        set(&mut desk, "sla.P2.resolution = \"6h\"", "2026-07-01");
        for (date, hours) in [("2026-06-30", 7), ("2026-07-01", 6)] {
            bench.noon(date);
            assert_eq!(resolution(&desk), Secs::hours(hours), "{date}");
        }
    }
}
