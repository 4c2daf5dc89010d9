//! `tierdesk new`: log a record.

use clap::{Args, Subcommand};

use super::change::NewChange;
use super::exit::{Failure, Status};
use super::print::text_of;
use super::problem::NewProblem;
use super::ready;
use super::shell::Shell;
use super::word;
use crate::app::Desk;
use crate::app::ready::named;
use crate::app::ready::template::Template;
use crate::app::run::Requester;
use crate::domain::command::log::{Log, Then};
use crate::domain::command::resolve::Resolve;
use crate::domain::command::task::Ask;
use crate::domain::command::{Case, Verb};
use crate::domain::incident::{Category, ResolutionCode, Source, Subcategory, Symptom};
use crate::domain::install::requirement::Requirement;
use crate::domain::install::template::Template as RequestTemplate;
use crate::domain::number::Kind;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Description, Label, Name, Question, Resolution, Signature, Tag, Title};
use crate::domain::time::Instant;

/// Log a record
#[derive(Debug, Args)]
pub struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Inc(Box<Incident>),
    Req(Box<Request>),
    Tsk(Task),
    Chg(Box<NewChange>),
    Prb(Box<NewProblem>),
}

/// What every call is asked
#[derive(Debug, Args)]
struct Call {
    /// Title, one line; a template of an incident may have one
    #[arg(value_name = "TITLE", required_unless_present = "template")]
    title: Vec<String>,
    /// Requester: short name, address or full name; someone new becomes a contact
    #[arg(long, short = 'r', value_name = "CONTACT")]
    requester: Option<String>,
    /// What was reported; `-` reads it from standard input
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[arg(long, value_parser = word::source(), default_value = "phone", hide_possible_values = true)]
    source: Source,
    /// Left out: what the number of affected users suggests
    #[arg(long, value_parser = word::impact())]
    impact: Option<Impact>,
    #[arg(long, value_parser = word::urgency(), default_value = "medium")]
    urgency: Urgency,
    /// Affected users
    #[arg(long, default_value_t = 1, value_name = "N")]
    users: i64,
    /// A machine; may be repeated
    #[arg(long, value_name = "HOST")]
    machine: Vec<String>,
    /// A program or service; may be repeated
    #[arg(long, value_name = "NAME")]
    software: Vec<String>,
    /// A tag; may be repeated
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    #[arg(long, value_parser = word::discipline(), default_value = "software")]
    discipline: Discipline,
    #[arg(long, value_parser = word::tier, default_value = "1")]
    tier: Tier,
    /// When it was reported, if not now
    #[arg(long, value_name = "INSTANT")]
    opened_at: Option<Instant>,
    /// Take it yourself
    #[arg(long)]
    take: bool,
}

/// Log an incident; what is left out is proposed as the form does
#[derive(Debug, Args)]
struct Incident {
    #[command(flatten)]
    call: Call,
    /// What a common situation presets, by name; what the call says itself counts; `tierdesk template` lists them
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    #[arg(long, value_parser = word::category(), default_value = "fix")]
    category: Category,
    #[arg(long, value_parser = word::subcategory(), default_value = "unknown", hide_possible_values = true)]
    subcategory: Subcategory,
    #[arg(long, value_parser = word::symptom(), default_value = "other", hide_possible_values = true)]
    symptom: Symptom,
    /// Error code or module
    #[arg(long, value_name = "TEXT")]
    signature: Option<String>,
    /// The problem whose workaround helps, like PRB-3: linked, with its text in the worklog
    #[arg(long, value_name = "NUMBER")]
    known_error: Option<String>,
    /// The first contact was enough: resolve it with this code
    #[arg(long, value_parser = word::resolution_code(), hide_possible_values = true, conflicts_with = "take", requires = "note")]
    resolve: Option<ResolutionCode>,
    /// What helped
    #[arg(long, value_name = "TEXT", requires = "resolve")]
    note: Option<String>,
}

/// Log a request: something to be installed, set up, moved or removed
#[derive(Debug, Args)]
struct Request {
    #[command(flatten)]
    call: Call,
    /// Left out: as the template has it, else install
    #[arg(long, value_parser = word::category())]
    category: Option<Category>,
    /// Left out: as the template has it, else new_install
    #[arg(long, value_parser = word::subcategory(), hide_possible_values = true)]
    subcategory: Option<Subcategory>,
    /// Start from a template; `tierdesk request templates` lists them
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// What it needs of each machine, like `ram 8192`; may be repeated
    #[arg(long, value_name = "REQUIREMENT")]
    require: Vec<Requirement>,
    /// Who of the customer's must agree before it is done
    #[arg(long, value_name = "NAME", conflicts_with = "take")]
    approver: Option<String>,
}

impl New {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            What::Inc(incident) => incident.run(shell),
            What::Req(request) => request.run(shell),
            What::Chg(change) => change.run(shell),
            What::Tsk(task) => task.run(shell),
            What::Prb(problem) => problem.run(shell),
        }
    }
}

impl Call {
    /// The record as the call tells it, over what its kind proposes.
    fn log(&self, preset: Option<Title>, of: impl FnOnce(Title) -> Log) -> Result<Log, Failure> {
        let description = match &self.description {
            Some(text) => Some(Description::new(&text_of(std::slice::from_ref(text))?)?),
            None => None,
        };
        let preset = preset.filter(|_| self.title.is_empty());
        let title = preset.map_or_else(|| Title::new(&self.title.join(" ")), Ok)?;
        Ok(Log {
            description,
            source: self.source,
            impact: self.impact,
            urgency: self.urgency,
            affected_users: self.users,
            endpoints: labels(&self.machine)?,
            software_items: labels(&self.software)?,
            tags: self.tag.iter().map(|tag| Tag::new(tag)).collect::<Result<_, _>>()?,
            discipline: self.discipline,
            tier: self.tier,
            opened_at: self.opened_at,
            then: if self.take { Then::Take } else { Then::Queue },
            ..of(title)
        })
    }

