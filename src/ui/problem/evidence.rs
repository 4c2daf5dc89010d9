//! Evidence: what was written on an incident, and what its diagnosis found. It is read here and written there.

use chrono_tz::Tz;

use crate::app::query::record::RecordView;
use crate::domain::escalation::Item;
use crate::domain::incident::Visibility;
use crate::domain::time::Instant;
use crate::ui::part::clock::stamp;
use crate::ui::part::text::Entry;

/// Longest answer that stands beside its label; a longer one is wrapped below it.
const LINE: usize = 60;

/// The description, the answers of the diagnosis, then the worklog, the newest first.
pub fn entries(view: &RecordView, now: Instant, zone: Tz) -> Vec<Entry> {
    let ticket = view.case.ticket();
    let mut entries = Vec::new();
    if let Some(description) = &ticket.description {
        entries.push(entry(format!("{} reported", stamp(ticket.opened_at, now, zone)), description.to_string()));
    }
    for (item, answer) in Item::ALL.iter().zip(ticket.answers()) {
        let Some(answer) = answer else { continue };
        let finding = answer.finding.as_ref().map(|finding| finding.as_str().to_owned());
        let said = finding.unwrap_or_else(|| answer.answered.word().replace('_', " "));
        let short = said.chars().count() <= LINE && !said.contains('\n');
        let (beside, below) = if short { (format!(" {said}"), String::new()) } else { (String::new(), said) };
        entries.push(entry(format!("{}:{beside}", item.label()), below));
    }
    entries.extend(view.worklog.iter().rev().map(|it| {
        let kind = if it.vis == Visibility::Requester { "reply" } else { "note" };
        entry(format!("{} {kind} {}", stamp(it.at, now, zone), it.actor), it.text.clone())
    }));
    entries
}

fn entry(head: String, body: String) -> Entry {
    Entry { head, body, ..Entry::default() }
}
