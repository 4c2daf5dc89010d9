//! One problem: its stage, what is known of it, the incidents that it causes, and what happened.
//!
//! - [`verb`]: the verbs, in the list of problems too; [`facts`]: what is known; [`lines`]: an incident as a line

mod evidence;
mod facts;
mod lines;
mod speak;
pub mod verb;

use chrono::{Days, NaiveDate};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::facts::{DAYS, Facts};
use self::lines::{COLUMNS, ID, line};
use self::verb::on_problem;
use super::action::{Action, Context};
use super::command::Command;
use super::part::chrome::{Hint, rule, tabs};
use super::part::clock::stamp;
use super::part::frame::{Room, room};
use super::part::marks::Marks;
use super::part::table::{Cursor, Row, Table};
use super::part::text::{Entry, Flow, fit, put, sides};
use super::problems::lines::named;
use super::record::timeline::{Shown, Telling, told};
use super::screen::{Event, Next, Place, Screen, Subject};
use super::spoken::Spoken;
use super::theme::{Role, Theme};
use crate::app::problems::ProblemView;
use crate::app::{Desk, Error};
use crate::domain::change::Act;
use crate::domain::command::Verb;
use crate::domain::command::link::Unlink;
use crate::domain::event::Event as Journaled;
use crate::domain::id::AggId;
use crate::domain::problem::ProblemState;
use crate::domain::ticket::{Link, LinkKind};
use crate::domain::time::{Instant, Secs};
use crate::store::queue::TicketRow;

/// Width of the pane beside the facts.
const SIDE: u16 = 44;
/// Most linked incidents that are listed, those that are still open first.
const LISTED: usize = 200;

/// What the lower pane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    Timeline,
    Whys,
    /// What was written and answered on the incident under the cursor.
    Evidence,
}

impl Below {
    const ALL: [Self; 3] = [Self::Timeline, Self::Whys, Self::Evidence];

    const fn label(self) -> &'static str {
        match self {
            Self::Timeline => "Timeline",
            Self::Whys => "Whys",
            Self::Evidence => "Evidence",
        }
    }

    fn step(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|it| *it == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()]
    }
}

/// The record screen of a problem.
pub struct ProblemRecord {
    agg: AggId,
    siblings: Vec<AggId>,
    view: Option<ProblemView>,
    change: Option<String>,
    history: Vec<Journaled>,
    rows: Vec<TicketRow>,
    lines: Vec<Row<AggId>>,
    days: Vec<(NaiveDate, u32)>,
    lasted: Secs,
    cursor: Cursor<AggId>,
    marks: Marks,
    below: Below,
    flow: Flow,
    /// The incident whose evidence is in the flow.
    evidence_of: Option<AggId>,
    login: String,
    now: Instant,
    zone: chrono_tz::Tz,
}

impl ProblemRecord {
    pub fn new(agg: AggId, siblings: Vec<AggId>) -> Self {
        Self {
            agg,
            siblings,
            view: None,
            change: None,
            history: Vec::new(),
            rows: Vec::new(),
            lines: Vec::new(),
            days: Vec::new(),
            lasted: Secs(0),
            cursor: Cursor::default(),
            marks: Marks::default(),
            below: Below::Timeline,
            flow: Flow::default(),
            evidence_of: None,
            login: String::new(),
            now: Instant::default(),
            zone: chrono_tz::UTC,
        }
    }

    fn state(&self) -> ProblemState {
        self.view.as_ref().map(|view| view.case.problem().state).unwrap_or_default()
    }

    fn name(&self) -> String {
        self.view.as_ref().map(|view| view.case.problem().name()).unwrap_or_default()
    }

    fn keys(&self) -> Vec<AggId> {
        self.rows.iter().map(|row| row.agg).collect()
    }

    /// The marked incidents, else the one under the cursor.
    fn incidents(&self) -> Vec<AggId> {
        if self.marks.is_empty() { self.cursor.at().copied().into_iter().collect() } else { self.marks.all().to_vec() }
    }

    fn facts<'a>(&'a self, view: &'a ProblemView) -> Facts<'a> {
        let (now, zone) = (self.now, self.zone);
        Facts { view, change: self.change.as_deref(), now, zone, days: &self.days, lasted: self.lasted }
    }

