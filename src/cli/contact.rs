//! `tierdesk contact`: the people whom tickets are for.

use clap::{Args, Subcommand};

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::Shell;
use super::word;
use crate::app::query::json;
use crate::domain::person::ContactFields;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role;
use crate::domain::text::{Label, Name};

/// List, add or change the people whom tickets are for
#[derive(Debug, Args)]
pub struct Contact {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Those whose short name or name begins like this; all if nothing is given
    List {
        #[arg(value_name = "START", default_value = "")]
        start: String,
        #[arg(long, default_value_t = 200, value_name = "N")]
        limit: u32,
    },
    /// Add a contact
    Add {
        name: String,
        #[command(flatten)]
        fields: Fields,
    },
    /// Change a contact; what is left out stays
    Set {
        /// Short name, address or full name as it is now
        contact: String,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        fields: Fields,
    },
}

#[derive(Debug, Args)]
struct Fields {
    /// Short name that people type after @
    #[arg(long, value_name = "NAME")]
    handle: Option<String>,
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    #[arg(long, value_name = "YES|NO", value_parser = word::yes)]
    vip: Option<bool>,
    #[arg(long, value_name = "YES|NO", value_parser = word::yes)]
    active: Option<bool>,
}

impl Contact {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match &self.what {
            What::List { start, limit } => list(start, *limit, shell),
            What::Add { name, fields } => {
                let mut desk = shell.desk_to_write()?;
                let contact = ContactFields { name: Name::new(name)?, ..ContactFields::default() };
                shell.out.receipt(&desk.set_contact(None, &fields.over(contact)?)?)
            }
            What::Set { contact, name, fields } => {
                let mut desk = shell.desk()?;
                let found = desk.store().contact_named(contact.trim_start_matches('@'))?;
                let found = found.ok_or_else(|| Code::NotFound.because(format!("there is no contact {contact}")))?;
                let mut contact = as_fields(&found.contact)?;
                if let Some(name) = name {
                    contact.name = Name::new(name)?;
                }
                shell.out.receipt(&desk.set_contact(Some(found.agg), &fields.over(contact)?)?)
            }
        }
    }
}

impl Fields {
    fn over(&self, mut contact: ContactFields) -> Result<ContactFields, Refusal> {
        let given = [
            (&self.handle, &mut contact.handle),
            (&self.email, &mut contact.email),
            (&self.phone, &mut contact.phone),
            (&self.site, &mut contact.site),
        ];
        for (text, field) in given {
            if let Some(text) = text {
                *field = Some(Label::new(text)?);
            }
        }
        if let Some(organisation) = &self.organisation {
            contact.organisation = Some(Name::new(organisation)?);
        }
        contact.vip = self.vip.unwrap_or(contact.vip);
        contact.inactive = self.active.map_or(contact.inactive, |active| !active);
        Ok(contact)
    }
}

fn as_fields(contact: &role::Contact) -> Result<ContactFields, Refusal> {
    let label = |text: &Option<String>| text.as_deref().map(Label::new).transpose();
    Ok(ContactFields {
        name: contact.name.clone(),
        handle: label(&contact.handle)?,
        organisation: contact.organisation.clone(),
        email: label(&contact.email)?,
        phone: label(&contact.phone)?,
        site: label(&contact.site)?,
        vip: contact.vip,
        inactive: !contact.active,
    })
}

fn list(start: &str, limit: u32, shell: &Shell<'_>) -> Result<Status, Failure> {
    let rows = shell.desk()?.store().contacts_like(start.trim_start_matches('@'), limit)?;
    if shell.out.is_json() {
        shell.out.list(rows.iter().map(|row| json::contact(&row.contact)).collect())?;
    } else {
        for row in &rows {
            let contact = &row.contact;
            let handle = contact.handle.as_deref().unwrap_or("-");
            let vip = if contact.vip { " VIP" } else { "" };
            let phone = contact.phone.as_deref().unwrap_or_default();
            let line = format!("{} {} {}{vip}", cell(handle, 16), cell(contact.name.as_str(), 28), cell(phone, 20));
            shell.out.text(line.trim_end())?;
        }
    }
    Ok(if rows.is_empty() { Status::Nothing } else { Status::Done })
}
