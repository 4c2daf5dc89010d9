//! The hand-off note as text: a template of four lines, filled in from the record, and read back into answers.
//!
//! `Ask` stands before `Found`, because it is the first line that is usually empty and the cursor goes there.

use crate::app::query::record::RecordView;
use crate::app::ready::Ready;
use crate::app::ready::checklist::Ticked;
use crate::domain::escalation::Item;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Finding, cut};
use crate::domain::ticket::{Answer, Answered, Ticket};

/// Characters of what was reported that go into the note; the whole stays in the record.
const SYMPTOM_MAX: usize = 240;
/// Characters of a worklog entry that go into the note.
const NOTE_MAX: usize = 100;
/// How many of the last worklog entries go into the note.
const NOTES: usize = 2;
/// What stands under `Tried` when the record knows of nothing.
const NOTHING: &str = "nothing yet";

/// The lines of the note.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    pub symptom: String,
    pub tried: String,
    pub ask: String,
    pub found: String,
}

impl Note {
    /// What the record knows: summary, ticked steps and last notes, findings.
    pub fn of(view: &RecordView, ready: &Ready) -> Self {
        let ticket = view.case.ticket();
        let answer = |item: Item| ticket.answers()[item as usize].and_then(|answer| answer.finding.as_ref());
        let known = |item, otherwise: String| line(&answer(item).map_or(otherwise, ToString::to_string));
        let reported = ticket.description.as_ref().map_or_else(|| ticket.title.to_string(), ToString::to_string);
        Self {
            symptom: known(Item::H1, cut(&line(&reported), SYMPTOM_MAX)),
            tried: known(Item::H8, tried(view, ready)),
            ask: String::new(),
            found: line(&found(view)),
        }
    }

    /// The template, one line a part.
    pub fn text(&self) -> String {
        let lines = [("Symptom", &self.symptom), ("Tried", &self.tried), ("Ask", &self.ask), ("Found", &self.found)];
        let lines = lines.map(|(label, text)| format!("{label:7} : {text}"));
        lines.join("\n")
    }

    /// Reads the template back. A line without a label goes on with the part before it.
    pub fn read(text: &str) -> Self {
        let mut note = Self::default();
        let mut part = 0;
        for text in text.lines() {
            let labelled = text.split_once(':').and_then(|(label, rest)| Some((part_of(label.trim())?, rest)));
            let rest = match labelled {
                Some((named, rest)) => {
                    part = named;
                    rest
                }
                None => text,
            };
            let place = [&mut note.symptom, &mut note.tried, &mut note.ask, &mut note.found].into_iter().nth(part);
            if let (Some(place), rest) = (place, rest.trim())
                && !rest.is_empty()
            {
                let gap = if place.is_empty() { "" } else { "\n" };
                place.push_str(gap);
                place.push_str(rest);
            }
        }
        note
    }

    pub fn words(&self) -> usize {
        [&self.symptom, &self.tried, &self.ask, &self.found].iter().map(|it| it.split_whitespace().count()).sum()
    }

    /// The answers that the note and the ticked steps give. What was found belongs to the last step that was done;
    /// without one it is the result of what was tried.
    pub fn answers(&self, ticked: &[Item]) -> Result<Vec<(Item, Option<Answer>)>, Refusal> {
        let mut tried = self.tried.clone();
        let mut answers = Vec::new();
        match ticked.last() {
            Some(last) if !self.found.is_empty() => answers.push((*last, done(&self.found)?)),
            None if !self.found.is_empty() => tried = format!("{tried}\nfound: {}", self.found).trim().to_owned(),
            _ => {}
        }
        for (item, text) in [(Item::H1, &self.symptom), (Item::H8, &tried), (Item::H10, &self.ask)] {
            if !text.is_empty() {
                answers.push((item, done(text)?));
            }
        }
        Ok(answers)
    }
}

fn done(text: &str) -> Result<Option<Answer>, Refusal> {
    Ok(Some(Answer::done(Finding::new(text)?)))
}

fn part_of(label: &str) -> Option<usize> {
    ["symptom", "tried", "ask", "found"].iter().position(|it| label.eq_ignore_ascii_case(it))
}