    fn move_by(&mut self, rows: isize) {
        let keys = self.keys();
        self.cursor.step(&keys, rows);
    }

    fn draw_lines(&mut self) {
        self.lines = self.rows.iter().map(|row| line(row, &self.marks, &self.login, self.now)).collect();
    }

    fn sibling(&self, step: isize) -> Next {
        let at = self.siblings.iter().position(|agg| *agg == self.agg);
        match at.and_then(|at| self.siblings.get(at.checked_add_signed(step)?)) {
            Some(agg) => Next::Instead(Place::Record(*agg, self.siblings.clone())),
            None => Next::Say("there is no other problem in this direction".to_owned()),
        }
    }

    fn act(&mut self, action: Action) -> Next {
        match action {
            Action::Down => self.move_by(1),
            Action::Up => self.move_by(-1),
            Action::First => self.move_by(isize::MIN / 2),
            Action::Last => self.move_by(isize::MAX / 2),
            Action::PreviewDown => self.flow.scroll(3),
            Action::PreviewUp => self.flow.scroll(-3),
            Action::HalfDown | Action::PageDown => self.flow.scroll(8),
            Action::HalfUp | Action::PageUp => self.flow.scroll(-8),
            Action::PaneNext => self.show_below(1),
            Action::PanePrevious => self.show_below(Below::ALL.len() - 1),
            Action::SiblingNext => return self.sibling(1),
            Action::SiblingPrevious => return self.sibling(-1),
            Action::Mark => {
                if let Some(at) = self.cursor.at().copied() {
                    self.marks.toggle(at);
                    self.move_by(1);
                    self.draw_lines();
                }
            }
            Action::MarkRange => {
                let Some(at) = self.cursor.at().copied() else { return Next::Stay };
                if self.marks.range(at, &self.keys()) {
                    return Next::Say("range begun: v ends it".to_owned());
                }
                self.draw_lines();
            }
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
            Action::Open => {
                let at = self.cursor.at().copied();
                return at.map_or(Next::Stay, |at| Next::Go(Place::Record(at, self.keys())));
            }
            Action::Unlink => return self.unlink(),
            Action::CopyId => return Next::Copy(self.name()),
            Action::CopyText => return Next::Copy(self.as_text()),
            _ => return on_problem(action, self.agg, self.state()).unwrap_or(Next::Stay),
        }
        Next::Stay
    }

    fn unlink(&self) -> Next {
        let incidents = self.incidents();
        if incidents.is_empty() {
            return Next::Say("no incident is linked; b links some".to_owned());
        }
        let link = Link { kind: LinkKind::SymptomOf, to: self.agg };
        Next::Do(Command::on(&incidents, Verb::Unlink(Unlink { link })))
    }

    fn show_below(&mut self, by: usize) {
        self.below = self.below.step(by);
        self.flow = Flow::default();
        self.evidence_of = None;
        self.flow_again();
    }

    /// What the lower pane tells but for the evidence, which is read when the cursor moves.
    fn flow_again(&mut self) {
        let Some(view) = &self.view else { return };
        let entries = match self.below {
            Below::Timeline => self.timeline(view),
            Below::Whys => self.facts(view).whys(),
            Below::Evidence => return,
        };
        let first = self.flow.is_empty();
        self.flow.set(entries);
        if first && self.below == Below::Timeline {
            self.flow.to_end();
        }
    }

    fn timeline(&self, view: &ProblemView) -> Vec<Entry> {
        let problem = view.case.problem();
        let reported = problem.description.as_ref().map(|text| (problem.logged_at, text.to_string()));
        told(reported, &self.history, &Telling { shown: Shown::All, now: self.now, zone: self.zone, links: &[] })
    }

    /// The problem as a block of text, for a mail or a chat.
    fn as_text(&self) -> String {
        let Some(view) = &self.view else { return String::new() };
        let problem = view.case.problem();
        let facts = self.facts(view);
        let mut text = format!("{} {}\nStage: {}\n", problem.name(), problem.title, facts.stages());
        for (label, value, _) in facts.lines() {
            text.push_str(&format!("{label}: {value}\n"));
        }
        text
    }

