//! Escalation: who reviews, how much a hand-off demands, and which rules propose one; their numbers are in `trigger`.

use std::collections::BTreeSet;

use super::read::Table;
use super::trigger::Triggers;
use crate::domain::text::Login;
use crate::domain::time::Secs;
use crate::domain::trigger::Trigger;
use crate::domain::word::words;

words! {
    /// Who decides on a proposal.
    pub enum Review {
        /// The receiving tier, or a supervisor.
        Receiver = "receiver",
        /// Supervisors only.
        Supervisor = "supervisor",
    }

    /// How much a hand-off demands.
    pub enum Handoff {
        /// Summary, what was tried and what is asked; the diagnosis as ticks.
        Light = "light",
        /// Every item that its kind of escalation names.
        Full = "full",
    }
}

/// A hundred days, in minutes.
pub(super) const LONGEST: i64 = 2_400 * 60;

/// How escalations are reviewed and when rules propose them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationRules {
    pub review: Review,
    pub handoff: Handoff,
    /// Working time in which a proposal is decided.
    pub review_target: Secs,
    /// Real time in which a hand-off that went out incomplete is completed.
    pub handoff_debt: Secs,
    /// Real time in which a supervisor comments an immediate escalation.
    pub post_review: Secs,
    /// Supervisors in the order in which their attention is asked; empty: by account.
    pub attention_order: Vec<Login>,
    /// Rules that are switched off.
    pub disabled: BTreeSet<Trigger>,
    /// Bounces from which a record counts as ping-pong (TR07).
    pub ping_pong_bounces: i64,
    pub triggers: Triggers,
}

impl EscalationRules {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let (triggers, ping_pong_bounces) = table.table("triggers", |table| {
            let bounces = table.table("TR07", |table| table.int("bounces", 1..=100));
            (Triggers::read(table), bounces)
        });
        Self {
            review: table.parsed("review", "receiver or supervisor", Review::from_word).unwrap_or(Review::Receiver),
            handoff: table.parsed("handoff", "light or full", Handoff::from_word).unwrap_or(Handoff::Light),
            review_target: table.secs("review_target", 1..=LONGEST),
            handoff_debt: table.secs("handoff_debt", 1..=LONGEST),
            post_review: table.secs("post_review", 1..=LONGEST),
            attention_order: read_logins(table),
            disabled: read_disabled(table),
            ping_pong_bounces,
            triggers,
        }
    }

    /// Is the rule in force?
    pub fn enabled(&self, trigger: Trigger) -> bool {
        !self.disabled.contains(&trigger)
    }
}

fn read_logins(table: &mut Table<'_, '_>) -> Vec<Login> {
    let mut logins = Vec::new();
    for node in table.list("attention_order") {
        let at = node.at.clone();
        match Login::new(&table.as_text(node)) {
            Ok(login) => logins.push(login),
            Err(refusal) => table.note(&at, refusal.message),
        }
    }
    logins
}

fn read_disabled(table: &mut Table<'_, '_>) -> BTreeSet<Trigger> {
    let list = table.list("disabled");
    list.into_iter().filter_map(|node| table.as_parsed(node, "TR01 to TR30", Trigger::from_word)).collect()
}

/// Refuses what a contract may not change: some rules it may only make more sensitive, and it may switch off only what
/// is no duty of ours. `theirs` is the contract's table.
pub(super) fn check_contract(base: &EscalationRules, own: &EscalationRules, theirs: &Table<'_, '_>) {
    base.triggers.check_contract(&own.triggers, &theirs.child("triggers"));
    let mut refused = own.disabled.difference(&base.disabled).filter(|trigger| !trigger.rule().may_disable);
    if let Some(trigger) = refused.next() {
        theirs.note(&theirs.deep_place(&["disabled"]), format!("a contract must not switch off {trigger}"));
    }
}
