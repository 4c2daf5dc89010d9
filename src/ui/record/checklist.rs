//! The checklist of a record: its steps with their ticks, and which of them is under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::ready::checklist::{Step, Ticked};
use crate::domain::command::Verb;
use crate::domain::command::answer::GiveAnswers;
use crate::domain::id::AggId;
use crate::domain::ticket::{Answer, Ticket};
use crate::ui::command::Command;
use crate::ui::screen::{Next, Place};
use crate::ui::theme::{Role, Theme};

/// Above the steps, while they do not have the keys.
const HOW_TO_ENTER: &str = "Tab, Space ticks";
/// The same, while they have them.
const HOW_TO_TICK: &str = "Space ticks, Enter notes what was found";

#[derive(Default)]
pub struct Checklist {
    pub steps: Vec<Step>,
    /// The step under the cursor, while the pane has the keys.
    pub at: Option<usize>,
}

impl Checklist {
    /// The steps of a record as it is now; the cursor stays within them.
    pub fn set(&mut self, steps: Vec<Step>) {
        self.at = self.at.map(|at| at.min(steps.len().saturating_sub(1)));
        self.steps = steps;
    }

    pub fn move_by(&mut self, rows: isize) {
        let last = self.steps.len().saturating_sub(1);
        self.at = self.at.map(|at| at.saturating_add_signed(rows).min(last));
    }

    /// Ticks the step under the cursor, or takes its tick off. A step that needs words asks for them.
    pub fn tick(&mut self, agg: AggId, ticket: &Ticket) -> Next {
        let Some(step) = self.at.and_then(|at| self.steps.get(at)) else {
            self.at = Some(0);
            return Next::Say("the checklist has the keys: Space ticks, Enter notes, Tab leaves it".to_owned());
        };
        let ticked = step.ticked(ticket) != Ticked::No;
        if step.asks_for_words() && !ticked {
            return self.note(agg);
        }
        let answers = match step.item {
            Some(item) => {
                GiveAnswers { answers: vec![(item, (!ticked).then(Answer::ticked))], ..GiveAnswers::default() }
            }
            None => GiveAnswers { ticks: vec![(step.text.clone(), !ticked)], ..GiveAnswers::default() },
        };
        Next::Do(Command::on(&[agg], Verb::Answer(answers)))
    }

    /// Writes what a step found.
    pub fn note(&self, agg: AggId) -> Next {
        let Some(step) = self.at.and_then(|at| self.steps.get(at)) else { return Next::Stay };
        match step.item {
            Some(item) => Next::Go(Place::Finding(agg, item)),
            None => Next::Say("this step is ticked alone; what it found goes into a note, with a".to_owned()),
        }
    }

    /// A line for each step below a head, in the lower part of a pane; answers how many it took.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, ticket: &Ticket, theme: &Theme) -> u16 {
        if area.height < 2 || self.steps.is_empty() {
            return 0;
        }
        let how = if self.at.is_some() { HOW_TO_TICK } else { HOW_TO_ENTER };
        let head = format!("{}   {how}", self.count(ticket));
        buffer.set_stringn(area.x, area.y, head, area.width.into(), theme.style(Role::Faint));
        let rows = usize::from(area.height - 1);
        let first = self.at.map_or(0, |at| (at + 1).saturating_sub(rows));
        let shown = self.steps.iter().enumerate().skip(first).take(rows);
        let mut used = 1;
        for (n, step) in shown {
            let role = if self.at == Some(n) { Role::Cursor } else { Role::Plain };
            let text = line(step, ticket);
            buffer.set_stringn(area.x + 1, area.y + used, text, area.width.saturating_sub(1).into(), theme.style(role));
            used += 1;
        }
        used
    }

    /// In one line: how many are ticked and which is next.
    pub fn draw_line(&self, buffer: &mut Buffer, area: Rect, ticket: &Ticket, theme: &Theme) {
        let next = self.steps.iter().find(|step| step.ticked(ticket) == Ticked::No);
        let next = next.map_or_else(|| "all ticked".to_owned(), |step| format!("next: {}", step.text));
        let text = format!("{}  {next}", self.count(ticket));
        buffer.set_stringn(area.x, area.y, text, area.width.into(), theme.style(Role::Faint));
    }

    fn count(&self, ticket: &Ticket) -> String {
        let ticked = self.steps.iter().filter(|step| step.ticked(ticket) != Ticked::No).count();
        format!("Checklist {ticked}/{}", self.steps.len())
    }
}

/// `[x] event viewer: 1000, 1001, module: faulting module is grid.dll`
fn line(step: &Step, ticket: &Ticket) -> String {
    let mark = match step.ticked(ticket) {
        Ticked::Done => 'x',
        Ticked::Left => '-',
        Ticked::No => ' ',
    };
    let finding = step.finding(ticket).map(|it| format!(": {}", it.as_str().replace('\n', " "))).unwrap_or_default();
    format!("[{mark}] {}{finding}", step.text)
}
