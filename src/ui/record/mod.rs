//! One ticket: its facts, its timeline, its diagnostic checklist, and every verb on it.

mod checklist;
mod facts;
mod speak;
mod stays;
pub mod timeline;
mod wish;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::query::record::RecordView;
use crate::app::{Desk, Error};
use crate::domain::event::Event as Journaled;
use crate::domain::id::AggId;
use crate::domain::time::Instant;
use crate::ui::action::{Action, Context};
use crate::ui::dialog::describe;
use crate::ui::part::chrome::{Hint, rule, tabs};
use crate::ui::part::clock::{self, what_for};
use crate::ui::part::frame::room;
use crate::ui::part::prompt::Prompt;
use crate::ui::part::text::{Flow, fit, sides};
use crate::ui::screen::{Event, Next, Place, Screen, Subject};
use crate::ui::spoken::Spoken;
use crate::ui::theme::{Role, Theme};
use crate::ui::verbs;
use checklist::Checklist;
use facts::Facts;
use stays::Stays;
use timeline::Shown;

/// Width of the pane with the facts.
const SIDE: u16 = 53;

/// The record screen.
pub struct Record {
    agg: AggId,
    /// Tickets of the list it was opened from.
    siblings: Vec<AggId>,
    view: Option<RecordView>,
    history: Vec<Journaled>,
    stays: Stays,
    writers: Vec<String>,
    flow: Flow,
    shown: Shown,
    checklist: Checklist,
    find: Option<Prompt>,
    /// What was looked for is nowhere in the text.
    missed: bool,
    /// A description waits that was written and not stored.
    unsent: bool,
    now: Instant,
    zone: chrono_tz::Tz,
}

impl Record {
    pub fn new(agg: AggId, siblings: Vec<AggId>) -> Self {
        Self {
            agg,
            siblings,
            view: None,
            history: Vec::new(),
            stays: Stays::default(),
            writers: Vec::new(),
            flow: Flow::default(),
            shown: Shown::All,
            checklist: Checklist::default(),
            find: None,
            missed: false,
            unsent: false,
            now: Instant::default(),
            zone: chrono_tz::UTC,
        }
    }

    fn flow_again(&mut self) {
        let Some(view) = &self.view else { return };
        let entries = timeline::entries(view, &self.history, self.shown, self.now, self.zone);
        self.flow.set(entries);
    }

    fn sibling(&self, step: isize) -> Next {
        let at = self.siblings.iter().position(|agg| *agg == self.agg);
        let next = at.and_then(|at| self.siblings.get(at.checked_add_signed(step)?));
        match next {
            Some(agg) => Next::Instead(Place::Record(*agg, self.siblings.clone())),
            None => Next::Say("there is no other ticket in this direction".to_owned()),
        }
    }

    fn act(&mut self, action: Action) -> Next {
        let subject = Subject::one(self.agg);
        if let Some(next) = verbs::on_tickets(action, &subject) {
            return next;
        }
        match action {
            Action::Down => self.move_by(1),
            Action::Up => self.move_by(-1),
            Action::HalfDown | Action::PreviewDown => self.flow.scroll(8),
            Action::HalfUp | Action::PreviewUp => self.flow.scroll(-8),
            Action::PageDown => self.flow.scroll(16),
            Action::PageUp => self.flow.scroll(-16),
            Action::First => self.flow.to_start(),
            Action::Last => self.flow.to_end(),
            Action::Out if self.checklist.at.is_some() => self.checklist.at = None,
            Action::Out => return Next::Back,
            Action::SiblingNext => return self.sibling(1),
            Action::SiblingPrevious => return self.sibling(-1),
            Action::PaneNext | Action::PanePrevious => {
                self.checklist.at = if self.checklist.at.is_some() { None } else { Some(0) };
            }
            Action::Tick => return self.tick(),
            Action::Arrange => {
                self.shown = self.shown.next();
                self.flow_again();
            }
            Action::FindText => self.find = Some(Prompt::default()),
            Action::Merge => return Next::Go(Place::Merge { duplicates: Vec::new(), survivor: self.agg }),
            // The list below knows which one is next.
            Action::TakeNext => return Next::Run(action),
            Action::EditText if self.unsent => return Next::Go(Place::Describe(self.agg, None)),
            Action::EditText => {
                let text = self.view.as_ref().and_then(|view| view.case.ticket().description.as_ref());
                return Next::Edit(text.map(ToString::to_string).unwrap_or_default());
            }
            Action::CopyId => return Next::Copy(self.name()),
            Action::CopyText => return Next::Copy(self.as_text()),
            Action::Open => return self.checklist.note(self.agg),
            _ => {}
        }
        Next::Stay
    }

