//! A record that goes back and forth: both last hand-offs side by side, so that a supervisor can name one owner.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::handoff::{Told, said};
use crate::app::query::record::RecordView;
use crate::domain::escalation::{Escalation, EscalationKind, Item};
use crate::domain::text::Login;
use crate::ui::part::clock::stamp;
use crate::ui::part::text::{fit, put};
use crate::ui::theme::{Role, Theme};

/// What each side tells, line by line, and how many lines both take.
const LINES: usize = 5;

/// The two sides, the older at the left.
pub struct Brake {
    head: String,
    sides: Vec<[String; LINES]>,
}

impl Brake {
    pub fn of(view: &RecordView, told: Told<'_>) -> Self {
        let between_tiers = |it: &&Escalation| it.proposal.kind == EscalationKind::Functional;
        let moves: Vec<&Escalation> = view.case.is.escalations.iter().filter(between_tiers).collect();
        let last = moves.iter().skip(moves.len().saturating_sub(2));
        let head = format!(
            "went back and forth {} times: only a supervisor moves it until one owner is named",
            view.case.is.bounces()
        );
        Self { head, sides: last.map(|it| side(it, told)).collect() }
    }

    pub fn head(&self) -> &str {
        &self.head
    }

    /// Draws it at the top and answers how many lines that took.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) -> u16 {
        let cells = usize::from(area.width);
        let height = area.height.min(LINES as u16 + 1);
        if height == 0 {
            return 0;
        }
        put(buffer, area.x, area.y, fit(&self.head, cells), cells, theme.style(Role::Gate));
        let half = (area.width.saturating_sub(3)) / 2;
        for (n, side) in self.sides.iter().enumerate() {
            let x = area.x + n as u16 * (half + 3);
            for (text, y) in side.iter().zip(area.y + 1..area.y + height) {
                put(buffer, x, y, fit(text, half.into()), half.into(), theme.style(Role::Plain));
                if n == 0 {
                    put(buffer, area.x + half + 1, y, theme.glyphs.side, 1, theme.style(Role::Faint));
                }
            }
        }
        height
    }
}

fn side(it: &Escalation, told: Told<'_>) -> [String; LINES] {
    let proposal = &it.proposal;
    let answer = |item: Item| proposal.snapshot.get(&item).map_or_else(|| "-".to_owned(), |text| said(text));
    let at = stamp(it.proposed_at, told.now, told.zone);
    let who = it.decided_by.as_ref().map(|login| format!(" by {login}")).unwrap_or_default();
    let note = it.decision_note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
    let sender = if it.proposed_by == Login::system() { "a rule".to_owned() } else { it.proposed_by.to_string() };
    [
        format!("{at} T{} {sender} -> T{}", proposal.from, proposal.to),
        format!("Symptom: {}", answer(Item::H1)),
        format!("Tried  : {}", answer(Item::H8)),
        format!("Ask    : {}", answer(Item::H10)),
        format!("{}{who}{note}", it.state.word().replace('_', " ")),
    ]
}
