//! What is known of a problem: how far it is, why it is there, what helps meanwhile, and who removes it.

use chrono::NaiveDate;
use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::problems::ProblemView;
use crate::domain::problem::{FixSource, Problem, ProblemState};
use crate::domain::time::{Instant, Secs};
use crate::ui::part::clock::stamp;
use crate::ui::part::text::{Entry, fit, pad, put, wrap};
use crate::ui::problems::lines::hours;
use crate::ui::theme::{Role, Theme};

/// The stages in their order; a pending problem stands where it waits.
const STAGES: [(ProblemState, &str); 6] = [
    (ProblemState::New, "new"),
    (ProblemState::Investigating, "investigating"),
    (ProblemState::KnownError, "known error"),
    (ProblemState::FixInProgress, "fix"),
    (ProblemState::Resolved, "resolved"),
    (ProblemState::Closed, "closed"),
];
/// Days that the chart of new incidents shows.
pub const DAYS: usize = 7;
/// Cells of a label and the gap behind it.
const LABEL: usize = 11;
/// Cells of the longest bar.
const BAR: usize = 20;

/// All that the facts are told from.
pub struct Facts<'a> {
    pub view: &'a ProblemView,
    /// The number of the change that fixes it.
    pub change: Option<&'a str>,
    pub now: Instant,
    pub zone: Tz,
    /// The last days, today last, each with its new incidents.
    pub days: &'a [(NaiveDate, u32)],
    pub lasted: Secs,
}

