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
use crate::domain::event::{Body, Event as Happened, Proof, Row, RowKind};
use crate::domain::id::{AggId, CmdId};
use crate::domain::time::Instant;
use crate::domain::when;
use crate::ui::action::{Action, Context};
use crate::ui::part::frame::boxed;
use crate::ui::part::prompt::Prompt;
use crate::ui::part::text::{Entry, Flow};
use crate::ui::screen::{Event, Next, Screen};
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

/// An event as a head line and what it changed.
fn entry(event: &Happened, undone: &HashSet<CmdId>, now: Instant, zone: Tz) -> Entry {
    let act = event.body.as_ref().map(|body| body.act.as_str()).unwrap_or_default();
    let what = match (Act::from_word(act), &event.body) {
        (_, None) => "(erased, or of a newer version)".to_owned(),
        (Some(act), _) => done(act).trim_end_matches([':']).trim_end_matches(" on").to_owned(),
        (None, _) => act.to_owned(),
    };
    let mark = if undone.contains(&event.cmd) { "  (undone)" } else { "" };
    let proof = event.proof.filter(|proof| *proof != Proof::Claimed).map_or("", Proof::word);
    Entry {
        head: format!("{}  {}  {what}{mark}", when::shown(event.at, now, zone), event.actor),
        right: proof.replace('_', " "),
        body: event.body.as_ref().map(|body| changes(body, now, zone).join("\n")).unwrap_or_default(),
        ..Entry::default()
    }
}

fn changes(body: &Body, now: Instant, zone: Tz) -> Vec<String> {
    let show = |name: &str, value: &Value| shown(name, value, now, zone);
    let fields = body
        .set
        .iter()
        .map(|(name, write)| format!("{}: {} -> {}", spoken(name), show(name, &write.from), show(name, &write.to)));
    let added = body.add.iter().map(|(name, all)| format!("{}: + {}", spoken(name), all.join(" ")));
    let gone = body.del.iter().map(|(name, all)| format!("{}: - {}", spoken(name), all.join(" ")));
    let reason = body.reason.iter().map(|reason| format!("because: {reason}"));
    fields.chain(added).chain(gone).chain(reason).chain(body.rows.iter().filter_map(row)).collect()
}

fn row(row: &Row) -> Option<String> {
    Some(match &row.what {
        RowKind::Worklog(entry) => format!("{} note: {}", entry.vis, entry.text),
        RowKind::Count { of, n } => format!("{}: {n:+}", spoken(of)),
        RowKind::Visit { tier, discipline } => format!("enters tier {tier} {discipline}"),
        RowKind::Escalation(step) => {
            let code = step.code.map(|code| format!(" {}", spoken(code.word()))).unwrap_or_default();
            let note = step.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("escalation {}{code}{note}", spoken(step.step.word()))
        }
        RowKind::Unknown => return None,
    })
}

fn shown(name: &str, value: &Value, now: Instant, zone: Tz) -> String {
    let is_time = name.ends_with("_at") || matches!(name, "state_since" | "handoff_debt");
    match value {
        Value::Null => "-".to_owned(),
        Value::Number(n) if is_time => n.as_i64().map_or_else(String::new, |n| when::shown(Instant(n), now, zone)),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
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
        let name = desk.store().ticket_row(self.agg)?.map(|row| row.name).unwrap_or_default();
        let (now, zone) = (desk.now(), desk.policy().zone);
        let undone = undone(events.iter().map(|event| (event.cmd, event.body.as_ref())));
        self.title = format!("History of {name}: {} events", events.len());
        self.flow.set(events.iter().map(|event| entry(event, &undone, now, zone)).collect());
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

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let spot = spot::of_height(area, u16::MAX);
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
