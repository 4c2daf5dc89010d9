//! What of an event concerns a person, and whether it still does.

use std::collections::BTreeSet;

use crate::domain::change::Act;
use crate::domain::clock::ClockKind;
use crate::domain::clock::kept::StepKind as ClockStep;
use crate::domain::command::Case;
use crate::domain::escalation::{EscalationKind, Step, StepKind};
use crate::domain::event::{Body, Event, EventKind, RowKind};
use crate::domain::incident::Visibility;
use crate::domain::number::Kind;
use crate::domain::policy::Review;
use crate::domain::role::{Role, Tier, User};
use crate::domain::text::Login;
use crate::domain::trigger::Trigger;
use crate::domain::trigger::kept::What;
use crate::domain::word::words;

words! {
    /// Why a person hears of a record.
    pub enum Cause {
        /// It was given to the person.
        Assigned = "assigned",
        /// It was taken off the person.
        TakenOff = "taken_off",
        /// What became of the person's hand-off.
        Accepted = "accepted",
        Returned = "returned",
        HandedBack = "handed_back",
        Deferred = "deferred",
        /// Somebody else wrote on the person's record.
        Replied = "replied",
        Noted = "noted",
        /// The wait of the person's record is over.
        Woke = "woke",
        AtRisk = "at_risk",
        Breached = "breached",
        /// A rule fired on the person's record.
        Rule = "rule",
        /// A supervisor's attention is asked.
        Attention = "attention",
        /// A hand-off waits for the person, or for the person's tier.
        Proposal = "proposal",
        /// Nobody decided on a hand-off in time.
        ReviewOverdue = "review_overdue",
        /// A rule moved a record at once, and a supervisor has to confirm it.
        Review = "review",
        /// A record of priority 1 stands in the person's tier.
        NewP1 = "new_p1",
        /// Two sites changed the person's record without seeing each other.
        Conflict = "conflict",
    }
}

/// The person who is told, and what that person looks after.
pub struct Listener<'a> {
    pub user: &'a User,
    /// Tiers whose new work concerns the person.
    pub tiers: &'a [Tier],
    pub review: Review,
}

/// A cause, and what it says in particular.
pub type Heard = (Cause, String);

