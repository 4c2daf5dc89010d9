//! Texts that go out to the person's own editor and come back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::floor::{Floor, inc};
use crate::pty::Tty;

/// An editor that does something to its file.
fn editor(floor: &Floor, what: &str) -> PathBuf {
    let path = floor.path().with_file_name("editor.sh");
    fs::write(&path, format!("#!/bin/sh\n{what}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn with_editor(floor: &Floor, what: &str) -> Tty {
    let (editor, store) = (editor(floor, what), floor.path());
    let args = ["--store", store.to_str().unwrap(), "--as", "ann"];
    let mut tty = Tty::start((80, 24), env!("CARGO_BIN_EXE_tierdesk"), &args, &[("EDITOR", editor.to_str().unwrap())]);
    tty.sees("INC-1");
    tty
}

fn description(floor: &Floor) -> String {
    floor.ticket(1).description.unwrap().to_string()
}

#[test]
fn the_description_is_edited_outside() {
    let floor = Floor::now();
    let before = description(&floor);
    let mut tty = with_editor(&floor, "printf '\\nOnly on floor 3.' >> \"$1\"");
    tty.keys("enter").sees("Timeline").keys("E").sees("changed INC-1");
    assert_eq!(description(&floor), format!("{before}\nOnly on floor 3."));
    tty.keys("u").sees("taken back on INC-1");
    assert_eq!(description(&floor), before);
}

#[test]
fn an_editor_that_changes_nothing_or_fails_writes_nothing() {
    for (what, said) in [("exit 0", "the description is as it was"), ("exit 3", "error: the editor")] {
        let floor = Floor::now();
        let events = floor.events();
        let mut tty = with_editor(&floor, what);
        tty.keys("enter").sees("Timeline").keys("E").sees(said).sees("Timeline");
        assert_eq!(floor.events(), events, "{what}");
    }
}

#[test]
fn a_note_is_written_outside_and_sent_from_the_form() {
    let floor = Floor::now();
    let mut tty = with_editor(&floor, "printf ' from outside' >> \"$1\"");
    tty.keys("a 'begun here,'").sees("begun here,").keys("ctrl-o").sees("begun here, from outside").keys("ctrl-s");
    tty.misses("Note on");
    let desk = floor.desk("dana");
    let sent = desk.record(inc(&desk, 1)).unwrap().worklog;
    assert_eq!(sent.last().unwrap().text, "begun here, from outside");
}

#[test]
fn a_description_that_is_refused_stays_in_a_form_and_as_a_draft() {
    let floor = Floor::now();
    let events = floor.events();
    let mut tty =
        with_editor(&floor, "printf 'begun outside ' > \"$1\"; head -c 20000 /dev/zero | tr '\\0' x >> \"$1\"");
    tty.keys("enter").sees("Timeline").keys("E").sees("Description of INC-1").keys("ctrl-s").sees("error: ");
    tty.keys("esc").sees("Timeline").keys("E").sees("Description of INC-1");
    assert_eq!(floor.events(), events);
    let desk = floor.desk("ann");
    let draft = desk.store().draft(&desk.person().login, "description INC-1").unwrap().unwrap();
    assert!(draft.contains("begun outside xxx") && draft.len() > 20_000, "{}", draft.len());
}

#[test]
fn what_was_written_in_an_editor_that_fails_stays_in_its_file() {
    let floor = Floor::now();
    let mut tty = with_editor(&floor, "printf 'half a thought' > \"$1\"; printf \"$1\" > \"${0%.sh}.path\"; exit 3");
    tty.keys("enter").sees("Timeline").keys("E").sees("ended with");
    let path = fs::read_to_string(floor.path().with_file_name("editor.path")).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "half a thought");
    fs::remove_dir_all(PathBuf::from(path).parent().unwrap()).unwrap();
}
