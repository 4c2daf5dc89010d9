//! `tierdesk reclassify`: an incident goes on as a request, or a request as an incident.

use clap::Args;

use super::exit::{Failure, Status};
use super::shell::Shell;
use super::target::{One, Words};
use super::word;
use crate::domain::command::Verb;
use crate::domain::command::reclassify;
use crate::domain::incident::{Category, Subcategory, Symptom};
use crate::domain::number::Kind;
use crate::domain::text::Reason;

/// An incident goes on as a request, or a request as an incident; a supervisor's
#[derive(Debug, Args)]
pub struct Reclassify {
    #[command(flatten)]
    on: One,
    /// Of the record that goes on; left out: `install/new_install` for a request, `fix/unknown` for an incident
    #[arg(long, value_parser = word::category(), requires = "subcategory")]
    category: Option<Category>,
    #[arg(long, value_parser = word::subcategory(), requires = "category", hide_possible_values = true)]
    subcategory: Option<Subcategory>,
    /// What the user sees, if an incident goes on
    #[arg(long, value_parser = word::symptom(), default_value = "other", hide_possible_values = true)]
    symptom: Symptom,
    /// Why
    #[command(flatten)]
    why: Words,
}

impl Reclassify {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let target = self.on.target(&desk)?;
        let kind = desk.store().case(target.agg)?.map_or(Kind::Incident, |case| case.ticket().kind());
        let usual = reclassify::Reclassify::usual(kind);
        let (category, subcategory) = self.category.zip(self.subcategory).unwrap_or(usual);
        let reason = Reason::new(&self.why.text()?)?;
        let verb = reclassify::Reclassify { category, subcategory, symptom: self.symptom, reason };
        shell.out.receipt(&desk.run(&Verb::Reclassify(verb), target)?)
    }
}
