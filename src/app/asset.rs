//! What is known of machines, entered by hand, and what a request makes of it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::run::Asking;
use super::{Desk, Error, Receipt};
use crate::domain::change::Act;
use crate::domain::command::Case;
use crate::domain::install::check::{CheckKind, needed};
use crate::domain::install::endpoint::Endpoint;
use crate::domain::install::gate::{Facts, Judged, judged};
use crate::domain::install::target::Outcome;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::role::{Role, User};
use crate::domain::text::{Label, Login};
use crate::domain::time::Instant;
use crate::store::Store;

/// A request side by side with what is known of its targets.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    pub rows: Vec<Judged>,
    /// The checks that it needs before it is fulfilled.
    pub needed: Vec<CheckKind>,
}

impl Desk {
    /// Writes what is known of a machine over what was known; the journal keeps that it was told, by name and hash.
    /// Takes tier 2, a supervisor or an admin.
    pub fn set_asset(&mut self, it: &Endpoint) -> Result<Receipt, Error> {
        self.write(|asking, tx, receipt| {
            receipt.act = Act::SetAsset;
            may_tell(asking)?;
            tx.save_endpoint(it)?;
            tx.append_imported(&told(it), &asking.author())?;
            receipt.tell(true, it.host.to_string(), Endpoint::id(&it.host));
            Ok(())
        })
    }

    /// How the requirements of a request stand, and which checks it needs; nothing for any other record.
    pub fn readiness(&self, case: &Case, now: Instant) -> Result<Readiness, Error> {
        let ticket = case.ticket();
        if !ticket.is_request() {
            return Ok(Readiness::default());
        }
        let known = Known { store: self.store(), fault: std::cell::RefCell::default() };
        let rows = judged(ticket, &known, self.policy().under(ticket.contract.as_ref(), now), now);
        let left = ticket.targets.iter().filter(|target| target.outcome != Outcome::Dropped);
        let on_servers = left.filter_map(|target| known.endpoint(&target.name)).any(|endpoint| endpoint.is_server());
        match known.fault.into_inner() {
            Some(fault) => Err(fault.into()),
            None => Ok(Readiness { rows, needed: needed(ticket, on_servers) }),
        }
    }
}

fn may_tell(asking: &Asking<'_>) -> Result<(), Refusal> {
    let by = asking.by;
    if by.investigates() || by.is(Role::Admin) {
        return Ok(());
    }
    Err(Code::NotPermitted.because(format!("{} may not do this; it takes tier 2, a supervisor or an admin", by.login)))
}

/// What the journal keeps of it.
fn told(it: &Endpoint) -> [(&'static str, Value); 4] {
    let digest = Sha256::digest(format!("{it:?}"));
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    [
        ("asset", json!(it.host.as_str())),
        ("sha256", json!(hash)),
        ("programs", json!(it.software.len())),
        ("imported", json!(1)),
    ]
}

/// Facts from the store. A reading has no place for a fault: the first one is kept.
struct Known<'a> {
    store: &'a Store,
    fault: std::cell::RefCell<Option<anyhow::Error>>,
}

impl Known<'_> {
    fn seen<T>(&self, read: anyhow::Result<Option<T>>) -> Option<T> {
        read.unwrap_or_else(|fault| {
            self.fault.borrow_mut().get_or_insert(fault);
            None
        })
    }
}

impl Facts for Known<'_> {
    fn endpoint(&self, host: &Label) -> Option<Endpoint> {
        self.seen(self.store.endpoint(host))
    }
    fn person(&self, login: &Login) -> Option<User> {
        self.seen(self.store.user(login))
    }
}
