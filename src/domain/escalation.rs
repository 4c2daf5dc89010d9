//! Escalation: an overlay on a ticket, not a state of it. The ticket keeps its owner and its clocks until the
//! receiving side accepts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::RowId;
use super::policy::Handoff;
use super::refusal::{Code, Refusal};
use super::role::{Discipline, Tier};
use super::text::{Label, Login};
use super::ticket::{Answer, Answered, Ticket};
use super::time::Instant;
use super::word::words;

words! {
    /// What an escalation asks for.
    pub enum EscalationKind {
        /// More skill or rights: another tier of the same discipline.
        Functional = "functional",
        /// A supervisor's attention; the record stays where it is.
        Hierarchical = "hierarchical",
        /// Another discipline, by a task; the record stays where it is.
        Lateral = "lateral",
        /// An outside party, by a task; the record stays where it is.
        Vendor = "vendor",
    }

    /// Where an escalation stands.
    pub enum EscalationState {
        Proposed = "proposed",
        Accepted = "accepted",
        Returned = "returned",
        Withdrawn = "withdrawn",
        HandedBack = "handed_back",
        /// The record ended before anyone decided.
        Void = "void",
    }

    /// Why a hand-off came back.
    pub enum ReturnCode {
        IncompleteHandoff = "incomplete_handoff",
        WrongTier = "wrong_tier",
        WrongDiscipline = "wrong_discipline",
        WithinTierRights = "within_tier_rights",
        KnownErrorAvailable = "known_error_available",
        Duplicate = "duplicate",
        RequesterNotContacted = "requester_not_contacted",
        NeedsCommercialDecision = "needs_commercial_decision",
    }

    /// An item of the hand-off checklist.
    pub enum Item {
        /// One-paragraph summary: expected, seen, since when.
        H1 = "h1",
        /// Reproduction: how often, with which steps.
        H2 = "h2",
        /// Application logs: path or source, time range, finding.
        H3 = "h3",
        /// System log or event viewer: log, event ids, finding.
        H4 = "h4",
        /// Comparison with a known-good machine or version.
        H5 = "h5",
        /// Recent changes in the last 14 days.
        H6 = "h6",
        /// Scope: affected users, machines, sites.
        H7 = "h7",
        /// Tried so far and result; is a workaround in place?
        H8 = "h8",
        /// Business deadline and effect.
        H9 = "h9",
        /// What exactly is asked of the receiver, and the rights needed.
        H10 = "h10",
        /// Contact window and consent for remote access.
        H11 = "h11",
        /// Is data at risk, was a copy taken?
        H12 = "h12",
        /// Product, version, build, licence or support number.
        H13 = "h13",
    }

    /// Does a hand-off demand an item?
    pub enum Demand {
        /// An answer, with text when it is *done*.
        Text = "text",
        /// One of the three answers; text is welcome.
        Answer = "answer",
        Optional = "optional",
    }
}

impl Item {
    /// Short label in dialogs and hand-offs.
    pub const fn label(self) -> &'static str {
        match self {
            Self::H1 => "Symptom",
            Self::H2 => "Reproduced",
            Self::H3 => "App logs",
            Self::H4 => "System log",
            Self::H5 => "Compared",
            Self::H6 => "Changes",
            Self::H7 => "Scope",
            Self::H8 => "Tried",
            Self::H9 => "Deadline",
            Self::H10 => "Ask",
            Self::H11 => "Contact",
            Self::H12 => "Data",
            Self::H13 => "Version",
        }
    }

    /// Is it one of the four diagnostic steps H2 to H5?
    pub const fn diagnostic(self) -> bool {
        matches!(self, Self::H2 | Self::H3 | Self::H4 | Self::H5)
    }

    /// What a hand-off of that kind and strength demands of this item.
    pub const fn demand(self, kind: EscalationKind, strength: Handoff) -> Demand {
        use Item::*;
        match (kind, strength) {
            (EscalationKind::Functional, Handoff::Light) => match self {
                H1 | H8 | H10 => Demand::Text,
                _ => Demand::Optional,
            },
            (EscalationKind::Functional, Handoff::Full) => match self {
                H1 | H6 | H7 | H8 | H10 | H11 | H12 => Demand::Text,
                H2 | H3 | H4 | H5 => Demand::Answer,
                H9 | H13 => Demand::Optional,
            },
            (EscalationKind::Hierarchical, Handoff::Light) => match self {
                H1 | H10 => Demand::Text,
                _ => Demand::Optional,
            },
            (EscalationKind::Hierarchical, Handoff::Full) => match self {
                H1 | H7 | H9 | H10 => Demand::Text,
                _ => Demand::Optional,
            },
            (EscalationKind::Lateral, Handoff::Light) => match self {
                H1 | H10 => Demand::Text,
                _ => Demand::Optional,
            },
            (EscalationKind::Lateral, Handoff::Full) => match self {
                H1 | H6 | H7 | H10 => Demand::Text,
                H2 | H3 | H4 => Demand::Answer,
                _ => Demand::Optional,
            },
            (EscalationKind::Vendor, Handoff::Light) => match self {
                H1 | H8 | H10 | H13 => Demand::Text,
                _ => Demand::Optional,
            },
            (EscalationKind::Vendor, Handoff::Full) => match self {
                H1 | H6 | H7 | H8 | H10 | H12 | H13 => Demand::Text,
                H2 | H3 | H4 | H5 => Demand::Answer,
                H9 | H11 => Demand::Optional,
            },
        }
    }

    fn met_by(self, answer: Option<&Answer>, demand: Demand) -> bool {
        match (demand, answer) {
            (Demand::Optional, _) => true,
            (_, None) => false,
            (Demand::Text, Some(answer)) => answer.answered != Answered::Done || answer.finding.is_some(),
            (Demand::Answer, Some(_)) => true,
        }
    }
}