    fn move_by(&mut self, rows: isize) {
        match self.checklist.at {
            Some(_) => self.checklist.move_by(rows),
            None => self.flow.scroll(rows),
        }
    }

    /// Ticks the step under the cursor, or takes the tick off.
    fn tick(&mut self) -> Next {
        match &self.view {
            Some(view) => self.checklist.tick(self.agg, view.case.ticket()),
            None => Next::Stay,
        }
    }

    fn find(&mut self, event: &Event) -> bool {
        let Some(prompt) = &mut self.find else { return false };
        match event {
            Event::Act(Action::Pick | Action::PickDown) => self.missed = !self.flow.find(prompt.text(), true),
            Event::Act(Action::PickUp) => self.missed = !self.flow.find(prompt.text(), false),
            Event::Act(Action::PickClose | Action::Cancel) => self.find = None,
            Event::Act(action) => self.missed &= !prompt.act(*action),
            Event::Text(text) | Event::Paste(text) => self.missed &= !prompt.insert(text),
            Event::Mouse(_) => {}
        }
        true
    }

    fn name(&self) -> String {
        self.view.as_ref().map(|view| view.case.name()).unwrap_or_default()
    }

    /// The record as a block of text, for a mail or a chat.
    fn as_text(&self) -> String {
        let Some(view) = &self.view else { return String::new() };
        let ticket = view.case.ticket();
        let mut text = format!("{} {}\n", ticket.name(), ticket.title);
        for line in facts::lines(view, self.now, self.zone) {
            text.push_str(&format!("{}: {}\n", line.0, line.1));
        }
        if let Some(description) = &ticket.description {
            text.push_str(&format!("\n{description}\n"));
        }
        text
    }

    fn facts<'a>(&'a self, view: &'a RecordView, theme: &'a Theme) -> Facts<'a> {
        Facts { view, stays: &self.stays, checklist: &self.checklist, now: self.now, zone: self.zone, theme }
    }

    /// Number, title and what it is; at the right end the promise that is due first.
    fn head(&self, view: &RecordView, cells: u16) -> String {
        let ticket = view.case.ticket();
        let state = ticket.state.word().replace('_', " ");
        let left = format!(" {}  {}", ticket.name(), ticket.title);
        let clock = match (view.clock.to_string().trim_start(), view.clock.kind) {
            ("", _) => String::new(),
            (clock, Some(kind)) => format!("  {clock} {}", what_for(kind)),
            (clock, None) => format!("  {clock}"),
        };
        // The number says it, too.
        let kind = if cells >= 100 { format!("  {}", ticket.kind().word()) } else { String::new() };
        let right = format!("{}{kind}  tier {}  {state}{clock} ", ticket.priority, ticket.tier);
        let room = usize::from(cells).saturating_sub(right.len() + 1);
        sides(fit(&left, room), &right, cells.into())
    }
}

impl Screen for Record {
    fn context(&self) -> Context {
        if self.find.is_some() { Context::Picker } else { Context::Record }
    }

    fn load(&mut self, desk: &Desk) -> Result<(), Error> {
        self.now = desk.now();
        self.zone = desk.policy().zone;
        let view = desk.record(self.agg)?;
        self.history = desk.history(self.agg)?;
        self.checklist.set(desk.ready().steps_of(view.case.ticket()));
        self.stays = Stays::read(desk, &view.case.is.clocks, &self.history);
        self.writers = desk.writers_on(&view.case.name())?;
        let place = describe::place(&view.case.name());
        self.unsent = desk.store().draft(&desk.person().login, &place)?.is_some();
        let first = self.view.is_none();
        self.view = Some(view);
        self.flow_again();
        if first {
            self.flow.to_end();
        }
        Ok(())
    }

    fn minute(&mut self, desk: &Desk) -> Result<(), Error> {
        self.load(desk)
    }

