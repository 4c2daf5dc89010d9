//! Journeys through the finished desk, in one test binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cli;
mod desk;
mod house;
mod import;
mod store;
