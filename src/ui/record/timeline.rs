//! The timeline: what happened to a ticket, oldest first, as people read it.

use ratatui::style::{Modifier, Style};
use serde_json::Value;

use crate::app::query::record::RecordView;
use crate::app::receipt::done;
use crate::domain::change::Act;
use crate::domain::escalation::EscalationKind;
use crate::domain::event::{Body, Event, EventKind, Proof, RowKind};
use crate::domain::fold::plain;
use crate::domain::id::RowId;
use crate::domain::incident::Visibility;
use crate::domain::time::Instant;
use crate::store::record::Linked;
use crate::ui::part::clock::stamp;
use crate::ui::part::text::Entry;

/// Fields whose change is told by the verb already, or by nobody missed.
const QUIET: [&str; 14] = [
    "state_since",
    "last_assignee",
    "last_public_at",
    "responded_at",
    "acknowledged_at",
    "woke",
    "resolved_at",
    "resolved_by",
    "resolution_note",
    "closed_at",
    "escalation",
    "number",
    "home",
    "logged_at",
];

/// Which entries are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    All,
    Public,
    Notes,
    Changes,
}

impl Shown {
    pub const ALL: [Self; 4] = [Self::All, Self::Public, Self::Notes, Self::Changes];

    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Public => "Public",
            Self::Notes => "Notes",
            Self::Changes => "Changes",
        }
    }

    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|shown| *shown == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// The entries of a record.
pub fn entries(view: &RecordView, history: &[Event], shown: Shown, now: Instant, zone: chrono_tz::Tz) -> Vec<Entry> {
    let ticket = view.case.ticket();
    let reported = ticket.description.as_ref().map(|text| (ticket.opened_at, text.to_string()));
    told(reported, history, &Telling { shown, now, zone, links: &view.links })
}

/// The entries of any record: what was reported and when, then what happened.
pub fn told(reported: Option<(Instant, String)>, history: &[Event], telling: &Telling<'_>) -> Vec<Entry> {
    let (now, zone) = (telling.now, telling.zone);
    let void = voided(history);
    let mut entries = Vec::new();
    if let Some((at, text)) = reported.filter(|_| telling.shown != Shown::Changes) {
        entries.push(entry(format!("{} reported", stamp(at, now, zone)), text, Role::Public));
    }
    for event in history {
        let Some(body) = &event.body else {
            entries.push(entry(format!("{} erased", stamp(event.at, now, zone)), String::new(), Role::Change));
            continue;
        };
        if !matches!(event.kind, Some(EventKind::RecordCreated | EventKind::RecordChanged)) {
            continue;
        }
        let undone = history
            .iter()
            .any(|later| later.stamp > event.stamp && later.body.as_ref().is_some_and(|b| b.undoes == Some(event.cmd)));
        tell(event, body, undone, &void, telling, &mut entries);
    }
    entries
}

fn voided(history: &[Event]) -> Vec<RowId> {
    let mut void: Vec<RowId> = Vec::new();
    for body in history.iter().filter_map(|event| event.body.as_ref()) {
        void.extend(&body.void);
        void.retain(|row| !body.restore.contains(row));
    }
    void
}

/// Which entries are told, and how their times are written.
pub struct Telling<'a> {
    pub shown: Shown,
    pub now: Instant,
    pub zone: chrono_tz::Tz,
    /// Whose numbers stand for the identities of linked records.
    pub links: &'a [Linked],
}

impl Telling<'_> {
    /// `links +child_of_major:INC-1`, as far as the record is still linked.
    fn named(&self, changes: String) -> String {
        self.links.iter().fold(changes, |told, link| told.replace(&link.agg.to_string(), &link.name))
    }
}

fn tell(event: &Event, body: &Body, undone: bool, void: &[RowId], telling: &Telling<'_>, out: &mut Vec<Entry>) {
    let Telling { shown, now, zone, .. } = *telling;
    let at = stamp(event.at, now, zone);
    let mark = if undone { "  (undone)" } else { "" };
    let who = match event.proof {
        Some(Proof::Timer | Proof::Rule) => "by itself".to_owned(),
        _ => event.actor.to_string(),
    };
    let watched = Act::from_word(&body.act) == Some(Act::Watch);
    for row in &body.rows {
        let RowKind::Clock(step) = &row.what else { continue };
        let news = step.news().filter(|_| matches!(shown, Shown::All | Shown::Changes) && !void.contains(&row.id));
        if let Some(news) = news {
            let at = stamp(step.at.unwrap_or(event.at), now, zone);
            out.push(entry(format!("{at} sla  {news}"), String::new(), Role::Change));
        }
    }
    if watched {
        return;
    }
    let mut told = false;
    for row in &body.rows {
        let RowKind::Worklog(entry_) = &row.what else { continue };
        let wanted = match shown {
            Shown::All => true,
            Shown::Public => entry_.vis == Visibility::Requester,
            Shown::Notes => entry_.vis == Visibility::Internal,
            Shown::Changes => false,
        };
        told = true;
        if wanted && !void.contains(&row.id) {
            let (kind, role) = match entry_.vis {
                Visibility::Requester => ("reply", Role::Public),
                Visibility::Internal => ("note", Role::Note),
            };
            let verb = Act::from_word(&body.act).filter(|act| !matches!(act, Act::Note | Act::Reply | Act::Import));
            let verb = verb.map(|act| format!(" {}", done(act))).unwrap_or_default();
            out.push(entry(format!("{at} {kind} {who}{verb}{mark}"), entry_.text.clone(), role));
        }
    }
    let changes = telling.named(changes(body, now, zone));
    let plain_note = told && matches!(Act::from_word(&body.act), Some(Act::Note | Act::Reply));
    if plain_note || !matches!(shown, Shown::All | Shown::Changes) || (told && changes.is_empty()) {
        return;
    }
    let verb = Act::from_word(&body.act).map_or_else(|| body.act.clone(), |act| done(act).to_owned());
    let reason = body.reason.as_deref().map(|reason| format!("{reason}\n")).unwrap_or_default();
    let steps = steps(body);
    out.push(entry(
        format!("{at} {verb} {who}{mark}"),
        format!("{reason}{steps}{changes}").trim_end().to_owned(),
        Role::Change,
    ));
}

