//! What a shift hands over, as the desk proposes it: counts, and one line a record. Every part is read by an index over
//! what is open, or over the time since the shift began; what does not fit is counted and said.

use chrono_tz::Tz;
use serde_json::{Value, json};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::json::instant;
use super::wall::{Part, Wall};
use crate::app::{Desk, Error};
use crate::domain::command::Case;
use crate::domain::handover::{Handover, Write, about};
use crate::domain::refusal::Refusal;
use crate::domain::role::Tier;
use crate::domain::text::{HandoverText, Login};
use crate::domain::time::{Instant, Secs};
use crate::domain::word::words;
use crate::store::handover::{Found, Told};

/// A shift, where nothing tells how long it was; and how far ahead one looks.
const SHIFT: Secs = Secs::hours(8);
/// Most lines of a part.
const MOST: u32 = 10;
/// Cells of a line.
const WIDTH: usize = 80;

words! {
    /// A part of a hand-over, in the order in which it is read.
    pub enum Topic {
        Major = "major",
        Breached = "breached",
        AtRisk = "at_risk",
        Unaccepted = "unaccepted",
        /// What requesters were promised for the next shift.
        Promised = "promised",
        New = "new",
        Problems = "problems",
        Changes = "changes",
    }
}

impl Topic {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Major => "Major incidents and candidates",
            Self::Breached => "Breached",
            Self::AtRisk => "At risk",
            Self::Unaccepted => "Escalated and not accepted",
            Self::Promised => "Promised for the next shift",
            Self::New => "New",
            Self::Problems => "Problems in motion",
            Self::Changes => "Changes in motion",
        }
    }

    /// The part of the wall that tells the same.
    const fn on_the_wall(self) -> Option<Part> {
        match self {
            Self::Major => Some(Part::Major),
            Self::Breached => Some(Part::Breached),
            Self::AtRisk => Some(Part::AtRisk),
            Self::Unaccepted => Some(Part::Unaccepted),
            Self::Promised | Self::New | Self::Problems | Self::Changes => None,
        }
    }
}

/// One record of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub title: String,
    pub owner: Option<String>,
    /// Its clock, when it is due, or its state.
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub topic: Topic,
    /// How many there are, shown or not.
    pub count: u32,
    /// There are more than were counted.
    pub capped: bool,
    pub lines: Vec<Line>,
}

/// What the desk proposes for a hand-over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Absent: the whole desk.
    pub tier: Option<Tier>,
    pub since: Instant,
    pub until: Instant,
    pub sections: Vec<Section>,
    zone: Tz,
}

impl Desk {
    /// When the shift of a tier began as far as the desk knows: where the last signed hand-over ended, else eight hours
    /// ago.
    pub fn shift_began(&self, tier: Option<Tier>) -> Result<Instant, Error> {
        let last = self.store().last_handover(tier)?;
        Ok(last.map_or(self.now() - SHIFT, |case| case.is.fields.ended_at))
    }

    /// What happened since an instant and what the next shift finds, of a tier or of the whole desk.
    pub fn propose_handover(&self, tier: Option<Tier>, since: Instant) -> Result<Proposal, Error> {
        let tiers = tier.map_or_else(|| Tier::ALL.to_vec(), |tier| vec![tier]);
        let (now, zone) = (self.now(), self.policy().zone);
        let wall = self.wall(&tiers, MOST)?;
        let mut sections = Vec::new();
        for topic in Topic::ALL.iter().copied() {
            let found = match topic {
                Topic::New => self.of_tiers(&tiers, |tier| self.store().opened_since(tier, since, MOST))?,
                Topic::Promised => self.of_tiers(&tiers, |tier| self.store().promised(tier, now + SHIFT, MOST))?,
                Topic::Problems => self.store().problems_moved(since, MOST)?,
                Topic::Changes => self.store().changes_moved(since, now + SHIFT, MOST)?,
                Topic::Major | Topic::Breached | Topic::AtRisk | Topic::Unaccepted => {
                    sections.extend(of_wall(&wall, topic));
                    continue;
                }
            };
            let lines = found.told.into_iter().map(|it| line(topic, it, now, zone)).collect();
            sections.push(Section { topic, count: found.count, capped: found.capped, lines });
        }
        Ok(Proposal { tier, since, until: now, sections, zone })
    }

    /// The same part of several tiers as one, in the order of time.
    fn of_tiers(&self, tiers: &[Tier], read: impl Fn(Tier) -> anyhow::Result<Found>) -> Result<Found, Error> {
        let mut all = Found::default();
        for tier in tiers {
            let one = read(*tier)?;
            all.told.extend(one.told);
            all.count += one.count;
            all.capped |= one.capped;
        }
        all.told.sort_by_key(|it| it.at);
        all.told.truncate(MOST as usize);
        Ok(all)
    }
}

fn of_wall(wall: &Wall, topic: Topic) -> Option<Section> {
    let part = topic.on_the_wall()?;
    let found = wall.sections.iter().find(|section| section.part == part)?;
    let line = |it: &super::wall::WallLine| Line {
        name: it.name.clone(),
        title: it.title.clone(),
        owner: it.owner.clone(),
        note: match it.waited {
            Some(waited) => format!("{} waits {}", it.priority, waited.said()),
            None => format!("{} {}", it.priority, it.clock.to_string().trim()),
        },
    };
    Some(Section { topic, count: found.count, capped: false, lines: found.lines.iter().map(line).collect() })
}

