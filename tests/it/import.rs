//! Other desks' published logs, taken over whole: every row is a ticket or is told why not, nothing changes the second
//! time, and people can work on what is still open.
//!
//! Those files are no part of the repository: they are looked for in `TIERDESK_DATA`, else in `shared/data` beside the
//! checkout; without them these tests say so and pass.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tierdesk::app::Desk;
use tierdesk::app::import::{Notice, Plan, Report};
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::assign::Assign;
use tierdesk::domain::command::resolve::Resolve;
use tierdesk::domain::command::take::Take;
use tierdesk::domain::filter::parse;
use tierdesk::domain::incident::{ResolutionCode, Subcategory};
use tierdesk::domain::role::{Role, Tier};
use tierdesk::domain::text::{Reason, Resolution};
use tierdesk::exchange::export::Shape;
use tierdesk::exchange::incoming::Incoming;
use tierdesk::store::queue::TicketRow;

use crate::desk::{Place, assert_whole, login, user};

const VINST: &str = "itil-logs/bpic2013_incidents.part1.xes.gz";
const SERVICENOW: &str = "itil-logs/uci_servicenow_incident_log.part1.csv";

pub fn published(file: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = [
        std::env::var_os("TIERDESK_DATA").map(PathBuf::from),
        Some(here.join("../shared/data")),
        Some(here.join("../../shared/data")),
    ];
    let found = places.into_iter().flatten().map(|place| place.join(file)).find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: {file} is not here; TIERDESK_DATA can name its folder");
    }
    found
}

/// Imports, and checks that every row that was not taken over is explained.
fn import(desk: &mut Desk, path: &Path, dry_run: bool) -> Report {
    let mut told = 0;
    let plan = Plan { dry_run, ..Plan::default() };
    let raw = File::open(path).unwrap();
    let report = desk.import("log", raw, plan, &mut |notice| match notice {
        Notice::Rejected(it) | Notice::LeftOut(it) => {
            told += 1;
            assert!(it.file == "log" && it.line > 0 && !it.field.is_empty() && !it.reason.is_empty(), "{it:?}");
        }
        Notice::Progress { .. } => {}
    });
    let report = report.unwrap();
    assert_eq!(told, report.rejected + report.left_out);
    assert_eq!(report.read, report.imported + report.updated + report.unchanged + report.rejected);
    report
}

fn found(desk: &Desk, filter: &str) -> Vec<TicketRow> {
    desk.page(&parse(filter).unwrap(), 10_000, None).unwrap().rows
}

#[test]
fn the_vinst_log_is_taken_over_whole_and_once() {
    let Some(path) = published(VINST) else { return };
    let place = Place::new();
    let mut desk = place.open("dana");
    let report = import(&mut desk, &path, false);
    assert_eq!((report.read, report.imported, report.rejected, report.left_out), (4_532, 4_532, 0, 0));
    let count = |filter: &str| desk.count(&parse(filter).unwrap(), 100_000).unwrap().n;
    assert_eq!(count("state:closed"), 3_742);
    assert_eq!(count("state:resolved"), 762 + 27);
    assert_eq!(count("state:cancelled"), 1);
    let end = desk.store().last_pos().unwrap();
    let again = import(&mut desk, &path, false);
    assert_eq!((again.unchanged, desk.store().last_pos().unwrap()), (4_532, end));
    assert_eq!(desk.tick().unwrap(), 762 + 27, "what was resolved long ago is closed, and nothing wakes");
    assert_whole(&desk);
}

#[test]
fn the_servicenow_log_is_taken_over_and_its_queues_can_be_worked() {
    let Some(path) = published(SERVICENOW) else { return };
    let place = Place::new();
    let mut dana = place.open("dana");
    let dry = import(&mut dana, &path, true);
    assert_eq!(found(&dana, "tier:1"), vec![]);
    let report = import(&mut dana, &path, false);
    assert_eq!(report, dry);
    assert_eq!((report.read, report.imported, report.rejected), (534, 534, 0));
    assert_eq!(import(&mut dana, &path, false).unchanged, 534);
    assert_whole(&dana);
}

#[test]
fn the_queues_of_published_logs_are_worked_as_they_stood_on_a_day() {
    for (file, until, tiers) in [(VINST, "2012-05-10T12:00:00Z", 3), (SERVICENOW, "2016-03-02T12:00:00Z", 1)] {
        let Some(path) = published(file) else { return };
        let place = Place::new();
        let mut dana = place.open("dana");
        dana.set_user(&user("grace", Role::Technician, 3)).unwrap();
        let plan = Plan { until: Some(until.parse().unwrap()), ..Plan::default() };
        let report = dana.import("log", File::open(&path).unwrap(), plan, &mut |_| {}).unwrap();
        assert_eq!(report.read, report.imported + report.later, "{report:?}");
        let mut grace = place.open("grace");
        for tier in &Tier::ALL[..tiers] {
            let open = found(&dana, &format!("is:open tier:{tier}"));
            let row = open.first().unwrap_or_else(|| panic!("{file}: nothing is open in tier {tier}"));
            if let Some(owner) = row.assignee.as_ref() {
                let reason = Some(Reason::new(&format!("{owner} is not of this desk")).unwrap());
                dana.run(&Verb::Assign(Assign { to: login("grace"), reason }), row.agg).unwrap();
            } else {
                grace.run(&Verb::Take(Take), row.agg).unwrap();
            }
            grace.run(&resolved(), row.agg).unwrap();
        }
        assert_whole(&dana);
    }
}

