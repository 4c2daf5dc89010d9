//! Users, contacts and the policy: who they are is journaled like everything else.

use super::recount::recount;
use super::{Desk, Error, Receipt, contracts};
use crate::domain::change::{Act, Change};
use crate::domain::event::Proof;
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, CmdId};
use crate::domain::person::{ContactFields, PolicyFields, UserFields};
use crate::domain::policy::Policy;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{CalendarText, Login, Name, PolicyText};
use crate::domain::time::Instant;
use crate::store::{Author, Store, Tx, fresh};

/// The one aggregate of the policy, the same in every store.
pub(super) fn policy_agg() -> AggId {
    AggId::derived(&[b"tierdesk policy"])
}

/// The aggregate of an account, the same in every store: two sites that add one account mean one person.
pub fn user_agg(login: &Login) -> AggId {
    AggId::derived(&[b"tierdesk user", login.as_str().as_bytes()])
}

/// What a new desk begins with: the policy, and its first person with every role.
pub fn found(store: &mut Store, policy: &Policy, login: &Login, now_ms: i64) -> Result<(), Error> {
    not_reserved(login)?;
    let first = all_round(login)?;
    let cmd: CmdId = fresh();
    let author = Author { login, proof: Proof::Claimed, cmd, at: Instant::from_millis(now_ms) };
    let mut tx = store.begin(now_ms)?;
    write_policy(policy, &author, &mut tx)?;
    write_user(&first, &author, &mut tx)?;
    tx.commit()?;
    Ok(())
}

/// Someone who may do everything: the one who makes a desk.
pub(super) fn all_round(login: &Login) -> Result<User, Refusal> {
    Ok(User {
        login: login.clone(),
        name: Name::new(login.as_str())?,
        roles: [Role::Technician, Role::Supervisor, Role::Admin].into(),
        tier: Some(Tier::Three),
        disciplines: Discipline::ALL.iter().copied().collect(),
        rights: Rights::TenantAdmin,
        active: true,
    })
}

pub(super) fn write_policy(policy: &Policy, author: &Author<'_>, tx: &mut Tx<'_>) -> Result<bool, Error> {
    write_calendars(policy, author, tx)?;
    let before: Folded<PolicyFields> = tx.folded(policy_agg())?;
    let mut change = Change::of(Act::SetPolicy, &before.fields);
    change.next.text = Some(PolicyText::new(policy.text())?);
    Ok(tx.append_difference(policy_agg(), &before, &change, author)?)
}

/// Keeps every version of every calendar of a policy, before the first clock is counted over it. One event each, so
/// that many holidays fit.
pub(super) fn write_calendars(policy: &Policy, author: &Author<'_>, tx: &mut Tx<'_>) -> Result<(), Error> {
    for version in policy.calendar_versions() {
        let before: Folded<PolicyFields> = tx.folded(policy_agg())?;
        let mut change = Change::of(Act::SetPolicy, &before.fields);
        change.next.calendars.insert(CalendarText::new(&version.text())?);
        let author = Author { cmd: fresh(), ..author.clone() };
        tx.append_difference(policy_agg(), &before, &change, &author)?;
    }
    Ok(())
}

/// Refuses `text_invalid` for the name that timers and rules go by in the journal.
pub(super) fn not_reserved(login: &Login) -> Result<(), Refusal> {
    if *login != Login::system() {
        return Ok(());
    }
    Err(Code::TextInvalid
        .because(format!("`{login}` is the name that timers and rules go by"))
        .hint("give the person an account of another name"))
}

pub(super) fn write_user(user: &User, author: &Author<'_>, tx: &mut Tx<'_>) -> Result<bool, Error> {
    let agg = user_agg(&user.login);
    let before: Folded<UserFields> = tx.folded(agg)?;
    let change = Change { next: UserFields::from(user), ..Change::of(Act::SetUser, &before.fields) };
    Ok(tx.append_difference(agg, &before, &change, author)?)
}

pub(super) fn write_contact(
    agg: AggId,
    fields: &ContactFields,
    author: &Author<'_>,
    tx: &mut Tx<'_>,
) -> Result<bool, Error> {
    let before: Folded<ContactFields> = tx.folded(agg)?;
    let change = Change { next: fields.clone(), ..Change::of(Act::SetContact, &before.fields) };
    Ok(tx.append_difference(agg, &before, &change, author)?)
}

/// What a policy was made from that takes something from a file.
#[derive(Debug, Clone, Copy)]
pub struct MadeFrom<'a> {
    /// The text of the policy that was in force.
    pub policy: &'a str,
    /// Of the file, for the journal.
    pub facts: &'a [(&'a str, serde_json::Value)],
}

impl Desk {
    /// Adds a user, or gives one other roles, tier or name. Refuses the reserved name of timers and rules, and to
    /// leave the desk without an active admin.
    pub fn set_user(&mut self, user: &User) -> Result<Receipt, Error> {
        not_reserved(&user.login)?;
        self.write(|asking, tx, receipt| {
            receipt.act = Act::SetUser;
            admin(asking.by)?;
            an_admin_is_left(user, &tx.users()?)?;
            let wrote = write_user(user, &asking.author(), tx)?;
            receipt.tell(wrote, user.login.to_string(), user_agg(&user.login));
            Ok(())
        })
    }

    /// Puts another policy in force, from now on, and lets the clocks of open tickets follow. Refuses
    /// `policy_invalid`, naming it, if a version of a contract would not fit it any more.
    pub fn set_policy(&mut self, policy: Policy) -> Result<Receipt, Error> {
        let receipt = self.put_policy(policy, None)?;
        self.recount(&mut |_| {})?;
        Ok(receipt)
    }

