//! Refused proposals as rows.

use super::View;
use crate::domain::cluster::ClusterFields;

impl View for ClusterFields {
    const TABLE: &'static str = "cluster";
    const KEY: &'static str = "gid";
    const UNDOES: bool = true;
    const FIELDS: &'static [&'static str] = &["key", "problem", "refused_at", "refused_by", "refused_count", "reason"];
    const IDENTITIES: &'static [&'static str] = &["problem"];
}
