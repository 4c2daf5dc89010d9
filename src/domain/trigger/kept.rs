//! Fired rules as the journal tells them, one row a step, and what became of each on one record.

use serde::{Deserialize, Serialize};

use super::{Action, Judged, Latched, Target, Trigger, Waived};
use crate::domain::text::{Login, Reason};
use crate::domain::time::Instant;

/// One step in the life of a fired rule, as a row of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub trigger: Trigger,
    /// The stay in a tier, counted from one.
    pub visit: u32,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ev", rename_all = "snake_case")]
pub enum What {
    Fire {
        actions: Vec<Action>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Target>,
        /// The numbers at that instant, in words.
        numbers: String,
    },
    /// Its action is not needed.
    Waive { reason: Reason },
    /// What it asked for was proposed.
    Answer,
}

impl Step {
    pub fn fire(judged: &Judged, visit: u32) -> Self {
        let Judged { trigger, actions, to, numbers, .. } = judged;
        let what = What::Fire { actions: actions.to_vec(), to: *to, numbers: numbers.clone() };
        Self { trigger: *trigger, visit, what }
    }

    /// In a person's words: `TR01 tier time: 47m of 1h, limit 50 %`.
    pub fn sentence(&self) -> String {
        let rule = self.trigger.rule();
        match &self.what {
            What::Fire { numbers, .. } => format!("{} {}: {numbers}", self.trigger, rule.name),
            What::Waive { reason } => format!("{} {} waived: {reason}", self.trigger, rule.name),
            What::Answer => format!("{} {} answered", self.trigger, rule.name),
        }
    }
}

/// The rules that fired on one record, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Latches(Vec<Latched>);

impl Latches {
    pub fn all(&self) -> &[Latched] {
        &self.0
    }

    /// Those of one stay in a tier.
    pub fn of(&self, visit: u32) -> impl Iterator<Item = &Latched> {
        self.0.iter().filter(move |latched| latched.visit == visit)
    }

    /// Does a rule ask the owner for something in this stay that nobody did or waived?
    pub fn asks(&self, visit: u32) -> bool {
        self.of(visit).any(Latched::open)
    }

    /// Takes a step that was written at an instant.
    pub fn take(&mut self, step: &Step, by: &Login, at: Instant) {
        let Step { trigger, visit, what } = step;
        if let What::Fire { actions, to, numbers } = what {
            return self.0.push(Latched {
                trigger: *trigger,
                visit: *visit,
                at,
                actions: actions.clone(),
                to: *to,
                numbers: numbers.clone(),
                waived: None,
                answered: None,
            });
        }
        for latched in self.0.iter_mut().filter(|latched| latched.trigger == *trigger && latched.visit == *visit) {
            match what {
                What::Waive { reason } => latched.waived = Some(Waived { by: by.clone(), at, reason: reason.clone() }),
                What::Answer | What::Fire { .. } => latched.answered = Some(at),
            }
        }
    }
}
