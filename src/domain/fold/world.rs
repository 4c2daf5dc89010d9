//! Sites that work on one record, apart and together, for the tests of the fold: every event is decided against what
//! its site knew, so that `seen` is what a real store would have written.

use std::fmt;

use proptest::prelude::*;

use super::{Folded, fold};
use crate::domain::change::{Act, Change, undoing};
use crate::domain::command::assign::{Assign, FixOwner, Release};
use crate::domain::command::bench::{Bench, answers, login, note, reason, resolution};
use crate::domain::command::cancel::Cancel;
use crate::domain::command::close::Close;
use crate::domain::command::edit::{Edit, Tagging};
use crate::domain::command::escalate::{Escalate, Target as To, Why};
use crate::domain::command::hold::{Hold, Resume};
use crate::domain::command::inbox::{Accept, Defer, HandBack, NewOwner, Return, Withdraw};
use crate::domain::command::major::{DeclareMajor, ProposeMajor, Pursued, ReviewMajor, StandDown};
use crate::domain::command::note::AddNote;
use crate::domain::command::reopen::Reopen;
use crate::domain::command::resolve::Resolve;
use crate::domain::command::take::{Start, Take};
use crate::domain::command::timer::Due;
use crate::domain::command::{Case, Moment, Verb};
use crate::domain::escalation::ReturnCode;
use crate::domain::event::{BODY_VERSION, Body, Event, EventKind, Proof, RowKind, Stamp, Target};
use crate::domain::id::{AggId, CmdId, OriginId};
use crate::domain::incident::{CancelCode, Pending, ResolutionCode, Subcategory, Visibility};
use crate::domain::priority::Urgency;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Discipline, Tier};
use crate::domain::text::{Lesson, Login, Tag, Title};
use crate::domain::ticket::Ticket;
use crate::domain::time::{Instant, Secs};

/// One store: what it wrote and what reached it, in order of arrival.
pub struct Site {
    pub origin: OriginId,
    pub known: Vec<Event>,
    seq: i64,
}

impl Site {
    pub fn state(&self) -> Folded<Ticket> {
        fold(&self.known)
    }

    /// Takes what it does not know yet.
    fn learn(&mut self, events: &[Event]) {
        for event in events {
            if !self.known.iter().any(|known| known.stamp == event.stamp) {
                self.known.push(event.clone());
            }
        }
    }
}

pub struct World {
    pub sites: Vec<Site>,
    bench: Bench,
    now_ms: i64,
    commands: u64,
    agg: AggId,
}

impl fmt::Debug for World {
    /// The history, for a property that does not hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut events = self.events();
        events.sort_by_key(|event| event.stamp);
        for event in events {
            let body = event.body.as_ref().map(Body::text).unwrap_or_default();
            writeln!(f, "{:.4}/{} {} {body}", event.stamp.origin, event.stamp.seq, event.actor)?;
        }
        Ok(())
    }
}

/// Something that someone tries at some site; what the rules refuse writes nothing.
#[derive(Debug, Clone, Copy)]
pub struct Deed {
    pub site: usize,
    pub who: usize,
    pub verb: u8,
    pub arg: u8,
}

const PEOPLE: [&str; 5] = ["ann", "bob", "carla", "dana", "sven"];

pub fn deed() -> impl Strategy<Value = Deed> {
    (0..3usize, 0..PEOPLE.len(), 0..28u8, any::<u8>()).prop_map(|(site, who, verb, arg)| Deed { site, who, verb, arg })
}

impl World {
    /// Sites that all know of one free ticket.
    pub fn new(sites: usize) -> Self {
        let site = |n: usize| Site { origin: OriginId::derived(&[b"site", &[n as u8]]), known: Vec::new(), seq: 0 };
        let mut world = Self {
            sites: (0..sites).map(site).collect(),
            bench: Bench::new(),
            now_ms: Bench::new().now.0 * 1_000,
            commands: 0,
            agg: AggId::derived(&[b"INC-42"]),
        };
        let mut ticket = world.bench.queued().is.fields;
        ticket.subcategory = Subcategory::Error;
        let logged = Change { next: ticket, ..Change::of(Act::Log, &Ticket::default()) };
        let logged = logged.row(RowKind::Visit { tier: Tier::One, discipline: Discipline::Software });
        let cmd = world.command();
        let body = logged.body(&Folded::default(), cmd, world.agg);
        world.write(0, "ann", cmd, EventKind::RecordCreated, Proof::Claimed, body);
        world.meet_all();
        world
    }

    /// Every event there is, once.
    pub fn events(&self) -> Vec<Event> {
        let mut all = Site { origin: self.sites[0].origin, known: Vec::new(), seq: 0 };
        for site in &self.sites {
            all.learn(&site.known);
        }
        all.known
    }

    /// What every site shows once all have met.
    pub fn outcome(&self) -> Folded<Ticket> {
        fold(&self.events())
    }

