//! The escalation inbox: what waits for this tier or this supervisor, with the hand-off below.
//!
//! - [`lines`]: an escalation as a line; [`handoff`]: what it says, with the record it is about
//! - [`brake`]: a record that goes back and forth; [`side`]: who can take it, and the week's figures

mod brake;
mod handoff;
mod lines;
mod side;
mod speak;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::brake::Brake;
use self::handoff::{Told, as_text};
use self::lines::{COLUMNS, ID, label, line, nothing};
use super::action::{Action, Context};
use super::command::Command;
use super::part::chrome::{Hint, rule, tabs};
use super::part::clock::stamp;
use super::part::frame::room;
use super::part::marks::Marks;
use super::part::table::{Cursor, Row, Table};
use super::part::text::{Flow, fit, put, sides};
use super::screen::{Event, Next, Place, Screen, Subject};
use super::spoken::Spoken;
use super::theme::{Role, Theme};
use super::verbs;
use crate::app::query::escalations::taker::Taker;
use crate::app::query::escalations::week::Week;
use crate::app::query::escalations::{InboxRow, InboxTab};
use crate::app::query::record::RecordView;
use crate::app::{Desk, Error};
use crate::domain::clock::ClockKind;
use crate::domain::command::Verb;
use crate::domain::command::inbox::{Accept, NewOwner, Review};
use crate::domain::escalation::EscalationKind;
use crate::domain::id::AggId;
use crate::domain::role::Tier;
use crate::domain::text::Note;
use crate::domain::time::{Instant, Secs};
use crate::store::inbox::InboxCounts;

/// Lines that the list keeps where the hand-off lies below it.
const LIST_MIN: u16 = 5;

/// The inbox screen.
pub struct Inbox {
    tab: usize,
    rows: Vec<InboxRow>,
    lines: Vec<Row<AggId>>,
    counts: InboxCounts,
    cursor: Cursor<AggId>,
    marks: Marks,
    shown: Option<AggId>,
    pane: Pane,
    week: Week,
    me: String,
    /// May this person review, and name owners?
    supervises: bool,
    tiers: Vec<Tier>,
    target: Secs,
    now: Instant,
    zone: chrono_tz::Tz,
    stale: bool,
}

/// What lies below the list, about the line under the cursor.
#[derive(Default)]
struct Pane {
    view: Option<RecordView>,
    handoff: Flow,
    brake: Option<Brake>,
    takers: Vec<Taker>,
}

impl Inbox {
    pub fn new(desk: &Desk) -> Self {
        Self {
            tab: 0,
            rows: Vec::new(),
            lines: Vec::new(),
            counts: InboxCounts::default(),
            cursor: Cursor::default(),
            marks: Marks::default(),
            shown: None,
            pane: Pane::default(),
            week: Week::default(),
            me: desk.person().login.to_string(),
            supervises: desk.may_review(),
            tiers: desk.inbox_tiers(),
            target: desk.policy().escalation.review_target,
            now: desk.now(),
            zone: desk.policy().zone,
            stale: false,
        }
    }

    fn tab(&self) -> InboxTab {
        self.tabs()[self.tab]
    }

    fn keys(&self) -> Vec<AggId> {
        self.rows.iter().map(|row| row.ticket.agg).collect()
    }

    fn at(&self) -> Option<&InboxRow> {
        let at = self.cursor.at()?;
        self.rows.iter().find(|row| row.ticket.agg == *at)
    }

    fn move_by(&mut self, rows: isize) {
        let keys = self.keys();
        self.cursor.step(&keys, rows);
    }

    fn draw_lines(&mut self) {
        self.lines = self.rows.iter().map(|row| line(row, self.marks.contains(row.ticket.agg), self.now)).collect();
    }

