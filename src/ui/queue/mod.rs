//! The queue: a tier's tickets, most urgent first, with saved tabs, a filter, marks and a preview. The cursor stays on
//! its ticket whatever others do.

mod bar;
mod counting;
pub mod lines;
mod paint;
mod preview;
mod sort;
mod speak;
mod tabs;

use std::collections::{HashMap, HashSet};
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant as Clock};

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::query::clock::LineClock;
use crate::app::query::queue::Page;
use crate::app::{Desk, Error};
use crate::domain::change::Act;
use crate::domain::filter::{self, Filter};
use crate::domain::id::AggId;
use crate::domain::time::Instant;
use crate::store::queue::TicketRow;
use crate::ui::action::{Action, Context};
use crate::ui::command::Command;
use crate::ui::part::chrome::Hint;
use crate::ui::part::marks::Marks;
use crate::ui::part::table::{Cursor, Row};
use crate::ui::screen::{Event, Next, Place, Screen, Subject};
use crate::ui::spoken::Spoken;
use crate::ui::theme::Theme;
use crate::ui::verbs;
use bar::{Bar, Kept, Past};
use counting::Counting;
use preview::Preview;
use sort::Sorting;
use tabs::Tabs;

/// Rows that are read at once.
const PAGE: u32 = 200;
/// Tickets that *mark all* reaches.
const MARKS_MAX: u32 = 2_000;
/// Clocks are told so many rows above and below the cursor, at least: more than a screen has.
const CLOCKS_AROUND: usize = 100;
/// The order of rows is left alone this long after the cursor moved.
const HOLD: Duration = Duration::from_secs(10);

/// The queue screen.
pub struct Queue {
    tabs: Tabs,
    counting: Counting,
    /// A view that was just saved: its tab is shown next.
    saved: Option<AggId>,
    /// A tab to show, by its name, once the views are read.
    turn: Option<String>,
    /// What the person filters for, on top of the tab.
    kept: Option<Kept>,
    bar: Option<Bar>,
    past: Past,
    sorting: Option<Sorting>,
    rows: Vec<TicketRow>,
    /// The clocks of the rows around the cursor, as they are drawn and said.
    clocks: HashMap<AggId, LineClock>,
    /// The rows as they are drawn.
    lines: Vec<Row<AggId>>,
    page: Option<Page>,
    cursor: Cursor<AggId>,
    /// Where the rows were drawn last.
    listed: Rect,
    marks: Marks,
    mark_all: bool,
    /// The tickets that *mark all* marked, also those that were not read into the list.
    all_marked: Vec<TicketRow>,
    /// More tickets match than *mark all* reaches.
    more_match: bool,
    /// Rows that arrived while the order was held.
    waiting: usize,
    moved: Option<Clock>,
    refresh: bool,
    preview: Preview,
    drafts: Vec<String>,
    login: String,
    now: Instant,
    complaint: String,
}

impl Queue {
    pub fn new(desk: &Desk) -> Result<Self, Error> {
        Ok(Self {
            tabs: Tabs::of(desk.person()),
            counting: Counting::default(),
            saved: None,
            turn: None,
            kept: None,
            bar: None,
            past: Past::default(),
            sorting: None,
            rows: Vec::new(),
            clocks: HashMap::new(),
            lines: Vec::new(),
            page: None,
            cursor: Cursor::default(),
            listed: Rect::default(),
            marks: Marks::default(),
            mark_all: false,
            all_marked: Vec::new(),
            more_match: false,
            waiting: 0,
            moved: None,
            refresh: false,
            preview: Preview::new(desk.policy().zone),
            drafts: Vec::new(),
            login: desk.person().login.to_string(),
            now: desk.now(),
            complaint: String::new(),
        })
    }

    /// Turns to a tab by its name; there it stays if there is none of that name.
    pub fn show_tab(&mut self, name: &str) {
        self.turn = Some(name.to_owned());
    }

