//! Copies of a store at work, and putting one back.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tierdesk::app::wall_clock;
use tierdesk::store::Store;

use crate::desk::{Place, assert_whole, log, logged, login, note, open};

/// Names of the files in a folder.
fn files(place: &Place) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_copy_made_while_others_write_is_whole() {
    let place = Place::new();
    let agg = log(&mut place.open("ann"), "VPN drops");
    let copies = Place::new();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers = ["ann", "bob"].map(|who| {
            let (stop, place) = (&stop, &place);
            scope.spawn(move || {
                let mut desk = place.open(who);
                let mut written = 0;
                while !stop.load(Ordering::Relaxed) {
                    desk.run(&note(&"the same again ".repeat(200)), agg).unwrap();
                    written += 1;
                }
                written
            })
        });
        let desk = place.open("dana");
        for n in 0..5 {
            let copy = copies.folder().join(format!("copy{n}.db"));
            desk.store().backup(&copy, |_, _| {}).unwrap();
            assert!(!copies.folder().join(format!("copy{n}.db-wal")).exists());
            assert_whole(&open(&copy, "dana").unwrap());
        }
        stop.store(true, Ordering::Relaxed);
        let written: Vec<u32> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        assert!(written.iter().all(|n| *n > 0), "{written:?}");
    });
}

#[test]
fn a_copy_leaves_one_file_and_overwrites_none() {
    let place = Place::new();
    let copies = tempfile::tempdir().unwrap();
    let to = copies.path().join("copy.db");
    let desk = place.open("dana");
    desk.store().backup(&to, |_, _| {}).unwrap();
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 1, "no file of the work is left behind");
    let before = fs::read(&to).unwrap();
    assert!(desk.store().backup(&to, |_, _| {}).is_err());
    assert_eq!(fs::read(&to).unwrap(), before);
}

#[test]
fn a_restore_keeps_the_former_store_and_goes_on_under_numbers_of_its_own() {
    let place = Place::new();
    let mut desk = place.open("ann");
    log(&mut desk, "in the copy");
    let copy = place.folder().join("copy.db");
    desk.store().backup(&copy, |_, _| {}).unwrap();
    log(&mut desk, "after the copy");
    drop(desk);

    for n in 1..=2 {
        Store::restore(&copy, &place.path(), "dana", wall_clock()).unwrap();
        let mut desk = place.open("ann");
        assert!(desk.find_text("INC-2").is_err(), "what came after the copy is not in it");
        assert_eq!(logged(&mut desk, "after the restore").unwrap().name(), "INC-100");
        assert_whole(&desk);
        let former = files(&place).into_iter().filter(|name| name.contains("before-restore") && name.ends_with(".db"));
        assert_eq!(former.count(), n, "every former store is kept");
    }
    let kept = open(&place.folder().join("desk.before-restore.db"), "ann").unwrap();
    assert!(kept.find_text("INC-2").is_ok());
    assert_whole(&kept);
}

#[test]
fn a_session_that_was_open_during_a_restore_is_told_and_confirms_nothing_that_would_be_lost() {
    let place = Place::new();
    let mut open = place.open("ann");
    let agg = log(&mut open, "VPN drops");
    let copy = place.folder().join("copy.db");
    open.store().backup(&copy, |_, _| {}).unwrap();
    Store::restore(&copy, &place.path(), "dana", wall_clock()).unwrap();

    let error = open.run(&note("written into the former file"), agg).unwrap_err();
    assert!(error.to_string().contains("replaced by a backup, please start tierdesk again"), "{error}");
    let now = open.now();
    assert!(open.store_mut().save_draft(&login("ann"), "reply INC-1", "Dear", now).is_err());
    assert_eq!(open.record(agg).unwrap().case.is.rev, 1, "it can still be read");
    drop(open);
    place.open("ann").run(&note("started again"), agg).unwrap();
    assert_whole(&place.open("ann"));
}

#[test]
fn a_damaged_store_is_replaced_by_its_backup() {
    let place = Place::new();
    let agg = log(&mut place.open("ann"), "VPN drops");
    let copy = place.folder().join("copy.db");
    place.open("dana").store().backup(&copy, |_, _| {}).unwrap();
    for damage in ["no store any more", ""] {
        fs::write(place.path(), damage).unwrap();
        Store::restore(&copy, &place.path(), "dana", wall_clock()).unwrap();
        assert_eq!(place.open("ann").record(agg).unwrap().case.ticket().title.as_str(), "VPN drops");
    }
}

#[test]
fn a_damaged_copy_is_refused_and_nothing_changes() {
    let place = Place::new();
    let agg = log(&mut place.open("ann"), "VPN drops");
    let copy = place.folder().join("copy.db");
    place.open("dana").store().backup(&copy, |_, _| {}).unwrap();
    let whole = fs::read(&copy).unwrap();
    let tampered = |sql: &str| {
        fs::write(&copy, &whole).unwrap();
        let raw = rusqlite::Connection::open(&copy).unwrap();
        raw.execute_batch("PRAGMA journal_mode = DELETE; DROP TRIGGER event_fixed;").unwrap();
        raw.execute_batch(sql).unwrap();
    };
    let damages: [&dyn Fn(); 4] = [
        &|| fs::write(&copy, &whole[..whole.len() / 2]).unwrap(),
        &|| fs::write(&copy, "no store").unwrap(),
        &|| tampered("UPDATE event SET body = replace(body, 'VPN', 'LAN')"),
        &|| tampered("PRAGMA application_id = 7"),
    ];
    for damage in damages {
        damage();
        let before = files(&place);
        assert!(Store::restore(&copy, &place.path(), "dana", wall_clock()).is_err());
        assert_eq!(files(&place), before);
        let desk = place.open("ann");
        assert_eq!(desk.record(agg).unwrap().case.ticket().title.as_str(), "VPN drops");
        assert_whole(&desk);
    }
}
