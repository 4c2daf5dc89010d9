//! The queue in words, and a row chosen by its number.

use super::Queue;
use crate::domain::id::AggId;
use crate::domain::incident::State;
use crate::store::queue::TicketRow;
use crate::ui::action::Action;
use crate::ui::spoken::{List, Question, Row, Spoken};

impl Queue {
    pub(super) fn spoken(&self) -> Spoken {
        if let Some(bar) = &self.bar {
            let complaint = Some(bar.complaint()).filter(|text| !text.is_empty());
            let now = if bar.text().is_empty() { "none".to_owned() } else { bar.text().to_owned() };
            return Spoken::Question(Question {
                title: "Filter".to_owned(),
                told: vec!["words, field:value, is:word, -not, sort:field".to_owned(), format!("now: {now}")],
                complaint,
                send: Action::FilterKeep,
                close: Action::FilterRestore,
            });
        }
        if let Some(sorting) = &self.sorting {
            return Spoken::Choice(sorting.spoken());
        }
        Spoken::List(List {
            is_record: false,
            title: self.title(),
            rows: self.rows.iter().map(|row| self.row(row)).collect(),
            at: self.cursor.at().copied(),
            marked: self.marks.all().len(),
            detail: Vec::new(),
        })
    }

    /// `queue tier 1, 42 open, 1 breached`; of another tab its name; of a filter its text.
    fn title(&self) -> String {
        let mut title = match self.tabs.name() {
            "All" => format!("queue {}", self.scope()),
            name => format!("queue {name}"),
        };
        match &self.kept {
            Some(kept) => {
                let more = if self.page.as_ref().is_some_and(|page| page.next.is_some()) { "+" } else { "" };
                title = format!("{title}, {}{more} found, filter {}", self.rows.len(), kept.text);
            }
            None => title = format!("{title}, {} open", self.tabs.current_count().unwrap_or_default()),
        }
        let pressing = self.tabs.counts().filter(|(name, n)| *n > 0 && ["Breached", "At risk"].contains(name));
        if self.kept.is_none() && self.tabs.name() == "All" {
            for (name, n) in pressing {
                title = format!("{title}, {n} {}", name.to_lowercase());
            }
        }
        title
    }

    fn scope(&self) -> String {
        match self.tabs.tier() {
            Some(tier) => format!("tier {tier}"),
            None => "of all tiers".to_owned(),
        }
    }

    fn row(&self, row: &TicketRow) -> Row {
        let clock = self.clocks.get(&row.agg).map(|clock| clock.words()).unwrap_or_default();
        let mut text = row.title.clone();
        for (holds, word) in [
            (self.drafts.contains(&row.name), "draft"),
            (row.major, "MAJOR"),
            (row.escalated, "escalated"),
            (self.marks.contains(row.agg), "marked"),
        ] {
            if holds {
                text = format!("{word}: {text}");
            }
        }
        let vip = if row.vip { " VIP" } else { "" };
        let requester = row.requester.as_deref().unwrap_or("nobody");
        Row {
            agg: row.agg,
            head: format!("{} {clock}", row.priority).trim_end().to_owned(),
            name: row.name.clone(),
            text,
            tail: format!("{requester}{vip}, {}", self.owner(row)),
        }
    }

    fn owner(&self, row: &TicketRow) -> String {
        match &row.assignee {
            None if matches!(row.state, State::Queued | State::Open) && !row.acknowledged => "new".to_owned(),
            None => "free".to_owned(),
            Some(owner) if *owner == self.login => "me".to_owned(),
            Some(owner) => owner.clone(),
        }
    }

    /// One is pointed at, several are marked.
    pub(super) fn chosen_by_number(&mut self, records: &[AggId]) -> bool {
        let keys = self.keys();
        if !records.iter().all(|record| keys.contains(record)) {
            return false;
        }
        match records {
            [] => self.unmark(),
            [one] => {
                self.unmark();
                self.cursor.put(*one);
            }
            several => self.marks.set(several.to_vec()),
        }
        self.draw_lines();
        true
    }
}
