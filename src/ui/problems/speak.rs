//! The list of problems in words, and a row chosen by its number.

use super::Problems;
use super::lines::named;
use crate::domain::id::AggId;
use crate::ui::spoken::{List, Row, Spoken};

impl Problems {
    pub(super) fn spoken(&self) -> Spoken {
        let row = |row: &crate::store::problem_list::ProblemRow| Row {
            agg: row.agg,
            head: format!("{} {}", row.priority, named(row.state)),
            name: row.name.clone(),
            text: row.title.clone(),
            tail: format!("{} of {} open, {}", row.open, row.linked, row.owner.as_deref().unwrap_or("nobody")),
        };
        let proposed = self.proposals.iter().map(|(place, it)| Row {
            agg: *place,
            head: format!("proposed, {}", it.offer.words()),
            name: format!("{} alike", it.count()),
            text: it.words.clone(),
            tail: "P accepts, x refuses".to_owned(),
        });
        Spoken::List(List {
            is_record: false,
            title: format!("problems, {} under way, {} resolved", self.under_way(), self.rows.len() - self.under_way()),
            rows: proposed.chain(self.rows.iter().map(row)).collect(),
            at: self.cursor.at().copied(),
            marked: 0,
            detail: Vec::new(),
        })
    }

    pub(super) fn chosen_by_number(&mut self, records: &[AggId]) -> bool {
        match records {
            [one] if self.keys().contains(one) => self.cursor.put(*one),
            _ => return false,
        }
        true
    }
}
