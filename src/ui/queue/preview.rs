//! The ticket under the cursor, beside or below the list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::query::record::RecordView;
use crate::app::{Desk, Error};
use crate::domain::clock::standing::Sla;
use crate::domain::id::AggId;
use crate::domain::incident::Visibility;
use crate::domain::time::Instant;
use crate::ui::part::clock::{due, stamp};
use crate::ui::part::text::{Entry, Flow, fit, put, sides};
use crate::ui::theme::{Role, Theme};

/// The preview pane.
pub struct Preview {
    on: bool,
    of: Option<AggId>,
    view: Option<RecordView>,
    flow: Flow,
    now: Instant,
    zone: chrono_tz::Tz,
}

impl Preview {
    pub fn new(zone: chrono_tz::Tz) -> Self {
        Self { on: true, of: None, view: None, flow: Flow::default(), now: Instant::default(), zone }
    }

    pub const fn is_on(&self) -> bool {
        self.on
    }

    pub fn toggle(&mut self) {
        self.on = !self.on;
        self.of = None;
    }

    /// What it shows may have changed: read it again when next looked at.
    pub fn forget(&mut self) {
        self.of = None;
    }

    pub fn scroll(&mut self, rows: isize) {
        self.flow.scroll(rows);
    }

    /// Reads the ticket under the cursor, unless it is shown already.
    pub fn look(&mut self, desk: &Desk, at: Option<AggId>) -> Result<(), Error> {
        if !self.on || self.of == at {
            return Ok(());
        }
        let moved = self.view.as_ref().map(|view| view.case.agg) != at;
        self.now = desk.now();
        self.view = at.map(|agg| desk.record(agg)).transpose()?;
        self.of = at;
        let entries = self.view.as_ref().map(|view| self.entries(view)).unwrap_or_default();
        if moved {
            self.flow = Flow::new(entries);
        } else {
            self.flow.set(entries);
        }
        Ok(())
    }

    fn entries(&self, view: &RecordView) -> Vec<Entry> {
        let plain = |head: String, body: String| Entry { head, body, ..Entry::default() };
        let ticket = view.case.ticket();
        let mut entries = Vec::new();
        if let Some(description) = &ticket.description {
            let at = stamp(ticket.opened_at, self.now, self.zone);
            entries.push(plain(format!("{at} {}", ticket.source), description.to_string()));
        }
        for entry in view.worklog.iter().rev() {
            let kind = if entry.vis == Visibility::Requester { "reply" } else { "note" };
            let at = stamp(entry.at, self.now, self.zone);
            entries.push(plain(format!("{at} {kind} {}", entry.actor), entry.text.clone()));
        }
        entries
    }

    /// `INC-12 title`, and what stands at the right end of its rule.
    pub fn title(&self) -> (String, String) {
        let Some(view) = &self.view else { return (String::new(), String::new()) };
        let ticket = view.case.ticket();
        (
            format!("{} {}", ticket.name(), ticket.title),
            format!("{} {} T{}", ticket.priority, ticket.kind().word(), ticket.tier),
        )
    }

    /// The facts in one line, its promise in another, then the texts.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let Some(view) = &self.view else { return };
        if area.height == 0 {
            return;
        }
        let cells = usize::from(area.width);
        let line = sides(fit(&facts(view), cells), "", cells);
        put(buffer, area.x, area.y, &line, cells, theme.style(Role::Plain));
        let mut used = 1;
        if area.height > 2 {
            let line = promise(view, self.now, self.zone);
            put(buffer, area.x, area.y + 1, fit(&line, cells), cells, theme.style(Role::Plain));
            used = 2;
        }
        let rest = Rect { y: area.y + used, height: area.height - used, ..area };
        self.flow.draw(buffer, rest);
    }
}

/// `Due 13:00  Breach +01:32  assigned  Opened 11:58 mail`.
fn promise(view: &RecordView, now: Instant, zone: chrono_tz::Tz) -> String {
    let ticket = view.case.ticket();
    let word = |word: &str| word.replace('_', " ");
    let opened = format!("Opened {} {}", stamp(ticket.opened_at, now, zone), word(ticket.source.word()));
    let state = match ticket.escalation {
        Some(_) => "escalation asked".to_owned(),
        None => word(ticket.state.word()),
    };
    let due = due(&view.clock, now, zone);
    // Time that is left says what for.
    let missed = view.clock.sla == Some(Sla::Breached) && due.is_some();
    let kind = view.clock.kind.filter(|_| missed).map(|kind| kind.name().to_owned());
    kind.into_iter().chain(due).chain([state, opened]).collect::<Vec<_>>().join("  ")
}

fn facts(view: &RecordView) -> String {
    let ticket = view.case.ticket();
    let mut parts = Vec::new();
    if let Some(contact) = &view.requester {
        let vip = if ticket.vip { " (VIP)" } else { "" };
        let site = contact.site.as_deref().map(|site| format!(", {site}")).unwrap_or_default();
        parts.push(format!("{}{vip}{site}", contact.name));
    }
    parts.extend(ticket.endpoints.iter().take(2).map(|machine| format!("asset {machine}")));
    parts.extend(ticket.software_items.iter().take(1).map(|app| format!("app {app}")));
    parts.push(format!("{}/{}", ticket.category, ticket.subcategory));
    parts.extend(ticket.tags.iter().map(|tag| format!("#{}", tag.as_str())));
    parts.join("  ")
}
