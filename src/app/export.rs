//! The way out: every ticket with its whole past, rebuilt from the journal, in the form that an import reads back.
//!
//! What is told: the fields that [`Incoming`] has, each change of them at its time, and the worklog. Escalations,
//! links, checklists and watchers are of this desk and stay here.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Context;

use super::import::system_of;
use super::{Desk, Error};
use crate::domain::event::{Event, EventKind};
use crate::domain::filter::Filter;
use crate::domain::fold::{Folded, Worklog, fold};
use crate::domain::id::AggId;
use crate::domain::incident::State;
use crate::domain::text::{Label, Login, Name, Note, Tag};
use crate::domain::ticket::Ticket;
use crate::exchange::export::{self, Shape};
use crate::exchange::incoming::{Incoming, Requester, Step, What};
use crate::store::queue::TicketRow;

/// How many records are looked up at once.
const PAGE: u32 = 200;

impl Desk {
    /// Writes every record, oldest first; returns how many.
    pub fn export(&self, shape: Shape, out: &mut impl Write) -> Result<u64, Error> {
        let mut after = 0;
        let mut page = Vec::new().into_iter();
        self.export_each(shape, out, || {
            if page.len() == 0 {
                page = self.store.records_after(after, PAGE)?.into_iter();
            }
            Ok(page.next().map(|(place, agg)| {
                after = place;
                agg
            }))
        })
    }

    /// Writes the records of a list, in its order; returns how many.
    pub fn export_found(&self, filter: &Filter, shape: Shape, out: &mut impl Write) -> Result<u64, Error> {
        let (mut page, mut after, mut begun) = (Vec::new().into_iter(), None, false);
        self.export_each(shape, out, || {
            if page.len() == 0 && (!begun || after.is_some()) {
                let found = self.page(filter, PAGE, after.as_ref())?;
                (page, after, begun) = (found.rows.into_iter(), found.next, true);
            }
            Ok(page.next().map(|row: TicketRow| row.agg))
        })
    }

    /// One ticket is in memory at a time.
    fn export_each(
        &self,
        shape: Shape,
        out: &mut impl Write,
        mut next: impl FnMut() -> Result<Option<AggId>, Error>,
    ) -> Result<u64, Error> {
        let mut fault = None;
        let tickets = std::iter::from_fn(|| {
            loop {
                match next().and_then(|agg| agg.map(|agg| self.outgoing(agg)).transpose()) {
                    Ok(None) => return None,
                    Ok(Some(Some(ticket))) => return Some(ticket),
                    Ok(Some(None)) => {}
                    Err(error) => {
                        fault = Some(error);
                        return None;
                    }
                }
            }
        });
        let written = export::write(shape, tickets, out);
        match fault {
            Some(error) => Err(error),
            None => Ok(written.context("writing the export")?),
        }
    }

    /// A record with its past; `None` while its first event is missing, and for a task.
    pub fn outgoing(&self, agg: AggId) -> Result<Option<Incoming>, Error> {
        let events = self.store.history(agg)?;
        let end: Folded<Ticket> = fold(&events);
        let stands = stands(&events);
        // A task is nothing without its parent, and no import could tie it to one.
        let Some((_, first)) = stands.first().filter(|_| !end.fields.is_task()) else { return Ok(None) };
        let (source, key) = self.name_there(&end.fields)?;
        let requester = match end.fields.requester {
            Some(contact) => self.requester(contact)?,
            None => None,
        };
        Ok(Some(Incoming {
            source,
            key,
            title: end.fields.title.clone(),
            description: end.fields.description.clone(),
            requester,
            channel: Some(end.fields.source),
            work_mode: end.fields.work_mode,
            category: first.category,
            subcategory: first.subcategory,
            category_told: None,
            impact: Some(first.impact),
            urgency: Some(first.urgency),
            priority: Some(first.priority),
            tier: first.tier,
            team: None,
            assignee: first.assignee.as_ref().map(name),
            affected: end.fields.software_items.clone(),
            machines: end.fields.endpoints.clone(),
            tags: end.fields.tags.clone(),
            opened_at: end.fields.opened_at,
            logged_at: end.fields.logged_at,
            logged_by: end.fields.logged_by.as_ref().map(name),
            history: history(&stands, &end.worklogs),
            line: 0,
            left_out: Vec::new(),
        }))
    }

