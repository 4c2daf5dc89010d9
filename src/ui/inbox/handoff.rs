//! The hand-off under the cursor: what was found and is asked, why it is here, what its tier did with it.

use chrono_tz::Tz;

use crate::app::query::escalations::InboxRow;
use crate::app::query::escalations::check::Check;
use crate::app::query::record::RecordView;
use crate::app::query::sla::stay::Stay;
use crate::domain::escalation::{Escalation, EscalationKind, Item};
use crate::domain::incident::Visibility;
use crate::domain::text::Login;
use crate::domain::time::Instant;
use crate::ui::part::clock::stamp;
use crate::ui::part::text::Entry;
use crate::ui::theme::{Role, Theme};

/// Items of a hand-off that are read before all others.
const FIRST: [Item; 3] = [Item::H1, Item::H8, Item::H10];
/// The steps that the tier before is asked to have taken.
const STEPS: [(Item, &str); 5] = [
    (Item::H2, "reproduced"),
    (Item::H3, "app logs"),
    (Item::H4, "system log"),
    (Item::H5, "compared"),
    (Item::H6, "changes"),
];
/// Longest answer that stands beside its label; a longer one is wrapped below it.
const LINE: usize = 64;
/// The same where a time stands at the end of the line.
const DATED: usize = 48;
/// How many entries of the worklog are shown.
const ENTRIES: usize = 5;

/// When it is, and where.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub now: Instant,
    pub zone: Tz,
    pub theme: Option<&'a Theme>,
}

/// The lines of a hand-off as it was frozen, and of the record as it is.
pub fn entries(row: &InboxRow, view: Option<&RecordView>, stay: Option<Stay>, told: Told<'_>) -> Vec<Entry> {
    let mut out = Vec::new();
    let proposal = &row.escalation.proposal;
    // What is wrong, what was tried and what is asked come first: a small screen shows no more.
    let (first, then): (Vec<&Item>, Vec<&Item>) = Item::ALL.iter().partition(|item| FIRST.contains(item));
    out.extend(first.into_iter().filter_map(|item| answer(*item, &row.escalation)));
    out.extend(why(row, view, told));
    if let Some(view) = view {
        out.extend(rules(row, view, told));
        out.push(in_tier(row, view, stay, told.now));
    }
    if proposal.kind != EscalationKind::Hierarchical {
        out.push(checklist(&row.escalation));
        out.extend(lacks(row.check));
    }
    out.extend(then.into_iter().filter_map(|item| answer(*item, &row.escalation)));
    out.extend(decision(&row.escalation, told));
    if let Some(view) = view {
        out.extend(around(view, told));
        out.extend(worklog(view, told));
    }
    out
}

fn labelled(label: &str, text: &str) -> Entry {
    within(LINE, label, text)
}

fn within(cells: usize, label: &str, text: &str) -> Entry {
    if text.len() <= cells && !text.contains('\n') {
        return Entry { head: format!("{label:<10}: {text}"), ..Entry::default() };
    }
    Entry { head: format!("{label:<10}:"), body: text.to_owned(), ..Entry::default() }
}

fn answer(item: Item, escalation: &Escalation) -> Option<Entry> {
    Some(labelled(item.label(), &said(escalation.proposal.snapshot.get(&item)?)))
}

/// An answer of a snapshot in words: the finding, else how it was answered.
pub fn said(answer: &str) -> String {
    let (word, finding) = answer.split_once(':').unwrap_or(("", answer));
    if finding.is_empty() { word.replace('_', " ") } else { finding.replace('\n', " ") }
}

/// A person's reason, and whose attention is asked.
fn why(row: &InboxRow, view: Option<&RecordView>, told: Told<'_>) -> Vec<Entry> {
    let proposal = &row.escalation.proposal;
    let mut out = Vec::new();
    if row.escalation.proposed_by != Login::system() {
        out.extend(proposal.reason.as_ref().map(|reason| labelled("Why", &reason.replace('_', " "))));
    }
    if proposal.kind == EscalationKind::Functional && row.review {
        let due = proposal.review_due.map(|due| format!("; to be reviewed by {}", stamp(due, told.now, told.zone)));
        out.push(labelled("Moved", &format!("at once, by a rule{}", due.unwrap_or_default())));
    }
    let asked = view.and_then(|view| view.case.ticket().attention_of.as_ref());
    out.extend(asked.map(|login| labelled("Attention", &format!("asked of {login}"))));
    out
}

