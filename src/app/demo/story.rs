//! A story as the shipped file tells it: a report, and what was done about it, step by step.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::command::edit::Flag;
use crate::domain::command::escalate::Why;
use crate::domain::escalation::{Item, ReturnCode};
use crate::domain::incident::{CancelCode, Category, Pending, ResolutionCode, Source, Subcategory, Symptom};
use crate::domain::priority::{Impact, Urgency};
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Label, Login};
use crate::domain::ticket::LinkKind;
use crate::domain::time::{Secs, TimeError};
use crate::domain::trigger::Trigger;

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
    /// It came in so long after the opening of its day; `ago` only chooses the day.
    pub at: Option<Open>,
    /// It is not retold.
    #[serde(default)]
    pub once: bool,
    /// No supervisor has looked at it yet.
    #[serde(default)]
    pub unreviewed: bool,
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
        cause: Option<String>,
        #[serde(default)]
        flags: Vec<Flag>,
    },
    Waive {
        rule: Trigger,
        text: String,
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
    /// What happens to the newest task of the ticket.
    TaskTake,
    TaskHold {
        reason: Pending,
        days: Option<i64>,
        text: String,
    },
    TaskDone {
        text: String,
    },
    TaskDecline {
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

    /// Is it done to a task instead of the ticket?
    pub const fn on_task(&self) -> bool {
        matches!(self, Self::TaskTake | Self::TaskHold { .. } | Self::TaskDone { .. } | Self::TaskDecline { .. })
    }
}

/// Where an escalation goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum To {
    Tier(Tier),
    Attention(Attention),
    /// By a task.
    Discipline(Discipline),
    /// By a task of that vendor's.
    Vendor {
        vendor: Label,
    },
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    Attention,
}