/// `state queued -> assigned, tier 1 -> 2`.
fn changes(body: &Body, now: Instant, zone: chrono_tz::Tz) -> String {
    let created = body.of.is_some();
    let worth = body.set.iter().filter(|(name, _)| !created && !is_quiet(name));
    let set = worth.map(|(name, write)| {
        let say = |value: &Value| said(name, value, now, zone);
        let (from, to) = (say(&write.from), say(&write.to));
        let name = name.replace('_', " ");
        match (from.is_empty(), to.is_empty()) {
            (true, _) => format!("{name} {}", short(&to)),
            (_, true) => format!("{name} {} taken off", short(&from)),
            _ => format!("{name} {} -> {}", short(&from), short(&to)),
        }
    });
    let added = body.add.iter().map(|(name, elements)| format!("{name} +{}", elements.join(" +")));
    let removed = body.del.iter().map(|(name, elements)| format!("{name} -{}", elements.join(" -")));
    set.chain(added.chain(removed).filter(|_| !created)).collect::<Vec<_>>().join(", ")
}

/// A field's value in words: times as times, enumerations without their underscores.
fn said(name: &str, value: &Value, now: Instant, zone: chrono_tz::Tz) -> String {
    match value.as_i64() {
        Some(at) if name.ends_with("_at") => stamp(Instant(at), now, zone),
        _ => {
            let text = plain(value);
            let word = !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            if word { text.replace('_', " ") } else { text }
        }
    }
}

/// What an escalation step says.
fn steps(body: &Body) -> String {
    let mut text = String::new();
    for row in &body.rows {
        if let RowKind::Trigger(step) = &row.what {
            text.push_str(&format!("{}\n", step.sentence()));
        }
        let RowKind::Escalation(step) = &row.what else { continue };
        if let Some(proposal) = &step.proposal {
            let why = proposal.reason.as_deref().unwrap_or_default().replace('_', " ");
            let what = match proposal.kind {
                EscalationKind::Functional => format!("from tier {} to tier {}", proposal.from, proposal.to),
                EscalationKind::Hierarchical => "asks a supervisor's attention".to_owned(),
                EscalationKind::Lateral | EscalationKind::Vendor => proposal.way(),
            };
            text.push_str(&format!("{what}: {why}\n"));
            for (item, answer) in &proposal.snapshot {
                let (_, finding) = answer.split_once(':').unwrap_or(("", answer));
                let finding = if finding.is_empty() { "done" } else { finding };
                text.push_str(&format!("{}: {finding}\n", item.label()));
            }
        }
        if let Some(code) = step.code {
            text.push_str(&format!("{}\n", code.word().replace('_', " ")));
        }
        if let Some(note) = step.note.as_ref().filter(|note| body.reason.as_ref() != Some(note)) {
            text.push_str(&format!("{note}\n"));
        }
    }
    text
}

fn short(text: &str) -> String {
    crate::domain::text::cut(&text.replace('\n', " "), 40)
}

/// How an entry looks.
#[derive(Clone, Copy)]
enum Role {
    Public,
    Note,
    Change,
}

fn entry(head: String, body: String, role: Role) -> Entry {
    let (head_style, body_style) = match role {
        Role::Public => (Style::new().add_modifier(Modifier::BOLD), Style::new()),
        Role::Note => (Style::new(), Style::new()),
        Role::Change => (Style::new().add_modifier(Modifier::DIM), Style::new().add_modifier(Modifier::DIM)),
    };
    Entry { head, right: String::new(), head_style, body, body_style }
}

/// Told by the verb or by the hand-off already.
fn is_quiet(name: &str) -> bool {
    let item = name.strip_prefix('h').is_some_and(|digits| digits.parse::<u8>().is_ok());
    item || QUIET.contains(&name)
}
