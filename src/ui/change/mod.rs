//! One change: where it stands, what its next phase asks for, what is planned, and what was done to it.

pub mod step;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::step::Step;
use super::action::{Action, Context};
use super::command::Command;
use super::part::chrome::Hint;
use super::part::clock::{age, stamp};
use super::part::text::{Entry, Flow, fit, put, sides};
use super::screen::{Event, Next, Place, Screen};
use super::spoken::{Spoken, Text};
use super::theme::{Role, Theme};
use crate::app::changes::ChangeView;
use crate::app::query::json;
use crate::app::{Desk, Error};
use crate::domain::event::Event as Journaled;
use crate::domain::id::AggId;
use crate::domain::text::Login;
use crate::domain::time::Instant;

/// The record screen of a change.
pub struct Change {
    agg: AggId,
    view: Option<ChangeView>,
    history: Vec<Journaled>,
    /// The history instead of the facts.
    past: bool,
    flow: Flow,
    now: Instant,
    zone: chrono_tz::Tz,
}

impl Change {
    pub fn new(agg: AggId) -> Self {
        let now = Instant::default();
        Self { agg, view: None, history: Vec::new(), past: false, flow: Flow::default(), now, zone: chrono_tz::UTC }
    }

    fn act(&mut self, action: Action) -> Next {
        match action {
            Action::Down => self.flow.scroll(1),
            Action::Up => self.flow.scroll(-1),
            Action::HalfDown | Action::PreviewDown => self.flow.scroll(8),
            Action::HalfUp | Action::PreviewUp => self.flow.scroll(-8),
            Action::PageDown => self.flow.scroll(16),
            Action::PageUp => self.flow.scroll(-16),
            Action::First => self.flow.to_start(),
            Action::Last => self.flow.to_end(),
            Action::Out if self.past => self.show(false),
            Action::Out => return Next::Back,
            Action::History => self.show(!self.past),
            Action::Open | Action::Status => return Next::Go(Place::Change(self.agg, None)),
            Action::Note => return self.step(&[Step::Note]),
            Action::Hold => return self.step(&[Step::Hold]),
            Action::Resume => return self.step(&[Step::Resume]),
            Action::Resolve => return self.step(&[Step::Complete, Step::Restored, Step::Close]),
            Action::CopyId => return Next::Copy(self.name()),
            _ => {}
        }
        Next::Stay
    }

    /// The first of these that fits here.
    fn step(&self, wanted: &[Step]) -> Next {
        let Some(view) = &self.view else { return Next::Stay };
        let fitting = Step::fitting(view.case.change());
        match wanted.iter().find(|step| fitting.contains(step)) {
            Some(step) => next(self.agg, *step),
            None => Next::Say(format!("{} is {}; Enter lists what can be done", self.name(), self.state())),
        }
    }

    fn show(&mut self, past: bool) {
        self.past = past;
        self.flow = Flow::new(self.entries());
    }

    fn name(&self) -> String {
        self.view.as_ref().map(|view| view.case.change().name()).unwrap_or_default()
    }

    fn state(&self) -> String {
        self.view.as_ref().map(|view| view.case.change().state.said()).unwrap_or_default()
    }

    fn entries(&self) -> Vec<Entry> {
        let Some(view) = &self.view else { return Vec::new() };
        if self.past {
            return self.history.iter().map(|event| past(event, self.now, self.zone)).collect();
        }
        let facts = self.facts(view).into_iter();
        let facts = facts.map(|(head, body)| Entry { head, body, ..Entry::default() });
        let notes = view.worklog.iter().map(|it| Entry {
            head: format!("{}  {}", stamp(it.at, self.now, self.zone), it.actor),
            body: it.text.clone(),
            ..Entry::default()
        });
        facts.chain(notes).collect()
    }

    /// What it lacks first, then what is known of it.
    fn facts(&self, view: &ChangeView) -> Vec<(String, String)> {
        let change = view.case.change();
        let mut facts = Vec::new();
        let mut tell = |name: &str, value: String| {
            if !value.is_empty() {
                facts.push((name.to_owned(), value));
            }
        };
        let text = |value: Option<String>| value.unwrap_or_default();
        if let Some(next) = view.next {
            let missing: Vec<_> = view.unmet.iter().map(|row| format!("{} {}", row.gate, row.what)).collect();
            let missing = if missing.is_empty() { "nothing is missing".to_owned() } else { missing.join("\n") };
            tell(&format!("Next: {}", next.said()), missing);
        }
        let left = change.left.zip(change.left_reason.as_ref());
        tell("Stopped", text(left.map(|(left, reason)| format!("in {}: {reason}", left.said()))));
        if view.review_due {
            tell("Second look", "overdue: its author approved it alone".to_owned());
        }
        let line = |it: &crate::app::changes::Named| format!("{} {} {}", it.name, it.state.replace('_', " "), it.title);
        tell("Fixes", view.fixes.iter().map(line).collect::<Vec<_>>().join("\n"));
        tell("Brought about", view.caused.iter().map(line).collect::<Vec<_>>().join("\n"));
        let names = change.software_items.iter().chain(&change.endpoints).map(|it| it.as_str());
        tell("Touches", names.collect::<Vec<_>>().join(", "));
        tell("Risk", text(change.risk.map(|risk| risk.to_string())));
        tell("Plan", text(change.plan.as_ref().map(ToString::to_string)));
        tell("Way back", text(change.rollback_plan.as_ref().map(ToString::to_string)));
        let time = change.planned_start.zip(change.planned_end);
        let at = |instant| stamp(instant, self.now, self.zone);
        tell("Planned", text(time.map(|(start, end)| format!("{} to {}", at(start), at(end)))));
        let trials =
            change.trials.iter().map(|it| format!("{} on {} by {}: {}", it.verdict, it.on, it.by, it.evidence));
        tell("Tried", trials.collect::<Vec<_>>().join("\n"));
        tell("Approved", text(change.approver.as_ref().map(|by| format!("by {by}"))));
        tell("Seen", text(change.verification.as_ref().map(ToString::to_string)));
        tell("Result", text(change.result.map(|result| result.word().replace('_', " "))));
        tell("Review", text(change.pir_note.as_ref().map(ToString::to_string)));
        tell("Description", text(change.description.as_ref().map(ToString::to_string)));
        facts
    }
}

