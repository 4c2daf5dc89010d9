//! `tierdesk edit`: correct the fields of a ticket.

use clap::Args;

use super::exit::{Failure, Status};
use super::new::labels;
use super::print::text_of;
use super::shell::Shell;
use super::target::One;
use super::word;
use crate::app::Desk;
use crate::domain::command::Verb;
use crate::domain::command::edit::{self, Flag};
use crate::domain::contract;
use crate::domain::id::AggId;
use crate::domain::incident::{Category, Subcategory, Symptom};
use crate::domain::priority::{Impact, Priority, Urgency};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Discipline, Rights};
use crate::domain::text::{CauseNote, Description, Label, Reason, Signature, Title};

/// Correct the fields of a ticket; an empty value clears an optional field
#[derive(Debug, Args)]
pub struct Edit {
    #[command(flatten)]
    on: One,
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// `-` reads it from standard input
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    #[arg(long, value_parser = word::category(), requires = "subcategory")]
    category: Option<Category>,
    #[arg(long, value_parser = word::subcategory(), hide_possible_values = true)]
    subcategory: Option<Subcategory>,
    #[arg(long, value_parser = word::impact())]
    impact: Option<Impact>,
    #[arg(long, value_parser = word::urgency())]
    urgency: Option<Urgency>,
    /// Override the computed priority; needs --because
    #[arg(long, value_name = "P", value_parser = word::priority, requires = "because")]
    priority: Option<Priority>,
    /// Go back to the computed priority; needs --because
    #[arg(long, conflicts_with = "priority", requires = "because")]
    computed_priority: bool,
    /// Mark the requester as a VIP or not; a supervisor's, needs --because
    #[arg(long, value_name = "YES|NO", value_parser = word::yes, requires = "because")]
    vip: Option<bool>,
    /// Put it under a contract that is in force, or under `none`; a supervisor's, needs --because
    #[arg(long, value_name = "CODE", requires = "because")]
    contract: Option<String>,
    /// Why the priority, the contract or the VIP mark changes
    #[arg(long, value_name = "REASON")]
    because: Option<String>,
    #[arg(long, value_parser = word::symptom(), hide_possible_values = true)]
    symptom: Option<Symptom>,
    #[arg(long, value_name = "TEXT")]
    signature: Option<String>,
    /// What was wrong, as far as known
    #[arg(long, value_name = "TEXT")]
    cause: Option<String>,
    /// Affected users
    #[arg(long, value_name = "N")]
    users: Option<i64>,
    /// Affected machines
    #[arg(long, value_name = "N")]
    machines: Option<i64>,
    /// A contact of this desk
    #[arg(long, value_name = "CONTACT")]
    requester: Option<String>,
    /// Rights that the work needs
    #[arg(long, value_parser = word::rights(), hide_possible_values = true)]
    rights: Option<Rights>,
    /// Whose field the fault really is in
    #[arg(long, value_parser = word::discipline())]
    suspected_discipline: Option<Discipline>,
    /// Set a mark; may be repeated
    #[arg(long, value_parser = word::flag(), value_name = "MARK")]
    mark: Vec<Flag>,
    /// Take a mark off; may be repeated
    #[arg(long, value_parser = word::flag(), value_name = "MARK", hide_possible_values = true)]
    unmark: Vec<Flag>,
    #[arg(long, value_name = "HOST")]
    add_machine: Vec<String>,
    #[arg(long, value_name = "HOST")]
    remove_machine: Vec<String>,
    #[arg(long, value_name = "NAME")]
    add_software: Vec<String>,
    #[arg(long, value_name = "NAME")]
    remove_software: Vec<String>,
    /// Watch the ticket, or stop watching it
    #[arg(long, value_name = "YES|NO", value_parser = word::yes)]
    watch: Option<bool>,
    /// The number that a task's vendor gave it
    #[arg(long, value_name = "NUMBER")]
    vendor_ref: Option<String>,
}

impl Edit {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let target = self.on.target(&desk)?;
        let edit = self.edit(target.agg, &desk)?;
        if edit == edit::Edit::default() {
            return Err(Code::FieldMissing.because("nothing to change").hint("name a field, like --title TEXT").into());
        }
        shell.out.receipt(&desk.run(&Verb::Edit(edit), target)?)
    }

    fn edit(&self, agg: AggId, desk: &Desk) -> Result<edit::Edit, Failure> {
        let because = self.because.as_deref().map(Reason::new).transpose()?;
        let overridden = self.priority.map(Some).or(self.computed_priority.then_some(None));
        let description = match &self.description {
            Some(text) => Some(text_of(std::slice::from_ref(text))?),
            None => None,
        };
        let marks = self.mark.iter().map(|flag| (*flag, true));
        Ok(edit::Edit {
            title: self.title.as_deref().map(Title::new).transpose()?,
            description: cleared(description.as_deref(), Description::new)?,
            category: self.category_of(agg, desk)?,
            impact: self.impact,
            urgency: self.urgency,
            priority: overridden.zip(because.clone()),
            symptom: self.symptom.map(Some),
            signature: cleared(self.signature.as_deref(), Signature::new)?,
            affected_users: self.users,
            affected_endpoints: self.machines,
            requester: self.requester.as_deref().map(|text| contact(desk, text)).transpose()?,
            required_rights: self.rights,
            suspected_discipline: self.suspected_discipline.map(Some),
            cause_note: cleared(self.cause.as_deref(), CauseNote::new)?,
            flags: marks.chain(self.unmark.iter().map(|flag| (*flag, false))).collect(),
            vip: self.vip.zip(because.clone()),
            contract: self.contract.as_deref().map(contract_code).transpose()?.zip(because),
            add_endpoints: labels(&self.add_machine)?,
            remove_endpoints: labels(&self.remove_machine)?,
            add_software: labels(&self.add_software)?,
            remove_software: labels(&self.remove_software)?,
            watch: self.watch.map(|on| (desk.person().login.clone(), on)),
            vendor_ref: cleared(self.vendor_ref.as_deref(), Label::new)?,
        })
    }

    /// Without a category of its own a subcategory stays in the ticket's.
    fn category_of(&self, agg: AggId, desk: &Desk) -> Result<Option<(Category, Subcategory)>, Failure> {
        let Some(sub) = self.subcategory else { return Ok(None) };
        let category = match self.category {
            Some(category) => category,
            None => desk.record(agg)?.case.ticket().category,
        };
        Ok(Some((category, sub)))
    }
}

/// Set, or cleared by an empty text.
fn cleared<T>(text: Option<&str>, read: impl Fn(&str) -> Result<T, Refusal>) -> Result<Option<Option<T>>, Refusal> {
    match text {
        None => Ok(None),
        Some(text) if text.trim().is_empty() => Ok(Some(None)),
        Some(text) => Ok(Some(Some(read(text)?))),
    }
}

/// A contract's code in any case, or none.
fn contract_code(text: &str) -> Result<Option<Label>, Refusal> {
    if text.eq_ignore_ascii_case("none") { Ok(None) } else { contract::code(&text.to_ascii_lowercase()).map(Some) }
}

fn contact(desk: &Desk, text: &str) -> Result<AggId, Failure> {
    let found = desk.store().contact_named(text.trim_start_matches('@'))?;
    let unknown =
        || Code::NotFound.because(format!("there is no contact {text}")).hint("`tierdesk contact add` makes one");
    Ok(found.ok_or_else(unknown)?.agg)
}