    fn act(&mut self, action: Action) -> Next {
        match action {
            Action::Down => self.move_by(1),
            Action::Up => self.move_by(-1),
            Action::HalfDown | Action::PageDown => self.move_by(8),
            Action::HalfUp | Action::PageUp => self.move_by(-8),
            Action::First => self.move_by(isize::MIN / 2),
            Action::Last => self.move_by(isize::MAX / 2),
            Action::PreviewDown => self.pane.handoff.scroll(3),
            Action::PreviewUp => self.pane.handoff.scroll(-3),
            Action::SiblingNext => self.switch(1),
            Action::SiblingPrevious => self.switch(-1),
            Action::Refresh => self.stale = true,
            Action::Mark => self.mark(),
            Action::MarkRange => return self.mark_range(),
            Action::MarkAll => {
                let all = if self.marks.is_empty() { self.keys() } else { Vec::new() };
                self.marks.set(all);
                self.draw_lines();
            }
            Action::Out if !self.marks.is_empty() => {
                self.marks.clear();
                self.draw_lines();
            }
            Action::Out => return Next::Back,
            Action::CopyId => return Next::Copy(self.names().join(" ")),
            Action::CopyText => {
                return Next::Copy(self.at().map(|row| as_text(row, self.told(None))).unwrap_or_default());
            }
            _ => return self.verb(action),
        }
        Next::Stay
    }

    fn verb(&mut self, action: Action) -> Next {
        // A record that was opened from here asks for the next ticket: here that is the next hand-off.
        if matches!(action, Action::AcceptNext | Action::TakeNext) {
            return Next::Do(Command::AcceptNext);
        }
        let Some(agg) = self.cursor.at().copied() else { return Next::Stay };
        match action {
            Action::Open => Next::Go(Place::Record(agg, self.keys())),
            Action::Accept => self.accept(&self.subject().map(|subject| subject.records).unwrap_or_default()),
            Action::AcceptAssign => Next::Go(Place::AcceptAssign(agg)),
            Action::Return => Next::Go(Place::Return(agg)),
            Action::Defer => Next::Go(Place::Defer(agg)),
            Action::FixOwner => Next::Go(Place::FixOwner(agg)),
            Action::Merge => Next::Go(Place::Merge { duplicates: Vec::new(), survivor: agg }),
            _ => self.subject().and_then(|subject| verbs::on_tickets(action, &subject)).unwrap_or(Next::Stay),
        }
    }

    /// Takes what was proposed; what only waits for a review is acknowledged instead.
    fn accept(&self, records: &[AggId]) -> Next {
        let review = |agg: &AggId| self.rows.iter().any(|row| row.ticket.agg == *agg && row.review);
        if records.iter().all(review) {
            let note = Note::new("seen in the inbox").expect("a constant text");
            return Next::Do(Command::on(records, Verb::Review(Review { note })));
        }
        Next::Do(Command::on(records, Verb::Accept(Accept { owner: NewOwner::Me, note: None })))
    }

    fn mark(&mut self) {
        let Some(at) = self.cursor.at().copied() else { return };
        self.marks.toggle(at);
        self.move_by(1);
        self.draw_lines();
    }

    fn mark_range(&mut self) -> Next {
        let Some(at) = self.cursor.at().copied() else { return Next::Stay };
        if self.marks.range(at, &self.keys()) {
            return Next::Say("range begun: v ends it".to_owned());
        }
        self.draw_lines();
        Next::Stay
    }

    /// Numbers of what a verb would be about.
    fn names(&self) -> Vec<String> {
        let chosen = self.subject().map(|subject| subject.records).unwrap_or_default();
        let rows = self.rows.iter().filter(|row| chosen.contains(&row.ticket.agg));
        rows.map(|row| row.ticket.name.clone()).collect()
    }

