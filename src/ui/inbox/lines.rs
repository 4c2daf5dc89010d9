//! An escalation as a line of the inbox.

use crate::app::query::escalations::check::Check;
use crate::app::query::escalations::{InboxRow, InboxTab};
use crate::domain::escalation::EscalationKind;
use crate::domain::id::AggId;
use crate::domain::text::Login;
use crate::domain::time::{Instant, Secs};
use crate::domain::trigger::Trigger;
use crate::ui::part::table::{Cell, Column, Row, Width};
use crate::ui::queue::lines::{clock, priority};
use crate::ui::theme::Role;

/// The columns; which of them a width shows is in the data.
pub const COLUMNS: &[Column] = &[
    Column::new("P", Width::Fixed(2)),
    Column::new("Wait", Width::Fixed(7)).right(),
    Column::new("ID", Width::Fit(6, 14)),
    Column::new("From", Width::Fit(6, 14)).keep(30),
    Column::new("Reason", Width::Fit(6, 15)).keep(20),
    Column::new("Check", Width::Fixed(6)).keep(40),
    Column::new("Clock", Width::Fixed(8)).from(100).keep(15),
    Column::new("Subject", Width::Rest(16)),
    Column::new("Asset/site", Width::Fit(4, 20)).from(100).keep(10),
];
/// The column of the number.
pub const ID: usize = 2;

/// A row as it is drawn.
pub fn line(row: &InboxRow, marked: bool, now: Instant) -> Row<AggId> {
    let asset = [row.machine.as_deref(), row.site.as_deref()];
    let asset = asset.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Row {
        key: row.ticket.agg,
        marked,
        draft: false,
        cells: vec![
            priority(row.ticket.priority),
            wait(row, now),
            Cell::plain(row.ticket.name.as_str()),
            Cell::plain(format!("T{} {}", row.escalation.proposal.from, sender(row))),
            reason(row),
            check(row),
            clock(&row.clock),
            Cell::plain(row.ticket.title.as_str()),
            Cell::new(if asset.is_empty() { "-".to_owned() } else { asset }, Role::Faint),
        ],
    }
}

/// How long it has waited, with a sign once it should have been decided.
fn wait(row: &InboxRow, now: Instant) -> Cell {
    let open = row.escalation.is_open() || row.review;
    let until = if open { now } else { row.escalation.decided_at.unwrap_or(now) };
    let waited = Secs((until - row.escalation.proposed_at).0.max(0)).clock_text();
    let late = open && row.escalation.proposal.review_due.is_some_and(|due| due < now);
    if late { Cell::new(format!("X {waited}"), Role::Breached) } else { Cell::plain(waited) }
}

/// Who asks: a person, or a rule by its id.
fn sender(row: &InboxRow) -> String {
    let rule = row.escalation.proposal.triggers.first();
    match rule {
        Some(rule) if row.escalation.proposed_by == Login::system() => rule.clone(),
        _ => row.escalation.proposed_by.to_string(),
    }
}

/// Why it is here: told apart by a word when nothing waits to be accepted.
fn reason(row: &InboxRow) -> Cell {
    if row.braked {
        return Cell::new("back & forth", Role::Gate);
    }
    let proposal = &row.escalation.proposal;
    if row.review && proposal.kind == EscalationKind::Functional {
        return Cell::new("moved at once", Role::Gate);
    }
    let by_rule = proposal.triggers.first().filter(|_| row.escalation.proposed_by == Login::system());
    let rule = by_rule.and_then(|id| Trigger::from_word(id)).map(|trigger| trigger.rule().name);
    let word = proposal.reason.as_deref().and_then(|reason| reason.split(':').next()).unwrap_or("-");
    let text = rule.unwrap_or(word).replace('_', " ");
    let role = if row.review { Role::AtRisk } else { Role::Plain };
    Cell::new(text, role)
}

fn check(row: &InboxRow) -> Cell {
    if row.escalation.proposal.kind == EscalationKind::Hierarchical {
        return Cell::plain("");
    }
    let met = row.check.met();
    let whole = met == Check::OF;
    let text = format!("{} {met}/{}", if whole { "ok" } else { "! " }, Check::OF);
    Cell::new(text, if whole { Role::Plain } else { Role::AtRisk })
}

/// The name of a tab, for a line of so many cells.
pub const fn label(tab: InboxTab, cells: u16) -> &'static str {
    match tab {
        InboxTab::Inbox => "Inbox",
        InboxTab::Deferred if cells < 70 => "Later",
        InboxTab::Deferred => "Deferred",
        InboxTab::Accepted if cells < 100 => "Accepted",
        InboxTab::Accepted => "Accepted today",
        InboxTab::Returned if cells < 70 => "Back",
        InboxTab::Returned => "Returned",
        InboxTab::Sent if cells < 100 => "Sent",
        InboxTab::Sent => "Sent by me",
        InboxTab::Review => "Review",
    }
}

/// What an empty tab says.
pub const fn nothing(tab: InboxTab) -> &'static str {
    match tab {
        InboxTab::Inbox => "   nothing waits here",
        InboxTab::Deferred => "   nothing is put off",
        InboxTab::Accepted => "   nothing was accepted today",
        InboxTab::Returned => "   nothing came back in the last seven days",
        InboxTab::Sent => "   you sent nothing",
        InboxTab::Review => "   nothing waits for a review",
    }
}
