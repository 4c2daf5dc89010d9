//! What a filter means, said a second time over whole records in plain Rust.

use std::collections::BTreeSet;

use super::desk::{self, Desk, NOW};
use crate::domain::clock::kept::Kept;
use crate::domain::clock::standing::Sla;
use crate::domain::clock::{ClockKind, Status as ClockStatus};
use crate::domain::escalation::{EscalationKind, EscalationState};
use crate::domain::filter::field::Field;
use crate::domain::filter::flag::{Flag, Has};
use crate::domain::filter::tree::{Compare, Expr, Op, Range, Term, User};
use crate::domain::filter::value::{Person, Status, Value};
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::incident::{MajorState, State};
use crate::domain::role::{Contact, Tier};
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};

/// One ticket with everything that a filter can ask of it.
pub struct Known {
    pub agg: AggId,
    pub is: Folded<Ticket>,
    contact: Option<Contact>,
    notes: Vec<String>,
    linked_to: bool,
    drafted: bool,
}

pub fn known(desk: &Desk) -> Vec<Known> {
    let cases: Vec<_> = desk.tickets.iter().map(|agg| desk.store.case(*agg).unwrap().unwrap()).collect();
    let links: BTreeSet<_> = cases.iter().flat_map(|case| case.ticket().links.clone()).collect();
    let drafts = desk.store.drafts(&desk::asker().me).unwrap();
    let one = |case: &crate::domain::command::Case| Known {
        agg: case.agg,
        is: case.is.clone(),
        contact: case.ticket().requester.and_then(|agg| desk.store.contact(agg).unwrap()),
        notes: desk.store.worklog(case.agg).unwrap().into_iter().map(|entry| entry.text).collect(),
        linked_to: links.iter().any(|link| link.to == case.agg),
        drafted: drafts.iter().any(|(place, _)| place.ends_with(&format!(" {}", case.name()))),
    };
    cases.iter().map(one).collect()
}

impl Known {
    pub fn fits(&self, expr: &Expr) -> bool {
        match expr {
            Expr::And(parts) => parts.iter().all(|part| self.fits(part)),
            Expr::Or(parts) => parts.iter().any(|part| self.fits(part)),
            Expr::Not(inner) => !self.fits(inner),
            Expr::Term(Term::Compare(it)) => self.compare(it),
            Expr::Term(Term::Range(it)) => self.range(it),
            Expr::Term(Term::Flag(flag)) => self.flag(*flag),
            Expr::Term(Term::Has(has, negated)) => self.has(*has) != *negated,
            Expr::Term(Term::Id(number)) => self.ticket().number.as_ref() == Some(number),
            Expr::Term(Term::User(user)) => {
                let login = match user {
                    User::Me => "ann".to_owned(),
                    User::Named(login) => login.as_str().to_lowercase(),
                };
                let handle = self.contact.as_ref().and_then(|it| it.handle.clone()).unwrap_or_default();
                self.owner() == login || handle.to_lowercase() == login
            }
            Expr::Term(Term::Text(text)) => {
                self.parts().iter().any(|part| has_phrase(part, text.words(), text.prefix()))
            }
        }
    }

    pub fn ticket(&self) -> &Ticket {
        &self.is.fields
    }

    /// Short name of the requester, else the name.
    pub fn requester(&self) -> Option<String> {
        let contact = self.contact.as_ref()?;
        Some(contact.handle.clone().unwrap_or_else(|| contact.name.to_string()))
    }

    fn owner(&self) -> String {
        self.ticket().assignee.as_ref().map(|login| login.as_str().to_lowercase()).unwrap_or_default()
    }

