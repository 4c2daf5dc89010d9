//! Incidents alike: what makes them so, and when enough of them came to look for a common cause.
//!
//! Read `key` (what is compared), `propose` (from incidents to proposals), then `refused` (a proposal that somebody
//! said no to).

pub mod key;
pub mod propose;
pub mod refused;

pub use key::Key;
pub use propose::{Alike, Cause, Cluster, Row, clusters};
pub use refused::{ClusterFields, Subject, agg};

use super::time::Secs;

/// A problem is proposed for reopening when it comes back this soon after it was resolved.
pub const COMES_BACK_WITHIN: Secs = Secs::days(30);
