//! The end of a problem: resolved, its incidents with it, closed, taken up again, taken out.

use clap::{Args, Subcommand};

use super::one;
use crate::app::problems::Offered;
use crate::cli::exit::{Failure, Status};
use crate::cli::print::cell;
use crate::cli::shell::Shell;
use crate::cli::target::{One, Words};
use crate::cli::word;
use crate::domain::command::problem::{AcceptRisk, Cancel, Close, NoFix, ProblemVerb, Reopen, Resolve};
use crate::domain::id::AggId;
use crate::domain::problem::{ClosureCode, ProblemCancel};
use crate::domain::text::{Reason, Resolution};
use crate::domain::time::Instant;

#[derive(Debug, Subcommand)]
pub enum What {
    /// The fix is in and was verified; its observation begins
    Resolve {
        #[command(flatten)]
        on: One,
        /// Last day of the observation; left out: as the policy says
        #[arg(long, value_name = "DATE")]
        observe_until: Option<chrono::NaiveDate>,
        /// How it was seen that the fix holds
        #[command(flatten)]
        verified: Words,
    },
    /// There is nothing left to fix; a supervisor's
    NoFix {
        #[command(flatten)]
        on: One,
        #[arg(value_parser = word::closure_code())]
        code: ClosureCode,
        #[command(flatten)]
        note: Words,
    },
    Linked(Linked),
    /// Close a resolved problem after its observation; a supervisor's
    Close {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        note: Words,
    },
    /// Close a known error whose cause stays; a supervisor's
    AcceptRisk {
        #[command(flatten)]
        on: One,
        /// Last day until which the risk is accepted, at most a year ahead
        #[arg(long, value_name = "DATE")]
        until: chrono::NaiveDate,
        #[command(flatten)]
        why: Words,
    },
    /// Take a resolved or closed problem up again; a supervisor's
    Reopen {
        #[command(flatten)]
        on: One,
        #[command(flatten)]
        why: Words,
    },
    /// Take a problem out; a supervisor's
    Cancel {
        #[command(flatten)]
        on: One,
        #[arg(value_parser = word::problem_cancel())]
        code: ProblemCancel,
        /// Of a duplicate: the problem that goes on
        #[arg(long, value_name = "NUMBER")]
        of: Option<String>,
        #[command(flatten)]
        why: Words,
    },
}

/// Say which open incidents end with a resolved problem; without an answer it shows what would become of each
#[derive(Debug, Args)]
pub struct Linked {
    #[command(flatten)]
    on: One,
    /// `waiting` (those that wait for it), `all`, `none`, or numbers with commas between
    #[arg(long, value_name = "WHICH")]
    resolve: Option<String>,
    /// What their requesters are told
    #[arg(long, value_name = "TEXT", default_value = "the cause of it was found and removed")]
    note: String,
}

#[derive(Debug, Args)]
pub struct Hold {
    #[command(flatten)]
    on: One,
    /// When to go on
    #[arg(long, value_name = "INSTANT")]
    until: Instant,
    #[command(flatten)]
    why: Words,
}

impl Hold {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let verb = crate::domain::command::problem::Hold { until: self.until, reason: self.why.reason()? };
        one(&mut shell.desk()?, &self.on, &ProblemVerb::Hold(verb), shell)
    }
}

impl What {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let (on, verb) = match self {
            Self::Linked(it) => return it.run(shell),
            Self::Resolve { on, observe_until, verified } => {
                let verification = Resolution::new(&verified.text()?)?;
                (on, ProblemVerb::Resolve(Resolve { verification, observe_until: *observe_until }))
            }
            Self::NoFix { on, code, note } => {
                (on, ProblemVerb::NoFix(NoFix { code: *code, note: Resolution::new(&note.text()?)? }))
            }
            Self::Close { on, note } => (on, ProblemVerb::Close(Close { note: Resolution::new(&note.text()?)? })),
            Self::AcceptRisk { on, until, why } => {
                (on, ProblemVerb::AcceptRisk(AcceptRisk { until: *until, reason: why.reason()? }))
            }
            Self::Reopen { on, why } => (on, ProblemVerb::Reopen(Reopen { reason: why.reason()? })),
            Self::Cancel { on, code, of, why } => {
                let duplicate_of = of.as_ref().map(|number| desk.find_text(number)).transpose()?;
                let reason: Reason = why.reason()?;
                (on, ProblemVerb::Cancel(Cancel { code: *code, duplicate_of, reason }))
            }
        };
        one(&mut desk, on, &verb, shell)
    }
}

impl Linked {
    fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let mut desk = shell.desk()?;
        let (target, note) = (self.on.target(&desk)?, Resolution::new(&self.note)?);
        let offered = desk.resolution_offer(target.agg, &note)?;
        let Some(which) = &self.resolve else { return show(&offered, shell) };
        let all = offered.iter();
        let chosen: Vec<AggId> = match which.as_str() {
            "all" => all.map(|it| it.agg).collect(),
            "waiting" => all.filter(|it| it.ticked).map(|it| it.agg).collect(),
            "none" => Vec::new(),
            numbers => numbers.split(',').map(|one| desk.find_text(one.trim())).collect::<Result<_, _>>()?,
        };
        shell.out.receipt(&desk.resolve_linked(target, &chosen, &note)?)
    }
}

fn show(offered: &[Offered], shell: &Shell<'_>) -> Result<Status, Failure> {
    if shell.out.is_json() {
        let one = |it: &Offered| {
            serde_json::json!({
                "number": it.ticket.name(),
                "title": it.ticket.title,
                "state": it.ticket.state,
                "ticked": it.ticked,
                "refused": it.refused.as_ref().map(|refusal| refusal.code.as_str()),
                "why": it.refused.as_ref().map(|refusal| refusal.message.clone()),
            })
        };
        shell.out.list(offered.iter().map(one).collect())?;
    } else {
        for it in offered {
            let tick = if it.ticked { "[x]" } else { "[ ]" };
            let line = format!("{tick} {} {}", cell(&it.ticket.name(), 10), it.ticket.title);
            shell.out.text(cell(&line, 80).trim_end())?;
            if let Some(refusal) = &it.refused {
                shell.out.folded(4, &format!("{}: {}", refusal.code, refusal.message))?;
            }
        }
    }
    Ok(if offered.is_empty() { Status::Nothing } else { Status::Done })
}
