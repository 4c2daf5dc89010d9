//! Reading people: users of the desk, contacts, and the policy they work under.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::convert::word;
use super::{Store, view};
use crate::domain::field::Fields;
use crate::domain::id::AggId;
use crate::domain::person::{ContactFields, UserFields};
use crate::domain::role::{Contact, Rights, Role, Tier, User};
use crate::domain::text::{Login, Name};

/// A contact with its identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    pub agg: AggId,
    pub contact: Contact,
}

/// The user of an account. Of two that sites made apart, the older one.
pub fn user(db: &Connection, login: &Login) -> Result<Option<User>> {
    db.prepare_cached("SELECT * FROM person WHERE login = ?1 ORDER BY uid LIMIT 1")?
        .query_row([login.as_str()], read_user)
        .optional()
        .with_context(|| format!("reading the user {login}"))
}

/// The oldest active contact with that address, in any case.
pub fn contact_by_email(db: &Connection, email: &str) -> Result<Option<AggId>> {
    db.prepare_cached("SELECT agg FROM contact WHERE email_key = ?1 AND inactive = 0 ORDER BY cid LIMIT 1")?
        .query_row([email.to_lowercase()], |row| row.get(0))
        .optional()
        .context("looking for a contact by address")
}

/// The contact whose handle, address or name is exactly this, in any case; the oldest of several.
pub fn contact_named(db: &Connection, text: &str) -> Result<Option<ContactRow>> {
    let text = text.to_lowercase();
    for sql in [
        "SELECT * FROM contact WHERE handle_key = ?1 AND inactive = 0 ORDER BY cid LIMIT 1",
        "SELECT * FROM contact WHERE email_key = ?1 AND inactive = 0 ORDER BY cid LIMIT 1",
        "SELECT * FROM contact WHERE name_key = ?1 AND inactive = 0 ORDER BY cid LIMIT 1",
    ] {
        let found = db.prepare_cached(sql)?.query_row([&text], read_contact).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The policy file in force; `None` until one was adopted.
pub fn policy_text(db: &Connection) -> Result<Option<String>> {
    db.prepare_cached("SELECT text FROM policy ORDER BY pid LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()
        .map(Option::flatten)
        .context("reading the policy")
}

/// Active supervisors, by account.
pub fn supervisors(db: &Connection) -> Result<Vec<User>> {
    let all = users(db)?;
    Ok(all.into_iter().filter(|user| user.is(Role::Supervisor)).collect())
}

/// Every user, by account.
pub fn users(db: &Connection) -> Result<Vec<User>> {
    let mut statement = db.prepare_cached("SELECT * FROM person ORDER BY login, uid")?;
    let rows = statement.query_map([], read_user)?;
    rows.collect::<rusqlite::Result<_>>().context("reading the users")
}

pub(super) fn read_user(row: &Row<'_>) -> rusqlite::Result<User> {
    let list = |column: &str| -> rusqlite::Result<serde_json::Value> {
        Ok(serde_json::from_str(row.get_ref(column)?.as_str()?).unwrap_or_default())
    };
    let mut sets = UserFields::default();
    sets.write("roles", &list("roles")?);
    sets.write("disciplines", &list("disciplines")?);
    Ok(User {
        login: Login::stored(row.get("login")?),
        name: Name::stored(row.get("name")?),
        roles: sets.roles,
        tier: row.get::<_, Option<i64>>("tier")?.and_then(Tier::new),
        disciplines: sets.disciplines,
        rights: word(row, "rights", Rights::from_word)?,
        active: !row.get::<_, bool>("inactive")?,
    })
}

impl Store {
    pub fn user(&self, login: &Login) -> Result<Option<User>> {
        user(&self.db, login)
    }

    pub fn users(&self) -> Result<Vec<User>> {
        users(&self.db)
    }

    /// Identity of a user's aggregate.
    pub fn user_agg(&self, login: &Login) -> Result<Option<AggId>> {
        self.db
            .prepare_cached("SELECT agg FROM person WHERE login = ?1 ORDER BY uid LIMIT 1")?
            .query_row([login.as_str()], |row| row.get(0))
            .optional()
            .with_context(|| format!("looking for the user {login}"))
    }

    /// How many open tickets a user has.
    pub fn load_of(&self, login: &Login) -> Result<i64> {
        self.db
            .prepare_cached("SELECT coalesce(sum(n), 0) FROM badge WHERE shelf IN (1, 2, 3) AND owner = ?1")?
            .query_row([login.as_str()], |row| row.get(0))
            .context("counting a user's tickets")
    }

    /// The policy file in force; `None` until one was adopted.
    pub fn policy_text(&self) -> Result<Option<String>> {
        policy_text(&self.db)
    }

    pub fn contact(&self, agg: AggId) -> Result<Option<Contact>> {
        Ok(view::load::<ContactFields>(&self.db, agg)?.map(|kept| Contact::from(&kept.folded.fields)))
    }

    /// The contact whose handle, address or name is exactly this, in any case; the oldest of several.
    pub fn contact_named(&self, text: &str) -> Result<Option<ContactRow>> {
        contact_named(&self.db, text)
    }

    /// Active contacts whose handle or name begins like this, in any case and by name.
    pub fn contacts_like(&self, start: &str, limit: u32) -> Result<Vec<ContactRow>> {
        let from = start.to_lowercase();
        let to = format!("{from}\u{10FFFF}");
        let mut statement = self.db.prepare_cached(
            "SELECT * FROM contact WHERE inactive = 0 AND cid IN (
               SELECT cid FROM contact WHERE handle_key >= :from AND handle_key < :to
               UNION ALL SELECT cid FROM contact WHERE name_key >= :from AND name_key < :to)
             ORDER BY name_key, cid LIMIT :limit",
        )?;
        let rows = statement.query_map(named_params! { ":from": from, ":to": to, ":limit": limit }, read_contact)?;
        rows.collect::<rusqlite::Result<_>>().context("reading contacts")
    }
}

pub(super) fn read_contact(row: &Row<'_>) -> rusqlite::Result<ContactRow> {
    let mut fields = ContactFields::default();
    for name in <ContactFields as view::View>::FIELDS {
        view::put(&mut fields, name, row.get_ref(*name)?);
    }
    Ok(ContactRow { agg: row.get("agg")?, contact: Contact::from(&fields) })
}
