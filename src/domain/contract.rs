//! Contracts as records: a code, a customer, and versions that each hold from a date on. What a version says is read
//! by `policy`, over the policy in force.

use std::fmt;

use chrono::NaiveDate;
use serde_json::Value;

use super::field::{Wire, aggregate};
use super::id::AggId;
use super::refusal::{Code, Refusal};
use super::text::{ContractText, Label, Name, Tag};

/// A contract's file and the date from which it holds, in the contract's zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub from: NaiveDate,
    pub text: ContractText,
}

impl fmt::Display for Version {
    /// The date alone on the first line, the file below it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.from, self.text)
    }
}

impl Wire for Version {
    fn to_value(&self) -> Value {
        Value::from(self.to_string())
    }
    fn from_value(value: &Value) -> Option<Self> {
        let (from, text) = value.as_str()?.split_once('\n')?;
        Some(Self { from: from.parse().ok()?, text: ContractText::new(text).ok()? })
    }
}

aggregate! {
    /// A contract's fields.
    pub struct ContractFields as "contract" {
        values {
            code: Option<Label> = Scalar,
            /// As the version that was added last names it.
            customer: Name = Scalar,
        }
        sets {
            versions: Version,
        }
        counters {}
    }
}

impl super::fold::Course for ContractFields {}

/// A contract's code: `[a-z0-9_-]`, at most 32 characters. Refuses `text_invalid`.
pub fn code(text: &str) -> Result<Label, Refusal> {
    let fits = Tag::new(text).is_ok_and(|tag| tag.as_str() == text);
    if fits {
        return Label::new(text);
    }
    Err(Code::TextInvalid.because(format!("`{text}` is not a contract's code; use up to 32 of a-z 0-9 _ -")))
}

/// The aggregate of a code, the same in every store: two sites that add one code mean one contract.
pub fn agg(code: &Label) -> AggId {
    AggId::derived(&[b"tierdesk contract", code.as_str().as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_survives_its_own_value() {
        let version = Version {
            from: "2026-04-16".parse().unwrap(),
            text: ContractText::new("[contract.acme]\ncustomer = \"Acme Ltd\"").unwrap(),
        };
        assert_eq!(Version::from_value(&version.to_value()), Some(version));
        for wrong in ["2026-04-16", "soon\n[contract.acme]", "2026-04-16\n"] {
            assert_eq!(Version::from_value(&Value::from(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_is_plain_and_in_lower_case() {
        for (text, fits) in [("acme", true), ("acme-2_b", true), ("Acme", false), ("acme ltd", false), ("", false)] {
            assert_eq!(code(text).is_ok(), fits, "{text}");
        }
    }
}