    /// Subject, body, notes, people: what the full text has.
    fn parts(&self) -> [String; 4] {
        let ticket = self.ticket();
        let machines: Vec<_> = ticket.endpoints.iter().map(ToString::to_string).collect();
        let people = self.contact.as_ref().map_or_else(String::new, |it| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            format!("{} {} {}", it.name, text(&it.handle), text(&it.site))
        });
        [
            ticket.title.to_string(),
            ticket.description.as_ref().map(ToString::to_string).unwrap_or_default(),
            self.notes.join("\n"),
            format!("{people} {}", machines.join(" ")),
        ]
    }

    fn names(&self, field: Field) -> Vec<String> {
        let ticket = self.ticket();
        match (field, &self.contact) {
            (Field::Asset, _) => ticket.endpoints.iter().map(ToString::to_string).collect(),
            (Field::App, _) => ticket.software_items.iter().map(ToString::to_string).collect(),
            (Field::Req, Some(contact)) => contact.handle.iter().cloned().chain([contact.name.to_string()]).collect(),
            (Field::Site, Some(contact)) => contact.site.iter().cloned().collect(),
            _ => vec![],
        }
    }

    fn tiers_of_open_escalation(&self) -> Option<(Tier, Tier)> {
        self.is.open_escalation().map(|it| (it.proposal.from, it.proposal.to))
    }

    /// Promises to the customer whose time runs.
    pub fn running(&self) -> impl Iterator<Item = &Kept> {
        let open = self.ticket().state.open();
        self.is.clocks.iter().filter(move |kept| {
            open && kept.clock.kind != ClockKind::Ola && kept.clock.status() == ClockStatus::Running
        })
    }

    /// When the first promise is due, and which.
    pub fn due(&self) -> Option<(Instant, &Kept)> {
        self.running().filter_map(|kept| Some((kept.due?, kept))).min_by_key(|(due, _)| *due)
    }

    /// Was a promise to the customer ever missed?
    pub fn missed(&self) -> bool {
        self.is.clocks.iter().any(|kept| kept.clock.kind != ClockKind::Ola && kept.clock.breached_at.is_some())
    }

    pub fn paused(&self) -> bool {
        self.is.clocks.last(ClockKind::Resolution).is_some_and(|kept| kept.clock.status() == ClockStatus::Paused)
    }

    pub fn sla(&self) -> Option<Sla> {
        let ticket = self.ticket();
        if self.flag(Flag::Breached) {
            Some(Sla::Breached)
        } else if !ticket.state.open() {
            (!matches!(ticket.state, State::Cancelled | State::Rejected)).then_some(Sla::Ok)
        } else if self.flag(Flag::AtRisk) {
            Some(Sla::Risk)
        } else if self.due().is_some() {
            Some(Sla::Ok)
        } else {
            self.paused().then_some(Sla::Paused)
        }
    }

    fn number(&self, field: Field) -> Option<i64> {
        let ticket = self.ticket();
        let age = |since: Instant| Some((NOW - since).0);
        match field {
            Field::Tier => Some(ticket.tier.n()),
            Field::From => self.tiers_of_open_escalation().map(|it| it.0.n()),
            Field::To => self.tiers_of_open_escalation().map(|it| it.1.n()),
            Field::Prio => Some(ticket.priority.n()),
            Field::Due => self.due().map(|(due, _)| (due - NOW).0),
            Field::Age => age(ticket.opened_at),
            Field::Idle => age(self.is.at),
            Field::Wait => age(self.is.open_escalation().map_or(ticket.state_since, |it| it.proposed_at)),
            _ => None,
        }
    }

    fn day(&self, field: Field) -> Option<Instant> {
        match field {
            Field::Created => Some(self.ticket().opened_at),
            Field::Updated => Some(self.is.at),
            _ => self.ticket().resolved_at,
        }
    }

    fn compare(&self, it: &Compare) -> bool {
        let field = it.field();
        let days = it.spans(NOW, &desk::asker().zone);
        if !days.is_empty() {
            return self.day(field).is_some_and(|at| days.iter().any(|span| span.holds(at)));
        }
        it.values().iter().any(|value| self.value(field, it.op(), value))
    }

    fn value(&self, field: Field, op: Op, value: &Value) -> bool {
        let ticket = self.ticket();
        match value {
            Value::Text(text) if matches!(field, Field::Note | Field::Subj) => {
                let whole = if field == Field::Note { &self.notes[..] } else { &[ticket.title.to_string()][..] };
                match op {
                    Op::Contains => whole.iter().any(|it| it.to_lowercase().contains(&text.as_str().to_lowercase())),
                    _ => has_phrase(&whole.join("\n"), text.as_str(), true),
                }
            }
            Value::Text(text) => self.names(field).iter().any(|name| named(name, op, text.as_str())),
            Value::Status(Status::New) => ticket.state == State::Queued && ticket.acknowledged_at.is_none(),
            Value::Status(status) => status.states().contains(&ticket.state),
            Value::Person(Person::Me) => self.owner() == "ann",
            Value::Person(Person::None) => ticket.assignee.is_none(),
            Value::Person(Person::Is(login)) => self.owner() == login.as_str().to_lowercase(),
            Value::Category(path) => {
                path.pairs().contains(&(ticket.category, ticket.subcategory))
                    || ticket.category.word().starts_with(path.as_str())
            }
            Value::Tag(code) if field == Field::Contract => {
                ticket.contract.as_ref().is_some_and(|it| it.as_str() == code.as_str())
            }
            Value::Tag(tag) => ticket.tags.contains(tag),
            Value::Kind(kind) => ticket.kind() == *kind,
            Value::Impact(it) => ticket.impact == *it,
            Value::Urgency(it) => ticket.urgency == *it,
            Value::Source(it) => ticket.source == *it,
            Value::Symptom(it) => ticket.symptom == Some(*it),
            Value::Mode(it) => ticket.work_mode == *it,
            Value::Sla(it) => self.sla() == Some(*it),
            Value::Pending(it) => ticket.pending_reason == Some(*it),
            _ => self.number(field).is_some_and(|n| ordered(op, n, amount(value))),
        }
    }

    fn range(&self, it: &Range) -> bool {
        if let Some(span) = it.span(NOW, &desk::asker().zone) {
            return self.day(it.field()).is_some_and(|at| span.holds(at));
        }
        let (from, to) = (amount(it.from()), amount(it.to()));
        self.number(it.field()).is_some_and(|n| from <= n && n <= to)
    }

    fn flag(&self, flag: Flag) -> bool {
        let ticket = self.ticket();
        match flag {
            Flag::Open => ticket.state.open(),
            Flag::Free => ticket.state.open() && ticket.assignee.is_none(),
            Flag::Mine => self.owner() == "ann",
            Flag::Vip => ticket.vip,
            Flag::Major => ticket.major_state != MajorState::None,
            Flag::Dup => ticket.duplicate_of().is_some(),
            Flag::Linked => self.linked_to || !ticket.links.is_empty(),
            Flag::Reopened => ticket.reopen_count > 0,
            Flag::Waiting => ticket.state == State::Pending,
            Flag::Escalated => self.is.escalations.iter().any(|it| {
                it.state == EscalationState::Accepted
                    && it.proposal.kind == EscalationKind::Functional
                    && it.proposal.to == ticket.tier
            }),
            Flag::Pending => ticket.escalation.is_some(),
            Flag::Asked => ticket.state.open() && self.is.latches.asks(self.is.visits),
            Flag::Returned => ticket.returns > 0,
            Flag::Breached if ticket.state.open() => self.running().any(|kept| kept.over.is_some_and(|at| at < NOW)),
            Flag::Breached => self.missed(),
            Flag::AtRisk => {
                !self.flag(Flag::Breached) && self.running().any(|kept| kept.warn.is_some_and(|at| at <= NOW))
            }
            Flag::Overdue => self.running().any(|kept| kept.due.is_some_and(|at| at < NOW)),
            Flag::Unread => unreachable!("no version answers it"),
        }
    }

    fn has(&self, has: Has) -> bool {
        let ticket = self.ticket();
        match has {
            Has::Draft => self.drafted,
            Has::Asset => !ticket.endpoints.is_empty(),
            Has::Reply => ticket.responded_at.is_some(),
            Has::Category => ticket.subcategory != crate::domain::incident::Subcategory::Unknown,
            Has::Tag => !ticket.tags.is_empty(),
            Has::Contract => ticket.contract.is_some(),
            Has::File | Has::Problem => unreachable!("no version answers it"),
        }
    }
}

