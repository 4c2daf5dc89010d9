//! A shift hand-over: what happened since the shift began, proposed by the desk, edited and signed by the one who
//! leaves, and signed by the one who comes. With both names under it nothing of it changes any more; who finds
//! something wrong writes another one.

use super::change::{Act, Change};
use super::command::undo::Undoes;
use super::command::{Case, Moment};
use super::event::Event;
use super::field::aggregate;
use super::fold::Course;
use super::id::CmdId;
use super::refusal::{Code, Refusal};
use super::role::Tier;
use super::text::{HandoverText, Login};
use super::time::Instant;
use super::word::words;

words! {
    /// Where a hand-over stands.
    pub enum HandoverState = Draft {
        Draft = "draft",
        /// Signed by the one who leaves; it waits for the one who comes.
        SignedOut = "signed_out",
        /// Signed by both.
        TakenOver = "taken_over",
        /// Taken out by an undo of its writing.
        Withdrawn = "withdrawn",
    }
}

aggregate! {
    /// A hand-over's fields.
    pub struct Handover as "handover" {
        values {
            /// 1, 2, 3 ... at its store; 0 while its first event has not arrived.
            n: i64 = Scalar,
            /// Absent: the whole desk.
            tier: Option<Tier> = Scalar,
            state: HandoverState = Course,
            /// What it tells happened between these instants.
            began_at: Instant = Scalar,
            ended_at: Instant = Scalar,
            /// As the desk proposed it.
            proposed: Option<HandoverText> = Scalar,
            /// As it is handed over.
            text: Option<HandoverText> = Scalar,
            written_by: Option<Login> = Scalar,
            written_at: Instant = Scalar,
            signed_out_by: Option<Login> = Follows,
            signed_out_at: Option<Instant> = Follows,
            signed_in_by: Option<Login> = Follows,
            signed_in_at: Option<Instant> = Follows,
        }
        sets {}
        counters {}
    }
}

impl Course for Handover {
    fn attention(&self) -> u8 {
        match self.state {
            HandoverState::Withdrawn => 0,
            HandoverState::TakenOver => 1,
            HandoverState::Draft => 2,
            HandoverState::SignedOut => 3,
        }
    }
}

impl Handover {
    /// As a sentence calls it: `hand-over 12`.
    pub fn name(&self) -> String {
        format!("hand-over {}", self.n)
    }

    /// Whose shift it is about: `tier 1`, or `the desk`.
    pub fn about(&self) -> String {
        about(self.tier)
    }

    /// Refuses `illegal_transition` once somebody has signed it.
    fn unsigned(&self) -> Result<(), Refusal> {
        let told = match (self.state, &self.signed_out_by) {
            (HandoverState::Draft, _) => return Ok(()),
            (HandoverState::SignedOut, Some(who)) => format!("{} is signed by {who}", self.name()),
            (HandoverState::Withdrawn, _) => format!("{} was withdrawn", self.name()),
            _ => format!("{} is signed by both", self.name()),
        };
        Err(Code::IllegalTransition.because(told).hint("write another one with what is to be corrected"))
    }
}

impl Undoes for Handover {
    fn name(&self) -> String {
        Self::name(self)
    }

    fn taken_out(case: &Case<Self>, _at: &Moment) -> Option<Change<Self>> {
        let mut change = Change::of(Act::Undo, &case.is.fields);
        change.next.state = HandoverState::Withdrawn;
        (case.is.fields.state != HandoverState::Withdrawn).then_some(change)
    }
}

/// A tier, or the whole desk.
pub fn about(tier: Option<Tier>) -> String {
    tier.map_or_else(|| "the desk".to_owned(), |tier| format!("tier {tier}"))
}

/// Write a hand-over from what the desk proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    pub tier: Option<Tier>,
    pub began_at: Instant,
    pub ended_at: Instant,
    pub proposed: HandoverText,
    /// Absent: as it was proposed.
    pub text: Option<HandoverText>,
    /// The writer leaves now and signs it at once.
    pub sign: bool,
}

