//! Tickets as rows, with what hangs on them: items, links, worklogs, escalations, conflicts, badges, full text.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, named_params, params};

use super::{Extent, Kept, Place, View};
use crate::domain::clock::standing::Standing;
use crate::domain::cluster::Key;
use crate::domain::escalation::{Escalation, ReturnCode};
use crate::domain::fold::Folded;
use crate::domain::id::AggId;
use crate::domain::incident::MajorState;
use crate::domain::number::Kind;
use crate::domain::text::Login;
use crate::domain::ticket::Ticket;
use crate::domain::time::Instant;
use crate::store::{convert, record, search};

/// What stands in `due_at` when nothing is due: the end of year 9999, so that it sorts last.
pub const NEVER: i64 = 253_402_300_799;

/// Bits of the column `marks`.
pub mod mark {
    pub const DUPLICATE: i64 = 1;
    pub const LINKED: i64 = 2;
    pub const MACHINE: i64 = 4;
    pub const TAG: i64 = 8;
    pub const WOKE: i64 = 16;
    /// The resolution clock stands still.
    pub const PAUSED: i64 = 32;
    /// A promise to the customer was missed, whatever became of it.
    pub const MISSED: i64 = 64;
    /// A rule asks its owner for something.
    pub const ASKED: i64 = 128;
    /// A declared major incident.
    pub const MAJOR: i64 = 256;
    /// A major incident, or a candidate for one.
    pub const MAJOR_CASE: i64 = 512;
}

impl View for Ticket {
    const TABLE: &'static str = "ticket";
    const KEY: &'static str = "rid";
    const HANGS: bool = true;
    const UNDOES: bool = true;
    const FIELDS: &'static [&'static str] = &[
        "title",
        "state",
        "state_since",
        "tier",
        "assignee",
        "priority",
        "impact",
        "urgency",
        "category",
        "subcategory",
        "discipline",
        "work_mode",
        "source",
        "symptom",
        "requester",
        "contract",
        "parent",
        "vip",
        "opened_at",
        "logged_at",
        "acknowledged_at",
        "responded_at",
        "pending_reason",
        "follow_up_at",
        "resolved_at",
        "closed_at",
        "escalation",
        "attention_of",
        "major_state",
        "major_review_due_at",
        "reopen_count",
        "returns",
        "imported_from",
    ];
    const IDENTITIES: &'static [&'static str] = &["requester", "parent", "escalation"];
    const EXTRA: &'static [&'static str] = &[
        "kind",
        "code",
        "n",
        "shelf",
        "due_at",
        "risk_at",
        "over_at",
        "due_kind",
        "due_calendar",
        "updated_at",
        "marks",
        "cluster",
        "detail",
        "clocks",
        "latches",
        "starts_at",
        "watch_at",
        "worked_at",
        "reassigned_before",
        "visits",
        "visited",
        "conflicts",
    ];

    fn extra(folded: &Folded<Self>) -> Vec<Sql> {
        let ticket = &folded.fields;
        let number = ticket.number.as_ref();
        let clock = Standing::of(&folded.clocks);
        let open_conflicts = folded.conflicts.iter().filter(|conflict| !conflict.acked).count();
        vec![
            Sql::Text(ticket.kind().word().to_owned()),
            super::site(number),
            super::counter(number),
            Sql::Integer(shelf(folded)),
            sorting(clock.due_at),
            sorting(clock.risk_at),
            sorting(clock.over_at),
            clock.due_kind.map_or(Sql::Null, |kind| Sql::Text(kind.word().to_owned())),
            clock.due_calendar.map_or(Sql::Null, |id| Sql::Blob(id.bytes().to_vec())),
            Sql::Integer(folded.at.0),
            Sql::Integer(marks(folded, &clock)),
            cluster(ticket).map_or(Sql::Null, Sql::Text),
            Sql::Text(super::detail(ticket).to_string()),
            Sql::Text(serde_json::to_string(&folded.clocks).expect("clocks have only string keys")),
            Sql::Text(serde_json::to_string(&folded.latches).expect("latches have only string keys")),
            optional(ticket.starts_at()),
            optional(folded.watch_at),
            optional(folded.worked_at),
            Sql::Integer(folded.reassigned_before),
            Sql::Integer(folded.visits.into()),
            Sql::Integer(folded.visited.into()),
            Sql::Integer(open_conflicts as i64),
        ]
    }

    fn complete(db: &Connection, row: &Row<'_>, folded: &mut Folded<Self>) -> Result<()> {
        super::read_detail(row, &mut folded.fields)?;
        folded.fields.number = super::read_number(row, convert::word(row, "kind", Kind::from_word)?)?;
        folded.visits = row.get("visits")?;
        folded.visited = row.get("visited")?;
        folded.at = row.get("updated_at")?;
        folded.clocks =
            serde_json::from_str(row.get_ref("clocks")?.as_str()?).context("reading the clocks of a ticket")?;
        folded.latches = serde_json::from_str(row.get_ref("latches")?.as_str()?).context("reading fired rules")?;
        folded.watch_at = row.get("watch_at")?;
        folded.worked_at = row.get("worked_at")?;
        folded.reassigned_before = row.get("reassigned_before")?;
        let rid = row.get("rid")?;
        folded.escalations = record::escalations(db, rid)?;
        folded.conflicts = record::conflicts(db, rid)?;
        Ok(())
    }

    fn hang(on: &Place<'_>, before: Option<&Folded<Self>>, after: &Folded<Self>) -> Result<()> {
        let (db, rid) = (on.db, on.rowid);
        if on.extent == Extent::Whole && before.is_some() {
            clear(db, rid)?;
        }
        // What hung there before and still does; nothing after a clearing.
        let kept = before.filter(|_| on.extent == Extent::Added);
        items(db, rid, kept, &after.fields)?;
        links(db, rid, kept, &after.fields)?;
        super::worklogs(db, rid, &after.worklogs)?;
        let known = kept.map_or(&[][..], |kept| &kept.escalations);
        for (nth, escalation) in after.escalations.iter().enumerate() {
            if known.get(nth) != Some(escalation) {
                save_escalation(db, rid, nth, escalation)?;
            }
        }
        super::conflicts(db, rid, kept.map_or(&[][..], |kept| &kept.conflicts), &after.conflicts)?;
        if !on.derive {
            return Ok(());
        }
        badges(db, before, after)?;
        search::index(db, rid, before.map(shelf), shelf(after), kept.is_none() || says_more(kept, after))
    }

    fn unhang(db: &Connection, _agg: AggId, kept: &Kept<Self>) -> Result<()> {
        clear(db, kept.rowid)?;
        badges(db, Some(&kept.folded), &Folded::default())?;
        search::remove(db, kept.rowid, shelf(&kept.folded))
    }
}