fn amount(value: &Value) -> i64 {
    match value {
        Value::Tier(tier) => tier.n(),
        Value::MyTier => 1,
        Value::Priority(priority) => priority.n(),
        Value::Length(Secs(secs)) => *secs,
        other => panic!("{other:?} has no amount"),
    }
}

fn ordered(op: Op, n: i64, than: i64) -> bool {
    match op {
        Op::Lt => n < than,
        Op::Le => n <= than,
        Op::Gt => n > than,
        Op::Ge => n >= than,
        _ => n == than,
    }
}

fn named(name: &str, op: Op, text: &str) -> bool {
    let (lower, wanted) = (name.to_lowercase(), text.to_lowercase());
    match op {
        Op::Whole => lower == wanted,
        Op::Exact => name == text,
        Op::Contains => lower.contains(&wanted),
        _ => lower.starts_with(&wanted),
    }
}

/// Words as the full text cuts and folds them.
fn tokens(text: &str) -> Vec<String> {
    let plain = text.to_lowercase().replace('ö', "o");
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn has_phrase(part: &str, phrase: &str, prefix: bool) -> bool {
    let (part, phrase) = (tokens(part), tokens(phrase));
    let Some((last, first)) = phrase.split_last() else { return false };
    part.windows(phrase.len()).any(|words| {
        let (end, start) = words.split_last().expect("as long as the phrase");
        start == first && if prefix { end.starts_with(last.as_str()) } else { end == last }
    })
}
