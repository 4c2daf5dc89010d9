//! The states that a record may move to, each with the verb that does it.

use super::choosing::{Choosing, List, Then};
use super::request;
use super::resolve::{choices, spoken};
use super::subject::About;
use super::writing::Writing;
use crate::app::{Desk, Error};
use crate::domain::command::Verb;
use crate::domain::command::assign::Release;
use crate::domain::command::cancel::{Cancel, Left};
use crate::domain::command::close::Close;
use crate::domain::command::hold::Resume;
use crate::domain::command::inbox::{HandBack, Review, Withdraw};
use crate::domain::command::reclassify::Reclassify;
use crate::domain::command::reopen::Reopen;
use crate::domain::command::take::{Start, Take};
use crate::domain::command::task::Decline;
use crate::domain::command::waive::Waive;
use crate::domain::escalation::{EscalationKind, EscalationState, ReturnCode};
use crate::domain::incident::{CancelCode, State, Symptom};
use crate::domain::number::Kind;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Note, Reason};
use crate::domain::trigger::{Latched, Trigger};
use crate::ui::command::Command;
use crate::ui::part::editor::Editor;
use crate::ui::part::form::{Field, Form};
use crate::ui::part::picker::{Digits, Entry, Picker};
use crate::ui::screen::{Next, Place, Subject};

/// A verb that needs a text, and for some a word too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Release,
    Reopen,
    Cancel,
    Decline,
    Withdraw,
    HandBack,
    Review,
    Waive(Trigger),
}

/// What an entry does.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Do(Plain),
    Open(Dialog),
    Ask(Why),
    /// Of a request.
    Stage(request::Stage),
}

/// Verbs that need nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    Take,
    Start,
    Resume,
    Close,
}

/// Verbs with a dialog of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    Hold,
    Resolve,
}

/// A verb that asks why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why(Asked);

pub struct Moving {
    about: About,
}

pub fn open(subject: &Subject, desk: &Desk) -> Result<Choosing<Moving>, Error> {
    let about = About::read(subject, desk)?;
    let mut entries: Vec<_> = steps(&about).into_iter().map(|(step, label, to)| Entry::new(step, label, to)).collect();
    entries.extend(waivers(&about));
    let count = entries.len();
    let title = format!("{}, {} now", about.titled("Status of"), spoken(about.ticket().state.word()));
    let picker = Picker::new(title, Digits::Choose, entries).hints("1-9 choose   Esc close");
    Ok(Choosing::new(Moving { about }, picker, count))
}