    fn read(&mut self, desk: &Desk) -> Result<(), Error> {
        self.now = desk.now();
        self.zone = desk.policy().zone;
        self.login = desk.person().login.to_string();
        let view = desk.problem(self.agg)?;
        self.history = desk.history(self.agg)?;
        let fix = view.case.problem().fix_change;
        self.change = match fix {
            Some(agg) => desk.store().change(agg)?.map(|case| case.is.fields.name()),
            None => None,
        };
        let today = desk.policy().date(self.now);
        let first = today - Days::new(DAYS as u64 - 1);
        self.days = first.iter_days().take(DAYS).map(|day| (day, 0)).collect();
        let mut lasted = 0;
        for (_, ticket) in &view.incidents {
            let day = desk.policy().date(ticket.logged_at);
            if let Some((_, n)) = self.days.iter_mut().find(|(it, _)| *it == day) {
                *n += 1;
            }
            let ended = ticket.resolved_at.or(ticket.closed_at).unwrap_or(self.now);
            lasted += (ended - ticket.opened_at).0.max(0);
        }
        self.lasted = Secs(lasted);
        self.rows = desk.store().symptom_rows(self.agg, LISTED)?;
        self.view = Some(view);
        let keys = self.keys();
        self.marks.retain(|mark| keys.contains(&mark));
        self.cursor.settle(&keys);
        self.draw_lines();
        self.evidence_of = None;
        self.flow_again();
        Ok(())
    }
}

impl Screen for ProblemRecord {
    fn context(&self) -> Context {
        Context::Problems
    }

    fn load(&mut self, desk: &Desk) -> Result<(), Error> {
        self.read(desk)?;
        self.look(desk)
    }

    fn look(&mut self, desk: &Desk) -> Result<(), Error> {
        let at = self.cursor.at().copied();
        if self.below == Below::Evidence && (self.evidence_of != at || self.flow.is_empty()) {
            self.evidence_of = at;
            self.flow = Flow::new(match at {
                Some(at) => evidence::entries(&desk.record(at)?, self.now, self.zone),
                None => Vec::new(),
            });
        }
        Ok(())
    }

    fn minute(&mut self, desk: &Desk) -> Result<(), Error> {
        self.load(desk)
    }

    fn update(&mut self, event: Event) -> Next {
        match event {
            Event::Act(action) => self.act(action),
            Event::Text(_) | Event::Paste(_) | Event::Mouse(_) => Next::Stay,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let Some(view) = self.view.take() else { return };
        let room = room(frame.area().width, frame.area().height);
        self.paint(frame.buffer_mut(), area, &view, room, theme);
        self.view = Some(view);
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
        let records = self.incidents();
        (!records.is_empty()).then_some(Subject { records })
    }

    /// Marks that a verb was done on are used up.
    fn done(&mut self, _act: Act, records: &[AggId]) {
        if records.iter().any(|agg| self.marks.contains(*agg)) {
            self.marks.clear();
        }
    }

    fn hints(&self) -> Vec<Hint> {
        vec![
            Hint::One(Action::Analyse),
            Hint::One(Action::StageNext),
            Hint::Named(Action::Bind, "link"),
            Hint::Named(Action::Unlink, "unlink"),
            Hint::One(Action::Note),
            Hint::One(Action::Workaround),
            Hint::Named(Action::Resolve, "resolve"),
            Hint::Named(Action::Take, "own"),
            Hint::Named(Action::Out, "back"),
            Hint::Named(Action::Open, "incident"),
            Hint::Named(Action::Mark, "mark"),
            Hint::Named(Action::Reply, "reply to all"),
            Hint::Named(Action::PaneNext, "whys, evidence"),
            Hint::Named(Action::Hold, "park"),
            Hint::One(Action::AskVendor),
            Hint::Named(Action::EditText, "cause"),
            Hint::One(Action::StageBack),
            Hint::One(Action::Merge),
            Hint::One(Action::History),
            Hint::One(Action::Undo),
        ]
    }
}

impl ProblemRecord {
    fn paint(&mut self, buffer: &mut Buffer, area: Rect, view: &ProblemView, room: Room, theme: &Theme) {
        put(buffer, area.x, area.y, &head(view, area.width), area.width.into(), theme.style(Role::Heading));
        let mut body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        if room.side {
            let pane = Rect { x: body.right() - SIDE, width: SIDE, ..body };
            body.width -= SIDE + 2;
            for y in pane.y..pane.bottom() {
                put(buffer, pane.x - 2, y, theme.glyphs.side, 1, theme.style(Role::Faint));
            }
            self.facts(view).draw_side(buffer, pane, theme);
        }
        if room.chrome {
            let most = if room.side {
                4
            } else if body.height >= 18 {
                2
            } else {
                1
            };
            let facts = Rect { height: body.height / 2, ..body };
            let used = self.facts(view).draw_above(buffer, facts, theme, most);
            body.y += used;
            body.height -= used;
            if !room.side && body.height > 10 {
                let y = body.bottom() - 1;
                put(
                    buffer,
                    body.x,
                    y,
                    fit(&self.facts(view).days_line(), body.width.into()),
                    body.width.into(),
                    theme.style(Role::Faint),
                );
                body.height -= 1;
            }
        }
        let list = self.draw_incidents(buffer, body, view, room.chrome, theme);
        let below = Rect { y: body.y + list, height: body.height.saturating_sub(list), ..body };
        self.draw_below(buffer, below, theme);
    }

