//! Installing software: what it needs (`requirement`), compared with what is known of a machine (`endpoint`,
//! `version`), how it is done (`method`), how it went on each target (`target`) and what was looked at afterwards
//! (`check`). `gate` puts a request's requirements and its targets side by side.

pub mod check;
pub mod endpoint;
pub mod gate;
pub mod method;
pub mod requirement;
pub mod target;
pub mod template;
pub mod version;
