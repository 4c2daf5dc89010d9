//! A desk to sit down at: a supervisor, two technicians of tier 1, one of tier 2, and six tickets of this morning.

use std::cell::Cell;
use std::path::PathBuf;
use std::rc::Rc;

use tempfile::TempDir;
use tierdesk::app::run::Requester;
use tierdesk::app::{Clock, Desk, Identity, wall_clock};
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::escalate::{Escalate, Target, Why};
use tierdesk::domain::command::log::Log;
use tierdesk::domain::command::major::DeclareMajor;
use tierdesk::domain::command::problem::Open;
use tierdesk::domain::command::take::Take;
use tierdesk::domain::escalation::Item;
use tierdesk::domain::id::AggId;
use tierdesk::domain::incident::{Subcategory, Symptom};
use tierdesk::domain::number::SiteCode;
use tierdesk::domain::priority::{Impact, Urgency};
use tierdesk::domain::problem::{Detection, DetectionSource};
use tierdesk::domain::role::{Role, Tier};
use tierdesk::domain::text::{Description, Finding, Label, Reason, Signature, Title};
use tierdesk::domain::ticket::{Answer, Ticket};
use tierdesk::domain::time::Secs;
use tierdesk::store::New;

use crate::desk::{login, user};

/// Noon of Tuesday 2026-11-24 in Berlin, in milliseconds.
pub const NOON: i64 = 1_795_518_000_000;
const MINUTE: i64 = 60_000;

/// What the tickets are about: title, requester, weight, kind, machine. All are free but for the last two.
const CALLS: [(&str, &str, Impact, Urgency, Subcategory, &str); 6] = [
    (
        "VPN drops every 20 min on WiFi",
        "j.smith",
        Impact::Medium,
        Urgency::High,
        Subcategory::IntegrationFault,
        "LAP-0517",
    ),
    ("Outlook will not open", "m.ricci", Impact::Medium, Urgency::Medium, Subcategory::Crash, "LAP-0442"),
    (
        "VPN drops on WiFi, floor 3",
        "a.weber",
        Impact::Medium,
        Urgency::Medium,
        Subcategory::IntegrationFault,
        "LAP-0391",
    ),
    ("Printer MIL-3-02 prints blank pages", "l.conti", Impact::Low, Urgency::Medium, Subcategory::Error, "PRN-3-02"),
    ("Excel macro blocked by policy", "d.novak", Impact::Low, Urgency::Medium, Subcategory::AccessFault, "LAP-0102"),
    ("Shared mailbox missing", "p.khan", Impact::Low, Urgency::Low, Subcategory::ConfigurationDrift, "LAP-0388"),
];
/// Owners of the last tickets.
const OWNED: [(u32, &str); 2] = [(5, "ann"), (6, "bob")];

/// A desk in a folder that goes with it. INC-1 (P2) to INC-6 (P5) stand in the order of the queue.
pub struct Floor {
    dir: TempDir,
    /// When everything ended, in milliseconds; `None` where time goes on.
    stands: Option<i64>,
}

impl Floor {
    /// Time goes on: for the program in a terminal.
    pub fn now() -> Self {
        Self::build(None)
    }

    /// It is noon and stays so: for pictures.
    pub fn at_noon() -> Self {
        Self::build(Some(NOON))
    }

    fn build(stands: Option<i64>) -> Self {
        let it = Self { dir: tempfile::tempdir().unwrap(), stands };
        let time = Rc::new(Cell::new(stands.unwrap_or_else(wall_clock) - 90 * MINUTE));
        let told = Rc::clone(&time);
        let new = New { code: SiteCode::first(), shared: false, demo: false };
        let mut desk =
            Desk::create(&it.path(), &new, None, &it.identity("dana"), Box::new(move || told.get())).unwrap();
        desk.store_mut().set_durable(false).unwrap();
        for (who, tier) in [("ann", 1), ("bob", 1), ("carla", 2)] {
            desk.set_user(&user(who, Role::Technician, tier)).unwrap();
        }
        for call in &CALLS {
            desk.act_as(&login("bob")).unwrap();
            desk.log(&logged(call), Some(&Requester::Named(call.1.to_owned()))).unwrap();
            time.set(time.get() + 11 * MINUTE);
        }
        for (n, who) in OWNED {
            desk.act_as(&login(who)).unwrap();
            desk.run(&Verb::Take(Take), inc(&desk, n)).unwrap();
        }
        it
    }

    /// INC-7 of priority 1 was reported twenty minutes ago, and nobody has answered. It stands in tier 2.
    pub fn breached(self) -> Self {
        let mut desk = self.desk("bob");
        let switch = ("Core switch is down", "k.osei", Impact::High, Urgency::High, Subcategory::Unknown, "SW-01");
        let opened_at = Some(desk.now() - Secs::minutes(20));
        let call = Log { opened_at, ..logged(&switch) };
        desk.log(&call, Some(&Requester::Named(switch.1.to_owned()))).unwrap();
        self
    }