    fn send(&self, log: &Log, shell: &Shell<'_>) -> Result<Status, Failure> {
        let requester = self.requester.as_ref().map(|text| Requester::Named(text.trim_start_matches('@').into()));
        let mut desk = shell.desk_to_write()?;
        shell.out.receipt(&desk.log(log, requester.as_ref())?)
    }
}

impl Incident {
    fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let template = self.template()?;
        let title = template.as_ref().and_then(|it| it.title.clone());
        let log = self.call.log(title, Log::titled)?;
        let known_error = match &self.known_error {
            Some(number) => Some(shell.desk()?.find_text(number)?),
            None => None,
        };
        let mut log = Log {
            known_error,
            category: self.category,
            subcategory: self.subcategory,
            symptom: self.symptom,
            signature: self.signature.as_deref().map(Signature::new).transpose()?,
            then: self.resolution()?.map_or(log.then, Then::Resolve),
            ..log
        };
        if let Some(template) = template {
            template.fill(&mut log);
        }
        self.call.send(&log, shell)
    }

    /// Refuses `field_missing` for a template of something else.
    fn template(&self) -> Result<Option<Template>, Failure> {
        let Some(name) = &self.template else { return Ok(None) };
        let template = named(&ready::here().templates, name)?.clone();
        if template.kind != Kind::Incident {
            let why = format!("`{}` is a template of a {}", template.name, template.kind.word());
            return Err(Code::FieldMissing.because(why).into());
        }
        Ok(Some(template))
    }

    fn resolution(&self) -> Result<Option<Resolve>, Refusal> {
        let Some(code) = self.resolve else { return Ok(None) };
        let note = self.note.as_deref().ok_or_else(|| Code::FieldMissing.because("say with --note what helped"))?;
        Ok(Some(Resolve { code, note: Resolution::new(note)?, subcategory: None, public: true }))
    }
}

impl Request {
    fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let template = self.template.as_deref().map(RequestTemplate::named).transpose()?;
        let bare = self.call.log(None, Log::request)?;
        let mut log = template.map_or(bare.clone(), |template| template.begin(bare));
        log.category = self.category.unwrap_or(log.category);
        log.subcategory = self.subcategory.unwrap_or(log.subcategory);
        log.requirements.extend(self.require.iter().cloned());
        log.approver = self.approver.as_deref().map(Name::new).transpose()?;
        self.call.send(&log, shell)
    }
}

/// Ask another discipline, another tier or a vendor about a record, which stays where it is
#[derive(Debug, Args)]
struct Task {
    /// The record it is about, like INC-42
    #[arg(long, value_name = "NUMBER")]
    parent: String,
    /// Left out: what the signs of the fault suggest
    #[arg(long, value_name = "TEXT")]
    question: Option<String>,
    /// Title, one line; left out: the first line of the question
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Whom to ask; left out: what the signs of the fault suggest
    #[arg(long, value_parser = word::discipline())]
    discipline: Option<Discipline>,
    /// In whose queue it waits; left out: the tier of the record
    #[arg(long, value_parser = word::tier)]
    tier: Option<Tier>,
    /// An outside party to ask; you look after it
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
    /// The vendor's number for it
    #[arg(long, value_name = "NUMBER", requires = "vendor")]
    vendor_ref: Option<String>,
    /// The record can be resolved before it has ended
    #[arg(long)]
    aside: bool,
}

impl Task {
    fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let parent = desk.find_text(&self.parent)?;
        let ask = self.ask(&desk.record(parent)?.case, &desk)?;
        shell.out.receipt(&desk.run(&Verb::Ask(ask), parent)?)
    }

    fn ask(&self, parent: &Case, desk: &Desk) -> Result<Ask, Failure> {
        let sign = desk.overlap(parent)?.filter(|_| self.vendor.is_none());
        let of_vendor = self.vendor.as_ref().map(|_| parent.ticket().discipline);
        let discipline = self.discipline.or(of_vendor).or(sign.as_ref().map(|sign| sign.discipline));
        let missing = |what: &str| Code::FieldMissing.because(format!("the {what} is missing"));
        let discipline = discipline.ok_or_else(|| missing("discipline").hint("name one with --discipline"))?;
        let sign = sign.filter(|sign| sign.discipline == discipline);
        let question = self.question.clone().or(sign.map(|sign| sign.question));
        let question = question.ok_or_else(|| missing("question").hint("ask it with --question"))?;
        let ticket = parent.ticket();
        Ok(Ask {
            title: self.title.as_deref().map(Title::new).transpose()?,
            discipline,
            tier: self.tier.unwrap_or(ticket.tier),
            vendor: self.vendor.as_deref().map(Label::new).transpose()?,
            vendor_ref: self.vendor_ref.as_deref().map(Label::new).transpose()?,
            blocking: !self.aside,
            ..Ask::of(Question::new(&question)?, ticket)
        })
    }
}

/// Names of machines or programs.
pub fn labels(names: &[String]) -> Result<Vec<Label>, Refusal> {
    names.iter().map(|name| Label::new(name)).collect()
}
