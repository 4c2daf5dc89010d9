//! The escalation inbox: what waits for this tier or this supervisor, with the hand-off below.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::{Action, Context};
use super::command::Command;
use super::part::chrome::{Hint, rule, tabs};
use super::part::clock::age;
use super::part::frame::room;
use super::part::table::{Cell, Column, Cursor, Row, Table, Width};
use super::part::text::{Entry, Flow, fit, sides};
use super::queue::lines::priority;
use super::screen::{Event, Next, Place, Screen, Subject};
use super::theme::{Role, Theme};
use super::verbs;
use crate::app::query::escalations::{Check, InboxRow, InboxTab, Taker};
use crate::app::{Desk, Error};
use crate::domain::clock::ClockKind;
use crate::domain::command::Verb;
use crate::domain::command::inbox::{Accept, NewOwner, Review};
use crate::domain::escalation::{EscalationKind, Item};
use crate::domain::id::AggId;
use crate::domain::text::Note;
use crate::domain::time::Instant;

const COLUMNS: &[Column] = &[
    Column::new("P", Width::Fixed(2)),
    Column::new("Wait", Width::Fixed(6)).right(),
    Column::new("ID", Width::Fit(6, 14)),
    Column::new("From", Width::Fit(6, 14)).keep(30),
    Column::new("Reason", Width::Fit(6, 12)).keep(20),
    Column::new("Subject", Width::Rest(16)),
    Column::new("Check", Width::Fixed(6)).keep(40),
    Column::new("Asset", Width::Fit(4, 14)).from(100).keep(10),
];
const ID: usize = 2;
/// Items of a hand-off that are read before all others.
const FIRST: [Item; 3] = [Item::H1, Item::H8, Item::H10];
/// Longest answer that stands beside its label; a longer one is wrapped below it.
const LINE: usize = 64;

/// The inbox screen.
pub struct Inbox {
    tab: usize,
    rows: Vec<InboxRow>,
    lines: Vec<Row<AggId>>,
    counts: Vec<Option<u64>>,
    cursor: Cursor<AggId>,
    marks: Vec<AggId>,
    range_from: Option<AggId>,
    handoff: Flow,
    shown: Option<AggId>,
    takers: Vec<Taker>,
    me: String,
    now: Instant,
    stale: bool,
}

impl Inbox {
    pub fn new(desk: &Desk) -> Self {
        Self {
            tab: 0,
            rows: Vec::new(),
            lines: Vec::new(),
            counts: Vec::new(),
            cursor: Cursor::default(),
            marks: Vec::new(),
            range_from: None,
            handoff: Flow::default(),
            shown: None,
            takers: Vec::new(),
            me: desk.person().login.to_string(),
            now: desk.now(),
            stale: false,
        }
    }

