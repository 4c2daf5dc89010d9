//! A problem as a line of the list.

use chrono::NaiveDate;

use crate::app::proposals::{Offer, Proposal};
use crate::domain::id::AggId;
use crate::domain::problem::ProblemState;
use crate::domain::time::{Instant, Secs};
use crate::store::problem_list::ProblemRow;
use crate::ui::part::clock::age;
use crate::ui::part::table::{Cell, Column, Row, Width};
use crate::ui::queue::lines::priority;
use crate::ui::theme::Role;

/// The columns; which of them a width shows is in the data.
pub const COLUMNS: &[Column] = &[
    Column::new("P", Width::Fixed(2)),
    Column::new("ID", Width::Fit(5, 14)),
    Column::new("Stage", Width::Fit(5, 15)),
    Column::new("Linked", Width::Fixed(6)).keep(60).right(),
    Column::new("Hours", Width::Fixed(5)).keep(20).right(),
    Column::new("Title", Width::Rest(16)),
    Column::new("Own", Width::Fit(3, 9)).keep(40),
    Column::new("Review", Width::Fit(6, 8)).keep(30),
    Column::new("Age", Width::Fixed(4)).keep(10).right(),
];
/// The column of the number.
pub const ID: usize = 1;

/// When and by whom a list is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    pub login: &'a str,
    pub now: Instant,
    pub today: NaiveDate,
}

/// A row as it is drawn.
pub fn line(row: &ProblemRow, told: Reading<'_>) -> Row<AggId> {
    let owner = match &row.owner {
        None => Cell::new("-", Role::Faint),
        Some(owner) if owner == told.login => Cell::new("me", Role::Mine),
        Some(owner) => Cell::plain(owner.as_str()),
    };
    Row {
        key: row.agg,
        marked: false,
        draft: false,
        cells: vec![
            priority(row.priority),
            Cell::plain(row.name.as_str()),
            stage(row.state),
            Cell::plain(format!("{}/{}", row.open, row.linked)),
            Cell::new(hours(row.lasted), Role::Faint),
            Cell::plain(row.title.as_str()),
            owner,
            review(row, told.today),
            Cell::new(age(row.logged_at, told.now), Role::Faint),
        ],
    }
}

/// What the desk proposes, as a row: how many are alike, by what, and what accepting it does.
pub fn proposed(place: AggId, proposal: &Proposal, now: Instant) -> Row<AggId> {
    let weak = match proposal.weak() {
        0 => String::new(),
        n => format!(", {n} without a code"),
    };
    let title = format!("{}{weak}", proposal.words.replace(", ", " / "));
    let offer = match &proposal.offer {
        Offer::Open => "new problem?".to_owned(),
        Offer::Link { name, .. } => format!("to {name}?"),
        Offer::Reopen { name, .. } => format!("{name} again?"),
    };
    Row {
        key: place,
        marked: false,
        draft: false,
        cells: vec![
            Cell::plain("+"),
            Cell::new(format!("{} alike", proposal.count()), Role::Heading),
            Cell::new(offer, Role::Gate),
            Cell::plain(""),
            Cell::plain(""),
            Cell::plain(title),
            Cell::new("-", Role::Faint),
            Cell::plain(""),
            Cell::new(age(proposal.span().0, now), Role::Faint),
        ],
    }
}

/// A state as people say it.
pub const fn named(state: ProblemState) -> &'static str {
    match state {
        ProblemState::New => "new",
        ProblemState::Investigating => "investigating",
        ProblemState::KnownError => "known error",
        ProblemState::FixInProgress => "fix in progress",
        ProblemState::Pending => "pending",
        ProblemState::Resolved => "resolved",
        ProblemState::Closed => "closed",
        ProblemState::Cancelled => "cancelled",
    }
}

fn stage(state: ProblemState) -> Cell {
    match state {
        ProblemState::New => Cell::new("new", Role::Heading),
        ProblemState::Pending => Cell::new("= pending", Role::Paused),
        ProblemState::Resolved | ProblemState::Closed | ProblemState::Cancelled => Cell::new(named(state), Role::Faint),
        state => Cell::plain(named(state)),
    }
}

/// Whole hours, or days where there are many.
pub fn hours(lasted: Secs) -> String {
    match lasted.0 / 3_600 {
        hours @ 0..1_000 => format!("{hours}h"),
        hours => format!("{}d", hours / 24),
    }
}

/// The day of the next look, with a sign once it has passed.
fn review(row: &ProblemRow, today: NaiveDate) -> Cell {
    match row.review_on {
        None => Cell::new("-", Role::Faint),
        Some(day) if day < today => Cell::new(format!("! {}", day.format("%d %b")), Role::AtRisk),
        Some(day) => Cell::new(day.format("%d %b").to_string(), Role::Faint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::priority::Priority;

    #[test]
    fn a_missed_review_is_told_by_a_sign_too() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let row = ProblemRow {
            agg: AggId::derived(&[b"p"]),
            name: "PRB-1".to_owned(),
            title: "Outlook auth loop".to_owned(),
            state: ProblemState::KnownError,
            owner: Some("ann".to_owned()),
            priority: Priority::P2,
            logged_at: Instant(0),
            review_on: Some(day("2026-11-20")),
            offers: true,
            linked: 8,
            open: 3,
            lasted: Secs::hours(21),
        };
        for (today, told) in [("2026-11-20", "20 Nov"), ("2026-11-21", "! 20 Nov")] {
            let line = line(&row, Reading { login: "ann", now: Instant(60), today: day(today) });
            let texts: Vec<_> = line.cells.iter().map(|cell| cell.text.as_str()).collect();
            assert_eq!(texts[2..8], ["known error", "3/8", "21h", "Outlook auth loop", "me", told]);
        }
    }
}
