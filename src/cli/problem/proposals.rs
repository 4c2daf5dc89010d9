//! What the desk proposes: incidents alike as a problem, and what kept coming back over months.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::app::Desk;
use crate::app::proposals::{Offer, Proposal};
use crate::app::trend::Trend;
use crate::cli::exit::{Failure, Status};
use crate::cli::print::cell;
use crate::cli::shell::{AsOf, Shell};
use crate::cli::target::Words;
use crate::domain::refusal::Code;
use crate::domain::time::{Instant, Secs};

#[derive(Debug, Subcommand)]
pub enum What {
    /// What the desk proposes: incidents alike as a problem, as symptoms of one, or a problem to take up again
    Proposals {
        #[command(flatten)]
        at: AsOf,
    },
    /// Do what is proposed
    Accept {
        /// Its place in the list, 1 for the first
        #[arg(value_name = "N")]
        n: usize,
    },
    /// Refuse what is proposed; it stays silent until twice as many came, or for the policy's days
    Refuse {
        /// Its place in the list, 1 for the first
        #[arg(value_name = "N")]
        n: usize,
        #[command(flatten)]
        why: Words,
    },
    Trend(TrendOf),
}

/// What kept coming back without a problem: by count and by the working time until it was resolved
#[derive(Debug, Args)]
pub struct TrendOf {
    /// How far back
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=3_650))]
    days: i64,
    /// The first of them
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    at: AsOf,
}

impl What {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        match self {
            Self::Proposals { at } => list(&shell.desk_at(at.now)?, shell),
            Self::Accept { n } => {
                let mut desk = shell.desk()?;
                let proposal = nth(&desk, *n)?;
                shell.out.receipt(&desk.accept_proposal(&proposal)?)
            }
            Self::Refuse { n, why } => {
                let mut desk = shell.desk()?;
                let (proposal, reason) = (nth(&desk, *n)?, why.reason()?);
                shell.out.receipt(&desk.refuse_proposal(&proposal, &reason)?)
            }
            Self::Trend(it) => it.run(shell),
        }
    }
}

fn nth(desk: &Desk, n: usize) -> Result<Proposal, Failure> {
    let found = n.checked_sub(1).and_then(|n| desk.proposals().map(|all| all.into_iter().nth(n)).transpose());
    match found {
        Some(found) => Ok(found?),
        None => Err(Code::NotFound.because(format!("there is no proposal {n}")).into()),
    }
}

fn list(desk: &Desk, shell: &Shell<'_>) -> Result<Status, Failure> {
    let proposals = desk.proposals()?;
    if shell.out.is_json() {
        shell.out.list(proposals.iter().enumerate().map(listed).collect())?;
    } else {
        for (n, it) in proposals.iter().enumerate() {
            let head = format!("{} {}: {}", cell(&(n + 1).to_string(), 3), it.offer.words(), it.title);
            shell.out.text(cell(&head, 80).trim_end())?;
            let weak = if it.weak() > 0 {
                format!(", {} of them by program and symptom alone", it.weak())
            } else {
                String::new()
            };
            let (first, last) = it.span();
            shell.out.folded(4, &format!("{}; {} incidents{weak}, {first} to {last}", it.words, it.count()))?;
            let names: Vec<_> = it.incidents.iter().map(|member| member.incident.name.as_str()).collect();
            shell.out.folded(4, &names.join(" "))?;
        }
    }
    Ok(if proposals.is_empty() { Status::Nothing } else { Status::Done })
}

fn listed((n, it): (usize, &Proposal)) -> Value {
    let (offer, problem) = match &it.offer {
        Offer::Open => ("open", None),
        Offer::Link { name, .. } => ("link", Some(name)),
        Offer::Reopen { name, .. } => ("reopen", Some(name)),
    };
    let (first, last) = it.span();
    let incidents: Vec<_> = it
        .incidents
        .iter()
        .map(|one| json!({ "number": one.incident.name, "title": one.incident.title, "weak": one.weak, "linked": one.linked }))
        .collect();
    json!({
        "n": n + 1, "offer": offer, "problem": problem, "words": it.words, "title": it.title, "count": it.count(),
        "weak": it.weak(), "first_at": first.to_string(), "last_at": last.to_string(), "incidents": incidents,
    })
}

impl TrendOf {
    fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk_at(self.at.now)?;
        let mut rows = desk.trend(Secs::days(self.days))?;
        rows.truncate(self.limit);
        if shell.out.is_json() {
            shell.out.list(rows.iter().map(|row| trend(row, desk.now())).collect())?;
        } else {
            for row in &rows {
                let time = row.elapsed.hours_text();
                let head = format!("{} {} {}", cell(&row.count.to_string(), 4), cell(&time, 10), row.words);
                shell.out.text(cell(&head, 80).trim_end())?;
                shell.out.folded(16, &format!("last {}: {}", row.newest, row.title))?;
            }
        }
        Ok(if rows.is_empty() { Status::Nothing } else { Status::Done })
    }
}

fn trend(row: &Trend, as_of: Instant) -> Value {
    json!({
        "words": row.words, "count": row.count, "resolution_elapsed_s": row.elapsed.0, "newest": row.newest,
        "title": row.title, "as_of": as_of.to_string(),
    })
}