    /// The incidents under a rule; answers how many lines they took: as many as they need, but not more than half.
    fn draw_incidents(
        &mut self,
        buffer: &mut Buffer,
        area: Rect,
        view: &ProblemView,
        chrome: bool,
        theme: &Theme,
    ) -> u16 {
        if area.height < 3 {
            return 0;
        }
        let open = view.incidents.iter().filter(|(_, it)| it.state.open()).count();
        let more = match view.incidents.len().saturating_sub(self.rows.len()) {
            0 => String::new(),
            n => format!(", {n} more not listed"),
        };
        let title = format!("Linked incidents ({open} open, {} ended{more})", view.incidents.len() - open);
        let first = view.incidents.iter().map(|(_, it)| it.logged_at).min();
        let marked = match self.marks.all().len() {
            0 => first.map(|at| format!("first {}", stamp(at, self.now, self.zone))).unwrap_or_default(),
            n => format!("{n} marked"),
        };
        let cells = usize::from(area.width);
        put(buffer, area.x, area.y, &rule(&title, &marked, area.width, &theme.glyphs), cells, theme.style(Role::Faint));
        let wanted = self.lines.len().max(1) as u16 + u16::from(chrome);
        let height = wanted.min((area.height / 2).max(3)).min(area.height - 1);
        let list = Rect { y: area.y + 1, height, ..area };
        let table = Table { columns: COLUMNS, rows: &self.lines, id_column: ID, titles: chrome };
        table.draw(buffer, list, &mut self.cursor, theme);
        if self.lines.is_empty() {
            let text = "   none is linked; b links some";
            put(buffer, list.x, list.bottom() - 1, text, cells, theme.style(Role::Faint));
        }
        height + 1
    }

    fn draw_below(&mut self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        if area.height < 2 {
            return;
        }
        let current = Below::ALL.iter().position(|it| *it == self.below).unwrap_or(0);
        let names = tabs(Below::ALL.iter().map(|it| (it.label(), None)), current);
        let of = self.evidence_of.and_then(|agg| self.rows.iter().find(|row| row.agg == agg));
        let title = of.map_or_else(|| self.below.label().to_owned(), |row| format!("Evidence of {}", row.name));
        let line = rule(&title, &names, area.width, &theme.glyphs);
        put(buffer, area.x, area.y, &line, area.width.into(), theme.style(Role::Faint));
        let inner = Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(1), height: area.height - 1 };
        self.flow.draw(buffer, inner);
    }
}

/// Number and title; at the right end how it stands and whose it is.
fn head(view: &ProblemView, cells: u16) -> String {
    let problem = view.case.problem();
    let owner = problem.owner.as_ref().map_or("nobody", crate::domain::text::Login::as_str);
    let woke = if problem.woke { ", woke up" } else { "" };
    let right = format!("{}  {}{woke}  owner {owner} ", problem.priority, named(problem.state));
    let left = format!(" {}  {}", problem.name(), problem.title);
    let room = usize::from(cells).saturating_sub(right.len() + 1);
    sides(fit(&left, room), &right, cells.into())
}
