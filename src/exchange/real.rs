//! The formats over logs and exports that other desks published. Those files are no part of the repository: they are
//! looked for in `TIERDESK_DATA`, else in `shared/data` beside the checkout; without them these tests say so and pass.

use std::fs::File;
use std::io::{Cursor, Read, repeat};
use std::path::{Path, PathBuf};

use crate::domain::incident::State;

use super::export::{Shape, write};
use super::incoming::Incoming;
use super::mapping::Mapping;
use super::reader::{Format, Options, Reader};
use super::rejection::Rejection;

/// A published file, or nothing and a line about it.
pub(super) fn published(file: &str) -> Option<PathBuf> {
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

struct Taken {
    format: Format,
    tickets: Vec<Incoming>,
    rejected: Vec<Rejection>,
    rows: u64,
}

fn all(file: &str, options: Options) -> Option<Taken> {
    let path = published(file)?;
    let size = path.metadata().unwrap().len();
    let mut reader = Reader::open(file, File::open(path).unwrap(), options).unwrap();
    let (tally, format) = (reader.tally(), reader.format());
    let (mut tickets, mut rejected) = (Vec::new(), Vec::new());
    for found in &mut reader {
        match found {
            Ok(ticket) => tickets.push(ticket),
            Err(rejection) => rejected.push(rejection),
        }
    }
    assert_eq!(tally.bytes(), size, "every byte of {file} was read");
    for ticket in &tickets {
        consistent(ticket);
        assert!(format == Format::Csv || ticket.source.as_str() == format.word());
    }
    for one in tickets.iter().flat_map(|ticket| &ticket.left_out).chain(&rejected) {
        assert!(one.file == file && one.line > 0 && !one.field.is_empty() && !one.reason.is_empty(), "{one:?}");
    }
    Some(Taken { format, tickets, rejected, rows: tally.rows() })
}

fn consistent(ticket: &Incoming) {
    let times = ticket.history.iter().map(|step| step.at);
    let all: Vec<_> = [ticket.opened_at, ticket.logged_at].into_iter().chain(times).collect();
    assert!(all.is_sorted(), "{}", ticket.key);
    let now = ticket.standing();
    assert!(now.category.holds_for_incident(now.subcategory));
}

fn ending(read: &Taken, state: State) -> usize {
    read.tickets.iter().filter(|ticket| ticket.standing().state == state).count()
}

fn reported<'a>(read: &'a Taken, field: &'a str) -> usize {
    read.tickets.iter().filter(|ticket| ticket.left_out.iter().any(|one| one.field == field)).count()
}

#[test]
fn every_ticket_of_the_vinst_log_is_read_with_its_events() {
    let Some(read) = all("itil-logs/bpic2013_incidents.part1.xes.gz", Options::default()) else { return };
    assert_eq!((read.format, read.tickets.len(), read.rows, read.rejected.len()), (Format::Vinst, 4_532, 47_377, 0));
    assert_eq!(ending(&read, State::Closed), 3_742);
    assert_eq!(ending(&read, State::Resolved), 762 + 27);
    assert_eq!(ending(&read, State::Cancelled), 1);
    assert!(read.tickets.iter().all(|ticket| ticket.left_out.is_empty()));
}

#[test]
fn every_row_of_the_servicenow_log_is_read() {
    let Some(read) = all("itil-logs/uci_servicenow_incident_log.part1.csv", Options::default()) else { return };
    assert_eq!((read.format, read.tickets.len(), read.rows), (Format::ServicenowLog, 534, 3_611));
    assert_eq!((read.rejected.len(), ending(&read, State::Closed)), (0, 534));
    let first = &read.tickets[0];
    assert_eq!((first.key.as_str(), first.opened_at.to_string().as_str()), ("INC0000045", "2016-02-29T01:16:00Z"));
    assert_eq!(first.standing().closed_at.unwrap().to_string(), "2016-03-05T12:00:00Z");
}

#[test]
fn both_shapes_of_the_servicenow_table_are_read() {
    if let Some(read) = all("ticket-exports/servicenow/incidents_rest.part1.csv", Options::default()) {
        assert_eq!((read.format, read.tickets.len(), read.rejected.len()), (Format::Servicenow, 40, 0));
        assert_eq!(ending(&read, State::Closed), 27);
        assert_eq!(ending(&read, State::Pending), 1);
    }
    if let Some(read) = all("ticket-exports/servicenow/table_api_incident_reference_links.json", Options::default()) {
        assert_eq!((read.format, read.tickets.len(), read.rejected.len()), (Format::Servicenow, 1, 0));
        assert_eq!(read.tickets[0].title.as_str(), "Can't access SFA software");
        assert_eq!(reported(&read, "opened_at"), 1, "opened a day after it was logged");
    }
    for file in ["table_api_incident_list.json", "change_display_value_all.json"] {
        if let Some(read) = all(&format!("ticket-exports/servicenow/{file}"), Options::default()) {
            assert_eq!((read.tickets.len(), read.rejected.len()), (0, 1));
            assert_eq!(read.rejected[0].field, "sys_class_name");
        }
    }
}

#[test]
fn zammad_answers_are_read() {
    for (file, key) in [("search_with_assets", "20001"), ("ticket_show", "22003"), ("ticket_create_response", "22019")]
    {
        if let Some(read) = all(&format!("ticket-exports/zammad/{file}.json"), Options::default()) {
            assert_eq!((read.format, read.tickets.len(), read.rejected.len()), (Format::Zammad, 1, 0), "{file}");
            assert_eq!(read.tickets[0].key.as_str(), key);
        }
    }
    let told = Options { format: Some(Format::Zammad), ..Options::default() };
    if let Some(read) = all("ticket-exports/zammad/ticket_articles.json", told) {
        assert_eq!((read.tickets.len(), read.rejected.len(), read.rejected[1].line), (0, 2, 32));
        assert_eq!(read.rejected[0].field, "number");
    }
}