/// Tier whose queue the ticket stands in; 0 when in none, also while its first event is missing.
pub fn shelf(folded: &Folded<Ticket>) -> i64 {
    let ticket = &folded.fields;
    if folded.created && ticket.state.open() { ticket.tier.n() } else { 0 }
}

/// What makes incidents alike, as a column; `None` for one that is like no other.
pub fn cluster(ticket: &Ticket) -> Option<String> {
    Key::of(ticket).map(|key| key.column())
}

/// An instant to sort by: what never comes sorts last.
fn sorting(at: Option<Instant>) -> Sql {
    Sql::Integer(at.map_or(NEVER, |at| at.0))
}

fn optional(at: Option<Instant>) -> Sql {
    at.map_or(Sql::Null, |at| Sql::Integer(at.0))
}

fn marks(folded: &Folded<Ticket>, clock: &Standing) -> i64 {
    let ticket = &folded.fields;
    let bit = |on: bool, bit: i64| if on { bit } else { 0 };
    bit(ticket.duplicate_of().is_some(), mark::DUPLICATE)
        | bit(!ticket.links.is_empty(), mark::LINKED)
        | bit(!ticket.endpoints.is_empty(), mark::MACHINE)
        | bit(!ticket.tags.is_empty(), mark::TAG)
        | bit(ticket.woke, mark::WOKE)
        | bit(clock.paused, mark::PAUSED)
        | bit(clock.missed, mark::MISSED)
        | bit(ticket.major_state == MajorState::Declared, mark::MAJOR)
        | bit(ticket.major_state != MajorState::None, mark::MAJOR_CASE)
        | bit(ticket.state.open() && folded.latches.asks(folded.visits), mark::ASKED)
}

/// Has it words that the full text does not have yet?
fn says_more(old: Option<&Folded<Ticket>>, after: &Folded<Ticket>) -> bool {
    let same = |old: &Ticket, new: &Ticket| {
        old.title == new.title
            && old.description == new.description
            && old.requester == new.requester
            && old.endpoints == new.endpoints
    };
    !after.worklogs.is_empty() || !old.is_some_and(|old| same(&old.fields, &after.fields))
}

fn clear(db: &Connection, rid: i64) -> Result<()> {
    for sql in [
        "DELETE FROM item WHERE rid = ?1",
        "DELETE FROM link WHERE rid = ?1",
        "DELETE FROM worklog WHERE rid = ?1",
        "DELETE FROM escalation WHERE rid = ?1",
        "DELETE FROM conflict WHERE rid = ?1",
    ] {
        db.prepare_cached(sql)?.execute([rid])?;
    }
    Ok(())
}

