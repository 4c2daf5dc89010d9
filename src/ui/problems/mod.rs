//! The list of problems: what causes incidents, under way first, then the resolved ones that are observed.
//!
//! - [`lines`]: a problem as a line

pub mod lines;
mod speak;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::lines::{COLUMNS, ID, Reading, line, proposed};
use super::action::{Action, Context};
use super::command::Command;
use super::part::chrome::Hint;
use super::part::frame::room;
use super::part::table::{Cursor, Row, Table};
use super::part::text::{fit, put, sides};
use super::problem::verb::on_problem;
use super::screen::{Event, Next, Place, Screen, Subject};
use super::spoken::Spoken;
use super::theme::{Role, Theme};
use crate::app::proposals::Proposal;
use crate::app::{Desk, Error};
use crate::domain::cluster::agg as place_of;
use crate::domain::id::AggId;
use crate::domain::time::Instant;
use crate::store::problem_list::ProblemRow;

/// The list screen.
pub struct Problems {
    /// What the desk proposes, above the problems; each has a place of its own in the list.
    proposals: Vec<(AggId, Proposal)>,
    rows: Vec<ProblemRow>,
    lines: Vec<Row<AggId>>,
    cursor: Cursor<AggId>,
    late: usize,
    /// May this person do what is proposed?
    may: bool,
    now: Instant,
}

impl Problems {
    pub fn new() -> Self {
        Self {
            proposals: Vec::new(),
            rows: Vec::new(),
            lines: Vec::new(),
            cursor: Cursor::default(),
            late: 0,
            may: false,
            now: Instant::default(),
        }
    }

    fn keys(&self) -> Vec<AggId> {
        let proposed = self.proposals.iter().map(|(place, _)| *place);
        proposed.chain(self.rows.iter().map(|row| row.agg)).collect()
    }

    fn proposal(&self) -> Option<&Proposal> {
        let at = self.cursor.at()?;
        self.proposals.iter().find(|(place, _)| place == at).map(|(_, proposal)| proposal)
    }

    fn at(&self) -> Option<&ProblemRow> {
        let at = self.cursor.at()?;
        self.rows.iter().find(|row| row.agg == *at)
    }

    fn problems(&self) -> Vec<AggId> {
        self.rows.iter().map(|row| row.agg).collect()
    }

    /// How many of the rows somebody still works on.
    fn under_way(&self) -> usize {
        self.rows.iter().filter(|row| row.state.open()).count()
    }

    fn move_by(&mut self, rows: isize) {
        let keys = self.keys();
        self.cursor.step(&keys, rows);
    }

    fn act(&mut self, action: Action) -> Next {
        match action {
            Action::Down => self.move_by(1),
            Action::Up => self.move_by(-1),
            Action::HalfDown | Action::PageDown => self.move_by(8),
            Action::HalfUp | Action::PageUp => self.move_by(-8),
            Action::First => self.move_by(isize::MIN / 2),
            Action::Last => self.move_by(isize::MAX / 2),
            Action::Out => return Next::Back,
            _ => return self.verb(action),
        }
        Next::Stay
    }

    fn verb(&self, action: Action) -> Next {
        if let Some(proposal) = self.proposal() {
            return on_proposal(action, proposal);
        }
        let Some(row) = self.at() else { return Next::Stay };
        match action {
            Action::Open => Next::Go(Place::Record(row.agg, self.problems())),
            Action::CopyId => Next::Copy(row.name.clone()),
            Action::CopyText => Next::Copy(format!("{} {} {}\n", row.name, row.priority, row.title)),
            Action::Unlink => Next::Say("an incident is taken out in the problem: Enter opens it".to_owned()),
            _ => on_problem(action, row.agg, row.state).unwrap_or(Next::Stay),
        }
    }

    fn read(&mut self, desk: &Desk) -> Result<(), Error> {
        self.now = desk.now();
        self.may = desk.person().investigates();
        self.rows = desk.problem_rows()?;
        self.proposals = desk.proposals()?.into_iter().map(|it| (place_of(&it.subject), it)).collect();
        let today = desk.policy().date(self.now);
        self.late = self.rows.iter().filter(|row| row.review_on.is_some_and(|day| day < today)).count();
        let reading = Reading { login: desk.person().login.as_str(), now: self.now, today };
        let proposed = self.proposals.iter().map(|(place, it)| proposed(*place, it, self.now));
        self.lines = proposed.chain(self.rows.iter().map(|row| line(row, reading))).collect();
        let keys = self.keys();
        self.cursor.settle(&keys);
        Ok(())
    }
}