    pub fn meet(&mut self, one: usize, other: usize) {
        let known = self.sites[one].known.clone();
        self.sites[other].learn(&known);
    }

    pub fn meet_all(&mut self) {
        for one in 0..self.sites.len() {
            for other in 0..self.sites.len() {
                self.meet(one, other);
            }
        }
    }

    /// A verb of one person at one site, decided on what that site knows.
    pub fn does(&mut self, site: usize, who: &str, verb: &Verb) -> Result<Event, Refusal> {
        let cmd = self.command();
        self.decided(site, who, cmd, verb)
    }

    fn decided(&mut self, site: usize, who: &str, cmd: CmdId, verb: &Verb) -> Result<Event, Refusal> {
        let is = self.sites[site].state();
        let case = Case { agg: self.agg, is };
        let system = who == "system";
        let at = if system { self.bench.system() } else { self.bench.at(who) };
        let at = Moment { now: Instant::from_millis(self.now_ms), cmd, ..at };
        let body = verb.decide(&case, &at)?.body(&case.is, cmd, self.agg);
        let proof = if system { Proof::Timer } else { Proof::Claimed };
        Ok(self.write(site, who, cmd, EventKind::RecordChanged, proof, body))
    }

    /// The next timer of the record, applied by a site when it is due.
    pub fn tick(&mut self, site: usize) {
        let due = Due::next(&self.sites[site].state(), &self.bench.policy);
        if let Some(due) = due {
            self.now_ms = self.now_ms.max(due.at.0 * 1_000);
            // Without a second supervisor there is nobody to tell; nothing is written then.
            let _ = self.decided(site, "system", due.cmd(self.agg), &Verb::Timer(due));
        }
    }

    /// Takes back a command that the site knows, without asking the rules.
    pub fn undo(&mut self, site: usize, who: &str, cmd: CmdId) {
        let events = &self.sites[site].known;
        let undone = events.iter().find(|event| event.cmd == cmd && event.kind == Some(EventKind::RecordChanged));
        let Some(undone) = undone.and_then(|event| event.body.clone()) else { return };
        let body = undoing(&undone, cmd, &self.sites[site].state());
        let own = self.command();
        self.write(site, who, own, EventKind::RecordChanged, Proof::Claimed, body);
    }

    /// Names another event: to hide it behind a replacement, or to tick its conflict off.
    pub fn points(&mut self, site: usize, kind: EventKind, at: Stamp, replacement: Option<Body>) -> Event {
        let cmd = self.command();
        let target = Target { origin: at.origin, seq: at.seq, field: None, replacement: replacement.map(Box::new) };
        let body = Body { target: Some(target), ..Body::default() };
        self.write(site, "dana", cmd, kind, Proof::Claimed, body)
    }

    /// An event as it stands in a site's journal.
    pub fn write(&mut self, site: usize, who: &str, cmd: CmdId, kind: EventKind, proof: Proof, body: Body) -> Event {
        self.now_ms += 1_000;
        let pos = self.sites.iter().map(|site| site.known.len() as i64).sum::<i64>() + 1;
        let site = &mut self.sites[site];
        let newest = site.known.iter().map(|event| event.stamp.hlc).max().unwrap_or(0);
        site.seq += 1;
        let stamp = Stamp { hlc: (self.now_ms << 16).max(newest + 1), origin: site.origin, seq: site.seq };
        let actor = if who == "system" { Login::system() } else { login(who) };
        let event = Event {
            stamp,
            at: Instant::from_millis(self.now_ms),
            agg: self.agg,
            pos,
            cmd,
            kind: Some(kind),
            ver: BODY_VERSION,
            actor,
            proof: Some(proof),
            body: Some(body),
        };
        site.known.push(event.clone());
        event
    }

    pub fn command(&mut self) -> CmdId {
        self.commands += 1;
        CmdId::derived(&[b"command", &self.commands.to_be_bytes()])
    }

    /// Tries a deed.
    pub fn run(&mut self, deed: Deed) {
        let site = deed.site % self.sites.len();
        let who = PEOPLE[deed.who];
        let some_event = |world: &Self| {
            let known = &world.sites[site].known;
            known[usize::from(deed.arg) % known.len()].clone()
        };
        match deed.verb {
            0..=2 => self.meet(usize::from(deed.arg) % self.sites.len(), site),
            3 => self.tick(site),
            4..=24 => {
                // A refusal is an answer; the world goes on.
                let _ = self.does(site, who, &verb(deed.verb, deed.arg));
            }
            25 => {
                let event = some_event(self);
                self.undo(site, who, event.cmd);
            }
            26 => {
                let event = some_event(self);
                let masked = event.body.map(|body| Body { rows: Vec::new(), ..body });
                self.points(site, EventKind::EventRedacted, event.stamp, masked);
            }
            _ => {
                let event = some_event(self);
                self.points(site, EventKind::ConflictAcked, event.stamp, None);
            }
        }
    }
}

