//! Saved views as rows.

use super::View;
use crate::domain::saved_view::SavedView;

impl View for SavedView {
    const TABLE: &'static str = "saved_view";
    const KEY: &'static str = "vid";
    const UNDOES: bool = true;
    const FIELDS: &'static [&'static str] = &["name", "filter", "owner", "shared", "place", "removed"];
}