impl Write {
    /// The new record; its number is the store's to give. Refuses `date_invalid` for a shift that ends before it
    /// begins or later than now.
    pub fn decide(&self, n: i64, at: &Moment) -> Result<Change<Handover>, Refusal> {
        at.desk_person()?;
        if !(self.began_at <= self.ended_at && self.ended_at <= at.now) {
            return Err(Code::DateInvalid.because("a shift begins before it ends, and ends now at the latest"));
        }
        let mut change = Change::of(Act::WriteHandover, &Handover::default());
        change.next = Handover {
            n,
            tier: self.tier,
            began_at: self.began_at,
            ended_at: self.ended_at,
            proposed: Some(self.proposed.clone()),
            text: Some(self.text.clone().unwrap_or_else(|| self.proposed.clone())),
            written_by: Some(at.by.login.clone()),
            written_at: at.now,
            ..Handover::default()
        };
        if self.sign {
            change.act = Act::SignOut;
            sign_out(&mut change.next, at);
        }
        Ok(change)
    }
}

/// Everything a person can want of a hand-over that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandoverVerb {
    /// Write its text anew, while nobody has signed it.
    Edit(HandoverText),
    /// The one who leaves signs.
    SignOut,
    /// The one who comes signs.
    SignIn,
}

impl HandoverVerb {
    /// What the verb changes, or why not. Refuses `segregation_of_duties` to the one who leaves and would sign for the
    /// one who comes.
    pub fn decide(&self, case: &Case<Handover>, at: &Moment) -> Result<Change<Handover>, Refusal> {
        at.desk_person()?;
        let it = &case.is.fields;
        match self {
            Self::Edit(text) => {
                it.unsigned()?;
                let mut change = Change::of(Act::Edit, it);
                change.next.text = Some(text.clone());
                Ok(change)
            }
            Self::SignOut => {
                it.unsigned()?;
                let mut change = Change::of(Act::SignOut, it);
                sign_out(&mut change.next, at);
                Ok(change)
            }
            Self::SignIn => sign_in(it, at),
        }
    }
}

fn sign_out(next: &mut Handover, at: &Moment) {
    next.state = HandoverState::SignedOut;
    next.signed_out_by = Some(at.by.login.clone());
    next.signed_out_at = Some(at.now);
}

fn sign_in(it: &Handover, at: &Moment) -> Result<Change<Handover>, Refusal> {
    match it.state {
        HandoverState::SignedOut => {}
        HandoverState::Draft => {
            let refusal = Code::IllegalTransition.because(format!("nobody has signed {} yet", it.name()));
            return Err(refusal.hint("the one who leaves signs first"));
        }
        HandoverState::TakenOver | HandoverState::Withdrawn => it.unsigned()?,
    }
    if it.signed_out_by.as_ref() == Some(&at.by.login) {
        let refusal = Code::SegregationOfDuties.because("the one who comes is not the one who leaves");
        return Err(refusal.hint("a colleague takes it over"));
    }
    let mut change = Change::of(Act::SignIn, it);
    change.next.state = HandoverState::TakenOver;
    change.next.signed_in_by = Some(at.by.login.clone());
    change.next.signed_in_at = Some(at.now);
    Ok(change)
}