    /// System and number: those it came from, else this store's.
    fn name_there(&self, ticket: &Ticket) -> Result<(Tag, Label), Error> {
        let there = ticket.imported_from.as_ref().and_then(|from| from.as_str().split_once(':'));
        Ok(match there {
            Some((source, key)) => (Tag::new(source)?, Label::new(key)?),
            None => (system_of(self.store.id()), Label::new(&ticket.name())?),
        })
    }

    fn requester(&self, agg: AggId) -> Result<Option<Requester>, Error> {
        let label = |text: Option<String>| text.and_then(|text| Label::new(&text).ok());
        Ok(self.store.contact(agg)?.map(|contact| Requester {
            name: contact.name,
            handle: label(contact.handle),
            email: label(contact.email),
            phone: label(contact.phone),
            organisation: contact.organisation,
            site: label(contact.site),
        }))
    }
}

/// The ticket after each of its events, from its logging on.
fn stands(events: &[Event]) -> Vec<(&Event, Ticket)> {
    // Undone and redacted content is not told: such a history is folded with what is known of it now.
    let plain = events.iter().all(|event| {
        event.kind != Some(EventKind::EventRedacted)
            && event.body.as_ref().is_none_or(|body| body.void.is_empty() && body.restore.is_empty())
    });
    let redactions = events.iter().filter(|event| event.kind == Some(EventKind::EventRedacted));
    let redactions: Vec<Event> = redactions.cloned().collect();
    let mut folded = Folded::<Ticket>::default();
    let mut stands = Vec::with_capacity(events.len());
    for (n, event) in events.iter().enumerate() {
        if plain {
            folded.take(event);
        } else {
            folded = fold(&[&events[..=n], &redactions].concat());
        }
        if folded.created {
            stands.push((event, folded.fields.clone()));
        }
    }
    stands
}

/// Every change of what is told, and the worklog, in time order.
fn history(stands: &[(&Event, Ticket)], worklogs: &[Worklog]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut entries: BTreeMap<i64, Vec<&Worklog>> = BTreeMap::new();
    worklogs.iter().for_each(|entry| entries.entry(entry.pos).or_default().push(entry));
    let mut before = stands.first().map(|(_, first)| logged(first)).unwrap_or_default();
    for (event, after) in stands {
        let mut tell = |actor: &Login, what| steps.push(Step { at: event.at, actor: Some(name(actor)), what });
        for entry in entries.remove(&event.pos).unwrap_or_default() {
            if let Ok(text) = Note::new(&entry.text) {
                tell(&entry.actor, What::Note { visibility: entry.vis, text });
            }
        }
        for what in between(&before, after) {
            tell(&event.actor, what);
        }
        before = after.clone();
    }
    steps.sort_by_key(|step| step.at);
    steps
}

/// A ticket as its first line tells it: in the queue, or with whoever had it at once.
fn logged(first: &Ticket) -> Ticket {
    Ticket {
        state: if first.assignee.is_some() { State::Assigned } else { State::Queued },
        pending_reason: None,
        follow_up_at: None,
        resolution_code: None,
        resolution_note: None,
        ..first.clone()
    }
}

