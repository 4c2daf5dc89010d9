//! `tierdesk escalations`: hand-offs that wait for a decision, and what became of others.

use clap::Args;

use super::exit::{Failure, Status};
use super::print::cell;
use super::shell::{AsOf, Shell};
use super::word;
use crate::app::query::json;
use crate::app::{Desk, Error};
use crate::domain::role::Tier;
use crate::domain::time::{Instant, Secs};
use crate::store::inbox::{EscalationRow, Inbox};

/// List escalations: those that wait for you to decide, the longest waiting first
#[derive(Debug, Args)]
pub struct Escalations {
    /// Waiting for this tier, put off or not
    #[arg(long, value_name = "TIER", value_parser = word::tier, group = "which")]
    tier: Vec<Tier>,
    /// Those that a supervisor has to acknowledge
    #[arg(long, group = "which")]
    review: bool,
    /// Decided within this time, like 7d
    #[arg(long, value_name = "LENGTH", group = "which")]
    decided: Option<Secs>,
    /// Sent by you
    #[arg(long, group = "which")]
    sent: bool,
    #[arg(long, default_value_t = 200, value_name = "N")]
    limit: u32,
    #[command(flatten)]
    at: AsOf,
}

impl Escalations {
    pub fn run(&self, shell: &Shell<'_>) -> Result<Status, Failure> {
        let desk = shell.desk_at(self.at.now)?;
        let rows = self.rows(&desk)?;
        if shell.out.is_json() {
            shell.out.list(rows.iter().map(json::inbox_row).collect())?;
        } else {
            for row in &rows {
                print(row, desk.now(), shell)?;
            }
        }
        Ok(if rows.is_empty() { Status::Nothing } else { Status::Done })
    }

    /// Without options what the console's inbox shows.
    fn rows(&self, desk: &Desk) -> Result<Vec<EscalationRow>, Error> {
        let which = match self.decided {
            _ if !self.tier.is_empty() => return desk.waiting_for(&self.tier, self.limit),
            Some(length) => Inbox::Decided(desk.now() - length),
            None if self.review => Inbox::Review,
            None if self.sent => Inbox::SentBy(desk.person().login.clone()),
            None => return desk.inbox_rows(self.limit),
        };
        Ok(desk.store().inbox(&which, self.limit)?)
    }
}

/// Two lines: what it is, and what was said.
fn print(row: &EscalationRow, now: Instant, shell: &Shell<'_>) -> Result<(), Failure> {
    let (ticket, it) = (&row.ticket, &row.escalation);
    let proposal = &it.proposal;
    let way = if proposal.from == proposal.to {
        "attention".to_owned()
    } else {
        format!("{}>{}", proposal.from, proposal.to)
    };
    shell.out.text(&format!(
        "{} {} {} {} {} {}",
        cell(&ticket.name, 10),
        cell(&ticket.priority.to_string(), 2),
        cell(&way, 9),
        cell(it.state.word(), 11),
        cell(&(now - it.proposed_at).short(), 4),
        cell(&ticket.title, 38).trim_end()
    ))?;
    let reason = proposal.reason.as_deref().unwrap_or_default();
    let decided = match (&it.decided_by, &it.decision_note) {
        (Some(who), Some(note)) => format!("; {who}: {note}"),
        (Some(who), None) => format!("; {who}"),
        _ => String::new(),
    };
    shell.out.folded(11, &format!("{}: {reason}{decided}", it.proposed_by))
}
