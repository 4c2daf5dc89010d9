//! Where something is installed, and how it went there: a machine, or with a cloud service a person.

use std::fmt;

use serde_json::Value;

use crate::domain::field::Wire;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::Label;
use crate::domain::word::words;

words! {
    /// How far an installation is on one target.
    pub enum Outcome = Pending {
        Pending = "pending",
        Installing = "installing",
        Installed = "installed",
        Failed = "failed",
        RolledBack = "rolled_back",
        /// Not a target any more, for a reason.
        Dropped = "dropped",
    }
}

impl Outcome {
    /// Nothing more happens there.
    pub const fn ended(self) -> bool {
        !matches!(self, Self::Pending | Self::Installing)
    }
}

/// One target. As text, also in the journal: `installed, exit 3010: CAD-01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    pub name: Label,
    pub outcome: Outcome,
    /// Of the installer.
    pub exit: Option<i64>,
}

impl Target {
    /// Refuses `text_invalid` for a name that could not be read again.
    pub fn new(name: Label) -> Result<Self, Refusal> {
        readable(&name)?;
        Ok(Self { name, outcome: Outcome::Pending, exit: None })
    }

    pub fn is(&self, name: &Label) -> bool {
        self.name.as_str().eq_ignore_ascii_case(name.as_str())
    }
}

/// Refuses `text_invalid` for a name with a colon and a space in it.
pub fn readable(name: &Label) -> Result<(), Refusal> {
    if name.as_str().contains(": ") {
        return Err(Code::TextInvalid.because(format!("`{name}` is no name of a target")).hint("leave the colon out"));
    }
    Ok(())
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.outcome)?;
        self.exit.map_or(Ok(()), |exit| write!(f, ", exit {exit}"))?;
        write!(f, ": {}", self.name)
    }
}

impl Wire for Target {
    fn to_value(&self) -> Value {
        Value::from(self.to_string())
    }
    fn from_value(value: &Value) -> Option<Self> {
        let (how, name) = value.as_str()?.split_once(": ")?;
        let (outcome, exit) = match how.split_once(", exit ") {
            Some((outcome, exit)) => (outcome, Some(exit.parse().ok()?)),
            None => (how, None),
        };
        Some(Self { name: Label::new(name).ok()?, outcome: Outcome::from_word(outcome)?, exit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_survives_its_text() {
        for (text, exit) in [
            ("pending: CAD-01", None),
            ("installed, exit 3010: CAD 01", Some(3010)),
            ("failed, exit -1: x:y", Some(-1)),
        ] {
            let target = Target::from_value(&Value::from(text)).unwrap();
            assert_eq!((target.exit, target.to_string().as_str()), (exit, text));
        }
        for text in ["CAD-01", "asleep: CAD-01", "failed, exit x: CAD-01", "failed: "] {
            assert_eq!(Target::from_value(&Value::from(text)), None, "{text}");
        }
        assert!(Target::new(Label::new("a: b").unwrap()).is_err());
    }
}
