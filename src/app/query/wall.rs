//! The wall: what a supervisor wants in sight all day, at any instant, read without writing. How clocks stand is
//! worked out for the instant asked for, so that no timer need have been applied.

use super::clock::LineClock;
use crate::app::{Desk, Error};
use crate::domain::escalation::EscalationKind;
use crate::domain::filter::parse;
use crate::domain::id::AggId;
use crate::domain::priority::Priority;
use crate::domain::refusal::Refusal;
use crate::domain::role::Tier;
use crate::domain::time::{Instant, Secs};
use crate::domain::word::words;
use crate::store::inbox::{EscalationRow, Inbox};
use crate::store::queue::TicketRow;

words! {
    /// A part of the wall, in the order in which they are looked at.
    pub enum Part {
        Breached = "breached",
        AtRisk = "at_risk",
        /// Proposed, and nobody has decided.
        Unaccepted = "unaccepted",
        /// Moved at once, or a call for attention, and no supervisor has looked.
        Unreviewed = "unreviewed",
        Major = "major",
        P1 = "p1",
    }
}

impl Part {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Breached => "Breached",
            Self::AtRisk => "At risk",
            Self::Unaccepted => "Escalations not accepted",
            Self::Unreviewed => "Not reviewed",
            Self::Major => "Major incidents",
            Self::P1 => "P1",
        }
    }

    /// Is it about clocks and urgency, not about who has to act?
    pub const fn is_clock(self) -> bool {
        matches!(self, Self::Breached | Self::AtRisk | Self::P1)
    }

    /// What finds its tickets; escalations are found by state.
    const fn filter(self) -> Option<&'static str> {
        match self {
            Self::Breached => Some("is:open sla:breached"),
            Self::AtRisk => Some("is:open sla:risk"),
            Self::Major => Some("is:open is:major"),
            Self::P1 => Some("is:open prio:1"),
            Self::Unaccepted | Self::Unreviewed => None,
        }
    }
}

/// The wall at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wall {
    pub now: Instant,
    pub tiers: Vec<TierCount>,
    pub sections: Vec<Section>,
    /// When something of it changes by time alone, beside the minutes that it tells.
    pub next: Option<Instant>,
}

/// Open tickets of one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierCount {
    pub tier: Tier,
    pub open: i64,
    pub free: i64,
    pub breached: i64,
    pub at_risk: i64,
    /// Hand-offs to it that nobody has accepted.
    pub waiting: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub part: Part,
    /// How many there are, shown or not.
    pub count: u32,
    pub lines: Vec<WallLine>,
}

/// One record in one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallLine {
    pub agg: AggId,
    pub name: String,
    pub title: String,
    pub priority: Priority,
    pub tier: Tier,
    pub owner: Option<String>,
    pub clock: LineClock,
    /// Of an escalation: how long it has waited, and whether it should have been decided by now.
    pub waited: Option<Secs>,
    pub late: bool,
}

impl WallLine {
    /// What there is to say of its time: how long it has waited, else its clock.
    pub fn time(&self) -> String {
        match self.waited {
            Some(waited) => format!("{} {}", if self.late { 'X' } else { ' ' }, waited.clock_text()),
            None => self.clock.to_string(),
        }
    }
}

impl Desk {
    /// The wall of these tiers, with at most `most` lines a part.
    pub fn wall(&self, tiers: &[Tier], most: u32) -> Result<Wall, Error> {
        let now = self.now();
        let mut sections = Vec::new();
        let mut next: Option<Instant> = None;
        let mut ahead = |at: Option<Instant>| {
            let later = at.filter(|at| *at >= now).map(|at| at + Secs(1));
            next = next.into_iter().chain(later).min();
        };
        for part in Part::ALL {
            // A major incident is everybody's, whichever tier works on it.
            let of = if *part == Part::Major { &Tier::ALL } else { tiers };
            let section = match part.filter() {
                Some(filter) => self.tickets_of(*part, filter, of, most, now, &mut ahead)?,
                None => self.escalations_of(*part, tiers, most, now, &mut ahead)?,
            };
            sections.push(section);
        }
        let counts = tiers.iter().map(|tier| self.tier_count(*tier, now)).collect::<Result<_, _>>()?;
        for tier in tiers {
            ahead(self.store().next_risk(*tier, now)?);
        }
        Ok(Wall { now, tiers: counts, sections, next })
    }

    fn tier_count(&self, tier: Tier, now: Instant) -> Result<TierCount, Error> {
        let badges = self.badges(tier)?;
        let pressing = self.store().pressing(tier, now)?;
        Ok(TierCount {
            tier,
            open: badges.all,
            free: badges.free,
            breached: pressing.breached,
            at_risk: pressing.at_risk,
            waiting: badges.waiting,
        })
    }

    fn tickets_of(
        &self,
        part: Part,
        filter: &str,
        tiers: &[Tier],
        most: u32,
        now: Instant,
        ahead: &mut impl FnMut(Option<Instant>),
    ) -> Result<Section, Error> {
        let tiers: Vec<_> = tiers.iter().map(ToString::to_string).collect();
        let filter = parse(&format!("{filter} tier:{}", tiers.join(","))).map_err(Refusal::from)?;
        let page = self.page(&filter, most, None)?;
        // The first rows alone tell when the next is missed: pages are in the order of what is due.
        page.rows.iter().for_each(|row| ahead(row.clock.over_at));
        let count = if page.next.is_none() { page.rows.len() as u32 } else { self.count(&filter, 10_000)?.n };
        let line = |row: TicketRow| self.wall_line(row, None, now);
        Ok(Section { part, count, lines: page.rows.into_iter().map(line).collect() })
    }

    fn escalations_of(
        &self,
        part: Part,
        tiers: &[Tier],
        most: u32,
        now: Instant,
        ahead: &mut impl FnMut(Option<Instant>),
    ) -> Result<Section, Error> {
        let mut rows = match part {
            Part::Unreviewed => self.store().inbox(&Inbox::Review, MOST_READ)?,
            _ => self.waiting_for(tiers, MOST_READ)?,
        };
        let mut seen = std::collections::HashSet::new();
        rows.retain(|row| stands_in(row, part, tiers) && seen.insert(row.ticket.agg));
        rows.iter().for_each(|row| ahead(row.escalation.proposal.review_due));
        let count = rows.len() as u32;
        rows.truncate(most as usize);
        let line = |row: EscalationRow| {
            let due = row.escalation.proposal.review_due;
            let waited = (now - row.escalation.proposed_at, due.is_some_and(|due| due < now));
            self.wall_line(row.ticket, Some(waited), now)
        };
        Ok(Section { part, count, lines: rows.into_iter().map(line).collect() })
    }

    fn wall_line(&self, row: TicketRow, waited: Option<(Secs, bool)>, now: Instant) -> WallLine {
        WallLine {
            clock: self.clock_of(&row, now),
            agg: row.agg,
            name: row.name,
            title: row.title,
            priority: row.priority,
            tier: row.tier,
            owner: row.assignee,
            waited: waited.map(|(waited, _)| waited.max(Secs(0))),
            late: waited.is_some_and(|(_, late)| late),
        }
    }
}

/// Most escalations that are looked at for one part.
const MOST_READ: u32 = 500;

/// Of these tiers, and of a record that somebody can still do something about.
fn stands_in(row: &EscalationRow, part: Part, tiers: &[Tier]) -> bool {
    let proposal = &row.escalation.proposal;
    let tier = if proposal.kind == EscalationKind::Functional { proposal.to } else { row.ticket.tier };
    tiers.contains(&tier) && (part == Part::Unaccepted || row.ticket.state.open())
}
