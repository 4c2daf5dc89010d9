//! Begin a change.

use std::collections::BTreeSet;

use clap::Args;

use crate::app::Desk;
use crate::cli::exit::{Failure, Status};
use crate::cli::print::text_of;
use crate::cli::shell::Shell;
use crate::cli::word;
use crate::domain::change_record::{ChangeKind, UrgencyClass};
use crate::domain::command::change_record::Open;
use crate::domain::id::AggId;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::Discipline;
use crate::domain::text::{Description, Label, Tag, Title};

/// Begin a change
#[derive(Debug, Args)]
pub struct NewChange {
    /// Title, one line; left out: that of the first problem
    #[arg(value_name = "TITLE")]
    title: Vec<String>,
    /// A problem whose cause it removes; may be repeated
    #[arg(long, value_name = "NUMBER")]
    fixes: Vec<String>,
    /// Left out: a fix where a problem is named, else a configuration
    #[arg(long, value_parser = word::change_kind())]
    kind: Option<ChangeKind>,
    /// It cannot wait
    #[arg(long)]
    emergency: bool,
    /// What it is about; `-` reads it from standard input
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[arg(long, value_parser = word::discipline())]
    discipline: Option<Discipline>,
    /// A program or service that it touches; may be repeated; left out: those of its problems
    #[arg(long, value_name = "NAME")]
    software: Vec<String>,
    /// A machine that it touches; may be repeated
    #[arg(long, value_name = "HOST")]
    machine: Vec<String>,
    /// A tag; may be repeated
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
}

impl NewChange {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let fixes = problems(&self.fixes, &desk)?;
        let base = match self.fixes.first() {
            Some(first) => {
                let agg = desk.find_text(first)?;
                Open::fixing(agg, desk.problem(agg)?.case.problem())
            }
            None if self.title.is_empty() => return Err(Code::FieldMissing.because("say what is changed").into()),
            None => Open::titled(Title::new(&text_of(&self.title)?)?),
        };
        let description = self.description.as_ref().map(|text| text_of(std::slice::from_ref(text))).transpose()?;
        let open = Open {
            title: if self.title.is_empty() { base.title } else { Title::new(&text_of(&self.title)?)? },
            description: description.map(|text| Description::new(&text)).transpose()?,
            kind: self.kind.unwrap_or(base.kind),
            urgency_class: if self.emergency { UrgencyClass::Emergency } else { UrgencyClass::Routine },
            discipline: self.discipline,
            fixes,
            software_items: labels(&self.software)?,
            endpoints: labels(&self.machine)?,
            tags: self.tag.iter().map(|tag| Tag::new(tag)).collect::<Result<_, _>>()?,
        };
        shell.out.receipt(&desk.open_change(&open)?)
    }
}

/// The problems of these numbers.
pub fn problems(numbers: &[String], desk: &Desk) -> Result<BTreeSet<AggId>, Failure> {
    Ok(numbers.iter().map(|number| desk.find_text(number)).collect::<Result<_, _>>()?)
}

/// `None` where nothing is named.
pub fn labels(texts: &[String]) -> Result<Option<BTreeSet<Label>>, Refusal> {
    let labels = texts.iter().map(|text| Label::new(text)).collect::<Result<BTreeSet<_>, _>>()?;
    Ok((!labels.is_empty()).then_some(labels))
}
