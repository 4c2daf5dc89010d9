//! Everything that ever happened to a record: who, when, which verb, which fields from what to what, and why.

use std::collections::HashSet;

use chrono_tz::Tz;
use ratatui::Frame;
use ratatui::layout::Rect;
use serde_json::Value;

use super::resolve::spoken;
use super::spot;
use crate::app::receipt::done;
use crate::app::{Desk, Error};
use crate::domain::change::Act;
use crate::domain::escalation::Item;
use crate::domain::event::{Body, Event as Happened, Proof, Row, RowKind};
use crate::domain::id::{AggId, CmdId};
use crate::domain::time::Instant;
use crate::domain::when;
use crate::ui::action::{Action, Context};
use crate::ui::part::frame::boxed;
use crate::ui::part::prompt::Prompt;
use crate::ui::part::text::{Entry, Flow};
use crate::ui::screen::{Event, Next, Screen};
use crate::ui::spoken::{Spoken, Text};
use crate::ui::theme::{Role, Theme};

/// Lines of half a page.
const HALF: isize = 8;

/// The events of a record, to scroll and to search.
pub struct History {
    agg: AggId,
    title: String,
    flow: Flow,
    /// Words that are being looked for.
    find: Option<Prompt>,
    missed: bool,
}

pub fn open(agg: AggId, desk: &Desk) -> Result<History, Error> {
    let mut it = History { agg, title: String::new(), flow: Flow::default(), find: None, missed: false };
    it.load(desk)?;
    it.flow.to_end();
    Ok(it)
}

/// Commands that were taken back, and not brought back again.
pub fn undone<'a>(bodies: impl DoubleEndedIterator<Item = (CmdId, Option<&'a Body>)>) -> HashSet<CmdId> {
    let mut undone = HashSet::new();
    for (cmd, body) in bodies.rev() {
        if let Some(target) = body.and_then(|body| body.undoes).filter(|_| !undone.contains(&cmd)) {
            undone.insert(target);
        }
    }
    undone
}

/// The number of a ticket, a problem or a change.
fn number_of(agg: AggId, desk: &Desk) -> Result<Option<String>, Error> {
    let store = desk.store();
    if let Some(row) = store.ticket_row(agg)? {
        return Ok(Some(row.name));
    }
    if let Some(case) = store.problem(agg)? {
        return Ok(Some(case.problem().name()));
    }
    Ok(store.change(agg)?.map(|case| case.is.fields.name()))
}

/// What is needed to tell of an event in words.
struct Teller {
    now: Instant,
    zone: Tz,
    undone: HashSet<CmdId>,
    /// Identities that events mention, with their names.
    names: Vec<(String, String)>,
}

impl Teller {
    fn new(events: &[Happened], desk: &Desk) -> Result<Self, Error> {
        let mut names = Vec::new();
        for id in events.iter().filter_map(|event| event.body.as_ref()).flat_map(mentioned) {
            let Ok(agg) = AggId::try_from(id.clone()) else { continue };
            let name = match number_of(agg, desk)? {
                Some(name) => Some(name),
                None => desk.store().contact(agg)?.map(|contact| contact.name.to_string()),
            };
            names.extend(name.map(|name| (id, name)));
        }
        let undone = undone(events.iter().map(|event| (event.cmd, event.body.as_ref())));
        Ok(Self { now: desk.now(), zone: desk.policy().zone, undone, names })
    }

    /// An event as a head line and what it changed.
    fn entry(&self, event: &Happened) -> Entry {
        let act = event.body.as_ref().map(|body| body.act.as_str()).unwrap_or_default();
        let what = match (Act::from_word(act), &event.body) {
            (_, None) => "(erased, or of a newer version)".to_owned(),
            (Some(act), _) => done(act).trim_end_matches(':').trim_end_matches(" on").to_owned(),
            (None, _) => act.to_owned(),
        };
        let mark = if self.undone.contains(&event.cmd) { "  (undone)" } else { "" };
        let proof = event.proof.filter(|proof| *proof != Proof::Claimed).map_or("", Proof::word);
        Entry {
            head: format!("{}  {}  {what}{mark}", when::shown(event.at, self.now, self.zone), event.actor),
            right: spoken(proof),
            body: event.body.as_ref().map(|body| self.named(self.changes(body).join("\n"))).unwrap_or_default(),
            ..Entry::default()
        }
    }

    fn changes(&self, body: &Body) -> Vec<String> {
        let set = body.set.iter().filter(|(name, _)| !BOOKKEEPING.contains(&name.as_str())).map(|(name, write)| {
            let to = self.shown(name, &write.to);
            match &write.from {
                Value::Null => format!("{}: {to}", label(name)),
                // A record that begins has no values before these.
                _ if body.of.is_some() => format!("{}: {to}", label(name)),
                from => format!("{}: {} -> {to}", label(name), self.shown(name, from)),
            }
        });
        let added = body.add.iter().map(|(name, all)| format!("{}: + {}", label(name), all.join(" ")));
        let gone = body.del.iter().map(|(name, all)| format!("{}: - {}", label(name), all.join(" ")));
        let reason = body.reason.iter().map(|reason| format!("because: {reason}"));
        set.chain(added).chain(gone).chain(reason).chain(body.rows.iter().filter_map(row)).collect()
    }

