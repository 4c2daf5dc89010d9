//! A step of a story as the command that a person would give.

use std::collections::BTreeMap;

use super::cast::Play;
use super::content::Person;
use super::story::{Deed, Story, To};
use crate::domain::command::Verb;
use crate::domain::command::answer::GiveAnswers;
use crate::domain::command::assign::{Assign, FixOwner, Release};
use crate::domain::command::cancel::Cancel;
use crate::domain::command::close::Close;
use crate::domain::command::edit::{Edit, Tagging};
use crate::domain::command::escalate::{Escalate, Target, Whom};
use crate::domain::command::hold::{Hold, Resume};
use crate::domain::command::inbox::{Accept, Defer, HandBack, NewOwner, Return, Review, Withdraw};
use crate::domain::command::link::AddLink;
use crate::domain::command::log::Log;
use crate::domain::command::note::AddNote;
use crate::domain::command::reopen::Reopen;
use crate::domain::command::resolve::Resolve;
use crate::domain::command::take::{Start, Take};
use crate::domain::command::task::{Decline, Done};
use crate::domain::command::waive::Waive;
use crate::domain::escalation::Item;
use crate::domain::id::AggId;
use crate::domain::incident::{Category, Source, Symptom, Visibility};
use crate::domain::refusal::Refusal;
use crate::domain::text::{
    CauseNote, Description, Finding, Label, Note, Reason, Resolution, Signature, Tag, TaskAnswer, Title,
};
use crate::domain::ticket::{Answer, Answered, Link};
use crate::domain::time::{Instant, Secs};

/// The report with which a story begins.
pub fn report(play: &Play<'_>, requester: Option<AggId>, person: Option<&Person>) -> Result<Log, Refusal> {
    let story: &Story = play.story;
    let missing = if requester.is_some() { Source::Email } else { Source::Monitoring };
    Ok(Log {
        description: Some(Description::new(&play.tell(&story.text))?),
        requester,
        vip: person.is_some_and(|person| person.vip),
        organisation: person.map(|person| person.organisation().clone()),
        source: story.source.unwrap_or(missing),
        category: story.category.unwrap_or(Category::Fix),
        subcategory: story.subcategory,
        symptom: story.symptom.unwrap_or(Symptom::Other),
        signature: story.signature.as_deref().map(Signature::new).transpose()?,
        impact: Some(story.impact),
        urgency: story.urgency,
        affected_users: story.users,
        endpoints: labels(&play.machines)?,
        software_items: labels(&story.app)?,
        ..Log::titled(Title::fitted(&play.title())?)
    })
}