fn resolved() -> Verb {
    Verb::Resolve(Resolve {
        code: ResolutionCode::Fixed,
        note: Resolution::new("Found the cause in the old log and removed it.").unwrap(),
        subcategory: Some(Subcategory::Error),
        public: false,
    })
}

/// A log with open tickets in every tier, with and without an owner.
fn open_log() -> String {
    let one = |n: i64, tier: i64, assignee: &str| {
        format!(
            r#"{{"tierdesk":1,"source":"elsewhere","key":"T{n}","title":"ticket {n}","category":"fix",
            "subcategory":"unknown","tier":{tier},"opened_at":"2026-01-02T03:04:05Z",
            "logged_at":"2026-01-02T03:05:05Z"{assignee}}}"#
        )
        .replace('\n', " ")
    };
    let tickets = (1..=3).flat_map(|tier| [one(tier, tier, ""), one(tier + 3, tier, r#","assignee":"Gone Away""#)]);
    tickets.map(|line| line + "\n").collect()
}

#[test]
fn open_tickets_of_every_tier_are_taken_given_and_resolved() {
    let place = Place::new();
    let mut dana = place.open("dana");
    dana.set_user(&user("grace", Role::Technician, 3)).unwrap();
    let raw = io::Cursor::new(open_log());
    let report = dana.import("log", raw, Plan::default(), &mut |_| {}).unwrap();
    assert_eq!(report.imported, 6);
    let resolve = resolved();
    for (tier, who) in Tier::ALL.iter().zip(["ann", "carla", "grace"]) {
        let mut desk = place.open(who);
        let free = found(&desk, &format!("tier:{tier} is:free"));
        let owned = found(&desk, &format!("tier:{tier} owner:Gone_Away"));
        assert_eq!((free.len(), owned.len()), (1, 1), "tier {tier}");
        let reason = Some(Reason::new("has left the company").unwrap());
        dana.run(&Verb::Assign(Assign { to: login(who), reason }), owned[0].agg).unwrap();
        desk.run(&Verb::Take(Take), free[0].agg).unwrap();
        for row in [&free[0], &owned[0]] {
            desk.run(&resolve, row.agg).unwrap();
        }
    }
    assert_eq!(found(&dana, "is:open"), vec![]);
    assert_whole(&dana);
}

/// A file that ends in the middle of a record, as if the program had been killed while it read on.
struct Cut<R> {
    raw: R,
    left: usize,
}

impl<R: Read> Read for Cut<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        assert!(self.left > 0, "killed");
        let most = into.len().min(self.left);
        let n = self.raw.read(&mut into[..most])?;
        self.left -= n;
        Ok(n)
    }
}

fn exported(desk: &Desk) -> Vec<Incoming> {
    let mut out = Vec::new();
    desk.export(Shape::JsonLines, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let reader = tierdesk::exchange::reader::Reader::open("export", io::Cursor::new(text), Default::default()).unwrap();
    reader.map(Result::unwrap).collect()
}

#[test]
fn an_import_that_died_in_the_middle_is_run_again_to_the_same_end() {
    let Some(path) = published(SERVICENOW) else { return };
    let (whole, torn) = (Place::new(), Place::new());
    import(&mut whole.open("dana"), &path, false);
    let size = path.metadata().unwrap().len() as usize;
    let (at, file) = (torn.path(), path.clone());
    let died = std::thread::spawn(move || {
        let mut desk = crate::desk::open(&at, "dana").unwrap();
        let raw = Cut { raw: File::open(file).unwrap(), left: size / 2 };
        desk.import("log", raw, Plan::default(), &mut |_| {}).map(|_| ()).unwrap();
    })
    .join();
    assert!(died.is_err());
    let mut desk = torn.open("dana");
    let report = import(&mut desk, &path, false);
    assert!(report.imported > 0 && report.unchanged > 0, "{report:?}");
    assert_eq!(report.imported + report.unchanged, 534);
    assert_whole(&desk);
    assert!(exported(&desk) == exported(&whole.open("dana")));
}

#[test]
fn an_exported_log_gives_the_same_tickets_in_another_desk() {
    let Some(path) = published(SERVICENOW) else { return };
    let (from, to) = (Place::new(), Place::new());
    let mut desk = from.open("dana");
    import(&mut desk, &path, false);
    let mut out = Vec::new();
    desk.export(Shape::JsonLines, &mut out).unwrap();
    let mut other = to.open("dana");
    let report = other.import("export", io::Cursor::new(out), Plan::default(), &mut |_| {}).unwrap();
    assert_eq!((report.imported, report.rejected, report.left_out), (534, 0, 0));
    assert_whole(&other);
    let rows = |desk: &Desk| -> Vec<TicketRow> {
        let plain = |row: TicketRow| TicketRow { agg: row.agg, rid: 0, ..row };
        found(desk, "opened:>=2000-01-01").into_iter().map(plain).collect()
    };
    let (was, is) = (rows(&desk), rows(&other));
    assert_eq!((was.len(), is.len()), (534, 534));
    for (was, is) in was.iter().zip(&is) {
        assert_eq!(TicketRow { agg: is.agg, ..was.clone() }, *is);
        assert_eq!(desk.store().worklog(was.agg).unwrap(), other.store().worklog(is.agg).unwrap());
    }
}