/// The steps from one stand to the next.
fn between(before: &Ticket, after: &Ticket) -> Vec<What> {
    let category = (after.category, after.subcategory);
    let resolution = (after.resolution_code, after.resolution_note.as_ref());
    let waits = |ticket: &Ticket| (ticket.state, ticket.pending_reason, ticket.follow_up_at, ticket.pending_count);
    let resolved = resolution != (before.resolution_code, before.resolution_note.as_ref());
    [
        (after.tier != before.tier).then_some(What::Tier(after.tier)),
        (after.assignee != before.assignee).then(|| What::Assign(after.assignee.as_ref().map(name))),
        (category != (before.category, before.subcategory)).then_some(What::Category {
            category: after.category,
            subcategory: after.subcategory,
            told: None,
        }),
        (after.impact != before.impact).then_some(What::Impact(after.impact)),
        (after.urgency != before.urgency).then_some(What::Urgency(after.urgency)),
        (after.priority != before.priority).then_some(What::Priority(after.priority)),
        match resolution {
            (Some(code), Some(note)) if resolved => Some(What::Resolution { code, note: note.clone() }),
            _ => None,
        },
        (waits(after) != waits(before)).then_some(What::State {
            state: after.state,
            pending: after.pending_reason,
            until: after.follow_up_at,
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An account as a name.
fn name(login: &Login) -> Name {
    Name::new(login.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::Cursor;
    use std::rc::Rc;

    use super::*;
    use crate::app::Identity;
    use crate::app::import::{Plan, Report};
    use crate::app::run::Requester as Asked;
    use crate::domain::command::Verb;
    use crate::domain::command::edit::Tagging;
    use crate::domain::command::hold::Hold;
    use crate::domain::command::log::{Log, Then};
    use crate::domain::command::note::AddNote;
    use crate::domain::command::reopen::Reopen;
    use crate::domain::command::resolve::Resolve;
    use crate::domain::command::take::{Start, Take};
    use crate::domain::incident::{Pending, ResolutionCode, Subcategory, Visibility};
    use crate::domain::number::SiteCode;
    use crate::domain::text::{Reason, Resolution, Title};
    use crate::domain::time::{Instant, Secs};
    use crate::store::New;

    struct Bench {
        _dir: tempfile::TempDir,
        desk: Desk,
        clock: Rc<Cell<i64>>,
    }

    fn bench() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity { account: Login::new("ann").unwrap(), acting_as: None };
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let clock = Rc::new(Cell::new(1_795_514_400_000));
        let hand = Rc::clone(&clock);
        let tick = Box::new(move || {
            hand.set(hand.get() + 60_000);
            hand.get()
        });
        let desk = Desk::create(&dir.path().join("desk.db"), &new, None, &identity, tick).unwrap();
        Bench { _dir: dir, desk, clock }
    }

    fn resolve() -> Resolve {
        Resolve {
            code: ResolutionCode::Fixed,
            note: Resolution::new("Cleared the cache and started it again.").unwrap(),
            subcategory: Some(Subcategory::Crash),
            public: true,
        }
    }

    /// A few tickets with a past.
    fn filled() -> Bench {
        let mut bench = bench();
        let desk = &mut bench.desk;
        let eve = Asked::Named("eve@example.com".to_owned());
        let mut log = |title: &str, then: Then| {
            let mut log = Log { then, ..Log::titled(Title::new(title).unwrap()) };
            log.endpoints.push(Label::new("ws-0231").unwrap());
            log.software_items.push(Label::new("Viewer").unwrap());
            desk.log(&log, Some(&eve)).unwrap().records[0].1
        };
        let (free, worked, _) =
            (log("free", Then::Queue), log("worked", Then::Take), log("quick", Then::Resolve(resolve())));
        let note = |vis, text: &str| Verb::Note(AddNote { vis, text: Note::new(text).unwrap() });
        let reopened = Verb::Reopen(Reopen { reason: Reason::new("it happened once more").unwrap() });
        for verb in [
            Verb::Start(Start),
            note(Visibility::Requester, "we are on it\nand will call"),
            note(Visibility::Internal, "a slip of the pen"),
        ] {
            desk.run(&verb, worked).unwrap();
        }
        desk.undo(None).unwrap();
        for verb in [Verb::Resolve(resolve()), reopened] {
            desk.run(&verb, worked).unwrap();
        }
        let hold = Hold {
            reason: Pending::AwaitingRequester,
            follow_up: Some(Instant(1_795_514_400) + Secs::days(10)),
            note: Note::new("away until the end of next week").unwrap(),
            public: true,
        };
        desk.run(&Verb::Hold(hold), worked).unwrap();
        let tag = Verb::Tag(Tagging { add: vec![Tag::new("vpn").unwrap()], remove: vec![] });
        desk.run(&tag, free).unwrap();
        desk.run(&Verb::Take(Take), free).unwrap();
        bench
    }

    fn exported(desk: &Desk, shape: Shape) -> String {
        let mut out = Vec::new();
        assert_eq!(desk.export(shape, &mut out).unwrap(), 3);
        String::from_utf8(out).unwrap()
    }

    fn import(desk: &mut Desk, text: &str) -> Report {
        let mut told = Vec::new();
        let raw = Cursor::new(text.to_owned());
        let report =
            desk.import("export", raw, Plan::default(), &mut |notice| told.push(format!("{notice:?}"))).unwrap();
        assert_eq!(report.left_out + report.rejected, 0, "{told:?}");
        report
    }

    /// What a list and the record show of every ticket, but for identities.
    fn shown(desk: &Desk) -> Vec<String> {
        let records = desk.store.records_after(0, 100).unwrap();
        let one = |(_, agg): (i64, AggId)| {
            let mut row = desk.store.ticket_row(agg).unwrap().unwrap();
            let is = desk.store.case(agg).unwrap().unwrap().is;
            (row.agg, row.rid) = (AggId::from_bytes([0; 16]), 0);
            let it = is.fields;
            let times =
                (it.responded_at, it.resolved_at, it.resolved_by, it.closed_at, it.follow_up_at, it.state_since);
            let names = (it.tags, it.endpoints, it.software_items, it.resolution_note, it.logged_by);
            format!("{row:?} {times:?} {names:?} {:?}", desk.store.worklog(agg).unwrap())
        };
        records.into_iter().map(one).collect()
    }

    #[test]
    fn what_was_exported_gives_the_same_tickets_in_an_empty_desk() {
        let from = filled();
        for shape in [Shape::JsonLines, Shape::Json] {
            let text = exported(&from.desk, shape);
            assert!(!text.contains("slip of the pen"), "an undone note is not told");
            let mut to = bench();
            to.clock.set(from.clock.get());
            assert_eq!(import(&mut to.desk, &text).imported, 3);
            let (was, is) = (shown(&from.desk), shown(&to.desk));
            for (was, is) in was.iter().zip(&is) {
                assert_eq!(was, is);
            }
            assert_eq!(was.len(), is.len());
            assert_eq!(exported(&to.desk, shape), text);
        }
    }

    #[test]
    fn a_desks_own_export_changes_nothing_in_it() {
        let mut bench = filled();
        let text = exported(&bench.desk, Shape::JsonLines);
        let before = bench.desk.store.last_pos().unwrap();
        assert_eq!(import(&mut bench.desk, &text).unchanged, 3);
        assert_eq!(bench.desk.store.last_pos().unwrap(), before);
    }

    #[test]
    fn a_filter_chooses_what_leaves() {
        let bench = filled();
        for (filter, numbers) in
            [("state:resolved", vec!["INC-3"]), ("is:open", vec!["INC-1", "INC-2"]), ("tier:3", vec![])]
        {
            let mut out = Vec::new();
            let filter = crate::domain::filter::parse(filter).unwrap();
            let n = bench.desk.export_found(&filter, Shape::Json, &mut out).unwrap();
            let told: Vec<Incoming> = serde_json::from_slice::<Vec<serde_json::Value>>(&out)
                .unwrap()
                .into_iter()
                .map(|mut one| {
                    one.as_object_mut().unwrap().remove("tierdesk");
                    serde_json::from_value(one).unwrap()
                })
                .collect();
            let mut keys: Vec<_> = told.iter().map(|one| one.key.as_str()).collect();
            keys.sort_unstable();
            assert_eq!((n as usize, keys), (numbers.len(), numbers));
        }
    }

    #[test]
    fn tables_and_texts_name_every_ticket() {
        let bench = filled();
        for shape in [Shape::Csv, Shape::Markdown] {
            let text = exported(&bench.desk, shape);
            for number in ["INC-1", "INC-2", "INC-3"] {
                assert!(text.contains(number), "{number} in {text}");
            }
        }
    }
}
