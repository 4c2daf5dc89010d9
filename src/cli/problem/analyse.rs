//! Looking for the cause and living with it: fields, whys, cause, workaround, known error, fix.

use clap::{ArgGroup, Args, Subcommand};

use super::one;
use crate::cli::exit::{Failure, Status};
use crate::cli::new::labels;
use crate::cli::print::text_of;
use crate::cli::shell::Shell;
use crate::cli::target::{One, Words};
use crate::cli::word;
use crate::domain::command::problem::{
    AskVendor, Edit, Explain, Fix, FixBy, GiveUpFix, KnownError, ProblemVerb, Publish, SetWhy, Statement, TestedOn,
};
use crate::domain::incident::{Subcategory, WorkMode};
use crate::domain::priority::{Impact, Urgency};
use crate::domain::problem::{CauseClass, Why};
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Description, Finding, Label, Login, Question, Reason, RootCause, Tag, Title, Workaround};

#[derive(Debug, Subcommand)]
pub enum What {
    Edit(Box<EditFields>),
    /// Write one of the five whys; without an answer it is taken away
    Why(WhyFields),
    /// Say what the cause is and where it lies
    Cause {
        #[command(flatten)]
        on: One,
        #[arg(value_parser = word::cause_class())]
        class: CauseClass,
        /// The root cause; left out: as it stands
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
        /// A class that contributes; up to three
        #[arg(long, value_parser = word::cause_class())]
        contributing: Vec<CauseClass>,
    },
    Workaround(WorkaroundFields),
    KnownError(Box<KnownErrorFields>),
    /// Ask the vendor, by a task
    Ask {
        #[command(flatten)]
        on: One,
        /// Whom
        #[arg(long, value_name = "NAME")]
        vendor: String,
        /// The vendor's number for it
        #[arg(long, value_name = "TEXT")]
        vendor_ref: Option<String>,
        #[command(flatten)]
        question: Words,
    },
    /// The fix begins: by a change, or by the vendor who was asked
    #[command(group = ArgGroup::new("by").required(true))]
    Fix {
        #[command(flatten)]
        on: One,
        /// The change that removes the cause
        #[arg(long, value_name = "NUMBER", group = "by")]
        change: Option<String>,
        /// The vendor removes it
        #[arg(long, group = "by")]
        vendor: bool,
    },
    /// The fix came to nothing
    Unfix {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
}

/// Change fields; what is left out stays
#[derive(Debug, Args)]
pub struct EditFields {
    #[command(flatten)]
    on: One,
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// `-` reads it from standard input; empty takes it away
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[arg(long, value_parser = word::impact())]
    impact: Option<Impact>,
    #[arg(long, value_parser = word::urgency())]
    urgency: Option<Urgency>,
    #[arg(long, value_parser = word::discipline())]
    discipline: Option<Discipline>,
    #[arg(long, value_parser = word::subcategory(), hide_possible_values = true)]
    subcategory: Option<Subcategory>,
    /// Last day by which someone looks at it again
    #[arg(long, value_name = "DATE")]
    review_on: Option<chrono::NaiveDate>,
    /// Programs and services; all of them
    #[arg(long, value_name = "NAME")]
    software: Vec<String>,
    /// Machines; all of them
    #[arg(long, value_name = "HOST")]
    machine: Vec<String>,
    /// Tags; all of them
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Which kind of work it is; a supervisor's, with a reason
    #[arg(long, value_parser = word::work_mode(), requires = "reason")]
    work_mode: Option<WorkMode>,
    #[arg(long, value_name = "TEXT", requires = "work_mode")]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct WhyFields {
    #[command(flatten)]
    on: One,
    /// Which: 1 to 7
    n: usize,
    #[arg(value_name = "QUESTION", requires = "answer")]
    question: Option<String>,
    #[arg(value_name = "ANSWER")]
    answer: Option<String>,
    /// What shows it; without it the answer is an assumption
    #[arg(long, value_name = "TEXT")]
    evidence: Option<String>,
    /// This answer is the root cause
    #[arg(long)]
    root: bool,
}

/// What a workaround is told with
#[derive(Debug, Args)]
pub struct Told {
    /// Lowest tier that may apply it
    #[arg(long, value_parser = word::tier, default_value = "1")]
    min_tier: Tier,
    /// Who tried it
    #[arg(long, value_name = "USER", requires = "tested_on")]
    tested_by: Option<String>,
    /// When it was tried
    #[arg(long, value_name = "DATE", requires = "tested_by")]
    tested_on: Option<chrono::NaiveDate>,
}

impl Told {
    fn publish(&self, text: Option<Workaround>) -> Result<Publish, Failure> {
        let tested = self.tested_by.as_ref().zip(self.tested_on);
        let tested = tested.map(|(by, on)| Login::new(by).map(|by| TestedOn { by, on })).transpose()?;
        Ok(Publish { text, min_tier: self.min_tier, tested })
    }
}

/// Tell the desk a workaround, or that there is none
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub struct WorkaroundFields {
    #[command(flatten)]
    on: One,
    /// What restores service; `-` reads it from standard input
    #[arg(value_name = "TEXT", group = "what")]
    text: Vec<String>,
    /// There is none
    #[arg(long, group = "what")]
    none: bool,
    #[command(flatten)]
    told: Told,
}

/// The cause is found: with its class and a workaround, or with what the vendor says
#[derive(Debug, Args)]
pub struct KnownErrorFields {
    #[command(flatten)]
    on: One,
    /// The root cause; left out: as it stands
    #[arg(long, value_name = "TEXT")]
    cause: Option<String>,
    #[arg(long, value_parser = word::cause_class())]
    class: Option<CauseClass>,
    /// What the vendor says of it
    #[arg(long, value_name = "TEXT", requires = "vendor_ref")]
    statement: Option<String>,
    /// The vendor's number for it
    #[arg(long, value_name = "TEXT", requires = "statement")]
    vendor_ref: Option<String>,
    /// What restores service; left out: as it stands
    #[arg(long, value_name = "TEXT", conflicts_with = "no_workaround")]
    workaround: Option<String>,
    /// There is no workaround
    #[arg(long)]
    no_workaround: bool,
    #[command(flatten)]
    told: Told,
}

impl What {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let (on, verb) = match self {
            Self::Edit(it) => (&it.on, it.verb()?),
            Self::Why(it) => (&it.on, it.verb()?),
            Self::Cause { on, class, text, contributing } => {
                let text = if text.is_empty() { None } else { Some(RootCause::new(&text_of(text)?)?) };
                let explain = Explain { root_cause: text, class: *class, contributing: contributing.clone() };
                (on, ProblemVerb::Explain(explain))
            }
            Self::Workaround(it) => {
                let text = if it.none { None } else { Some(Workaround::new(&text_of(&it.text)?)?) };
                (&it.on, ProblemVerb::Publish(it.told.publish(text)?))
            }
            Self::KnownError(it) => (&it.on, it.verb()?),
            Self::Ask { on, vendor, vendor_ref, question } => {
                let ask = AskVendor {
                    question: Question::new(&question.text()?)?,
                    vendor: Label::new(vendor)?,
                    vendor_ref: vendor_ref.as_deref().map(Label::new).transpose()?,
                };
                (on, ProblemVerb::AskVendor(ask))
            }
            Self::Fix { on, change, .. } => {
                let by = match change {
                    Some(number) => FixBy::Change(desk.find_text(number)?),
                    None => FixBy::Vendor,
                };
                (on, ProblemVerb::Fix(Fix { by }))
            }
            Self::Unfix { on, why } => (on, ProblemVerb::GiveUpFix(GiveUpFix { reason: why.reason()? })),
        };
        one(&mut desk, on, &verb, shell)
    }
}