/// A verb by number, 4 to 24, with something to vary it.
pub fn verb(n: u8, arg: u8) -> Verb {
    let pick = |texts: [&str; 3]| texts[usize::from(arg) % 3].to_owned();
    let public = arg.is_multiple_of(2);
    match n {
        4 => Verb::Resume(Resume),
        5..=7 => Verb::Take(Take),
        8 => Verb::Start(Start),
        9 => Verb::Note(AddNote {
            text: note(&pick(["called back", "sent the log", "asked again"])),
            vis: if public { Visibility::Requester } else { Visibility::Internal },
        }),
        10 | 11 => hold(arg),
        12 | 13 => Verb::Resolve(Resolve {
            code: ResolutionCode::Fixed,
            note: resolution("the client was restarted and holds"),
            subcategory: None,
            public,
        }),
        14 => Verb::Close(Close { confirmed: true }),
        15 => Verb::Reopen(Reopen { reason: reason("it came back this morning") }),
        16 => Verb::Cancel(Cancel {
            code: CancelCode::RaisedInError,
            reason: reason("raised twice by mistake"),
            left: None,
        }),
        17 => Verb::Edit(Edit {
            title: public.then(|| title(&pick(["VPN drops", "VPN is slow", "VPN asks twice"]))),
            urgency: Some(if arg.is_multiple_of(5) { Urgency::High } else { Urgency::Low }),
            ..Edit::default()
        }),
        18 => tag(&pick(["vpn", "laptop", "vip"]), public),
        19 => escalate(),
        20 => Verb::Accept(Accept { owner: if public { NewOwner::Me } else { NewOwner::Wish }, note: None }),
        21 => Verb::Return(Return { code: ReturnCode::WithinTierRights, note: reason("this can be done in tier one") }),
        22 => Verb::Withdraw(Withdraw { reason: reason("it solved itself meanwhile") }),
        23 => Verb::Assign(Assign {
            to: login(&pick(["ann", "bob", "carla"])),
            reason: Some(reason("knows this customer best")),
        }),
        _ => match arg % 9 {
            0 => Verb::Release(Release { reason: reason("ill for the rest of the day") }),
            1 => {
                Verb::HandBack(HandBack { code: ReturnCode::WrongTier, note: reason("belongs to tier one after all") })
            }
            2 => Verb::FixOwner(FixOwner { owner: login("carla"), reason: reason("went back and forth enough") }),
            3 => Verb::ProposeMajor(ProposeMajor { reason: reason("the whole floor calls") }),
            4 | 5 => Verb::DeclareMajor(DeclareMajor { reason: reason("nobody can work"), lead: login("carla") }),
            6 => Verb::StandDown(StandDown {
                resolve: Some(Resolve {
                    code: ResolutionCode::RolledBack,
                    note: resolution("the update was rolled back everywhere"),
                    subcategory: None,
                    public,
                }),
            }),
            7 => Verb::ReviewMajor(ReviewMajor {
                timeline: lesson("first call at nine, restored at ten"),
                helped: lesson("rolling back the update"),
                cause: None,
                problem: Pursued::Not(reason("the vendor withdrew the update")),
            }),
            _ => Verb::Defer(Defer { until: Instant(1_790_050_000), note: None }),
        },
    }
}

fn lesson(text: &str) -> Lesson {
    Lesson::new(text).unwrap()
}

pub fn title(text: &str) -> Title {
    Title::new(text).unwrap()
}

pub fn edit_title(text: &str) -> Verb {
    Verb::Edit(Edit { title: Some(title(text)), ..Edit::default() })
}

pub fn tag(text: &str, on: bool) -> Verb {
    let tag = vec![Tag::new(text).unwrap()];
    Verb::Tag(if on { Tagging { add: tag, remove: vec![] } } else { Tagging { add: vec![], remove: tag } })
}

pub fn hold(arg: u8) -> Verb {
    Verb::Hold(Hold {
        reason: Pending::AwaitingRequester,
        follow_up: Some(Instant(1_790_000_000) + Secs::hours(2 + i64::from(arg % 8))),
        note: note("waiting for the caller's log file"),
        public: true,
    })
}

pub fn resolve() -> Verb {
    verb(12, 0)
}

pub fn escalate() -> Verb {
    Verb::Escalate(Escalate {
        to: To::Tier(Tier::Two),
        why: Some(Why::Skill),
        reason: None,
        triggers: vec![],
        answers: answers(),
        wish: None,
    })
}

pub fn assign(to: &str) -> Verb {
    Verb::Assign(Assign { to: login(to), reason: Some(reason("knows this customer best")) })
}

pub fn cancel() -> Verb {
    verb(16, 0)
}

pub fn close() -> Verb {
    verb(14, 0)
}

pub fn reopen() -> Verb {
    verb(15, 0)
}
