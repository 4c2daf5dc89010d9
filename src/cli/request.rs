//! `tierdesk request`: from the wish to the installation that works.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use super::word;
use crate::app::Desk;
use crate::domain::command::Verb;
use crate::domain::command::request::Step;
use crate::domain::command::request::approval::{Approve, AskApproval, Reject};
use crate::domain::command::request::carry::{Deploy, Schedule, SetPlan, Verify};
use crate::domain::command::request::checks::{Look, Moved};
use crate::domain::command::request::fulfil::{Fulfil, Retry};
use crate::domain::command::request::requirements::{Require, Tell, WaiveRequirement};
use crate::domain::command::request::targets::{AddTargets, DropTarget, TellTarget};
use crate::domain::install::check::{CheckKind, Seen};
use crate::domain::install::gate::Told;
use crate::domain::install::method::{Detail, Method};
use crate::domain::install::requirement::Requirement;
use crate::domain::install::target::Outcome;
use crate::domain::install::template::Template;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Finding, Label, Name, Reason, Resolution};
use crate::domain::time::Instant;
use crate::domain::when;

/// Carry requests out: approval, requirements, targets, checks
#[derive(Debug, Args)]
pub struct Request {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The templates that `new req --template` knows
    Templates,
    /// Ask the customer for approval
    Ask {
        #[command(flatten)]
        on: One,
        /// Who decides
        #[arg(long, value_name = "NAME")]
        of: String,
    },
    /// Record that the customer agrees; a supervisor's
    Approve {
        #[command(flatten)]
        on: One,
        /// Who decided; left out: who was asked
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        /// When it was decided, if not now
        #[arg(long, value_name = "INSTANT")]
        decided_at: Option<Instant>,
    },
    /// Record that the customer does not want it; a supervisor's
    Reject {
        #[command(flatten)]
        on: One,
        /// Who decided; left out: who was asked
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[command(flatten)]
        why: Words,
    },
    /// Write down what it needs, like `ram 8192` or `os windows >= 10.0.19045`
    Require {
        #[command(flatten)]
        on: One,
        /// What it needs; may be repeated
        #[arg(long, value_name = "REQUIREMENT")]
        add: Vec<Requirement>,
        /// What it does not need; may be repeated
        #[arg(long, value_name = "REQUIREMENT")]
        remove: Vec<Requirement>,
    },
    /// Tell what was found out about a licence, or a place that must be reached
    Tell {
        #[command(flatten)]
        on: One,
        requirement: Requirement,
        #[command(flatten)]
        found: Found,
    },
    /// Let a requirement through: a failure by a supervisor, what is unknown by tier 2
    Waive {
        #[command(flatten)]
        on: One,
        requirement: Requirement,
        /// On this target only
        #[arg(long, value_name = "TARGET")]
        target: Option<String>,
        #[command(flatten)]
        why: Words,
    },
    /// Say how it is done
    Plan(Box<PlanArgs>),
    /// Add targets: machines, or people of a cloud service
    Add {
        #[command(flatten)]
        on: One,
        #[arg(value_name = "TARGET", required = true)]
        targets: Vec<String>,
    },
    /// Leave a target out, with a reason
    Drop {
        #[command(flatten)]
        on: One,
        target: String,
        #[command(flatten)]
        why: Words,
    },
    /// Set the time at which it begins by itself
    Schedule {
        #[command(flatten)]
        on: One,
        /// `tomorrow 9`, `mon 8:30`, `2026-12-01 10:00`, or an instant
        #[arg(value_name = "WHEN", required = true)]
        when: Vec<String>,
    },
    /// Begin now
    Deploy {
        #[command(flatten)]
        on: One,
    },
    /// Tell how it went on a target: by a word, or by the exit code and whether it was found afterwards
    Target {
        #[command(flatten)]
        on: One,
        target: String,
        #[arg(value_parser = word::outcome())]
        outcome: Option<Outcome>,
        /// Of the installer
        #[arg(long, value_name = "CODE", allow_negative_numbers = true)]
        exit: Option<i64>,
        /// Was the program found there afterwards?
        #[arg(long, value_name = "YES|NO", value_parser = word::yes)]
        detected: Option<bool>,
    },
    /// Every target has a result: look at it
    Verify {
        #[command(flatten)]
        on: One,
    },
    /// Tell what a check showed
    Check(Box<CheckArgs>),
    /// It is done; what was done, for the requester
    Fulfil {
        #[command(flatten)]
        on: One,
        /// The requester does not read the note
        #[arg(long)]
        internal: bool,
        #[command(flatten)]
        note: Words,
    },
    /// Try again where it failed
    Retry {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Found {
    /// It is there
    #[arg(long)]
    pass: bool,
    /// It is not
    #[arg(long)]
    fail: bool,
    /// Free seats of a licence
    #[arg(long, value_name = "N")]
    seats: Option<i64>,
    /// Where the key is kept, never the key itself
    #[arg(long, value_name = "REFERENCE")]
    key: Option<String>,
}

#[derive(Debug, Args)]
struct PlanArgs {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::method())]
    method: Option<Method>,
    /// Manual: where the steps are written down
    #[arg(long, value_name = "REFERENCE")]
    steps: Option<String>,
    /// Silent: gpo, endpoint_management or script
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
    #[arg(long, value_name = "REFERENCE")]
    package: Option<String>,
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    arguments: Option<String>,
    /// Those that mean success; left out: the policy's
    #[arg(long, value_name = "CODES", allow_hyphen_values = true)]
    exit_codes: Option<String>,
    /// A version or a file that tells that it is there
    #[arg(long, value_name = "TEXT")]
    detection: Option<String>,
    /// Cloud: the tenant
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Cloud: the licence or role that is assigned
    #[arg(long, value_name = "NAME")]
    licence: Option<String>,
    /// Cloud: how people sign in
    #[arg(long, value_name = "TEXT")]
    sign_in: Option<String>,
    /// The quote for work that the contract leaves out
    #[arg(long, value_name = "REFERENCE")]
    quote: Option<String>,
}

