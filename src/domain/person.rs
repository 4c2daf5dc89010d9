//! Users and contacts as aggregates: what the journal knows of people.

use super::field::aggregate;
use super::role::{Contact, Discipline, Rights, Role, Tier, User};
use super::text::{CalendarText, Label, Login, Name};

aggregate! {
    /// A user's fields.
    pub struct UserFields as "user" {
        values {
            login: Login = Scalar,
            name: Name = Scalar,
            tier: Option<Tier> = Scalar,
            rights: Rights = Scalar,
            inactive: bool = Scalar,
        }
        sets {
            roles: Role,
            disciplines: Discipline,
        }
        counters {}
    }
}

aggregate! {
    /// A contact's fields. Events elsewhere name a contact by identity only, so a redaction here reaches all of it.
    pub struct ContactFields as "contact" {
        values {
            name: Name = Scalar,
            /// Short name people type after `@`.
            handle: Option<Label> = Scalar,
            organisation: Option<Name> = Scalar,
            email: Option<Label> = Scalar,
            phone: Option<Label> = Scalar,
            site: Option<Label> = Scalar,
            vip: bool = Scalar,
            inactive: bool = Scalar,
        }
        sets {}
        counters {}
    }
}

aggregate! {
    /// The policy in force: its text; screens and rules read the parsed form.
    pub struct PolicyFields as "policy" {
        values {
            text: Option<super::text::PolicyText> = Scalar,
        }
        sets {
            /// Every version of every calendar that a clock of this desk may have been counted over.
            calendars: CalendarText,
        }
        counters {}
    }
}

impl From<&UserFields> for User {
    fn from(fields: &UserFields) -> Self {
        Self {
            login: fields.login.clone(),
            name: fields.name.clone(),
            roles: fields.roles.clone(),
            tier: fields.tier,
            disciplines: fields.disciplines.clone(),
            rights: fields.rights,
            active: !fields.inactive,
        }
    }
}

impl From<&User> for UserFields {
    fn from(user: &User) -> Self {
        Self {
            login: user.login.clone(),
            name: user.name.clone(),
            tier: user.tier,
            rights: user.rights,
            inactive: !user.active,
            roles: user.roles.clone(),
            disciplines: user.disciplines.clone(),
        }
    }
}

impl From<&ContactFields> for Contact {
    fn from(fields: &ContactFields) -> Self {
        let text = |label: &Option<Label>| label.as_ref().map(ToString::to_string);
        Self {
            name: fields.name.clone(),
            handle: text(&fields.handle),
            organisation: fields.organisation.clone(),
            email: text(&fields.email),
            phone: text(&fields.phone),
            site: text(&fields.site),
            vip: fields.vip,
            active: !fields.inactive,
        }
    }
}