    /// The tabs that this person has: only supervisors review.
    fn tabs(&self) -> &'static [InboxTab] {
        let all = &InboxTab::ALL;
        if self.supervises { all } else { &all[..all.len() - 1] }
    }

    fn switch(&mut self, step: isize) {
        let n = self.tabs().len() as isize;
        self.tab = (self.tab as isize + step).rem_euclid(n) as usize;
        self.marks.clear();
        self.cursor = Cursor::default();
        self.stale = true;
    }

    fn read(&mut self, desk: &Desk) -> Result<(), Error> {
        self.now = desk.now();
        self.me = desk.person().login.to_string();
        self.supervises = desk.may_review();
        self.tiers = desk.inbox_tiers();
        self.tab = self.tab.min(self.tabs().len() - 1);
        self.rows = desk.inbox(self.tab())?;
        self.counts = desk.inbox_counts()?;
        self.week = desk.escalated_this_week(&self.tiers, self.now)?;
        let keys = self.keys();
        self.marks.retain(|mark| keys.contains(&mark));
        self.cursor.settle(&keys);
        self.draw_lines();
        self.shown = None;
        self.stale = false;
        Ok(())
    }

    const fn told<'a>(&self, theme: Option<&'a Theme>) -> Told<'a> {
        Told { now: self.now, zone: self.zone, theme }
    }

    /// Reads what the line under the cursor is about. The place in a text that was being read stays.
    fn read_pane(&mut self, desk: &Desk) -> Result<(), Error> {
        let row = self.at().cloned();
        let before = self.pane.view.take().map(|view| view.case.agg);
        let view = row.as_ref().map(|row| desk.record(row.ticket.agg)).transpose()?;
        let told = self.told(None);
        let stay = view.as_ref().and_then(|view| {
            let clock = &view.case.is.clocks.last(ClockKind::Ola)?.clock;
            desk.stay(clock, view.case.ticket().tier)
        });
        let told_of = |row| handoff::entries(row, view.as_ref(), stay, told);
        let entries = row.as_ref().map(told_of).unwrap_or_default();
        if before == view.as_ref().map(|view| view.case.agg) {
            self.pane.handoff.set(entries);
        } else {
            self.pane.handoff = Flow::new(entries);
        }
        let braked = view.as_ref().filter(|_| row.as_ref().is_some_and(|row| row.braked));
        self.pane.brake = braked.map(|view| Brake::of(view, told));
        self.pane.takers = match row.filter(|row| row.escalation.proposal.kind == EscalationKind::Functional) {
            Some(row) => desk.takers(&row)?,
            None => Vec::new(),
        };
        self.pane.view = view;
        Ok(())
    }
}

impl Screen for Inbox {
    fn context(&self) -> Context {
        Context::Escalations
    }

    fn load(&mut self, desk: &Desk) -> Result<(), Error> {
        self.read(desk)?;
        self.look(desk)
    }

    fn look(&mut self, desk: &Desk) -> Result<(), Error> {
        if self.stale {
            self.read(desk)?;
        }
        let at = self.cursor.at().copied();
        if self.shown != at || at.is_none() {
            self.shown = at;
            self.read_pane(desk)?;
        }
        Ok(())
    }

    fn minute(&mut self, desk: &Desk) -> Result<(), Error> {
        self.read(desk)?;
        self.look(desk)
    }

    fn update(&mut self, event: Event) -> Next {
        match event {
            Event::Act(action) => self.act(action),
            Event::Paste(_) => Next::Say("there is no filter here to paste into; 1 shows the queue".to_owned()),
            Event::Text(_) | Event::Mouse(_) => Next::Stay,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let room = room(frame.area().width, frame.area().height);
        let mut body = area;
        if room.tabs {
            self.draw_tabs(frame.buffer_mut(), body, theme);
            body.y += 1;
            body.height = body.height.saturating_sub(1);
        }
        let below = if room.below || room.side { self.height_below(body.height, room.side) } else { 0 };
        let list = Rect { height: body.height - below, ..body };
        let table = Table { columns: COLUMNS, rows: &self.lines, id_column: ID, titles: room.chrome };
        table.draw(frame.buffer_mut(), list, &mut self.cursor, theme);
        if self.lines.is_empty() && list.height > 1 {
            let style = theme.style(Role::Faint);
            frame.buffer_mut().set_stringn(list.x, list.y + 1, nothing(self.tab()), list.width.into(), style);
        }
        if below > 3 {
            let line = Rect { y: list.bottom() + below - 1, height: 1, ..body };
            self.draw_waiting(frame.buffer_mut(), line, theme);
            let pane = Rect { y: list.bottom(), height: below - 1, ..body };
            self.draw_handoff(frame.buffer_mut(), pane, room.side, theme);
        }
    }

    fn is_overlay(&self) -> bool {
        false
    }

    fn speak(&mut self) -> Spoken {
        self.spoken()
    }

    fn choose(&mut self, records: &[AggId]) -> bool {
        self.chosen_by_number(records)
    }

    fn subject(&self) -> Option<Subject> {
        if self.marks.is_empty() {
            return self.cursor.at().copied().map(Subject::one);
        }
        Some(Subject { records: self.marks.all().to_vec() })
    }

    fn siblings(&self) -> Vec<AggId> {
        self.keys()
    }

    fn hints(&self) -> Vec<Hint> {
        vec![
            Hint::One(Action::Accept),
            Hint::One(Action::AcceptAssign),
            Hint::One(Action::Return),
            Hint::One(Action::Defer),
            Hint::One(Action::PassOn),
            Hint::One(Action::Note),
            Hint::One(Action::FixOwner),
            Hint::One(Action::Open),
            Hint::Pair(Action::SiblingNext, " ", Action::SiblingPrevious, "tabs"),
            Hint::One(Action::Reply),
            Hint::Named(Action::Mark, "mark"),
            Hint::Pair(Action::PreviewDown, "/", Action::PreviewUp, "scroll hand-off"),
            Hint::One(Action::Explain),
            Hint::One(Action::History),
            Hint::Named(Action::ViewQueue, "queue"),
            Hint::One(Action::Undo),
        ]
    }
}

impl Inbox {
    /// The hand-off gets what the list does not need, and at least half.
    fn height_below(&self, height: u16, wide: bool) -> u16 {
        let list = (self.lines.len() as u16 + 2).max(LIST_MIN);
        let least = if wide { height * 3 / 5 } else { height.div_ceil(2) };
        height.saturating_sub(list).max(least).min(height.saturating_sub(2))
    }

