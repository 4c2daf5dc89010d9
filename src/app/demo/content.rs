//! What the shipped files tell: people, machines, and the stories of their tickets.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::domain::command::escalate::Why;
use crate::domain::escalation::{Item, ReturnCode};
use crate::domain::incident::{CancelCode, Category, Pending, ResolutionCode, Source, Subcategory, Symptom};
use crate::domain::person::ContactFields;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::role::{Discipline, Rights, Role, Tier, User};
use crate::domain::text::{Label, Login, Name};
use crate::domain::ticket::LinkKind;
use crate::domain::time::{Secs, TimeError};

const PEOPLE: &str = include_str!("../../../assets/demo/people.toml");
const ESTATE: &str = include_str!("../../../assets/demo/estate.toml");
const STORIES: &str = include_str!("../../../assets/demo/stories.toml");

/// Everything there is to tell.
#[derive(Debug)]
pub struct World {
    pub users: Vec<Member>,
    pub contacts: Vec<Person>,
    pub machines: Vec<Machine>,
    pub stories: Vec<Story>,
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

/// A length of open time: `45h`, `15m`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct Open(pub Secs);

impl TryFrom<String> for Open {
    type Error = TimeError;
    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse().map(Self)
    }
}

/// One ticket, from the report on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    pub id: String,
    pub title: String,
    pub text: String,
    pub by: Option<String>,
    #[serde(default)]
    pub on: Vec<String>,
    #[serde(default)]
    pub app: Vec<String>,
    pub source: Option<Source>,
    pub category: Option<Category>,
    pub subcategory: Subcategory,
    pub symptom: Option<Symptom>,
    pub signature: Option<String>,
    pub impact: Impact,
    pub urgency: Urgency,
    #[serde(default = "one")]
    pub users: i64,
    pub ago: Open,
    pub logged_by: Login,
    #[serde(default)]
    pub step: Vec<Step>,
}

const fn one() -> i64 {
    1
}

/// What someone did, some open time after the step before.
#[derive(Debug, Clone, Deserialize)]
pub struct Step {
    pub wait: Open,
    /// A user of the desk; of a message that came in, a contact.
    pub by: String,
    #[serde(flatten)]
    pub deed: Deed,
}

/// What was done.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Deed {
    Take,
    Start,
    Resume,
    Close,
    Note {
        text: String,
    },
    Reply {
        text: String,
    },
    Inbound {
        text: String,
    },
    Assign {
        to: Login,
        text: String,
    },
    Release {
        text: String,
    },
    Tag {
        tags: Vec<String>,
    },
    Edit {
        category: Option<Category>,
        subcategory: Option<Subcategory>,
        symptom: Option<Symptom>,
        signature: Option<String>,
        impact: Option<Impact>,
        urgency: Option<Urgency>,
        users: Option<i64>,
        #[serde(default)]
        app: Vec<String>,
        #[serde(default)]
        on: Vec<String>,
    },
    Hold {
        reason: Pending,
        days: Option<i64>,
        text: String,
        #[serde(default)]
        public: bool,
    },
    Resolve {
        code: ResolutionCode,
        text: String,
        #[serde(default = "yes")]
        public: bool,
    },
    Reopen {
        text: String,
    },
    Cancel {
        code: CancelCode,
        text: String,
    },
    Merge {
        of: String,
    },
    Link {
        kind: LinkKind,
        of: String,
    },
    Answer {
        #[serde(flatten)]
        answers: BTreeMap<Item, String>,
    },
    Escalate {
        to: To,
        why: Option<Why>,
        text: Option<String>,
        wish: Option<Login>,
        #[serde(flatten)]
        answers: BTreeMap<Item, String>,
    },
    Accept {
        text: Option<String>,
    },
    Return {
        code: ReturnCode,
        text: String,
    },
    HandBack {
        code: ReturnCode,
        text: String,
    },
    Withdraw {
        text: String,
    },
    Defer {
        hours: i64,
        text: Option<String>,
    },
    Review {
        text: String,
    },
    FixOwner {
        to: Login,
        text: String,
    },
}

const fn yes() -> bool {
    true
}

impl Deed {
    /// The other story that it speaks of.
    pub fn of(&self) -> Option<&str> {
        match self {
            Self::Merge { of } | Self::Link { of, .. } => Some(of),
            _ => None,
        }
    }
}

/// Where an escalation goes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
pub enum To {
    Tier(Tier),
    Attention(Attention),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    Attention,
}

impl World {
    /// The files that ship with the program.
    pub fn shipped() -> Result<Self> {
        let people: People = toml::from_str(PEOPLE).context("reading the people of the demonstration desk")?;
        let estate: Estate = toml::from_str(ESTATE).context("reading the machines of the demonstration desk")?;
        let stories: Stories = toml::from_str(STORIES).context("reading the stories of the demonstration desk")?;
        Ok(Self { users: people.user, contacts: people.contact, machines: estate.machine, stories: stories.story })
    }

    pub fn contact(&self, handle: &str) -> Option<usize> {
        self.contacts.iter().position(|contact| contact.handle == handle)
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
