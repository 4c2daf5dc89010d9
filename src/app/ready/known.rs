//! What the placeholders of a text stand for, as far as the record says.

use std::collections::BTreeMap;

use crate::app::query::record::RecordView;
use crate::app::{Desk, Error};
use crate::domain::clock::ClockKind;
use crate::domain::gap::{Placeholder, fill};
use crate::domain::text::Login;
use crate::domain::when;

/// Values by placeholder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known(BTreeMap<Placeholder, String>);

impl Known {
    /// Nothing but the name of the one who writes: for a text about several records, or none yet.
    pub fn of_writer(desk: &Desk) -> Self {
        Self([(Placeholder::Me, desk.person().name.to_string())].into())
    }

    /// What a record knows.
    pub fn of(view: &RecordView, desk: &Desk) -> Result<Self, Error> {
        use Placeholder::*;
        let ticket = view.case.ticket();
        let (now, zone) = (desk.now(), desk.policy().zone);
        let at = |instant| when::shown(instant, now, zone);
        let contact = view.requester.as_ref();
        let promised = view.clocks.iter().find(|it| it.kept.clock.kind == ClockKind::Resolution && it.kept.live());
        let values = [
            (Number, Some(ticket.name())),
            (Title, Some(ticket.title.to_string())),
            (Requester, contact.map(|it| it.name.to_string())),
            (Organisation, contact.and_then(|it| it.organisation.as_ref()).map(ToString::to_string)),
            (Site, contact.and_then(|it| it.site.clone())),
            (Asset, ticket.endpoints.first().map(ToString::to_string)),
            (Software, ticket.software_items.first().map(ToString::to_string)),
            (Signature, ticket.signature.as_ref().map(ToString::to_string)),
            (Category, Some(ticket.subcategory.word().replace('_', " "))),
            (Priority, Some(ticket.priority.to_string())),
            (Contract, ticket.contract.as_ref().map(ToString::to_string)),
            (Owner, ticket.assignee.as_ref().map(|login| name_of(login, desk)).transpose()?),
            (Me, Some(desk.person().name.to_string())),
            (Due, promised.and_then(|it| it.reading.as_ref()?.due_at).map(at)),
            (Opened, Some(at(ticket.opened_at))),
        ];
        let known = values.into_iter().filter_map(|(placeholder, value)| Some((placeholder, value?)));
        Ok(Self(known.filter(|(_, value)| !value.is_empty()).collect()))
    }

    /// Each with its value.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(placeholder, value)| (placeholder.word(), value.as_str()))
    }

    pub fn get(&self, placeholder: Placeholder) -> Option<&str> {
        self.0.get(&placeholder).map(String::as_str)
    }

    /// The text with its placeholders filled in; what is not known stays in sight.
    pub fn fill(&self, text: &str) -> String {
        fill(text, |placeholder| self.get(placeholder).map(str::to_owned))
    }
}

fn name_of(login: &Login, desk: &Desk) -> Result<String, Error> {
    Ok(desk.store().user(login)?.map_or_else(|| login.to_string(), |user| user.name.to_string()))
}
