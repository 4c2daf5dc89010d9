//! Requesters of other systems as contacts of this desk. One address is one person, whoever told it; a name or short
//! name is one person within its own system only.

use crate::app::Error;
use crate::domain::change::{Act, Change};
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::person::ContactFields;
use crate::domain::text::{Name, Tag};
use crate::exchange::incoming::Requester;
use crate::store::{Author, Tx};

use super::recent::Recent;

/// What a ticket takes from the contact that asked for it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub agg: AggId,
    pub vip: bool,
    pub organisation: Option<Name>,
}

/// Contacts that were met lately.
#[derive(Default)]
pub(super) struct Contacts {
    met: Recent<Known>,
}

impl Contacts {
    /// The contact that a requester is, made at need. Nothing that stands in a contact here is changed.
    pub(super) fn find(
        &mut self,
        asked: &Requester,
        source: &Tag,
        author: &Author<'_>,
        tx: &mut Tx<'_>,
    ) -> Result<Known, Error> {
        let key = key(asked, source);
        if let Some(known) = self.met.get(&key) {
            return Ok(known.clone());
        }
        let by_address = match &asked.email {
            Some(email) => tx.contact_by_email(email.as_str())?,
            None => None,
        };
        let home = tx.home();
        let agg = by_address.unwrap_or_else(|| AggId::derived(&[b"tierdesk contact", home.bytes(), key.as_bytes()]));
        let mut folded: Folded<ContactFields> = tx.folded(agg)?;
        if !folded.created {
            let change = Change { next: fields(asked), ..Change::of(Act::Import, &folded.fields) };
            folded = tx.append(agg, &folded, &change, author)?;
        }
        let ContactFields { vip, organisation, .. } = folded.fields;
        let known = Known { agg, vip, organisation };
        self.met.put(key, known.clone());
        Ok(known)
    }
}

fn key(asked: &Requester, source: &Tag) -> String {
    match (&asked.email, &asked.handle) {
        (Some(email), _) => format!("email\n{}", email.as_str().to_lowercase()),
        (None, Some(handle)) => format!("{}\nhandle\n{}", source.as_str(), handle.as_str().to_lowercase()),
        (None, None) => format!("{}\nname\n{}", source.as_str(), asked.name.as_str().to_lowercase()),
    }
}

fn fields(asked: &Requester) -> ContactFields {
    ContactFields {
        name: asked.name.clone(),
        handle: asked.handle.clone(),
        organisation: asked.organisation.clone(),
        email: asked.email.clone(),
        phone: asked.phone.clone(),
        site: asked.site.clone(),
        ..ContactFields::default()
    }
}