/// May that command be taken back? Nothing of a hand-over that both have signed, and of one that waits only what was
/// done last: what stands under a name was read by whoever signed. Refuses `undo_blocked`.
pub fn may_undo(it: &Handover, events: &[Event], cmd: CmdId) -> Result<(), Refusal> {
    let last = events.last().is_some_and(|event| event.cmd == cmd);
    match it.state {
        HandoverState::TakenOver => Err(Code::UndoBlocked.because(format!("{} is signed by both", it.name()))),
        HandoverState::SignedOut if !last => Err(Code::UndoBlocked.because(format!("{} was signed since", it.name()))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::bench::{Bench, code_of, login};
    use crate::domain::field::Fields;
    use crate::domain::fold::Folded;
    use crate::domain::id::AggId;
    use crate::domain::time::Secs;

    fn text(text: &str) -> HandoverText {
        HandoverText::new(text).unwrap()
    }

    /// ann's hand-over of tier 1 in that state.
    fn case(bench: &Bench, state: HandoverState) -> Case<Handover> {
        use HandoverState::{SignedOut, TakenOver};
        let fields = Handover {
            n: 3,
            state,
            text: Some(text("New: none")),
            written_by: Some(login("ann")),
            written_at: bench.now,
            signed_out_by: matches!(state, SignedOut | TakenOver).then(|| login("ann")),
            signed_in_by: (state == TakenOver).then(|| login("bob")),
            ..Handover::default()
        };
        Case { agg: AggId::derived(&[b"hand-over"]), is: Folded { fields, created: true, ..Folded::default() } }
    }

    #[test]
    fn a_hand_over_is_edited_until_it_is_signed_and_taken_over_by_somebody_else() {
        use HandoverState::{Draft, SignedOut, TakenOver, Withdrawn};
        let edit = HandoverVerb::Edit(text("New: one"));
        let (out, into) = (HandoverVerb::SignOut, HandoverVerb::SignIn);
        let illegal = Err(Code::IllegalTransition);
        for (state, who, verb, expected) in [
            (Draft, "ann", &edit, Ok(Draft)),
            (Draft, "bob", &edit, Ok(Draft)),
            (Draft, "audrey", &edit, Err(Code::NotPermitted)),
            (SignedOut, "ann", &edit, illegal),
            (TakenOver, "ann", &edit, illegal),
            (Draft, "ann", &out, Ok(SignedOut)),
            (SignedOut, "bob", &out, illegal),
            (Withdrawn, "ann", &out, illegal),
            (Draft, "bob", &into, illegal),
            (SignedOut, "bob", &into, Ok(TakenOver)),
            (SignedOut, "dana", &into, Ok(TakenOver)),
            (SignedOut, "audrey", &into, Err(Code::NotPermitted)),
            (SignedOut, "ann", &into, Err(Code::SegregationOfDuties)),
            (TakenOver, "dana", &into, illegal),
            (Withdrawn, "bob", &into, illegal),
        ] {
            let bench = Bench::new();
            let verdict = verb.decide(&case(&bench, state), &bench.at(who));
            let came = verdict.map(|change| change.next.state).map_err(|refusal| refusal.code);
            assert_eq!(came, expected, "{verb:?} by {who} on {state}");
        }
    }

    #[test]
    fn it_is_written_for_a_shift_that_has_ended_by_now() {
        let bench = Bench::new();
        let write = |began_at, ended_at, sign| Write {
            tier: Some(Tier::One),
            began_at,
            ended_at,
            proposed: text("New: none"),
            text: None,
            sign,
        };
        let hours_ago = |n| bench.now - Secs::hours(n);
        let change = write(hours_ago(8), bench.now, true).decide(3, &bench.at("ann")).unwrap();
        assert_eq!((change.next.state, change.next.signed_out_by), (HandoverState::SignedOut, Some(login("ann"))));
        assert_eq!(change.next.text, change.next.proposed);
        assert!(write(hours_ago(8), hours_ago(1), false).decide(3, &bench.at("ann")).is_ok());
        for (began, ended) in [(hours_ago(1), hours_ago(8)), (hours_ago(8), bench.now + Secs(1))] {
            assert_eq!(code_of(write(began, ended, false).decide(3, &bench.at("ann"))), Code::DateInvalid);
        }
        assert_eq!(code_of(write(hours_ago(8), bench.now, false).decide(3, &bench.at("audrey"))), Code::NotPermitted);
    }

    #[test]
    fn every_field_survives_its_own_value() {
        let it = Handover { n: 3, tier: Some(Tier::One), text: Some(text("New: none")), ..Handover::default() };
        let mut copy = Handover::default();
        for (name, _) in Handover::ALL {
            assert_eq!(copy.write(name, &it.read(name).unwrap()), Some(true), "{name}");
        }
        assert_eq!(copy, it);
    }
}
