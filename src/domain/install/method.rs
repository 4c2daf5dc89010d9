//! How software gets to its targets. The desk records and guides; it runs nothing itself.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::field::Wire;
use crate::domain::text::Label;
use crate::domain::word::words;

words! {
    pub enum Method {
        Manual = "manual",
        ScriptedSilent = "scripted_silent",
        CloudSaas = "cloud_saas",
    }

    /// What the way of installing is told with.
    pub enum Detail {
        /// Where the steps are written down.
        Steps = "steps",
        /// `gpo`, `endpoint_management` or `script`.
        Channel = "channel",
        Package = "package",
        Arguments = "arguments",
        /// Of the installer, those that mean success.
        ExitCodes = "exit_codes",
        /// A version or a file that tells that it is there.
        Detection = "detection",
        Tenant = "tenant",
        /// Licence or role that is assigned.
        Licence = "licence",
        SignIn = "sign_in",
    }
}

/// The channels of a silent installation.
pub const CHANNELS: [&str; 3] = ["gpo", "endpoint_management", "script"];

impl Method {
    /// What must be known before it starts.
    pub const fn needs(self) -> &'static [Detail] {
        match self {
            Self::Manual => &[Detail::Steps],
            Self::ScriptedSilent => {
                &[Detail::Channel, Detail::Package, Detail::Arguments, Detail::ExitCodes, Detail::Detection]
            }
            Self::CloudSaas => &[Detail::Tenant, Detail::Licence, Detail::SignIn],
        }
    }

    /// What its targets are.
    pub const fn target(self) -> &'static str {
        if matches!(self, Self::CloudSaas) { "user" } else { "machine" }
    }
}

/// A method with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub method: Method,
    pub details: BTreeMap<Detail, Label>,
}

impl Plan {
    pub fn missing(&self) -> Vec<Detail> {
        self.method.needs().iter().copied().filter(|detail| !self.details.contains_key(detail)).collect()
    }

    /// The exit codes that mean success; nothing where none are told.
    pub fn exit_codes(&self) -> Option<Vec<i64>> {
        let told = self.details.get(&Detail::ExitCodes)?;
        Some(told.as_str().split([',', ' ']).filter_map(|code| code.parse().ok()).collect())
    }
}

impl Wire for Plan {
    fn to_value(&self) -> Value {
        let details = self.details.iter().map(|(detail, text)| (detail.word().to_owned(), Value::from(text.as_str())));
        std::iter::once(("method".to_owned(), Value::from(self.method.word()))).chain(details).collect()
    }
    fn from_value(value: &Value) -> Option<Self> {
        let map = value.as_object()?;
        let method = Method::from_word(map.get("method")?.as_str()?)?;
        let rest = map.iter().filter(|(key, _)| *key != "method");
        let details = rest.map(|(key, text)| Some((Detail::from_word(key)?, Label::new(text.as_str()?).ok()?)));
        Some(Self { method, details: details.collect::<Option<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_survives_its_value_and_knows_what_it_lacks() {
        let details = BTreeMap::from([(Detail::ExitCodes, Label::new("0, 3010").unwrap())]);
        let plan = Plan { method: Method::ScriptedSilent, details };
        assert_eq!(Plan::from_value(&plan.to_value()), Some(plan.clone()));
        assert_eq!(plan.exit_codes(), Some(vec![0, 3010]));
        assert_eq!(plan.missing(), [Detail::Channel, Detail::Package, Detail::Arguments, Detail::Detection]);
        for method in Method::ALL {
            let bare = Plan { method: *method, details: BTreeMap::new() };
            assert_eq!(bare.missing(), method.needs());
        }
    }
}
