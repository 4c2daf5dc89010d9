//! What a desk is. Pure: no clock, no file, no database, no terminal, no randomness.
//!
//! Read in this order: small values (`id`, `number`, `time`, `text`), what a record is (`role`, `priority`,
//! `incident`, `request`, `install`, `task`, `field`, `ticket`, `escalation`, `overlap`), what people want (`command`, `change`), what happened
//! (`event`, `fold`), how long a promise has run (`clock`), which rules ask for an escalation (`trigger`), and why not
//! (`refusal`).

pub(crate) mod word;

pub mod change;
pub mod change_record;
pub mod clock;
pub mod cluster;
pub mod command;
pub mod contract;
pub mod escalation;
pub mod event;
pub mod field;
pub mod filter;
pub mod fold;
pub mod gap;
pub mod handover;
pub mod id;
pub mod incident;
pub mod install;
pub mod number;
pub mod overlap;
pub mod person;
pub mod policy;
pub mod priority;
pub mod problem;
pub mod quick;
pub mod refusal;
pub mod replay;
pub mod request;
pub mod role;
pub mod saved_view;
pub mod similar;
pub mod task;
pub mod text;
pub mod ticket;
pub mod time;
pub mod trigger;
pub mod when;
