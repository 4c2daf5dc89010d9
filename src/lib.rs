//! tierdesk: a helpdesk console for the terminal over one local SQLite file.
//!
//! The rooms, in the order in which they may use each other (a room uses those above it, never one below):
//!
//! - [`domain`]: what a desk is; pure rules over types.
//! - [`exchange`]: other systems' formats, bytes to values and back.
//! - [`store`]: the SQLite file.
//! - [`app`]: the only door for the surfaces: commands, queries, timers.
//! - [`cli`]: words in, text or JSON out.
//! - [`ui`]: keys in, frames out; the full-screen console.

pub mod app;
pub mod cli;
pub mod domain;
pub mod exchange;
pub mod store;
pub mod ui;