/// What a step leads to: a line to type, or the deed itself.
pub fn next(agg: AggId, step: Step) -> Next {
    match (step.asks(), step.verb("")) {
        (None, Ok(verb)) => Next::Do(Command::Change(Box::new(verb), agg)),
        _ => Next::Go(Place::Change(agg, Some(step))),
    }
}

fn past(event: &Journaled, now: Instant, zone: chrono_tz::Tz) -> Entry {
    let told = json::event(event);
    let act = told["do"].as_str().unwrap_or("?").replace('_', " ");
    let reason = told["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
    let names = told["changes"].as_array().into_iter().flatten().filter_map(|it| it["field"].as_str());
    let body = names.map(|name| name.replace('_', " ")).collect::<Vec<_>>().join(", ");
    let head = format!("{}  {} {act}{reason}", stamp(event.at, now, zone), event.actor);
    Entry { head, body, ..Entry::default() }
}

impl Screen for Change {
    fn context(&self) -> Context {
        Context::Record
    }

    fn load(&mut self, desk: &Desk) -> Result<(), Error> {
        self.now = desk.now();
        self.zone = desk.policy().zone;
        self.view = Some(desk.change(self.agg)?);
        self.history = desk.history(self.agg)?;
        self.flow.set(self.entries());
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
        let Some(view) = &self.view else { return };
        let change = view.case.change();
        let cells = usize::from(area.width);
        let right = format!("{} {} ", change.state.said(), age(change.state_since, self.now));
        let left = format!(" {}  {}", change.name(), change.title);
        let head = sides(fit(&left, cells.saturating_sub(right.len() + 1)), &right, cells);
        put(frame.buffer_mut(), area.x, area.y, &head, cells, theme.style(Role::Heading));
        let author = change.author.as_ref().map_or("nobody", Login::as_str);
        let kind = change.kind.word().replace('_', " ");
        let what = format!(" {} {kind}, {}, by {author}", change.urgency_class, change.work_mode);
        put(frame.buffer_mut(), area.x, area.y + 1, &what, cells, theme.style(Role::Faint));
        let body = Rect {
            x: area.x + 1,
            y: area.y + 2,
            width: area.width.saturating_sub(1),
            height: area.height.saturating_sub(2),
        };
        self.flow.draw(frame.buffer_mut(), body);
    }

    fn is_overlay(&self) -> bool {
        false
    }

    fn is_ticket(&self) -> bool {
        true
    }

    fn speak(&mut self) -> Spoken {
        let title = self.view.as_ref().map(|view| view.case.change().title.to_string()).unwrap_or_default();
        let title = format!("{} {title}, {}", self.name(), self.state());
        Spoken::Text(Text { title, facts: Vec::new(), entries: self.entries(), from_end: false })
    }

    fn hints(&self) -> Vec<Hint> {
        vec![
            Hint::Named(Action::Open, "what can be done"),
            Hint::Named(Action::Resolve, "complete, close"),
            Hint::One(Action::Hold),
            Hint::One(Action::Resume),
            Hint::One(Action::Note),
            Hint::One(Action::History),
            Hint::Named(Action::Out, "back"),
            Hint::Pair(Action::Down, "/", Action::Up, "scroll"),
            Hint::One(Action::CopyId),
            Hint::One(Action::Undo),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Identity;
    use crate::domain::command::bench::login;
    use crate::domain::command::change_record::Open;
    use crate::domain::number::SiteCode;
    use crate::domain::text::Title;
    use crate::store::New;

    #[test]
    fn a_change_tells_what_it_lacks_and_its_keys_lead_to_what_fits() {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity { account: login("dana"), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let clock = Box::new(|| 1_790_000_000_000);
        let mut desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, clock).unwrap();
        let open = Open::titled(Title::new("Turn off the old proxy").unwrap());
        let agg = desk.open_change(&open).unwrap().records[0].1;
        let mut screen = Change::new(agg);
        screen.load(&desk).unwrap();
        let Spoken::Text(told) = screen.speak() else { panic!("it is read") };
        assert_eq!(told.title, "CHG-1 Turn off the old proxy, draft");
        let first = &told.entries[0];
        assert_eq!((first.head.as_str(), &first.body[..3]), ("Next: evaluation", "G1 "));
        let mut press = |action| screen.update(Event::Act(action));
        assert!(matches!(press(Action::Open), Next::Go(Place::Change(_, None))));
        assert!(matches!(press(Action::Note), Next::Go(Place::Change(_, Some(Step::Note)))));
        assert!(matches!(press(Action::Hold), Next::Say(_)), "a draft is not stopped");
        press(Action::History);
        assert!(matches!(press(Action::Out), Next::Stay), "out of the history");
        assert!(matches!(press(Action::Out), Next::Back));
    }
}