/// The answers that go along with a hand-off, frozen when it is proposed.
pub type Answers = BTreeMap<Item, Answer>;

/// The answers a ticket has, by item.
pub fn answers_of(ticket: &Ticket) -> Answers {
    Item::ALL.iter().zip(ticket.answers()).filter_map(|(item, answer)| Some((*item, answer?.clone()))).collect()
}

/// Items that the hand-off demands and nobody answered.
pub fn missing(answers: &Answers, kind: EscalationKind, strength: Handoff) -> Vec<Item> {
    Item::ALL.iter().copied().filter(|item| !item.met_by(answers.get(item), item.demand(kind, strength))).collect()
}

/// Refuses `handoff_incomplete`, naming what is missing.
pub fn demand_complete(answers: &Answers, kind: EscalationKind, strength: Handoff) -> Result<(), Refusal> {
    let missing = missing(answers, kind, strength);
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(|item| item.label()).collect();
    Err(Code::HandoffIncomplete
        .because(format!("the hand-off lacks {}", names.join(", ")))
        .hint("answer it in the escalation dialog, or with --h8 and the like"))
}

/// One step in the life of an escalation, as a row of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The escalation it belongs to.
    pub esc: RowId,
    pub step: StepKind,
    /// Why: of a return, a withdrawal, a hand-back; the note of an acceptance or deferral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ReturnCode>,
    /// Until when the receiver put it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// Decided on an own proposal, as the policy allows the only supervisor.
    #[serde(default, skip_serializing_if = "is_false")]
    pub alone: bool,
    /// What was proposed; only with the first step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
}

/// How a decision on an own proposal is told.
const ALONE: &str = "decided on an own proposal: single supervisor";

impl Step {
    pub fn new(esc: RowId, step: StepKind) -> Self {
        Self { esc, step, note: None, code: None, until: None, alone: false, proposal: None }
    }

    /// The note of a decision as people read it, which says when nobody else looked at it.
    fn told(&self) -> Option<String> {
        match &self.note {
            note if !self.alone => note.clone(),
            None => Some(ALONE.to_owned()),
            Some(note) => Some(format!("{note} ({ALONE})")),
        }
    }
}

words! {
    /// What a step does.
    pub enum StepKind {
        Propose = "propose",
        /// Proposed and accepted in one: hierarchical ones, and immediate ones by a rule.
        Open = "open",
        Accept = "accept",
        Return = "return",
        Withdraw = "withdraw",
        HandBack = "hand_back",
        Void = "void",
        Defer = "defer",
        /// The supervisor has seen an immediate or hierarchical one, with a note.
        Review = "review",
    }
}

/// What is proposed, to whom, and what goes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub kind: EscalationKind,
    pub from: Tier,
    pub to: Tier,
    /// Ids of the rules that asked for it; empty when a person did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who the proposer would like to have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Login>,
    /// Item to `answered:finding`, as they stood at proposal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub snapshot: BTreeMap<Item, String>,
    /// When the decision is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_due: Option<Instant>,
    /// A supervisor must confirm or comment afterwards.
    #[serde(default, skip_serializing_if = "is_false")]
    pub post_review: bool,
    /// Which discipline a lateral one asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discipline: Option<Discipline>,
    /// Which outside party is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Label>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Proposal {
    /// What it asks, in words: `tier 1 to 2`, `network asked`.
    pub fn way(&self) -> String {
        match self.kind {
            EscalationKind::Functional => format!("tier {} to {}", self.from, self.to),
            EscalationKind::Hierarchical => "a supervisor's attention asked".to_owned(),
            EscalationKind::Lateral => format!("{} asked", self.discipline.unwrap_or_default()),
            EscalationKind::Vendor => format!("{} asked", self.vendor.as_ref().map_or("a vendor", Label::as_str)),
        }
    }
}