    /// As [`set_policy`](Self::set_policy), but leaves the clocks to [`recount`](Self::recount). Refuses
    /// `stale_revision` if the policy was made from another one than is in force by now.
    pub fn put_policy(&mut self, policy: Policy, made: Option<&MadeFrom<'_>>) -> Result<Receipt, Error> {
        let receipt = self.write(|asking, tx, receipt| {
            receipt.act = Act::SetPolicy;
            admin(asking.by)?;
            if made.is_some_and(|made| made.policy != asking.policy.text()) {
                let refusal = Code::StaleRevision.because("someone else has changed the policy meanwhile");
                return Err(refusal.hint("look at what would change again").into());
            }
            let wrote = write_policy(&policy, &asking.author(), tx)?;
            contracts::all_fit(policy, &asking.policy.contracts, tx)?;
            if wrote {
                tx.queue_recount(&recount(&asking.author(), None))?;
                if let Some(made) = made {
                    tx.append_imported(made.facts, &asking.author())?;
                }
            }
            receipt.tell(wrote, "policy".to_owned(), policy_agg());
            Ok(())
        })?;
        self.refresh()?;
        Ok(receipt)
    }

    /// Adds a contact, or corrects one.
    pub fn set_contact(&mut self, agg: Option<AggId>, fields: &ContactFields) -> Result<Receipt, Error> {
        let agg = agg.unwrap_or_else(fresh);
        let fields = fields.clone();
        self.write(|asking, tx, receipt| {
            receipt.act = Act::SetContact;
            asking.moment(tx).desk_person()?;
            let wrote = write_contact(agg, &fields, &asking.author(), tx)?;
            receipt.tell(wrote, fields.name.to_string(), agg);
            Ok(())
        })
    }
}

/// Refuses `not_permitted` to anyone but an admin.
pub(super) fn admin(person: &User) -> Result<(), Refusal> {
    if person.is(Role::Admin) {
        return Ok(());
    }
    Err(Code::NotPermitted.because(format!("{} may not do this; it takes an admin", person.login)))
}

/// Nobody could give the role back.
fn an_admin_is_left(user: &User, users: &[User]) -> Result<(), Refusal> {
    let another = || users.iter().any(|other| other.login != user.login && other.is(Role::Admin));
    if user.is(Role::Admin) || another() {
        return Ok(());
    }
    Err(Code::NotPermitted.because("no active admin would be left").hint("make someone else an admin first"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Identity;
    use crate::domain::number::SiteCode;
    use crate::store::New;

    fn login(text: &str) -> Login {
        Login::new(text).unwrap()
    }

    fn desk_of(account: &str, path: &std::path::Path, shared: bool) -> Result<Desk, Error> {
        let identity = Identity { account: login(account), acting_as: None };
        let new = New { code: SiteCode::first(), shared, demo: false };
        Desk::create(path, &new, None, &identity, Box::new(|| 1_790_000_000_000))
    }

    fn desk() -> (tempfile::TempDir, Desk) {
        let dir = tempfile::tempdir().unwrap();
        let desk = desk_of("ann", &dir.path().join("desk.db"), false).unwrap();
        (dir, desk)
    }

    #[test]
    fn nobody_gets_the_name_of_timers_and_rules() {
        let (dir, mut desk) = desk();
        let refused = desk.set_user(&all_round(&login("system")).unwrap()).unwrap_err();
        assert_eq!(refused.code(), "text_invalid");
        let other = dir.path().join("other.db");
        assert_eq!(desk_of("system", &other, false).err().unwrap().code(), "text_invalid");
        assert!(!other.exists(), "no store is left behind");
    }

    #[test]
    fn the_last_admin_stays_one_until_there_is_another() {
        let (_dir, mut desk) = desk();
        let me = desk.person().clone();
        let plain = User { roles: [Role::Technician].into(), ..me.clone() };
        let gone = User { active: false, ..me.clone() };
        for user in [&plain, &gone] {
            let refused = desk.set_user(user).unwrap_err();
            assert_eq!(
                (refused.code(), refused.to_string()),
                ("not_permitted", "no active admin would be left".into())
            );
        }
        desk.set_user(&User { active: false, ..all_round(&login("bob")).unwrap() }).unwrap();
        assert!(desk.set_user(&plain).is_err(), "one who is not active is no way back");
        desk.set_user(&all_round(&login("bob")).unwrap()).unwrap();
        desk.set_user(&plain).unwrap();
        assert_eq!(desk.set_user(&me).unwrap_err().code(), "not_permitted");
    }

    #[test]
    fn a_user_set_as_before_is_nothing_to_change() {
        let (_dir, mut desk) = desk();
        let me = desk.person().clone();
        assert_eq!(desk.set_user(&me).unwrap().sentence(), "nothing to change on ann");
    }

    #[test]
    fn in_a_shared_store_nobody_acts_as_someone_else_from_the_start_or_later() {
        for shared in [false, true] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("desk.db");
            let mut desk = desk_of("ann", &path, shared).unwrap();
            desk.set_user(&all_round(&login("bob")).unwrap()).unwrap();
            let identity = Identity { account: login("ann"), acting_as: Some(login("bob")) };
            let opened = Desk::open(&path, &identity, Box::new(|| 1_790_000_000_000));
            for verdict in [desk.act_as(&login("bob")), opened.map(|_| ())] {
                assert_eq!(verdict.is_ok(), !shared, "{verdict:?}");
            }
            desk.act_as(&login("ann")).unwrap();
        }
    }
}