/// Rows whose resolution is earlier than the first response, as times. (As texts it would be 828, for the hours lack
/// their leading zero.)
const EARLY: usize = 798;

#[test]
fn the_shipped_maps_read_their_files() {
    if let Some(read) = all("itil-logs/kaggle_customer_support_tickets.part1.csv", Options::default()) {
        assert_eq!((read.format, read.tickets.len(), read.rows, read.rejected.len()), (Format::Csv, 1_661, 1_661, 0));
        assert_eq!(reported(&read, "Time_to_Resolution"), EARLY);
        assert_eq!((ending(&read, State::Resolved), ending(&read, State::InProgress)), (1_661 - EARLY, EARLY));
    }
    let told = Options { mapping: Mapping::shipped("italian-helpdesk"), ..Options::default() };
    for options in [Options::default(), told] {
        if let Some(read) = all("itil-logs/italian_helpdesk.part1.xes.gz", options) {
            assert_eq!(
                (read.format, read.tickets.len(), read.rows, read.rejected.len()),
                (Format::Csv, 2_748, 12_884, 0)
            );
            assert!(read.tickets.iter().all(|ticket| ticket.left_out.is_empty()));
            assert_eq!(ending(&read, State::Closed), 2_733 + 1);
        }
    }
}

#[test]
fn a_log_in_an_old_encoding_is_read_by_a_mapping_of_its_own() {
    let map = r#"
        source = "closed-problems"
        [fields]
        key = "Problem Number"
        state = "Problem Status"
        impact = "Problem Latest Impact"
        team = "Problem Involved Owner ST"
        affected = "Product"
        [values.state]
        "Accepted" = "in_progress"
        "Queued" = "queued"
        "Completed" = "closed"
        "Unmatched" = "note"
        [event]
        at = "Problem Change Date+Time"
        actor = "Problem Involved Action Owner First Name"
    "#;
    let options = Options { mapping: Some(Mapping::parse("map", map).unwrap()), ..Options::default() };
    let Some(read) = all("itil-logs/bpic2013_closed_problems.csv", options) else { return };
    assert_eq!((read.rows, read.rejected.len()), (6_660, 0));
    let mut actors = read.tickets.iter().flat_map(|ticket| &ticket.history).filter_map(|step| step.actor.as_ref());
    assert!(actors.any(|actor| actor.as_str() == "Jüri"));
    assert!(read.tickets.iter().any(|ticket| ticket.standing().tier.n() == 3));
}

#[test]
fn what_was_exported_reads_back_the_same() {
    for file in [
        "itil-logs/bpic2013_incidents.part1.xes.gz",
        "itil-logs/uci_servicenow_incident_log.part1.csv",
        "ticket-exports/zammad/search_with_assets.json",
    ] {
        let Some(mut read) = all(file, Options::default()) else { continue };
        read.tickets.iter_mut().for_each(|ticket| (ticket.left_out, ticket.line) = (vec![], 0));
        for shape in [Shape::JsonLines, Shape::Json] {
            let mut out = Vec::new();
            write(shape, &read.tickets, &mut out).unwrap();
            let reader = Reader::open("export", Cursor::new(out), Options::default()).unwrap();
            assert_eq!(reader.format(), Format::Tierdesk);
            let back: Vec<Incoming> = reader.map(|found| Incoming { line: 0, ..found.unwrap() }).collect();
            assert!(back == read.tickets, "{file} as {shape}");
        }
    }
}

#[test]
fn a_cut_file_gives_what_came_before_and_says_where_it_ends() {
    let Some(path) = published("itil-logs/bpic2013_incidents.part1.xes.gz") else { return };
    let half = File::open(path).unwrap().take(500_000);
    let found: Vec<_> = Reader::open("half", half, Options::default()).unwrap().collect();
    let (last, before) = found.split_last().unwrap();
    assert!(before.len() > 1_000 && before.iter().all(Result::is_ok));
    assert!(matches!(last, Err(it) if it.ends && it.line > 100_000 && !it.reason.is_empty()), "{last:?}");
}

#[test]
fn hostile_files_are_refused_within_little_memory() {
    for (start, format) in
        [("number,title\n1,\"", Format::ServicenowLog), ("<log>", Format::Vinst), ("[{\"a\":\"", Format::Tierdesk)]
    {
        let endless = Cursor::new(start).chain(repeat(b'x').take(100 << 20));
        let options = Options { format: Some(format), ..Options::default() };
        let mut reader = Reader::open("endless", endless, options).unwrap();
        let tally = reader.tally();
        let refused = reader.next().unwrap().unwrap_err();
        assert!(refused.ends && refused.reason.contains("4 MiB"), "{refused}");
        assert!(reader.next().is_none() && tally.bytes() < 5 << 20);
    }
    for (text, reason) in
        [("", "empty"), ("<html/>", "none of the known"), ("a;b\n1;2\n", "none of the known"), ("{}", "none of")]
    {
        let refused = Reader::open("odd", Cursor::new(text), Options::default()).err().unwrap();
        assert!(refused.file == "odd" && refused.ends && refused.reason.contains(reason), "{text}: {refused}");
    }
}