    /// Filters, as if the text had been typed and kept.
    pub fn keep(&mut self, text: &str) {
        if let Ok(filter) = filter::parse(text) {
            self.past.keep(text);
            self.kept = Some(Kept { text: text.to_owned(), filter });
        }
    }

    /// The filter in force: the tab's, with the person's on top.
    fn filter(&self) -> Filter {
        let base = self.tabs.filter();
        match (&self.bar, &self.kept) {
            (Some(bar), _) if bar.good().is_some() => bar.good().cloned().unwrap_or_default().and(&base),
            (None, Some(kept)) => kept.filter.clone().and(&base),
            _ => base,
        }
    }

    /// Is the order held, because someone is reading or choosing?
    fn is_held(&self) -> bool {
        !self.marks.is_empty() || self.moved.is_some_and(|moved| moved.elapsed() < HOLD)
    }

    fn keys(&self) -> Vec<AggId> {
        self.rows.iter().map(|row| row.agg).collect()
    }

    /// Reads again and puts it in place of what is shown: as far as the person had read, so that the cursor finds its
    /// ticket wherever it was.
    fn read(&mut self, desk: &Desk) -> Result<(), Error> {
        let read = if self.cursor.at().is_some() { self.rows.len() } else { 0 };
        let pages = u32::try_from(read).unwrap_or(u32::MAX).div_ceil(PAGE).max(1);
        let page = desk.page(&self.filter(), pages.saturating_mul(PAGE), None)?;
        self.show(page);
        Ok(())
    }

    fn show(&mut self, mut page: Page) {
        self.rows = std::mem::take(&mut page.rows);
        self.page = Some(page);
        self.waiting = 0;
        self.refresh = false;
        let keys = self.keys();
        self.marks.retain(|mark| keys.contains(&mark) || self.page.as_ref().is_some_and(|page| page.next.is_some()));
        self.cursor.settle(&keys);
        self.draw_lines();
    }

    /// Takes what changed into the rows that are shown, without moving any; counts what is new. Of the rows behind
    /// the first page only those in sight are read: each costs a query.
    fn update_in_place(&mut self, desk: &Desk) -> Result<(), Error> {
        let fresh = desk.page(&self.filter(), PAGE, None)?.rows;
        let mut fresh: HashMap<AggId, TicketRow> = fresh.into_iter().map(|row| (row.agg, row)).collect();
        let in_sight = self.cursor.top()..self.cursor.top() + usize::from(self.listed.height);
        for (n, row) in self.rows.iter_mut().enumerate() {
            let changed = match fresh.remove(&row.agg) {
                None if in_sight.contains(&n) => desk.store().ticket_row(row.agg)?,
                known => known,
            };
            if let Some(changed) = changed {
                *row = changed;
            }
        }
        self.waiting = fresh.len();
        self.draw_lines();
        Ok(())
    }

    /// Reads on when the cursor nears the end of what was read.
    fn read_on(&mut self, desk: &Desk) -> Result<(), Error> {
        let near = self.cursor.at().and_then(|at| self.rows.iter().rposition(|row| row.agg == *at));
        let near_end = near.is_some_and(|at| at + 40 >= self.rows.len());
        let Some(next) = self.page.as_ref().and_then(|page| page.next.clone()).filter(|_| near_end) else {
            return Ok(());
        };
        let mut more = desk.page(&self.filter(), PAGE, Some(&next))?;
        self.rows.append(&mut more.rows);
        self.page = Some(more);
        self.draw_lines();
        Ok(())
    }

    fn draw_lines(&mut self) {
        self.lines =
            self.rows.iter().map(|row| lines::line(row, &self.marks, &self.drafts, &self.login, self.now)).collect();
    }