impl Listener<'_> {
    fn is_me(&self, login: Option<&Login>) -> bool {
        login == Some(&self.user.login)
    }

    /// May the person decide on a hand-off to that tier?
    fn decides(&self, to: Tier) -> bool {
        let receives = self.review == Review::Receiver && self.user.is(Role::Technician) && self.tiers.contains(&to);
        receives || self.user.is(Role::Supervisor)
    }

    /// What an event of somebody else says to the person, about a record as it stands now.
    pub fn hears(&self, event: &Event, case: &Case) -> Vec<Heard> {
        let Some(body) = &event.body else { return Vec::new() };
        let mut heard = self.hands(body);
        for row in &body.rows {
            heard.extend(self.row(&row.what, case));
        }
        if body.set.get("woke").is_some_and(|write| write.to == true) && self.is_me(case.ticket().assignee.as_ref()) {
            heard.push((Cause::Woke, String::new()));
        }
        if self.named(body, "attention_of") {
            heard.push((Cause::Attention, asked_why(body)));
        }
        if self.is_new_p1(event, body, case) {
            heard.push((Cause::NewP1, String::new()));
        }
        self.one_cause(heard, case)
    }

    /// Whose it became, and whose it was.
    fn hands(&self, body: &Body) -> Vec<Heard> {
        let Some(write) = body.set.get("assignee") else { return Vec::new() };
        let me = self.user.login.as_str();
        let accepted = Act::from_word(&body.act) == Some(Act::Accept);
        match (write.from.as_str() == Some(me), write.to.as_str() == Some(me)) {
            (false, true) => vec![(Cause::Assigned, String::new())],
            // That a hand-off was accepted says so too.
            (true, false) if !accepted => vec![(Cause::TakenOff, body.reason.clone().unwrap_or_default())],
            _ => Vec::new(),
        }
    }

    fn named(&self, body: &Body, field: &str) -> bool {
        body.set.get(field).is_some_and(|write| write.to.as_str() == Some(self.user.login.as_str()))
    }

    fn row(&self, row: &RowKind, case: &Case) -> Option<Heard> {
        let mine = self.is_me(case.ticket().assignee.as_ref());
        match row {
            RowKind::Escalation(step) => self.step(step, case),
            RowKind::Worklog(entry) if mine || case.ticket().watchers.contains(&self.user.login) => {
                let replied = entry.vis == Visibility::Requester;
                Some((if replied { Cause::Replied } else { Cause::Noted }, entry.text.replace('\n', " ")))
            }
            RowKind::Clock(step) if mine && step.kind != ClockKind::Ola => match step.ev {
                ClockStep::Warn => Some((Cause::AtRisk, step.kind.name().to_owned())),
                ClockStep::Breach => Some((Cause::Breached, step.kind.name().to_owned())),
                _ => None,
            },
            RowKind::Trigger(step) => {
                let What::Fire { .. } = &step.what else { return None };
                match step.trigger {
                    Trigger::Tr26 => {
                        let open = case.is.open_escalation().is_some_and(|open| self.decides(open.proposal.to));
                        open.then(|| (Cause::ReviewOverdue, String::new()))
                    }
                    // The clock itself says it.
                    Trigger::Tr02 | Trigger::Tr03 | Trigger::Tr04 => None,
                    _ => mine.then(|| (Cause::Rule, step.sentence())),
                }
            }
            _ => None,
        }
    }

    fn step(&self, step: &Step, case: &Case) -> Option<Heard> {
        let escalation = case.is.escalations.iter().find(|it| it.id == step.esc)?;
        let proposal = &escalation.proposal;
        let note = step.note.clone().unwrap_or_default();
        let coded =
            || step.code.map_or_else(|| note.clone(), |code| format!("{}: {note}", code.word().replace('_', " ")));
        let cause = match step.step {
            StepKind::Propose if self.decides(proposal.to) && escalation.is_open() => {
                let why = proposal.reason.as_deref().unwrap_or_default().replace('_', " ");
                return Some((Cause::Proposal, format!("tier {} to {}: {why}", proposal.from, proposal.to)));
            }
            StepKind::Open if proposal.kind == EscalationKind::Functional && self.user.is(Role::Supervisor) => {
                return Some((Cause::Review, proposal.reason.clone().unwrap_or_default()));
            }
            StepKind::Accept => Cause::Accepted,
            StepKind::Return => Cause::Returned,
            StepKind::HandBack => Cause::HandedBack,
            StepKind::Defer => Cause::Deferred,
            _ => return None,
        };
        let until = step.until.map(|until| format!("until {until} "));
        let text = format!("{}{}", until.unwrap_or_default(), coded());
        self.is_me(Some(&escalation.proposed_by)).then(|| (cause, text.trim_end().to_owned()))
    }

    /// It was logged with priority 1 in a tier of the person's, came there, or became so urgent.
    fn is_new_p1(&self, event: &Event, body: &Body, case: &Case) -> bool {
        let ticket = case.ticket();
        let here = ticket.priority.n() == 1 && ticket.state.open() && self.tiers.contains(&ticket.tier);
        let begins = event.kind == Some(EventKind::RecordCreated);
        let changed = |field| body.set.contains_key(field);
        here && ticket.kind() != Kind::Task && (begins || changed("priority") || changed("tier"))
    }

    /// One event has one cause: what says more stands for what follows from it.
    fn one_cause(&self, heard: Vec<Heard>, case: &Case) -> Vec<Heard> {
        let causes: BTreeSet<Cause> = heard.iter().map(|(cause, _)| *cause).collect();
        let has = |cause| causes.contains(&cause);
        let follows = |cause: Cause| match cause {
            Cause::AtRisk => has(Cause::Breached),
            Cause::Rule | Cause::Review => has(Cause::Attention),
            Cause::ReviewOverdue => has(Cause::Proposal) || has(Cause::Attention),
            Cause::NewP1 => has(Cause::Assigned),
            _ => false,
        };
        heard.into_iter().filter(|(cause, _)| !follows(*cause) && self.holds(*cause, case)).collect()
    }

    /// Does it still concern the person, as the record stands now?
    pub fn holds(&self, cause: Cause, case: &Case) -> bool {
        let ticket = case.ticket();
        match cause {
            Cause::Assigned => self.is_me(ticket.assignee.as_ref()),
            Cause::TakenOff => !self.is_me(ticket.assignee.as_ref()),
            Cause::AtRisk | Cause::Woke | Cause::Rule | Cause::Breached => ticket.state.open(),
            Cause::NewP1 => ticket.state.open() && ticket.priority.n() == 1,
            Cause::Proposal | Cause::ReviewOverdue => case.is.open_escalation().is_some(),
            Cause::Attention => self.is_me(ticket.attention_of.as_ref()),
            Cause::Review => case.is.escalations.iter().any(|it| it.proposal.post_review && it.reviewed_at.is_none()),
            Cause::Conflict => case.is.conflicts.iter().any(|conflict| !conflict.acked),
            Cause::Accepted | Cause::Returned | Cause::HandedBack | Cause::Deferred | Cause::Replied | Cause::Noted => {
                true
            }
        }
    }

    /// Is there a conflict that the person lost, or has to settle?
    pub fn lost(&self, case: &Case) -> bool {
        let ticket = case.ticket();
        let concerned = self.is_me(ticket.assignee.as_ref()) || ticket.watchers.contains(&self.user.login);
        let me = self.user.login.as_str();
        case.is.conflicts.iter().any(|it| !it.acked && (concerned || it.lost == me))
    }
}

/// The rules with their numbers, else what the person who asked wrote.
fn asked_why(body: &Body) -> String {
    let fired = body.rows.iter().filter_map(|row| match &row.what {
        RowKind::Trigger(step) if matches!(step.what, What::Fire { .. }) => Some(step.sentence()),
        _ => None,
    });
    let fired: Vec<_> = fired.collect();
    if !fired.is_empty() {
        return fired.join("; ");
    }
    let asked = body.rows.iter().find_map(|row| match &row.what {
        RowKind::Escalation(step) => step.proposal.as_ref()?.reason.clone(),
        _ => None,
    });
    asked.unwrap_or_default().replace('_', " ")
}
