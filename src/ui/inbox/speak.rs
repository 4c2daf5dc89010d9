//! The inbox in words, and a row chosen by its number.

use super::Inbox;
use super::lines::label;
use crate::app::query::escalations::InboxRow;
use crate::app::query::escalations::check::Check;
use crate::domain::escalation::EscalationKind;
use crate::domain::id::AggId;
use crate::domain::time::Secs;
use crate::ui::part::text::Entry;
use crate::ui::spoken::{List, Row, Spoken};

/// A tab is named as where there is room.
const WIDE: u16 = 100;

impl Inbox {
    pub(super) fn spoken(&self) -> Spoken {
        let waiting = usize::try_from(self.counts.waiting).unwrap_or(0);
        let late = if self.counts.late > 0 { format!(", {} overdue", self.counts.late) } else { String::new() };
        let title = format!("escalations, {}: {}", label(self.tab(), WIDE), self.rows.len());
        Spoken::List(List {
            is_record: false,
            title: format!("{title}; {waiting} waiting{late}"),
            rows: self.rows.iter().map(|row| self.row(row)).collect(),
            at: self.cursor.at().copied(),
            marked: self.marks.all().len(),
            detail: self.detail(),
        })
    }

    fn row(&self, row: &InboxRow) -> Row {
        let open = row.escalation.is_open() || row.review;
        let until = if open { self.now } else { row.escalation.decided_at.unwrap_or(self.now) };
        let waited = Secs((until - row.escalation.proposed_at).0.max(0)).said();
        let late = open && row.escalation.proposal.review_due.is_some_and(|due| due < self.now);
        let waits = if late { format!("overdue {waited}") } else { format!("waits {waited}") };
        let proposal = &row.escalation.proposal;
        let what = if row.braked {
            "back and forth: "
        } else if row.review {
            "to review: "
        } else {
            ""
        };
        Row {
            agg: row.ticket.agg,
            head: format!("{} {waits}", row.ticket.priority),
            name: row.ticket.name.clone(),
            text: format!("{what}{}", row.ticket.title),
            tail: format!("from T{} {}", proposal.from, row.escalation.proposed_by),
        }
    }

    /// What the hand-off under the cursor says, and who could take it.
    fn detail(&self) -> Vec<Entry> {
        let Some(row) = self.at() else { return Vec::new() };
        let plain = |head: String| Entry { head, ..Entry::default() };
        let mut detail = vec![plain(format!("hand-off {}, {}", row.ticket.name, self.way(row)))];
        let clock = row.clock.words();
        detail.extend((!clock.is_empty()).then(|| plain(format!("clock: {clock}"))));
        if row.escalation.proposal.kind != EscalationKind::Hierarchical {
            detail.push(plain(format!("check: {} of {}", row.check.met(), Check::OF)));
        }
        if let Some(brake) = &self.pane.brake {
            detail.push(plain(brake.head().to_owned()));
        }
        detail.extend(self.pane.handoff.entries().iter().cloned());
        for it in &self.pane.takers {
            let who = if it.user.login.as_str() == self.me { "you" } else { it.user.login.as_str() };
            let rights = if it.rights { "" } else { ", lacks rights" };
            detail.push(plain(format!("can take it: {who}, {} open{rights}", it.open)));
        }
        detail
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
