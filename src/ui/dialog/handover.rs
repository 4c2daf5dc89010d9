//! The shift's hand-over: the one of a colleague that waits is read and taken over; else one's own is proposed, edited
//! and signed.

use std::sync::Arc;

use super::choosing::{Choosing, List, Then};
use super::writing::{Inserts, Writing};
use crate::app::query::handover::paper;
use crate::app::ready::fit::Situation;
use crate::app::ready::known::Known;
use crate::app::{Desk, Error};
use crate::domain::command::Case;
use crate::domain::handover::{Handover, Write, about};
use crate::domain::id::AggId;
use crate::domain::refusal::Refusal;
use crate::domain::text::{HandoverText, Login};
use crate::domain::ticket::Ticket;
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Screen};

/// Where the draft is kept: a person leaves one shift at a time.
const PLACE: &str = "handover";

pub fn open(desk: &Desk) -> Result<Box<dyn Screen>, Error> {
    let own = write(desk)?;
    Ok(match desk.handover_for_me()? {
        Some(case) => Box::new(read(&case, own, desk)),
        None => Box::new(own),
    })
}

/// What the desk proposes, to be edited; sending it signs it.
fn write(desk: &Desk) -> Result<Writing, Error> {
    let tier = desk.shift_tier();
    let mut proposal = desk.propose_handover(tier, desk.shift_began(tier)?)?;
    let text = proposal.text();
    // What came after a draft was left stands in the next hand-over, as it does not stand in this one.
    let drafts = desk.store().drafts(&desk.person().login)?;
    if let Some((_, left)) = drafts.iter().find(|(place, _)| place == PLACE) {
        proposal.until = (*left).clamp(proposal.since, proposal.until);
    }
    let write = proposal.write()?;
    let form = Form::new(format!("Hand over {}: Ctrl-S keeps and signs it", about(tier)))
        .field("text", "Text", Field::Area(Editor::new(&text).read_from_start()))
        .required();
    let inserts = Inserts {
        known: Known::of_writer(desk),
        ready: Arc::clone(desk.ready()),
        situation: Situation::of(&Ticket::default()),
    };
    let send = move |form: &mut Form| -> Result<Next, Refusal> {
        let text = Some(HandoverText::new(&form.text("text"))?);
        Ok(Next::Do(Command::HandOver(Box::new(Write { text, sign: true, ..write.clone() }))))
    };
    Writing::new(send, form, PLACE.to_owned(), inserts).restored(desk)
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    TakeOver,
    WriteOwn,
    /// A line of the text, to read.
    Line(usize),
}

pub struct Reading {
    agg: AggId,
    own: Option<Box<Writing>>,
}

fn read(case: &Case<Handover>, own: Writing, desk: &Desk) -> Choosing<Reading> {
    let it = &case.is.fields;
    let who = it.signed_out_by.as_ref().map_or("nobody", Login::as_str);
    let mut entries = vec![
        Entry::new(Step::TakeOver, "take it over", "you have read it and come"),
        Entry::new(Step::WriteOwn, "write your own", "you leave"),
    ];
    let text = paper(it, desk.policy().zone);
    entries.extend(text.lines().enumerate().map(|(n, line)| Entry::new(Step::Line(n), line, "")));
    let count = entries.len();
    let picker = Picker::new(format!("Hand-over {} of {who}", it.n), Digits::Choose, entries);
    let picker = picker.hints("1 take it over   2 write your own   Esc close");
    Choosing::new(Reading { agg: case.agg, own: Some(Box::new(own)) }, picker, count)
}

impl List for Reading {
    type Key = Step;

    fn chose(&mut self, step: Step) -> Then<Step> {
        match (step, self.own.take()) {
            (Step::WriteOwn, Some(own)) => Then::Write(own),
            (Step::TakeOver, own) => {
                self.own = own;
                Then::Next(Next::Do(Command::TakeOver(self.agg)))
            }
            (_, own) => {
                self.own = own;
                Then::Next(Next::Stay)
            }
        }
    }
}