impl Screen for Problems {
    fn context(&self) -> Context {
        Context::Problems
    }

    fn load(&mut self, desk: &Desk) -> Result<(), Error> {
        self.read(desk)
    }

    fn minute(&mut self, desk: &Desk) -> Result<(), Error> {
        self.read(desk)
    }

    fn update(&mut self, event: Event) -> Next {
        match event {
            Event::Act(action) => self.act(action),
            Event::Paste(_) => Next::Say("there is no filter here to paste into; : finds problems by words".to_owned()),
            Event::Text(_) | Event::Mouse(_) => Next::Stay,
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let room = room(frame.area().width, frame.area().height);
        let mut body = area;
        if room.tabs {
            let under_way = self.under_way();
            let proposed = match self.proposals.len() {
                0 => String::new(),
                n if self.may => format!("{n} proposed (P accepts, x refuses), "),
                n => format!("{n} proposed to tier 2, "),
            };
            let left = format!(" {proposed}{under_way} under way, {} resolved", self.rows.len() - under_way);
            let late = if self.late > 0 { format!("{} to be looked at again ", self.late) } else { String::new() };
            let text = sides(&left, &late, body.width.into());
            let role = if self.late > 0 { Role::AtRisk } else { Role::Faint };
            put(frame.buffer_mut(), body.x, body.y, &text, body.width.into(), theme.style(role));
            body = Rect { y: body.y + 1, height: body.height.saturating_sub(1), ..body };
        }
        let table = Table { columns: COLUMNS, rows: &self.lines, id_column: ID, titles: room.chrome };
        table.draw(frame.buffer_mut(), body, &mut self.cursor, theme);
        if self.lines.is_empty() && body.height > 1 {
            let text = "   no problem is under way; P on tickets of the queue opens one";
            let cells = usize::from(body.width);
            put(frame.buffer_mut(), body.x, body.y + 1, fit(text, cells), cells, theme.style(Role::Faint));
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
        self.at().map(|row| Subject::one(row.agg))
    }

    fn siblings(&self) -> Vec<AggId> {
        self.problems()
    }

    fn hints(&self) -> Vec<Hint> {
        if self.proposal().is_some() {
            let decide = [Hint::Named(Action::Promote, "accept"), Hint::Named(Action::Unlink, "refuse")];
            let decide = decide.into_iter().filter(|_| self.may);
            let rest = [
                Hint::Named(Action::Open, "incidents"),
                Hint::Pair(Action::Down, "/", Action::Up, "rows"),
                Hint::Named(Action::ViewQueue, "queue"),
                Hint::One(Action::Undo),
            ];
            return decide.chain(rest).collect();
        }
        vec![
            Hint::Named(Action::Take, "own"),
            Hint::One(Action::StageNext),
            Hint::One(Action::Workaround),
            Hint::One(Action::Bind),
            Hint::One(Action::Analyse),
            Hint::One(Action::Note),
            Hint::Named(Action::Resolve, "resolve"),
            Hint::One(Action::Open),
            Hint::One(Action::Assign),
            Hint::Named(Action::Reply, "reply to all"),
            Hint::Named(Action::Hold, "park"),
            Hint::One(Action::AskVendor),
            Hint::One(Action::Merge),
            Hint::One(Action::History),
            Hint::Named(Action::ViewQueue, "queue"),
            Hint::One(Action::Undo),
        ]
    }
}

/// What a key does to a proposal: accept, refuse, look at its incidents.
fn on_proposal(action: Action, proposal: &Proposal) -> Next {
    match action {
        Action::Promote => Next::Do(Command::Accept(Box::new(proposal.clone()))),
        Action::Unlink => Next::Go(Place::RefuseProposal(Box::new(proposal.clone()))),
        Action::Open => {
            let title = format!("{}: {} alike", proposal.words, proposal.count());
            let told = |it: &crate::app::proposals::Member| {
                let weak = if it.weak { " (no code)" } else { "" };
                (it.incident.name.clone(), format!("{}{weak}", it.incident.title))
            };
            Next::Go(Place::Outcome(title, proposal.incidents.iter().map(told).collect()))
        }
        Action::CopyText | Action::CopyId => Next::Copy(proposal.words.clone()),
        _ => Next::Say("a proposal: P accepts it, x refuses it, Enter shows its incidents".to_owned()),
    }
}
