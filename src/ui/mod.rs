//! Keys in, frames out: the full-screen console.
//!
//! - [`term`]: raw mode, frames as bytes, signals; [`key`]: bytes to keys
//! - [`action`]: everything a key can do; [`chord`], [`keymap`], [`typed`]: keys by name, where they are bound, and
//!   pressed one after another
//! - [`theme`]: colours and glyphs by role
//! - [`screen`]: what a screen is; [`part`]: what screens share; [`help`]: the overlay made from actions and keymap

pub mod action;
pub mod chord;
pub mod command;
pub mod console;
pub mod dialog;
mod editor_outside;
mod inbox;
mod queue;
mod record;
mod run;
mod verbs;
pub mod help;
pub mod key;
pub mod keymap;
pub mod part;
pub mod screen;
pub mod term;
pub mod theme;
pub mod typed;

pub use run::{Options, run};