/// The rules that fired in the present stay or asked for this escalation, each with its numbers.
fn rules(row: &InboxRow, view: &RecordView, told: Told<'_>) -> Vec<Entry> {
    let asked = &row.escalation.proposal.triggers;
    let concerns = |it: &&crate::domain::trigger::Latched| {
        it.visit == view.case.is.visits || asked.iter().any(|id| id == it.trigger.word())
    };
    let latched = view.case.is.latches.all().iter().filter(concerns);
    let tell = |latched: &crate::domain::trigger::Latched| {
        let done = match (&latched.waived, latched.answered) {
            (Some(waived), _) => format!(", waived by {}", waived.by),
            (None, Some(_)) => ", answered".to_owned(),
            (None, None) => String::new(),
        };
        let rule = latched.trigger.rule().name;
        Entry {
            right: format!("{}{done} ", stamp(latched.at, told.now, told.zone)),
            head_style: told.theme.map(|theme| theme.style(Role::AtRisk)).unwrap_or_default(),
            ..within(DATED, "Rule", &format!("{} {rule}: {}", latched.trigger, latched.numbers))
        }
    };
    latched.map(tell).collect()
}

/// How long the tier has had it that hands it on, and how much it did.
fn in_tier(row: &InboxRow, view: &RecordView, stay: Option<Stay>, now: Instant) -> Entry {
    let ticket = view.case.ticket();
    let time = stay.map_or_else(|| (now - ticket.logged_at).clock_text(), |stay| stay.sentence());
    let (touches, reopened) = (touches(view), row.ticket.reopened);
    labelled(&format!("In tier {}", ticket.tier), &format!("{time}   touches {touches}   reopened {reopened}"))
}

/// Worklog entries: how often somebody had it in hand.
fn touches(view: &RecordView) -> usize {
    view.worklog.len()
}

fn checklist(escalation: &Escalation) -> Entry {
    let tick = |(item, name): (Item, &str)| {
        let done = escalation.proposal.snapshot.get(&item).is_some_and(|answer| answer.starts_with("done"));
        format!("[{}] {name}", if done { 'x' } else { ' ' })
    };
    // In one line, as short as that makes it.
    within(usize::MAX, "Checklist", &STEPS.map(tick).join(" "))
}

fn lacks(check: Check) -> Option<Entry> {
    let missing: Vec<_> = check.things().into_iter().filter(|(_, met)| !met).map(|(name, _)| name).collect();
    (!missing.is_empty()).then(|| labelled("Lacks", &missing.join(", ")))
}

fn decision(escalation: &Escalation, told: Told<'_>) -> Vec<Entry> {
    let mut out = Vec::new();
    if let Some(note) = &escalation.decision_note {
        let who = escalation.decided_by.as_ref().map_or("", Login::as_str);
        let code = escalation.return_code.map(|code| format!("{}: ", code.word().replace('_', " ")));
        let state = escalation.state.word().replace('_', " ");
        out.push(labelled("Decision", &format!("{state} by {who}: {}{note}", code.unwrap_or_default())));
    }
    if let Some(until) = escalation.deferred_until {
        out.push(labelled("Put off", &format!("until {}", stamp(until, told.now, told.zone))));
    }
    out
}

/// What the requester was told, and what is still owed.
fn around(view: &RecordView, told: Told<'_>) -> Vec<Entry> {
    let ticket = view.case.ticket();
    let at = |at: Instant| stamp(at, told.now, told.zone);
    let requester =
        ticket.last_public_at.map_or_else(|| "not told yet".to_owned(), |when| format!("told {}", at(when)));
    let mut out = vec![labelled("Requester", &requester)];
    out.extend(ticket.handoff_debt.map(|due| labelled("Owed", &format!("the rest of the hand-off, by {}", at(due)))));
    out
}

fn worklog(view: &RecordView, told: Told<'_>) -> Vec<Entry> {
    let mut out = Vec::new();
    if !view.worklog.is_empty() {
        let head = format!("Worklog (last {} of {})", view.worklog.len().min(ENTRIES), view.worklog.len());
        out.push(Entry { head, ..Entry::default() });
    }
    out.extend(view.worklog.iter().rev().take(ENTRIES).map(|entry| {
        let kind = if entry.vis == Visibility::Requester { "reply" } else { "note " };
        let text = entry.text.replace('\n', " ");
        Entry {
            head: format!("{} {kind} {}: {text}", stamp(entry.at, told.now, told.zone), entry.actor),
            ..Entry::default()
        }
    }));
    out
}

/// The ticket and its hand-off as a block of text.
pub fn as_text(row: &InboxRow, told: Told<'_>) -> String {
    let mut text = format!("{} {} {}\n", row.ticket.name, row.ticket.priority, row.ticket.title);
    for entry in entries(row, None, None, told) {
        text.push_str(&format!("{} {}", entry.head, entry.body).trim_end().replace('\n', " "));
        text.push('\n');
    }
    text
}