    fn update(&mut self, event: Event) -> Next {
        if self.find(&event) {
            return Next::Stay;
        }
        match event {
            Event::Act(action) => self.act(action),
            Event::Text(_) | Event::Mouse(_) => Next::Stay,
            Event::Paste(text) => {
                let mut prompt = Prompt::default();
                prompt.insert(&text);
                self.find = Some(prompt);
                Next::Stay
            }
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let Some(view) = self.view.take() else { return };
        let room = room(frame.area().width, frame.area().height);
        let style = theme.style(Role::Heading);
        frame.buffer_mut().set_stringn(area.x, area.y, self.head(&view, area.width), area.width.into(), style);
        let mut body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        if room.side {
            let side = SIDE.min(body.width / 2);
            let pane = Rect { x: body.right() - side, width: side, ..body };
            body.width -= side + 2;
            for y in pane.y..pane.bottom() {
                frame.buffer_mut().set_string(pane.x - 2, y, theme.glyphs.side, theme.style(Role::Faint));
            }
            self.facts(&view, theme).draw_side(frame.buffer_mut(), pane);
        } else if room.chrome {
            let used = self.facts(&view, theme).draw_above(frame.buffer_mut(), body);
            body.y += used;
            body.height = body.height.saturating_sub(used);
        }
        self.draw_timeline(frame, body, &view, theme);
        self.view = Some(view);
    }

    fn is_overlay(&self) -> bool {
        false
    }

    fn speak(&mut self) -> Spoken {
        self.spoken()
    }

    fn is_ticket(&self) -> bool {
        true
    }

    /// The description as it came back from the editor. What cannot be stored goes on in a form.
    fn edited(&mut self, text: &str) -> Next {
        let Some(view) = &self.view else { return Next::Stay };
        let before = view.case.ticket().description.as_ref().map(ToString::to_string).unwrap_or_default();
        if text.trim_end() == before.trim_end() {
            return Next::Say("the description is as it was".to_owned());
        }
        let form = Place::Describe(self.agg, Some(text.to_owned()));
        match describe::described(self.agg, text) {
            Ok(command) => Next::Try(command, form),
            Err(_) => Next::Go(form),
        }
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::one(self.agg))
    }

    fn hints(&self) -> Vec<Hint> {
        if self.find.is_some() {
            return vec![
                Hint::Named(Action::Pick, "next"),
                Hint::Named(Action::PickUp, "before"),
                Hint::Named(Action::PickClose, "close"),
            ];
        }
        let is_request = self.view.as_ref().is_some_and(|view| view.case.ticket().is_request());
        vec![
            Hint::One(Action::Reply),
            Hint::One(Action::Note),
            Hint::One(Action::Escalate),
            if is_request { Hint::Named(Action::Resolve, "next stage") } else { Hint::One(Action::Resolve) },
            Hint::One(Action::Hold),
            Hint::One(Action::Take),
            Hint::One(Action::Assign),
            Hint::One(Action::Merge),
            Hint::Named(Action::Out, "back"),
            Hint::Pair(Action::Down, "/", Action::Up, "scroll"),
            Hint::Pair(Action::SiblingNext, " ", Action::SiblingPrevious, "next/prev ticket"),
            Hint::One(Action::Explain),
            Hint::Named(Action::PaneNext, "checklist"),
            Hint::One(Action::FindText),
            Hint::One(Action::History),
            Hint::One(Action::CopyId),
            Hint::One(Action::Undo),
            Hint::One(Action::Palette),
        ]
    }
}

impl Record {
    fn draw_timeline(&mut self, frame: &mut Frame<'_>, area: Rect, view: &RecordView, theme: &Theme) {
        if area.height < 3 {
            self.flow.draw(frame.buffer_mut(), area);
            return;
        }
        let names = Shown::ALL.iter().map(|shown| (shown.label(), None));
        let current = Shown::ALL.iter().position(|shown| *shown == self.shown).unwrap_or(0);
        let title = format!("Timeline ({})", self.flow.len());
        let line = rule(&title, &tabs(names, current), area.width, &theme.glyphs);
        frame.buffer_mut().set_stringn(area.x, area.y, line, area.width.into(), theme.style(Role::Faint));
        let flow = Rect { y: area.y + 1, height: area.height - 2, x: area.x + 1, width: area.width.saturating_sub(1) };
        let (first, last, all) = self.flow.draw(frame.buffer_mut(), flow);
        let bottom = Rect { y: area.bottom() - 1, height: 1, ..area };
        if let Some(prompt) = &mut self.find {
            let (label, role) = if self.missed { (" not found: ", Role::Error) } else { (" find: ", Role::Heading) };
            let cells = (label.len() as u16).min(bottom.width);
            frame.buffer_mut().set_stringn(bottom.x, bottom.y, label, cells.into(), theme.style(role));
            let line = Rect { x: bottom.x + cells, width: bottom.width - cells, ..bottom };
            prompt.draw(frame, line, theme.style(Role::Plain), true);
            return;
        }
        let left = match &self.writers[..] {
            [] if view.case.is.conflicts.iter().any(|conflict| !conflict.acked) => {
                " changes crossed here: H shows both".to_owned()
            }
            [] => String::new(),
            names => format!(" {} is writing here", names.join(", ")),
        };
        let right = if all > usize::from(flow.height) { format!("{first}-{last} of {all} ") } else { String::new() };
        let line = sides(&left, &right, bottom.width.into());
        frame.buffer_mut().set_stringn(bottom.x, bottom.y, line, bottom.width.into(), theme.style(Role::Faint));
    }
}

/// How long something took or takes, for the facts.
fn since(at: Instant, now: Instant) -> String {
    clock::age(at, now)
}
