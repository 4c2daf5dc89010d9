//! Outside ticket formats: bytes to values and back, cleaned on the way in. One format a file; no database, no clock.
//!
//! Read in this order: what every format gives (`incoming`, `rejection`), the front of them all (`reader`), where text
//! comes from (`input`, then `table`, `xes` and `json` as records), how a ticket is put together (`row`, `words`,
//! `draft`, `snapshot`), the formats, and the way out (`export`). `sla` reads worked examples of clocks, `ical` calendars with holidays.

pub mod export;
pub mod ical;
pub mod incoming;
pub mod input;
pub mod mapping;
pub mod reader;
pub mod rejection;
pub mod sla;

mod draft;
mod html;
mod json;
mod mapped;
mod row;
mod servicenow;
mod servicenow_log;
mod snapshot;
mod table;
mod tierdesk;
mod vinst;
mod words;
mod xes;
mod zammad;

#[cfg(test)]
mod real;