/// What fits the state of the record, the usual step first; whether this person may is for the verb to say.
fn steps(about: &About) -> Vec<(Step, &'static str, &'static str)> {
    let take = (Step::Do(Plain::Take), "take it", "assigned to you");
    let start = (Step::Do(Plain::Start), "start work", "in progress");
    let resume = (Step::Do(Plain::Resume), "go on", "in progress");
    let look = (Step::Do(Plain::Take), "take it", "yours, validating");
    let go_on = (Step::Do(Plain::Resume), "go on", "where it was");
    let put_back = (Step::Ask(Why(Asked::Reopen)), "reopen", "verifying, needs a reason");
    let close = (Step::Do(Plain::Close), "close: the requester has confirmed", "closed");
    let hold = (Step::Open(Dialog::Hold), "wait", "pending");
    let resolve = (Step::Open(Dialog::Resolve), "resolve", "resolved");
    let release = (Step::Ask(Why(Asked::Release)), "put back into the queue", "queued, needs a reason");
    let reopen = (Step::Ask(Why(Asked::Reopen)), "reopen", "in progress, needs a reason");
    let cancel = (Step::Ask(Why(Asked::Cancel)), "cancel", "cancelled, needs a reason");
    let accept = (Step::Do(Plain::Take), "take it", "accepted by you");
    let answer = (Step::Open(Dialog::Resolve), "answer", "done");
    let decline = (Step::Ask(Why(Asked::Decline)), "decline", "declined, needs a reason");
    let again = (Step::Ask(Why(Asked::Reopen)), "ask again", "open, needs a reason");
    let mut steps = match about.ticket().state {
        State::Open => vec![accept, answer, decline, cancel],
        State::Accepted => vec![start, hold, answer, decline, cancel],
        State::InProgress if about.ticket().is_task() => vec![hold, answer, cancel],
        State::Pending if about.ticket().is_task() => vec![resume, answer, cancel],
        State::Done | State::Declined => vec![again],
        State::Queued if about.ticket().is_request() => vec![look, cancel],
        State::Pending if about.ticket().is_request() => vec![go_on, hold, cancel],
        State::Validating => vec![hold, release, cancel],
        State::Deploying | State::Verifying => vec![hold, cancel],
        State::Approval | State::Scheduled => vec![cancel],
        State::Fulfilled => vec![close, put_back],
        State::Queued => vec![take, hold, resolve, cancel],
        State::Assigned => vec![start, hold, resolve, release, cancel],
        State::InProgress => vec![hold, resolve, release, cancel],
        State::Pending => vec![resume, hold, resolve, cancel],
        State::Resolved => vec![close, reopen],
        State::Closed => vec![reopen],
        State::Cancelled | State::Rejected => vec![],
    };
    if about.ticket().is_request() {
        // Taking it, going on and closing come first; else the stage that follows does.
        let at = usize::from(matches!(steps.first(), Some((Step::Do(_), ..))));
        let said = |stage: request::Stage| (Step::Stage(stage), stage.said().0, stage.said().1);
        steps.splice(at..at, request::fitting(about).into_iter().map(said));
    }
    steps.extend(escalation_steps(about));
    steps
}

/// What can be done about its escalations, on one record.
fn escalation_steps(about: &About) -> Vec<(Step, &'static str, &'static str)> {
    let is = &about.first.case.is;
    let moves = is.escalations.iter().rev().filter(|esc| esc.proposal.kind == EscalationKind::Functional);
    let mut moved = moves.filter(|esc| esc.state == EscalationState::Accepted);
    let came = moved.next().is_some_and(|last| last.proposal.to == about.ticket().tier);
    let review = is.escalations.iter().any(|esc| esc.proposal.post_review && esc.reviewed_at.is_none());
    let withdraw = (Step::Ask(Why(Asked::Withdraw)), "withdraw the escalation", "needs a reason");
    let back = (Step::Ask(Why(Asked::HandBack)), "hand back to the tier it came from", "needs a reason");
    let seen = (Step::Ask(Why(Asked::Review)), "acknowledge the escalation", "needs a note");
    let all = [(is.open_escalation().is_some(), withdraw), (came && about.ticket().state.open(), back), (review, seen)];
    all.into_iter().filter(|(holds, _)| *holds && about.is_one()).map(|(_, step)| step).collect()
}

/// What rules ask for in this stay that may be waived, on one record.
fn waivers(about: &About) -> Vec<Entry<Step>> {
    let is = &about.first.case.is;
    let asks = |latched: &&Latched| {
        latched.waiver().is_some() && latched.waived.is_none() && latched.answered.is_none() && about.is_one()
    };
    let entry = |latched: &Latched| {
        let rule = latched.trigger.rule();
        let label = format!("waive {} {}", rule.id, rule.name);
        Entry::new(Step::Ask(Why(Asked::Waive(rule.id))), label, "needs a reason")
    };
    is.latches.of(is.visits).filter(asks).map(entry).collect()
}

impl List for Moving {
    type Key = Step;

    fn chose(&mut self, step: Step) -> Then<Step> {
        let records = &self.about.records;
        let subject = || Subject { records: records.clone() };
        Then::Next(match step {
            Step::Open(Dialog::Hold) => Next::Instead(Place::Hold(subject())),
            Step::Open(Dialog::Resolve) => Next::Instead(Place::Resolve(subject())),
            Step::Do(plain) => Next::Do(Command::on(records, verb(plain))),
            Step::Ask(Why(asked)) => return Then::write(self.form(asked)),
            Step::Stage(stage) => return request::chose(stage, &self.about, Step::Stage),
        })
    }
}

