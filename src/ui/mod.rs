//! Keys in, frames out: the full-screen console.
//!
//! - [`term`]: raw mode, frames as bytes, signals; [`key`]: bytes to keys; [`chord`]: keys by name
//! - [`action`]: everything a key can do; [`keymap`]: which key does it where
//! - [`theme`]: colours and glyphs by role
//! - [`screen`]: what a screen is; [`part`]: what screens share; [`help`]: the overlay made from actions and keymap

pub mod action;
pub mod chord;
pub mod key;
pub mod keymap;
pub mod term;
pub mod theme;