#[derive(Debug, Args)]
struct CheckArgs {
    #[command(flatten)]
    on: One,
    #[arg(value_parser = word::check())]
    kind: CheckKind,
    #[arg(value_parser = word::seen())]
    seen: Seen,
    /// Migrated data: how much was there
    #[arg(long, value_name = "N", requires_all = ["arrived", "kept_until"])]
    source: Option<i64>,
    /// Migrated data: how much arrived
    #[arg(long, value_name = "N", requires = "source")]
    arrived: Option<i64>,
    /// Migrated data: until when the source is kept
    #[arg(long, value_name = "DATE", requires = "source")]
    kept_until: Option<chrono::NaiveDate>,
    /// The requester accepts the difference
    #[arg(long, requires = "source")]
    accepted: bool,
    #[command(flatten)]
    evidence: Words,
}

impl Request {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        if matches!(self.what, What::Templates) {
            return templates(shell);
        }
        let mut desk = shell.desk()?;
        let (on, step) = self.what.step(&desk)?;
        let target = on.target(&desk)?;
        shell.out.receipt(&desk.run(&Verb::Request(step), target)?)
    }
}

fn templates(shell: &Shell<'_>) -> Result<Status, Failure> {
    let all = Template::all();
    if shell.out.is_json() {
        let told = |it: &Template| {
            let needs: Vec<_> = it.needs.iter().map(ToString::to_string).collect();
            serde_json::json!({
                "name": it.name, "says": it.says, "subcategory": it.subcategory, "method": it.method, "needs": needs,
            })
        };
        shell.out.list(all.iter().map(told).collect())?;
        return Ok(Status::Done);
    }
    for it in &all {
        shell.out.text(&format!("{:<18} {}", it.name, it.says))?;
    }
    Ok(Status::Done)
}