fn line(topic: Topic, it: Told, now: Instant, zone: Tz) -> Line {
    let state = it.state.replace('_', " ");
    let note = match (topic, it.what.as_str()) {
        (Topic::New, _) => format!("{} {state}", when(it.at, now, zone)),
        (_, "") => state,
        (_, what) => format!("{what} {}", when(it.at, now, zone)),
    };
    Line { name: it.name, title: it.title, owner: it.owner, note }
}

impl Proposal {
    /// As text for paper and for editing: no line is wider than a terminal, nothing but plain characters and what
    /// people wrote.
    pub fn text(&self) -> String {
        let (from, to) = (local(self.since, self.zone), local(self.until, self.zone));
        let same = from.date_naive() == to.date_naive();
        let until = to.format(if same { "%H:%M" } else { "%a %Y-%m-%d %H:%M" });
        let begun = from.format("%a %Y-%m-%d %H:%M");
        let mut text = format!("Hand-over of {}\n{begun} to {until}, {}\n", about(self.tier), self.zone);
        for section in &self.sections {
            text.push_str(&section.text());
        }
        text
    }

    /// The command that keeps it as it is, unsigned.
    pub fn write(&self) -> Result<Write, Refusal> {
        let proposed = HandoverText::fitted(&self.text())?;
        let (began_at, ended_at) = (self.since, self.until);
        Ok(Write { tier: self.tier, began_at, ended_at, proposed, text: None, sign: false })
    }

    pub fn json(&self) -> Value {
        let section = |it: &Section| {
            let line = |line: &Line| json!({ "record": line.name, "title": line.title, "owner": line.owner, "note": line.note });
            json!({
                "topic": it.topic, "count": it.count, "counted_all": !it.capped,
                "records": it.lines.iter().map(line).collect::<Vec<_>>(),
            })
        };
        json!({
            "tier": self.tier,
            "since": instant(Some(self.since)),
            "until": instant(Some(self.until)),
            "sections": self.sections.iter().map(section).collect::<Vec<_>>(),
            "text": self.text(),
        })
    }
}

impl Section {
    fn text(&self) -> String {
        let more = if self.capped { " or more" } else { "" };
        if self.count == 0 {
            return format!("\n{}: none\n", self.topic.title());
        }
        let mut text = format!("\n{}: {}{more}\n", self.topic.title(), self.count);
        for line in &self.lines {
            let owner = line.owner.as_deref().unwrap_or("nobody");
            let line = format!("  {:8} {}, {owner}: {}", line.name, line.note, line.title);
            text.push_str(&narrow(&line, WIDTH));
            text.push('\n');
        }
        let hidden = self.count.saturating_sub(self.lines.len() as u32);
        if hidden > 0 {
            text.push_str(&format!("  {hidden}{more} not shown\n"));
        }
        text
    }
}

/// A hand-over as it is printed: its text, and who signed when.
pub fn paper(it: &Handover, zone: Tz) -> String {
    let signed = |who: &Option<Login>, at: Option<Instant>| match (who, at) {
        (Some(who), Some(at)) => format!("{who}, {}", local(at, zone).format("%a %Y-%m-%d %H:%M")),
        _ => "_".repeat(30),
    };
    let text = it.text.as_ref().map_or("", HandoverText::as_str);
    let (left, came) = (signed(&it.signed_out_by, it.signed_out_at), signed(&it.signed_in_by, it.signed_in_at));
    format!("{text}\n\nHand-over {}\nleaves  {left}\ncomes   {came}", it.n)
}

/// A hand-over as JSON: every key always there, `null` where there is nothing.
pub fn handover(case: &Case<Handover>) -> Value {
    let it = &case.is.fields;
    json!({
        "number": it.n,
        "tier": it.tier,
        "state": it.state,
        "began_at": instant(Some(it.began_at)),
        "ended_at": instant(Some(it.ended_at)),
        "proposed": it.proposed,
        "text": it.text,
        "written_by": it.written_by,
        "written_at": instant(Some(it.written_at)),
        "signed_out_by": it.signed_out_by,
        "signed_out_at": instant(it.signed_out_at),
        "signed_in_by": it.signed_in_by,
        "signed_in_at": instant(it.signed_in_at),
        "revision": case.is.rev,
    })
}

/// At most so many cells; what is longer is cut with an ellipsis.
fn narrow(line: &str, cells: usize) -> String {
    if line.width() <= cells {
        return line.to_owned();
    }
    let (mut out, mut used) = (String::new(), 0);
    for c in line.chars() {
        used += c.width().unwrap_or(0);
        if used >= cells {
            break;
        }
        out.push(c);
    }
    out + "…"
}

fn when(at: Instant, now: Instant, zone: Tz) -> String {
    let (it, today) = (local(at, zone), local(now, zone));
    let form = if it.date_naive() == today.date_naive() { "%H:%M" } else { "%a %d %b %H:%M" };
    it.format(form).to_string()
}

fn local(at: Instant, zone: Tz) -> chrono::DateTime<Tz> {
    at.utc().with_timezone(&zone)
}
