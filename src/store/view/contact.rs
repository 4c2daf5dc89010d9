//! Requesters as rows.

use super::View;
use crate::domain::person::ContactFields;

impl View for ContactFields {
    const TABLE: &'static str = "contact";
    const KEY: &'static str = "cid";
    const FIELDS: &'static [&'static str] =
        &["name", "handle", "organisation", "email", "phone", "site", "vip", "inactive"];
}