    /// A hand-off of INC-1 waits for tier 2.
    pub fn escalated(self) -> Self {
        let mut desk = self.desk("ann");
        let said = |item: Item, text: &str| (item, Some(Answer::done(Finding::new(text).unwrap())));
        let answers = vec![
            said(Item::H1, "VPN drops every 20 min on WiFi only"),
            said(Item::H8, "cable is fine"),
            said(Item::H10, "roll back the firmware of the access points"),
        ];
        let (to, why) = (Target::Tier(Tier::Two), Some(Why::Skill));
        let escalate = Escalate { to, why, reason: None, triggers: vec![], answers, wish: None };
        let one = inc(&desk, 1);
        desk.run(&Verb::Escalate(escalate), one).unwrap();
        self
    }

    /// INC-1 is a major incident that ann leads; INC-3 is its child.
    pub fn outage(self) -> Self {
        let mut desk = self.desk("dana");
        let [one, three] = [1, 3].map(|n| inc(&desk, n));
        let reason = Reason::new("nobody on floor 3 gets into the network").unwrap();
        desk.declare_major(one, &DeclareMajor { reason, lead: login("ann") }, &[three]).unwrap();
        self
    }

    /// Five more incidents show the same program, symptom and code: INC-7 to INC-11.
    pub fn alike(self) -> Self {
        let mut desk = self.desk("bob");
        for (n, who) in ["m.ricci", "b.silva", "o.lind", "z.maric", "y.sato"].into_iter().enumerate() {
            desk.log(&alike(n), Some(&Requester::Named(who.to_owned()))).unwrap();
        }
        self
    }

    /// PRB-1 is suspected behind INC-1, which nobody investigates yet.
    pub fn suspected(self) -> Self {
        let mut desk = self.desk("dana");
        let one = inc(&desk, 1);
        let ticket = self.ticket(1);
        let open = Open {
            title: Title::new("Access points drop the VPN").unwrap(),
            description: None,
            detection: Detection::Reactive,
            source: DetectionSource::Manual,
            discipline: ticket.discipline,
            subcategory: ticket.subcategory,
            impact: ticket.impact,
            urgency: ticket.urgency,
            software_items: vec![],
            endpoints: vec![],
            tags: vec![],
            incidents: vec![one],
        };
        desk.open_problem(&open).unwrap();
        self
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("desk.db")
    }

    /// The desk through the library, as one of its people.
    pub fn desk(&self, who: &str) -> Desk {
        let clock: Clock = match self.stands {
            Some(at) => Box::new(move || at),
            None => Box::new(wall_clock),
        };
        Desk::open(&self.path(), &self.identity(who), clock).unwrap()
    }

    /// The desk with a time that the test moves, in milliseconds.
    pub fn desk_by(&self, who: &str, time: Rc<Cell<i64>>) -> Desk {
        Desk::open(&self.path(), &self.identity(who), Box::new(move || time.get())).unwrap()
    }

    /// A ticket as it is stored at this moment.
    pub fn ticket(&self, n: u32) -> Ticket {
        let desk = self.desk("dana");
        let view = desk.record(inc(&desk, n)).unwrap();
        view.case.ticket().clone()
    }

    /// How many events the journal has.
    /// How many events people wrote; clocks go on by themselves.
    pub fn events(&self) -> i64 {
        let raw = rusqlite::Connection::open(self.path()).unwrap();
        raw.query_row("SELECT count(*) FROM event WHERE proof <> 'timer'", [], |row| row.get(0)).unwrap()
    }

    fn identity(&self, who: &str) -> Identity {
        Identity { account: login(who), acting_as: None }
    }
}

pub fn inc(desk: &Desk, n: u32) -> AggId {
    desk.find_text(&format!("INC-{n}")).unwrap()
}

fn logged((title, _, impact, urgency, kind, machine): &(&str, &str, Impact, Urgency, Subcategory, &str)) -> Log {
    let told = format!("{title}. It began this morning, and a restart did not help.");
    Log {
        description: Some(Description::new(&told).unwrap()),
        subcategory: *kind,
        impact: Some(*impact),
        urgency: *urgency,
        endpoints: vec![Label::new(machine).unwrap()],
        ..Log::titled(Title::new(title).unwrap())
    }
}

/// A call about Outlook, one of several alike.
pub fn alike(n: usize) -> Log {
    Log {
        software_items: vec![Label::new("Outlook").unwrap()],
        symptom: Symptom::ErrorMessage,
        signature: Some(Signature::new("0x8004011D").unwrap()),
        subcategory: Subcategory::Error,
        ..Log::titled(Title::new(&format!("Outlook asks for the password again, desk {n}")).unwrap())
    }
}
