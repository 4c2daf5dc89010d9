//! The policy in force as a row.

use super::View;
use crate::domain::person::PolicyFields;

impl View for PolicyFields {
    const TABLE: &'static str = "policy";
    const KEY: &'static str = "pid";
    const FIELDS: &'static [&'static str] = &["text"];
}
