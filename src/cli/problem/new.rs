//! Log a problem: from incidents, or because someone looked ahead.

use clap::Args;

use crate::cli::exit::{Failure, Status};
use crate::cli::new::labels;
use crate::cli::print::text_of;
use crate::cli::shell::Shell;
use crate::cli::word;
use crate::domain::command::problem::Open;
use crate::domain::id::AggId;
use crate::domain::incident::Subcategory;
use crate::domain::priority::{Impact, Urgency};
use crate::domain::problem::{Detection, DetectionSource};
use crate::domain::refusal::Code;
use crate::domain::role::Discipline;
use crate::domain::text::{Description, Tag, Title};

/// Log a problem: from incidents, or because someone looked ahead
#[derive(Debug, Args)]
pub struct NewProblem {
    /// Title, one line; left out: that of the first incident
    #[arg(value_name = "TITLE")]
    title: Vec<String>,
    /// An incident that it is the cause of; may be repeated
    #[arg(long, short = 'i', value_name = "NUMBER")]
    incident: Vec<String>,
    /// No incident led to it
    #[arg(long)]
    proactive: bool,
    #[arg(long, value_parser = word::detection_source(), default_value = "manual", hide_possible_values = true)]
    source: DetectionSource,
    /// What is known; `-` reads it from standard input
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[arg(long, value_parser = word::impact())]
    impact: Option<Impact>,
    #[arg(long, value_parser = word::urgency())]
    urgency: Option<Urgency>,
    #[arg(long, value_parser = word::subcategory(), hide_possible_values = true)]
    subcategory: Option<Subcategory>,
    #[arg(long, value_parser = word::discipline())]
    discipline: Option<Discipline>,
    /// A program or service; may be repeated
    #[arg(long, value_name = "NAME")]
    software: Vec<String>,
    /// A machine; may be repeated
    #[arg(long, value_name = "HOST")]
    machine: Vec<String>,
    /// A tag; may be repeated
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
}

impl NewProblem {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let incidents: Vec<AggId> =
            self.incident.iter().map(|number| desk.find_text(number)).collect::<Result<_, _>>()?;
        let from = desk.suspected(&incidents, self.source)?;
        let title = match (&from, self.title.is_empty()) {
            (Some(from), true) => from.title.clone(),
            (None, true) => return Err(Code::FieldMissing.because("say what the problem is").into()),
            (_, false) => Title::new(&text_of(&self.title)?)?,
        };
        let description = self.description.as_ref().map(|text| text_of(std::slice::from_ref(text))).transpose()?;
        let description = description.map(|text| Description::new(&text)).transpose()?;
        let base = from.unwrap_or_else(|| Open::titled(title.clone()));
        let software = labels(&self.software)?;
        let open = Open {
            title,
            description: description.or(base.description),
            detection: if self.proactive { Detection::Proactive } else { Detection::Reactive },
            source: self.source,
            discipline: self.discipline.unwrap_or(base.discipline),
            subcategory: self.subcategory.unwrap_or(base.subcategory),
            impact: self.impact.unwrap_or(base.impact),
            urgency: self.urgency.unwrap_or(base.urgency),
            software_items: if software.is_empty() { base.software_items } else { software },
            endpoints: labels(&self.machine)?,
            tags: self.tag.iter().map(|tag| Tag::new(tag)).collect::<Result<_, _>>()?,
            incidents,
        };
        shell.out.receipt(&desk.open_problem(&open)?)
    }
}
