//! What has fired. A rule fires once in a stay in a tier, also when its condition comes and goes; TR22 a second time,
//! and then it asks a supervisor. A required proposal blocks until it is made, waived, or no longer called for.

use serde::{Deserialize, Serialize};

use super::{Action, Judged, Target, Trigger, Truth, Waiver};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::{Login, Reason};
use crate::domain::time::Instant;

/// A rule that fired, as a row of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latched {
    pub trigger: Trigger,
    /// The stay in a tier, counted from one.
    pub visit: u32,
    pub at: Instant,
    pub actions: Vec<Action>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Target>,
    /// The numbers at that instant, in words.
    pub numbers: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waived>,
    /// When what it asked for was proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Instant>,
}

/// Someone decided that a rule's action is not needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waived {
    pub by: Login,
    pub at: Instant,
    pub reason: Reason,
}

impl Latched {
    #[cfg(test)]
    pub fn new(judged: &Judged, visit: u32, at: Instant) -> Self {
        Self {
            trigger: judged.trigger,
            visit,
            at,
            actions: judged.actions.to_vec(),
            to: judged.to,
            numbers: judged.numbers.clone(),
            waived: None,
            answered: None,
        }
    }

    /// What it asks of people, in words: `propose tier 2`, `a supervisor looks`.
    pub fn asks(&self) -> String {
        let to = match self.to {
            Some(Target::Tier(tier)) => format!("tier {tier}"),
            Some(Target::Lateral(discipline)) => format!("a task for {discipline}"),
            Some(Target::Vendor) => "a task for the vendor".to_owned(),
            Some(Target::HoldCampaign) => "hold the campaign".to_owned(),
            Some(Target::CampaignAuthor) => "the campaign's author".to_owned(),
            None => String::new(),
        };
        let does = |action| self.actions.contains(&action);
        let words = if does(Action::Immediate) {
            format!("moved to {to}")
        } else if does(Action::Auto) {
            format!("proposed {to}")
        } else if does(Action::Require) {
            format!("propose {to}")
        } else if does(Action::Attention) {
            "a supervisor looks".to_owned()
        } else if to.is_empty() {
            "look at it".to_owned()
        } else {
            format!("consider {to}")
        };
        words.trim_end().to_owned()
    }

    /// Who may waive it: whoever may waive all of it that can be waived, nobody where nothing can.
    pub fn waiver(&self) -> Option<Waiver> {
        self.actions.iter().filter_map(|action| action.waiver()).max()
    }

    /// Asks its owner for something, as a demand or a suggestion, that nobody has done since, or waived.
    pub fn open(&self) -> bool {
        let asks = self.actions.iter().any(|action| matches!(action, Action::Require | Action::Suggest));
        let answered = self.answered.is_some_and(|answered| answered >= self.at);
        asks && self.waived.is_none() && !answered
    }

    /// A required proposal that nobody made since, or waived.
    pub fn unanswered(&self) -> bool {
        self.actions.contains(&Action::Require) && self.open()
    }
}

/// Those that fire now: true, and not latched in this visit. TR22 fires a second time when a new silence began after
/// it was latched, and then asks for attention.
pub fn fires(judged: &[Judged], latched: &[Latched], visit: u32) -> Vec<Judged> {
    let holding = judged.iter().filter(|judged| judged.state == Truth::True);
    holding.filter_map(|judged| firing(judged, latched, visit)).collect()
}

fn firing(judged: &Judged, latched: &[Latched], visit: u32) -> Option<Judged> {
    if !may_fire(judged.trigger, latched, visit, judged.quiet_since) {
        return None;
    }
    let again = latched.iter().any(|row| row.trigger == judged.trigger && row.visit == visit);
    Some(if again { Judged { actions: &[Action::Attention], to: None, ..judged.clone() } } else { judged.clone() })
}

/// Can a rule still fire in this visit? Once; TR22 once more for a silence that began after it was latched.
pub fn may_fire(trigger: Trigger, latched: &[Latched], visit: u32, quiet_since: Option<Instant>) -> bool {
    let mut before = latched.iter().filter(|row| row.trigger == trigger && row.visit == visit);
    match (before.next(), before.next()) {
        (None, _) => true,
        (Some(first), None) => trigger == Trigger::Tr22 && quiet_since.is_some_and(|since| since > first.at),
        _ => false,
    }
}

/// Required proposals of this visit that nobody made or waived, and that are still called for.
pub fn blocking<'a>(latched: &'a [Latched], judged: &[Judged], visit: u32) -> Vec<&'a Latched> {
    let holds = |trigger| judged.iter().any(|judged| judged.trigger == trigger && judged.state == Truth::True);
    latched.iter().filter(|row| row.visit == visit && row.unanswered() && holds(row.trigger)).collect()
}

