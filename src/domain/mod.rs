//! What a desk is. Pure: no clock, no file, no database, no terminal, no randomness.
//!
//! Read in this order: small values (`id`, `number`, `time`, `text`), what a record is (`role`, `priority`,
//! `incident`), what happened (`event`, `fold`), what people want (`command`), and why not (`refusal`).

pub(crate) mod word;

pub mod filter;
pub mod id;
pub mod incident;
pub mod number;
pub mod policy;
pub mod priority;
pub mod refusal;
pub mod role;
pub mod text;
pub mod time;