impl What {
    fn step(&self, desk: &Desk) -> Result<(&One, Step), Failure> {
        let reason = |why: &Words| -> Result<Reason, Failure> { Ok(Reason::new(&why.text()?)?) };
        Ok(match self {
            Self::Templates => return Err(Code::TextInvalid.because("templates are on no record").into()),
            Self::Ask { on, of } => (on, Step::AskApproval(AskApproval { approver: Name::new(of)? })),
            Self::Approve { on, by, decided_at } => (on, Step::Approve(Approve { by: named(by)?, on: *decided_at })),
            Self::Reject { on, by, why } => (on, Step::Reject(Reject { by: named(by)?, reason: reason(why)? })),
            Self::Require { on, add, remove } => {
                (on, Step::Require(Require { add: add.clone(), remove: remove.clone() }))
            }
            Self::Tell { on, requirement, found } => {
                (on, Step::Tell(Tell { requirement: requirement.clone(), told: found.told()? }))
            }
            Self::Waive { on, requirement, target, why } => {
                let target = target.as_deref().map(Label::new).transpose()?;
                let waive = WaiveRequirement { requirement: requirement.clone(), target, reason: reason(why)? };
                (on, Step::WaiveRequirement(waive))
            }
            Self::Plan(plan) => (&plan.on, Step::Plan(plan.plan()?)),
            Self::Add { on, targets } => (on, Step::AddTargets(AddTargets { names: super::new::labels(targets)? })),
            Self::Drop { on, target, why } => {
                (on, Step::DropTarget(DropTarget { name: Label::new(target)?, reason: reason(why)? }))
            }
            Self::Schedule { on, when } => {
                let start = when::instant(&when.join(" "), desk.now(), desk.policy().zone)?;
                (on, Step::Schedule(Schedule { start }))
            }
            Self::Deploy { on } => (on, Step::Deploy(Deploy)),
            Self::Target { on, target, outcome, exit, detected } => {
                let name = Label::new(target)?;
                (on, Step::Target(TellTarget { name, outcome: *outcome, exit: *exit, detected: *detected }))
            }
            Self::Verify { on } => (on, Step::Verify(Verify)),
            Self::Check(check) => (&check.on, Step::Check(check.look()?)),
            Self::Fulfil { on, internal, note } => {
                (on, Step::Fulfil(Fulfil { note: Resolution::new(&note.text()?)?, public: !internal }))
            }
            Self::Retry { on, why } => (on, Step::Retry(Retry { reason: reason(why)? })),
        })
    }
}

fn named(name: &Option<String>) -> Result<Option<Name>, Refusal> {
    name.as_deref().map(Name::new).transpose()
}

impl Found {
    fn told(&self) -> Result<Told, Refusal> {
        Ok(match (self.seats, &self.key) {
            (Some(free), _) => Told::Seats(free),
            (_, Some(key)) => Told::Key(Label::new(key)?),
            _ if self.pass => Told::Pass,
            _ => Told::Fail,
        })
    }
}

impl PlanArgs {
    fn plan(&self) -> Result<SetPlan, Refusal> {
        let told = [
            (Detail::Steps, &self.steps),
            (Detail::Channel, &self.channel),
            (Detail::Package, &self.package),
            (Detail::Arguments, &self.arguments),
            (Detail::ExitCodes, &self.exit_codes),
            (Detail::Detection, &self.detection),
            (Detail::Tenant, &self.tenant),
            (Detail::Licence, &self.licence),
            (Detail::SignIn, &self.sign_in),
        ];
        let mut details = BTreeMap::new();
        for (detail, text) in told {
            if let Some(text) = text {
                details.insert(detail, if text.is_empty() { None } else { Some(Label::new(text)?) });
            }
        }
        let quote = self.quote.as_deref().map(Label::new).transpose()?;
        Ok(SetPlan { method: self.method, details, quote })
    }
}

impl CheckArgs {
    fn look(&self) -> Result<Look, Failure> {
        let moved = match (self.source, self.arrived, self.kept_until) {
            (Some(source), Some(target), Some(kept_until)) => {
                Some(Moved { source, target, kept_until, accepted: self.accepted })
            }
            _ => None,
        };
        Ok(Look { kind: self.kind, seen: self.seen, evidence: Finding::new(&self.evidence.text()?)?, moved })
    }
}