/// An escalation as its steps left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    pub id: RowId,
    pub state: EscalationState,
    pub proposal: Proposal,
    pub proposed_by: Login,
    pub proposed_at: Instant,
    pub decided_by: Option<Login>,
    pub decided_at: Option<Instant>,
    pub decision_note: Option<String>,
    pub return_code: Option<ReturnCode>,
    pub deferred_until: Option<Instant>,
    pub handed_back_at: Option<Instant>,
    /// A supervisor confirmed or commented an immediate or hierarchical one.
    pub reviewed_at: Option<Instant>,
}

impl Escalation {
    /// What a first step makes. `None` for a step that proposes nothing.
    pub fn begun(step: &Step, by: &Login, at: Instant) -> Option<Self> {
        let state = match step.step {
            StepKind::Propose => EscalationState::Proposed,
            StepKind::Open => EscalationState::Accepted,
            _ => return None,
        };
        Some(Self {
            id: step.esc,
            state,
            proposal: step.proposal.clone()?,
            proposed_by: by.clone(),
            proposed_at: at,
            decided_by: None,
            decided_at: (state == EscalationState::Accepted).then_some(at),
            decision_note: None,
            return_code: None,
            deferred_until: None,
            handed_back_at: None,
            reviewed_at: None,
        })
    }

    /// Takes a later step.
    pub fn take(&mut self, step: &Step, by: &Login, at: Instant) {
        let decided = match step.step {
            StepKind::Propose | StepKind::Open => return,
            StepKind::Accept => EscalationState::Accepted,
            StepKind::Return => EscalationState::Returned,
            StepKind::Withdraw => EscalationState::Withdrawn,
            StepKind::Void => EscalationState::Void,
            StepKind::HandBack => {
                self.state = EscalationState::HandedBack;
                self.handed_back_at = Some(at);
                self.return_code = step.code;
                self.decision_note.clone_from(&step.note);
                return;
            }
            StepKind::Defer => {
                self.deferred_until = step.until;
                return;
            }
            StepKind::Review => {
                self.reviewed_at = Some(at);
                self.decision_note.clone_from(&step.note);
                return;
            }
        };
        self.state = decided;
        self.decided_by = Some(by.clone());
        self.decided_at = Some(at);
        self.decision_note = step.told();
        self.return_code = step.code;
        self.deferred_until = None;
    }

    pub const fn is_open(&self) -> bool {
        matches!(self.state, EscalationState::Proposed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Finding;

    fn text(words: &str) -> Answer {
        Answer::done(Finding::new(words).unwrap())
    }

    #[test]
    fn a_light_hand_off_asks_for_three_texts() {
        let mut answers = Answers::new();
        let light = |answers: &Answers| missing(answers, EscalationKind::Functional, Handoff::Light);
        assert_eq!(light(&answers), [Item::H1, Item::H8, Item::H10]);
        answers.insert(Item::H1, text("VPN drops"));
        answers.insert(Item::H8, Answer::ticked());
        answers.insert(Item::H10, text("roll back"));
        assert_eq!(light(&answers), [Item::H8], "a text item needs words when it is done");
        answers.insert(Item::H8, Answer { answered: Answered::NotPossible, finding: None });
        assert!(light(&answers).is_empty());
    }

    #[test]
    fn a_full_hand_off_asks_for_the_diagnosis_too() {
        let missing = missing(&Answers::new(), EscalationKind::Functional, Handoff::Full);
        assert_eq!(missing.len(), 11);
        assert!(!missing.contains(&Item::H9) && !missing.contains(&Item::H13));
    }

    #[test]
    fn another_discipline_and_a_vendor_are_told_what_they_need() {
        use Item::*;
        let (lateral, vendor) = (EscalationKind::Lateral, EscalationKind::Vendor);
        for (kind, strength, wanted) in [
            (lateral, Handoff::Light, &[H1, H10][..]),
            (lateral, Handoff::Full, &[H1, H2, H3, H4, H6, H7, H10]),
            (vendor, Handoff::Light, &[H1, H8, H10, H13]),
            (vendor, Handoff::Full, &[H1, H2, H3, H4, H5, H6, H7, H8, H10, H12, H13]),
        ] {
            assert_eq!(missing(&Answers::new(), kind, strength), wanted, "{kind} {strength}");
        }
    }

    #[test]
    fn a_refusal_names_what_is_missing() {
        let refusal = demand_complete(&Answers::new(), EscalationKind::Hierarchical, Handoff::Light).unwrap_err();
        assert_eq!(refusal.code, Code::HandoffIncomplete);
        assert_eq!(refusal.message, "the hand-off lacks Symptom, Ask");
    }
}