/// The command of a step. `other` is the record it speaks of; `None` when there is no such record on this desk.
pub fn verb(play: &Play<'_>, deed: &Deed, other: Option<AggId>, now: Instant) -> Result<Option<Verb>, Refusal> {
    let tell = |text: &str| play.tell(text);
    let reason = |text: &str| Reason::new(&tell(text));
    let note = |text: &str| Note::new(&tell(text));
    Ok(Some(match deed {
        Deed::Take | Deed::TaskTake => Verb::Take(Take),
        Deed::Start => Verb::Start(Start),
        Deed::Resume => Verb::Resume(Resume),
        Deed::Close => Verb::Close(Close { confirmed: true }),
        Deed::Note { text } | Deed::Inbound { text } => {
            Verb::Note(AddNote { text: note(text)?, vis: Visibility::Internal })
        }
        Deed::Reply { text } => Verb::Note(AddNote { text: note(text)?, vis: Visibility::Requester }),
        Deed::Assign { to, text } => Verb::Assign(Assign { to: play.login(to), reason: Some(reason(text)?) }),
        Deed::Release { text } => Verb::Release(Release { reason: reason(text)? }),
        Deed::Tag { tags } => {
            let add = tags.iter().map(|tag| Tag::new(tag)).collect::<Result<_, _>>()?;
            Verb::Tag(Tagging { add, remove: vec![] })
        }
        Deed::Edit { .. } => Verb::Edit(edit(play, deed)?),
        Deed::Hold { reason, days, text, public } => Verb::Hold(Hold {
            reason: *reason,
            follow_up: days.map(|days| now + Secs::days(days)),
            note: note(text)?,
            public: *public,
        }),
        Deed::TaskHold { reason, days, text } => Verb::Hold(Hold {
            reason: *reason,
            follow_up: days.map(|days| now + Secs::days(days)),
            note: note(text)?,
            public: false,
        }),
        Deed::TaskDone { text } => Verb::Done(Done { answer: TaskAnswer::new(&tell(text))? }),
        Deed::TaskDecline { text } => Verb::Decline(Decline { reason: reason(text)? }),
        Deed::Waive { rule, text } => Verb::Waive(Waive { trigger: *rule, reason: reason(text)? }),
        Deed::Resolve { code, text, public } => Verb::Resolve(Resolve {
            code: *code,
            note: Resolution::new(&tell(text))?,
            subcategory: None,
            public: *public,
        }),
        Deed::Reopen { text } => Verb::Reopen(Reopen { reason: reason(text)? }),
        Deed::Cancel { code, text } => Verb::Cancel(Cancel { code: *code, reason: reason(text)?, left: None }),
        Deed::Link { kind, .. } => {
            let Some(to) = other else { return Ok(None) };
            Verb::Link(AddLink { link: Link { kind: *kind, to } })
        }
        // Two records change; see `play`.
        Deed::Merge { .. } => return Ok(None),
        Deed::Answer { answers } => {
            Verb::Answer(GiveAnswers { answers: given(play, answers)?, ..GiveAnswers::default() })
        }
        Deed::Escalate { to, why, text, wish, answers } => Verb::Escalate(Escalate {
            to: match to {
                To::Tier(tier) => Target::Tier(*tier),
                To::Attention(_) => Target::Attention,
                To::Discipline(discipline) => Target::Across(Whom::Discipline(*discipline)),
                To::Vendor { vendor } => Target::Across(Whom::Vendor(vendor.clone())),
            },
            why: *why,
            reason: text.as_deref().map(reason).transpose()?,
            triggers: vec![],
            answers: given(play, answers)?,
            wish: wish.as_ref().map(|login| play.login(login)),
        }),
        Deed::Accept { text } => {
            Verb::Accept(Accept { owner: NewOwner::Me, note: text.as_deref().map(note).transpose()? })
        }
        Deed::Return { code, text } => Verb::Return(Return { code: *code, note: reason(text)? }),
        Deed::HandBack { code, text } => Verb::HandBack(HandBack { code: *code, note: reason(text)? }),
        Deed::Withdraw { text } => Verb::Withdraw(Withdraw { reason: reason(text)? }),
        Deed::Defer { hours, text } => {
            Verb::Defer(Defer { until: now + Secs::hours(*hours), note: text.as_deref().map(note).transpose()? })
        }
        Deed::Review { text } => Verb::Review(Review { note: note(text)? }),
        Deed::FixOwner { to, text } => Verb::FixOwner(FixOwner { owner: play.login(to), reason: reason(text)? }),
    }))
}

fn edit(play: &Play<'_>, deed: &Deed) -> Result<Edit, Refusal> {
    let Deed::Edit { category, subcategory, symptom, signature, impact, urgency, users, app, on, cause, flags } = deed
    else {
        return Ok(Edit::default());
    };
    Ok(Edit {
        category: subcategory.map(|sub| (category.unwrap_or(Category::Fix), sub)),
        symptom: symptom.map(Some),
        signature: signature.as_deref().map(Signature::new).transpose()?.map(Some),
        impact: *impact,
        urgency: *urgency,
        affected_users: *users,
        cause_note: cause.as_deref().map(|text| CauseNote::new(&play.tell(text))).transpose()?.map(Some),
        flags: flags.iter().map(|flag| (*flag, true)).collect(),
        add_software: labels(app)?,
        add_endpoints: labels(on)?,
        ..Edit::default()
    })
}

fn labels(names: &[String]) -> Result<Vec<Label>, Refusal> {
    names.iter().map(|name| Label::new(name)).collect()
}

/// Answers of the checklist: one of the three words, or what was found.
fn given(play: &Play<'_>, answers: &BTreeMap<Item, String>) -> Result<Vec<(Item, Option<Answer>)>, Refusal> {
    let answer = |text: &str| match Answered::from_word(text) {
        Some(answered) => Ok(Answer { answered, finding: None }),
        None => Finding::new(&play.tell(text)).map(Answer::done),
    };
    answers.iter().map(|(item, text)| Ok((*item, Some(answer(text)?)))).collect()
}
