//! A record in words.

use super::{Record, facts};
use crate::app::query::clock::ClockView;
use crate::app::query::record::RecordView;
use crate::app::ready::checklist::{Step, Ticked};
use crate::domain::clock::{Band, Status};
use crate::ui::action::Action;
use crate::ui::part::clock::what_for;
use crate::ui::spoken::{Choice, Keys, Spoken, Text};

impl Record {
    pub(super) fn spoken(&self) -> Spoken {
        let Some(view) = &self.view else { return Spoken::Drawn };
        match self.checklist.at {
            Some(step) => Spoken::Choice(self.checklist(view, step)),
            None => Spoken::Text(Text {
                title: title(view),
                facts: self.facts_in_words(view),
                entries: self.flow.entries().to_vec(),
                from_end: true,
            }),
        }
    }

    fn facts_in_words(&self, view: &RecordView) -> Vec<(String, String)> {
        let lines = facts::lines(view, self.now, self.zone).into_iter();
        let mut facts: Vec<(String, String)> =
            lines.filter(|(label, _)| *label != "SLA").map(|(label, text)| (label.to_owned(), text)).collect();
        facts.extend(view.clocks.iter().filter_map(clock).map(|text| ("Clock".to_owned(), text)));
        facts.extend(self.stays.sentences().map(|text| ("Spent".to_owned(), text)));
        let done = self.checklist.steps.iter().filter(|step| step.ticked(view.case.ticket()) != Ticked::No);
        let steps: Vec<_> = done.map(|step| step.text.to_string()).collect();
        facts.extend((!steps.is_empty()).then(|| ("Done".to_owned(), steps.join(", "))));
        let crossed = view.case.is.conflicts.iter().any(|conflict| !conflict.acked);
        facts.extend(crossed.then(|| ("Conflict".to_owned(), "changes crossed here: H shows both".to_owned())));
        facts.extend(self.writers.iter().map(|who| ("Writing".to_owned(), format!("{who} is writing here"))));
        facts
    }

    /// The checklist while it has the keys.
    fn checklist(&self, view: &RecordView, at: usize) -> Choice {
        let stands = |step: &Step| match step.ticked(view.case.ticket()) {
            Ticked::Done => "done",
            Ticked::Left => "left out",
            Ticked::No => "open",
        };
        let entries = self.checklist.steps.iter().map(|step| (step.text.to_string(), stands(step).to_owned()));
        Choice {
            title: format!("Checklist of {}, a number ticks or unticks", view.case.name()),
            entries: entries.collect(),
            at,
            narrows: false,
            other: None,
            complaint: None,
            keys: Keys { up: Action::Up, down: Action::Down, pick: Action::Tick, close: Action::Out },
        }
    }
}

/// `INC-12 P2 12 min left to respond, in progress, tier 1: VPN drops`.
fn title(view: &RecordView) -> String {
    let ticket = view.case.ticket();
    let clock = match (view.clock.words(), view.clock.kind) {
        (words, _) if words.is_empty() => String::new(),
        (words, Some(kind)) => format!(" {words} {},", what_for(kind)),
        (words, None) => format!(" {words},"),
    };
    let state = ticket.state.word().replace('_', " ");
    format!("{} {}{clock} {state}, tier {}: {}", ticket.name(), ticket.priority, ticket.tier, ticket.title)
}

/// `12 min left to respond`, of a clock that still counts.
fn clock(clock: &ClockView) -> Option<String> {
    let reading = clock.reading.as_ref().filter(|_| clock.kept.live())?;
    let amount = reading.remaining.said();
    let left = match (reading.status, reading.band) {
        (_, Band::Breached) => format!("breached {amount},"),
        (Status::Paused, _) => format!("paused with {amount} left"),
        _ => format!("{amount} left"),
    };
    Some(format!("{left} {}", what_for(clock.kept.clock.kind)))
}