    /// Tells the clocks of the rows in sight and one screen around them; rows further off cost nothing.
    fn tell_clocks(&mut self, desk: &Desk) {
        let around = usize::from(self.listed.height).max(CLOCKS_AROUND);
        let at = self.cursor.at().and_then(|at| self.rows.iter().position(|row| row.agg == *at)).unwrap_or(0);
        let near = at.saturating_sub(around)..(at + around).min(self.rows.len());
        for (row, line) in self.rows[near.clone()].iter().zip(&mut self.lines[near]) {
            let cell = &mut line.cells[lines::SLA];
            if cell.text.is_empty() {
                let clock = desk.clock_of(row, self.now);
                *cell = lines::clock(&clock);
                self.clocks.insert(row.agg, clock);
            }
        }
    }

    fn move_by(&mut self, rows: isize) {
        let keys = self.keys();
        self.cursor.step(&keys, rows);
        self.moved = Some(Clock::now());
    }

    fn toggle_mark(&mut self) {
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

    fn act(&mut self, action: Action) -> Next {
        if let Some(next) = self.subject().and_then(|subject| verbs::on_tickets(action, &subject)) {
            return next;
        }
        let half = isize::try_from(self.lines.len().min(20) / 2).unwrap_or(8);
        match action {
            Action::TakeNext => return Next::Do(Command::TakeNext(self.filter())),
            Action::Down => self.move_by(1),
            Action::Up => self.move_by(-1),
            Action::HalfDown => self.move_by(half),
            Action::HalfUp => self.move_by(-half),
            Action::PageDown => self.move_by(2 * half),
            Action::PageUp => self.move_by(-2 * half),
            Action::First => self.move_by(isize::MIN / 2),
            Action::Last => self.move_by(isize::MAX / 2),
            Action::PreviewDown => self.preview.scroll(3),
            Action::PreviewUp => self.preview.scroll(-3),
            Action::Open => {
                if let Some(at) = self.cursor.at() {
                    return Next::Go(Place::Record(*at, self.keys()));
                }
            }
            Action::Out => return self.out(),
            Action::SiblingNext => self.switch(1),
            Action::SiblingPrevious => self.switch(-1),
            Action::Filter => self.bar = Some(self.bar(self.kept.as_ref().map_or("", |kept| &kept.text))),
            Action::Mark => self.toggle_mark(),
            Action::MarkRange => return self.mark_range(),
            Action::MarkAll => self.mark_all = true,
            Action::Preview => self.preview.toggle(),
            Action::Refresh => self.refresh = true,
            Action::Merge => return self.merge(),
            Action::CopyId => return Next::Copy(self.names().join(" ")),
            Action::CopyText => return Next::Copy(self.as_text()),
            Action::Views => return Next::Go(Place::Views(self.tabs.name().to_owned(), self.filter())),
            Action::Sort => self.sorting = Some(Sorting::new()),
            _ => {}
        }
        Next::Stay
    }

    fn bar(&self, text: &str) -> Bar {
        Bar::new(text, self.past.clone())
    }

    fn switch(&mut self, step: isize) {
        self.tabs.step(step);
        self.unmark();
        self.cursor = Cursor::default();
        self.refresh = true;
    }

    /// Leaves the innermost layer: marks, then the filter.
    fn out(&mut self) -> Next {
        if !self.marks.is_empty() {
            self.unmark();
            self.draw_lines();
        } else if self.kept.take().is_some() {
            self.refresh = true;
        } else {
            return Next::Back;
        }
        Next::Stay
    }

    fn merge(&self) -> Next {
        let Some(survivor) = self.cursor.at().copied() else { return Next::Stay };
        let duplicates = self.marks.all().iter().copied().filter(|mark| *mark != survivor).collect();
        Next::Go(Place::Merge { duplicates, survivor })
    }

    /// The rows that a verb would be about, also those that are not in the list.
    fn chosen(&self) -> Vec<&TicketRow> {
        let chosen: HashSet<AggId> = self.subject().map(|subject| subject.records).into_iter().flatten().collect();
        let mut seen = HashSet::new();
        let rows = self.rows.iter().chain(&self.all_marked);
        rows.filter(|row| chosen.contains(&row.agg) && seen.insert(row.agg)).collect()
    }

    fn unmark(&mut self) {
        self.marks.clear();
        self.all_marked.clear();
        self.more_match = false;
    }

    fn names(&self) -> Vec<String> {
        self.chosen().into_iter().map(|row| row.name.clone()).collect()
    }

    fn as_text(&self) -> String {
        self.chosen().into_iter().map(|row| format!("{} {} {}\n", row.name, row.priority, row.title)).collect()
    }

    fn sort_event(&mut self, event: &Event) -> Option<Next> {
        match self.sorting.as_mut()?.update(event.clone(), self.kept.as_ref()) {
            sort::Asked::Stay => {}
            sort::Asked::Close => self.sorting = None,
            sort::Asked::Keep(kept) => {
                self.kept = kept;
                self.sorting = None;
                self.refresh = true;
            }
        }
        Some(Next::Stay)
    }

    fn filter_event(&mut self, event: &Event) -> Option<Next> {
        let bar = self.bar.as_mut()?;
        match bar.update(event) {
            bar::Asked::Stay => {}
            bar::Asked::Keep(kept) => {
                if let Some(kept) = &kept {
                    self.past.keep(&kept.text);
                }
                self.kept = kept;
                self.bar = None;
                // Typed ahead, Enter comes before the answer does.
                self.refresh = true;
            }
            bar::Asked::Restore => {
                self.bar = None;
                self.refresh = true;
            }
            bar::Asked::Save => return Some(Next::Go(Place::SaveView(self.filter()))),
            bar::Asked::Say(text) => return Some(Next::Say(text)),
        }
        Some(Next::Stay)
    }
}

impl Screen for Queue {
    fn context(&self) -> Context {
        match (&self.bar, &self.sorting) {
            (Some(_), _) => Context::Filter,
            (None, Some(_)) => Context::Picker,
            (None, None) => Context::Queue,
        }
    }

