//! Journeys through the finished desk, in one test binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod budget;
mod cli;
mod desk;
mod floor;
mod hours;
mod house;
mod import;
mod journey;
mod keys;
mod plain;
mod proposals;
mod pty;
mod recount;
mod screens;
mod store;
mod terminal;
mod why;
