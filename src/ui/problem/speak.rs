//! A problem in words: the facts, its incidents, what happened; and an incident chosen by its number.

use super::ProblemRecord;
use super::lines::state;
use crate::domain::id::AggId;
use crate::ui::part::text::Entry;
use crate::ui::spoken::{List, Row, Spoken};

impl ProblemRecord {
    pub(super) fn spoken(&self) -> Spoken {
        let Some(view) = &self.view else { return Spoken::Drawn };
        let problem = view.case.problem();
        let facts = self.facts(view);
        let plain = |head: String| Entry { head, ..Entry::default() };
        let mut detail = vec![plain(format!("stage: {}", facts.stages()))];
        detail.extend(
            facts.lines().into_iter().map(|(label, text, _)| plain(format!("{}: {text}", label.to_lowercase()))),
        );
        detail.push(plain(facts.days_line().trim().to_owned()));
        detail.extend(self.flow.entries().iter().cloned());
        let row = |row: &crate::store::queue::TicketRow| Row {
            agg: row.agg,
            head: row.priority.to_string(),
            name: row.name.clone(),
            text: row.title.clone(),
            tail: format!("{}, {}", row.requester.as_deref().unwrap_or("nobody"), state(row)),
        };
        Spoken::List(List {
            is_record: true,
            title: format!("{} {} {}, {} incidents", problem.name(), problem.priority, problem.title, self.rows.len()),
            rows: self.rows.iter().map(row).collect(),
            at: self.cursor.at().copied(),
            marked: self.marks.all().len(),
            detail,
        })
    }

    /// One is pointed at, several are marked.
    pub(super) fn chosen_by_number(&mut self, records: &[AggId]) -> bool {
        let keys = self.keys();
        if !records.iter().all(|record| keys.contains(record)) {
            return false;
        }
        self.marks.clear();
        match records {
            [] => {}
            [one] => self.cursor.put(*one),
            several => self.marks.set(several.to_vec()),
        }
        self.draw_lines();
        true
    }
}
