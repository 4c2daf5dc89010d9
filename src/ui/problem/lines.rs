//! A linked incident as a line.

use crate::domain::id::AggId;
use crate::domain::incident::State;
use crate::domain::time::Instant;
use crate::store::queue::TicketRow;
use crate::ui::part::clock::age;
use crate::ui::part::marks::Marks;
use crate::ui::part::table::{Cell, Column, Row, Width};
use crate::ui::queue::lines::priority;
use crate::ui::theme::Role;

/// The columns; which of them a width shows is in the data.
pub const COLUMNS: &[Column] = &[
    Column::new("P", Width::Fixed(2)),
    Column::new("ID", Width::Fit(5, 14)),
    Column::new("Subject", Width::Rest(16)),
    Column::new("From", Width::Fit(4, 12)).keep(30),
    Column::new("Own", Width::Fit(3, 9)).keep(40),
    Column::new("State", Width::Fit(4, 16)).keep(50),
    Column::new("Age", Width::Fixed(4)).keep(10).right(),
];
/// The column of the number.
pub const ID: usize = 1;

/// A row as it is drawn; one that has ended stands back.
pub fn line(row: &TicketRow, marks: &Marks, login: &str, now: Instant) -> Row<AggId> {
    let open = row.state.open();
    let tone = if open { Role::Plain } else { Role::Faint };
    let owner = match row.assignee.as_deref() {
        None => Cell::new("-", Role::Faint),
        Some(owner) if owner == login => Cell::new("me", Role::Mine),
        Some(owner) => Cell::new(owner, tone),
    };
    Row {
        key: row.agg,
        marked: marks.contains(row.agg),
        draft: false,
        cells: vec![
            priority(row.priority),
            Cell::new(row.name.as_str(), tone),
            Cell::new(row.title.as_str(), tone),
            Cell::new(row.requester.as_deref().unwrap_or("-"), tone),
            owner,
            Cell::new(state(row), tone),
            Cell::new(age(row.opened_at, now), Role::Faint),
        ],
    }
}

/// Its state, or what it waits for.
pub fn state(row: &TicketRow) -> String {
    match (row.state, row.pending_reason) {
        (State::Pending, Some(reason)) => {
            let reason = reason.word().replace('_', " ");
            format!("= {}", reason.trim_start_matches("awaiting "))
        }
        (state, _) => state.word().replace('_', " "),
    }
}
