//! The policy in force, with the contracts on record laid over it, and how a change of either is noticed cheaply.

use std::sync::Arc;

use anyhow::Context;

use super::Error;
use crate::domain::policy::Policy;
use crate::store::contract::{ContractRow, ContractStamp};
use crate::store::{Store, Tx};

/// What a policy was read from.
#[derive(Debug, Clone)]
pub(super) struct InForce {
    pub policy: Arc<Policy>,
    /// As it is stored, which is not to the letter how the policy writes itself.
    text: Option<String>,
    contracts: ContractStamp,
}

/// Where a policy and contracts are stored.
pub(super) trait Stored {
    fn policy_text(&self) -> anyhow::Result<Option<String>>;
    fn contract_stamp(&self) -> anyhow::Result<ContractStamp>;
    fn contracts(&self) -> anyhow::Result<Vec<ContractRow>>;
}

impl InForce {
    pub fn read(stored: &impl Stored) -> Result<Self, Error> {
        let (text, contracts) = (stored.policy_text()?, stored.contract_stamp()?);
        let policy = with_contracts(stored_policy(text.as_deref())?, &stored.contracts()?);
        Ok(Self { policy: Arc::new(policy), text, contracts })
    }

    /// Reads again if another policy or another version of a contract was stored since. Asked before every write.
    pub fn follow(&mut self, stored: &impl Stored) -> Result<(), Error> {
        if stored.policy_text()? != self.text || stored.contract_stamp()? != self.contracts {
            *self = Self::read(stored)?;
        }
        Ok(())
    }
}

/// Lays every version of the contracts on record over a policy.
pub(super) fn with_contracts(policy: Policy, contracts: &[ContractRow]) -> Policy {
    let versions = contracts.iter().flat_map(|row| row.versions.iter().map(|version| (&row.code, version)));
    policy.with_contracts(versions)
}

fn stored_policy(text: Option<&str>) -> Result<Policy, Error> {
    let Some(text) = text else { return Ok(Policy::default()) };
    Policy::parse(text, "the stored policy")
        .map_err(|errors| anyhow::anyhow!("{}", errors.first().map(ToString::to_string).unwrap_or_default()))
        .context("reading the policy of this store")
        .map_err(Error::from)
}

macro_rules! stored {
    ($($place:ty),*) => {$(
        impl Stored for $place {
            fn policy_text(&self) -> anyhow::Result<Option<String>> {
                <$place>::policy_text(self)
            }
            fn contract_stamp(&self) -> anyhow::Result<ContractStamp> {
                <$place>::contract_stamp(self)
            }
            fn contracts(&self) -> anyhow::Result<Vec<ContractRow>> {
                <$place>::contracts(self)
            }
        }
    )*};
}

stored!(Store, Tx<'_>);
