//! What the shipped files tell: people, machines, and the stories of their tickets.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::story::Story;
use crate::domain::person::ContactFields;
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{Label, Login, Name};
use crate::domain::trigger::Trigger;

const PEOPLE: &str = include_str!("../../../assets/demo/people.toml");
const ESTATE: &str = include_str!("../../../assets/demo/estate.toml");
const STORIES: &str = include_str!("../../../assets/demo/stories.toml");
/// The contract of the customer among the contacts.
pub const CONTRACT: &str = include_str!("../../../assets/demo/acme.toml");

/// The site whose people are a customer's.
const CUSTOMER: &str = "LON";

/// Everything there is to tell.
#[derive(Debug)]
pub struct World {
    pub users: Vec<Member>,
    pub contacts: Vec<Person>,
    pub machines: Vec<Machine>,
    pub stories: Vec<Story>,
    pub words: Words,
}

/// What supervisors write, by the rule that asked for them.
#[derive(Debug, Deserialize)]
pub struct Words {
    review: HashMap<Trigger, Vec<String>>,
    waive: HashMap<Trigger, String>,
    otherwise: String,
}

impl Words {
    /// A comment on what a rule did; the `n`-th of those that fit.
    pub fn review(&self, trigger: Option<Trigger>, n: usize) -> &str {
        let fitting = trigger.and_then(|trigger| self.review.get(&trigger)).filter(|all| !all.is_empty());
        fitting.map_or(&self.otherwise, |all| &all[n % all.len()])
    }

    /// Why a demand of a rule is waived.
    pub fn waive(&self, trigger: Trigger) -> &str {
        self.waive.get(&trigger).unwrap_or(&self.otherwise)
    }
}

#[derive(Deserialize)]
struct People {
    user: Vec<Member>,
    contact: Vec<Person>,
}

#[derive(Deserialize)]
struct Estate {
    machine: Vec<Machine>,
}

#[derive(Deserialize)]
struct Stories {
    words: Words,
    story: Vec<Story>,
}

/// A user of the desk.
#[derive(Debug, Clone, Deserialize)]
pub struct Member {
    pub login: Login,
    name: Name,
    roles: Vec<Role>,
    pub tier: Option<Tier>,
    disciplines: Vec<Discipline>,
    rights: Rights,
}

/// A contact.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Name,
    pub handle: String,
    email: Label,
    phone: Label,
    department: Name,
    site: Label,
    #[serde(default)]
    pub vip: bool,
}

/// A machine.
#[derive(Debug, Clone, Deserialize)]
pub struct Machine {
    pub host: String,
    pub contact: Option<String>,
}

impl World {
    /// The files that ship with the program.
    pub fn shipped() -> Result<Self> {
        let people: People = toml::from_str(PEOPLE).context("reading the people of the demonstration desk")?;
        let estate: Estate = toml::from_str(ESTATE).context("reading the machines of the demonstration desk")?;
        let stories: Stories = toml::from_str(STORIES).context("reading the stories of the demonstration desk")?;
        Ok(Self {
            users: people.user,
            contacts: people.contact,
            machines: estate.machine,
            stories: stories.story,
            words: stories.words,
        })
    }

    pub fn contact(&self, handle: &str) -> Option<usize> {
        self.contacts.iter().position(|contact| contact.handle == handle)
    }

    /// Who can stand in for someone: of the same standing and under the same contract.
    pub fn like(&self, handle: &str) -> Vec<usize> {
        let customer = |person: &Person| person.site.as_str() == CUSTOMER;
        let like = |person: &Person, one: &Person| person.vip == one.vip && customer(person) == customer(one);
        let Some(one) = self.contacts.iter().find(|person| person.handle == handle) else { return Vec::new() };
        (0..self.contacts.len()).filter(|n| like(&self.contacts[*n], one)).collect()
    }

    /// The machine that someone works at.
    pub fn machine_of(&self, handle: &str) -> Option<&str> {
        self.machines.iter().find(|one| one.contact.as_deref() == Some(handle)).map(|one| one.host.as_str())
    }
}

impl From<&Member> for User {
    fn from(member: &Member) -> Self {
        Self {
            login: member.login.clone(),
            name: member.name.clone(),
            roles: member.roles.iter().copied().collect(),
            tier: member.tier,
            disciplines: member.disciplines.iter().copied().collect(),
            rights: member.rights,
            active: true,
        }
    }
}

impl Person {
    pub const fn organisation(&self) -> &Name {
        &self.department
    }

    pub fn fields(&self) -> Result<ContactFields> {
        Ok(ContactFields {
            name: self.name.clone(),
            handle: Some(Label::new(&self.handle)?),
            organisation: Some(self.department.clone()),
            email: Some(self.email.clone()),
            phone: Some(self.phone.clone()),
            site: Some(self.site.clone()),
            vip: self.vip,
            inactive: false,
        })
    }
}
