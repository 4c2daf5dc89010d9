//! Write the plan of a change.

use std::collections::BTreeSet;

use clap::Args;

use super::new::{labels, problems};
use crate::cli::exit::{Failure, Status};
use crate::cli::print::text_of;
use crate::cli::shell::Shell;
use crate::cli::target::One;
use crate::cli::word;
use crate::domain::change_record::{ChangeKind, Risk, UrgencyClass};
use crate::domain::command::change_record::{ChangeVerb, Edit};
use crate::domain::incident::WorkMode;
use crate::domain::refusal::Code;
use crate::domain::role::Discipline;
use crate::domain::text::{self, Description, Reason, RollbackPlan, Tag, Title};
use crate::domain::time::Instant;

/// Write what is planned: risk, steps, the way back, the time; until it is approved
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    on: One,
    #[arg(long, value_parser = word::risk())]
    risk: Option<Risk>,
    /// What is done, step by step; `-` reads it from standard input
    #[arg(long, value_name = "TEXT")]
    plan: Option<String>,
    /// How it is taken back
    #[arg(long, value_name = "TEXT")]
    rollback: Option<String>,
    #[arg(long, value_name = "INSTANT")]
    start: Option<Instant>,
    #[arg(long, value_name = "INSTANT")]
    end: Option<Instant>,
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[arg(long, value_parser = word::change_kind())]
    kind: Option<ChangeKind>,
    #[arg(long, value_parser = word::urgency_class())]
    urgency: Option<UrgencyClass>,
    #[arg(long, value_parser = word::discipline())]
    discipline: Option<Discipline>,
    /// A problem whose cause it removes; names all of them
    #[arg(long, value_name = "NUMBER")]
    fixes: Vec<String>,
    /// A program or service that it touches; names all of them
    #[arg(long, value_name = "NAME")]
    software: Vec<String>,
    /// A machine that it touches; names all of them
    #[arg(long, value_name = "HOST")]
    machine: Vec<String>,
    /// A tag; names all of them
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Count it as this kind of work; a supervisor's
    #[arg(long, value_parser = word::work_mode(), requires = "reason")]
    work_mode: Option<WorkMode>,
    /// Why it is counted so
    #[arg(long, value_name = "TEXT", requires = "work_mode")]
    reason: Option<String>,
}

impl Plan {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let read = |text: &Option<String>| text.as_ref().map(|text| text_of(std::slice::from_ref(text))).transpose();
        let tags = self.tag.iter().map(|tag| Tag::new(tag)).collect::<Result<BTreeSet<_>, _>>()?;
        let reason = read(&self.reason)?.map(|text| Reason::new(&text)).transpose()?;
        let fixes = problems(&self.fixes, &desk)?;
        let edit = Edit {
            title: read(&self.title)?.map(|text| Title::new(&text)).transpose()?,
            description: read(&self.description)?.map(|text| Description::new(&text)).transpose()?.map(Some),
            kind: self.kind,
            urgency_class: self.urgency,
            discipline: self.discipline,
            risk: self.risk,
            plan: read(&self.plan)?.map(|text| text::Plan::new(&text)).transpose()?,
            rollback_plan: read(&self.rollback)?.map(|text| RollbackPlan::new(&text)).transpose()?,
            planned_start: self.start,
            planned_end: self.end,
            fixes: (!fixes.is_empty()).then_some(fixes),
            software_items: labels(&self.software)?,
            endpoints: labels(&self.machine)?,
            tags: (!tags.is_empty()).then_some(tags),
            work_mode: self.work_mode.zip(reason),
        };
        if edit == Edit::default() {
            return Err(Code::FieldMissing.because("nothing is given to be written").into());
        }
        let target = self.on.target(&desk)?;
        shell.out.receipt(&desk.run_change(&ChangeVerb::Edit(Box::new(edit)), target)?)
    }
}