fn verb(plain: Plain) -> Verb {
    match plain {
        Plain::Take => Verb::Take(Take),
        Plain::Start => Verb::Start(Start),
        Plain::Resume => Verb::Resume(Resume),
        Plain::Close => Verb::Close(Close { confirmed: true }),
    }
}

impl Moving {
    fn form(&self, asked: Asked) -> Writing {
        let (title, words) = match asked {
            Asked::Release => ("Put back", vec![]),
            Asked::Reopen => ("Reopen", vec![]),
            Asked::Decline => ("Decline", vec![]),
            // Whoever asked needs no code to take a question back.
            Asked::Cancel if self.about.ticket().is_task() => ("Cancel", vec![]),
            Asked::Cancel => ("Cancel", CancelCode::ALL.iter().map(|code| code.word()).collect()),
            Asked::Withdraw => ("Withdraw the escalation of", vec![]),
            Asked::HandBack => ("Hand back", ReturnCode::ALL.iter().map(|code| code.word()).collect()),
            Asked::Review => ("Acknowledge the escalation of", vec![]),
            Asked::Waive(_) => ("Waive what a rule asks on", vec![]),
        };
        let mut form = Form::new(self.about.titled(title));
        let installed = asked == Asked::Cancel && self.about.ticket().is_request() && self.about.ticket().installed();
        if !words.is_empty() {
            let then = if installed { "left" } else { "text" };
            form = form.field("code", "Code", choices(words, None)).required().leads_to(then);
        }
        if installed {
            let left = Left::ALL.iter().map(|left| left.word()).collect();
            form = form.field("left", "Installed", choices(left, None)).required().leads_to("text");
        }
        let form = form.field("text", "Why", Field::Area(Editor::default())).required();
        let records = self.about.records.clone();
        let kind = self.about.ticket().kind();
        let send = move |form: &mut Form| Ok(Next::Do(Command::on(&records, asked.verb(form, kind)?)));
        Writing::new(send, form, self.about.place(&title.to_lowercase()), self.about.inserts())
    }
}

impl Asked {
    fn verb(self, form: &Form, kind: Kind) -> Result<Verb, Refusal> {
        let text = form.text("text");
        let code = form.choice("code").unwrap_or_default();
        let missing = || Code::ReasonRequired.because("choose a code");
        Ok(match self {
            Self::Release => Verb::Release(Release { reason: Reason::new(&text)? }),
            Self::Reopen => Verb::Reopen(Reopen { reason: Reason::new(&text)? }),
            Self::Withdraw => Verb::Withdraw(Withdraw { reason: Reason::new(&text)? }),
            Self::Review => Verb::Review(Review { note: Note::new(&text)? }),
            Self::Waive(trigger) => Verb::Waive(Waive { trigger, reason: Reason::new(&text)? }),
            Self::Decline => Verb::Decline(Decline { reason: Reason::new(&text)? }),
            Self::Cancel => {
                let code = form.choice("code").map_or(Some(CancelCode::Withdrawn), CancelCode::from_word);
                let code = code.ok_or_else(missing)?;
                let reason = Reason::new(&text)?;
                if code == CancelCode::Reclassified {
                    let (category, subcategory) = Reclassify::usual(kind);
                    Verb::Reclassify(Reclassify { category, subcategory, symptom: Symptom::Other, reason })
                } else {
                    let left = form.choice("left").and_then(Left::from_word);
                    Verb::Cancel(Cancel { code, reason, left })
                }
            }
            Self::HandBack => {
                let code = ReturnCode::from_word(code).ok_or_else(missing)?;
                Verb::HandBack(HandBack { code, note: Reason::new(&text)? })
            }
        })
    }
}
