//! Opening a store: what is wrong is said before anything is written, and a past that forked is not gone on with.

use std::fs;
use std::os::unix::fs::symlink;

use rusqlite::Connection;
use tierdesk::domain::command::Verb;
use tierdesk::domain::command::take::Take;
use tierdesk::store::rebuild;

use crate::desk::{Place, assert_whole, log, logged, note, open};

/// Code and sentence of a store that cannot be opened.
fn refusal(path: &std::path::Path) -> (&'static str, String) {
    match open(path, "dana") {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => (error.code(), error.to_string()),
    }
}

/// Moves the log into the store file, so that the file alone is the store.
fn settled(place: &Place) {
    place.raw().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

#[test]
fn a_store_that_is_not_there_is_missing_and_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("desk.db");
    let (code, sentence) = refusal(&path);
    assert_eq!(code, "store_missing");
    assert!(sentence.contains("tierdesk init"), "{sentence}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("desk.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    let before = fs::read(&path).unwrap();
    let (code, sentence) = refusal(&path);
    assert_eq!(code, "store_foreign");
    assert!(sentence.contains("is not a tierdesk store"), "{sentence}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_damaged_or_foreign_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("desk.db");
    for text in ["", "Dear diary, ".repeat(1_000).as_str()] {
        fs::write(&path, text).unwrap();
        assert!(["store_foreign", "store_damaged"].contains(&refusal(&path).0));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_store_of_a_newer_program_names_the_version_it_needs() {
    let place = Place::new();
    place.raw().pragma_update(None, "user_version", 7).unwrap();
    let (code, sentence) = refusal(&place.path());
    assert_eq!(code, "store_newer");
    assert!(sentence.contains("schema 7"), "{sentence}");
}

#[test]
fn a_damaged_header_and_a_file_cut_short_are_named_as_damage() {
    for damage in [|bytes: &mut Vec<u8>| bytes[..64].fill(b'x'), |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2)]
        as [fn(&mut Vec<u8>); 2]
    {
        let place = Place::new();
        settled(&place);
        let mut bytes = fs::read(place.path()).unwrap();
        damage(&mut bytes);
        fs::write(place.path(), &bytes).unwrap();
        let (code, sentence) = refusal(&place.path());
        assert_eq!(code, "store_damaged", "{sentence}");
        assert!(sentence.contains("restore a backup"), "{sentence}");
    }
}

#[test]
fn a_link_in_place_of_the_store_is_refused() {
    let place = Place::new();
    let elsewhere = place.folder().join("elsewhere.db");
    symlink(place.path(), &elsewhere).unwrap();
    assert_eq!(refusal(&elsewhere).0, "store_unavailable");
}

fn origins(place: &Place) -> i64 {
    place.raw().query_row("SELECT count(*) FROM origin", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_copied_store_goes_on_under_numbers_of_its_own() {
    let place = Place::new();
    for n in 0..3 {
        log(&mut place.open("ann"), &format!("ticket {n}"));
    }
    settled(&place);
    let copy = Place::new();
    fs::copy(place.path(), copy.folder().join("copy.db")).unwrap();
    let mut desk = open(&copy.folder().join("copy.db"), "ann").unwrap();
    assert_eq!(logged(&mut desk, "one more").unwrap().name(), "INC-100");
    assert_eq!(logged(&mut desk, "and one").unwrap().name(), "INC-101");
    assert_whole(&desk);
    assert_eq!(logged(&mut place.open("ann"), "one more").unwrap().name(), "INC-4", "the first store goes on");
    assert_eq!(origins(&place), 1);
}

#[test]
fn looking_at_a_backup_leaves_the_store_alone() {
    let place = Place::new();
    log(&mut place.open("ann"), "VPN drops");
    let backup = place.folder().join("desk.bak");
    place.open("dana").store().backup(&backup, |_, _| {}).unwrap();
    assert_eq!(logged(&mut open(&backup, "ann").unwrap(), "only looking").unwrap().name(), "INC-100");
    assert_eq!(logged(&mut place.open("ann"), "the next call").unwrap().name(), "INC-2");
    assert_eq!(origins(&place), 1, "the store was neither copied nor put back");
}

#[test]
fn the_next_hundred_is_skipped_to_even_when_something_else_was_written_first() {
    let place = Place::new();
    let agg = log(&mut place.open("ann"), "ticket");
    settled(&place);
    let path = place.folder().join("copy.db");
    fs::copy(place.path(), &path).unwrap();
    let mut desk = open(&path, "ann").unwrap();
    desk.run(&Verb::Take(Take), agg).unwrap();
    assert_eq!(logged(&mut desk, "one more").unwrap().name(), "INC-100");
}

#[test]
fn a_store_put_back_to_an_older_state_starts_another_origin() {
    let place = Place::new();
    let agg = log(&mut place.open("ann"), "VPN drops");
    settled(&place);
    let older = fs::read(place.path()).unwrap();
    place.open("ann").run(&note("lost with the rewind"), agg).unwrap();
    settled(&place);
    fs::write(place.path(), older).unwrap();
    let mut desk = place.open("ann");
    assert_eq!(origins(&place), 2);
    desk.run(&note("goes on"), agg).unwrap();
    assert_whole(&desk);
    drop(desk);
    place.open("ann");
    assert_eq!(origins(&place), 2, "once is enough");
}

#[test]
fn a_store_without_its_anchor_just_opens() {
    let place = Place::new();
    for anchor in [None, Some(&b"short"[..])] {
        let path = place.path().with_extension("db-anchor");
        fs::remove_file(&path).unwrap();
        if let Some(bytes) = anchor {
            fs::write(&path, bytes).unwrap();
        }
        log(&mut place.open("ann"), "VPN drops");
        assert_eq!(origins(&place), 1);
    }
}

#[test]
fn an_anchor_that_lags_behind_is_no_reason_for_another_origin() {
    let place = Place::new();
    let anchor = place.path().with_extension("db-anchor");
    let lagging = fs::read(&anchor).unwrap();
    log(&mut place.open("ann"), "VPN drops");
    fs::write(&anchor, lagging).unwrap();
    place.open("ann");
    assert_eq!(origins(&place), 1);
}

#[test]
fn a_rebuild_that_was_cut_short_is_finished_at_the_next_open() {
    let place = Place::new();
    let agg = log(&mut place.open("ann"), "VPN drops");
    let raw = place.raw();
    raw.execute_batch("UPDATE meta SET view_state = 'rebuilding'; DELETE FROM ticket; DELETE FROM badge;").unwrap();
    let desk = place.open("ann");
    assert_eq!(desk.record(agg).unwrap().case.ticket().title.as_str(), "VPN drops");
    assert_whole(&desk);
}

#[test]
fn views_of_another_version_are_made_again() {
    let place = Place::new();
    log(&mut place.open("ann"), "VPN drops");
    place.raw().execute_batch("UPDATE meta SET view_version = 0; UPDATE ticket SET title = 'old form'").unwrap();
    assert_whole(&place.open("ann"));
}

#[test]
fn two_who_open_a_store_that_needs_a_rebuild_do_not_get_in_each_others_way() {
    let place = Place::new();
    let mut desk = place.open("ann");
    for n in 0..40 {
        log(&mut desk, &format!("ticket {n}"));
    }
    place.raw().execute_batch("UPDATE meta SET view_state = 'rebuilding'").unwrap();
    let path = place.path();
    let openers: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || open(&path, "ann").map(|_| ()))
        })
        .collect();
    for opener in openers {
        opener.join().unwrap().unwrap();
    }
    assert_whole(&place.open("ann"));
}

#[test]
fn a_program_whose_store_was_upgraded_under_it_stops() {
    let place = Place::new();
    let mut desk = place.open("ann");
    let agg = log(&mut desk, "VPN drops");
    place.raw().execute_batch("UPDATE meta SET schema_epoch = schema_epoch + 1").unwrap();
    let error = desk.run(&Verb::Take(Take), agg).unwrap_err();
    assert_eq!(error.to_string(), "the store was upgraded or replaced by a backup, please start tierdesk again");
    assert_eq!(place.open("ann").record(agg).unwrap().case.is.rev, 1);
}

#[test]
fn a_commit_of_another_session_is_noticed_and_ones_own_is_not() {
    let place = Place::new();
    let (mut mine, mut theirs) = (place.open("ann"), place.open("bob"));
    let agg = log(&mut theirs, "VPN drops");
    assert!(mine.changed().unwrap());
    for _ in 0..3 {
        assert!(!mine.changed().unwrap(), "nothing happened since");
    }
    mine.run(&Verb::Take(Take), agg).unwrap();
    assert!(!mine.changed().unwrap());
    assert!(theirs.changed().unwrap());
    rebuild::rebuild(mine.store_mut(), |_| {}).unwrap();
    assert!(theirs.changed().unwrap());
}