    fn draw_tabs(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let number = |tab: &InboxTab| u64::try_from(tab.count(&self.counts)).ok();
        let names = self.tabs().iter().map(|tab| (label(*tab, area.width), number(tab)));
        let tiers: Vec<_> = self.tiers.iter().map(|tier| format!("T{tier}")).collect();
        let scope = if area.width >= 100 { format!("to:{} ", tiers.join(",")) } else { String::new() };
        let text = sides(&format!(" {}", tabs(names, self.tab)), &scope, area.width.into());
        put(buffer, area.x, area.y, &text, area.width.into(), theme.style(Role::Plain));
    }

    /// ` 3 waiting, oldest 0:31 (target 0:30)`.
    fn draw_waiting(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let InboxCounts { waiting, late, oldest, .. } = self.counts;
        let mut text = format!(" {waiting} waiting");
        if let Some(oldest) = oldest {
            let waited = Secs((self.now - oldest).0.max(0)).clock_text();
            text = format!("{text}, oldest {waited} (target {})", self.target.clock_text());
        }
        if late > 0 {
            text = format!("{text}, {late} overdue");
        }
        let role = if late > 0 { Role::AtRisk } else { Role::Faint };
        put(buffer, area.x, area.y, fit(&text, area.width.into()), area.width.into(), theme.style(role));
    }

    fn draw_handoff(&mut self, buffer: &mut Buffer, area: Rect, wide: bool, theme: &Theme) {
        let Some(row) = self.at() else { return };
        let title = format!("Hand-off {}", row.ticket.name);
        let line = rule(&title, &self.way(row), area.width, &theme.glyphs);
        put(buffer, area.x, area.y, &line, area.width.into(), theme.style(Role::Faint));
        let width = area.width.saturating_sub(1);
        let mut inner = Rect { x: area.x + 1, y: area.y + 1, width, height: area.height - 1 };
        if wide {
            let beside = inner.width * 2 / 5;
            let pane = Rect { x: inner.right() - beside, width: beside, ..inner };
            inner.width -= beside + 2;
            for y in inner.y..inner.bottom() {
                put(buffer, inner.right(), y, theme.glyphs.side, 1, theme.style(Role::Faint));
            }
            side::draw(buffer, pane, &self.pane.takers, &self.week, &self.me, theme);
        } else if !self.pane.takers.is_empty() && inner.height > 3 {
            let text = side::load_line(&self.pane.takers, &self.me);
            let (cells, y) = (usize::from(inner.width), inner.bottom() - 1);
            put(buffer, inner.x, y, fit(&text, cells), cells, theme.style(Role::Faint));
            inner.height -= 1;
        }
        if let Some(brake) = &self.pane.brake {
            let used = brake.draw(buffer, inner, theme);
            inner = Rect { y: inner.y + used, height: inner.height - used, ..inner };
        }
        self.pane.handoff.draw(buffer, inner);
    }

    /// `T1 ann -> T2 14:34`.
    fn way(&self, row: &InboxRow) -> String {
        let (proposal, by) = (&row.escalation.proposal, &row.escalation.proposed_by);
        let at = stamp(row.escalation.proposed_at, self.now, self.zone);
        match proposal.kind {
            EscalationKind::Functional => format!("T{} {by} -> T{} {at}", proposal.from, proposal.to),
            EscalationKind::Hierarchical => format!("attention, by {by} {at}"),
            EscalationKind::Lateral | EscalationKind::Vendor => format!("{}, by {by} {at}", proposal.way()),
        }
    }
}
