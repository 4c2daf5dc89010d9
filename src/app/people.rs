//! Users, contacts and the policy: who they are is journaled like everything else.

use super::{Desk, Error, Receipt};
use crate::domain::change::{Act, Change};
use crate::domain::event::Proof;
use crate::domain::fold::Folded;
use crate::domain::id::{AggId, CmdId};
use crate::domain::person::{ContactFields, PolicyFields, UserFields};
use crate::domain::policy::Policy;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{Login, Name, PolicyText};
use crate::domain::time::Instant;
use crate::store::{Author, Store, Tx, fresh};

/// The one aggregate of the policy, the same in every store.
fn policy_agg() -> AggId {
    AggId::derived(&[b"tierdesk policy"])
}

/// The aggregate of an account, the same in every store: two sites that add one account mean one person.
pub fn user_agg(login: &Login) -> AggId {
    AggId::derived(&[b"tierdesk user", login.as_str().as_bytes()])
}

/// What a new desk begins with: the policy, and its first person with every role.
pub fn found(store: &mut Store, policy: &Policy, login: &Login, now_ms: i64) -> Result<(), Error> {
    let first = all_round(login)?;
    let cmd: CmdId = fresh();
    let author = Author { login, proof: Proof::Claimed, cmd, at: Instant::from_millis(now_ms) };
    let mut tx = store.begin(now_ms)?;
    write_policy(policy.text(), &author, &mut tx)?;
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

pub(super) fn write_policy(text: &str, author: &Author<'_>, tx: &mut Tx<'_>) -> Result<(), Error> {
    let before: Folded<PolicyFields> = tx.folded(policy_agg())?;
    let mut change = Change::of(Act::SetPolicy, &before.fields);
    change.next.text = Some(PolicyText::new(text)?);
    tx.append(policy_agg(), &before, &change, author)?;
    Ok(())
}

pub(super) fn write_user(user: &User, author: &Author<'_>, tx: &mut Tx<'_>) -> Result<(), Error> {
    let agg = user_agg(&user.login);
    let before: Folded<UserFields> = tx.folded(agg)?;
    let change = Change { next: UserFields::from(user), ..Change::of(Act::SetUser, &before.fields) };
    tx.append(agg, &before, &change, author)?;
    Ok(())
}

pub(super) fn write_contact(
    agg: AggId,
    fields: &ContactFields,
    author: &Author<'_>,
    tx: &mut Tx<'_>,
) -> Result<(), Error> {
    let before: Folded<ContactFields> = tx.folded(agg)?;
    let change = Change { next: fields.clone(), ..Change::of(Act::SetContact, &before.fields) };
    tx.append(agg, &before, &change, author)?;
    Ok(())
}

impl Desk {
    /// Adds a user, or gives one other roles, tier or name.
    pub fn set_user(&mut self, user: &User) -> Result<Receipt, Error> {
        self.admin()?;
        let user = user.clone();
        self.write(|asking, tx, receipt| {
            receipt.act = Act::SetUser;
            write_user(&user, &asking.author(), tx)?;
            receipt.records.push((user.login.to_string(), user_agg(&user.login)));
            Ok(())
        })
    }

    /// Puts another policy in force, from now on.
    pub fn set_policy(&mut self, policy: Policy) -> Result<Receipt, Error> {
        self.admin()?;
        let text = policy.text().to_owned();
        let receipt = self.write(|asking, tx, receipt| {
            receipt.act = Act::SetPolicy;
            write_policy(&text, &asking.author(), tx)?;
            receipt.records.push(("policy".to_owned(), policy_agg()));
            Ok(())
        })?;
        self.policy = policy;
        Ok(receipt)
    }

    /// Adds a contact, or corrects one.
    pub fn set_contact(&mut self, agg: Option<AggId>, fields: &ContactFields) -> Result<Receipt, Error> {
        let agg = agg.unwrap_or_else(fresh);
        let fields = fields.clone();
        self.write(|asking, tx, receipt| {
            receipt.act = Act::SetContact;
            asking.moment(tx).desk_person()?;
            write_contact(agg, &fields, &asking.author(), tx)?;
            receipt.records.push((fields.name.to_string(), agg));
            Ok(())
        })
    }

    fn admin(&self) -> Result<(), Refusal> {
        if self.person().is(Role::Admin) {
            return Ok(());
        }
        Err(Code::NotPermitted.because(format!("{} may not do this; it takes an admin", self.person().login)))
    }
}
