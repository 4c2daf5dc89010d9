//! `tierdesk escalate`: hand a ticket upward with what is known, or ask beside the tiers.

use clap::Args;

use super::exit::{Failure, Status};
use super::handoff::HandOff;
use super::shell::Shell;
use super::target::One;
use super::word;
use crate::app::Desk;
use crate::domain::command::Verb;
use crate::domain::command::escalate::{self, Target, Whom, Why};
use crate::domain::escalation::Item;
use crate::domain::id::AggId;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Finding, Label, Login, Reason};
use crate::domain::ticket::Answer;

/// Hand a ticket to another tier, which accepts or returns it; ask a supervisor's attention, another discipline or a
/// vendor, and the ticket stays
#[derive(Debug, Args)]
pub struct Escalate {
    #[command(flatten)]
    on: One,
    /// Tier 1, 2 or 3, `attention` of a supervisor, a discipline (`network`, `hardware`, `software`) or a `vendor`
    #[arg(long, value_name = "TIER", value_parser = target)]
    to: To,
    /// With `--to vendor`: whom
    #[arg(long, value_name = "NAME", required_if_eq("to", "vendor"))]
    vendor: Option<String>,
    #[arg(long, value_parser = word::why())]
    why: Option<Why>,
    /// The reason in words
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who you would like to have it
    #[arg(long, value_name = "USER")]
    wish: Option<String>,
    #[command(flatten)]
    hand_off: HandOff,
}

#[derive(Debug, Clone, Copy)]
enum To {
    Tier(Tier),
    Attention,
    Discipline(Discipline),
    Vendor,
}

fn target(text: &str) -> Result<To, String> {
    match text {
        "attention" => Ok(To::Attention),
        "vendor" => Ok(To::Vendor),
        _ => Discipline::from_word(text).map(To::Discipline).map_or_else(
            || {
                let wrong =
                    |_| format!("`{text}` is no tier (1, 2, 3), no discipline, and neither attention nor vendor");
                word::tier(text).map(To::Tier).map_err(wrong)
            },
            Ok,
        ),
    }
}

impl Escalate {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let target = self.on.target(&desk)?;
        let verb = Verb::Escalate(escalate::Escalate {
            to: self.target()?,
            why: self.why,
            reason: self.reason.as_deref().map(Reason::new).transpose()?,
            triggers: vec![],
            answers: self.answers(target.agg, &desk)?,
            wish: self.wish.as_deref().map(Login::new).transpose()?,
        });
        shell.out.receipt(&desk.run(&verb, target)?)
    }

    fn target(&self) -> Result<Target, Refusal> {
        Ok(match self.to {
            To::Tier(tier) => Target::Tier(tier),
            To::Attention => Target::Attention,
            To::Discipline(discipline) => Target::Across(Whom::Discipline(discipline)),
            To::Vendor => Target::Across(Whom::Vendor(Label::new(self.vendor.as_deref().unwrap_or_default())?)),
        })
    }

    /// The answers given; what nobody said that a discipline should find out is what the signs of the fault suggest.
    fn answers(&self, agg: AggId, desk: &Desk) -> Result<Vec<(Item, Option<Answer>)>, Failure> {
        let mut answers = self.hand_off.answers()?;
        let case = desk.record(agg)?.case;
        let asked = case.ticket().h10.is_some() || answers.iter().any(|(item, _)| *item == Item::H10);
        if let (To::Discipline(discipline), false) = (self.to, asked)
            && let Some(overlap) = desk.overlap(&case)?.filter(|overlap| overlap.discipline == discipline)
        {
            answers.push((Item::H10, Some(Answer::done(Finding::new(&overlap.question)?))));
        }
        Ok(answers)
    }
}