fn items(db: &Connection, rid: i64, old: Option<&Folded<Ticket>>, after: &Ticket) -> Result<()> {
    let (was, is) = (old.map(|old| item_names(&old.fields)).unwrap_or_default(), item_names(after));
    for (what, name) in was.difference(&is) {
        db.prepare_cached("DELETE FROM item WHERE what = ?1 AND name = ?2 AND rid = ?3")?
            .execute(params![what, name, rid])?;
    }
    for (what, name) in is.difference(&was) {
        db.prepare_cached("INSERT OR IGNORE INTO item (what, name, rid) VALUES (?1, ?2, ?3)")?
            .execute(params![what, name, rid])?;
    }
    Ok(())
}

fn item_names(ticket: &Ticket) -> BTreeSet<(&'static str, String)> {
    let machines = ticket.endpoints.iter().map(|label| ("endpoint", label.as_str().to_lowercase()));
    let programs = ticket.software_items.iter().map(|label| ("software", label.as_str().to_lowercase()));
    let tags = ticket.tags.iter().map(|tag| ("tag", tag.as_str().to_owned()));
    machines.chain(programs).chain(tags).collect()
}

fn links(db: &Connection, rid: i64, old: Option<&Folded<Ticket>>, after: &Ticket) -> Result<()> {
    let was = old.map(|old| old.fields.links.clone()).unwrap_or_default();
    for link in was.difference(&after.links) {
        db.prepare_cached("DELETE FROM link WHERE rid = ?1 AND kind = ?2 AND target = ?3")?.execute(params![
            rid,
            link.kind.word(),
            link.to
        ])?;
    }
    for link in after.links.difference(&was) {
        db.prepare_cached("INSERT OR IGNORE INTO link (rid, kind, target) VALUES (?1, ?2, ?3)")?.execute(params![
            rid,
            link.kind.word(),
            link.to
        ])?;
    }
    Ok(())
}

fn save_escalation(db: &Connection, rid: i64, nth: usize, it: &Escalation) -> Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO escalation (id, rid, nth, state, kind, from_tier, to_tier, proposed_by, proposed_at,
           review_due, post_review, proposal, decided_by, decided_at, decision_note, return_code, deferred_until,
           handed_back_at, reviewed_at)
         VALUES (:id, :rid, :nth, :state, :kind, :from, :to, :proposed_by, :proposed_at, :review_due, :post_review,
           :proposal, :decided_by, :decided_at, :note, :code, :deferred, :handed_back, :reviewed)",
    )?
    .execute(named_params! {
        ":id": it.id, ":rid": rid, ":nth": nth as i64, ":state": it.state.word(), ":kind": it.proposal.kind.word(),
        ":from": it.proposal.from, ":to": it.proposal.to, ":proposed_by": it.proposed_by.as_str(),
        ":proposed_at": it.proposed_at, ":review_due": it.proposal.review_due,
        ":post_review": it.proposal.post_review, ":proposal": serde_json::to_string(&it.proposal)?,
        ":decided_by": it.decided_by.as_ref().map(Login::as_str), ":decided_at": it.decided_at,
        ":note": it.decision_note, ":code": it.return_code.map(ReturnCode::word), ":deferred": it.deferred_until,
        ":handed_back": it.handed_back_at, ":reviewed": it.reviewed_at,
    })
    .context("writing an escalation")?;
    Ok(())
}

/// Keeps the numbers on the tabs in step.
fn badges(db: &Connection, old: Option<&Folded<Ticket>>, after: &Folded<Ticket>) -> Result<()> {
    let (was, is) = (old.map(spots).unwrap_or_default(), spots(after));
    if was == is {
        return Ok(());
    }
    let mut statement = db.prepare_cached(
        "INSERT INTO badge (shelf, owner, n) VALUES (:shelf, :owner, :n)
         ON CONFLICT (shelf, owner) DO UPDATE SET n = n + excluded.n",
    )?;
    for (spots, n) in [(&was, -1), (&is, 1)] {
        for (shelf, owner) in spots {
            statement.execute(named_params! { ":shelf": shelf, ":owner": owner, ":n": n })?;
        }
    }
    Ok(())
}

/// The badges that count this ticket.
fn spots(folded: &Folded<Ticket>) -> Vec<(i64, String)> {
    let mut spots = Vec::with_capacity(4);
    let shelf = shelf(folded);
    if shelf > 0 {
        spots.push((shelf, "*".to_owned()));
        if folded.fields.vip {
            spots.push((shelf, "!".to_owned()));
        }
        spots.push((shelf, folded.fields.assignee.as_ref().map_or_else(String::new, ToString::to_string)));
    }
    // Two, where two stores proposed without seeing each other.
    let open = folded.escalations.iter().filter(|escalation| escalation.is_open());
    spots.extend(open.map(|escalation| (escalation.proposal.to.n(), ">".to_owned())));
    spots
}