impl Facts<'_> {
    fn problem(&self) -> &Problem {
        self.view.case.problem()
    }

    /// `new > investigating > [known error] > fix > resolved > closed`.
    pub fn stages(&self) -> String {
        let problem = self.problem();
        let at =
            if problem.state == ProblemState::Pending { problem.waits_in.unwrap_or_default() } else { problem.state };
        let one =
            |(state, name): &(ProblemState, &str)| if *state == at { format!("[{name}]") } else { (*name).to_owned() };
        let told = STAGES.iter().map(one).collect::<Vec<_>>().join(" > ");
        match problem.state {
            ProblemState::Cancelled => "cancelled".to_owned(),
            ProblemState::Pending => {
                let until = problem.follow_up_at.map(|at| format!(" until {}", stamp(at, self.now, self.zone)));
                format!("{told}   = pending{}", until.unwrap_or_default())
            }
            _ => told,
        }
    }

    /// Label and text of each fact, with the role of what must be seen.
    pub fn lines(&self) -> Vec<(&'static str, String, Role)> {
        let mut lines = vec![("Cause", self.cause(), Role::Plain), ("Workaround", self.workaround(), Role::Plain)];
        lines.push(("Fix", self.fix(), Role::Plain));
        let problem = self.problem();
        if let Some(day) = problem.review_on {
            let due = self.view.review_due;
            let text = format!("{}by {}", if due { "! due, " } else { "" }, day.format("%a %d %b"));
            lines.push(("Review", text, if due { Role::AtRisk } else { Role::Plain }));
        }
        if let Some(reason) = &problem.wait_reason {
            lines.push(("Pending", reason.to_string(), Role::Paused));
        }
        for task in &self.view.tasks {
            let whom = task.vendor.as_ref().map(ToString::to_string).unwrap_or_default();
            let number = task.vendor_ref.as_ref().map(|number| format!(" {number}")).unwrap_or_default();
            let answer = task.answer.as_ref().map(|answer| format!(": {answer}")).unwrap_or_default();
            let state = task.state.word().replace('_', " ");
            lines.push(("Vendor", format!("{} {state}, {whom}{number}{answer}", task.name()), Role::Plain));
        }
        lines
    }

    fn cause(&self) -> String {
        let problem = self.problem();
        let contributing: Vec<_> = problem.contributing.iter().map(|it| it.word().replace('_', " ")).collect();
        let also = if contributing.is_empty() { String::new() } else { format!(", also {}", contributing.join(", ")) };
        let class = problem.cause_class.map(|it| format!("  ({}{also})", it.word().replace('_', " ")));
        match (&problem.root_cause, &problem.vendor_statement) {
            (Some(cause), _) => format!("{cause}{}", class.unwrap_or_default()),
            (None, Some(said)) => {
                let number = problem.vendor_ref.as_ref().map(|number| format!(" ({number})")).unwrap_or_default();
                format!("the vendor says{number}: {said}")
            }
            (None, None) => "not found yet".to_owned(),
        }
    }

    fn workaround(&self) -> String {
        let problem = self.problem();
        let Some(text) = &problem.workaround else {
            return if problem.no_workaround { "there is none".to_owned() } else { "none told yet (W)".to_owned() };
        };
        let tested = match (&problem.workaround_tested_by, problem.workaround_tested_on) {
            (Some(by), Some(on)) => format!("tested by {by} {}", on.format("%d %b")),
            _ => "not tested".to_owned(),
        };
        let used = self.view.incidents.iter().filter(|(_, it)| it.workaround_used == Some(self.view.case.agg)).count();
        let revision = problem.workaround_revision;
        format!("{text}  (rev {revision}, tier {}+, {tested}, used {used} times)", problem.workaround_min_tier)
    }

    fn fix(&self) -> String {
        let problem = self.problem();
        let by = match (problem.fix_source, self.change) {
            (FixSource::Vendor, _) => "by the vendor".to_owned(),
            (FixSource::Internal, Some(change)) => format!("by {change}"),
            (FixSource::Internal, None) => "by a change".to_owned(),
            (FixSource::None, _) => "nobody removes the cause yet".to_owned(),
        };
        let seen = problem.verification.as_ref().map(|text| format!("; verified: {text}")).unwrap_or_default();
        let until = problem.observe_until.map(|day| format!("; observed until {}", day.format("%d %b")));
        let code = problem.closure_code.map(|code| format!("; {}", code.word().replace('_', " ")));
        format!("{by}{seen}{}{}", until.unwrap_or_default(), code.unwrap_or_default())
    }

    /// The whys: an answer without evidence is an assumption.
    pub fn whys(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (n, why) in self.problem().whys().into_iter().enumerate() {
            let Some(why) = why else { continue };
            let root = if why.root { "  <- root cause" } else { "" };
            let evidence = why.evidence.as_ref().map_or_else(
                || "assumption: nothing shows it yet".to_owned(),
                |evidence| format!("evidence: {evidence}"),
            );
            entries.push(Entry {
                head: format!("Why {}  {}{root}", n + 1, why.question),
                body: format!("{}\n{evidence}", why.answer),
                ..Entry::default()
            });
        }
        if entries.is_empty() {
            entries.push(Entry { head: "no why was asked yet; f asks one".to_owned(), ..Entry::default() });
        }
        entries
    }

    /// `New incidents per day  Wed 0  Thu 2  ...`, in one line.
    pub fn days_line(&self) -> String {
        let days = self.days.iter().map(|(day, n)| format!("  {} {n}", day.format("%a")));
        days.fold(" New per day".to_owned(), |told, day| told + &day)
    }

    /// The head of the facts, above the incidents; answers how many lines it took. Long texts get a second line where
    /// there is room.
    pub fn draw_above(&self, buffer: &mut Buffer, area: Rect, theme: &Theme, most: usize) -> u16 {
        let cells = usize::from(area.width).saturating_sub(LABEL + 2);
        let mut y = area.y;
        let stages = [("Stage", self.stages(), Role::Heading)];
        for (label, text, role) in stages.into_iter().chain(self.lines()) {
            for (n, part) in wrap(&text.replace('\n', " "), cells.max(8)).into_iter().take(most).enumerate() {
                if y >= area.bottom() {
                    return y - area.y;
                }
                let label = if n == 0 { label } else { "" };
                put(buffer, area.x + 1, y, &pad(label, LABEL), LABEL, theme.style(Role::Faint));
                put(buffer, area.x + 1 + LABEL as u16, y, &text.replace('\n', " ")[part], cells, theme.style(role));
                y += 1;
            }
        }
        y - area.y
    }

    /// The pane beside: new incidents by day, the cost, and the whys.
    pub fn draw_side(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let cells = usize::from(area.width);
        let most = self.days.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
        let mut lines = vec![("New incidents per day".to_owned(), Role::Heading)];
        for (day, n) in self.days {
            let bar = theme.glyphs.bar.repeat((*n as usize * BAR).div_ceil(most as usize).min(BAR));
            lines.push((
                format!("  {} {bar}{}{n}", day.format("%a %d"), if bar.is_empty() { "" } else { " " }),
                Role::Plain,
            ));
        }
        let reopened = self.view.incidents.iter().filter(|(_, it)| it.reopen_count > 0).count();
        let total = self.view.incidents.len();
        lines.push((String::new(), Role::Plain));
        lines.push((format!("Cost so far   {} over {total} tickets", hours(self.lasted)), Role::Plain));
        lines.push((format!("Reopened      {reopened}"), Role::Plain));
        lines.push((String::new(), Role::Plain));
        lines.push(("Whys".to_owned(), Role::Heading));
        for entry in self.whys() {
            let texts = [(entry.head, Role::Plain), (entry.body, Role::Faint)];
            for (text, role) in texts {
                let wrapped = wrap(&text, cells.saturating_sub(2).max(8));
                lines.extend(
                    wrapped
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .map(|part| (format!("  {}", &text[part]), role)),
                );
            }
        }
        for ((text, role), y) in lines.iter().zip(area.y..area.bottom()) {
            put(buffer, area.x, y, fit(text, cells), cells, theme.style(*role));
        }
    }
}
