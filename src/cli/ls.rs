//! `tierdesk ls`: a list of tickets, by the filter language of the console.

use clap::{Args, ValueEnum};

use super::exit::{Failure, Status};
use super::print::{Form, cell};
use super::shell::{AsOf, Shell};
use crate::app::Desk;
use crate::app::query::json;
use crate::domain::filter::flag::Flag;
use crate::domain::filter::tree::Expr;
use crate::domain::filter::{Filter, parse};
use crate::domain::refusal::{Code, Refusal};
use crate::store::queue::TicketRow;

/// Rows that are read at once.
const PAGE: u32 = 500;

/// List tickets: the open ones, or those that a filter finds, like `tier:2 prio:<=2` or `status:closed vpn`
#[derive(Debug, Args)]
pub struct Ls {
    /// Words of a filter, as one types them in the console; `--` before one that begins with a minus
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Within a view, by its name; `tierdesk view` lists them
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// What to show of each, in this order
    #[arg(long, value_enum, value_delimiter = ',', value_name = "COLUMN",
          default_values_t = [Column::Number, Column::Priority, Column::State, Column::Sla, Column::Owner, Column::Age, Column::Title])]
    columns: Vec<Column>,
    /// Most rows to show
    #[arg(long, default_value_t = 200, value_name = "N")]
    limit: u32,
    /// Only how many there are
    #[arg(long)]
    count: bool,
    #[command(flatten)]
    at: AsOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Column {
    Number,
    Priority,
    State,
    Tier,
    Owner,
    Requester,
    Age,
    Opened,
    Updated,
    Due,
    /// Working time left; X missed, ! at risk, = pause
    Sla,
    Category,
    Title,
}

impl Ls {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk_at(self.at.now)?;
        let filter = self.filter(&desk)?;
        if self.count {
            return self.count(&filter, &desk, shell);
        }
        if shell.out.form == Form::Json {
            let mut records = Vec::new();
            self.each(&filter, &desk, |row| {
                records.push(json::record(&desk.record(row.agg)?));
                Ok(())
            })?;
            let found = !records.is_empty();
            shell.out.list(records)?;
            return Ok(if found { Status::Done } else { Status::Nothing });
        }
        // Lines go out as they are read, however many there are.
        let rows = self.each(&filter, &desk, |row| match shell.out.form {
            Form::JsonLines => shell.out.json(&json::record(&desk.record(row.agg)?)),
            _ => shell.out.text(&self.line(row, &desk)),
        })?;
        Ok(if rows == 0 { Status::Nothing } else { Status::Done })
    }

    fn filter(&self, desk: &Desk) -> Result<Filter, Failure> {
        let text = self.filter.join(" ");
        if let Some(name) = &self.view {
            let missing =
                || Code::NotFound.because(format!("there is no view `{name}`")).hint("`tierdesk view` lists them");
            let view = desk.view(name)?.ok_or_else(missing)?;
            return Ok(parse(&text).map_err(Refusal::from)?.and(&view.filter));
        }
        if text.trim().is_empty() {
            return Ok(Filter::from(Expr::from(Flag::Open)));
        }
        Ok(parse(&text).map_err(Refusal::from)?)
    }

    /// Calls back with each row, page by page. Returns how many there were.
    fn each(
        &self,
        filter: &Filter,
        desk: &Desk,
        mut each: impl FnMut(&TicketRow) -> Result<(), Failure>,
    ) -> Result<u32, Failure> {
        let (mut rows, mut after) = (0, None);
        while rows < self.limit {
            let page = desk.page(filter, PAGE.min(self.limit - rows), after.as_ref())?;
            page.rows.iter().try_for_each(&mut each)?;
            rows += page.rows.len() as u32;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(rows)
    }

    fn count(&self, filter: &Filter, desk: &Desk, shell: &Shell<'_>) -> Result<Status, Failure> {
        let count = desk.count(filter, u32::MAX - 1)?;
        if shell.out.is_json() {
            shell.out.json(&serde_json::json!({ "count": count.n }))?;
        } else {
            shell.out.text(&count.n.to_string())?;
        }
        Ok(if count.n == 0 { Status::Nothing } else { Status::Done })
    }

    /// The last column takes what is left of 80 cells.
    fn line(&self, row: &TicketRow, desk: &Desk) -> String {
        let mut line = String::new();
        let mut left = 80usize;
        for (nth, column) in self.columns.iter().enumerate() {
            let last = nth + 1 == self.columns.len();
            let width = if last { left.max(column.width()) } else { column.width() };
            line.push_str(&cell(&column.of(row, desk), width));
            line.push(' ');
            left = left.saturating_sub(width + 1);
        }
        line.trim_end().to_owned()
    }
}

impl Column {
    const fn width(self) -> usize {
        match self {
            Self::Number | Self::Requester => 11,
            Self::Priority => 2,
            Self::State => 12,
            Self::Tier => 1,
            Self::Owner => 9,
            Self::Age => 4,
            Self::Opened | Self::Updated | Self::Due => 20,
            Self::Sla => 8,
            Self::Category => 22,
            Self::Title => 36,
        }
    }

    fn of(self, row: &TicketRow, desk: &Desk) -> String {
        let now = desk.now();
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        match self {
            Self::Number => row.name.clone(),
            Self::Priority => row.priority.to_string(),
            Self::State => state(row),
            Self::Tier => row.tier.to_string(),
            Self::Owner => text(&row.assignee),
            Self::Requester => text(&row.requester),
            Self::Age => (now - row.opened_at).short(),
            Self::Opened => row.opened_at.to_string(),
            Self::Updated => row.updated_at.to_string(),
            Self::Due => text(&row.clock.due_at.map(|at| at.to_string())),
            Self::Sla => desk.clock_of(row, now).to_string(),
            Self::Category => format!("{}/{}", row.category, row.subcategory),
            Self::Title => row.title.clone(),
        }
    }
}

/// The state as people say it: a queued ticket that nobody has looked at is new; `^` is an escalation that waits.
fn state(row: &TicketRow) -> String {
    use crate::domain::incident::State;
    let word = match row.state {
        State::Queued | State::Open if !row.acknowledged => "new",
        state => state.word(),
    };
    format!("{}{}", word.replace('_', " "), if row.escalated { "^" } else { "" })
}