    fn tab(&self) -> InboxTab {
        InboxTab::ALL[self.tab]
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

    fn line(&self, row: &InboxRow) -> Row<AggId> {
        let proposal = &row.escalation.proposal;
        let late = proposal.review_due.is_some_and(|due| due < self.now) && row.escalation.is_open();
        let wait = age(row.escalation.proposed_at, self.now);
        let wait = if late { Cell::new(format!("X {wait}"), Role::Breached) } else { Cell::plain(wait) };
        let reason = proposal.reason.clone().unwrap_or_else(|| proposal.triggers.join(" "));
        let met = row.check.met();
        let whole = met == Check::OF;
        let check = format!("{} {met}/{}", if whole { "ok" } else { "! " }, Check::OF);
        let check = Cell::new(check, if whole { Role::Plain } else { Role::AtRisk });
        Row {
            key: row.ticket.agg,
            marked: self.marks.contains(&row.ticket.agg),
            draft: false,
            cells: vec![
                priority(row.ticket.priority),
                wait,
                Cell::plain(row.ticket.name.as_str()),
                Cell::plain(format!("T{} {}", proposal.from, row.escalation.proposed_by)),
                Cell::plain(reason.replace('_', " ")),
                Cell::plain(row.ticket.title.as_str()),
                check,
                Cell::new(row.machine.clone().unwrap_or_else(|| "-".to_owned()), Role::Faint),
            ],
        }
    }

    fn draw_lines(&mut self) {
        self.lines = self.rows.iter().map(|row| self.line(row)).collect();
    }

    fn act(&mut self, action: Action) -> Next {
        match action {
            Action::Down => self.move_by(1),
            Action::Up => self.move_by(-1),
            Action::HalfDown | Action::PageDown => self.move_by(8),
            Action::HalfUp | Action::PageUp => self.move_by(-8),
            Action::First => self.move_by(isize::MIN / 2),
            Action::Last => self.move_by(isize::MAX / 2),
            Action::PreviewDown => self.handoff.scroll(3),
            Action::PreviewUp => self.handoff.scroll(-3),
            Action::SiblingNext => self.switch(1),
            Action::SiblingPrevious => self.switch(-1),
            Action::Refresh => self.stale = true,
            Action::Mark => self.mark(),
            Action::MarkRange => return self.mark_range(),
            Action::MarkAll => {
                self.marks = if self.marks.is_empty() { self.keys() } else { Vec::new() };
                self.draw_lines();
            }
            Action::Out if !self.marks.is_empty() => {
                self.marks.clear();
                self.draw_lines();
            }
            Action::Out => return Next::Back,
            Action::CopyId => return Next::Copy(self.names().join(" ")),
            Action::CopyText => return Next::Copy(self.at().map(as_text).unwrap_or_default()),
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
            Action::Merge => Next::Go(Place::Merge { duplicates: Vec::new(), survivor: agg }),
            _ => self.subject().and_then(|subject| verbs::on_tickets(action, &subject)).unwrap_or(Next::Stay),
        }
    }

    /// Takes what was proposed; a request for attention is acknowledged instead.
    fn accept(&self, records: &[AggId]) -> Next {
        let attention = |agg: &AggId| {
            self.rows
                .iter()
                .any(|row| row.ticket.agg == *agg && !row.escalation.is_open() && row.escalation.proposal.post_review)
        };
        if records.iter().all(attention) {
            let note = Note::new("seen in the inbox").expect("a constant text");
            return Next::Do(Command::on(records, Verb::Review(Review { note })));
        }
        Next::Do(Command::on(records, Verb::Accept(Accept { owner: NewOwner::Me, note: None })))
    }

    fn mark(&mut self) {
        let Some(at) = self.cursor.at().copied() else { return };
        match self.marks.iter().position(|mark| *mark == at) {
            Some(n) => {
                self.marks.remove(n);
            }
            None => self.marks.push(at),
        }
        self.move_by(1);
        self.draw_lines();
    }

    fn mark_range(&mut self) -> Next {
        let Some(at) = self.cursor.at().copied() else { return Next::Stay };
        let Some(from) = self.range_from.take() else {
            self.range_from = Some(at);
            return Next::Say("range begun: v ends it".to_owned());
        };
        let keys = self.keys();
        let place = |agg: AggId| keys.iter().position(|key| *key == agg);
        if let (Some(a), Some(b)) = (place(from), place(at)) {
            let more: Vec<_> = keys[a.min(b)..=a.max(b)].iter().filter(|key| !self.marks.contains(key)).collect();
            self.marks.extend(more);
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

    fn switch(&mut self, step: isize) {
        let n = InboxTab::ALL.len() as isize;
        self.tab = (self.tab as isize + step).rem_euclid(n) as usize;
        self.marks.clear();
        self.cursor = Cursor::default();
        self.stale = true;
    }

    fn read(&mut self, desk: &Desk) -> Result<(), Error> {
        self.now = desk.now();
        self.me = desk.person().login.to_string();
        self.rows = desk.inbox(self.tab())?;
        let counts = desk.inbox_counts()?;
        self.counts = InboxTab::ALL.iter().map(|tab| u64::try_from(tab.count(&counts)).ok()).collect();
        let keys = self.keys();
        self.marks.retain(|mark| keys.contains(mark));
        self.cursor.settle(&keys);
        self.draw_lines();
        self.shown = None;
        self.stale = false;
        Ok(())
    }
}

const fn label(tab: InboxTab) -> &'static str {
    match tab {
        InboxTab::Inbox => "Inbox",
        InboxTab::Deferred => "Deferred",
        InboxTab::Accepted => "Accepted",
        InboxTab::Returned => "Returned",
        InboxTab::Sent => "Sent",
    }
}

/// The ticket and its hand-off as a block of text.
fn as_text(row: &InboxRow) -> String {
    let mut text = format!("{} {} {}\n", row.ticket.name, row.ticket.priority, row.ticket.title);
    for entry in handoff(row) {
        text.push_str(&format!("{} {}", entry.head, entry.body).trim_end().replace('\n', " "));
        text.push('\n');
    }
    text
}

/// The hand-off as it was frozen, line by line.
fn handoff(row: &InboxRow) -> Vec<Entry> {
    let head = |label: &str, text: &str| {
        if text.len() <= LINE {
            return Entry { head: format!("{label:<10}: {text}"), ..Entry::default() };
        }
        Entry { head: format!("{label:<10}:"), body: text.to_owned(), ..Entry::default() }
    };
    let proposal = &row.escalation.proposal;
    let mut entries = Vec::new();
    let mut undone = Vec::new();
    // What is wrong, what was tried and what is asked come first: a small screen shows no more.
    let (first, then): (Vec<&Item>, Vec<&Item>) = Item::ALL.iter().partition(|item| FIRST.contains(item));
    for item in first.into_iter().chain(then) {
        let Some(answer) = proposal.snapshot.get(item) else {
            if item.diagnostic() {
                undone.push(item.label().to_lowercase());
            }
            continue;
        };
        let (word, finding) = answer.split_once(':').unwrap_or(("", answer));
        let text = if finding.is_empty() { word.replace('_', " ") } else { finding.replace('\n', " ") };
        entries.push(head(item.label(), &text));
    }
    if !undone.is_empty() {
        entries.push(head("Not done", &undone.join(", ")));
    }
    if let Some(reason) = &proposal.reason {
        entries.push(head("Why", &reason.replace('_', " ")));
    }
    if let Some(note) = &row.escalation.decision_note {
        let who = row.escalation.decided_by.as_ref().map_or("", crate::domain::text::Login::as_str);
        let code =
            row.escalation.return_code.map(|code| format!("{}: ", code.word().replace('_', " "))).unwrap_or_default();
        entries.push(head(
            "Decision",
            &format!("{} by {who}: {code}{note}", row.escalation.state.word().replace('_', " ")),
        ));
    }
    if let Some(until) = row.escalation.deferred_until {
        entries.push(head("Deferred", &format!("until {until}")));
    }
    entries
}

/// How long the tier had it that hands it on, while that waits for a decision.
fn time_in_tier(row: &InboxRow, desk: &Desk) -> Result<Option<Entry>, Error> {
    let case = desk.store().case(row.ticket.agg)?.filter(|_| row.escalation.is_open());
    let stay = case.and_then(|case| {
        let clock = &case.is.clocks.last(ClockKind::Ola)?.clock;
        desk.stay(clock, case.ticket().tier)
    });
    Ok(stay.map(|stay| Entry {
        head: format!("{:<10}: {}", format!("In tier {}", stay.tier), stay.sentence()),
        ..Entry::default()
    }))
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
            let row = self.at().cloned();
            let mut entries = row.as_ref().map(handoff).unwrap_or_default();
            if let Some(row) = &row {
                entries.extend(time_in_tier(row, desk)?);
            }
            self.handoff = Flow::new(entries);
            self.takers = match &row {
                Some(row) => desk.takers(row)?,
                None => Vec::new(),
            };
        }
        Ok(())
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
            let names = InboxTab::ALL.iter().enumerate();
            let names = names.map(|(n, tab)| (label(*tab), self.counts.get(n).copied().flatten()));
            let text = format!(" {}", tabs(names, self.tab));
            frame.buffer_mut().set_stringn(body.x, body.y, text, body.width.into(), theme.style(Role::Plain));
            body.y += 1;
            body.height = body.height.saturating_sub(1);
        }
        let below = if room.below || room.side { body.height / 2 } else { 0 };
        let list = Rect { height: body.height - below, ..body };
        let table = Table { columns: COLUMNS, rows: &self.lines, id_column: ID, titles: room.chrome };
        table.draw(frame.buffer_mut(), list, &mut self.cursor, theme);
        if self.lines.is_empty() && list.height > 1 {
            frame.buffer_mut().set_stringn(
                list.x,
                list.y + 1,
                "   nothing waits here",
                list.width.into(),
                theme.style(Role::Faint),
            );
        }
        if below > 2 {
            let pane = Rect { y: list.bottom(), height: below, ..body };
            self.draw_handoff(frame.buffer_mut(), pane, room.side, theme);
        }
    }

    fn is_overlay(&self) -> bool {
        false
    }

    fn subject(&self) -> Option<Subject> {
        if self.marks.is_empty() {
            return self.cursor.at().copied().map(Subject::one);
        }
        Some(Subject { records: self.marks.clone() })
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
    fn draw_handoff(&mut self, buffer: &mut Buffer, area: Rect, wide: bool, theme: &Theme) {
        let Some(row) = self.at().cloned() else { return };
        let proposal = &row.escalation.proposal;
        let kind = match proposal.kind {
            EscalationKind::Functional => {
                format!("T{} {} -> T{}", proposal.from, row.escalation.proposed_by, proposal.to)
            }
            EscalationKind::Hierarchical => format!("attention, by {}", row.escalation.proposed_by),
            EscalationKind::Lateral | EscalationKind::Vendor => {
                format!("{}, by {}", proposal.way(), row.escalation.proposed_by)
            }
        };
        let line = rule(&format!("Hand-off {}", row.ticket.name), &kind, area.width, &theme.glyphs);
        buffer.set_stringn(area.x, area.y, line, area.width.into(), theme.style(Role::Faint));
        let mut inner =
            Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(1), height: area.height - 1 };
        if wide && !self.takers.is_empty() {
            let side = inner.width / 3;
            let pane = Rect { x: inner.right() - side, width: side, ..inner };
            inner.width -= side + 1;
            self.draw_takers(buffer, pane, theme);
        } else if !self.takers.is_empty() && inner.height > 3 {
            let loads = self.takers.iter().take(4).map(|taker| format!("{} {}", taker.user.login, taker.open));
            let text = format!("Load now: {}", loads.collect::<Vec<_>>().join(", "));
            let bottom = inner.bottom() - 1;
            buffer.set_stringn(
                inner.x,
                bottom,
                fit(&text, inner.width.into()),
                inner.width.into(),
                theme.style(Role::Faint),
            );
            inner.height -= 1;
        }
        self.handoff.draw(buffer, inner);
    }

    fn draw_takers(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let cells = usize::from(area.width);
        buffer.set_stringn(area.x, area.y, sides("Who can take it", "open ", cells), cells, theme.style(Role::Faint));
        for ((n, taker), y) in self.takers.iter().enumerate().zip(area.y + 1..area.bottom()) {
            let who = if taker.user.login.as_str() == self.me { "you" } else { taker.user.login.as_str() };
            let text = sides(&format!("  {} {who}", n + 1), &format!("{} ", taker.open), cells);
            buffer.set_stringn(area.x, y, text, cells, theme.style(Role::Plain));
        }
    }
}