    fn shown(&self, name: &str, value: &Value) -> String {
        let is_time = name.ends_with("_at") || name == "handoff_debt";
        match value {
            Value::Null => "-".to_owned(),
            Value::Number(n) if is_time => {
                n.as_i64().map_or_else(String::new, |n| when::shown(Instant(n), self.now, self.zone))
            }
            Value::String(text) if Item::from_word(name).is_some() => {
                text.replacen(':', ": ", 1).trim_end_matches([':', ' ']).to_owned()
            }
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The text with identities as names.
    fn named(&self, text: String) -> String {
        self.names.iter().fold(text, |text, (id, name)| text.replace(id, name))
    }
}

/// Fields that only repeat what the event says otherwise, its time and its escalation's step, or that only stores need.
const BOOKKEEPING: [&str; 3] = ["state_since", "escalation", "home"];

/// Fields that hold the identity of another record.
const IDENTITIES: [&str; 3] = ["requester", "fix_change", "duplicate_of"];

/// Identities in a body: the requester, and other records, alone or as ends of links.
fn mentioned(body: &Body) -> Vec<String> {
    let written = body.set.iter().filter(|(name, _)| IDENTITIES.contains(&name.as_str()));
    let written = written.flat_map(|(_, write)| [&write.from, &write.to]);
    let written = written.filter_map(|value| value.as_str().map(str::to_owned));
    let of = |name| body.add.get(name).into_iter().chain(body.del.get(name)).flatten();
    let links = of("links").filter_map(|link| Some(link.split_once(':')?.1.to_owned()));
    written.chain(links).chain(of("fixes").cloned()).collect()
}

/// The name of a field; an item of the hand-off by its label.
fn label(name: &str) -> String {
    Item::from_word(name).map_or_else(|| spoken(name), |item| format!("hand-off, {}", item.label().to_lowercase()))
}

fn row(row: &Row) -> Option<String> {
    Some(match &row.what {
        RowKind::Worklog(entry) => format!("{} note: {}", entry.vis, entry.text),
        RowKind::Count { of, n } => format!("{}: {n:+}", spoken(of)),
        RowKind::Visit { tier, discipline } => format!("enters tier {tier} {discipline}"),
        RowKind::Escalation(step) => {
            let to = step.proposal.as_ref().map(|proposal| format!(" to tier {}", proposal.to)).unwrap_or_default();
            let code = step.code.map(|code| format!(" {}", spoken(code.word()))).unwrap_or_default();
            let note = step.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("escalation {}{to}{code}{note}", spoken(step.step.word()))
        }
        RowKind::Clock(step) => step.sentence(),
        RowKind::Trigger(step) => step.sentence(),
        RowKind::Watch { .. } | RowKind::Unknown => return None,
    })
}

impl History {
    fn looking(&mut self, event: Event) -> Next {
        let Some(prompt) = &mut self.find else { return Next::Stay };
        let forward = match event {
            Event::Act(Action::PickClose | Action::Cancel) => {
                self.find = None;
                return Next::Stay;
            }
            Event::Act(Action::PickUp) => false,
            Event::Act(Action::Pick | Action::PickDown) => true,
            Event::Act(action) => {
                prompt.act(action);
                return Next::Stay;
            }
            Event::Text(text) | Event::Paste(text) => {
                prompt.insert(&text);
                return Next::Stay;
            }
            Event::Mouse(_) => return Next::Stay,
        };
        self.missed = !self.flow.find(prompt.text(), forward);
        Next::Stay
    }
}

impl Screen for History {
    fn context(&self) -> Context {
        if self.find.is_some() { Context::Picker } else { Context::Record }
    }

    fn load(&mut self, desk: &Desk) -> Result<(), Error> {
        let events = desk.history(self.agg)?;
        let name = number_of(self.agg, desk)?.unwrap_or_else(|| "the record".to_owned());
        let teller = Teller::new(&events, desk)?;
        self.title = format!("History of {name}: {} events", events.len());
        self.flow.set(events.iter().map(|event| teller.entry(event)).collect());
        Ok(())
    }

    fn update(&mut self, event: Event) -> Next {
        self.missed = false;
        if self.find.is_some() {
            return self.looking(event);
        }
        let Event::Act(action) = event else { return Next::Stay };
        match action {
            Action::Down | Action::PreviewDown => self.flow.scroll(1),
            Action::Up | Action::PreviewUp => self.flow.scroll(-1),
            Action::HalfDown => self.flow.scroll(HALF),
            Action::HalfUp => self.flow.scroll(-HALF),
            Action::PageDown => self.flow.scroll(2 * HALF),
            Action::PageUp => self.flow.scroll(-2 * HALF),
            Action::First => self.flow.to_start(),
            Action::Last => self.flow.to_end(),
            Action::FindText => self.find = Some(Prompt::default()),
            Action::Out | Action::Quit | Action::Cancel | Action::History => return Next::Back,
            _ => {}
        }
        Next::Stay
    }

    fn speak(&mut self) -> Spoken {
        let entries = self.flow.entries().to_vec();
        Spoken::Text(Text { title: self.title.clone(), facts: Vec::new(), entries, from_end: true })
    }

    fn draw(&mut self, frame: &mut Frame<'_>, _area: Rect, theme: &Theme) {
        let spot = spot::of_height(frame.area(), u16::MAX);
        let hints =
            if self.find.is_some() { "Enter next   Up before   Esc close" } else { "j/k scroll   / find   Esc close" };
        let mut inner = boxed(frame.buffer_mut(), spot, &self.title, hints, theme);
        if let Some(prompt) = &mut self.find
            && inner.height > 1
        {
            let label = if self.missed { "not found:" } else { "find:" };
            let role = if self.missed { Role::Error } else { Role::Heading };
            frame.buffer_mut().set_string(inner.x, inner.y, label, theme.style(role));
            let left = label.len() as u16 + 1;
            let line = Rect { x: inner.x + left, width: inner.width.saturating_sub(left), height: 1, ..inner };
            prompt.draw(frame, line, theme.style(Role::Plain), true);
            inner = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
        }
        self.flow.draw(frame.buffer_mut(), inner);
    }
}
