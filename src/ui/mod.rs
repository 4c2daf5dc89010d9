//! Keys in, frames out: the full-screen console.
//!
//! - [`term`]: raw mode, frames as bytes, signals; [`key`]: bytes to keys
//! - [`action`]: everything a key can do; [`chord`], [`keymap`], [`typed`]: keys by name, where they are bound, and
//!   pressed one after another
//! - [`theme`]: colours and glyphs by role
//! - [`screen`]: what a screen is; [`part`]: what screens share; [`help`]: the overlay made from actions and keymap
//! - [`spoken`]: a screen in words; [`plain`]: the console line by line, for screen readers, dumb terminals and scripts

pub mod action;
mod change;
pub mod chord;
pub mod command;
pub mod console;
pub mod dialog;
mod editor_outside;
mod export;
pub mod help;
mod inbox;
pub mod key;
pub mod keymap;
mod layout;
pub mod part;
pub mod plain;
mod problem;
mod problems;
mod queue;
mod record;
mod run;
pub mod screen;
pub mod spoken;
pub mod term;
pub mod theme;
pub mod typed;
mod verbs;
pub mod wall;

pub use run::{Options, run};
pub use wall::watch;
