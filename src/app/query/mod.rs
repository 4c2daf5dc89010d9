//! What a desk can be asked, one question a file. Nothing here writes.

pub mod change;
pub mod clock;
pub mod escalations;
pub mod handover;
pub mod json;
pub mod live;
pub mod problem;
pub mod problems;
pub mod queue;
pub mod record;
pub mod sla;
pub mod suggest;
pub mod views;
pub mod wall;