impl EditFields {
    fn verb(&self) -> Result<ProblemVerb, Failure> {
        let given = |texts: &[String]| labels(texts).map(|read| (!read.is_empty()).then_some(read));
        let description = self.description.as_ref().map(|text| text_of(std::slice::from_ref(text))).transpose()?;
        let description = description.map(|text| match text.is_empty() {
            true => Ok(None),
            false => Description::new(&text).map(Some),
        });
        let tags = self.tag.iter().map(|tag| Tag::new(tag)).collect::<Result<Vec<_>, _>>()?;
        let reason = self.reason.as_deref().map(Reason::new).transpose()?;
        Ok(ProblemVerb::Edit(Edit {
            title: self.title.as_deref().map(Title::new).transpose()?,
            description: description.transpose()?,
            impact: self.impact,
            urgency: self.urgency,
            discipline: self.discipline,
            subcategory: self.subcategory,
            review_on: self.review_on,
            software_items: given(&self.software)?,
            endpoints: given(&self.machine)?,
            tags: (!tags.is_empty()).then_some(tags),
            work_mode: self.work_mode.zip(reason),
        }))
    }
}

impl WhyFields {
    fn verb(&self) -> Result<ProblemVerb, Failure> {
        let why = match (&self.question, &self.answer) {
            (Some(question), Some(answer)) => Some(Why {
                question: Finding::new(question)?,
                answer: Finding::new(answer)?,
                evidence: self.evidence.as_deref().map(Finding::new).transpose()?,
                root: self.root,
            }),
            _ => None,
        };
        Ok(ProblemVerb::SetWhy(SetWhy { n: self.n, why }))
    }
}

impl KnownErrorFields {
    fn verb(&self) -> Result<ProblemVerb, Failure> {
        let text = self.workaround.as_deref().map(Workaround::new).transpose()?;
        let says = text.is_some() || self.no_workaround;
        let workaround = if says { Some(self.told.publish(text)?) } else { None };
        let vendor = match (&self.statement, &self.vendor_ref) {
            (Some(text), Some(reference)) => {
                Some(Statement { text: Finding::new(text)?, reference: Label::new(reference)? })
            }
            _ => None,
        };
        let root_cause = self.cause.as_deref().map(RootCause::new).transpose()?;
        Ok(ProblemVerb::KnownError(KnownError { root_cause, class: self.class, vendor, workaround }))
    }
}