    fn load(&mut self, desk: &Desk) -> Result<(), Error> {
        self.now = desk.now();
        self.login = desk.person().login.to_string();
        self.tabs.follow(desk.views()?);
        if let Some(agg) = self.saved.take() {
            self.tabs.turn_to_saved(agg);
            (self.bar, self.kept) = (None, None);
        }
        if let Some(name) = self.turn.take() {
            self.tabs.turn_to(&name);
        }
        self.tabs.count(desk)?;
        self.counting.ask(self.tabs.saved(), desk)?;
        let drafts = desk.store().drafts(&desk.person().login)?;
        self.drafts = drafts.into_iter().filter_map(|(place, _)| Some(place.split_once(' ')?.1.to_owned())).collect();
        if self.page.is_some() && self.is_held() {
            self.update_in_place(desk)?
        } else {
            self.read(desk)?
        }
        self.preview.forget();
        self.look(desk)
    }

    fn look(&mut self, desk: &Desk) -> Result<(), Error> {
        if let Some(bar) = &mut self.bar {
            bar.ready(desk)?;
        }
        if let Some(bar) = &mut self.bar
            && bar.take_changed()
        {
            match bar.read(desk)? {
                Some(()) => {
                    self.complaint.clear();
                    self.cursor = Cursor::default();
                    let filter = self.filter();
                    self.bar.as_mut().map_or(Ok(()), |bar| bar.ask(desk, &filter, PAGE))?;
                }
                None => self.complaint = self.bar.as_ref().map_or_else(String::new, Bar::complaint),
            }
        }
        if self.refresh {
            self.read(desk)?;
        }
        if std::mem::take(&mut self.mark_all) {
            if self.marks.is_empty() {
                let page = desk.page(&self.filter(), MARKS_MAX, None)?;
                self.more_match = page.next.is_some();
                self.marks.set(page.rows.iter().map(|row| row.agg).collect());
                self.all_marked = page.rows;
            } else {
                self.unmark();
            }
            self.draw_lines();
        }
        self.read_on(desk)?;
        self.tell_clocks(desk);
        self.preview.look(desk, self.cursor.at().copied())
    }

