//! Verbs that mean the same in every list and record: which dialog or command a key leads to.

use super::action::Action;
use super::command::Command;
use super::screen::{Next, Place, Subject};
use crate::domain::command::{Verb, hold, take};
use crate::domain::incident::Visibility;

/// What a verb does to these records; `None` when the action is no verb of tickets.
pub fn on_tickets(action: Action, subject: &Subject) -> Option<Next> {
    let it = || subject.clone();
    let first = subject.first()?;
    let place = match action {
        Action::Take => return Some(Next::Do(Command::on(&subject.records, Verb::Take(take::Take)))),
        Action::Resume => return Some(Next::Do(Command::on(&subject.records, Verb::Resume(hold::Resume)))),
        Action::Assign => Place::Assign(it()),
        Action::Escalate | Action::PassOn => Place::Escalate(it()),
        Action::Reply => Place::Write(it(), Visibility::Requester),
        Action::Note => Place::Write(it(), Visibility::Internal),
        Action::Resolve => Place::Resolve(it()),
        Action::Hold => Place::Hold(it()),
        Action::Unlink => Place::Unlink(it()),
        Action::Priority => Place::Priority(it()),
        Action::Category => Place::Category(it()),
        Action::Impact => Place::Impact(it()),
        Action::Urgency => Place::Urgency(it()),
        Action::Contract => Place::Contract(it()),
        Action::Asset => Place::Asset(it()),
        Action::Tags => Place::Tags(it()),
        Action::Major => Place::Major(it()),
        Action::Status => Place::Status(it()),
        Action::Promote => Place::Promote(it()),
        Action::Bind => Place::Bind(it()),
        Action::HandBack => Place::HandBack(first),
        Action::History => Place::History(first),
        Action::Explain => Place::Why(first),
        _ => return None,
    };
    Some(Next::Go(place))
}