/// One line, that does not look like a label waiting for its text.
fn line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_end_matches([':', ' ']).to_owned()
}

/// Ticked steps by their words, then the last notes.
fn tried(view: &RecordView, ready: &Ready) -> String {
    let ticket = view.case.ticket();
    let ticked = ready.steps_of(ticket).into_iter().filter(|step| step.ticked(ticket) == Ticked::Done);
    // What asks for words has them among the findings.
    let mut steps: Vec<_> = ticked.filter(|step| !step.asks_for_words()).map(|step| step.text.to_string()).collect();
    // A tick of a list that the record no longer has is work all the same.
    steps.extend(ticket.ticks.iter().map(ToString::to_string).filter(|tick| !steps.contains(tick)).collect::<Vec<_>>());
    let notes = view.worklog.iter().rev().take(NOTES).rev().map(|entry| cut(&line(&entry.text), NOTE_MAX));
    steps.extend(notes);
    if steps.is_empty() { NOTHING.to_owned() } else { steps.join("; ") }
}

/// The diagnostic steps that were answered *done*.
pub fn done_steps(ticket: &Ticket) -> Vec<Item> {
    let is_done = |item: &Item| ticket.answers()[*item as usize].is_some_and(|it| it.answered == Answered::Done);
    Item::ALL.iter().copied().filter(|item| item.diagnostic() && is_done(item)).collect()
}

/// Cause, what the diagnosis and the other items of the hand-off say, and other records that belong to it.
fn found(view: &RecordView) -> String {
    let ticket = view.case.ticket();
    let cause = ticket.cause_note.iter().map(ToString::to_string);
    let own_line = |item: &Item| matches!(item, Item::H1 | Item::H8 | Item::H10 | Item::H13);
    let items = Item::ALL.iter().copied().filter(|item| !own_line(item));
    let findings = items.filter_map(|item| {
        let answer = ticket.answers()[item as usize].filter(|it| it.answered == Answered::Done)?;
        let finding = answer.finding.as_ref()?;
        Some(if item.diagnostic() {
            finding.to_string()
        } else {
            format!("{}: {finding}", item.label().to_lowercase())
        })
    });
    let links = view.links.iter().map(|link| format!("see {} {}", link.name, cut(&link.title, 60)));
    cause.chain(findings).chain(links).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_reads_back_as_it_was() {
        let note = Note {
            symptom: "VPN drops every 20 min: only on WiFi".into(),
            tried: "cable OK".into(),
            ask: "roll back the firmware".into(),
            found: String::new(),
        };
        assert_eq!(Note::read(&note.text()), note);
        assert!(note.text().starts_with("Symptom : VPN drops"), "{}", note.text());
        assert_eq!(note.words(), 14);
    }

    #[test]
    fn lines_without_a_label_go_on_with_the_part_before() {
        let note = Note::read("it is slow\nask: more\n  memory\nNote: by noon\nTRIED:restart");
        assert_eq!(note.symptom, "it is slow");
        assert_eq!(note.ask, "more\nmemory\nNote: by noon");
        assert_eq!(note.tried, "restart");
    }

    #[test]
    fn what_was_found_belongs_to_the_last_step_or_to_what_was_tried() {
        let note = Note { symptom: "s".into(), tried: "t".into(), ask: "a".into(), found: "a loop".into() };
        let finding = |answers: &[(Item, Option<Answer>)], item| {
            let answer = answers.iter().find(|it| it.0 == item).and_then(|it| it.1.clone());
            answer.and_then(|it| it.finding).map(|it| it.to_string())
        };
        let answers = note.answers(&[Item::H2, Item::H4]).unwrap();
        assert_eq!(finding(&answers, Item::H4).as_deref(), Some("a loop"));
        assert_eq!(finding(&answers, Item::H8).as_deref(), Some("t"));
        let answers = note.answers(&[]).unwrap();
        assert_eq!(finding(&answers, Item::H8).as_deref(), Some("t\nfound: a loop"));
    }

    #[test]
    fn what_is_filled_in_never_looks_like_a_gap() {
        assert_eq!(line("The message says:\n"), "The message says");
    }
}
