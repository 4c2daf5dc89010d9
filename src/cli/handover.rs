//! `tierdesk handover`: what a shift leaves to the next one, proposed, edited, signed by both.

use clap::{Args, Subcommand};

use super::exit::{Failure, Status};
use super::print::{cell, text_of};
use super::shell::{AsOf, Shell};
use super::word;
use crate::app::Desk;
use crate::app::query::handover::{Proposal, handover, paper};
use crate::domain::command::Case;
use crate::domain::handover::{Handover, HandoverState, HandoverVerb, Write};
use crate::domain::refusal::Code;
use crate::domain::role::Tier;
use crate::domain::text::HandoverText;
use crate::domain::time::{Instant, Secs};

/// Hand the shift over: what happened, what is late, what was promised; signed by the one who leaves and the one who
/// comes
///
/// Without a command the proposal is printed and nothing is written.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HandoverCommand {
    #[command(flatten)]
    shift: Shift,
    #[command(flatten)]
    at: AsOf,
    #[command(subcommand)]
    what: Option<What>,
}

/// Whose shift, and how long it was.
#[derive(Debug, Args)]
struct Shift {
    /// When it began: an instant, or how long ago like 8h [default: the end of the last signed one, else 8h]
    #[arg(long, value_name = "INSTANT")]
    since: Option<Since>,
    /// Of one tier [default: your own; the whole desk for a supervisor]
    #[arg(long, value_name = "N", value_parser = word::tier, conflicts_with = "desk")]
    tier: Option<Tier>,
    /// Of the whole desk
    #[arg(long)]
    desk: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Keep a hand-over: as it is proposed, or with a text of your own
    Write {
        #[command(flatten)]
        shift: Shift,
        /// The text instead of the proposal; `-` reads it from standard input
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
        /// Sign it at once: you leave now
        #[arg(long)]
        sign: bool,
    },
    /// Write the text of one anew that nobody has signed
    Edit {
        /// Its number
        #[arg(value_name = "N")]
        n: i64,
        /// The text; `-` reads it from standard input
        #[arg(value_name = "TEXT", required = true)]
        text: Vec<String>,
    },
    /// Sign as the one who leaves
    Sign {
        /// Its number [default: your own that is not signed]
        #[arg(value_name = "N")]
        n: Option<i64>,
    },
    /// Sign as the one who comes
    TakeOver {
        /// Its number [default: the newest that waits for you]
        #[arg(value_name = "N")]
        n: Option<i64>,
    },
    /// The hand-overs, newest first
    List,
    /// One hand-over with its signatures, as it is printed on paper
    #[command(visible_alias = "print")]
    Show {
        /// Its number
        #[arg(value_name = "N")]
        n: i64,
    },
}

/// A point in the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    At(Instant),
    Ago(Secs),
}

impl std::str::FromStr for Since {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let at = text.parse().map(Self::At);
        at.or_else(|_| text.parse().map(Self::Ago))
            .map_err(|_| format!("`{text}` is neither an instant like 2026-11-24T06:00:00Z nor a length like 8h"))
    }
}

/// How many are listed.
const LISTED: u32 = 50;

impl HandoverCommand {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let Some(what) = &self.what else {
            let proposal = self.shift.proposal(&shell.desk_at(self.at.now)?)?;
            if shell.out.is_json() {
                shell.out.json(&proposal.json())?;
            } else {
                shell.out.text(proposal.text().trim_end())?;
            }
            return Ok(Status::Done);
        };
        let mut desk = shell.desk()?;
        match what {
            What::Write { shift, text, sign } => {
                let proposal = shift.proposal(&desk)?;
                let text = if text.is_empty() { None } else { Some(HandoverText::new(&text_of(text)?)?) };
                let write = Write { text, sign: *sign, ..proposal.write()? };
                shell.out.receipt(&desk.write_handover(&write)?)
            }
            What::Edit { n, text } => {
                let case = desk.handover(*n)?;
                let verb = HandoverVerb::Edit(HandoverText::new(&text_of(text)?)?);
                shell.out.receipt(&desk.run_handover(&verb, case.agg, None)?)
            }
            What::Sign { n } => {
                let case = match n {
                    Some(n) => desk.handover(*n)?,
                    None => own(&desk)?,
                };
                shell.out.receipt(&desk.run_handover(&HandoverVerb::SignOut, case.agg, Some(case.is.rev))?)
            }
            What::TakeOver { n } => {
                let case = match n {
                    Some(n) => desk.handover(*n)?,
                    None => desk
                        .handover_for_me()?
                        .ok_or_else(|| Code::NotFound.because("no hand-over of a colleague waits for you"))?,
                };
                shell.out.receipt(&desk.run_handover(&HandoverVerb::SignIn, case.agg, Some(case.is.rev))?)
            }
            What::List => list(&desk, shell),
            What::Show { n } => {
                let case = desk.handover(*n)?;
                if shell.out.is_json() {
                    shell.out.json(&handover(&case))?;
                } else {
                    shell.out.text(&paper(&case.is.fields, desk.policy().zone))?;
                }
                Ok(Status::Done)
            }
        }
    }
}

impl Shift {
    fn proposal(&self, desk: &Desk) -> Result<Proposal, Failure> {
        let tier = if self.desk { None } else { self.tier.or(desk.shift_tier()) };
        let since = match self.since {
            Some(Since::At(at)) => at,
            Some(Since::Ago(length)) => desk.now() - length,
            None => desk.shift_began(tier)?,
        };
        if since > desk.now() {
            return Err(Code::DateInvalid.because("the shift would begin in the future").into());
        }
        Ok(desk.propose_handover(tier, since)?)
    }
}

/// The newest of this person's own that nobody has signed.
fn own(desk: &Desk) -> Result<Case<Handover>, Failure> {
    let own = desk.unsigned_handover()?;
    let refusal = || Code::NotFound.because("you have written no hand-over that is not signed");
    Ok(own.ok_or_else(|| refusal().hint("`tierdesk handover write` makes one"))?)
}

fn list(desk: &Desk, shell: &Shell<'_>) -> Result<Status, Failure> {
    let all = desk.handovers(LISTED)?;
    if shell.out.is_json() {
        shell.out.list(all.iter().map(handover).collect())?;
    } else {
        all.iter().try_for_each(|case| shell.out.text(&line(&case.is.fields)))?;
    }
    Ok(if all.is_empty() { Status::Nothing } else { Status::Done })
}

fn line(it: &Handover) -> String {
    let name = |login: &Option<_>| login.as_ref().map_or_else(String::new, ToString::to_string);
    let who = match it.state {
        HandoverState::Draft => format!("draft of {}", name(&it.written_by)),
        HandoverState::SignedOut => format!("{} waits for somebody", name(&it.signed_out_by)),
        HandoverState::TakenOver => format!("{} to {}", name(&it.signed_out_by), name(&it.signed_in_by)),
        HandoverState::Withdrawn => format!("withdrawn by {}", name(&it.written_by)),
    };
    cell(&format!("{:<4} {} to {}  {:8} {who}", it.n, it.began_at, it.ended_at, it.about()), 80).trim_end().to_owned()
}
