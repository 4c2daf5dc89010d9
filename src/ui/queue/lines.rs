//! A ticket as a line of the list.

use crate::app::query::clock::LineClock;
use crate::domain::clock::standing::Sla;
use crate::domain::id::AggId;
use crate::domain::incident::State;
use crate::domain::priority::Priority;
use crate::domain::time::Instant;
use crate::store::queue::TicketRow;
use crate::ui::part::clock::age;
use crate::ui::part::marks::Marks;
use crate::ui::part::table::{Cell, Column, Row, Width};
use crate::ui::theme::Role;

/// The columns; which of them a width shows is in the data.
pub const COLUMNS: &[Column] = &[
    Column::new("P", Width::Fixed(2)),
    Column::new("SLA", Width::Fixed(8)),
    Column::new("ID", Width::Fit(6, 14)),
    Column::new("Subject", Width::Rest(16)),
    Column::new("State", Width::Fixed(8)).from(100).keep(7),
    Column::new("Category", Width::Fit(4, 18)).from(100).keep(5),
    Column::new("From", Width::Fit(4, 12)).keep(30),
    Column::new("Own", Width::Fit(3, 9)).keep(20),
    Column::new("Age", Width::Fixed(4)).keep(10).right(),
];
/// The column of the clock, which is told for the rows in sight only.
pub const SLA: usize = 1;
/// The column of the number.
pub const ID: usize = 2;

/// A row as it is drawn, but for its clock.
pub fn line(row: &TicketRow, marks: &Marks, drafts: &[String], login: &str, now: Instant) -> Row<AggId> {
    let mine = row.assignee.as_deref() == Some(login);
    let owner = match &row.assignee {
        None => Cell::new("-", Role::Faint),
        Some(_) if mine => Cell::new("me", Role::Mine),
        Some(owner) => Cell::plain(owner.as_str()),
    };
    Row {
        key: row.agg,
        marked: marks.contains(row.agg),
        draft: drafts.contains(&row.name),
        cells: vec![
            priority(row.priority),
            Cell::plain(""),
            Cell::plain(row.name.as_str()),
            subject(row),
            state(row),
            Cell::new(row.subcategory.word().replace('_', " "), Role::Faint),
            Cell::plain(requester(row)),
            owner,
            Cell::new(age(row.opened_at, now), Role::Faint),
        ],
    }
}

fn subject(row: &TicketRow) -> Cell {
    if row.major { Cell::new(format!("MAJOR {}", row.title), Role::Major) } else { Cell::plain(row.title.as_str()) }
}

/// Number and glyph: urgency is told without colour too.
pub fn priority(priority: Priority) -> Cell {
    let (text, role) = match priority.n() {
        1 => ("1!", Role::P1),
        2 => ("2^", Role::P2),
        3 => ("3 ", Role::P3),
        4 => ("4.", Role::P4),
        _ => ("5.", Role::P4),
    };
    Cell::new(text, role)
}

/// How its clocks stand, by sign, number and colour.
pub fn clock(clock: &LineClock) -> Cell {
    let role = match clock.sla {
        _ if clock.done => Role::Faint,
        Some(Sla::Breached) => Role::Breached,
        Some(Sla::Risk) => Role::AtRisk,
        Some(Sla::Paused) => Role::Paused,
        Some(Sla::Ok) | None => Role::Plain,
    };
    Cell::new(clock.to_string(), role)
}

fn state(row: &TicketRow) -> Cell {
    if row.escalated {
        return Cell::new("^ asked", Role::AtRisk);
    }
    match row.state {
        State::Queued | State::Open if !row.acknowledged => Cell::new("new", Role::Heading),
        State::Queued | State::Open => Cell::plain("free"),
        State::Assigned => Cell::plain("assigned"),
        State::Approval => Cell::new("= asked", Role::Paused),
        State::Scheduled => Cell::new("= dated", Role::Paused),
        State::Validating | State::Deploying | State::Verifying if row.woke => Cell::new("! woke", Role::AtRisk),
        State::Validating => Cell::plain("validate"),
        State::Deploying => Cell::plain("deploy"),
        State::Verifying => Cell::plain("verify"),
        State::Fulfilled => Cell::new("fulfilled", Role::Faint),
        State::Rejected => Cell::new("rejected", Role::Faint),
        State::Accepted => Cell::plain("accepted"),
        State::InProgress if row.woke => Cell::new("! woke", Role::AtRisk),
        State::InProgress => Cell::plain("working"),
        State::Pending => Cell::new("= pause", Role::Paused),
        State::Resolved => Cell::new("resolved", Role::Faint),
        State::Closed => Cell::new("closed", Role::Faint),
        State::Cancelled => Cell::new("out", Role::Faint),
        State::Done => Cell::new("done", Role::Faint),
        State::Declined => Cell::new("declined", Role::Faint),
    }
}

fn requester(row: &TicketRow) -> String {
    let name = row.requester.as_deref().unwrap_or("-");
    if row.vip { format!("{name}*") } else { name.to_owned() }
}