    fn minute(&mut self, desk: &Desk) -> Result<(), Error> {
        self.now = desk.now();
        self.tabs.count(desk)?;
        self.counting.ask(self.tabs.saved(), desk)?;
        self.draw_lines();
        self.tell_clocks(desk);
        self.preview.forget();
        self.preview.look(desk, self.cursor.at().copied())
    }

    fn pass(&mut self, _now: Clock) -> bool {
        let counted = self.counting.answer();
        let told = counted.is_some();
        if let Some(numbers) = counted {
            self.tabs.glimpsed(numbers);
        }
        match self.bar.as_mut().and_then(Bar::answer) {
            None => return told,
            Some(Ok(page)) => self.show(page),
            Some(Err(why)) => self.complaint = why.to_string(),
        }
        true
    }

    fn awaited(&self) -> Option<BorrowedFd<'_>> {
        self.bar.as_ref().and_then(Bar::awaited).or_else(|| self.counting.awaited())
    }

    fn update(&mut self, event: Event) -> Next {
        if let Some(next) = self.filter_event(&event).or_else(|| self.sort_event(&event)) {
            return next;
        }
        match event {
            Event::Act(action) => self.act(action),
            Event::Paste(text) => {
                let mut bar = self.bar("");
                bar.update(&Event::Paste(text));
                self.bar = Some(bar);
                Next::Stay
            }
            Event::Mouse(mouse) => {
                if let Some(agg) = paint::row_at(mouse, self.listed, &self.lines, &self.cursor) {
                    self.cursor.put(agg);
                    self.move_by(0);
                }
                Next::Stay
            }
            Event::Text(_) => Next::Stay,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        self.paint(frame, area, theme);
        if let Some(sorting) = &mut self.sorting {
            sorting.draw(frame, area, theme);
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

    /// The marked tickets, else the one under the cursor.
    fn subject(&self) -> Option<Subject> {
        if self.marks.is_empty() {
            return self.cursor.at().copied().map(Subject::one);
        }
        Some(Subject { records: self.marks.all().to_vec() })
    }

    fn shown(&self) -> Option<Filter> {
        Some(self.filter())
    }

    /// Marks that a verb was done on are used up; the cursor goes to what was taken or logged.
    fn done(&mut self, act: Act, records: &[AggId]) {
        if records.iter().any(|agg| self.marks.contains(*agg)) {
            self.marks.clear();
        }
        if let (Act::SaveView, [agg]) = (act, records) {
            self.saved = Some(*agg);
        }
        if let (Act::Take | Act::Log, [agg]) = (act, records) {
            self.cursor.put(*agg);
        }
    }

    fn siblings(&self) -> Vec<AggId> {
        self.keys()
    }

    fn is_dense(&self) -> bool {
        true
    }

    fn hints(&self) -> Vec<Hint> {
        if self.bar.is_some() {
            return vec![
                Hint::Named(Action::FilterKeep, "keep"),
                Hint::Named(Action::FilterRestore, "as before"),
                Hint::One(Action::FilterSave),
                Hint::One(Action::FilterComplete),
                Hint::One(Action::FilterGrammar),
            ];
        }
        vec![
            Hint::One(Action::TakeNext),
            Hint::One(Action::Take),
            Hint::One(Action::Escalate),
            Hint::One(Action::Reply),
            Hint::One(Action::Resolve),
            Hint::One(Action::Hold),
            Hint::One(Action::Filter),
            Hint::One(Action::Note),
            Hint::One(Action::Assign),
            Hint::One(Action::Merge),
            Hint::One(Action::New),
            Hint::Named(Action::Mark, "mark"),
            Hint::One(Action::MarkAll),
            Hint::Pair(Action::SiblingNext, " ", Action::SiblingPrevious, "tabs"),
            Hint::Named(Action::Priority, "prio"),
            Hint::One(Action::Preview),
            Hint::One(Action::CopyId),
            Hint::One(Action::Palette),
            Hint::One(Action::Undo),
        ]
    }
}
