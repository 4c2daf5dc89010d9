//! tierdesk: a helpdesk console for the terminal over one local SQLite file.
//!
//! The rooms, in the order in which they may use each other (a room uses those above it, never one below):
//!
//! - [`domain`]: what a desk is; pure rules over types.
//! - [`ui`]: keys in, frames out; the full-screen console.

pub mod app;
pub mod domain;
pub mod store;
pub mod ui;
