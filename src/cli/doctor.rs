//! `tierdesk doctor`: what this program sees of its store and its terminal, for whoever helps.

use clap::Args;
use serde_json::{Value, json};

use super::exit::{Failure, Status};
use super::shell::Shell;
use crate::app::{Desk, home};

/// Show what tierdesk sees of its store, its account and its terminal
#[derive(Debug, Args)]
pub struct Doctor {}

impl Doctor {
    /// Says what can be said even when the store cannot be opened, and ends with that failure.
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk();
        let mut seen = vec![
            ("version", json!(env!("CARGO_PKG_VERSION"))),
            ("account", json!(home::account()?.as_str())),
            ("store", json!(shell.path()?.display().to_string())),
        ];
        if let Ok(desk) = &desk {
            seen.extend(of_desk(desk)?);
        }
        for name in ["TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "SSH_CONNECTION", "TMUX"] {
            seen.push((name, json!(std::env::var(name).ok())));
        }
        if shell.out.is_json() {
            shell.out.json(&seen.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())?;
        } else {
            for (name, value) in &seen {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                shell.out.text(&format!("{name:<16} {}", if value == "null" { "-" } else { &value }))?;
            }
        }
        desk.map(|_| Status::Done)
    }
}

fn of_desk(desk: &Desk) -> Result<Vec<(&'static str, Value)>, Failure> {
    let store = desk.store();
    let person = desk.person();
    let roles: Vec<_> = person.roles.iter().map(|role| role.word()).collect();
    Ok(vec![
        ("acts_as", json!(person.login)),
        ("roles", json!(roles.join(", "))),
        ("store_id", json!(store.id().to_string())),
        ("site", json!(store.code().as_str())),
        ("shared", json!(store.is_shared())),
        ("demo", json!(store.is_demo())),
        ("events", json!(store.last_pos()?)),
        ("bytes", json!(std::fs::metadata(store.path()).map(|meta| meta.len()).ok())),
    ])
}