/// Refuses `trigger_open` to hold, resume or resolve while a required proposal is missing, naming each with its numbers.
pub fn demand_answered(latched: &[Latched], judged: &[Judged], visit: u32) -> Result<(), Refusal> {
    let open = blocking(latched, judged, visit);
    if open.is_empty() {
        return Ok(());
    }
    let named: Vec<_> =
        open.iter().map(|row| format!("{} {} ({})", row.trigger, row.trigger.rule().name, row.numbers)).collect();
    Err(Code::TriggerOpen
        .because(format!("escalate it first, or have it waived: {}", named.join(", ")))
        .hint("`tierdesk escalate` proposes it; a supervisor waives it with `tierdesk waive`, or in the list on f s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(trigger: Trigger, actions: &'static [Action]) -> Judged {
        let numbers = "10h of 4h".to_owned();
        Judged { trigger, state: Truth::True, actions, to: None, numbers, quiet_since: None }
    }

    fn demand() -> Judged {
        judged(Trigger::Tr01, &[Action::Require])
    }

    fn row(visit: u32) -> Latched {
        Latched::new(&demand(), visit, Instant(100))
    }

    fn waived() -> Option<Waived> {
        let reason = Reason::new("the vendor is on site").unwrap();
        Some(Waived { by: Login::new("dana").unwrap(), at: Instant(150), reason })
    }

    #[test]
    fn a_demand_blocks_until_it_is_answered_waived_or_no_longer_called_for() {
        let calm = Judged { state: Truth::False, ..demand() };
        let unknown = Judged { state: Truth::NoData, ..demand() };
        for (what, row, now, blocks) in [
            ("just fired", row(2), demand(), true),
            ("in an earlier visit", row(1), demand(), false),
            ("no longer called for", row(2), calm, false),
            ("no longer known", row(2), unknown, false),
            ("waived", Latched { waived: waived(), ..row(2) }, demand(), false),
            ("proposed before it fired", Latched { answered: Some(Instant(99)), ..row(2) }, demand(), true),
            ("proposed afterwards", Latched { answered: Some(Instant(100)), ..row(2) }, demand(), false),
            ("only suggested", Latched { actions: vec![Action::Suggest], ..row(2) }, demand(), false),
        ] {
            let (latched, now) = ([row], [now]);
            assert_eq!(blocking(&latched, &now, 2).len(), usize::from(blocks), "{what}");
            assert_eq!(demand_answered(&latched, &now, 2).is_err(), blocks, "{what}");
        }
    }

    #[test]
    fn the_refusal_names_rule_and_numbers() {
        let refusal = demand_answered(&[row(1)], &[demand()], 1).unwrap_err();
        assert_eq!(refusal.code, Code::TriggerOpen);
        assert_eq!(refusal.message, "escalate it first, or have it waived: TR01 tier time (10h of 4h)");
    }

    #[test]
    fn a_ticket_that_is_forgotten_again_gets_a_supervisor_the_second_time_and_then_no_more() {
        let silent = |since| Judged {
            quiet_since: Some(Instant(since)),
            to: Some(Target::Vendor),
            ..judged(Trigger::Tr22, &[Action::Suggest])
        };
        let mut latched = vec![Latched::new(&silent(50), 1, Instant(100))];
        assert_eq!(fires(&[silent(50)], &latched, 1), [], "the same silence");
        let [second] = &fires(&[silent(101)], &latched, 1)[..] else { panic!("a new silence fires again") };
        assert_eq!((second.actions, second.to), (&[Action::Attention][..], None));
        latched.push(Latched::new(second, 1, Instant(200)));
        assert_eq!(fires(&[silent(201)], &latched, 1), []);
        assert_eq!(fires(&[silent(201)], &latched, 2)[0].actions, [Action::Suggest], "a new visit begins anew");
        let other = Judged { quiet_since: Some(Instant(101)), ..demand() };
        assert_eq!(fires(&[other], &[row(1)], 1), [], "no other rule fires twice");
    }

    #[test]
    fn whoever_waives_must_be_allowed_to_waive_all_that_can_be() {
        use Action::{Attention, Auto, Immediate, Suggest};
        for (actions, waiver) in [
            (vec![Suggest], Some(Waiver::Owner)),
            (vec![Suggest, Attention], Some(Waiver::Owner)),
            (vec![Attention, Auto], Some(Waiver::Supervisor)),
            (vec![Immediate, Attention], None),
        ] {
            assert_eq!(Latched { actions: actions.clone(), ..row(1) }.waiver(), waiver, "{actions:?}");
        }
    }

    #[test]
    fn a_row_survives_its_json() {
        let full = Latched {
            to: Some(Target::Lateral(crate::domain::role::Discipline::Network)),
            waived: waived(),
            answered: Some(Instant(160)),
            ..row(3)
        };
        for row in [row(1), full] {
            let text = serde_json::to_string(&row).unwrap();
            assert_eq!(serde_json::from_str::<Latched>(&text).unwrap(), row, "{text}");
        }
        assert_eq!(
            serde_json::to_string(&row(1)).unwrap(),
            r#"{"trigger":"TR01","visit":1,"at":100,"actions":["require"],"numbers":"10h of 4h"}"#
        );
    }
}
